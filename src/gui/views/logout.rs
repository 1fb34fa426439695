//! A logout that waits for the browser to come back.

use egui::{Align, Frame, Layout, Margin, Ui, Vec2};

use crate::gui::action::{Action, Actions};
use crate::gui::logout_progress::LogoutProgress;
use crate::gui::state::State;
use crate::gui::theme::{icon, palette, space, text};
use crate::gui::widgets::{Button, SpokenAs as _, elided_with_tooltip};
use crate::model::lifetime;

/// Draws it above the tokens.
pub(super) fn logout_ui(ui: &mut Ui, state: &State, logout: &LogoutProgress, actions: &mut Actions) {
    let p = palette(ui);
    let left = logout.deadline.map_or(String::new(), |deadline| {
        let left = lifetime::countdown(deadline.duration_since(state.now));
        format!(" · {left} left")
    });
    let words = format!("Waiting for the browser to come back from the logout{left}");
    let aside = match (&logout.browser, &logout.stray) {
        (Some(why), _) => format!("{why} · copy the address and open it yourself"),
        (None, Some(stray)) => stray.clone(),
        (None, None) => "Log out in the browser that was opened".to_owned(),
    };
    Frame::new()
        .fill(p.card)
        .stroke(egui::Stroke::new(1.0, p.line))
        .corner_radius(space::RADIUS_CARD)
        .inner_margin(Margin::symmetric(12, 6))
        .show(ui, |ui| {
            let size = Vec2::new(ui.available_width(), 34.0);
            ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), |ui| {
                if let Some(address) = &logout.address
                    && ui
                        .add(Button::quiet("Copy logout address").icon(icon::COPY))
                        .on_hover_text("It holds the ID token")
                        .clicked()
                {
                    actions.push(Action::Copy {
                        what: "the logout address: it holds the ID token".to_owned(),
                        // The person asked for it.
                        text: address.expose().to_owned(),
                    });
                }
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    ui.label(text::body(icon::SIGN_OUT).font(text::icon_font(18.0)).color(p.accent))
                        .spoken_as("");
                    ui.vertical(|ui| {
                        ui.spacing_mut().item_spacing.y = 1.0;
                        elided_with_tooltip(ui, text::medium(&words), &words);
                        elided_with_tooltip(ui, text::label(&aside, p.muted), &aside);
                    });
                });
            });
        });
}
