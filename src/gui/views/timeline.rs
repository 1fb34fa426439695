//! The tab Timeline: what happened to the profile, newest first, and two rows of it compared.

use egui::Ui;

use super::comparison::{ComparisonView, comparison_ui};
use super::timeline_table::timeline_table_ui;
use super::token_view::card_of;
use crate::gui::action::{Action, Actions};
use crate::gui::comparing::{Comparing, TimelinePane, has_tokens, record};
use crate::gui::comparison_sheet::Pair;
use crate::gui::item::Item;
use crate::gui::screen::TimelineFilter;
use crate::gui::state::State;
use crate::gui::theme::{icon, palette, space, text};
use crate::gui::widgets::{Button, EmptyState, EndButton, row_with_buttons, segmented};
use crate::model::TokenKind;
use crate::model::compare::Relation;
use crate::model::history::{HistoryEntry, HistoryKind, TokenRecord};

const HEAD: f32 = space::FIELD + 4.0;
/// The generation before is looked for among so many rows.
const LOOKED_THROUGH: usize = 10_000;

/// Draws it.
pub(super) fn timeline_ui(ui: &mut Ui, state: &State, item: &Item, pane: &mut TimelinePane, actions: &mut Actions) {
    let size = ui.available_size();
    card_of(ui, size, |ui| {
        let of_this = |comparing: &&Comparing| comparing.slug == item.profile.slug;
        if let Some(comparing) = state.comparing.as_ref().filter(of_this) {
            return two_rows_ui(ui, state, comparing, actions);
        }
        let filter = state.screen.filter;
        head_ui(ui, item, filter, pane, actions);
        if filter == TimelineFilter::All {
            // Nothing to look through: a frame costs the same for a hundred thousand rows.
            let count = item.history.len();
            rows_ui(ui, state, item, pane, actions, count, &|row| item.history.get(row));
        } else {
            let rows: Vec<&HistoryEntry> = item.history.iter().filter(|entry| fits(filter, entry)).collect();
            rows_ui(ui, state, item, pane, actions, rows.len(), &|row| {
                rows.get(row).copied()
            });
        }
    });
}

/// What is shown, and what can be done with the row that is chosen.
fn head_ui(ui: &mut Ui, item: &Item, filter: TimelineFilter, pane: &TimelinePane, actions: &mut Actions) {
    let choices = [
        (TimelineFilter::All, "All"),
        (TimelineFilter::Refreshes, "Refreshes"),
        (TimelineFilter::Failures, "Failures"),
    ];
    let chosen = pane.chosen.and_then(|id| at(item, id));
    let before = chosen.and_then(|at| earlier_tokens(item, at));
    let words = before.and_then(|entry| entry.generation);
    let words = words.map_or(String::new(), |number| format!("Compare with generation {number}"));
    let button = before
        .zip(chosen.and_then(|at| item.history.get(at)))
        .map(|(before, after)| {
            let compare = Action::Compare(item.profile.slug.clone(), [before.id, after.id]);
            EndButton::new(Button::quiet(&words).icon(icon::ARROWS_LEFT_RIGHT), compare)
                .tooltip("Or choose another row with Ctrl or Shift held down")
        });
    let mut wanted = None;
    let left = |ui: &mut Ui| wanted = segmented(ui, filter, &choices);
    let clicked = row_with_buttons(ui, HEAD, left, button);
    for action in clicked.into_iter().chain(wanted.map(Action::Filter)) {
        actions.push(action);
    }
}

/// The place of a row: they go from high numbers to low ones.
fn at(item: &Item, id: i64) -> Option<usize> {
    item.history.binary_search_by(|entry| id.cmp(&entry.id)).ok()
}

/// The tokens before those of the row at this place.
fn earlier_tokens(item: &Item, at: usize) -> Option<&HistoryEntry> {
    item.history.get(at).filter(|entry| has_tokens(entry))?;
    let earlier = item.history.iter().skip(at + 1).take(LOOKED_THROUGH);
    earlier.into_iter().find(|entry| has_tokens(entry))
}

