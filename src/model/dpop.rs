//! Demonstrating Proof of Possession (RFC 9449): a signed proof with each request, so that a stolen token is worth nothing.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde_json::{Map, Value};
use url::Url;

use super::challenge::Challenge;
use super::clock::Random;
use super::keys::jwa::SigningAlgorithm;
use super::keys::signing::SigningKey;
use super::pkce::random_text;
use super::secret::Secret;

/// The request header that carries a proof (RFC 9449 §4.1).
pub const DPOP_HEADER: &str = "DPoP";
/// The response header that carries a nonce (RFC 9449 §8.1).
pub const DPOP_NONCE_HEADER: &str = "DPoP-Nonce";
/// The error that asks for a proof with a nonce (RFC 9449 §8, §9).
pub const USE_DPOP_NONCE: &str = "use_dpop_nonce";
/// The error that says that a proof is wrong (RFC 9449 §5).
pub const INVALID_DPOP_PROOF: &str = "invalid_dpop_proof";

/// The key that a session's tokens are bound to. Refresh and API calls must use the same one (RFC 9449 §5, §7).
#[derive(Clone)]
pub struct DpopKey {
    key: SigningKey,
    alg: SigningAlgorithm,
}

impl DpopKey {
    /// A new key, for a new login.
    pub fn generate() -> Self {
        Self {
            key: SigningKey::generate_es256(),
            alg: SigningAlgorithm::ES256,
        }
    }

    /// The key that [`Self::keep`] gave.
    pub fn from_kept(text: &Secret) -> Result<Self, String> {
        let key = SigningKey::from_jwk(text)?;
        let alg = key.default_algorithm();
        if alg.is_symmetric() {
            return Err("A DPoP key must not be symmetric (RFC 9449 §4.2)".to_owned());
        }
        Ok(Self { key, alg })
    }

    /// The private key as a JWK, to be stored sealed beside the tokens that are bound to it.
    pub fn keep(&self) -> Option<Secret> {
        self.key.private_jwk()
    }

    /// What the proofs are signed with.
    pub const fn algorithm(&self) -> SigningAlgorithm {
        self.alg
    }

    /// `jkt`: what a bound token holds in `cnf` (RFC 9449 §6.1), and what `dpop_jkt` binds the code to (§10).
    pub fn thumbprint(&self) -> String {
        self.key.thumbprint().expect("a DPoP key is never symmetric")
    }

    /// A proof for one request (RFC 9449 §4.2). `access_token` is given with API calls, where its hash goes in (§7).
    pub fn proof(
        &self,
        method: &str,
        url: &Url,
        nonce: Option<&str>,
        access_token: Option<&Secret>,
        now: Timestamp,
        random: &dyn Random,
    ) -> Result<Secret, String> {
        let jwk = self.key.public_jwk().expect("a DPoP key is never symmetric");
        let mut claims = Map::new();
        claims.insert("jti".to_owned(), random_text(random).into());
        claims.insert("htm".to_owned(), method.into());
        claims.insert("htu".to_owned(), htu(url).into());
        claims.insert("iat".to_owned(), now.as_second().into());
        claims.extend(access_token.map(|token| ("ath".to_owned(), ath(token).into())));
        claims.extend(nonce.map(|nonce| ("nonce".to_owned(), nonce.into())));
        let header = [("typ", "dpop+jwt".into()), ("jwk", jwk)];
        self.key.sign(self.alg, &header, &Value::Object(claims))
    }
}

impl fmt::Debug for DpopKey {
    /// The thumbprint and nothing else.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DpopKey({})", self.thumbprint())
    }
}

/// `htu` (RFC 9449 §4.2): the URL without query and fragment.
fn htu(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    url.into()
}

/// `ath` (RFC 9449 §4.2): `BASE64URL(SHA256(access token))`.
fn ath(token: &Secret) -> String {
    // Exposed to be hashed.
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, token.expose().as_bytes()))
}

/// The newest nonce of each server (RFC 9449 §8.2): a proof is sent with the one that its origin gave last.
#[derive(Debug, Default)]
pub struct Nonces {
    by_origin: Mutex<HashMap<String, String>>,
}

