//! How an operation fails: a word for scripts, what happened, and what to do.

use std::fmt;

use crate::flow::FlowError;
use crate::model::checks::Check;
use crate::model::field::Field;

/// Whose fault it was: decides the exit status of the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Blame {
    /// The thing under test failed: the provider refused, or did not answer.
    Provider,
    /// Something on this machine: the profile, the store, a port.
    Local,
    /// The person stopped it.
    Cancelled,
}

/// Why an operation did not work. It holds no secret and can be shown and stored as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// A stable word: the server's own (`invalid_grant`) or ours (`timeout`, `port_in_use`).
    pub code: String,
    /// What happened, in one sentence.
    pub message: String,
    /// What to do about it, in one sentence.
    pub hint: String,
    /// The HTTP status, when there was an answer.
    pub http_status: Option<u16>,
    /// Whole seconds that the server's clock was ahead of the local one, when an answer showed it; negative: behind.
    pub clock_skew_s: Option<i64>,
    /// Whether the provider refused as it must (RFC 6749 §5.2), or which rule an answer broke that was not believed; empty
    /// where there was neither.
    pub checks: Vec<Check>,
    /// Whose fault it was.
    pub blame: Blame,
    /// Whether the refresh token is dead for certain. A network error or a 5xx never is: the token may still be good.
    pub ends_session: bool,
}

impl Failure {
    /// A failure of the thing under test.
    pub fn provider(code: &str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(Blame::Provider, code, message, hint)
    }

    /// A failure of this machine, its configuration or its store.
    pub fn local(code: &str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(Blame::Local, code, message, hint)
    }

    /// Part of this program broke: a bug, worth a report. `what` is a noun, like “The refresh”.
    pub fn internal(what: &str, error: impl fmt::Display, to_do: &str) -> Self {
        let message = format!("{what} stopped working ({error})");
        Self::local("internal", message, format!("{to_do}, and report this"))
    }

    /// The profile leaves out an endpoint that this needs.
    pub fn no_endpoint(endpoint: Field) -> Self {
        let mut failure = Self::from(&FlowError::NoEndpoint(endpoint));
        if endpoint == Field::ApiUrl {
            "no_api".clone_into(&mut failure.code);
            "The profile names no API".clone_into(&mut failure.message);
        }
        failure
    }

    /// The person stopped it.
    pub fn cancelled() -> Self {
        Self::new(Blame::Cancelled, "cancelled", "Cancelled", "Nothing was changed")
    }

    fn new(blame: Blame, code: &str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            message: message.into(),
            hint: hint.into(),
            http_status: None,
            clock_skew_s: None,
            checks: Vec::new(),
            blame,
            ends_session: false,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}
