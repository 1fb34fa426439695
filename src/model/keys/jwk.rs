//! A JWK (RFC 7517 §4) as a key: its numbers, what it says of itself, and what contradicts that.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::Value;

use super::certificate::Parts;
use super::finding::Finding;
use super::jwa::SigningAlgorithm;
use super::key::{Key, KeyProblem};
use super::numbers::Numbers;
use crate::model::body::cut;
use crate::model::secret::Secret;

/// Members of a private or symmetric key (RFC 7518 §6.2.2, §6.3.2, §6.4.1), and `priv`, that of an AKP one.
const PRIVATE: [&str; 9] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"];

/// Members that are of another type than they must be, and are therefore not looked at (RFC 7517 §4).
fn wrong_types(jwk: &Value) -> Vec<Finding> {
    let is_list = |value: &Value| value.as_array().is_some_and(|list| list.iter().all(Value::is_string));
    let wrong = |name: &str| match name {
        "key_ops" => jwk.get(name).is_some_and(|value| !is_list(value)),
        _ => jwk.get(name).is_some_and(|value| !value.is_string()),
    };
    [
        ("kid", "a text", "RFC 7517 §4.5"),
        ("use", "a text", "RFC 7517 §4.2"),
        ("key_ops", "a list of texts", "RFC 7517 §4.3"),
        ("alg", "a text", "RFC 7517 §4.4"),
    ]
    .into_iter()
    .filter(|(name, ..)| wrong(name))
    .map(|(name, wanted, section)| {
        let message =
            format!("has a {name} that is not {wanted}: it is not looked at, and other readers refuse the key");
        Finding::new("member_type", message, section)
    })
    .collect()
}

impl Key {
    /// Reads the JWK at `place` of its set, from the text that it came as.
    pub(super) fn from_jwk_text(place: usize, text: &str) -> Self {
        // serde's message is left out: it may quote a key.
        let Ok(jwk) = serde_json::from_str::<Value>(text) else {
            let why = "it is no JSON that can be read, or nested too deep";
            return Self::new(place, Err(KeyProblem::Broken(why.to_owned())));
        };
        let mut key = Self::from_jwk(place, &jwk);
        if !is_private(&jwk) {
            key.written.push(("the JWK", text.as_bytes().to_vec()));
            key.written.push(("the JWK", jwk.to_string().into_bytes()));
        }
        key
    }

    /// Reads the JWK at `place` of its set.
    pub(super) fn from_jwk(place: usize, jwk: &Value) -> Self {
        let text = |name: &str| jwk.get(name).and_then(Value::as_str).map(str::to_owned);
        let numbers = Numbers::of_jwk(jwk);
        let mut key = Self::new(place, numbers.clone());
        key.kid = text("kid");
        key.kty = text("kty");
        key.size = text("crv").or(key.size);
        key.alg = text("alg");
        key.key_use = text("use");
        key.key_ops = jwk.get("key_ops").and_then(Value::as_array).map(|ops| {
            let texts = ops.iter().filter_map(Value::as_str);
            texts.take(32).map(str::to_owned).collect()
        });
        key.findings.extend(wrong_types(jwk));
        if text("kty").as_deref() == Some("oct") {
            key.secret = text("k").map(Secret::new);
        } else if is_private(jwk) {
            key.findings.push(Finding::new(
                "private_key",
                "holds a private key: whoever can read it can sign. Make a new key, and publish its public half only",
                "RFC 7517 §9.2",
            ));
        }
        key.with_certificate(jwk, &numbers).with_contradictions()
    }

