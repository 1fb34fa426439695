//! The steps of a profile's system, followed while its operations run: told as they happen, printed at the end.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

use super::check_line::visible;
use super::printer::{Paint, Printer};
use crate::engine::{EventKind, Failure, Journey, OperationKind};
use crate::model::walkthrough::{Stage, StageState, Walkthrough};
use crate::model::{Clock as _, Profile};
use crate::system::SystemClock;

/// Follows one profile. Clones share what they know.
#[derive(Clone, Debug)]
pub(super) struct Checklist(Arc<Mutex<Following>>);

#[derive(Debug)]
struct Following {
    profile: Profile,
    journey: Journey,
    /// How far each step was when it was told last.
    told: Vec<StageState>,
}

impl Checklist {
    /// Follows a profile whose login begins now.
    pub(super) fn of(profile: Profile) -> Self {
        let mut journey = Journey::default();
        journey.login_began();
        Self(Arc::new(Mutex::new(Following {
            profile,
            journey,
            told: Vec::new(),
        })))
    }

    fn following(&self) -> MutexGuard<'_, Following> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in an event.
    pub(super) fn apply(&self, event: &EventKind) {
        self.following().journey.apply(event);
    }

    /// An operation failed.
    pub(super) fn failed(&self, kind: OperationKind, failure: &Failure) {
        self.following().journey.failed(kind, failure);
    }

    /// The steps as they are; none where the profile's system has no such list.
    pub(super) fn walkthrough(&self) -> Option<Walkthrough> {
        self.following().walkthrough()
    }

    /// Tells the steps that have passed or failed since the last time.
    pub(super) fn tell_news(&self, printer: Printer) {
        let mut following = self.following();
        let Some(walkthrough) = following.walkthrough() else {
            return;
        };
        let before = std::mem::take(&mut following.told);
        for (at, stage) in walkthrough.stages.iter().enumerate() {
            let came_to_something = matches!(stage.state, StageState::Passed | StageState::Failed);
            if came_to_something && before.get(at) != Some(&stage.state) {
                printer.tell(&line(stage, printer));
            }
        }
        following.told = walkthrough.stages.iter().map(|stage| stage.state).collect();
    }

    /// The steps for a JSON document.
    pub(super) fn json(&self) -> Option<Value> {
        let walkthrough = self.walkthrough()?;
        let stage = |stage: &Stage| {
            json!({
                "step": stage.mark,
                "title": stage.title,
                "outcome": stage.state.as_str(),
                "message": stage.why,
            })
        };
        Some(walkthrough.stages.iter().map(stage).collect())
    }

    /// The same for people, under a headline; nothing where there is no list.
    pub(super) fn lines(&self, printer: Printer) -> Vec<String> {
        let Some(walkthrough) = self.walkthrough() else {
            return Vec::new();
        };
        let mut lines = vec![walkthrough.title.to_owned()];
        lines.extend(
            walkthrough
                .stages
                .iter()
                .map(|stage| format!("  {}", line(stage, printer))),
        );
        lines
    }
}

impl Following {
    fn walkthrough(&self) -> Option<Walkthrough> {
        self.journey.walkthrough(&self.profile, SystemClock.now())
    }
}

/// `✓ 4   Send the request                   The server answered`.
fn line(stage: &Stage, printer: Printer) -> String {
    let (paint, sign) = match stage.state {
        StageState::Pending => (Paint::Faint, "·"),
        StageState::Passed => (Paint::Ok, "✓"),
        StageState::Failed => (Paint::Bad, "✕"),
        StageState::Skipped => (Paint::Faint, "○"),
    };
    let sign = printer.paint(paint, sign);
    let line = format!("{sign} {:<2} {:<38} {}", stage.mark, stage.title, visible(&stage.why));
    line.trim_end().to_owned()
}
