//! The error answer of a token endpoint (RFC 6749 §5.2).

use super::{Check, Outcome, check};
use crate::model::body::{cut, essence};
use crate::model::response::{ResponseHeaders, TokenError};

/// The errors that a token endpoint may name, and those of RFC 8628 §3.5, RFC 8693 §2.2.2, RFC 9449 §5 and RFC 9396 §5.
const ERRORS: [&str; 14] = [
    "invalid_request",
    "invalid_client",
    "invalid_grant",
    "unauthorized_client",
    "unsupported_grant_type",
    "invalid_scope",
    "authorization_pending",
    "slow_down",
    "access_denied",
    "expired_token",
    "invalid_target",
    "use_dpop_nonce",
    "invalid_dpop_proof",
    "invalid_authorization_details",
];

/// An error answer of a token endpoint (RFC 6749 §5.2). `used_header` is whether the client proved who it is in the
/// `Authorization` header.
pub fn error_response_checks(
    error: &TokenError,
    status: u16,
    headers: &ResponseHeaders,
    used_header: bool,
) -> Vec<Check> {
    let spec = "RFC 6749 §5.2";
    let mut checks = Vec::new();
    let id = "response.error_status";
    checks.push(match (status, error.error.as_str()) {
        (400, _) | (401, "invalid_client") => check(id, Outcome::Pass, status.to_string(), spec),
        (401, _) => check(
            id,
            Outcome::Warn,
            "the status is 401, which is for a client that could not prove who it is",
            spec,
        ),
        _ => {
            let message = format!("the status is {status}: it must be 400, or 401 for invalid_client");
            check(id, Outcome::Fail, message, spec)
        }
    });
    let is_json = headers
        .content_type
        .as_deref()
        .is_some_and(|found| essence(found) == "application/json");
    let id = "response.content_type";
    checks.push(match &headers.content_type {
        Some(_) if is_json => check(id, Outcome::Pass, "is application/json", spec),
        Some(other) => {
            let message = format!("Content-Type is {:?}: it must be application/json", cut(other));
            check(id, Outcome::Warn, message, spec)
        }
        None => check(id, Outcome::Warn, "Content-Type is missing", spec),
    });
    let id = "response.error_code";
    checks.push(if ERRORS.contains(&error.error.as_str()) {
        check(id, Outcome::Pass, "is one that the standard names", spec)
    } else {
        let message = format!("{:?} is no error that the standard names", cut(&error.error));
        check(id, Outcome::Warn, message, spec)
    });
    let texts = [Some(error.error.as_str()), error.error_description.as_deref()];
    let odd = texts
        .into_iter()
        .flatten()
        .flat_map(str::chars)
        .find(|c| !is_allowed(*c));
    let id = "response.error_characters";
    checks.push(match odd {
        None => check(id, Outcome::Pass, "are plain ASCII", spec),
        Some(odd) => {
            let message = format!("U+{:04X} is not allowed in error and error_description", u32::from(odd));
            check(id, Outcome::Warn, message, spec)
        }
    });
    if status == 401 && used_header {
        let id = "response.challenge";
        checks.push(if headers.has_challenge {
            check(id, Outcome::Pass, "WWW-Authenticate is there", spec)
        } else {
            check(id, Outcome::Fail, "WWW-Authenticate is missing", spec)
        });
    }
    checks
}

/// `%x20-21 / %x23-5B / %x5D-7E` (RFC 6749 appendix A.7, A.8).
const fn is_allowed(c: char) -> bool {
    matches!(c, '\u{20}'..='\u{21}' | '\u{23}'..='\u{5b}' | '\u{5d}'..='\u{7e}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_has_the_status_type_and_characters_that_it_must_have() {
        use Outcome::{Fail, Pass, Warn};
        let json = ResponseHeaders {
            content_type: Some("application/json;charset=UTF-8".to_owned()),
            ..ResponseHeaders::default()
        };
        let html = ResponseHeaders {
            content_type: Some("text/html".to_owned()),
            has_challenge: true,
            ..ResponseHeaders::default()
        };
        for (error, description, status, headers, id, outcome) in [
            ("invalid_grant", None, 400, &json, "response.error_status", Pass),
            ("invalid_client", None, 401, &json, "response.error_status", Pass),
            ("invalid_grant", None, 401, &json, "response.error_status", Warn),
            ("invalid_grant", None, 200, &json, "response.error_status", Fail),
            ("invalid_grant", None, 500, &json, "response.error_status", Fail),
            ("invalid_grant", None, 400, &json, "response.content_type", Pass),
            ("invalid_grant", None, 400, &html, "response.content_type", Warn),
            ("invalid_grant", None, 400, &json, "response.error_code", Pass),
            (
                "invalid_authorization_details",
                None,
                400,
                &json,
                "response.error_code",
                Pass,
            ),
            ("oops", None, 400, &json, "response.error_code", Warn),
            (
                "invalid_grant",
                Some("it's over"),
                400,
                &json,
                "response.error_characters",
                Pass,
            ),
            (
                "invalid_grant",
                Some("\"over\""),
                400,
                &json,
                "response.error_characters",
                Warn,
            ),
            (
                "invalid_grant",
                Some("über"),
                400,
                &json,
                "response.error_characters",
                Warn,
            ),
            ("invalid_client", None, 401, &json, "response.challenge", Fail),
            ("invalid_client", None, 401, &html, "response.challenge", Pass),
        ] {
            let told = TokenError {
                error: error.to_owned(),
                error_description: description.map(str::to_owned),
            };
            let checks = error_response_checks(&told, status, headers, true);
            let check = checks.iter().find(|check| check.id == id).unwrap();
            assert_eq!(check.outcome, outcome, "{error} {status}: {}", check.message);
        }
        let told = TokenError {
            error: "invalid_client".to_owned(),
            error_description: None,
        };
        let checks = error_response_checks(&told, 401, &json, false);
        assert!(checks.iter().all(|check| check.id != "response.challenge"));
    }
}
