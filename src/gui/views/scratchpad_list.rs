//! The tokens that were found in a text, each with its verdict in a word.

use egui::accesskit::Role;
use egui::style::ScrollAnimation;
use egui::text::{LayoutJob, TextWrapping};
use egui::{
    Align2, Color32, CornerRadius, Id, Label, Pos2, Rect, Response, ScrollArea, Sense, Ui, UiBuilder, Vec2, WidgetInfo,
};

use crate::engine::Inspected;
use crate::gui::action::{Action, Actions};
use crate::gui::scratchpad::ScratchAction;
use crate::gui::state::State;
use crate::gui::theme::{Tone, icon, palette, space, text};
use crate::gui::widgets::{Button, focus_ring, section_label, state_sign, walked};
use crate::model::Fingerprint;
use crate::model::inspection::Inspection;

/// How wide the list is beside the chosen token.
pub(super) const LIST_WIDTH: f32 = 240.0;
/// The height of a row that has its verdict below the name.
const ROW: f32 = 40.0;
/// The height of one that has it beside the name.
const ROW_LOW: f32 = 28.0;
/// From this width on it stands beside it.
const WIDE: f32 = 400.0;
/// As much of a row is left for the verdict there.
const VERDICT: f32 = 180.0;
/// So many rows stand above the chosen token where there is no room beside it.
const MOST_ROWS: usize = 3;

/// How high the list is above the chosen token.
pub(super) fn list_height(tokens: usize) -> f32 {
    22.0 + ROW_LOW * tokens.min(MOST_ROWS) as f32
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
        let words = format!(
            "{} more are not looked at. For a log, look at it line by line: tokenscope inspect --lines",
            result.left_out
        );
        ui.add(Label::new(text::label(words, p.warn)).wrap());
    }
    let pad = &state.scratchpad;
    let moved = moved(ui, flat.get(pad.chosen).map(|(_, one)| *one));
    let height = if ui.available_width() < WIDE { ROW } else { ROW_LOW };
    ScrollArea::vertical()
        .id_salt("scratchpad tokens")
        .auto_shrink([false, false])
        .show_rows(ui, height - 2.0, flat.len(), |ui, range| {
            let first = ui.max_rect().top() - range.start as f32 * height;
            let place = |ui: &Ui, at: usize| {
                let top = Pos2::new(ui.max_rect().left(), first + at as f32 * height);
                Rect::from_min_size(top, Vec2::new(ui.available_width(), height - 2.0))
            };
            if moved {
                ui.scroll_to_rect_animation(place(ui, pad.chosen), None, ScrollAnimation::none());
            }
            for at in range {
                let (depth, inspection) = flat[at];
                let row = row_ui(ui, at, depth, inspection, state, actions);
                if row.gained_focus() {
                    row.scroll_to_me(None);
                }
                if row.clicked() {
                    row.request_focus();
                    actions.push(Action::Scratch(ScratchAction::Choose(at)));
                }
                if let Some(to) = walked(ui, &row, at, flat.len(), |_| true) {
                    ui.memory_mut(|memory| memory.request_focus(row_id(to)));
                    ui.scroll_to_rect_animation(place(ui, to), None, ScrollAnimation::none());
                    actions.push(Action::Scratch(ScratchAction::Choose(to)));
                }
            }
        });
}

fn row_id(at: usize) -> Id {
    Id::unique(("scratchpad token", at))
}

/// Whether another token is chosen than in the frame before: its row is to come in sight.
fn moved(ui: &Ui, chosen: Option<&Inspection>) -> bool {
    let chosen = chosen.map(|one| one.token.fingerprint.clone());
    let before = ui.data_mut(|data| {
        let kept: &mut Option<Fingerprint> = data.get_temp_mut_or_default(Id::unique("scratchpad token in sight"));
        std::mem::replace(kept, chosen.clone())
    });
    before != chosen
}

/// A row, and behind a token that was made here what forgets it.
fn row_ui(
    ui: &mut Ui,
    at: usize,
    depth: usize,
    inspection: &Inspection,
    state: &State,
    actions: &mut Actions,
) -> Response {
    let p = palette(ui);
    let pad = &state.scratchpad;
    let selected = pad.chosen == at;
    let (tone, verdict) = super::scratchpad_verdict::verdict(inspection);
    let name = pad.name(at);
    let line = format!("{} · {verdict}", super::scratchpad_verdict::form_words(inspection));
    let is_low = ui.available_width() >= WIDE;
    let height = if is_low { ROW_LOW } else { ROW } - 2.0;
    let (_, rect) = ui.allocate_space(Vec2::new(ui.available_width(), height));
    let response = ui.interact(rect, row_id(at), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, selected, name));
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
    let top = if is_low { rect.center().y } else { rect.top() + 12.0 };
    painter.text(
        Pos2::new(left + 7.0, top),
        Align2::CENTER_CENTER,
        sign,
        text::icon_font(14.0),
        p.tone(tone),
    );
    let left = left + 20.0;
    let is_made_here = is_made_here(state, inspection);
    let right = rect.right() - if is_made_here { 6.0 + space::FIELD } else { 6.0 };
    let words = |words: &str, font, color, room: f32| {
        let mut job = LayoutJob::simple_singleline(words.to_owned(), font, color);
        job.wrap = TextWrapping::truncate_at_width(room);
        painter.layout_job(job)
    };
    let beside = if is_low { VERDICT } else { 0.0 };
    let title = words(name, text::medium_font(), p.text, right - left - beside);
    let sub_at = if is_low {
        Pos2::new(left + title.size().x + space::M, top - 6.0)
    } else {
        Pos2::new(left, top + 8.0)
    };
    painter.galley(Pos2::new(left, top - title.size().y / 2.0), title, p.text);
    let sub = words(&line, text::label_font(), p.muted, right - sub_at.x);
    painter.galley(sub_at, sub, p.muted);
    focus_ring(ui, &response, rect.shrink(2.0), space::RADIUS_CONTROL);
    if is_made_here {
        let label = format!("Remove {name}");
        let remove = Button::quiet(&label).icon_only(icon::X).small();
        let middle = Pos2::new(right + space::FIELD / 2.0, rect.center().y);
        let at = Rect::from_center_size(middle, Vec2::splat(space::FIELD));
        // The next row must not be moved by it.
        if ui.new_child(UiBuilder::new().max_rect(at)).add(remove).clicked() {
            let token = inspection.token.fingerprint.clone();
            actions.push(Action::Scratch(ScratchAction::DropForgery(token)));
        }
    }
    response.on_hover_text(format!("{name}\n{line}"))
}

/// Whether it is one of those that were made here: they stand behind those of the text.
fn is_made_here(state: &State, inspection: &Inspection) -> bool {
    let made = &state.scratchpad.forgeries;
    let is_made = made.iter().any(|made| made.fingerprint == inspection.token.fingerprint);
    let of_result = state.scratchpad.result.iter().flat_map(|result| &result.inspections);
    is_made
        && of_result
            .rev()
            .take(made.len())
            .any(|one| std::ptr::eq(one, inspection))
}
