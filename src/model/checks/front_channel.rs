//! The tokens that came through the browser.

use super::same::same;
use super::{Check, Outcome, check};
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
/// §3.3.3.6).
pub fn same_identity_checks(front_channel: &Token, token: &Token) -> Vec<Check> {
    let claim = |token: &Token, name: &str| token.decoded.believed().get_str(name);
    ["iss", "sub"]
        .into_iter()
        .map(|name| {
            let expected = claim(front_channel, name);
            let id = format!("front_channel.same_{name}");
            let got = claim(token, name);
            same(id, name, got.as_deref(), expected.as_deref(), "OIDC Core §3.3.3.6")
        })
        .collect()
}
