//! What follows when a session is over: nothing, a question, or a login at once, as the profile says.

use std::sync::Arc;

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::core::Engine;
use super::event::EventKind;
use super::failure::Failure;
use super::login::LoginOptions;
use super::reporter::Reporter;
use super::session::Session;
use crate::model::Slug;
use crate::model::profile::LoginFallback;

/// How a login is run in the place of a refresh.
#[derive(Debug)]
pub struct Renewal<L, F> {
    /// Gives the login's options, when there is one.
    pub login: L,
    /// Asks the person, who is told why the session is over. Called where the profile says so.
    pub ask: F,
}

/// What came of it.
#[derive(Clone, Debug)]
pub enum Renewed {
    /// The refresh gave tokens.
    Refreshed(Arc<Session>),
    /// The session was over, and a login gave tokens.
    LoggedIn(Arc<Session>),
}

impl Renewed {
    /// What the profile holds now.
    pub const fn session(&self) -> &Arc<Session> {
        match self {
            Self::Refreshed(session) | Self::LoggedIn(session) => session,
        }
    }
}

impl Engine {
    /// Refreshes, or logs in where the session is over and the profile's login fallback allows it. What cannot work is not
    /// tried then: there is no refresh token, or its time is over. The login is cancelled by `stop`, the refresh is not.
    pub async fn refresh_or_login<L, F>(
        &self,
        slug: &Slug,
        renewal: Renewal<L, F>,
        stop: &CancellationToken,
        reporter: &Reporter,
    ) -> Result<Renewed, Failure>
    where
        L: FnOnce() -> LoginOptions,
        F: AsyncFnOnce(&Failure) -> bool,
    {
        let fallback = self.profile(slug).await?.login_fallback;
        let known = match fallback {
            // Then the person wants to see what the provider says.
            LoginFallback::Off => None,
            LoginFallback::Ask | LoginFallback::Automatic => self
                .session(slug)
                .and_then(|session| known_to_be_over(&session, self.inner.clock.now())),
        };
        let why = match known {
            Some(why) => why,
            None => match self.refresh(slug, reporter).await {
                Ok(session) => return Ok(Renewed::Refreshed(session)),
                Err(failure) if failure.ends_session => failure,
                Err(failure) => return Err(failure),
            },
        };
        match fallback {
            LoginFallback::Off => return Err(why),
            LoginFallback::Ask => {
                let event = EventKind::LoginWanted {
                    slug: slug.clone(),
                    why: why.clone(),
                };
                reporter.tell(event).await;
                if !(renewal.ask)(&why).await {
                    return Err(why);
                }
            }
            LoginFallback::Automatic => {}
        }
        let slug_told = slug.clone();
        reporter.tell(EventKind::LoginInstead { slug: slug_told, why }).await;
        self.login_until(slug, (renewal.login)(), stop, reporter)
            .await
            .map(Renewed::LoggedIn)
    }
}

/// Why a refresh cannot work, where that is known without trying.
fn known_to_be_over(session: &Session, local: Timestamp) -> Option<Failure> {
    let over = |code, message| {
        let mut failure = Failure::provider(code, message, "Log in again");
        failure.ends_session = true;
        Some(failure)
    };
    match &session.tokens.refresh {
        None => over("no_refresh_token", "The provider gave no refresh token"),
        Some(token) if token.lifetime.is_expired(session.now(local)) => {
            over("refresh_token_expired", "The refresh token has expired")
        }
        Some(_) => None,
    }
}
