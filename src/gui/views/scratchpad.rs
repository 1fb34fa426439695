//! The page Scratchpad: a text at the top, what is looked at with below it, then the tokens that are in there.

use egui::{ScrollArea, Ui, Vec2};

use super::scratchpad_lens::scratchpad_lens_ui;
use super::scratchpad_list::{LIST_WIDTH, list_height, scratchpad_list_ui};
use super::scratchpad_text::scratchpad_text_ui;
use super::scratchpad_token::scratchpad_token_ui;
use super::scratchpad_verdict::outdated;
use super::token_view::card_of;
use crate::engine::Inspected;
use crate::gui::action::{Action, Actions};
use crate::gui::scratchpad::{Example, ScratchAction, ScratchInput};
use crate::gui::state::State;
use crate::gui::theme::{Tone, icon, palette, space, text};
use crate::gui::widgets::{Button, EmptyState, EndButton, notice, row_with_buttons};
use crate::gui::words::sentences;
use crate::model::inspection::Inspection;

/// Below this width the list of tokens stands above the chosen one.
const BESIDE: f32 = 900.0;

/// Tokens need as much height; where there is less, they scroll.
const LOWEST: f32 = 280.0;
/// The same below a list: all of it scrolls then, so that rows of findings are in sight.
const LOWEST_BELOW_LIST: f32 = 380.0;

/// As much paler is what is of an older text.
const FADES_BY: f32 = 0.55;

/// Draws it.
pub(super) fn scratchpad_ui(ui: &mut Ui, state: &State, input: &mut ScratchInput, actions: &mut Actions) {
    ui.spacing_mut().item_spacing.y = space::S;
    head_ui(ui, state, input, actions);
    scratchpad_text_ui(ui, input, actions);
    let pad = &state.scratchpad;
    if input.text.is_empty() && pad.forgeries.is_empty() {
        empty_ui(ui, actions);
        return;
    }
    scratchpad_lens_ui(ui, state, input, actions);
    if let Some(failure) = &pad.failure {
        notice(
            ui,
            Tone::Bad,
            "The text could not be looked at",
            &sentences(failure),
            |_| {},
        );
        return;
    }
    let Some(result) = &pad.result else {
        EmptyState::new(icon::HOURGLASS, "Reading…", "Finding the tokens in this text").show(ui);
        return;
    };
    let flat = result.flat();
    if flat.is_empty() {
        let help = "A JWT is found in a header, a curl line, JSON, a cookie, a URL or a mail; an opaque token by its \
                    name, or where it stands alone";
        EmptyState::new(icon::MAGNIFYING_GLASS, "No token in this text", help).show(ui);
        return;
    }
    // What is of an older text must not pass for what is said of the new one.
    let faded = outdated(ui, state);
    ui.multiply_opacity(1.0 - FADES_BY * faded);
    let size = ui.available_size();
    let is_listed_above = flat.len() > 1 && size.x < BESIDE;
    let lowest = if is_listed_above {
        LOWEST_BELOW_LIST + list_height(flat.len())
    } else {
        LOWEST
    };
    if size.y >= lowest {
        tokens_ui(ui, state, result, &flat, input, actions);
        return;
    }
    // The keys are open in a low window. Another text is seen from its verdict on.
    let first = flat.first().map(|(_, one)| one.token.fingerprint.as_str());
    ScrollArea::vertical()
        .id_salt(("scratchpad tokens below", first))
        .auto_shrink([false, true])
        .show(ui, |ui| {
            let size = Vec2::new(size.x - 10.0, lowest);
            ui.allocate_ui(size, |ui| tokens_ui(ui, state, result, &flat, input, actions));
        });
}

/// What was found, over all the room that there is.
fn tokens_ui(
    ui: &mut Ui,
    state: &State,
    result: &Inspected,
    flat: &[(usize, &Inspection)],
    input: &mut ScratchInput,
    actions: &mut Actions,
) {
    let several = flat.len() > 1;
    let size = ui.available_size();
    if several && size.x >= BESIDE {
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = space::M;
            card_of(ui, Vec2::new(LIST_WIDTH, size.y), |ui| {
                scratchpad_list_ui(ui, state, result, flat, actions);
            });
            ui.vertical(|ui| scratchpad_token_ui(ui, state, flat, input, actions));
        });
        return;
    }
    if several {
        ui.allocate_ui(Vec2::new(size.x, list_height(flat.len())), |ui| {
            scratchpad_list_ui(ui, state, result, flat, actions);
        });
    }
    scratchpad_token_ui(ui, state, flat, input, actions);
}

fn head_ui(ui: &mut Ui, state: &State, input: &ScratchInput, actions: &mut Actions) {
    let p = palette(ui);
    let is_empty = input.text.is_empty() && state.scratchpad.forgeries.is_empty();
    let paste = Button::secondary("Paste").icon(icon::CLIPBOARD_TEXT);
    let clear = Button::quiet("Clear").icon(icon::TRASH);
    let buttons = [
        EndButton::new(paste, ScratchAction::Paste).tooltip("In the place of what is there"),
        EndButton::new(clear, ScratchAction::Clear)
            .enabled(!is_empty)
            .tooltip("Forgets text, keys, expectations and forged tokens, and what could be undone"),
    ];
    let left = |ui: &mut Ui| {
        ui.label(text::title("Scratchpad"));
        ui.add_space(space::S);
        let words = if state.scratchpad.is_looking() && !is_empty {
            "reading…"
        } else {
            "what stands here stays on this machine"
        };
        ui.label(text::body(words).color(p.muted));
    };
    if let Some(action) = row_with_buttons(ui, space::CONTROL, left, buttons) {
        actions.push(Action::Scratch(action));
    }
}

fn empty_ui(ui: &mut Ui, actions: &mut Actions) {
    let help = "A token alone, or the text that it stands in: a header, a curl line, JSON, a cookie, a URL, a mail. Each \
                token in it is decoded, explained, checked and compared, whatever is broken";
    let pressed = EmptyState::new(icon::CLIPBOARD_TEXT, "Nothing pasted yet", help)
        .action(Button::primary("Try an example").icon(icon::PLAY))
        .show(ui);
    if pressed.is_some_and(|button| button.clicked()) {
        actions.push(Action::Scratch(ScratchAction::Show(Example::Good)));
    }
    ui.vertical_centered(|ui| {
        if ui.add(Button::quiet("Try a damaged one").icon(icon::WARNING)).clicked() {
            actions.push(Action::Scratch(ScratchAction::Show(Example::Damaged)));
        }
    });
}
