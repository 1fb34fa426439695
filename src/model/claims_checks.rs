//! The rules for what the provider says of a token or of its person.

use super::checks::{Check, Outcome, check, signature_check};
use super::claims::time_value;
use super::claims_answer::ClaimsAnswer;
use super::token::Token;
use super::verify::Signature;

/// Seconds by which an introspection's `exp` may differ from what is known of the token.
const SAME_END_S: i64 = 5;

/// What an answer is held against.
#[derive(Clone, Debug, Default)]
pub struct ExpectedClaims<'a> {
    /// The profile's issuer.
    pub issuer: Option<&'a str>,
    /// The profile's `client_id`.
    pub client_id: Option<&'a str>,
    /// `sub` of the ID token.
    pub subject: Option<&'a str>,
    /// The verdict on the signature, where the answer is a JWT.
    pub signature: Option<&'a Signature>,
}

/// Why a token may be inactive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It was revoked, or refused before: the provider must not take it.
    Revoked,
    /// Its time is over: the provider must not take it.
    Expired,
    /// This happened, after which a provider may take it or not.
    Perhaps(&'static str),
}

impl Ended {
    const fn words(self) -> &'static str {
        match self {
            Self::Revoked => "it was revoked",
            Self::Expired => "it has expired",
            Self::Perhaps(words) => words,
        }
    }
}

/// What is said of an answer whose JWT had to be mended.
const DAMAGED: &str = "the JWT that it came in is damaged: nothing of it is to be believed";

/// The checks of a userinfo answer with a success status (OpenID Connect Core §5.3.2, §5.3.4).
pub fn userinfo_checks(answer: &ClaimsAnswer, expected: &ExpectedClaims<'_>) -> Vec<Check> {
    let mut checks = written_checks(answer, "userinfo", "OIDC Core §5.3.2");
    let (id, spec) = ("userinfo.sub", "OIDC Core §5.3.2");
    if answer.is_damaged() {
        checks.push(check(id, Outcome::Fail, DAMAGED, spec));
        return checks;
    }
    checks.push(match (answer.text("sub"), expected.subject) {
        (None, _) if answer.members.is_empty() => check(id, Outcome::Skip, "nothing could be read", spec),
        (None, _) => check(id, Outcome::Fail, "sub is missing: it must always be there", spec),
        (Some(_), None) => check(id, Outcome::Skip, "there is no ID token to compare sub with", spec),
        (Some(got), Some(wanted)) if got == wanted => check(id, Outcome::Pass, "is that of the ID token", spec),
        (Some(got), Some(wanted)) => {
            let got = answer.words(&got);
            let message = format!("sub is {got:?} and not {wanted:?} as in the ID token: do not use this answer");
            check(id, Outcome::Fail, message, spec)
        }
    });
    checks.extend(jwt_checks(answer, expected, "userinfo", "OIDC Core §5.3.2"));
    checks
}

/// The checks of an introspection answer with a success status (RFC 7662 §2.2, RFC 9701 §5). `ended` says why the token may
/// be inactive.
pub fn introspection_checks(
    answer: &ClaimsAnswer,
    expected: &ExpectedClaims<'_>,
    token: &Token,
    ended: Option<Ended>,
) -> Vec<Check> {
    let spec = "RFC 7662 §2.2";
    let mut checks = written_checks(answer, "introspection", spec);
    let active = answer.get("active");
    let id = "introspection.active";
    if answer.is_damaged() {
        checks.push(check(id, Outcome::Fail, DAMAGED, spec));
        return checks;
    }
    checks.push(match (active.as_ref().map(serde_json::Value::as_bool), ended) {
        (None, _) => check(id, Outcome::Fail, "active is missing: it is required", spec),
        (Some(None), _) => check(id, Outcome::Fail, "active is not true or false", spec),
        (Some(Some(true)), None | Some(Ended::Perhaps(_))) => {
            check(id, Outcome::Pass, "the provider takes this token", spec)
        }
        (Some(Some(true)), Some(ended)) => {
            let message = format!("the provider still takes this token although {}", ended.words());
            check(id, Outcome::Fail, message, spec)
        }
        (Some(Some(false)), Some(ended)) => {
            let message = format!("the provider no longer takes this token: {}", ended.words());
            check(id, Outcome::Pass, message, spec)
        }
        (Some(Some(false)), None) => {
            let message = "the provider does not take this token, or does not tell this client about it";
            check(id, Outcome::Fail, message, spec)
        }
    });
    let differs = |name: &str, wanted: Option<&str>, whose: &str| {
        let (got, wanted) = (answer.text(name)?, wanted?);
        let id = format!("introspection.{name}");
        Some(if got == wanted {
            check(id, Outcome::Pass, "matches", spec)
        } else {
            check(
                id,
                Outcome::Warn,
                format!("{name} is {:?} and not {whose} {wanted:?}", answer.words(&got)),
                spec,
            )
        })
    };
    checks.extend(differs("client_id", expected.client_id, "this client's"));
    checks.extend(differs("sub", expected.subject, "the ID token's"));
    checks.extend(end_check(answer, token));
    checks.extend(jwt_checks(answer, expected, "introspection", "RFC 9701 §5"));
    checks
}

