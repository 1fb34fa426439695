//! A system's own account of how tokens are had, step by step, with how far it is: `MyCorp-Auth`'s ten steps to a
//! refresh token, and the steps (A) to (H) of redCORE's diagram (RFC 6749 §1.5).
//!
//! [`Walkthrough::of`] is a pure function of [`Facts`]; whoever follows a login puts these together.

mod facts;
mod mycorp;
mod redcore;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use facts::{Call, Calls, Facts, Held, Problem, Progress, Refresh};

use super::profile::{Grant, Profile};

/// The steps of a system and how far each is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Walkthrough {
    /// What it is about.
    pub title: &'static str,
    /// The steps in their order.
    pub stages: Vec<Stage>,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// What the system's documentation calls it: `1`, `A`.
    pub mark: &'static str,
    /// What is done in it.
    pub title: &'static str,
    /// How far it is.
    pub state: StageState,
    /// What came of it, why it failed or was skipped, or what it waits for. May be empty while it is pending.
    pub why: String,
}

/// How far a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StageState {
    /// Not yet.
    Pending,
    /// Done.
    Passed,
    /// It went wrong.
    Failed,
    /// Not needed, or it cannot be told.
    Skipped,
}

impl StageState {
    /// The word, as JSON output has it: that of a check's outcome where there is one.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Passed => "pass",
            Self::Failed => "fail",
            Self::Skipped => "skip",
        }
    }
}

/// Which account a profile has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    MyCorp,
    RedCore,
}

impl Kind {
    /// By the way of logging in: a profile that somebody made without the template goes the same way.
    fn of(profile: &Profile) -> Option<Self> {
        match (profile.grant, profile.template.as_deref()) {
            (Grant::JsonLogin, _) => Some(Self::MyCorp),
            (Grant::Password, _) | (Grant::AuthorizationCode, Some("redcore")) => Some(Self::RedCore),
            _ => None,
        }
    }
}

impl Walkthrough {
    /// Whether there is one for this profile.
    pub fn is_for(profile: &Profile) -> bool {
        Kind::of(profile).is_some()
    }

    /// The steps of the profile's system, as far as the facts tell.
    pub fn of(facts: &Facts<'_>) -> Option<Self> {
        Some(match Kind::of(facts.profile)? {
            Kind::MyCorp => Self {
                title: "Ten steps to a refresh token",
                stages: mycorp::stages(facts),
            },
            Kind::RedCore => Self {
                title: "Steps (A) to (H) of the refresh token flow",
                stages: redcore::stages(facts),
            },
        })
    }

    /// The step with this mark.
    pub fn stage(&self, mark: &str) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.mark == mark)
    }
}

/// How far a step is, and why.
type Verdict = (StageState, String);

fn passed(why: impl Into<String>) -> Verdict {
    (StageState::Passed, why.into())
}

fn failed(why: impl Into<String>) -> Verdict {
    (StageState::Failed, why.into())
}

fn skipped(why: impl Into<String>) -> Verdict {
    (StageState::Skipped, why.into())
}

fn pending(why: impl Into<String>) -> Verdict {
    (StageState::Pending, why.into())
}

fn stage(mark: &'static str, title: &'static str, (state, why): Verdict) -> Stage {
    Stage {
        mark,
        title,
        state,
        why,
    }
}
