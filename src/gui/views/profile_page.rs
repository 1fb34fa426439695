//! The page of a profile: its head, its token cards, its tabs and the tab that is open.

use egui::Ui;

use crate::gui::action::{Action, Actions};
use crate::gui::command::UiCommand;
use crate::gui::inputs::Inputs;
use crate::gui::item::Item;
use crate::gui::screen::{Page, Tab};
use crate::gui::state::State;
use crate::gui::theme::space;
use crate::gui::widgets;

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
    super::page_head::page_head_ui(ui, item, tab, actions);
    super::insecure::insecure_ui(ui, item);
    let login = item.login();
    if let Some(logout) = item.logout() {
        super::logout::logout_ui(ui, state, logout, actions);
    }
    if let Some(session) = &item.session
        && login.is_none()
        && tab != Tab::Profile
    {
        super::token_cards::token_cards_ui(ui, state, item, session);
    }
    if let Some(tab) = tabs_ui(ui, item, tab) {
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
                super::claims::claims_ui(ui, state, item, session, actions);
            } else if let Some(failure) = &item.failure {
                super::failure::failure_ui(ui, item, failure, actions);
            } else {
                super::empty::no_tokens_ui(ui, item, actions);
            }
        }
        Tab::Timeline => super::timeline::timeline_ui(ui, state, item, actions),
        Tab::Profile => super::profile::profile_ui(ui, state, item, inputs, actions),
    }
}

fn tabs_ui(ui: &mut Ui, item: &Item, current: Tab) -> Option<Tab> {
    let tab = |value, label, count, command: UiCommand| widgets::Tab {
        value,
        label,
        count,
        shortcut: command.keys(ui.ctx()),
    };
    let rows = Some(item.history.len()).filter(|&rows| rows > 0);
    let tabs = [
        tab(Tab::Claims, "Claims", None, UiCommand::Claims),
        tab(Tab::Timeline, "Timeline", rows, UiCommand::Timeline),
        tab(Tab::Profile, "Profile", None, UiCommand::Profile),
    ];
    widgets::tab_bar(ui, current, &tabs)
}
