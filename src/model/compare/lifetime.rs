//! How long a token lives, before and after.

use jiff::Timestamp;

use crate::model::claims::{time_of, two_units};
use crate::model::members::Member;

/// The lifetimes of two tokens, from `iat` (else `nbf`) to `exp`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LifetimeChange {
    /// Seconds that the earlier one lives.
    pub before_s: i64,
    /// Seconds that the later one lives.
    pub after_s: i64,
}

impl LifetimeChange {
    /// Both lifetimes, where both tokens say theirs.
    pub(super) fn of(before: &[Member], after: &[Member]) -> Option<Self> {
        Some(Self {
            before_s: lifetime_s(before)?,
            after_s: lifetime_s(after)?,
        })
    }

    /// In words: `lives 5 min 0 s longer`, `lives as long`.
    pub fn words(&self) -> String {
        match self.after_s.saturating_sub(self.before_s) {
            0 => format!("lives as long: {}", two_units(self.after_s)),
            more if more > 0 => format!("lives {} longer", two_units(more)),
            less => format!("lives {} shorter", two_units(less)),
        }
    }
}

fn lifetime_s(members: &[Member]) -> Option<i64> {
    let time = |name: &str| -> Option<Timestamp> {
        let member = members.iter().rev().find(|member| member.name == name)?;
        time_of(name, &member.value())
    };
    let starts = time("iat").or_else(|| time("nbf"))?;
    Some(time("exp")?.duration_since(starts).as_secs())
}
