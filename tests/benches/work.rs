//! How long a frame is.

use std::time::Instant;

/// What this thread has worked, where the system tells that (Linux): on a busy machine a frame waits for its turn as well.
pub(crate) enum Work {
    Worked(f64),
    Passed(Instant),
}

impl Work {
    pub(crate) fn now() -> Self {
        worked_ms().map_or_else(|| Self::Passed(Instant::now()), Self::Worked)
    }

    pub(crate) fn elapsed_ms(&self) -> f64 {
        match self {
            Self::Worked(before) => worked_ms().unwrap_or(*before) - before,
            Self::Passed(since) => since.elapsed().as_secs_f64() * 1000.0,
        }
    }
}

fn worked_ms() -> Option<f64> {
    // The kernel brings the figure up to date when it looks for somebody else to run, and else at its ticks alone: every 4 ms.
    std::thread::yield_now();
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let ns: f64 = told.split_whitespace().next()?.parse().ok()?;
    Some(ns / 1e6)
}
