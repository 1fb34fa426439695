//! Something that goes on, step by step.

use egui::{Align, Layout, Ui, Vec2};

use super::spoken::SpokenAs as _;
use crate::gui::theme::{icon, palette, space, text};

/// How far a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepState {
    /// Not begun.
    Pending,
    /// Under way, or waited for.
    Running,
    /// Done.
    Passed,
    /// It went wrong here.
    Failed,
    /// Not needed this time.
    Skipped,
}

impl StepState {
    /// The word that a screen reader says.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Running => "running",
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }
}

/// One step.
#[derive(Clone, Debug)]
pub struct Step<'a> {
    /// How far it is.
    pub state: StepState,
    /// What happens in it.
    pub title: &'a str,
    /// What came of it, or what it waits for. May be empty.
    pub detail: &'a str,
}

/// Shows the steps one below the other.
pub fn steps(ui: &mut Ui, steps: &[Step<'_>]) {
    let p = palette(ui);
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        for step in steps {
            let (sign, color) = match step.state {
                StepState::Pending => (icon::CIRCLE, p.faint),
                StepState::Running => (icon::HOURGLASS, p.accent),
                StepState::Passed => (icon::CHECK_CIRCLE, p.ok),
                StepState::Failed => (icon::X_CIRCLE, p.bad),
                StepState::Skipped => (icon::PROHIBIT, p.faint),
            };
            ui.horizontal_top(|ui| {
                ui.spacing_mut().item_spacing.x = space::M;
                ui.allocate_ui_with_layout(Vec2::new(18.0, 18.0), Layout::left_to_right(Align::Center), |ui| {
                    ui.label(text::body(sign).font(text::icon_font(17.0)).color(color))
                        .spoken_as(step.state.word());
                });
                ui.vertical(|ui| {
                    let pending = matches!(step.state, StepState::Pending | StepState::Skipped);
                    let color = if pending { p.muted } else { p.text };
                    ui.label(text::medium(step.title).color(color));
                    if !step.detail.is_empty() {
                        let color = if step.state == StepState::Failed {
                            p.bad
                        } else {
                            p.muted
                        };
                        ui.label(text::label(step.detail, color));
                    }
                });
            });
            ui.add_space(space::M);
        }
    });
}
