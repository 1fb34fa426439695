//! The list of shortcuts.

use egui::{Align, Id, Layout, Modal, Ui, Vec2};

use crate::gui::action::{Action, Actions};
use crate::gui::command::UiCommand;
use crate::gui::state::State;
use crate::gui::theme::{palette, space, text};
use crate::gui::widgets::{Button, chip, dialog_frame};

/// Draws it while it is open.
pub(super) fn shortcuts_ui(ui: &mut Ui, state: &State, actions: &mut Actions) {
    if !state.screen.shortcuts {
        return;
    }
    let p = palette(ui);
    let modal = Modal::new(Id::unique("shortcuts"))
        .backdrop_color(p.backdrop)
        .frame(dialog_frame(ui, 20))
        .show(ui.ctx(), |ui| {
            ui.set_width(340.0);
            ui.label(text::title("Shortcuts"));
            ui.add_space(space::XS);
            ui.spacing_mut().item_spacing.y = 2.0;
            for command in UiCommand::ALL {
                let keys = command.keys(ui.ctx());
                if !keys.is_empty() {
                    line(ui, command.label(), &keys);
                }
            }
            line(ui, "Save the profile", &ui.ctx().format_shortcut(&super::profile::SAVE));
            line(ui, "Go from control to control", "Tab");
            ui.add_space(space::M);
            ui.add(Button::secondary("Close").shortcut("Esc")).clicked()
        });
    if modal.inner || modal.should_close() {
        actions.push(Action::CloseShortcuts);
    }
}

fn line(ui: &mut Ui, words: &str, keys: &str) {
    let size = Vec2::new(ui.available_width(), 26.0);
    ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), |ui| {
        ui.add(chip(keys).mono());
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| ui.label(text::body(words)));
    });
}
