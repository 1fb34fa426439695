//! The tab Checks: which rules were kept, which were broken, and why.

use std::sync::Arc;

use egui::{Ui, Vec2};

use super::check_details::check_details_ui;
use super::checks_table::checks_table_ui;
use super::token_view::card_of;
use crate::engine::Session;
use crate::gui::action::{Action, Actions};
use crate::gui::check_list::{CheckFilter, CheckLine, CheckList, ChecksPane};
use crate::gui::check_report;
use crate::gui::item::Item;
use crate::gui::state::State;
use crate::gui::theme::{icon, palette, space, text};
use crate::gui::widgets::{Button, EmptyState, EndButton, elided, row_with_buttons, segmented};

const SIDE: f32 = 300.0;
/// Below this width the details stand in place of the list.
const BOTH: f32 = 820.0;
const HEAD: f32 = space::FIELD + 4.0;
/// From this width on the buttons have words.
const WORDS: f32 = 860.0;

/// Draws it for a session.
pub(super) fn checks_ui(
    ui: &mut Ui,
    state: &State,
    session: &Arc<Session>,
    pane: &mut ChecksPane,
    actions: &mut Actions,
) {
    let list = state.check_lists.of(session, session.now(state.now));
    let both = ui.available_width() >= BOTH;
    let size = ui.available_size();
    let shown: Vec<&CheckLine> = {
        let lines = list.lines.iter();
        lines.filter(|line| pane.filter.lets(line.check.outcome)).collect()
    };
    let chosen = shown.iter().find(|line| Some(&line.key) == pane.chosen.as_ref());
    // Beside the list there is room for one: the first that matters.
    let chosen = chosen.or(shown.first().filter(|_| both)).copied();
    let side = if both { SIDE + space::M } else { 0.0 };
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = space::M;
        card_of(ui, Vec2::new(size.x - side, size.y), |ui| match chosen {
            Some(line) if !both => check_details_ui(ui, line, Some(pane), actions),
            _ => {
                head_ui(ui, &list, session, state, pane, actions);
                if shown.is_empty() {
                    empty_ui(ui, &list, pane.filter);
                } else if let Some(key) = checks_table_ui(ui, &shown, chosen.map(|line| &line.key)) {
                    pane.chosen = Some(key);
                }
            }
        });
        if both {
            card_of(ui, Vec2::new(SIDE, size.y), |ui| {
                if let Some(line) = chosen {
                    check_details_ui(ui, line, None, actions);
                }
            });
        }
    });
}

/// Draws it where there are no tokens yet.
pub(super) fn no_checks_ui(ui: &mut Ui, item: &Item, actions: &mut Actions) {
    if item.login().is_some() {
        let help = "What is received is held against the rules at once";
        EmptyState::new(icon::HOURGLASS, "Checks are made when the tokens are there", help).show(ui);
        return;
    }
    let log_in = Button::primary("Log in").icon(icon::SIGN_IN);
    let help = "A login and each refresh are held against the rules of OAuth 2.0 and OpenID Connect";
    let pressed = EmptyState::new(icon::SHIELD_CHECK, "Nothing to check yet", help)
        .action(log_in)
        .show(ui);
    if pressed.is_some_and(|response| response.clicked()) && item.can_log_in() {
        actions.push(Action::LogIn(item.profile.slug.clone()));
    }
}

fn head_ui(
    ui: &mut Ui,
    list: &CheckList,
    session: &Session,
    state: &State,
    pane: &mut ChecksPane,
    actions: &mut Actions,
) {
    let p = palette(ui);
    let with_words = ui.available_width() >= WORDS;
    let button = |label, sign| {
        let button = Button::quiet(label);
        if with_words {
            button.icon(sign)
        } else {
            button.icon_only(sign)
        }
    };
    let buttons = [
        EndButton::new(button("Copy report", icon::CLIPBOARD_TEXT), true),
        EndButton::new(button("Copy as JSON", icon::COPY), false),
    ];
    let choices = [
        (CheckFilter::All, "All"),
        (CheckFilter::Problems, "Failed and warnings"),
        (CheckFilter::Skipped, "Skipped"),
    ];
    let mut filter = pane.filter;
    let left = |ui: &mut Ui| {
        ui.spacing_mut().item_spacing.x = space::S;
        filter = segmented(ui, filter, &choices).unwrap_or(filter);
        elided(ui, text::label(list.summary(), p.muted));
    };
    let now = session.now(state.now);
    match row_with_buttons(ui, HEAD, left, buttons) {
        Some(true) => actions.push(Action::Copy {
            what: "the report".to_owned(),
            text: check_report::markdown(list, session, now),
        }),
        Some(false) => actions.push(Action::Copy {
            what: "the checks as JSON".to_owned(),
            text: check_report::json(list, session, now),
        }),
        None => {}
    }
    pane.filter = filter;
}

fn empty_ui(ui: &mut Ui, list: &CheckList, filter: CheckFilter) {
    let (sign, title, help) = match filter {
        _ if list.lines.is_empty() => (
            icon::EYE_SLASH,
            "Nothing here can be checked",
            "The tokens are opaque, and their answer broke no rule that is known here",
        ),
        CheckFilter::Problems => (
            icon::CHECK_CIRCLE,
            "Nothing failed",
            "Every rule that could be checked was kept",
        ),
        _ => (
            icon::CHECK_CIRCLE,
            "Nothing was skipped",
            "All that the checks need was there",
        ),
    };
    EmptyState::new(sign, title, help).show(ui);
}
