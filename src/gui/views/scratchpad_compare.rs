//! Two tokens of the scratchpad beside each other.

use egui::Ui;

use super::scratchpad_list::name_of;
use crate::gui::action::{Action, Actions};
use crate::gui::scratchpad::ScratchAction;
use crate::gui::state::State;
use crate::gui::theme::{icon, palette, text};
use crate::gui::widgets::{Button, EmptyState, card, section_label};
use crate::model::inspection::Inspection;

/// Draws it.
pub(super) fn scratchpad_compare_ui(
    ui: &mut Ui,
    state: &State,
    flat: &[(usize, &Inspection)],
    actions: &mut Actions,
) {
    let p = palette(ui);
    let pad = &state.scratchpad;
    let Some((_, shown)) = flat.get(pad.chosen) else { return };
    let other = pad.compared().filter(|other| other.token.fingerprint != shown.token.fingerprint);
    let Some(other) = other else {
        card(ui, |ui| {
            ui.set_min_size(ui.available_size());
            section_label(ui, "Compare with");
            for (at, (_, one)) in flat.iter().enumerate() {
                if one.token.fingerprint == shown.token.fingerprint {
                    continue;
                }
                let name = format!("Compare with {}", name_of(at, one));
                if ui.add(Button::secondary(&name).icon(icon::ARROWS_LEFT_RIGHT)).clicked() {
                    let token = Some(one.token.fingerprint.clone());
                    actions.push(Action::Scratch(ScratchAction::CompareWith(token)));
                }
            }
            if flat.len() < 2 {
                EmptyState::new(
                    icon::ARROWS_LEFT_RIGHT,
                    "Nothing to compare with",
                    "Paste two tokens one below the other",
                )
                .show(ui);
            }
        });
        return;
    };
    card(ui, |ui| {
        ui.set_min_size(ui.available_size());
        ui.label(text::body(format!("{} compared", other.place)).color(p.muted));
    });
}