/// Longest nonce that is kept: it is sent back with every request.
const MAX_NONCE_LEN: usize = 2000;

impl Nonces {
    /// The nonce to send to this URL's origin.
    pub fn get(&self, url: &Url) -> Option<String> {
        self.lock().get(&origin(url)).cloned()
    }

    /// Keeps the `DPoP-Nonce` of a response from this URL. Whether it is another one than `sent`, which the request had: then
    /// a request that was refused for its nonce can be sent again, once. What other requests learned meanwhile is no reason
    /// against that.
    pub fn learn(&self, url: &Url, nonce: Option<&str>, sent: Option<&str>) -> bool {
        let Some(nonce) = nonce.filter(|n| !n.is_empty() && n.len() <= MAX_NONCE_LEN) else {
            return false;
        };
        self.lock().insert(origin(url), nonce.to_owned());
        sent != Some(nonce)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, String>> {
        // A map of texts is whole even if somebody panicked beside it.
        self.by_origin.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

/// Whether a token endpoint's answer asks for a proof with a nonce: `error` of its body is `use_dpop_nonce`
/// (RFC 9449 §8).
pub fn body_wants_nonce(body: &[u8]) -> bool {
    serde_json::from_slice::<Value>(body)
        .is_ok_and(|body| body.get("error").and_then(Value::as_str) == Some(USE_DPOP_NONCE))
}

/// Whether an API's `WWW-Authenticate` asks for a proof with a nonce (RFC 9449 §9). Give one header's value.
pub fn challenge_wants_nonce(www_authenticate: &str) -> bool {
    Challenge::parse(www_authenticate)
        .iter()
        .any(|challenge| challenge.is("DPoP") && challenge.get("error") == Some(USE_DPOP_NONCE))
}

/// The error of a `DPoP` challenge, with its description: `invalid_token`, `invalid_dpop_proof` (RFC 9449 §7.1).
pub fn challenge_error(www_authenticate: &str) -> Option<(String, Option<String>)> {
    Challenge::parse(www_authenticate)
        .iter()
        .filter(|challenge| challenge.is("DPoP"))
        .find_map(|challenge| {
            let error = challenge.get("error")?.to_owned();
            Some((error, challenge.get("error_description").map(str::to_owned)))
        })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::model::clock::CountingRandom;
    use crate::model::jwt::decode;
    use crate::model::keys::KeySet;
    use crate::model::verify::{KeyMaterial, SignatureStatus, verify};

    fn now() -> Timestamp {
        Timestamp::from_second(1_562_262_616).unwrap()
    }

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn a_proof_holds_what_rfc_9449_4_2_asks_for_and_its_own_key_verifies_it() {
        let key = DpopKey::generate();
        let endpoint = url("https://server.example.com/token?tenant=1#x");
        let proof = key
            .proof("POST", &endpoint, None, None, now(), &CountingRandom::default())
            .unwrap();
        let decoded = decode(proof.expose());
        assert_eq!(decoded.header.get_str("typ").as_deref(), Some("dpop+jwt"));
        assert_eq!(decoded.alg().as_deref(), Some("ES256"));
        let names: Vec<_> = decoded.payload.members.iter().map(|m| m.name.as_str()).collect();
        assert_eq!(names, ["jti", "htm", "htu", "iat"]);
        assert_eq!(
            decoded.payload.get_str("htu").as_deref(),
            Some("https://server.example.com/token")
        );
        assert_eq!(decoded.payload.get("iat"), Some(1_562_262_616_i64.into()));
        let jwk = decoded.header.get("jwk").unwrap();
        let members: Vec<_> = jwk.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(
            members,
            ["crv", "kty", "x", "y"],
            "nothing of the private key, and nothing to link it by"
        );
        let set = KeySet::parse(json!({"keys": [jwk]}).to_string().as_bytes());
        let material = KeyMaterial {
            keys: Some(set),
            ..KeyMaterial::default()
        };
        assert_eq!(
            verify(proof.expose(), &decoded, &material).status,
            SignatureStatus::Valid
        );
    }

    #[test]
    fn the_hash_of_rfc_9449_7_1_goes_into_a_proof_for_an_api() {
        let token = Secret::new("Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU");
        let api = url("https://resource.example.org/protectedresource");
        let proof = DpopKey::generate()
            .proof(
                "GET",
                &api,
                Some("n-1"),
                Some(&token),
                now(),
                &CountingRandom::default(),
            )
            .unwrap();
        let payload = decode(proof.expose()).payload;
        assert_eq!(
            payload.get_str("ath").as_deref(),
            Some("fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo")
        );
        assert_eq!(payload.get_str("nonce").as_deref(), Some("n-1"));
        assert_eq!(payload.get_str("htm").as_deref(), Some("GET"));
    }

    #[test]
    fn two_proofs_never_share_a_jti() {
        let (key, random, api) = (
            DpopKey::generate(),
            CountingRandom::default(),
            url("https://api.example/"),
        );
        let jti = || {
            let proof = key.proof("GET", &api, None, None, now(), &random).unwrap();
            decode(proof.expose()).payload.get_str("jti")
        };
        assert_ne!(jti(), jti());
    }

    #[test]
    fn a_key_survives_being_kept_and_never_prints() {
        let key = DpopKey::generate();
        let kept = key.keep().unwrap();
        assert_eq!(DpopKey::from_kept(&kept).unwrap().thumbprint(), key.thumbprint());
        let shown = format!("{key:?}");
        assert_eq!(shown, format!("DpopKey({})", key.thumbprint()));
        assert!(DpopKey::from_kept(&r#"{"kty":"oct","k":"AAAA"}"#.into()).is_err());
    }

    #[test]
    fn the_newest_nonce_of_each_origin_is_kept() {
        let nonces = Nonces::default();
        let (server, api) = (url("https://a.example/token"), url("https://a.example:8443/api"));
        assert!(nonces.learn(&server, Some("one"), None));
        assert!(!nonces.learn(&server, Some("one"), Some("one")));
        assert!(nonces.learn(&url("https://a.example/other?x"), Some("two"), Some("one")));
        assert_eq!(nonces.get(&server).as_deref(), Some("two"));
        assert_eq!(nonces.get(&api), None);
        assert!(!nonces.learn(&server, None, None) && !nonces.learn(&server, Some(""), None));
        assert_eq!(nonces.get(&server).as_deref(), Some("two"));
    }

    #[test]
    fn a_nonce_that_another_request_learned_meanwhile_is_still_new_to_this_one() {
        let (nonces, server) = (Nonces::default(), url("https://a.example/token"));
        nonces.learn(&server, Some("one"), None);
        assert!(nonces.learn(&server, Some("two"), Some("one")));
        assert!(nonces.learn(&server, Some("two"), Some("one")));
        assert!(!nonces.learn(&server, Some("two"), Some("two")));
    }

    #[test]
    fn a_wish_for_a_nonce_is_read_from_body_and_header() {
        assert!(body_wants_nonce(
            br#"{"error":"use_dpop_nonce","error_description":"Authorization server requires nonce in DPoP proof"}"#
        ));
        assert!(!body_wants_nonce(br#"{"error":"invalid_dpop_proof"}"#));
        assert!(!body_wants_nonce(b"use_dpop_nonce"));
        assert!(challenge_wants_nonce(
            "DPoP error=\"use_dpop_nonce\", error_description=\"Resource server requires nonce in DPoP proof\""
        ));
        assert!(challenge_wants_nonce("Bearer, dpop error=use_dpop_nonce"));
        assert!(!challenge_wants_nonce("Bearer error=\"use_dpop_nonce\""));
        assert_eq!(
            challenge_error("DPoP error=\"invalid_dpop_proof\", algs=\"ES256\""),
            Some((INVALID_DPOP_PROOF.to_owned(), None))
        );
    }

    proptest! {
        #[test]
        fn any_answer_is_read_without_a_panic(body in proptest::collection::vec(any::<u8>(), 0..80), header in "\\PC{0,80}") {
            let _ = body_wants_nonce(&body);
            let _ = (challenge_wants_nonce(&header), challenge_error(&header));
        }
    }
}
