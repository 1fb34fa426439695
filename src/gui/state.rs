//! Everything that is shown. The engine's events change it in [`State::apply`]; what is open changes with the person's
//! actions, in `app`.

mod profiles;

use jiff::{SignedDuration, Timestamp};

use super::asking::Asking;
use super::check_list::CheckLists;
use super::comparing::Comparing;
use super::comparison_sheet::ComparisonSheets;
use super::discovering::Discovering;
use super::item::{FailedOperation, Item, Operation};
use super::login_progress::Login;
use super::logout_progress::LogoutProgress;
use super::scratchpad::Scratchpad;
use super::screen::Screen;
use super::theme::Tone;
use super::times::Times;
use super::token_sheet::Sheets;
use super::words::{joined, sentences};
use crate::engine::{
    ApiAnswer, Blame, DemoLifetimes, DemoLine, DemoOptions, Event, EventKind, Failure, KnownUser, LoggedOut,
    OperationId, OperationKind,
};
use crate::model::Slug;

/// What the window shows.
#[derive(Debug)]
pub struct State {
    /// The local clock at this frame.
    pub now: Timestamp,
    /// How times are written.
    pub times: Times,
    /// What is open.
    pub screen: Screen,
    /// The profiles, by name.
    pub profiles: Vec<Item>,
    /// What of the stored things could not be read, and what to do.
    pub problems: Vec<String>,
    /// The embedded provider.
    pub demo: Demo,
    /// The search for what a server says of itself.
    pub discovery: Discovering,
    /// What came of looking at a text.
    pub scratchpad: Scratchpad,
    /// What the API said last, until it is closed.
    pub api_answer: Option<(Slug, ApiAnswer)>,
    /// What the provider can be asked and has said, and what the person is asked.
    pub asking: Asking,
    /// Messages that go away by themselves, oldest first.
    pub notices: Vec<Notice>,
    /// Whether the engine has told what is stored; until then nothing is missing, it is only not there yet.
    pub loaded: bool,
    /// What was worked out of the tokens that are shown.
    pub sheets: Sheets,
    /// The checks of the sessions that are shown.
    pub check_lists: CheckLists,
    /// Two rows of a history that are compared.
    pub comparing: Option<Comparing>,
    /// What was worked out of tokens that are compared.
    pub comparisons: ComparisonSheets,
    next_notice: u64,
    /// The request that makes a new profile: its form opens when it is stored.
    creating: Option<OperationId>,
}

/// The embedded provider.
#[derive(Debug, Default)]
pub struct Demo {
    /// Where it listens, while it runs.
    pub url: Option<String>,
    /// Why it could not start.
    pub failure: Option<Failure>,
    /// How long its tokens live.
    pub lifetimes: DemoLifetimes,
    /// How it behaves.
    pub options: DemoOptions,
    /// Who can sign in there, while it runs.
    pub users: Vec<KnownUser>,
    /// What was asked of it, oldest first.
    pub log: Vec<DemoLine>,
}

/// A message that goes away by itself.
#[derive(Debug)]
pub struct Notice {
    /// Its name.
    pub id: u64,
    /// Good, bad, or neither.
    pub tone: Tone,
    /// What it says.
    pub text: String,
    /// When it goes away, by the local clock.
    pub until: Timestamp,
}

/// How long a message stays: long enough to read it twice.
const NOTICE: SignedDuration = SignedDuration::from_secs(5);
/// How long one stays that says what to do.
const BAD_NOTICE: SignedDuration = SignedDuration::from_secs(12);

impl State {
    /// Nothing is known yet.
    pub fn new(now: Timestamp, times: Times, screen: Screen) -> Self {
        Self {
            now,
            times,
            screen,
            profiles: Vec::new(),
            problems: Vec::new(),
            demo: Demo::default(),
            discovery: Discovering::default(),
            scratchpad: Scratchpad::default(),
            api_answer: None,
            asking: Asking::default(),
            notices: Vec::new(),
            loaded: false,
            sheets: Sheets::default(),
            check_lists: CheckLists::default(),
            comparing: None,
            comparisons: ComparisonSheets::default(),
            next_notice: 0,
            creating: None,
        }
    }

    /// The profile that is open.
    pub fn selected(&self) -> Option<&Item> {
        self.item(self.screen.slug()?)
    }

    /// The profile with this slug.
    pub fn item(&self, slug: &Slug) -> Option<&Item> {
        self.profiles.iter().find(|item| &item.profile.slug == slug)
    }

    /// The same, to change it.
    pub fn item_mut(&mut self, slug: &Slug) -> Option<&mut Item> {
        self.profiles.iter_mut().find(|item| &item.profile.slug == slug)
    }

