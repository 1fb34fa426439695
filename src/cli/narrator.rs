//! Tells what an operation does, on standard error.

use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::printer::{Paint, Printer};
use crate::engine::reporter::EVENT_QUEUE_LEN;
use crate::engine::{Event, EventKind, LoginStep, OperationId, Reporter};

/// Reads the events of one operation and tells those that a person waits for.
#[derive(Debug)]
pub(super) struct Narrator {
    reporter: Reporter,
    task: JoinHandle<()>,
}

impl Narrator {
    /// Starts to listen. `tells_address` prints `open: URL`, for those who open the browser themselves.
    pub(super) fn start(printer: Printer, tells_address: bool) -> Self {
        let (events, mut inbox) = mpsc::channel(EVENT_QUEUE_LEN);
        let task = tokio::spawn(async move {
            while let Some(event) = inbox.recv().await {
                narrate(printer, tells_address, &event);
            }
        });
        Self {
            reporter: Reporter::new(OperationId::next(), events, Arc::new(|| {})),
            task,
        }
    }

    /// What an operation reports to.
    pub(super) const fn reporter(&self) -> &Reporter {
        &self.reporter
    }

    /// Waits until everything is told.
    pub(super) async fn finish(self) {
        drop(self.reporter);
        // The task ends with the channel; a panic in it was reported already.
        let _ = self.task.await;
    }
}

fn narrate(printer: Printer, tells_address: bool, event: &Event) {
    let step = match &event.kind {
        EventKind::Login { step, .. } => step,
        EventKind::NotRemembered(failure) => {
            let sign = printer.paint(Paint::Warn, "▲");
            return printer.tell(&format!("{sign} Not written to the history: {failure}"));
        }
        _ => return,
    };
    match step {
        LoginStep::Listening(redirect_uri) => printer.tell(&format!("Listening at {redirect_uri}, this machine only")),
        // Scripts read this line.
        LoginStep::Address(url) if tells_address => printer.tell(&format!("open: {url}")),
        LoginStep::Browser(Ok(())) => printer.tell("Sign in in the browser that was opened"),
        LoginStep::Browser(Err(why)) => printer.tell(&format!("{} {why}", printer.paint(Paint::Warn, "▲"))),
        LoginStep::Stray(what) => printer.tell(&format!("{} {what}", printer.paint(Paint::Warn, "▲"))),
        LoginStep::CalledBack => printer.tell("The answer came"),
        LoginStep::Address(_)
        | LoginStep::Keys { .. }
        | LoginStep::Waiting(_)
        | LoginStep::Exchanging
        | LoginStep::Checking => {}
    }
}
