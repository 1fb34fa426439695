//! The page of the demo server: whether it runs, how long its tokens live, what was asked of it.

use egui::{Align, Label, Layout, ScrollArea, Ui, UiBuilder, Vec2};

use crate::engine::{DemoLifetimes, DemoOptions};
use crate::gui::action::{Action, Actions};
use crate::gui::state::State;
use crate::gui::theme::{Tone, icon, palette, space, text};
use crate::gui::widgets::{
    Badge, Button, SpokenAs as _, card, card_frame, elided, key_value, section_label, segmented,
};
use crate::gui::words::sentences;

const KEY: f32 = 120.0;

/// Draws it.
pub(super) fn demo_ui(ui: &mut Ui, state: &State, actions: &mut Actions) {
    let p = palette(ui);
    ui.spacing_mut().item_spacing.y = space::M;
    let size = Vec2::new(ui.available_width(), space::CONTROL);
    ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), |ui| {
        if state.demo.url.is_some() {
            if ui.add(Button::secondary("Stop").icon(icon::STOP)).clicked() {
                actions.push(Action::StopDemo);
            }
        } else if ui.add(Button::primary("Start").icon(icon::PLAY)).clicked() {
            actions.push(Action::StartDemo(state.demo.lifetimes));
        }
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            ui.label(text::title("Demo server"));
            match &state.demo.url {
                Some(_) => ui.add(Badge::new(Tone::Ok, "running")),
                None => ui.add(Badge::new(Tone::Neutral, "stopped").sign(icon::STOP)),
            };
        });
    });
    ui.label(
        text::body(
            "An identity provider inside this program: the whole job works on this machine, offline. \
             The demo profiles use it, and it starts by itself when one of them logs in.",
        )
        .color(p.muted),
    );
    if let Some(failure) = &state.demo.failure {
        let words = sentences(failure);
        ui.label(text::body(format!("{}  {words}", icon::WARNING_CIRCLE)).color(p.bad))
            .spoken_as(words);
    }
    facts_ui(ui, state, actions);
    log_ui(ui, state);
}

fn facts_ui(ui: &mut Ui, state: &State, actions: &mut Actions) {
    let p = palette(ui);
    card(ui, |ui| {
        ui.set_width(ui.available_width());
        key_value(ui, KEY, "Address", |ui| match &state.demo.url {
            Some(url) => {
                ui.label(text::mono(url));
                if ui
                    .add(Button::quiet("Copy address").icon_only(icon::COPY).small())
                    .clicked()
                {
                    actions.push(Action::Copy {
                        what: "address".to_owned(),
                        text: url.clone(),
                    });
                }
            }
            None => {
                ui.label(text::body("none while it is stopped").color(p.muted));
            }
        });
        key_value(ui, KEY, "Users", |ui| {
            ui.horizontal_wrapped(|ui| users_ui(ui, state));
        });
        key_value(ui, KEY, "Access tokens live", |ui| {
            let choices = [(DemoLifetimes::NORMAL, "1 h"), (DemoLifetimes::FAST, "Fast: 60 s")];
            if let Some(lifetimes) = segmented(ui, state.demo.lifetimes, &choices) {
                actions.push(Action::StartDemo(lifetimes));
            }
            elided(ui, text::label("for tokens issued from now on", p.faint));
        });
        key_value(ui, KEY, "redCORE's refresh", |ui| {
            let on = state.demo.options.always_issue_new_refresh_token;
            if let Some(on) = segmented(
                ui,
                on,
                &[(false, "Keeps the refresh token"), (true, "Always a new one")],
            ) {
                actions.push(Action::SetDemoOptions(DemoOptions {
                    always_issue_new_refresh_token: on,
                }));
            }
            elided(ui, text::label("always_issue_new_refresh_token", p.faint));
        });
    });
}

fn users_ui(ui: &mut Ui, state: &State) {
    let p = palette(ui);
    if state.demo.users.is_empty() {
        ui.label(text::mono("admin"));
        ui.label(text::body("with the password").color(p.muted));
        ui.label(text::mono("admin"));
        return;
    }
    for user in &state.demo.users {
        // Public knowledge: its own sign-in page prints them.
        let words = format!("{} / {}", user.username, user.password.expose());
        ui.add(Label::new(text::mono(words)).extend())
            .on_hover_text(&user.about);
        ui.add_space(space::S);
    }
    ui.add(Label::new(text::label("user name / password", p.faint)).extend());
}

fn log_ui(ui: &mut Ui, state: &State) {
    let p = palette(ui);
    let size = ui.available_size() - Vec2::splat(26.0);
    card_frame(ui).show(ui, |ui| {
        let (_, rect) = ui.allocate_space(size.max(Vec2::new(0.0, 60.0)));
        let mut ui = ui.new_child(UiBuilder::new().max_rect(rect).layout(Layout::top_down(Align::LEFT)));
        section_label(&mut ui, "Log");
        if state.demo.log.is_empty() {
            ui.label(text::body("No requests yet").color(p.muted));
            return;
        }
        let count = state.demo.log.len();
        ui.spacing_mut().item_spacing.y = 0.0;
        ScrollArea::vertical()
            .id_salt("demo log")
            .auto_shrink([false, false])
            .show_rows(&mut ui, 20.0, count, |ui, range| {
                for line in range.map(|row| &state.demo.log[count - 1 - row]) {
                    ui.horizontal(|ui| {
                        ui.set_height(20.0);
                        ui.label(text::mono(state.times.local(line.at, state.now)).color(p.faint));
                        ui.label(text::mono(&line.request));
                        elided(ui, text::label(&line.why, p.muted));
                    });
                }
            });
    });
}
