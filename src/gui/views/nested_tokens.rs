//! Tokens inside a token: as its payload, in a claim, in its header.

use egui::{Align, Layout, Ui, Vec2};

use crate::gui::action::{Action, Actions};
use crate::gui::theme::{icon, palette, space, text};
use crate::gui::visible_text::visible;
use crate::gui::widgets::{Button, elided_with_tooltip, section_label};
use crate::model::Token;

/// Draws a list of them, where there are any.
pub(super) fn nested_tokens_ui(ui: &mut Ui, token: &Token, actions: &mut Actions) {
    let nested = &token.decoded.nested;
    if nested.is_empty() {
        return;
    }
    let p = palette(ui);
    section_label(ui, "Tokens inside");
    for inner in nested {
        let size = Vec2::new(ui.available_width(), 22.0);
        ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), |ui| {
            let name = format!("Copy the token in {}", visible(&inner.place));
            if ui.add(Button::quiet(&name).icon_only(icon::COPY).small()).clicked() {
                actions.push(Action::Copy {
                    what: "the token inside: whoever has it can use it".to_owned(),
                    text: inner.token.expose().to_owned(),
                });
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let form = inner.decoded.form.as_str();
                let form = inner
                    .decoded
                    .alg()
                    .map_or(form.to_owned(), |alg| format!("{form} {}", visible(&alg)));
                let place = visible(&inner.place);
                let count = inner.decoded.payload.members.len();
                let tooltip = format!("{place}: {form}, {count} claims");
                elided_with_tooltip(ui, text::mono(&*place), &tooltip);
                elided_with_tooltip(ui, text::label(form, p.muted), &tooltip);
            });
        });
    }
    ui.add_space(space::S);
}
