//! One claim of two tokens, before and after: its row, and below the rows all of what was chosen.

use egui::{Label, ScrollArea, Ui};

use crate::gui::action::{Action, Actions};
use crate::gui::claim_row::shown;
use crate::gui::comparison_sheet::ComparisonRow;
use crate::gui::state::State;
use crate::gui::theme::icon;
use crate::gui::theme::{Palette, Tone, palette, space, text};
use crate::gui::visible_text::visible;
use crate::gui::widgets::{Badge, Button, EndButton, SpokenAs as _, elided, elided_with_tooltip, row_with_buttons};
use crate::model::claims;
use crate::model::defect::Part;

/// As much of a value is laid out in a line.
const SHOWN_LEN: usize = 600;
/// What the badge `mended` stands for.
const MENDED: &str = "Mended: in one of the two tokens it is no JSON as it is written, or stands behind a break. Nothing of it is to be believed";
/// As much of it stands below the rows.
const WHOLE_LEN: usize = 4096;

fn tone(p: &Palette, sign: &str) -> egui::Color32 {
    match sign {
        "+" => p.ok,
        "−" => p.bad,
        "Δ" => p.warn,
        _ => p.muted,
    }
}

/// Draws one cell of it.
pub(super) fn comparison_cell_ui(ui: &mut Ui, state: &State, row: &ComparisonRow<'_>, column: usize) {
    let p = palette(ui);
    let color = tone(p, row.sign);
    match column {
        0 => {
            ui.label(text::mono(row.sign).color(color)).spoken_as(row.word);
        }
        1 => {
            let color = if row.part == Part::Header { p.header } else { p.payload };
            let meaning = claims::meaning(row.name);
            let name = visible(start_of(row.name, SHOWN_LEN));
            let tooltip = meaning.map_or_else(|| name.to_string(), |m| format!("{name}\n{}\n{}", m.meaning, m.section));
            elided_with_tooltip(ui, text::mono(&*name).color(color), &tooltip);
        }
        2 => value_ui(ui, state, row.name, row.before),
        3 => value_ui(ui, state, row.name, row.after),
        _ => {
            if row.is_mended {
                ui.spacing_mut().item_spacing.x = space::XS;
                ui.add(Badge::new(Tone::Warn, "mended")).on_hover_text(MENDED);
            }
            elided_with_tooltip(ui, text::body(visible(row.difference)).color(color), row.difference);
        }
    }
}

fn value_ui(ui: &mut Ui, state: &State, name: &str, raw: Option<&str>) {
    let p = palette(ui);
    let Some(raw) = raw else {
        ui.label(text::body("–").color(p.faint)).spoken_as("nothing");
        return;
    };
    // Cut before it is read: a value has a megabyte, and this is done at each frame.
    let start = start_of(raw, SHOWN_LEN);
    let value = serde_json::from_str(start).unwrap_or_default();
    let words = if start.len() == raw.len() {
        shown(&value, start)
    } else {
        start.to_owned()
    };
    let words = visible(&words);
    if let Some(time) = claims::time_of(name, &value) {
        let tooltip = state.times.full(time);
        elided_with_tooltip(ui, text::mono(state.times.local(time, state.now)), &tooltip);
    } else {
        elided_with_tooltip(ui, text::mono(&*words), &words);
    }
}

/// What the buttons at the head of the details do.
enum Wish {
    CopyBefore,
    CopyAfter,
    Close,
}

/// Draws both values in full; says whether they are to be closed.
pub(super) fn comparison_details_ui(ui: &mut Ui, row: &ComparisonRow<'_>, height: f32, actions: &mut Actions) -> bool {
    let p = palette(ui);
    let small = |name| Button::quiet(name).icon_only(icon::COPY).small();
    let copies = [
        row.before.map(|_| ("Copy the value before", Wish::CopyBefore)),
        row.after.map(|_| ("Copy the value after", Wish::CopyAfter)),
    ];
    let copies = copies.into_iter().flatten();
    let copies = copies.map(|(name, wish)| EndButton::new(small(name), wish).tooltip(name));
    let close = EndButton::new(Button::quiet("Close details").icon_only(icon::X).small(), Wish::Close);
    let name = |ui: &mut Ui| {
        ui.spacing_mut().item_spacing.x = space::S;
        ui.label(text::mono(row.sign).color(tone(p, row.sign)))
            .spoken_as(row.word);
        elided(ui, text::mono(visible(start_of(row.name, SHOWN_LEN))).color(p.payload));
        elided(ui, text::label(visible(row.difference), p.muted));
    };
    let mut is_closed = false;
    let copy = |raw: Option<&str>| Action::Copy {
        what: row.name.to_owned(),
        text: raw.map_or_else(String::new, |raw| {
            shown(&serde_json::from_str(raw).unwrap_or_default(), raw)
        }),
    };
    match row_with_buttons(ui, space::FIELD, name, copies.chain([close])) {
        Some(Wish::CopyBefore) => actions.push(copy(row.before)),
        Some(Wish::CopyAfter) => actions.push(copy(row.after)),
        Some(Wish::Close) => is_closed = true,
        None => {}
    }
    ScrollArea::vertical()
        .id_salt(("comparison details", row.name))
        .max_height(height - space::FIELD - space::S)
        .auto_shrink([false, false])
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = space::XS;
            if row.is_mended {
                ui.add(Label::new(text::label(MENDED, p.warn)).wrap());
            }
            if let Some(meaning) = claims::meaning(row.name) {
                elided(ui, text::label(meaning.meaning, p.muted));
            }
            for (title, raw) in [("Before", row.before), ("After", row.after)] {
                let Some(raw) = raw else { continue };
                let start = start_of(raw, WHOLE_LEN);
                ui.label(text::label(title, p.faint));
                ui.add(Label::new(text::mono(visible(start))).wrap().selectable(true));
                if start.len() < raw.len() {
                    let words = format!(
                        "… and {} bytes more: copy the value to have all of it",
                        raw.len() - start.len()
                    );
                    ui.label(text::label(words, p.muted));
                }
            }
        });
    is_closed
}

fn start_of(text: &str, len: usize) -> &str {
    &text[..text.floor_char_boundary(len)]
}
