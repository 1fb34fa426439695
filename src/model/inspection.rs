//! A token that somebody wants to look at, seen from every side: found, decoded, verified, judged.
//!
//! Nothing here needs a profile or a login: the scratchpad and `tokenscope inspect` both show an [`Inspection`].

use jiff::Timestamp;

pub use super::checks::TokenUse;
use super::checks::{Check, Expected, Outcome, judge_token, key_checks, signature_check};
use super::claims::time_value;
use super::defect::Defect;
use super::find::{find, is_mending};
use super::forge;
use super::jwe::{self, DecryptionKey};
use super::jwt::{self, Form, PartKind};
use super::lifetime::Lifetime;
use super::secret::Secret;
use super::token::Token;
use super::verify::{KeyMaterial, Signature, SignatureStatus, is_detached, verify};

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
    /// Seconds by which clocks may differ; `None`: as many as usual, and an end is not forgiven.
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
            forgives_end: self.tolerance_s.is_some(),
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

/// Why a signature was not checked where no key was given.
const NO_KEY: &str = "There is no key to check it with";

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
    /// Whether there was a key to check its signature with.
    pub had_keys: bool,
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
        let inspections = found.into_iter().take(MAX_TOKENS).map(|found| {
            // Where it is all of the text, that is no place.
            let place = if found.range.len() == text.expose().trim().len() {
                String::new()
            } else {
                found.places.join(", ")
            };
            Self::of(found.token, lens, now).found(place, found.notes)
        });
        (inspections.collect(), left_out)
    }

    /// The same as it was found in a text: where, and what that took. A token that had to be mended is never valid: whoever
    /// it was sent to judges what came (RFC 7515 §5.2, RFC 7516 §5.2).
    #[must_use]
    pub fn found(mut self, place: String, notes: Vec<Defect>) -> Self {
        if let Some(note) = notes.iter().find(|note| is_mending(note)) {
            self.refuse_mended(&lower_first(&note.message));
        }
        Self { place, notes, ..self }
    }

    fn refuse_mended(&mut self, how: &str) {
        let signature = &mut self.signature;
        if signature.status == SignatureStatus::Valid {
            signature.status = SignatureStatus::Invalid;
            signature.reason = format!(
                "Not as it came: {how}. The signature fits what is left: {}",
                signature.reason
            );
            if let Some(check) = self.checks.iter_mut().find(|check| check.id == "jwt.signature") {
                *check = signature_check(&self.signature);
            }
        }
        let is_opened = self.decryption.as_ref().is_some_and(|opened| opened.outcome.is_ok());
        if is_opened {
            let message = format!("it was opened as it did not come: {how}. Whoever it was sent to must refuse it");
            let refused = Check::new("jwt.form", Outcome::Fail, message, "RFC 7516 §5.2");
            self.checks.retain(|check| check.id != "jwt.form");
            self.checks.push(refused);
        }
    }

    fn within(token: Secret, lens: &Lens, now: Timestamp, depth: usize, left: &mut usize) -> Self {
        let read = if lens.material.is_quick {
            Token::unnamed
        } else {
            Token::new
        };
        let mut token = read(token, now, None);
        take_detached(&mut token, lens);
        let mut inner = Vec::new();
        let decryption = (token.decoded.form == Form::Jwe)
            .then(|| open(&mut token, lens))
            .flatten();
        if depth < MAX_DEPTH {
            let content = decryption.as_ref().and_then(|opened| opened.content.as_ref());
            let content = content.filter(|content| is_token(content));
            let nested = content.map(|content| (content.clone(), "inside, decrypted".to_owned()));
            let nested = nested.into_iter().chain(
                token
                    .decoded
                    .nested
                    .iter()
                    .map(|nested| (nested.token.clone(), format!("inside, {}", nested.place))),
            );
            let nested: Vec<(Secret, String)> = nested.collect();
            for (nested, place) in nested {
                let Some(rest) = left.checked_sub(1) else { break };
                *left = rest;
                inner.push(Self {
                    place,
                    ..Self::within(nested, lens, now, depth + 1, left)
                });
            }
        }
        let mut signature = verify(token.value.expose(), &token.decoded, &lens.material);
        let is_hmac = signature.alg.as_deref().is_some_and(|alg| alg.starts_with("HS"));
        if signature.status == SignatureStatus::Unverified && lens.material.keys.is_none() && !is_hmac {
            // There is no profile here that could have keys.
            NO_KEY.clone_into(&mut signature.reason);
        }
        let expected = lens.expected.expected();
        let form = token.decoded.form;
        if form == Form::Jwe && token.decoded.payload.is_object {
            // Its claims were opened: they are held to the same rules.
            token.decoded.form = Form::Jws;
        }
        let mut checks = judge_token(&token, &signature, &expected, lens.expected.token_use, now);
        if let Some(Ok(keys)) = &lens.material.keys
            && token.decoded.form == Form::Jws
        {
            checks.extend(key_checks(keys, |key| signature.concerns(key)));
        }
        token.decoded.form = form;
        let is_opened = decryption.as_ref().is_some_and(|opened| opened.outcome.is_ok());
        if is_opened && let Some(check) = checks.iter_mut().find(|check| check.id == "jwt.form") {
            check.message = opened_words(&token, &inner).into();
        }
        let had_keys = lens.material.keys.as_ref().is_some_and(Result::is_ok) || lens.material.secret.is_some();
        Self {
            had_keys,
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

    /// Whether nothing is wrong with it and with all that is inside it. A damaged or unverified token is what one came to
    /// look at; a wrong signature or a broken rule is a failure. Who gives a key wants to know whether it fits: a damaged
    /// token is a failure then.
    pub fn is_good(&self) -> bool {
        let is_only_damaged = self.token.decoded.form == Form::Damaged && !self.had_keys;
        let is_sound = self.signature.status != SignatureStatus::Invalid
            && !self.checks.iter().any(|check| check.outcome == Outcome::Fail);
        (is_only_damaged || is_sound) && self.inner.iter().all(Self::is_good)
    }
}

/// A sentence as it goes on behind a colon.
fn lower_first(sentence: &str) -> String {
    let mut chars = sentence.chars();
    let first = chars.next().map(|c| c.to_lowercase().to_string());
    first.unwrap_or_default() + chars.as_str()
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
            let content = opened.plaintext.text();
            if let Some(content) = &content {
                read_claims(token, content);
            }
            let packed = if opened.zip { ", unpacked" } else { "" };
            Some(Decryption {
                outcome: Ok(format!("{} with {}, by {}{packed}", opened.enc, opened.alg, opened.key)),
                content,
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

/// Claims that were encrypted are read, shown and judged like any others (RFC 7519 §5.2).
fn read_claims(token: &mut Token, content: &Secret) {
    if is_token(content) {
        return;
    }
    // Exposed to be read: they are what the person decrypted the token for.
    open_claims(token, content.expose());
}

/// A payload that was given beside its token is read and judged as if it stood there (RFC 7515 appendix F).
fn take_detached(token: &mut Token, lens: &Lens) {
    let Some(payload) = lens.material.detached_payload.as_deref() else {
        return;
    };
    if token.decoded.form == Form::Jws
        && is_detached(token.value.expose())
        && let Ok(text) = std::str::from_utf8(payload)
    {
        open_claims(token, text);
    }
}

fn open_claims(token: &mut Token, text: &str) {
    token.decoded.open(text);
    let time = |name: &str| time_value(&token.decoded.believed().get(name)?);
    let starts_at = time("iat").or_else(|| time("nbf"));
    token.lifetime = Lifetime::new(token.lifetime.starts_at, None, starts_at, time("exp"));
}

/// Whether what was encrypted is a token in its turn (RFC 7519 §5.2), or was one before it was damaged.
fn is_token(text: &Secret) -> bool {
    // Exposed to be looked at.
    jwt::decode(text.expose().trim()).form != Form::Opaque
}

/// Why there are no claims to judge in a token that was opened.
fn opened_words(token: &Token, inner: &[Inspection]) -> String {
    match token.decoded.payload.kind {
        PartKind::Missing if !inner.is_empty() => {
            "it was opened: what is inside is a token, which is judged by itself".to_owned()
        }
        PartKind::Missing => "it was opened, and what is inside is not text".to_owned(),
        PartKind::BrokenJson => {
            "it was opened, and what is inside is damaged: what can be read of it is shown, and nothing of it is to be \
             believed"
                .to_owned()
        }
        kind => format!(
            "it was opened, and what is inside is {}: there are no claims to judge",
            kind.words()
        ),
    }
}

#[cfg(test)]
mod tests;
