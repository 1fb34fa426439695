//! A window with an engine that only writes down what it is asked, and a story to show in it.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use egui::accesskit::Role;
use egui::{Key, Modifiers, OutputCommand, Theme, Vec2, ViewportId};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use egui_kittest::{Harness, Node};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use tokenscope::engine::{
    Command, Event, EventKind, Failure, KnownUser, LoginStep, OperationId, OperationKind, Previous, Session,
};
use tokenscope::gui::app::{App, EngineLink};
use tokenscope::gui::screen::ThemeChoice;
use tokenscope::gui::times::Times;
use tokenscope::model::checks::{Check, Outcome};
use tokenscope::model::clock::ManualClock;
use tokenscope::model::history::{HistoryEntry, HistoryKind, TokenRecord};
use tokenscope::model::lifetime::ServerTime;
use tokenscope::model::template::Template;
use tokenscope::model::verify::{Signature, SignatureStatus};
use tokenscope::model::{Profile, Secret, SecretKind, Slug, Token, TokenKind, TokenSet};

/// Writes down what it is asked and tells what a test puts in.
#[derive(Clone, Debug, Default)]
pub(crate) struct FakeEngine {
    sent: Rc<RefCell<Vec<(OperationId, Command)>>>,
    events: Rc<RefCell<VecDeque<Event>>>,
}

impl EngineLink for FakeEngine {
    fn send(&self, command: Command) -> Result<OperationId, String> {
        let operation = OperationId::next();
        self.sent.borrow_mut().push((operation, command));
        Ok(operation)
    }

    fn next_event(&mut self) -> Option<Event> {
        self.events.borrow_mut().pop_front()
    }
}

/// A window under test.
pub(crate) struct Window {
    pub(crate) harness: Harness<'static, App<FakeEngine>>,
    engine: FakeEngine,
    pub(crate) clock: Arc<ManualClock>,
}

/// The time at which every story is told.
pub(crate) fn now() -> Timestamp {
    "2026-11-20T13:11:10Z".parse().unwrap()
}

impl Window {
    pub(crate) fn new() -> Self {
        Self::sized(1280.0, 800.0, Theme::Dark)
    }

    pub(crate) fn sized(width: f32, height: f32, theme: Theme) -> Self {
        let engine = FakeEngine::default();
        let clock = Arc::new(ManualClock::new(now()));
        let choice = match theme {
            Theme::Dark => ThemeChoice::Dark,
            Theme::Light => ThemeChoice::Light,
        };
        let times = Times::new(TimeZone::fixed(jiff::tz::offset(1)));
        let (link, time) = (engine.clone(), Arc::clone(&clock));
        let harness = Harness::builder()
            .with_size(Vec2::new(width, height))
            .with_theme(theme)
            .with_max_steps(20)
            .with_render_cursor(false)
            .build_eframe(move |cc| App::new(&cc.egui_ctx, link, time, times, choice));
        Self { harness, engine, clock }
    }

    /// The engine tells something, and the window shows it.
    pub(crate) fn tell(&mut self, operation: OperationId, kind: EventKind) {
        self.engine.events.borrow_mut().push_back(Event { operation, kind });
        self.settle();
    }

    /// Draws until nothing moves. A countdown always wants one more frame in a second, so this is not `run`.
    pub(crate) fn settle(&mut self) {
        for _ in 0..4 {
            self.harness.step();
        }
    }

    /// Clicks the control with this name.
    pub(crate) fn click(&mut self, name: &str) {
        self.control(name).click();
        self.settle();
    }

    /// The control with this name: not a label that says the same.
    pub(crate) fn control<'a>(&'a self, name: &'a str) -> Node<'a> {
        self.harness
            .query_all_by_label(name)
            .find(|node| !matches!(node.accesskit_node().role(), Role::Label))
            .unwrap_or_else(|| panic!("no control is called {name:?}"))
    }

    /// Whether a text or a control with this name is there.
    pub(crate) fn sees(&self, name: &str) -> bool {
        self.harness.query_all_by_label(name).next().is_some()
    }

