//! One key of a set: what it says of itself, and why it cannot be used where it cannot.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::DecodingKey;
use serde_json::Value;

use super::certificate::KeyKind;
use crate::model::body::cut;

/// Shortest RSA key in bits (RFC 7518 §3.3), and the longest that can be checked here.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

/// One key as it is published or was given.
#[derive(Clone)]
pub struct Key {
    /// Its place in its set, from 1.
    pub place: usize,
    /// `kid` (RFC 7517 §4.5).
    pub kid: Option<String>,
    /// `kty` (RFC 7517 §4.1), as it is written.
    pub kty: Option<String>,
    /// The curve (`P-256`), or the length of an RSA key (`2048 bits`).
    pub size: Option<String>,
    /// `alg` (RFC 7517 §4.4), as it is written.
    pub alg: Option<String>,
    /// `use` (RFC 7517 §4.2), as it is written.
    pub key_use: Option<String>,
    /// The key itself, or why no signature can be checked with it.
    pub decoding: Result<DecodingKey, KeyProblem>,
}

/// Why no signature can be checked with a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyProblem {
    /// It is not written as it must be: what is wrong.
    Broken(String),
    /// Its type or its curve is none that can be checked here.
    Unsupported,
    /// It is an RSA key of so many bits: too short, or too long to check here.
    Length(usize),
    /// It is a secret that both sides hold (RFC 7518 §6.4), where everybody can read it.
    Symmetric,
}

impl KeyProblem {
    /// What is to be said of the key.
    fn predicate(&self) -> String {
        match self {
            Self::Broken(why) => format!("cannot be read: {why}"),
            Self::Unsupported => "is of a kind that Tokenscope does not verify".to_owned(),
            Self::Length(bits) if bits < RSA_BITS.start() => {
                format!("is RSA with {bits} bits, under {} (RFC 7518 §3.3)", RSA_BITS.start())
            }
            Self::Length(bits) => format!(
                "is RSA with {bits} bits, over the {} that can be checked",
                RSA_BITS.end()
            ),
            Self::Symmetric => "is symmetric (oct): a secret that everybody can read".to_owned(),
        }
    }
}

impl std::fmt::Debug for Key {
    /// Without the key itself.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Key")
            .field("kid", &self.kid)
            .field("kty", &self.kty)
            .field("alg", &self.alg)
            .finish_non_exhaustive()
    }
}

impl Key {
    /// Reads the JWK at `place` of its set.
    pub(super) fn from_jwk(place: usize, jwk: &Value) -> Self {
        let text = |name: &str| jwk.get(name).and_then(Value::as_str).map(str::to_owned);
        let bits = || Some(format!("{} bits", bit_len(&part(jwk, "n").ok()?)));
        Self {
            place,
            kid: text("kid"),
            kty: text("kty"),
            size: text("crv").or_else(bits),
            alg: text("alg"),
            key_use: text("use"),
            decoding: read(jwk),
        }
    }

    /// A key that was given as PEM.
    pub(super) fn given(kind: Option<KeyKind>, decoding: DecodingKey) -> Self {
        let problem = match kind {
            Some(KeyKind::Rsa(bits)) if !RSA_BITS.contains(&bits) => Some(KeyProblem::Length(bits)),
            Some(KeyKind::Ec(curve)) if !matches!(curve, Some("P-256" | "P-384")) => Some(KeyProblem::Unsupported),
            _ => None,
        };
        let (kty, size) = match kind {
            Some(KeyKind::Rsa(bits)) => (Some("RSA"), Some(format!("{bits} bits"))),
            Some(KeyKind::Ec(curve)) => (Some("EC"), curve.map(str::to_owned)),
            Some(KeyKind::Ed25519) => (Some("OKP"), Some("Ed25519".to_owned())),
            None => (None, None),
        };
        Self {
            place: 1,
            kid: None,
            kty: kty.map(str::to_owned),
            size,
            alg: None,
            key_use: None,
            decoding: problem.map_or(Ok(decoding), Err),
        }
    }

    /// Whether it is not marked for something else than signatures.
    pub fn is_for_signatures(&self) -> bool {
        self.key_use.as_deref().is_none_or(|u| u == "sig")
    }

