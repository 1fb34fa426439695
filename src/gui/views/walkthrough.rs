//! The steps of a profile's system: each with its mark, how far it is, and why.

use egui::{Margin, ScrollArea, Ui, Vec2};

use crate::gui::theme::{palette, space, text};
use crate::gui::widgets::{Step, StepState, card_frame, steps};
use crate::model::walkthrough::{Stage, StageState, Walkthrough};

/// From this width on there are two columns.
const TWO_COLUMNS: f32 = 560.0;

/// Draws the tab.
pub(super) fn walkthrough_tab_ui(ui: &mut Ui, walkthrough: &Walkthrough) {
    let size = ui.available_size() - Vec2::splat(42.0);
    card_frame(ui).inner_margin(Margin::same(20)).show(ui, |ui| {
        ui.set_min_size(size);
        ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
            ui.horizontal_wrapped(|ui| {
                ui.label(text::title(walkthrough.title).size(15.0));
                ui.label(text::label(tally(walkthrough), palette(ui).muted));
            });
            ui.add_space(space::M);
            walkthrough_ui(ui, walkthrough);
        });
    });
}

/// Draws the steps alone: in two columns when there is room.
pub(super) fn walkthrough_ui(ui: &mut Ui, walkthrough: &Walkthrough) {
    let stages = &walkthrough.stages;
    if ui.available_width() < TWO_COLUMNS {
        column_ui(ui, stages);
        return;
    }
    let (left, right) = stages.split_at(stages.len().div_ceil(2));
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.x = space::L;
        ui.columns(2, |columns| {
            column_ui(&mut columns[0], left);
            column_ui(&mut columns[1], right);
        });
    });
}

fn column_ui(ui: &mut Ui, stages: &[Stage]) {
    let words: Vec<(StepState, String, String)> = stages.iter().map(words).collect();
    let shown: Vec<Step<'_>> = words
        .iter()
        .map(|(state, title, detail)| Step {
            state: *state,
            title,
            detail,
        })
        .collect();
    steps(ui, &shown);
}

fn words(stage: &Stage) -> (StepState, String, String) {
    let state = match stage.state {
        StageState::Pending => StepState::Pending,
        StageState::Passed => StepState::Passed,
        StageState::Failed => StepState::Failed,
        StageState::Skipped => StepState::Skipped,
    };
    let title = match stage.mark.parse::<u8>() {
        Ok(number) => format!("{number}. {}", stage.title),
        Err(_) => format!("({}) {}", stage.mark, stage.title),
    };
    let detail = match stage.why.as_str() {
        "" => state.word().to_owned(),
        why => format!("{} · {why}", state.word()),
    };
    (state, title, detail)
}

/// `8 passed, 1 failed, 1 pending`.
fn tally(walkthrough: &Walkthrough) -> String {
    let states = [
        (StageState::Passed, "passed"),
        (StageState::Failed, "failed"),
        (StageState::Skipped, "skipped"),
        (StageState::Pending, "pending"),
    ];
    let counts = states.map(|(state, word)| {
        let count = walkthrough.stages.iter().filter(|stage| stage.state == state).count();
        (count, word)
    });
    let words = counts.iter().filter(|(count, _)| *count > 0);
    words
        .map(|(count, word)| format!("{count} {word}"))
        .collect::<Vec<_>>()
        .join(", ")
}
