//! Checks in rows: how it ended, what is asked for, why, and the section; under a heading for what they are about.

use egui::Ui;

use crate::gui::check_list::{CheckKey, CheckLine, ChecksPane};
use crate::gui::theme::{Palette, Tone, icon, palette, text};
use crate::gui::widgets::{Column, RowLook, SpokenAs as _, Table, Width, elided, elided_with_tooltip};
use crate::model::checks::Outcome;

/// From this width on there is a column for the section.
const WIDE: f32 = 600.0;

enum Line<'a> {
    Heading(&'static str, usize),
    Check(&'a CheckLine),
}

/// Draws them, and notes in `pane` which was chosen now.
pub(super) fn checks_table_ui(ui: &mut Ui, shown: &[&CheckLine], chosen: Option<&CheckKey>, pane: &mut ChecksPane) {
    let mut lines = Vec::with_capacity(shown.len() + 9);
    for of_group in shown.chunk_by(|a, b| a.group == b.group) {
        lines.extend(
            of_group
                .first()
                .map(|line| Line::Heading(line.group.label(), of_group.len())),
        );
        lines.extend(of_group.iter().map(|line| Line::Check(line)));
    }
    let column = |title, width| Column { title, width };
    let mut columns = vec![
        column("", Width::Fixed(16.0)),
        column("Check", Width::Share(1.0)),
        column("Why", Width::Share(1.0)),
    ];
    if ui.available_width() >= WIDE {
        columns.push(column("Section", Width::Fixed(124.0)));
    }
    let table = Table {
        columns: &columns,
        id: "checks",
    };
    let p = palette(ui);
    let look = |row: usize| match lines.get(row) {
        Some(Line::Check(line)) => RowLook::Choice {
            name: format!("{}: {}", line.title, outcome_look(line.check.outcome).2).into(),
            is_chosen: chosen == Some(&line.key),
        },
        _ => RowLook::Aside,
    };
    let coming_back = pane.coming_back.take();
    let is_it = |line: &Line<'_>| matches!(line, Line::Check(line) if Some(&line.key) == coming_back.as_ref());
    if let Some(row) = lines.iter().position(is_it) {
        table.focus_row(ui, row);
    }
    let picked = table.show_choosable(ui, lines.len(), look, |ui, row, column, _| match lines.get(row) {
        Some(Line::Heading(words, count)) => heading_ui(ui, p, words, *count, column),
        Some(Line::Check(line)) => cell_ui(ui, p, line, column),
        None => {}
    });
    let picked = picked.filter(|picked| pane.walking_opens || !picked.is_walked);
    if let Some(Line::Check(line)) = picked.and_then(|picked| lines.get(picked.row)) {
        pane.chosen = Some(line.key.clone());
    }
}

fn heading_ui(ui: &mut Ui, p: &Palette, words: &str, count: usize, column: usize) {
    if column == 1 {
        ui.label(text::strong(words));
        ui.label(text::label(count.to_string(), p.faint));
    }
}

fn cell_ui(ui: &mut Ui, p: &Palette, line: &CheckLine, column: usize) {
    let check = &line.check;
    let (tone, sign, word) = outcome_look(check.outcome);
    match column {
        0 => {
            ui.label(text::body(sign).color(p.tone(tone))).spoken_as(word);
        }
        1 => {
            let color = if check.outcome == Outcome::Skip {
                p.muted
            } else {
                p.text
            };
            elided_with_tooltip(ui, text::body(&line.title).color(color), &check.id);
        }
        2 => {
            elided(ui, text::body(&*check.message).color(p.muted));
        }
        _ => {
            elided(ui, text::label(&*check.spec, p.faint));
        }
    }
}

/// Colour, sign and word of how a check ended.
pub(super) const fn outcome_look(outcome: Outcome) -> (Tone, &'static str, &'static str) {
    match outcome {
        Outcome::Pass => (Tone::Ok, icon::CHECK, "passed"),
        Outcome::Warn => (Tone::Warn, icon::WARNING, "warning"),
        Outcome::Fail => (Tone::Bad, icon::X, "failed"),
        Outcome::Skip => (Tone::Neutral, icon::CIRCLE, "not checked"),
    }
}
