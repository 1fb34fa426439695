//! The question after a session has ended: whether to log in again.

use egui::{Id, Modal, Ui};

use crate::gui::action::{Action, Actions};
use crate::gui::state::State;
use crate::gui::theme::{icon, palette, space, text};
use crate::gui::widgets::{Button, dialog_frame};

/// Draws it while it is asked.
pub(super) fn login_again_ui(ui: &mut Ui, state: &State, actions: &mut Actions) {
    let Some((slug, why)) = &state.asking.login_wanted else {
        return;
    };
    let Some(item) = state.item(slug) else { return };
    let p = palette(ui);
    let modal = Modal::new(Id::unique("login again"))
        .backdrop_color(p.backdrop)
        .frame(dialog_frame(ui, 20))
        .show(ui.ctx(), |ui| {
            ui.set_width(420.0);
            ui.label(text::title("The session is over. Log in again?"));
            ui.label(text::body(format!("{}: {}", item.profile.name, why.message)).color(p.muted));
            ui.add_space(space::S);
            ui.horizontal(|ui| {
                let yes = ui.add(Button::primary("Log in again").icon(icon::SIGN_IN).shortcut("Enter"));
                // So that Enter means yes until the person goes on to the other button.
                if ui.memory(|memory| memory.focused().is_none()) {
                    yes.request_focus();
                }
                if yes.clicked() {
                    actions.push(Action::StayLoggedOut);
                    actions.push(Action::LogIn(slug.clone()));
                }
                ui.add(Button::secondary("Not now").shortcut("Esc")).clicked()
            })
            .inner
        });
    if modal.inner || modal.should_close() {
        actions.push(Action::StayLoggedOut);
    }
}
