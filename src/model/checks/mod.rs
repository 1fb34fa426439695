//! Rules, and whether they were kept: each check has an id, an outcome, a sentence and a section.
//!
//! Here is what holds for any JWT and any ID token; `front_channel` judges what came through the browser, `granted` what
//! the token endpoint gave, `refreshed` what a refresh changed, `transport` how it all travelled.

mod front_channel;
mod granted;
mod keys;
mod refreshed;
mod transport;
mod wishes;

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

pub use front_channel::{
    access_token_check, issuer_in_answer_check, missing_id_token_check, missing_token_check, repeated_parameters_check,
    same_identity_checks, unasked_token_check,
};
pub use granted::{binding_check, discouraged_grant_check, issued_token_type_checks};
pub use keys::key_checks;
pub use refreshed::{refreshed_id_token_checks, rotation_check, scope_check};
pub use transport::{insecure_check, transport_check};
pub use wishes::wish_checks;

use super::defect::Defect;
use super::secret::Secret;
use super::token::Token;
use super::verify::{Signature, SignatureStatus};

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The rule was kept.
    Pass,
    /// Not forbidden, but worth a look.
    Warn,
    /// The rule was broken.
    Fail,
    /// Something that the check needs is missing; the message says what.
    Skip,
}

/// One check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// A stable word for scripts, like `jwt.exp`.
    pub id: String,
    /// How it ended.
    pub outcome: Outcome,
    /// Why.
    pub message: String,
    /// The section with the rule.
    pub spec: String,
}

impl Check {
    /// Something odd about an answer, called `{of}.{its word}`.
    pub fn of_defect(of: &str, outcome: Outcome, defect: &Defect) -> Self {
        Self {
            id: format!("{of}.{}", defect.code),
            outcome,
            message: defect.message.clone(),
            spec: section_in(&defect.message),
        }
    }
}

/// The section that a defect's sentence names in brackets.
fn section_in(message: &str) -> String {
    message
        .rsplit_once('(')
        .and_then(|(_, rest)| rest.strip_suffix(')'))
        .filter(|section| section.starts_with("RFC") || section.starts_with("OIDC"))
        .unwrap_or_default()
        .to_owned()
}

pub(in crate::model) fn check(id: &str, outcome: Outcome, message: impl Into<String>, spec: &str) -> Check {
    Check {
        id: id.to_owned(),
        outcome,
        message: message.into(),
        spec: spec.to_owned(),
    }
}

/// What an ID token is held against (OpenID Connect Core §3.1.3.7, §3.3.2.11).
#[derive(Clone, Debug, Default)]
pub struct Expected<'a> {
    /// The profile's issuer.
    pub issuer: Option<&'a str>,
    /// The profile's `client_id`.
    pub client_id: Option<&'a str>,
    /// The `nonce` that was sent.
    pub nonce: Option<&'a str>,
    /// The `state` that was sent.
    pub state: Option<&'a str>,
    /// The code that came beside it.
    pub code: Option<&'a Secret>,
    /// The access token that came beside it.
    pub access_token: Option<&'a Secret>,
    /// Whether it came through the browser: then it must hold the hashes of what came beside it (§3.2.2.10, §3.3.2.11).
    pub is_from_browser: bool,
}

/// Seconds by which two clocks may differ before a time claim is called wrong.
const LEEWAY_S: i64 = 60;

/// The signature's verdict as a check. An opaque token has nothing to check; an unsigned JWT is a failure.
pub fn signature_check(signature: &Signature) -> Check {
    let outcome = match (signature.status, &signature.alg) {
        (SignatureStatus::Valid, _) => Outcome::Pass,
        (SignatureStatus::Invalid, _) | (SignatureStatus::None, Some(_)) => Outcome::Fail,
        (SignatureStatus::Unverified | SignatureStatus::Unsupported | SignatureStatus::None, _) => Outcome::Skip,
    };
    check("jwt.signature", outcome, signature.reason.clone(), "RFC 7515 §5.2")
}

