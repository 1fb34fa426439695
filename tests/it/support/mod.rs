//! What these tests share: a scratch engine with a clock that stands still, people who sign in, and servers that
//! misbehave.
#![expect(clippy::unwrap_used, reason = "a helper that cannot go on ends its test")]

pub(crate) mod command;
pub(crate) mod proxy;
pub(crate) mod server;
pub(crate) mod tls;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokenscope::cli::visitor;
use tokenscope::engine::{Engine, Event, EventKind, Failure, LoginOptions, OperationId, Reporter, Session};
use tokenscope::flow::{LoginStep, OpenBrowser};
use tokenscope::model::clock::ManualClock;
use tokenscope::model::history::HistoryEntry;
use tokenscope::model::template::Template;
use tokenscope::model::{Profile, Slug};
use tokenscope::setup::{self, Options};
use tokenscope::store::{Database, HistoryQuery, Paths};
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use url::Url;

/// When every test begins.
pub(crate) const START: &str = "2026-11-20T12:00:00Z";

/// Longest time that a test waits for something that must come. It decides nothing but how long a broken test hangs.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// A scratch folder, a clock, and what an engine is opened with.
pub(crate) struct World {
    pub(crate) dir: tempfile::TempDir,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) options: Options,
}

impl World {
    /// A world whose browser signs in as admin.
    pub(crate) fn new() -> Self {
        Self::with_browser(signs_in())
    }

    /// A world with this browser.
    pub(crate) fn with_browser(open_browser: OpenBrowser) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::new(start()));
        let options = Options {
            data_dir: Some(dir.path().join("data")),
            clock: clock.clone(),
            open_browser,
            patience: PATIENCE,
            ..Options::default()
        };
        Self { dir, clock, options }
    }

    /// An engine with nothing in its memory; the demo profiles are stored.
    pub(crate) async fn engine(&self) -> Engine {
        let engine = setup::open(self.options.clone()).unwrap();
        engine.load().await.unwrap();
        engine
    }

    /// An engine whose profile `custom` has its endpoints below `base`.
    pub(crate) async fn engine_at(&self, base: &Url) -> Engine {
        let engine = self.engine().await;
        engine.save_profile(custom(base)).await.unwrap();
        engine
    }

    /// Another connection to the database.
    pub(crate) fn database(&self) -> Database {
        let paths = Paths::resolve(self.options.data_dir.clone()).unwrap();
        Database::open(&paths.database()).unwrap().0
    }
}

/// [`START`].
pub(crate) fn start() -> Timestamp {
    START.parse().unwrap()
}

/// A profile's short name.
pub(crate) fn slug(text: &str) -> Slug {
    Slug::parse(text).unwrap()
}

/// A public client with PKCE and an opaque world: no keys, no issuer.
pub(crate) fn custom(base: &Url) -> Profile {
    Profile {
        base_url: base.to_string(),
        api_url: "/api".to_owned(),
        scope: "openid offline_access".to_owned(),
        ..Template::find("custom").unwrap().profile()
    }
}

/// A browser in which somebody signs in as admin at the embedded provider.
pub(crate) fn signs_in() -> OpenBrowser {
    Arc::new(|address: &Url| {
        let address = address.clone();
        Handle::current().spawn(async move { visitor::sign_in(&address, "admin", "admin").await });
        Ok(())
    })
}

/// A browser that goes straight to the redirect URI with these parameters and the right state.
pub(crate) fn answers(parameters: &'static str) -> OpenBrowser {
    Arc::new(move |address: &Url| {
        let callback = callback(address, parameters);
        Handle::current().spawn(async move { client().get(callback).send().await });
        Ok(())
    })
}

/// A browser that opens and in which nothing happens.
pub(crate) fn nobody() -> OpenBrowser {
    Arc::new(|_: &Url| Ok(()))
}

/// A parameter of an address.
pub(crate) fn parameter(address: &Url, name: &str) -> String {
    let found = address.query_pairs().find(|(key, _)| key == name);
    found.unwrap().1.into_owned()
}

/// The redirect URI of an authorization request with these parameters and the right state.
pub(crate) fn callback(address: &Url, parameters: &str) -> Url {
    let (uri, state) = (parameter(address, "redirect_uri"), parameter(address, "state"));
    Url::parse(&format!("{uri}?{parameters}&state={state}")).unwrap()
}

/// A client that follows nothing and asks no proxy.
pub(crate) fn client() -> reqwest::Client {
    reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .tls_certs_only(std::iter::empty())
        .build()
        .unwrap()
}

/// A reporter and the ear that it speaks to.
pub(crate) fn reporter() -> (Reporter, mpsc::Receiver<Event>) {
    let (events, ear) = mpsc::channel(1024);
    (Reporter::new(OperationId::next(), events, Arc::new(|| {})), ear)
}

/// How a login is run here: with a browser, as patient as the engine, nothing pasted.
pub(crate) fn with_browser() -> LoginOptions {
    LoginOptions {
        opens_browser: true,
        patience: None,
        can_paste: false,
        pasted: mpsc::channel(1).1,
        given: tokenscope::engine::Given::default(),
    }
}

/// Logs in.
pub(crate) async fn log_in(engine: &Engine, profile: &str) -> Result<Arc<Session>, Failure> {
    let (reporter, _ear) = reporter();
    engine.login(&slug(profile), with_browser(), &reporter).await
}

/// Refreshes.
pub(crate) async fn refresh(engine: &Engine, profile: &str) -> Result<Arc<Session>, Failure> {
    let (reporter, _ear) = reporter();
    engine.refresh(&slug(profile), &reporter).await
}

/// A profile's history, newest first, with claims.
pub(crate) async fn history(engine: &Engine, profile: &str) -> Vec<HistoryEntry> {
    let query = HistoryQuery {
        since: None,
        limit: None,
        with_claims: true,
    };
    engine.history(&slug(profile), query).await.unwrap()
}

/// Waits for the login step that `wanted` finds something in.
pub(crate) async fn step<T>(ear: &mut mpsc::Receiver<Event>, wanted: impl Fn(&LoginStep) -> Option<T>) -> T {
    loop {
        let event = ear.recv().await.unwrap();
        if let EventKind::Login { step, .. } = &event.kind
            && let Some(found) = wanted(step)
        {
            return found;
        }
    }
}

/// The address to sign in at, out of a login's steps.
pub(crate) fn address(step: &LoginStep) -> Option<Url> {
    match step {
        LoginStep::Address(url) => Some(url.clone()),
        _ => None,
    }
}

/// Waits until nothing listens on a port any more: until it can be bound on both loopback addresses.
pub(crate) async fn is_free(port: u16) {
    let free = async {
        while std::net::TcpListener::bind(("127.0.0.1", port)).is_err()
            || std::net::TcpListener::bind(("::1", port)).is_err()
        {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, free).await.unwrap();
}
