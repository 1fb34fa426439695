//! What a refresh changed, and what it must not change.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};

use super::claim_reader::{Claim, Claims, text, texts};
use super::common::Audience;
use super::{Check, Outcome, check};
use crate::model::body::cut;
use crate::model::jwt::Form;
use crate::model::profile::Rotation;
use crate::model::token::{Token, TokenSet};

const SPEC: &str = "OIDC Core §12.2";

/// Seconds by which a claim may lie before the moment that it should tell: rounding, and the way of the answer.
const SLACK_S: i64 = 5;

/// What a refresh brought, against what was there before: the access token is another one, ends later and is about the
/// same, and so is an ID token (OpenID Connect Core §12.2). `new_id_token` is the one that this refresh brought.
pub fn refreshed_checks(before: &TokenSet, after: &TokenSet, new_id_token: Option<&Token>) -> Vec<Check> {
    let mut checks = Vec::new();
    // Within the same few seconds a new one may look like the old one.
    let are_apart = after.received_at.duration_since(before.received_at).as_secs() > SLACK_S;
    if let (Some(old), Some(new)) = (&before.access, &after.access) {
        checks.extend(access_token_checks(old, new, are_apart));
    }
    match (&before.id, new_id_token) {
        (Some(old), Some(new)) => {
            let login = Claims::of_members(&before.login_claims);
            checks.extend(id_token_checks(&login, old, new, are_apart));
        }
        (Some(_), None) => checks.extend(without_id_token()),
        (None, _) => {}
    }
    checks
}

/// A refresh need not bring an ID token (OpenID Connect Core §12.2), and without one nothing tells whom it is about.
fn without_id_token() -> impl Iterator<Item = Check> {
    let message = "the refresh brought no ID token";
    ["refresh.same_iss", "refresh.same_sub", "refresh.same_aud"]
        .into_iter()
        .map(move |id| check(id, Outcome::Skip, message, SPEC))
}

fn access_token_checks(old: &Token, new: &Token, are_apart: bool) -> Vec<Check> {
    let spec = "RFC 6749 §6";
    let id = "refresh.new_access_token";
    if old.fingerprint == new.fingerprint {
        let message = "the access token is the same as before: the refresh gained nothing";
        return vec![check(id, Outcome::Warn, message, spec)];
    }
    let mut checks = vec![check(id, Outcome::Pass, "is another one than before", spec)];
    let id = "refresh.exp";
    checks.push(match (old.lifetime.expires_at, new.lifetime.expires_at) {
        (Some(old), Some(new)) if new > old => {
            let gained_s = new.duration_since(old).as_secs();
            check(id, Outcome::Pass, format!("ends {gained_s} s later"), spec)
        }
        (Some(_), Some(_)) if !are_apart => check(
            id,
            Outcome::Skip,
            "the new access token does not end later, and both came within the same few seconds",
            spec,
        ),
        (Some(_), Some(_)) => check(
            id,
            Outcome::Warn,
            "the new access token does not end later than the old one",
            spec,
        ),
        _ => check(
            id,
            Outcome::Skip,
            "the end of one of the access tokens is not known",
            spec,
        ),
    });
    checks.extend(same_owner(old, new));
    checks
}

/// The claims that name the client of an access token, as RFC 9068, OpenID Connect, Okta and Entra ID write them.
const CLIENTS: [(&str, Claim); 4] = [
    ("client_id", Claim::ClientId),
    ("azp", Claim::Azp),
    ("cid", Claim::Cid),
    ("appid", Claim::Appid),
];

