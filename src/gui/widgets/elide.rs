//! Text that gives way: cut off with `…`, whole in the tooltip.

use std::borrow::Cow;

use egui::{Color32, Label, Response, RichText, Sense, Ui};

use super::spoken::SpokenAs as _;
use crate::gui::theme::text;

/// One line, cut off at the available width. egui shows the whole text as a tooltip when it is cut off.
pub fn elided(ui: &mut Ui, words: impl Into<RichText>) -> Response {
    ui.add(Label::new(words.into()).truncate().sense(Sense::hover()))
}

/// As [`elided`], with a tooltip that says more than the text does.
pub fn elided_with_tooltip(ui: &mut Ui, words: impl Into<RichText>, tooltip: &str) -> Response {
    ui.add(
        Label::new(words.into())
            .truncate()
            .show_tooltip_when_elided(false)
            .sense(Sense::hover()),
    )
    .on_hover_text(tooltip)
}

/// How wide a label, a hint or a unit is when nothing of it is cut off.
pub fn label_width(ui: &Ui, words: &str) -> f32 {
    let galley = ui
        .painter()
        .layout_no_wrap(words.to_owned(), text::label_font(), Color32::PLACEHOLDER);
    galley.size().x
}

/// What came over the wire, cut in its middle: of an address, host and end tell it from others.
pub fn elided_middle(ui: &mut Ui, words: &str, color: Color32, tooltip: &str) {
    let letter = ui.ctx().fonts_mut(|fonts| fonts.glyph_width(&text::mono_font(), 'm'));
    let room = ui.available_width() / letter.max(1.0);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a window has few and no negative columns"
    )]
    let cut = cut_middle(words, room.max(0.0) as usize);
    elided_with_tooltip(ui, text::mono(cut).color(color), tooltip).spoken_as(words);
}

/// `text` in no more than `columns` characters: with `…` in the place of its middle.
fn cut_middle(text: &str, columns: usize) -> Cow<'_, str> {
    let count = text.chars().count();
    if count <= columns || columns < 3 {
        return Cow::Borrowed(text);
    }
    let (head, tail) = ((columns - 1) / 2, columns / 2);
    let start: String = text.chars().take(head).collect();
    Cow::Owned(text.chars().skip(count - tail).fold(start + "…", |mut cut, c| {
        cut.push(c);
        cut
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_loses_its_middle() {
        for (columns, shown) in [(22, "https://ä.example/role"), (9, "http…role"), (8, "htt…role")] {
            assert_eq!(cut_middle("https://ä.example/role", columns), shown);
        }
        assert_eq!(cut_middle("sub", 3), "sub");
    }
}
