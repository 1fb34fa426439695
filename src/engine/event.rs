//! What the engine tells the window.

use std::sync::Arc;

use jiff::Timestamp;
use url::Url;

use super::command::DemoLifetimes;
use super::failure::Failure;
use super::operation::{OperationId, OperationKind};
use super::session::Session;
use crate::model::history::HistoryEntry;
use crate::model::{Profile, Slug};

/// Something that happened, tagged with the operation that it belongs to.
#[derive(Clone, Debug)]
pub struct Event {
    /// The operation whose request it answers.
    pub operation: OperationId,
    /// What happened.
    pub kind: EventKind,
}

/// What happened.
#[derive(Clone, Debug)]
pub enum EventKind {
    /// An operation began.
    Started {
        /// The profile that it is for, when it is for one.
        slug: Option<Slug>,
        /// What it does.
        kind: OperationKind,
    },
    /// An operation ended. Nothing more comes with its id.
    Finished {
        /// The profile that it was for, when it was for one.
        slug: Option<Slug>,
        /// What it did.
        kind: OperationKind,
        /// Whether it worked.
        result: Result<(), Failure>,
    },
    /// Every profile that is stored, and a sentence for each file that could not be read.
    Loaded {
        /// The profiles, by name.
        profiles: Vec<Profile>,
        /// What could not be read, and what to do.
        problems: Vec<String>,
    },
    /// A profile was stored.
    ProfileSaved(Box<Profile>),
    /// A profile was deleted.
    ProfileDeleted(Slug),
    /// Whether the engine holds a client secret for a profile.
    SecretChanged {
        /// The profile.
        slug: Slug,
        /// Whether it does.
        is_set: bool,
    },
    /// A profile's history, newest first, without claims.
    HistoryLoaded {
        /// The profile.
        slug: Slug,
        /// The rows.
        entries: Vec<HistoryEntry>,
    },
    /// A row was added to a profile's history.
    HistoryAdded(Box<HistoryEntry>),
    /// A login went on.
    Login {
        /// The profile.
        slug: Slug,
        /// How far.
        step: LoginStep,
    },
    /// A profile has other tokens now. They were stored before this is told.
    SessionChanged {
        /// The profile.
        slug: Slug,
        /// What it holds now.
        session: Arc<Session>,
    },
    /// The API answered.
    ApiAnswered {
        /// The profile.
        slug: Slug,
        /// What it said.
        answer: ApiAnswer,
    },
    /// The embedded provider started, stopped, or could not start.
    DemoChanged {
        /// Where it listens; none when it does not.
        base_url: Option<Url>,
        /// How long its tokens live.
        lifetimes: DemoLifetimes,
        /// Why it could not start.
        failure: Option<Failure>,
    },
    /// What the embedded provider was asked, oldest first.
    DemoLog(Vec<DemoLine>),
}

/// How far a login is. They come in this order; `Stray` may come several times.
#[derive(Clone, Debug)]
pub enum LoginStep {
    /// The provider's public keys: how many, or why there are none, and the milliseconds it took.
    Keys {
        /// How many keys, or why there are none.
        keys: Result<usize, String>,
        /// How long it took.
        took_ms: f64,
    },
    /// The callback is listened for at this redirect URI.
    Listening(String),
    /// The address to sign in at.
    Address(Url),
    /// The browser was opened, or why not.
    Browser(Result<(), String>),
    /// The callback is waited for until this time, by the local clock.
    Waiting(Timestamp),
    /// Something came that was not the answer, in one sentence. The wait goes on.
    Stray(String),
    /// The callback came.
    CalledBack,
    /// The code is exchanged for tokens.
    Exchanging,
    /// Signature, nonce and hashes are checked.
    Checking,
}

/// What the API said.
#[derive(Clone, Debug, PartialEq)]
pub struct ApiAnswer {
    /// The address that was called.
    pub url: String,
    /// The HTTP status.
    pub status: u16,
    /// Milliseconds that it took.
    pub latency_ms: f64,
    /// `WWW-Authenticate`, where the API says what is wrong with the token (RFC 6750 §3).
    pub www_authenticate: Option<String>,
    /// `Content-Type`.
    pub content_type: Option<String>,
    /// The body as text, cut to 64 KiB, secrets redacted.
    pub body: String,
}

/// One request to the embedded provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoLine {
    /// When.
    pub at: Timestamp,
    /// What was asked and answered: `POST /id/connect/token 200`.
    pub request: String,
    /// Why it was answered so.
    pub why: String,
}
