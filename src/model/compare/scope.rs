//! The scope across a refresh: it never gets wider than what the login was given (RFC 6749 §6).

use std::collections::HashSet;

use serde_json::Value;

use super::difference::listed;
use crate::model::checks::{Check, Outcome};
use crate::model::token::Token;

/// What a scope is called: `scp` at Entra ID and Okta.
pub(super) const NAMES: [&str; 2] = ["scope", "scp"];

const SPEC: &str = "RFC 6749 §6";

/// Whether the later of two access tokens allows what the earlier one did not. Nothing where neither says its scope.
pub(super) fn check(before: &Token, after: &Token) -> Option<Check> {
    let of = |token: &Token| {
        let claims = token.decoded.believed();
        let raw = NAMES.into_iter().find_map(|name| claims.member(name))?;
        words(&raw.raw)
    };
    let (outcome, message) = match (of(before), of(after)) {
        (None, None) => return None,
        (Some(was), Some(is)) => match only_in(&is, &was).as_slice() {
            [] => (
                Outcome::Pass,
                "scope has nothing that it did not have before".to_owned(),
            ),
            gained => {
                let words = format!("scope is wider than before the refresh, with {}", listed(gained));
                (Outcome::Fail, words)
            }
        },
        _ => {
            let words = "only one of the tokens has a scope that is to be believed";
            (Outcome::Skip, words.to_owned())
        }
    };
    Some(Check::new("refresh.scope", outcome, message, SPEC))
}

/// Whether a scope that is given as JSON has words that it did not have before.
pub(super) fn is_wider(before: &str, after: &str) -> bool {
    match (words(before), words(after)) {
        (Some(was), Some(is)) => !only_in(&is, &was).is_empty(),
        _ => false,
    }
}

/// The words of a scope: in one text, or in a list as Okta has them.
fn words(json: &str) -> Option<Vec<String>> {
    let split = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    match serde_json::from_str(json).ok()? {
        Value::String(text) => Some(split(&text)),
        Value::Array(list) => Some(list.iter().filter_map(Value::as_str).flat_map(split).collect()),
        _ => None,
    }
}

/// How often a word stands there does not count.
fn only_in(here: &[String], there: &[String]) -> Vec<String> {
    let there: HashSet<&str> = there.iter().map(String::as_str).collect();
    let only = here.iter().filter(|word| !there.contains(word.as_str()));
    only.cloned().collect()
}
