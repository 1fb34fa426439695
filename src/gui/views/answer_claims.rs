//! What the provider said about a token or its person, member by member with its meaning, and the rules it was held
//! against.

use egui::{Align, Layout, ScrollArea, Ui, Vec2};
use jiff::Timestamp;

use crate::engine::ProviderAnswer;
use crate::gui::claim_row::{kind_of, shown};
use crate::gui::state::State;
use crate::gui::theme::{Tone, icon, palette, space, text};
use crate::gui::widgets::{Badge, Column, SpokenAs as _, Table, Width, elided, elided_with_tooltip};
use crate::model::checks::{Check, Outcome};
use crate::model::members::Member;
use crate::model::{claims, lifetime};

/// As much of a value is laid out.
const SHOWN_LEN: usize = 4096;

/// Draws the checks: each in words, with its sign.
pub(super) fn answer_checks_ui(ui: &mut Ui, checks: &[Check]) {
    let p = palette(ui);
    ScrollArea::vertical()
        .id_salt("checks")
        .max_height(96.0)
        .show(ui, |ui| {
            ui.spacing_mut().interact_size.y = 18.0;
            ui.spacing_mut().item_spacing.y = space::XS;
            for check in checks {
                let (tone, sign, word) = match check.outcome {
                    Outcome::Pass => (Tone::Ok, icon::CHECK, "passed"),
                    Outcome::Warn => (Tone::Warn, icon::WARNING, "warning"),
                    Outcome::Fail => (Tone::Bad, icon::X, "failed"),
                    Outcome::Skip => (Tone::Neutral, icon::MINUS, "skipped"),
                };
                ui.horizontal(|ui| {
                    let name = check.id.rsplit('.').next().unwrap_or(&check.id);
                    ui.add(Badge::new(tone, name).sign(sign))
                        .on_hover_text(format!("{} · {}", check.id, check.spec));
                    elided_with_tooltip(ui, text::label(&*check.message, p.muted), &check.spec)
                        .spoken_as(format!("{} {word}: {}", check.id, check.message));
                });
            }
        });
}

/// Draws the table, `height` points high. `now` is the provider's clock.
pub(super) fn answer_claims_ui(ui: &mut Ui, state: &State, answer: &ProviderAnswer, now: Timestamp, height: f32) {
    let p = palette(ui);
    let columns = [
        Column {
            title: "Claim",
            width: Width::Fixed(130.0),
        },
        Column {
            title: "Value",
            width: Width::Share(1.2),
        },
        Column {
            title: "Meaning",
            width: Width::Share(1.0),
        },
    ];
    let table = Table {
        columns: &columns,
        id: "answer claims",
    };
    let size = Vec2::new(ui.available_width(), height);
    ui.allocate_ui_with_layout(size, Layout::top_down(Align::LEFT), |ui| {
        ui.set_min_size(size);
        table.show(ui, answer.members.len(), |ui, row, column, _| {
            let member = &answer.members[row];
            match column {
                0 => {
                    let tooltip = format!("{}: {}", member.name, kind_of(&member.value()));
                    elided_with_tooltip(ui, text::mono(member.name.as_str()).color(p.payload), &tooltip);
                }
                1 => value_ui(ui, state, member, now),
                _ => {
                    let meaning = claims::meaning(&member.name);
                    let tooltip = meaning.map_or("No specification that is known here defines it", |m| m.section);
                    let words = meaning.map_or("", |m| m.meaning);
                    elided_with_tooltip(ui, text::body(words).color(p.muted), tooltip);
                }
            }
        });
    });
}

fn value_ui(ui: &mut Ui, state: &State, member: &Member, now: Timestamp) {
    let p = palette(ui);
    let value = member.value();
    if let Some(time) = claims::time_of(&member.name, &value) {
        ui.label(text::mono(state.times.local(time, state.now)))
            .on_hover_text(state.times.full(time));
        elided(ui, text::label(lifetime::relative(time, now), p.muted));
        return;
    }
    let color = if value.is_string() { p.text } else { p.signature };
    let words = shown(&value, &member.raw);
    elided(
        ui,
        text::mono(&words[..words.floor_char_boundary(SHOWN_LEN)]).color(color),
    );
}
