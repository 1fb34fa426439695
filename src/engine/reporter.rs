//! How an operation tells what happens: events go out first, the window is woken after.

use std::fmt;
use std::sync::Arc;

use tokio::sync::mpsc;

use super::event::{Event, EventKind};
use super::operation::OperationId;

/// Wakes the reader of the events.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

/// How many events may wait for a reader. An operation that tells more waits: nothing is dropped.
pub const EVENT_QUEUE_LEN: usize = 256;

/// Tells the events of one operation.
#[derive(Clone)]
pub struct Reporter {
    operation: OperationId,
    events: mpsc::Sender<Event>,
    wake: Wake,
}

impl Reporter {
    /// A reporter for `operation`.
    pub fn new(operation: OperationId, events: mpsc::Sender<Event>, wake: Wake) -> Self {
        Self {
            operation,
            events,
            wake,
        }
    }

    /// The operation that it tells of.
    pub const fn operation(&self) -> OperationId {
        self.operation
    }

    /// Tells one event. When the reader is gone nobody wants to hear it, and the work goes on.
    pub async fn tell(&self, kind: EventKind) {
        let event = Event {
            operation: self.operation,
            kind,
        };
        // The event has to be there before the frame that it wakes.
        if self.events.send(event).await.is_ok() {
            (self.wake)();
        }
    }
}

impl fmt::Debug for Reporter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reporter")
            .field("operation", &self.operation)
            .finish_non_exhaustive()
    }
}
