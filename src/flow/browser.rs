//! The ways through a browser: authorization code (RFC 6749 §4.1) with PKCE (RFC 7636), hybrid (OpenID Connect Core §3.3)
//! and implicit (RFC 6749 §4.2, OpenID Connect Core §3.2).

use super::error::FlowError;
use super::form::Form;
use super::listener::{Arrival, Expectation, Listener, Waiting};
use super::login::{Answered, Login, Steps, Won};
use super::party::Party;
use super::step::LoginStep;
use super::token_request::{self, Granted};
use super::transcript::Transcript;
use crate::model::Secret;
use crate::model::authorize::AuthorizationRequest;
use crate::model::callback::{Callback, CallbackError};
use crate::model::exchange::Purpose;
use crate::model::field::Field;

/// A login through the browser.
pub(super) struct Browser<'a> {
    pub(super) party: Party<'a>,
    pub(super) login: Login,
    pub(super) steps: Steps<'a>,
}

/// Sends the browser to the provider, waits for it to come back, and exchanges the code where there is one.
pub(super) async fn log_in(browser: Browser<'_>, transcript: &mut Transcript) -> Result<Won, FlowError> {
    let Browser {
        party,
        mut login,
        steps,
    } = browser;
    let endpoint = party.endpoints.authorization.as_ref();
    let endpoint = endpoint.ok_or(FlowError::NoEndpoint(Field::AuthorizationEndpoint))?;
    let listener = Listener::bind_first(&party.profile.redirect_targets()?).await?;
    if let Some(why) = listener.why_not().filter(|_| !login.can_paste) {
        return Err(why.clone().into());
    }
    let redirect_uri = listener.redirect_uri().to_owned();
    steps.tell(match listener.why_not() {
        None => LoginStep::Listening(redirect_uri.clone()),
        Some(why) => LoginStep::PasteOnly {
            redirect_uri: redirect_uri.clone(),
            why: why.to_string(),
        },
    });
    if let Some(fingerprint) = listener.certificate_fingerprint() {
        steps.tell(LoginStep::Certificate(fingerprint));
    }
    let binding = party.dpop.map(|dpop| dpop.key.thumbprint());
    let request = AuthorizationRequest::new(party.profile, endpoint, redirect_uri, binding.as_deref(), party.random);
    let expectation = Expectation {
        state: request.state.clone(),
        issuer: party.endpoints.issuer.clone(),
    };
    let mut waiting = listener.serve(expectation);
    steps.tell(LoginStep::Address(request.url.clone()));
    if let Some(open) = login.open_browser.take() {
        let url = request.url.clone();
        let opened = tokio::task::spawn_blocking(move || open(&url)).await;
        steps.tell(LoginStep::Browser(opened.unwrap_or_else(|e| Err(e.to_string()))));
    }
    let callback = wait(&mut waiting, &mut login, &request, party, steps).await?;
    let code = callback.accept(&request.state, party.endpoints.issuer.as_deref())?;
    steps.tell(LoginStep::CalledBack);
    steps.tell(LoginStep::Exchanging);
    let granted = exchange(party, &code, &request, transcript).await?;
    // Until here the page of a second callback is still served.
    drop(waiting);
    Ok(Won {
        granted,
        browser: Some(Answered {
            callback,
            state: request.state,
            nonce: request.nonce,
            code: Some(code),
        }),
    })
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

/// Waits for the answer to this request: at the listener, or pasted by hand.
async fn wait(
    waiting: &mut Waiting,
    login: &mut Login,
    request: &AuthorizationRequest,
    party: Party<'_>,
    steps: Steps<'_>,
) -> Result<Callback, FlowError> {
    let patience = login.patience;
    let until = jiff::SignedDuration::try_from(patience)
        .ok()
        .and_then(|patience| party.clock.now().checked_add(patience).ok());
    if let Some(until) = until {
        steps.tell(LoginStep::Waiting(until));
    }
    let issuer = party.endpoints.issuer.as_deref();
    let arrival = async {
        loop {
            tokio::select! {
                arrival = waiting.next() => match arrival {
                    Some(Arrival::Answer(callback)) => return *callback,
                    Some(Arrival::Stray(what)) => steps.tell(LoginStep::Stray(what)),
                    None => std::future::pending().await,
                },
                Some(text) = login.pasted.recv() => {
                    let callback = Callback::parse_pasted(text.expose());
                    match callback.accept(&request.state, issuer) {
                        Err(error @ (CallbackError::WrongState | CallbackError::NoCode)) => {
                            steps.tell(LoginStep::Stray(format!("What you pasted is not the answer. {error}")));
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
