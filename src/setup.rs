//! Where the parts are put together: stores are opened, the embedded provider is plugged in, an engine comes out.
//!
//! The engine does not know `demo` and `demo` does not know the engine; this file knows both.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Mutex as AsyncMutex;

use crate::demo::{self, Demo};
use crate::engine::{
    BoxFuture, DemoLifetimes, DemoLine, DemoOptions, EmbeddedProvider, Engine, Failure, KnownUser, Origin, Parts,
};
use crate::flow::{Limits, OpenBrowser, Sleep};
use crate::model::{Clock, Random, Secret};
use crate::store::{Database, Paths, Profiles, StoreError};
use crate::system::{SystemClock, SystemRandom, open_browser, sleep};

/// What may differ from one start to the next.
#[derive(Clone)]
pub struct Options {
    /// Where everything is kept; none: where the platform says.
    pub data_dir: Option<PathBuf>,
    /// The port of the embedded provider; 0 takes any free one.
    pub demo_port: u16,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub random: Arc<dyn Random>,
    /// How the browser is opened.
    pub open_browser: OpenBrowser,
    /// How time is waited out.
    pub sleep: Sleep,
    /// How long and how much is taken from a server.
    pub limits: Limits,
    /// How long a login waits for the person.
    pub patience: Duration,
}

impl Default for Options {
    /// The real clock, the real browser, two minutes of patience.
    fn default() -> Self {
        Self {
            data_dir: None,
            demo_port: 0,
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
            open_browser: Arc::new(open_browser),
            sleep: Arc::new(sleep),
            limits: Limits::default(),
            patience: Duration::from_mins(2),
        }
    }
}

/// Opens the stores and makes an engine. Blocks on files and certificates: not for the window's thread.
pub fn open(options: Options) -> Result<Engine, Failure> {
    let failure = |error: StoreError| Failure::from(&error);
    let paths = Paths::resolve(options.data_dir).map_err(failure)?;
    let (database, problem) = Database::open(&paths.database()).map_err(failure)?;
    let embedded = Embedded::new(
        options.demo_port,
        Arc::clone(&options.clock),
        Arc::clone(&options.random),
    );
    Ok(Engine::new(Parts {
        profiles: Profiles::open(&paths),
        database,
        problems: problem.into_iter().map(|problem| problem.message).collect(),
        clock: options.clock,
        random: options.random,
        embedded: Arc::new(embedded),
        open_browser: options.open_browser,
        sleep: options.sleep,
        limits: options.limits,
        patience: options.patience,
    }))
}

/// The embedded provider behind the engine's trait.
pub struct Embedded {
    port: u16,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    /// Held while it starts or stops, so that two starts give one provider.
    turn: AsyncMutex<()>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    running: Option<Demo>,
    lifetimes: DemoLifetimes,
    options: DemoOptions,
}

impl Embedded {
    /// A provider that will listen on `port`; 0 takes any free one.
    pub fn new(port: u16, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Self {
        Self {
            port,
            clock,
            random,
            turn: AsyncMutex::default(),
            state: Mutex::default(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl EmbeddedProvider for Embedded {
    fn start(&self, lifetimes: DemoLifetimes) -> BoxFuture<'_, Result<Origin, Failure>> {
        Box::pin(async move {
            let _turn = self.turn.lock().await;
            {
                let mut state = self.state();
                state.lifetimes = lifetimes;
                if let Some(demo) = &state.running {
                    demo.set_lifetimes(demo_lifetimes(lifetimes));
                    return Ok(origin(demo));
                }
            }
            let settings = demo::Settings {
                port: self.port,
                lifetimes: demo_lifetimes(lifetimes),
                always_issue_new_refresh_token: self.options().always_issue_new_refresh_token,
            };
            let started = Demo::start(settings, Arc::clone(&self.clock), Arc::clone(&self.random)).await;
            let demo = started.map_err(|error| {
                Failure::local(
                    "demo",
                    error.to_string(),
                    "Everything else works without the demo server",
                )
            })?;
            let origin = origin(&demo);
            let mut state = self.state();
            // It may have been changed while this one started.
            demo.set_always_issue_new_refresh_token(state.options.always_issue_new_refresh_token);
            state.running = Some(demo);
            Ok(origin)
        })
    }

    fn origin(&self) -> Option<Origin> {
        self.state().running.as_ref().map(origin)
    }

    fn lifetimes(&self) -> DemoLifetimes {
        self.state().lifetimes
    }

    fn options(&self) -> DemoOptions {
        self.state().options
    }

    fn set_options(&self, options: DemoOptions) {
        let mut state = self.state();
        state.options = options;
        if let Some(demo) = &state.running {
            demo.set_always_issue_new_refresh_token(options.always_issue_new_refresh_token);
        }
    }

    fn stop(&self) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            let _turn = self.turn.lock().await;
            let demo = self.state().running.take();
            if let Some(demo) = demo {
                demo.stop().await;
            }
        })
    }

    fn signing_keys(&self) -> Vec<(String, Secret)> {
        let state = self.state();
        state.running.as_ref().map(Demo::signing_keys).unwrap_or_default()
    }

    fn log(&self) -> Vec<DemoLine> {
        let line = |line: demo::LogLine| DemoLine {
            at: line.at,
            request: format!("{} {} {}", line.method, line.path, line.status),
            why: line.why,
        };
        self.state()
            .running
            .as_ref()
            .map(|demo| demo.log().into_iter().map(line).collect())
            .unwrap_or_default()
    }
}

fn origin(demo: &Demo) -> Origin {
    Origin {
        base_url: demo.base_url().clone(),
        secrets: Demo::clients()
            .iter()
            .filter_map(|client| Some((client.client_id.to_owned(), Secret::from(client.client_secret?))))
            .collect(),
        users: Demo::users()
            .iter()
            .map(|user| KnownUser {
                username: user.user_name.to_owned(),
                password: Secret::from(user.password),
                about: user.about.to_owned(),
            })
            .collect(),
        verification_keys: vec![("mycorp-desktop".to_owned(), demo.verification_key())],
    }
}

/// Each system's own lifetimes normally; what was chosen otherwise, for all of them.
fn demo_lifetimes(lifetimes: DemoLifetimes) -> demo::Lifetimes {
    if lifetimes == DemoLifetimes::NORMAL {
        return demo::Lifetimes::documented();
    }
    demo::Lifetimes::uniform(
        lifetimes.access_token_s,
        lifetimes.id_token_s,
        lifetimes.refresh_token_s,
    )
}
