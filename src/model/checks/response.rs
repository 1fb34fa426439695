//! The token response (RFC 6749 §5.1). What is wrong with how it is written are defects of `model::response`, and become
//! checks of their own.

use super::{Check, Outcome, check};
use crate::model::body::{TOO_LARGE, WRONG_NUMBER, YEAR_S, cut};
use crate::model::lifetime::span;
use crate::model::profile::{Grant, Profile};
use crate::model::response::{ResponseHeaders, TokenResponse};
use crate::model::token::Token;

/// What a token request asked for.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// Whose request it was.
    pub profile: &'a Profile,
    /// Whether it was a refresh: what that must keep is judged against the login.
    pub is_refresh: bool,
}

/// A token response with a success status, and its headers where a token endpoint sent it. `access` is its access token,
/// read.
pub fn token_response_checks(
    response: &TokenResponse,
    headers: Option<&ResponseHeaders>,
    access: Option<&Token>,
    asked: Asked<'_>,
) -> Vec<Check> {
    let mut checks = Vec::new();
    if let Some(headers) = headers {
        checks.extend(content_type(response, headers));
        checks.extend(cache(headers));
    }
    checks.extend(token_type(response));
    checks.extend(expires_in(response, access));
    if !asked.is_refresh {
        checks.extend(scope(response, asked.profile));
        checks.extend(refresh_token(response, asked.profile));
        checks.extend(id_token(response, asked.profile));
    }
    checks
}

fn has_defect(response: &TokenResponse, codes: &[&str]) -> bool {
    response
        .defects
        .iter()
        .any(|defect| codes.contains(&defect.code.as_str()))
}

/// A wrong one is a defect.
fn content_type(response: &TokenResponse, headers: &ResponseHeaders) -> Option<Check> {
    let is_wrong = has_defect(response, &["content_type", "no_content_type"]);
    (!is_wrong && headers.content_type.is_some()).then(|| {
        let message = "is application/json";
        check("response.content_type", Outcome::Pass, message, "RFC 6749 §5.1")
    })
}

fn cache(headers: &ResponseHeaders) -> [Check; 2] {
    let spec = "RFC 6749 §5.1";
    let has = |value: &Option<String>, word: &str| {
        let words = value.iter().flat_map(|value| value.split(','));
        words
            .map(str::trim)
            .any(|directive| directive.eq_ignore_ascii_case(word))
    };
    let is_kept_by_nobody = has(&headers.cache_control, "no-store");
    let cache_control = match (&headers.cache_control, is_kept_by_nobody) {
        (_, true) => check("response.cache_control", Outcome::Pass, "is no-store", spec),
        (None, false) => check(
            "response.cache_control",
            Outcome::Warn,
            "Cache-Control is missing: it must be no-store, or tokens may be kept on the way",
            spec,
        ),
        (Some(value), false) => check(
            "response.cache_control",
            Outcome::Warn,
            format!(
                "Cache-Control is {:?} and not no-store: tokens may be kept on the way",
                cut(value)
            ),
            spec,
        ),
    };
    let pragma = if has(&headers.pragma, "no-cache") {
        check("response.pragma", Outcome::Pass, "is no-cache", spec)
    } else if is_kept_by_nobody {
        let message = "no-cache is missing, which only caches of HTTP/1.0 would look at: Cache-Control is there";
        check("response.pragma", Outcome::Pass, message, "RFC 9111 §5.4")
    } else {
        check("response.pragma", Outcome::Warn, "Pragma: no-cache is missing", spec)
    };
    [cache_control, pragma]
}

/// A missing or unknown one is a defect.
fn token_type(response: &TokenResponse) -> Option<Check> {
    let token_type = response.token_type.as_deref()?;
    let is_known = ["bearer", "dpop"]
        .iter()
        .any(|known| token_type.eq_ignore_ascii_case(known));
    is_known.then(|| {
        let message = cut(token_type);
        check("response.token_type", Outcome::Pass, message, "RFC 6749 §7.1")
    })
}

