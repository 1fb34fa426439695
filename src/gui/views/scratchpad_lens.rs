//! What tokens are looked at with: keys, and what the person expects. Folded it is one line.

use egui::{ComboBox, Key, ScrollArea, Ui, Vec2};
use url::Url;

use super::scratchpad_expectations::expectations_ui;
use super::scratchpad_text::MOST_HEIGHT_LOW;
use crate::gui::action::{Action, Actions};
use crate::gui::scratchpad::input::{key_id, lens_id};
use crate::gui::scratchpad::{KeyChoice, ScratchAction, ScratchInput};
use crate::gui::state::State;
use crate::gui::theme::{icon, palette, space, text};
use crate::gui::widgets::{Button, Field, SpokenAs as _, elided, field_row, fold_heading, segmented, text_field};
use crate::model::Secret;
use crate::model::body::cut;
use crate::model::keys::SecretForm;

/// As wide are the labels before the fields.
pub(super) const LABEL: f32 = 92.0;
/// The tokens below need the rest.
const MOST_SHARE: f32 = 0.5;

/// Draws it.
pub(super) fn scratchpad_lens_ui(ui: &mut Ui, state: &State, input: &mut ScratchInput, actions: &mut Actions) {
    if fold_heading(ui, "Keys and expectations", &input.summary(), input.is_open).clicked() {
        input.is_open = !input.is_open;
    }
    if !input.is_open {
        keys_told_ui(ui, state, 0.0, true, actions);
        return;
    }
    let most = (ui.available_height() * MOST_SHARE).max(120.0);
    ScrollArea::vertical()
        .id_salt("scratchpad lens")
        .max_height(most)
        .auto_shrink([false, true])
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = space::XS;
            // The scroll bar lies beside the fields.
            ui.set_max_width(ui.available_width() - 10.0);
            let field = Field {
                label: "Keys from",
                ..Field::default()
            };
            field_row(ui, LABEL, &field, |ui| {
                if let Some(keys) = segmented(ui, input.keys, &KeyChoice::ALL) {
                    input.keys = keys;
                    actions.push(Action::Scratch(ScratchAction::Changed));
                }
            });
            source_ui(ui, state, input, actions);
            keys_told_ui(ui, state, LABEL, false, actions);
            expectations_ui(ui, input, actions);
        });
    ui.separator();
}

/// What the keys turned out to be, or that a server is still asked for them, `left` points from the border. While it is
/// folded that they are there is not worth a line.
fn keys_told_ui(ui: &mut Ui, state: &State, left: f32, only_trouble: bool, actions: &mut Actions) {
    let p = palette(ui);
    if state.scratchpad.awaits_keys() {
        ui.horizontal(|ui| {
            ui.add_space(left);
            let words = "Fetching keys…";
            ui.label(text::label(format!("{} {words}", icon::HOURGLASS), p.muted))
                .spoken_as(words);
            if ui.add(Button::quiet("Cancel").icon(icon::X)).clicked() {
                actions.push(Action::Scratch(ScratchAction::LeaveKeys));
            }
        });
        return;
    }
    let Some(told) = state.scratchpad.result.as_ref().and_then(|result| result.keys.as_ref()) else {
        return;
    };
    match told {
        Ok(words) if !only_trouble => {
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 0.0;
                ui.add_space(left);
                ui.label(text::label(format!("{} {words}", icon::KEY), p.muted))
                    .spoken_as(words.as_str());
            });
        }
        Ok(_) => {}
        Err(why) => {
            let words = format!("No keys: {why}");
            ui.horizontal_top(|ui| {
                ui.spacing_mut().item_spacing.x = 0.0;
                ui.add_space(left);
                ui.add(egui::Label::new(text::label(format!("{} {words}", icon::WARNING), p.warn)).wrap())
                    .spoken_as(words);
            });
        }
    }
}

fn source_ui(ui: &mut Ui, state: &State, input: &mut ScratchInput, actions: &mut Actions) {
    match input.keys {
        KeyChoice::Nowhere => {}
        KeyChoice::Profile => profile_ui(ui, state, input, actions),
        KeyChoice::Issuer => issuer_ui(ui, state, input, actions),
        KeyChoice::Address => address_ui(ui, input, actions),
        KeyChoice::Pasted => {
            key_ui(ui, input, actions);
            secret_form_ui(ui, input, actions);
        }
    }
}

