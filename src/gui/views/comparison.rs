//! Two tokens side by side: what came, what went, what changed and what that means.

use egui::{Id, Label, ScrollArea, Ui, Vec2};

use super::checks_table::outcome_look;
use super::comparison_row::{comparison_cell_ui, comparison_details_ui};
use crate::gui::action::{Action, Actions};
use crate::gui::comparison_report;
use crate::gui::comparison_sheet::{ComparisonSheet, Line, Pair};
use crate::gui::elsewhere::Elsewhere;
use crate::gui::state::State;
use crate::gui::theme::{Tone, icon, palette, space, text};
use crate::gui::visible_text::visible;
use crate::gui::widgets::{
    Button, Column, EmptyState, EndButton, RowLook, SpokenAs as _, Table, Width, elided, elided_with_tooltip,
    label_width, row_with_buttons,
};
use crate::model::compare::Weight;
use crate::model::defect::Part;

/// The details of a claim are no higher.
const DETAILS: f32 = 190.0;
/// The line above them, with the room around it.
const SEPARATOR: f32 = 6.0 + 2.0 * space::S;
/// As much of a name is spoken.
const NAME_LEN: usize = 200;
/// The arrow between two names, with the room around it.
const ARROW: f32 = 16.0 + 2.0 * space::S;
/// Verdicts above this height scroll.
const VERDICTS: f32 = 104.0;

/// As many remarks are listed, the heaviest first.
const LISTED: usize = 40;

/// Two tokens that are held against each other, and what they are called.
pub(super) struct ComparisonView<'a> {
    /// The earlier one.
    pub(super) before: &'a str,
    /// The later one.
    pub(super) after: &'a str,
    /// Which they are.
    pub(super) pair: &'a Pair,
    /// What was worked out of them.
    pub(super) sheet: &'a Elsewhere<ComparisonSheet>,
}

/// Draws it over all the room that there is.
pub(super) fn comparison_ui(ui: &mut Ui, state: &State, view: &ComparisonView<'_>, actions: &mut Actions) {
    let Some(sheet) = view.sheet.get() else {
        let help = "They are long: this takes a moment";
        EmptyState::new(icon::HOURGLASS, "Comparing…", help).show(ui);
        return;
    };
    head_ui(ui, view, sheet, actions);
    if !sheet.has_claims {
        let Pair { before, after, .. } = view.pair;
        let (title, help) = if before == after {
            ("It is the same token", "Both have the same fingerprint".to_owned())
        } else {
            let help = format!("It is another one: {before} before, {after} after");
            ("No claims to compare", help)
        };
        EmptyState::new(icon::EYE_SLASH, title, &help).show(ui);
        return;
    }
    verdicts_ui(ui, sheet);
    rows_ui(ui, state, view.pair, sheet, actions);
}

fn head_ui(ui: &mut Ui, view: &ComparisonView<'_>, sheet: &ComparisonSheet, actions: &mut Actions) {
    let p = palette(ui);
    let words = sheet.part(Part::Payload).summary();
    let mut words = words.unwrap_or_else(|| "the same claims".to_owned());
    if let Some(lifetime) = &sheet.part(Part::Payload).lifetime {
        words = format!("{words} · {}", lifetime.words());
    }
    let mut fits = true;
    let left = |ui: &mut Ui| {
        ui.spacing_mut().item_spacing.x = space::S;
        let most = (ui.available_width() - ARROW) / 2.0;
        let name = |ui: &mut Ui, name: &str| {
            ui.scope(|ui| {
                ui.set_max_width(most);
                elided(ui, text::strong(name));
            });
        };
        name(ui, view.before);
        ui.label(text::body(icon::ARROW_RIGHT).color(p.muted)).spoken_as("to");
        name(ui, view.after);
        fits = label_width(ui, &words) <= ui.available_width();
        if fits {
            ui.label(text::label(&words, p.muted));
        }
    };
    let copy = Button::quiet("Copy comparison").icon_only(icon::CLIPBOARD_TEXT);
    let copy = EndButton::new(copy, ()).tooltip("Copy comparison: as Markdown, without the tokens");
    let copy = sheet.has_claims.then_some(copy);
    let is_copied = row_with_buttons(ui, space::FIELD, left, copy).is_some();
    if !fits {
        elided(ui, text::label(&words, p.muted));
    }
    if is_copied {
        actions.push(Action::Copy {
            what: "the comparison".to_owned(),
            text: comparison_report::markdown(sheet, view.before, view.after),
        });
    }
}

