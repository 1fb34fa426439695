//! A token's header and claims, to be changed and signed again for tests.

use egui::Ui;

use crate::gui::action::Actions;
use crate::gui::scratchpad::ScratchInput;
use crate::gui::state::State;
use crate::model::inspection::Inspection;

/// Draws it.
pub(super) fn scratchpad_edit_ui(
    _ui: &mut Ui,
    _state: &State,
    _inspection: &Inspection,
    _input: &mut ScratchInput,
    _actions: &mut Actions,
) {
}
