//! What a change means, in words.

use super::difference::Difference;
use super::powers::{POWERS, power};
use super::verdicts::Relation;
use super::{Changed, Comparison, Mark, TokenComparison};
use crate::model::claims::is_numeric_date;

/// How much a change weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weight {
    /// Such tokens differ in it always.
    Expected,
    /// Worth a look.
    Notable,
    /// It should not be so.
    Alarming,
}

/// What one change means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// The claim or header parameter; empty where it is about the whole token.
    pub name: String,
    /// How much it weighs.
    pub weight: Weight,
    /// One sentence without a period.
    pub words: String,
}

impl Remark {
    pub(super) fn new(name: &str, weight: Weight, words: impl Into<String>) -> Self {
        Self {
            name: name.to_owned(),
            weight,
            words: words.into(),
        }
    }
}

/// Changes whose meaning does not depend on the values: name, weight across a refresh, weight otherwise, words.
const FIXED: &[(&str, Weight, Weight, &str)] = &[
    (
        "jti",
        Weight::Expected,
        Weight::Expected,
        "another token: each has its own id",
    ),
    (
        "uti",
        Weight::Expected,
        Weight::Expected,
        "another token: each has its own id",
    ),
    (
        "iss",
        Weight::Alarming,
        Weight::Notable,
        "another provider or tenant made it",
    ),
    (
        "azp",
        Weight::Alarming,
        Weight::Notable,
        "it was issued to another client",
    ),
    (
        "appid",
        Weight::Alarming,
        Weight::Notable,
        "it was issued to another client",
    ),
    (
        "client_id",
        Weight::Alarming,
        Weight::Notable,
        "it was issued to another client",
    ),
    (
        "cid",
        Weight::Alarming,
        Weight::Notable,
        "it was issued to another client",
    ),
    ("tid", Weight::Alarming, Weight::Notable, "another tenant"),
    ("org_id", Weight::Notable, Weight::Notable, "another organisation"),
    ("oid", Weight::Alarming, Weight::Notable, "another user of the tenant"),
    (
        "sid",
        Weight::Notable,
        Weight::Notable,
        "another sign-in session at the provider",
    ),
    (
        "session_state",
        Weight::Notable,
        Weight::Notable,
        "another sign-in session at the provider",
    ),
    (
        "nonce",
        Weight::Alarming,
        Weight::Expected,
        "it answers another login request",
    ),
    (
        "acr",
        Weight::Notable,
        Weight::Notable,
        "the sign-in reached another level",
    ),
    (
        "amr",
        Weight::Notable,
        Weight::Notable,
        "the user proved it in another way",
    ),
    (
        "at_hash",
        Weight::Expected,
        Weight::Expected,
        "it belongs to another access token",
    ),
    (
        "c_hash",
        Weight::Expected,
        Weight::Expected,
        "it belongs to another code",
    ),
    (
        "s_hash",
        Weight::Expected,
        Weight::Expected,
        "it belongs to another state",
    ),
    (
        "email",
        Weight::Notable,
        Weight::Notable,
        "another e-mail address: never a key to a user",
    ),
    ("db", Weight::Notable, Weight::Notable, "another database"),
    ("client_db", Weight::Notable, Weight::Notable, "another database"),
    ("token_use", Weight::Alarming, Weight::Notable, "another kind of token"),
    ("ver", Weight::Notable, Weight::Notable, "the token has another format"),
    (
        "ipaddr",
        Weight::Notable,
        Weight::Notable,
        "the user came from another address",
    ),
];

/// What a claim says whose coming or going is worth a word, and whether a refresh must not lose it.
const SAID: &[(&str, bool, &str)] = &[
    ("iss", true, "who made it"),
    ("client_id", true, "which client it was issued to"),
    ("azp", true, "which client it was issued to"),
    ("appid", true, "which client it was issued to"),
    ("cid", true, "which client it was issued to"),
    ("sub", false, "whom it is about"),
    ("acr", false, "how sure the sign-in was"),
    ("amr", false, "how the user proved it"),
    ("auth_time", false, "when the user signed in"),
    ("sid", false, "which sign-in session it belongs to"),
];

