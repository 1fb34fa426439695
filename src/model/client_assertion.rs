//! Assertions: a signed JWT instead of a client secret (RFC 7523 §2.2, OpenID Connect Core §9: `private_key_jwt` and
//! `client_secret_jwt`), or as a grant of its own (RFC 7523 §2.1).

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::clock::Random;
use super::keys::jwa::SigningAlgorithm;
use super::keys::signing::SigningKey;
use super::pkce::random_text;
use super::secret::Secret;

/// `client_assertion_type` (RFC 7523 §2.2).
pub const CLIENT_ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// `grant_type` of an assertion that is itself the grant (RFC 7523 §2.1).
pub const JWT_BEARER_GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/// How long an assertion lives, in seconds: long enough for a clock that is off by half a minute, too short to be reused.
pub const ASSERTION_LIFETIME_S: i64 = 60;

/// What stands in an assertion, whichever of the two it is.
#[derive(Clone, Copy, Debug)]
pub struct Assertion<'a> {
    /// The key that signs. Its `kid` is sent where it has one.
    pub key: &'a SigningKey,
    /// What it signs with.
    pub alg: SigningAlgorithm,
    /// `iss` (RFC 7523 §3): for a client assertion the `client_id`.
    pub issuer: &'a str,
    /// `sub`: for a client assertion the `client_id`, for a grant the person or account that it speaks for.
    pub subject: &'a str,
    /// `aud`: the server's issuer or its token endpoint. Servers differ; the newer rule is the issuer.
    pub audience: &'a str,
    /// The server's time.
    pub now: Timestamp,
}

impl Assertion<'_> {
    /// The JWT, with `more` claims after those of RFC 7523 §3. `jti` is new each time, so that it can be used once only.
    pub fn sign(&self, more: &[(&str, Value)], random: &dyn Random) -> Result<Secret, String> {
        let issued_at = self.now.as_second();
        let mut claims = Map::new();
        claims.insert("iss".to_owned(), self.issuer.into());
        claims.insert("sub".to_owned(), self.subject.into());
        claims.insert("aud".to_owned(), self.audience.into());
        claims.insert("jti".to_owned(), random_text(random).into());
        claims.insert("iat".to_owned(), issued_at.into());
        claims.insert("exp".to_owned(), (issued_at + ASSERTION_LIFETIME_S).into());
        claims.extend(more.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        let mut header = vec![("typ", Value::from("JWT"))];
        header.extend(self.key.kid().map(|kid| ("kid", kid.into())));
        self.key.sign(self.alg, &header, &Value::Object(claims))
    }
}

/// `client_assertion` (RFC 7523 §2.2 and §3): `iss` and `sub` are both the `client_id`.
pub fn client_assertion(
    key: &SigningKey,
    alg: SigningAlgorithm,
    client_id: &str,
    audience: &str,
    now: Timestamp,
    random: &dyn Random,
) -> Result<Secret, String> {
    let assertion = Assertion {
        key,
        alg,
        issuer: client_id,
        subject: client_id,
        audience,
        now,
    };
    assertion.sign(&[], random)
}

/// `assertion` of the JWT bearer grant (RFC 7523 §2.1). `extra` are claims that some servers want in it (`scope`,
/// `target_audience`); those of the specification cannot be taken away, but they can be replaced.
pub fn assertion_grant(
    assertion: &Assertion<'_>,
    scope: Option<&str>,
    extra: &[(&str, Value)],
    random: &dyn Random,
) -> Result<Secret, String> {
    let mut more: Vec<(&str, Value)> = Vec::new();
    more.extend(
        scope
            .filter(|scope| !scope.is_empty())
            .map(|scope| ("scope", scope.into())),
    );
    more.extend(extra.iter().cloned());
    assertion.sign(&more, random)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::clock::CountingRandom;
    use crate::model::jwt::{Decoded, decode};

    const NOW_S: i64 = 1_700_000_000;

    fn now() -> Timestamp {
        Timestamp::from_second(NOW_S).unwrap()
    }

    fn claims(decoded: &Decoded) -> Vec<&str> {
        decoded.payload.members.iter().map(|m| m.name.as_str()).collect()
    }

    #[test]
    fn a_client_assertion_has_every_claim_of_openid_connect_core_9_and_lives_a_minute() {
        let key = SigningKey::generate_es256().with_kid("k1");
        let random = CountingRandom::default();
        let alg = key.default_algorithm();
        let make = || client_assertion(&key, alg, "app/1", "https://idp.example/token", now(), &random).unwrap();
        let (first, second) = (decode(make().expose()), decode(make().expose()));
        assert_eq!(claims(&first), ["iss", "sub", "aud", "jti", "iat", "exp"]);
        assert_eq!(first.payload.get_str("iss").as_deref(), Some("app/1"));
        assert_eq!(first.payload.get_str("sub").as_deref(), Some("app/1"));
        assert_eq!(
            first.payload.get_str("aud").as_deref(),
            Some("https://idp.example/token")
        );
        assert_eq!(first.payload.get("iat"), Some(NOW_S.into()));
        assert_eq!(first.payload.get("exp"), Some((NOW_S + 60).into()));
        assert_ne!(first.payload.get_str("jti"), second.payload.get_str("jti"));
        assert_eq!(
            (first.alg().as_deref(), first.kid().as_deref()),
            (Some("ES256"), Some("k1"))
        );
    }

    #[test]
    fn a_client_secret_signs_too_and_sends_no_kid() {
        let key = SigningKey::from_secret(&"a long enough secret, 32 bytes up".into()).unwrap();
        let alg = SigningAlgorithm::HS256;
        let token = client_assertion(&key, alg, "app", "aud", now(), &CountingRandom::default()).unwrap();
        let decoded = decode(token.expose());
        assert_eq!((decoded.alg().as_deref(), decoded.kid()), (Some("HS256"), None));
    }

    #[test]
    fn a_grant_speaks_for_somebody_with_scope_and_claims_of_its_own() {
        let key = SigningKey::generate_es256();
        let assertion = Assertion {
            key: &key,
            alg: SigningAlgorithm::ES256,
            issuer: "service",
            subject: "amy@example.com",
            audience: "https://idp.example",
            now: now(),
        };
        let extra = [("target_audience", Value::from("api")), ("exp", (NOW_S + 300).into())];
        let token = assertion_grant(&assertion, Some("read"), &extra, &CountingRandom::default()).unwrap();
        let decoded = decode(token.expose());
        assert_eq!(
            claims(&decoded),
            ["iss", "sub", "aud", "jti", "iat", "exp", "scope", "target_audience"]
        );
        assert_eq!(decoded.payload.get_str("sub").as_deref(), Some("amy@example.com"));
        assert_eq!(decoded.payload.get("exp"), Some((NOW_S + 300).into()));
    }

    #[test]
    fn a_key_that_cannot_sign_so_says_what_it_can() {
        let key = SigningKey::generate_es256();
        let random = CountingRandom::default();
        let error = client_assertion(&key, SigningAlgorithm::RS256, "app", "aud", now(), &random).unwrap_err();
        assert_eq!(error, "This key cannot sign with RS256. Choose ES256");
    }
}
