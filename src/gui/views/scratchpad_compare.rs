//! Two tokens of the scratchpad beside each other.

use std::sync::Arc;

use egui::{ScrollArea, Ui};

use super::comparison::{ComparisonView, comparison_ui};
use super::scratchpad_list::name_of;
use super::token_view::card_of;
use crate::gui::action::{Action, Actions};
use crate::gui::comparison_sheet::Pair;
use crate::gui::scratchpad::ScratchAction;
use crate::gui::state::State;
use crate::gui::theme::{icon, palette, space, text};
use crate::gui::widgets::{Button, EmptyState, EndButton, elided, row_with_buttons};
use crate::model::compare::Relation;
use crate::model::history::TokenRecord;
use crate::model::inspection::Inspection;
use crate::model::token::Fingerprint;

/// So many are offered to be compared with.
const MOST: usize = 100;

/// Draws it.
pub(super) fn scratchpad_compare_ui(ui: &mut Ui, state: &State, flat: &[(usize, &Inspection)], actions: &mut Actions) {
    let pad = &state.scratchpad;
    let Some((_, shown)) = flat.get(pad.chosen) else { return };
    let size = ui.available_size();
    card_of(ui, size, |ui| {
        let named = |wanted: &Inspection| {
            let at = flat
                .iter()
                .position(|(_, one)| one.token.fingerprint == wanted.token.fingerprint);
            name_of(at.unwrap_or_default(), wanted)
        };
        let other = pad
            .compared()
            .filter(|other| other.token.fingerprint != shown.token.fingerprint);
        let Some(other) = other else {
            choose_ui(ui, flat, shown, actions);
            return;
        };
        let button = Button::quiet("Compare with another").icon(icon::ARROWS_LEFT_RIGHT);
        let left = |ui: &mut Ui| {
            let words = "Differences between two tokens of this text";
            elided(ui, text::label(words, palette(ui).muted));
        };
        let action = Action::Scratch(ScratchAction::CompareWith(None));
        if let Some(action) = row_with_buttons(ui, space::FIELD, left, [EndButton::new(button, action)]) {
            actions.push(action);
        }
        let Some(result) = &pad.result else { return };
        let pair = Pair {
            before: other.token.fingerprint.clone(),
            after: shown.token.fingerprint.clone(),
            kind: None,
            relation: Relation::Unrelated,
        };
        // Exposed to be measured.
        let len = |one: &Inspection| one.token.value.expose().len();
        let sheet = state.comparisons.of(ui.ctx(), &pair, len(other) + len(shown), || {
            let (result, pair) = (Arc::clone(result), pair.clone());
            move || {
                let record = |wanted: &Fingerprint| {
                    let mut all = result.flat().into_iter();
                    all.find_map(|(_, one)| (one.token.fingerprint == *wanted).then(|| TokenRecord::of(&one.token)))
                        .expect("both are tokens of this result")
                };
                (record(&pair.before), record(&pair.after))
            }
        });
        let view = ComparisonView {
            before: &named(other),
            after: &named(shown),
            pair: &pair,
            sheet: &sheet,
        };
        comparison_ui(ui, state, &view, actions);
    });
}

/// What the token can be compared with.
fn choose_ui(ui: &mut Ui, flat: &[(usize, &Inspection)], shown: &Inspection, actions: &mut Actions) {
    let p = palette(ui);
    if flat.len() < 2 {
        let help = "Paste two tokens one below the other, or change this one";
        EmptyState::new(icon::ARROWS_LEFT_RIGHT, "Nothing to compare with", help).show(ui);
        return;
    }
    ui.label(text::body("Which token was the one before?").color(p.muted));
    ScrollArea::vertical()
        .id_salt("scratchpad compare")
        .auto_shrink([false, false])
        .show(ui, |ui| {
            for (at, (_, one)) in flat.iter().enumerate().take(MOST) {
                if one.token.fingerprint == shown.token.fingerprint {
                    continue;
                }
                let name = format!("Compare with {}", name_of(at, one));
                if ui.add(Button::secondary(&name).icon(icon::ARROWS_LEFT_RIGHT)).clicked() {
                    let token = Some(one.token.fingerprint.clone());
                    actions.push(Action::Scratch(ScratchAction::CompareWith(token)));
                }
            }
        });
}
