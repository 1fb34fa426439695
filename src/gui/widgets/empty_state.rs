//! What stands where nothing is yet: why, and what to do.

use egui::{Align, Layout, Response, Ui};

use super::button::Button;
use crate::gui::theme::{palette, space, text};

/// An icon, a sentence, a second one that helps, and the button that changes it.
#[must_use = "an empty state is shown with `show`"]
pub struct EmptyState<'a> {
    icon: &'a str,
    title: &'a str,
    help: &'a str,
    action: Option<Button<'a>>,
}

impl<'a> EmptyState<'a> {
    /// Says what is missing, and why.
    pub fn new(icon: &'a str, title: &'a str, help: &'a str) -> Self {
        Self {
            icon,
            title,
            help,
            action: None,
        }
    }

    /// The button that changes it.
    pub fn action(mut self, button: Button<'a>) -> Self {
        self.action = Some(button);
        self
    }

    /// Draws it in the middle of what is left of `ui`; the response is the button's.
    pub fn show(self, ui: &mut Ui) -> Option<Response> {
        let p = palette(ui);
        let height = if self.action.is_some() { 150.0 } else { 104.0 };
        let above = ((ui.available_height() - height) * 0.42).max(space::M);
        let mut pressed = None;
        ui.with_layout(Layout::top_down(Align::Center), |ui| {
            ui.add_space(above);
            ui.label(text::body(self.icon).font(text::icon_font(32.0)).color(p.faint));
            ui.add_space(space::XS);
            ui.label(text::strong(self.title));
            ui.scope(|ui| {
                ui.set_max_width(ui.available_width().min(440.0));
                ui.label(text::body(self.help).color(p.muted));
            });
            if let Some(button) = self.action {
                ui.add_space(space::S);
                pressed = Some(ui.add(button));
            }
        });
        pressed
    }
}
