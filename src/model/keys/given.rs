//! Keys to verify with, as a person gives them: PEM (RFC 7468), certificates, JWKs, or bare base64.

use serde_json::Value;
use serde_json::value::RawValue;

use super::certificate::Parts;
use super::finding::Finding;

use super::jwk::is_private;
use super::key::{Key, KeyProblem};
use super::numbers::{Numbers, is_pss};
use super::pem::{self, Block};
use super::private_key::PrivateKey;
use super::{KeySet, list, read_all};

/// Most blocks of a PEM text that are read: a bundle of certificate authorities has 150.
const MAX_BLOCKS: usize = 500;

impl KeySet {
    /// The public keys in a PEM text: `PUBLIC KEY` (RFC 5280 §4.1.2.7: RSA, EC, Ed25519), `RSA PUBLIC KEY` (RFC 8017
    /// §A.1.1), or those in `CERTIFICATE`s (RFC 5280 §4.1), of a chain only the first. An error says what else it is, and
    /// holds nothing of it.
    pub fn from_pem(text: &str) -> Result<Self, String> {
        let mut blocks = pem::blocks(text);
        blocks.retain(|block| matches!(block.label.as_str(), "PUBLIC KEY" | "RSA PUBLIC KEY" | "CERTIFICATE"));
        if blocks.is_empty() {
            return Err(if text.contains("PRIVATE KEY-----") {
                PRIVATE.to_owned()
            } else {
                "there is no public key as PEM in it (RFC 7468 §13)".to_owned()
            });
        }
        if blocks.len() > MAX_BLOCKS {
            return Err(format!(
                "there are over {MAX_BLOCKS} keys in it: leave the one to verify with"
            ));
        }
        if is_chain(&blocks) {
            blocks.truncate(1);
        }
        let mut keys: Vec<Key> = Vec::new();
        let mut first_error = None;
        for (place, block) in blocks.iter().enumerate() {
            match from_block(place + 1, block) {
                Ok(key) => keys.push(key),
                // It stands among the others, so that it is told.
                Err(error) => {
                    keys.push(Key::new(place + 1, Err(KeyProblem::Broken(error.clone()))));
                    first_error = first_error.or(Some(error));
                }
            }
        }
        let is_broken = |key: &Key| matches!(key.usable, Err(KeyProblem::Broken(_)));
        let are_broken = keys.iter().all(is_broken);
        if let [key] = keys.as_mut_slice()
            && !text.contains("PRIVATE KEY")
        {
            // An attacker has the very file: with and without its last line end.
            key.written.push(("the PEM file", text.as_bytes().to_vec()));
            key.written.push(("the PEM file", text.trim_end().as_bytes().to_vec()));
        }
        match first_error.filter(|_| are_broken) {
            Some(error) => Err(format!("the public key cannot be read ({error})")),
            None => Ok(Self::given(keys)),
        }
    }

    /// One public key as a JWK, or a whole JWK Set, that a person gave. Private and symmetric keys are refused: who checks
    /// signatures needs neither, and a profile must not hold them.
    pub fn from_jwk(text: &str) -> Result<Self, String> {
        let (texts, _) = jwks(text)?;
        for text in &texts {
            let jwk: Value = serde_json::from_str(text.get()).unwrap_or_default();
            match jwk.get("kty").and_then(Value::as_str) {
                None => return Err("the JWK has no kty (RFC 7517 §4.1)".to_owned()),
                Some("oct") => return Err(SYMMETRIC.to_owned()),
                Some(_) if is_private(&jwk) => return Err(PRIVATE.to_owned()),
                Some(_) => {}
            }
        }
        Self::usable(read_all(&texts)).map(Self::given)
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
        if !is_base64(text) {
            return Self::from_pem(text);
        }
        let wrapped = |label: &str| format!("-----BEGIN {label}-----\n{text}\n-----END {label}-----");
        Self::from_pem(&wrapped("PUBLIC KEY"))
            .or_else(|_| Self::from_pem(&wrapped("CERTIFICATE")))
            .map_err(|_| "this base64 is neither a public key nor a certificate (RFC 7468 §13)".to_owned())
    }

