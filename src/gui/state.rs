//! Everything that is shown. The engine's events change it in [`State::apply`]; what is open changes with the person's
//! actions, in `app`.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::screen::{Page, Screen, Tab};
use super::theme::Tone;
use super::times::Times;
use crate::engine::{
    ApiAnswer, Blame, DemoLifetimes, DemoLine, Event, EventKind, Failure, LoginStep, OperationId, OperationKind,
    Session,
};
use crate::model::history::HistoryEntry;
use crate::model::template::Template;
use crate::model::{Profile, Slug, TokenSet};

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
    /// What the API said last, until it is closed.
    pub api_answer: Option<(Slug, ApiAnswer)>,
    /// Messages that go away by themselves, oldest first.
    pub notices: Vec<Notice>,
    /// Whether the engine has told what is stored; until then nothing is missing, it is only not there yet.
    pub loaded: bool,
    next_notice: u64,
    /// The request that makes a new profile: its form opens when it is stored.
    creating: Option<OperationId>,
}

/// A profile and what is known of it.
#[derive(Debug)]
pub struct Item {
    /// The profile as it is stored.
    pub profile: Profile,
    /// Its tokens.
    pub session: Option<Arc<Session>>,
    /// What happened to it, newest first.
    pub history: Vec<HistoryEntry>,
    /// What runs for it.
    pub operation: Option<Operation>,
    /// What went wrong last, until something works or it is dismissed.
    pub failure: Option<FailedOperation>,
    /// Whether the engine holds a client secret for it.
    pub has_secret: bool,
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
}

