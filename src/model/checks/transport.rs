//! How requests travelled, and what the provider's keys were like.

use url::Url;

use super::{Check, Outcome, check};
use crate::model::keys::{KeyProblem, KeySet};
use crate::model::redirect::is_loopback;

/// Secrets and tokens must not cross a network in clear. Nothing to say about HTTPS, or about this machine.
pub fn transport_check(token_endpoint: &Url) -> Option<Check> {
    (token_endpoint.scheme() == "http" && !is_loopback(token_endpoint)).then(|| {
        check(
            "transport.https",
            Outcome::Warn,
            "the token endpoint is http: secret and tokens crossed the network in clear",
            "RFC 6749 §3.2",
        )
    })
}

/// Whoever is on the way can pretend to be the provider while any certificate will do.
pub fn insecure_check(insecure: bool) -> Option<Check> {
    insecure.then(|| {
        check(
            "transport.insecure",
            Outcome::Warn,
            "any certificate was accepted, on purpose: nothing here proves who answered",
            "RFC 6749 §10.9",
        )
    })
}

/// Keys of the provider's set that cannot be used, or that have no place in it: the others are used all the same.
pub fn key_checks(keys: &KeySet) -> impl Iterator<Item = Check> + '_ {
    keys.keys.iter().filter_map(|key| {
        let (id, outcome, spec) = match key.decoding.as_ref().err()? {
            KeyProblem::Broken(_) => ("keys.readable", Outcome::Warn, "RFC 7517 §5"),
            KeyProblem::Unsupported => ("keys.supported", Outcome::Skip, "RFC 7517 §5"),
            KeyProblem::Length(_) => ("keys.length", Outcome::Warn, "RFC 7518 §3.3"),
            KeyProblem::Symmetric => ("keys.symmetric", Outcome::Warn, "RFC 7517 §9.2"),
        };
        Some(check(id, outcome, key.problem()?, spec))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_that_cannot_be_read_is_named_beside_those_that_can() {
        let set = KeySet::parse(
            br#"{"keys":[{"kty":"RSA","kid":"old"},{"kty":"EC","crv":"secp256k1"},{"kty":"RSA","n":"AQAB","e":"AQAB"},
                {"kty":"oct","k":"AAAA"},{"kty":"OKP","crv":"X25519","use":"enc"}]}"#,
        )
        .unwrap();
        let checks: Vec<_> = key_checks(&set).collect();
        let told: Vec<_> = checks.iter().map(|check| (check.id.as_str(), check.outcome)).collect();
        assert_eq!(
            told,
            [
                ("keys.readable", Outcome::Warn),
                ("keys.supported", Outcome::Skip),
                ("keys.length", Outcome::Warn),
                ("keys.symmetric", Outcome::Warn),
            ]
        );
        assert!(checks[0].message.contains("key 1 (kid old)"), "{}", checks[0].message);
    }

    #[test]
    fn clear_text_is_worth_a_warning_on_a_network_only() {
        let check = |url: &str| transport_check(&Url::parse(url).unwrap());
        assert!(check("http://idp.example/token").is_some());
        assert!(check("http://127.0.0.1:1/token").is_none() && check("https://idp.example/token").is_none());
        assert!(insecure_check(true).is_some() && insecure_check(false).is_none());
    }
}