/// Who made the access token, for whom and for which client: where both can be read, a refresh changes none of it. What the
/// old one does not name is not asked for. The API decides, and not the client: another one is a warning.
fn same_owner(old: &Token, new: &Token) -> Vec<Check> {
    let (old, new) = (old.decoded.believed(), new.decoded.believed());
    if !old.is_object || !new.is_object {
        return Vec::new();
    }
    let (old, new) = (Claims::of(old), Claims::of(new));
    let client = |claims: &Claims<'_>| CLIENTS.into_iter().find(|(_, claim)| claims.has(*claim));
    let was = [
        ("refresh.access_token_iss", Some(("iss", Claim::Iss))),
        ("refresh.access_token_sub", Some(("sub", Claim::Sub))),
        ("refresh.access_token_client", client(&old)),
    ];
    let of_old = was.into_iter().filter_map(|(id, named)| {
        let (name, claim) = named?;
        let was = old.value(claim)?;
        let is = if id == "refresh.access_token_client" {
            client(&new).and_then(|(_, claim)| new.value(claim))
        } else {
            new.value(claim)
        };
        Some(match is {
            Some(is) if is == was => check(id, Outcome::Pass, format!("{name} is unchanged"), "RFC 6749 §6"),
            Some(_) => {
                let message = format!("{name} of the access token is another one than before the refresh");
                check(id, Outcome::Warn, message, "RFC 6749 §6")
            }
            None => {
                let message = format!("{name} is missing from the new access token");
                check(id, Outcome::Warn, message, "RFC 6749 §6")
            }
        })
    });
    of_old.collect()
}

/// The scope of the new access token itself, where the response names none: wider than that of the one before, and than
/// what the login was given, it breaks the rule of [`scope_check`]. Nothing where it is not.
pub fn wider_token_check(before: &TokenSet, after: &TokenSet) -> Option<Check> {
    let (old, new) = (before.access.as_ref()?, after.access.as_ref()?);
    let (old, new) = (words_of_scope(old)?, words_of_scope(new)?);
    let known: HashSet<&String> = old.iter().chain(&before.granted_scope).collect();
    let wider = new.iter().filter(|word| !known.contains(word));
    let wider: Vec<&str> = wider.map(String::as_str).collect();
    (!wider.is_empty()).then(|| {
        let message = format!(
            "the response names no scope, and the new access token has more than the one before: {}",
            cut(&wider.join(" "))
        );
        check("refresh.scope", Outcome::Fail, message, "RFC 6749 §6")
    })
}

/// `scope` or `scp` of an access token: one text with spaces, or a list.
fn words_of_scope(token: &Token) -> Option<Vec<String>> {
    let claims = Claims::of(token.decoded.believed());
    let raw = claims.raw(Claim::Scope).or_else(|| claims.raw(Claim::Scp))?;
    let words = match text(raw) {
        Some(one) => one.split_whitespace().map(str::to_owned).collect(),
        None => texts(raw)?.into_iter().map(Cow::into_owned).collect(),
    };
    Some(words)
}

/// The ID token of a refresh against the one before, where no more than the two is known.
pub fn refreshed_id_token_checks(before: &Token, after: &Token) -> Vec<Check> {
    id_token_checks(&Claims::of(before.decoded.believed()), before, after, false)
}

/// Claims of the login's ID token that those of its refreshes are held against.
pub(in crate::model) const KEPT_CLAIMS: [&str; 6] = ["iss", "sub", "aud", "azp", "nonce", "auth_time"];

/// `login` is what the login's ID token said, `old` the one before: they are the same at the first refresh. `are_apart` is
/// whether the two came so long after one another that a new `iat` cannot be the old one.
fn id_token_checks(login: &Claims<'_>, old: &Token, new: &Token, are_apart: bool) -> Vec<Check> {
    if let Some(checks) = unreadable(old, new) {
        return checks;
    }
    let (last, new) = (Claims::of(old.decoded.believed()), Claims::of(new.decoded.believed()));
    let old = login;
    let mut checks: Vec<Check> = [
        ("refresh.same_iss", "iss", Claim::Iss),
        ("refresh.same_sub", "sub", Claim::Sub),
        ("refresh.same_aud", "aud", Claim::Aud),
        ("refresh.same_azp", "azp", Claim::Azp),
    ]
    .into_iter()
    .filter_map(|(id, name, claim)| {
        if !old.has(claim) && !new.has(claim) {
            // `azp` is rarely there: nothing to say.
            return (claim != Claim::Azp)
                .then(|| check(id, Outcome::Skip, format!("neither ID token has {name}"), SPEC));
        }
        let is_same = match claim {
            Claim::Aud => is_same_audience(old, &new),
            _ => old.value(claim) == new.value(claim),
        };
        Some(if is_same {
            check(id, Outcome::Pass, format!("{name} is unchanged"), SPEC)
        } else {
            let message = format!("{name} is another one than before the refresh");
            check(id, Outcome::Fail, message, SPEC)
        })
    })
    .collect();
    checks.extend(issued_anew(&last, &new, are_apart));
    checks.extend(same_sign_in(old, &new));
    checks.push(nonce(old, &new));
    checks
}