    /// `x5c` must hold the same key (RFC 7517 §4.7).
    fn with_certificate(mut self, jwk: &Value, numbers: &Result<Numbers, KeyProblem>) -> Self {
        let Some(x5c) = jwk.get("x5c") else { return self };
        let first = x5c.get(0).and_then(Value::as_str);
        let der = first.and_then(|text| STANDARD.decode(text).ok());
        let parts = der.as_deref().and_then(Parts::read);
        let (Some(text), Some(der), Some(parts)) = (first, &der, parts) else {
            self.findings.push(Finding::new(
                "x5c_unreadable",
                "has an x5c whose first certificate cannot be read",
                "RFC 7517 §4.7",
            ));
            return self;
        };
        self.certificate = Some(parts.certificate());
        let certified = Numbers::of_der("PUBLIC KEY", parts.public_key_info);
        if numbers.as_ref().is_ok_and(|numbers| certified.as_ref() != Ok(numbers)) {
            let why = "its x5c certifies another key (RFC 7517 §4.7)";
            self.usable = Err(KeyProblem::Broken(why.to_owned()));
            self.public = None;
        }
        self.written.push(("x5c", text.as_bytes().to_vec()));
        self.written.push(("the certificate as DER", der.clone()));
        for (name, algorithm) in [
            ("x5t", &aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY),
            ("x5t#S256", &aws_lc_rs::digest::SHA256),
        ] {
            let right = URL_SAFE_NO_PAD.encode(aws_lc_rs::digest::digest(algorithm, der));
            let said = jwk.get(name).and_then(Value::as_str);
            if said.is_some_and(|said| said != right) {
                self.findings.push(Finding::new(
                    "x5t_mismatch",
                    format!("has an {name} that is not the thumbprint of its certificate"),
                    "RFC 7517 §4.8",
                ));
            }
        }
        self
    }

    /// What it says of itself twice, and differently.
    fn with_contradictions(mut self) -> Self {
        let alg = self.alg.as_deref().and_then(SigningAlgorithm::find);
        if let (Some(alg), Some(kty)) = (alg, &self.kty)
            && alg.key_kind().split(' ').next() != Some(kty)
        {
            let message = format!("says alg {alg}, which needs {}, and is {}", alg.key_kind(), self.kind());
            self.findings
                .push(Finding::new("alg_mismatch", message, "RFC 7517 §4.4"));
        }
        let is_for_signatures = self.key_use.as_deref() == Some("sig");
        if let Some(ops) = &self.key_ops
            && is_for_signatures
            && !self.may_verify()
        {
            let message = format!("says use sig, and key_ops {}", cut(&ops.join(", ")));
            self.findings
                .push(Finding::new("use_mismatch", message, "RFC 7517 §4.3"));
        }
        self
    }
}

