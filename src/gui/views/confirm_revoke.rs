//! The question before a token is revoked.

use egui::{Id, Modal, Ui};

use crate::gui::action::{Action, Actions};
use crate::gui::state::State;
use crate::gui::theme::{icon, palette, space, text};
use crate::gui::widgets::{Button, dialog_frame};
use crate::model::TokenKind;

/// Draws it while it is asked.
pub(super) fn confirm_revoke_ui(ui: &mut Ui, state: &State, actions: &mut Actions) {
    let Some((slug, kind)) = &state.asking.revoke else {
        return;
    };
    let Some(item) = state.item(slug) else { return };
    let p = palette(ui);
    let name = kind.label().to_lowercase();
    let after = match kind {
        TokenKind::Refresh => "The session is over then: only a new login gives tokens again.",
        _ => {
            "The provider takes it no longer. A refresh may give another one: some providers end the refresh token with it."
        }
    };
    let modal = Modal::new(Id::unique("confirm revoke"))
        .backdrop_color(p.backdrop)
        .frame(dialog_frame(ui, 20))
        .show(ui.ctx(), |ui| {
            ui.set_width(400.0);
            ui.label(text::title(format!("Revoke the {name} of “{}”?", item.profile.name)));
            ui.label(text::body(after).color(p.muted));
            ui.add_space(space::S);
            ui.horizontal(|ui| {
                if ui.add(Button::danger("Revoke token").icon(icon::PROHIBIT)).clicked() {
                    actions.push(Action::KeepToken);
                    actions.push(Action::Revoke(slug.clone(), *kind));
                }
                ui.add(Button::secondary("Keep it").shortcut("Esc")).clicked()
            })
            .inner
        });
    if modal.inner || modal.should_close() {
        actions.push(Action::KeepToken);
    }
}
