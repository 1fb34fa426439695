//! The token as it came, in three colours; its header and the verdict on its signature.

use egui::{Align, Layout, ScrollArea, Ui, Vec2};

use super::token_view::{Sheeted, TokenView};
use crate::gui::action::{Action, Actions};
use crate::gui::claim_row::shown as shown_value;
use crate::gui::json_look::is_in_encoding;
use crate::gui::state::State;
use crate::gui::theme::{icon, palette, space, text};
use crate::gui::visible_text::visible;
use crate::gui::widgets::{Button, elided, elided_with_tooltip, section_label, token_text};
use crate::model::Token;
use crate::model::claims::{self, Place};
use crate::model::defect::Part;
use crate::model::jwt::{Form, part_ranges};

/// As many members of a header are listed: a hostile one has a hundred thousand.
const LISTED: usize = 40;
/// As much of a value is laid out.
const SHOWN_LEN: usize = 600;

/// Draws it.
pub(super) fn raw_token_ui(ui: &mut Ui, state: &State, shown: &Sheeted<'_>, actions: &mut Actions) {
    let token = shown.view.token;
    ScrollArea::vertical()
        .id_salt(("raw token", token.fingerprint.as_str()))
        .auto_shrink([false, false])
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = space::XS;
            ui.spacing_mut().interact_size.y = 18.0;
            signature_ui(ui, shown.view);
            header_ui(ui, shown, actions);
            vendor_ui(ui, shown);
            super::nested_tokens::nested_tokens_ui(ui, token, actions);
            if let Some(json) = &token.decoded.payload.text {
                let label = format!("Payload · {} claims", token.decoded.payload.members.len());
                label_with_button(ui, &label, |ui| copy_ui(ui, "payload", json, actions));
                ui.add_space(space::XS);
            }
            let reveal = state.screen.reveal;
            label_with_button(ui, "Token", |ui| {
                let (name, sign) = if reveal {
                    ("Hide signature", icon::EYE_SLASH)
                } else {
                    ("Show signature", icon::EYE)
                };
                if ui.add(Button::quiet(name).icon_only(sign).small()).clicked() {
                    actions.push(Action::Reveal(!reveal));
                }
            });
            // The person asked to see this token; the signature stays masked until they ask for that too.
            token_text(ui, token.value.expose(), !reveal, &marks(token, reveal));
        });
}

fn header_ui(ui: &mut Ui, shown: &Sheeted<'_>, actions: &mut Actions) {
    let p = palette(ui);
    let header = &shown.view.token.decoded.header;
    let Some(json) = &header.text else { return };
    label_with_button(ui, "Header", |ui| copy_ui(ui, "header", json, actions));
    for member in header.members.iter().take(LISTED) {
        let value = shown_value(&member.value(), &member.raw);
        let meaning = claims::explain(&member.name, Place::Header, &shown.context);
        let notes = claims::explain_value(&member.name, &member.value(), Place::Header, &shown.context);
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 7.0;
            let name = ui.label(text::mono(visible(&member.name)).color(p.header));
            if let Some(meaning) = meaning {
                let notes: Vec<String> = notes
                    .iter()
                    .map(|note| format!("{}: {}", note.value, note.meaning))
                    .collect();
                let tooltip = format!("{}\n{}\n{}", meaning.meaning, meaning.section, notes.join("\n"));
                name.on_hover_text(tooltip.trim_end());
            }
            elided(ui, text::mono(visible(&value[..value.floor_char_boundary(SHOWN_LEN)])));
        });
    }
    if header.members.len() > LISTED {
        let more = format!("… and {} more: JSON shows all", header.members.len() - LISTED);
        ui.label(text::label(more, p.muted));
    }
    if header.members.is_empty() {
        elided(
            ui,
            text::mono(visible(&json[..json.floor_char_boundary(SHOWN_LEN)])).color(p.warn),
        );
    }
    ui.add_space(space::S);
}

/// Who seems to have made it: some names mean something else with each vendor.
fn vendor_ui(ui: &mut Ui, shown: &Sheeted<'_>) {
    let Some(guess) = shown.context.vendor else { return };
    section_label(ui, "Made by");
    elided_with_tooltip(ui, text::body(guess.vendor.label()), guess.reason);
    ui.add_space(space::S);
}

fn signature_ui(ui: &mut Ui, view: &TokenView<'_>) {
    let token = view.token;
    if token.decoded.form == Form::Opaque {
        section_label(ui, "Fingerprint");
        ui.label(text::mono(token.fingerprint.to_string()));
        ui.add_space(space::S);
        return;
    }
    if let Some(signature) = view.signature {
        super::signature_verdict::signature_verdict_ui(ui, signature);
    }
}

/// The bytes of the token at which its encoding is broken. What is masked has no places.
fn marks(token: &Token, reveal: bool) -> Vec<usize> {
    let ranges = part_ranges(token.value.expose());
    let start_of = |part: Part| match part {
        Part::Header => Some(0),
        Part::Payload => Some(ranges.get(1)?.start),
        Part::Signature if reveal => Some(ranges.get(2)?.start),
        _ => None,
    };
    let defects = token
        .decoded
        .defects
        .iter()
        .filter(|defect| is_in_encoding(&defect.code));
    let mut marks: Vec<usize> = defects
        .filter_map(|defect| Some(start_of(defect.part)? + defect.offset?))
        .collect();
    marks.sort_unstable();
    marks
}

fn label_with_button(ui: &mut Ui, label: &str, button: impl FnOnce(&mut Ui)) {
    let size = Vec2::new(ui.available_width(), 22.0);
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
        section_label(ui, label);
        ui.with_layout(Layout::right_to_left(Align::Center), button);
    });
}

fn copy_ui(ui: &mut Ui, what: &str, text: &str, actions: &mut Actions) {
    let name = format!("Copy {what}");
    if ui.add(Button::quiet(&name).icon_only(icon::COPY).small()).clicked() {
        actions.push(Action::Copy {
            what: what.to_owned(),
            text: text.to_owned(),
        });
    }
}