/// A number of seconds, above 0 and at most a year. One that is not there is a defect.
fn expires_in(response: &TokenResponse, access: Option<&Token>) -> Option<Check> {
    let (id, spec) = ("response.expires_in", "RFC 6749 §5.1");
    response.access_token.as_ref()?;
    let Some(seconds) = response.expires_in_s else {
        return no_number(response).map(|message| check(id, Outcome::Fail, message, spec));
    };
    let given = response.expires_in_given.unwrap_or(seconds);
    if given > YEAR_S {
        let message = if given == seconds {
            format!(
                "expires_in is {given}: {}, as the token itself has it, and that is more than a year",
                span(given)
            )
        } else {
            format!(
                "expires_in is {given}: {} in seconds, which is more than a year, or {} in milliseconds",
                span(given),
                span(seconds)
            )
        };
        return Some(check(id, Outcome::Fail, message, spec));
    }
    let contradiction_s = access.and_then(|token| token.lifetime.contradiction_s(seconds));
    Some(match seconds {
        ..0 => check(
            id,
            Outcome::Fail,
            "expires_in is negative: it was over before it came",
            spec,
        ),
        0 => check(id, Outcome::Fail, "expires_in is 0: it was over when it came", spec),
        1.. => {
            if let Some(after_s) = contradiction_s {
                let message = contradiction(seconds, after_s);
                return Some(check(id, Outcome::Warn, message, spec));
            }
            // Read in spite of how it is written, and that is said elsewhere.
            let odd = ["text_number", "fraction", "milliseconds", "perhaps_milliseconds"];
            if codes_of_expires_in(response).any(|code| odd.contains(&code)) {
                return None;
            }
            check(id, Outcome::Pass, format!("{seconds} s"), spec)
        }
    })
}

/// What is wrong with how it is written: other members can have the same defects.
fn codes_of_expires_in(response: &TokenResponse) -> impl Iterator<Item = &str> {
    let defects = response.defects.iter();
    let its_own = defects.filter(|defect| defect.message.starts_with("expires_in "));
    its_own.map(|defect| defect.code.as_str())
}

/// Why nothing could be read of an `expires_in` that is there.
fn no_number(response: &TokenResponse) -> Option<&'static str> {
    codes_of_expires_in(response).find_map(|code| match code {
        TOO_LARGE => Some("expires_in is more than a year, in seconds and in milliseconds"),
        WRONG_NUMBER => Some("expires_in is not a number"),
        _ => None,
    })
}

/// `expires_in` says something else than the token's own `exp`, which lies `after_s` later.
fn contradiction(seconds: i64, after_s: i64) -> String {
    let apart_s = after_s.unsigned_abs();
    if after_s < 0 {
        format!(
            "expires_in is {seconds}, and exp of the token comes {apart_s} s before that: clients use it when it is over"
        )
    } else {
        format!(
            "expires_in is {seconds}, and exp of the token comes {apart_s} s after that: it lives longer than clients know"
        )
    }
}

/// What was granted against what was asked for (RFC 6749 §3.3).
fn scope(response: &TokenResponse, profile: &Profile) -> Option<Check> {
    let (id, spec) = ("response.scope", "RFC 6749 §3.3");
    let asked: Vec<&str> = profile.scopes().collect();
    let Some(granted) = &response.scope else {
        return (!asked.is_empty()).then(|| {
            check(
                id,
                Outcome::Pass,
                "none is named: all was granted that was asked for",
                "RFC 6749 §5.1",
            )
        });
    };
    // Many providers do not repeat the word for a refresh token: that it came says it.
    let is_granted = |word: &str| {
        granted.iter().any(|got| is_same_scope(got, word))
            || (response.refresh_token.is_some() && ASKS_FOR_REFRESH.contains(&word))
    };
    let lost: Vec<&str> = asked.iter().filter(|word| !is_granted(word)).copied().collect();
    let won: Vec<&str> = granted
        .iter()
        .filter(|got| !asked.iter().any(|word| is_same_scope(got, word)))
        .map(String::as_str)
        .collect();
    Some(if asked.is_empty() {
        let message = format!("none was asked for, and {} was granted", cut(&granted.join(" ")));
        check(id, Outcome::Pass, message, spec)
    } else if lost.is_empty() && won.is_empty() {
        check(id, Outcome::Pass, "is what was asked for", spec)
    } else if won.is_empty() {
        let message = format!("was reduced: without {}", cut(&lost.join(" ")));
        check(id, Outcome::Warn, message, spec)
    } else if lost.is_empty() {
        // That it is told is all that is asked for.
        let message = format!("was widened: nobody asked for {}", cut(&won.join(" ")));
        check(id, Outcome::Pass, message, "RFC 6749 §5.1")
    } else {
        let message = format!(
            "is another one: without {}, and nobody asked for {}",
            cut(&lost.join(" ")),
            cut(&won.join(" "))
        );
        check(id, Outcome::Warn, message, spec)
    })
}

