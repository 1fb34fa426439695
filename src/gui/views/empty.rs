//! The window without a profile, and a profile without tokens.

use egui::Ui;

use crate::gui::action::{Action, Actions};
use crate::gui::command::UiCommand;
use crate::gui::item::Item;
use crate::gui::screen::Page;
use crate::gui::state::State;
use crate::gui::theme::icon;
use crate::gui::widgets::{Button, EmptyState, card};

/// No profile is open.
pub(super) fn no_profile_ui(ui: &mut Ui, state: &State, actions: &mut Actions) {
    if !state.loaded {
        return;
    }
    let (title, help) = if state.profiles.is_empty() {
        (
            "No profiles yet",
            "A profile is one trusted app: its endpoints, client id and scopes. Make one from a template, \
             the demo server stands ready for it",
        )
    } else {
        ("No profile is open", "Choose one at the left, or make a new one")
    };
    let pressed = EmptyState::new(icon::KEY, title, help)
        .action(Button::primary("New profile…").icon(icon::PLUS))
        .show(ui);
    if pressed.is_some_and(|button| button.clicked()) {
        actions.push(Action::Open(Page::NewProfile));
    }
}

/// The profile has no tokens.
pub(super) fn no_tokens_ui(ui: &mut Ui, item: &Item, actions: &mut Actions) {
    card(ui, |ui| {
        ui.set_min_size(ui.available_size());
        let help = if item.profile.uses_demo() {
            "Log in to see what this app gets: claims explained, countdowns running. The demo server answers on this \
             machine, offline; sign in there as admin with the password admin"
        } else {
            "Log in to see what this app gets: every claim explained, every countdown running"
        };
        let keys = UiCommand::LogIn.keys(ui.ctx());
        let pressed = EmptyState::new(icon::FINGERPRINT, "Not logged in", help)
            .action(Button::primary("Log in").icon(icon::SIGN_IN).shortcut(keys))
            .show(ui);
        if pressed.is_some_and(|button| button.clicked()) {
            actions.push(Action::LogIn(item.profile.slug.clone()));
        }
    });
}
