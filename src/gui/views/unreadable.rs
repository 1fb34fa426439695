//! What stands where a token has no claims to show: what is known of it all the same.

use egui::Ui;

use super::token_view::TokenView;
use crate::gui::theme::icon;
use crate::gui::widgets::EmptyState;

/// Draws it.
pub(super) fn unreadable_ui(ui: &mut Ui, view: &TokenView<'_>) {
    let (title, help) = if view.token.decoded.defects.is_empty() {
        (
            "Nothing to read in here",
            "This token is opaque: a random text that only the provider can look up. Its card shows all that is known",
        )
    } else {
        (
            "No claim can be read",
            "What is broken stands above, the rest of the token beside it",
        )
    };
    EmptyState::new(icon::EYE_SLASH, title, help).show(ui);
}