/// Whether a JWK holds what must not be seen.
pub(super) fn is_private(jwk: &Value) -> bool {
    PRIVATE.iter().any(|name| jwk.get(name).is_some())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::keys::pem;

    fn problem(jwk: &Value) -> Option<String> {
        Key::from_jwk(2, jwk).problem()
    }

    fn codes(jwk: &Value) -> Vec<String> {
        let findings = Key::from_jwk(1, jwk).findings;
        findings.into_iter().map(|finding| finding.code).collect()
    }

    fn rsa() -> Value {
        let private: Value = serde_json::from_str(include_str!("../../../tests/keys/rsa.jwk.json")).unwrap();
        json!({"kty": "RSA", "n": private["n"], "e": private["e"]})
    }

    fn certificate(text: &str) -> String {
        STANDARD.encode(pem::blocks(text).remove(0).der.unwrap())
    }

    #[test]
    fn what_is_wrong_with_a_key_says_which_it_is_and_quotes_no_other_program() {
        let short = URL_SAFE_NO_PAD.encode([0xff_u8; 128]);
        let long = URL_SAFE_NO_PAD.encode([0xff_u8; 2048]);
        let zeros = URL_SAFE_NO_PAD.encode([0_u8; 32]);
        let ones = URL_SAFE_NO_PAD.encode([1_u8; 32]);
        let mut one = rsa();
        one["e"] = "AQ".into();
        for (jwk, says) in [
            (json!({"kid": "a"}), "key 2 (kid a) cannot be read: kty is missing"),
            (
                json!({"kty": "RSA", "kid": "a", "e": "AQAB"}),
                "key 2 (kid a) cannot be read: n is missing",
            ),
            (
                json!({"kty": "RSA", "n": "?", "e": "AQAB"}),
                "key 2 cannot be read: n is not base64url",
            ),
            (
                json!({"kty": "EC", "x": "AA", "y": "AA"}),
                "key 2 cannot be read: crv is missing",
            ),
            (
                json!({"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}),
                "x has 1 bytes and not 32",
            ),
            (
                json!({"kty": "EC", "crv": "brainpoolP256r1", "kid": "b"}),
                "key 2 (kid b, EC brainpoolP256r1) is of a kind that Tokenscope does not verify",
            ),
            (json!({"kty": "AKP", "alg": "ML-DSA-44"}), "key 2 (AKP) is of a kind"),
            (json!({"kty": "OKP", "crv": "Ed448"}), "key 2 (OKP Ed448) is of a kind"),
            (
                json!({"kty": "RSA", "kid": "w", "n": short, "e": "AQAB"}),
                "key 2 (kid w) is RSA with 1024 bits, under 2048 (RFC 7518 §3.3)",
            ),
            (
                json!({"kty": "RSA", "n": long, "e": "AQAB"}),
                "16384 bits, over the 8192",
            ),
            (
                json!({"kty": "oct", "k": "c2VjcmV0", "use": "enc"}),
                "key 2 is symmetric (oct)",
            ),
            (one, "key 2 has the public exponent 1"),
            (
                json!({"kty": "EC", "crv": "P-256", "x": zeros, "y": zeros}),
                "is the point at infinity",
            ),
            (
                json!({"kty": "EC", "crv": "P-256", "x": ones, "y": ones}),
                "is no point on P-256",
            ),
            (
                json!({"kty": "OKP", "crv": "Ed25519", "x": zeros}),
                "is a point of low order",
            ),
        ] {
            let sentence = problem(&jwk).unwrap();
            assert!(sentence.contains(says), "{sentence}");
            assert!(!sentence.contains("c2VjcmV0"), "{sentence}");
        }
    }

    #[test]
    fn a_key_for_encryption_is_no_problem_and_neither_is_a_name_that_is_new() {
        assert_eq!(problem(&json!({"kty": "OKP", "crv": "X25519", "use": "enc"})), None);
        let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
        let ed = json!({"kty": "OKP", "crv": "Ed25519", "x": x, "alg": "Ed25519", "key_ops": ["verify", "new"]});
        assert_eq!((problem(&ed), codes(&ed).len()), (None, 0));
    }

    #[test]
    fn a_certificate_in_a_jwk_must_hold_the_same_key() {
        let own = certificate(include_str!("../../../tests/keys/rsa-certificate.pem"));
        let other = certificate(include_str!("../../../tests/keys/ec-p256-certificate.pem"));
        let with = |x5c: Value| {
            let mut jwk = rsa();
            jwk["x5c"] = x5c;
            jwk
        };
        let key = Key::from_jwk(1, &with(json!([own])));
        assert!(key.usable.is_ok() && key.certificate.is_some());
        assert!(
            problem(&with(json!([other])))
                .unwrap()
                .contains("x5c certifies another key")
        );
        for x5c in [json!([]), json!(["?"]), json!("AAAA")] {
            assert_eq!(codes(&with(x5c)), ["x5c_unreadable"]);
        }
        let mut jwk = with(json!([own]));
        jwk["x5t#S256"] = "AAAA".into();
        assert_eq!(codes(&jwk), ["x5t_mismatch"]);
    }

    #[test]
    fn what_a_key_says_twice_and_differently_is_told() {
        let mut jwk = rsa();
        jwk["alg"] = "ES256".into();
        assert_eq!(codes(&jwk), ["alg_mismatch"]);
        jwk["alg"] = "PS256".into();
        jwk["use"] = "sig".into();
        jwk["key_ops"] = json!(["encrypt"]);
        assert_eq!(codes(&jwk), ["use_mismatch"]);
        jwk["d"] = "AAAA".into();
        assert_eq!(codes(&jwk), ["private_key", "use_mismatch"]);
    }
}
