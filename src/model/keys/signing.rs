//! Keys that sign JWTs in the compact form (RFC 7515 §7.1): for client assertions and DPoP proofs.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::encoding::{AsBigEndian, EcPrivateKeyBin};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_SHA256, RSA_PSS_SHA384, RSA_PSS_SHA512, RsaEncoding,
};
use aws_lc_rs::{digest, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::jwa::SigningAlgorithm;
use super::private_key::PrivateKey;
use crate::model::secret::Secret;

/// A private key or a shared secret, with the `kid` and `alg` that came with it. Cloning it copies no key.
#[derive(Clone)]
pub struct SigningKey {
    key: Arc<PrivateKey>,
    pub(super) kid: Option<String>,
    pub(super) only: Option<SigningAlgorithm>,
}

impl SigningKey {
    /// A new key on P-256.
    pub fn generate_es256() -> Self {
        Self::plain(PrivateKey::generate_p256())
    }

    pub(super) fn plain(key: PrivateKey) -> Self {
        Self {
            key: Arc::new(key),
            kid: None,
            only: None,
        }
    }

    /// The same key under this `kid` (RFC 7517 §4.5); an empty one is none.
    #[must_use]
    pub fn with_kid(mut self, kid: &str) -> Self {
        self.kid = Some(kid.trim().to_owned()).filter(|kid| !kid.is_empty());
        self
    }

    /// `kid` of the JWK that it came from, or what it was given since.
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// What it can sign with, the first one being the most common. A JWK's `alg` leaves only that.
    pub fn algorithms(&self) -> Vec<SigningAlgorithm> {
        use SigningAlgorithm as A;
        if let Some(only) = self.only {
            return vec![only];
        }
        match &*self.key {
            PrivateKey::Rsa(_) => vec![A::RS256, A::RS384, A::RS512, A::PS256, A::PS384, A::PS512],
            PrivateKey::Ec(curve, _) => vec![curve.algorithm()],
            PrivateKey::Ed25519(_) => vec![A::EdDSA, A::Ed25519],
            PrivateKey::Hmac(_) => vec![A::HS256, A::HS384, A::HS512],
        }
    }

    /// What it signs with where nothing else is asked for.
    pub fn default_algorithm(&self) -> SigningAlgorithm {
        self.algorithms()[0]
    }

    /// The first of [`Self::algorithms`] that the server takes, by its own list of `alg`; the default where the list is
    /// empty. `None` when they have nothing in common.
    pub fn algorithm_for(&self, supported: &[String]) -> Option<SigningAlgorithm> {
        if supported.is_empty() {
            return Some(self.default_algorithm());
        }
        self.algorithms()
            .into_iter()
            .find(|alg| supported.iter().any(|s| s == alg.as_str()))
    }

    /// What speaks against signing with it, in one sentence: RFC 7518 §3.2 wants a secret as long as the hash.
    pub fn weakness(&self, alg: SigningAlgorithm) -> Option<String> {
        let PrivateKey::Hmac(secret) = &*self.key else {
            return None;
        };
        let wanted = alg.secret_len()?;
        (secret.len() < wanted).then(|| {
            format!(
                "The secret has {} bytes where {alg} needs {wanted} (RFC 7518 §3.2): some servers refuse it",
                secret.len()
            )
        })
    }

    /// A JWT over `claims` in the compact form. Its header is `alg` and then `header`, in this order; `kid` is sent only
    /// when it is in there.
    pub fn sign(&self, alg: SigningAlgorithm, header: &[(&str, Value)], claims: &Value) -> Result<Secret, String> {
        let mut object = Map::new();
        object.insert("alg".to_owned(), alg.as_str().into());
        object.extend(header.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        let input = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(Value::Object(object).to_string()),
            URL_SAFE_NO_PAD.encode(claims.to_string())
        );
        let signature = self.sign_bytes(alg, input.as_bytes())?;
        Ok(Secret::new(format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature))))
    }

    pub(in crate::model) fn sign_bytes(&self, alg: SigningAlgorithm, message: &[u8]) -> Result<Vec<u8>, String> {
        if !self.algorithms().contains(&alg) {
            let possible: Vec<&str> = self.algorithms().iter().map(|a| a.as_str()).collect();
            return Err(format!(
                "This key cannot sign with {alg}. Choose {}",
                possible.join(" or ")
            ));
        }
        let failed = |_| format!("Signing with {alg} failed");
        match &*self.key {
            PrivateKey::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(rsa_encoding(alg), &SystemRandom::new(), message, &mut signature)
                    .map_err(failed)?;
                Ok(signature)
            }
            PrivateKey::Ec(_, pair) => {
                let signature = pair.sign(&SystemRandom::new(), message).map_err(failed)?;
                Ok(signature.as_ref().to_vec())
            }
            PrivateKey::Ed25519(pair) => Ok(pair.try_sign(message).map_err(failed)?.as_ref().to_vec()),
            PrivateKey::Hmac(secret) => {
                let hash = match alg {
                    SigningAlgorithm::HS384 => hmac::HMAC_SHA384,
                    SigningAlgorithm::HS512 => hmac::HMAC_SHA512,
                    _ => hmac::HMAC_SHA256,
                };
                Ok(hmac::sign(&hmac::Key::new(hash, secret), message).as_ref().to_vec())
            }
        }
    }

    /// The public half as a JWK with only the members that define the key (RFC 7638 §3.2): what a DPoP proof shows.
    /// `None` for a secret, which has none.
    pub fn public_jwk(&self) -> Option<Value> {
        let members = self.key.public_members()?;
        Some(
            members
                .into_iter()
                .map(|(name, value)| (name, Value::from(value)))
                .collect(),
        )
    }

    /// The public half as it is registered at a server: [`Self::public_jwk`] with `use`, `kid` and, where the key is
    /// bound to one, `alg` (RFC 7517 §4).
    pub fn registration_jwk(&self) -> Option<Value> {
        let mut jwk = self.public_jwk()?;
        let object = jwk.as_object_mut()?;
        object.insert("use".to_owned(), "sig".into());
        object.extend(self.kid.as_ref().map(|kid| ("kid".to_owned(), kid.as_str().into())));
        object.extend(self.only.map(|alg| ("alg".to_owned(), alg.as_str().into())));
        Some(jwk)
    }

    /// The thumbprint of the public half with SHA-256, in base64url (RFC 7638 §3): what `jkt` holds. `None` for a secret,
    /// whose thumbprint would help to guess it (RFC 7638 §7).
    pub fn thumbprint(&self) -> Option<String> {
        let members = self.key.public_members()?;
        let members: Vec<String> = members
            .iter()
            .map(|(name, value)| format!("\"{name}\":\"{value}\""))
            .collect();
        let json = format!("{{{}}}", members.join(","));
        Some(URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, json.as_bytes())))
    }

    /// The private JWK of an EC key, to keep it sealed with the tokens that are bound to it. `None` for other kinds,
    /// which came from a person who has them.
    pub fn private_jwk(&self) -> Option<Secret> {
        let PrivateKey::Ec(_, pair) = &*self.key else {
            return None;
        };
        let private_key = pair.private_key();
        let d: EcPrivateKeyBin<'_> = private_key.as_be_bytes().ok()?;
        let mut jwk = self.public_jwk()?;
        let object = jwk.as_object_mut()?;
        object.insert("d".to_owned(), URL_SAFE_NO_PAD.encode(d.as_ref()).into());
        Some(Secret::new(jwk.to_string()))
    }
}