fn rows_ui<'a>(
    ui: &mut Ui,
    state: &State,
    item: &Item,
    pane: &mut TimelinePane,
    actions: &mut Actions,
    count: usize,
    row: &dyn Fn(usize) -> Option<&'a HistoryEntry>,
) {
    if count == 0 {
        return empty_ui(ui, item, state.screen.filter);
    }
    let Some(picked) = timeline_table_ui(ui, state, count, pane.chosen, row) else {
        return;
    };
    let Some(entry) = row(picked.row) else { return };
    let first = pane.chosen.and_then(|id| item.history.get(at(item, id)?));
    let adds = picked.modifiers.command || picked.modifiers.shift;
    match first.filter(|first| adds && first.id != entry.id) {
        Some(first) if has_tokens(first) && has_tokens(entry) => {
            let rows = [first.id.min(entry.id), first.id.max(entry.id)];
            actions.push(Action::Compare(item.profile.slug.clone(), rows));
        }
        Some(_) => actions.push(Action::Say(
            "Only rows that brought tokens can be compared: logins and refreshes",
        )),
        None => pane.chosen = Some(entry.id),
    }
}

/// Two rows that are compared.
fn two_rows_ui(ui: &mut Ui, state: &State, comparing: &Comparing, actions: &mut Actions) {
    let kinds = comparing.kinds();
    let kind = comparing
        .kind
        .filter(|kind| kinds.contains(kind))
        .or(kinds.first().copied());
    let back = Button::quiet("Back to the timeline").icon(icon::LIST_BULLETS);
    let mut wanted = None;
    let left = |ui: &mut Ui| {
        let choices: Vec<(TokenKind, &str)> = kinds.iter().map(|&kind| (kind, kind.label())).collect();
        if let Some(kind) = kind {
            wanted = segmented(ui, kind, &choices).map(Action::CompareKind);
        }
    };
    let clicked = row_with_buttons(ui, HEAD, left, [EndButton::new(back, Action::CloseComparison)]);
    for action in clicked.into_iter().chain(wanted) {
        actions.push(action);
    }
    let Some((before, after)) = comparing.rows() else {
        ui.label(text::body("Reading the claims…").color(palette(ui).muted));
        return;
    };
    let records = kind.and_then(|kind| Some((kind, record(before, kind)?, record(after, kind)?)));
    let Some((kind, old, new)) = records else {
        let help = "One row has an access token alone, the other an ID token alone";
        EmptyState::new(icon::EYE_SLASH, "Nothing to compare", help).show(ui);
        return;
    };
    let name = |entry: &HistoryEntry| {
        let number = entry.generation.unwrap_or_default();
        format!("Generation {number}, {}", state.times.local(entry.at, state.now))
    };
    // A later login is another session, though it may be the same person.
    let is_refreshed = after.kind == HistoryKind::Refresh && after.generation > before.generation;
    let pair = Pair {
        before: old.fingerprint.clone(),
        after: new.fingerprint.clone(),
        kind: Some(kind),
        relation: if is_refreshed {
            Relation::Refresh
        } else {
            Relation::Unrelated
        },
    };
    let len = |record: &TokenRecord| record.claims.as_ref().map_or(0, String::len);
    let sheet = state.comparisons.of(ui.ctx(), &pair, len(old) + len(new), || {
        let records = (old.clone(), new.clone());
        || records
    });
    let view = ComparisonView {
        before: &name(before),
        after: &name(after),
        pair: &pair,
        sheet: &sheet,
    };
    comparison_ui(ui, state, &view, actions);
}

fn fits(filter: TimelineFilter, entry: &HistoryEntry) -> bool {
    match filter {
        TimelineFilter::All => true,
        TimelineFilter::Refreshes => entry.kind == HistoryKind::Refresh,
        TimelineFilter::Failures => failed(entry),
    }
}

/// An API call that was refused is a failure here: somebody looks for it.
pub(super) fn failed(entry: &HistoryEntry) -> bool {
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

/// `212 ms`, `3.1 s`.
pub(super) fn took(ms: f64) -> String {
    if ms < 1000.0 {
        format!("{ms:.0} ms")
    } else {
        format!("{:.1} s", ms / 1000.0)
    }
}