/// One name and a list of it are the same, in any order (RFC 7519 §4.1.3).
fn is_same_audience(old: &Claims<'_>, new: &Claims<'_>) -> bool {
    let read = |claims: &Claims<'_>| match claims.raw(Claim::Aud).and_then(Audience::read) {
        None => None,
        Some(Audience::One(one)) => Some(BTreeSet::from([one.into_owned()])),
        Some(Audience::Several(list)) => Some(list.into_iter().map(Cow::into_owned).collect()),
    };
    match (read(old), read(new)) {
        (Some(old), Some(new)) => old == new,
        _ => old.value(Claim::Aud) == new.value(Claim::Aud),
    }
}

/// What is said where one of the two has no claims that can be believed.
fn unreadable(old: &Token, new: &Token) -> Option<Vec<Check>> {
    let has_claims = |token: &Token| token.decoded.believed().is_object;
    let (outcome, message) = match (has_claims(old), has_claims(new)) {
        (true, true) => return None,
        (_, false) if new.decoded.form == Form::Jwe => (Outcome::Skip, "the new ID token is encrypted"),
        (_, false) => (
            Outcome::Fail,
            "the new ID token is damaged or no JWT: nothing of it is to be believed",
        ),
        (false, true) => (Outcome::Skip, "nothing of the ID token before is to be believed"),
    };
    let ids = [
        "refresh.same_iss",
        "refresh.same_sub",
        "refresh.same_aud",
        "refresh.iat",
    ];
    Some(ids.into_iter().map(|id| check(id, outcome, message, SPEC)).collect())
}

fn issued_anew(old: &Claims<'_>, new: &Claims<'_>, are_apart: bool) -> Option<Check> {
    let id = "refresh.iat";
    let Some(iat) = new.time(Claim::Iat).at() else {
        return Some(check(id, Outcome::Fail, "iat is missing from the new ID token", SPEC));
    };
    let old_iat = old.time(Claim::Iat).at()?;
    Some(if iat > old_iat {
        check(id, Outcome::Pass, "iat is a new one", SPEC)
    } else if iat == old_iat && !are_apart {
        check(
            id,
            Outcome::Skip,
            "iat is the same: a refresh within the same second cannot be told from an old iat",
            SPEC,
        )
    } else {
        let message = "iat is not later than before the refresh: it must be when the new ID token was made";
        check(id, Outcome::Fail, message, SPEC)
    })
}

fn same_sign_in(old: &Claims<'_>, new: &Claims<'_>) -> Option<Check> {
    let id = "refresh.auth_time";
    let (was, is) = (old.raw(Claim::AuthTime)?, new.raw(Claim::AuthTime)?);
    let is_same = was == is || old.time(Claim::AuthTime) == new.time(Claim::AuthTime);
    Some(if is_same {
        check(id, Outcome::Pass, "auth_time is unchanged", SPEC)
    } else {
        let message = "auth_time moved, and nobody signed in: it must stay that of the login";
        check(id, Outcome::Fail, message, SPEC)
    })
}

