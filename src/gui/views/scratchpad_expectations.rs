//! What a person expects of the tokens in the scratchpad: what they are for, and what has to stand in them.

use egui::Ui;

use super::scratchpad_lens::LABEL;
use crate::gui::action::{Action, Actions};
use crate::gui::scratchpad::input::{lens_id, use_words};
use crate::gui::scratchpad::{ScratchAction, ScratchInput};
use crate::gui::widgets::{Field, field_row, segmented, text_field};
use crate::model::inspection::TokenUse;

/// Draws it.
pub(super) fn expectations_ui(ui: &mut Ui, input: &mut ScratchInput, actions: &mut Actions) {
    let field = Field {
        label: "It is",
        ..Field::default()
    };
    field_row(ui, LABEL, &field, |ui| {
        let uses = [None, Some(TokenUse::Id), Some(TokenUse::Access), Some(TokenUse::Any)];
        let choices = uses.map(|token_use| (token_use, use_words(token_use)));
        if let Some(token_use) = segmented(ui, input.token_use, &choices) {
            input.token_use = token_use;
            actions.push(Action::Scratch(ScratchAction::Changed));
        }
    });
    let wrong_time = input.at().err();
    let rows: [(&str, &str, Option<&str>, &mut String); 4] = [
        ("Issuer", "any", None, &mut input.issuer),
        ("Audience", "any", None, &mut input.audience),
        ("Nonce", "any", None, &mut input.nonce),
        ("At time", "now", wrong_time, &mut input.at),
    ];
    for (label, placeholder, error, value) in rows {
        let field = Field {
            label,
            error,
            placeholder,
            ..Field::default()
        };
        field_row(ui, LABEL, &field, |ui| {
            if text_field(ui, lens_id(label), &field, value).changed() {
                actions.push(Action::Scratch(ScratchAction::Changed));
            }
        });
    }
}
