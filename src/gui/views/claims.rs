//! The tab Claims: a token claim by claim, with what each means, and the token itself beside it.

use egui::{Align, Layout, Ui, UiBuilder, Vec2};

use super::claim_rows::{ClaimRows, claim_rows};
use crate::engine::Session;
use crate::gui::action::{Action, Actions};
use crate::gui::item::Item;
use crate::gui::state::State;
use crate::gui::theme::{icon, palette, space, text};
use crate::gui::widgets::{
    Button, EndButton, SpokenAs as _, card_frame, elided_with_tooltip, row_with_buttons, segmented,
};
use crate::model::TokenKind;
use crate::model::defect::Defect;

const SIDE: f32 = 272.0;
/// As high as the frame around the choice of a token.
const HEAD: f32 = space::FIELD + 4.0;
/// Below this width the token's text hides behind a button.
const BOTH: f32 = 820.0;

/// Draws it.
pub(super) fn claims_ui(ui: &mut Ui, state: &State, item: &Item, session: &Session, actions: &mut Actions) {
    // What was chosen, else the first that there is: a login may bring an ID token alone.
    let there = std::iter::once(state.screen.token)
        .chain(TokenKind::ALL)
        .find_map(|kind| Some((kind, session.tokens.get(kind)?)));
    let Some((kind, token)) = there else { return };
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
    let tooltip = format!("The whole {}", kind.label().to_lowercase());
    let copy = Button::quiet("Copy token").icon(icon::COPY);
    let copy = EndButton::new(copy, Action::CopyToken(item.profile.slug.clone(), kind)).tooltip(&tooltip);
    let toggle = can_toggle.then(|| {
        let raw = state.screen.show_raw;
        let (name, sign) = if raw {
            ("Show claims", icon::LIST_BULLETS)
        } else {
            ("Show token", icon::SIDEBAR_SIMPLE)
        };
        EndButton::new(Button::quiet(name).icon_only(sign), Action::ShowRaw(!raw))
    });
    let choices: Vec<(TokenKind, &str)> = TokenKind::ALL
        .into_iter()
        .filter(|&kind| session.tokens.get(kind).is_some())
        .map(|kind| (kind, short_name(kind)))
        .collect();
    let mut chosen = None;
    let left = |ui: &mut Ui| {
        chosen = segmented(ui, kind, &choices).map(Action::ShowToken);
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
    };
    let clicked = row_with_buttons(ui, HEAD, left, std::iter::once(copy).chain(toggle));
    for action in chosen.into_iter().chain(clicked) {
        actions.push(action);
    }
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
