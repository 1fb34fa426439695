//! The tokens that were found in a text, each with its verdict in a word.

use egui::accesskit::Role;
use egui::text::{LayoutJob, TextWrapping};
use egui::{Align2, Color32, CornerRadius, Pos2, Response, ScrollArea, Sense, Ui, Vec2, WidgetInfo};

use crate::engine::Inspected;
use crate::gui::action::{Action, Actions};
use crate::gui::scratchpad::ScratchAction;
use crate::gui::state::State;
use crate::gui::theme::{Tone, icon, palette, space, text};
use crate::gui::widgets::{elided, focus_ring, section_label, state_sign};
use crate::model::inspection::Inspection;

/// How wide the list is beside the chosen token.
pub(super) const LIST_WIDTH: f32 = 240.0;
/// What is said of a place where nothing is to be said.
const NOWHERE: &str = "in the text";
const ROW: f32 = 40.0;
/// So many rows stand above the chosen token where there is no room beside it.
const MOST_ROWS: usize = 2;

/// How high the list is above the chosen token.
pub(super) fn list_height(tokens: usize) -> f32 {
    22.0 + ROW * tokens.min(MOST_ROWS) as f32
}

/// Draws it.
pub(super) fn scratchpad_list_ui(
    ui: &mut Ui,
    state: &State,
    result: &Inspected,
    flat: &[(usize, &Inspection)],
    actions: &mut Actions,
) {
    let p = palette(ui);
    ui.spacing_mut().item_spacing.y = 2.0;
    section_label(ui, &format!("{} tokens", flat.len()));
    if result.left_out > 0 {
        let words = format!("{} more are not looked at", result.left_out);
        elided(ui, text::label(words, p.warn));
    }
    ScrollArea::vertical()
        .id_salt("scratchpad tokens")
        .auto_shrink([false, false])
        .show_rows(ui, ROW - 2.0, flat.len(), |ui, range| {
            for at in range {
                let (depth, inspection) = flat[at];
                let row = row_ui(ui, at, depth, inspection, state.scratchpad.chosen == at);
                if row.gained_focus() {
                    row.scroll_to_me(None);
                }
                if row.clicked() {
                    actions.push(Action::Scratch(ScratchAction::Choose(at)));
                }
            }
        });
}

/// What a token is called: where it stood, and its number where that says nothing.
pub(super) fn name_of(at: usize, inspection: &Inspection) -> String {
    if inspection.place.is_empty() || inspection.place == NOWHERE {
        format!("Token {}", at + 1)
    } else {
        inspection.place.clone()
    }
}

fn row_ui(ui: &mut Ui, at: usize, depth: usize, inspection: &Inspection, selected: bool) -> Response {
    let p = palette(ui);
    let (tone, verdict) = super::scratchpad_verdict::verdict(inspection);
    let name = name_of(at, inspection);
    let line = format!("{} · {verdict}", super::scratchpad_verdict::form_words(inspection));
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), ROW - 2.0), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, selected, &name));
    ui.ctx()
        .accesskit_node_builder(response.id, |node| node.set_description(line.as_str()));
    let fill = match (selected, response.hovered()) {
        (true, _) => p.selected,
        (false, true) => p.raise,
        (false, false) => Color32::TRANSPARENT,
    };
    let painter = ui.painter();
    painter.rect_filled(rect, CornerRadius::same(space::RADIUS_CONTROL), fill);
    let left = rect.left() + 6.0 + 14.0 * depth.min(4) as f32;
    let sign = if inspection.is_forged() {
        icon::WARNING
    } else {
        state_sign(tone).unwrap_or(icon::MINUS)
    };
    let tone = if inspection.is_forged() { Tone::Warn } else { tone };
    let top = rect.top() + 12.0;
    painter.text(
        Pos2::new(left + 7.0, top),
        Align2::CENTER_CENTER,
        sign,
        text::icon_font(14.0),
        p.tone(tone),
    );
    let left = left + 20.0;
    let words = |words: &str, font, color| {
        let mut job = LayoutJob::simple_singleline(words.to_owned(), font, color);
        job.wrap = TextWrapping::truncate_at_width(rect.right() - 6.0 - left);
        painter.layout_job(job)
    };
    let title = words(&name, text::medium_font(), p.text);
    painter.galley(Pos2::new(left, top - title.size().y / 2.0), title, p.text);
    let sub = words(&line, text::label_font(), p.muted);
    painter.galley(Pos2::new(left, top + 8.0), sub, p.muted);
    focus_ring(ui, &response, rect.shrink(2.0), space::RADIUS_CONTROL);
    response.on_hover_text(format!("{name}\n{line}"))
}
