//! The authorization code flow (RFC 6749 §4.1) with PKCE (RFC 7636), and the hybrid flow `code id_token` (OpenID Connect
//! Core §3.3).

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use url::Url;

use super::error::FlowError;
use super::http::Http;
use super::judge;
use super::jwks;
use super::listener::{Arrival, Expectation, Listener, Waiting};
use super::obtained::Obtained;
use super::step::LoginStep;
use super::token_request::{self, Client, Granted};
use super::transcript::Transcript;
use crate::model::authorize::AuthorizationRequest;
use crate::model::callback::{Callback, CallbackError};
use crate::model::checks::Expected;
use crate::model::exchange::Purpose;
use crate::model::profile::Endpoints;
use crate::model::redirect::RedirectTarget;
use crate::model::verify::KeyMaterial;
use crate::model::{Clock, Profile, Random, Secret};

/// Opens an address in the browser, or says why not. Called off the async threads: it may block.
pub type OpenBrowser = Arc<dyn Fn(&Url) -> Result<(), String> + Send + Sync>;

/// What a login needs.
pub struct Login<'a> {
    /// The client.
    pub profile: &'a Profile,
    /// Its endpoints.
    pub endpoints: &'a Endpoints,
    /// Where the callback is to be listened for.
    pub target: &'a RedirectTarget,
    /// Its secret, when it has one.
    pub secret: Option<&'a Secret>,
    /// Opens the browser; none leaves that to the person.
    pub open_browser: Option<OpenBrowser>,
    /// How long the callback is waited for.
    pub patience: Duration,
    /// Callback addresses that the person pasted.
    pub pasted: mpsc::Receiver<Secret>,
}

impl Login<'_> {
    /// Runs the login. Dropping the future ends it and closes the port.
    pub async fn run(
        mut self,
        http: &Http,
        clock: &dyn Clock,
        random: &dyn Random,
        steps: &mpsc::Sender<LoginStep>,
        transcript: &mut Transcript,
    ) -> Result<Obtained, FlowError> {
        // A progress message that nobody takes must not hold the login up.
        let tell = |step| {
            let _ = steps.try_send(step);
        };
        let listener = Listener::bind(self.target).await?;
        tell(LoginStep::Listening(listener.redirect_uri().to_owned()));
        let request = AuthorizationRequest::new(
            self.profile,
            &self.endpoints.authorization,
            listener.redirect_uri().to_owned(),
            random,
        );
        let expectation = Expectation {
            state: request.state.clone(),
            issuer: self.endpoints.issuer.clone(),
        };
        let mut waiting = listener.serve(expectation);
        tell(LoginStep::Address(request.url.clone()));
        if let Some(open) = self.open_browser.take() {
            let url = request.url.clone();
            let opened = tokio::task::spawn_blocking(move || open(&url)).await;
            tell(LoginStep::Browser(opened.unwrap_or_else(|e| Err(e.to_string()))));
        }
        // The keys are fetched while the person signs in: nobody waits for them.
        let (keys, callback) = tokio::join!(
            async {
                let (keys, exchange, took_ms) = jwks::fetch(http, self.endpoints.jwks.as_ref()).await;
                if let Some(keys) = &keys {
                    tell(LoginStep::Keys {
                        keys: keys.as_ref().map(|set| set.keys.len()).map_err(Clone::clone),
                        took_ms,
                    });
                }
                (keys, exchange)
            },
            wait(
                &mut waiting,
                &mut self.pasted,
                &request,
                self.endpoints,
                self.patience,
                clock,
                &tell
            ),
        );
        let (keys, exchange) = keys;
        if let Some(exchange) = exchange {
            transcript.record(exchange);
        }
        let callback = callback?;
        let code = callback.accept(&request.state, self.endpoints.issuer.as_deref())?;
        tell(LoginStep::CalledBack);
        tell(LoginStep::Exchanging);
        let granted = self.exchange(http, &code, &request, transcript).await?;
        // Until here the page of a second callback is still served.
        drop(waiting);
        tell(LoginStep::Checking);
        let material = KeyMaterial {
            keys,
            secret: self.secret.cloned(),
            ..KeyMaterial::default()
        };
        let expected = Expected {
            issuer: self.endpoints.issuer.as_deref(),
            client_id: Some(&self.profile.client_id),
            nonce: request.nonce.as_deref(),
            state: Some(&request.state),
            code: Some(&code),
            access_token: None,
        };
        let judged = judge::Request {
            profile: self.profile,
            token_endpoint: &self.endpoints.token,
            before: None,
            callback: Some(&callback),
            expected,
        };
        judge::obtained(judged, granted, material).await
    }

    async fn exchange(
        &self,
        http: &Http,
        code: &Secret,
        request: &AuthorizationRequest,
        transcript: &mut Transcript,
    ) -> Result<Granted, FlowError> {
        let grant_type = Secret::new("authorization_code");
        let redirect_uri = Secret::new(request.redirect_uri.clone());
        let mut grant = vec![
            ("grant_type", &grant_type),
            ("code", code),
            ("redirect_uri", &redirect_uri),
        ];
        if let Some(pkce) = &request.pkce {
            grant.push(("code_verifier", &pkce.code_verifier));
        }
        let client = Client {
            profile: self.profile,
            endpoints: self.endpoints,
            secret: self.secret,
        };
        token_request::request(http, client, Purpose::Code, &grant, transcript).await
    }
}

/// Waits for the answer to this request: at the listener, or pasted by hand.
async fn wait(
    waiting: &mut Waiting,
    pasted: &mut mpsc::Receiver<Secret>,
    request: &AuthorizationRequest,
    endpoints: &Endpoints,
    patience: Duration,
    clock: &dyn Clock,
    tell: &impl Fn(LoginStep),
) -> Result<Callback, FlowError> {
    let until = jiff::SignedDuration::try_from(patience)
        .ok()
        .and_then(|patience| clock.now().checked_add(patience).ok());
    if let Some(until) = until {
        tell(LoginStep::Waiting(until));
    }
    let arrival = async {
        loop {
            tokio::select! {
                arrival = waiting.next() => match arrival {
                    Some(Arrival::Answer(callback)) => return *callback,
                    Some(Arrival::Stray(what)) => tell(LoginStep::Stray(what)),
                    None => std::future::pending().await,
                },
                Some(text) = pasted.recv() => {
                    let callback = Callback::parse_pasted(text.expose());
                    match callback.accept(&request.state, endpoints.issuer.as_deref()) {
                        Err(error @ (CallbackError::WrongState | CallbackError::NoCode)) => {
                            tell(LoginStep::Stray(format!("What you pasted is not the answer. {error}")));
                        }
                        _ => return callback,
                    }
                }
            }
        }
    };
    tokio::time::timeout(patience, arrival)
        .await
        .map_err(|_| FlowError::NobodyCame {
            seconds: patience.as_secs(),
        })
}
