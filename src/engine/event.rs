//! What the engine tells the window.

use std::sync::Arc;

use jiff::Timestamp;
use url::Url;

use super::command::{DemoLifetimes, DemoOptions};
use super::discovery::{Finding, Registered};
use super::embedded::KnownUser;
use super::failure::Failure;
use super::forge::Forgery;
use super::inspect::Inspected;
use super::operation::{OperationId, OperationKind};
use super::session::Session;
use crate::flow::{ApiAnswer, LoginStep, LogoutStep, ProviderAnswer, ProviderKeys, Tried};
use crate::model::history::HistoryEntry;
use crate::model::{Profile, SecretKind, Slug};

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
    /// Whether the engine holds a secret for a profile.
    SecretChanged {
        /// The profile.
        slug: Slug,
        /// Which.
        kind: SecretKind,
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
    /// Rows of a profile's history with claims, in the order in which they were asked for.
    TokensRead {
        /// The profile.
        slug: Slug,
        /// The rows.
        entries: Vec<HistoryEntry>,
    },
    /// A row was added to a profile's history.
    HistoryAdded(Box<HistoryEntry>),
    /// Something worked but its row could not be written to the history, or not be deleted from it.
    NotRemembered(Failure),
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
    /// A discovery tried an address.
    Tried(Tried),
    /// A discovery found what it looked for.
    Discovered(Box<Finding>),
    /// A client was registered.
    Registered(Box<Registered>),
    /// The provider answered a question about the tokens.
    ProviderAnswered {
        /// The profile.
        slug: Slug,
        /// What it said.
        answer: Box<ProviderAnswer>,
    },
    /// The provider's keys were fetched.
    KeysRead {
        /// The profile.
        slug: Slug,
        /// The keys.
        keys: Box<ProviderKeys>,
    },
    /// A text was looked at.
    Inspected(Arc<Inspected>),
    /// A token was made for tests.
    Forged(Arc<Forgery>),
    /// A logout went on.
    Logout {
        /// The profile.
        slug: Slug,
        /// How far.
        step: LogoutStep,
    },
    /// The session is over, and the profile wants the person to be asked whether to log in again.
    LoginWanted {
        /// The profile.
        slug: Slug,
        /// Why the session is over.
        why: Failure,
    },
    /// The session is over, and a login goes on in the place of the refresh.
    LoginInstead {
        /// The profile.
        slug: Slug,
        /// Why the session is over.
        why: Failure,
    },
    /// The embedded provider started, stopped, or could not start.
    DemoChanged {
        /// Where it listens; none when it does not.
        base_url: Option<Url>,
        /// How long its tokens live.
        lifetimes: DemoLifetimes,
        /// Who can sign in there; nobody while it does not listen.
        users: Vec<KnownUser>,
        /// Why it could not start.
        failure: Option<Failure>,
    },
    /// How the embedded provider behaves now, where that can be chosen.
    DemoOptionsChanged(DemoOptions),
    /// What the embedded provider was asked, oldest first.
    DemoLog(Vec<DemoLine>),
}

impl EventKind {
    /// The profile that it is about, when it is about one.
    pub fn slug(&self) -> Option<&Slug> {
        match self {
            Self::Started { slug, .. } | Self::Finished { slug, .. } => slug.as_ref(),
            Self::ProfileSaved(profile) => Some(&profile.slug),
            Self::HistoryAdded(entry) => Some(&entry.profile),
            Self::ProfileDeleted(slug)
            | Self::SecretChanged { slug, .. }
            | Self::HistoryLoaded { slug, .. }
            | Self::TokensRead { slug, .. }
            | Self::Login { slug, .. }
            | Self::SessionChanged { slug, .. }
            | Self::ApiAnswered { slug, .. }
            | Self::ProviderAnswered { slug, .. }
            | Self::KeysRead { slug, .. }
            | Self::Logout { slug, .. }
            | Self::LoginWanted { slug, .. }
            | Self::LoginInstead { slug, .. } => Some(slug),
            _ => None,
        }
    }
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
