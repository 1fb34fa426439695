//! The page of a profile: its head, its token cards, its tabs and the tab that is open.

use egui::Ui;

use crate::gui::action::{Action, Actions};
use crate::gui::command::UiCommand;
use crate::gui::inputs::Inputs;
use crate::gui::item::Item;
use crate::gui::screen::{Page, Tab};
use crate::gui::state::State;
use crate::gui::theme::{Tone, space};
use crate::gui::widgets;

/// Below this height the steps of a system have the page for themselves.
const LOW: f32 = 560.0;

/// Draws it.
pub(super) fn profile_page_ui(
    ui: &mut Ui,
    state: &State,
    item: &Item,
    tab: Tab,
    inputs: &mut Inputs,
    actions: &mut Actions,
) {
    ui.spacing_mut().item_spacing.y = space::M;
    let walkthrough = item.walkthrough(state.now);
    // The profile that was open before may have had steps.
    let tab = if tab == Tab::Steps && walkthrough.is_none() {
        Tab::Claims
    } else {
        tab
    };
    super::page_head::page_head_ui(ui, item, tab, inputs.is_changed(&item.profile.slug), actions);
    super::insecure::insecure_ui(ui, item);
    let login = item.login();
    // All steps are to be seen at once, also in a low window.
    let no_room = tab == Tab::Steps && ui.available_height() < LOW;
    if let Some(logout) = item.logout() {
        super::logout::logout_ui(ui, state, logout, actions);
    }
    if let Some(session) = &item.session
        && login.is_none()
        && tab != Tab::Profile
        && !no_room
    {
        super::token_cards::token_cards_ui(ui, state, item, session);
    }
    if let Some(tab) = tabs_ui(ui, state, item, tab, walkthrough.is_some()) {
        actions.push(Action::Open(Page::Profile(item.profile.slug.clone(), tab)));
    }
    match tab {
        Tab::Claims => {
            if let Some((id, login)) = login {
                super::login::login_ui(ui, state, item, id, login, inputs, actions);
            } else if let Some(session) = &item.session {
                if let Some(failure) = &item.failure {
                    super::failure::failure_banner_ui(ui, item, failure, actions);
                }
                super::claims::claims_ui(ui, state, item, session, &mut inputs.claims, actions);
            } else if let Some(failure) = &item.failure {
                super::failure::failure_ui(ui, item, failure, actions);
            } else {
                super::empty::no_tokens_ui(ui, item, actions);
            }
        }
        Tab::Timeline => super::timeline::timeline_ui(ui, state, item, &mut inputs.timeline, actions),
        Tab::Checks => match &item.session {
            Some(session) => super::checks::checks_ui(ui, state, session, &mut inputs.checks, actions),
            None => super::checks::no_checks_ui(ui, item, actions),
        },
        Tab::Steps => {
            if let Some(walkthrough) = &walkthrough {
                super::walkthrough::walkthrough_tab_ui(ui, walkthrough);
            }
        }
        Tab::Profile => super::profile::profile_ui(ui, state, item, inputs, actions),
    }
}

fn tabs_ui(ui: &mut Ui, state: &State, item: &Item, current: Tab, has_steps: bool) -> Option<Tab> {
    let tab = |value, label, count, command: UiCommand| widgets::Tab {
        value,
        label,
        count,
        tone: None,
        shortcut: command.keys(ui.ctx()),
    };
    let rows = Some(item.history.len()).filter(|&rows| rows > 0);
    let checks = item.session.as_ref();
    let checks = checks.map(|session| state.check_lists.of(session, session.now(state.now)));
    let problems = checks
        .as_ref()
        .map(|list| list.problems())
        .filter(|&problems| problems > 0);
    let tone = problems.and(checks.as_ref()).map(|list| match list.failed {
        0 => Tone::Warn,
        _ => Tone::Bad,
    });
    let mut tabs = vec![
        tab(Tab::Claims, "Claims", None, UiCommand::Claims),
        tab(Tab::Timeline, "Timeline", rows, UiCommand::Timeline),
        widgets::Tab {
            tone,
            ..tab(Tab::Checks, "Checks", problems, UiCommand::Checks)
        },
        tab(Tab::Profile, "Profile", None, UiCommand::Profile),
    ];
    if has_steps {
        tabs.push(tab(Tab::Steps, "Steps", None, UiCommand::Steps));
    }
    widgets::tab_bar(ui, current, &tabs)
}
