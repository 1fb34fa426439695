//! The rows of the history: a login, a refresh, a call, a failure.

use egui::{RichText, Ui};

use super::timeline::{failed, took};
use crate::gui::state::State;
use crate::gui::theme::{Palette, icon, palette, text};
use crate::gui::widgets::{Column, Picked, RowLook, SpokenAs as _, Table, Width, elided, elided_with_tooltip};
use crate::model::history::{HistoryEntry, HistoryKind, TokenRecord};
use crate::model::lifetime;

/// Draws them, and says which was chosen now.
pub(super) fn timeline_table_ui<'a>(
    ui: &mut Ui,
    state: &State,
    count: usize,
    chosen: Option<i64>,
    row: &dyn Fn(usize) -> Option<&'a HistoryEntry>,
) -> Option<Picked> {
    let p = palette(ui);
    let wide = ui.available_width() >= 700.0;
    let column = |title, width| Column { title, width };
    let mut columns = vec![
        column("Gen", Width::Fixed(26.0)),
        column("Time", Width::Fixed(if wide { 140.0 } else { 66.0 })),
        column("What happened", Width::Fixed(128.0)),
        column("Access lives", Width::Fixed(72.0)),
        column("Took", Width::Fixed(58.0)),
        column("Refresh token", Width::Fixed(80.0)),
    ];
    columns.push(column("Note", Width::Share(1.0)));
    let table = Table {
        columns: &columns,
        id: "timeline",
    };
    let look = |index: usize| match row(index) {
        Some(entry) => RowLook::Choice {
            name: row_name(p, state, entry).into(),
            is_chosen: chosen == Some(entry.id),
        },
        None => RowLook::Aside,
    };
    table.show_choosable(ui, count, look, |ui, index, column, _| {
        let Some(entry) = row(index) else { return };
        match column {
            0 => {
                let number = entry.generation.map_or("–".to_owned(), |number| number.to_string());
                ui.label(text::mono(number).color(p.faint));
            }
            1 => time_ui(ui, state, entry, wide),
            2 => {
                let (words, spoken) = what(p, entry);
                ui.label(words).spoken_as(spoken);
            }
            3 => {
                let lives = entry.access.as_ref().and_then(TokenRecord::lifetime_s);
                ui.label(text::body(lives.map_or(String::new(), lifetime::span)));
            }
            4 => {
                ui.label(text::mono(entry.latency_ms.map_or(String::new(), took)).color(p.muted));
            }
            5 => refresh_ui(ui, entry),
            _ => {
                elided(ui, text::body(note(entry)).color(p.muted));
            }
        }
    })
}

/// What a screen reader calls a row.
fn row_name(p: &Palette, state: &State, entry: &HistoryEntry) -> String {
    let at = state.times.local(entry.at, state.now);
    let (_, words) = what(p, entry);
    match entry.generation {
        Some(number) => format!("{words} at {at}, generation {number}"),
        None => format!("{words} at {at}"),
    }
}

fn time_ui(ui: &mut Ui, state: &State, entry: &HistoryEntry, wide: bool) {
    let local = state.times.local(entry.at, state.now);
    let shown = match local.split_once(' ') {
        // The date is in the tooltip.
        Some((_, time)) if !wide => time.to_owned(),
        _ => local,
    };
    elided_with_tooltip(ui, text::mono(shown), &state.times.full(entry.at));
}

fn refresh_ui(ui: &mut Ui, entry: &HistoryEntry) {
    let word = match (entry.kind, entry.refresh_rotated) {
        (_, None) => return,
        (HistoryKind::Login, Some(true)) => "new",
        (HistoryKind::Login, Some(false)) => "none",
        (_, Some(true)) => "rotated",
        (_, Some(false)) => "kept",
    };
    let response = ui.label(text::body(word));
    if let Some(refresh) = &entry.refresh {
        response.on_hover_text(format!("Fingerprint {}", refresh.fingerprint));
    }
}

fn what(p: &Palette, entry: &HistoryEntry) -> (RichText, String) {
    let status = entry.http_status.map_or(String::new(), |status| format!(" {status}"));
    let (sign, words, color) = match entry.kind {
        HistoryKind::Login => (icon::SIGN_IN, "logged in".to_owned(), p.accent),
        HistoryKind::LoginFailed => (icon::X, "login failed".to_owned(), p.bad),
        HistoryKind::Refresh => (icon::ARROW_CLOCKWISE, "refreshed".to_owned(), p.ok),
        HistoryKind::RefreshFailed => (icon::X, "refresh failed".to_owned(), p.bad),
        HistoryKind::ApiCall if failed(entry) => (icon::WARNING, format!("API said{status}"), p.warn),
        HistoryKind::ApiCall => (icon::ARROWS_LEFT_RIGHT, format!("API call{status}"), p.muted),
        HistoryKind::Userinfo if failed(entry) => (icon::WARNING, format!("userinfo said{status}"), p.warn),
        HistoryKind::Userinfo => (icon::USER_CIRCLE, format!("userinfo{status}"), p.muted),
        HistoryKind::Introspection if failed(entry) => (icon::WARNING, format!("introspected{status}"), p.warn),
        HistoryKind::Introspection => (icon::MAGNIFYING_GLASS, format!("introspected{status}"), p.muted),
        HistoryKind::Revocation if failed(entry) => (icon::X, "not revoked".to_owned(), p.bad),
        HistoryKind::Revocation => (icon::PROHIBIT, "revoked".to_owned(), p.warn),
        HistoryKind::Logout if failed(entry) => (icon::X, "logout failed".to_owned(), p.bad),
        HistoryKind::Logout => (icon::SIGN_OUT, "logged out".to_owned(), p.muted),
    };
    (text::body(format!("{sign} {words}")).color(color), words)
}

fn note(entry: &HistoryEntry) -> String {
    match (&entry.error, entry.note.as_str()) {
        (None, note) => note.to_owned(),
        (Some(error), "") => error.clone(),
        (Some(error), note) if note.contains(error.as_str()) => note.to_owned(),
        (Some(error), note) => format!("{error} · {note}"),
    }
}
