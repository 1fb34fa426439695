//! Public keys of a provider: a JWK Set (RFC 7517 §5), read key by key, so that one broken key does not hide the others.
//!
//! [`signing`] is the other side: what the client signs with a key of its own. `pem`, `certificate`, `private_key` and
//! `read_key` read keys as people have them.

mod certificate;
pub mod jwa;
mod key;
pub(in crate::model) mod pem;
mod private_key;
mod read_key;
pub mod signing;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::DecodingKey;

pub use key::{Key, KeyProblem};

/// The keys of a provider.
#[derive(Clone, Debug, Default)]
pub struct KeySet {
    /// All of them in their order, those too that cannot be used.
    pub keys: Vec<Key>,
    /// Whether a person gave this key for the token at hand: then it is the one, whatever `kid` the token names.
    pub is_given: bool,
}

impl KeySet {
    /// Reads a JWK Set. An error only when it is no set at all.
    pub fn parse(body: &[u8]) -> Result<Self, String> {
        let document: serde_json::Value =
            serde_json::from_slice(body).map_err(|e| format!("the key set is not JSON ({e})"))?;
        let list = document
            .get("keys")
            .and_then(|keys| keys.as_array())
            .ok_or("the key set has no list “keys” (RFC 7517 §5.1)")?;
        Ok(Self {
            keys: read_all(list),
            is_given: false,
        })
    }

    /// The public key in a PEM text (RFC 7468): `PUBLIC KEY` (RFC 5280 §4.1.2.7: RSA, EC, Ed25519), `RSA PUBLIC KEY`
    /// (RFC 8017 §A.1.1), or the one in a `CERTIFICATE` (RFC 5280 §4.1), the first where there is a chain. An error says
    /// what else it is, and holds nothing of it.
    pub fn from_pem(text: &str) -> Result<Self, String> {
        let blocks = pem::blocks(text);
        let is_public = |label: &str| matches!(label, "PUBLIC KEY" | "RSA PUBLIC KEY" | "CERTIFICATE");
        let Some(block) = blocks.iter().find(|block| is_public(&block.label)) else {
            return Err(if text.contains("PRIVATE KEY-----") {
                PRIVATE.to_owned()
            } else {
                "there is no public key as PEM in it (RFC 7468 §13)".to_owned()
            });
        };
        let damaged = || "the public key cannot be read (its base64 is damaged or cut off)".to_owned();
        let der = block.der.as_ref().ok_or_else(damaged)?;
        if block.label == "CERTIFICATE" {
            let info = certificate::public_key_info(der)
                .ok_or("the certificate cannot be read: there is no public key in it (RFC 5280 §4.1)")?;
            Self::from_der("PUBLIC KEY", info)
        } else {
            Self::from_der(&block.label, der)
        }
    }

    /// One public key as a JWK, or a whole JWK Set, that a person gave. Private and symmetric keys are refused: who checks
    /// signatures needs neither, and a profile must not hold them.
    pub fn from_jwk(text: &str) -> Result<Self, String> {
        // serde's message is left out: it may quote a key.
        let document: serde_json::Value = serde_json::from_str(text)
            .map_err(|_| "the key is not JSON: a JWK is an object with kty (RFC 7517 §4)".to_owned())?;
        let list = match document.get("keys").and_then(|keys| keys.as_array()) {
            Some(list) => list.clone(),
            None if document.get("keys").is_some() => return Err("“keys” is not a list (RFC 7517 §5.1)".to_owned()),
            None => vec![document],
        };
        for jwk in &list {
            let has = |name: &str| jwk.get(name).is_some();
            match jwk.get("kty").and_then(|kty| kty.as_str()) {
                None => return Err("the JWK has no kty (RFC 7517 §4.1)".to_owned()),
                Some("oct") => return Err(SYMMETRIC.to_owned()),
                Some(_) if has("d") || has("k") => return Err(PRIVATE.to_owned()),
                Some(_) => {}
            }
        }
        let keys = read_all(&list);
        let is_broken = |key: &Key| matches!(key.decoding, Err(KeyProblem::Broken(_)));
        match keys.first() {
            None => Err("the key set is empty (RFC 7517 §5.1)".to_owned()),
            Some(first) if keys.iter().all(is_broken) => Err(first
                .wrong("the key")
                .unwrap_or_else(|| "the key cannot be read".to_owned())),
            Some(_) => Ok(Self { keys, is_given: true }),
        }
    }

