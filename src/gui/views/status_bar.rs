//! The bar at the bottom: what the engine does, whose clock is right, where tokens are, what happened last.

use egui::{Align, Layout, RichText, Ui};

use crate::engine::OperationKind;
use crate::gui::item::Item;
use crate::gui::state::State;
use crate::gui::theme::{Palette, icon, palette, space, text};
use crate::gui::widgets::{SpokenAs as _, elided, elided_with_tooltip};
use crate::model::history::HistoryKind;
use crate::model::lifetime;

/// How much of the bar the words for what runs may take: a profile's name can be long.
const WORK: f32 = 0.35;

/// Draws it.
pub(super) fn status_bar_ui(ui: &mut Ui, state: &State) {
    let p = palette(ui);
    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = space::L;
        // It must be seen however long the other words are.
        if state.selected().is_some_and(|item| item.profile.insecure) {
            let words = super::insecure::INSECURE;
            ui.label(text::label(format!("{} {words}", icon::SHIELD_WARNING), p.bad))
                .spoken_as(words);
        }
        ui.scope(|ui| {
            ui.set_max_width(ui.available_width() * WORK);
            elided(ui, work(state, p));
        });
        if let Some((words, tooltip)) = state.selected().and_then(clock) {
            ui.label(text::label(words, p.muted)).on_hover_text(tooltip);
        }
        let words = "Tokens: in memory only, gone when you close";
        ui.label(text::label(format!("{} {words}", icon::LOCK), p.muted))
            .on_hover_text(
                "Tokens and client secrets are never written to disk. Profiles and history are, without secrets.",
            )
            .spoken_as(words);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if let Some((words, tooltip)) = state.selected().and_then(|item| last(state, item)) {
                elided_with_tooltip(ui, text::label(words, p.muted), &tooltip);
            }
        });
    });
}

fn work(state: &State, p: &Palette) -> RichText {
    let running: Vec<&Item> = state.profiles.iter().filter(|item| item.operation.is_some()).collect();
    let words = match (running.as_slice(), state.discovery.running) {
        ([], None) => return text::label("Idle", p.muted),
        ([], Some((_, true))) => "Registering this app…".to_owned(),
        ([], Some((_, false))) => {
            let address = state.discovery.lookup.as_ref().map_or("", |lookup| &lookup.address);
            format!("Discovering {address}…")
        }
        ([item], None) => {
            let name = &item.profile.name;
            match item.operation.as_ref().map(|operation| operation.kind) {
                Some(OperationKind::Refresh) => format!("Refreshing {name}…"),
                Some(OperationKind::ApiCall) => format!("Calling the API of {name}…"),
                Some(OperationKind::Question) => format!("Asking the provider of {name}…"),
                Some(OperationKind::Revocation) => format!("Revoking a token of {name}…"),
                Some(OperationKind::Logout) => format!("Logging out of {name}…"),
                _ => format!("Logging in to {name}…"),
            }
        }
        (several, discovers) => {
            let count = several.len() + usize::from(discovers.is_some());
            format!("{count} operations are running")
        }
    };
    text::label(words, p.accent)
}

fn clock(item: &Item) -> Option<(String, String)> {
    let skew_s = item.session.as_ref()?.server_time.skew_s?;
    let words = if skew_s.abs() < 1.0 {
        "Clock: in step with the server".to_owned()
    } else {
        let side = if skew_s > 0.0 { "ahead" } else { "behind" };
        format!("Clock: server is {:.1} s {side}", skew_s.abs())
    };
    let tooltip = format!(
        "The server's clock against this one: {skew_s:+.1} s, from the Date of its answers. Countdowns follow the server."
    );
    Some((words, tooltip))
}

fn last(state: &State, item: &Item) -> Option<(String, String)> {
    let entry = item.history.front()?;
    let what = match entry.kind {
        HistoryKind::Login => "Logged in",
        HistoryKind::LoginFailed => "Login failed",
        HistoryKind::Refresh => "Refreshed",
        HistoryKind::RefreshFailed => "Refresh failed",
        HistoryKind::ApiCall => "API called",
        HistoryKind::Userinfo => "Userinfo asked",
        HistoryKind::Introspection => "Token introspected",
        HistoryKind::Revocation if entry.error.is_some() => "Revocation failed",
        HistoryKind::Revocation => "Token revoked",
        HistoryKind::Logout if entry.error.is_some() => "Logout failed",
        HistoryKind::Logout => "Logged out",
    };
    let when = lifetime::relative(entry.at, state.now);
    let took = entry
        .latency_ms
        .map_or(String::new(), |ms| format!(" in {}", super::timeline::took(ms)));
    Some((format!("{what} {when}{took}"), state.times.full(entry.at)))
}
