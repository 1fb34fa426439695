//! Every control in every state on one picture, dark and light.

use egui::{Theme, Vec2};
use egui_kittest::{Harness, SnapshotResults};
use tokenscope::gui::theme::{self, Tone, icon, palette, text};
use tokenscope::gui::widgets::{
    Badge, Button, Column, EmptyState, Field, Step, StepState, Tab, Table, Width, card, chip, countdown_ring,
    field_row, key_value, section_label, segmented, steps, tab_bar, text_field, token_text,
};

#[expect(clippy::too_many_lines, reason = "one picture, from top to bottom")]
fn gallery_ui(ui: &mut egui::Ui, typed: &mut String) {
    let p = palette(ui);
    egui::CentralPanel::default().show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.label(text::title("Gallery of controls"));
            ui.add(chip("my.trusted.app/first").mono());
            ui.add(chip("confidential"));
            ui.add(Badge::new(Tone::Ok, "signature"));
            ui.add(Badge::new(Tone::Warn, "no token_type"));
            ui.add(Badge::new(Tone::Bad, "invalid"));
            ui.add(Badge::new(Tone::Accent, "waiting"));
        });
        ui.horizontal(|ui| {
            ui.add(Button::primary("Log in").icon(icon::SIGN_IN).shortcut("Ctrl+L"));
            ui.add(Button::secondary("Refresh now").icon(icon::ARROW_CLOCKWISE));
            ui.add(Button::quiet("Call API").icon(icon::ARROWS_LEFT_RIGHT));
            ui.add(Button::danger("Delete…").icon(icon::TRASH));
            ui.add(Button::quiet("Theme").icon_only(icon::CIRCLE_HALF));
            ui.add_enabled(false, Button::secondary("Save"));
            ui.add(Button::secondary("Cancel").shortcut("Esc"));
        });
        ui.horizontal(|ui| {
            for (tone, left) in [
                (Tone::Ok, Some(0.7)),
                (Tone::Accent, Some(0.97)),
                (Tone::Warn, Some(0.08)),
                (Tone::Bad, Some(0.0)),
                (Tone::Neutral, None),
            ] {
                countdown_ring(ui, 52.0, left, tone, &format!("{tone:?}"));
            }
            ui.vertical(|ui| {
                section_label(ui, "Access token");
                ui.label(text::countdown("42:10"));
                ui.label(text::label("expires 14:53:20 · lives 1 h", p.muted));
            });
            ui.label(text::countdown("11:11 29 d 23 h"));
        });
        segmented(ui, 1, &[(1, "Access"), (2, "ID"), (3, "Refresh")]);
        let tab = |value, label, count| Tab {
            value,
            label,
            count,
            tone: None,
            shortcut: String::new(),
        };
        tab_bar(
            ui,
            1,
            &[tab(1, "Claims", None), tab(2, "Timeline", Some(7)), tab(3, "Profile", None)],
        );
        ui.columns(2, |columns| {
            let ui = &mut columns[0];
            card(ui, |ui| {
                ui.set_width(ui.available_width());
                let mut field = Field {
                    label: "Client id",
                    hint: "ApplicationUri of the trusted app",
                    ..Field::default()
                };
                field_row(ui, 110.0, &field, |ui| text_field(ui, egui::Id::unique("a"), &field, typed));
                field.label = "Redirect URI";
                field.error = Some("Port 80 needs rights this account lacks. Use http://localhost:8400/signin-callback, or paste the address after signing in");
                field_row(ui, 110.0, &field, |ui| text_field(ui, egui::Id::unique("b"), &field, typed));
                key_value(ui, 110.0, "Fingerprint", |ui| ui.label(text::mono("9f3c 11ab")));
                token_text(ui, "eyJhbGciOiJSUzI1NiIsImtpZCI6IkJEbGhqYjhzOEUy.eyJuYmYiOjE2NTUwNTY3.c2lnbmF0dXJl", true, &[]);
            });
            let ui = &mut columns[1];
            card(ui, |ui| {
                ui.set_width(ui.available_width());
                let step = |state, title, detail| Step { state, title, detail };
                steps(
                    ui,
                    &[
                        step(StepState::Passed, "Listening", "http://localhost:8400/signin-callback, this machine only"),
                        step(StepState::Running, "Waiting for the callback", "1:42 left"),
                        step(StepState::Failed, "Exchange the code for tokens", "invalid_client"),
                        step(StepState::Pending, "Check the signature", ""),
                    ],
                );
            });
        });
        ui.columns(2, |columns| {
            let table = Table {
                id: "table",
                columns: &[
                    Column { title: "Claim", width: Width::Fixed(80.0) },
                    Column { title: "Value", width: Width::Share(2.0) },
                    Column { title: "Meaning", width: Width::Share(3.0) },
                ],
            };
            card(&mut columns[0], |ui| {
                ui.set_height(150.0);
                table.show(
                    ui,
                    1000,
                    |ui, row, column, _| {
                        ui.label(match column {
                            0 => text::mono("iss").color(p.payload),
                            1 => text::mono(format!("https://demo/{row}")),
                            _ => text::body("Issuer: who made this token").color(p.muted),
                        });
                    },
                );
            });
            card(&mut columns[1], |ui| {
                ui.set_height(150.0);
                ui.set_width(ui.available_width());
                EmptyState::new(icon::KEY, "No tokens yet", "Log in to see what this app gets").action(Button::primary("Log in")).show(ui);
            });
        });
    });
}

#[test]
fn the_gallery_looks_as_it_did() {
    let mut results = SnapshotResults::new();
    for (mode, name) in [(Theme::Dark, "gallery_dark"), (Theme::Light, "gallery_light")] {
        let mut typed = String::from("my.trusted.app/first");
        let mut harness = Harness::builder()
            .with_size(Vec2::new(900.0, 800.0))
            .with_theme(mode)
            .with_context_setup(theme::install)
            .build_ui(move |ui| gallery_ui(ui, &mut typed));
        harness.run();
        results.add(harness.try_snapshot(name));
    }
}
