//! The steps of MyCorp-Auth and redCORE in the window, and the demo server's option for redCORE.
#![expect(clippy::unwrap_used, reason = "a helper that cannot go on ends its test")]

use std::sync::Arc;

use egui::{Key, Modifiers, Theme};
use egui_kittest::SnapshotResults;
use jiff::SignedDuration;
use tokenscope::engine::{
    ApiAnswer, Command, DemoOptions, EventKind, Failure, LoginStep, OperationId, OperationKind, Session,
};
use tokenscope::model::checks::Check;
use tokenscope::model::lifetime::ServerTime;
use tokenscope::model::template::Template;
use tokenscope::model::verify::{Signature, SignatureStatus};
use tokenscope::model::{Secret, Slug, Token, TokenKind, TokenSet};

use crate::support::{Window, jwt, now};

const MY_CORP: &str = "MyCorp-Auth";

fn slug(template: &str) -> Slug {
    Template::find(template).unwrap().profile().slug
}

/// What a login at this system gives.
fn session(template: &str, generation: u32) -> Session {
    let access = if template == "redcore" {
        Secret::new(format!("6YotnF2FEjr1zCsicMWpA{generation}"))
    } else {
        let header = r#"{"alg":"RS256","kid":"auth-key-2025","typ":"JWT"}"#;
        jwt(
            header,
            &format!(r#"{{"sub":"admin","roles":["administrator","employee"],"jti":"{generation}"}}"#),
        )
    };
    Session {
        profile: Template::find(template).unwrap().profile(),
        generation,
        tokens: TokenSet {
            access: Some(Token::new(access, now(), Some(3600))),
            id: None,
            refresh: Some(Token::new(Secret::new("1Gzv3JOkF0XG2Qx2TlKWIA"), now(), None)),
            refresh_rotated: template != "redcore",
            token_type: Some("Bearer".to_owned()),
            granted_scope: Vec::new(),
            login_claims: Vec::new(),
            scope: Vec::new(),
            received_at: now(),
            defects: Vec::new(),
        },
        signatures: vec![(
            TokenKind::Access,
            Signature {
                status: SignatureStatus::Valid,
                alg: Some("RS256".to_owned()),
                kid: Some("auth-key-2025".to_owned()),
                reason: "RS256, made with the key that was given".to_owned(),
                ..Signature::default()
            },
        )],
        checks: Vec::<Check>::new(),
        server_time: ServerTime { skew_s: Some(0.1) },
        changed_at: now(),
        previous: None,
        ..crate::support::session(generation)
    }
}

impl Window {
    fn with_system(mut self, template: &str) -> Self {
        self.click(Template::find(template).unwrap().name);
        self
    }

    fn with_login_of(mut self, template: &str) -> (Self, OperationId) {
        let id = OperationId::next();
        let slug = Some(slug(template));
        let kind = OperationKind::Login;
        self.tell(id, EventKind::Started { slug, kind });
        (self, id)
    }

    fn step(&mut self, id: OperationId, template: &str, step: LoginStep) {
        let slug = slug(template);
        self.tell(id, EventKind::Login { slug, step });
    }

    fn holds(&mut self, id: OperationId, template: &str, generation: u32) {
        self.tell(
            id,
            EventKind::SessionChanged {
                slug: slug(template),
                session: Arc::new(Session {
                    changed_at: self.clock_now(),
                    ..session(template, generation)
                }),
            },
        );
    }

    fn clock_now(&self) -> jiff::Timestamp {
        use tokenscope::model::Clock as _;
        self.clock.now()
    }

    fn ends(&mut self, id: OperationId, template: &str, kind: OperationKind, result: Result<(), Failure>) {
        let slug = Some(slug(template));
        self.tell(id, EventKind::Finished { slug, kind, result });
    }

    fn api_answers(&mut self, template: &str, status: u16) {
        let challenge = r#"Bearer error="invalid_token", error_description="The access token expired""#;
        self.tell(
            OperationId::next(),
            EventKind::ApiAnswered {
                slug: slug(template),
                answer: ApiAnswer {
                    url: "http://127.0.0.1:7780/api/user/profile".to_owned(),
                    status,
                    latency_ms: 9.0,
                    www_authenticate: (status == 401).then(|| challenge.to_owned()),
                    content_type: None,
                    body: String::new(),
                },
            },
        );
        self.click("Close");
    }
}

#[test]
fn a_login_shows_the_steps_as_they_happen_and_the_tab_keeps_them() {
    let (mut window, id) = Window::new()
        .with_profiles()
        .with_system("mycorp-auth")
        .with_login_of("mycorp-auth");
    assert!(window.sees("1. Prepare the login request"));
    assert!(
        window.sees("passed · openid profile refresh_token"),
        "the scope is known before anything is sent"
    );
    assert!(!window.sees("Listening for the callback"), "no browser is in it");
    window.step(id, "mycorp-auth", LoginStep::Exchanging);
    assert!(window.sees("pending · Waiting for the answer"));
    window.step(id, "mycorp-auth", LoginStep::Checking);
    assert!(window.sees("passed · The server answered"));
    window.holds(id, "mycorp-auth", 1);
    window.ends(id, "mycorp-auth", OperationKind::Login, Ok(()));
    window.click("Steps");
    assert!(window.sees("Ten steps to a refresh token") && window.sees("8 passed, 2 pending"));
    assert!(window.sees("passed · administrator, employee"));
    window.api_answers("mycorp-auth", 200);
    assert!(window.sees("passed · GET /api/user/profile answered 200"));
    window.holds(OperationId::next(), "mycorp-auth", 2);
    assert!(window.sees("passed · Generation 2, new refresh token"));
    assert!(window.sees("10 passed"));
}

#[test]
fn a_failed_login_names_its_step_and_the_clock() {
    let (mut window, id) = Window::new()
        .with_profiles()
        .with_system("mycorp-auth")
        .with_login_of("mycorp-auth");
    window.step(id, "mycorp-auth", LoginStep::Exchanging);
    let failure = Failure {
        http_status: Some(401),
        clock_skew_s: Some(312),
        ..Failure::provider(
            "unauthorized",
            "The token endpoint refused: unauthorized",
            "Set the clock",
        )
    };
    window.ends(id, "mycorp-auth", OperationKind::Login, Err(failure));
    window.keys(Modifiers::COMMAND, Key::Num5);
    assert!(
        window.sees("failed · Your clock is 312 s behind the server's: the likely cause of the 401. Set it by NTP")
    );
    assert!(window.sees("failed · The token endpoint refused: unauthorized. Set the clock"));
    assert!(window.sees("2 passed, 2 failed, 6 skipped"));
}

#[test]
fn red_core_goes_from_a_to_h() {
    let mut window = Window::new().with_profiles().with_system("redcore");
    window.click("Steps");
    assert!(window.sees("(A) Ask for a token with a grant"));
    window.holds(OperationId::next(), "redcore", 1);
    window.api_answers("redcore", 200);
    window.wait_s(3600);
    assert!(
        window.sees("4 passed, 2 skipped, 2 pending"),
        "the client knows by its clock"
    );
    window.api_answers("redcore", 401);
    assert!(window.sees("passed · 401 invalid_token: The access token expired"));
    let kept = Session {
        changed_at: now() + SignedDuration::from_secs(3600),
        tokens: TokenSet {
            access: Some(Token::new(
                Secret::new("another"),
                now() + SignedDuration::from_secs(3600),
                Some(3600),
            )),
            ..session("redcore", 2).tokens
        },
        ..session("redcore", 2)
    };
    window.tell(
        OperationId::next(),
        EventKind::SessionChanged {
            slug: slug("redcore"),
            session: Arc::new(kept),
        },
    );
    assert!(window.sees("passed · Generation 2, no new refresh token: kept the old one"));
    assert!(window.sees("8 passed"));
}

#[test]
fn a_profile_without_steps_has_no_such_tab() {
    let mut window = Window::new().with_profiles().with_system("mycorp-auth");
    window.click("Steps");
    window.click("ERP.net trusted app");
    assert!(
        !window.sees("Steps") && window.sees("Not logged in"),
        "the claims are open in its place"
    );
    window.keys(Modifiers::COMMAND, Key::Num5);
    assert!(window.sees("Not logged in"));
    window.click(MY_CORP);
    assert!(window.sees("Steps"));
}

#[test]
fn the_demo_server_can_be_told_to_give_new_refresh_tokens() {
    let mut window = Window::new().with_profiles();
    window.click("Demo server");
    window.asked();
    window.click("Always a new one");
    let always = DemoOptions {
        always_issue_new_refresh_token: true,
    };
    let (id, command) = window.only_request();
    assert!(matches!(command, Command::SetDemoOptions(options) if options == always));
    window.tell(id, EventKind::DemoOptionsChanged(always));
    window.asked();
    window.click("Keeps the refresh token");
    assert!(matches!(window.only_request().1, Command::SetDemoOptions(options) if options == DemoOptions::default()));
}

#[test]
fn the_steps_look_as_they_did() {
    let mut results = SnapshotResults::new();
    for (name, size, theme, template) in [
        ("steps_mycorp_dark", (1280.0, 800.0), Theme::Dark, "mycorp-auth"),
        ("steps_mycorp_small_light", (900.0, 600.0), Theme::Light, "mycorp-auth"),
        ("steps_redcore_small_dark", (900.0, 600.0), Theme::Dark, "redcore"),
    ] {
        let mut window = Window::sized(size.0, size.1, theme)
            .with_profiles()
            .with_system(template);
        window.holds(OperationId::next(), template, 1);
        window.api_answers(template, 200);
        window.click("Steps");
        results.add(window.harness.try_snapshot(name));
    }
    let (mut window, id) = Window::new()
        .with_profiles()
        .with_system("mycorp-auth")
        .with_login_of("mycorp-auth");
    window.step(id, "mycorp-auth", LoginStep::Exchanging);
    results.add(window.harness.try_snapshot("steps_login_dark"));
}
