//! Signing keys from what people paste: PEM, JWK, a JWK Set, or a secret.

use serde_json::Value;
use zeroize::Zeroizing;

use super::jwa::SigningAlgorithm;
use super::private_key::PrivateKey;
use super::signing::SigningKey;
use crate::model::secret::Secret;

impl SigningKey {
    /// Reads a private key as a person has it: PEM, a JWK, or a JWK Set with one private key in it. The error is a
    /// sentence that holds nothing of the key.
    pub fn parse(text: &Secret) -> Result<Self, String> {
        // Exposed to be read as a key.
        let trimmed = text.expose().trim();
        if trimmed.is_empty() {
            Err("There is no key. Paste a private key as PEM or JWK".to_owned())
        } else if trimmed.starts_with('{') {
            Self::from_jwk(text)
        } else {
            Self::from_pem(text)
        }
    }

    /// A private key as PEM: PKCS#8 (RFC 5958), PKCS#1 for RSA (RFC 8017 §A.1.2) or SEC 1 for EC (RFC 5915).
    pub fn from_pem(text: &Secret) -> Result<Self, String> {
        // Exposed to be read as a key.
        PrivateKey::from_pem(text.expose()).map(Self::plain)
    }

    /// A private JWK (RFC 7517 §4), or a JWK Set (§5) with one that can sign. `kid` and `alg` are taken from it.
    pub fn from_jwk(text: &Secret) -> Result<Self, String> {
        // Exposed to be read as a key. serde's message is left out: it may quote the text.
        let document: Value = serde_json::from_str(text.expose())
            .map_err(|_| "The key is not JSON: a JWK is an object with kty (RFC 7517 §4)".to_owned())?;
        let Some(keys) = document.get("keys") else {
            return Self::from_jwk_value(&document);
        };
        let private: Vec<&Value> = keys
            .as_array()
            .map(|keys| keys.iter().filter(|key| can_sign(key)).collect())
            .unwrap_or_default();
        match private.as_slice() {
            [key] => Self::from_jwk_value(key),
            [] => Err("The key set has no private key that can sign (RFC 7517 §5)".to_owned()),
            several => Err(format!(
                "The key set has {} private keys: leave only the one to sign with",
                several.len()
            )),
        }
    }

    fn from_jwk_value(jwk: &Value) -> Result<Self, String> {
        if jwk.get("use").and_then(Value::as_str) == Some("enc") {
            return Err("This JWK is for encryption (use is enc, RFC 7517 §4.2): one for signing is wanted".to_owned());
        }
        let mut key = Self::plain(PrivateKey::from_jwk(jwk)?);
        key.kid = jwk.get("kid").and_then(Value::as_str).map(str::to_owned);
        if let Some(alg) = jwk.get("alg").and_then(Value::as_str) {
            let only = SigningAlgorithm::find(alg).filter(|alg| key.algorithms().contains(alg));
            key.only = Some(only.ok_or("The JWK's alg cannot be used with its kty (RFC 7517 §4.4)")?);
        }
        Ok(key)
    }

    /// A secret that both sides hold: HS256 and its like, with the bytes of its UTF-8 (OpenID Connect Core §10.1).
    pub fn from_secret(secret: &Secret) -> Result<Self, String> {
        if secret.is_empty() {
            return Err("The client secret is empty: there is nothing to sign with".to_owned());
        }
        // Exposed to be the key of an HMAC.
        let bytes = Zeroizing::new(secret.expose().as_bytes().to_vec());
        Ok(Self::plain(PrivateKey::Hmac(bytes)))
    }
}

/// Whether a JWK of a set has a private half, and is not marked for something else.
fn can_sign(jwk: &Value) -> bool {
    let has = |name: &str| jwk.get(name).is_some();
    (has("d") || has("k")) && jwk.get("use").and_then(Value::as_str).is_none_or(|u| u == "sig")
}

/// Keys of the specifications, in the forms that people have them in.
#[cfg(test)]
pub(super) mod vectors {
    pub(in crate::model) const RSA_JWK: &str = include_str!("../../../tests/keys/rsa.jwk.json");
    /// RFC 7515 §A.3.1.
    pub(in crate::model) const EC_JWK: &str = r#"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}"#;
    /// RFC 8037 §A.1.
    pub(in crate::model) const ED_JWK: &str = r#"{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
        "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
    pub(in crate::model) const PEMS: [(&str, &str); 7] = [
        ("rsa", include_str!("../../../tests/keys/rsa-pkcs8.pem")),
        ("rsa", include_str!("../../../tests/keys/rsa-pkcs1.pem")),
        ("ec", include_str!("../../../tests/keys/ec-p256-pkcs8.pem")),
        ("ec", include_str!("../../../tests/keys/ec-p256-sec1.pem")),
        ("p384", include_str!("../../../tests/keys/ec-p384-pkcs8.pem")),
        ("p521", include_str!("../../../tests/keys/ec-p521-sec1.pem")),
        ("ed", include_str!("../../../tests/keys/ed25519-pkcs8.pem")),
    ];
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::vectors::{EC_JWK, ED_JWK, PEMS, RSA_JWK};
    use super::*;

