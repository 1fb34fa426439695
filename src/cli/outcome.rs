//! How a subcommand ends: the exit status, and the error as people and scripts read it.

use std::io;

use serde_json::{Value, json};

use super::check_line::check_line;
use super::printer::{Paint, Printer};
use crate::engine::{Blame, Failure};
use crate::model::checks::Outcome as Checked;

/// The exit status of CLI contracts: 0 good, 1 the thing under test failed, 2 a fault here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It worked, and the thing under test is good.
    Good,
    /// The thing under test failed.
    Failed,
    /// Wrong usage, configuration, or a local fault.
    Fault,
}

impl Status {
    /// The number.
    pub const fn code(self) -> u8 {
        match self {
            Self::Good => 0,
            Self::Failed => 1,
            Self::Fault => 2,
        }
    }
}

/// Why a subcommand stopped.
#[derive(Debug)]
pub(super) enum Stop {
    /// The engine failed.
    Failure(Failure),
    /// The engine failed, and this is how far the steps of the profile's system came.
    AtStep(Box<(Failure, Value)>),
    /// Nothing can be printed any more.
    Output(io::Error),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// What a subcommand gives.
pub(super) type Outcome = Result<Status, Stop>;

/// A fault in what the person wrote.
pub(super) fn usage(message: impl Into<String>, hint: impl Into<String>) -> Stop {
    Stop::Failure(Failure::local("usage", message, hint))
}

/// Prints why it stopped and gives the status.
pub(super) fn report(stop: &Stop, printer: Printer) -> Status {
    let (failure, checklist) = match stop {
        Stop::Failure(failure) => (failure, None),
        Stop::AtStep(both) => (&both.0, Some(&both.1)),
        // `tokenscope history erp-net | head -1`: the reader has what it wanted.
        Stop::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => return Status::Good,
        Stop::Output(error) => {
            printer.tell(&format!("The output could not be written: {error}"));
            return Status::Fault;
        }
    };
    if printer.json {
        let mut document = json!({"error": {
            "code": failure.code,
            "message": failure.message,
            "hint": failure.hint,
            "http_status": failure.http_status,
        }});
        if !failure.checks.is_empty() {
            document["error"]["checks"] = json!(failure.checks);
        }
        if let Some(checklist) = checklist {
            document["checklist"] = checklist.clone();
        }
        // When that cannot be printed either, the status is all there is.
        let _ = printer.document(&document);
    }
    printer.tell(&format!(
        "{} {}. {}",
        printer.paint(Paint::Bad, "✕"),
        failure.message.trim_end_matches('.'),
        failure.hint
    ));
    let odd = failure.checks.iter().filter(|check| check.outcome != Checked::Pass);
    for check in odd {
        printer.tell(&format!("  {}", check_line(check, 26, printer)));
    }
    match failure.blame {
        Blame::Provider | Blame::Cancelled => Status::Failed,
        Blame::Local => Status::Fault,
    }
}
