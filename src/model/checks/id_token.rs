//! The rules for an ID token (OpenID Connect Core §2, §3.1.3.7, §3.2.2.11, §3.3.2.11).

use jiff::Timestamp;

use super::claim_reader::{Claim, Claims, text, texts};
use super::common::Audience;
use super::expected::Expected;
use super::half_hash::half_hash_of;
use super::same::{differs, same};
use super::token_use::TokenUse;
use super::{Check, Outcome, check};
use crate::model::body::cut;
use crate::model::secret::Secret;

const SPEC: &str = "OIDC Core §3.1.3.7";

/// The rules, into `checks`. `alg` is that of its header, `seems` what it looks like by itself, `now` the server's time.
pub(super) fn judge(
    claims: &Claims<'_>,
    alg: Option<&str>,
    seems: (TokenUse, &'static str),
    expected: &Expected<'_>,
    now: Timestamp,
    checks: &mut Vec<Check>,
) {
    checks.push(required(claims));
    checks.extend(kind(seems));
    checks.push(nonce(claims, expected, "id_token.nonce"));
    checks.extend(further_audiences(claims, expected));
    checks.extend(authorized_party(claims, expected));
    hashes(claims, alg, expected, checks);
    checks.extend(auth_time(claims, expected, now));
    checks.extend(acr(claims, expected));
    checks.extend(methods(claims));
}

fn required(claims: &Claims<'_>) -> Check {
    let (id, spec) = ("id_token.required", "OIDC Core §2");
    let names = [
        ("iss", Claim::Iss),
        ("sub", Claim::Sub),
        ("aud", Claim::Aud),
        ("exp", Claim::Exp),
        ("iat", Claim::Iat),
    ];
    match missing(claims, &names) {
        None => check(id, Outcome::Pass, "iss, sub, aud, exp and iat are there", spec),
        Some(missing) => check(id, Outcome::Fail, format!("{missing} missing"), spec),
    }
}

/// `sub is`, `sub and iat are`: those that are not there, or say nothing.
pub(super) fn missing(claims: &Claims<'_>, names: &[(&'static str, Claim)]) -> Option<String> {
    let missing: Vec<&str> = names
        .iter()
        .filter(|(_, claim)| says_nothing(claims, *claim))
        .map(|(name, _)| *name)
        .collect();
    match missing.as_slice() {
        [] => None,
        [one] => Some(format!("{one} is")),
        [several @ .., last] => Some(format!("{} and {last} are", several.join(", "))),
    }
}

/// Whether it is not there, or holds nothing: null, an empty text, or a list of nobody.
fn says_nothing(claims: &Claims<'_>, claim: Claim) -> bool {
    claims.raw(claim).is_none_or(|raw| match claim {
        _ if raw == "null" => true,
        Claim::Aud => Audience::read(raw).is_some_and(|aud| aud.names_nobody()),
        _ => text(raw).is_some_and(|text| text.is_empty()),
    })
}