    fn key(text: &str) -> SigningKey {
        SigningKey::parse(&text.into()).unwrap()
    }

    fn refusal(text: &str) -> String {
        SigningKey::parse(&text.into()).unwrap_err()
    }

    #[test]
    fn every_form_of_a_key_is_the_same_key() {
        for (kind, pem) in PEMS {
            let jwk = match kind {
                "rsa" => RSA_JWK,
                "ec" => EC_JWK,
                "ed" => ED_JWK,
                _ => continue,
            };
            assert_eq!(key(pem).thumbprint(), key(jwk).thumbprint(), "{kind}");
        }
    }

    #[test]
    fn kid_and_alg_come_from_the_jwk() {
        let mut jwk: Value = serde_json::from_str(RSA_JWK).unwrap();
        jwk["kid"] = "bilbo".into();
        jwk["alg"] = "PS256".into();
        let bound = key(&jwk.to_string());
        assert_eq!(bound.kid(), Some("bilbo"));
        assert_eq!(bound.algorithms(), [SigningAlgorithm::PS256]);
        assert!(
            bound
                .sign(SigningAlgorithm::RS256, &[], &json!({}))
                .unwrap_err()
                .contains("Choose PS256")
        );
        jwk["alg"] = "ES256".into();
        assert!(refusal(&jwk.to_string()).contains("alg"));
    }

    #[test]
    fn a_set_gives_its_one_private_key() {
        let ec: Value = serde_json::from_str(EC_JWK).unwrap();
        let public = key(RSA_JWK).public_jwk().unwrap();
        let set = json!({"keys": [public, ec]});
        assert_eq!(key(&set.to_string()).default_algorithm(), SigningAlgorithm::ES256);
        assert!(refusal(&json!({"keys": [ec, ec]}).to_string()).contains("2 private keys"));
        assert!(refusal(&json!({"keys": [public]}).to_string()).contains("no private key"));
        assert!(refusal(r#"{"keys":1}"#).contains("no private key"));
    }

    #[test]
    fn what_cannot_sign_says_why() {
        for (text, why) in [
            ("", "no key"),
            ("hello", "no private key as PEM"),
            (include_str!("../../../tests/keys/rsa-public.pem"), "public key"),
            (include_str!("../../../tests/keys/rsa-certificate.pem"), "certificate"),
            (include_str!("../../../tests/keys/rsa-1024.pem"), "2048 bits"),
            (
                "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----",
                "password",
            ),
            (
                "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
                "cannot be used",
            ),
            ("-----BEGIN PRIVATE KEY-----\nAAAA", "cut off"),
            (r#"{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}"#, "public key"),
            (r#"{"kty":"EC","crv":"P-256","x":"AA","y":"AA","d":"AA"}"#, "do not fit"),
            (r#"{"kty":"EC","crv":"P-192","d":"AA"}"#, "crv"),
            (r#"{"kty":"RSA","n":"AQAB","e":"AQAB","d":"AQAB"}"#, "lacks p"),
            (r#"{"kty":"OKP","crv":"X25519","d":"AA"}"#, "crv"),
            (r#"{"kty":"oct"}"#, "no text k"),
            (r#"{"kty":"oct","k":"AAAA","use":"enc"}"#, "encryption"),
            ("{", "not JSON"),
            ("{}", "no kty"),
        ] {
            let error = refusal(text);
            assert!(error.contains(why), "{text}: {error}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic_and_never_quoted(text in "\\PC{0,60}") {
            if let Err(error) = SigningKey::parse(&text.as_str().into()) {
                prop_assert!(text.trim().len() < 12 || !error.contains(text.trim()));
            }
        }

        #[test]
        fn any_jwk_is_read_without_a_panic(
            kty in "RSA|EC|OKP|oct",
            crv in "P-256|P-384|P-521|Ed25519",
            values in proptest::collection::vec("[A-Za-z0-9_-]{0,90}", 9),
        ) {
            let names = ["n", "e", "d", "p", "q", "dp", "dq", "qi", "x"];
            let mut jwk = json!({"kty": kty, "crv": crv, "y": values[0], "k": values[1]});
            for (name, value) in names.iter().zip(&values) {
                jwk[*name] = value.as_str().into();
            }
            let _ = SigningKey::parse(&jwk.to_string().into());
        }
    }
}