/// What the changes mean, in the order of the later token.
pub(super) fn remarks(comparison: &TokenComparison, how: Relation) -> Vec<Remark> {
    let claims = &comparison.claims;
    let mut remarks = header_remarks(&comparison.header, how);
    for changed in &claims.changed {
        remarks.extend(changed_remark(claims, changed, how));
        remarks.extend(time_of_another_kind(changed));
    }
    for member in &claims.added {
        remarks.extend(member_remark(&member.name, true, how));
    }
    for member in &claims.removed {
        remarks.extend(member_remark(&member.name, false, how));
    }
    if let Some(lifetime) = claims.lifetime.filter(|l| l.before_s != l.after_s) {
        remarks.push(Remark::new("exp", Weight::Notable, lifetime.words()));
    }
    remarks
}

fn changed_remark(claims: &Comparison, changed: &Changed, how: Relation) -> Option<Remark> {
    let name = changed.name.as_str();
    if let Difference::Repeated { .. } = changed.difference {
        let words = "the name stands another number of times: readers may differ on which value counts";
        return Some(Remark::new(name, Weight::Notable, words));
    }
    if let Some((_, refresh, otherwise, words)) = FIXED.iter().find(|(known, ..)| *known == name) {
        if let Some(words) = changed.difference.the_same_written_otherwise() {
            return Some(Remark::new(name, Weight::Expected, words));
        }
        let weight = if how == Relation::Refresh { *refresh } else { *otherwise };
        return Some(Remark::new(name, weight, *words));
    }
    if let Difference::Unit { .. } = changed.difference {
        let words = format!("it {}: times are in seconds (RFC 7519 §2)", changed.difference.words());
        return Some(Remark::new(name, Weight::Alarming, words));
    }
    let alarming_if_refreshed = if how == Relation::Refresh {
        Weight::Alarming
    } else {
        Weight::Notable
    };
    let (weight, words) = match name {
        "sub" if claims.change_of("iss").is_some() => (
            Weight::Notable,
            "sub changed with iss: a subject means something at its own issuer only (OIDC Core §2)".to_owned(),
        ),
        "sub" => (alarming_if_refreshed, "another person, or another app".to_owned()),
        "aud" if changed.difference.the_same_written_otherwise().is_some() => (
            Weight::Expected,
            "it is for the same, written otherwise (RFC 7519 §4.1.3)".to_owned(),
        ),
        "aud" => (
            alarming_if_refreshed,
            format!("it is for others: {}", changed.difference.words()),
        ),
        "auth_time" => auth_time(changed, how)?,
        "iat" => issued(changed)?,
        "cnf" => (
            Weight::Notable,
            "it is bound to another key: old proofs do not fit".to_owned(),
        ),
        name if POWERS.contains(&name) => power(changed, how),
        _ => return None,
    };
    Some(Remark::new(name, weight, words))
}

/// A time that was a number and is a text, or the other way about, also where it is the same time.
fn time_of_another_kind(changed: &Changed) -> Option<Remark> {
    let (was, is) = match &changed.difference {
        Difference::Time { kinds, .. } => (*kinds)?,
        Difference::Kind { before, after } => (*before, *after),
        _ => return None,
    };
    if !is_numeric_date(&changed.name) {
        return None;
    }
    // A number is as it should be.
    let weight = if is == "a number" {
        Weight::Notable
    } else {
        Weight::Alarming
    };
    let words = format!("it was {was}, is {is}: a number of seconds belongs here (RFC 7519 §2)");
    Some(Remark::new(&changed.name, weight, words))
}

fn auth_time(changed: &Changed, how: Relation) -> Option<(Weight, String)> {
    match &changed.difference {
        Difference::Time { before, after, .. } if after > before => Some((
            if how == Relation::Refresh {
                Weight::Alarming
            } else {
                Weight::Expected
            },
            format!("the user signed in again: {}", changed.difference.words()),
        )),
        Difference::Time { .. } => Some((Weight::Notable, "it comes from an earlier sign-in".to_owned())),
        _ => None,
    }
}

