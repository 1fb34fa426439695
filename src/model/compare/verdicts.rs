//! Two tokens held against each other: the rules of a refresh, and what the changes mean.

use super::remarks::{Remark, Weight, remarks};
use super::{Comparison, TokenComparison, decoded, records, scope};
use crate::model::checks::{Check, Outcome, TokenUse, refreshed_id_token_checks};
use crate::model::history::TokenRecord;
use crate::model::token::Token;

/// How two tokens belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Relation {
    /// The later one came by a refresh of the login that gave the earlier one (RFC 6749 §6).
    Refresh,
    /// Nothing is known: they are two tokens.
    Unrelated,
}

/// What is to be said of two tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdicts {
    /// The rules of a refresh (OpenID Connect Core §12.2, RFC 6749 §6); those that were not applied say why. Empty for two
    /// tokens that are unrelated.
    pub checks: Vec<Check>,
    /// What each change means, the heaviest first.
    pub remarks: Vec<Remark>,
    /// What differs.
    pub comparison: TokenComparison,
}

/// Holds two tokens against each other. `uses` is what each of them is for, as far as that is known.
pub fn verdicts(before: &Token, after: &Token, uses: [TokenUse; 2], how: Relation) -> Verdicts {
    let comparison = decoded(&before.decoded, &after.decoded);
    let checks = match how {
        Relation::Refresh => refresh_checks(before, after, uses, &comparison.claims),
        Relation::Unrelated => Vec::new(),
    };
    let is_same = before.fingerprint == after.fingerprint;
    let has_claims = !before.decoded.payload.members.is_empty();
    Verdicts {
        checks,
        remarks: all_remarks(&comparison, is_same, has_claims, uses, how),
        comparison,
    }
}

/// The same for tokens as the history keeps them: without the checks, which need the tokens themselves.
pub fn verdicts_of_records(before: &TokenRecord, after: &TokenRecord, uses: [TokenUse; 2], how: Relation) -> Verdicts {
    let comparison = records(before, after);
    let is_same = before.fingerprint == after.fingerprint;
    Verdicts {
        checks: Vec::new(),
        remarks: all_remarks(&comparison, is_same, before.claims.is_some(), uses, how),
        comparison,
    }
}

fn all_remarks(
    comparison: &TokenComparison,
    is_same: bool,
    has_claims: bool,
    uses: [TokenUse; 2],
    how: Relation,
) -> Vec<Remark> {
    let mut all = Vec::new();
    if let [TokenUse::Id, TokenUse::Access] | [TokenUse::Access, TokenUse::Id] = uses {
        let words = "one is an ID token and the other an access token: two kinds, which say different things by nature";
        all.push(Remark::new("", Weight::Notable, words));
    }
    all.extend(remarks(comparison, how));
    if is_same {
        let words = match how {
            Relation::Refresh => "the refresh gave the very same token again",
            Relation::Unrelated => "it is the very same token",
        };
        all.push(Remark::new("", Weight::Notable, words));
    } else if comparison.is_empty() && has_claims {
        let words = "nothing but the signature differs: signed again, or with another key";
        all.push(Remark::new("", Weight::Notable, words));
    }
    all.sort_by_key(|remark| std::cmp::Reverse(remark.weight));
    all
}

fn refresh_checks(before: &Token, after: &Token, uses: [TokenUse; 2], claims: &Comparison) -> Vec<Check> {
    let mut checks = match not_id_tokens(before, uses, claims) {
        None => refreshed_id_token_checks(before, after),
        Some(why) => {
            let rules = [
                "refresh.same_iss",
                "refresh.same_sub",
                "refresh.same_aud",
                "refresh.iat",
            ];
            let skip = |id| Check::new(id, Outcome::Skip, why, "OIDC Core §12.2");
            rules.into_iter().map(skip).collect()
        }
    };
    if !uses.contains(&TokenUse::Id) {
        checks.extend(scope::check(before, after));
    }
    checks
}

/// Why two tokens are not taken for ID tokens across a refresh. One that is recognised is enough where the other is from
/// the same issuer and for the same client: a refreshed one often has neither `nonce` nor `at_hash`, which tell the most.
fn not_id_tokens(before: &Token, uses: [TokenUse; 2], claims: &Comparison) -> Option<&'static str> {
    match uses {
        [TokenUse::Id, TokenUse::Id] => None,
        [TokenUse::Id, TokenUse::Access] | [TokenUse::Access, TokenUse::Id] => {
            Some("one is an ID token and the other an access token, and the rule is about two ID tokens")
        }
        [TokenUse::Id, TokenUse::Any] | [TokenUse::Any, TokenUse::Id] => {
            let is_same = |name| before.decoded.payload.member(name).is_some() && claims.is_the_same(name);
            let why = "only one is recognised as an ID token, and iss and aud are not the same in the other";
            (!(is_same("iss") && is_same("aud"))).then_some(why)
        }
        [TokenUse::Access, TokenUse::Access] => Some("both are access tokens, and the rule is about ID tokens"),
        [TokenUse::Any | TokenUse::Access, TokenUse::Any | TokenUse::Access] => {
            Some("neither is recognised as an ID token, and the rule is about those")
        }
    }
}
