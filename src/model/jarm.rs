//! JWT Secured Authorization Response Mode (JARM): the authorization response as one signed JWT.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::callback::Callback;
use super::checks::{Check, Outcome, signature_check};
use super::jwt::{self, Decoded, Form, Serialization};
use super::secret::Secret;
use super::verify::{KeyMaterial, SignatureStatus, verify};

/// Seconds by which two clocks may differ before a response is called expired.
const LEEWAY_S: i64 = 60;

/// What a response is held against (JARM §2.4).
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// The profile's issuer; none leaves `iss` unchecked.
    pub issuer: Option<&'a str>,
    /// The profile's `client_id`.
    pub client_id: &'a str,
    /// The server's time.
    pub now: Timestamp,
}

/// Why a response is not to be believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JarmError {
    /// A JWE (JARM §2.2).
    #[error(
        "The authorization response is encrypted, and only the client it was registered for can open it. Turn \
         authorization_encrypted_response_alg off at the provider (JARM §3)"
    )]
    Encrypted,
    /// No JWT, or a broken one.
    #[error("The authorization response is not a readable JWT: {0} (JARM §2.1)")]
    NotAJwt(String),
    /// A check of JARM §2.4 failed: its sentence.
    #[error("The authorization response is not to be believed: {0}")]
    Refused(String),
}

/// The `response` parameter, decoded and not yet believed.
#[derive(Clone)]
pub struct JarmResponse {
    token: Secret,
    decoded: Decoded,
    callback: Callback,
}

impl JarmResponse {
    /// Decodes the `response` parameter.
    pub fn read(response: &Secret) -> Result<Self, JarmError> {
        // Exposed to be decoded.
        let decoded = jwt::decode(response.expose());
        match decoded.form {
            Form::Jwe => return Err(JarmError::Encrypted),
            Form::Opaque => return Err(JarmError::NotAJwt("it has not the three parts of one".to_owned())),
            Form::Damaged => {
                let why = decoded.defects.first().map(|d| d.message.clone());
                return Err(JarmError::NotAJwt(why.unwrap_or_else(|| "it is damaged".to_owned())));
            }
            Form::Jws if decoded.serialization != Serialization::Compact => {
                let why = "it is written as JSON, and a JWT has three parts with dots between them (RFC 7519 §1)";
                return Err(JarmError::NotAJwt(why.to_owned()));
            }
            Form::Jws if !decoded.payload.is_object => {
                return Err(JarmError::NotAJwt("its payload is no JSON object".to_owned()));
            }
            Form::Jws => {}
        }
        Ok(Self {
            callback: Callback::from_members(&decoded.payload.members),
            token: response.clone(),
            decoded,
        })
    }

    /// What it says. Believe only its `state`, to tell a stranger's answer from the own one, until [`Self::open`].
    pub const fn claimed(&self) -> &Callback {
        &self.callback
    }

    /// The response as a callback, when every rule of JARM §2.4 is kept and the signature is valid. An unsigned one, or
    /// one whose signature cannot be checked, is refused: anybody could have written it.
    pub fn open(&self, expected: &Expected<'_>, material: &KeyMaterial) -> Result<Callback, JarmError> {
        self.judge(expected, material).map(|(callback, _)| callback)
    }

    /// The same, with the checks that it passed.
    pub fn judge(&self, expected: &Expected<'_>, material: &KeyMaterial) -> Result<(Callback, Vec<Check>), JarmError> {
        let checks = self.checks(expected, material);
        let is_signed = |check: &&Check| check.id == "jarm.signature" && check.outcome != Outcome::Pass;
        match checks
            .iter()
            .find(|check| check.outcome == Outcome::Fail)
            .or_else(|| checks.iter().find(is_signed))
        {
            Some(broken) => Err(JarmError::Refused(format!("{} ({})", broken.message, broken.spec))),
            None => Ok((self.callback.clone(), checks)),
        }
    }

    /// The rules of JARM §2.4, each on its own.
    pub fn checks(&self, expected: &Expected<'_>, material: &KeyMaterial) -> Vec<Check> {
        // The key of an HMAC is the client secret here, as it is for ID tokens.
        let material = KeyMaterial {
            secret_is_the_key: true,
            ..material.clone()
        };
        // Exposed to be verified.
        let signature = verify(self.token.expose(), &self.decoded, &material);
        let mut signed = signature_check(&signature);
        signed.id = "jarm.signature".into();
        signed.spec = "JARM §2.4".into();
        if signature.status == SignatureStatus::Unsupported {
            signed.outcome = Outcome::Fail;
        }
        vec![
            self.issuer(expected.issuer),
            self.audience(expected.client_id),
            self.expiry(expected.now),
            signed,
        ]
    }