    /// Replaces what stands in a field.
    pub(crate) fn type_into(&mut self, name: &str, text: &str) {
        self.control(name).focus();
        self.settle();
        self.harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
        self.settle();
        self.control(name).type_text(text);
        self.settle();
    }

    /// Presses keys.
    pub(crate) fn keys(&mut self, modifiers: Modifiers, key: Key) {
        self.harness.key_press_modifiers(modifiers, key);
        self.settle();
    }

    /// What the engine was asked since the last time.
    pub(crate) fn asked(&self) -> Vec<(OperationId, Command)> {
        self.engine.sent.borrow_mut().drain(..).collect()
    }

    /// The same without what the window asks by itself at the start.
    pub(crate) fn only_request(&self) -> (OperationId, Command) {
        let mut asked = self.asked();
        asked.retain(|(_, command)| !matches!(command, Command::Load));
        assert_eq!(asked.len(), 1, "{asked:?}");
        asked.remove(0)
    }

    /// The two demo profiles are there.
    pub(crate) fn with_profiles(mut self) -> Self {
        self.tell(
            OperationId::next(),
            EventKind::Loaded {
                profiles: Template::first_run().collect(),
                problems: Vec::new(),
            },
        );
        self.start_demo();
        self
    }

    /// This profile is there and open, and the demo server runs.
    pub(crate) fn with_profile(mut self, profile: Profile) -> Self {
        self.tell(
            OperationId::next(),
            EventKind::Loaded {
                profiles: vec![profile],
                problems: Vec::new(),
            },
        );
        self.start_demo();
        self
    }

    /// The client secret of a profile is there.
    pub(crate) fn hold_secret(&mut self, slug: &Slug) {
        let kind = EventKind::SecretChanged {
            slug: slug.clone(),
            kind: SecretKind::ClientSecret,
            is_set: true,
        };
        self.tell(OperationId::next(), kind);
    }

    /// The demo server runs.
    pub(crate) fn start_demo(&mut self) {
        self.tell(
            OperationId::next(),
            EventKind::DemoChanged {
                base_url: Some("http://127.0.0.1:7780/".parse().unwrap()),
                lifetimes: tokenscope::engine::DemoLifetimes::NORMAL,
                users: people(),
                failure: None,
            },
        );
    }

    /// A login of a profile goes through these steps.
    pub(crate) fn log_in(&mut self, slug: &Slug, steps: impl IntoIterator<Item = LoginStep>) -> OperationId {
        let id = OperationId::next();
        let (started, kind) = (Some(slug.clone()), OperationKind::Login);
        self.tell(id, EventKind::Started { slug: started, kind });
        for step in steps {
            let slug = slug.clone();
            self.tell(id, EventKind::Login { slug, step });
        }
        id
    }

    /// The trusted app is logged in and was refreshed twice.
    pub(crate) fn with_session(mut self) -> Self {
        let slug = trusted();
        self.tell(
            OperationId::next(),
            EventKind::SessionChanged {
                slug: slug.clone(),
                session: Arc::new(session(3)),
            },
        );
        self.tell(
            OperationId::next(),
            EventKind::HistoryLoaded {
                slug,
                entries: history(),
            },
        );
        self
    }
}

/// Who can sign in at the demo server.
pub(crate) fn people() -> Vec<KnownUser> {
    [
        ("admin", "admin", "administrator"),
        ("j.doe", "demo", "staff, in no group of administrators"),
        ("new.hire", "demo", "in no LDAP group yet: no roles"),
    ]
    .map(|(username, password, about)| KnownUser {
        username: username.to_owned(),
        password: Secret::new(password),
        about: about.to_owned(),
    })
    .to_vec()
}

pub(crate) fn trusted() -> Slug {
    profile().slug
}

pub(crate) fn profile() -> Profile {
    Template::find("erp-net").unwrap().profile()
}

fn at(seconds_ago: i64) -> Timestamp {
    now().checked_sub(SignedDuration::from_secs(seconds_ago)).unwrap()
}