    /// The key that a person gives to check signatures with: PEM, a certificate, a JWK, a JWK Set, or the bare base64 of a
    /// public key or certificate, as some consoles show it.
    pub fn parse_verification_key(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.is_empty() {
            return Err("there is no key. Paste a public key as PEM or JWK".to_owned());
        }
        if text.starts_with('{') {
            return Self::from_jwk(text);
        }
        let is_bare = text.len() > 40
            && text
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "+/=".contains(c) || c.is_ascii_whitespace());
        if !is_bare {
            return Self::from_pem(text);
        }
        let wrapped = |label: &str| format!("-----BEGIN {label}-----\n{text}\n-----END {label}-----");
        Self::from_pem(&wrapped("PUBLIC KEY"))
            .or_else(|_| Self::from_pem(&wrapped("CERTIFICATE")))
            .map_err(|_| "this base64 is neither a public key nor a certificate (RFC 7468 §13)".to_owned())
    }

    fn from_der(label: &str, der: &[u8]) -> Result<Self, String> {
        let pem = format!(
            "-----BEGIN {label}-----\n{}\n-----END {label}-----",
            STANDARD.encode(der)
        );
        let pem = pem.as_bytes();
        let decoding = DecodingKey::from_rsa_pem(pem)
            .or_else(|_| DecodingKey::from_ec_pem(pem))
            .or_else(|_| DecodingKey::from_ed_pem(pem))
            .map_err(|error| format!("the public key cannot be read ({error})"))?;
        Ok(Self {
            keys: vec![Key::given(certificate::key_kind(label, der), decoding)],
            is_given: true,
        })
    }
}

fn read_all(list: &[serde_json::Value]) -> Vec<Key> {
    let key = |(i, jwk)| Key::from_jwk(i + 1, jwk);
    list.iter().enumerate().map(key).collect()
}

