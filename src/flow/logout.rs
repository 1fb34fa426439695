//! Logging out at the provider (OpenID Connect RP-Initiated Logout §2): the browser goes there, and comes back where it can.

use std::fmt;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::mpsc;

use super::error::FlowError;
use super::listener::{Arrival, Listener, Waiting};
use super::login::OpenBrowser;
use super::party::Party;
use crate::model::Secret;
use crate::model::field::Field;
use crate::model::pkce::random_text;
use crate::model::redirect::{Listening, RedirectError, RedirectTarget};

/// How far a logout is.
#[derive(Clone, Debug)]
pub enum LogoutStep {
    /// The browser is waited for at this address; none where nothing listens: then nobody hears of the end.
    Listening(Option<String>),
    /// The address to open. It holds the ID token.
    Address(Secret),
    /// The browser was opened, or why not.
    Browser(Result<(), String>),
    /// It is waited for until this time, by the local clock.
    Waiting(Timestamp),
    /// Something came that was not the answer, in one sentence. The wait goes on.
    Stray(String),
}

/// How a logout ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoggedOut {
    /// The browser came back with the right `state`: the provider is done.
    CameBack,
    /// The browser was sent there. What the person did then cannot be seen from here.
    Sent,
}

/// What a logout needs beside the party.
pub struct Logout {
    /// Opens the browser; none leaves that to the person.
    pub open_browser: Option<OpenBrowser>,
    /// How long the browser is waited for.
    pub patience: Duration,
}

impl fmt::Debug for Logout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Logout").finish_non_exhaustive()
    }
}

impl Logout {
    /// Sends the browser to the provider with the ID token as `id_token_hint`, and waits for it where the redirect URI can
    /// be listened on. Dropping the future ends the wait and closes the port.
    pub async fn run(
        self,
        party: Party<'_>,
        id_token: Option<&Secret>,
        steps: &mpsc::Sender<LogoutStep>,
    ) -> Result<LoggedOut, FlowError> {
        // A progress message that nobody takes must not hold the logout up.
        let tell = |step| drop(steps.try_send(step));
        let listener = listen(party, tell).await?;
        let redirect_uri = match &listener {
            Some(listener) => Some(listener.redirect_uri().to_owned()),
            None => Some(party.profile.post_logout_redirect_uri.trim().to_owned()).filter(|uri| !uri.is_empty()),
        };
        let state = random_text(party.random);
        let address = address(party, id_token, redirect_uri.as_deref(), &state)?;
        tell(LogoutStep::Listening(redirect_uri.filter(|_| listener.is_some())));
        let mut waiting = listener.map(|listener| listener.serve_after_logout(state));
        tell(LogoutStep::Address(Secret::new(address.as_str())));
        if let Some(open) = self.open_browser {
            let opened = tokio::task::spawn_blocking(move || open(&address)).await;
            let opened = opened.unwrap_or_else(|error| Err(error.to_string()));
            if let (Err(why), None) = (&opened, &waiting) {
                return Err(FlowError::NoBrowser(why.clone()));
            }
            tell(LogoutStep::Browser(opened));
        }
        let Some(waiting) = &mut waiting else {
            return Ok(LoggedOut::Sent);
        };
        let until = SignedDuration::try_from(self.patience)
            .ok()
            .and_then(|patience| party.clock.now().checked_add(patience).ok());
        if let Some(until) = until {
            tell(LogoutStep::Waiting(until));
        }
        tokio::time::timeout(self.patience, back(waiting, tell))
            .await
            .map_err(|_| FlowError::NotBack {
                seconds: self.patience.as_secs(),
            })
    }
}

/// Listens where the browser is to come back; none where no address is given or this machine cannot listen on it.
async fn listen(party: Party<'_>, tell: impl Fn(LogoutStep)) -> Result<Option<Listener>, FlowError> {
    let uri = party.profile.post_logout_redirect_uri.trim();
    if uri.is_empty() {
        return Ok(None);
    }
    let target = match RedirectTarget::parse(uri) {
        Ok(target) => target,
        // Good for a browser that goes there, and nothing here can listen: no secret comes back from a logout.
        Err(RedirectError::NotLoopback(_) | RedirectError::HasFragment) => return Ok(None),
        Err(why) => return Err(FlowError::AfterLogout(Box::new(why.into()))),
    };
    if matches!(target.listening(), Listening::Paste(_)) {
        return Ok(None);
    }
    match Listener::bind(&target).await {
        Ok(listener) => Ok(Some(listener)),
        // The logout itself needs no listener; only an address with any free port cannot do without.
        Err(why) if target.port() != Some(0) => {
            tell(LogoutStep::Stray(format!("{why}. The browser is not waited for")));
            Ok(None)
        }
        Err(why) => Err(FlowError::AfterLogout(Box::new(why.into()))),
    }
}

async fn back(waiting: &mut Waiting, tell: impl Fn(LogoutStep)) -> LoggedOut {
    loop {
        match waiting.next().await {
            Some(Arrival::Answer(_)) => return LoggedOut::CameBack,
            Some(Arrival::Stray(what)) => tell(LogoutStep::Stray(what)),
            // After a logout only the state is looked at.
            Some(Arrival::Unproven(_)) => {}
            None => std::future::pending().await,
        }
    }
}

/// The address to open (RP-Initiated Logout §2). What the endpoint's own query holds stays.
fn address(
    party: Party<'_>,
    id_token: Option<&Secret>,
    redirect_uri: Option<&str>,
    state: &str,
) -> Result<url::Url, FlowError> {
    let endpoint = party.endpoints.end_session.as_ref();
    let mut url = endpoint
        .ok_or(FlowError::NoEndpoint(Field::EndSessionEndpoint))?
        .clone();
    {
        let mut query = url.query_pairs_mut();
        if let Some(id_token) = id_token {
            query.append_pair("id_token_hint", id_token.expose());
        }
        query.append_pair("client_id", &party.profile.client_id);
        if let Some(redirect_uri) = redirect_uri {
            query.append_pair("post_logout_redirect_uri", redirect_uri);
            query.append_pair("state", state);
        }
    }
    Ok(url)
}
