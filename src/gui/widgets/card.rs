//! Cards: the frame around what belongs together.

use egui::{CornerRadius, Frame, InnerResponse, Margin, Response, Stroke, Ui};

use crate::gui::theme::{palette, space, text};

/// The frame of a card.
pub fn card_frame(ui: &Ui) -> Frame {
    let p = palette(ui);
    Frame::new()
        .fill(p.card)
        .stroke(Stroke::new(1.0, p.line))
        .corner_radius(CornerRadius::same(space::RADIUS_CARD))
        .inner_margin(Margin::same(12))
}

/// The frame of a dialog, with `margin` points around what stands in it.
pub fn dialog_frame(ui: &Ui, margin: i8) -> Frame {
    let p = palette(ui);
    Frame::new()
        .fill(p.card)
        .stroke(Stroke::new(1.0, p.line))
        .corner_radius(CornerRadius::same(12))
        .shadow(ui.visuals().window_shadow)
        .inner_margin(Margin::same(margin))
}

/// A card around `contents`.
pub fn card<R>(ui: &mut Ui, contents: impl FnOnce(&mut Ui) -> R) -> InnerResponse<R> {
    card_frame(ui).show(ui, contents)
}

/// The small grey word above a group of things.
pub fn section_label(ui: &mut Ui, words: &str) -> Response {
    let color = palette(ui).faint;
    ui.label(text::label(words, color))
}
