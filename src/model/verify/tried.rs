//! Which keys were tried, and why each was not the one.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::model::keys::Key;

/// Most keys that are listed.
const SHOWN: usize = 20;

/// A key or secret, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tried {
    /// What it is called: `key a (RSA 2048 bits)`, `the client secret`.
    pub key: SmolStr,
    /// Why it was refused, or that the signature fits it or not.
    pub why: Cow<'static, str>,
}

impl Tried {
    pub(super) fn new(key: impl Into<SmolStr>, why: impl Into<Cow<'static, str>>) -> Self {
        Self {
            key: key.into(),
            why: why.into(),
        }
    }
}

/// A list of keys of which some are `important`: those and the first ones are told, the others counted.
pub(super) fn list(
    keys: &[Key],
    mut important: impl FnMut(usize) -> bool,
    mut why: impl FnMut(usize) -> Cow<'static, str>,
) -> Vec<Tried> {
    let mut left_out = 0;
    let mut list = Vec::with_capacity(keys.len().min(SHOWN + 1));
    for (place, key) in keys.iter().enumerate() {
        if place >= SHOWN && !important(place) {
            left_out += 1;
            continue;
        }
        list.push(Tried::new(key.label().clone(), why(place)));
    }
    if left_out > 0 {
        list.push(Tried::new(
            format!("and {left_out} more"),
            "refused or not fitting, too",
        ));
    }
    list
}
