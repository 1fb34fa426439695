//! A sentence that must not be missed, on the ground of its state, with its sign.

use egui::{Align, Frame, Label, Layout, Margin, Ui, Vec2};

use super::badge::state_sign;
use super::spoken::SpokenAs as _;
use crate::gui::theme::{Tone, icon, palette, space, text};

/// Shows `title` in the colour of `tone` and `words` below it, over the whole width; `more` is drawn under them.
pub fn notice(ui: &mut Ui, tone: Tone, title: &str, words: &str, more: impl FnOnce(&mut Ui)) {
    let p = palette(ui);
    Frame::new()
        .fill(p.tone_bg(tone))
        .corner_radius(space::RADIUS_CARD)
        .inner_margin(Margin::symmetric(12, 8))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.horizontal_top(|ui| {
                ui.spacing_mut().item_spacing.x = space::S;
                let sign = match tone {
                    Tone::Bad => icon::SHIELD_WARNING,
                    tone => state_sign(tone).unwrap_or(icon::INFO),
                };
                ui.allocate_ui_with_layout(Vec2::new(20.0, 18.0), Layout::left_to_right(Align::Center), |ui| {
                    ui.label(text::body(sign).font(text::icon_font(17.0)).color(p.tone(tone)))
                        .spoken_as("");
                });
                ui.vertical(|ui| {
                    ui.spacing_mut().item_spacing.y = 2.0;
                    ui.label(text::medium(title).color(p.tone(tone)));
                    if !words.is_empty() {
                        ui.add(Label::new(text::body(words).color(p.text)).wrap());
                    }
                    more(ui);
                });
            });
        });
}
