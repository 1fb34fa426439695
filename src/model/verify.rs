//! Whether a token's signature is valid: judged strictly, on the token as it came (RFC 7515 §5.2).

use std::str::FromStr as _;

use jsonwebtoken::{Algorithm, DecodingKey};
use serde::{Deserialize, Serialize};

use super::jwt::{Decoded, Form};
use super::keys::{Key, KeySet};
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
    if !decoded.defects.is_empty() {
        let why = format!(
            "Not checked, because the token is defective: {}",
            decoded.defects[0].message
        );
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
    let fitting: Vec<&Key> = set
        .keys
        .iter()
        .filter(|key| set.is_given || kid.is_none() || key.kid.as_deref() == kid)
        .filter(|key| key.key_use.as_deref().is_none_or(|u| u == "sig"))
        .filter(|key| key.alg.as_deref().is_none_or(|a| a == alg))
        .collect();
    let Some(first) = fitting.first() else {
        let which = kid.map_or_else(|| format!("for {alg}"), |kid| format!("with kid {kid} for {alg}"));
        return (
            SignatureStatus::Unverified,
            format!("The provider publishes no key {which} ({} in its set)", set.keys.len()),
        );
    };
    let name = |key: &Key| key.kid.clone().unwrap_or_else(|| "without kid".to_owned());
    match fitting
        .iter()
        .find(|key| signature_fits(token, &key.decoding, algorithm))
    {
        Some(_) if set.is_given => (
            SignatureStatus::Valid,
            format!("{alg}, made with the key that was given"),
        ),
        None if set.is_given => (
            SignatureStatus::Invalid,
            "Not made with the key that was given, or changed since".to_owned(),
        ),
        Some(key) => (
            SignatureStatus::Valid,
            format!("{alg}, key {} from the provider's JWKS", name(key)),
        ),
        None => (
            SignatureStatus::Invalid,
            format!("Not made with key {}, or changed since", name(first)),
        ),
    }
}

fn signature_fits(token: &str, key: &DecodingKey, algorithm: Algorithm) -> bool {
    let Some((message, signature)) = token.rsplit_once('.') else {
        return false;
    };
    jsonwebtoken::crypto::verify(signature, message.as_bytes(), key, algorithm).unwrap_or(false)
}
