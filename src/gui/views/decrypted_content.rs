//! What was inside an encrypted token: masked until the person asks for it, because it may be a secret.

use egui::{Label, Ui};

use crate::gui::action::{Action, Actions};
use crate::gui::scratchpad::ScratchAction;
use crate::gui::state::State;
use crate::gui::theme::{icon, palette, space, text};
use crate::gui::visible_text::visible;
use crate::gui::widgets::{Button, SpokenAs as _};
use crate::model::{Secret, Token};

/// As much of it is shown.
const SHOWN_LEN: usize = 4096;

/// Draws it with what shows and what copies it.
pub(super) fn decrypted_content_ui(ui: &mut Ui, state: &State, token: &Token, content: &Secret, actions: &mut Actions) {
    let p = palette(ui);
    // Exposed to be measured, and shown below where the person asks for it.
    let whole = content.expose();
    let is_shown = state.scratchpad.shows_content.as_ref() == Some(&token.fingerprint);
    let words = format!("Decrypted content, {} bytes", whole.len());
    ui.label(text::label(words, p.muted));
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::S;
        let (name, sign) = if is_shown {
            ("Hide content", icon::EYE_SLASH)
        } else {
            ("Show content", icon::EYE)
        };
        if ui.add(Button::secondary(name).icon(sign)).clicked() {
            let shown = (!is_shown).then(|| token.fingerprint.clone());
            actions.push(Action::Scratch(ScratchAction::ShowContent(shown)));
        }
        if ui.add(Button::quiet("Copy content").icon(icon::COPY)).clicked() {
            actions.push(Action::Copy {
                what: "the decrypted content".to_owned(),
                text: whole.to_owned(),
            });
        }
    });
    if !is_shown {
        ui.label(text::mono("••••••••••••").color(p.muted)).spoken_as("masked");
        return;
    }
    let start = &whole[..whole.floor_char_boundary(SHOWN_LEN)];
    let lines: Vec<_> = start.lines().map(visible).collect();
    ui.add(Label::new(text::mono(lines.join("\n"))).wrap().selectable(true));
    if start.len() < whole.len() {
        let words = format!(
            "… and {} bytes more: copy the content to have all of it",
            whole.len() - start.len()
        );
        ui.label(text::label(words, p.muted));
    }
}
