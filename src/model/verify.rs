//! Whether a token's signature is valid: judged strictly, on the token as it came (RFC 7515 §5.2).

use std::str::FromStr as _;

use jsonwebtoken::{Algorithm, DecodingKey};
use serde::{Deserialize, Serialize};

use super::jwt::{Decoded, Form};
use super::keys::{Key, KeyProblem, KeySet};
use super::secret::Secret;

/// The verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignatureStatus {
    /// Made with a key that we have.
    Valid,
    /// Not made with the key that it names, or changed since.
    Invalid,
    /// There is no key to check it with.
    Unverified,
    /// Made in a way that cannot be checked here.
    Unsupported,
    /// There is no signature: `alg` is `none`, or this is no signed JWT.
    None,
}

impl SignatureStatus {
    /// The word, as JSON output has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Invalid => "invalid",
            Self::Unverified => "unverified",
            Self::Unsupported => "unsupported",
            Self::None => "none",
        }
    }
}

/// The verdict with its reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// The verdict.
    pub status: SignatureStatus,
    /// `alg` of the header.
    pub alg: Option<String>,
    /// `kid` of the header.
    pub kid: Option<String>,
    /// Why, in one sentence.
    pub reason: String,
}

/// What there is to check a signature with.
#[derive(Clone, Debug, Default)]
pub struct KeyMaterial {
    /// The provider's public keys, or why there are none.
    pub keys: Option<Result<KeySet, String>>,
    /// The client secret: the key for HS256 and its like (OpenID Connect Core §10.1).
    pub secret: Option<Secret>,
    /// Whether `secret` must be the key of an HMAC: so it is for ID tokens, and when a person says so. An access token's
    /// key may be known to the API alone.
    pub secret_is_the_key: bool,
}

/// Judges the signature of `token`, whose decoded form is `decoded`.
pub fn verify(token: &str, decoded: &Decoded, material: &KeyMaterial) -> Signature {
    let verdict = |status, reason: String| Signature {
        status,
        alg: decoded.alg(),
        kid: decoded.kid(),
        reason,
    };
    match decoded.form {
        Form::Jws => {}
        Form::Damaged => return verdict(SignatureStatus::Invalid, "The token is damaged".to_owned()),
        Form::Jwe => return verdict(SignatureStatus::Unsupported, "The token is encrypted".to_owned()),
        Form::Opaque => {
            return verdict(
                SignatureStatus::None,
                "An opaque token has no signature to check".to_owned(),
            );
        }
    }
    if let Some(defect) = decoded.defects.iter().find(|defect| !defect.is_remark()) {
        let why = format!("Not checked, because the token is defective: {}", defect.message);
        return verdict(SignatureStatus::Invalid, why);
    }
    let Some(alg) = decoded.alg() else {
        return verdict(
            SignatureStatus::Invalid,
            "The header has no alg (RFC 7515 §4.1.1)".to_owned(),
        );
    };
    if alg.eq_ignore_ascii_case("none") {
        return verdict(
            SignatureStatus::None,
            "alg is none: anybody could have written this token (RFC 8725 §3.2)".to_owned(),
        );
    }
    if decoded.header.get("crit").is_some() {
        let why = "The header has crit with parameters that are not understood here (RFC 7515 §4.1.11)";
        return verdict(SignatureStatus::Invalid, why.to_owned());
    }
    let Ok(algorithm) = Algorithm::from_str(&alg) else {
        return verdict(SignatureStatus::Unsupported, format!("{alg} cannot be checked here"));
    };
    let (status, reason) = if is_hmac(algorithm) {
        with_secret(token, algorithm, material)
    } else {
        with_keys(token, algorithm, &alg, decoded.kid().as_deref(), material)
    };
    verdict(status, reason)
}

const fn is_hmac(algorithm: Algorithm) -> bool {
    matches!(algorithm, Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512)
}

fn with_secret(token: &str, algorithm: Algorithm, material: &KeyMaterial) -> (SignatureStatus, String) {
    let Some(secret) = material.secret.as_ref().filter(|s| !s.is_empty()) else {
        return (
            SignatureStatus::Unverified,
            format!("{algorithm:?} needs the secret that it was made with"),
        );
    };
    let key = DecodingKey::from_secret(secret.expose().as_bytes());
    if signature_fits(token, &key, algorithm) {
        (
            SignatureStatus::Valid,
            format!("{algorithm:?}, made with the client secret"),
        )
    } else if material.secret_is_the_key {
        (
            SignatureStatus::Invalid,
            format!("{algorithm:?}, but not made with this secret, or changed since (RFC 7515 §5.2)"),
        )
    } else {
        (
            SignatureStatus::Unverified,
            format!("{algorithm:?}, but not made with the client secret: only the API may know the key"),
        )
    }
}