fn rsa_encoding(alg: SigningAlgorithm) -> &'static dyn RsaEncoding {
    match alg {
        SigningAlgorithm::RS384 => &RSA_PKCS1_SHA384,
        SigningAlgorithm::RS512 => &RSA_PKCS1_SHA512,
        SigningAlgorithm::PS256 => &RSA_PSS_SHA256,
        SigningAlgorithm::PS384 => &RSA_PSS_SHA384,
        SigningAlgorithm::PS512 => &RSA_PSS_SHA512,
        _ => &RSA_PKCS1_SHA256,
    }
}

impl fmt::Debug for SigningKey {
    /// The thumbprint, never the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("kid", &self.kid)
            .field("thumbprint", &self.thumbprint())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{ECDSA_P521_SHA512_FIXED, UnparsedPublicKey};
    use jsonwebtoken::{Algorithm, DecodingKey};
    use serde_json::json;

    use super::super::read_key::vectors::{EC_JWK, ED_JWK, PEMS, RSA_JWK};
    use super::*;
    use crate::model::jwt;
    use crate::model::keys::KeySet;
    use crate::model::verify::{KeyMaterial, SignatureStatus, verify};

    fn key(text: &str) -> SigningKey {
        SigningKey::parse(&text.into()).unwrap()
    }

    #[test]
    fn rfc_7515_a_2_signs_to_its_very_bytes() {
        let input = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
        let signature = key(RSA_JWK)
            .sign_bytes(SigningAlgorithm::RS256, input.as_bytes())
            .unwrap();
        assert_eq!(
            URL_SAFE_NO_PAD.encode(signature),
            "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"
        );
    }

    #[test]
    fn rfc_7515_a_1_and_rfc_8037_a_4_sign_to_their_very_bytes() {
        let hmac = key(
            r#"{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}"#,
        );
        let input = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
        let signature = hmac.sign_bytes(SigningAlgorithm::HS256, input.as_bytes()).unwrap();
        assert_eq!(
            URL_SAFE_NO_PAD.encode(signature),
            "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
        );
        let input = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
        let signature = key(ED_JWK)
            .sign_bytes(SigningAlgorithm::EdDSA, input.as_bytes())
            .unwrap();
        assert_eq!(
            URL_SAFE_NO_PAD.encode(signature),
            "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
        );
    }

