//! That a profile's connection protects nothing: said on its page as long as it is so.

use egui::Ui;

use crate::gui::item::Item;
use crate::gui::theme::Tone;
use crate::gui::widgets::notice;

/// The words for it in a bar.
pub(super) const INSECURE: &str = "Insecure: certificates are not checked";

/// Draws the banner, while it is so.
pub(super) fn insecure_ui(ui: &mut Ui, item: &Item) {
    if item.profile.insecure {
        let words = "Anybody on the way can read and change all of it. Switch it off in the profile after the test";
        notice(ui, Tone::Bad, INSECURE, words, |_| {});
    }
}
