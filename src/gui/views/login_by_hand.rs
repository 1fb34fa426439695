//! A login without a browser of this machine: the address to open elsewhere, and a field for the address that came back.

use egui::{Frame, Margin, Ui};

use crate::engine::OperationId;
use crate::gui::action::{Action, Actions};
use crate::gui::inputs::{Inputs, PastedCallback, callback_id};
use crate::gui::login_progress::Login;
use crate::gui::theme::{icon, palette, space, text};
use crate::gui::widgets::{Button, Field, elided, section_label, text_field};
use crate::model::Secret;

/// Draws them. Where nothing listens the field is there from the start.
pub(super) fn login_by_hand_ui(
    ui: &mut Ui,
    id: OperationId,
    login: &Login,
    url: &str,
    inputs: &mut Inputs,
    actions: &mut Actions,
) {
    let p = palette(ui);
    let paste_only = login.paste_only.is_some();
    section_label(
        ui,
        if paste_only {
            "First sign in at this address"
        } else {
            "No browser? Open this address anywhere on this machine"
        },
    );
    Frame::new()
        .fill(p.bg)
        .stroke(egui::Stroke::new(1.0, p.line))
        .corner_radius(space::RADIUS_CONTROL)
        .inner_margin(Margin::symmetric(8, 6))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            elided(ui, text::mono(url));
        });
    let mut opens = paste_only && inputs.callback.is_none();
    ui.horizontal(|ui| {
        if ui.add(Button::secondary("Copy address").icon(icon::COPY)).clicked() {
            actions.push(Action::Copy {
                what: "address".to_owned(),
                text: url.to_owned(),
            });
        }
        if ui
            .add(Button::quiet("Open again").icon(icon::ARROW_SQUARE_OUT))
            .clicked()
        {
            actions.push(Action::OpenUrl(url.to_owned()));
        }
        if !paste_only && inputs.callback.is_none() {
            opens = ui.add(Button::quiet("Paste the callback address instead…")).clicked();
        }
    });
    if opens {
        inputs.callback = Some(PastedCallback {
            login: id,
            address: Secret::default(),
        });
    }
    if let Some(pasted) = inputs.callback.as_mut().filter(|pasted| pasted.login == id) {
        paste_ui(ui, id, login, pasted, opens, actions);
    }
}

fn paste_ui(
    ui: &mut Ui,
    id: OperationId,
    login: &Login,
    pasted: &mut PastedCallback,
    opened: bool,
    actions: &mut Actions,
) {
    let p = palette(ui);
    ui.add_space(space::S);
    let uri = login.listening.as_deref().unwrap_or_default();
    // A provider that shows the code on a page of its own has a redirect URI that is no address.
    let is_code = login.paste_only.is_some() && uri.starts_with("urn:");
    let placeholder = match uri {
        _ if is_code => String::new(),
        "" => "http://localhost/signin-callback?code=…&state=…".to_owned(),
        uri => format!("{uri}?code=…&state=…"),
    };
    let field = Field {
        label: if is_code { "Code" } else { "Callback address" },
        hint: match login.paste_only {
            Some(_) if is_code => "As the page shows it",
            Some(_) => "All of it, code and state included",
            None => {
                "After you signed in elsewhere, the browser stands at an address that begins with the redirect URI. Copy all \
                 of it, code and state included"
            }
        },
        placeholder: &placeholder,
        ..Field::default()
    };
    section_label(ui, field.label);
    // A text field edits a plain text; it goes back into its box at once.
    let mut address = pasted.address.expose().to_owned();
    let response = text_field(ui, callback_id(), &field, &mut address);
    if opened {
        response.request_focus();
    }
    let enter = response.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
    pasted.address = Secret::new(address);
    ui.label(text::label(field.hint, p.faint));
    let ready = !pasted.address.expose().trim().is_empty();
    ui.horizontal(|ui| {
        let name = if is_code { "Use this code" } else { "Use this address" };
        let go = ui.add_enabled(ready, Button::secondary(name)).clicked();
        if ready && (go || enter) {
            let trimmed = Secret::new(pasted.address.expose().trim());
            actions.push(Action::PasteCallback(id, trimmed));
        }
    });
}
