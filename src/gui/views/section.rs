//! A section of a specification, which opens in the browser where its text is known.

use egui::Ui;

use crate::gui::action::{Action, Actions};
use crate::gui::spec_link::spec_link;
use crate::gui::theme::{icon, palette, text};
use crate::gui::widgets::Button;

/// Draws it; nothing where there is none.
pub(super) fn section_ui(ui: &mut Ui, section: &str, actions: &mut Actions) {
    if section.is_empty() {
        return;
    }
    match spec_link(section) {
        Some(address) => {
            let button = Button::quiet(section).icon(icon::ARROW_SQUARE_OUT);
            if ui.add(button).on_hover_text(&address).clicked() {
                actions.push(Action::OpenUrl(address));
            }
        }
        None => {
            ui.label(text::label(section, palette(ui).faint));
        }
    }
}
