//! Header and payload as JSON, indented; the place where one breaks is marked.

use std::rc::Rc;

use egui::{Align, Color32, Label, Layout, ScrollArea, Ui, Vec2};

use super::json_search::json_search_ui;
use super::token_view::Sheeted;
use crate::gui::action::{Action, Actions};
use crate::gui::json_lines::{COLUMN, JsonLines};
use crate::gui::json_look::Hits;
use crate::gui::state::State;
use crate::gui::theme::{icon, palette};
use crate::gui::token_pane::TokenPane;
use crate::gui::widgets::{Button, EmptyState, section_label};
use crate::model::jwt::DecodedPart;

const ROW: f32 = 19.0;
/// So many rows are in sight above the one that is looked for.
const ABOVE: usize = 4;

/// Draws it.
pub(super) fn claims_json_ui(
    ui: &mut Ui,
    state: &State,
    shown: &Sheeted<'_>,
    pane: &mut TokenPane,
    actions: &mut Actions,
) {
    let p = palette(ui);
    let token = shown.view.token;
    let decoded = &token.decoded;
    let columns = ((ui.available_width() - 24.0) / COLUMN).floor().max(1.0);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a window has few and no negative columns"
    )]
    let parts = shown.json.lines(ui.ctx(), token, columns as usize);
    let mut moved = false;
    if pane.is_searching {
        moved = json_search_ui(ui, pane, |query| shown.json.hits(&parts, query));
    }
    super::token_defects::token_defects_ui(ui, shown.view);
    let Some([header, payload]) = parts.get() else {
        EmptyState::new(icon::HOURGLASS, "Laying it out…", "It is long: this takes a moment").show(ui);
        return;
    };
    if header.is_empty() && payload.is_empty() {
        return super::unreadable::unreadable_ui(ui, state, shown.view, actions);
    }
    let hits = if pane.is_searching {
        shown.json.hits(&parts, &pane.query)
    } else {
        Rc::default()
    };
    ui.spacing_mut().item_spacing.y = 0.0;
    let parts = [
        Part::new("Header", header, &decoded.header, p.header, &hits, 0, pane.hit),
        Part::new("Payload", payload, &decoded.payload, p.payload, &hits, 1, pane.hit),
    ];
    // A title above each part, and an empty line below it.
    let rows = parts.iter().map(Part::rows).sum();
    let mut area = ScrollArea::vertical()
        // Another token is seen from its first line on.
        .id_salt(("claims as JSON", token.fingerprint.as_str()))
        .auto_shrink([false, false]);
    let wanted = if moved { row_of_hit(&parts) } else { None };
    if let Some(row) = first_look(ui, shown, &parts).or(wanted) {
        area = area.vertical_scroll_offset(row.saturating_sub(ABOVE) as f32 * ROW);
    }
    area.show_rows(ui, ROW, rows, |ui, range| {
        for row in range {
            let mut at = row;
            for part in &parts {
                if at < part.rows() {
                    row_ui(ui, part, at, actions);
                    break;
                }
                at -= part.rows();
            }
        }
    });
}

/// Header or payload, with what was found in it.
struct Part<'a> {
    title: &'static str,
    lines: &'a JsonLines,
    decoded: &'a DecodedPart,
    color: Color32,
    found: &'a [usize],
    len: usize,
    /// The byte of the place that one stands at, if it is in this part.
    current: Option<usize>,
}

impl<'a> Part<'a> {
    fn new(
        title: &'static str,
        lines: &'a JsonLines,
        decoded: &'a DecodedPart,
        color: Color32,
        hits: &'a Hits,
        nth: usize,
        hit: usize,
    ) -> Self {
        let place = hits.place(hit.min(hits.len().saturating_sub(1)));
        Self {
            title,
            lines,
            decoded,
            color,
            found: &hits.starts[nth],
            len: hits.query.len(),
            current: place.filter(|(of, _)| *of == nth).map(|(_, byte)| byte),
        }
    }

    fn rows(&self) -> usize {
        if self.lines.is_empty() { 0 } else { self.lines.len() + 2 }
    }
}

/// The row of the place that one stands at.
fn row_of_hit(parts: &[Part<'_>]) -> Option<usize> {
    let mut above = 0;
    for part in parts {
        if let Some(byte) = part.current {
            return Some(above + part.lines.line_of(byte) + 1);
        }
        above += part.rows();
    }
    None
}

/// The row of the break, the first time that this token is shown so: it is what one came to see.
fn first_look(ui: &Ui, shown: &Sheeted<'_>, parts: &[Part<'_>]) -> Option<usize> {
    let id = egui::Id::unique(("looked at as JSON", shown.view.token.fingerprint.as_str()));
    let is_known = ui.data_mut(|data| std::mem::replace(data.get_temp_mut_or_default::<bool>(id), true));
    if is_known {
        return None;
    }
    let mut above = 0;
    for part in parts {
        if let Some(at) = part.lines.marked() {
            return Some(above + at + 1);
        }
        above += part.rows();
    }
    None
}

fn row_ui(ui: &mut Ui, part: &Part<'_>, at: usize, actions: &mut Actions) {
    let p = palette(ui);
    let size = Vec2::new(ui.available_width(), ROW);
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
        ui.set_min_size(size);
        match at {
            0 => {
                section_label(ui, part.title);
                let what = part.title.to_lowercase();
                let name = format!("Copy {what}");
                if ui.add(Button::quiet(&name).icon_only(icon::COPY).small()).clicked()
                    && let Some(text) = &part.decoded.text
                {
                    let text = text.clone();
                    actions.push(Action::Copy { what, text });
                }
            }
            _ if at <= part.lines.len() => {
                let mut job = part.lines.job(at - 1, p, part.color);
                let current = part.current.unwrap_or(usize::MAX);
                part.lines.mark_hits(&mut job, at - 1, p, part.found, part.len, current);
                ui.add(Label::new(job).selectable(true).extend());
            }
            _ => {}
        }
    });
}
