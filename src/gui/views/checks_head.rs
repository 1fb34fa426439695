//! Above the rows of checks: which are shown, how many there are, and a report of them to hand in.

use egui::Ui;

use crate::gui::action::{Action, Actions};
use crate::gui::check_list::{CheckFilter, CheckList, ChecksPane};
use crate::gui::check_report::{self, Subject};
use crate::gui::theme::{icon, palette, space, text};
use crate::gui::widgets::{Button, EmptyState, EndButton, elided, label_width, row_with_buttons, segmented};

const HEAD: f32 = space::FIELD + 4.0;
/// From this width on the buttons have words.
const WORDS: f32 = 860.0;

/// Draws it. `subject` says what was checked, for the report.
pub(super) fn checks_head_ui(
    ui: &mut Ui,
    list: &CheckList,
    pane: &mut ChecksPane,
    subject: impl FnOnce() -> Subject,
    actions: &mut Actions,
) {
    let p = palette(ui);
    let with_words = ui.available_width() >= WORDS;
    let button = |label, sign| {
        let button = Button::quiet(label);
        if with_words {
            button.icon(sign)
        } else {
            button.icon_only(sign)
        }
    };
    let buttons = [
        EndButton::new(button("Copy report", icon::CLIPBOARD_TEXT), true),
        EndButton::new(button("Copy as JSON", icon::COPY), false),
    ];
    let choices = [
        (CheckFilter::All, "All"),
        (CheckFilter::Problems, "Failed and warnings"),
        (CheckFilter::Skipped, "Skipped"),
    ];
    let summary = list.summary();
    let mut fits = true;
    let left = |ui: &mut Ui| {
        ui.spacing_mut().item_spacing.x = space::S;
        pane.filter = segmented(ui, pane.filter, &choices).unwrap_or(pane.filter);
        fits = label_width(ui, &summary) <= ui.available_width();
        if fits {
            ui.label(text::label(&summary, p.muted));
        }
    };
    let clicked = row_with_buttons(ui, HEAD, left, buttons);
    if !fits {
        elided(ui, text::label(&summary, p.muted));
    }
    match clicked {
        Some(true) => actions.push(Action::Copy {
            what: "the report".to_owned(),
            text: check_report::markdown(list, &subject()),
        }),
        Some(false) => actions.push(Action::Copy {
            what: "the checks as JSON".to_owned(),
            text: check_report::json(list, &subject()),
        }),
        None => {}
    }
}

/// Draws what stands in the place of the rows where none is shown.
pub(super) fn no_such_checks_ui(ui: &mut Ui, list: &CheckList, filter: CheckFilter) {
    let (sign, title, help) = match filter {
        _ if list.lines.is_empty() => (
            icon::EYE_SLASH,
            "Nothing here can be checked",
            "The tokens are opaque, and their answer broke no rule that is known here",
        ),
        CheckFilter::Problems => (
            icon::CHECK_CIRCLE,
            "Nothing failed",
            "Every rule that could be checked was kept",
        ),
        _ => (
            icon::CHECK_CIRCLE,
            "Nothing was skipped",
            "All that the checks need was there",
        ),
    };
    EmptyState::new(sign, title, help).show(ui);
}