/// The time claims of any JWT, at `now` (server time).
pub fn time_checks(token: &Token, now: Timestamp) -> Vec<Check> {
    let claim = |name: &str| token.decoded.payload.get(name);
    let time = |name: &str| super::claims::time_value(&claim(name)?);
    let leeway = SignedDuration::from_secs(LEEWAY_S);
    let mut checks = Vec::new();
    checks.push(match (claim("exp"), time("exp")) {
        (None, _) => check(
            "jwt.exp",
            Outcome::Warn,
            "exp is missing: it never ends",
            "RFC 7519 §4.1.4",
        ),
        (Some(_), None) => check(
            "jwt.exp",
            Outcome::Fail,
            "exp is not a time in seconds",
            "RFC 7519 §4.1.4",
        ),
        (_, Some(exp)) => {
            let words = super::lifetime::relative(exp, now);
            let outcome = if exp > now { Outcome::Pass } else { Outcome::Fail };
            let verb = if exp > now { "expires" } else { "expired" };
            check("jwt.exp", outcome, format!("{verb} {words}"), "RFC 7519 §4.1.4")
        }
    });
    for (name, spec) in [("nbf", "RFC 7519 §4.1.5"), ("iat", "RFC 7519 §4.1.6")] {
        if claim(name).is_none() {
            continue;
        }
        let id = format!("jwt.{name}");
        checks.push(match time(name) {
            None => check(&id, Outcome::Fail, format!("{name} is not a time in seconds"), spec),
            Some(t) if t.duration_since(now) > leeway => {
                let words = super::lifetime::relative(t, now);
                check(
                    &id,
                    Outcome::Fail,
                    format!("{name} lies in the future: {words}. Check both clocks"),
                    spec,
                )
            }
            Some(t) => check(&id, Outcome::Pass, super::lifetime::relative(t, now), spec),
        });
    }
    checks
}

/// The checks of an ID token.
pub fn id_token_checks(token: &Token, expected: &Expected<'_>) -> Vec<Check> {
    let payload = &token.decoded.payload;
    let alg = token.decoded.alg();
    let text = |name: &str| payload.get_str(name);
    let mut checks = vec![
        same(
            "id_token.iss",
            "iss",
            text("iss"),
            expected.issuer,
            "OIDC Core §3.1.3.7",
        ),
        audience(payload.get("aud"), expected.client_id),
        same(
            "id_token.nonce",
            "nonce",
            text("nonce"),
            expected.nonce,
            "OIDC Core §3.1.3.7",
        ),
    ];
    if let (Some(azp), Some(client_id)) = (text("azp"), expected.client_id) {
        checks.push(same(
            "id_token.azp",
            "azp",
            Some(azp),
            Some(client_id),
            "OIDC Core §3.1.3.7",
        ));
    }
    for (name, beside, spec) in [
        ("at_hash", expected.access_token, "OIDC Core §3.2.2.10"),
        ("c_hash", expected.code, "OIDC Core §3.3.2.11"),
    ] {
        if expected.is_from_browser && beside.is_some() && text(name).is_none() {
            let id = format!("id_token.{name}");
            checks.push(check(&id, Outcome::Fail, format!("{name} is missing"), spec));
        }
    }
    for (id, name, beside, spec) in [
        (
            "id_token.at_hash",
            "at_hash",
            expected.access_token.map(Secret::expose),
            "OIDC Core §3.1.3.6",
        ),
        (
            "id_token.c_hash",
            "c_hash",
            expected.code.map(Secret::expose),
            "OIDC Core §3.3.2.11",
        ),
        ("id_token.s_hash", "s_hash", expected.state, "FAPI 1.0 part 2 §5.1"),
    ] {
        let Some(hash) = text(name) else { continue };
        checks.push(match (beside, alg.as_deref().and_then(half_hash_of)) {
            (None, _) => check(id, Outcome::Skip, format!("nothing to compare {name} with"), spec),
            (_, None) => check(id, Outcome::Skip, "no hash goes with this alg", spec),
            (Some(value), Some(half_hash)) if half_hash(value) == hash => check(id, Outcome::Pass, "matches", spec),
            _ => check(id, Outcome::Fail, format!("{name} belongs to something else"), spec),
        });
    }
    checks
}

