//! A clock that can be put forward, so that nobody waits a day for a token to end.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};

use crate::model::Clock;
use crate::system::SystemClock;

/// The wall clock, put forward: for the client and the embedded provider alike.
#[derive(Debug, Default)]
pub(super) struct ShiftedClock {
    ahead_s: AtomicI64,
}

impl ShiftedClock {
    /// Puts it forward by so many seconds more.
    pub(super) fn advance_s(&self, seconds: i64) {
        self.ahead_s.fetch_add(seconds, Ordering::Relaxed);
    }
}

impl Clock for ShiftedClock {
    fn now(&self) -> Timestamp {
        let now = SystemClock.now();
        let ahead = SignedDuration::from_secs(self.ahead_s.load(Ordering::Relaxed));
        now.checked_add(ahead).unwrap_or(now)
    }
}
