//! Two tokens held against each other: the rules of a refresh, and what the changes mean.

use super::remarks::{Remark, Weight, remarks};
use super::{TokenComparison, records};
use crate::model::checks::{Check, refreshed_id_token_checks};
use crate::model::history::TokenRecord;
use crate::model::token::{Token, TokenKind};

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
    /// The rules of OpenID Connect Core §12.2: only for ID tokens across a refresh.
    pub checks: Vec<Check>,
    /// What each change means, the heaviest first.
    pub remarks: Vec<Remark>,
    /// What differs.
    pub comparison: TokenComparison,
}

/// Holds two tokens of one kind against each other.
pub fn verdicts(before: &Token, after: &Token, kind: TokenKind, how: Relation) -> Verdicts {
    let mut verdicts = verdicts_of_records(&TokenRecord::of(before), &TokenRecord::of(after), how);
    if how == Relation::Refresh && kind == TokenKind::Id {
        verdicts.checks = refreshed_id_token_checks(before, after);
    }
    verdicts
}

/// The same for tokens as the history keeps them: without the checks, which need the tokens themselves.
pub fn verdicts_of_records(before: &TokenRecord, after: &TokenRecord, how: Relation) -> Verdicts {
    let comparison = records(before, after);
    let mut remarks = remarks(&comparison, how);
    if before.fingerprint == after.fingerprint {
        let words = match how {
            Relation::Refresh => "the refresh gave the very same token again",
            Relation::Unrelated => "it is the very same token",
        };
        remarks.push(Remark::new("", Weight::Notable, words));
    } else if comparison.is_empty() && before.claims.is_some() {
        let words = "nothing but the signature differs: signed again, or with another key";
        remarks.push(Remark::new("", Weight::Notable, words));
    }
    remarks.sort_by_key(|remark| std::cmp::Reverse(remark.weight));
    Verdicts {
        checks: Vec::new(),
        remarks,
        comparison,
    }
}