fn nonce(old: &Claims<'_>, new: &Claims<'_>) -> Check {
    let id = "refresh.nonce";
    if !new.has(Claim::Nonce) {
        check(id, Outcome::Pass, "nonce is absent", SPEC)
    } else if old.text(Claim::Nonce) == new.text(Claim::Nonce) {
        check(id, Outcome::Pass, "nonce is that of the login", SPEC)
    } else {
        let message = "nonce is there, and is not that of the login";
        check(id, Outcome::Fail, message, SPEC)
    }
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
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use jiff::{SignedDuration, Timestamp};

    use super::*;
    use crate::model::response::TokenResponse;
    use crate::model::{Profile, Secret};

    fn set(access: &str, expires_in_s: i64, id: &str, after_s: i64) -> TokenSet {
        made(access, expires_in_s, id, after_s, None)
    }

    fn set_after(access: &str, id: &str, after_s: i64, before: Option<&TokenSet>) -> TokenSet {
        made(access, 60, id, after_s, before)
    }

    fn made(access: &str, expires_in_s: i64, id: &str, after_s: i64, before: Option<&TokenSet>) -> TokenSet {
        let part = |json: &str| URL_SAFE_NO_PAD.encode(json);
        let response = TokenResponse {
            access_token: Some(Secret::new(access)),
            id_token: Some(Secret::new(format!("{}.{}.c2ln", part(r#"{"alg":"RS256"}"#), part(id)))),
            expires_in_s: Some(expires_in_s),
            ..TokenResponse::default()
        };
        let at = Timestamp::UNIX_EPOCH + SignedDuration::from_secs(after_s);
        TokenSet::from_response(&response, &Profile::default(), before, at).unwrap()
    }

    const LOGIN: &str = r#"{"iss":"i","sub":"s","aud":["a"],"iat":10,"auth_time":5,"nonce":"n"}"#;

    #[test]
    fn an_id_token_of_a_refresh_is_about_the_same_sign_in() {
        use Outcome::{Fail, Pass, Skip};
        let before = set("old", 60, LOGIN, 0);
        for (claims, after_s, id, outcome) in [
            (r#"{"iss":"i"}"#, 50, "refresh.same_iss", Some(Pass)),
            (r#"{"iss":"j"}"#, 50, "refresh.same_iss", Some(Fail)),
            (r#"{"sub":"s"}"#, 50, "refresh.same_sub", Some(Pass)),
            ("{}", 50, "refresh.same_sub", Some(Fail)),
            (r#"{"aud":[ "a" ]}"#, 50, "refresh.same_aud", Some(Pass)),
            (r#"{"aud":"a"}"#, 50, "refresh.same_aud", Some(Pass)),
            (r#"{"aud":["a","b"]}"#, 50, "refresh.same_aud", Some(Fail)),
            (r#"{"aud":7}"#, 50, "refresh.same_aud", Some(Fail)),
            ("{}", 50, "refresh.same_azp", None),
            (r#"{"azp":"a"}"#, 50, "refresh.same_azp", Some(Fail)),
            (r#"{"iat":60}"#, 50, "refresh.iat", Some(Pass)),
            (r#"{"iat":10}"#, 50, "refresh.iat", Some(Fail)),
            (r#"{"iat":10}"#, 2, "refresh.iat", Some(Skip)),
            (r#"{"iat":9}"#, 2, "refresh.iat", Some(Fail)),
            ("{}", 50, "refresh.iat", Some(Fail)),
            (r#"{"auth_time":5}"#, 50, "refresh.auth_time", Some(Pass)),
            (r#"{"auth_time":5.0}"#, 50, "refresh.auth_time", Some(Pass)),
            (r#"{"auth_time":50}"#, 50, "refresh.auth_time", Some(Fail)),
            ("{}", 50, "refresh.auth_time", None),
            ("{}", 50, "refresh.nonce", Some(Pass)),
            (r#"{"nonce":"n"}"#, 50, "refresh.nonce", Some(Pass)),
            (r#"{"nonce":"m"}"#, 50, "refresh.nonce", Some(Fail)),
        ] {
            let after = set("new", 60, claims, after_s);
            let checks = refreshed_checks(&before, &after, after.id.as_ref());
            let check = checks.iter().find(|check| check.id == id);
            assert_eq!(check.map(|check| check.outcome), outcome, "{claims}: {check:?}");
        }
    }

    #[test]
    fn a_refresh_without_an_id_token_says_that_nothing_tells_whom_it_is_about() {
        let before = set("old", 60, LOGIN, 0);
        let after = set("new", 60, "{}", 50);
        let told = |before: &TokenSet| {
            let checks = refreshed_checks(before, &after, None);
            let same = checks.iter().filter(|check| check.id.contains("same_"));
            same.map(|check| check.outcome).collect::<Vec<_>>()
        };
        assert_eq!(told(&before), [Outcome::Skip; 3]);
        let never = TokenSet { id: None, ..before };
        assert_eq!(told(&never), []);
    }

    fn jwt(claims: &str) -> String {
        let part = |json: &str| URL_SAFE_NO_PAD.encode(json);
        format!("{}.{}.c2ln", part(r#"{"alg":"RS256"}"#), part(claims))
    }

    #[test]
    fn the_access_token_of_a_refresh_is_for_the_same_person_and_client() {
        use Outcome::{Pass, Warn};
        for (old, new, id, outcome) in [
            (r#"{"sub":"a"}"#, r#"{"sub":"a","jti":"2"}"#, "sub", Some(Pass)),
            (r#"{"sub":"a"}"#, r#"{"sub":"b"}"#, "sub", Some(Warn)),
            (r#"{"sub":"a"}"#, r#"{"jti":"2"}"#, "sub", Some(Warn)),
            (r#"{"jti":"1"}"#, r#"{"sub":"a"}"#, "sub", None),
            (r#"{"iss":"a"}"#, r#"{"iss":"b"}"#, "iss", Some(Warn)),
            (r#"{"client_id":"a"}"#, r#"{"client_id":"b"}"#, "client", Some(Warn)),
            (r#"{"azp":"a"}"#, r#"{"azp":"a","jti":"2"}"#, "client", Some(Pass)),
            (r#"{"azp":"a"}"#, r#"{"client_id":"a"}"#, "client", Some(Pass)),
            (r#"{"cid":"a"}"#, r#"{"cid":"b"}"#, "client", Some(Warn)),
            (r#"{"appid":"a"}"#, r#"{"appid":"b"}"#, "client", Some(Warn)),
        ] {
            let before = set(&jwt(old), 60, LOGIN, 0);
            let checks = refreshed_checks(&before, &set(&jwt(new), 60, LOGIN, 50), None);
            let id = format!("refresh.access_token_{id}");
            let check = checks.iter().find(|check| check.id == id);
            assert_eq!(check.map(|check| check.outcome), outcome, "{old} -> {new}: {check:?}");
        }
        let opaque = refreshed_checks(
            &set("old", 60, LOGIN, 0),
            &set(&jwt(r#"{"sub":"b"}"#), 60, LOGIN, 50),
            None,
        );
        assert!(
            opaque.iter().all(|check| !check.id.contains("access_token_")),
            "{opaque:?}"
        );
    }

    #[test]
    fn a_token_may_not_get_a_wider_scope_in_silence() {
        for (old, new, says) in [
            (r#"{"scope":"a"}"#, r#"{"scope":"a c"}"#, Some("before: c")),
            (r#"{"scp":["a"]}"#, r#"{"scp":["a","c"]}"#, Some("before: c")),
            (r#"{"scp":"a"}"#, r#"{"scp":"a c"}"#, Some("before: c")),
            (r#"{"scope":"a"}"#, r#"{"scope":"a"}"#, None),
            // An earlier refresh asked for less than the login was given.
            (r#"{"scope":"a"}"#, r#"{"scope":"a b"}"#, None),
            (r#"{"jti":"1"}"#, r#"{"scope":"a"}"#, None),
        ] {
            let before = TokenSet {
                granted_scope: vec!["a".to_owned(), "b".to_owned()],
                ..set(&jwt(old), 60, LOGIN, 0)
            };
            let check = wider_token_check(&before, &set(&jwt(new), 60, LOGIN, 50));
            assert_eq!(check.is_some(), says.is_some(), "{old} -> {new}: {check:?}");
            if let (Some(check), Some(says)) = (check, says) {
                assert!(
                    check.outcome == Outcome::Fail && check.message.ends_with(says),
                    "{check:?}"
                );
            }
        }
    }

    #[test]
    fn a_second_refresh_is_held_against_the_login_and_not_against_the_first() {
        use Outcome::{Fail, Pass};
        let login = set("1", 60, LOGIN, 0);
        let first = set_after("2", r#"{"iss":"i","sub":"s","aud":"a","iat":60}"#, 50, Some(&login));
        for (claims, id, outcome) in [
            (r#"{"iss":"i","iat":110,"nonce":"n"}"#, "refresh.nonce", Pass),
            (r#"{"iss":"i","iat":110,"nonce":"m"}"#, "refresh.nonce", Fail),
            (r#"{"iss":"i","iat":110,"auth_time":5}"#, "refresh.auth_time", Pass),
            (r#"{"iss":"i","iat":110,"auth_time":60}"#, "refresh.auth_time", Fail),
            (r#"{"iss":"i","iat":60}"#, "refresh.iat", Fail),
        ] {
            let second = set_after("3", claims, 100, Some(&first));
            let checks = refreshed_checks(&first, &second, second.id.as_ref());
            let check = checks.iter().find(|check| check.id == id).unwrap();
            assert_eq!(check.outcome, outcome, "{claims}: {check:?}");
        }
    }

    #[test]
    fn mended_claims_are_never_those_of_the_login() {
        let sound = set("old", 60, LOGIN, 0);
        let damaged = set("new", 60, &format!("{},}}", LOGIN.trim_end_matches('}')), 50);
        for (before, after, outcome) in [
            (&sound, &damaged, Outcome::Fail),
            (&damaged, &damaged, Outcome::Fail),
            (&damaged, &sound, Outcome::Skip),
        ] {
            let checks = refreshed_checks(before, after, after.id.as_ref());
            let check = checks.iter().find(|check| check.id == "refresh.same_sub").unwrap();
            assert_eq!(check.outcome, outcome);
        }
    }

    #[test]
    fn what_neither_has_is_not_called_the_same() {
        let before = set("1", 60, "{}", 0);
        let after = set("2", 60, "{}", 50);
        let checks = refreshed_checks(&before, &after, after.id.as_ref());
        let outcome = |id: &str| checks.iter().find(|check| check.id == id).map(|check| check.outcome);
        assert_eq!(outcome("refresh.same_iss"), Some(Outcome::Skip));
        assert_eq!(outcome("refresh.same_azp"), None);
    }

    #[test]
    fn a_refresh_brings_another_access_token_that_ends_later() {
        use Outcome::{Pass, Warn};
        let before = set("old", 60, LOGIN, 0);
        for (access, expires_in_s, id, outcome) in [
            ("new", 60, "refresh.new_access_token", Some(Pass)),
            ("old", 60, "refresh.new_access_token", Some(Warn)),
            ("new", 60, "refresh.exp", Some(Pass)),
            ("new", 10, "refresh.exp", Some(Warn)),
            ("old", 60, "refresh.exp", None),
        ] {
            let checks = refreshed_checks(&before, &set(access, expires_in_s, LOGIN, 50), None);
            let check = checks.iter().find(|check| check.id == id);
            assert_eq!(check.map(|check| check.outcome), outcome, "{access} {check:?}");
        }
        // Ends in whole seconds may be the same where both came within a few of them.
        for (after_s, outcome) in [(SLACK_S, Outcome::Skip), (SLACK_S + 1, Warn)] {
            let checks = refreshed_checks(&before, &set("new", 60 - after_s, LOGIN, after_s), None);
            let check = checks.iter().find(|check| check.id == "refresh.exp").unwrap();
            assert_eq!(check.outcome, outcome, "{after_s}");
        }
    }

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