    /// The clock moved: what has had its time goes.
    pub fn tick(&mut self, now: Timestamp) {
        self.now = now;
        self.notices.retain(|notice| notice.until > now);
    }

    /// Shows a message for a while.
    pub fn notify(&mut self, tone: Tone, text: impl Into<String>) {
        let stay = if tone == Tone::Bad { BAD_NOTICE } else { NOTICE };
        self.next_notice += 1;
        self.notices.push(Notice {
            id: self.next_notice,
            tone,
            text: text.into(),
            until: self.now.checked_add(stay).unwrap_or(Timestamp::MAX),
        });
    }

    /// A command was sent: the profile is busy from now on, not only from when the engine says so.
    pub fn requested(&mut self, slug: &Slug, id: OperationId, kind: OperationKind) {
        if let Some(item) = self.item_mut(slug) {
            item.operation = Some(Operation {
                id,
                kind,
                login: Login::default(),
                logout: LogoutProgress::default(),
            });
            item.failure = None;
            if kind == OperationKind::Login {
                item.journey.login_began();
            }
        }
    }

    /// A command that makes a new profile was sent: its form opens when it is stored.
    pub fn requested_profile(&mut self, id: OperationId) {
        self.creating = Some(id);
    }

    /// Something happened.
    pub fn apply(&mut self, event: Event) {
        let id = event.operation;
        if let Some(item) = event.kind.slug().and_then(|slug| self.item_mut(slug)) {
            item.journey.apply(&event.kind);
        }
        match event.kind {
            EventKind::Started { slug, kind } => self.started(id, slug.as_ref(), kind),
            EventKind::Finished { slug, kind, result } => self.finished(id, slug.as_ref(), kind, result),
            EventKind::Loaded { profiles, problems } => self.profiles_loaded(profiles, problems),
            EventKind::ProfileSaved(profile) => self.profile_saved(id, *profile),
            EventKind::ProfileDeleted(slug) => self.profile_deleted(&slug),
            EventKind::SecretChanged { slug, kind, is_set } => {
                if let Some(item) = self.item_mut(&slug) {
                    item.secrets.retain(|known| *known != kind);
                    item.secrets.extend(is_set.then_some(kind));
                }
            }
            EventKind::HistoryLoaded { slug, entries } => {
                if let Some(item) = self.item_mut(&slug) {
                    item.history_loaded(entries);
                }
            }
            EventKind::TokensRead { entries, .. } => {
                if let Some(comparing) = &mut self.comparing {
                    comparing.arrived(id, entries);
                }
            }
            EventKind::HistoryAdded(entry) => {
                if let Some(item) = self.item_mut(&entry.profile) {
                    item.history_added(*entry);
                }
            }
            EventKind::NotRemembered(failure) => {
                let words = format!("Not written to the history: {}", sentences(&failure));
                self.notify(Tone::Bad, words);
            }
            EventKind::Login { slug, step } => {
                if let Some(operation) = self.item_mut(&slug).and_then(|item| item.operation.as_mut())
                    && operation.id == id
                {
                    operation.login.apply(step);
                }
            }
            EventKind::SessionChanged { slug, session } => {
                if let Some(item) = self.item_mut(&slug) {
                    item.session = Some(session);
                }
            }
            EventKind::ApiAnswered { slug, answer } => self.api_answer = Some((slug, answer)),
            EventKind::Tried(tried) => self.discovery.tried(id, tried),
            EventKind::Discovered(finding) => self.discovery.found(id, *finding),
            EventKind::Registered(registered) => self.discovery.registered(id, *registered),
            EventKind::ProviderAnswered { slug, answer } => {
                self.asking.show_body = false;
                self.asking.answer = Some((slug, answer));
            }
            EventKind::KeysRead { slug, keys } => self.asking.keys = Some((slug, keys)),
            EventKind::Inspected(inspected) => self.scratchpad.inspected(id, inspected),
            EventKind::Forged(forgery) => {
                let words = format!("Made “{}”: it stands in the list", forgery.place);
                if self.scratchpad.forged(id, forgery) {
                    self.notify(Tone::Ok, words);
                }
            }
            EventKind::Logout { slug, step } => {
                if let Some(operation) = self.operation_mut(&slug, id) {
                    operation.logout.apply(step);
                }
            }
            EventKind::LoginWanted { slug, why } => self.asking.login_wanted = Some((slug, why)),
            EventKind::LoginInstead { slug, why } => self.login_instead(&slug, id, &why),
            EventKind::DemoChanged {
                base_url,
                lifetimes,
                users,
                failure,
            } => {
                self.demo.url = base_url.map(String::from);
                self.demo.lifetimes = lifetimes;
                self.demo.users = users;
                self.demo.failure = failure;
            }
            EventKind::DemoOptionsChanged(options) => self.demo.options = options,
            EventKind::DemoLog(lines) => self.demo.log = lines,
        }
    }

