//! A token that somebody wants to look at, seen from every side: found, decoded, verified, judged.
//!
//! Nothing here needs a profile or a login: the scratchpad and `tokenscope inspect` both show an [`Inspection`].

use jiff::Timestamp;

use super::checks::{Check, Expected, Outcome, judge_token, key_checks};
use super::jwt::Form;
use super::secret::Secret;
use super::token::Token;
use super::verify::{KeyMaterial, Signature, SignatureStatus, verify};

/// What tokens are looked at with: keys, and what the person expects of them.
#[derive(Clone, Debug, Default)]
pub struct Lens {
    /// What signatures are checked with.
    pub material: KeyMaterial,
    /// What the claims are held against.
    pub expected: Expectations,
}

/// What a person expects of a token. What is not named is not checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expectations {
    /// `iss` (RFC 7519 §4.1.1).
    pub issuer: Option<String>,
    /// One of `aud` (RFC 7519 §4.1.3).
    pub audience: Option<String>,
    /// `nonce` (OpenID Connect Core §2).
    pub nonce: Option<String>,
}

impl Expectations {
    fn expected(&self) -> Expected<'_> {
        Expected {
            issuer: self.issuer.as_deref(),
            audience: self.audience.as_deref(),
            nonce: self.nonce.as_deref(),
            ..Expected::default()
        }
    }
}

/// A token and everything that can be said of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspection {
    /// The token, decoded.
    pub token: Token,
    /// The verdict on its signature.
    pub signature: Signature,
    /// The rules, and whether it keeps them.
    pub checks: Vec<Check>,
    /// When it was looked at.
    pub at: Timestamp,
}

impl Inspection {
    /// Looks at a token at `now`.
    pub fn of(token: Secret, lens: &Lens, now: Timestamp) -> Self {
        let token = Token::new(token, now, None);
        let signature = verify(token.value.expose(), &token.decoded, &lens.material);
        let mut checks = judge_token(&token, &signature, &lens.expected.expected(), None, now);
        if let Some(Ok(keys)) = &lens.material.keys
            && token.decoded.form == Form::Jws
        {
            checks.extend(key_checks(keys));
        }
        Self {
            token,
            signature,
            checks,
            at: now,
        }
    }

    /// Whether nothing is wrong with it. A damaged or unverified token is what one came to look at; a wrong signature or a
    /// broken rule is a failure.
    pub fn is_good(&self) -> bool {
        !self.checks.iter().any(|check| check.outcome == Outcome::Fail)
            && (self.signature.status != SignatureStatus::Invalid || self.token.decoded.form == Form::Damaged)
    }
}
