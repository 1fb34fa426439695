//! The tab Claims: a token claim by claim, with what each means, and the token itself beside it.

use egui::{Align, Layout, Ui, UiBuilder, Vec2};

use super::claim_rows::{ClaimRows, claim_rows};
use crate::engine::Session;
use crate::gui::action::{Action, Actions};
use crate::gui::item::Item;
use crate::gui::state::State;
use crate::gui::theme::{icon, palette, space, text};
use crate::gui::widgets::{Button, SpokenAs as _, card_frame, elided_with_tooltip, segmented};
use crate::model::TokenKind;
use crate::model::defect::Defect;

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
                let with_section = size.x - side >= 680.0;
                super::claims_table::claims_table_ui(ui, state, session, token, &rows, with_section, actions);
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
