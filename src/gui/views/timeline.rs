//! The tab Timeline: what happened to the profile, newest first.

use egui::{Align, Layout, RichText, Ui, UiBuilder, Vec2};

use crate::gui::action::{Action, Actions};
use crate::gui::item::Item;
use crate::gui::screen::TimelineFilter;
use crate::gui::state::State;
use crate::gui::theme::{Palette, icon, palette, space, text};
use crate::gui::widgets::{
    Column, EmptyState, SpokenAs as _, Table, Width, card_frame, elided, elided_with_tooltip, segmented,
};
use crate::model::history::{HistoryEntry, HistoryKind, TokenRecord};
use crate::model::lifetime;

/// Draws it.
pub(super) fn timeline_ui(ui: &mut Ui, state: &State, item: &Item, actions: &mut Actions) {
    let size = ui.available_size() - Vec2::splat(26.0);
    card_frame(ui).show(ui, |ui| {
        let (_, rect) = ui.allocate_space(size);
        let mut ui = ui.new_child(UiBuilder::new().max_rect(rect).layout(Layout::top_down(Align::LEFT)));
        ui.spacing_mut().item_spacing.y = space::S;
        let filter = state.screen.filter;
        let choices = [
            (TimelineFilter::All, "All"),
            (TimelineFilter::Refreshes, "Refreshes"),
            (TimelineFilter::Failures, "Failures"),
        ];
        if let Some(filter) = segmented(&mut ui, filter, &choices) {
            actions.push(Action::Filter(filter));
        }
        if filter == TimelineFilter::All {
            // Nothing to look through: a frame costs the same for a hundred thousand rows.
            let count = item.history.len();
            rows_ui(&mut ui, state, item, count, &|row| item.history.get(row));
        } else {
            let rows: Vec<&HistoryEntry> = item.history.iter().filter(|entry| fits(filter, entry)).collect();
            rows_ui(&mut ui, state, item, rows.len(), &|row| rows.get(row).copied());
        }
    });
}

fn rows_ui<'a>(ui: &mut Ui, state: &State, item: &Item, count: usize, row: &dyn Fn(usize) -> Option<&'a HistoryEntry>) {
    if count == 0 {
        empty_ui(ui, item, state.screen.filter);
    } else {
        table_ui(ui, state, count, row);
    }
}

fn fits(filter: TimelineFilter, entry: &HistoryEntry) -> bool {
    match filter {
        TimelineFilter::All => true,
        TimelineFilter::Refreshes => entry.kind == HistoryKind::Refresh,
        TimelineFilter::Failures => failed(entry),
    }
}

/// An API call that was refused is a failure here: somebody looks for it.
fn failed(entry: &HistoryEntry) -> bool {
    entry.kind.is_failure() || entry.error.is_some() || entry.http_status.is_some_and(|status| status >= 400)
}

fn empty_ui(ui: &mut Ui, item: &Item, filter: TimelineFilter) {
    let (title, help) = match filter {
        _ if item.history.is_empty() => (
            "Nothing has happened yet",
            "Every login, refresh, API call and failure gets a row here, and stays after you close the window",
        ),
        TimelineFilter::Failures => ("No failures", "Everything that was tried so far worked"),
        _ => ("No refreshes yet", "Refresh now gets new tokens without a login"),
    };
    EmptyState::new(icon::CLOCK_COUNTER_CLOCKWISE, title, help).show(ui);
}

fn table_ui<'a>(ui: &mut Ui, state: &State, count: usize, row: &dyn Fn(usize) -> Option<&'a HistoryEntry>) {
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
    table.show(ui, count, |ui, index, column, _| {
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
    });
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

/// `212 ms`, `3.1 s`.
pub(super) fn took(ms: f64) -> String {
    if ms < 1000.0 {
        format!("{ms:.0} ms")
    } else {
        format!("{:.1} s", ms / 1000.0)
    }
}
