//! The engine's thread, as the window sees it: commands in, events out.
#![expect(clippy::unwrap_used, reason = "a helper that cannot go on ends its test")]

use std::sync::{Arc, Mutex, PoisonError};

use tokenscope::engine::{
    Command, DemoLifetimes, DemoOptions, Event, EventKind, Failure, Given, OperationId, OperationKind, Runner, Session,
};
use tokenscope::flow::LoginStep;
use tokenscope::model::history::HistoryKind;
use tokenscope::model::{Profile, Secret, SecretKind};
use tokenscope::setup;
use tokenscope::store::{HistoryQuery, Paths};
use tokio::sync::mpsc;

use crate::support::server::{Reply, Server, json};
use crate::support::{PATIENCE, World, address, answers, callback, custom, is_free, nobody, slug};

/// A runner and the events that came of it.
struct Window {
    runner: Option<Runner>,
    events: mpsc::Receiver<Event>,
    waiting: tokio::runtime::Runtime,
}

impl Window {
    fn open(world: &World) -> Self {
        let options = world.options.clone();
        let (runner, events) = Runner::start(Box::new(|| setup::open(options)), Arc::new(|| {}));
        Self {
            runner: Some(runner),
            events,
            waiting: waiting(),
        }
    }

    fn send(&self, command: Command) -> OperationId {
        self.runner.as_ref().unwrap().send(command).unwrap()
    }

    /// The next event; none once nothing more can come.
    fn next(&mut self) -> Option<Event> {
        next(&self.waiting, &mut self.events)
    }

    /// Every event of an operation up to its end, and how it ended.
    fn until_finished(&mut self, operation: OperationId) -> (Vec<EventKind>, Result<(), Failure>) {
        let mut kinds = Vec::new();
        loop {
            let event = self.next().unwrap();
            if event.operation != operation {
                continue;
            }
            if let EventKind::Finished { result, .. } = event.kind {
                return (kinds, result);
            }
            kinds.push(event.kind);
        }
    }

    /// Carries a command out and gives its events without the first, which says that it began.
    fn does(&mut self, command: Command) -> Vec<EventKind> {
        let operation = self.send(command);
        let (mut kinds, result) = self.until_finished(operation);
        result.unwrap();
        assert!(matches!(kinds.remove(0), EventKind::Started { .. }));
        kinds
    }

    fn step<T>(&mut self, wanted: impl Fn(&LoginStep) -> Option<T>) -> (OperationId, T) {
        loop {
            let event = self.next().unwrap();
            if let EventKind::Login { step, .. } = &event.kind
                && let Some(found) = wanted(step)
            {
                return (event.operation, found);
            }
        }
    }

    fn demo_port(&mut self) -> u16 {
        match self.does(Command::StartDemo(DemoLifetimes::NORMAL)).remove(0) {
            EventKind::DemoChanged { base_url, failure, .. } => {
                assert_eq!(failure, None);
                base_url.unwrap().port().unwrap()
            }
            other => panic!("{other:?}"),
        }
    }

    fn close(&mut self) {
        drop(self.runner.take());
    }
}

fn waiting() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap()
}

fn next(waiting: &tokio::runtime::Runtime, events: &mut mpsc::Receiver<Event>) -> Option<Event> {
    waiting
        .block_on(async { tokio::time::timeout(PATIENCE, events.recv()).await })
        .unwrap()
}

fn session(kinds: &[EventKind]) -> Arc<Session> {
    let mut sessions = kinds.iter().filter_map(|kind| match kind {
        EventKind::SessionChanged { session, .. } => Some(session.clone()),
        _ => None,
    });
    let session = sessions.next().unwrap();
    assert!(sessions.next().is_none(), "told once");
    session
}

