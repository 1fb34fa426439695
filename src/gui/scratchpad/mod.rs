//! The scratchpad: any text, looked at as it is typed.
//!
//! [`Scratchpad`] is what is shown, [`ScratchInput`] what is typed and chosen, [`LongText`] the text itself,
//! [`ScratchAction`] what a person can do. One look runs at a time; while it does, only that there is something newer is
//! remembered, so that a slow look never has a queue behind it. One that only waits for a server's keys gives way to a
//! newer one.

mod action;
pub mod edit_input;
mod examples;
pub mod input;
pub mod long_text;
mod names;

use std::sync::Arc;

use egui::{Key, KeyboardShortcut, Modifiers};
use jiff::Timestamp;

pub use action::{Example, ScratchAction};
pub use edit_input::{EditInput, SignChoice};
pub use input::{KeyChoice, ScratchInput};
pub use long_text::LongText;
pub use names::NOWHERE;

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

/// The keys that open a token's tabs, in the order in which they stand.
pub const TAB_KEYS: [KeyboardShortcut; 4] = [
    KeyboardShortcut::new(Modifiers::COMMAND, Key::Num1),
    KeyboardShortcut::new(Modifiers::COMMAND, Key::Num2),
    KeyboardShortcut::new(Modifiers::COMMAND, Key::Num3),
    KeyboardShortcut::new(Modifiers::COMMAND, Key::Num4),
];

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
    /// Whether the later one of two that are compared stands first.
    pub is_turned: bool,
    /// The encrypted token whose content is shown in clear.
    pub shows_content: Option<Fingerprint>,
    /// The tokens that were made here for tests.
    pub forgeries: Vec<Arc<Forgery>>,
    /// What each token of the result is called.
    names: Vec<String>,
    /// The look that runs.
    running: Option<Running>,
    /// The look that is to follow, because text, keys or expectations have changed since that one was sent.
    next: Next,
    /// Whether they have changed since what is shown was looked at.
    is_outdated: bool,
    next_turn: Option<Timestamp>,
    /// The forgery that is being made.
    forging: Option<Forging>,
    /// Why the last forgery was not made.
    pub forge_failure: Option<Failure>,
}

/// A look that has to be sent now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wish {
    /// Whether keys are to be fetched with it.
    pub asks_for_keys: bool,
    /// The look that waits for keys, of an older text: nobody waits for it any more.
    pub instead_of: Option<OperationId>,
}

/// A look that runs.
#[derive(Clone, Copy, Debug)]
struct Running {
    id: OperationId,
    /// Whether it has told what can be seen without the keys that it waits for.
    awaits_keys: bool,
}

/// What look is to follow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Next {
    /// None.
    #[default]
    Nothing,
    /// One with the keys that are known.
    Look,
    /// One for which the person wants the keys to be fetched.
    LookWithKeys,
}

/// A token for tests that is being made.
#[derive(Clone, Copy, Debug)]
struct Forging {
    id: OperationId,
    /// Whether it tries an attack: the next one is at hand then.
    is_attack: bool,
}

impl Scratchpad {
    /// Something has changed: what is shown is of another text, or was looked at with other keys.
    pub fn changed(&mut self) {
        if self.next == Next::Nothing {
            self.next = Next::Look;
        }
        self.is_outdated = true;
    }

    /// Another text took the place of all that stood there: its first token is shown. What was made for tests stays in
    /// the list.
    pub fn replaced(&mut self) {
        self.changed();
        self.drop_result();
        self.chosen = 0;
        self.compared = None;
        self.is_turned = false;
        self.shows_content = None;
        self.forge_failure = None;
        if matches!(self.tab, ScratchTab::Compare | ScratchTab::Edit) {
            self.tab = ScratchTab::Claims;
        }
    }

    /// The person asked for keys.
    pub fn ask_for_keys(&mut self) {
        self.changed();
        self.next = Next::LookWithKeys;
    }

    fn is_stale(&self) -> bool {
        self.next != Next::Nothing
    }

    /// The look that has to be sent now. It is then taken as sent.
    pub fn take_wish(&mut self) -> Option<Wish> {
        if !self.is_stale() || self.running.is_some_and(|running| !running.awaits_keys) {
            return None;
        }
        Some(Wish {
            asks_for_keys: std::mem::take(&mut self.next) == Next::LookWithKeys,
            instead_of: self.leave(),
        })
    }

    /// Nobody waits any more for the look that runs.
    pub fn leave(&mut self) -> Option<OperationId> {
        self.running.take().map(|running| running.id)
    }

    /// A look was sent.
    pub fn sent(&mut self, id: OperationId) {
        let awaits_keys = false;
        self.running = Some(Running { id, awaits_keys });
    }

    /// Whether the text is being read.
    pub fn is_looking(&self) -> bool {
        self.is_stale() || self.running.is_some_and(|running| !running.awaits_keys)
    }

    /// Whether a server is being asked for keys, and takes its time.
    pub fn awaits_keys(&self) -> bool {
        !self.is_stale() && self.running.is_some_and(|running| running.awaits_keys)
    }

