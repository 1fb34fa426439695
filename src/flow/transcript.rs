//! The exchanges of one operation, in order.

use std::ops::Range;

use crate::model::exchange::Exchange;

/// Collects exchanges while a flow runs; what was recorded before a failure is still there.
#[derive(Debug, Default)]
pub struct Transcript(Vec<Exchange>);

impl Transcript {
    /// Adds one.
    pub fn record(&mut self, exchange: Exchange) {
        self.0.push(exchange);
    }

    /// Adds those that there are.
    pub(super) fn record_all(&mut self, exchanges: impl IntoIterator<Item = Exchange>) {
        self.0.extend(exchanges);
    }

    /// All of them, in order.
    pub fn into_exchanges(self) -> Vec<Exchange> {
        self.0
    }

    /// All of them so far.
    pub fn exchanges(&self) -> &[Exchange] {
        &self.0
    }

    /// Forgets some of them, by their place.
    pub(super) fn forget(&mut self, range: Range<usize>) {
        self.0.drain(range);
    }

    /// The one that came last.
    pub fn last(&self) -> Option<&Exchange> {
        self.0.last()
    }
}
