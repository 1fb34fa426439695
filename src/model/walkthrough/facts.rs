//! What the steps depend on.

use jiff::Timestamp;

use crate::model::challenge::Challenge;
use crate::model::lifetime::ServerTime;
use crate::model::profile::Profile;
use crate::model::skew;
use crate::model::token::{TokenKind, TokenSet};
use crate::model::verify::Signature;

/// Everything that the steps depend on.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The profile that logs in.
    pub profile: &'a Profile,
    /// The local clock.
    pub now: Timestamp,
    /// How far it is.
    pub progress: Progress<'a>,
}

/// How far a login is, and what came after it.
#[derive(Clone, Copy, Debug)]
pub enum Progress<'a> {
    /// Nobody has logged in.
    Idle,
    /// The login began and has sent nothing.
    Preparing,
    /// The request is out.
    Sent,
    /// The answer came and is being looked at.
    Answered,
    /// The login failed.
    Failed {
        /// Whether the request was out.
        was_sent: bool,
        /// Why it failed.
        problem: &'a Problem,
    },
    /// There are tokens.
    LoggedIn(Held<'a>),
}

/// The tokens that are held now, and what was done with them.
#[derive(Clone, Copy, Debug)]
pub struct Held<'a> {
    /// The tokens.
    pub tokens: &'a TokenSet,
    /// The verdicts on their signatures.
    pub signatures: &'a [(TokenKind, Signature)],
    /// The server's clock.
    pub server_time: ServerTime,
    /// 1 from the login, one more with each refresh.
    pub generation: u32,
    /// The calls of the API since the login.
    pub calls: &'a Calls,
    /// The last refresh since the login.
    pub refresh: Option<&'a Refresh>,
}

/// Why something did not work.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problem {
    /// What happened, in one sentence.
    pub message: String,
    /// What to do about it, in one sentence.
    pub hint: String,
    /// The HTTP status, when there was an answer.
    pub http_status: Option<u16>,
    /// Whole seconds that the answer's clock was ahead of the local one; negative: behind.
    pub clock_skew_s: Option<i64>,
}

impl Problem {
    /// What happened and what to do.
    pub(super) fn words(&self) -> String {
        match self.hint.as_str() {
            "" => self.message.clone(),
            hint => format!("{}. {hint}", self.message.trim_end_matches('.')),
        }
    }
}

/// One call of the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The generation whose access token it had.
    pub generation: u32,
    /// The HTTP status, or why there is none.
    pub result: Result<u16, String>,
    /// `WWW-Authenticate` (RFC 6750 §3).
    pub challenge: Option<String>,
}

impl Call {
    pub(super) fn is_good(&self) -> bool {
        matches!(self.result, Ok(200..=299))
    }

    /// Whether the API does not take the token.
    pub(super) fn is_refused(&self) -> bool {
        self.result == Ok(401)
    }

    /// `401 invalid_token: The access token expired`.
    pub(super) fn words(&self) -> String {
        let status = match &self.result {
            Ok(status) => status.to_string(),
            Err(why) => return why.clone(),
        };
        let challenges = self.challenge.as_deref().map(Challenge::parse).unwrap_or_default();
        let says = |name: &str| challenges.iter().find_map(|challenge| challenge.get(name));
        match (says("error"), says("error_description")) {
            (None, None) => status,
            (Some(error), None) => format!("{status} {error}"),
            (None, Some(words)) => format!("{status}: {words}"),
            (Some(error), Some(words)) => format!("{status} {error}: {words}"),
        }
    }
}

/// The calls of an API that the steps depend on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calls {
    /// The last one.
    pub last: Option<Call>,
    /// The last one that was served.
    pub good: Option<Call>,
    /// The last one whose token was refused.
    pub refused: Option<Call>,
}

impl Calls {
    /// Takes in one more.
    pub fn add(&mut self, call: Call) {
        if call.is_good() {
            self.good = Some(call.clone());
        }
        if call.is_refused() {
            self.refused = Some(call.clone());
        }
        self.last = Some(call);
    }
}

/// A refresh.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refresh {
    /// It brought new tokens.
    Done {
        /// Whether the access token before was known to have expired.
        was_expired: bool,
    },
    /// It did not.
    Failed(Problem),
}

impl Held<'_> {
    /// The server's clock when the local one shows `now`.
    pub(super) fn server_now(&self, now: Timestamp) -> Timestamp {
        self.server_time.at(now)
    }

    /// Whether the access token is known to have expired.
    pub(super) fn is_expired(&self, now: Timestamp) -> bool {
        let access = self.tokens.access.as_ref();
        access.is_some_and(|access| access.lifetime.is_expired(self.server_now(now)))
    }

    /// The difference of the clocks in seconds, where it is worth a word.
    pub(super) fn skew_s(&self) -> Option<f64> {
        skew::notable(self.server_time.skew_s)
    }
}
