//! The tab Checks: which rules were kept, which were broken, and why.

use std::sync::Arc;

use egui::{Ui, Vec2};

use super::check_details::check_details_ui;
use super::checks_head::{checks_head_ui, no_such_checks_ui};
use super::checks_table::checks_table_ui;
use super::token_view::card_of;
use crate::engine::Session;
use crate::gui::action::{Action, Actions};
use crate::gui::check_list::{CheckLine, ChecksPane};
use crate::gui::check_report::Subject;
use crate::gui::item::Item;
use crate::gui::state::State;
use crate::gui::theme::{icon, space};
use crate::gui::widgets::{Button, EmptyState};

const SIDE: f32 = 300.0;
/// Below this width the details stand in place of the list.
const BOTH: f32 = 820.0;

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
    pane.is_beside = both;
    pane.walking_opens = both;
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
                let now = session.now(state.now);
                checks_head_ui(ui, &list, pane, || Subject::session(session, now), actions);
                if shown.is_empty() {
                    no_such_checks_ui(ui, &list, pane.filter);
                } else {
                    checks_table_ui(ui, &shown, chosen.map(|line| &line.key), pane);
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
