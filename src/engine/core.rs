//! The engine: holds the sessions and does one thing at a time to each of them.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Mutex as AsyncMutex;

use super::archive::Archive;
use super::clients::Clients;
use super::command::{DemoLifetimes, DemoOptions};
use super::embedded::{EmbeddedProvider, Origin};
use super::event::{DemoLine, EventKind};
use super::failure::Failure;
use super::key_memory::KeyMemory;
use super::reporter::Reporter;
use super::secrets::{Audience, Found, Secrets};
use super::session::Session;
use crate::flow::{Http, Limits, OpenBrowser, Sleep};
use crate::model::history::HistoryEntry;
use crate::model::transport::Transport;
use crate::model::{Clock, Fingerprint, Profile, Random, Secret, SecretKind, Slug};
use crate::store::{Database, HistoryQuery, Profiles};

/// What an engine is made of.
pub struct Parts {
    /// Where profiles are.
    pub profiles: Profiles,
    /// Where history is.
    pub database: Database,
    /// What was wrong with the stores when they were opened, a sentence each: told with the profiles.
    pub problems: Vec<String>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub random: Arc<dyn Random>,
    /// The embedded provider.
    pub embedded: Arc<dyn EmbeddedProvider>,
    /// How the browser is opened.
    pub open_browser: OpenBrowser,
    /// How time is waited out.
    pub sleep: Sleep,
    /// How long and how much is taken from a server.
    pub limits: Limits,
    /// How long a login waits for the person, unless the caller says otherwise.
    pub patience: Duration,
}

/// The one way to log in, refresh and call. Clones share everything.
#[derive(Clone)]
pub struct Engine {
    pub(super) inner: Arc<Inner>,
}

pub(super) struct Inner {
    pub(super) archive: Archive,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) random: Arc<dyn Random>,
    pub(super) embedded: Arc<dyn EmbeddedProvider>,
    pub(super) open_browser: OpenBrowser,
    pub(super) sleep: Sleep,
    http: Http,
    limits: Limits,
    pub(super) patience: Duration,
    /// In memory only: gone with the process.
    memory: Mutex<Memory>,
    key_memory: KeyMemory,
}

#[derive(Default)]
struct Memory {
    sessions: HashMap<Slug, Arc<Session>>,
    secrets: Secrets,
    clients: Clients,
    /// The tokens that were made here for tests.
    forged: HashSet<Fingerprint>,
    /// One at a time per session: a rotating refresh token is single-use.
    turns: HashMap<Slug, Arc<AsyncMutex<()>>>,
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Engine")
    }
}

impl Engine {
    /// An engine. Reads the system's certificates: not on the window's thread.
    pub fn new(parts: Parts) -> Self {
        Self {
            inner: Arc::new(Inner {
                archive: Archive::new(parts.profiles, parts.database, parts.problems),
                limits: parts.limits,
                http: Http::new(Arc::clone(&parts.clock), parts.limits),
                clock: parts.clock,
                random: parts.random,
                embedded: parts.embedded,
                open_browser: parts.open_browser,
                sleep: parts.sleep,
                patience: parts.patience,
                memory: Mutex::default(),
                key_memory: KeyMemory::default(),
            }),
        }
    }

    /// Every profile, and a sentence for each file that cannot be read. The first time ever, the demo profiles are
    /// written before.
    pub async fn load(&self) -> Result<(Vec<Profile>, Vec<String>), Failure> {
        self.inner.archive.load_all().await
    }

    /// One profile.
    pub async fn profile(&self, slug: &Slug) -> Result<Profile, Failure> {
        self.inner.archive.load(slug).await
    }

    /// Stores a profile as it is, valid or not: half a form is better than a lost one. Only a secret in it is refused.
    pub async fn save_profile(&self, profile: Profile) -> Result<(), Failure> {
        if let Some(error) = profile.stored_secret() {
            let message = format!("{}: {}", error.field.label(), error.message);
            return Err(Failure::local("secret_in_profile", message, "Nothing was saved"));
        }
        self.inner.archive.save(profile).await
    }