/// `exp` against what is known of the token from its response and its claims.
fn end_check(answer: &ClaimsAnswer, token: &Token) -> Option<Check> {
    let (id, spec) = ("introspection.exp", "RFC 7662 §2.2");
    let Some(told) = time_value(&answer.get("exp")?) else {
        return Some(check(id, Outcome::Fail, "exp is not a time in seconds", spec));
    };
    let known = token.lifetime.expires_at?;
    let difference_s = told.duration_since(known).as_secs();
    Some(if difference_s.abs() <= SAME_END_S {
        check(id, Outcome::Pass, "the end that is known here", spec)
    } else {
        let message = format!("exp lies {difference_s:+} s from the end that is known here");
        check(id, Outcome::Warn, message, spec)
    })
}

/// What was wrong with how the answer is written. What cannot be read at all is a failure.
fn written_checks(answer: &ClaimsAnswer, prefix: &str, spec: &'static str) -> Vec<Check> {
    let outcome = if answer.is_readable() {
        Outcome::Warn
    } else {
        Outcome::Fail
    };
    let of_defect = |defect: &super::defect::Defect| {
        let id = format!("{prefix}.{}", defect.code);
        check(id, outcome, defect.message.clone(), spec)
    };
    answer.defects.iter().map(of_defect).collect()
}

