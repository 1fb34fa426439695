//! The rules for an access token that is a JWT (RFC 9068). The client is not the one who takes it: what is broken here is
//! a warning, and the API decides.

use super::claim_reader::{Claim, Claims, Time, texts};
use super::expected::Expected;
use super::header::Typ;
use super::id_token::missing;
use super::same::differs;
use super::token_use::{TokenUse, bare};
use super::{Check, Outcome, check};

/// The rules, into `checks`. `seems` is what it looks like by itself.
pub(super) fn judge(
    claims: &Claims<'_>,
    typ: Typ<'_>,
    seems: (TokenUse, &'static str),
    expected: &Expected<'_>,
    checks: &mut Vec<Check>,
) {
    checks.push(required(claims, typ));
    checks.extend(kind(seems));
    checks.extend(client(claims, expected));
    checks.extend(scope(claims));
    checks.extend(authentication(claims));
}

fn required(claims: &Claims<'_>, typ: Typ<'_>) -> Check {
    let (id, spec) = ("access_token.required", "RFC 9068 §2.2");
    if !typ.text().is_some_and(|typ| bare(typ).eq_ignore_ascii_case("at+jwt")) {
        let message = "typ is not at+jwt: the token does not say that it keeps the rules of RFC 9068";
        return check(id, Outcome::Skip, message, "RFC 9068 §2.1");
    }
    let names = [
        ("iss", Claim::Iss),
        ("exp", Claim::Exp),
        ("aud", Claim::Aud),
        ("sub", Claim::Sub),
        ("client_id", Claim::ClientId),
        ("iat", Claim::Iat),
        ("jti", Claim::Jti),
    ];
    match missing(claims, &names) {
        None => check(
            id,
            Outcome::Pass,
            "iss, exp, aud, sub, client_id, iat and jti are there",
            spec,
        ),
        Some(missing) => {
            let promised = if missing.ends_with(" are") { "them" } else { "it" };
            let message = format!("{missing} missing, and typ at+jwt promises {promised}");
            check(id, Outcome::Warn, message, spec)
        }
    }
}

/// Said only where it is no access token.
fn kind((seems, why): (TokenUse, &'static str)) -> Option<Check> {
    (seems == TokenUse::Id).then(|| {
        let message = format!("this looks like an ID token: {why}. An API must not take it");
        check("access_token.kind", Outcome::Warn, message, "RFC 8725 §3.12")
    })
}

/// Said only where both are known.
fn client(claims: &Claims<'_>, expected: &Expected<'_>) -> Option<Check> {
    let (id, spec) = ("access_token.client_id", "RFC 9068 §2.2");
    if !claims.has(Claim::ClientId) {
        return None;
    }
    let Some(got) = claims.text(Claim::ClientId) else {
        return Some(check(id, Outcome::Warn, "client_id is not a text", spec));
    };
    let wanted = expected.client_id.filter(|id| !id.is_empty())?;
    Some(if got == wanted {
        check(id, Outcome::Pass, "names this client", spec)
    } else {
        check(id, Outcome::Warn, differs("client_id", &got, wanted), spec)
    })
}

fn scope(claims: &Claims<'_>) -> Option<Check> {
    let (id, spec) = ("access_token.scope", "RFC 9068 §2.2.3");
    let raw = claims.raw(Claim::Scope)?;
    Some(match raw.as_bytes().first() {
        Some(b'"') => check(id, Outcome::Pass, "is one text", spec),
        Some(b'[') => check(id, Outcome::Warn, "scope is a list: it is one text with spaces", spec),
        _ => check(id, Outcome::Warn, "scope is not a text", spec),
    })
}

/// Said only where it cannot be read.
fn authentication(claims: &Claims<'_>) -> Option<Check> {
    let what = if !matches!(claims.time(Claim::AuthTime), Time::Absent | Time::At(_)) {
        "auth_time is not a time in seconds"
    } else if claims.has(Claim::Acr) && claims.text(Claim::Acr).is_none() {
        "acr is not a text"
    } else if claims.has(Claim::Amr) && claims.raw(Claim::Amr).and_then(texts).is_none() {
        "amr is not a list of texts"
    } else {
        return None;
    };
    Some(check(
        "access_token.authentication",
        Outcome::Warn,
        what,
        "RFC 9068 §2.2.1",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::checks::token_use::guess;
    use crate::model::jwt::DecodedPart;
    use crate::model::members::read_members;

    #[test]
    fn each_rule_of_rfc_9068_passes_warns_and_skips() {
        use Outcome::{Pass, Skip, Warn};
        let whole = r#"{"iss":"i","exp":1,"aud":"a","sub":"s","client_id":"app","iat":1,"jti":"j"}"#;
        let client = Expected {
            client_id: Some("app"),
            ..Expected::default()
        };
        let at = Typ::Text("AT+jwt");
        for (claims, typ, id, outcome) in [
            (whole, at, "access_token.required", Some(Pass)),
            (r#"{"iss":"i"}"#, at, "access_token.required", Some(Warn)),
            (r#"{"iss":"i"}"#, Typ::Absent, "access_token.required", Some(Skip)),
            (whole, at, "access_token.client_id", Some(Pass)),
            (r#"{"client_id":"b"}"#, at, "access_token.client_id", Some(Warn)),
            (r#"{"client_id":7}"#, at, "access_token.client_id", Some(Warn)),
            ("{}", at, "access_token.client_id", None),
            (r#"{"scope":"a b"}"#, at, "access_token.scope", Some(Pass)),
            (r#"{"scope":["a"]}"#, at, "access_token.scope", Some(Warn)),
            (r#"{"scope":7}"#, at, "access_token.scope", Some(Warn)),
            (r#"{"scope":"a","scp":["a"]}"#, at, "access_token.scope", Some(Pass)),
            (r#"{"scp":["a"]}"#, at, "access_token.scope", None),
            ("{}", at, "access_token.scope", None),
            (r#"{"at_hash":"x"}"#, Typ::Absent, "access_token.kind", Some(Warn)),
            (whole, at, "access_token.kind", None),
            (
                r#"{"auth_time":1,"acr":"a","amr":["pwd"]}"#,
                at,
                "access_token.authentication",
                None,
            ),
            (r#"{"auth_time":"a"}"#, at, "access_token.authentication", Some(Warn)),
            (r#"{"acr":1}"#, at, "access_token.authentication", Some(Warn)),
            (r#"{"amr":"pwd"}"#, at, "access_token.authentication", Some(Warn)),
            (r#"{"amr":[1]}"#, at, "access_token.authentication", Some(Warn)),
        ] {
            let payload = DecodedPart {
                members: read_members(claims).0,
                ..DecodedPart::default()
            };
            let read = Claims::of(&payload);
            let mut checks = Vec::new();
            judge(&read, typ, guess(typ.text(), &read), &client, &mut checks);
            let check = checks.iter().find(|check| check.id == id);
            assert_eq!(check.map(|check| check.outcome), outcome, "{claims}: {check:?}");
        }
    }

    #[test]
    fn what_is_missing_is_named_in_a_sentence() {
        for (claims, says) in [
            (
                r#"{"iss":"i","exp":1,"aud":"a","sub":"s","client_id":"app","iat":1}"#,
                "jti is missing, and typ at+jwt promises it",
            ),
            (
                r#"{"iss":"i","aud":"a","sub":"s","iat":1}"#,
                "exp, client_id and jti are missing, and typ at+jwt promises them",
            ),
        ] {
            let payload = DecodedPart {
                members: read_members(claims).0,
                ..DecodedPart::default()
            };
            assert_eq!(required(&Claims::of(&payload), Typ::Text("at+jwt")).message, says);
        }
    }
}
