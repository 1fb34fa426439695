//! The engine's own thread: takes requests from the window, runs each as a task, sends events back.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

use super::command::{Command, Request};
use super::core::Engine;
use super::equipment::Given;
use super::event::{Event, EventKind};
use super::failure::Failure;
use super::fallback::Renewal;
use super::login::LoginOptions;
use super::logout::LogoutOptions;
use super::operation::{OperationId, OperationKind};
use super::reporter::{EVENT_QUEUE_LEN, Reporter, Wake};
use crate::model::{Secret, SecretKind, Slug};
use crate::store::HistoryQuery;

/// How many requests may wait. A person cannot click that fast; a window that does is told so.
const REQUEST_QUEUE_LEN: usize = 64;
/// How many history rows a window is given.
const HISTORY_LIMIT: usize = 100_000;
/// How long the end waits for a refresh that is out: its answer may hold the only good refresh token.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// Makes an engine, on the runner's thread: it opens files and reads certificates.
pub type Open = Box<dyn FnOnce() -> Result<Engine, Failure> + Send>;

/// The window's end of the engine.
#[derive(Debug)]
pub struct Runner {
    requests: Option<mpsc::Sender<Request>>,
    thread: Option<JoinHandle<()>>,
}

/// Why a request was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotTaken {
    /// Too many wait already.
    #[error("The engine is busy. Try again in a moment")]
    Busy,
    /// The thread has ended.
    #[error("The engine has stopped. Start Tokenscope again")]
    Stopped,
}

impl Runner {
    /// Starts the thread. `wake` is called after each event is there to be read.
    pub fn start(open: Open, wake: Wake) -> (Self, mpsc::Receiver<Event>) {
        let (requests, inbox) = mpsc::channel(REQUEST_QUEUE_LEN);
        let (events, outbox) = mpsc::channel(EVENT_QUEUE_LEN);
        let thread = std::thread::Builder::new()
            .name("engine".to_owned())
            .spawn(move || run(open, inbox, events, wake));
        let runner = Self {
            requests: thread.is_ok().then_some(requests),
            thread: thread.ok(),
        };
        (runner, outbox)
    }

    /// Hands over a command and gives the id under which its events come. Never blocks.
    pub fn send(&self, command: Command) -> Result<OperationId, NotTaken> {
        let operation = OperationId::next();
        let requests = self.requests.as_ref().ok_or(NotTaken::Stopped)?;
        match requests.try_send(Request { operation, command }) {
            Ok(()) => Ok(operation),
            Err(mpsc::error::TrySendError::Full(_)) => Err(NotTaken::Busy),
            Err(mpsc::error::TrySendError::Closed(_)) => Err(NotTaken::Stopped),
        }
    }
}

impl Drop for Runner {
    /// Ends the thread: logins are cancelled, a refresh that is out gets a moment to finish.
    fn drop(&mut self) {
        drop(self.requests.take());
        if let Some(thread) = self.thread.take() {
            // A panic there has been reported where it happened.
            let _ = thread.join();
        }
    }
}

fn run(open: Open, inbox: mpsc::Receiver<Request>, events: mpsc::Sender<Event>, wake: Wake) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("engine-worker")
        .enable_all()
        .build();
    let engine = match (runtime, open()) {
        (Ok(runtime), Ok(engine)) => {
            let desk = Desk {
                engine,
                events,
                wake,
                running: Arc::default(),
                changes: HashMap::new(),
                tasks: TaskTracker::new(),
            };
            runtime.block_on(desk.serve(inbox));
            runtime.shutdown_timeout(Duration::from_millis(200));
            return;
        }
        (Err(error), _) => Failure::local(
            "internal",
            format!("The engine could not start ({error})"),
            "Free some memory and start again",
        ),
        (_, Err(failure)) => failure,
    };
    refuse_all(&engine, inbox, &events, &wake);
}

/// Answers every request with the reason why there is no engine.
fn refuse_all(failure: &Failure, mut inbox: mpsc::Receiver<Request>, events: &mpsc::Sender<Event>, wake: &Wake) {
    while let Some(request) = inbox.blocking_recv() {
        let event = Event {
            operation: request.operation,
            kind: EventKind::Finished {
                slug: slug_of(&request.command).cloned(),
                kind: kind_of(&request.command),
                result: Err(failure.clone()),
            },
        };
        if events.blocking_send(event).is_ok() {
            wake();
        }
    }
}

/// What runs now, and how to reach it.
#[derive(Debug)]
struct Running {
    slug: Option<Slug>,
    stop: CancellationToken,
    pasted: Option<mpsc::Sender<Secret>>,
}

struct Desk {
    engine: Engine,
    events: mpsc::Sender<Event>,
    wake: Wake,
    running: Arc<Mutex<HashMap<OperationId, Running>>>,
    /// The newest change of each profile or of its secrets: whatever is asked next waits for its end.
    changes: HashMap<Slug, CancellationToken>,
    tasks: TaskTracker,
}