    #[test]
    fn the_thumbprint_is_that_of_rfc_8037_and_a_secret_has_none() {
        // RFC 8037 §A.3.
        assert_eq!(
            key(ED_JWK).thumbprint().unwrap(),
            "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
        );
        assert_eq!(SigningKey::from_secret(&"x".into()).unwrap().thumbprint(), None);
    }

    #[test]
    fn what_is_signed_is_verified_with_the_public_half() {
        for (kind, pem) in PEMS.into_iter().filter(|(kind, _)| *kind != "p521") {
            let key = key(pem).with_kid("k1");
            let set = json!({"keys": [key.registration_jwk().unwrap()]}).to_string();
            let material = KeyMaterial {
                keys: Some(KeySet::parse(set.as_bytes())),
                ..KeyMaterial::default()
            };
            for alg in key.algorithms().into_iter().filter(|a| *a != SigningAlgorithm::Ed25519) {
                let token = key.sign(alg, &[("kid", "k1".into())], &json!({"sub": "me"})).unwrap();
                let decoded = jwt::decode(token.expose());
                assert_eq!(decoded.kid().as_deref(), Some("k1"));
                let verdict = verify(token.expose(), &decoded, &material);
                assert_eq!(
                    verdict.status,
                    SignatureStatus::Valid,
                    "{kind} {alg}: {}",
                    verdict.reason
                );
            }
        }
        let secret = SigningKey::from_secret(&"a secret".into()).unwrap();
        for (alg, theirs) in [
            (SigningAlgorithm::HS256, Algorithm::HS256),
            (SigningAlgorithm::HS384, Algorithm::HS384),
            (SigningAlgorithm::HS512, Algorithm::HS512),
        ] {
            let token = secret.sign(alg, &[], &json!({})).unwrap();
            let (input, signature) = token.expose().rsplit_once('.').unwrap();
            let key = DecodingKey::from_secret(b"a secret");
            assert!(jsonwebtoken::crypto::verify(signature, input.as_bytes(), &key, theirs).unwrap());
        }
    }

    #[test]
    fn a_p_521_key_signs_es512_so_that_its_public_half_verifies_it() {
        let key = key(include_str!("../../../tests/keys/ec-p521-sec1.pem"));
        let token = key.sign(key.default_algorithm(), &[], &json!({})).unwrap();
        let decoded = jwt::decode(token.expose());
        assert_eq!(
            (decoded.alg().as_deref(), decoded.signature_len),
            (Some("ES512"), Some(132))
        );
        let members = key.key.public_members().unwrap();
        let coordinate = |name: &str| {
            let (_, value) = members.iter().find(|(n, _)| *n == name).unwrap();
            URL_SAFE_NO_PAD.decode(value).unwrap()
        };
        let point = [vec![4], coordinate("x"), coordinate("y")].concat();
        let (input, signature) = token.expose().rsplit_once('.').unwrap();
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
        let public = UnparsedPublicKey::new(&ECDSA_P521_SHA512_FIXED, point);
        assert!(public.verify(input.as_bytes(), &signature).is_ok());
    }

    #[test]
    fn a_short_secret_is_used_and_called_weak() {
        let key = SigningKey::from_secret(&"short".into()).unwrap();
        assert!(key.weakness(SigningAlgorithm::HS256).unwrap().contains("5 bytes"));
        assert!(key.sign(SigningAlgorithm::HS256, &[], &json!({})).is_ok());
        assert!(SigningKey::generate_es256().weakness(SigningAlgorithm::ES256).is_none());
    }

    #[test]
    fn the_server_chooses_among_what_the_key_can_do() {
        let rsa = key(RSA_JWK);
        let list = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            rsa.algorithm_for(&list(&["ES256", "PS256"])),
            Some(SigningAlgorithm::PS256)
        );
        assert_eq!(rsa.algorithm_for(&list(&["ES256"])), None);
        assert_eq!(rsa.algorithm_for(&[]), Some(SigningAlgorithm::RS256));
    }

    #[test]
    fn a_made_key_survives_being_kept() {
        let made = SigningKey::generate_es256();
        let kept = SigningKey::parse(&made.private_jwk().unwrap()).unwrap();
        assert_eq!(kept.thumbprint(), made.thumbprint());
        assert!(key(RSA_JWK).private_jwk().is_none());
    }

    #[test]
    fn no_key_is_printed() {
        let text = format!("{:?}", key(EC_JWK));
        assert!(!text.contains("jpsQnnGQmL"), "{text}");
        let hmac = SigningKey::from_secret(&"hunter2".into()).unwrap();
        assert!(!format!("{hmac:?}").contains("hunter2"));
    }
}
