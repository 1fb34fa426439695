//! What is wrong with a token and what was judged: its checks as in the tab Checks, and beside them what else is to be
//! said of it.

use std::sync::Arc;

use egui::{Ui, Vec2};

use super::check_details::check_details_ui;
use super::checks_head::{checks_head_ui, no_such_checks_ui};
use super::checks_table::checks_table_ui;
use super::scratchpad_notes::scratchpad_notes_ui;
use super::token_view::card_of;
use crate::engine::Inspected;
use crate::gui::action::Actions;
use crate::gui::check_list::{CheckLine, CheckList, ChecksPane};
use crate::gui::check_report::Subject;
use crate::gui::scratchpad::ScratchInput;
use crate::gui::state::State;
use crate::gui::theme::{icon, space};
use crate::gui::widgets::{Button, EndButton, row_with_buttons, section_label, segmented};
use crate::model::inspection::Inspection;

/// Below this width one thing is shown at a time.
const BOTH: f32 = 700.0;
const SIDE: f32 = 300.0;

/// Draws it over all the room that there is.
pub(super) fn scratchpad_findings_ui(
    ui: &mut Ui,
    state: &State,
    look: &Arc<Inspected>,
    inspection: &Inspection,
    input: &mut ScratchInput,
    actions: &mut Actions,
) {
    let size = ui.available_size();
    let nth = state.scratchpad.chosen;
    let name = state.scratchpad.name(nth);
    let list = state.check_lists.of_token(look, nth, &inspection.checks);
    if list.lines.is_empty() {
        card_of(ui, size, |ui| scratchpad_notes_ui(ui, state, inspection, actions));
        return;
    }
    let pane = &mut input.checks;
    pane.walking_opens = size.x >= BOTH;
    let shown: Vec<&CheckLine> = {
        let lines = list.lines.iter();
        lines.filter(|line| pane.filter.lets(line.check.outcome)).collect()
    };
    let chosen = shown
        .iter()
        .find(|line| Some(&line.key) == pane.chosen.as_ref())
        .copied();
    if size.x < BOTH {
        card_of(ui, size, |ui| {
            if let Some(line) = chosen {
                return check_details_ui(ui, line, Some(pane), actions);
            }
            let choices = [(false, "Checks"), (true, "Signature and defects")];
            let wanted = segmented(ui, input.shows_notes, &choices);
            input.shows_notes = wanted.unwrap_or(input.shows_notes);
            if input.shows_notes {
                scratchpad_notes_ui(ui, state, inspection, actions);
            } else {
                checks_ui(ui, &list, &shown, None, pane, name, inspection, actions);
            }
        });
        return;
    }
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = space::M;
        card_of(ui, Vec2::new(size.x - SIDE - space::M, size.y), |ui| {
            checks_ui(ui, &list, &shown, chosen, pane, name, inspection, actions);
        });
        card_of(ui, Vec2::new(SIDE, size.y), |ui| {
            let Some(line) = chosen else {
                return scratchpad_notes_ui(ui, state, inspection, actions);
            };
            let close = Button::quiet("Close details").icon_only(icon::X).small();
            let title = |ui: &mut Ui| {
                section_label(ui, "Check");
            };
            if row_with_buttons(ui, space::FIELD, title, [EndButton::new(close, ())]).is_some() {
                pane.chosen = None;
            }
            check_details_ui(ui, line, None, actions);
        });
    });
}

#[expect(clippy::too_many_arguments, reason = "one table with what stands in it")]
fn checks_ui(
    ui: &mut Ui,
    list: &CheckList,
    shown: &[&CheckLine],
    chosen: Option<&CheckLine>,
    pane: &mut ChecksPane,
    name: &str,
    inspection: &Inspection,
    actions: &mut Actions,
) {
    let subject = || Subject::token(inspection, name.to_owned());
    checks_head_ui(ui, list, pane, subject, actions);
    if shown.is_empty() {
        no_such_checks_ui(ui, list, pane.filter);
    } else {
        checks_table_ui(ui, shown, chosen.map(|line| &line.key), pane);
    }
}
