//! One of a few, side by side in one frame.

use egui::accesskit::Role;
use egui::{Align2, CornerRadius, Frame, Margin, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo};

use super::focus::focus_ring;
use crate::gui::theme::{palette, space, text};

/// Shows `choices` and returns the one that was chosen now.
pub fn segmented<T: Copy + PartialEq>(ui: &mut Ui, current: T, choices: &[(T, &str)]) -> Option<T> {
    let p = palette(ui);
    let mut chosen = None;
    Frame::new()
        .fill(p.raise)
        .corner_radius(CornerRadius::same(space::RADIUS_CONTROL))
        .inner_margin(Margin::same(2))
        .show(ui, |ui| {
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 2.0;
                for &(value, label) in choices {
                    let is_current = value == current;
                    let words = ui
                        .painter()
                        .layout_no_wrap(label.to_owned(), text::medium_font(), p.text);
                    let size = Vec2::new(words.size().x + 20.0, space::FIELD - 4.0);
                    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
                    response
                        .widget_info(|| WidgetInfo::selected(Role::RadioButton, ui.is_enabled(), is_current, label));
                    if is_current {
                        let radius = CornerRadius::same(space::RADIUS_TAG);
                        ui.painter()
                            .rect(rect, radius, p.card, Stroke::new(1.0, p.line), StrokeKind::Inside);
                    }
                    let color = if is_current || response.hovered() {
                        p.text
                    } else {
                        p.muted
                    };
                    ui.painter()
                        .text(rect.center(), Align2::CENTER_CENTER, label, text::medium_font(), color);
                    focus_ring(ui, &response, rect.shrink(1.0), space::RADIUS_TAG);
                    if response.gained_focus() {
                        response.scroll_to_me(None);
                    }
                    if response.clicked() && !is_current {
                        chosen = Some(value);
                    }
                }
            });
        });
    chosen
}