fn same(id: &str, name: &str, got: Option<String>, expected: Option<&str>, spec: &str) -> Check {
    match (got, expected) {
        (_, None) => check(id, Outcome::Skip, format!("no {name} is expected"), spec),
        (None, Some(_)) => check(id, Outcome::Fail, format!("{name} is missing"), spec),
        (Some(got), Some(expected)) if got == expected => check(id, Outcome::Pass, "matches", spec),
        (Some(got), Some(expected)) => check(
            id,
            Outcome::Fail,
            format!("{name} is {got:?} and not {expected:?}"),
            spec,
        ),
    }
}

fn audience(aud: Option<serde_json::Value>, client_id: Option<&str>) -> Check {
    let (id, spec) = ("id_token.aud", "OIDC Core §3.1.3.7");
    let Some(client_id) = client_id else {
        return check(id, Outcome::Skip, "no client_id is expected", spec);
    };
    let list = match aud {
        None => return check(id, Outcome::Fail, "aud is missing", spec),
        Some(serde_json::Value::Array(list)) => list,
        Some(one) => vec![one],
    };
    if list.iter().any(|a| a.as_str() == Some(client_id)) {
        check(id, Outcome::Pass, "names this client", spec)
    } else {
        check(id, Outcome::Fail, format!("aud does not name {client_id:?}"), spec)
    }
}

/// The left half of the hash that goes with `alg`, as `at_hash`, `c_hash` and `s_hash` hold it (OpenID Connect Core §3.1.3.6).
fn half_hash_of(alg: &str) -> Option<impl Fn(&str) -> String> {
    let algorithm = match alg.get(2..)? {
        "256" => &digest::SHA256,
        "384" => &digest::SHA384,
        "512" => &digest::SHA512,
        _ => return None,
    };
    Some(move |value: &str| {
        let hash = digest::digest(algorithm, value.as_bytes());
        URL_SAFE_NO_PAD.encode(&hash.as_ref()[..hash.as_ref().len() / 2])
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::seeds;

    #[test]
    fn at_hash_and_c_hash_as_openid_connect_core_appendix_a_prints_them() {
        let half_hash = half_hash_of("RS256").unwrap();
        assert_eq!(
            half_hash("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"),
            "77QmUPtjPfzWtF2AnpK9RQ"
        );
        assert_eq!(
            half_hash("Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk"),
            "LDktKdoQak3Pk0cnXxCltA"
        );
    }

    fn outcome(checks: &[Check], id: &str) -> Outcome {
        checks.iter().find(|c| c.id == id).unwrap().outcome
    }

    #[test]
    fn the_seeds_id_token_is_judged() {
        let token = Token::new(Secret::new(seeds::ID_TOKEN), Timestamp::UNIX_EPOCH, None);
        let access = Secret::new("another token");
        let checks = id_token_checks(
            &token,
            &Expected {
                issuer: Some("https://e1-dev.local/id"),
                client_id: Some("pk"),
                nonce: Some("xyz"),
                access_token: Some(&access),
                ..Expected::default()
            },
        );
        assert_eq!(outcome(&checks, "id_token.iss"), Outcome::Pass);
        assert_eq!(outcome(&checks, "id_token.aud"), Outcome::Pass);
        assert_eq!(outcome(&checks, "id_token.nonce"), Outcome::Fail);
        assert_eq!(outcome(&checks, "id_token.at_hash"), Outcome::Fail);
        assert_eq!(outcome(&checks, "id_token.s_hash"), Outcome::Skip);
        let during = Timestamp::from_second(1_655_057_800).unwrap();
        assert_eq!(outcome(&time_checks(&token, during), "jwt.exp"), Outcome::Pass);
        let after = Timestamp::from_second(1_655_058_024).unwrap();
        assert_eq!(outcome(&time_checks(&token, after), "jwt.exp"), Outcome::Fail);
        let before = Timestamp::from_second(1_655_057_000).unwrap();
        assert_eq!(outcome(&time_checks(&token, before), "jwt.nbf"), Outcome::Fail);
    }
}