/// How far a login is.
#[derive(Debug, Default)]
pub struct Login {
    /// How many keys the provider has, or why there are none, and the milliseconds it took.
    pub keys: Option<(Result<usize, String>, f64)>,
    /// Where the callback is waited for.
    pub listening: Option<String>,
    /// The address to sign in at.
    pub url: Option<String>,
    /// Whether the browser was opened, or why not.
    pub browser: Option<Result<(), String>>,
    /// When it gives up waiting.
    pub deadline: Option<Timestamp>,
    /// The last thing that came and was not the answer.
    pub stray: Option<String>,
    /// Whether the callback came.
    pub called_back: bool,
    /// Whether the code is being exchanged.
    pub exchanging: bool,
    /// Whether the tokens came and are being checked.
    pub checking: bool,
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
            OperationKind::Store => "Not stored",
            OperationKind::Demo => "Demo server failed",
        }
    }
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
            api_answer: None,
            notices: Vec::new(),
            loaded: false,
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
            });
            item.failure = None;
        }
    }

    /// A command that makes a new profile was sent: its form opens when it is stored.
    pub fn requested_profile(&mut self, id: OperationId) {
        self.creating = Some(id);
    }

    /// Something happened.
    pub fn apply(&mut self, event: Event) {
        let id = event.operation;
        match event.kind {
            EventKind::Started { slug, kind } => self.started(id, slug.as_ref(), kind),
            EventKind::Finished { slug, kind, result } => self.finished(id, slug.as_ref(), kind, result),
            EventKind::Loaded { profiles, problems } => self.profiles_loaded(profiles, problems),
            EventKind::ProfileSaved(profile) => self.profile_saved(id, *profile),
            EventKind::ProfileDeleted(slug) => self.profile_deleted(&slug),
            EventKind::SecretChanged { slug, is_set } => {
                if let Some(item) = self.item_mut(&slug) {
                    item.has_secret = is_set;
                }
            }
            EventKind::HistoryLoaded { slug, entries } => {
                if let Some(item) = self.item_mut(&slug) {
                    item.history = entries;
                }
            }
            EventKind::HistoryAdded(entry) => {
                if let Some(item) = self.item_mut(&entry.profile) {
                    item.history.insert(0, *entry);
                }
            }
            EventKind::NotRemembered(failure) => {
                let words = format!("Not written to the history: {}. {}", failure.message, failure.hint);
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
            EventKind::DemoChanged {
                base_url,
                lifetimes,
                failure,
            } => {
                self.demo.url = base_url.map(String::from);
                self.demo.lifetimes = lifetimes;
                self.demo.failure = failure;
            }
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
        let item = slug.and_then(|slug| self.profiles.iter_mut().find(|item| &item.profile.slug == slug));
        let name = item.as_ref().map_or(String::new(), |item| item.profile.name.clone());
        let mut generation = 0;
        if let Some(item) = item {
            if item.operation.as_ref().is_some_and(|operation| operation.id == id) {
                item.operation = None;
            }
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
            (Ok(()), OperationKind::ApiCall | OperationKind::Store | OperationKind::Demo) => {}
            (Err(failure), _) if failure.blame == Blame::Cancelled => {
                self.notify(Tone::Neutral, "Cancelled. Nothing was changed");
            }
            // It stands on the profile's page, with what to do.
            (Err(_), kind) if is_shown(kind) && self.screen.slug() == slug => {}
            // Without what is stored there is nothing else to see, so this stays until it is closed.
            (Err(failure), OperationKind::Store) if !self.loaded => {
                self.loaded = true;
                self.problems.push(format!("{}. {}", failure.message, failure.hint));
            }
            (Err(failure), _) => {
                let words = match name.as_str() {
                    "" => failure.message,
                    name => format!("{name}: {}", failure.message),
                };
                self.notify(Tone::Bad, format!("{words}. {}", failure.hint).trim_end_matches(". "));
            }
        }
    }

    fn profiles_loaded(&mut self, profiles: Vec<Profile>, problems: Vec<String>) {
        let mut before = std::mem::take(&mut self.profiles);
        for profile in profiles {
            let known = before.iter().position(|item| item.profile.slug == profile.slug);
            let item = match known {
                Some(at) => Item {
                    profile,
                    ..before.swap_remove(at)
                },
                None => Item::new(profile),
            };
            self.profiles.push(item);
        }
        self.sort();
        self.problems = problems;
        self.loaded = true;
        if self.screen.page.is_none() || self.screen.slug().is_some_and(|slug| self.item(slug).is_none()) {
            self.open_first();
        }
    }

    fn profile_saved(&mut self, id: OperationId, profile: Profile) {
        let slug = profile.slug.clone();
        if let Some(item) = self.item_mut(&slug) {
            item.profile = profile;
            self.notify(Tone::Ok, "Profile saved");
        } else {
            self.profiles.push(Item::new(profile));
        }
        self.sort();
        if self.creating == Some(id) {
            self.creating = None;
            self.screen.page = Some(Page::Profile(slug, Tab::Profile));
        }
    }

    fn profile_deleted(&mut self, slug: &Slug) {
        let name = self
            .item(slug)
            .map_or(slug.to_string(), |item| item.profile.name.clone());
        self.profiles.retain(|item| &item.profile.slug != slug);
        if self.screen.slug() == Some(slug) {
            self.open_first();
        }
        self.notify(Tone::Neutral, format!("Deleted {name}"));
    }

    /// Opens the profile that a newcomer should see: the one of the first template, else the first.
    fn open_first(&mut self) {
        let first = Template::ALL.first().map(|template| template.id);
        self.screen.page = self
            .profiles
            .iter()
            .find(|item| item.profile.template.as_deref() == first)
            .or(self.profiles.first())
            .map(|item| Page::Profile(item.profile.slug.clone(), Tab::Claims));
    }

    fn sort(&mut self) {
        self.profiles
            .sort_by_key(|item| (item.profile.name.to_lowercase(), item.profile.slug.clone()));
    }
}

/// Whether an operation is a person's own doing on a profile; the others go on unseen until they fail.
const fn is_shown(kind: OperationKind) -> bool {
    matches!(
        kind,
        OperationKind::Login | OperationKind::Refresh | OperationKind::ApiCall
    )
}

impl Item {
    /// A profile of which nothing is known yet.
    pub fn new(profile: Profile) -> Self {
        Self {
            profile,
            session: None,
            history: Vec::new(),
            operation: None,
            failure: None,
            has_secret: false,
        }
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
        self.operation.is_none() && !self.is_over() && self.tokens().is_some_and(|tokens| tokens.refresh.is_some())
    }

    /// Whether there is an API and a token for it.
    pub fn can_call_api(&self) -> bool {
        self.operation.is_none() && self.session.is_some() && !self.profile.api_url.is_empty()
    }

    /// The login that runs.
    pub fn login(&self) -> Option<(OperationId, &Login)> {
        let operation = self.operation.as_ref()?;
        (operation.kind == OperationKind::Login).then_some((operation.id, &operation.login))
    }
}

impl Login {
    fn apply(&mut self, step: LoginStep) {
        match step {
            LoginStep::Keys { keys, took_ms } => self.keys = Some((keys, took_ms)),
            LoginStep::Listening(address) => self.listening = Some(address),
            LoginStep::Address(url) => self.url = Some(url.into()),
            LoginStep::Browser(opened) => self.browser = Some(opened),
            LoginStep::Waiting(until) => self.deadline = Some(until),
            LoginStep::Stray(what) => self.stray = Some(what),
            LoginStep::CalledBack => self.called_back = true,
            LoginStep::Exchanging => self.exchanging = true,
            LoginStep::Checking => self.checking = true,
        }
    }
}