    fn issuer(&self, expected: Option<&str>) -> Check {
        let (outcome, message) = match (self.decoded.payload.get_str("iss"), expected) {
            (None, _) => (Outcome::Fail, "iss is missing".to_owned()),
            (Some(_), None) => (Outcome::Skip, "the profile names no issuer".to_owned()),
            (Some(got), Some(expected)) if got == expected => (Outcome::Pass, "matches the profile".to_owned()),
            (Some(got), Some(expected)) => (
                Outcome::Fail,
                format!("iss is {got:?} and not {expected:?}. Check the issuer in the profile"),
            ),
        };
        check("jarm.iss", outcome, message)
    }

    fn audience(&self, client_id: &str) -> Check {
        let audience = self.decoded.payload.get("aud");
        let is_ours = |value: &Value| value.as_str() == Some(client_id);
        let (outcome, message) = match &audience {
            None => (Outcome::Fail, "aud is missing".to_owned()),
            Some(Value::Array(several)) if several.iter().any(is_ours) => {
                (Outcome::Pass, "names this client among others".to_owned())
            }
            Some(one) if is_ours(one) => (Outcome::Pass, "is this client".to_owned()),
            Some(other) => (
                Outcome::Fail,
                format!("aud is {other} and not {client_id:?}: it was made for another client"),
            ),
        };
        check("jarm.aud", outcome, message)
    }

    fn expiry(&self, now: Timestamp) -> Check {
        let exp = self.decoded.payload.get("exp");
        let (outcome, message) = match exp.as_ref().map(super::claims::time_value) {
            None => (Outcome::Fail, "exp is missing".to_owned()),
            Some(None) => (Outcome::Fail, "exp is not a time in seconds".to_owned()),
            Some(Some(exp)) if now.duration_since(exp) > SignedDuration::from_secs(LEEWAY_S) => (
                Outcome::Fail,
                format!(
                    "it expired {}. Log in again, and check both clocks",
                    super::lifetime::relative(exp, now)
                ),
            ),
            Some(Some(exp)) => (
                Outcome::Pass,
                format!("expires {}", super::lifetime::relative(exp, now)),
            ),
        };
        check("jarm.exp", outcome, message)
    }
}

impl fmt::Debug for JarmResponse {
    /// As a callback: the decoded claims hold the code in the open.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("JarmResponse").field(&self.callback).finish()
    }
}

