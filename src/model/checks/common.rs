//! The claims that any JWT may have: `iss`, `aud`, `sub`, `jti`, and names that promise a secret.

use url::Url;

use super::claim_reader::{Claim, Claims, text, texts};
use super::expected::Expected;
use super::judge::Subject;
use super::same::differs;
use super::token_use::TokenUse;
use super::{Check, Outcome, check};
use crate::model::body::cut;
use crate::model::redirect::is_loopback;

/// Most characters of `sub` in an ID token (OpenID Connect Core §2).
const MAX_SUB_LEN: usize = 255;

/// The rules, into `checks`.
pub(super) fn judge(claims: &Claims<'_>, expected: &Expected<'_>, subject: Subject, checks: &mut Vec<Check>) {
    checks.push(issuer(claims, expected, subject));
    checks.push(audience(claims, expected, subject));
    checks.extend(person(claims, subject.token_use()));
    checks.extend(token_id(claims));
    checks.extend(claims.telling.map(|name| {
        let message = format!("a claim is called {name}: whoever holds the token can read it");
        check("jwt.contents", Outcome::Warn, message, "RFC 7519 §12")
    }));
}

fn issuer(claims: &Claims<'_>, expected: &Expected<'_>, subject: Subject) -> Check {
    let token_use = subject.token_use();
    let id = "jwt.iss";
    let spec = match token_use {
        TokenUse::Id => "OIDC Core §3.1.3.7",
        TokenUse::Access => "RFC 9068 §4",
        TokenUse::Any => "RFC 7519 §4.1.1",
    };
    // Some providers issue access tokens under another name (Entra ID for version 1): the API decides, not the client.
    let broken = if subject.is_in_session() && token_use == TokenUse::Access {
        Outcome::Warn
    } else {
        Outcome::Fail
    };
    let iss = claims.text(Claim::Iss);
    let Some(iss) = iss.as_deref() else {
        return match (claims.has(Claim::Iss), expected.issuer, token_use) {
            (true, ..) => check(id, Outcome::Fail, "iss is not a text", "RFC 7519 §4.1.1"),
            (false, Some(_), _) => check(id, broken, "iss is missing", spec),
            (false, None, TokenUse::Id) => check(id, Outcome::Fail, "iss is missing", spec),
            (false, None, _) => check(
                id,
                Outcome::Skip,
                "iss is missing, and which one is right is not known: nothing was given to compare with",
                spec,
            ),
        };
    };
    if iss.is_empty() {
        let spec = if token_use == TokenUse::Id {
            "OIDC Core §2"
        } else {
            "RFC 7519 §4.1.1"
        };
        return check(id, Outcome::Fail, "iss is empty: it names nobody", spec);
    }
    // Of other tokens any name will do.
    let has_more = token_use == TokenUse::Id && iss.contains(['?', '#']);
    if let Some(wanted) = expected.issuer {
        let tid = claims.text(Claim::Tid);
        if wanted.contains(TENANT) && tid.is_none() {
            let message = "tid is missing, and the issuer that is expected has a place for it";
            return check(id, broken, message, "Entra ID, Access token claims reference");
        }
        let filled = tid
            .filter(|_| wanted.contains(TENANT))
            .map(|tid| wanted.replace(TENANT, &tid));
        let wanted = filled.as_deref().unwrap_or(wanted);
        return if iss == wanted && has_more {
            let message = "matches, and has a query or a fragment, which an issuer must not have";
            check(id, Outcome::Warn, message, "OIDC Core §2")
        } else if iss == wanted {
            check(id, Outcome::Pass, "matches", spec)
        } else if is_google(iss) && is_google(wanted) {
            check(
                id,
                Outcome::Pass,
                "matches: Google writes it with and without https",
                spec,
            )
        } else {
            check(id, broken, differs("iss", iss, wanted), spec)
        };
    }
    let address = "is an address; which issuer is right is not known: nothing was given to compare with";
    if is_plain_https(iss) && !has_more {
        return check(id, Outcome::Skip, address, spec);
    }
    match Url::parse(iss) {
        Ok(url) if has_more && (url.scheme() == "https" || is_loopback(&url)) => {
            let message = "iss has a query or a fragment, which an issuer must not have";
            check(id, Outcome::Warn, message, "OIDC Core §2")
        }
        Ok(url) if url.scheme() == "https" || is_loopback(&url) => check(id, Outcome::Skip, address, spec),
        // What AD FS calls itself in access tokens is a name and nobody's address.
        Ok(url) if token_use != TokenUse::Id && url.path() == "/adfs/services/trust" => check(
            id,
            Outcome::Skip,
            "is the name of an AD FS; which one is right is not known: nothing was given to compare with",
            spec,
        ),
        Ok(url) if url.scheme() == "http" => {
            let message = "iss is an http address: it must be https";
            check(id, Outcome::Warn, message, "OIDC Core §2")
        }
        _ if token_use == TokenUse::Id => check(
            id,
            Outcome::Warn,
            format!("iss is {:?}: it must be an https address", cut(iss)),
            "OIDC Core §2",
        ),
        _ => check(
            id,
            Outcome::Skip,
            "which issuer is right is not known: nothing was given to compare with",
            spec,
        ),
    }
}

