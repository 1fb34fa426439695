//! What the app does for the scratchpad.

use egui::{Context, Event, ViewportCommand};

use super::{App, EngineLink};
use crate::engine::{Command, ForgeRequest, Signer};
use crate::gui::action::Action;
use crate::gui::scratchpad::input::text_id;
use crate::gui::scratchpad::{EditInput, NOWHERE, ScratchAction, ScratchTab, SignChoice, TAB_KEYS};
use crate::gui::screen::Page;
use crate::gui::theme::Tone;
use crate::model::inspection::TokenUse;
use crate::model::{Slug, TokenKind};

/// How long the clipboard may take to answer.
const FRAMES_TO_PASTE: u8 = 5;

impl<E: EngineLink> App<E> {
    pub(super) fn scratch(&mut self, ctx: &Context, action: ScratchAction) {
        let (pad, input) = (&mut self.state.scratchpad, &mut self.inputs.scratch);
        match action {
            ScratchAction::Changed => pad.changed(),
            ScratchAction::Replaced => {
                input.let_go_of_text(ctx);
                pad.replaced();
            }
            ScratchAction::AskForKeys => pad.ask_for_keys(),
            ScratchAction::LeaveKeys => {
                input.leave_keys();
                let left = pad.leave();
                pad.changed();
                if let Some(left) = left {
                    self.send(Command::Cancel(left));
                }
            }
            ScratchAction::OpenKeys => {
                input.open_keys();
                pad.changed();
            }
            ScratchAction::JudgeNow => {
                input.at.clear();
                pad.changed();
            }
            ScratchAction::Paste => {
                input.wants_focus = Some(text_id());
                input.pastes_over = FRAMES_TO_PASTE;
                ctx.send_viewport_cmd(ViewportCommand::RequestPaste);
            }
            ScratchAction::Clear => {
                input.clear(ctx);
                pad.clear();
            }
            ScratchAction::Show(example) => {
                input.show_example(ctx, example);
                pad.clear();
                pad.changed();
            }
            ScratchAction::ShowToken(slug, kind) => self.show_token(ctx, slug, kind),
            ScratchAction::Choose(at) => {
                pad.chosen = at;
                if pad.tab == ScratchTab::Edit {
                    pad.tab = ScratchTab::Claims;
                }
            }
            ScratchAction::Open(tab) => pad.tab = tab,
            ScratchAction::CompareWith(token) => {
                if token.is_some() {
                    pad.tab = ScratchTab::Compare;
                }
                pad.compared = token;
                pad.is_turned = false;
            }
            ScratchAction::TurnComparison => pad.is_turned = !pad.is_turned,
            ScratchAction::ShowContent(of) => pad.shows_content = of,
            ScratchAction::Copy(at) => self.copy_inspected(ctx, at),
            ScratchAction::CopyText => {
                // The person asked for the text itself.
                ctx.copy_text(input.text.whole().expose().to_owned());
                self.state.notify(Tone::Ok, "Copied the whole text");
            }
            ScratchAction::Edit => {
                let mut edit = pad.current().and_then(EditInput::of);
                if let Some(edit) = edit.as_mut().filter(|_| input.pasted.is_empty()) {
                    edit.sign = SignChoice::Keep;
                }
                if edit.is_none() {
                    let words = "This token has no header and claims that could be changed here, or they are too long";
                    self.state.notify(Tone::Bad, words);
                    return;
                }
                input.edit = edit;
                pad.tab = ScratchTab::Edit;
            }
            ScratchAction::Forge => self.forge(None),
            ScratchAction::Attack(id) => self.forge(Some(id)),
            ScratchAction::DropForgery(token) => pad.drop_forgery(&token),
        }
    }

