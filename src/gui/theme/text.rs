//! Pieces of text by their role. The colour is the theme's usual one until the caller gives another.

use egui::{Color32, FontFamily, FontId, RichText};

use super::fonts;

/// Size of body text.
pub const BODY: f32 = 13.0;
/// Size of labels and hints.
pub const LABEL: f32 = 11.0;
/// Size of text that came over the wire.
pub const MONO: f32 = 12.0;

fn named(family: &'static str, size: f32) -> FontId {
    FontId::new(size, FontFamily::Name(family.into()))
}

/// Inter 13.
pub fn body_font() -> FontId {
    FontId::proportional(BODY)
}

/// Inter 11.
pub fn label_font() -> FontId {
    FontId::proportional(LABEL)
}

/// Inter medium 13: buttons, tabs.
pub fn medium_font() -> FontId {
    named(fonts::MEDIUM, BODY)
}

/// Inter semibold 13.
pub fn strong_font() -> FontId {
    named(fonts::STRONG, BODY)
}

/// Inter semibold 17: the page's title.
pub fn title_font() -> FontId {
    named(fonts::STRONG, 17.0)
}

/// Inter semibold 20 with figures of one width.
pub fn countdown_font() -> FontId {
    named(fonts::NUMBERS, 20.0)
}

/// `JetBrains` Mono 12.
pub fn mono_font() -> FontId {
    FontId::monospace(MONO)
}

/// `JetBrains` Mono 30: a code that is read out and typed elsewhere.
pub fn user_code_font() -> FontId {
    FontId::monospace(30.0)
}

/// An icon of `super::icon`, as an outline.
pub fn icon_font(size: f32) -> FontId {
    FontId::proportional(size)
}

/// An icon of `super::icon::filled`.
pub fn filled_font(size: f32) -> FontId {
    named(fonts::FILLED, size)
}

/// What is read.
pub fn body(text: impl Into<String>) -> RichText {
    RichText::new(text).font(body_font())
}

/// A label, a hint, a unit.
pub fn label(text: impl Into<String>, color: Color32) -> RichText {
    RichText::new(text).font(label_font()).color(color)
}

/// A word with some weight.
pub fn medium(text: impl Into<String>) -> RichText {
    RichText::new(text).font(medium_font())
}

/// The title of a card.
pub fn strong(text: impl Into<String>) -> RichText {
    RichText::new(text).font(strong_font())
}

/// The title of the page.
pub fn title(text: impl Into<String>) -> RichText {
    RichText::new(text).font(title_font())
}

/// A number that counts down.
pub fn countdown(text: impl Into<String>) -> RichText {
    RichText::new(text).font(countdown_font())
}

/// What came over the wire.
pub fn mono(text: impl Into<String>) -> RichText {
    RichText::new(text).font(mono_font())
}
