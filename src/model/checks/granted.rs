//! How tokens were granted, and what they are bound to.

use super::{Check, Outcome, check};
use crate::model::profile::{Grant, Profile};
use crate::model::response::TokenResponse;
use crate::model::token::{Token, TokenSet};

/// Ways of logging in that RFC 9700 advises against: nothing for the others.
pub fn discouraged_grant_check(profile: &Profile) -> Option<Check> {
    let (id, message, spec) = match profile.grant {
        Grant::Password => (
            "login.password",
            "this program was given the password: the authorization code keeps it at the provider",
            "RFC 9700 §2.4",
        ),
        grant if grant.has_redirect() && profile.response_type.has_token() => (
            "login.implicit",
            "an access token crossed the browser, where it can leak: let a code bring it",
            "RFC 9700 §2.1.2",
        ),
        _ => return None,
    };
    Some(check(id, Outcome::Warn, message, spec))
}

/// Whether the access token is bound to the key with this thumbprint (RFC 9449 §5, §6.1).
pub fn binding_check(thumbprint: &str, tokens: &TokenSet) -> Option<Check> {
    let access = tokens.access.as_ref()?;
    let (outcome, message, spec) = if tokens.is_bound() {
        match confirmed(access) {
            Ok(Some(jkt)) if jkt == thumbprint => (Outcome::Pass, "bound to this key".to_owned(), "RFC 9449 §6.1"),
            Ok(Some(_)) => (
                Outcome::Fail,
                "cnf.jkt is the thumbprint of another key: calls with this token will be refused".to_owned(),
                "RFC 9449 §6.1",
            ),
            Ok(None) => (
                Outcome::Warn,
                "token_type is DPoP, and the access token has no cnf.jkt: only introspection can tell its key"
                    .to_owned(),
                "RFC 9449 §6.1",
            ),
            Err(Opaque) => (
                Outcome::Pass,
                "token_type is DPoP; an opaque token does not show its key".to_owned(),
                "RFC 9449 §5",
            ),
        }
    } else {
        let got = tokens.token_type.as_deref().unwrap_or("missing");
        (
            Outcome::Fail,
            format!("token_type is {got} and not DPoP: the provider did not bind the token"),
            "RFC 9449 §5",
        )
    };
    Some(check("token.dpop", outcome, message, spec))
}

/// A token that nothing can be read from.
struct Opaque;

/// `jkt` of the claim `cnf` (RFC 9449 §6.1).
fn confirmed(access: &Token) -> Result<Option<String>, Opaque> {
    let payload = access.decoded.believed();
    if payload.members.is_empty() {
        return Err(Opaque);
    }
    let cnf = payload.get("cnf");
    Ok(cnf.and_then(|cnf| Some(cnf.get("jkt")?.as_str()?.to_owned())))
}

