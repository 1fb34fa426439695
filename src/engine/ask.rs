//! Asking the provider about the tokens: who the person is, and what it knows of a token.

use jiff::{SignedDuration, Timestamp};

use super::core::{Engine, Inner};
use super::equipment::Given;
use super::event::EventKind;
use super::failure::Failure;
use super::reporter::Reporter;
use super::session::Session;
use crate::flow::{self, FlowError, ProviderAnswer, Question, Transcript};
use crate::model::checks::Outcome;
use crate::model::claims_checks::Ended;
use crate::model::history::{HistoryEntry, HistoryKind};
use crate::model::lifetime::ExpiresFrom;
use crate::model::profile::Endpoints;
use crate::model::{Slug, TokenKind};

/// Two clocks never agree to the second: within this time after its end a token may be taken or not.
const ABOUT_THE_END: SignedDuration = SignedDuration::from_secs(60);

impl Engine {
    /// Asks the provider. An error answer is an answer: it is given, and told, as it came.
    pub async fn ask(&self, slug: &Slug, question: Question, reporter: &Reporter) -> Result<ProviderAnswer, Failure> {
        let inner = &self.inner;
        let session = self.session(slug).ok_or_else(no_tokens)?;
        let profile = inner.archive.load(slug).await?;
        let equipment = inner
            .equip(&profile, Given::default(), session.dpop.clone(), reporter)
            .await?;
        inner
            .must_be_same_provider(&session, &equipment.endpoints, reporter)
            .await?;
        let mut transcript = Transcript::default();
        let (party, tokens) = (equipment.party(), &session.tokens);
        let result = match question {
            Question::Userinfo => flow::userinfo::userinfo(party, tokens, &mut transcript).await,
            Question::Introspection(kind) => {
                let ended = ended(&session, kind, inner.clock.now());
                flow::introspection::introspect(party, tokens, kind, ended, &mut transcript).await
            }
        };
        let kind = match question {
            Question::Userinfo => HistoryKind::Userinfo,
            Question::Introspection(_) => HistoryKind::Introspection,
        };
        let mut entry = HistoryEntry::new(slug.clone(), inner.clock.now(), kind);
        entry.generation = Some(session.generation);
        match &result {
            Ok(answer) => fill(&mut entry, answer),
            // Nothing was sent.
            Err(FlowError::NoEndpoint(_) | FlowError::NoCredential(_)) => {}
            Err(error) => {
                let failure = Failure::from(error);
                entry.error = Some(failure.code);
                entry.note = failure.message;
                entry.latency_ms = transcript.last().map(|exchange| exchange.total_ms);
            }
        }
        let exchanges = transcript.into_exchanges();
        if !exchanges.is_empty() {
            inner.remember(entry, exchanges, reporter).await;
        }
        let answer = result.map_err(|error| Failure::from(&error))?;
        reporter
            .tell(EventKind::ProviderAnswered {
                slug: slug.clone(),
                answer: Box::new(answer.clone()),
            })
            .await;
        Ok(answer)
    }
}

pub(super) fn no_tokens() -> Failure {
    Failure::local(
        "no_session",
        "There are no tokens",
        "Log in first: tokens are kept in memory only",
    )
}

impl Inner {
    /// A token belongs to the provider that gave it and must not go to another: the profile may have been changed since.
    pub(super) async fn must_be_same_provider(
        &self,
        session: &Session,
        endpoints: &Endpoints,
        reporter: &Reporter,
    ) -> Result<(), Failure> {
        let origin = self.origin_for(&session.profile, reporter).await?;
        let demo = origin.as_ref().map(|origin| &origin.base_url);
        if Self::endpoints(&session.profile, demo)?.source() == endpoints.source() {
            return Ok(());
        }
        Err(Failure::local(
            "profile_changed",
            "The profile has another token endpoint than at the login: the token is not sent there",
            "Log in again",
        ))
    }
}

/// Why the provider may say that a token is not active.
fn ended(session: &Session, kind: TokenKind, local: Timestamp) -> Option<Ended> {
    if session.revoked.contains(&kind) || (kind == TokenKind::Refresh && session.is_over) {
        return Some(Ended::Revoked);
    }
    let now = session.now(local);
    let lifetime = &session.tokens.get(kind)?.lifetime;
    if lifetime.is_expired(now) {
        let for_certain = now
            .checked_sub(ABOUT_THE_END)
            .is_ok_and(|before| lifetime.is_expired(before));
        return Some(if for_certain && lifetime.from != ExpiresFrom::Documented {
            Ended::Expired
        } else {
            Ended::Perhaps("its time is over, as far as that is known here")
        });
    }
    if !session.revoked.is_empty() {
        // RFC 7009 §2.1: with one the provider may end the other.
        return Some(Ended::Perhaps("the token beside it was revoked"));
    }
    if session.is_over {
        return Some(Ended::Perhaps("the refresh token beside it is dead"));
    }
    session.logged_out.map(|_| Ended::Perhaps("the person was logged out"))
}

fn fill(entry: &mut HistoryEntry, answer: &ProviderAnswer) {
    entry.latency_ms = Some(answer.http.latency_ms);
    entry.http_status = Some(answer.http.status);
    let failed = answer.checks.iter().find(|check| check.outcome == Outcome::Fail);
    let member = |name: &str| answer.members.iter().rev().find(|member| member.name == name);
    entry.note = match (answer.question, &answer.error, failed) {
        (_, Some(error), _) => error.error_description.clone().unwrap_or_default(),
        (_, None, Some(check)) => check.message.to_string(),
        (Question::Userinfo, ..) => member("sub")
            .and_then(|member| member.value().as_str().map(str::to_owned))
            .unwrap_or_default(),
        (Question::Introspection(kind), ..) => {
            let is = match member("active").map(|member| member.raw.trim()) {
                Some("true") => "is active",
                Some("false") => "is not active",
                _ => "",
            };
            format!("{} {is}", kind.label().to_lowercase()).trim_end().to_owned()
        }
    };
    entry.error = match (&answer.error, failed) {
        (Some(error), _) => Some(error.error.clone()),
        (None, Some(check)) => Some(check.id.to_string()),
        (None, None) => None,
    };
}
