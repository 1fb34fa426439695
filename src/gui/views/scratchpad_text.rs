//! The text of the scratchpad. Of a long one a piece is edited; what is pasted, copied or deleted over all of it is all
//! of it.

use egui::text::{CCursor, CCursorRange};
use egui::text_edit::TextEditState;
use egui::{Context, Event, Key, Ui};

use crate::gui::action::{Action, Actions};
use crate::gui::scratchpad::input::text_id;
use crate::gui::scratchpad::long_text::PIECE_LEN;
use crate::gui::scratchpad::{LongText, ScratchAction, ScratchInput};
use crate::gui::theme::{icon, palette, space, text};
use crate::gui::widgets::{Button, EndButton, Field, row_with_buttons, text_field};

/// How high the text is at most: in a low window the tokens need the room.
const MOST_HEIGHT: f32 = 108.0;
pub(super) const MOST_HEIGHT_LOW: f32 = 56.0;

/// Draws it.
pub(super) fn scratchpad_text_ui(ui: &mut Ui, input: &mut ScratchInput, actions: &mut Actions) {
    let before = input.text.shown();
    let was = input.text.len();
    let was_all = is_all_selected(ui.ctx(), &mut input.text);
    let (mut changed, pasted_over) = whole_events(ui, input);
    let field = Field {
        label: "Text with tokens",
        placeholder: "Paste a token, a curl line, a URL, JSON … it stays on this machine",
        rows: 2,
        most_height: if ui.available_height() < 560.0 {
            MOST_HEIGHT_LOW
        } else {
            MOST_HEIGHT
        },
        ..Field::default()
    };
    let response = text_field(ui, text_id(), &field, input.text.piece());
    if input.takes_focus(text_id()) {
        response.request_focus();
    }
    if response.changed() {
        changed = true;
        let cursor = cursor_of(ui.ctx()).map_or(0, |range| range.end);
        if let Some(cursor) = input.text.settle(cursor) {
            put_cursor(ui.ctx(), cursor);
        }
    }
    if changed && (was_all || pasted_over) {
        actions.push(Action::Scratch(ScratchAction::Replaced));
    } else if changed || was != input.text.len() && before != input.text.shown() {
        actions.push(Action::Scratch(ScratchAction::Changed));
    }
    if !input.text.is_whole() {
        piece_ui(ui, &mut input.text, actions);
    }
}

/// Which piece of a long text is shown, and the way to the others.
fn piece_ui(ui: &mut Ui, text: &mut LongText, actions: &mut Actions) {
    #[derive(Clone, Copy)]
    enum Move {
        Earlier,
        Later,
        Copy,
    }
    let p = palette(ui);
    let (shown, len) = (text.shown(), text.len());
    let buttons = [
        EndButton::new(Button::quiet("Earlier").icon(icon::CARET_UP), Move::Earlier).enabled(shown.start > 0),
        EndButton::new(Button::quiet("Later").icon(icon::CARET_DOWN), Move::Later).enabled(shown.end < len),
        EndButton::new(Button::quiet("Copy all").icon(icon::COPY), Move::Copy),
    ];
    let left = |ui: &mut Ui| {
        let words = format!(
            "A long text: bytes {} to {} of {} stand here to be edited. All of it is read",
            grouped(shown.start + 1),
            grouped(shown.end),
            grouped(len)
        );
        crate::gui::widgets::elided(ui, text::label(words, p.muted));
    };
    match row_with_buttons(ui, space::FIELD, left, buttons) {
        Some(Move::Earlier) => text.earlier(),
        Some(Move::Later) => text.later(),
        Some(Move::Copy) => {
            actions.push(Action::Scratch(ScratchAction::CopyText));
            return;
        }
        None => return,
    }
    // What could be undone belongs to the piece before.
    put_cursor(ui.ctx(), 0);
}

/// Digits in groups of three.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// Whether what is typed or pasted now takes the place of all that is there.
fn is_all_selected(ctx: &Context, text: &mut LongText) -> bool {
    if text.is_empty() {
        return true;
    }
    let len = text.piece().chars().count();
    len > 0 && cursor_of(ctx) == Some(0..len)
}

/// What is done to all of the text, or with more than the field should be given at once: before the field sees it. Says
/// whether the text changed, and whether something was pasted over all of it.
fn whole_events(ui: &Ui, input: &mut ScratchInput) -> (bool, bool) {
    let ctx = ui.ctx();
    let has_focus = ui.memory(|memory| memory.has_focus(text_id()));
    if !has_focus && input.pastes_over == 0 {
        return (false, false);
    }
    let pastes_over = input.pastes_over > 0;
    input.pastes_over = input.pastes_over.saturating_sub(1);
    let is_long = !input.text.is_whole();
    let selected = cursor_of(ctx).unwrap_or(0..0);
    let is_all = is_long && is_all_selected(ctx, &mut input.text);
    let events = ctx.input_mut(|state| {
        let (mine, rest) = std::mem::take(&mut state.events)
            .into_iter()
            .partition::<Vec<Event>, _>(|event| match event {
                Event::Paste(pasted) => pastes_over || is_all || is_long || pasted.len() > PIECE_LEN,
                Event::Copy | Event::Cut | Event::Text(_) => is_all,
                Event::Key { key, pressed, .. } => {
                    is_all && *pressed && matches!(key, Key::Backspace | Key::Delete | Key::Enter)
                }
                _ => false,
            });
        state.events = rest;
        mine
    });
    let (mut changed, mut pasted_over) = (false, false);
    for event in events {
        let cursor = match event {
            Event::Paste(pasted) if pastes_over || is_all => {
                input.pastes_over = 0;
                pasted_over = true;
                input.text.set(pasted.trim_end_matches('\0'));
                if input.text.is_whole() {
                    pasted.chars().count()
                } else {
                    0
                }
            }
            Event::Paste(pasted) => input.text.replace(selected.clone(), &pasted),
            Event::Text(typed) => {
                input.text.set(&typed);
                typed.chars().count()
            }
            event => {
                if !matches!(event, Event::Key { .. }) {
                    // The person asked for the text itself.
                    ctx.copy_text(input.text.whole().expose().to_owned());
                }
                if matches!(event, Event::Copy) {
                    continue;
                }
                input.text.clear();
                0
            }
        };
        changed = true;
        put_cursor(ctx, cursor);
    }
    (changed, pasted_over)
}

/// The characters that are selected, or where the cursor is.
fn cursor_of(ctx: &Context) -> Option<std::ops::Range<usize>> {
    let range = TextEditState::load(ctx, text_id())?.cursor.char_range()?;
    let range = range.as_sorted_char_range();
    Some(range.start.0..range.end.0)
}

/// Puts the cursor there, and forgets what could be undone: it belongs to another piece.
fn put_cursor(ctx: &Context, at: usize) {
    let mut state = TextEditState::default();
    state.cursor.set_char_range(Some(CCursorRange::one(CCursor::new(at))));
    state.store(ctx, text_id());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_grouped() {
        for (number, words) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_048_576, "1,048,576")] {
            assert_eq!(grouped(number), words);
        }
    }
}
