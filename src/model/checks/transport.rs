//! How requests travelled.

use url::Url;

use super::{Check, Outcome, check};
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clear_text_is_worth_a_warning_on_a_network_only() {
        let check = |url: &str| transport_check(&Url::parse(url).unwrap());
        assert!(check("http://idp.example/token").is_some());
        assert!(check("http://127.0.0.1:1/token").is_none() && check("https://idp.example/token").is_none());
        assert!(insecure_check(true).is_some() && insecure_check(false).is_none());
    }
}
