//! What the provider was asked and what it answered: a bounded log that holds no secret.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use jiff::Timestamp;

use super::state::Shared;

/// How many lines are kept; the oldest go first.
const CAPACITY: usize = 500;

/// The longest path that is kept, in characters.
const PATH_LENGTH: usize = 120;

/// One request that was answered. Never holds a query, a body or a header: codes and tokens travel there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// When it was answered, by the provider's clock.
    pub at: Timestamp,
    /// The HTTP method.
    pub method: String,
    /// The path, without the query.
    pub path: String,
    /// The HTTP status of the answer.
    pub status: u16,
    /// Why the answer was this one, in a short sentence.
    pub why: String,
}

/// Put into a response's extensions by a handler: why it answered so. Must not hold a secret.
#[derive(Clone, Debug)]
pub(super) struct Why(pub(super) String);

/// The last lines.
#[derive(Debug, Default)]
pub(super) struct Log(Mutex<VecDeque<LogLine>>);

impl Log {
    fn lines(&self) -> MutexGuard<'_, VecDeque<LogLine>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a line; drops the oldest when full.
    fn push(&self, line: LogLine) {
        let mut lines = self.lines();
        if lines.len() == CAPACITY {
            lines.pop_front();
        }
        lines.push_back(line);
    }

    /// A copy of all lines, oldest first.
    pub(super) fn snapshot(&self) -> Vec<LogLine> {
        self.lines().iter().cloned().collect()
    }
}

/// The layer that writes a line for each answered request, and dates the answer by the provider's own clock: whoever
/// measures the skew must find the clock that the tokens were issued by.
pub(super) async fn record(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    let method = request.method().to_string();
    let path: String = request.uri().path().chars().take(PATH_LENGTH).collect();
    let response = next.run(request).await;
    let now = shared.clock.now();
    let why = response
        .extensions()
        .get::<Why>()
        .map_or_else(|| default_reason(response.status().as_u16()), |why| why.0.clone());
    tracing::debug!(method, path, status = response.status().as_u16(), why, "demo provider");
    shared.log.push(LogLine {
        at: now,
        method,
        path,
        status: response.status().as_u16(),
        why,
    });
    response
}

/// What to say of an answer that no handler of ours gave.
fn default_reason(status: u16) -> String {
    match status {
        405 => "This path does not take this method".to_owned(),
        413 => "The body is too long".to_owned(),
        _ => "Answered".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_is_bounded_and_drops_the_oldest_line() {
        let log = Log::default();
        for number in 0..CAPACITY + 2 {
            log.push(LogLine {
                at: Timestamp::UNIX_EPOCH,
                method: "GET".into(),
                path: format!("/{number}"),
                status: 200,
                why: String::new(),
            });
        }
        let lines = log.snapshot();
        assert_eq!(lines.len(), CAPACITY);
        assert_eq!(lines[0].path, "/2");
    }
}
