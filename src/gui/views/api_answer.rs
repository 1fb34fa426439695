//! What the API said to the access token, or the provider to a question.

use egui::{Align, Id, Layout, Modal, ScrollArea, Ui, Vec2};

use super::answer_claims::{answer_checks_ui, answer_claims_ui};
use crate::engine::{ApiAnswer, ProviderAnswer, Question};
use crate::gui::action::{Action, Actions};
use crate::gui::state::State;
use crate::gui::theme::{Tone, icon, palette, space, text};
use crate::gui::widgets::{Badge, Button, chip, dialog_frame, elided, section_label};
use crate::model::{Slug, TokenKind};

/// What is shown, whoever said it.
struct Shown<'a> {
    slug: &'a Slug,
    title: &'static str,
    method: &'static str,
    http: &'a ApiAnswer,
    /// Where the provider said it: what it means.
    answer: Option<&'a ProviderAnswer>,
}

impl<'a> Shown<'a> {
    fn of(state: &'a State) -> Option<Self> {
        if let Some((slug, answer)) = &state.asking.answer {
            let (title, method) = match answer.question {
                Question::Userinfo => ("Who the person is", "GET"),
                Question::Introspection(TokenKind::Refresh) => ("What the provider knows of the refresh token", "POST"),
                Question::Introspection(_) => ("What the provider knows of the access token", "POST"),
            };
            return Some(Self {
                slug,
                title,
                method,
                http: &answer.http,
                answer: Some(answer),
            });
        }
        let (slug, http) = state.api_answer.as_ref()?;
        Some(Self {
            slug,
            title: "What the API said",
            method: "GET",
            http,
            answer: None,
        })
    }
}

/// Draws it while it is open.
pub(super) fn api_answer_ui(ui: &mut Ui, state: &State, actions: &mut Actions) {
    let Some(shown) = Shown::of(state) else { return };
    let p = palette(ui);
    let room = ui.ctx().content_rect().size();
    let answer = shown.http;
    let modal = Modal::new(Id::unique("api answer"))
        .backdrop_color(p.backdrop)
        .frame(dialog_frame(ui, 20))
        .show(ui.ctx(), |ui| {
            ui.set_width((room.x - 120.0).min(680.0));
            head_ui(ui, &shown);
            if let Some(challenge) = &answer.www_authenticate {
                section_label(ui, "WWW-Authenticate: what is wrong with the token (RFC 6750 §3)");
                ui.label(text::mono(challenge).color(p.warn));
            }
            if let Some(told) = shown.answer.filter(|answer| !answer.checks.is_empty()) {
                section_label(ui, "Checks");
                answer_checks_ui(ui, &told.checks);
            }
            let has_claims = shown.answer.filter(|answer| !answer.members.is_empty());
            match has_claims.filter(|_| !state.asking.show_body) {
                Some(told) => claims_ui(ui, state, &shown, told, room),
                None => body_ui(ui, answer, room),
            }
            ui.horizontal(|ui| {
                let close = ui.add(Button::secondary("Close").shortcut("Esc")).clicked();
                if ui.add(Button::quiet("Copy body").icon(icon::COPY)).clicked() {
                    actions.push(Action::Copy {
                        what: "body".to_owned(),
                        text: answer.body.clone(),
                    });
                }
                if has_claims.is_some() {
                    let raw = state.asking.show_body;
                    let name = if raw { "Show as table" } else { "Show body" };
                    if ui.add(Button::quiet(name)).clicked() {
                        actions.push(Action::ShowAnswerBody(!raw));
                    }
                }
                close
            })
            .inner
        });
    if modal.inner || modal.should_close() {
        actions.push(Action::CloseApiAnswer);
    }
}

fn claims_ui(ui: &mut Ui, state: &State, shown: &Shown<'_>, told: &ProviderAnswer, room: Vec2) {
    let session = state.item(shown.slug).and_then(|item| item.session.as_ref());
    let now = session.map_or(state.now, |session| session.now(state.now));
    answer_claims_ui(ui, state, told, now, (room.y - 420.0).clamp(120.0, 320.0));
}

fn body_ui(ui: &mut Ui, answer: &ApiAnswer, room: Vec2) {
    let p = palette(ui);
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
}

fn head_ui(ui: &mut Ui, shown: &Shown<'_>) {
    let tone = match shown.http.status {
        200..=299 => Tone::Ok,
        300..=399 => Tone::Warn,
        _ => Tone::Bad,
    };
    let size = Vec2::new(ui.available_width(), space::FIELD);
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
        ui.label(text::title(shown.title));
        ui.add(Badge::new(tone, &shown.http.status.to_string()));
        ui.add(chip(&super::timeline::took(shown.http.latency_ms)));
    });
    elided(ui, text::mono(format!("{} {}", shown.method, shown.http.url)));
}

/// JSON with line breaks; anything else as it came.
fn pretty(body: &str) -> String {
    serde_json::from_str::<serde_json::Value>(body)
        .and_then(|value| serde_json::to_string_pretty(&value))
        .unwrap_or_else(|_| body.to_owned())
}