    /// The same, to look at one token with: what a profile must not hold is taken too. Of a private key only the public
    /// half is used, and a finding says so; a symmetric JWK is the secret of an HMAC. In a JWK Set the token's `kid`
    /// chooses.
    pub fn for_inspection(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.starts_with('{') {
            let (texts, is_set) = jwks(text)?;
            let keys = Self::usable(read_all(&texts))?;
            return Ok(Self {
                is_given: !is_set,
                ..Self::given(keys).into_local()
            });
        }
        let mut set = match Self::parse_verification_key(text) {
            Err(_) if text.contains("PRIVATE KEY-----") => {
                let private = PrivateKey::from_pem(text).map_err(|why| format!("{PRIVATE}. {why}"))?;
                let members = private.public_members().ok_or(PRIVATE)?;
                let jwk: Value = members
                    .into_iter()
                    .map(|(name, value)| (name, Value::from(value)))
                    .collect();
                let mut key = Key::from_jwk(1, &jwk);
                key.findings.push(half_used());
                Self::given(vec![key])
            }
            other => other?,
        };
        set.is_local = true;
        Ok(set)
    }

    /// The same set as a person's own file: its symmetric keys may be used, and private keys in it harm nobody.
    #[must_use]
    pub fn into_local(mut self) -> Self {
        self.is_local = true;
        for key in &mut self.keys {
            if key.secret.is_some() {
                key.usable = Ok(());
            }
            let private = key.findings.iter_mut().find(|finding| finding.code == "private_key");
            if let Some(finding) = private {
                *finding = half_used();
            }
        }
        self
    }

    fn given(keys: Vec<Key>) -> Self {
        Self {
            keys,
            is_given: true,
            is_local: true,
            body: None,
        }
    }

    /// An error where there is none, or none can be read.
    fn usable(keys: Vec<Key>) -> Result<Vec<Key>, String> {
        let is_broken = |key: &Key| matches!(key.usable, Err(KeyProblem::Broken(_)));
        match keys.first() {
            None => Err("the key set is empty (RFC 7517 §5.1)".to_owned()),
            Some(first) if keys.iter().all(is_broken) => Err(first
                .wrong("the key")
                .unwrap_or_else(|| "the key cannot be read".to_owned())),
            Some(_) => Ok(keys),
        }
    }
}

fn half_used() -> Finding {
    Finding::new(
        "private_key_given",
        "is a private key: only its public half was used. Verifying never needs the private one, so keep that where it is",
        "RFC 7517 §9.2",
    )
}

/// The texts of the JWKs, and whether they came as a set.
fn jwks(text: &str) -> Result<(Vec<Box<RawValue>>, bool), String> {
    // serde's message is left out: it may quote a key.
    let document: Box<RawValue> = serde_json::from_str(text)
        .map_err(|_| "the key is not JSON: a JWK is an object with kty (RFC 7517 §4)".to_owned())?;
    Ok(match list(document.get())? {
        Some(keys) => (keys, true),
        None => (vec![document], false),
    })
}

fn from_block(place: usize, block: &Block) -> Result<Key, String> {
    let damaged = || "its base64 is damaged or cut off".to_owned();
    let der = block.der.as_ref().ok_or_else(damaged)?;
    let key = if block.label == "CERTIFICATE" {
        let parts = Parts::read(der).ok_or("there is no public key in the certificate (RFC 5280 §4.1)")?;
        let mut key = Key::new(place, Numbers::of_der("PUBLIC KEY", parts.public_key_info));
        key.is_pss_only = is_pss(parts.public_key_info);
        key.certificate = Some(parts.certificate());
        key.written.push(("the certificate as DER", der.to_vec()));
        key
    } else {
        let mut key = Key::new(place, Numbers::of_der(&block.label, der));
        key.is_pss_only = is_pss(der);
        key
    };
    match &key.usable {
        Err(KeyProblem::Broken(why)) => Err(why.clone()),
        _ => Ok(key),
    }
}

