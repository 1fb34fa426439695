//! A claim against the value that it must have.

use std::borrow::Cow;

use super::{Check, Outcome, check};
use crate::model::body::cut;

/// `name` must be `expected`, letter by letter.
pub(super) fn same(
    id: impl Into<Cow<'static, str>>,
    name: &str,
    got: Option<&str>,
    expected: Option<&str>,
    spec: &'static str,
) -> Check {
    match (got, expected) {
        (_, None) => {
            let message = format!("which {name} is right is not known: there is nothing to compare with");
            check(id, Outcome::Skip, message, spec)
        }
        (None, Some(_)) => check(id, Outcome::Fail, format!("{name} is missing"), spec),
        (Some(got), Some(expected)) if got == expected => check(id, Outcome::Pass, "matches", spec),
        (Some(got), Some(expected)) => check(id, Outcome::Fail, differs(name, got, expected), spec),
    }
}

/// `iss is "a" and not "b"`.
pub(super) fn differs(name: &str, got: &str, expected: &str) -> String {
    format!("{name} is {:?} and not {:?}", cut(got), cut(expected))
}
