//! Ending a token at the provider (RFC 7009).

use std::sync::Arc;

use super::ask::no_tokens;
use super::core::{Engine, Inner};
use super::equipment::Given;
use super::failure::Failure;
use super::reporter::Reporter;
use super::rows::failed_entry;
use super::session::Session;
use crate::flow::{self, Revoked, Transcript};
use crate::model::history::{HistoryEntry, HistoryKind};
use crate::model::{Slug, TokenKind};

impl Engine {
    /// Ends the token of this kind. Once the request is out it goes on even when this future is dropped: only the answer
    /// tells whether the token is dead.
    pub async fn revoke(&self, slug: &Slug, kind: TokenKind, reporter: &Reporter) -> Result<Revoked, Failure> {
        let (inner, slug, reporter) = (Arc::clone(&self.inner), slug.clone(), reporter.clone());
        let work = tokio::spawn(async move { inner.revoke_in_turn(&slug, kind, &reporter).await });
        let done = work.await;
        done.unwrap_or_else(|error| Err(Failure::internal("The revocation", error, "Try again")))
    }
}

impl Inner {
    /// Waits for the session's turn: a refresh that is out would bring another token in the meantime.
    async fn revoke_in_turn(&self, slug: &Slug, kind: TokenKind, reporter: &Reporter) -> Result<Revoked, Failure> {
        let turn = self.turn(slug);
        let _turn = turn.lock().await;
        let before = self.session(slug).ok_or_else(no_tokens)?;
        let token = before.tokens.get(kind).ok_or_else(|| {
            Failure::provider(
                "no_token",
                format!("The provider gave no {} token", kind.as_str()),
                "There is nothing to revoke",
            )
        })?;
        let profile = self.archive.load(slug).await?;
        let equipment = self
            .equip(&profile, Given::default(), before.dpop.clone(), reporter)
            .await?;
        self.must_be_same_provider(&before, &equipment.endpoints, reporter)
            .await?;
        let mut transcript = Transcript::default();
        let result = flow::revocation::revoke(equipment.party(), kind, &token.value, &mut transcript).await;
        let now = self.clock.now();
        match result {
            Ok(revoked) => {
                let session = Arc::new(after_revocation(&before, kind));
                self.keep_session(slug, Arc::clone(&session));
                let mut entry = HistoryEntry::new(slug.clone(), now, HistoryKind::Revocation);
                entry.generation = Some(before.generation);
                entry.http_status = Some(revoked.status);
                entry.latency_ms = Some(revoked.latency_ms);
                entry.note = kind.label().to_lowercase();
                self.remember(entry, transcript.into_exchanges(), reporter).await;
                self.tell_session(slug, &session, reporter).await;
                Ok(revoked)
            }
            Err(error) => {
                let failure = Failure::from(&error);
                let mut entry = failed_entry(slug, now, HistoryKind::Revocation, &failure, &transcript);
                entry.generation = Some(before.generation);
                let exchanges = transcript.into_exchanges();
                if !exchanges.is_empty() {
                    self.remember(entry, exchanges, reporter).await;
                }
                Err(failure)
            }
        }
    }
}

/// Without its refresh token a session is over. The access token may live on: whether it ends too is the provider's
/// choice (RFC 7009 §2.1).
fn after_revocation(before: &Session, kind: TokenKind) -> Session {
    let mut session = before.clone();
    if !session.revoked.contains(&kind) {
        session.revoked.push(kind);
    }
    session.is_over |= kind == TokenKind::Refresh;
    session
}