/// What a token exchange says it issued (RFC 8693 §2.2.1).
pub fn issued_token_type_checks(response: &TokenResponse, requested: &str) -> Vec<Check> {
    let spec = "RFC 8693 §2.2.1";
    let requested = requested.trim();
    let (outcome, message) = match response.issued_token_type.as_deref() {
        None => (Outcome::Fail, "issued_token_type is missing: it is required".to_owned()),
        Some(issued) if requested.is_empty() || issued == requested => (Outcome::Pass, issued.to_owned()),
        Some(issued) => (
            Outcome::Warn,
            format!("{issued} and not {requested}, which was asked for"),
        ),
    };
    let mut checks = vec![check("exchange.issued_token_type", outcome, message, spec)];
    if response
        .token_type
        .as_deref()
        .is_some_and(|t| t.eq_ignore_ascii_case("N_A"))
    {
        checks.push(check(
            "exchange.token_type",
            Outcome::Pass,
            "N_A: what was issued is no access token, and no API takes it as one",
            spec,
        ));
    }
    checks
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::{Value, json};

    use super::*;
    use crate::model::Secret;
    use crate::model::dpop::DpopKey;
    use crate::model::keys::signing::SigningKey;
    use crate::model::response_type::ResponseType;

    fn tokens(access_token: &str, token_type: Option<&str>) -> TokenSet {
        let response = TokenResponse {
            access_token: Some(Secret::new(access_token)),
            token_type: token_type.map(str::to_owned),
            ..TokenResponse::default()
        };
        TokenSet::from_response(&response, &Profile::default(), None, Timestamp::UNIX_EPOCH).unwrap()
    }

    fn jwt(claims: &Value) -> String {
        let key = SigningKey::generate_es256();
        key.sign(key.default_algorithm(), &[], claims)
            .unwrap()
            .expose()
            .to_owned()
    }

    #[test]
    fn a_bound_token_names_this_key() {
        let key = DpopKey::generate();
        let jkt = key.thumbprint();
        let bound = jwt(&json!({"cnf": {"jkt": jkt}}));
        for (token, token_type, outcome, says) in [
            (bound.as_str(), Some("DPoP"), Outcome::Pass, "bound to this key"),
            (bound.as_str(), Some("dpop"), Outcome::Pass, "bound to this key"),
            (bound.as_str(), Some("Bearer"), Outcome::Fail, "token_type is Bearer"),
            (bound.as_str(), None, Outcome::Fail, "token_type is missing"),
            (
                &jwt(&json!({"cnf": {"jkt": "other"}})),
                Some("DPoP"),
                Outcome::Fail,
                "another key",
            ),
            (&jwt(&json!({"sub": "a"})), Some("DPoP"), Outcome::Warn, "no cnf.jkt"),
            ("opaque", Some("DPoP"), Outcome::Pass, "opaque"),
        ] {
            let check = binding_check(&jkt, &tokens(token, token_type)).unwrap();
            assert_eq!(check.outcome, outcome, "{}", check.message);
            assert!(check.message.contains(says), "{}", check.message);
        }
    }

    #[test]
    fn only_passwords_and_tokens_in_the_browser_are_advised_against() {
        let of = |grant, response_type| {
            let profile = Profile {
                grant,
                response_type,
                ..Profile::default()
            };
            discouraged_grant_check(&profile).map(|check| (check.id.into_owned(), check.spec.into_owned()))
        };
        let implicit = Some(("login.implicit".to_owned(), "RFC 9700 §2.1.2".to_owned()));
        assert_eq!(of(Grant::Implicit, ResponseType::Token), implicit);
        assert_eq!(of(Grant::AuthorizationCode, ResponseType::CodeToken), implicit);
        assert_eq!(of(Grant::Implicit, ResponseType::IdToken), None);
        assert_eq!(of(Grant::AuthorizationCode, ResponseType::CodeIdToken), None);
        assert_eq!(of(Grant::ClientCredentials, ResponseType::Token), None);
        let password = of(Grant::Password, ResponseType::Code).unwrap();
        assert_eq!(password, ("login.password".to_owned(), "RFC 9700 §2.4".to_owned()));
    }

    #[test]
    fn an_exchange_says_what_it_issued() {
        const JWT: &str = "urn:ietf:params:oauth:token-type:jwt";
        let of = |issued: Option<&str>, token_type: &str, requested| {
            let response = TokenResponse {
                issued_token_type: issued.map(str::to_owned),
                token_type: Some(token_type.to_owned()),
                ..TokenResponse::default()
            };
            let checks = issued_token_type_checks(&response, requested);
            checks.iter().map(|check| check.outcome).collect::<Vec<_>>()
        };
        assert_eq!(of(Some(JWT), "Bearer", ""), [Outcome::Pass]);
        assert_eq!(of(Some(JWT), "N_A", JWT), [Outcome::Pass, Outcome::Pass]);
        assert_eq!(of(Some(JWT), "Bearer", "urn:other"), [Outcome::Warn]);
        assert_eq!(of(None, "Bearer", ""), [Outcome::Fail]);
    }
}