    /// Deletes a profile, its session and its secret, then its history. The profile is gone when this is `Ok`; what is
    /// inside says why the history is not.
    pub async fn delete_profile(&self, slug: &Slug) -> Result<Result<(), Failure>, Failure> {
        // A refresh that is out would bring session and history back: it ends first.
        let turn = self.inner.turn(slug);
        let _turn = turn.lock().await;
        self.inner.archive.delete_profile(slug).await?;
        {
            let mut memory = self.inner.memory();
            memory.sessions.remove(slug);
            memory.secrets.forget(slug);
        }
        Ok(self.inner.archive.delete_history(slug).await)
    }

    /// What a profile holds now.
    pub fn session(&self, slug: &Slug) -> Option<Arc<Session>> {
        self.inner.session(slug)
    }

    /// A profile's history, newest first.
    pub async fn history(&self, slug: &Slug, query: HistoryQuery) -> Result<Vec<HistoryEntry>, Failure> {
        self.inner.archive.history(slug, query).await
    }

    /// Rows of a profile's history by their numbers, with the headers and claims of their tokens.
    pub async fn history_entries(&self, slug: &Slug, ids: Vec<i64>) -> Result<Vec<HistoryEntry>, Failure> {
        self.inner.archive.history_entries(slug, ids).await
    }

    /// The newest row of a profile's history that has tokens, with their headers and claims.
    pub async fn last_tokens(&self, slug: &Slug) -> Result<Option<HistoryEntry>, Failure> {
        self.inner.archive.last_tokens(slug).await
    }

    /// Starts the embedded provider, or gives it other lifetimes when it runs.
    pub async fn start_demo(&self, lifetimes: DemoLifetimes) -> Result<Origin, Failure> {
        self.inner.embedded.start(lifetimes).await
    }

    /// Stops the embedded provider.
    pub async fn stop_demo(&self) {
        self.inner.embedded.stop().await;
    }

    /// How the embedded provider behaves.
    pub fn demo_options(&self) -> DemoOptions {
        self.inner.embedded.options()
    }

    /// Changes how the embedded provider behaves, whether it runs or not.
    pub fn set_demo_options(&self, options: DemoOptions) {
        self.inner.embedded.set_options(options);
    }

    /// What the embedded provider was asked.
    pub fn demo_log(&self) -> Vec<DemoLine> {
        self.inner.embedded.log()
    }

    /// Where the embedded provider is and how long its tokens live.
    pub fn demo_state(&self) -> (Option<Origin>, DemoLifetimes) {
        (self.inner.embedded.origin(), self.inner.embedded.lifetimes())
    }
}

impl Inner {
    /// The client for what belongs to no profile: it trusts what this machine trusts.
    pub(super) fn http(&self) -> &Http {
        &self.http
    }

    /// The keys that were asked for while looking at tokens.
    pub(super) const fn key_memory(&self) -> &KeyMemory {
        &self.key_memory
    }

    pub(super) fn keep_forged(&self, token: Fingerprint) {
        self.memory().forged.insert(token);
    }

