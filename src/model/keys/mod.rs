//! Public keys: those of a provider, a JWK Set (RFC 7517 §5), read key by key, so that one broken key does not hide the
//! others; and those that a person gives.
//!
//! Start with [`KeySet`]: `given` reads what people paste, `jwk` one JWK, `numbers` what both have in common, `key` judges
//! it, with `rsa_weakness` and `point_weakness`, and `public_key` verifies. `set_findings` looks at a set as a whole.
//! [`signing`] is the other side: what the client signs with a key of its own. `pem`, `der`, `certificate`, `private_key`
//! and `read_key` read keys as people have them.

mod bare_forms;
mod certificate;
mod curve;
mod der;
mod finding;
mod given;
pub mod jwa;
mod jwk;
mod key;
mod numbers;
pub(in crate::model) mod pem;
mod point_weakness;
mod private_key;
mod public_key;
mod read_key;
mod rsa_weakness;
mod secret_form;
mod set_findings;
pub mod signing;

use std::sync::Arc;

use serde_json::value::RawValue;
use zeroize::Zeroizing;

pub use certificate::Certificate;
pub use finding::Finding;
pub use key::{Key, KeyProblem};
pub use secret_form::SecretForm;

use super::members::read_members;
use super::secret::Secret;

/// Most keys of a set that are read: a provider publishes a handful.
const MAX_KEYS: usize = 2000;

/// The keys of a provider, or those that a person gave.
#[derive(Clone, Debug, Default)]
pub struct KeySet {
    /// All of them in their order, those too that cannot be used.
    pub keys: Vec<Key>,
    /// Whether a person gave these keys for the token at hand: then any of them may be the one, whatever `kid` the token
    /// names.
    pub is_given: bool,
    /// Whether they are a person's own, and not published: symmetric keys among them may be used.
    pub is_local: bool,
    /// The text that a published set came as, where it holds no secret: an attacker makes HMACs of it.
    body: Option<Arc<[u8]>>,
}

impl KeySet {
    /// Reads a published JWK Set. An error only when it is no set at all.
    pub fn parse(body: &[u8]) -> Result<Self, String> {
        let document: &RawValue = serde_json::from_slice(body).map_err(|e| format!("the key set is not JSON ({e})"))?;
        let keys = read_all(&list(document.get())?.ok_or("the key set has no list “keys” (RFC 7517 §5.1)")?);
        let is_public = keys.iter().all(|key| key.secret.is_none() && !key.is_private());
        Ok(Self {
            keys,
            is_given: false,
            is_local: false,
            body: is_public.then(|| body.into()),
        })
    }

    /// The text that it came as, of a published set without secrets.
    pub(in crate::model) fn body(&self) -> Option<&[u8]> {
        self.body.as_deref()
    }

    /// Whether these bytes are a public key or a certificate in any form: then they are no secret.
    pub(in crate::model) fn is_public_key(bytes: &[u8]) -> bool {
        let is_key =
            |der: &[u8]| numbers::Numbers::of_der("PUBLIC KEY", der).is_ok() || certificate::Parts::read(der).is_some();
        if is_key(bytes) {
            return true;
        }
        let Ok(text) = std::str::from_utf8(bytes) else {
            return false;
        };
        let text = text.trim();
        let is_ssh = |name: &str| text.strip_prefix(name).is_some_and(|rest| rest.contains(" AAAA"));
        let is_der = |(_, der): &(SecretForm, Zeroizing<Vec<u8>>)| is_key(der);
        ["ssh-rsa", "ssh-ed25519", "ecdsa-sha2-"].into_iter().any(is_ssh)
            || Self::parse_verification_key(text).is_ok()
            || SecretForm::Base64.keys(&Secret::new(text)).iter().any(is_der)
    }

    /// A single JWK that a token brings itself, to see whether it was made with it. It is never trusted.
    pub(in crate::model) fn embedded(jwk: &str) -> Key {
        Key::from_jwk_text(1, jwk)
    }

    /// The key of a certificate that a token brings itself.
    pub(in crate::model) fn of_certificate(der: &[u8]) -> Option<Key> {
        let parts = certificate::Parts::read(der)?;
        let mut key = Key::new(1, numbers::Numbers::of_der("PUBLIC KEY", parts.public_key_info));
        key.is_pss_only = numbers::is_pss(parts.public_key_info);
        Some(key)
    }
}

/// The texts of the keys of a set; `None` where it has no “keys”.
fn list(document: &str) -> Result<Option<Vec<Box<RawValue>>>, String> {
    let (members, _) = read_members(document);
    let Some(keys) = members.into_iter().rev().find(|member| member.name == "keys") else {
        return Ok(None);
    };
    let keys: Vec<Box<RawValue>> =
        serde_json::from_str(&keys.raw).map_err(|_| "“keys” is not a list (RFC 7517 §5.1)".to_owned())?;
    if keys.len() > MAX_KEYS {
        return Err(format!(
            "the key set has {} keys, over the {MAX_KEYS} that are read",
            keys.len()
        ));
    }
    Ok(Some(keys))
}

fn read_all(list: &[Box<RawValue>]) -> Vec<Key> {
    let texts = list.iter().map(|jwk| jwk.get());
    let key = |(i, text)| Key::from_jwk_text(i + 1, text);
    texts.enumerate().map(key).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_broken_key_does_not_hide_the_others() {
        let private: serde_json::Value =
            serde_json::from_str(include_str!("../../../tests/keys/rsa.jwk.json")).unwrap();
        let n = private["n"].as_str().unwrap();
        let body = format!(r#"{{"keys":[{{"kty":"RSA","kid":"a"}},{{"kty":"RSA","kid":"b","n":"{n}","e":"AQAB"}}]}}"#);
        let set = KeySet::parse(body.as_bytes()).unwrap();
        let told: Vec<_> = set
            .keys
            .iter()
            .map(|key| (key.kid.as_deref(), key.usable.is_ok()))
            .collect();
        assert_eq!(told, [(Some("a"), false), (Some("b"), true)]);
        assert_eq!(set.keys[1].kind(), "RSA 2048 bits");
    }

    #[test]
    fn what_is_no_key_set_says_so() {
        assert!(KeySet::parse(b"<html>").unwrap_err().contains("not JSON"));
        assert!(KeySet::parse(b"{}").unwrap_err().contains("keys"));
        assert!(KeySet::parse(b"[]").unwrap_err().contains("keys"));
        assert!(KeySet::parse(br#"{"keys":{}}"#).unwrap_err().contains("not a list"));
        let many = format!(r#"{{"keys":[{}1]}}"#, "1,".repeat(MAX_KEYS));
        assert!(KeySet::parse(many.as_bytes()).unwrap_err().contains("over the 2000"));
    }

    proptest! {
        #[test]
        fn any_set_is_read_without_a_panic(
            text in "\\PC{0,60}",
            keys in proptest::collection::vec("\\{(\"(kty|crv|n|e|x|y|x5c|k|d|use|key_ops)\":(\"[A-Za-z0-9_-]{0,50}\"|\\[1\\]|\"RSA\"|\"EC\"|\"P-256\"),){0,6}\"kid\":1\\}", 0..4),
        ) {
            let _ = KeySet::parse(text.as_bytes());
            let set = KeySet::parse(format!(r#"{{"keys":[{}]}}"#, keys.join(",")).as_bytes()).unwrap();
            prop_assert_eq!(set.keys.len(), keys.len());
            let _ = set.findings();
        }
    }
}
