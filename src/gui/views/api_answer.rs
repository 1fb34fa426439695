//! What the API said to the access token.

use egui::{Align, Id, Layout, Modal, ScrollArea, Ui, Vec2};

use crate::engine::ApiAnswer;
use crate::gui::action::{Action, Actions};
use crate::gui::state::State;
use crate::gui::theme::{Tone, icon, palette, space, text};
use crate::gui::widgets::{Badge, Button, chip, dialog_frame, elided, section_label};

/// Draws it while it is open.
pub(super) fn api_answer_ui(ui: &mut Ui, state: &State, actions: &mut Actions) {
    let Some((_, answer)) = &state.api_answer else { return };
    let p = palette(ui);
    let room = ui.ctx().content_rect().size();
    let modal = Modal::new(Id::unique("api answer"))
        .backdrop_color(p.backdrop)
        .frame(dialog_frame(ui, 20))
        .show(ui.ctx(), |ui| {
            ui.set_width((room.x - 120.0).min(680.0));
            head_ui(ui, answer);
            if let Some(challenge) = &answer.www_authenticate {
                section_label(ui, "WWW-Authenticate: what is wrong with the token (RFC 6750 §3)");
                ui.label(text::mono(challenge).color(p.warn));
            }
            section_label(ui, answer.content_type.as_deref().unwrap_or("Body"));
            let body = pretty(&answer.body);
            egui::Frame::new()
                .fill(p.bg)
                .corner_radius(space::RADIUS_CONTROL)
                .inner_margin(8)
                .show(ui, |ui| {
                    ScrollArea::both()
                        .max_height((room.y - 320.0).max(120.0))
                        .auto_shrink([false, true])
                        .show(ui, |ui| {
                            let words = if body.is_empty() { "empty" } else { &body };
                            ui.add(egui::Label::new(text::mono(words)).selectable(true).extend());
                        });
                });
            ui.horizontal(|ui| {
                let close = ui.add(Button::secondary("Close").shortcut("Esc")).clicked();
                if ui.add(Button::quiet("Copy body").icon(icon::COPY)).clicked() {
                    actions.push(Action::Copy {
                        what: "body".to_owned(),
                        text: answer.body.clone(),
                    });
                }
                close
            })
            .inner
        });
    if modal.inner || modal.should_close() {
        actions.push(Action::CloseApiAnswer);
    }
}

fn head_ui(ui: &mut Ui, answer: &ApiAnswer) {
    let tone = match answer.status {
        200..=299 => Tone::Ok,
        300..=399 => Tone::Warn,
        _ => Tone::Bad,
    };
    let size = Vec2::new(ui.available_width(), space::FIELD);
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
        ui.label(text::title("What the API said"));
        ui.add(Badge::new(tone, &answer.status.to_string()));
        ui.add(chip(&super::timeline::took(answer.latency_ms)));
    });
    elided(ui, text::mono(format!("GET {}", answer.url)));
}

/// JSON with line breaks; anything else as it came.
fn pretty(body: &str) -> String {
    serde_json::from_str::<serde_json::Value>(body)
        .and_then(|value| serde_json::to_string_pretty(&value))
        .unwrap_or_else(|_| body.to_owned())
}
