//! A token, from whatever it came: its claims as a table or JSON, the token itself and the details of a claim.

use std::rc::Rc;

use egui::{Align, Layout, Ui, UiBuilder, Vec2};
use jiff::Timestamp;

use crate::gui::action::{Action, Actions};
use crate::gui::screen::TokenLook;
use crate::gui::state::State;
use crate::gui::theme::{icon, palette, space, text};
use crate::gui::token_pane::TokenPane;
use crate::gui::token_sheet::TokenSheet;
use crate::gui::widgets::{
    Button, EndButton, SpokenAs as _, card_frame, elided_with_tooltip, label_width, row_with_buttons, segmented,
};
use crate::model::defect::Defect;
use crate::model::history::TokenRecord;
use crate::model::verify::Signature;
use crate::model::{Secret, Token};

const SIDE: f32 = 272.0;
/// As high as the frame around the choice of a token.
const HEAD: f32 = space::FIELD + 4.0;
/// Below this width one thing is shown at a time.
const BOTH: f32 = 820.0;
/// Below this width of the card a button has no word.
const WORDS: f32 = 660.0;

/// A token and what is known around it.
pub(super) struct TokenView<'a> {
    /// The token.
    pub(super) token: &'a Token,
    /// What it is, in a few words: `access token`.
    pub(super) name: &'a str,
    /// The verdict on its signature, where there is one.
    pub(super) signature: Option<&'a Signature>,
    /// What it is compared with, and what that is called: `generation 2`.
    pub(super) before: Option<(&'a TokenRecord, String)>,
    /// What was inside it, where it was decrypted.
    pub(super) content: Option<&'a Secret>,
    /// What shows the token that was inside it.
    pub(super) inside: Option<Action>,
    /// What opens the field for the key that decrypts it, where there is one.
    pub(super) opens_keys: Option<Action>,
    /// What was wrong with the answer that brought it.
    pub(super) response_defects: &'a [Defect],
    /// The time that `in 42 min` counts from: server time where that is known.
    pub(super) now: Timestamp,
    /// What puts the whole token on the clipboard.
    pub(super) copy: Action,
    /// More buttons before that one.
    pub(super) more: Vec<EndButton<'a, Action>>,
}

/// A view with what was worked out of its token.
pub(super) struct Sheeted<'a> {
    pub(super) view: &'a TokenView<'a>,
    pub(super) sheet: Rc<TokenSheet>,
}

impl std::ops::Deref for Sheeted<'_> {
    type Target = TokenSheet;

    fn deref(&self) -> &TokenSheet {
        &self.sheet
    }
}

/// Draws it over all the room that there is. `lead` stands at the left of its head: what the token was chosen from.
pub(super) fn token_view_ui(
    ui: &mut Ui,
    state: &State,
    mut view: TokenView<'_>,
    pane: &mut TokenPane,
    actions: &mut Actions,
    lead: impl FnOnce(&mut Ui, &mut Actions),
) {
    pane.show(view.token);
    let more = std::mem::take(&mut view.more);
    let sheet = state
        .sheets
        .of(ui.ctx(), view.token, view.before.as_ref().map(|(record, _)| *record));
    let shown = Sheeted { view: &view, sheet };
    let both = ui.available_width() >= BOTH;
    let size = ui.available_size();
    let side = if both { SIDE + space::M } else { 0.0 };
    let look = match state.screen.look {
        TokenLook::Text if both => TokenLook::Table,
        look => look,
    };
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = space::M;
        card_of(ui, Vec2::new(size.x - side, size.y), |ui| {
            head_ui(ui, &shown, look, both, more, pane, actions, lead);
            let with_section = size.x - side >= 680.0;
            match look {
                TokenLook::Text => super::raw_token::raw_token_ui(ui, state, &shown, actions),
                TokenLook::Json => super::claims_json::claims_json_ui(ui, state, &shown, pane, actions),
                TokenLook::Table => table_ui(ui, state, &shown, pane, with_section, both, actions),
            }
        });
        if both {
            card_of(ui, Vec2::new(SIDE, size.y), |ui| {
                if look != TokenLook::Table || !super::claim_details::claim_details_ui(ui, state, &shown, pane, actions)
                {
                    super::raw_token::raw_token_ui(ui, state, &shown, actions);
                }
            });
        }
    });
}

