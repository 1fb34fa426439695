//! Time and randomness, passed in: the model never reads either by itself.

use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};

/// A source of wall-clock time.
pub trait Clock: Send + Sync + fmt::Debug {
    /// What the time is now.
    fn now(&self) -> Timestamp;
}

/// A clock that stands still until it is moved: for tests, and for pictures that must not change.
#[derive(Debug)]
pub struct ManualClock {
    unix_ms: AtomicI64,
}

impl ManualClock {
    /// A clock that stands at `start`.
    pub fn new(start: Timestamp) -> Self {
        Self {
            unix_ms: AtomicI64::new(start.as_millisecond()),
        }
    }

    /// Moves the clock on, or back with a negative duration.
    pub fn advance(&self, by: SignedDuration) {
        let by_ms = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        self.unix_ms.fetch_add(by_ms, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.unix_ms.load(Ordering::SeqCst))
            .expect("a test clock stays within the years that a timestamp can hold")
    }
}

/// A source of bytes that nobody can guess. Tests pass one that repeats.
pub trait Random: Send + Sync + fmt::Debug {
    /// Fills `buffer` with random bytes.
    fn fill(&self, buffer: &mut [u8]);
}

/// Bytes that count up from a seed: the same every time, so a test can name what it expects. Never for real use.
#[derive(Debug, Default)]
pub struct CountingRandom {
    next: AtomicI64,
}

impl Random for CountingRandom {
    fn fill(&self, buffer: &mut [u8]) {
        for byte in buffer {
            let value = self.next.fetch_add(1, Ordering::SeqCst);
            *byte = value.to_le_bytes()[0];
        }
    }
}
