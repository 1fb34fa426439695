//! How far a logout is, as it is shown.

use jiff::Timestamp;

use crate::engine::LogoutStep;
use crate::model::Secret;

/// What a logout has told so far.
#[derive(Debug, Default)]
pub struct LogoutProgress {
    /// The address to open. It holds the ID token.
    pub address: Option<Secret>,
    /// Why the browser could not be opened.
    pub browser: Option<String>,
    /// When the wait ends, by the local clock.
    pub deadline: Option<Timestamp>,
    /// What came last that was not the answer.
    pub stray: Option<String>,
}

impl LogoutProgress {
    pub(super) fn apply(&mut self, step: LogoutStep) {
        match step {
            LogoutStep::Listening(_) | LogoutStep::Browser(Ok(())) => {}
            LogoutStep::Address(address) => self.address = Some(address),
            LogoutStep::Browser(Err(why)) => self.browser = Some(why),
            LogoutStep::Waiting(until) => self.deadline = Some(until),
            LogoutStep::Stray(what) => self.stray = Some(what),
        }
    }
}
