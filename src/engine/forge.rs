//! Tokens made for tests of one's own servers: remembered, so that they are marked wherever they are shown.

use std::fmt;

use jiff::Timestamp;

use super::core::Engine;
use crate::model::inspection::{Inspection, Lens};
use crate::model::{Fingerprint, Secret};

/// A token that was made here for tests.
#[derive(Clone, PartialEq, Eq)]
pub struct Forgery {
    /// The token.
    pub token: Secret,
    /// What was changed to make it, in words.
    pub what: Vec<String>,
    /// What it was made from: the place of that token in the text, or the attack.
    pub place: String,
}

impl Forgery {
    /// Looks at it.
    pub(super) fn inspect(&self, lens: &Lens, now: Timestamp) -> Inspection {
        Inspection {
            place: self.place.clone(),
            forged: Some(self.what.clone()),
            ..Inspection::of(self.token.clone(), lens, now)
        }
    }
}

impl fmt::Debug for Forgery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Forgery").field("place", &self.place).finish_non_exhaustive()
    }
}

impl Engine {
    /// Marks what was forged here before: by its fingerprint, also where the mark in its header is gone.
    pub(super) fn mark_forged(&self, inspection: &mut Inspection) {
        if !inspection.is_forged() && self.inner.is_forged(&inspection.token.fingerprint) {
            inspection.forged = Some(vec!["it was made here before".to_owned()]);
        }
        for inner in &mut inspection.inner {
            self.mark_forged(inner);
        }
    }

    /// Remembers a token as forged until the program ends.
    pub(super) fn remember_forged(&self, token: &Secret) {
        // Exposed to be told again without it.
        self.inner.keep_forged(Fingerprint::of(token.expose()));
    }
}