/// Whether two words are one scope. Google answers with the long names of what OpenID Connect calls `email` and `profile`.
fn is_same_scope(one: &str, other: &str) -> bool {
    const GOOGLE: &str = "https://www.googleapis.com/auth/userinfo.";
    let bare = |word: &str| -> Option<String> {
        let rest = word.strip_prefix(GOOGLE)?;
        matches!(rest, "email" | "profile").then(|| rest.to_owned())
    };
    one == other || bare(one).as_deref() == Some(other) || bare(other).as_deref() == Some(one)
}

/// The words that ask for a refresh token: OpenID Connect Core §11, and MyCorp-Auth's own.
const ASKS_FOR_REFRESH: [&str; 2] = ["offline_access", "refresh_token"];

fn refresh_token(response: &TokenResponse, profile: &Profile) -> Option<Check> {
    let id = "response.refresh_token";
    let came = response.refresh_token.is_some();
    let needless = match profile.grant {
        Grant::ClientCredentials => Some(("RFC 6749 §4.4.3", Outcome::Warn)),
        Grant::Implicit => Some(("RFC 6749 §4.2.2", Outcome::Fail)),
        _ => None,
    };
    if let Some((spec, outcome)) = needless {
        return came.then(|| {
            let message = "a refresh token came, and this grant must not give one";
            check(id, outcome, message, spec)
        });
    }
    let word = profile.scopes().find(|word| ASKS_FOR_REFRESH.contains(word));
    match (word, came) {
        (Some(_), true) => Some(check(id, Outcome::Pass, "came as it was asked for", "RFC 6749 §5.1")),
        (Some(word), false) => {
            let message = format!("{word} was asked for, and no refresh token came");
            Some(check(id, Outcome::Warn, message, "OIDC Core §11"))
        }
        (None, true) => Some(check(
            id,
            Outcome::Pass,
            "came without being asked for",
            "RFC 6749 §5.1",
        )),
        (None, false) => None,
    }
}

