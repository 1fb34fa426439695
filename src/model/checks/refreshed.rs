//! What a refresh changed, and what it must not change.

use super::{Check, Outcome, check};
use crate::model::profile::Rotation;
use crate::model::token::Token;

/// A refresh must give an ID token about the same (OpenID Connect Core §12.2).
pub fn refreshed_id_token_checks(before: &Token, after: &Token) -> Vec<Check> {
    let claim = |token: &Token, name: &str| token.decoded.payload.get(name);
    ["iss", "sub", "aud"]
        .into_iter()
        .map(|name| {
            let (outcome, words) = if claim(before, name) == claim(after, name) {
                (Outcome::Pass, "is unchanged")
            } else {
                (Outcome::Fail, "is another one than before the refresh")
            };
            check(
                &format!("refresh.same_{name}"),
                outcome,
                format!("{name} {words}"),
                "OIDC Core §12.2",
            )
        })
        .collect()
}

/// Whether the refresh token was renewed as the profile expects (RFC 6749 §6 leaves it to the server). Nothing where it
/// expects nothing.
pub fn rotation_check(expected: Option<Rotation>, rotated: bool) -> Option<Check> {
    let (outcome, message, spec) = match (expected?, rotated) {
        (Rotation::Always, true) => (Outcome::Pass, "a new refresh token came", "RFC 9700 §4.14.2"),
        (Rotation::Always, false) => (
            Outcome::Fail,
            "no new refresh token came, and the profile expects one with each refresh",
            "RFC 9700 §4.14.2",
        ),
        (Rotation::Never, false) => (Outcome::Pass, "the refresh token stayed", "RFC 6749 §6"),
        (Rotation::Never, true) => (
            Outcome::Fail,
            "a new refresh token came, and the profile expects the first one to stay",
            "RFC 6749 §6",
        ),
    };
    Some(check("refresh.rotation", outcome, message, spec))
}

/// The scope of a refresh must not be wider than what the login was given (RFC 6749 §6). Nothing where the response names
/// none and none was asked for: then it is as granted.
pub fn scope_check(granted: &[String], now: Option<&[String]>) -> Option<Check> {
    let now = now?;
    let missing_in = |there: &[String], here: &[String]| {
        let missing: Vec<&str> = there.iter().filter(|s| !here.contains(s)).map(String::as_str).collect();
        missing.join(" ")
    };
    let (wider, narrower) = (missing_in(now, granted), missing_in(granted, now));
    let (outcome, message) = match (wider.as_str(), narrower.as_str()) {
        _ if granted.is_empty() => (Outcome::Skip, "that the login was given is not known".to_owned()),
        ("", "") => (Outcome::Pass, "is as at the login".to_owned()),
        ("", narrower) => (
            Outcome::Pass,
            format!("is narrower than at the login, without {narrower}"),
        ),
        (wider, _) => (Outcome::Fail, format!("is wider than at the login, with {wider}")),
    };
    Some(check(
        "refresh.scope",
        outcome,
        format!("scope {message}"),
        "RFC 6749 §6",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rotation_is_held_against_what_the_profile_expects() {
        for (expected, rotated, outcome) in [
            (Rotation::Always, true, Outcome::Pass),
            (Rotation::Always, false, Outcome::Fail),
            (Rotation::Never, false, Outcome::Pass),
            (Rotation::Never, true, Outcome::Fail),
        ] {
            assert_eq!(rotation_check(Some(expected), rotated).unwrap().outcome, outcome);
        }
        assert!(rotation_check(None, true).is_none());
    }

    #[test]
    fn a_scope_may_get_narrower_and_never_wider() {
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        for (before, now, outcome, says) in [
            ("a b", "b a", Outcome::Pass, "as at the login"),
            ("a b", "a", Outcome::Pass, "without b"),
            ("a b", "", Outcome::Pass, "without a b"),
            ("a b", "a c", Outcome::Fail, "with c"),
            ("", "a", Outcome::Skip, "not known"),
        ] {
            let check = scope_check(&words(before), Some(&words(now))).unwrap();
            assert_eq!(check.outcome, outcome, "{before} -> {now}");
            assert!(check.message.contains(says), "{}", check.message);
        }
        assert!(scope_check(&words("a"), None).is_none());
    }
}
