//! The tab Claims: a token claim by claim, with what each means, and the token itself beside it.

use egui::{Align, Layout, Ui, UiBuilder, Vec2};
use jiff::Timestamp;

use super::claim_rows::{Change, ClaimRow, ClaimRows, claim_rows};
use crate::engine::Session;
use crate::gui::action::{Action, Actions};
use crate::gui::state::{Item, State};
use crate::gui::theme::{icon, palette, space, text};
use crate::gui::widgets::{
    Button, Column, EmptyState, SpokenAs as _, Table, Width, card_frame, elided, elided_with_tooltip, segmented,
};
use crate::model::defect::Defect;
use crate::model::lifetime;
use crate::model::{Token, TokenKind};

const SIDE: f32 = 272.0;
/// Below this width the token's text hides behind a button.
const BOTH: f32 = 820.0;

/// Draws it.
pub(super) fn claims_ui(ui: &mut Ui, state: &State, item: &Item, session: &Session, actions: &mut Actions) {
    let kind = if session.tokens.get(state.screen.token).is_some() {
        state.screen.token
    } else {
        TokenKind::Access
    };
    let Some(token) = session.tokens.get(kind) else { return };
    let both = ui.available_width() >= BOTH;
    let size = ui.available_size();
    let side = if both { SIDE + space::M } else { 0.0 };
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = space::M;
        card_of(ui, Vec2::new(size.x - side, size.y), |ui| {
            let rows = claim_rows(token, kind, session);
            head_ui(ui, state, item, session, kind, &rows, !both, actions);
            if !both && state.screen.show_raw {
                super::raw_token::raw_token_ui(ui, state, session, kind, token, actions);
            } else {
                defects_ui(ui, kind, &token.decoded.defects, &session.tokens.defects);
                table_ui(ui, state, session, token, &rows, size.x - side >= 680.0, actions);
            }
        });
        if both {
            card_of(ui, Vec2::new(SIDE, size.y), |ui| {
                super::raw_token::raw_token_ui(ui, state, session, kind, token, actions);
            });
        }
    });
}

/// A card of exactly this size.
fn card_of(ui: &mut Ui, size: Vec2, contents: impl FnOnce(&mut Ui)) {
    card_frame(ui).show(ui, |ui| {
        let (_, rect) = ui.allocate_space(size - Vec2::splat(26.0));
        let mut ui = ui.new_child(UiBuilder::new().max_rect(rect).layout(Layout::top_down(Align::LEFT)));
        ui.spacing_mut().item_spacing.y = space::S;
        contents(&mut ui);
    });
}

#[expect(clippy::too_many_arguments, reason = "one line with what stands in it")]
fn head_ui(
    ui: &mut Ui,
    state: &State,
    item: &Item,
    session: &Session,
    kind: TokenKind,
    rows: &ClaimRows<'_>,
    can_toggle: bool,
    actions: &mut Actions,
) {
    let p = palette(ui);
    let size = Vec2::new(ui.available_width(), space::FIELD);
    ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), |ui| {
        if can_toggle {
            let (name, sign) = if state.screen.show_raw {
                ("Show claims", icon::LIST_BULLETS)
            } else {
                ("Show token", icon::SIDEBAR_SIMPLE)
            };
            if ui.add(Button::quiet(name).icon_only(sign)).clicked() {
                actions.push(Action::ShowRaw(!state.screen.show_raw));
            }
        }
        let copy = Button::quiet("Copy token").icon(icon::COPY);
        if ui
            .add(copy)
            .on_hover_text(format!("The whole {}", kind.label().to_lowercase()))
            .clicked()
        {
            actions.push(Action::CopyToken(item.profile.slug.clone(), kind));
        }
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            let choices: Vec<(TokenKind, &str)> = TokenKind::ALL
                .into_iter()
                .filter(|&kind| session.tokens.get(kind).is_some())
                .map(|kind| (kind, short_name(kind)))
                .collect();
            if let Some(kind) = segmented(ui, kind, &choices) {
                actions.push(Action::ShowToken(kind));
            }
            if let Some(words) = rows.difference() {
                ui.add_space(space::XS);
                ui.label(text::body("Δ").color(p.warn));
                let tooltip = if rows.gone.is_empty() {
                    "Marked below".to_owned()
                } else {
                    format!("No longer there: {}", rows.gone.join(", "))
                };
                elided_with_tooltip(ui, text::label(words, p.muted), &tooltip);
            }
        });
    });
}

const fn short_name(kind: TokenKind) -> &'static str {
    match kind {
        TokenKind::Access => "Access",
        TokenKind::Id => "ID",
        TokenKind::Refresh => "Refresh",
    }
}

