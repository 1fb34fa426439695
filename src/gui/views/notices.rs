//! Messages at the lower right: what came of something, gone after a while.

use egui::accesskit::Live;
use egui::{Align, Align2, Area, Frame, Id, Label, Layout, Margin, Order, Ui, Vec2};

use crate::gui::action::{Action, Actions};
use crate::gui::screen::{Page, Tab};
use crate::gui::state::{Notice, State};
use crate::gui::theme::{Tone, icon, palette, space, text};
use crate::gui::widgets::{Button, SpokenAs as _, state_sign};

const WIDTH: f32 = 340.0;

/// Draws them.
pub(super) fn notices_ui(ui: &mut Ui, state: &State, actions: &mut Actions) {
    if state.notices.is_empty() {
        return;
    }
    // Below are the buttons that the message may be about.
    let foot = match &state.screen.page {
        Some(Page::Profile(_, Tab::Profile)) => space::CONTROL + 2.0 * space::M,
        Some(Page::Discover) => 2.0 * space::CONTROL + space::XL,
        _ => 0.0,
    };
    let above = space::STATUS_BAR + 16.0 + foot;
    Area::new(Id::unique("notices"))
        .order(Order::Foreground)
        .anchor(Align2::RIGHT_BOTTOM, Vec2::new(-16.0, -above))
        .show(ui.ctx(), |ui| {
            ui.set_width(WIDTH);
            for notice in &state.notices {
                notice_ui(ui, notice, actions);
            }
        });
}

fn notice_ui(ui: &mut Ui, notice: &Notice, actions: &mut Actions) {
    let p = palette(ui);
    Frame::new()
        .fill(p.card)
        .stroke(egui::Stroke::new(1.0, p.line))
        .corner_radius(space::RADIUS_CARD)
        .shadow(ui.visuals().popup_shadow)
        .inner_margin(Margin {
            left: 12,
            right: 6,
            top: 6,
            bottom: 6,
        })
        .show(ui, |ui| {
            ui.horizontal_top(|ui| {
                let sign = match notice.tone {
                    Tone::Neutral | Tone::Accent => icon::INFO,
                    tone => state_sign(tone).unwrap_or(icon::INFO),
                };
                let color = p.tone(notice.tone);
                ui.label(text::body(sign).font(text::icon_font(15.0)).color(color))
                    .spoken_as("");
                let room = Vec2::new(WIDTH - 84.0, 0.0);
                ui.allocate_ui_with_layout(room, Layout::top_down(Align::LEFT), |ui| {
                    ui.set_min_width(room.x);
                    ui.add_space(2.0);
                    let words = ui.add(Label::new(text::body(&notice.text)).wrap());
                    ui.ctx()
                        .accesskit_node_builder(words.id, |node| node.set_live(Live::Polite));
                    ui.add_space(2.0);
                });
                if ui
                    .add(Button::quiet("Close message").icon_only(icon::X).small())
                    .clicked()
                {
                    actions.push(Action::DismissNotice(notice.id));
                }
            });
        });
}