const PRIVATE: &str = "this is a private key, and a public one is wanted";
const SYMMETRIC: &str = "this is a symmetric key: a secret, which no profile may hold. Tokens signed with it are checked with the client secret";

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::jwt;
    use crate::model::keys::signing::SigningKey;
    use crate::model::verify::{KeyMaterial, SignatureStatus, verify};

    #[test]
    fn one_broken_key_does_not_hide_the_others() {
        let n = format!("{}w", "_".repeat(341));
        let body = format!(r#"{{"keys":[{{"kty":"RSA","kid":"a"}},{{"kty":"RSA","kid":"b","n":"{n}","e":"AQAB"}}]}}"#);
        let set = KeySet::parse(body.as_bytes()).unwrap();
        let told: Vec<_> = set
            .keys
            .iter()
            .map(|key| (key.kid.as_deref(), key.decoding.is_ok()))
            .collect();
        assert_eq!(told, [(Some("a"), false), (Some("b"), true)]);
        assert_eq!(set.keys[1].kind(), "RSA 2048 bits");
    }

    #[test]
    fn what_is_no_key_set_says_so() {
        assert!(KeySet::parse(b"<html>").unwrap_err().contains("not JSON"));
        assert!(KeySet::parse(b"{}").unwrap_err().contains("keys"));
    }

    #[test]
    fn what_is_no_public_key_as_pem_says_what_it_is() {
        let private = "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----";
        assert!(KeySet::from_pem(private).unwrap_err().contains("private key"));
        assert!(KeySet::from_pem("{}").unwrap_err().contains("no public key"));
        let broken = private.replace("PRIVATE", "PUBLIC").replace("AAAA", "?");
        assert!(KeySet::from_pem(&broken).unwrap_err().contains("cannot be read"));
    }

    const RSA: &str = include_str!("../../../tests/keys/rsa-public.pem");

    fn signed_by(pem: &str) -> (String, jwt::Decoded) {
        let key = SigningKey::parse(&pem.into()).unwrap();
        let token = key
            .sign(
                key.default_algorithm(),
                &[("kid", "other".into())],
                &serde_json::json!({}),
            )
            .unwrap();
        (token.expose().to_owned(), jwt::decode(token.expose()))
    }

    #[test]
    fn a_key_given_in_any_form_verifies_what_was_signed_with_its_other_half() {
        let ec = include_str!("../../../tests/keys/ec-p256-pkcs8.pem");
        let rsa = include_str!("../../../tests/keys/rsa-pkcs8.pem");
        let ed = include_str!("../../../tests/keys/ed25519-pkcs8.pem");
        let jwk = SigningKey::parse(&ec.into()).unwrap().public_jwk().unwrap();
        let bare: String = RSA.lines().filter(|line| !line.contains('-')).collect();
        let bare_certificate = include_str!("../../../tests/keys/rsa-certificate.pem");
        let bare_certificate: String = bare_certificate.lines().filter(|line| !line.contains('-')).collect();
        for (given, private) in [
            (RSA, rsa),
            (&bare, rsa),
            (&bare_certificate, rsa),
            (include_str!("../../../tests/keys/rsa-certificate.pem"), rsa),
            (include_str!("../../../tests/keys/ec-p256-certificate.pem"), ec),
            (include_str!("../../../tests/keys/ed25519-certificate.pem"), ed),
            (include_str!("../../../tests/keys/ec-p256-public.pem"), ec),
            (&jwk.to_string(), ec),
            (&serde_json::json!({"keys": [{"kty": "RSA"}, jwk]}).to_string(), ec),
        ] {
            let set = KeySet::parse_verification_key(given).unwrap();
            assert!(set.is_given);
            let (token, decoded) = signed_by(private);
            let material = KeyMaterial {
                keys: Some(Ok(set)),
                ..KeyMaterial::default()
            };
            let verdict = verify(&token, &decoded, &material);
            assert_eq!(verdict.status, SignatureStatus::Valid, "{given}: {}", verdict.reason);
        }
    }

    #[test]
    fn a_key_that_must_not_be_given_is_refused_with_the_reason() {
        let private = include_str!("../../../tests/keys/rsa.jwk.json");
        for (text, why) in [
            ("", "no key"),
            ("auth-key-2025", "no public key as PEM"),
            (include_str!("../../../tests/keys/ec-p256-sec1.pem"), "private key"),
            (private, "private key"),
            (&format!("{{\"keys\":[{private}]}}"), "private key"),
            (r#"{"kty":"oct","k":"AAAA"}"#, "symmetric"),
            (r#"{"kty":"RSA"}"#, "cannot be read"),
            (r#"{"keys":[]}"#, "empty"),
            (r#"{"keys":{}}"#, "not a list"),
            ("{}", "no kty"),
            ("{", "not JSON"),
            (&"QUJD".repeat(20), "neither a public key nor"),
            (
                "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
                "certificate",
            ),
        ] {
            let error = KeySet::parse_verification_key(text).unwrap_err();
            assert!(error.contains(why), "{text}: {error}");
        }
    }

    proptest! {
        #[test]
        fn any_given_text_is_read_without_a_panic(text in "\\PC{0,60}", base64 in "[A-Za-z0-9+/]{0,120}") {
            let _ = KeySet::parse_verification_key(&text);
            let _ = KeySet::parse_verification_key(&base64);
        }
    }
}
