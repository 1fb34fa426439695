//! A token that somebody wants to look at, seen from every side: found, decoded, verified, judged.
//!
//! Nothing here needs a profile or a login: the scratchpad and `tokenscope inspect` both show an [`Inspection`].

use jiff::Timestamp;

pub use super::checks::TokenUse;
use super::checks::{Check, Expected, Outcome, judge_token, key_checks};
use super::defect::Defect;
use super::find::find;
use super::forge;
use super::jwe::{self, DecryptionKey};
use super::jwt::{self, Form};
use super::secret::Secret;
use super::token::Token;
use super::verify::{KeyMaterial, Signature, SignatureStatus, verify};

/// What tokens are looked at with: keys, and what the person expects of them.
#[derive(Clone, Debug, Default)]
pub struct Lens {
    /// What signatures are checked with.
    pub material: KeyMaterial,
    /// What encrypted ones are opened with.
    pub decryption_keys: Vec<DecryptionKey>,
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
    /// `state` as it was sent.
    pub state: Option<String>,
    /// The code that came beside it.
    pub code: Option<Secret>,
    /// The access token that came beside it.
    pub access_token: Option<Secret>,
    /// `max_age` as it was sent, in seconds.
    pub max_age_s: Option<u32>,
    /// `acr_values` as they were sent, divided by spaces; empty: none.
    pub acr_values: String,
    /// Seconds by which clocks may differ; `None`: as many as usual.
    pub tolerance_s: Option<u32>,
    /// What the token is for; `None`: the token tells.
    pub token_use: Option<TokenUse>,
    /// The time to judge at; `None`: now.
    pub at: Option<Timestamp>,
}

impl Expectations {
    fn expected(&self) -> Expected<'_> {
        let usual = Expected::default();
        Expected {
            state: self.state.as_deref(),
            code: self.code.as_ref(),
            access_token: self.access_token.as_ref(),
            max_age_s: self.max_age_s,
            acr_values: &self.acr_values,
            tolerance_s: self.tolerance_s.unwrap_or(usual.tolerance_s),
            issuer: self.issuer.as_deref(),
            audience: self.audience.as_deref(),
            nonce: self.nonce.as_deref(),
            ..usual
        }
    }
}

/// Tokens inside tokens are looked at as deep as this.
const MAX_DEPTH: usize = 4;
/// So many tokens inside one are looked at.
const MAX_INNER: usize = 50;
/// What is said of a token that bears the mark of a forged one.
const MARKED: &str = "its header says so";

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
        let mut left = MAX_INNER;
        Self::within(token, lens, lens.expected.at.unwrap_or(now), 0, &mut left)
    }

    /// Looks at every token of a text, and says how many more there are than are looked at.
    pub fn all(text: &Secret, lens: &Lens, now: Timestamp) -> (Vec<Self>, usize) {
        // Exposed to be searched.
        let found = find(text.expose());
        let left_out = found.len().saturating_sub(MAX_TOKENS);
        let inspections = found.into_iter().take(MAX_TOKENS).map(|found| Self {
            // Where it is all of the text, that is no place.
            place: if found.range.len() == text.expose().trim().len() {
                String::new()
            } else {
                found.places.join(", ")
            },
            notes: found.notes,
            ..Self::of(found.token, lens, now)
        });
        (inspections.collect(), left_out)
    }

    fn within(token: Secret, lens: &Lens, now: Timestamp, depth: usize, left: &mut usize) -> Self {
        let mut token = Token::new(token, now, None);
        let mut inner = Vec::new();
        let decryption = (token.decoded.form == Form::Jwe)
            .then(|| open(&mut token, lens))
            .flatten();
        if depth < MAX_DEPTH {
            let content = decryption.as_ref().and_then(|opened| opened.content.as_ref());
            let content = content.filter(|content| is_token(content));
            let nested = content.map(|content| (content.clone(), "inside, decrypted".to_owned()));
            for (nested, place) in nested {
                let Some(rest) = left.checked_sub(1) else { break };
                *left = rest;
                inner.push(Self {
                    place,
                    ..Self::within(nested, lens, now, depth + 1, left)
                });
            }
        }
        let signature = verify(token.value.expose(), &token.decoded, &lens.material);
        let expected = lens.expected.expected();
        let mut checks = judge_token(&token, &signature, &expected, lens.expected.token_use, now);
        if let Some(Ok(keys)) = &lens.material.keys
            && token.decoded.form == Form::Jws
        {
            checks.extend(key_checks(keys));
        }
        Self {
            place: String::new(),
            notes: Vec::new(),
            forged: forge::is_marked(&token.decoded).then(|| vec![MARKED.to_owned()]),
            decryption,
            inner,
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

/// Decrypts a token with what there is. Claims that were encrypted become those of the token.
fn open(token: &mut Token, lens: &Lens) -> Option<Decryption> {
    if lens.decryption_keys.is_empty() {
        return None;
    }
    let tried = |tried: Vec<jwe::Tried>| tried.into_iter().map(|one| (one.key, one.why)).collect();
    // Exposed to be opened.
    match jwe::decrypt(token.value.expose(), &lens.decryption_keys) {
        Ok(opened) => {
            let packed = if opened.zip { ", unpacked" } else { "" };
            Some(Decryption {
                outcome: Ok(format!("{} with {}, by {}{packed}", opened.enc, opened.alg, opened.key)),
                content: opened.plaintext.text(),
                tried: tried(opened.tried),
                findings: opened.findings.into_iter().map(|finding| finding.message).collect(),
            })
        }
        Err(problem) => Some(Decryption {
            outcome: Err(problem.message),
            content: None,
            tried: tried(problem.tried),
            findings: Vec::new(),
        }),
    }
}

/// Whether what was encrypted is a token in its turn (RFC 7519 §5.2).
fn is_token(text: &Secret) -> bool {
    // Exposed to be looked at.
    matches!(jwt::decode(text.expose().trim()).form, Form::Jws | Form::Jwe)
}
