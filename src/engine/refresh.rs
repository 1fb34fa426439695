//! Refreshing: one at a time per session, never dropped once it is out.

use std::sync::Arc;

use super::clock_skew::with_clock_skew;
use super::core::{Engine, Inner};
use super::equipment::{Given, missing_client_secret};
use super::failure::Failure;
use super::reporter::Reporter;
use super::rows::{failed_entry, obtained_entry};
use super::session::Session;
use crate::flow::{self, FlowError, Obtained, Transcript};
use crate::model::history::HistoryKind;
use crate::model::profile::Grant;
use crate::model::{Secret, Slug, Token, TokenKind};

impl Engine {
    /// Refreshes now. Once the request is out it goes on even when this future is dropped: the server may have spent the
    /// old refresh token, and only the answer holds the new one.
    pub async fn refresh(&self, slug: &Slug, reporter: &Reporter) -> Result<Arc<Session>, Failure> {
        let session = self.session(slug).ok_or_else(no_session)?;
        let (inner, slug, reporter) = (Arc::clone(&self.inner), slug.clone(), reporter.clone());
        let seen = session.generation;
        let work = tokio::spawn(async move { inner.refresh_in_turn(&slug, seen, &reporter).await });
        let done = work.await;
        done.unwrap_or_else(|error| Err(Failure::internal("The refresh", error, "Log in again")))
    }
}

fn no_session() -> Failure {
    Failure::local(
        "no_session",
        "There are no tokens to refresh",
        "Log in first: tokens are kept in memory only",
    )
}

/// Why there is none, and what to do instead.
fn no_refresh_token(grant: Grant) -> Failure {
    let (why, what_to_do) = match grant {
        Grant::Implicit => (
            "The implicit grant gives no refresh token (RFC 6749 §4.2.2)",
            "Log in again, or choose the “Grant” authorization_code in the profile",
        ),
        Grant::ClientCredentials => (
            "The client credentials grant gives no refresh token (RFC 6749 §4.4.3)",
            "Log in again: that needs no person",
        ),
        Grant::TokenExchange | Grant::JwtBearer => (
            "The provider gave no refresh token, as is usual with this grant",
            "Log in again: that needs no person",
        ),
        _ => (
            "The provider gave no refresh token",
            "Ask for it with a scope like offline_access in the profile, and log in again",
        ),
    };
    Failure::provider("no_refresh_token", why, what_to_do)
}

impl Inner {
    /// Waits for the session's turn, looks again, and refreshes unless somebody did it in the meantime.
    async fn refresh_in_turn(&self, slug: &Slug, seen: u32, reporter: &Reporter) -> Result<Arc<Session>, Failure> {
        let turn = self.turn(slug);
        let _turn = turn.lock().await;
        let before = self.session(slug).ok_or_else(no_session)?;
        if before.generation != seen {
            return Ok(before);
        }
        if before.is_over {
            // Sent again, a dead token only makes the provider suspicious.
            let why = if before.revoked.contains(&TokenKind::Refresh) {
                "This refresh token was revoked"
            } else {
                "The provider has refused this refresh token before"
            };
            let mut failure = Failure::provider("session_over", why, "Log in again");
            failure.ends_session = true;
            return Err(failure);
        }
        let mut transcript = Transcript::default();
        let mut rotated = None;
        match self.run_refresh(&before, &mut transcript, &mut rotated, reporter).await {
            Ok(obtained) => Ok(self.refreshed(slug, &before, obtained, transcript, reporter).await),
            Err(failure) => {
                let failure = with_clock_skew(failure, &transcript);
                let rotated = rotated.map(|token| self.with_refresh_token(&before, token));
                if let Some(session) = &rotated {
                    self.keep_session(slug, Arc::clone(session));
                }
                self.refresh_failed(slug, &before, &failure, transcript, reporter).await;
                if let Some(session) = &rotated {
                    self.tell_session(slug, session, reporter).await;
                }
                Err(failure)
            }
        }
    }

    async fn run_refresh(
        &self,
        before: &Session,
        transcript: &mut Transcript,
        rotated: &mut Option<Secret>,
        reporter: &Reporter,
    ) -> Result<Obtained, Failure> {
        let refresh_token = before.tokens.refresh.as_ref();
        let refresh_token = refresh_token.ok_or_else(|| no_refresh_token(before.profile.grant))?;
        let profile = &before.profile;
        let equipment = self
            .equip(profile, Given::default(), before.dpop.clone(), reporter)
            .await?;
        if profile.authentication_of_refresh().needs_secret()
            && let Some(failure) = missing_client_secret(&equipment)
        {
            return Err(failure);
        }
        flow::refresh::refresh(equipment.party(), &before.tokens, &refresh_token.value, transcript)
            .await
            .map_err(|error| {
                if let FlowError::NoToken { refresh_token, .. } = &error {
                    rotated.clone_from(refresh_token);
                }
                let mut failure = Failure::of(&error, profile);
                // Only this answer means that the token is dead (RFC 6749 §5.2); anything else may be tried again, and a
                // server that has a fault of its own does not know.
                let server_fault = failure.http_status.is_some_and(|status| status >= 500);
                failure.ends_session = failure.code == "invalid_grant" && !server_fault;
                // No answer says nothing about whether the server has rotated.
                if matches!(failure.code.as_str(), "timeout" | "broken_connection" | "too_large") {
                    failure
                        .hint
                        .push_str(". The refresh token may be spent: if the next refresh is refused, log in");
                }
                failure
            })
    }

    /// Keeps the refresh token of an answer that could not be used otherwise: the one before it is spent.
    fn with_refresh_token(&self, before: &Session, value: Secret) -> Arc<Session> {
        let now = before.server_time.at(self.clock.now());
        let mut token = Token::new(value, now, None);
        let documented_s = before.profile.refresh_token_lifetime_s;
        token.lifetime = token.lifetime.clone().or_documented(documented_s);
        let mut session = before.clone();
        session.tokens.refresh = Some(token);
        session.tokens.refresh_rotated = true;
        Arc::new(session)
    }

    async fn refreshed(
        &self,
        slug: &Slug,
        before: &Session,
        obtained: Obtained,
        transcript: Transcript,
        reporter: &Reporter,
    ) -> Arc<Session> {
        let now = self.clock.now();
        let generation = before.generation + 1;
        let entry = obtained_entry(slug, now, HistoryKind::Refresh, generation, &obtained);
        let session = Session::new(
            before.profile.clone(),
            generation,
            obtained,
            now,
            Some(before.as_previous()),
        );
        let session = Arc::new(Session {
            dpop: before.dpop.clone(),
            logged_out: before.logged_out,
            ..session
        });
        self.keep_session(slug, Arc::clone(&session));
        self.remember(entry, transcript.into_exchanges(), reporter).await;
        self.tell_session(slug, &session, reporter).await;
        session
    }

    async fn refresh_failed(
        &self,
        slug: &Slug,
        before: &Session,
        failure: &Failure,
        transcript: Transcript,
        reporter: &Reporter,
    ) {
        let now = self.clock.now();
        let mut entry = failed_entry(slug, now, HistoryKind::RefreshFailed, failure, &transcript);
        entry.generation = Some(before.generation);
        self.remember(entry, transcript.into_exchanges(), reporter).await;
        if failure.ends_session {
            let over = Arc::new(Session {
                is_over: true,
                ..before.clone()
            });
            self.keep_session(slug, Arc::clone(&over));
            self.tell_session(slug, &over, reporter).await;
        }
    }
}
