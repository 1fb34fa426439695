//! Signing and checking: the provider's RSA key, the tenants' HMAC keys, and the compact form of a JWT (RFC 7515 §3.1).

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::model::Secret;

/// An RSA-2048 key that signs ID tokens and RS256 access tokens. New at each start.
pub(super) struct SigningKey {
    pair: RsaKeyPair,
    kid: String,
}

impl SigningKey {
    /// Makes a key. Takes up to a second of one core: keep it off the async workers.
    pub(super) fn generate(kid: String) -> Result<Self, Unspecified> {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048)?;
        Ok(Self { pair, kid })
    }

    /// The public half as a JWK (RFC 7517 §4, RFC 7518 §6.3.1).
    pub(super) fn jwk(&self) -> Value {
        let public = self.pair.public_key();
        json!({
            "kty": "RSA",
            "use": "sig",
            "kid": self.kid,
            "alg": "RS256",
            "n": URL_SAFE_NO_PAD.encode(public.modulus().big_endian_without_leading_zero()),
            "e": URL_SAFE_NO_PAD.encode(public.exponent().big_endian_without_leading_zero()),
        })
    }

    /// The public half as PEM, a `SubjectPublicKeyInfo` (RFC 7468 §13).
    pub(super) fn public_pem(&self) -> Result<String, Unspecified> {
        Ok(pem("PUBLIC KEY", self.pair.public_key().as_der()?.as_ref()))
    }

    /// By what tokens name it.
    pub(super) fn kid(&self) -> &str {
        &self.kid
    }

    /// The private half as PEM, PKCS#8 (RFC 7468 §10).
    pub(super) fn private_pem(&self) -> Result<Secret, Unspecified> {
        let der: Pkcs8V1Der<'_> = self.pair.as_der()?;
        Ok(Secret::new(pem("PRIVATE KEY", der.as_ref())))
    }

    /// A token of this `typ` over `claims`, RS256.
    pub(super) fn rs256(&self, typ: &str, claims: &Value) -> Result<String, Unspecified> {
        let input = signing_input(&json!({"alg": "RS256", "kid": self.kid, "typ": typ}), claims);
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair.sign(
            &RSA_PKCS1_SHA256,
            &SystemRandom::new(),
            input.as_bytes(),
            &mut signature,
        )?;
        Ok(format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    /// The claims of a token that this provider signed; `hs256_key` gives the key for the claims of an HS256 token.
    ///
    /// None when the token is not a JWT of ours, whatever the reason. Says nothing about times.
    pub(super) fn open(&self, token: &str, hs256_key: impl Fn(&Value) -> Option<&'static str>) -> Option<Value> {
        let (input, signature) = token.rsplit_once('.')?;
        let (header, payload) = input.split_once('.')?;
        let header: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
        let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        let valid = match header["alg"].as_str()? {
            "RS256" => UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, self.pair.public_key().as_ref())
                .verify(input.as_bytes(), &signature)
                .is_ok(),
            "HS256" => {
                let key = hmac::Key::new(hmac::HMAC_SHA256, hs256_key(&claims)?.as_bytes());
                hmac::verify(&key, input.as_bytes(), &signature).is_ok()
            }
            _ => false,
        };
        valid.then_some(claims)
    }
}

fn pem(label: &str, der: &[u8]) -> String {
    let base64 = Zeroizing::new(STANDARD.encode(der));
    let mut pem = format!("-----BEGIN {label}-----\n");
    for line in base64.as_bytes().chunks(64) {
        pem.push_str(&String::from_utf8_lossy(line));
        pem.push('\n');
    }
    pem + "-----END " + label + "-----\n"
}

/// A token over `claims`, HS256, with this header.
pub(super) fn hs256(key: &[u8], header: &Value, claims: &Value) -> String {
    let input = signing_input(header, claims);
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    let signature = hmac::sign(&key, input.as_bytes());
    format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref()))
}

/// The claims of a token with this very HS256 key; none when it has another, or is no JWT. Says nothing about times.
pub(super) fn open_hs256(token: &str, key: &[u8]) -> Option<Value> {
    let (input, signature) = token.rsplit_once('.')?;
    let (header, payload) = input.split_once('.')?;
    let header: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    let good = header["alg"] == "HS256" && hmac::verify(&key, input.as_bytes(), &signature).is_ok();
    let claims = URL_SAFE_NO_PAD.decode(payload).ok()?;
    good.then(|| serde_json::from_slice(&claims).ok())?
}

/// The left half of the value's SHA-256, as `at_hash`, `c_hash` and `s_hash` want it beside RS256
/// (OpenID Connect Core §3.3.2.11).
pub(super) fn half_hash(value: &str) -> String {
    let hash = digest(&SHA256, value.as_bytes());
    URL_SAFE_NO_PAD.encode(&hash.as_ref()[..16])
}

fn signing_input(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", part(header), part(claims))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn no_key(_: &Value) -> Option<&'static str> {
        None
    }

    #[test]
    fn the_hash_of_the_specifications_own_code_is_reproduced() {
        // OpenID Connect Core, appendix A.4: this code has this c_hash.
        assert_eq!(
            half_hash("Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk"),
            "LDktKdoQak3Pk0cnXxCltA"
        );
    }

    #[test]
    fn a_token_opens_with_the_key_that_signed_it_and_only_unchanged() {
        let key = SigningKey::generate("kid".into()).expect("a key");
        let claims = json!({"sub": "admin"});
        let token = key.rs256("JWT", &claims).expect("a signature");
        assert_eq!(key.open(&token, no_key), Some(claims.clone()));

        let other = SigningKey::generate("kid".into()).expect("a key");
        assert_eq!(other.open(&token, no_key), None);
        let (_, signature) = token.rsplit_once('.').expect("three parts");
        let forged = signing_input(&json!({"alg": "RS256"}), &json!({"sub": "root"}));
        assert_eq!(key.open(&format!("{forged}.{signature}"), no_key), None);
        let none = signing_input(&json!({"alg": "none"}), &claims);
        assert_eq!(key.open(&format!("{none}."), no_key), None);
        assert_eq!(key.open("not a token", no_key), None);
    }

    #[test]
    fn an_hs256_token_opens_with_the_tenants_key() {
        let key = SigningKey::generate("kid".into()).expect("a key");
        let claims = json!({"client_id": "x"});
        let token = hs256(b"right", &json!({"alg": "HS256"}), &claims);
        assert!(key.open(&token, |_| Some("right")).is_some());
        assert!(key.open(&token, |_| Some("wrong")).is_none());
        assert!(key.open(&token, no_key).is_none());
        assert_eq!(open_hs256(&token, b"right"), Some(claims));
        assert_eq!(open_hs256(&token, b"wrong"), None);
        assert_eq!(open_hs256("not a token", b"right"), None);
    }

    #[test]
    fn the_public_key_is_pem_in_short_lines_and_verifies() {
        let key = SigningKey::generate("kid".into()).expect("a key");
        let pem = key.public_pem().expect("PEM");
        let token = key.rs256("JWT", &json!({"sub": "admin"})).expect("a signature");
        let (input, signature) = token.rsplit_once('.').expect("a JWT");
        let public = jsonwebtoken::DecodingKey::from_rsa_pem(pem.as_bytes()).expect("a public key");
        let alg = jsonwebtoken::Algorithm::RS256;
        assert!(jsonwebtoken::crypto::verify(signature, input.as_bytes(), &public, alg).expect("RS256"));
        assert!(pem.lines().all(|line| line.len() <= 64));
    }
}