/// What is broken in the token, and what was wrong with the answer that brought it.
fn defects_ui(ui: &mut Ui, kind: TokenKind, of_token: &[Defect], of_response: &[Defect]) {
    let p = palette(ui);
    let of_response = if kind == TokenKind::Access { of_response } else { &[] };
    for (defect, of) in of_token
        .iter()
        .map(|defect| (defect, "token"))
        .chain(of_response.iter().map(|defect| (defect, "token response")))
    {
        let words = format!("{}  {}", icon::WARNING, defect.message);
        let tooltip = format!("{} · {of}\n{}", defect.code, defect.message);
        elided_with_tooltip(ui, text::label(words, p.warn), &tooltip).spoken_as(&defect.message);
    }
}

fn table_ui(
    ui: &mut Ui,
    state: &State,
    session: &Session,
    token: &Token,
    rows: &ClaimRows<'_>,
    with_section: bool,
    actions: &mut Actions,
) {
    if rows.rows.is_empty() {
        let (title, help) = if token.decoded.defects.is_empty() {
            (
                "Nothing to read in here",
                "This token is opaque: a random text that only the provider can look up. Its card shows all that is known",
            )
        } else {
            (
                "No claim can be read",
                "What is broken stands above, the rest of the token beside it",
            )
        };
        EmptyState::new(icon::EYE_SLASH, title, help).show(ui);
        return;
    }
    let mut columns = vec![
        Column {
            title: "Claim",
            width: Width::Fixed(86.0),
        },
        Column {
            title: "Value",
            width: Width::Share(1.15),
        },
        Column {
            title: "",
            width: Width::Fixed(14.0),
        },
        Column {
            title: "Meaning",
            width: Width::Share(if with_section { 0.95 } else { 0.85 }),
        },
    ];
    if with_section {
        columns.push(Column {
            title: "Section",
            width: Width::Fixed(104.0),
        });
    }
    let table = Table {
        columns: &columns,
        id: "claims",
    };
    let p = palette(ui);
    table.show(ui, rows.rows.len(), |ui, index, column, hot| {
        let row = &rows.rows[index];
        match column {
            0 => {
                let tooltip = format!("{}: {}", row.member.name, row.kind);
                elided_with_tooltip(ui, text::mono(&row.member.name).color(p.payload), &tooltip);
            }
            1 => value_ui(ui, state, session, row, hot, actions),
            2 => change_ui(ui, row),
            3 => {
                let tooltip = if row.section.is_empty() {
                    "No specification that is known here defines it".to_owned()
                } else {
                    format!("{}\n{}", row.meaning, row.section)
                };
                elided_with_tooltip(ui, text::body(row.meaning).color(p.muted), &tooltip);
            }
            _ => {
                elided(ui, text::label(row.section, p.faint));
            }
        }
    });
}

fn value_ui(ui: &mut Ui, state: &State, session: &Session, row: &ClaimRow<'_>, hot: bool, actions: &mut Actions) {
    let p = palette(ui);
    ui.spacing_mut().item_spacing.x = 6.0;
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        let name = format!("Copy {}", row.member.name);
        if ui
            .add(Button::quiet(&name).icon_only(icon::COPY).small().only_when(hot))
            .clicked()
        {
            actions.push(Action::Copy {
                what: row.member.name.clone(),
                text: row.shown.clone(),
            });
        }
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            if let Some(time) = row.time {
                time_ui(ui, state, session, time);
            } else {
                let color = if row.kind == "text" { p.text } else { p.signature };
                elided(ui, text::mono(&row.shown).color(color));
            }
        });
    });
}

fn time_ui(ui: &mut Ui, state: &State, session: &Session, time: Timestamp) {
    let p = palette(ui);
    let local = state.times.local(time, state.now);
    let utc = state.times.utc(time, state.now);
    let tooltip = state.times.full(time);
    if utc.trim_end_matches(" UTC") == local {
        ui.label(text::mono(utc)).on_hover_text(&tooltip);
    } else {
        ui.label(text::mono(local)).on_hover_text(&tooltip);
        ui.label(text::label(utc, p.muted)).on_hover_text(&tooltip);
    }
    let relative = lifetime::relative(time, session.now(state.now));
    elided_with_tooltip(ui, text::label(relative, p.muted), &tooltip);
}

fn change_ui(ui: &mut Ui, row: &ClaimRow<'_>) {
    let p = palette(ui);
    let Some(change) = &row.change else { return };
    let (words, tooltip) = match change {
        Change::New => ("changed: new", "Not in the generation before".to_owned()),
        Change::Was(was) => ("changed", format!("Was {was}")),
    };
    ui.label(text::body("Δ").color(p.warn))
        .on_hover_text(tooltip)
        .spoken_as(format!("{} {words}", row.member.name));
}
