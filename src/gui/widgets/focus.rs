//! The ring around what has the keyboard.

use egui::{CornerRadius, Rect, Response, Stroke, StrokeKind, Ui};

use crate::gui::theme::palette;

/// Paints a ring around `rect` while `response` has the keyboard focus.
pub fn focus_ring(ui: &Ui, response: &Response, rect: Rect, radius: u8) {
    if response.has_focus() {
        ui.painter().rect_stroke(
            rect.expand(2.0),
            CornerRadius::same(radius + 2),
            Stroke::new(2.0, palette(ui).accent),
            StrokeKind::Inside,
        );
    }
}
