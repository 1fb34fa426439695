//! The claims in rows: name, value, whether it changed, meaning, section.

use egui::{Align, Layout, Ui};
use jiff::Timestamp;

use super::claim_rows::{Change, ClaimRow, ClaimRows};
use crate::engine::Session;
use crate::gui::action::{Action, Actions};
use crate::gui::state::State;
use crate::gui::theme::{icon, palette, text};
use crate::gui::widgets::{Button, Column, EmptyState, SpokenAs as _, Table, Width, elided, elided_with_tooltip};
use crate::model::Token;
use crate::model::lifetime;

/// Draws it.
pub(super) fn claims_table_ui(
    ui: &mut Ui,
    state: &State,
    session: &Session,
    token: &Token,
    rows: &ClaimRows<'_>,
    with_section: bool,
    actions: &mut Actions,
) {
    if rows.rows.is_empty() {
        let (title, help) = if token.decoded.defects.is_empty() {
            (
                "Nothing to read in here",
                "This token is opaque: a random text that only the provider can look up. Its card shows all that is known",
            )
        } else {
            (
                "No claim can be read",
                "What is broken stands above, the rest of the token beside it",
            )
        };
        EmptyState::new(icon::EYE_SLASH, title, help).show(ui);
        return;
    }
    let mut columns = vec![
        Column {
            title: "Claim",
            width: Width::Fixed(86.0),
        },
        Column {
            title: "Value",
            width: Width::Share(1.15),
        },
        Column {
            title: "",
            width: Width::Fixed(14.0),
        },
        Column {
            title: "Meaning",
            width: Width::Share(if with_section { 0.95 } else { 0.85 }),
        },
    ];
    if with_section {
        columns.push(Column {
            title: "Section",
            width: Width::Fixed(104.0),
        });
    }
    let table = Table {
        columns: &columns,
        id: "claims",
    };
    let p = palette(ui);
    table.show(ui, rows.rows.len(), |ui, index, column, hot| {
        let row = &rows.rows[index];
        match column {
            0 => {
                let tooltip = format!("{}: {}", row.member.name, row.kind);
                elided_with_tooltip(ui, text::mono(&row.member.name).color(p.payload), &tooltip);
            }
            1 => value_ui(ui, state, session, row, hot, actions),
            2 => change_ui(ui, row),
            3 => {
                let tooltip = if row.section.is_empty() {
                    "No specification that is known here defines it".to_owned()
                } else {
                    format!("{}\n{}", row.meaning, row.section)
                };
                elided_with_tooltip(ui, text::body(row.meaning).color(p.muted), &tooltip);
            }
            _ => {
                elided(ui, text::label(row.section, p.faint));
            }
        }
    });
}

fn value_ui(ui: &mut Ui, state: &State, session: &Session, row: &ClaimRow<'_>, hot: bool, actions: &mut Actions) {
    let p = palette(ui);
    ui.spacing_mut().item_spacing.x = 6.0;
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        let name = format!("Copy {}", row.member.name);
        if ui
            .add(Button::quiet(&name).icon_only(icon::COPY).small().only_when(hot))
            .clicked()
        {
            actions.push(Action::Copy {
                what: row.member.name.clone(),
                text: row.shown.clone(),
            });
        }
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            if let Some(time) = row.time {
                time_ui(ui, state, session, time);
            } else {
                let color = if row.kind == "text" { p.text } else { p.signature };
                elided(ui, text::mono(&row.shown).color(color));
            }
        });
    });
}

fn time_ui(ui: &mut Ui, state: &State, session: &Session, time: Timestamp) {
    let p = palette(ui);
    let local = state.times.local(time, state.now);
    let utc = state.times.utc(time, state.now);
    let tooltip = state.times.full(time);
    if utc.trim_end_matches(" UTC") == local {
        ui.label(text::mono(utc)).on_hover_text(&tooltip);
    } else {
        ui.label(text::mono(local)).on_hover_text(&tooltip);
        ui.label(text::label(utc, p.muted)).on_hover_text(&tooltip);
    }
    let relative = lifetime::relative(time, session.now(state.now));
    elided_with_tooltip(ui, text::label(relative, p.muted), &tooltip);
}

fn change_ui(ui: &mut Ui, row: &ClaimRow<'_>) {
    let p = palette(ui);
    let Some(change) = &row.change else { return };
    let (words, tooltip) = match change {
        Change::New => ("changed: new", "Not in the generation before".to_owned()),
        Change::Was(was) => ("changed", format!("Was {was}")),
    };
    ui.label(text::body("Δ").color(p.warn))
        .on_hover_text(tooltip)
        .spoken_as(format!("{} {words}", row.member.name));
}