/// Said only where another kind of token stands in its place. What `typ` names is said there.
fn kind((seems, why): (TokenUse, &'static str)) -> Option<Check> {
    (seems == TokenUse::Access).then(|| {
        let message = format!("this looks like an access token: {why}");
        check("id_token.kind", Outcome::Warn, message, "RFC 8725 §3.12")
    })
}

/// `nonce` against the one that was sent; `id` is what the check is called.
pub(super) fn nonce(claims: &Claims<'_>, expected: &Expected<'_>, id: &'static str) -> Check {
    if claims.has(Claim::Nonce) && expected.nonce.is_none() {
        let message = "the nonce that was sent is not known: give it to compare";
        return check(id, Outcome::Skip, message, SPEC);
    }
    if !claims.has(Claim::Nonce) && expected.nonce.is_none() {
        let message = "nonce is missing, and none is known that was sent: there is nothing to compare";
        return check(id, Outcome::Skip, message, SPEC);
    }
    let nonce = claims.text(Claim::Nonce);
    if let (None, Some(raw), Some(_)) = (&nonce, claims.raw(Claim::Nonce), expected.nonce) {
        let message = format!("nonce is {} and not a text", cut(raw));
        return check(id, Outcome::Fail, message, "OIDC Core §2");
    }
    same(id, "nonce", nonce.as_deref(), expected.nonce, SPEC)
}

/// How many further audiences are named.
const MAX_OTHERS: usize = 3;

/// Whoever else may take it, where it names this client: the client must trust each of them (§3.1.3.7). Said only where
/// there are such; an API that the client asked a token for is one that it trusts.
fn further_audiences(claims: &Claims<'_>, expected: &Expected<'_>) -> Option<Check> {
    let wanted = expected.audience.or(expected.client_id)?;
    let Audience::Several(names) = Audience::read(claims.raw(Claim::Aud)?)? else {
        return None;
    };
    let names: Vec<&str> = names.iter().map(|name| &**name).collect();
    if !names.contains(&wanted) {
        return None;
    }
    let is_other = |name: &&str| {
        *name != wanted && Some(*name) != expected.client_id && !expected.resources.contains(name) && !name.is_empty()
    };
    let others: Vec<&str> = names.into_iter().filter(is_other).collect();
    let named: Vec<String> = others
        .iter()
        .take(MAX_OTHERS)
        .map(|name| format!("{:?}", cut(name)))
        .collect();
    let more = match others.len().saturating_sub(MAX_OTHERS) {
        _ if others.is_empty() => return None,
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let message = format!(
        "aud names {}{more} too: whoever takes it must trust each of them",
        named.join(", ")
    );
    Some(check("id_token.audiences", Outcome::Warn, message, SPEC))
}

fn authorized_party(claims: &Claims<'_>, expected: &Expected<'_>) -> Option<Check> {
    let id = "id_token.azp";
    if !claims.has(Claim::Azp) {
        let several = Audience::read(claims.raw(Claim::Aud)?).is_some_and(|aud| aud.len() > 1);
        return several.then(|| {
            let message = "azp is missing, and aud has several names: which of them asked cannot be told";
            check(id, Outcome::Warn, message, SPEC)
        });
    }
    let Some(azp) = claims.text(Claim::Azp) else {
        return Some(check(id, Outcome::Fail, "azp is not a text", "OIDC Core §2"));
    };
    // The audience of an ID token is the client.
    Some(match expected.client_id.or(expected.audience) {
        None => check(
            id,
            Outcome::Skip,
            "which client asked is not known: nothing was given to compare with",
            SPEC,
        ),
        Some(client_id) if azp == client_id => check(id, Outcome::Pass, "matches", SPEC),
        // Errata set 2 leaves the use of azp to extensions: Google names the app there that asked for a server's token.
        Some(client_id) => check(id, Outcome::Warn, differs("azp", &azp, client_id), SPEC),
    })
}

fn hashes(claims: &Claims<'_>, alg: Option<&str>, expected: &Expected<'_>, checks: &mut Vec<Check>) {
    let access_token = expected.access_token.map(Secret::expose);
    let code = expected.code.map(Secret::expose);
    for (id, name, claim, beside, must_be, spec) in [
        (
            "id_token.at_hash",
            "at_hash",
            Claim::AtHash,
            access_token,
            "OIDC Core §3.2.2.10",
            "OIDC Core §3.1.3.6",
        ),
        (
            "id_token.c_hash",
            "c_hash",
            Claim::CHash,
            code,
            "OIDC Core §3.3.2.11",
            "OIDC Core §3.3.2.11",
        ),
        (
            "id_token.s_hash",
            "s_hash",
            Claim::SHash,
            expected.state,
            "",
            "FAPI 1.0 part 2 §5.1",
        ),
    ] {
        if !claims.has(claim) {
            // What the browser carries must be tied to what it carries beside it; `s_hash` is nowhere required.
            if expected.is_from_browser && beside.is_some() && !must_be.is_empty() {
                checks.push(check(id, Outcome::Fail, format!("{name} is missing"), must_be));
            }
            continue;
        }
        let Some(hash) = claims.text(claim) else {
            checks.push(check(id, Outcome::Fail, format!("{name} is not a text"), spec));
            continue;
        };
        checks.push(match (beside, alg.and_then(half_hash_of)) {
            (None, _) => check(id, Outcome::Skip, nothing_beside(claim), spec),
            (_, None) => check(id, Outcome::Skip, "no hash goes with this alg", spec),
            (Some(value), Some(half_hash)) if half_hash(value) == *hash => check(id, Outcome::Pass, "matches", spec),
            _ => check(id, Outcome::Fail, format!("{name} belongs to something else"), spec),
        });
    }
}

const fn nothing_beside(claim: Claim) -> &'static str {
    match claim {
        Claim::AtHash => "there is no access token to compare at_hash with",
        Claim::CHash => "there is no code to compare c_hash with",
        _ => "the state that was sent is not known: there is nothing to compare s_hash with",
    }
}

/// `auth_time` against the clock, against `iat` and against `max_age` (§3.1.2.1).
fn auth_time(claims: &Claims<'_>, expected: &Expected<'_>, now: Timestamp) -> Option<Check> {
    let id = "id_token.auth_time";
    let at = claims.time(Claim::AuthTime).at();
    if claims.has(Claim::AuthTime) && at.is_none() {
        let message = "auth_time is not a time in seconds";
        return Some(check(id, Outcome::Fail, message, "OIDC Core §2"));
    }
    let tolerance_s = i64::from(expected.tolerance_s);
    let Some(at) = at else {
        return expected.max_age_s.map(|_| {
            let message = "auth_time is missing, and max_age asks for it";
            check(id, Outcome::Fail, message, SPEC)
        });
    };
    let age_s = now.duration_since(at).as_secs();
    if age_s < -tolerance_s {
        let message = format!(
            "auth_time lies {} s in the future: it proves nothing",
            age_s.unsigned_abs()
        );
        return Some(check(id, Outcome::Fail, message, "OIDC Core §2"));
    }
    if let Some(max_age_s) = expected.max_age_s
        && age_s > i64::from(max_age_s) + tolerance_s
    {
        let message = format!("the person signed in {age_s} s ago, and max_age allows {max_age_s} s");
        return Some(check(id, Outcome::Fail, message, SPEC));
    }
    let iat = claims.time(Claim::Iat).at();
    let late_s = iat.map_or(0, |iat| at.duration_since(iat).as_secs());
    if late_s > tolerance_s {
        let message = format!("auth_time lies {late_s} s after iat: the token was made before the person signed in");
        return Some(check(id, Outcome::Warn, message, "OIDC Core §2"));
    }
    expected
        .max_age_s
        .map(|_| check(id, Outcome::Pass, format!("{} s ago", age_s.max(0)), SPEC))
}

/// `acr` against `acr_values`: a wish that need not be granted (§3.1.2.1).
fn acr(claims: &Claims<'_>, expected: &Expected<'_>) -> Option<Check> {
    let id = "id_token.acr";
    let acr = claims.text(Claim::Acr);
    if claims.has(Claim::Acr) && acr.is_none() {
        return Some(check(id, Outcome::Warn, "acr is not a text", "OIDC Core §2"));
    }
    let mut wanted = expected.acr_values.split_whitespace().peekable();
    wanted.peek()?;
    Some(match acr {
        Some(acr) if wanted.any(|value| value == acr) => check(id, Outcome::Pass, "as asked for", SPEC),
        Some(acr) => {
            let message = format!(
                "acr is {:?}, and {:?} was asked for",
                cut(&acr),
                cut(expected.acr_values)
            );
            check(id, Outcome::Warn, message, SPEC)
        }
        None => check(
            id,
            Outcome::Warn,
            "acr is missing: whether the wish was granted is unknown",
            SPEC,
        ),
    })
}

/// `amr`: how the person proved who they are. Said only where nobody can read it.
fn methods(claims: &Claims<'_>) -> Option<Check> {
    let is_list = claims.raw(Claim::Amr).and_then(texts).is_some();
    (claims.has(Claim::Amr) && !is_list).then(|| {
        check(
            "id_token.amr",
            Outcome::Warn,
            "amr is not a list of texts",
            "OIDC Core §2",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::jwt::DecodedPart;
    use crate::model::members::read_members;

    const ALL: &str = r#""iss":"https://a.example","sub":"s","exp":1,"iat":1"#;

    #[track_caller]
    fn has(claims: &str, expected: &Expected<'_>, id: &str, outcome: Option<Outcome>) {
        let payload = DecodedPart {
            members: read_members(claims).0,
            ..DecodedPart::default()
        };
        let claims_read = Claims::of(&payload);
        let now = Timestamp::from_second(1_000_000).unwrap();
        let mut checks = Vec::new();
        let seems = super::super::token_use::guess(None, &claims_read);
        judge(&claims_read, Some("RS256"), seems, expected, now, &mut checks);
        let check = checks.iter().find(|check| check.id == id);
        assert_eq!(check.map(|check| check.outcome), outcome, "{claims}: {check:?}");
    }

    #[test]
    fn what_must_be_there_is_named_where_it_is_missing() {
        let none = Expected::default();
        let whole = format!("{{{ALL},\"aud\":\"a\"}}");
        has(&whole, &none, "id_token.required", Some(Outcome::Pass));
        has(&format!("{{{ALL}}}"), &none, "id_token.required", Some(Outcome::Fail));
        for nothing in ["null", "[]", "[ ]", r#""""#, r#"[""]"#] {
            let claims = format!("{{{ALL},\"aud\":{nothing}}}");
            has(&claims, &none, "id_token.required", Some(Outcome::Fail));
        }
        let nameless = whole.replace("https://a.example", "");
        has(&nameless, &none, "id_token.required", Some(Outcome::Fail));
        has(r#"{"scope":"a"}"#, &none, "id_token.kind", Some(Outcome::Warn));
        has(&whole, &none, "id_token.kind", None);
    }

    #[test]
    fn whoever_else_may_take_it_is_named() {
        let client = Expected {
            client_id: Some("app"),
            resources: &["urn:api"],
            ..Expected::default()
        };
        let audience = Expected {
            audience: Some("app"),
            ..Expected::default()
        };
        let warn = Some(Outcome::Warn);
        for (claims, expected, outcome) in [
            (r#"{"aud":"app"}"#, &client, None),
            (r#"{"aud":["app"]}"#, &client, None),
            (r#"{"aud":["app","https://evil.example"],"azp":"app"}"#, &client, warn),
            (r#"{"aud":["https://evil.example","app"]}"#, &audience, warn),
            (r#"{"aud":["app","urn:api"]}"#, &client, None),
            // That it is not for this client at all is said where that is judged.
            (r#"{"aud":["b","c"]}"#, &client, None),
            (r#"{"aud":["app","b"]}"#, &Expected::default(), None),
        ] {
            has(claims, expected, "id_token.audiences", outcome);
        }
        let payload = DecodedPart {
            members: read_members(r#"{"aud":["1","app","2","3","4","5"]}"#).0,
            ..DecodedPart::default()
        };
        let told = further_audiences(&Claims::of(&payload), &client).unwrap();
        assert!(
            told.message.starts_with(r#"aud names "1", "2", "3" and 2 more too"#),
            "{}",
            told.message
        );
    }

    #[test]
    fn several_audiences_need_an_authorized_party() {
        use Outcome::{Fail, Pass, Skip, Warn};
        let client = Expected {
            client_id: Some("app"),
            ..Expected::default()
        };
        let audience = Expected {
            audience: Some("app"),
            ..Expected::default()
        };
        for (claims, expected, outcome) in [
            (r#"{"aud":"app"}"#, &client, None),
            (r#"{"aud":["app"]}"#, &client, None),
            (r#"{"aud":["app","b"]}"#, &client, Some(Warn)),
            (r#"{"aud":["app","b"],"azp":"app"}"#, &client, Some(Pass)),
            (r#"{"azp":"b"}"#, &client, Some(Warn)),
            (r#"{"azp":"app"}"#, &audience, Some(Pass)),
            (r#"{"azp":7}"#, &client, Some(Fail)),
            (r#"{"azp":"b"}"#, &Expected::default(), Some(Skip)),
        ] {
            has(claims, expected, "id_token.azp", outcome);
        }
    }

    #[test]
    fn the_nonce_must_be_the_one_that_was_sent() {
        use Outcome::{Fail, Pass, Skip};
        let sent = Expected {
            nonce: Some("n"),
            ..Expected::default()
        };
        for (claims, expected, outcome) in [
            (r#"{"nonce":"n"}"#, &sent, Pass),
            (r#"{"nonce":"m"}"#, &sent, Fail),
            (r#"{"nonce":7}"#, &sent, Fail),
            ("{}", &sent, Fail),
            (r#"{"nonce":"m"}"#, &Expected::default(), Skip),
            ("{}", &Expected::default(), Skip),
        ] {
            has(claims, expected, "id_token.nonce", Some(outcome));
        }
    }

    #[test]
    fn hashes_tie_it_to_what_came_beside_it() {
        use Outcome::{Fail, Pass, Skip};
        // OpenID Connect Core, appendix A.4 and A.6.
        let access = Secret::new("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y");
        let code = Secret::new("Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk");
        let none = Expected::default();
        let later = Expected {
            access_token: Some(&access),
            code: Some(&code),
            ..none
        };
        let browser = Expected {
            is_from_browser: true,
            ..later
        };
        for (claims, expected, id, outcome) in [
            (
                r#"{"at_hash":"77QmUPtjPfzWtF2AnpK9RQ"}"#,
                &later,
                "id_token.at_hash",
                Some(Pass),
            ),
            (
                r#"{"at_hash":"LDktKdoQak3Pk0cnXxCltA"}"#,
                &later,
                "id_token.at_hash",
                Some(Fail),
            ),
            (r#"{"at_hash":7}"#, &later, "id_token.at_hash", Some(Fail)),
            (r#"{"at_hash":"x"}"#, &none, "id_token.at_hash", Some(Skip)),
            ("{}", &later, "id_token.at_hash", None),
            ("{}", &browser, "id_token.at_hash", Some(Fail)),
            (
                r#"{"c_hash":"LDktKdoQak3Pk0cnXxCltA"}"#,
                &browser,
                "id_token.c_hash",
                Some(Pass),
            ),
            ("{}", &browser, "id_token.c_hash", Some(Fail)),
            (r#"{"s_hash":"x"}"#, &none, "id_token.s_hash", Some(Skip)),
            ("{}", &browser, "id_token.s_hash", None),
        ] {
            has(claims, expected, id, outcome);
        }
    }

    #[test]
    fn what_was_asked_for_is_held_against_what_came() {
        use Outcome::{Fail, Pass, Warn};
        let none = Expected::default();
        let young = Expected {
            max_age_s: Some(30),
            ..none
        };
        for (claims, expected, outcome) in [
            ("{}", &none, None),
            (r#"{"auth_time":999990}"#, &young, Some(Pass)),
            (r#"{"auth_time":999000}"#, &young, Some(Fail)),
            (r#"{"auth_time":0}"#, &young, Some(Fail)),
            (r#"{"auth_time":1000060}"#, &young, Some(Pass)),
            (r#"{"auth_time":1000061}"#, &young, Some(Fail)),
            (r#"{"auth_time":"now"}"#, &none, Some(Fail)),
            (r#"{"auth_time":1000061}"#, &none, Some(Fail)),
            (r#"{"auth_time":1000060}"#, &none, None),
            (r#"{"auth_time":900000,"iat":899000}"#, &none, Some(Warn)),
            (r#"{"auth_time":900000,"iat":899940}"#, &none, None),
            (r#"{"auth_time":999990,"iat":999000}"#, &young, Some(Warn)),
            (r#"{"auth_time":999000,"iat":998000}"#, &young, Some(Fail)),
            ("{}", &young, Some(Fail)),
        ] {
            has(claims, expected, "id_token.auth_time", outcome);
        }
        let strong = Expected {
            acr_values: "a b",
            ..none
        };
        for (claims, expected, outcome) in [
            (r#"{"acr":"b"}"#, &strong, Some(Pass)),
            (r#"{"acr":"c"}"#, &strong, Some(Warn)),
            ("{}", &strong, Some(Warn)),
            (r#"{"acr":2}"#, &none, Some(Warn)),
            (r#"{"acr":"c"}"#, &none, None),
        ] {
            has(claims, expected, "id_token.acr", outcome);
        }
        for (claims, outcome) in [
            (r#"{"amr":["pwd","otp"]}"#, None),
            (r#"{"amr":[]}"#, None),
            ("{}", None),
            (r#"{"amr":"pwd"}"#, Some(Warn)),
            (r#"{"amr":[1]}"#, Some(Warn)),
            (r#"{"amr":null}"#, Some(Warn)),
        ] {
            has(claims, &none, "id_token.amr", outcome);
        }
    }
}
