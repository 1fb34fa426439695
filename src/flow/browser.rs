//! The ways through a browser: authorization code (RFC 6749 §4.1) with PKCE (RFC 7636), hybrid (OpenID Connect Core §3.3)
//! and implicit (RFC 6749 §4.2, OpenID Connect Core §3.2).

use super::error::FlowError;
use super::form::Form;
use super::jarm::{self, KeysToCome};
use super::listener::{Arrival, Expectation, ListenError, Listener, Waiting};
use super::login::{Answered, Login, Steps, Won};
use super::par;
use super::party::Party;
use super::step::LoginStep;
use super::token_request::{self, Granted};
use super::transcript::Transcript;
use crate::model::Secret;
use crate::model::authorize::AuthorizationRequest;
use crate::model::callback::{AuthorizationError, Callback, CallbackError, Wanted};
use crate::model::checks::issuer_in_answer_check;
use crate::model::exchange::Purpose;
use crate::model::field::Field;
use crate::model::lifetime::ServerTime;
use crate::model::redirect::PasteOnly;
use crate::model::response_type::ResponseMode;

/// A login through the browser.
pub(super) struct Browser<'a> {
    pub(super) party: Party<'a>,
    pub(super) login: Login,
    pub(super) keys: KeysToCome,
    pub(super) steps: Steps<'a>,
}

/// Sends the browser to the provider, waits for it to come back, and exchanges the code where there is one.
pub(super) async fn log_in(browser: Browser<'_>, transcript: &mut Transcript) -> Result<Won, FlowError> {
    let Browser {
        party,
        mut login,
        mut keys,
        steps,
    } = browser;
    let profile = party.profile;
    let endpoint = party.endpoints.authorization.as_ref();
    let endpoint = endpoint.ok_or(FlowError::NoEndpoint(Field::AuthorizationEndpoint))?;
    let listener = Listener::bind_first(&profile.redirect_targets()?).await?;
    if let Some(why) = listener.why_not().filter(|_| !login.can_paste) {
        return Err(why.clone().into());
    }
    let redirect_uri = listener.redirect_uri().to_owned();
    tell_where(&listener, steps);
    let binding = party.dpop.map(|dpop| dpop.key.thumbprint());
    let mut request = AuthorizationRequest::new(profile, endpoint, redirect_uri, binding.as_deref(), party.random);
    let mut checks = Vec::new();
    if profile.pushed_authorization_request {
        checks.extend(par::push(party, &mut request, transcript).await?);
        steps.tell(LoginStep::Pushed);
    }
    let expectation = Expectation {
        state: request.state.clone(),
        issuer: party.endpoints.issuer.clone(),
        wanted: Wanted::least(profile.response_type),
        is_jwt: profile.response_mode.is_some_and(ResponseMode::is_jwt),
    };
    let shows_code = matches!(listener.why_not(), Some(ListenError::PasteOnly(PasteOnly::OutOfBand)));
    let waiting = listener.serve(expectation.clone());
    steps.tell(LoginStep::Address(request.url.clone()));
    if let Some(open) = login.open_browser.take() {
        steps.open_browser(open, request.url.clone()).await;
    }
    let mut coming = Coming {
        waiting,
        expectation,
        shows_code,
    };
    let callback = coming.callback(&mut login, party, steps).await?;
    let (callback, noticed) = jarm::open(party, callback, &mut keys).await?;
    checks.extend(noticed);
    let Expectation {
        state, issuer, wanted, ..
    } = &coming.expectation;
    callback.accept_for(state, issuer.as_deref(), *wanted)?;
    // A code that a page showed was carried by a person: there was no answer that could hold more.
    if !coming.shows_code {
        let is_promised = profile.authorization_response_iss;
        checks.extend(issuer_in_answer_check(
            callback.iss.as_deref(),
            issuer.as_deref(),
            is_promised,
        ));
    }
    steps.tell(LoginStep::CalledBack);
    let code = callback.code.clone().filter(|_| wanted.code);
    let granted = match &code {
        Some(code) => {
            steps.tell(LoginStep::Exchanging);
            exchange(party, code, &request, transcript).await?
        }
        None => Granted {
            response: callback.token_response(),
            received_at: party.clock.now(),
            server_time: ServerTime::default(),
            endpoint: None,
        },
    };
    // Until here the page of a second callback is still served.
    drop(coming);
    Ok(Won {
        granted,
        browser: Some(Answered {
            callback,
            state: request.state,
            nonce: request.nonce,
            code,
        }),
        checks,
    })
}

