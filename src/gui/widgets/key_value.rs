//! A label and what it stands for, on one line.

use egui::{Align, InnerResponse, Layout, Ui, Vec2};

use crate::gui::theme::{palette, space, text};

/// `key` in grey, `key_width` points wide, and `value` beside it.
pub fn key_value<R>(ui: &mut Ui, key_width: f32, key: &str, value: impl FnOnce(&mut Ui) -> R) -> InnerResponse<R> {
    let color = palette(ui).muted;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::S;
        ui.allocate_ui_with_layout(
            Vec2::new(key_width, ui.spacing().interact_size.y),
            Layout::left_to_right(Align::Center),
            |ui| {
                ui.set_min_width(key_width);
                super::elided(ui, text::body(key).color(color));
            },
        );
        value(ui)
    })
}
