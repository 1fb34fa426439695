//! Header and payload as JSON, indented.

use egui::Ui;

use super::token_view::Sheeted;
use crate::gui::action::Actions;
use crate::gui::state::State;
use crate::gui::token_pane::TokenPane;

/// Draws it.
pub(super) fn claims_json_ui(
    ui: &mut Ui,
    _state: &State,
    shown: &Sheeted<'_>,
    _pane: &mut TokenPane,
    _actions: &mut Actions,
) {
    ui.label(shown.view.token.decoded.payload.text.as_deref().unwrap_or_default());
}
