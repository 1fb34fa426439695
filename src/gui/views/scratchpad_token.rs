//! The chosen token of the scratchpad: its verdict in a line, and what is to be known of it in tabs.

use egui::Ui;

use super::token_view::{TokenView, token_view_ui};
use crate::gui::action::{Action, Actions};
use crate::gui::scratchpad::{EditInput, ScratchAction, ScratchInput, ScratchTab};
use crate::gui::state::State;
use crate::gui::theme::{Tone, icon};
use crate::gui::widgets::{Button, EmptyState, EndButton, Tab, tab_bar};
use crate::model::checks::Outcome;
use crate::model::inspection::Inspection;

/// Draws it.
pub(super) fn scratchpad_token_ui(
    ui: &mut Ui,
    state: &State,
    flat: &[(usize, &Inspection)],
    input: &mut ScratchInput,
    actions: &mut Actions,
) {
    let pad = &state.scratchpad;
    let Some((_, inspection)) = flat.get(pad.chosen) else {
        EmptyState::new(icon::HOURGLASS, "Reading…", "The new token is being looked at").show(ui);
        return;
    };
    super::scratchpad_verdict::verdict_ui(ui, inspection);
    let tabs = tabs(inspection, pad.compared.is_some() || flat.len() > 1);
    let tab = if tabs.iter().any(|tab| tab.value == pad.tab) {
        pad.tab
    } else {
        ScratchTab::Claims
    };
    if let Some(tab) = tab_bar(ui, tab, &tabs) {
        actions.push(Action::Scratch(match tab {
            ScratchTab::Edit if input.edit.is_none() => ScratchAction::Edit,
            tab => ScratchAction::Open(tab),
        }));
    }
    match tab {
        ScratchTab::Claims => claims_ui(ui, state, flat, inspection, input, actions),
        ScratchTab::Findings => {
            let Some(look) = &pad.result else { return };
            super::scratchpad_findings::scratchpad_findings_ui(ui, state, look, inspection, input, actions);
        }
        ScratchTab::Compare => super::scratchpad_compare::scratchpad_compare_ui(ui, state, flat, actions),
        ScratchTab::Edit => super::scratchpad_edit::scratchpad_edit_ui(ui, state, inspection, input, actions),
    }
}

fn tabs(inspection: &Inspection, can_compare: bool) -> Vec<Tab<'static, ScratchTab>> {
    let tab = |value, label, count| Tab {
        value,
        label,
        count,
        tone: None,
        shortcut: String::new(),
    };
    let has_failed = inspection.checks.iter().any(|check| check.outcome == Outcome::Fail);
    let wrong = inspection.token.decoded.defects.len()
        + inspection
            .checks
            .iter()
            .filter(|check| matches!(check.outcome, Outcome::Fail | Outcome::Warn))
            .count();
    let mut tabs = vec![
        tab(ScratchTab::Claims, "Claims", None),
        Tab {
            tone: (wrong > 0).then_some(if has_failed { Tone::Bad } else { Tone::Warn }),
            ..tab(ScratchTab::Findings, "Findings", Some(wrong).filter(|&wrong| wrong > 0))
        },
    ];
    if can_compare {
        tabs.push(tab(ScratchTab::Compare, "Compare", None));
    }
    if EditInput::is_possible(inspection) {
        tabs.push(tab(ScratchTab::Edit, "Edit…", None));
    }
    tabs
}

fn claims_ui(
    ui: &mut Ui,
    state: &State,
    flat: &[(usize, &Inspection)],
    inspection: &Inspection,
    input: &mut ScratchInput,
    actions: &mut Actions,
) {
    let pad = &state.scratchpad;
    let view = TokenView {
        token: &inspection.token,
        name: "token",
        signature: Some(&inspection.signature),
        before: None,
        content: inspection
            .decryption
            .as_ref()
            .and_then(|decryption| decryption.content.as_ref()),
        response_defects: &[],
        now: if input.at.trim().is_empty() {
            state.now
        } else {
            inspection.at
        },
        copy: Action::Scratch(ScratchAction::Copy(pad.chosen)),
        more: compare_button(state, flat, inspection),
    };
    token_view_ui(ui, state, view, &mut input.pane, actions, |_, _| {});
}

/// Where there is only one token, it can wait for another one to be compared with.
fn compare_button(
    state: &State,
    flat: &[(usize, &Inspection)],
    inspection: &Inspection,
) -> Vec<EndButton<'static, Action>> {
    let fingerprint = &inspection.token.fingerprint;
    if inspection.token.decoded.payload.members.is_empty() || flat.len() < 2 {
        return Vec::new();
    }
    let is_marked = state.scratchpad.compared.as_ref() == Some(fingerprint);
    let action = Action::Scratch(ScratchAction::CompareWith((!is_marked).then(|| fingerprint.clone())));
    let button = if is_marked {
        Button::quiet("Compare with nothing").icon_only(icon::X)
    } else {
        Button::quiet("Compare with…").icon_only(icon::ARROWS_LEFT_RIGHT)
    };
    vec![EndButton::new(button, action)]
}