/// A JWT that was never signed: enough to be read.
pub(crate) fn jwt(header: &str, claims: &str) -> Secret {
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    Secret::new(format!(
        "{}.{}.{}",
        part(header),
        part(claims),
        part(&"signature".repeat(28))
    ))
}

fn access_claims(issued: Timestamp, generation: u32) -> String {
    let (iat, exp) = (issued.as_second(), issued.as_second() + 3600);
    let auth_time = iat - 29_520;
    format!(
        r#"{{"iss":"http://127.0.0.1:7780/id","sub":"admin","aud":"DomainApi","client_id":"my.trusted.app/first","nbf":{iat},"exp":{exp},"iat":{iat},"scope":["openid","profile","DomainApi","offline_access"],"user_type":"InternalUser","db":"DEMO","locale":"en-US","jti":"_ltBLKwcJSKmAa3nflZp{generation}Q","auth_time":{auth_time}}}"#
    )
}

pub(crate) fn session(generation: u32) -> Session {
    let received_at = at(18 * 60 - 10);
    let issued = |generation: u32| received_at - SignedDuration::from_hours(i64::from(3 - generation.min(3)));
    let header = r#"{"alg":"RS256","kid":"BDlhjb8s8E2Jmmqh6P9qdA","typ":"at+jwt"}"#;
    let access = Token::new(
        jwt(header, &access_claims(received_at, generation)),
        received_at,
        Some(3600),
    );
    let login = issued(1).as_second();
    let id_claims = format!(
        r#"{{"iss":"http://127.0.0.1:7780/id","sub":"admin","aud":"my.trusted.app/first","nbf":{login},"exp":{},"iat":{login},"nonce":"n-0S6_WzA2Mj","at_hash":"MTIzNDU2Nzg5MDEyMzQ1Ng","s_hash":"c2hhc2hzaGFzaHNoYXNocw","sid":"A1B2C3","auth_time":{login},"idp":"local","amr":["pwd"]}}"#,
        login + 300
    );
    let id = Token::new(
        jwt(
            r#"{"alg":"RS256","kid":"BDlhjb8s8E2Jmmqh6P9qdA","typ":"JWT"}"#,
            &id_claims,
        ),
        issued(1),
        None,
    );
    let refresh = Token::new(
        Secret::new("8F2A6C0D4E1B4F7A9C3D5E6F70819A2B"),
        received_at,
        Some(30 * 86_400),
    );
    let before = Token::new(jwt(header, &access_claims(issued(2), 2)), issued(2), Some(3600));
    let signature = || Signature {
        status: SignatureStatus::Valid,
        alg: Some("RS256".to_owned()),
        kid: Some("BDlhjb8s8E2Jmmqh6P9qdA".to_owned()),
        reason: "RS256, key BDlhjb8s8E2Jmmqh6P9qdA from the provider's JWKS".to_owned(),
        ..Signature::default()
    };
    let check = |id: String| Check::new(id, Outcome::Pass, "matches", "OIDC Core §3.1.3.7");
    Session {
        profile: profile(),
        generation,
        tokens: TokenSet {
            access: Some(access),
            id: Some(id),
            refresh: Some(refresh),
            refresh_rotated: true,
            token_type: None,
            granted_scope: Vec::new(),
            login_claims: Vec::new(),
            scope: vec!["openid".to_owned()],
            received_at,
            defects: Vec::new(),
        },
        signatures: vec![(TokenKind::Access, signature()), (TokenKind::Id, signature())],
        checks: ["iss", "aud", "nonce", "at_hash", "s_hash"]
            .map(|name| check(format!("id_token.{name}")))
            .to_vec(),
        server_time: ServerTime { skew_s: Some(-0.3) },
        latency_ms: 212.0,
        changed_at: received_at,
        previous: Some(Previous {
            access: Some(TokenRecord::of(&before)),
            id: None,
        }),
        is_over: false,
        dpop: None,
        revoked: Vec::new(),
        logged_out: None,
    }
}