/// Where a code was exchanged and `openid` was asked for. One that came beside the code is judged there.
fn id_token(response: &TokenResponse, profile: &Profile) -> Option<Check> {
    let (id, spec) = ("response.id_token", "OIDC Core §3.1.3.3");
    let asked = profile.grant == Grant::AuthorizationCode && profile.scopes().any(|word| word == "openid");
    if !asked {
        return None;
    }
    Some(if response.id_token.is_some() {
        check(id, Outcome::Pass, "came as it was asked for", spec)
    } else {
        let message = "openid was asked for, and no ID token came with the access token";
        check(id, Outcome::Warn, message, spec)
    })
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::model::Secret;
    use crate::model::keys::signing::SigningKey;
    use crate::model::response::RawResponse;

    fn read(body: &str, content_type: Option<&str>) -> TokenResponse {
        TokenResponse::parse(RawResponse {
            status: 200,
            content_type,
            body: body.as_bytes(),
        })
    }

    #[track_caller]
    fn has(body: &str, headers: Option<&ResponseHeaders>, profile: &Profile, id: &str, outcome: Option<Outcome>) {
        let response = read(body, Some("application/json"));
        let read = |value: &Secret| Token::new(value.clone(), Timestamp::UNIX_EPOCH, response.expires_in_s);
        let access = response.access_token.as_ref().map(read);
        let asked = Asked {
            profile,
            is_refresh: false,
        };
        let checks = token_response_checks(&response, headers, access.as_ref(), asked);
        let check = checks.iter().find(|check| check.id == id);
        assert_eq!(check.map(|check| check.outcome), outcome, "{body}: {check:?}");
    }

    fn asking_for(scope: &str, grant: Grant) -> Profile {
        Profile {
            scope: scope.to_owned(),
            grant,
            ..Profile::default()
        }
    }

    #[test]
    fn nobody_may_keep_the_response() {
        use Outcome::{Pass, Warn};
        let profile = Profile::default();
        for (cache_control, pragma, kept, old) in [
            (Some("no-store"), Some("no-cache"), Pass, Pass),
            (Some("private, No-Store"), None, Pass, Pass),
            (Some("no-cache"), None, Warn, Warn),
            (None, Some("no-cache"), Warn, Pass),
            (None, None, Warn, Warn),
        ] {
            let headers = ResponseHeaders {
                content_type: Some("application/json".to_owned()),
                cache_control: cache_control.map(str::to_owned),
                pragma: pragma.map(str::to_owned),
                has_challenge: false,
            };
            has("{}", Some(&headers), &profile, "response.cache_control", Some(kept));
            has("{}", Some(&headers), &profile, "response.pragma", Some(old));
            has("{}", Some(&headers), &profile, "response.content_type", Some(Pass));
        }
        has("{}", None, &profile, "response.cache_control", None);
    }

    #[test]
    fn type_and_lifetime_of_the_token_are_what_they_must_be() {
        use Outcome::{Fail, Pass};
        let profile = Profile::default();
        for (body, id, outcome) in [
            (
                r#"{"access_token":"a","token_type":"bEarer"}"#,
                "response.token_type",
                Some(Pass),
            ),
            (
                r#"{"access_token":"a","token_type":"mac"}"#,
                "response.token_type",
                None,
            ),
            (r#"{"access_token":"a"}"#, "response.token_type", None),
            (
                r#"{"access_token":"a","expires_in":3600}"#,
                "response.expires_in",
                Some(Pass),
            ),
            (
                r#"{"access_token":"a","expires_in":0}"#,
                "response.expires_in",
                Some(Fail),
            ),
            (
                r#"{"access_token":"a","expires_in":-1}"#,
                "response.expires_in",
                Some(Fail),
            ),
            (
                r#"{"access_token":"a","expires_in":"3600"}"#,
                "response.expires_in",
                None,
            ),
            (
                r#"{"access_token":"a","expires_in":3600000}"#,
                "response.expires_in",
                None,
            ),
            (
                r#"{"access_token":"a","expires_in":3600000000}"#,
                "response.expires_in",
                Some(Fail),
            ),
            (
                r#"{"access_token":"a","expires_in":3600000000000}"#,
                "response.expires_in",
                Some(Fail),
            ),
            (
                r#"{"access_token":"a","expires_in":"soon"}"#,
                "response.expires_in",
                Some(Fail),
            ),
            (
                r#"{"access_token":"a","expires_in":60,"refresh_expires_in":"soon"}"#,
                "response.expires_in",
                Some(Pass),
            ),
            (
                r#"{"access_token":"a","refresh_expires_in":"soon"}"#,
                "response.expires_in",
                None,
            ),
            (r#"{"access_token":"a"}"#, "response.expires_in", None),
        ] {
            has(body, None, &profile, id, outcome);
        }
    }

    #[test]
    fn expires_in_is_held_against_the_tokens_own_times() {
        let key = SigningKey::generate_es256();
        let ten_years = 10 * YEAR_S;
        for (lives_s, expires_in, outcome, says) in [
            (3600, 3600, Outcome::Pass, "3600 s"),
            (300, 3600, Outcome::Warn, "3300 s before that"),
            (3600, 300, Outcome::Warn, "3300 s after that"),
            (
                ten_years,
                ten_years,
                Outcome::Fail,
                "as the token itself has it, and that is more than a year",
            ),
            (
                86_400,
                86_400_000,
                Outcome::Fail,
                "1000 d in seconds, which is more than a year, or 1 d in milliseconds",
            ),
            (60, 86_400_000, Outcome::Fail, "or 1 d in milliseconds"),
            (3600, 0, Outcome::Fail, "it was over when it came"),
        ] {
            let claims = serde_json::json!({"iat": 0, "exp": lives_s});
            let token = key.sign(key.default_algorithm(), &[], &claims).unwrap();
            let body = serde_json::json!({"access_token": token.expose(), "expires_in": expires_in}).to_string();
            let response = read(&body, None);
            let access = Token::new(token, Timestamp::UNIX_EPOCH, response.expires_in_s);
            let check = super::expires_in(&response, Some(&access)).unwrap();
            assert_eq!(check.outcome, outcome, "{}", check.message);
            assert!(check.message.contains(says), "{}", check.message);
        }
    }

    #[test]
    fn the_scope_that_was_granted_is_held_against_the_one_that_was_asked_for() {
        use Outcome::{Pass, Warn};
        let profile = asking_for("a b", Grant::AuthorizationCode);
        for (scope, outcome) in [
            (r#","scope":"b a""#, Some(Pass)),
            (r#","scope":"a""#, Some(Warn)),
            (r#","scope":"a b c""#, Some(Pass)),
            (r#","scope":"a c""#, Some(Warn)),
            ("", Some(Pass)),
        ] {
            has(
                &format!("{{\"access_token\":\"a\"{scope}}}"),
                None,
                &profile,
                "response.scope",
                outcome,
            );
        }
        let google = asking_for("openid email offline_access", Grant::AuthorizationCode);
        let long = r#""access_token":"a","scope":"openid https://www.googleapis.com/auth/userinfo.email""#;
        for (rest, outcome) in [(r#","refresh_token":"r""#, Pass), ("", Warn)] {
            let body = format!("{{{long}{rest}}}");
            has(&body, None, &google, "response.scope", Some(outcome));
        }
        let nothing = asking_for("", Grant::AuthorizationCode);
        has(
            r#"{"access_token":"a","scope":"a"}"#,
            None,
            &nothing,
            "response.scope",
            Some(Pass),
        );
        has(r#"{"access_token":"a"}"#, None, &nothing, "response.scope", None);
    }

    #[test]
    fn refresh_and_id_token_come_where_they_were_asked_for() {
        use Outcome::{Fail, Pass, Warn};
        let with = r#"{"access_token":"a","refresh_token":"r","id_token":"i"}"#;
        let without = r#"{"access_token":"a"}"#;
        for (scope, grant, body, id, outcome) in [
            (
                "offline_access",
                Grant::AuthorizationCode,
                with,
                "response.refresh_token",
                Some(Pass),
            ),
            (
                "offline_access",
                Grant::AuthorizationCode,
                without,
                "response.refresh_token",
                Some(Warn),
            ),
            (
                "refresh_token",
                Grant::JsonLogin,
                without,
                "response.refresh_token",
                Some(Warn),
            ),
            (
                "a",
                Grant::AuthorizationCode,
                with,
                "response.refresh_token",
                Some(Pass),
            ),
            ("a", Grant::AuthorizationCode, without, "response.refresh_token", None),
            (
                "a",
                Grant::ClientCredentials,
                with,
                "response.refresh_token",
                Some(Warn),
            ),
            ("a", Grant::ClientCredentials, without, "response.refresh_token", None),
            ("a", Grant::Implicit, with, "response.refresh_token", Some(Fail)),
            (
                "openid",
                Grant::AuthorizationCode,
                with,
                "response.id_token",
                Some(Pass),
            ),
            (
                "openid",
                Grant::AuthorizationCode,
                without,
                "response.id_token",
                Some(Warn),
            ),
            ("openid", Grant::Password, without, "response.id_token", None),
            ("a", Grant::AuthorizationCode, without, "response.id_token", None),
        ] {
            has(body, None, &asking_for(scope, grant), id, outcome);
        }
    }
}