/// A card of exactly this size.
pub(super) fn card_of(ui: &mut Ui, size: Vec2, contents: impl FnOnce(&mut Ui)) {
    card_frame(ui).show(ui, |ui| {
        let (_, rect) = ui.allocate_space(size - Vec2::splat(26.0));
        let mut ui = ui.new_child(UiBuilder::new().max_rect(rect).layout(Layout::top_down(Align::LEFT)));
        ui.spacing_mut().item_spacing.y = space::S;
        contents(&mut ui);
    });
}

/// What is broken, the claims, and in a narrow window the details of one in place of them.
fn table_ui(
    ui: &mut Ui,
    state: &State,
    shown: &Sheeted<'_>,
    pane: &mut TokenPane,
    with_section: bool,
    both: bool,
    actions: &mut Actions,
) {
    pane.walking_opens = both;
    if !both && super::claim_details::claim_details_ui(ui, state, shown, pane, actions) {
        return;
    }
    super::claim_search::claim_search_ui(ui, shown, pane);
    super::token_defects::token_defects_ui(ui, shown.view);
    super::claims_table::claims_table_ui(ui, state, shown, pane, with_section, actions);
}

#[expect(clippy::too_many_arguments, reason = "one line with what stands in it")]
fn head_ui(
    ui: &mut Ui,
    shown: &Sheeted<'_>,
    look: TokenLook,
    both: bool,
    more: Vec<EndButton<'_, Action>>,
    pane: &mut TokenPane,
    actions: &mut Actions,
    lead: impl FnOnce(&mut Ui, &mut Actions),
) {
    let p = palette(ui);
    let tooltip = format!("The whole {}", shown.view.name);
    let copy = Button::quiet("Copy token");
    let copy = if ui.available_width() >= WORDS {
        copy.icon(icon::COPY)
    } else {
        copy.icon_only(icon::COPY)
    };
    let copy = EndButton::new(copy, shown.view.copy.clone()).tooltip(&tooltip);
    let find = match look {
        TokenLook::Json => "Search the JSON",
        _ => "Find a claim",
    };
    let find = EndButton::new(Button::quiet(find).icon_only(icon::MAGNIFYING_GLASS), Action::FindClaim);
    let mut looks = vec![(TokenLook::Table, "Table"), (TokenLook::Json, "JSON")];
    if !both {
        looks.push((TokenLook::Text, "Token"));
    }
    let left = |ui: &mut Ui| {
        ui.spacing_mut().item_spacing.x = space::S;
        lead(ui, actions);
        if let Some(look) = segmented(ui, look, &looks) {
            actions.push(Action::ShowLook(look));
        }
        if let (Some(words), Some((_, name))) = (shown.difference(), &shown.view.before) {
            ui.label(text::body("Δ").color(p.warn));
            let names: Vec<&str> = shown
                .gone()
                .iter()
                .take(20)
                .map(|member| member.name.as_str())
                .collect();
            let since = format!("{words} since {name}");
            let tooltip = if names.is_empty() {
                format!("{since}, marked below")
            } else {
                format!("{since}. No longer there: {}", names.join(", "))
            };
            let fits = label_width(ui, &since) <= ui.available_width();
            let shown = if fits { since.clone() } else { words };
            elided_with_tooltip(ui, text::label(shown, p.muted), &tooltip).spoken_as(since);
        }
    };
    let decoded = &shown.view.token.decoded;
    let is_offered = match look {
        TokenLook::Table => !decoded.payload.members.is_empty(),
        TokenLook::Json => decoded.header.text.is_some() || decoded.payload.text.is_some(),
        TokenLook::Text => false,
    };
    let find = is_offered.then_some(find);
    let clicked = row_with_buttons(ui, HEAD, left, find.into_iter().chain(more).chain([copy]));
    match clicked {
        // The search is this pane's, wherever the token is shown.
        Some(Action::FindClaim) => pane.search(),
        Some(action) => actions.push(action),
        None => {}
    }
}
