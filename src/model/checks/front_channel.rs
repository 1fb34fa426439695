//! The tokens that came through the browser.

use std::collections::BTreeMap;

use super::same::same;
use super::{Check, Outcome, check};
use crate::model::body::cut;
use crate::model::members::Member;
use crate::model::token::Token;

/// The hybrid flow's answer must bring an ID token (OpenID Connect Core §3.3.2.5), and so must that of `id_token token`
/// (§3.2.2.5).
pub fn missing_id_token_check(has_code: bool) -> Check {
    let (message, spec) = if has_code {
        ("no id_token came with the code", "OIDC Core §3.3.2.5")
    } else {
        ("no id_token came with the access token", "OIDC Core §3.2.2.5")
    };
    check("front_channel.id_token", Outcome::Fail, message, spec)
}

/// `code token` and `code id_token token` must bring an access token (OpenID Connect Core §3.3.2.5).
pub fn missing_token_check() -> Check {
    let (id, spec) = ("front_channel.access_token", "OIDC Core §3.3.2.5");
    check(id, Outcome::Fail, "no access_token came with the code", spec)
}

/// An access token that nobody asked for crossed the browser (RFC 9700 §2.1.2).
pub fn unasked_token_check() -> Check {
    let message = "an access token came with the code, and the response type asks for none";
    check("front_channel.access_token", Outcome::Warn, message, "RFC 9700 §2.1.2")
}

/// The access token that came with the code, beside the one that the code gave: they may be the same (OpenID Connect Core
/// §3.3.3.8).
pub fn access_token_check(came: &Token, given: Option<&Token>) -> Check {
    let message = match given {
        Some(given) if given.fingerprint == came.fingerprint => "came with the code; the token endpoint gave the same",
        Some(_) => "came with the code; the token endpoint gave another, which is kept",
        None => "came with the code",
    };
    check(
        "front_channel.access_token",
        Outcome::Pass,
        message,
        "OIDC Core §3.3.3.8",
    )
}

/// The ID token that came with the code and the one from the token endpoint must be about the same (OpenID Connect Core
/// §3.3.3.6), and what both say of it should be the same.
pub fn same_identity_checks(front_channel: &Token, token: &Token) -> Vec<Check> {
    let claim = |token: &Token, name: &str| token.decoded.believed().get_str(name);
    let identity = ["iss", "sub"].into_iter().map(|name| {
        let expected = claim(front_channel, name);
        let id = format!("front_channel.same_{name}");
        let got = claim(token, name);
        same(id, name, got.as_deref(), expected.as_deref(), "OIDC Core §3.3.3.6")
    });
    identity.chain(same_claims_check(front_channel, token)).collect()
}

/// What is judged elsewhere, or belongs to one token alone: its times, its id, what it is tied to, and what Entra ID puts
/// into each of its own.
const OWN: [&str; 15] = [
    "iss", "sub", "aud", "exp", "iat", "nbf", "jti", "nonce", "at_hash", "c_hash", "s_hash", "aio", "rh", "uti", "typ",
];

/// Most names that are told.
const MAX_NAMES: usize = 8;

/// The claims that both ID tokens have. Nothing where they have none in common beside those of their own.
fn same_claims_check(front_channel: &Token, token: &Token) -> Option<Check> {
    let (came, given) = (by_name(front_channel), by_name(token));
    let shared = came
        .iter()
        .filter_map(|(name, came)| Some((*name, *came, *given.get(name)?)));
    let shared: Vec<(&str, &Member, &Member)> = shared.filter(|(name, ..)| !OWN.contains(name)).collect();
    if shared.is_empty() {
        return None;
    }
    let (id, spec) = ("front_channel.same_claims", "OIDC Core §3.3.3.6");
    let differ = shared.iter().filter(|(_, came, given)| came.value() != given.value());
    let mut names: Vec<&str> = differ.map(|(name, ..)| *name).collect();
    if names.is_empty() {
        return Some(check(id, Outcome::Pass, "what both ID tokens say is the same", spec));
    }
    let more = if names.len() > MAX_NAMES { ", …" } else { "" };
    names.truncate(MAX_NAMES);
    let message = format!("both ID tokens have {}{more}, and not the same", cut(&names.join(", ")));
    Some(check(id, Outcome::Warn, message, spec))
}

/// Its claims, sorted. Of a name that stands twice the last one counts, as everywhere.
fn by_name(token: &Token) -> BTreeMap<&str, &Member> {
    let members = &token.decoded.believed().members;
    members.iter().map(|member| (&*member.name, member)).collect()
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use jiff::Timestamp;

    use super::*;
    use crate::model::Secret;

    fn token(claims: &str) -> Token {
        let part = |json: &str| URL_SAFE_NO_PAD.encode(json);
        let text = format!("{}.{}.c2ln", part(r#"{"alg":"RS256"}"#), part(claims));
        Token::new(Secret::new(text), Timestamp::UNIX_EPOCH, None)
    }

    #[test]
    fn what_both_id_tokens_say_of_the_person_should_be_the_same() {
        let own = r#""iss":"i","sub":"s","iat":1,"nonce":"n","c_hash":"c""#;
        for (came, given, told) in [
            (
                r#""email":"a""#,
                r#""email":"a","name":"b""#,
                Some((Outcome::Pass, "the same")),
            ),
            (r#""acr":"1""#, r#""email":"a""#, None),
            (
                r#""email":"a","acr":"1","auth_time":1"#,
                r#""auth_time":2,"acr":"1","email":"b""#,
                Some((Outcome::Warn, "have auth_time, email, and not")),
            ),
            (r#""acr":1"#, r#""acr":"1""#, Some((Outcome::Warn, "have acr, and not"))),
            (r#""jti":"1","at_hash":"a""#, r#""jti":"2","at_hash":"b""#, None),
        ] {
            let came = token(&format!("{{{own},{came}}}"));
            let given = token(&format!(r#"{{"iss":"i","sub":"s","iat":2,"exp":9,{given}}}"#));
            let checks = same_identity_checks(&came, &given);
            let found = checks.iter().find(|check| check.id == "front_channel.same_claims");
            assert_eq!(
                found.map(|check| check.outcome),
                told.map(|(outcome, _)| outcome),
                "{checks:?}"
            );
            if let (Some(found), Some((_, says))) = (found, told) {
                assert!(found.message.contains(says), "{}", found.message);
            }
        }
    }
}