    /// Whether what is shown is of an older text, or of other keys and expectations.
    pub const fn is_outdated(&self) -> bool {
        self.is_outdated && self.result.is_some()
    }

    /// A look came back. What is older than the text is not shown.
    pub fn inspected(&mut self, id: OperationId, inspected: Arc<Inspected>) {
        let running = self.running.as_mut().filter(|running| running.id == id);
        let is_its_own = running.is_some();
        if let Some(running) = running {
            running.awaits_keys = inspected.awaits_keys;
        }
        if !is_its_own || self.is_stale() {
            let_go(inspected);
            return;
        }
        self.failure = None;
        self.is_outdated = false;
        let before = self.current().map(|shown| shown.token.fingerprint.clone());
        let flat = inspected.flat();
        let same = before.and_then(|before| flat.iter().position(|(_, one)| one.token.fingerprint == before));
        self.next_turn = flat.iter().filter_map(|(_, one)| turn_of(one)).min();
        self.chosen = same.unwrap_or(self.chosen).min(flat.len().saturating_sub(1));
        self.names = names::names(&flat);
        if let Some(old) = self.result.replace(inspected) {
            let_go(old);
        }
    }

    /// A look or a forgery ended.
    pub fn finished(&mut self, id: OperationId, result: Result<(), Failure>) {
        let failure = result.err();
        if self.running.is_some_and(|running| running.id == id) {
            self.leave();
            if failure.is_some() && !self.is_stale() {
                self.failure = failure;
                self.drop_result();
            }
        } else if self.forging.is_some_and(|forging| forging.id == id) {
            self.forging = None;
            self.forge_failure = failure;
        }
    }

    /// A token for tests was asked for: one that tries an attack, or one that was changed by hand.
    pub fn began_forging(&mut self, id: OperationId, is_attack: bool) {
        self.forging = Some(Forging { id, is_attack });
        self.forge_failure = None;
    }

    /// Whether a token for tests is being made.
    pub const fn is_forging(&self) -> bool {
        self.forging.is_some()
    }

    /// A token was made for tests: it is looked at with the others. One that was changed by hand is shown; one that tries
    /// an attack stands in the list, and the next attack is at hand. Says whether it does.
    pub fn forged(&mut self, id: OperationId, forgery: Arc<Forgery>) -> bool {
        let Some(forging) = self.forging.filter(|forging| forging.id == id) else {
            return false;
        };
        if self.forgeries.len() >= MAX_FORGERIES {
            self.forgeries.remove(0);
        }
        self.forgeries.push(forgery);
        if !forging.is_attack {
            // It will be the last one.
            self.chosen = usize::MAX;
            self.tab = ScratchTab::Claims;
        }
        self.changed();
        forging.is_attack
    }

    /// Forgets a token that was made for tests.
    pub fn drop_forgery(&mut self, token: &Fingerprint) {
        self.forgeries.retain(|made| made.fingerprint != *token);
        self.changed();
    }

    /// What a token is called, counted through [`Inspected::flat`].
    pub fn name(&self, at: usize) -> &str {
        self.names.get(at).map_or("Token", String::as_str)
    }

    /// The tabs that the token that is shown has.
    pub fn tabs(&self) -> Vec<ScratchTab> {
        let Some(shown) = self.current() else { return Vec::new() };
        let mut tabs = vec![ScratchTab::Claims, ScratchTab::Findings];
        if has_claims(shown) && !self.others().is_empty() {
            tabs.push(ScratchTab::Compare);
        }
        if EditInput::is_possible(shown) {
            tabs.push(ScratchTab::Edit);
        }
        tabs
    }

    /// The tokens that the one that is shown can be compared with, counted through [`Inspected::flat`]; each once.
    pub fn others(&self) -> Vec<(usize, &Inspection)> {
        let (Some(result), Some(shown)) = (&self.result, self.current()) else {
            return Vec::new();
        };
        let mut others: Vec<(usize, &Inspection)> = Vec::new();
        for (at, (_, one)) in result.flat().into_iter().enumerate() {
            let is_same = |other: &Inspection| other.token.fingerprint == one.token.fingerprint;
            if has_claims(one) && !is_same(shown) && !others.iter().any(|(_, other)| is_same(other)) {
                others.push((at, one));
            }
        }
        others
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

    /// Whether one of the tokens has begun or ceased to be valid since it was looked at. Each such turn comes once: the
    /// look that follows tells the next one, and one that is out sees it by itself.
    pub fn turn_came(&mut self, now: Timestamp) -> bool {
        let is_out = self.is_stale() || self.running.is_some();
        !is_out && self.next_turn.take_if(|turn| *turn <= now).is_some()
    }

    /// Shows no result any more.
    pub fn drop_result(&mut self) {
        self.next_turn = None;
        self.names.clear();
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
            next: if self.running.is_some() {
                Next::Look
            } else {
                Next::Nothing
            },
            ..Self::default()
        };
    }
}

/// So many tokens are kept that were made for tests.
const MAX_FORGERIES: usize = 16;

/// Whether a token has claims that can be compared.
fn has_claims(inspection: &Inspection) -> bool {
    !inspection.token.decoded.payload.members.is_empty()
}

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
