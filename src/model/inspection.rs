//! A token that somebody wants to look at, seen from every side: found, decoded, verified, judged.
//!
//! Nothing here needs a profile or a login: the scratchpad and `tokenscope inspect` both show an [`Inspection`].

use jiff::Timestamp;

use super::checks::{Check, Expected, Outcome, judge_token, key_checks};
use super::defect::Defect;
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
    /// What the token is for; `None`: the token tells.
    pub token_use: Option<TokenUse>,
    /// The time to judge at; `None`: now.
    pub at: Option<Timestamp>,
}

/// What a token is for: decides which rules apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenUse {
    /// For the app: who signed in (OpenID Connect Core §2).
    Id,
    /// For the API (RFC 6749 §1.4, RFC 9068).
    Access,
    /// Only what holds for every JWT is judged.
    Any,
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

/// So many tokens of one text are looked at. Who pastes a log of more wants to look at it line by line.
pub const MAX_TOKENS: usize = 100;

/// A token and everything that can be said of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspection {
    /// Where it stood, in a few words for people; empty where it was all of the text.
    pub place: String,
    /// What finding it took: line breaks that were taken out, an encoding that was undone.
    pub notes: Vec<Defect>,
    /// What was changed to make it, where it was made here for tests: it is a forged one. One that only bears the mark of
    /// such a token says that.
    pub forged: Option<Vec<String>>,
    /// What came of decrypting it, where it is encrypted and there was something to decrypt it with.
    pub decryption: Option<Decryption>,
    /// The tokens inside it: what was encrypted, and nested ones (RFC 7519 §5.2).
    pub inner: Vec<Self>,
    /// The token, decoded.
    pub token: Token,
    /// The verdict on its signature.
    pub signature: Signature,
    /// The rules, and whether it keeps them.
    pub checks: Vec<Check>,
    /// When it was looked at.
    pub at: Timestamp,
}

/// What came of decrypting a token (RFC 7516 §5.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decryption {
    /// How it was opened and with which key, or why not, in a sentence.
    pub outcome: Result<String, String>,
    /// What was inside. A token in there is among [`Inspection::inner`] as well.
    pub content: Option<Secret>,
    /// Each key that was tried, with what came of it.
    pub tried: Vec<(String, String)>,
    /// What is to be said of it all the same.
    pub findings: Vec<String>,
}

impl Inspection {
    /// Looks at a token at `now`, or at the time that the lens says.
    pub fn of(token: Secret, lens: &Lens, now: Timestamp) -> Self {
        let now = lens.expected.at.unwrap_or(now);
        let token = Token::new(token, now, None);
        let signature = verify(token.value.expose(), &token.decoded, &lens.material);
        let mut checks = judge_token(&token, &signature, &lens.expected.expected(), None, now);
        if let Some(Ok(keys)) = &lens.material.keys
            && token.decoded.form == Form::Jws
        {
            checks.extend(key_checks(keys));
        }
        Self {
            place: String::new(),
            notes: Vec::new(),
            forged: None,
            decryption: None,
            inner: Vec::new(),
            token,
            signature,
            checks,
            at: now,
        }
    }

    /// Whether it was made for tests with this program.
    pub const fn is_forged(&self) -> bool {
        self.forged.is_some()
    }

    /// It and all that is inside it, outermost first, each with how deep it lies.
    pub fn flat(&self) -> Vec<(usize, &Self)> {
        let mut flat = Vec::new();
        self.flatten(0, &mut flat);
        flat
    }

    fn flatten<'a>(&'a self, depth: usize, into: &mut Vec<(usize, &'a Self)>) {
        into.push((depth, self));
        for inner in &self.inner {
            inner.flatten(depth + 1, into);
        }
    }

    /// Whether nothing is wrong with it. A damaged or unverified token is what one came to look at; a wrong signature or a
    /// broken rule is a failure.
    pub fn is_good(&self) -> bool {
        !self.checks.iter().any(|check| check.outcome == Outcome::Fail)
            && (self.signature.status != SignatureStatus::Invalid || self.token.decoded.form == Form::Damaged)
    }
}
