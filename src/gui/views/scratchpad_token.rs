//! The chosen token of the scratchpad: its verdict in a line, and what is to be known of it in tabs.

use egui::{KeyboardShortcut, Ui};

use super::scratchpad_verdict::is_opened;
use super::token_view::{TokenView, token_view_ui};
use crate::gui::action::{Action, Actions};
use crate::gui::scratchpad::{ScratchAction, ScratchInput, ScratchTab, TAB_KEYS};
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
    let judged_at = input.at().ok().flatten();
    super::scratchpad_verdict::verdict_ui(ui, state, inspection, judged_at, actions);
    let tabs = tabs(ui, &pad.tabs(), inspection);
    let tab = if tabs.iter().any(|tab| tab.value == pad.tab) {
        pad.tab
    } else {
        ScratchTab::Claims
    };
    if let Some(tab) = tab_bar(ui, tab, &tabs) {
        actions.push(Action::Scratch(input.opening(tab)));
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

fn tabs(ui: &Ui, shown: &[ScratchTab], inspection: &Inspection) -> Vec<Tab<'static, ScratchTab>> {
    let has_failed = inspection.checks.iter().any(|check| check.outcome == Outcome::Fail);
    let wrong = inspection.token.decoded.defects.len()
        + inspection
            .checks
            .iter()
            .filter(|check| matches!(check.outcome, Outcome::Fail | Outcome::Warn))
            .count();
    let tab = |(&value, keys): (&ScratchTab, &KeyboardShortcut)| {
        let label = match value {
            ScratchTab::Claims => "Claims",
            ScratchTab::Findings => "Findings",
            ScratchTab::Compare => "Compare",
            ScratchTab::Edit => "Edit…",
        };
        let is_wrong = value == ScratchTab::Findings && wrong > 0;
        Tab {
            value,
            label,
            count: is_wrong.then_some(wrong),
            tone: is_wrong.then_some(if has_failed { Tone::Bad } else { Tone::Warn }),
            shortcut: ui.ctx().format_shortcut(keys),
        }
    };
    shown.iter().zip(&TAB_KEYS).map(tab).collect()
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
        signature: (!is_opened(inspection)).then_some(&inspection.signature),
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
        inside: inside(flat, pad.chosen, inspection),
        opens_keys: Some(Action::Scratch(ScratchAction::OpenKeys)),
        copy: Action::Scratch(ScratchAction::Copy(pad.chosen)),
        more: compare_button(state, inspection),
    };
    token_view_ui(ui, state, view, &mut input.pane, actions, |_, _| {});
}

/// What shows the token that was encrypted in this one: it stands below it in the list.
fn inside(flat: &[(usize, &Inspection)], at: usize, inspection: &Inspection) -> Option<Action> {
    let inner = inspection.inner.first()?;
    let rest = flat.iter().enumerate().skip(at);
    let (at, _) = rest.into_iter().find(|(_, (_, one))| std::ptr::eq(*one, inner))?;
    Some(Action::Scratch(ScratchAction::Choose(at)))
}

/// Leads to what it can be compared with.
fn compare_button(state: &State, inspection: &Inspection) -> Vec<EndButton<'static, Action>> {
    let fingerprint = &inspection.token.fingerprint;
    if !state.scratchpad.tabs().contains(&ScratchTab::Compare) {
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
