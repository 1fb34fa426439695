//! The head of a profile's page: what it is, and what can be done with it now.

use egui::{Align, Layout, Ui};

use crate::engine::OperationKind;
use crate::gui::action::{Action, Actions};
use crate::gui::command::UiCommand;
use crate::gui::item::Item;
use crate::gui::screen::Tab;
use crate::gui::theme::{icon, palette, space, text};
use crate::gui::widgets::{Button, EndButton, SpokenAs as _, chip, elided, row_with_buttons};
use crate::gui::words::SAVE_FIRST;

/// Below this width a button shows its icon alone.
const ROOM_FOR_WORDS: f32 = 760.0;

/// Draws it.
///
/// `is_changed`: its form holds something that is not stored.
pub(super) fn page_head_ui(ui: &mut Ui, item: &Item, tab: Tab, is_changed: bool, actions: &mut Actions) {
    let keys = |command: UiCommand| command.keys(ui.ctx());
    let (esc, log_in, refresh) = (
        keys(UiCommand::Cancel),
        keys(UiCommand::LogIn),
        keys(UiCommand::Refresh),
    );
    let slug = || item.profile.slug.clone();
    let mut buttons = Vec::new();
    if let Some(id) = item.cancellable() {
        let button = Button::secondary("Cancel").shortcut(esc);
        buttons.push(EndButton::new(button, Action::Cancel(id)));
    }
    if item.operation.is_none() {
        // Beside a form the one primary button is the one that saves it.
        let kind = if tab == Tab::Profile {
            Button::secondary
        } else {
            Button::primary
        };
        if item.can_call_api() {
            let button = Button::quiet("Call API").icon(icon::ARROWS_LEFT_RIGHT);
            buttons.push(EndButton::new(button, Action::CallApi(slug())).tooltip(&item.profile.api_url));
        }
        if item.session.is_some() {
            let button = Button::quiet("Ask the provider…");
            let button = if ui.available_width() < ROOM_FOR_WORDS {
                button.icon_only(icon::INFO)
            } else {
                button.icon(icon::INFO)
            };
            let end = EndButton::new(button, Action::OpenAsk(slug()));
            buttons.push(end.tooltip("Userinfo, introspection, revocation, logout"));
        }
        if item.can_refresh() {
            let button = kind("Refresh now").icon(icon::ARROW_CLOCKWISE);
            buttons.push(EndButton::new(button, Action::Refresh(slug())).tooltip(&refresh));
        }
        // The page says it in its middle already.
        let said_below = item.session.is_none() && tab == Tab::Claims;
        if !said_below {
            let kind = if item.can_refresh() { Button::secondary } else { kind };
            let button = kind("Log in").icon(icon::SIGN_IN);
            let tooltip = if is_changed { SAVE_FIRST } else { &log_in };
            let end = EndButton::new(button, Action::LogIn(slug())).enabled(!is_changed);
            buttons.push(end.tooltip(tooltip));
        }
    }
    if let Some(action) = row_with_buttons(ui, space::CONTROL, |ui| left_ui(ui, item), buttons) {
        actions.push(action);
    }
}

/// No button is among it, so the order in which it is drawn is free.
fn left_ui(ui: &mut Ui, item: &Item) {
    let kind = item.operation.as_ref().map(|operation| operation.kind);
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        // A refresh cannot be stopped: a word stands where the others have their button.
        if kind == Some(OperationKind::Refresh) {
            let words = "Refreshing…";
            ui.label(text::body(format!("{} {words}", icon::HOURGLASS)).color(palette(ui).accent))
                .spoken_as(words);
        }
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| name_ui(ui, item));
    });
}

fn name_ui(ui: &mut Ui, item: &Item) {
    let room = ui.available_width();
    let chips = room > 330.0;
    ui.scope(|ui| {
        ui.set_max_width(if chips { room * 0.55 } else { room });
        elided(ui, text::title(&item.profile.name));
    });
    if chips {
        let room = ui.available_width() - 96.0;
        if room > 110.0 && !item.profile.client_id.is_empty() {
            ui.add(chip(&item.profile.client_id).mono().max_width(room));
        }
        if ui.available_width() > 80.0 {
            ui.add(chip(item.profile.client_type.as_str()));
        }
    }
}