impl Desk {
    async fn serve(mut self, mut inbox: mpsc::Receiver<Request>) {
        while let Some(Request { operation, command }) = inbox.recv().await {
            match command {
                Command::Cancel(which) => {
                    if let Some(running) = self.running().get(&which) {
                        running.stop.cancel();
                    }
                }
                Command::PasteCallback(which, text) => {
                    let pasted = self.running().get(&which).and_then(|running| running.pasted.clone());
                    if let Some(pasted) = pasted {
                        // A login that has just ended has no use for it.
                        let _ = pasted.try_send(text);
                    }
                }
                command => self.spawn(operation, command),
            }
        }
        // The window is gone: nobody waits for a login any more. What stores or refreshes goes on to its end.
        for running in self.running().values() {
            running.stop.cancel();
        }
        self.tasks.close();
        if tokio::time::timeout(LAST_WORDS, self.tasks.wait()).await.is_err() {
            tracing::warn!("a request was still out when the program ended");
        }
        self.engine.stop_demo().await;
    }

    fn running(&self) -> std::sync::MutexGuard<'_, HashMap<OperationId, Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a command has to wait for, and the guard that says when it has ended itself, where others have to wait for it.
    fn turn(&mut self, command: &Command) -> (Option<CancellationToken>, Option<DropGuard>) {
        self.changes.retain(|_, ended| !ended.is_cancelled());
        let Some(slug) = slug_of(command) else {
            return (None, None);
        };
        let before = self.changes.get(slug).cloned();
        let changes = matches!(
            command,
            Command::SaveProfile(_) | Command::CreateProfile(_) | Command::DeleteProfile(_) | Command::SetSecret(..)
        );
        let ended = changes.then(CancellationToken::new);
        if let Some(ended) = &ended {
            self.changes.insert(slug.clone(), ended.clone());
        }
        (before, ended.map(CancellationToken::drop_guard))
    }

    fn spawn(&mut self, operation: OperationId, command: Command) {
        if let Command::DeleteProfile(slug) = &command {
            // Nobody waits any more for a login to what is gone.
            for running in self
                .running()
                .values()
                .filter(|running| running.slug.as_ref() == Some(slug))
            {
                running.stop.cancel();
            }
        }
        let (before, ended) = self.turn(&command);
        let stop = CancellationToken::new();
        let (pasted, paste_inbox) = mpsc::channel(4);
        self.running().insert(
            operation,
            Running {
                slug: slug_of(&command).cloned(),
                stop: stop.clone(),
                // A refresh may become a login.
                pasted: matches!(command, Command::Login(..) | Command::Refresh(_)).then_some(pasted),
            },
        );
        let reporter = Reporter::new(operation, self.events.clone(), Arc::clone(&self.wake));
        let (engine, running) = (self.engine.clone(), Arc::clone(&self.running));
        self.tasks.spawn(async move {
            // Held to the end, a panic included.
            let _ended = ended;
            if let Some(before) = before {
                before.cancelled().await;
            }
            let (slug, kind) = (slug_of(&command).cloned(), kind_of(&command));
            reporter
                .tell(EventKind::Started {
                    slug: slug.clone(),
                    kind,
                })
                .await;
            let result = carry_out(&engine, command, paste_inbox, &stop, &reporter).await;
            running
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .remove(&operation);
            reporter.tell(EventKind::Finished { slug, kind, result }).await;
        });
    }
}

async fn carry_out(
    engine: &Engine,
    command: Command,
    pasted: mpsc::Receiver<Secret>,
    stop: &CancellationToken,
    reporter: &Reporter,
) -> Result<(), Failure> {
    match command {
        Command::Load => load(engine, reporter).await?,
        Command::SaveProfile(profile) => {
            engine.save_profile((*profile).clone()).await?;
            reporter.tell(EventKind::ProfileSaved(profile)).await;
        }
        Command::DeleteProfile(slug) => {
            let history = engine.delete_profile(&slug).await?;
            reporter.tell(EventKind::ProfileDeleted(slug)).await;
            if let Err(failure) = history {
                reporter.tell(EventKind::NotRemembered(failure)).await;
            }
        }
        Command::SetSecret(slug, kind, secret, draft) => {
            match draft {
                Some(draft) => engine.set_secret_for(&slug, kind, secret, &draft),
                None => engine.set_secret(&slug, kind, secret),
            }
            tell_secret(engine, slug, kind, reporter).await;
        }
        Command::Login(slug, given) => {
            engine
                .login_until(&slug, login_options(pasted, given), stop, reporter)
                .await?;
        }
        Command::Refresh(slug) => {
            let login = || login_options(pasted, Given::default());
            // The window asks for itself, after this has ended.
            let ask = async |_: &Failure| false;
            engine
                .refresh_or_login(&slug, Renewal { login, ask }, stop, reporter)
                .await?;
        }
        Command::CallApi(slug) => or_cancelled(Box::pin(engine.call_api(&slug, None, reporter)), stop).await?,
        Command::Discover(lookup) => or_cancelled(Box::pin(engine.discover(&lookup, reporter)), stop).await?,
        Command::Register(wanted) => or_cancelled(Box::pin(engine.register(&wanted, reporter)), stop).await?,
        Command::CreateProfile(new) => {
            engine.create_profile(*new, reporter).await?;
        }
        Command::Ask(slug, question) => or_cancelled(Box::pin(engine.ask(&slug, question, reporter)), stop).await?,
        Command::ReadTokens(slug, ids) => {
            let entries = engine.history_entries(&slug, ids).await?;
            reporter.tell(EventKind::TokensRead { slug, entries }).await;
        }
        Command::ReadKeys(slug) => or_cancelled(Box::pin(engine.provider_keys(&slug, reporter)), stop).await?,
        // Not cancelled: only the answer tells whether the token is dead.
        Command::Revoke(slug, kind) => engine.revoke(&slug, kind, reporter).await.map(|_| ())?,
        Command::LogOut(slug) => {
            let options = LogoutOptions {
                opens_browser: true,
                patience: None,
            };
            engine.log_out(&slug, options, stop, reporter).await?;
        }
        Command::Inspect(request) => or_cancelled(Box::pin(engine.inspect(*request, reporter)), stop).await?,
        Command::Forge(request) => or_cancelled(Box::pin(engine.forge(*request, reporter)), stop).await?,
        Command::StartDemo(lifetimes) => {
            let result = engine.start_demo(lifetimes).await;
            engine.inner.tell_demo(result.as_ref().err(), reporter).await;
            result?;
        }
        Command::StopDemo => {
            engine.stop_demo().await;
            engine.inner.tell_demo(None, reporter).await;
        }
        Command::SetDemoOptions(options) => {
            engine.set_demo_options(options);
            let options = engine.demo_options();
            reporter.tell(EventKind::DemoOptionsChanged(options)).await;
        }
        Command::ReadDemoLog => reporter.tell(EventKind::DemoLog(engine.demo_log())).await,
        // Handled where they arrive, because they are about other operations.
        Command::Cancel(_) | Command::PasteCallback(..) => {}
    }
    Ok(())
}