    /// Its type with its curve or length: `EC P-256`, `RSA 2048 bits`.
    pub fn kind(&self) -> String {
        let parts = [&self.kty, &self.size].map(|part| part.as_deref().map(cut));
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    /// What a sentence calls it: its `kid`, else its place.
    pub fn name(&self) -> String {
        match &self.kid {
            Some(kid) => format!("key {}", cut(kid)),
            None => format!("key {}", self.place),
        }
    }

    /// What is wrong with it, said of `name`.
    pub(in crate::model) fn wrong(&self, name: &str) -> Option<String> {
        let problem = self.decoding.as_ref().err()?;
        Some(format!("{name} {}", problem.predicate()))
    }

    /// What is wrong with it, without its name: `cannot be read: …`. Of a key for encryption only what concerns everybody.
    pub fn fault(&self) -> Option<String> {
        self.problem()?;
        Some(self.decoding.as_ref().err()?.predicate())
    }

    /// What is wrong with it, in one sentence that says which of its set it is. Of a key for encryption only what concerns
    /// everybody.
    pub fn problem(&self) -> Option<String> {
        let problem = self.decoding.as_ref().err()?;
        if !self.is_for_signatures() && *problem != KeyProblem::Symmetric {
            return None;
        }
        let kid = self.kid.as_ref().map(|kid| format!("kid {}", cut(kid)));
        let kind = (*problem == KeyProblem::Unsupported)
            .then(|| self.kind())
            .filter(|kind| !kind.is_empty());
        let which = [kid, kind].into_iter().flatten().collect::<Vec<_>>().join(", ");
        let name = if which.is_empty() {
            format!("key {}", self.place)
        } else {
            format!("key {} ({which})", self.place)
        };
        self.wrong(&name)
    }
}

fn read(jwk: &Value) -> Result<DecodingKey, KeyProblem> {
    let text = |name: &str| jwk.get(name).and_then(Value::as_str);
    let broken = |what: &str| KeyProblem::Broken(what.to_owned());
    let kty = text("kty").ok_or_else(|| broken("kty is missing (RFC 7517 §4.1)"))?;
    if matches!(kty, "EC" | "OKP") && text("crv").is_none() {
        return Err(broken("crv is missing (RFC 7518 §6.2.1.1)"));
    }
    match (kty, text("crv")) {
        ("RSA", _) => {
            let (n, e) = (part(jwk, "n")?, part(jwk, "e")?);
            let bits = bit_len(&n);
            if !RSA_BITS.contains(&bits) {
                return Err(KeyProblem::Length(bits));
            }
            Ok(DecodingKey::from_rsa_raw_components(without_zeros(&n), &e))
        }
        ("EC", Some("P-256")) => point(jwk, 32),
        ("EC", Some("P-384")) => point(jwk, 48),
        ("OKP", Some("Ed25519")) => {
            coordinate(jwk, "x", 32)?;
            DecodingKey::from_ed_components(text("x").unwrap_or_default()).map_err(|_| broken("x is no key"))
        }
        ("oct", _) => Err(KeyProblem::Symmetric),
        _ => Err(KeyProblem::Unsupported),
    }
}

fn point(jwk: &Value, len: usize) -> Result<DecodingKey, KeyProblem> {
    coordinate(jwk, "x", len)?;
    coordinate(jwk, "y", len)?;
    let text = |name: &str| jwk.get(name).and_then(Value::as_str).unwrap_or_default();
    DecodingKey::from_ec_components(text("x"), text("y"))
        .map_err(|_| KeyProblem::Broken("x and y are no point".to_owned()))
}

/// A coordinate has the full length of its curve (RFC 7518 §6.2.1.2).
fn coordinate(jwk: &Value, name: &str, len: usize) -> Result<(), KeyProblem> {
    match part(jwk, name)?.len() {
        is if is == len => Ok(()),
        is => Err(KeyProblem::Broken(format!(
            "{name} has {is} bytes and not {len} (RFC 7518 §6.2.1.2)"
        ))),
    }
}

fn part(jwk: &Value, name: &str) -> Result<Vec<u8>, KeyProblem> {
    let text = jwk.get(name).and_then(Value::as_str);
    let text = text.ok_or_else(|| KeyProblem::Broken(format!("{name} is missing (RFC 7518 §6)")))?;
    URL_SAFE_NO_PAD
        .decode(text)
        .map_err(|_| KeyProblem::Broken(format!("{name} is not base64url (RFC 7515 §2)")))
}

fn without_zeros(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    &number[zeros..]
}

/// Length of a big-endian number in bits.
pub(super) fn bit_len(number: &[u8]) -> usize {
    let number = without_zeros(number);
    let unused = number.first().map_or(0, |first| first.leading_zeros() as usize);
    number.len() * 8 - unused
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn problem(jwk: &Value) -> Option<String> {
        Key::from_jwk(2, jwk).problem()
    }

    #[test]
    fn what_is_wrong_with_a_key_says_which_it_is_and_quotes_no_other_program() {
        let short = URL_SAFE_NO_PAD.encode([0xff_u8; 128]);
        let long = URL_SAFE_NO_PAD.encode([0xff_u8; 2048]);
        for (jwk, says) in [
            (json!({"kid": "a"}), "key 2 (kid a) cannot be read: kty is missing"),
            (
                json!({"kty": "RSA", "kid": "a", "e": "AQAB"}),
                "key 2 (kid a) cannot be read: n is missing",
            ),
            (
                json!({"kty": "RSA", "n": "?", "e": "AQAB"}),
                "key 2 cannot be read: n is not base64url",
            ),
            (
                json!({"kty": "EC", "x": "AA", "y": "AA"}),
                "key 2 cannot be read: crv is missing",
            ),
            (
                json!({"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}),
                "x has 1 bytes and not 32",
            ),
            (
                json!({"kty": "EC", "crv": "secp256k1", "kid": "k1"}),
                "key 2 (kid k1, EC secp256k1) is of a kind that Tokenscope does not verify",
            ),
            (json!({"kty": "AKP", "alg": "ML-DSA-44"}), "key 2 (AKP) is of a kind"),
            (
                json!({"kty": "RSA", "kid": "w", "n": short, "e": "AQAB"}),
                "key 2 (kid w) is RSA with 1024 bits, under 2048 (RFC 7518 §3.3)",
            ),
            (
                json!({"kty": "RSA", "n": long, "e": "AQAB"}),
                "16384 bits, over the 8192",
            ),
            (
                json!({"kty": "oct", "k": "c2VjcmV0", "use": "enc"}),
                "key 2 is symmetric (oct)",
            ),
        ] {
            let sentence = problem(&jwk).unwrap();
            assert!(sentence.contains(says), "{sentence}");
            assert!(!sentence.contains("c2VjcmV0"), "{sentence}");
        }
    }

    #[test]
    fn a_key_for_encryption_is_no_problem_and_neither_is_a_name_that_is_new() {
        assert_eq!(problem(&json!({"kty": "OKP", "crv": "X25519", "use": "enc"})), None);
        let x = URL_SAFE_NO_PAD.encode([1_u8; 32]);
        let ed = json!({"kty": "OKP", "crv": "Ed25519", "x": x, "alg": "Ed25519", "key_ops": ["verify", "new"]});
        assert_eq!(problem(&ed), None);
    }
}
