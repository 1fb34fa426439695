//! A login: the profile's grant decides the way, and whatever comes is judged at the end.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use url::Url;

use super::browser::{self, Browser};
use super::device;
use super::error::FlowError;
use super::jarm::{self, Keys, KeysToCome};
use super::judge;
use super::jwks;
use super::obtained::Obtained;
use super::party::Party;
use super::step::LoginStep;
use super::token_request::Granted;
use super::transcript::Transcript;
use super::{client_credentials, json_login, jwt_bearer, password, token_exchange};
use crate::model::Secret;
use crate::model::callback::Callback;
use crate::model::checks::{Check, Expected, discouraged_grant_check, redirect_check};
use crate::model::profile::Grant;

/// Opens an address in the browser, or says why not. Called off the async threads: it may block.
pub type OpenBrowser = Arc<dyn Fn(&Url) -> Result<(), String> + Send + Sync>;

/// Waits this long. Passed in, so that a test need not wait.
pub type Sleep = Arc<dyn Fn(Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

/// What a login needs beside the party that logs in.
pub struct Login {
    /// Opens the browser; none leaves that to the person.
    pub open_browser: Option<OpenBrowser>,
    /// How long the person is waited for.
    pub patience: Duration,
    /// Waits between two questions.
    pub sleep: Sleep,
    /// Whether somebody is there who can paste a callback address. Else a login fails where nothing can listen.
    pub can_paste: bool,
    /// Callback addresses that the person pasted.
    pub pasted: mpsc::Receiver<Secret>,
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login").finish_non_exhaustive()
    }
}

/// Tells how far a login is. A progress message that nobody takes must not hold the login up.
#[derive(Clone, Copy, Debug)]
pub(super) struct Steps<'a>(pub(super) &'a mpsc::Sender<LoginStep>);

impl Steps<'_> {
    pub(super) fn tell(self, step: LoginStep) {
        let _ = self.0.try_send(step);
    }

    /// Opens an address in the browser, and tells how that went.
    pub(super) async fn open_browser(self, open: OpenBrowser, address: Url) {
        let opened = tokio::task::spawn_blocking(move || open(&address)).await;
        self.tell(LoginStep::Browser(opened.unwrap_or_else(|e| Err(e.to_string()))));
    }
}

/// What a way of logging in came back with, not yet judged.
#[derive(Debug)]
pub(super) struct Won {
    /// The tokens.
    pub(super) granted: Granted,
    /// The callback and what it is held against, when there was one.
    pub(super) browser: Option<Answered>,
    /// What was noticed on the way.
    pub(super) checks: Vec<Check>,
}

impl Won {
    /// Tokens that came without a browser.
    pub(super) const fn directly(granted: Granted) -> Self {
        Self {
            granted,
            browser: None,
            checks: Vec::new(),
        }
    }
}

/// The callback, and the values that were made up for its request.
#[derive(Debug)]
pub(super) struct Answered {
    pub(super) callback: Callback,
    pub(super) state: String,
    pub(super) nonce: Option<String>,
    pub(super) code: Option<Secret>,
}

impl Login {
    /// Runs the login. Dropping the future ends it and closes the port.
    pub async fn run(
        self,
        party: Party<'_>,
        steps: &mpsc::Sender<LoginStep>,
        transcript: &mut Transcript,
    ) -> Result<Obtained, FlowError> {
        let steps = Steps(steps);
        // The keys are fetched while the person signs in: only an answer that is signed itself waits for them.
        let (tell_keys, mut keys) = watch::channel(None);
        let fetching = async {
            let fetched = jwks::material(party).await;
            let took_ms = fetched.took_ms();
            tell_keys.send_replace(Some(Keys {
                material: fetched.material.clone(),
                server_time: fetched.server_time,
            }));
            if let Some(keys) = &fetched.material.keys {
                steps.tell(LoginStep::Keys {
                    keys: keys.as_ref().map(|set| set.keys.len()).map_err(Clone::clone),
                    took_ms,
                });
            }
            fetched.exchange
        };
        let (won, exchange) = tokio::join!(self.win(party, keys.clone(), steps, transcript), fetching);
        let mut redirected: Vec<Check> = exchange.as_ref().and_then(redirect_check).into_iter().collect();
        if let Some(exchange) = exchange {
            transcript.record(exchange);
        }
        let Won {
            mut granted,
            browser,
            mut checks,
        } = won?;
        steps.tell(LoginStep::Checking);
        let Keys { material, server_time } = jarm::wait_for(&mut keys).await;
        // The person may have taken minutes, or the keys were kept from an earlier login.
        let (material, again) = Box::pin(jwks::with_new_keys(party, material, granted.tokens())).await;
        redirected.extend(again.as_ref().and_then(redirect_check));
        transcript.record_all(again);
        let is_from_browser = granted.endpoint.is_none();
        if is_from_browser {
            granted.server_time = server_time;
        }
        checks.extend(redirected);
        checks.extend(discouraged_grant_check(party.profile));
        let answered = browser.as_ref();
        let wanted = judge::wanted_resources(party);
        let expected = Expected {
            nonce: answered.and_then(|answered| answered.nonce.as_deref()),
            state: answered.map(|answered| answered.state.as_str()),
            code: answered.and_then(|answered| answered.code.as_ref()),
            is_from_browser,
            ..judge::expected(party, &wanted)
        };
        let judged = judge::Request {
            party,
            before: None,
            callback: answered.map(|answered| &answered.callback),
            expected,
            checks,
        };
        judge::obtained(judged, granted, material).await
    }

    async fn win(
        self,
        party: Party<'_>,
        keys: KeysToCome,
        steps: Steps<'_>,
        transcript: &mut Transcript,
    ) -> Result<Won, FlowError> {
        let granted = match party.profile.grant {
            Grant::AuthorizationCode | Grant::Implicit => {
                let browser = Browser {
                    party,
                    login: self,
                    keys,
                    steps,
                };
                return browser::log_in(browser, transcript).await;
            }
            Grant::DeviceCode => return device::log_in(party, self, steps, transcript).await,
            Grant::TokenExchange => return token_exchange::log_in(party, steps, transcript).await,
            Grant::Password => password::log_in(party, steps, transcript).await,
            Grant::ClientCredentials => client_credentials::log_in(party, steps, transcript).await,
            Grant::JsonLogin => json_login::log_in(party, steps, transcript).await,
            Grant::JwtBearer => jwt_bearer::log_in(party, steps, transcript).await,
        };
        granted.map(Won::directly)
    }
}