fn with_keys(
    token: &str,
    algorithm: Algorithm,
    alg: &str,
    kid: Option<&str>,
    material: &KeyMaterial,
) -> (SignatureStatus, String) {
    let set = match &material.keys {
        None => {
            let why = "The profile has no JWKS address to take keys from";
            return (SignatureStatus::Unverified, why.to_owned());
        }
        Some(Err(why)) => return (SignatureStatus::Unverified, format!("No keys: {why}")),
        Some(Ok(set)) => set,
    };
    let named: Vec<&Key> = set
        .keys
        .iter()
        .filter(|key| set.is_given || kid.is_none() || key.kid.as_deref() == kid)
        .collect();
    let fitting: Vec<&Key> = named
        .iter()
        .copied()
        .filter(|key| key.is_for_signatures())
        .filter(|key| key.alg.as_deref().is_none_or(|a| a == alg))
        .filter(|key| kid.is_some() || key.kty.as_deref().is_none_or(|kty| kty == kty_of(algorithm)))
        .collect();
    let Some(first) = fitting.first() else {
        let named = named.first().filter(|_| kid.is_some());
        let why = named.map_or_else(
            || {
                let which = kid.map_or_else(|| format!("for {alg}"), |kid| format!("with kid {kid} for {alg}"));
                format!("The provider publishes no key {which} ({} in its set)", set.keys.len())
            },
            |key| published_for_another(key, alg, set.is_given),
        );
        return (SignatureStatus::Unverified, why);
    };
    let made_with = fitting.iter().find(|key| {
        let decoding = key.decoding.as_ref();
        decoding.is_ok_and(|decoding| signature_fits(token, decoding, algorithm))
    });
    // A key that cannot be used may be the one that it was made with: that is no forgery.
    let unusable = fitting
        .iter()
        .find(|key| key.decoding.is_err() && key.kty.as_deref().is_none_or(|kty| kty == kty_of(algorithm)))
        .or_else(|| fitting.iter().all(|key| key.decoding.is_err()).then_some(first));
    match (made_with, unusable) {
        (Some(_), _) if set.is_given => (
            SignatureStatus::Valid,
            format!("{alg}, made with the key that was given"),
        ),
        (Some(key), _) => (
            SignatureStatus::Valid,
            format!("{alg}, key {} from the provider's JWKS", id_of(key)),
        ),
        (None, Some(key)) => not_checked(key, set.is_given),
        (None, None) if set.is_given => (
            SignatureStatus::Invalid,
            "Not made with the key that was given, or changed since".to_owned(),
        ),
        (None, None) => (
            SignatureStatus::Invalid,
            format!("Not made with key {}, or changed since", id_of(first)),
        ),
    }
}

/// The type of the keys that `algorithm` signs with (RFC 7518 §3.1, RFC 8037 §3.1).
const fn kty_of(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::ES256 | Algorithm::ES384 => "EC",
        Algorithm::EdDSA => "OKP",
        Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512 => "oct",
        _ => "RSA",
    }
}

fn id_of(key: &Key) -> String {
    key.kid.clone().unwrap_or_else(|| "without kid".to_owned())
}

fn name_of(key: &Key, is_given: bool) -> String {
    if is_given {
        "the key that was given".to_owned()
    } else {
        key.name()
    }
}

/// Why the key that the token names is not the one to check it with.
fn published_for_another(key: &Key, alg: &str, is_given: bool) -> String {
    let name = name_of(key, is_given);
    match (&key.key_use, &key.alg) {
        (Some(other), _) if !key.is_for_signatures() => {
            format!("Not checked: {name} is not for signatures (use is {other:?}, RFC 7517 §4.2)")
        }
        (_, Some(other)) => format!("Not checked: {name} is for {other:?} only, and the token says {alg}"),
        _ => format!("Not checked: {name} is not for {alg}"),
    }
}

fn not_checked(key: &Key, is_given: bool) -> (SignatureStatus, String) {
    let name = name_of(key, is_given);
    match &key.decoding {
        Err(KeyProblem::Broken(why)) => (
            SignatureStatus::Unverified,
            format!("{name} is published but cannot be read: {why}"),
        ),
        Err(KeyProblem::Symmetric) | Ok(_) => (
            SignatureStatus::Unverified,
            format!("{}: not checked", key.wrong(&name).unwrap_or(name)),
        ),
        Err(KeyProblem::Unsupported | KeyProblem::Length(_)) => (
            SignatureStatus::Unsupported,
            format!("{}: not checked", key.wrong(&name).unwrap_or(name)),
        ),
    }
}