fn profile_ui(ui: &mut Ui, state: &State, input: &mut ScratchInput, actions: &mut Actions) {
    let field = Field {
        label: "Profile",
        hint: "The keys of its provider, and its client secret where you gave one",
        ..Field::default()
    };
    field_row(ui, LABEL, &field, |ui| {
        let chosen = input.profile.as_ref().and_then(|slug| state.item(slug));
        let response = ComboBox::from_id_salt(lens_id(field.label))
            .width(ui.available_width().min(320.0))
            .truncate()
            .selected_text(chosen.map_or("choose one", |item| item.profile.name.as_str()))
            .show_ui(ui, |ui| {
                for item in &state.profiles {
                    let is_chosen = input.profile.as_ref() == Some(&item.profile.slug);
                    if ui.selectable_label(is_chosen, &item.profile.name).clicked() {
                        input.profile = Some(item.profile.slug.clone());
                        actions.push(Action::Scratch(ScratchAction::AskForKeys));
                    }
                }
            });
        response.response.accessible_name(field.label);
    });
}

fn issuer_ui(ui: &mut Ui, state: &State, input: &mut ScratchInput, actions: &mut Actions) {
    let p = palette(ui);
    let issuer = state
        .scratchpad
        .current()
        .and_then(|shown| shown.token.decoded.payload.get_str("iss"));
    let url = issuer.as_deref().and_then(|issuer| Url::parse(issuer).ok());
    let (Some(issuer), Some(host)) = (issuer, url.as_ref().and_then(Url::host_str)) else {
        ui.horizontal(|ui| {
            ui.add_space(LABEL);
            ui.label(text::label("This token names no issuer that has an address", p.muted));
        });
        return;
    };
    let name = format!("Ask {}", cut(host));
    ui.horizontal(|ui| {
        ui.add_space(LABEL);
        if ui.add(Button::secondary(&name).icon(icon::ARROW_SQUARE_OUT)).clicked() {
            input.issuer_asked = Some(issuer.clone());
            actions.push(Action::Scratch(ScratchAction::AskForKeys));
        }
        let words = if input.issuer_asked.as_deref() == Some(issuer.as_str()) {
            "Asked for its keys. A valid signature says that this issuer made the token, not that you should trust it"
        } else {
            "Fetches its metadata and its keys: that server then knows that somebody looks at its tokens"
        };
        elided(ui, text::label(words, p.muted));
    });
}

fn address_ui(ui: &mut Ui, input: &mut ScratchInput, actions: &mut Actions) {
    let field = Field {
        label: "Key set at",
        placeholder: "https://login.example.com/jwks",
        hint: "A JWK Set (RFC 7517 §5). It is fetched when you say so",
        ..Field::default()
    };
    field_row(ui, LABEL, &field, |ui| {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = space::S;
            let button = Button::secondary("Fetch keys").icon(icon::ARROW_CLOCKWISE);
            let wide = button.width(ui) + ui.spacing().item_spacing.x;
            let size = Vec2::new((ui.available_width() - wide).max(80.0), space::FIELD);
            let entered = ui.allocate_ui(size, |ui| {
                let response = text_field(ui, lens_id(field.label), &field, &mut input.address);
                response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter))
            });
            let ready = !input.address.trim().is_empty();
            if ready && entered.inner | ui.add_enabled(ready, button).clicked() {
                input.address_asked = Some(input.address.trim().to_owned());
                actions.push(Action::Scratch(ScratchAction::AskForKeys));
            }
        });
    });
}

fn key_ui(ui: &mut Ui, input: &mut ScratchInput, actions: &mut Actions) {
    let field = Field {
        label: "Key",
        placeholder: "PEM, certificate, JWK, key set, or secret",
        hint: "Kept in memory only. A private key also decrypts, and signs what you edit",
        password: true,
        rows: 2,
        most_height: MOST_HEIGHT_LOW,
        ..Field::default()
    };
    field_row(ui, LABEL, &field, |ui| {
        // A text field edits a plain text; it goes back into its box at once.
        let mut typed = input.pasted.expose().to_owned();
        let response = text_field(ui, key_id(), &field, &mut typed);
        input.pasted = Secret::new(typed);
        if input.takes_focus(key_id()) {
            response.request_focus();
        }
        if response.changed() {
            actions.push(Action::Scratch(ScratchAction::Changed));
        }
    });
}

/// In which form a secret is written; a key in one of its own forms says so itself.
fn secret_form_ui(ui: &mut Ui, input: &mut ScratchInput, actions: &mut Actions) {
    let key = input.pasted.expose().trim_start();
    if key.is_empty() || key.starts_with('{') || key.starts_with("-----BEGIN") {
        return;
    }
    let field = Field {
        label: "Secret is",
        ..Field::default()
    };
    field_row(ui, LABEL, &field, |ui| {
        let forms = [
            (SecretForm::Auto, "Any of these"),
            (SecretForm::Text, "Text"),
            (SecretForm::Base64, "Base64"),
            (SecretForm::Hex, "Hex"),
        ];
        if let Some(form) = segmented(ui, input.secret_form, &forms) {
            input.secret_form = form;
            actions.push(Action::Scratch(ScratchAction::Changed));
        }
    });
}
