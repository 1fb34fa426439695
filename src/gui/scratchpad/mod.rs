//! The scratchpad: any text, looked at as it is typed.
//!
//! [`Scratchpad`] is what is shown, [`ScratchInput`] what is typed and chosen, [`LongText`] the text itself,
//! [`ScratchAction`] what a person can do. One look runs at a time; while it does, only that there is something newer is
//! remembered, so that a slow look never has a queue behind it.

mod action;
pub mod edit_input;
mod examples;
pub mod input;
pub mod long_text;

use std::sync::Arc;

use jiff::Timestamp;

pub use action::{Example, ScratchAction};
pub use edit_input::{EditInput, SignChoice};
pub use input::{KeyChoice, ScratchInput};
pub use long_text::LongText;

use super::elsewhere::{LARGE, drop_elsewhere};
use crate::engine::{Failure, Forgery, Inspected, OperationId};
use crate::model::inspection::Inspection;
use crate::model::{Fingerprint, claims};

/// What is shown of the chosen token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ScratchTab {
    /// Its claims, its JSON, its text.
    #[default]
    Claims,
    /// Defects, checks, keys that were tried, what was encrypted.
    Findings,
    /// It beside another one.
    Compare,
    /// Header and claims to be changed, for tests.
    Edit,
}

/// What the scratchpad shows.
#[derive(Debug, Default)]
pub struct Scratchpad {
    /// What came of the last look; nothing while there is no text.
    pub result: Option<Arc<Inspected>>,
    /// Why the last look came to nothing.
    pub failure: Option<Failure>,
    /// Which token is shown, counted through [`Inspected::flat`].
    pub chosen: usize,
    /// What is shown of it.
    pub tab: ScratchTab,
    /// The token that others are compared with.
    pub compared: Option<Fingerprint>,
    /// The encrypted token whose content is shown in clear.
    pub shows_content: Option<Fingerprint>,
    /// The tokens that were made here for tests.
    pub forgeries: Vec<Arc<Forgery>>,
    /// The look that runs.
    running: Option<OperationId>,
    /// Whether text, keys or expectations have changed since the last look was sent.
    is_stale: bool,
    next_turn: Option<Timestamp>,
    /// Whether the person wants the keys to be fetched with the next look.
    asks_for_keys: bool,
    /// The forgery that is being made.
    forging: Option<OperationId>,
    /// Why the last forgery was not made.
    pub forge_failure: Option<Failure>,
}

impl Scratchpad {
    /// Something has changed: what is shown is of another text, or was looked at with other keys.
    pub fn changed(&mut self) {
        self.is_stale = true;
    }

    /// The person asked for keys.
    pub fn ask_for_keys(&mut self) {
        self.is_stale = true;
        self.asks_for_keys = true;
    }

    /// Whether a look has to be sent now, and whether keys are to be fetched with it. It is then taken as sent.
    pub fn take_wish(&mut self) -> Option<bool> {
        if !self.is_stale || self.running.is_some() {
            return None;
        }
        self.is_stale = false;
        Some(std::mem::take(&mut self.asks_for_keys))
    }

    /// A look was sent.
    pub fn sent(&mut self, id: OperationId) {
        self.running = Some(id);
    }

    /// Whether what is shown is not, or not yet, what was asked for last.
    pub const fn is_looking(&self) -> bool {
        self.is_stale || self.running.is_some()
    }

    /// A look came back. What is older than the text is not shown.
    pub fn inspected(&mut self, id: OperationId, inspected: Arc<Inspected>) {
        if self.running != Some(id) || self.is_stale {
            let_go(inspected);
            return;
        }
        self.failure = None;
        let before = self.current().map(|shown| shown.token.fingerprint.clone());
        let flat = inspected.flat();
        let same = before.and_then(|before| flat.iter().position(|(_, one)| one.token.fingerprint == before));
        self.next_turn = flat.iter().filter_map(|(_, one)| turn_of(one)).min();
        self.chosen = same.unwrap_or(self.chosen).min(flat.len().saturating_sub(1));
        if let Some(old) = self.result.replace(inspected) {
            let_go(old);
        }
    }

    /// A look or a forgery ended.
    pub fn finished(&mut self, id: OperationId, result: Result<(), Failure>) {
        let failure = result.err();
        if self.running == Some(id) {
            self.running = None;
            if failure.is_some() && !self.is_stale {
                self.failure = failure;
                self.drop_result();
            }
        } else if self.forging == Some(id) {
            self.forging = None;
            self.forge_failure = failure;
        }
    }

    /// A token for tests was asked for.
    pub fn began_forging(&mut self, id: OperationId) {
        self.forging = Some(id);
        self.forge_failure = None;
    }

    /// Whether a token for tests is being made.
    pub const fn is_forging(&self) -> bool {
        self.forging.is_some()
    }

    /// A token was made for tests: it is looked at with the others, and shown.
    pub fn forged(&mut self, id: OperationId, forgery: Arc<Forgery>) {
        if self.forging != Some(id) {
            return;
        }
        if self.forgeries.len() >= MAX_FORGERIES {
            self.forgeries.remove(0);
        }
        self.forgeries.push(forgery);
        // It will be the last one.
        self.chosen = usize::MAX;
        self.tab = ScratchTab::Claims;
        self.changed();
    }

    /// The token that is shown.
    pub fn current(&self) -> Option<&Inspection> {
        let inspected = self.result.as_ref()?;
        inspected.flat().get(self.chosen).map(|(_, one)| *one)
    }

    /// The token that others are compared with, while it is there.
    pub fn compared(&self) -> Option<&Inspection> {
        let (inspected, wanted) = (self.result.as_ref()?, self.compared.as_ref()?);
        let mut all = inspected.flat().into_iter();
        all.find_map(|(_, one)| (one.token.fingerprint == *wanted).then_some(one))
    }

    /// When one of the tokens begins or ceases to be valid after it was looked at: the next look is due then.
    pub const fn next_turn(&self) -> Option<Timestamp> {
        self.next_turn
    }

    /// Shows no result any more.
    pub fn drop_result(&mut self) {
        self.next_turn = None;
        if let Some(old) = self.result.take() {
            let_go(old);
        }
    }

    /// Forgets all that was pasted and made.
    pub fn clear(&mut self) {
        self.drop_result();
        // The answer of a look that is out belongs to nobody then.
        *self = Self {
            running: self.running,
            is_stale: self.running.is_some(),
            ..Self::default()
        };
    }
}

/// So many tokens are kept that were made for tests.
const MAX_FORGERIES: usize = 16;
/// When a token begins or ceases to be valid next.
fn turn_of(inspection: &Inspection) -> Option<Timestamp> {
    let begins_at = inspection.token.decoded.payload.get("nbf");
    let begins_at = begins_at.and_then(|value| claims::time_value(&value));
    let turns = [inspection.token.lifetime.expires_at, begins_at];
    turns.into_iter().flatten().filter(|at| *at > inspection.at).min()
}

/// Lets a result go: one of many claims not on the window's thread.
fn let_go(inspected: Arc<Inspected>) {
    let size: usize = inspected
        .inspections
        .iter()
        // Exposed to be measured.
        .map(|one| one.token.value.expose().len())
        .sum();
    if size > LARGE {
        drop_elsewhere(inspected);
    }
}
