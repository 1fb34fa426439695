//! How requests travelled.

use url::Url;

use super::{Check, Outcome, check};
use crate::model::body::cut;
use crate::model::exchange::Exchange;
use crate::model::redirect::is_loopback;

/// Every endpoint must be HTTPS: over plain HTTP secrets, tokens and keys are read and changed on the way. On this machine
/// there is no way. `used` are names for people, with their addresses.
pub fn endpoint_checks<'a>(used: impl IntoIterator<Item = (&'static str, &'a Url)>) -> Vec<Check> {
    let (mut checks, mut is_any) = (Vec::new(), false);
    for (name, url) in used {
        is_any = true;
        checks.extend(in_clear_check(name, url));
    }
    if is_any && checks.is_empty() {
        let message = "every endpoint is HTTPS, or on this machine";
        checks.push(check(HTTPS, Outcome::Pass, message, "RFC 6749 §3.2"));
    }
    checks
}

const HTTPS: &str = "transport.https";

/// The same for one endpoint. Nothing where it keeps the rule.
pub fn in_clear_check(name: &str, url: &Url) -> Option<Check> {
    if url.scheme() != "http" || is_loopback(url) {
        return None;
    }
    let (what, spec) = match name {
        "authorization endpoint" => ("what the person signs in with", "RFC 6749 §3.1"),
        "JWKS address" => ("keys that signatures are believed by", "RFC 8725 §3.10"),
        "introspection endpoint" => ("the token that is asked about", "RFC 7662 §4"),
        "revocation endpoint" => ("the token that is to end", "RFC 7009 §2"),
        "userinfo endpoint" => ("the access token and who the person is", "OIDC Core §5.3"),
        _ => ("secret and tokens", "RFC 6749 §3.2"),
    };
    let message = format!("the {name} is http: {what} crossed the network in clear");
    Some(check(HTTPS, Outcome::Fail, message, spec))
}

/// An answer that sends on to another address; it was not followed.
pub fn redirect_check(exchange: &Exchange) -> Option<Check> {
    let response = exchange.response.as_ref()?;
    // 304 is no redirect (RFC 9110 §15.4.5).
    if !(300..400).contains(&response.status) || response.status == 304 {
        return None;
    }
    let location = response
        .headers
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("location"));
    let to = location.map_or_else(|| "nowhere".to_owned(), |(_, to)| cut(to));
    let message = format!(
        "the answer of {} is {} and sends on to {to}: it was not followed",
        cut(&exchange.url),
        response.status
    );
    Some(check("transport.redirect", Outcome::Warn, message, "RFC 9700 §4.12"))
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
    fn clear_text_breaks_the_rule_on_a_network_only() {
        let of = |url: &str| {
            let url = Url::parse(url).unwrap();
            let checks = endpoint_checks([("token endpoint", &url), ("JWKS address", &url)]);
            checks.iter().map(|check| check.outcome).collect::<Vec<_>>()
        };
        assert_eq!(of("http://idp.example/token"), [Outcome::Fail, Outcome::Fail]);
        assert_eq!(of("http://127.0.0.1:1/token"), [Outcome::Pass]);
        assert_eq!(of("https://idp.example/token"), [Outcome::Pass]);
        assert!(endpoint_checks([]).is_empty());
        let revocation = |url: &str| in_clear_check("revocation endpoint", &Url::parse(url).unwrap());
        let told = revocation("http://idp.example/revoke").unwrap();
        assert_eq!((told.outcome, &*told.spec), (Outcome::Fail, "RFC 7009 §2"));
        assert_eq!(revocation("http://localhost:1/revoke"), None);
        assert!(insecure_check(true).is_some() && insecure_check(false).is_none());
    }

    #[test]
    fn an_answer_that_sends_on_is_named() {
        let mut exchange = Exchange {
            purpose: crate::model::exchange::Purpose::Jwks,
            sent_at: jiff::Timestamp::UNIX_EPOCH,
            method: "GET".to_owned(),
            url: "https://idp.example/keys".to_owned(),
            request_headers: Vec::new(),
            request_body: String::new(),
            response: None,
            failure: None,
            first_byte_ms: 0.0,
            total_ms: 0.0,
        };
        assert_eq!(redirect_check(&exchange), None);
        for (status, is_said) in [(200, false), (302, true), (304, false), (308, true), (404, false)] {
            exchange.response = Some(crate::model::exchange::ExchangeResponse {
                status,
                version: String::new(),
                headers: vec![("Location".to_owned(), "https://other.example/keys".to_owned())],
                body: String::new(),
                body_len: 0,
            });
            let check = redirect_check(&exchange);
            assert_eq!(check.is_some(), is_said, "{status}");
            assert!(check.is_none_or(|check| check.message.contains("https://other.example/keys")));
        }
    }
}