/// What stands in the issuer of Entra ID's endpoints for every tenant.
const TENANT: &str = "{tenantid}";

/// Google's ID tokens have either.
pub(super) fn is_google(iss: &str) -> bool {
    matches!(iss, "accounts.google.com" | "https://accounts.google.com")
}

/// Whether it is evidently an https address. Of a million tokens nearly all have one, and parsing each would be felt.
fn is_plain_https(iss: &str) -> bool {
    let Some(rest) = iss.strip_prefix("https://") else {
        return false;
    };
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let last = host.rsplit('.').next().unwrap_or_default();
    // A last label that begins with a letter is no number of an address (WHATWG URL §3.5); punycode may be wrong.
    last.starts_with(|c: char| c.is_ascii_lowercase())
        && host
            .bytes()
            .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-'))
        && !host.contains("xn--")
        && path.bytes().all(|b| b.is_ascii_graphic())
}

fn audience(claims: &Claims<'_>, expected: &Expected<'_>, subject: Subject) -> Check {
    let id = "jwt.aud";
    let (spec, client_id) = match subject.token_use() {
        TokenUse::Id => ("OIDC Core §3.1.3.7", expected.client_id),
        TokenUse::Access => ("RFC 9068 §4", None),
        TokenUse::Any => ("RFC 7519 §4.1.3", expected.client_id),
    };
    let wanted = expected.audience.or(client_id);
    let Some(raw) = claims.raw(Claim::Aud) else {
        return match (wanted, subject.token_use()) {
            (None, TokenUse::Access | TokenUse::Any) => {
                let message = "aud is missing, and which one is right is not known: nothing was given to compare with";
                check(id, Outcome::Skip, message, spec)
            }
            _ => check(id, Outcome::Fail, "aud is missing", spec),
        };
    };
    let Some(names) = Audience::read(raw) else {
        let message = "aud is neither a text nor a list of texts";
        return check(id, Outcome::Fail, message, "RFC 7519 §4.1.3");
    };
    if names.names_nobody() && (subject.token_use() == TokenUse::Id || wanted.is_none()) {
        return names_nobody(subject.token_use());
    }
    if let Some(wanted) = wanted {
        if names.names(wanted) {
            let message = if expected.audience.is_none() {
                "names this client"
            } else {
                "names the one that is expected"
            };
            check(id, Outcome::Pass, message, spec)
        } else {
            check(id, Outcome::Fail, format!("aud does not name {:?}", cut(wanted)), spec)
        }
    } else if expected.resources.is_empty() || subject.token_use() != TokenUse::Access {
        check(
            id,
            Outcome::Skip,
            "which audience is right is not known: nothing was given to compare with",
            spec,
        )
    } else if expected.resources.iter().any(|resource| names.names(resource)) {
        check(id, Outcome::Pass, "names what was asked for", "RFC 8707 §2")
    } else {
        let message = format!(
            "aud does not name {:?}, which was asked for",
            cut(expected.resources[0])
        );
        check(id, Outcome::Warn, message, "RFC 8707 §2")
    }
}

/// An ID token must name its client. That nobody may take an access token is its API's affair: ORY Hydra issues them so.
fn names_nobody(token_use: TokenUse) -> Check {
    let (outcome, spec) = if token_use == TokenUse::Id {
        (Outcome::Fail, "OIDC Core §2")
    } else {
        (Outcome::Warn, "RFC 7519 §4.1.3")
    };
    check("jwt.aud", outcome, "aud is empty: it is meant for nobody", spec)
}

/// `aud`: one text, or several (RFC 7519 §4.1.3).
pub(super) enum Audience<'a> {
    One(std::borrow::Cow<'a, str>),
    Several(Vec<std::borrow::Cow<'a, str>>),
}

impl<'a> Audience<'a> {
    pub(super) fn read(raw: &'a str) -> Option<Self> {
        if let Some(one) = text(raw) {
            return Some(Self::One(one));
        }
        texts(raw).map(Self::Several)
    }

    pub(super) fn names(&self, wanted: &str) -> bool {
        match self {
            Self::One(one) => one == wanted,
            Self::Several(list) => list.iter().any(|name| name == wanted),
        }
    }

    /// Whether there is no name in it.
    pub(super) fn names_nobody(&self) -> bool {
        match self {
            Self::One(one) => one.is_empty(),
            Self::Several(list) => list.iter().all(|name| name.is_empty()),
        }
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::One(_) => 1,
            Self::Several(list) => list.len(),
        }
    }
}

