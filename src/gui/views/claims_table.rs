//! The claims in rows: name, value, whether it changed, meaning, section; below a claim what parts of its value mean.

use egui::Ui;

use super::claim_cell::{claim_cell_ui, note_cell_ui};
use super::token_view::Sheeted;
use crate::gui::action::Actions;
use crate::gui::json_lines::COLUMN;
use crate::gui::state::State;
use crate::gui::theme::icon;
use crate::gui::token_pane::TokenPane;
use crate::gui::token_sheet::{Line, is_open};
use crate::gui::widgets::{Button, Column, EmptyState, RowLook, Table, Width};
use crate::model::members::Reading;

/// The column of the names is no narrower, and no wider.
const NARROWEST: f32 = 86.0;
const WIDEST: f32 = 180.0;
/// The sign before a name that was mended, with the gap behind it.
const SIGN: f32 = 16.0;
/// So many letters fill the widest column.
const MOST_LETTERS: usize = 32;
/// The names of so many rows are measured: this is done at each frame.
const MEASURED: usize = 400;

/// Draws it.
pub(super) fn claims_table_ui(
    ui: &mut Ui,
    state: &State,
    shown: &Sheeted<'_>,
    pane: &mut TokenPane,
    with_section: bool,
    actions: &mut Actions,
) {
    let view = shown.view;
    let token = view.token;
    if token.decoded.payload.members.is_empty() {
        return super::unreadable::unreadable_ui(ui, state, view, actions);
    }
    let lines = shown.lines(token, &pane.query, &pane.toggled);
    if lines.is_empty() {
        let help = "Names and values are looked through";
        let pressed = EmptyState::new(icon::MAGNIFYING_GLASS, "No claim has that", help)
            .action(Button::secondary("Clear the search").icon(icon::X))
            .show(ui);
        if pressed.is_some_and(|button| button.clicked()) {
            pane.end_search();
        }
        return;
    }
    let column = |title, width| Column { title, width };
    let mut columns = vec![
        column("Claim", Width::Fixed(name_width(&lines, shown))),
        column("Value", Width::Share(1.15)),
        column("", Width::Fixed(14.0)),
        column("Meaning", Width::Share(if with_section { 0.95 } else { 0.85 })),
    ];
    if with_section {
        columns.push(column("Section", Width::Fixed(104.0)));
    }
    let table = Table {
        columns: &columns,
        id: "claims",
    };
    let mut toggled = None;
    let chosen = pane.chosen;
    let look = |index: usize| match lines.get(index) {
        Some(&Line::Claim(at)) => RowLook::Choice {
            name: format!(
                "Claim {}",
                shown.row(token, at).map_or(String::new(), |row| row.name.clone())
            )
            .into(),
            is_chosen: chosen == Some(at),
        },
        _ => RowLook::Aside,
    };
    if let Some(at) = pane.coming_back.take()
        && let Some(row) = lines.iter().position(|line| *line == Line::Claim(at))
    {
        table.focus_row(ui, row);
    }
    // Another token is seen from its first claim on.
    let place = token.fingerprint.as_str();
    let picked = ui.push_id(place, |ui| {
        table.show_choosable(ui, lines.len(), look, |ui, index, column, hot| match lines.get(index) {
            Some(&Line::Claim(at)) => {
                let Some(row) = shown.row(token, at) else { return };
                let open = (!row.below().is_empty()).then(|| is_open(at, row.below().len(), &pane.toggled));
                if claim_cell_ui(ui, state, view, &row, at, open, column, hot, actions) {
                    toggled = Some(at);
                }
            }
            Some(&Line::Note(at, note)) => {
                let Some(row) = shown.row(token, at) else { return };
                if let Some(note) = row.below().get(note) {
                    note_cell_ui(ui, note, column);
                }
            }
            None => {}
        })
    });
    let picked = picked.inner;
    if let Some(at) = toggled
        && !pane.toggled.remove(&at)
    {
        pane.toggled.insert(at);
    }
    let picked = picked.filter(|picked| pane.walking_opens || !picked.is_walked);
    if let Some(&Line::Claim(at)) = picked.and_then(|picked| lines.get(picked.row)) {
        pane.choose(token, Some(at));
    }
}

/// As wide as the longest name wants to be, within limits.
fn name_width(lines: &[Line], shown: &Sheeted<'_>) -> f32 {
    let members = &shown.view.token.decoded.payload.members;
    let width = |line: &Line| {
        let Line::Claim(at) = *line else { return 0.0 };
        let member = &members[at];
        let sign = if member.reading == Reading::Clean { 0.0 } else { SIGN };
        // A longer one is cut all the same.
        sign + member.name.chars().take(MOST_LETTERS).count() as f32 * COLUMN
    };
    let names = lines.iter().take(MEASURED).map(width);
    names.fold(0.0, f32::max).clamp(NARROWEST, WIDEST)
}
