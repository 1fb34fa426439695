//! Rules, and whether they were kept: each check has an id, an outcome, a sentence and a section.
//!
//! Start with `catalogue`: it says what rules there are. `judge` holds one token against them, with `times`, `header`,
//! `common`, `id_token` and `access_token` for its parts; `front_channel` and `callback` judge what came through the
//! browser, `response`, `error_response` and `granted` what the token endpoint gave, `refreshed` what a refresh changed,
//! `transport` how it all travelled and `keys` what the keys were like.

mod access_token;
mod callback;
pub mod catalogue;
mod claim_reader;
mod common;
mod error_response;
mod expected;
mod front_channel;
mod granted;
mod half_hash;
mod header;
mod id_token;
mod judge;
mod keys;
mod refreshed;
mod response;
mod same;
mod times;
mod token_use;
mod transport;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

pub use callback::{callback_checks, issuer_in_answer_check, repeated_parameters_check, unproven_state_check};
pub use catalogue::{Rule, rule};
pub use error_response::error_response_checks;
pub use expected::Expected;
pub use front_channel::{
    access_token_check, missing_id_token_check, missing_token_check, same_identity_checks, unasked_token_check,
};
pub use granted::{binding_check, discouraged_grant_check, issued_token_type_checks};
pub use judge::{Subject, judge_session_token, judge_token, session_time_checks, signature_check};
pub(in crate::model) use judge::{begins_at, issued_at};
pub use keys::key_checks;
pub(in crate::model) use refreshed::KEPT_CLAIMS;
pub use refreshed::{refreshed_checks, refreshed_id_token_checks, rotation_check, scope_check, wider_token_check};
pub use response::{Asked, token_response_checks};
pub use token_use::{TokenUse, guess_use};
pub use transport::{endpoint_checks, in_clear_check, insecure_check, redirect_check};

use super::defect::Defect;

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The rule was kept.
    Pass,
    /// Worth a look: unwise, though nothing forbids it, or a rule that real servers break without harm to most clients.
    /// What it may cost stands with the [`Rule`].
    Warn,
    /// A rule was broken that somebody relies on, or something that was expected is not so. One of these fails the whole.
    Fail,
    /// Something that the check needs is missing; the message says what.
    Skip,
}

impl Outcome {
    /// The word, as JSON output has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Warn => "warn",
            Self::Fail => "fail",
            Self::Skip => "skip",
        }
    }
}

/// One check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// A stable word for scripts, like `jwt.exp`. [`rule`] explains it.
    pub id: Cow<'static, str>,
    /// How it ended.
    pub outcome: Outcome,
    /// Why.
    pub message: Cow<'static, str>,
    /// The section with the rule.
    pub spec: Cow<'static, str>,
}

impl Check {
    /// A check of a rule in the [`catalogue`]: making one of any other rule is a mistake that every test would show.
    pub fn new(
        id: impl Into<Cow<'static, str>>,
        outcome: Outcome,
        message: impl Into<Cow<'static, str>>,
        spec: impl Into<Cow<'static, str>>,
    ) -> Self {
        let id = id.into();
        debug_assert!(rule(&id).is_some(), "{id} is not in the catalogue");
        Self {
            id,
            outcome,
            message: message.into(),
            spec: spec.into(),
        }
    }

    /// Something odd about an answer, called `{of}.{its word}`.
    pub fn of_defect(of: &str, outcome: Outcome, defect: &Defect) -> Self {
        let id = format!("{of}.{}", defect.code);
        Self::new(id, outcome, defect.message.clone(), section_in(&defect.message))
    }
}

/// The section that a defect's sentence names in brackets.
fn section_in(message: &str) -> String {
    message
        .rsplit_once('(')
        .and_then(|(_, rest)| rest.strip_suffix(')'))
        .filter(|section| section.starts_with("RFC") || section.starts_with("OIDC"))
        .unwrap_or_default()
        .to_owned()
}

/// [`Check::new`], short.
pub(in crate::model) fn check(
    id: impl Into<Cow<'static, str>>,
    outcome: Outcome,
    message: impl Into<Cow<'static, str>>,
    spec: impl Into<Cow<'static, str>>,
) -> Check {
    Check::new(id, outcome, message, spec)
}