fn signature_fits(token: &str, key: &DecodingKey, algorithm: Algorithm) -> bool {
    let Some((message, signature)) = token.rsplit_once('.') else {
        return false;
    };
    jsonwebtoken::crypto::verify(signature, message.as_bytes(), key, algorithm).unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::model::jwt;
    use crate::model::keys::signing::SigningKey;

    const RSA: &str = include_str!("../../tests/keys/rsa-pkcs8.pem");

    fn judged(kid: Option<&str>, keys: Result<KeySet, String>) -> Signature {
        let key = SigningKey::parse(&RSA.into()).unwrap();
        let header: Vec<(&str, Value)> = kid.map(|kid| ("kid", kid.into())).into_iter().collect();
        let token = key.sign(key.default_algorithm(), &header, &json!({})).unwrap();
        let material = KeyMaterial {
            keys: Some(keys),
            ..KeyMaterial::default()
        };
        verify(token.expose(), &jwt::decode(token.expose()), &material)
    }

    fn published(keys: &Value) -> Result<KeySet, String> {
        KeySet::parse(json!({"keys": keys}).to_string().as_bytes())
    }

    #[test]
    fn a_signature_by_a_key_that_cannot_be_used_is_not_called_forged() {
        // 128 bytes of ones.
        let weak = format!("{}w", "_".repeat(170));
        let keys = json!([
            {"kty": "RSA", "kid": "w", "n": weak, "e": "AQAB"},
            {"kty": "RSA", "kid": "bad", "e": "AQAB"},
            {"kty": "EC", "crv": "secp256k1", "kid": "k1"},
            {"kty": "RSA", "kid": "enc", "use": "enc", "n": "AQAB", "e": "AQAB"},
            {"kty": "RSA", "kid": "other", "alg": "PS512", "n": "AQAB", "e": "AQAB"},
            {"kty": "oct", "kid": "s", "k": "AAAA"},
        ]);
        for (kid, status, says) in [
            (
                Some("w"),
                SignatureStatus::Unsupported,
                "key w is RSA with 1024 bits, under 2048 (RFC 7518 §3.3): not checked",
            ),
            (
                Some("bad"),
                SignatureStatus::Unverified,
                "key bad is published but cannot be read: n is missing",
            ),
            (Some("k1"), SignatureStatus::Unsupported, "key k1 is of a kind"),
            (Some("enc"), SignatureStatus::Unverified, "is not for signatures"),
            (Some("other"), SignatureStatus::Unverified, "is for \"PS512\" only"),
            (Some("s"), SignatureStatus::Unverified, "key s is symmetric"),
            (
                Some("none"),
                SignatureStatus::Unverified,
                "no key with kid none for RS256 (6 in its set)",
            ),
            (None, SignatureStatus::Unsupported, "key w is RSA with 1024 bits"),
        ] {
            let verdict = judged(kid, published(&keys));
            assert_eq!(verdict.status, status, "{kid:?}: {}", verdict.reason);
            assert!(verdict.reason.contains(says), "{kid:?}: {}", verdict.reason);
        }
    }

    #[test]
    fn a_short_key_that_was_given_is_named_and_not_used() {
        let verdict = judged(
            Some("any"),
            KeySet::from_pem(include_str!("../../tests/keys/rsa-1024-public.pem")),
        );
        assert_eq!(verdict.status, SignatureStatus::Unsupported);
        assert!(
            verdict
                .reason
                .starts_with("the key that was given is RSA with 1024 bits"),
            "{}",
            verdict.reason
        );
    }

    #[test]
    fn a_token_that_no_good_key_made_is_still_called_forged() {
        let ec = SigningKey::parse(&include_str!("../../tests/keys/ec-p256-pkcs8.pem").into()).unwrap();
        let other = json!({"kty": "RSA", "kid": "a", "n": format!("{}w", "_".repeat(341)), "e": "AQAB"});
        let symmetric = json!({"kty": "oct", "kid": "s", "k": "AAAA"});
        let keys = json!([other, symmetric, ec.public_jwk().unwrap()]);
        for kid in [Some("a"), None] {
            assert_eq!(
                judged(kid, published(&keys)).status,
                SignatureStatus::Invalid,
                "{kid:?}"
            );
        }
    }
}
