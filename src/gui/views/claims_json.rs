//! Header and payload as JSON, indented; the place where one breaks is marked.

use egui::{Align, Color32, Label, Layout, ScrollArea, Ui, Vec2};

use super::token_view::Sheeted;
use crate::gui::action::{Action, Actions};
use crate::gui::json_lines::{COLUMN, JsonLines};
use crate::gui::theme::{icon, palette};
use crate::gui::widgets::{Button, section_label};
use crate::model::jwt::DecodedPart;

const ROW: f32 = 19.0;

/// Draws it.
pub(super) fn claims_json_ui(ui: &mut Ui, shown: &Sheeted<'_>, reveal: bool, actions: &mut Actions) {
    let p = palette(ui);
    let token = shown.view.token;
    let decoded = &token.decoded;
    super::token_defects::token_defects_ui(ui, shown.view);
    let columns = ((ui.available_width() - 24.0) / COLUMN).floor().max(1.0);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a window has few and no negative columns"
    )]
    let json = shown.json(token, columns as usize);
    let [header, payload] = &*json;
    if header.is_empty() && payload.is_empty() {
        return super::unreadable::unreadable_ui(ui, shown.view, reveal);
    }
    ui.spacing_mut().item_spacing.y = 0.0;
    let parts = [
        ("Header", header, &decoded.header, p.header),
        ("Payload", payload, &decoded.payload, p.payload),
    ];
    let parts: Vec<_> = parts.into_iter().filter(|(_, lines, ..)| !lines.is_empty()).collect();
    // A title above each part, and an empty line below it.
    let rows = parts.iter().map(|(_, lines, ..)| lines.len() + 2).sum();
    let mut area = ScrollArea::vertical()
        .id_salt("claims as JSON")
        .auto_shrink([false, false]);
    if let Some(row) = first_look(ui, shown, &parts) {
        area = area.vertical_scroll_offset(row.saturating_sub(4) as f32 * ROW);
    }
    area.show_rows(ui, ROW, rows, |ui, range| {
        for row in range {
            let mut at = row;
            for (title, lines, part, color) in &parts {
                if at < lines.len() + 2 {
                    row_ui(ui, title, lines, part, *color, at, actions);
                    break;
                }
                at -= lines.len() + 2;
            }
        }
    });
}

type Parts<'a> = [(&'a str, &'a JsonLines, &'a DecodedPart, Color32)];

/// The row of the break, the first time that this token is shown so: it is what one came to see.
fn first_look(ui: &Ui, shown: &Sheeted<'_>, parts: &Parts<'_>) -> Option<usize> {
    let id = egui::Id::unique(("looked at as JSON", shown.view.token.fingerprint.as_str()));
    let is_known = ui.data_mut(|data| std::mem::replace(data.get_temp_mut_or_default::<bool>(id), true));
    if is_known {
        return None;
    }
    let mut above = 0;
    for (_, lines, ..) in parts {
        if let Some(at) = lines.marked() {
            return Some(above + at + 1);
        }
        above += lines.len() + 2;
    }
    None
}

fn row_ui(
    ui: &mut Ui,
    title: &str,
    lines: &JsonLines,
    part: &DecodedPart,
    color: Color32,
    at: usize,
    actions: &mut Actions,
) {
    let p = palette(ui);
    let size = Vec2::new(ui.available_width(), ROW);
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
        ui.set_min_size(size);
        match at {
            0 => {
                section_label(ui, title);
                let what = title.to_lowercase();
                let name = format!("Copy {what}");
                if ui.add(Button::quiet(&name).icon_only(icon::COPY).small()).clicked()
                    && let Some(text) = &part.text
                {
                    let text = text.clone();
                    actions.push(Action::Copy { what, text });
                }
            }
            _ if at <= lines.len() => {
                ui.add(Label::new(lines.job(at - 1, p, color)).selectable(true).extend());
            }
            _ => {}
        }
    });
}
