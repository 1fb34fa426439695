//! Everything about one claim: the whole value, what it means, what it was.

use egui::Ui;

use super::token_view::Sheeted;
use crate::gui::action::Actions;
use crate::gui::state::State;
use crate::gui::token_pane::TokenPane;

/// Draws it, where a claim is chosen; says whether one is.
pub(super) fn claim_details_ui(
    _ui: &mut Ui,
    _state: &State,
    _shown: &Sheeted<'_>,
    _pane: &mut TokenPane,
    _actions: &mut Actions,
) -> bool {
    false
}