fn verdicts_ui(ui: &mut Ui, sheet: &ComparisonSheet) {
    if sheet.checks.is_empty() && sheet.remarks.is_empty() {
        return;
    }
    let p = palette(ui);
    ScrollArea::vertical()
        .id_salt("verdicts")
        .max_height(VERDICTS)
        .auto_shrink([false, true])
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            ui.spacing_mut().interact_size.y = 18.0;
            let mut line = |tone: Tone, sign: &str, words: &str, section: &str| {
                ui.horizontal(|ui| {
                    ui.spacing_mut().item_spacing.x = space::S;
                    ui.label(text::body(sign).color(p.tone(tone)));
                    let words = format!("{words}  ");
                    let words = Label::new(text::body(words)).truncate();
                    ui.add(words);
                    ui.label(text::label(section, p.faint));
                });
            };
            for check in &sheet.checks {
                let (tone, sign, _) = outcome_look(check.outcome);
                let name = check.id.rsplit('.').next().unwrap_or_default();
                line(tone, sign, &format!("{name}: {}", check.message), &check.spec);
            }
            for remark in sheet.remarks.iter().take(LISTED) {
                let (tone, sign) = match remark.weight {
                    Weight::Alarming => (Tone::Warn, icon::WARNING),
                    Weight::Notable | Weight::Expected => (Tone::Neutral, icon::INFO),
                };
                line(tone, sign, &capitalised(&remark.words), "");
            }
        });
}

fn capitalised(words: &str) -> String {
    let mut chars = words.chars();
    chars
        .next()
        .map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}

/// What is open and chosen in the comparison of a pair.
#[derive(Clone, Debug, Default)]
struct Shown {
    has_unchanged: bool,
    chosen: Option<Line>,
}

fn rows_ui(ui: &mut Ui, state: &State, pair: &Pair, sheet: &ComparisonSheet, actions: &mut Actions) {
    let id = Id::unique(("comparison", pair.before.as_str(), pair.after.as_str()));
    let mut shown = ui.data(|data| data.get_temp::<Shown>(id)).unwrap_or_default();
    let chosen = shown.chosen.and_then(|line| sheet.row(line));
    let size = ui.available_size();
    let below = (size.y * 0.4).min(DETAILS);
    let above = size.y - chosen.as_ref().map_or(0.0, |_| below + SEPARATOR);
    ui.allocate_ui(Vec2::new(size.x, above), |ui| {
        ui.set_max_height(above);
        if let Some(line) = table_ui(ui, state, sheet, &shown) {
            match line {
                Line::Fold(_) => shown.has_unchanged = !shown.has_unchanged,
                line => shown.chosen = Some(line),
            }
        }
    });
    if let Some(row) = chosen {
        ui.separator();
        if comparison_details_ui(ui, &row, below, actions) {
            shown.chosen = None;
        }
    }
    ui.data_mut(|data| data.insert_temp(id, shown));
}

/// The rows; gives the one that was chosen now.
fn table_ui(ui: &mut Ui, state: &State, sheet: &ComparisonSheet, shown: &Shown) -> Option<Line> {
    let is_open = shown.has_unchanged;
    let lines = sheet.lines(is_open);
    let column = |title, width| Column { title, width };
    let columns = [
        column("", Width::Fixed(14.0)),
        column("Claim", Width::Fixed(104.0)),
        column("Before", Width::Share(1.0)),
        column("After", Width::Share(1.0)),
        column("Difference", Width::Share(0.8)),
    ];
    let table = Table {
        columns: &columns,
        id: "comparison",
    };
    let p = palette(ui);
    let look = |at: usize| {
        let Some(&line) = lines.get(at) else {
            return RowLook::Aside;
        };
        let name = match (line, sheet.row(line)) {
            (Line::Fold(count), _) => fold_words(count, is_open),
            (_, Some(row)) => format!(
                "{} {}{}",
                row.word,
                visible(&row.name[..row.name.floor_char_boundary(NAME_LEN)]),
                if row.is_mended { ", mended" } else { "" }
            ),
            _ => return RowLook::Aside,
        };
        RowLook::Choice {
            name: name.into(),
            is_chosen: shown.chosen == Some(line),
        }
    };
    let picked = table.show_choosable(ui, lines.len(), look, |ui, at, column, _| match lines.get(at) {
        Some(Line::Heading(part)) if column == 1 => {
            let title = if *part == Part::Header { "Header" } else { "Claims" };
            ui.label(text::strong(title));
            if sheet.part(*part).is_empty() {
                ui.label(text::label("all the same", p.muted));
            }
        }
        Some(Line::Fold(count)) => match column {
            0 => {
                let sign = if is_open { icon::CARET_DOWN } else { icon::CARET_RIGHT };
                ui.label(text::body(sign).color(p.muted));
            }
            1 => {
                let words = format!("{count} unchanged");
                elided_with_tooltip(ui, text::body(words).color(p.muted), &fold_words(*count, is_open));
            }
            _ => {}
        },
        Some(Line::Heading(_)) | None => {}
        Some(line) => {
            if let Some(row) = sheet.row(*line) {
                comparison_cell_ui(ui, state, &row, column);
            }
        }
    })?;
    lines.get(picked.row).copied()
}

fn fold_words(count: usize, is_open: bool) -> String {
    let verb = if is_open { "Hide" } else { "Show" };
    format!("{verb} {count} unchanged")
}