/// Signature, `iss` and `aud` of an answer that is a JWT.
fn jwt_checks(answer: &ClaimsAnswer, expected: &ExpectedClaims<'_>, prefix: &str, spec: &'static str) -> Vec<Check> {
    let Some(jwt) = &answer.jwt else { return Vec::new() };
    let mut checks = Vec::new();
    if let Some(signature) = expected.signature {
        checks.push(Check {
            id: format!("{prefix}.signature").into(),
            ..signature_check(signature)
        });
    }
    let payload = jwt.decoded.believed();
    let iss_id = format!("{prefix}.iss");
    checks.push(match (payload.get_str("iss"), expected.issuer) {
        (_, None) => check(iss_id, Outcome::Skip, "the profile names no issuer", spec),
        (None, Some(_)) => check(iss_id, Outcome::Warn, "iss is missing from the JWT", spec),
        (Some(got), Some(wanted)) if got == wanted => check(iss_id, Outcome::Pass, "matches", spec),
        (Some(got), Some(wanted)) => check(
            iss_id,
            Outcome::Fail,
            format!("iss is {got:?} and not {wanted:?}"),
            spec,
        ),
    });
    let aud_id = format!("{prefix}.aud");
    let names_client = |aud: &serde_json::Value| {
        let is = |value: &serde_json::Value| value.as_str() == expected.client_id;
        is(aud) || aud.as_array().is_some_and(|list| list.iter().any(is))
    };
    checks.push(match (payload.get("aud"), expected.client_id) {
        (_, None) => check(aud_id, Outcome::Skip, "the profile names no client", spec),
        (None, Some(_)) => check(aud_id, Outcome::Warn, "aud is missing from the JWT", spec),
        (Some(aud), Some(_)) if names_client(&aud) => check(aud_id, Outcome::Pass, "names this client", spec),
        (Some(_), Some(client_id)) => check(aud_id, Outcome::Fail, format!("aud does not name {client_id:?}"), spec),
    });
    checks
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::model::Secret;
    use crate::model::response::RawResponse;

    fn answer(body: &str) -> ClaimsAnswer {
        let raw = RawResponse {
            status: 200,
            content_type: Some("application/json"),
            body: body.as_bytes(),
        };
        ClaimsAnswer::parse(raw, Timestamp::UNIX_EPOCH, &[])
    }

    fn outcome(checks: &[Check], id: &str) -> Outcome {
        checks.iter().find(|check| check.id == id).unwrap().outcome
    }

    #[test]
    fn the_sub_of_userinfo_must_be_that_of_the_id_token() {
        let expected = ExpectedClaims {
            subject: Some("admin"),
            ..ExpectedClaims::default()
        };
        for (body, verdict) in [
            (r#"{"sub":"admin"}"#, Outcome::Pass),
            (r#"{"sub":"mallory"}"#, Outcome::Fail),
            (r#"{"name":"Admin"}"#, Outcome::Fail),
        ] {
            let checks = userinfo_checks(&answer(body), &expected);
            assert_eq!(outcome(&checks, "userinfo.sub"), verdict, "{body}");
        }
        let checks = userinfo_checks(&answer(r#"{"sub":"admin"}"#), &ExpectedClaims::default());
        assert_eq!(outcome(&checks, "userinfo.sub"), Outcome::Skip);
    }

    #[test]
    fn whether_an_inactive_token_is_wrong_depends_on_what_was_done_to_it() {
        let token = Token::new(Secret::new("opaque"), Timestamp::UNIX_EPOCH, Some(60));
        for (body, ended, verdict) in [
            (r#"{"active":true}"#, None, Outcome::Pass),
            (r#"{"active":false}"#, None, Outcome::Fail),
            (r#"{"active":false}"#, Some(Ended::Revoked), Outcome::Pass),
            (r#"{"active":true}"#, Some(Ended::Revoked), Outcome::Fail),
            (
                r#"{"active":true}"#,
                Some(Ended::Perhaps("the person was logged out")),
                Outcome::Pass,
            ),
            (r#"{"active":"true"}"#, None, Outcome::Fail),
            ("{}", None, Outcome::Fail),
        ] {
            let checks = introspection_checks(&answer(body), &ExpectedClaims::default(), &token, ended);
            assert_eq!(outcome(&checks, "introspection.active"), verdict, "{body} {ended:?}");
        }
    }

    #[test]
    fn a_damaged_answer_says_nothing_that_is_believed() {
        use base64::Engine as _;
        use base64::engine::general_purpose::URL_SAFE_NO_PAD;
        let part = |json: &str| URL_SAFE_NO_PAD.encode(json);
        let claims = part(r#"{"token_introspection":{"active":true},"sub":"admin","active":true,}"#);
        let body = format!("{}.{claims}.c2ln", part(r#"{"alg":"RS256"}"#));
        let raw = RawResponse {
            status: 200,
            content_type: Some("application/token-introspection+jwt"),
            body: body.as_bytes(),
        };
        let damaged = ClaimsAnswer::parse(raw, Timestamp::UNIX_EPOCH, &[]);
        let token = Token::new(Secret::new("opaque"), Timestamp::UNIX_EPOCH, Some(60));
        let checks = introspection_checks(&damaged, &ExpectedClaims::default(), &token, None);
        assert_eq!(outcome(&checks, "introspection.active"), Outcome::Fail);
        let expected = ExpectedClaims {
            subject: Some("admin"),
            ..ExpectedClaims::default()
        };
        assert_eq!(
            outcome(&userinfo_checks(&damaged, &expected), "userinfo.sub"),
            Outcome::Fail
        );
    }

    #[test]
    fn an_introspection_is_held_against_what_is_known_of_the_token() {
        let token = Token::new(Secret::new("opaque"), Timestamp::UNIX_EPOCH, Some(60));
        let expected = ExpectedClaims {
            client_id: Some("app"),
            subject: Some("admin"),
            ..ExpectedClaims::default()
        };
        let good = answer(r#"{"active":true,"client_id":"app","sub":"admin","exp":61}"#);
        let checks = introspection_checks(&good, &expected, &token, None);
        assert!(checks.iter().all(|check| check.outcome == Outcome::Pass), "{checks:?}");
        assert_eq!(checks.len(), 4);
        let odd = answer(r#"{"active":true,"client_id":"other","exp":3600}"#);
        let checks = introspection_checks(&odd, &expected, &token, None);
        for id in ["introspection.client_id", "introspection.exp"] {
            assert_eq!(outcome(&checks, id), Outcome::Warn);
        }
    }
}