#[test]
fn the_first_load_writes_the_demo_profiles_and_the_next_one_finds_them() {
    let world = World::new();
    for _ in 0..2 {
        let mut window = Window::open(&world);
        let kinds = window.does(Command::Load);
        let EventKind::Loaded { profiles, problems } = &kinds[0] else {
            panic!("{kinds:?}");
        };
        let names: Vec<_> = profiles.iter().map(|profile| profile.slug.as_str()).collect();
        let expected = [
            "erp-net-interactive",
            "erp-net",
            "mycorp-auth",
            "plain-oauth2",
            "redcore",
        ];
        assert_eq!(names, expected);
        assert_eq!(problems, &Vec::<String>::new());
        let histories: Vec<_> = kinds[1..]
            .iter()
            .map(|kind| match kind {
                EventKind::HistoryLoaded { slug, entries } => (slug.as_str(), entries.len()),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(histories, expected.map(|slug| (slug, 0)));
    }
}

#[test]
fn a_profile_that_cannot_be_read_is_a_problem_and_the_others_are_there() {
    let world = World::new();
    Window::open(&world).does(Command::Load);
    let file = Paths::resolve(world.options.data_dir.clone())
        .unwrap()
        .profiles_dir()
        .join("erp-net.json");
    let text = std::fs::read(&file).unwrap();
    std::fs::File::options()
        .write(true)
        .open(&file)
        .unwrap()
        .set_len(text.len() as u64 / 2)
        .unwrap();
    let kinds = Window::open(&world).does(Command::Load);
    let EventKind::Loaded { profiles, problems } = &kinds[0] else {
        panic!("{kinds:?}");
    };
    assert_eq!(profiles.len(), 4);
    assert!(
        problems.len() == 1 && problems[0].contains("erp-net.json"),
        "{problems:?}"
    );
    assert_eq!(std::fs::read(&file).unwrap(), text[..text.len() / 2]);
}

#[test]
fn a_profile_is_saved_and_deleted() {
    let world = World::new();
    let mut window = Window::open(&world);
    let profile = Profile {
        name: "Mine".to_owned(),
        slug: slug("mine"),
        ..custom(&"https://idp.example/".parse().unwrap())
    };
    let kinds = window.does(Command::SaveProfile(Box::new(profile.clone())));
    assert!(
        matches!(&kinds[..], [EventKind::ProfileSaved(saved)] if **saved == profile),
        "{kinds:?}"
    );
    let kinds = window.does(Command::Load);
    assert!(
        matches!(&kinds[0], EventKind::Loaded { profiles, .. } if profiles.contains(&profile)),
        "{kinds:?}"
    );

    let kinds = window.does(Command::DeleteProfile(slug("mine")));
    assert!(
        matches!(&kinds[..], [EventKind::ProfileDeleted(gone)] if *gone == slug("mine")),
        "{kinds:?}"
    );
    let operation = window.send(Command::DeleteProfile(slug("mine")));
    let (_, result) = window.until_finished(operation);
    assert_eq!(result.unwrap_err().code, "no_profile");
}

#[test]
fn a_client_secret_is_told_as_there_or_not() {
    let world = World::new();
    let mut window = Window::open(&world);
    for (text, expected) in [("s3cret-of-the-client", true), ("", false)] {
        let kinds = window.does(Command::SetSecret(
            slug("erp-net"),
            SecretKind::ClientSecret,
            Secret::new(text),
            None,
        ));
        assert!(matches!(&kinds[..], [EventKind::SecretChanged { is_set, .. }] if *is_set == expected));
        assert!(!format!("{kinds:?}").contains("s3cret"));
    }
}

#[test]
fn a_login_and_a_refresh_tell_tokens_that_are_already_in_the_database() {
    let world = World::new();
    let mut window = Window::open(&world);
    window.does(Command::Load);
    for (command, kind, generation) in [
        (Command::Login(slug("erp-net"), Given::default()), HistoryKind::Login, 1),
        (Command::Refresh(slug("erp-net")), HistoryKind::Refresh, 2),
    ] {
        let operation = window.send(command);
        let mut row = None;
        let session = loop {
            let event = window.next().unwrap();
            assert_eq!(event.operation, operation);
            match event.kind {
                EventKind::HistoryAdded(entry) => row = Some(*entry),
                EventKind::SessionChanged { session, .. } => break session,
                EventKind::Finished { result, .. } => panic!("{result:?} before its tokens"),
                _ => {}
            }
        };
        // Looked at through another connection, before anything else is read.
        let database = world.database();
        let stored = database
            .history(&slug("erp-net"), HistoryQuery::default())
            .unwrap()
            .remove(0);
        let row = row.unwrap();
        assert_eq!(
            (stored.id, stored.kind, stored.generation),
            (row.id, kind, Some(generation))
        );
        assert_eq!(
            stored.access.unwrap().fingerprint,
            session.tokens.access.as_ref().unwrap().fingerprint
        );
        assert_eq!(session.generation, generation);
        window.until_finished(operation).1.unwrap();
    }
    let kinds = window.does(Command::CallApi(slug("erp-net")));
    assert!(
        matches!(&kinds[..], [EventKind::HistoryAdded(_), EventKind::ApiAnswered { answer, .. }] if answer.status == 200),
        "{kinds:?}"
    );
    let kinds = window.does(Command::Load);
    let rows = kinds.iter().find_map(|kind| match kind {
        EventKind::HistoryLoaded { slug, entries } if slug.as_str() == "erp-net" => Some(entries),
        _ => None,
    });
    let kinds: Vec<_> = rows.unwrap().iter().map(|row| row.kind).collect();
    assert_eq!(kinds, [HistoryKind::ApiCall, HistoryKind::Refresh, HistoryKind::Login]);
}

#[test]
fn the_window_is_woken_only_when_there_is_something_to_read() {
    let world = World::new();
    let mailbox: Arc<Mutex<Option<mpsc::Receiver<Event>>>> = Arc::default();
    let found: Arc<Mutex<Vec<Option<Event>>>> = Arc::default();
    let (inbox, log) = (mailbox.clone(), found.clone());
    let (finished, wait) = std::sync::mpsc::sync_channel(1);
    // Whoever wakes looks himself, before anybody else can.
    let wake = Arc::new(move || {
        let event = inbox.lock().unwrap().as_mut().unwrap().try_recv().ok();
        if let Some(EventKind::Finished { .. }) = event.as_ref().map(|event| &event.kind) {
            finished.send(()).ok();
        }
        log.lock().unwrap().push(event);
    });
    let options = world.options.clone();
    let runner = {
        let mut inbox = mailbox.lock().unwrap();
        let (runner, events) = Runner::start(Box::new(|| setup::open(options)), wake);
        *inbox = Some(events);
        runner
    };
    for command in [Command::Load, Command::Login(slug("erp-net"), Given::default())] {
        runner.send(command).unwrap();
        wait.recv_timeout(PATIENCE).unwrap();
    }
    drop(runner);
    let found = found.lock().unwrap_or_else(PoisonError::into_inner);
    assert!(found.len() > 10, "{}", found.len());
    assert!(found.iter().all(Option::is_some));
    let inbox = mailbox.lock().unwrap().as_mut().unwrap().try_recv();
    assert!(inbox.is_err(), "an event without a wake: {inbox:?}");
}

#[test]
fn a_login_is_cancelled_by_its_id_and_frees_its_port() {
    let world = World::with_browser(nobody());
    let mut window = Window::open(&world);
    window.does(Command::Load);
    let login = window.send(Command::Login(slug("erp-net"), Given::default()));
    let (operation, uri) = window.step(|step| match step {
        LoginStep::Listening(uri) => Some(uri.clone()),
        _ => None,
    });
    assert_eq!(operation, login);
    // Another id stops nothing: the login is still there for the right one.
    window.send(Command::Cancel(OperationId::next()));
    window.send(Command::Cancel(login));
    let (kinds, result) = window.until_finished(login);
    assert_eq!(result.unwrap_err().code, "cancelled");
    assert!(!kinds.iter().any(|kind| matches!(kind, EventKind::HistoryAdded(_))));
    let port = url::Url::parse(&uri).unwrap().port().unwrap();
    window.waiting.block_on(is_free(port));
}

#[test]
fn a_pasted_address_ends_the_login_with_that_id() {
    let world = World::with_browser(nobody());
    let mut window = Window::open(&world);
    window.does(Command::Load);
    let login = window.send(Command::Login(slug("erp-net"), Given::default()));
    let (_, address) = window.step(address);
    // For an operation that does not exist: nobody is disturbed.
    let stranger = Secret::new(callback(&address, "error=server_error").to_string());
    window.send(Command::PasteCallback(OperationId::next(), stranger));
    let refusal = Secret::new(callback(&address, "error=access_denied").to_string());
    window.send(Command::PasteCallback(login, refusal));
    assert_eq!(window.until_finished(login).1.unwrap_err().code, "access_denied");
}

#[test]
fn two_starts_give_one_demo_provider_with_the_newer_lifetimes() {
    let world = World::new();
    let mut window = Window::open(&world);
    window.does(Command::Load);
    let first = window.send(Command::StartDemo(DemoLifetimes::NORMAL));
    let second = window.send(Command::StartDemo(DemoLifetimes::NORMAL));
    let mut origins = Vec::new();
    let mut open = 2;
    while open > 0 {
        let event = window.next().unwrap();
        assert!([first, second].contains(&event.operation));
        match event.kind {
            EventKind::DemoChanged { base_url, failure, .. } => {
                assert_eq!(failure, None);
                origins.push(base_url.unwrap());
            }
            EventKind::Finished { kind, result, .. } => {
                assert_eq!(kind, OperationKind::Demo);
                result.unwrap();
                open -= 1;
            }
            _ => {}
        }
    }
    assert_eq!(origins.len(), 2);
    assert_eq!(origins[0], origins[1]);
    window.does(Command::StartDemo(DemoLifetimes::FAST));
    let kinds = window.does(Command::Login(slug("erp-net"), Given::default()));
    assert_eq!(
        session(&kinds).tokens.access.as_ref().unwrap().lifetime.lifetime_s(),
        Some(60)
    );
    let kinds = window.does(Command::ReadDemoLog);
    assert!(matches!(&kinds[..], [EventKind::DemoLog(lines)] if !lines.is_empty()));
    let kinds = window.does(Command::StopDemo);
    assert!(
        matches!(&kinds[..], [EventKind::DemoChanged { base_url: None, .. }]),
        "{kinds:?}"
    );
    window.waiting.block_on(is_free(origins[0].port().unwrap()));
}

#[test]
fn a_demo_port_that_is_taken_is_told_by_its_number() {
    let taken = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = taken.local_addr().unwrap().port();
    let mut world = World::new();
    world.options.demo_port = port;
    let mut window = Window::open(&world);
    let operation = window.send(Command::StartDemo(DemoLifetimes::NORMAL));
    let (kinds, result) = window.until_finished(operation);
    let failure = result.unwrap_err();
    assert!(failure.message.contains(&port.to_string()), "{failure}");
    assert!(kinds.iter().any(|kind| matches!(
        kind,
        EventKind::DemoChanged { base_url: None, failure: Some(told), .. } if *told == failure
    )));
}

#[test]
fn the_end_of_the_window_ends_the_thread_its_logins_and_the_demo_provider() {
    let world = World::with_browser(nobody());
    let mut window = Window::open(&world);
    window.does(Command::Load);
    let port = window.demo_port();
    let login = window.send(Command::Login(slug("erp-net"), Given::default()));
    let (_, uri) = window.step(|step| match step {
        LoginStep::Listening(uri) => Some(uri.clone()),
        _ => None,
    });
    // Waits for the thread.
    window.close();
    let callback_port = url::Url::parse(&uri).unwrap().port().unwrap();
    for port in [port, callback_port] {
        assert!(std::net::TcpStream::connect(("127.0.0.1", port)).is_err(), "{port}");
    }
    assert_eq!(window.until_finished(login).1.unwrap_err().code, "cancelled");
    while window.next().is_some() {}
}

#[test]
fn when_the_stores_cannot_be_opened_every_request_is_answered_with_the_reason() {
    let world = World::new();
    Window::open(&world).does(Command::Load);
    let file = Paths::resolve(world.options.data_dir.clone()).unwrap().database();
    rusqlite::Connection::open(&file)
        .unwrap()
        .pragma_update(None, "user_version", 99)
        .unwrap();
    let before = std::fs::read(&file).unwrap();
    let mut window = Window::open(&world);
    for (command, kind) in [
        (Command::Load, OperationKind::Store),
        (Command::Login(slug("erp-net"), Given::default()), OperationKind::Login),
        (Command::Refresh(slug("erp-net")), OperationKind::Refresh),
        (Command::CallApi(slug("erp-net")), OperationKind::ApiCall),
        (Command::StartDemo(DemoLifetimes::NORMAL), OperationKind::Demo),
    ] {
        let operation = window.send(command);
        let event = window.next().unwrap();
        assert_eq!(event.operation, operation);
        let EventKind::Finished { kind: told, result, .. } = event.kind else {
            panic!("{event:?}");
        };
        assert_eq!(told, kind);
        let failure = result.unwrap_err();
        assert!(failure.message.contains("newer version of Tokenscope"), "{failure}");
    }
    window.close();
    assert!(window.next().is_none());
    assert_eq!(std::fs::read(&file).unwrap(), before);
}

const TOKENS: &str = r#"{"access_token":"opaque-access","token_type":"Bearer","expires_in":3600,"refresh_token":"r1"}"#;

/// A window whose refresh is out: the server answers it when the gate opens.
struct Refreshing {
    window: Window,
    refresh: OperationId,
    gate: Arc<tokio::sync::Notify>,
    /// Where the server runs, beside the test.
    _servers: (tokio::runtime::Runtime, Server),
}

impl Refreshing {
    fn start(world: &World) -> Self {
        let gate = Arc::new(tokio::sync::Notify::new());
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let server = runtime.block_on(Server::start([
            json(200, TOKENS),
            Reply::After(Arc::clone(&gate), Box::new(json(200, TOKENS))),
        ]));
        let mut window = Window::open(world);
        window.does(Command::Load);
        window.does(Command::SaveProfile(Box::new(custom(&server.url))));
        window.does(Command::Login(slug("custom"), Given::default()));
        let refresh = window.send(Command::Refresh(slug("custom")));
        while server.requests().len() < 2 {
            std::thread::yield_now();
        }
        Self {
            window,
            refresh,
            gate,
            _servers: (runtime, server),
        }
    }
}

#[test]
fn a_refresh_that_is_out_is_not_cancelled() {
    let world = World::with_browser(answers("code=c"));
    let mut refreshing = Refreshing::start(&world);
    let window = &mut refreshing.window;
    window.send(Command::Cancel(refreshing.refresh));
    // Requests are read in order: when this one is answered, the cancelling was read.
    let read = window.send(Command::ReadDemoLog);
    window.until_finished(read).1.unwrap();
    refreshing.gate.notify_one();
    let (kinds, result) = window.until_finished(refreshing.refresh);
    assert_eq!(result, Ok(()));
    assert_eq!(session(&kinds).generation, 2);
}

#[test]
fn a_refresh_that_is_out_when_the_window_closes_is_still_remembered() {
    let world = World::with_browser(answers("code=c"));
    let mut refreshing = Refreshing::start(&world);
    let runner = refreshing.window.runner.take();
    let closing = std::thread::spawn(move || drop(runner));
    refreshing.gate.notify_one();
    closing.join().unwrap();
    let history = world
        .database()
        .history(&slug("custom"), HistoryQuery::default())
        .unwrap();
    let kinds: Vec<_> = history.iter().map(|entry| entry.kind).collect();
    assert_eq!(kinds, [HistoryKind::Refresh, HistoryKind::Login]);
}

#[test]
fn the_embedded_provider_is_told_how_to_behave_and_says_so() {
    let world = World::new();
    let mut window = Window::open(&world);
    let always = DemoOptions {
        always_issue_new_refresh_token: true,
    };
    let asked = window.send(Command::SetDemoOptions(always));
    let (told, result) = window.until_finished(asked);
    result.unwrap();
    let options = told.iter().find_map(|kind| match kind {
        EventKind::DemoOptionsChanged(options) => Some(*options),
        _ => None,
    });
    assert_eq!(options, Some(always));
}

#[test]
fn changes_of_a_profile_are_made_in_the_order_in_which_they_were_asked_for() {
    let world = World::new();
    let mut window = Window::open(&world);
    let base = url::Url::parse("https://idp.example/").unwrap();
    let mut sent = Vec::new();
    for number in 0..20 {
        let profile = Profile {
            notes: number.to_string(),
            ..custom(&base)
        };
        sent.push(window.send(Command::SaveProfile(Box::new(profile))));
        let text = if number == 19 { "" } else { "a secret" };
        sent.push(window.send(Command::SetSecret(
            slug("custom"),
            SecretKind::ClientSecret,
            Secret::new(text),
            None,
        )));
    }
    let (mut ended, mut has_secret) = (Vec::new(), None);
    while ended.len() < sent.len() {
        let event = window.next().unwrap();
        match event.kind {
            EventKind::Finished { result, .. } => {
                result.unwrap();
                ended.push(event.operation);
            }
            EventKind::SecretChanged { is_set, .. } => has_secret = Some(is_set),
            _ => {}
        }
    }
    assert_eq!(ended, sent);
    assert_eq!(has_secret, Some(false));
    let kinds = window.does(Command::Load);
    let EventKind::Loaded { profiles, .. } = &kinds[0] else {
        panic!("{kinds:?}");
    };
    let custom = profiles.iter().find(|profile| profile.slug == slug("custom")).unwrap();
    assert_eq!(custom.notes, "19");
}

#[test]
fn the_login_to_a_profile_that_is_deleted_ends() {
    let world = World::with_browser(nobody());
    let mut window = Window::open(&world);
    window.does(Command::Load);
    let login = window.send(Command::Login(slug("erp-net"), Given::default()));
    window.step(|step| matches!(step, LoginStep::Waiting(_)).then_some(()));
    window.send(Command::DeleteProfile(slug("erp-net")));
    assert_eq!(window.until_finished(login).1.unwrap_err().code, "cancelled");
}

#[test]
fn rows_are_read_with_the_claims_of_their_tokens() {
    let world = World::new();
    let mut window = Window::open(&world);
    window.does(Command::Load);
    let mut rows = Vec::new();
    for command in [
        Command::Login(slug("erp-net"), Given::default()),
        Command::Refresh(slug("erp-net")),
    ] {
        let kinds = window.does(command);
        rows.extend(kinds.iter().find_map(|kind| match kind {
            EventKind::HistoryAdded(entry) => Some(entry.id),
            _ => None,
        }));
    }
    let kinds = window.does(Command::ReadTokens(slug("erp-net"), rows.clone()));
    let [EventKind::TokensRead { entries, .. }] = &kinds[..] else {
        panic!("{kinds:?}")
    };
    assert_eq!(entries.iter().map(|row| row.id).collect::<Vec<_>>(), rows);
    for row in entries {
        let claims = row.access.as_ref().and_then(|token| token.claims.as_deref());
        assert!(claims.is_some_and(|claims| claims.contains("\"iss\"")), "{row:?}");
    }
    // Those of another profile are not given out under this one's name.
    let operation = window.send(Command::ReadTokens(slug("erp-net-interactive"), rows));
    let (kinds, result) = window.until_finished(operation);
    assert_eq!(result.unwrap_err().code, "no_row");
    assert!(!kinds.iter().any(|kind| matches!(kind, EventKind::TokensRead { .. })));
}
