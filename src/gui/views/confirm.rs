//! The question before a profile is deleted.

use egui::{Id, Modal, Ui};

use crate::gui::action::{Action, Actions};
use crate::gui::state::State;
use crate::gui::theme::{icon, palette, space, text};
use crate::gui::widgets::{Button, dialog_frame};

/// Draws it while it is asked.
pub(super) fn confirm_delete_ui(ui: &mut Ui, state: &State, actions: &mut Actions) {
    let Some(item) = state.screen.confirm_delete.as_ref().and_then(|slug| state.item(slug)) else {
        return;
    };
    let p = palette(ui);
    let modal = Modal::new(Id::unique("confirm delete"))
        .backdrop_color(p.backdrop)
        .frame(dialog_frame(ui, 20))
        .show(ui.ctx(), |ui| {
            ui.set_width(380.0);
            ui.label(text::title(format!("Delete “{}”?", item.profile.name)));
            ui.label(
                text::body("The profile, its tokens and its history go for good. The provider is not told.")
                    .color(p.muted),
            );
            ui.add_space(space::S);
            ui.horizontal(|ui| {
                if ui.add(Button::danger("Delete profile").icon(icon::TRASH)).clicked() {
                    actions.push(Action::DeleteProfile(item.profile.slug.clone()));
                }
                ui.add(Button::secondary("Keep it").shortcut("Esc")).clicked()
            })
            .inner
        });
    if modal.inner || modal.should_close() {
        actions.push(Action::KeepProfile);
    }
}
