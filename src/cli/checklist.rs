//! The steps of a profile's system, followed while its operations run: told as they happen, printed at the end.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

use super::printer::{Paint, Printer};
use crate::engine::{EventKind, Failure, Journey, OperationKind};
use crate::model::visible;
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

    /// Tells the steps that have passed or failed since the last time, in their order: one that has passed waits for those
    /// before it.
    pub(super) fn tell_news(&self, printer: Printer) {
        self.tell(printer, false);
    }

    /// The same when an operation has ended: nothing is waited for any more.
    pub(super) fn tell_rest(&self, printer: Printer) {
        self.tell(printer, true);
    }

    fn tell(&self, printer: Printer, has_ended: bool) {
        let mut following = self.following();
        let Some(walkthrough) = following.walkthrough() else {
            return;
        };
        for at in news(&mut following.told, &walkthrough.stages, has_ended) {
            printer.tell(&line(&walkthrough.stages[at], printer));
        }
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

/// Which steps are to be told now, and notes in `told` how far each was then.
fn news(told: &mut Vec<StageState>, stages: &[Stage], has_ended: bool) -> Vec<usize> {
    let before = std::mem::take(told);
    let mut is_waiting = false;
    let mut news = Vec::new();
    for (at, stage) in stages.iter().enumerate() {
        is_waiting |= stage.state == StageState::Pending && !has_ended;
        let is_held = is_waiting && stage.state == StageState::Passed;
        let came_to_something = matches!(stage.state, StageState::Passed | StageState::Failed);
        let was = before.get(at).copied();
        if came_to_something && !is_held && was != Some(stage.state) {
            news.push(at);
        }
        // What was told once stays told while it waits.
        told.push(if is_held {
            was.unwrap_or(StageState::Pending)
        } else {
            stage.state
        });
    }
    news
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

#[cfg(test)]
mod tests {
    use super::*;
    use StageState::{Failed, Passed, Pending, Skipped};

    fn stages(states: &[StageState]) -> Vec<Stage> {
        let mut stages = Vec::new();
        for &state in states {
            stages.push(Stage {
                mark: "1",
                title: "A step",
                state,
                why: String::new(),
            });
        }
        stages
    }

    #[test]
    fn a_step_that_has_passed_waits_for_those_before_it() {
        let mut told = Vec::new();
        let mut tell = |states: &[StageState], has_ended| news(&mut told, &stages(states), has_ended);
        assert_eq!(tell(&[Passed, Pending, Passed, Pending], false), [0]);
        assert_eq!(tell(&[Passed, Passed, Passed, Pending], false), [1, 2]);
        assert_eq!(tell(&[Passed, Passed, Passed, Passed], false), [3]);
        assert!(
            tell(&[Passed, Passed, Passed, Passed], true).is_empty(),
            "each is told once"
        );
        // A later refresh: what was told stays told.
        assert!(tell(&[Passed, Pending, Passed, Passed], false).is_empty());
    }

    #[test]
    fn a_failure_is_told_at_once_and_the_end_waits_for_nothing() {
        let mut told = Vec::new();
        let mut tell = |states: &[StageState], has_ended| news(&mut told, &stages(states), has_ended);
        assert_eq!(tell(&[Skipped, Passed, Pending, Failed, Passed], false), [1, 3]);
        assert_eq!(tell(&[Skipped, Passed, Pending, Failed, Passed], true), [4]);
    }
}
