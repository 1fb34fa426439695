//! The head of a profile's page: what it is, and what can be done with it now.

use egui::{Align, Layout, Ui, Vec2};

use crate::gui::action::{Action, Actions};
use crate::gui::command::UiCommand;
use crate::gui::item::Item;
use crate::gui::screen::Tab;
use crate::gui::theme::{icon, space, text};
use crate::gui::widgets::{Button, chip, elided};

/// Draws it.
pub(super) fn page_head_ui(ui: &mut Ui, item: &Item, tab: Tab, actions: &mut Actions) {
    let size = Vec2::new(ui.available_width(), space::CONTROL);
    ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), |ui| {
        buttons_ui(ui, item, tab, actions);
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            let room = ui.available_width();
            let chips = room > 330.0;
            ui.scope(|ui| {
                ui.set_max_width(if chips { room * 0.55 } else { room });
                elided(ui, text::title(&item.profile.name));
            });
            if chips {
                let room = ui.available_width() - 96.0;
                if room > 110.0 {
                    ui.add(chip(&item.profile.client_id).mono().max_width(room));
                }
                if ui.available_width() > 80.0 {
                    ui.add(chip(item.profile.client_type.as_str()));
                }
            }
        });
    });
}

/// From right to left.
fn buttons_ui(ui: &mut Ui, item: &Item, tab: Tab, actions: &mut Actions) {
    let slug = || item.profile.slug.clone();
    if let Some(operation) = &item.operation {
        let esc = UiCommand::Cancel.keys(ui.ctx());
        if ui.add(Button::secondary("Cancel").shortcut(esc)).clicked() {
            actions.push(Action::Cancel(operation.id));
        }
        return;
    }
    let can_refresh = item.can_refresh();
    // Beside a form the one primary button is the one that saves it.
    let kind = if tab == Tab::Profile {
        Button::secondary
    } else {
        Button::primary
    };
    // The page says it in its middle already.
    let said_below = item.session.is_none() && tab == Tab::Claims;
    if !said_below {
        let button = if can_refresh {
            Button::secondary("Log in")
        } else {
            kind("Log in")
        };
        let tooltip = UiCommand::LogIn.keys(ui.ctx());
        if ui.add(button.icon(icon::SIGN_IN)).on_hover_text(tooltip).clicked() {
            actions.push(Action::LogIn(slug()));
        }
    }
    if can_refresh {
        let tooltip = UiCommand::Refresh.keys(ui.ctx());
        let button = kind("Refresh now").icon(icon::ARROW_CLOCKWISE);
        if ui.add(button).on_hover_text(tooltip).clicked() {
            actions.push(Action::Refresh(slug()));
        }
    }
    if item.can_call_api() {
        let button = Button::quiet("Call API").icon(icon::ARROWS_LEFT_RIGHT);
        if ui.add(button).on_hover_text(&item.profile.api_url).clicked() {
            actions.push(Action::CallApi(slug()));
        }
    }
}
