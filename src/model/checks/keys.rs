//! What the keys were like that signatures are checked with: each of them, and the set as a whole.

use super::{Check, Outcome, check};
use crate::model::keys::{Key, KeyProblem, KeySet};
use crate::model::verify::Signature;

/// Keys that cannot be used, that prove nothing or have no place in the set, and what is odd about it: the others are used
/// all the same. A weak key breaks a rule where it `is_used`: where the token names it, or was made with it. Else it is a
/// neighbour of the one that matters, and a warning.
pub fn key_checks(keys: &KeySet, is_used: impl Fn(&Key) -> bool) -> impl Iterator<Item = Check> + '_ {
    let used: Vec<&Key> = keys.keys.iter().filter(|key| is_used(key)).collect();
    let weak_and_used: Vec<String> = used
        .iter()
        .flat_map(|key| key.findings.iter().map(|finding| finding.code.clone()))
        .collect();
    let unusable = keys.keys.iter().filter_map(move |key| {
        let (id, outcome, spec) = match key.usable.as_ref().err()? {
            KeyProblem::Broken(_) => ("keys.readable", Outcome::Warn, "RFC 7517 §5"),
            KeyProblem::Unsupported => ("keys.supported", Outcome::Skip, "RFC 7517 §5"),
            KeyProblem::Length(_) => ("keys.length", Outcome::Warn, "RFC 7518 §3.3"),
            // In a person's own set it is no problem: whoever reads a published one makes tokens.
            KeyProblem::Symmetric => ("keys.symmetric", Outcome::Fail, "RFC 7517 §9.2"),
            KeyProblem::Weak(finding) => {
                let id = format!("keys.{}", finding.code);
                let outcome = if used.iter().any(|used| used.place == key.place) {
                    Outcome::Fail
                } else {
                    Outcome::Warn
                };
                return Some(check(id, outcome, key.problem()?, finding.spec.clone()));
            }
        };
        Some(check(id, outcome, key.problem()?, spec))
    });
    let odd = keys.findings().into_iter().map(move |finding| {
        let outcome = match finding.code.as_str() {
            "private_key" => Outcome::Fail,
            // A short key, or a second weakness beside the one that is its problem.
            code if code.starts_with("rsa_") && weak_and_used.iter().any(|one| one == code) => Outcome::Fail,
            _ => Outcome::Warn,
        };
        check(format!("keys.{}", finding.code), outcome, finding.message, finding.spec)
    });
    unusable.chain(odd)
}

impl Signature {
    /// Whether the token names this key, or was made with it.
    pub fn concerns(&self, key: &Key) -> bool {
        let is_named = self.kid.is_some() && self.kid == key.kid;
        let fits = |why: &str| why.contains("the signature fits it");
        let is_its_key = self
            .tried
            .iter()
            .any(|tried| tried.key == *key.label() && fits(&tried.why));
        is_named || is_its_key || self.each.iter().any(|one| one.concerns(key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::verify::Tried;

    fn told(keys: &str) -> Vec<(String, Outcome)> {
        let set = KeySet::parse(format!(r#"{{"keys":[{keys}]}}"#).as_bytes()).unwrap();
        key_checks(&set, |_| true)
            .map(|check| (check.id.into_owned(), check.outcome))
            .collect()
    }

    #[test]
    fn each_key_that_cannot_be_read_is_named_beside_those_that_can() {
        let set = KeySet::parse(
            br#"{"keys":[{"kty":"RSA","kid":"old"},{"kty":"EC","crv":"P-192","kid":"c"},{"kty":"RSA","kid":"s","n":"AQAB","e":"AQAB"},
                {"kty":"oct","kid":"o","k":"AAAA"},{"kty":"OKP","crv":"X25519","kid":"x","use":"enc"}]}"#,
        )
        .unwrap();
        let checks: Vec<_> = key_checks(&set, |_| true).collect();
        let told: Vec<_> = checks.iter().map(|check| (&*check.id, check.outcome)).collect();
        assert_eq!(
            told,
            [
                ("keys.readable", Outcome::Warn),
                ("keys.supported", Outcome::Skip),
                ("keys.length", Outcome::Warn),
                ("keys.symmetric", Outcome::Fail),
                ("keys.mixed_set", Outcome::Warn),
            ]
        );
        assert!(checks[0].message.contains("key 1 (kid old)"), "{}", checks[0].message);
    }

    #[test]
    fn a_weak_key_is_a_failure_only_for_the_tokens_that_it_concerns() {
        let roca: serde_json::Value =
            serde_json::from_str(include_str!("../../../tests/keys/rsa-roca.jwk.json")).unwrap();
        let keys = serde_json::json!({"keys": [{"kty": "RSA", "n": roca["n"], "e": roca["e"], "kid": "weak"}]});
        let set = KeySet::parse(keys.to_string().as_bytes()).unwrap();
        let named = |kid: &str| Signature {
            kid: Some(kid.to_owned()),
            ..Signature::default()
        };
        let fitting = Signature {
            tried: vec![Tried {
                key: set.keys[0].label().clone(),
                why: "it can be forged: the signature fits it, and that proves nothing".into(),
            }],
            ..Signature::default()
        };
        for (signature, outcome) in [
            (named("weak"), Outcome::Fail),
            (fitting, Outcome::Fail),
            (named("good"), Outcome::Warn),
            (Signature::default(), Outcome::Warn),
        ] {
            let checks: Vec<_> = key_checks(&set, |key| signature.concerns(key)).collect();
            assert_eq!(checks[0].outcome, outcome, "{signature:?}");
        }
    }

    #[test]
    fn every_weakness_of_a_key_is_told_that_of_a_short_one_too() {
        let key = |bytes: usize, e: &str| {
            let n = "_".repeat(bytes * 4 / 3);
            told(&format!(r#"{{"kty":"RSA","n":"{n}","e":"{e}"}}"#))
        };
        // All ones, so that 3 divides it.
        let (fail, warn) = (Outcome::Fail, Outcome::Warn);
        let told = key(96, "AQ");
        let want = [
            ("keys.length", warn),
            ("keys.rsa_exponent_one", fail),
            ("keys.rsa_small_factor", fail),
        ];
        assert_eq!(told, want.map(|(id, outcome)| (id.to_owned(), outcome)));
        let told = key(384, "AQ");
        let want = [("keys.rsa_exponent_one", fail), ("keys.rsa_small_factor", fail)];
        assert_eq!(told, want.map(|(id, outcome)| (id.to_owned(), outcome)));
    }

    #[test]
    fn a_secret_is_no_failure_in_a_file_of_ones_own() {
        let set = KeySet::parse(br#"{"keys":[{"kty":"oct","kid":"o","k":"AAAA"}]}"#).unwrap();
        let set = set.into_local();
        assert_eq!(
            key_checks(&set, |_| true).find(|check| check.id == "keys.symmetric"),
            None
        );
    }

    #[test]
    fn a_key_that_anybody_can_sign_with_is_a_failure() {
        let roca: serde_json::Value =
            serde_json::from_str(include_str!("../../../tests/keys/rsa-roca.jwk.json")).unwrap();
        let public = serde_json::json!({"kty": "RSA", "n": roca["n"], "e": roca["e"]});
        assert_eq!(told(&public.to_string()), [("keys.rsa_roca".to_owned(), Outcome::Fail)]);
        let private = told(&roca.to_string());
        assert!(
            private.contains(&("keys.private_key".to_owned(), Outcome::Fail)),
            "{private:?}"
        );
    }
}
