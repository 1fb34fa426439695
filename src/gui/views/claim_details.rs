//! Everything about one claim: the whole value, what it means, what it was.

use egui::{Label, ScrollArea, Ui, Vec2};

use super::section::section_ui;
use super::token_view::Sheeted;
use crate::gui::action::{Action, Actions};
use crate::gui::claim_row::{Change, ClaimRow, shown as shown_value};
use crate::gui::json_lines::COLUMN;
use crate::gui::state::State;
use crate::gui::theme::{icon, palette, space, text};
use crate::gui::token_pane::TokenPane;
use crate::gui::token_sheet::ClaimValue;
use crate::gui::visible_text::visible;
use crate::gui::widgets::{Button, EndButton, SpokenAs as _, elided, label_width, row_with_buttons, section_label};
use crate::model::lifetime;
use crate::model::members::Reading;

/// As much of an older value is shown.
const WAS_LEN: usize = 600;

/// As many lines of a list or an object are shown.
const LINES: usize = 120;

/// What the buttons at its head do.
enum Wish {
    Copy,
    Close,
}

/// Draws it, where a claim is chosen; says whether one is.
pub(super) fn claim_details_ui(
    ui: &mut Ui,
    state: &State,
    shown: &Sheeted<'_>,
    pane: &mut TokenPane,
    actions: &mut Actions,
) -> bool {
    let p = palette(ui);
    let token = shown.view.token;
    let chosen = pane.chosen.and_then(|at| Some((at, shown.row(token, at)?)));
    let Some((at, row)) = chosen else { return false };
    let Some(member) = token.decoded.payload.members.get(at) else {
        return false;
    };
    let copy = format!("Copy the value of {}", row.name);
    let buttons = [
        EndButton::new(Button::quiet(&copy).icon_only(icon::COPY).small(), Wish::Copy),
        EndButton::new(Button::quiet("Close details").icon_only(icon::X).small(), Wish::Close),
    ];
    let name = |ui: &mut Ui| {
        let kind = label_width(ui, row.kind) + ui.spacing().item_spacing.x;
        let room = Vec2::new((ui.available_width() - kind).max(0.0), space::FIELD);
        ui.allocate_ui(room, |ui| elided(ui, text::mono(&row.name).color(p.payload)));
        ui.label(text::label(row.kind, p.faint));
    };
    match row_with_buttons(ui, space::FIELD, name, buttons) {
        Some(Wish::Copy) => actions.push(Action::Copy {
            what: row.name.clone(),
            text: shown_value(&member.value(), &member.raw),
        }),
        Some(Wish::Close) => pane.choose(token, None),
        None => {}
    }
    ScrollArea::vertical()
        .id_salt(("claim details", at))
        .auto_shrink([false, false])
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = space::XS;
            ui.spacing_mut().interact_size.y = 18.0;
            let columns = ((ui.available_width() - 12.0) / COLUMN).floor().max(1.0);
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a window has few and no negative columns"
            )]
            value_ui(ui, &shown.value(token, at, columns as usize));
            reading_ui(ui, row.reading);
            time_ui(ui, state, shown, &row);
            meaning_ui(ui, &row, actions);
            notes_ui(ui, &row);
            change_ui(ui, shown, &row);
        });
    true
}

fn value_ui(ui: &mut Ui, value: &ClaimValue) {
    let p = palette(ui);
    match value {
        ClaimValue::Text { start, rest } => {
            let mut words = text::mono(start);
            if start.is_empty() {
                words = text::body("an empty text").color(p.muted);
            }
            ui.add(Label::new(words).wrap().selectable(true));
            more_ui(ui, *rest);
        }
        ClaimValue::Json { lines, rest } => {
            ui.scope(|ui| {
                ui.spacing_mut().item_spacing.y = 1.0;
                for line in 0..lines.len().min(LINES) {
                    ui.add(Label::new(lines.job(line, p, p.payload)).selectable(true).extend());
                }
            });
            if lines.len() > LINES {
                ui.label(text::label("… and more: JSON shows all of it", p.muted));
            } else {
                more_ui(ui, *rest);
            }
        }
    }
    ui.add_space(space::S);
}

fn reading_ui(ui: &mut Ui, reading: Reading) {
    let words = match reading {
        Reading::Clean => return,
        Reading::Mended => "Mended: as it is written, it is no JSON",
        Reading::AfterBreak => "Read behind the place where the payload breaks",
    };
    let shown = format!("{} {words}", icon::WARNING);
    ui.add(Label::new(text::body(shown).color(palette(ui).warn)).wrap())
        .spoken_as(words);
    ui.add_space(space::S);
}

fn more_ui(ui: &mut Ui, rest: usize) {
    if rest > 0 {
        let words = format!("… and {rest} bytes more: copy the value to have all of it");
        ui.label(text::label(words, palette(ui).muted));
    }
}

fn time_ui(ui: &mut Ui, state: &State, shown: &Sheeted<'_>, row: &ClaimRow) {
    let Some(reading) = row.time else { return };
    let time = reading.at;
    let p = palette(ui);
    section_label(ui, "Time");
    ui.label(text::body(lifetime::relative(time, shown.view.now)));
    for line in state.times.full(time).lines() {
        ui.label(text::mono(line).color(p.muted));
    }
    if let Some(remark) = reading.remark() {
        let words = format!("{} {remark}", icon::WARNING);
        ui.add(Label::new(text::body(words).color(p.warn)).wrap())
            .spoken_as(remark);
    }
    ui.add_space(space::S);
}

fn meaning_ui(ui: &mut Ui, row: &ClaimRow, actions: &mut Actions) {
    section_label(ui, "Meaning");
    if row.meaning.is_empty() {
        ui.label(text::body("No specification that is known here defines it").color(palette(ui).muted));
    } else {
        ui.add(Label::new(text::body(&row.meaning)).wrap());
        section_ui(ui, &row.section, actions);
    }
    ui.add_space(space::S);
}

fn notes_ui(ui: &mut Ui, row: &ClaimRow) {
    if row.notes.is_empty() {
        return;
    }
    let p = palette(ui);
    section_label(ui, "What is in it");
    for note in &row.notes {
        ui.add(Label::new(text::mono(&note.value)).wrap().selectable(true));
        ui.add(Label::new(text::body(&note.meaning).color(p.muted)).wrap())
            .on_hover_text(note.section);
        ui.add_space(2.0);
    }
    ui.add_space(space::S);
}

fn change_ui(ui: &mut Ui, shown: &Sheeted<'_>, row: &ClaimRow) {
    let (Some(change), Some((_, name))) = (&row.change, &shown.view.before) else {
        return;
    };
    let p = palette(ui);
    section_label(ui, &format!("In {name}"));
    match change {
        Change::New => {
            ui.label(text::body("Δ It was not there").color(p.warn));
        }
        Change::Was { raw: was, words } => {
            ui.label(text::body(format!("Δ {words}")).color(p.warn))
                .spoken_as(words);
            let start = &was[..was.floor_char_boundary(WAS_LEN)];
            ui.add(
                Label::new(text::mono(visible(start)).color(p.muted))
                    .wrap()
                    .selectable(true),
            );
            more_ui(ui, was.len() - start.len());
        }
    }
}
