//! A profile and everything that is known of it now.

use std::collections::VecDeque;
use std::sync::Arc;

use jiff::Timestamp;

use super::login_progress::Login;
use super::logout_progress::LogoutProgress;
use crate::engine::{Failure, Journey, OperationId, OperationKind, Session};
use crate::model::history::HistoryEntry;
use crate::model::profile::LoginFallback;
use crate::model::walkthrough::Walkthrough;
use crate::model::{Profile, SecretKind, TokenSet};

/// A profile and what is known of it.
#[derive(Debug)]
pub struct Item {
    /// The profile as it is stored.
    pub profile: Profile,
    /// Its tokens.
    pub session: Option<Arc<Session>>,
    /// What happened to it, newest first: by [`HistoryEntry::id`], each once.
    pub history: VecDeque<HistoryEntry>,
    /// What runs for it.
    pub operation: Option<Operation>,
    /// What went wrong last, until something works or it is dismissed.
    pub failure: Option<FailedOperation>,
    /// Which secrets the engine holds for it.
    pub secrets: Vec<SecretKind>,
    /// What has happened since its login began.
    pub journey: Journey,
}

/// Something that runs.
#[derive(Debug)]
pub struct Operation {
    /// Its id.
    pub id: OperationId,
    /// What it does.
    pub kind: OperationKind,
    /// How far it is, when it is a login.
    pub login: Login,
    /// How far it is, when it is a logout.
    pub logout: LogoutProgress,
}

impl Operation {
    /// Whether it can be stopped. A refresh that is out cannot: its answer may hold the only good refresh token.
    pub const fn can_cancel(&self) -> bool {
        matches!(
            self.kind,
            OperationKind::Login | OperationKind::ApiCall | OperationKind::Question | OperationKind::Logout
        )
    }
}

/// What went wrong, and in what.
#[derive(Clone, Debug)]
pub struct FailedOperation {
    /// What was tried.
    pub kind: OperationKind,
    /// Why it failed.
    pub failure: Failure,
}

impl FailedOperation {
    /// What it was, as a headline.
    pub const fn title(&self) -> &'static str {
        match self.kind {
            OperationKind::Login => "Login failed",
            OperationKind::Refresh => "Refresh failed",
            OperationKind::ApiCall => "API call failed",
            OperationKind::Question => "The provider did not answer",
            OperationKind::Revocation => "Not revoked",
            OperationKind::Logout => "Logout failed",
            // These are told elsewhere.
            OperationKind::Store | OperationKind::Discovery | OperationKind::Inspection | OperationKind::Demo => {
                "Failed"
            }
        }
    }
}

impl Item {
    /// A profile of which nothing is known yet.
    pub fn new(profile: Profile) -> Self {
        Self {
            profile,
            session: None,
            history: VecDeque::new(),
            operation: None,
            failure: None,
            secrets: Vec::new(),
            journey: Journey::default(),
        }
    }

    /// Takes in the rows that are stored, newest first. One that was added since they were read stays.
    pub(super) fn history_loaded(&mut self, entries: Vec<HistoryEntry>) {
        let before = std::mem::replace(&mut self.history, entries.into());
        // From the oldest on: each is newer than the one before it, so almost always goes to the front.
        for entry in before.into_iter().rev() {
            self.history_added(entry);
        }
    }

    /// Takes in a row, unless it is there already.
    pub(super) fn history_added(&mut self, entry: HistoryEntry) {
        let place = self.history.binary_search_by(|known| entry.id.cmp(&known.id));
        if let Err(at) = place {
            self.history.insert(at, entry);
        }
    }

    /// What runs and can be stopped.
    pub fn cancellable(&self) -> Option<OperationId> {
        let operation = self.operation.as_ref()?;
        operation.can_cancel().then_some(operation.id)
    }

    /// Its tokens.
    pub fn tokens(&self) -> Option<&TokenSet> {
        self.session.as_ref().map(|session| &session.tokens)
    }

    /// Whether the provider has ended its session for certain: only a login helps.
    pub fn is_over(&self) -> bool {
        self.session.as_ref().is_some_and(|session| session.is_over)
    }

    /// Whether a login can start.
    pub fn can_log_in(&self) -> bool {
        self.operation.is_none()
    }

    /// Whether there is something to refresh with.
    pub fn can_refresh(&self) -> bool {
        // A session that is over can be renewed where the profile says what to do then.
        let has_fallback = self.profile.login_fallback != LoginFallback::Off;
        let can_be_sent = |tokens: &TokenSet| tokens.refresh.is_some() && !self.is_over();
        self.operation.is_none() && self.tokens().is_some_and(|tokens| has_fallback || can_be_sent(tokens))
    }

    /// Whether there is an API and a token for it.
    pub fn can_call_api(&self) -> bool {
        let has_access = self.tokens().is_some_and(|tokens| tokens.access.is_some());
        self.operation.is_none() && has_access && !self.profile.api_url.is_empty()
    }

    /// The steps of its system, where it has such, at `now` (local clock).
    pub fn walkthrough(&self, now: Timestamp) -> Option<Walkthrough> {
        self.journey.walkthrough(&self.profile, now)
    }

    /// The logout that runs.
    pub fn logout(&self) -> Option<&LogoutProgress> {
        let operation = self.operation.as_ref()?;
        (operation.kind == OperationKind::Logout).then_some(&operation.logout)
    }

    /// The login that runs.
    pub fn login(&self) -> Option<(OperationId, &Login)> {
        let operation = self.operation.as_ref()?;
        (operation.kind == OperationKind::Login).then_some((operation.id, &operation.login))
    }
}