fn issued(changed: &Changed) -> Option<(Weight, String)> {
    let words = changed.difference.words();
    match &changed.difference {
        Difference::Time { before, after, .. } if after < before => {
            Some((Weight::Notable, format!("it was issued before the other: {words}")))
        }
        Difference::Time { .. } => Some((Weight::Expected, format!("it was issued later: {words}"))),
        _ => None,
    }
}

fn member_remark(name: &str, is_new: bool, how: Relation) -> Option<Remark> {
    let is_refresh = how == Relation::Refresh;
    if let Some((_, must_stay, what)) = SAID.iter().find(|(known, ..)| *known == name) {
        let (weight, words) = if is_new {
            (Weight::Notable, format!("it says now {what}"))
        } else if is_refresh && *must_stay {
            (Weight::Alarming, format!("it no longer says {what}"))
        } else {
            (Weight::Notable, format!("it no longer says {what}"))
        };
        return Some(Remark::new(name, weight, words));
    }
    let (weight, words) = match (name, is_new) {
        ("cnf", true) => (Weight::Notable, "it is bound to a key now"),
        ("cnf", false) => (
            Weight::Alarming,
            "it is no longer bound to a key: whoever has it can use it",
        ),
        ("exp", false) => (Weight::Alarming, "it no longer ends"),
        ("exp", true) => (Weight::Notable, "it ends now"),
        ("nonce", false) if is_refresh => (
            Weight::Expected,
            "a refreshed ID token need not repeat it (OIDC Core §12.2)",
        ),
        ("nonce", true) if is_refresh => (Weight::Alarming, "a refresh answers no login request (OIDC Core §12.2)"),
        ("act", true) => (Weight::Notable, "somebody acts for the subject now"),
        ("act", false) => (Weight::Notable, "nobody acts for the subject any longer"),
        ("aud", false) => (Weight::Alarming, "it no longer says whom it is for"),
        ("aud", true) => (Weight::Notable, "it says now whom it is for"),
        (name, true) if POWERS.contains(&name) => (Weight::Notable, "it says now what it allows"),
        (name, false) if POWERS.contains(&name) => (Weight::Notable, "it no longer says what it allows"),
        _ => return None,
    };
    Some(Remark::new(name, weight, words))
}

fn header_remarks(header: &Comparison, how: Relation) -> Vec<Remark> {
    let mut remarks = Vec::new();
    for changed in &header.changed {
        let text = |json: &str| serde_json::from_str::<String>(json).unwrap_or_default();
        let (weight, words) = match changed.name.as_str() {
            "alg" => alg(&text(&changed.before), &text(&changed.after)),
            "kid" | "x5t" | "x5t#S256" => (
                Weight::Notable,
                "another key signed it: the provider changed keys, or it is another provider",
            ),
            "typ" if how == Relation::Refresh => (Weight::Alarming, "another kind of token"),
            "typ" => (Weight::Notable, "another kind of token"),
            "enc" => (Weight::Notable, "its content is encrypted in another way"),
            _ => continue,
        };
        remarks.push(Remark::new(&changed.name, weight, words));
    }
    for (name, words) in [
        ("jwk", "it brings a key along now, which must not be trusted"),
        ("jku", "it names a place for its key now, which must not be followed"),
        (
            "x5u",
            "it names a place for its certificate now, which must not be followed",
        ),
        ("crit", "it has parameters now that must be understood"),
    ] {
        if header.mark(name) == Some(Mark::Added) {
            remarks.push(Remark::new(name, Weight::Notable, words));
        }
    }
    remarks
}

fn alg(before: &str, after: &str) -> (Weight, &'static str) {
    let is_hmac = |alg: &str| alg.starts_with("HS");
    match (before, after) {
        (_, after) if after.eq_ignore_ascii_case("none") => (Weight::Alarming, "it is no longer signed"),
        (before, after) if !is_hmac(before) && is_hmac(after) => (
            Weight::Notable,
            "signed with a shared secret instead of a key pair: every API that checks it could also make it",
        ),
        _ => (Weight::Notable, "it is signed in another way"),
    }
}