const fn login_options(pasted: mpsc::Receiver<Secret>, given: Given) -> LoginOptions {
    LoginOptions {
        opens_browser: true,
        patience: None,
        can_paste: true,
        pasted,
        given,
    }
}

async fn tell_secret(engine: &Engine, slug: Slug, kind: SecretKind, reporter: &Reporter) {
    let is_set = engine.inner.has_secret(&slug, kind);
    reporter.tell(EventKind::SecretChanged { slug, kind, is_set }).await;
}

/// Does `work` unless it is stopped first. What has finished is not called cancelled.
async fn or_cancelled<T>(
    work: impl Future<Output = Result<T, Failure>>,
    stop: &CancellationToken,
) -> Result<(), Failure> {
    tokio::select! {
        biased;
        done = work => done.map(|_| ()),
        () = stop.cancelled() => Err(Failure::cancelled()),
    }
}

async fn load(engine: &Engine, reporter: &Reporter) -> Result<(), Failure> {
    let (profiles, problems) = engine.load().await?;
    let slugs: Vec<Slug> = profiles.iter().map(|profile| profile.slug.clone()).collect();
    reporter.tell(EventKind::Loaded { profiles, problems }).await;
    for slug in slugs {
        let query = HistoryQuery {
            since: None,
            limit: Some(HISTORY_LIMIT),
            with_claims: false,
        };
        let entries = engine.history(&slug, query).await?;
        reporter.tell(EventKind::HistoryLoaded { slug, entries }).await;
    }
    Ok(())
}

fn slug_of(command: &Command) -> Option<&Slug> {
    match command {
        Command::SaveProfile(profile) => Some(&profile.slug),
        Command::CreateProfile(new) => Some(&new.profile.slug),
        Command::DeleteProfile(slug)
        | Command::SetSecret(slug, ..)
        | Command::Login(slug, _)
        | Command::Refresh(slug)
        | Command::CallApi(slug)
        | Command::Ask(slug, _)
        | Command::ReadKeys(slug)
        | Command::ReadTokens(slug, _)
        | Command::Revoke(slug, _)
        | Command::LogOut(slug) => Some(slug),
        _ => None,
    }
}

const fn kind_of(command: &Command) -> OperationKind {
    match command {
        Command::Login(..) | Command::PasteCallback(..) => OperationKind::Login,
        Command::Refresh(_) => OperationKind::Refresh,
        Command::CallApi(_) => OperationKind::ApiCall,
        Command::Discover(_) | Command::Register(_) => OperationKind::Discovery,
        Command::Inspect(_) | Command::Forge(_) => OperationKind::Inspection,
        Command::Ask(..) | Command::ReadKeys(_) => OperationKind::Question,
        Command::Revoke(..) => OperationKind::Revocation,
        Command::LogOut(_) => OperationKind::Logout,
        Command::StartDemo(_) | Command::StopDemo | Command::SetDemoOptions(_) | Command::ReadDemoLog => {
            OperationKind::Demo
        }
        Command::Load
        | Command::SaveProfile(_)
        | Command::CreateProfile(_)
        | Command::DeleteProfile(_)
        | Command::ReadTokens(..)
        | Command::SetSecret(..)
        | Command::Cancel(_) => OperationKind::Store,
    }
}