/// Whether these are certificates, each of them certified by the next (RFC 8446 §4.4.2).
fn is_chain(blocks: &[Block]) -> bool {
    let parts = |block: &Block| {
        let parts = Parts::read(block.der.as_deref()?)?;
        Some((parts.subject.to_vec(), parts.issuer.to_vec()))
    };
    blocks.iter().all(|block| block.label == "CERTIFICATE")
        && blocks.windows(2).all(|pair| match (parts(&pair[0]), parts(&pair[1])) {
            (Some((_, issuer)), Some((subject, _))) => issuer == subject,
            _ => false,
        })
}

fn is_base64(text: &str) -> bool {
    text.len() > 40
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "+/=".contains(c) || c.is_ascii_whitespace())
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
            (include_str!("../../../tests/keys/ec-p256-chain.pem"), ec),
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

    #[test]
    fn several_keys_in_one_text_are_several_keys_and_a_chain_is_one() {
        let ec = include_str!("../../../tests/keys/ec-p256-public.pem");
        let set = KeySet::from_pem(&format!("{RSA}\n{ec}")).unwrap();
        let kinds: Vec<_> = set.keys.iter().map(|key| (key.place, key.kind())).collect();
        assert_eq!(kinds, [(1, "RSA 2048 bits".to_owned()), (2, "EC P-256".to_owned())]);
        let set = KeySet::from_pem(include_str!("../../../tests/keys/ec-p256-chain.pem")).unwrap();
        let subjects: Vec<_> = set
            .keys
            .iter()
            .map(|key| key.certificate.clone().unwrap().subject)
            .collect();
        assert_eq!(subjects, ["CN=leaf.example, O=Example Ltd"]);
        // Of several, one that is damaged does not hide the others, and is told.
        let cut = RSA.replace("MII", "?");
        let set = KeySet::from_pem(&format!("{cut}{ec}")).unwrap();
        let problems: Vec<_> = set.keys.iter().map(Key::problem).collect();
        assert!(
            problems[0].as_deref().unwrap().starts_with("key 1 cannot be read"),
            "{problems:?}"
        );
        assert_eq!(problems[1], None);
        assert_eq!(
            KeySet::from_pem(&ec.repeat(501)).unwrap_err().split(':').next(),
            Some("there are over 500 keys in it")
        );
    }

    #[test]
    fn to_inspect_with_a_private_key_gives_its_public_half_and_says_so() {
        for private in [
            include_str!("../../../tests/keys/ec-p256-sec1.pem"),
            include_str!("../../../tests/keys/rsa-pkcs8.pem"),
            include_str!("../../../tests/keys/ec-secp256k1-sec1.pem"),
            include_str!("../../../tests/keys/rsa.jwk.json"),
        ] {
            let set = KeySet::for_inspection(private).unwrap();
            let codes: Vec<_> = set.keys[0]
                .findings
                .iter()
                .map(|finding| finding.code.as_str())
                .collect();
            assert_eq!((codes, set.is_given), (vec!["private_key_given"], true));
            assert!(KeySet::parse_verification_key(private).is_err());
            let (token, decoded) = signed_by(private);
            let material = KeyMaterial {
                keys: Some(Ok(set)),
                ..KeyMaterial::default()
            };
            assert_eq!(verify(&token, &decoded, &material).status, SignatureStatus::Valid);
        }
        let garbage = "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----";
        let error = KeySet::for_inspection(garbage).unwrap_err();
        assert!(
            error.starts_with("this is a private key") && !error.contains("c2Vj"),
            "{error}"
        );
    }

    #[test]
    fn to_inspect_with_a_symmetric_jwk_is_to_inspect_with_its_secret() {
        let set = KeySet::for_inspection(r#"{"keys":[{"kty":"oct","kid":"a","k":"AAAA"}]}"#).unwrap();
        assert!(set.keys[0].usable.is_ok() && set.is_local && !set.is_given);
        assert!(!format!("{set:?}").contains("AAAA"));
    }

    proptest! {
        #[test]
        fn any_given_text_is_read_without_a_panic(text in "\\PC{0,60}", base64 in "[A-Za-z0-9+/]{0,120}") {
            let _ = KeySet::parse_verification_key(&text);
            let _ = KeySet::parse_verification_key(&base64);
            let _ = KeySet::for_inspection(&text);
            let _ = KeySet::for_inspection(&format!("{{{text}"));
        }
    }
}
