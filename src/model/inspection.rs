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
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;
    use crate::model::seeds;

    fn now() -> Timestamp {
        "2026-11-20T12:00:00Z".parse().unwrap()
    }

    /// The example of RFC 7516 appendix A.1: token, key, and what is inside.
    fn encrypted() -> (Secret, Secret, String) {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/jwe/rfc.json");
        let all: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        (
            Secret::new(text(&all[0]["tokens"][0])),
            Secret::new(all[0]["key"].to_string()),
            text(&all[0]["plaintext"]),
        )
    }

    #[test]
    fn what_is_encrypted_is_opened_with_a_key_that_fits_and_else_it_is_said_why_not() {
        let (token, key, plaintext) = encrypted();
        let mut lens = Lens::default();
        assert_eq!(Inspection::of(token.clone(), &lens, now()).decryption, None);
        lens.decryption_keys = DecryptionKey::parse(&key).unwrap();
        let opened = Inspection::of(token.clone(), &lens, now()).decryption.unwrap();
        assert!(opened.outcome.is_ok());
        assert_eq!(opened.content.unwrap().expose(), plaintext);
        let other = DecryptionKey::from_secret(&Secret::new("a secret"), crate::model::keys::SecretForm::Text);
        lens.decryption_keys = other.unwrap();
        let closed = Inspection::of(token, &lens, now()).decryption.unwrap();
        assert!(closed.outcome.is_err() && closed.content.is_none() && closed.tried.len() == 1);
    }

    #[test]
    fn claims_that_were_encrypted_are_those_of_the_token() {
        let mut token = Token::new(encrypted().0, now(), None);
        read_claims(&mut token, &Secret::new(r#"{"sub":"a","exp":1655058024}"#));
        assert_eq!(token.decoded.payload.get_str("sub").as_deref(), Some("a"));
        assert_eq!(token.lifetime.expires_at.unwrap().as_second(), 1_655_058_024);
    }

    #[test]
    fn what_was_encrypted_goes_through_the_same_decoder() {
        let mut token = Token::new(encrypted().0, now(), None);
        let inner = seeds::ID_TOKEN;
        let content = format!(r#"{{"sub":"a","sub":"b","vp":"{inner}"}}"#);
        read_claims(&mut token, &Secret::new(content));
        assert!(
            token
                .decoded
                .defects
                .iter()
                .any(|defect| defect.code == "duplicate_name")
        );
        assert_eq!(token.decoded.nested.len(), 1);
        let mut token = Token::new(encrypted().0, now(), None);
        read_claims(&mut token, &Secret::new(r#"{"sub":"a","exp":1655058024,}"#));
        assert!(
            token
                .decoded
                .defects
                .iter()
                .any(|defect| defect.code == "trailing_comma")
        );
        assert!(!token.decoded.payload.is_object && token.decoded.payload.member("sub").is_some());
        assert_eq!(token.lifetime.expires_at, None);
        assert!(opened_words(&token, &[]).contains("damaged"));
    }

    #[test]
    fn a_forged_token_inside_another_is_a_failure_and_so_is_a_damaged_one_that_a_key_was_given_for() {
        use crate::model::keys::KeySet;
        use crate::model::keys::signing::SigningKey;
        let (key, other) = (SigningKey::generate_es256(), SigningKey::generate_es256());
        let claims = serde_json::json!({"iss": "i", "sub": "s", "exp": 1_900_000_000, "iat": 1_700_000_000});
        let token = key.sign(key.default_algorithm(), &[], &claims).unwrap();
        let set = serde_json::json!({"keys": [other.registration_jwk().unwrap()]}).to_string();
        let with_key = Lens {
            material: KeyMaterial {
                keys: Some(KeySet::parse(set.as_bytes())),
                ..KeyMaterial::default()
            },
            ..Lens::default()
        };
        let outer = |inner: &str| {
            let payload = URL_SAFE_NO_PAD.encode(inner);
            let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"ES256","cty":"JWT","kid":"unknown"}"#);
            Secret::new(format!("{header}.{payload}.c2ln"))
        };
        let mut whole = Inspection::of(outer(token.expose()), &with_key, now());
        assert!(
            whole.inner[0].signature.status == SignatureStatus::Invalid,
            "{:?}",
            whole.inner[0].signature
        );
        whole.signature.status = SignatureStatus::Valid;
        whole.checks.clear();
        assert!(!whole.is_good());
        let damaged = Secret::new(seeds::DAMAGED_ACCESS_TOKEN);
        assert!(Inspection::of(damaged.clone(), &Lens::default(), now()).is_good());
        assert!(!Inspection::of(damaged, &with_key, now()).is_good());
    }

    #[test]
    fn the_claims_of_a_detached_payload_are_judged_like_any_others() {
        use crate::model::keys::signing::SigningKey;
        let secret = Secret::new("a secret of thirty-two characters");
        let key = SigningKey::from_secret(&secret).unwrap();
        let claims = serde_json::json!({"iss": "i", "exp": 1_600_000_000, "aud": "a"});
        let token = key.sign(key.default_algorithm(), &[], &claims).unwrap();
        let parts: Vec<&str> = token.expose().split('.').collect();
        let detached = Secret::new(format!("{}..{}", parts[0], parts[2]));
        let lens = |payload: &[u8]| Lens {
            material: KeyMaterial {
                secret: Some(secret.clone()),
                secret_is_the_key: true,
                detached_payload: Some(payload.into()),
                ..KeyMaterial::default()
            },
            ..Lens::default()
        };
        let payload = URL_SAFE_NO_PAD.decode(parts[1]).unwrap();
        let inspection = Inspection::of(detached.clone(), &lens(&payload), now());
        assert_eq!(
            inspection.signature.status,
            SignatureStatus::Valid,
            "{}",
            inspection.signature.reason
        );
        assert_eq!(inspection.token.decoded.payload.get_str("aud").as_deref(), Some("a"));
        let exp = inspection.checks.iter().find(|check| check.id == "jwt.exp").unwrap();
        assert_eq!((exp.outcome, inspection.is_good()), (Outcome::Fail, false));
        // What has a payload is judged by that one.
        let whole = Inspection::of(token, &lens(b"{}"), now());
        assert_eq!(whole.token.decoded.payload.get_str("aud").as_deref(), Some("a"));
        let bytes = Inspection::of(detached, &lens(b"\xff"), now());
        assert_eq!(bytes.signature.status, SignatureStatus::Invalid);
    }

    #[test]
    fn a_token_that_had_to_be_mended_is_not_valid_and_one_that_was_only_wrapped_is() {
        use crate::model::keys::signing::SigningKey;
        let secret = Secret::new("a secret of thirty-two characters");
        let key = SigningKey::from_secret(&secret).unwrap();
        let claims =
            serde_json::json!({"iss": "i", "sub": "s", "exp": 4_000_000_000_i64, "n": "a longer text in a claim"});
        let token = key.sign(key.default_algorithm(), &[], &claims).unwrap();
        let token = token.expose();
        let lens = Lens {
            material: KeyMaterial {
                secret: Some(secret),
                secret_is_the_key: true,
                ..KeyMaterial::default()
            },
            ..Lens::default()
        };
        let broken = |between: &str| format!("{}{between}{}", &token[..64], &token[64..]);
        for (text, status) in [
            (token.to_owned(), SignatureStatus::Valid),
            (format!("\"{token}\","), SignatureStatus::Valid),
            (format!("Authorization: Bearer {token}"), SignatureStatus::Valid),
            (broken("\n"), SignatureStatus::Valid),
            (broken("\r\n  "), SignatureStatus::Valid),
            (token.replace('.', "%2E"), SignatureStatus::Valid),
            (broken(" "), SignatureStatus::Invalid),
            (broken("\u{200b}"), SignatureStatus::Invalid),
            (broken("\u{a0}"), SignatureStatus::Invalid),
            (format!("AAAA{token}"), SignatureStatus::Invalid),
            (format!("{token}.xyz"), SignatureStatus::Invalid),
        ] {
            let (all, _) = Inspection::all(&Secret::new(text.clone()), &lens, now());
            assert_eq!(all.len(), 1, "{text}");
            let one = &all[0];
            assert_eq!(one.signature.status, status, "{text}: {}", one.signature.reason);
            let check = one.checks.iter().find(|check| check.id == "jwt.signature").unwrap();
            assert_eq!(
                check.outcome == Outcome::Pass,
                status == SignatureStatus::Valid,
                "{text}"
            );
            assert_eq!(one.is_good(), status == SignatureStatus::Valid, "{text}");
        }
    }

    #[test]
    fn an_encrypted_token_that_had_to_be_mended_is_opened_and_refused() {
        let (token, key, plaintext) = encrypted();
        let lens = Lens {
            decryption_keys: DecryptionKey::parse(&key).unwrap(),
            ..Lens::default()
        };
        let token = token.expose();
        let broken = |between: &str| format!("{}{between}{}", &token[..100], &token[100..]);
        for (text, is_good) in [
            (token.to_owned(), true),
            (broken("\n"), true),
            (broken("\u{200b}"), false),
            (format!("AAAA{token}"), false),
        ] {
            let (all, _) = Inspection::all(&Secret::new(text.clone()), &lens, now());
            assert_eq!(all.len(), 1, "{text}");
            let content = all[0].decryption.as_ref().and_then(|opened| opened.content.as_ref());
            assert_eq!(content.map(Secret::expose), Some(plaintext.as_str()), "{text}");
            assert_eq!(all[0].is_good(), is_good, "{text}: {:?}", all[0].checks);
        }
    }

    #[test]
    fn each_token_of_a_text_has_its_place_and_a_lone_one_has_none() {
        let text = format!(
            "Authorization: Bearer {}\nrenewed {}",
            seeds::ID_TOKEN,
            seeds::RENEWED_ACCESS_TOKEN
        );
        let (all, left_out) = Inspection::all(&Secret::new(text), &Lens::default(), now());
        assert_eq!((all.len(), left_out), (2, 0));
        assert!(all[0].place.contains("Bearer"), "{}", all[0].place);
        let (alone, _) = Inspection::all(
            &Secret::new(format!("  {}\n", seeds::ID_TOKEN)),
            &Lens::default(),
            now(),
        );
        assert_eq!(alone[0].place, "");
    }

    #[test]
    fn more_tokens_than_are_looked_at_are_counted() {
        let part = |text: String| URL_SAFE_NO_PAD.encode(text);
        let tokens: Vec<String> = (0..MAX_TOKENS + 7)
            .map(|n| {
                format!(
                    "{}.{}.c2ln",
                    part(r#"{"alg":"ES256"}"#.to_owned()),
                    part(format!(r#"{{"n":{n}}}"#))
                )
            })
            .collect();
        let (all, left_out) = Inspection::all(&Secret::new(tokens.join(" ")), &Lens::default(), now());
        assert_eq!((all.len(), left_out), (MAX_TOKENS, 7));
    }

    #[test]
    fn a_token_inside_a_token_is_looked_at_too() {
        let outer = format!(
            "{}.{}.c2ln",
            URL_SAFE_NO_PAD.encode(r#"{"alg":"ES256","cty":"JWT"}"#),
            URL_SAFE_NO_PAD.encode(seeds::ID_TOKEN)
        );
        let inspection = Inspection::of(Secret::new(outer), &Lens::default(), now());
        let flat = inspection.flat();
        assert_eq!(flat.len(), 2);
        assert_eq!((flat[1].0, flat[1].1.token.value.expose()), (1, seeds::ID_TOKEN));
    }

    #[test]
    fn the_mark_of_a_forged_token_is_seen() {
        let token = format!(
            "{}.e30.",
            URL_SAFE_NO_PAD.encode(r#"{"alg":"none","tokenscope":"forged"}"#)
        );
        assert!(Inspection::of(Secret::new(token), &Lens::default(), now()).is_forged());
        assert!(!Inspection::of(Secret::new(seeds::ID_TOKEN), &Lens::default(), now()).is_forged());
    }

    #[test]
    fn the_time_to_judge_at_is_the_persons() {
        let lens = Lens {
            expected: Expectations {
                at: Some("2022-06-12T18:16:00Z".parse().unwrap()),
                ..Expectations::default()
            },
            ..Lens::default()
        };
        let failed = |inspection: &Inspection| {
            let exp = inspection.checks.iter().find(|check| check.id == "jwt.exp");
            exp.unwrap().outcome == Outcome::Fail
        };
        assert!(!failed(&Inspection::of(Secret::new(seeds::ID_TOKEN), &lens, now())));
        assert!(failed(&Inspection::of(
            Secret::new(seeds::ID_TOKEN),
            &Lens::default(),
            now()
        )));
    }
}