pub(crate) fn history() -> Vec<HistoryEntry> {
    let tokens = session(3).tokens;
    let row = |seconds_ago, kind, latency_ms, note: &str| HistoryEntry {
        // As in the database: the later, the higher.
        id: 1_000_000 - seconds_ago,
        latency_ms: Some(latency_ms),
        note: note.to_owned(),
        ..HistoryEntry::new(trusted(), at(seconds_ago), kind)
    };
    vec![
        row(1070, HistoryKind::Refresh, 212.0, "").with_tokens(3, &tokens),
        HistoryEntry {
            http_status: Some(401),
            generation: Some(2),
            ..row(3546, HistoryKind::ApiCall, 31.0, "token expired 4 s before")
        },
        row(4671, HistoryKind::Refresh, 198.0, "").with_tokens(2, &tokens),
        HistoryEntry {
            error: Some("timeout".to_owned()),
            generation: Some(1),
            ..row(6629, HistoryKind::RefreshFailed, 10_000.0, "no answer in 10 s")
        },
        HistoryEntry {
            http_status: Some(200),
            generation: Some(1),
            ..row(8288, HistoryKind::ApiCall, 45.0, "Crm_Customers")
        },
        row(90_273, HistoryKind::Login, 3100.0, "code id_token · admin").with_tokens(1, &tokens),
    ]
}

/// A failure as a provider gives it.
pub(crate) fn invalid_grant() -> Failure {
    Failure {
        http_status: Some(400),
        ..Failure::provider(
            "invalid_grant",
            "The provider says that the refresh token is no longer valid",
            "Log in again: a refresh token that was used or revoked cannot come back",
        )
    }
}

impl Window {
    /// The provider has refused the trusted app's refresh token for good.
    pub(crate) fn refuse_refresh(&mut self) {
        let id = OperationId::next();
        self.tell(
            id,
            EventKind::SessionChanged {
                slug: trusted(),
                session: Arc::new(Session {
                    is_over: true,
                    ..session(3)
                }),
            },
        );
        self.tell(
            id,
            EventKind::Finished {
                slug: Some(trusted()),
                kind: OperationKind::Refresh,
                result: Err(invalid_grant()),
            },
        );
    }

    /// A login of the trusted app waits for its callback.
    pub(crate) fn with_login(mut self) -> (Self, OperationId) {
        let id = OperationId::next();
        let slug = trusted();
        self.tell(
            id,
            EventKind::Started {
                slug: Some(slug.clone()),
                kind: OperationKind::Login,
            },
        );
        let url = "http://127.0.0.1:7780/id/connect/authorize?client_id=my.trusted.app%2Ffirst&redirect_uri=http%3A%2F%2Flocalhost%3A8400%2Fsignin-callback&response_type=code%20id_token&scope=openid%20profile%20offline_access%20DomainApi&state=abc&nonce=def";
        for step in [
            LoginStep::Keys {
                keys: Ok(1),
                took_ms: 31.0,
            },
            LoginStep::Listening("http://localhost:8400/signin-callback".to_owned()),
            LoginStep::Address(url.parse().unwrap()),
            LoginStep::Browser(Ok(())),
            LoginStep::Waiting(now() + SignedDuration::from_secs(102)),
        ] {
            self.tell(
                id,
                EventKind::Login {
                    slug: slug.clone(),
                    step,
                },
            );
        }
        (self, id)
    }
}

impl Window {
    /// Lets time pass.
    pub(crate) fn wait_s(&mut self, seconds: i64) {
        self.clock.advance(SignedDuration::from_secs(seconds));
        self.settle();
    }

    /// Clicks, and gives what was put on the clipboard by that.
    pub(crate) fn copied_by(&mut self, name: &str) -> Vec<String> {
        self.control(name).click();
        let mut copied = Vec::new();
        for _ in 0..4 {
            self.harness.step();
            let commands = &self.harness.output().platform_output.commands;
            copied.extend(commands.iter().filter_map(|command| match command {
                OutputCommand::CopyText(text) => Some(text.clone()),
                _ => None,
            }));
        }
        copied
    }

    /// When the window wants to be drawn next without anything happening.
    pub(crate) fn wants_to_draw_after(&self) -> Duration {
        self.harness.output().viewport_output[&ViewportId::ROOT].repaint_delay
    }
}
