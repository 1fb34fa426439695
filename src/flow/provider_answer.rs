//! What the provider said about a token or its person.

use super::api::ApiAnswer;
use crate::model::TokenKind;
use crate::model::checks::{Check, Outcome};
use crate::model::members::Member;
use crate::model::response::TokenError;
use crate::model::verify::Signature;

/// What the provider is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Question {
    /// Who the person is (OpenID Connect Core §5.3).
    Userinfo,
    /// What it knows of a token (RFC 7662).
    Introspection(TokenKind),
}

/// What it said.
#[derive(Clone, Debug, PartialEq)]
pub struct ProviderAnswer {
    /// What it was asked.
    pub question: Question,
    /// The answer as it came over the wire, without secrets.
    pub http: ApiAnswer,
    /// What could be read of it, member by member. Tokens that were sent are not in it.
    pub members: Vec<Member>,
    /// The verdict on the signature, where the answer is a JWT.
    pub signature: Option<Signature>,
    /// `error` and what goes with it.
    pub error: Option<TokenError>,
    /// The rules that it keeps or breaks; empty where the status is no success.
    pub checks: Vec<Check>,
}

impl ProviderAnswer {
    /// Whether the provider answered, and no rule is broken.
    pub fn is_good(&self) -> bool {
        let failed = |check: &Check| check.outcome == Outcome::Fail;
        self.is_success() && !self.checks.iter().any(failed)
    }

    /// Whether the status is a success.
    pub const fn is_success(&self) -> bool {
        matches!(self.http.status, 200..=299)
    }
}