    pub(super) fn is_forged(&self, token: &Fingerprint) -> bool {
        self.memory().forged.contains(token)
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        // Nothing is ever half-changed under this lock.
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn session(&self, slug: &Slug) -> Option<Arc<Session>> {
        self.memory().sessions.get(slug).cloned()
    }

    pub(super) fn keep_session(&self, slug: &Slug, session: Arc<Session>) {
        self.memory().sessions.insert(slug.clone(), session);
    }

    /// The turn of a session: whoever holds its lock may refresh.
    pub(super) fn turn(&self, slug: &Slug) -> Arc<AsyncMutex<()>> {
        Arc::clone(self.memory().turns.entry(slug.clone()).or_default())
    }

    /// Where the embedded provider is, started if the profile needs it.
    pub(super) async fn origin_for(&self, profile: &Profile, reporter: &Reporter) -> Result<Option<Origin>, Failure> {
        if !profile.uses_demo() {
            return Ok(None);
        }
        if let Some(origin) = self.embedded.origin() {
            return Ok(Some(origin));
        }
        let started = self.embedded.start(self.embedded.lifetimes()).await;
        self.tell_demo(started.as_ref().err(), reporter).await;
        started.map(Some)
    }

    /// Tells where the embedded provider is now, and why it could not start.
    pub(super) async fn tell_demo(&self, failure: Option<&Failure>, reporter: &Reporter) {
        let (base_url, users) = self
            .embedded
            .origin()
            .map(|origin| (origin.base_url, origin.users))
            .unzip();
        let lifetimes = self.embedded.lifetimes();
        reporter
            .tell(EventKind::DemoChanged {
                base_url,
                lifetimes,
                users: users.unwrap_or_default(),
                failure: failure.cloned(),
            })
            .await;
    }

    /// The client for a transport.
    pub(super) async fn http_for(&self, transport: Transport) -> Result<Http, Failure> {
        if transport == Transport::default() {
            return Ok(self.http.clone());
        }
        if let Some(http) = self.memory().clients.get(&transport) {
            return Ok(http);
        }
        let (clock, limits, wanted) = (Arc::clone(&self.clock), self.limits, transport.clone());
        let http = tokio::task::spawn_blocking(move || Http::with_transport(clock, limits, &wanted))
            .await
            .map_err(|error| Failure::internal("The connection", error, "Try again"))?
            .map_err(|error| {
                Failure::local(
                    "invalid_profile",
                    error.to_string(),
                    "Correct “Connection” in the profile",
                )
            })?;
        self.memory().clients.keep(&transport, http.clone());
        Ok(http)
    }

    pub(super) fn keep_secret(&self, slug: &Slug, kind: SecretKind, secret: Secret, given_for: Option<Audience>) {
        self.memory().secrets.keep(slug, kind, secret, given_for);
    }

    /// What is kept of these kinds for a conversation of `profile`, which may be the one of a session and not the stored one.
    pub(super) async fn kept_secrets<const N: usize>(&self, profile: &Profile, kinds: [SecretKind; N]) -> [Found; N] {
        let stored = self.archive.load(&profile.slug).await.ok();
        let (wanted, stored) = (Audience::of(profile), stored.as_ref().and_then(Audience::of));
        let mut memory = self.memory();
        kinds.map(|kind| {
            memory
                .secrets
                .find(&profile.slug, kind, wanted.as_ref(), stored.as_ref())
        })
    }

    /// Whether there is a secret that the person gave.
    pub(super) fn has_secret(&self, slug: &Slug, kind: SecretKind) -> bool {
        self.memory().secrets.has(slug, kind)
    }

    /// Tells what a profile holds now. Whoever calls has kept it and stored its row.
    pub(super) async fn tell_session(&self, slug: &Slug, session: &Arc<Session>, reporter: &Reporter) {
        reporter
            .tell(EventKind::SessionChanged {
                slug: slug.clone(),
                session: Arc::clone(session),
            })
            .await;
    }

    /// Adds a row to the history and tells it; a row that cannot be written is told as well, and stops nothing. Nothing is
    /// left of a profile that was deleted meanwhile.
    pub(super) async fn remember(
        &self,
        entry: HistoryEntry,
        exchanges: Vec<crate::model::exchange::Exchange>,
        reporter: &Reporter,
    ) {
        match self.archive.add(entry, exchanges).await {
            Ok(Some(entry)) => reporter.tell(EventKind::HistoryAdded(Box::new(entry))).await,
            Ok(None) => {}
            Err(failure) => reporter.tell(EventKind::NotRemembered(failure)).await,
        }
    }
}