    /// The keys that are the scratchpad's own: those of its tabs, and those that paste where nothing else takes the text.
    pub(super) fn scratch_keys(&mut self, ctx: &Context) {
        for (tab, keys) in self.state.scratchpad.tabs().into_iter().zip(TAB_KEYS) {
            if ctx.input_mut(|input| input.consume_shortcut(&keys)) {
                self.actions.push(Action::Scratch(self.inputs.scratch.opening(tab)));
            }
        }
        let pastes = ctx.input(|input| input.events.iter().any(|event| matches!(event, Event::Paste(_))));
        if pastes && !ctx.text_edit_focused() {
            self.inputs.scratch.pastes_over = 1;
        }
    }

    /// Has the token that is shown made into another one: as it stands in the texts, or by an attack.
    fn forge(&mut self, attack: Option<&'static str>) {
        let (pad, input) = (&self.state.scratchpad, &self.inputs.scratch);
        let (Some(shown), Some(edit)) = (pad.current(), &input.edit) else {
            return;
        };
        let request = ForgeRequest {
            token: shown.token.value.clone(),
            place: match shown.place.as_str() {
                "" => "Changed token".to_owned(),
                // Its name says more than its place.
                NOWHERE => format!("{}, changed", pad.name(pad.chosen)),
                place => format!("{place}, changed"),
            },
            how: attack.map_or_else(|| edit.how(), |id| edit.attack(id)),
            signer: match (edit.sign, attack) {
                // Not every attack wants a key; the one that does says so.
                (SignChoice::PastedKey, Some(_)) if input.pasted.is_empty() => Signer::Nothing,
                _ => edit.signer(&input.pasted, input.secret_form),
            },
            marks: edit.marks,
        };
        if let Some(id) = self.send(Command::Forge(Box::new(request))) {
            self.state.scratchpad.began_forging(id, attack.is_some());
        }
    }

    /// Sends the newest text, when it is to be looked at and nothing is looked at now.
    pub(super) fn look(&mut self) {
        let pad = &mut self.state.scratchpad;
        if self.inputs.scratch.at.trim().is_empty() && pad.turn_came(self.state.now) {
            pad.changed();
        }
        let Some(wish) = pad.take_wish() else { return };
        if let Some(older) = wish.instead_of {
            self.send(Command::Cancel(older));
        }
        let pad = &mut self.state.scratchpad;
        if self.inputs.scratch.text.is_empty() && pad.forgeries.is_empty() {
            pad.drop_result();
            return;
        }
        let request = self.inputs.scratch.request(&pad.forgeries, wish.asks_for_keys);
        if let Some(id) = self.send(Command::Inspect(Box::new(request))) {
            self.state.scratchpad.sent(id);
        }
    }

    /// Opens a profile's token, with the profile's keys and what it expects.
    fn show_token(&mut self, ctx: &Context, slug: Slug, kind: TokenKind) {
        let Some(item) = self.state.item(&slug) else { return };
        let Some(token) = item.tokens().and_then(|tokens| tokens.get(kind)) else {
            return;
        };
        let token_use = match kind {
            TokenKind::Id => Some(TokenUse::Id),
            TokenKind::Access => Some(TokenUse::Access),
            TokenKind::Refresh => None,
        };
        let token = token.value.clone();
        self.inputs.scratch.show_token(ctx, &token, slug, token_use);
        self.state.scratchpad.clear();
        self.state.scratchpad.changed();
        self.open(Page::Scratchpad);
    }

    fn copy_inspected(&mut self, ctx: &Context, at: usize) {
        let Some(result) = self.state.scratchpad.result.clone() else {
            return;
        };
        let Some((_, inspection)) = result.flat().get(at).copied() else {
            return;
        };
        // The person asked for the token itself.
        ctx.copy_text(inspection.token.value.expose().to_owned());
        if inspection.is_forged() {
            let words = "Copied a forged token: for tests of your own servers only";
            self.state.notify(Tone::Neutral, words);
        } else {
            let words = "Copied the token: whoever has it can use it";
            self.state.notify(Tone::Ok, words);
        }
    }
}
