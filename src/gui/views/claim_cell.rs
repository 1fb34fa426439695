//! The cells of one claim: name, value, whether it changed, meaning, section.

use egui::{Align, Layout, Ui};

use super::token_view::TokenView;
use crate::gui::action::{Action, Actions};
use crate::gui::claim_row::{Change, ClaimRow, shown as shown_value};
use crate::gui::json_lines::COLUMN;
use crate::gui::state::State;
use crate::gui::theme::{icon, palette, text};
use crate::gui::visible_text::visible;
use crate::gui::widgets::{Button, SpokenAs as _, elided, elided_middle, elided_with_tooltip, label_width};
use crate::model::claims::{Note, TimeUnit};
use crate::model::lifetime;
use crate::model::members::Reading;

/// Less room is not worth a word beside a value.
const ASIDE: f32 = 36.0;

/// Draws a claim's cell, and says whether its notes are to be opened or closed.
#[expect(clippy::too_many_arguments, reason = "one cell with what stands in it")]
pub(super) fn claim_cell_ui(
    ui: &mut Ui,
    state: &State,
    view: &TokenView<'_>,
    row: &ClaimRow,
    at: usize,
    open: Option<bool>,
    column: usize,
    hot: bool,
    actions: &mut Actions,
) -> bool {
    let p = palette(ui);
    match column {
        0 => {
            let (color, how) = match row.reading {
                Reading::Clean => (p.payload, ""),
                Reading::Mended => (p.warn, "\nMended: as it is written, it is no JSON"),
                Reading::AfterBreak => (p.warn, "\nRead behind the place where the payload breaks"),
            };
            let tooltip = format!("{}: {}{how}", row.name, row.kind);
            if !how.is_empty() {
                ui.spacing_mut().item_spacing.x = 3.0;
                ui.label(text::label(icon::WARNING, p.warn)).spoken_as(how.trim());
            }
            if row.name.contains("://") {
                elided_middle(ui, &row.name, color, &tooltip);
            } else {
                elided_with_tooltip(ui, text::mono(&row.name).color(color), &tooltip);
            }
        }
        1 => return value_ui(ui, state, view, row, at, open, hot, actions),
        2 => change_ui(ui, row),
        3 => {
            let aside = row.aside().map_or(String::new(), |note| format!("\n{}", note.meaning));
            let tooltip = if row.section.is_empty() {
                "No specification that is known here defines it".to_owned()
            } else {
                format!("{}\n{}{aside}", row.meaning, row.section)
            };
            elided_with_tooltip(ui, text::body(&row.meaning).color(p.muted), &tooltip);
        }
        _ => {
            elided(ui, text::label(&row.section, p.faint));
        }
    }
    false
}

/// Draws a cell of a note on a part of a claim's value.
pub(super) fn note_cell_ui(ui: &mut Ui, note: &Note, column: usize) {
    let p = palette(ui);
    match column {
        1 => {
            ui.add_space(10.0);
            elided(ui, text::mono(&note.value).color(p.muted));
        }
        3 => {
            elided(ui, text::label(&note.meaning, p.muted));
        }
        4 => {
            elided(ui, text::label(note.section, p.faint));
        }
        _ => {}
    }
}

#[expect(clippy::too_many_arguments, reason = "one cell with what stands in it")]
fn value_ui(
    ui: &mut Ui,
    state: &State,
    view: &TokenView<'_>,
    row: &ClaimRow,
    at: usize,
    open: Option<bool>,
    hot: bool,
    actions: &mut Actions,
) -> bool {
    let p = palette(ui);
    ui.spacing_mut().item_spacing.x = 6.0;
    let mut toggled = false;
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        let name = format!("Copy {}", row.name);
        let copy = Button::quiet(&name).icon_only(icon::COPY).small().only_when(hot);
        if ui.add(copy).clicked()
            && let Some(member) = view.token.decoded.payload.members.get(at)
        {
            actions.push(Action::Copy {
                what: row.name.clone(),
                text: shown_value(&member.value(), &member.raw),
            });
        }
        if let Some(is_open) = open {
            let (verb, sign) = if is_open {
                ("Hide", icon::CARET_DOWN)
            } else {
                ("Show", icon::CARET_RIGHT)
            };
            let name = format!("{verb} what {} means", row.name);
            toggled = ui.add(Button::quiet(&name).icon_only(sign).small()).clicked();
        }
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            if row.time.is_some() {
                time_ui(ui, state, view, row);
            } else {
                let color = if row.kind == "text" { p.text } else { p.signature };
                elided(ui, text::mono(&*row.told_apart()).color(color));
                if let Some(note) = row.aside().filter(|_| ui.available_width() >= ASIDE) {
                    elided_with_tooltip(ui, text::label(&note.meaning, p.muted), &note.meaning);
                }
            }
        });
    });
    toggled
}

fn time_ui(ui: &mut Ui, state: &State, view: &TokenView<'_>, row: &ClaimRow) {
    let p = palette(ui);
    let Some(reading) = row.time else { return };
    let time = reading.at;
    let local = state.times.local(time, state.now);
    let utc = state.times.utc(time, state.now);
    let mut tooltip = state.times.full(time);
    let odd = match reading.unit {
        _ if reading.is_numeric_date() => None,
        TimeUnit::Milliseconds => Some("milliseconds"),
        TimeUnit::Seconds => Some("in quotes"),
        TimeUnit::Iso => Some("in words"),
    };
    if let Some(remark) = reading.remark() {
        tooltip = format!("{tooltip}\n{remark}");
    }
    let relative = lifetime::relative(time, view.now);
    let is_same = utc.trim_end_matches(" UTC") == local;
    let gap = ui.spacing().item_spacing.x;
    let room = ui.available_width() - label_width(ui, &relative) - gap;
    let beside = if is_same { 0.0 } else { label_width(ui, &utc) + gap };
    let width = |words: &str| words.chars().count() as f32 * COLUMN;
    // How long ago it was is worth more than the second in which it was.
    let shown = if is_same { &utc } else { &local };
    let is_cut = width(shown) > room;
    let shown = if is_cut {
        state.times.short(time, state.now)
    } else {
        shown.clone()
    };
    ui.label(text::mono(&shown)).on_hover_text(&tooltip);
    if !is_same && width(&shown) + beside <= room {
        ui.label(text::label(utc, p.muted)).on_hover_text(&tooltip);
    }
    elided_with_tooltip(ui, text::label(relative, p.muted), &tooltip);
    if let Some(odd) = odd {
        let words = format!("{} {odd}", icon::WARNING);
        ui.label(text::label(words, p.warn))
            .on_hover_text(&tooltip)
            .spoken_as(odd);
    }
}

fn change_ui(ui: &mut Ui, row: &ClaimRow) {
    let p = palette(ui);
    let Some(change) = &row.change else { return };
    let (words, tooltip) = match change {
        Change::New => ("changed: new", "Not in the generation before".to_owned()),
        Change::Was { raw, words } => (
            "changed",
            format!("{words}\nWas {}", visible(&raw[..raw.floor_char_boundary(600)])),
        ),
    };
    ui.label(text::body("Δ").color(p.warn))
        .on_hover_text(tooltip)
        .spoken_as(format!("{} {words}", row.name));
}
