//! Two tokens of the scratchpad beside each other.

use std::sync::Arc;

use egui::{ScrollArea, Ui};

use super::comparison::{ComparisonView, comparison_ui};
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

/// What the buttons at its head do.
const TURN: ScratchAction = ScratchAction::TurnComparison;
const CHOOSE: ScratchAction = ScratchAction::CompareWith(None);

/// Draws it: the one that was chosen beside the other one, the earlier one in the text first. Where there are only two
/// there is nothing to choose.
pub(super) fn scratchpad_compare_ui(ui: &mut Ui, state: &State, flat: &[(usize, &Inspection)], actions: &mut Actions) {
    let pad = &state.scratchpad;
    let Some((_, shown)) = flat.get(pad.chosen) else { return };
    let size = ui.available_size();
    card_of(ui, size, |ui| {
        let others = pad.others();
        let wanted = others
            .iter()
            .find(|(_, one)| Some(&one.token.fingerprint) == pad.compared.as_ref());
        let only = others.first().filter(|_| others.len() == 1);
        let Some(&(at, other)) = wanted.or(only) else {
            choose_ui(ui, state, &others, actions);
            return;
        };
        let mut two = [(at, other), (pad.chosen, *shown)];
        two.sort_by_key(|(at, _)| *at);
        if pad.is_turned {
            two.reverse();
        }
        let swap = Button::quiet("Swap").icon(icon::ARROWS_LEFT_RIGHT);
        let choose = Button::quiet("Compare with another").icon(icon::LIST_BULLETS);
        let choose = only.is_none().then(|| EndButton::new(choose, CHOOSE));
        let left = |ui: &mut Ui| {
            let words = "Differences between two tokens of this text";
            elided(ui, text::label(words, palette(ui).muted));
        };
        let buttons = [EndButton::new(swap, TURN)].into_iter().chain(choose);
        if let Some(action) = row_with_buttons(ui, space::FIELD, left, buttons) {
            actions.push(Action::Scratch(action));
        }
        pair_ui(ui, state, two, actions);
    });
}

/// Two of them beside each other, each with its place in the list.
fn pair_ui(ui: &mut Ui, state: &State, [before, after]: [(usize, &Inspection); 2], actions: &mut Actions) {
    let pad = &state.scratchpad;
    let Some(result) = &pad.result else { return };
    let pair = Pair {
        before: before.1.token.fingerprint.clone(),
        after: after.1.token.fingerprint.clone(),
        kind: None,
        relation: Relation::Unrelated,
    };
    // Exposed to be measured.
    let len = |one: &Inspection| one.token.value.expose().len();
    let sheet = state.comparisons.of(ui.ctx(), &pair, len(before.1) + len(after.1), || {
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
        before: pad.name(before.0),
        after: pad.name(after.0),
        pair: &pair,
        sheet: &sheet,
    };
    comparison_ui(ui, state, &view, actions);
}

/// What the token can be compared with.
fn choose_ui(ui: &mut Ui, state: &State, others: &[(usize, &Inspection)], actions: &mut Actions) {
    let p = palette(ui);
    if others.is_empty() {
        let help = "Paste two tokens one below the other, or change this one";
        EmptyState::new(icon::ARROWS_LEFT_RIGHT, "Nothing to compare with", help).show(ui);
        return;
    }
    let pad = &state.scratchpad;
    let words = format!("What is {} to be compared with?", pad.name(pad.chosen));
    elided(ui, text::body(words).color(p.muted));
    ScrollArea::vertical()
        .id_salt("scratchpad compare")
        .auto_shrink([false, false])
        .show(ui, |ui| {
            for &(at, one) in others.iter().take(MOST) {
                let name = format!("Compare with {}", pad.name(at));
                if ui.add(Button::secondary(&name).icon(icon::ARROWS_LEFT_RIGHT)).clicked() {
                    let token = Some(one.token.fingerprint.clone());
                    actions.push(Action::Scratch(ScratchAction::CompareWith(token)));
                }
            }
        });
}
