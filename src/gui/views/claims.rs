//! The tab Claims: a session's tokens claim by claim, with what each means, and the token itself beside it.

use egui::Ui;

use super::token_view::{TokenView, token_view_ui};
use crate::engine::Session;
use crate::gui::action::{Action, Actions};
use crate::gui::comparing::has_tokens;
use crate::gui::item::Item;
use crate::gui::scratchpad::ScratchAction;
use crate::gui::state::State;
use crate::gui::theme::icon;
use crate::gui::token_pane::TokenPane;
use crate::gui::widgets::{Button, EndButton, segmented};
use crate::model::TokenKind;

/// The rows of two generations are looked for among so many: this is done at each frame.
const LOOKED_THROUGH: usize = 200;

/// Draws it.
pub(super) fn claims_ui(
    ui: &mut Ui,
    state: &State,
    item: &Item,
    session: &Session,
    pane: &mut TokenPane,
    actions: &mut Actions,
) {
    // What was chosen, else the first that there is: a login may bring an ID token alone.
    let there = std::iter::once(state.screen.token)
        .chain(TokenKind::ALL)
        .find_map(|kind| Some((kind, session.tokens.get(kind)?)));
    let Some((kind, token)) = there else { return };
    let name = kind.label().to_lowercase();
    let before = session.previous.as_ref().and_then(|previous| match kind {
        TokenKind::Access => previous.access.as_ref(),
        TokenKind::Id => previous.id.as_ref(),
        TokenKind::Refresh => None,
    });
    let number = session.generation.saturating_sub(1);
    let compare_words = format!("Compare with generation {number}");
    let view = TokenView {
        token,
        name: &name,
        signature: session.signature(kind),
        before: before.map(|record| (record, format!("generation {number}"))),
        content: None,
        inside: None,
        opens_keys: None,
        response_defects: match kind {
            TokenKind::Access => &session.tokens.defects,
            TokenKind::Id | TokenKind::Refresh => &[],
        },
        now: session.now(state.now),
        copy: Action::CopyToken(item.profile.slug.clone(), kind),
        more: compare_button(item, session, &compare_words)
            .into_iter()
            .chain([inspect_button(item, kind)])
            .collect(),
    };
    token_view_ui(ui, state, view, pane, actions, |ui, actions| {
        let choices: Vec<(TokenKind, &str)> = TokenKind::ALL
            .into_iter()
            .filter(|&kind| session.tokens.get(kind).is_some())
            .map(|kind| (kind, short_name(kind)))
            .collect();
        if let Some(kind) = segmented(ui, kind, &choices) {
            actions.push(Action::ShowToken(kind));
        }
    });
}

/// Leads to the generation before, where the history has both.
fn compare_button<'a>(item: &Item, session: &Session, words: &'a str) -> Option<EndButton<'a, Action>> {
    let mut rows = item
        .history
        .iter()
        .take(LOOKED_THROUGH)
        .filter(|entry| has_tokens(entry));
    let now = rows.find(|entry| entry.generation == Some(session.generation))?;
    let before = rows.next()?;
    let is_before = before.generation.map(|number| number + 1) == Some(session.generation);
    let compare = Action::Compare(item.profile.slug.clone(), [before.id, now.id]);
    let button = Button::quiet(words).icon_only(icon::ARROWS_LEFT_RIGHT);
    is_before.then(|| EndButton::new(button, compare))
}

/// Opens the token in the scratchpad, where it can be changed for tests.
fn inspect_button(item: &Item, kind: TokenKind) -> EndButton<'static, Action> {
    let button = Button::quiet("Inspect in scratchpad").icon_only(icon::CLIPBOARD_TEXT);
    let action = ScratchAction::ShowToken(item.profile.slug.clone(), kind);
    EndButton::new(button, Action::Scratch(action))
        .tooltip("Inspect in scratchpad: to compare it, or to change it for tests")
}

const fn short_name(kind: TokenKind) -> &'static str {
    match kind {
        TokenKind::Access => "Access",
        TokenKind::Id => "ID",
        TokenKind::Refresh => "Refresh",
    }
}
