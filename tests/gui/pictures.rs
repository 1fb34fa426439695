//! Pictures of whole screens.

use egui::{Key, Modifiers, Theme};
use egui_kittest::SnapshotResults;
use tokenscope::engine::{ApiAnswer, DemoLine, EventKind, Failure, OperationId, OperationKind};

use crate::support::{Window, now, trusted};

const LARGE: (f32, f32) = (1280.0, 800.0);
const SMALL: (f32, f32) = (900.0, 600.0);

fn window(size: (f32, f32), theme: Theme) -> Window {
    Window::sized(size.0, size.1, theme)
}

#[test]
fn claims_look_as_they_did() {
    let mut results = SnapshotResults::new();
    for (name, size, theme) in [
        ("claims_dark", LARGE, Theme::Dark),
        ("claims_light", LARGE, Theme::Light),
        ("claims_small_dark", SMALL, Theme::Dark),
        ("claims_small_light", SMALL, Theme::Light),
    ] {
        let mut window = window(size, theme).with_profiles().with_session();
        results.add(window.harness.try_snapshot(name));
    }
}

#[test]
fn a_login_in_progress_looks_as_it_did() {
    let (mut window, _) = window(LARGE, Theme::Dark).with_profiles().with_session().with_login();
    window.harness.snapshot("login_dark");
}

#[test]
fn a_failed_login_says_what_to_do() {
    let (mut window, id) = window(SMALL, Theme::Light).with_profiles().with_login();
    window.tell(
        id,
        EventKind::Finished {
            slug: Some(trusted()),
            kind: OperationKind::Login,
            result: Err(Failure::provider(
                "access_denied",
                "The provider says that the login was refused: the user did not consent",
                "Try again and agree to what the app asks for",
            )),
        },
    );
    window.harness.snapshot("login_failed_small_light");
}

#[test]
fn the_first_run_looks_as_it_did() {
    let mut window = window(LARGE, Theme::Light).with_profiles();
    window.harness.snapshot("first_run_light");
}

#[test]
fn the_timeline_looks_as_it_did() {
    let mut results = SnapshotResults::new();
    for (name, size, theme) in [
        ("timeline_dark", LARGE, Theme::Dark),
        ("timeline_small_light", SMALL, Theme::Light),
    ] {
        let mut window = window(size, theme).with_profiles().with_session();
        window.click("Timeline");
        results.add(window.harness.try_snapshot(name));
    }
}

#[test]
fn a_profile_with_an_error_looks_as_it_did() {
    let mut results = SnapshotResults::new();
    for (name, size, theme) in [
        ("profile_dark", LARGE, Theme::Dark),
        ("profile_small_light", SMALL, Theme::Light),
    ] {
        let mut window = window(size, theme).with_profiles().with_session();
        window.click("Profile");
        window.type_into("Redirect URI", "https://app.example/cb");
        results.add(window.harness.try_snapshot(name));
    }
}

#[test]
fn pages_and_dialogs_look_as_they_did() {
    let mut results = SnapshotResults::new();
    let mut demo = window(LARGE, Theme::Dark).with_profiles();
    demo.tell(
        OperationId::next(),
        EventKind::DemoLog(
            [
                "GET /id/connect/authorize 200",
                "POST /id/login 302",
                "POST /id/connect/token 200",
            ]
            .map(|request| DemoLine {
                at: now(),
                request: request.to_owned(),
                why: "tokens for admin".to_owned(),
            })
            .to_vec(),
        ),
    );
    demo.click("Demo server");
    results.add(demo.harness.try_snapshot("demo_dark"));
    let mut new = window(SMALL, Theme::Dark).with_profiles();
    new.click("New");
    results.add(new.harness.try_snapshot("new_profile_small_dark"));
    let mut palette = window(LARGE, Theme::Dark).with_profiles().with_session();
    palette.keys(Modifiers::COMMAND, Key::K);
    results.add(palette.harness.try_snapshot("palette_dark"));
    let mut help = window(SMALL, Theme::Light).with_profiles().with_session();
    help.keys(Modifiers::NONE, Key::F1);
    results.add(help.harness.try_snapshot("shortcuts_small_light"));
}

#[test]
fn what_the_api_said_looks_as_it_did() {
    let mut window = window(LARGE, Theme::Light).with_profiles().with_session();
    window.tell(
        OperationId::next(),
        EventKind::ApiAnswered {
            slug: trusted(),
            answer: ApiAnswer {
                url: "http://127.0.0.1:7780/api/domain/odata/Crm_Customers?$top=10".to_owned(),
                status: 401,
                latency_ms: 12.3,
                www_authenticate: Some(
                    r#"Bearer realm="DomainApi", error="invalid_token", error_description="The access token expired""#
                        .to_owned(),
                ),
                content_type: Some("application/json".to_owned()),
                body: r#"{"error":{"code":"401","message":"The access token expired"}}"#.to_owned(),
            },
        },
    );
    window.harness.snapshot("api_answer_light");
}

#[test]
fn a_session_that_is_over_looks_as_it_did() {
    let mut window = window(LARGE, Theme::Dark).with_profiles().with_session();
    window.refuse_refresh();
    window.harness.snapshot("session_over_dark");
}

#[test]
fn messages_look_as_they_did() {
    let mut window = window(SMALL, Theme::Dark).with_profiles().with_session();
    for (kind, result) in [
        (OperationKind::Login, Ok(())),
        (
            OperationKind::Demo,
            Err(Failure::local(
                "demo",
                "The demo server could not start: port 7780 is taken",
                "Everything else works without the demo server",
            )),
        ),
    ] {
        window.tell(
            OperationId::next(),
            EventKind::Finished {
                slug: (kind == OperationKind::Login).then(trusted),
                kind,
                result,
            },
        );
    }
    window.harness.snapshot("messages_small_dark");
}
