//! What of the stored things could not be read, above everything else: nothing was lost, and this says where it is.

use egui::{Align, Frame, Layout, Margin, Ui};

use crate::gui::action::{Action, Actions};
use crate::gui::state::State;
use crate::gui::theme::{icon, palette, space, text};
use crate::gui::widgets::{Button, SpokenAs as _};

/// Draws them, if there are any.
pub(super) fn problems_ui(ui: &mut Ui, state: &State, actions: &mut Actions) {
    if state.problems.is_empty() {
        return;
    }
    let p = palette(ui);
    Frame::new()
        .fill(p.warn_bg)
        .corner_radius(space::RADIUS_CARD)
        .inner_margin(Margin::symmetric(12, 6))
        .show(ui, |ui| {
            ui.with_layout(Layout::right_to_left(Align::TOP), |ui| {
                if ui
                    .add(Button::quiet("Close message").icon_only(icon::X).small())
                    .clicked()
                {
                    actions.push(Action::DismissProblems);
                }
                ui.with_layout(Layout::top_down(Align::LEFT), |ui| {
                    ui.spacing_mut().item_spacing.y = 2.0;
                    for problem in &state.problems {
                        let words = format!("{}  {problem}", icon::WARNING);
                        ui.label(text::body(words).color(p.warn)).spoken_as(problem);
                    }
                });
            });
        });
    ui.add_space(space::M);
}
