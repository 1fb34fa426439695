//! A token's header and claims, to be changed and signed again: for tests of one's own servers.

use egui::{ScrollArea, Ui};

use super::scratchpad_attacks::scratchpad_attacks_ui;
use super::token_view::card_of;
use crate::gui::action::{Action, Actions};
use crate::gui::scratchpad::edit_input::{claims_id, header_id, json_problem};
use crate::gui::scratchpad::{EditInput, ScratchAction, ScratchInput, SignChoice};
use crate::gui::state::State;
use crate::gui::theme::{Tone, icon, palette, space, text};
use crate::gui::widgets::{
    Button, EmptyState, EndButton, Field, field_row, notice, row_with_buttons, segmented, text_field,
};
use crate::gui::words::sentences;
use crate::model::Secret;
use crate::model::inspection::Inspection;

const LABEL: f32 = 72.0;
const HEADER_HEIGHT: f32 = 84.0;
const CLAIMS_HEIGHT: f32 = 220.0;

/// Draws it.
pub(super) fn scratchpad_edit_ui(
    ui: &mut Ui,
    state: &State,
    inspection: &Inspection,
    input: &mut ScratchInput,
    actions: &mut Actions,
) {
    let size = ui.available_size();
    let pasted = input.pasted.clone();
    card_of(ui, size, |ui| {
        let edit = input.edit.as_mut().filter(|edit| edit.is_of(inspection));
        let Some(edit) = edit else {
            let help = "Its header and claims open as text, as they are";
            let pressed = EmptyState::new(icon::PENCIL_SIMPLE, "Change this token for tests", help)
                .action(Button::primary("Edit").icon(icon::PENCIL_SIMPLE))
                .show(ui);
            if pressed.is_some_and(|button| button.clicked()) {
                actions.push(Action::Scratch(ScratchAction::Edit));
            }
            return;
        };
        head_ui(ui, state, edit, &pasted, actions);
        ScrollArea::vertical()
            .id_salt("scratchpad edit")
            .auto_shrink([false, false])
            .show(ui, |ui| {
                ui.set_max_width(ui.available_width() - 10.0);
                ui.spacing_mut().item_spacing.y = space::XS;
                if let Some(failure) = &state.scratchpad.forge_failure {
                    notice(ui, Tone::Bad, "No token was made", &sentences(failure), |_| {});
                    ui.add_space(space::S);
                }
                if edit.shows_attacks {
                    scratchpad_attacks_ui(ui, edit, actions);
                } else {
                    texts_ui(ui, edit);
                }
                sign_ui(ui, state, edit, &pasted);
            });
    });
}

fn head_ui(ui: &mut Ui, state: &State, edit: &mut EditInput, pasted: &Secret, actions: &mut Actions) {
    let ready = !state.scratchpad.is_forging()
        && json_problem(&edit.header).is_none()
        && (edit.sign != SignChoice::PastedKey || !pasted.is_empty());
    let button = Button::primary("Make the token").icon(icon::CHECK);
    let shows_attacks = edit.shows_attacks;
    let mut chosen = None;
    let left = |ui: &mut Ui| {
        chosen = segmented(ui, shows_attacks, &[(false, "By hand"), (true, "Attacks")]);
        ui.add_space(space::S);
        let words = "For tests of your own servers. What comes out is marked as forged";
        crate::gui::widgets::elided(ui, text::label(words, palette(ui).muted));
    };
    let make = EndButton::new(button, Action::Scratch(ScratchAction::Forge))
        .enabled(ready)
        .tooltip("Stands in the list then");
    let buttons = (!shows_attacks).then_some(make);
    if let Some(action) = row_with_buttons(ui, space::CONTROL + 4.0, left, buttons) {
        actions.push(action);
    }
    if let Some(chosen) = chosen {
        edit.shows_attacks = chosen;
    }
}

/// What the result is signed with, and whether it is marked.
fn sign_ui(ui: &mut Ui, state: &State, edit: &mut EditInput, pasted: &Secret) {
    let hint = match edit.sign {
        SignChoice::PastedKey if pasted.is_empty() => {
            "Paste a private key or a secret under “Keys and expectations”, Keys from: Pasted key"
        }
        SignChoice::PastedKey => "With the key under “Keys and expectations”",
        SignChoice::Demo if state.demo.url.is_none() => "The demo server does not run: start it on its page",
        SignChoice::Demo => "With the demo server's own key",
        SignChoice::None => "Whether a server takes a token that says that it is not signed (RFC 8725 §3.2)",
        SignChoice::Keep => "Whether a server checks the signature over what the token says now (RFC 7515 §5.2)",
        SignChoice::Strip => "Whether a server takes an empty signature (RFC 7515 §5.2)",
    };
    let field = Field {
        label: "Sign with",
        hint,
        ..Field::default()
    };
    field_row(ui, LABEL, &field, |ui| {
        if let Some(sign) = segmented(ui, edit.sign, &SignChoice::ALL) {
            edit.sign = sign;
        }
    });
    let field = Field {
        label: "Mark",
        hint: if edit.marks {
            "Its header says \"tokenscope\": \"forged\", which servers pass over (RFC 7515 §4)"
        } else {
            "It is known here by its fingerprint until you close the window, and nowhere else"
        },
        ..Field::default()
    };
    field_row(ui, LABEL, &field, |ui| {
        if let Some(marks) = segmented(ui, edit.marks, &[(true, "In the header"), (false, "Not in the token")]) {
            edit.marks = marks;
        }
    });
}

fn texts_ui(ui: &mut Ui, edit: &mut EditInput) {
    let (wrong_header, wrong_claims) = (json_problem(&edit.header), json_problem(&edit.claims));
    let field = Field {
        label: "Header",
        error: wrong_header.as_deref(),
        rows: 3,
        most_height: HEADER_HEIGHT,
        ..Field::default()
    };
    field_row(ui, LABEL, &field, |ui| {
        text_field(ui, header_id(), &field, &mut edit.header);
    });
    let field = Field {
        label: "Payload",
        // A server may be tried with claims that are no JSON at all.
        error: wrong_claims.as_deref(),
        rows: 6,
        most_height: CLAIMS_HEIGHT,
        ..Field::default()
    };
    field_row(ui, LABEL, &field, |ui| {
        text_field(ui, claims_id(), &field, &mut edit.claims);
    });
}
