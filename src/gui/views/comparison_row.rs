//! One claim of two tokens, before and after.

use egui::Ui;

use crate::gui::claim_row::shown;
use crate::gui::comparison_sheet::{ComparisonSheet, Line};
use crate::gui::state::State;
use crate::gui::theme::{palette, text};
use crate::gui::visible_text::visible;
use crate::gui::widgets::{SpokenAs as _, elided_with_tooltip};
use crate::model::claims;
use crate::model::defect::Part;
use crate::model::members::Member;

/// As much of a value is laid out in a line.
const SHOWN_LEN: usize = 600;

/// What a row holds.
struct Row<'a> {
    sign: &'static str,
    word: &'static str,
    part: Part,
    name: &'a str,
    before: Option<&'a str>,
    after: Option<&'a str>,
    difference: String,
}

/// Draws one cell of it.
pub(super) fn comparison_cell_ui(ui: &mut Ui, state: &State, sheet: &ComparisonSheet, line: Line, column: usize) {
    let Some(row) = row_of(sheet, line) else { return };
    let p = palette(ui);
    let color = match row.sign {
        "+" => p.ok,
        "−" => p.bad,
        "Δ" => p.warn,
        _ => p.muted,
    };
    match column {
        0 => {
            ui.label(text::mono(row.sign).color(color)).spoken_as(row.word);
        }
        1 => {
            let color = if row.part == Part::Header { p.header } else { p.payload };
            let meaning = claims::meaning(row.name);
            let tooltip = meaning.map_or_else(
                || row.name.to_owned(),
                |m| format!("{}\n{}\n{}", row.name, m.meaning, m.section),
            );
            elided_with_tooltip(ui, text::mono(visible(row.name)).color(color), &tooltip);
        }
        2 => value_ui(ui, state, row.name, row.before),
        3 => value_ui(ui, state, row.name, row.after),
        _ => {
            elided_with_tooltip(ui, text::body(visible(&row.difference)).color(color), &row.difference);
        }
    }
}

fn row_of(sheet: &ComparisonSheet, line: Line) -> Option<Row<'_>> {
    let row = |sign, word, part, name, before, after, difference| Row {
        sign,
        word,
        part,
        name,
        before,
        after,
        difference,
    };
    Some(match line {
        Line::Changed(part, at) => {
            let changed = sheet.part(part).changed.get(at)?;
            let (before, after) = (changed.before.as_str(), changed.after.as_str());
            let words = changed.difference.words();
            row("Δ", "changed", part, &changed.name, Some(before), Some(after), words)
        }
        Line::Added(part, at) => {
            let Member { name, raw, .. } = sheet.part(part).added.get(at)?;
            row("+", "new", part, name, None, Some(raw), "new".to_owned())
        }
        Line::Removed(part, at) => {
            let Member { name, raw, .. } = sheet.part(part).removed.get(at)?;
            row("−", "gone", part, name, Some(raw), None, "gone".to_owned())
        }
        Line::Unchanged(at) => {
            let Member { name, raw, .. } = sheet.members.get(at)?;
            row(
                "",
                "unchanged",
                Part::Payload,
                name,
                Some(raw),
                Some(raw),
                String::new(),
            )
        }
        Line::Heading(_) | Line::Fold(_) => return None,
    })
}

fn value_ui(ui: &mut Ui, state: &State, name: &str, raw: Option<&str>) {
    let p = palette(ui);
    let Some(raw) = raw else {
        ui.label(text::body("–").color(p.faint)).spoken_as("nothing");
        return;
    };
    // Cut before it is read: a value has a megabyte, and this is done at each frame.
    let start = start_of(raw);
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

fn start_of(text: &str) -> &str {
    &text[..text.floor_char_boundary(SHOWN_LEN)]
}
