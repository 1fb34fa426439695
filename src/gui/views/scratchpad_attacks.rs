//! The attacks that a resource server must withstand, each a click away.

use egui::{Align, Id, Layout, Ui, UiBuilder, Vec2};

use crate::gui::action::{Action, Actions};
use crate::gui::scratchpad::{EditInput, ScratchAction, SignChoice};
use crate::gui::theme::{icon, palette, space, text};
use crate::gui::widgets::{Button, EndButton, Field, elided_with_tooltip, field_row, row_with_buttons, text_field};
use crate::model::forge::{Need, Preset, presets};

const LABEL: f32 = 72.0;
const NAME: f32 = 220.0;

/// Draws them.
pub(super) fn scratchpad_attacks_ui(ui: &mut Ui, edit: &mut EditInput, actions: &mut Actions) {
    for preset in presets() {
        preset_ui(ui, edit, preset, actions);
    }
    ui.add_space(space::S);
    let field = Field {
        label: "Public key",
        placeholder: "-----BEGIN PUBLIC KEY-----",
        hint: "The provider's, as the server holds it, for “HMAC with the public key”",
        rows: 2,
        most_height: 48.0,
        ..Field::default()
    };
    field_row(ui, LABEL, &field, |ui| {
        text_field(ui, Id::unique("scratchpad public key"), &field, &mut edit.public_key);
    });
    let field = Field {
        label: "Address",
        placeholder: "https://tester.example/jwks",
        hint: "One that you serve, for the attacks that name one",
        ..Field::default()
    };
    field_row(ui, LABEL, &field, |ui| {
        text_field(ui, Id::unique("scratchpad address"), &field, &mut edit.address);
    });
}

fn preset_ui(ui: &mut Ui, edit: &EditInput, preset: &'static Preset, actions: &mut Actions) {
    let p = palette(ui);
    let missing = preset.needs.iter().find_map(|need| match need {
        Need::PublicKey if edit.public_key.trim().is_empty() => Some("Give the public key below"),
        Need::Address if edit.address.trim().is_empty() => Some("Give the address below"),
        Need::Signer if !matches!(edit.sign, SignChoice::PastedKey | SignChoice::Demo) => {
            Some("Sign it with a key that the server trusts: else it never looks at what is tried")
        }
        _ => None,
    });
    let name = format!("Make: {}", preset.name);
    let button = Button::secondary(&name).icon_only(icon::PLUS).small();
    let tooltip = missing.unwrap_or("Stands in the list then");
    let make = EndButton::new(button, Action::Scratch(ScratchAction::Attack(preset.id)))
        .enabled(missing.is_none())
        .tooltip(tooltip);
    let left = |ui: &mut Ui| {
        ui.spacing_mut().item_spacing.x = space::S;
        let (_, rect) = ui.allocate_space(Vec2::new(NAME, space::FIELD));
        let middle = Layout::left_to_right(Align::Center);
        let mut name = ui.new_child(UiBuilder::new().max_rect(rect).layout(middle));
        elided_with_tooltip(&mut name, text::medium(preset.name), preset.tries);
        let words = format!("{} · {}", preset.tries, preset.spec);
        elided_with_tooltip(ui, text::label(&words, p.muted), &words);
    };
    if let Some(action) = row_with_buttons(ui, space::FIELD, left, [make]) {
        actions.push(action);
    }
}
