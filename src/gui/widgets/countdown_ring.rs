//! How much of a token's life is left, as a ring that empties clockwise.

use std::f32::consts::TAU;

use egui::accesskit::Role;
use egui::epaint::PathShape;
use egui::{Align2, Pos2, Response, Sense, Stroke, Ui, Vec2, WidgetInfo};

use super::badge::state_sign;
use crate::gui::theme::{Tone, icon, palette, text};

/// A ring of `diameter` points, filled to `left` (1 is a whole life, none is unknown), with the sign of `tone` inside.
/// `name` is what a screen reader says.
pub fn countdown_ring(ui: &mut Ui, diameter: f32, left: Option<f32>, tone: Tone, name: &str) -> Response {
    let p = palette(ui);
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(diameter), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::ProgressIndicator, true, name));
    if ui.is_rect_visible(rect) {
        let width = (diameter * 0.115).max(2.0);
        let radius = (diameter - width) / 2.0;
        let center = rect.center();
        let painter = ui.painter();
        painter.add(PathShape::closed_line(
            arc(center, radius, 1.0),
            Stroke::new(width, p.raise),
        ));
        let left = left.unwrap_or(0.0).clamp(0.0, 1.0);
        if left > 0.0 {
            painter.add(PathShape::line(
                arc(center, radius, left),
                Stroke::new(width, p.tone(tone)),
            ));
        }
        let sign = state_sign(tone).unwrap_or(icon::MINUS);
        painter.text(
            center,
            Align2::CENTER_CENTER,
            sign,
            text::icon_font(diameter * 0.32),
            p.tone(tone),
        );
    }
    response
}

/// Points of the arc that begins at twelve o'clock and goes clockwise over `part` of the circle.
fn arc(center: Pos2, radius: f32, part: f32) -> Vec<Pos2> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "part is between 0 and 1, so this is between 2 and 98"
    )]
    let steps = (part * 96.0).ceil() as u16 + 2;
    (0..=steps)
        .map(|step| {
            let turn = part * f32::from(step) / f32::from(steps);
            let angle = turn * TAU - TAU / 4.0;
            center + radius * Vec2::angled(angle)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arc_goes_clockwise_from_twelve() {
        let points = arc(Pos2::ZERO, 10.0, 0.75);
        let (first, last) = (points[0], points[points.len() - 1]);
        assert!(first.distance(Pos2::new(0.0, -10.0)) < 0.01, "{first:?}");
        assert!(
            last.distance(Pos2::new(-10.0, 0.0)) < 0.01,
            "three quarters: nine o'clock, {last:?}"
        );
    }
}