fn check(id: &'static str, outcome: Outcome, message: String) -> Check {
    super::checks::check(id, outcome, message, "JARM §2.4")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::model::keys::KeySet;
    use crate::model::keys::jwa::SigningAlgorithm;
    use crate::model::keys::signing::SigningKey;

    const NOW_S: i64 = 1_311_281_000;

    fn expected() -> Expected<'static> {
        Expected {
            issuer: Some("https://accounts.example.com"),
            client_id: "s6BhdRkqt3",
            now: Timestamp::from_second(NOW_S).unwrap(),
        }
    }

    /// The claims of the example in JARM §2.1.1.
    fn claims() -> Value {
        json!({"iss": "https://accounts.example.com", "aud": "s6BhdRkqt3", "exp": 1_311_281_970,
            "code": "PyyFaux2o7Q0YfXBU32jhw.5FXSQpvr8akv9CeRDSd0QA", "state": "S8NJ7uqk5fY4EjNvP_G_FtyJu6pUsvH9jsYni9dMAJw"})
    }

    fn material(key: &SigningKey) -> KeyMaterial {
        let set = json!({"keys": [key.registration_jwk().unwrap()]}).to_string();
        KeyMaterial {
            keys: Some(KeySet::parse(set.as_bytes())),
            ..KeyMaterial::default()
        }
    }

    fn signed(key: &SigningKey, claims: &Value) -> JarmResponse {
        JarmResponse::read(&key.sign(key.default_algorithm(), &[], claims).unwrap()).unwrap()
    }

    #[test]
    fn the_example_of_jarm_2_1_1_becomes_a_callback() {
        let key = SigningKey::generate_es256();
        let response = signed(&key, &claims());
        let state = response.claimed().state.clone().unwrap();
        let callback = response.open(&expected(), &material(&key)).unwrap();
        let code = callback.accept(&state, expected().issuer).unwrap();
        assert_eq!(code.expose(), "PyyFaux2o7Q0YfXBU32jhw.5FXSQpvr8akv9CeRDSd0QA");
    }

    #[test]
    fn a_refusal_comes_through_as_one() {
        let key = SigningKey::generate_es256();
        let mut refusal = claims();
        refusal["error"] = "access_denied".into();
        let callback = signed(&key, &refusal).open(&expected(), &material(&key)).unwrap();
        assert_eq!(callback.error.unwrap().error, "access_denied");
    }

    #[test]
    fn each_broken_rule_is_named() {
        let key = SigningKey::generate_es256();
        for (name, value, why) in [
            ("iss", json!("https://evil.example"), "iss is \"https://evil.example\""),
            ("iss", Value::Null, "iss is missing"),
            ("aud", json!("other"), "another client"),
            ("aud", json!([]), "another client"),
            ("exp", json!(NOW_S - 61), "expired"),
            ("exp", json!("soon"), "not a time"),
        ] {
            let mut claims = claims();
            claims[name] = value;
            let error = signed(&key, &claims).open(&expected(), &material(&key)).unwrap_err();
            assert!(error.to_string().contains(why), "{error}");
        }
        let mut without = claims();
        without.as_object_mut().unwrap().remove("exp");
        let error = signed(&key, &without).open(&expected(), &material(&key)).unwrap_err();
        assert!(error.to_string().contains("exp is missing"));
    }

    #[test]
    fn several_audiences_and_a_clock_a_minute_off_are_fine() {
        let key = SigningKey::generate_es256();
        let mut claims = claims();
        claims["aud"] = json!(["other", "s6BhdRkqt3"]);
        claims["exp"] = json!(NOW_S - 60);
        assert!(signed(&key, &claims).open(&expected(), &material(&key)).is_ok());
    }

    #[test]
    fn a_signature_that_is_wrong_missing_or_not_checkable_is_refused() {
        let (key, other) = (SigningKey::generate_es256(), SigningKey::generate_es256());
        let response = signed(&key, &claims());
        assert!(response.open(&expected(), &material(&other)).is_err());
        let error = response.open(&expected(), &KeyMaterial::default()).unwrap_err();
        assert!(error.to_string().contains("no JWKS address"), "{error}");

        let unsigned = key.sign(SigningAlgorithm::ES256, &[("alg", "none".into())], &claims());
        let unsigned = JarmResponse::read(&unsigned.unwrap()).unwrap();
        let error = unsigned.open(&expected(), &material(&key)).unwrap_err();
        assert!(error.to_string().contains("alg is none"), "{error}");

        let strange = key.sign(SigningAlgorithm::ES256, &[("alg", "XX999".into())], &claims());
        let strange = JarmResponse::read(&strange.unwrap()).unwrap();
        assert!(strange.open(&expected(), &material(&key)).is_err());
    }

    #[test]
    fn the_client_secret_is_the_key_of_an_hmac() {
        let secret = Secret::new("the client's own secret");
        let response = signed(&SigningKey::from_secret(&secret).unwrap(), &claims());
        let with = |secret: Option<Secret>| KeyMaterial {
            secret,
            ..KeyMaterial::default()
        };
        assert!(response.open(&expected(), &with(Some(secret))).is_ok());
        assert!(response.open(&expected(), &with(Some("another".into()))).is_err());
        assert!(response.open(&expected(), &with(None)).is_err());
    }

    #[test]
    fn what_is_encrypted_or_no_jwt_says_so() {
        let jwe = "eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkExMjhHQ00ifQ.a.b.c.d";
        assert_eq!(JarmResponse::read(&jwe.into()).unwrap_err(), JarmError::Encrypted);
        for text in ["", "opaque", "eyJhbGciOiJSUzI1NiJ9.e30", "a.b.c"] {
            let error = JarmResponse::read(&text.into()).unwrap_err();
            assert!(matches!(error, JarmError::NotAJwt(_)), "{text}");
        }
    }

    #[test]
    fn a_response_that_is_written_as_json_is_refused_although_its_signature_is_right() {
        let key = SigningKey::generate_es256();
        let compact = key.sign(key.default_algorithm(), &[], &claims()).unwrap();
        let parts: Vec<&str> = compact.expose().split('.').collect();
        let json = json!({"protected": parts[0], "payload": parts[1], "signature": parts[2]}).to_string();
        let error = JarmResponse::read(&Secret::new(json)).unwrap_err();
        assert!(matches!(error, JarmError::NotAJwt(_)), "{error}");
    }

    #[test]
    fn a_response_never_prints_its_code() {
        let key = SigningKey::generate_es256();
        let response = signed(&key, &json!({"code": "SECRETCODE"}));
        let shown = format!("{response:?}");
        assert!(!shown.contains("SECRETCODE"), "{shown}");
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(text in "[A-Za-z0-9_.-]{0,80}") {
            let _ = JarmResponse::read(&text.as_str().into());
        }

        #[test]
        fn any_claims_are_judged_without_a_panic(
            name in "iss|aud|exp|code|state|error|expires_in",
            value in "(\"[^\"\\\\]{0,10}\"|-?[0-9]{1,25}|null|true|\\[\\]|\\{\\})",
        ) {
            let key = SigningKey::from_secret(&"secret".into()).unwrap();
            let mut claims = claims();
            claims[name] = serde_json::from_str(&value).unwrap_or(Value::Null);
            let _ = signed(&key, &claims).open(&expected(), &KeyMaterial::default());
        }
    }
}
