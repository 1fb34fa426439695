//! What came through the browser.

use super::{Check, Outcome, check, same};
use crate::model::token::Token;

/// Parameters of the callback that came more than once.
pub fn repeated_parameters_check(names: &[String]) -> Option<Check> {
    (!names.is_empty()).then(|| {
        check(
            "callback.repeated",
            Outcome::Warn,
            format!("{} came more than once", names.join(", ")),
            "RFC 6749 §3.1",
        )
    })
}

/// The answer of a provider that promises `iss` must hold it: without it nobody can tell which provider answered. A wrong
/// one has ended the login before (RFC 9207 §2.4).
pub fn issuer_in_answer_check(iss: Option<&str>, expected: Option<&str>) -> Check {
    let (outcome, message) = match (iss, expected) {
        (None, _) => (
            Outcome::Fail,
            "the answer has no iss, and the provider says that each one has: who answered cannot be told",
        ),
        (Some(_), None) => (Outcome::Skip, "the profile names no issuer"),
        (Some(_), Some(_)) => (Outcome::Pass, "matches the profile"),
    };
    check("callback.iss", outcome, message, "RFC 9207 §2.4")
}

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
/// §3.3.3.6).
pub fn same_identity_checks(front_channel: &Token, token: &Token) -> Vec<Check> {
    let claim = |token: &Token, name: &str| token.decoded.payload.get_str(name);
    ["iss", "sub"]
        .into_iter()
        .map(|name| {
            let expected = claim(front_channel, name);
            let id = format!("front_channel.same_{name}");
            same(&id, name, claim(token, name), expected.as_deref(), "OIDC Core §3.3.3.6")
        })
        .collect()
}
