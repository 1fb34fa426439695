//! The only place where a colour is made from numbers.

use egui::Color32;

/// The colour `0xRRGGBB`.
#[expect(
    clippy::disallowed_methods,
    clippy::cast_possible_truncation,
    reason = "this is where colours are made, and each shift leaves one byte"
)]
pub(super) const fn rgb(hex: u32) -> Color32 {
    Color32::from_rgb((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

/// Black that lets `1 - alpha / 255` of what is below through: shadows and the ground behind a dialog.
#[expect(clippy::disallowed_methods, reason = "this is where colours are made")]
pub(super) const fn shade(alpha: u8) -> Color32 {
    Color32::from_black_alpha(alpha)
}
