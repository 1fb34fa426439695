//! The look: every colour, size, font and icon stands here and nowhere else.
//!
//! [`install`] once at start puts it into egui for both themes; widgets then ask [`palette`] for a colour by its
//! meaning, [`text`] for a piece of text by its role and [`space`] for a distance.

mod colors;
mod fonts;
pub mod icon;
mod palette;
pub mod space;
mod style;
pub mod text;

pub use palette::{Palette, QR_DARK, QR_LIGHT, Tone, palette};

use egui::{Context, Theme};

/// Loads the fonts and sets egui's style for the dark and the light theme.
pub fn install(ctx: &Context) {
    ctx.set_fonts(fonts::definitions());
    for theme in [Theme::Dark, Theme::Light] {
        ctx.set_style_of(theme, style::style(theme));
    }
}
