//! Two tokens side by side: what came, what went, what changed and what that means.

use egui::{Label, ScrollArea, Ui};

use super::checks_table::outcome_look;
use super::comparison_row::comparison_cell_ui;
use crate::gui::comparison_sheet::{ComparisonSheet, Line};
use crate::gui::state::State;
use crate::gui::theme::{Tone, icon, palette, space, text};
use crate::gui::widgets::{Column, EmptyState, RowLook, SpokenAs as _, Table, Width, elided, elided_with_tooltip};
use crate::model::TokenKind;
use crate::model::compare::{Relation, Weight};
use crate::model::defect::Part;
use crate::model::history::TokenRecord;

/// Verdicts above this height scroll.
const VERDICTS: f32 = 104.0;

/// As many remarks are listed, the heaviest first.
const LISTED: usize = 40;

/// Two tokens and what they are called.
pub(super) struct ComparisonView<'a> {
    /// The earlier one.
    pub(super) before: (String, &'a TokenRecord),
    /// The later one.
    pub(super) after: (String, &'a TokenRecord),
    /// What kind of token they are, where that is known.
    pub(super) kind: Option<TokenKind>,
    /// How they belong together.
    pub(super) relation: Relation,
}

/// Draws it over all the room that there is.
pub(super) fn comparison_ui(ui: &mut Ui, state: &State, view: &ComparisonView<'_>) {
    let p = palette(ui);
    let (old, new) = (view.before.1, view.after.1);
    let sheet = state.comparisons.of(old, new, view.kind, view.relation);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::S;
        ui.label(text::strong(&view.before.0));
        ui.label(text::body(icon::ARROW_RIGHT).color(p.muted)).spoken_as("to");
        ui.label(text::strong(&view.after.0));
        let words = sheet.part(Part::Payload).summary();
        let mut words = words.unwrap_or_else(|| "the same claims".to_owned());
        if let Some(lifetime) = &sheet.part(Part::Payload).lifetime {
            words = format!("{words} · {}", lifetime.words());
        }
        elided(ui, text::label(words, p.muted));
    });
    if old.claims.is_none() || new.claims.is_none() {
        let (title, help) = if old.fingerprint == new.fingerprint {
            ("It is the same token", "Both rows have the same fingerprint".to_owned())
        } else {
            let help = format!(
                "It is another one: {} before, {} after",
                old.fingerprint, new.fingerprint
            );
            ("No claims to compare", help)
        };
        EmptyState::new(icon::EYE_SLASH, title, &help).show(ui);
        return;
    }
    verdicts_ui(ui, &sheet);
    table_ui(ui, state, &sheet);
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

fn table_ui(ui: &mut Ui, state: &State, sheet: &ComparisonSheet) {
    let id = ui.scope_id().with("unchanged");
    let is_open = ui.data(|data| data.get_temp::<bool>(id)).unwrap_or_default();
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
    let look = |row: usize| match lines.get(row) {
        Some(Line::Fold(count)) => RowLook::Choice {
            name: fold_words(*count, is_open).into(),
            is_chosen: false,
        },
        _ => RowLook::Aside,
    };
    let picked = table.show_choosable(ui, lines.len(), look, |ui, row, column, _| match lines.get(row) {
        Some(Line::Heading(part)) if column == 1 => {
            let title = if *part == Part::Header { "Header" } else { "Claims" };
            ui.label(text::strong(title));
            let is_same = sheet.part(*part).is_empty();
            if is_same {
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
        Some(line) => comparison_cell_ui(ui, state, sheet, *line, column),
    });
    if picked.is_some() {
        ui.data_mut(|data| data.insert_temp(id, !is_open));
    }
}

fn fold_words(count: usize, is_open: bool) -> String {
    let verb = if is_open { "Hide" } else { "Show" };
    format!("{verb} {count} unchanged")
}