    fn started(&mut self, id: OperationId, slug: Option<&Slug>, kind: OperationKind) {
        if !is_shown(kind) {
            return;
        }
        let Some(slug) = slug else { return };
        let known = self
            .item(slug)
            .and_then(|item| item.operation.as_ref())
            .is_some_and(|operation| operation.id == id);
        if !known {
            self.requested(slug, id, kind);
        }
    }

    fn finished(&mut self, id: OperationId, slug: Option<&Slug>, kind: OperationKind, result: Result<(), Failure>) {
        if kind == OperationKind::Discovery {
            // It stands on its own page.
            return self.discovery.finished(id, result);
        }
        if kind == OperationKind::Inspection {
            return self.scratchpad.finished(id, result);
        }
        self.comparing.take_if(|comparing| comparing.is_lost(id));
        let item = slug.and_then(|slug| self.profiles.iter_mut().find(|item| &item.profile.slug == slug));
        let name = item.as_ref().map_or(String::new(), |item| item.profile.name.clone());
        let mut generation = 0;
        let mut kind = kind;
        let mut session = None;
        if let Some(item) = item {
            if let Some(operation) = item.operation.take_if(|operation| operation.id == id) {
                // A refresh may have become a login.
                kind = operation.kind;
            }
            session.clone_from(&item.session);
            generation = item.session.as_ref().map_or(0, |session| session.generation);
            if is_shown(kind) {
                item.failure = match &result {
                    Err(failure) if failure.blame != Blame::Cancelled => Some(FailedOperation {
                        kind,
                        failure: failure.clone(),
                    }),
                    _ => None,
                };
            }
        }
        match (result, kind) {
            (Ok(()), OperationKind::Login) => self.notify(Tone::Ok, format!("Logged in to {name}")),
            (Ok(()), OperationKind::Refresh) => {
                self.notify(Tone::Ok, format!("Refreshed {name}: generation {generation}"));
            }
            (Ok(()), OperationKind::Revocation) => {
                let revoked = session.and_then(|session| session.revoked.last().copied());
                let what = revoked.map_or("token".to_owned(), |kind| kind.label().to_lowercase());
                self.notify(Tone::Ok, format!("Revoked the {what} of {name}"));
            }
            (Ok(()), OperationKind::Logout) => {
                let words = match session.and_then(|session| session.logged_out) {
                    Some(LoggedOut::CameBack) => format!("Logged out of {name}: the browser came back"),
                    _ => format!("The browser was sent to log out of {name}"),
                };
                self.notify(Tone::Ok, words);
            }
            (
                Ok(()),
                OperationKind::ApiCall
                | OperationKind::Question
                | OperationKind::Store
                | OperationKind::Discovery
                | OperationKind::Inspection
                | OperationKind::Demo,
            ) => {}
            (Err(failure), _) if failure.blame == Blame::Cancelled => {
                self.notify(Tone::Neutral, "Cancelled. Nothing was changed");
            }
            // It stands on the profile's page, with what to do.
            (Err(_), kind) if is_shown(kind) && self.screen.slug() == slug => {}
            // Without what is stored there is nothing else to see, so this stays until it is closed.
            (Err(failure), OperationKind::Store) if !self.loaded => {
                self.loaded = true;
                self.problems.push(sentences(&failure));
            }
            (Err(failure), _) => {
                let words = match name.as_str() {
                    "" => failure.message,
                    name => format!("{name}: {}", failure.message),
                };
                self.notify(Tone::Bad, joined(&words, &failure.hint));
            }
        }
    }

    /// What runs for a profile, if it is this.
    fn operation_mut(&mut self, slug: &Slug, id: OperationId) -> Option<&mut Operation> {
        let operation = self.item_mut(slug)?.operation.as_mut()?;
        (operation.id == id).then_some(operation)
    }

    /// The refresh goes on as a login: it is shown as one, and can be cancelled like one.
    fn login_instead(&mut self, slug: &Slug, id: OperationId, why: &Failure) {
        let Some(operation) = self.operation_mut(slug, id) else {
            return;
        };
        operation.kind = OperationKind::Login;
        operation.login = Login::default();
        let name = self.item(slug).map_or(String::new(), |item| item.profile.name.clone());
        let words = format!("{name}: the session is over ({}), logging in again", why.code);
        self.notify(Tone::Neutral, words);
    }
}

/// Whether an operation is a person's own doing on a profile; the others go on unseen until they fail.
const fn is_shown(kind: OperationKind) -> bool {
    matches!(
        kind,
        OperationKind::Login
            | OperationKind::Refresh
            | OperationKind::ApiCall
            | OperationKind::Question
            | OperationKind::Revocation
            | OperationKind::Logout
    )
}
