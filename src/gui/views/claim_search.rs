//! The field that finds claims by name or value.

use egui::Ui;

use super::token_view::Sheeted;
use crate::gui::theme::{icon, palette, space, text};
use crate::gui::token_pane::{TokenPane, search_id};
use crate::gui::token_sheet::Line;
use crate::gui::widgets::{Button, Field, text_field};

const WIDTH: f32 = 260.0;

/// Draws it while it is open.
pub(super) fn claim_search_ui(ui: &mut Ui, shown: &Sheeted<'_>, pane: &mut TokenPane) {
    if !pane.is_searching {
        return;
    }
    let p = palette(ui);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::S;
        let field = Field {
            label: "Find among the claims",
            placeholder: "Name or value",
            ..Field::default()
        };
        ui.scope(|ui| {
            ui.set_max_width(WIDTH.min(ui.available_width() - 140.0));
            let response = text_field(ui, search_id(), &field, &mut pane.query);
            if std::mem::take(&mut pane.wants_focus) {
                response.request_focus();
            }
        });
        let all = shown.view.token.decoded.payload.members.len();
        let lines = shown.lines(shown.view.token, &pane.query, &pane.toggled);
        let found = lines.iter().filter(|line| matches!(line, Line::Claim(_))).count();
        ui.label(text::label(format!("{found} of {all}"), p.muted));
        if ui
            .add(Button::quiet("Show every claim").icon_only(icon::X).small())
            .clicked()
        {
            pane.end_search();
        }
    });
}