fn tell_where(listener: &Listener, steps: Steps<'_>) {
    let redirect_uri = listener.redirect_uri().to_owned();
    steps.tell(match listener.why_not() {
        None => LoginStep::Listening(redirect_uri),
        Some(why) => LoginStep::PasteOnly {
            redirect_uri,
            why: why.to_string(),
        },
    });
    if let Some(fingerprint) = listener.certificate_fingerprint() {
        steps.tell(LoginStep::Certificate(fingerprint));
    }
}

async fn exchange(
    party: Party<'_>,
    code: &Secret,
    request: &AuthorizationRequest,
    transcript: &mut Transcript,
) -> Result<Granted, FlowError> {
    let mut form = Form::default();
    form.add("grant_type", "authorization_code");
    form.add_secret("code", code);
    form.add("redirect_uri", &request.redirect_uri);
    if let Some(pkce) = &request.pkce {
        form.add_secret("code_verifier", &pkce.code_verifier);
    }
    token_request::add_targets(&mut form, party);
    token_request::request(party, Purpose::Code, form, transcript).await
}

/// Keeps what tells most of the answers that lacked the right `state`: what the provider said, else the last one.
fn keep(kept: &mut Option<CallbackError>, error: CallbackError) {
    let says = |error: &CallbackError| matches!(error, CallbackError::MissingState(Some(_)));
    let is_unproven = matches!(error, CallbackError::MissingState(_) | CallbackError::WrongState);
    if is_unproven && (says(&error) || !kept.as_ref().is_some_and(says)) {
        *kept = Some(error);
    }
}

/// The answer that is waited for.
struct Coming {
    waiting: Waiting,
    expectation: Expectation,
    /// Whether the provider shows the code on a page of its own.
    shows_code: bool,
}

impl Coming {
    /// Waits for it: at the listener, or pasted by hand.
    async fn callback(&mut self, login: &mut Login, party: Party<'_>, steps: Steps<'_>) -> Result<Callback, FlowError> {
        let patience = login.patience;
        let until = jiff::SignedDuration::try_from(patience)
            .ok()
            .and_then(|patience| party.clock.now().checked_add(patience).ok());
        if let Some(until) = until {
            steps.tell(LoginStep::Waiting(until));
        }
        let mut unproven = None;
        let arrival = async {
            loop {
                tokio::select! {
                    arrival = self.waiting.next() => match arrival {
                        Some(Arrival::Answer(callback)) => return *callback,
                        Some(Arrival::Stray(what)) => steps.tell(LoginStep::Stray(what)),
                        Some(Arrival::Unproven(error)) => {
                            steps.tell(LoginStep::Stray(error.to_string()));
                            keep(&mut unproven, error);
                        }
                        None => std::future::pending().await,
                    },
                    Some(text) = login.pasted.recv() => match self.pasted(&text) {
                        Ok(callback) => return callback,
                        Err(error) => {
                            steps.tell(LoginStep::Stray(format!("What you pasted is not the answer. {error}")));
                            keep(&mut unproven, error);
                        }
                    }
                }
            }
        };
        let arrived = tokio::time::timeout(patience, arrival).await;
        arrived.map_err(|_| FlowError::NobodyCame {
            seconds: patience.as_secs(),
            unproven,
        })
    }

    /// What a person pasted, or why it is not the answer. A refusal is one.
    fn pasted(&self, text: &Secret) -> Result<Callback, CallbackError> {
        // Exposed to be read.
        let text = text.expose();
        if self.shows_code
            && let Some(callback) = Callback::from_shown_code(text, &self.expectation.state)
        {
            return Ok(callback);
        }
        let callback = Callback::parse_pasted(text);
        match self.expectation.judge(&callback) {
            Err(CallbackError::MissingState(said)) => {
                Err(CallbackError::MissingState(said.map(AuthorizationError::redacted)))
            }
            Err(error @ (CallbackError::NoCode | CallbackError::Missing(_))) => Err(error),
            Err(error) if self.expectation.is_stray(&error) => Err(error),
            _ => Ok(callback),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_the_answers_without_the_right_state_the_one_that_says_most_is_kept() {
        let said = CallbackError::MissingState(Some(AuthorizationError {
            error: "invalid_scope".to_owned(),
            error_description: None,
            error_uri: None,
        }));
        let mut kept = None;
        for (error, after) in [
            (CallbackError::NoCode, None),
            (CallbackError::WrongState, Some(&CallbackError::WrongState)),
            (
                CallbackError::MissingState(None),
                Some(&CallbackError::MissingState(None)),
            ),
            (said.clone(), Some(&said)),
            (CallbackError::WrongState, Some(&said)),
        ] {
            keep(&mut kept, error);
            assert_eq!(kept.as_ref(), after);
        }
    }
}