/// How `sub` is written. That it is missing is said with what else is.
fn person(claims: &Claims<'_>, token_use: TokenUse) -> Option<Check> {
    let id = "jwt.sub";
    if !claims.has(Claim::Sub) {
        return None;
    }
    let Some(sub) = claims.text(Claim::Sub) else {
        return Some(check(id, Outcome::Fail, "sub is not a text", "RFC 7519 §4.1.2"));
    };
    let spec = if token_use == TokenUse::Id {
        "OIDC Core §2"
    } else {
        "RFC 7519 §4.1.2"
    };
    Some(if sub.is_empty() {
        check(id, Outcome::Fail, "sub is empty: it names nobody", spec)
    } else if token_use == TokenUse::Id && !sub.is_ascii() {
        check(id, Outcome::Fail, "sub has characters that are not ASCII", spec)
    } else if token_use == TokenUse::Id && sub.len() > MAX_SUB_LEN {
        let message = format!("sub has {} characters: 255 are the most", sub.len());
        check(id, Outcome::Fail, message, spec)
    } else {
        check(id, Outcome::Pass, "names somebody", spec)
    })
}

/// Said only where it cannot be used.
fn token_id(claims: &Claims<'_>) -> Option<Check> {
    let raw = claims.raw(Claim::Jti)?;
    let message = match text(raw) {
        None => "jti is not a text",
        Some(text) if text.is_empty() => "jti is empty: it tells no token from another",
        Some(_) => return None,
    };
    Some(check("jwt.jti", Outcome::Fail, message, "RFC 7519 §4.1.7"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::jwt::DecodedPart;
    use crate::model::members::read_members;

    fn judged(claims: &str, expected: &Expected<'_>, subject: Subject) -> Vec<Check> {
        let payload = DecodedPart {
            members: read_members(claims).0,
            ..DecodedPart::default()
        };
        let mut checks = Vec::new();
        judge(&Claims::of(&payload), expected, subject, &mut checks);
        checks
    }

    #[track_caller]
    fn has(claims: &str, expected: &Expected<'_>, subject: Subject, id: &str, outcome: Option<Outcome>) {
        let checks = judged(claims, expected, subject);
        let check = checks.iter().find(|check| check.id == id);
        assert_eq!(check.map(|check| check.outcome), outcome, "{claims}: {check:?}");
    }

    const ANY: Subject = Subject::Alone(TokenUse::Any);
    const ID: Subject = Subject::Alone(TokenUse::Id);
    const ACCESS: Subject = Subject::Alone(TokenUse::Access);

    #[test]
    fn the_issuer_is_held_against_the_expected_one() {
        use Outcome::{Fail, Pass, Skip, Warn};
        let expected = Expected {
            issuer: Some("https://a.example"),
            ..Expected::default()
        };
        let none = Expected::default();
        let google = Expected {
            issuer: Some("https://accounts.google.com"),
            ..none
        };
        let queried = Expected {
            issuer: Some("https://q.example/?tenant=1"),
            ..none
        };
        let tenants = Expected {
            issuer: Some("https://e.example/{tenantid}/v2.0"),
            ..none
        };
        for (claims, expected, subject, outcome) in [
            (r#"{"iss":"https://a.example"}"#, &expected, ANY, Pass),
            (r#"{"iss":"https://a.example/"}"#, &expected, ANY, Fail),
            (r#"{"iss":"https://b.example"}"#, &expected, Subject::Access, Warn),
            (r#"{"iss":"https://b.example"}"#, &expected, Subject::Id, Fail),
            (r#"{"iss":7}"#, &none, ANY, Fail),
            ("{}", &expected, ANY, Fail),
            ("{}", &none, ANY, Skip),
            ("{}", &none, ID, Fail),
            (r#"{"iss":"https://b.example"}"#, &none, ID, Skip),
            (r#"{"iss":"http://127.0.0.1:1/id"}"#, &none, ID, Skip),
            (r#"{"iss":"http://b.example"}"#, &none, ANY, Warn),
            (r#"{"iss":"http://b.example/adfs/services/trust"}"#, &none, ACCESS, Skip),
            (r#"{"iss":"http://b.example/adfs/services/trust"}"#, &none, ID, Warn),
            (r#"{"iss":"accounts.google.com"}"#, &google, ID, Pass),
            (r#"{"iss":"accounts.google.com.evil"}"#, &google, ID, Fail),
            (r#"{"iss":"https://e.example/t1/v2.0","tid":"t1"}"#, &tenants, ID, Pass),
            (r#"{"iss":"https://e.example/t1/v2.0","tid":"t2"}"#, &tenants, ID, Fail),
            (r#"{"iss":"https://e.example/t1/v2.0"}"#, &tenants, ID, Fail),
            (r#"{"iss":"accounts.example"}"#, &none, ID, Warn),
            (r#"{"iss":"kubernetes/serviceaccount"}"#, &none, ANY, Skip),
            (r#"{"iss":""}"#, &none, ID, Fail),
            (r#"{"iss":""}"#, &none, ANY, Fail),
            (r#"{"iss":"https://b.example/?tenant=1"}"#, &none, ID, Warn),
            (r#"{"iss":"https://b.example/#tenant"}"#, &none, ID, Warn),
            (r#"{"iss":"https://b.example?tenant=1"}"#, &none, ID, Warn),
            (r#"{"iss":"https://b.example/?tenant=1"}"#, &none, ANY, Skip),
            (r#"{"iss":"https://q.example/?tenant=1"}"#, &queried, ID, Warn),
            (r#"{"iss":"https://q.example/?tenant=1"}"#, &queried, ACCESS, Pass),
        ] {
            has(claims, expected, subject, "jwt.iss", Some(outcome));
        }
    }

    #[test]
    fn the_audience_must_be_the_one_that_reads() {
        use Outcome::{Fail, Pass, Skip, Warn};
        let client = Expected {
            client_id: Some("app"),
            ..Expected::default()
        };
        let api = Expected {
            audience: Some("api"),
            ..client
        };
        let asked = Expected {
            resources: &["urn:api"],
            ..client
        };
        let none = Expected::default();
        for (claims, expected, subject, outcome) in [
            (r#"{"aud":"app"}"#, &client, ID, Pass),
            (r#"{"aud":["other","app"]}"#, &client, ID, Pass),
            (r#"{"aud":"app"}"#, &client, ANY, Pass),
            (r#"{"aud":"other"}"#, &client, ID, Fail),
            (r#"{"aud":"other"}"#, &client, ACCESS, Skip),
            (r#"{"aud":"other"}"#, &api, ACCESS, Fail),
            (r#"{"aud":"api"}"#, &api, ACCESS, Pass),
            (r#"{"aud":["urn:api"]}"#, &asked, ACCESS, Pass),
            (r#"{"aud":["urn:other"]}"#, &asked, ACCESS, Warn),
            (r#"{"aud":7}"#, &none, ANY, Fail),
            (r#"{"aud":["a",7]}"#, &none, ANY, Fail),
            (r#"{"aud":[]}"#, &none, ID, Fail),
            (r#"{"aud":[ ]}"#, &client, ID, Fail),
            (r#"{"aud":""}"#, &none, ID, Fail),
            (r#"{"aud":[""]}"#, &none, ID, Fail),
            (r#"{"aud":[]}"#, &none, ACCESS, Warn),
            (r#"{"aud":[]}"#, &api, ACCESS, Fail),
            ("{}", &none, ID, Fail),
            ("{}", &none, ANY, Skip),
            ("{}", &client, ANY, Fail),
        ] {
            has(claims, expected, subject, "jwt.aud", Some(outcome));
        }
    }

    #[test]
    fn sub_and_jti_are_texts_and_sub_of_an_id_token_is_short_ascii() {
        use Outcome::{Fail, Pass};
        let none = Expected::default();
        let long = format!("{{\"sub\":\"{}\"}}", "a".repeat(256));
        for (claims, subject, outcome) in [
            (r#"{"sub":"admin"}"#, ID, Some(Pass)),
            (r#"{"sub":""}"#, ANY, Some(Fail)),
            (r#"{"sub":7}"#, ANY, Some(Fail)),
            (r#"{"sub":"jürgen"}"#, ID, Some(Fail)),
            (r#"{"sub":"jürgen"}"#, ACCESS, Some(Pass)),
            (&long, ID, Some(Fail)),
            (&long, ACCESS, Some(Pass)),
            ("{}", ID, None),
        ] {
            has(claims, &none, subject, "jwt.sub", outcome);
        }
        for (claims, outcome) in [
            (r#"{"jti":"a"}"#, None),
            (r#"{"jti":7}"#, Some(Fail)),
            (r#"{"jti":""}"#, Some(Fail)),
        ] {
            has(claims, &none, ANY, "jwt.jti", outcome);
        }
    }

    #[test]
    fn a_name_that_promises_a_secret_is_worth_a_warning() {
        let none = Expected::default();
        has(r#"{"Password":"x"}"#, &none, ANY, "jwt.contents", Some(Outcome::Warn));
        has(r#"{"password_changed":1}"#, &none, ANY, "jwt.contents", None);
    }
}
