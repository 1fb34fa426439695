//! The tab Checks: which rules were kept, and a report of it.

use std::sync::Arc;

use egui::{Key, Modifiers, Theme};
use egui_kittest::kittest::{By, NodeT as _, Queryable as _};
use tokenscope::engine::{EventKind, Failure, OperationId, OperationKind, Session};
use tokenscope::model::checks::{Check, Outcome};

use crate::support::{Window, session, trusted};

fn check(id: &'static str, outcome: Outcome, message: &'static str, spec: &'static str) -> Check {
    Check {
        id: id.into(),
        outcome,
        message: message.into(),
        spec: spec.into(),
    }
}

/// A session in which something failed.
pub(crate) fn judged() -> Session {
    let mut session = session(3);
    session.checks.extend([
        check(
            "refresh.rotation",
            Outcome::Pass,
            "77d0 b1c4 became 12ab 90ff",
            "RFC 9700 §4.14.2",
        ),
        check(
            "response.no_token_type",
            Outcome::Warn,
            "token_type is missing",
            "RFC 6749 §5.1",
        ),
        check(
            "refresh.scope",
            Outcome::Fail,
            "the scope grew by update",
            "RFC 6749 §6",
        ),
        check(
            "id_token.azp",
            Outcome::Skip,
            "no azp is expected",
            "OIDC Core §3.1.3.7",
        ),
        check(
            "transport.https",
            Outcome::Pass,
            "every endpoint has https",
            "RFC 6749 §3.2",
        ),
    ]);
    session
}

pub(crate) fn with_checks(window: Window) -> Window {
    let mut window = window.with_profiles();
    let (slug, session) = (trusted(), Arc::new(judged()));
    window.tell(OperationId::next(), EventKind::SessionChanged { slug, session });
    window.click("Checks");
    window
}

fn texts(window: &Window) -> String {
    let said = window.harness.query_all(By::default()).map(|node| {
        let node = node.accesskit_node();
        format!("{:?} {:?}", node.label(), node.value())
    });
    said.collect::<Vec<_>>().join("\n")
}

#[test]
fn failures_can_be_seen_alone() {
    let mut window = with_checks(Window::sized(1280.0, 1400.0, Theme::Light));
    assert!(texts(&window).contains("1 failed"));
    assert!(texts(&window).contains("every endpoint has https"));
    window.click("Failed and warnings");
    let words = texts(&window);
    assert!(words.contains("the scope grew by update") && words.contains("token_type is missing"));
    assert!(!words.contains("every endpoint has https"));
    window.click("Skipped");
    assert!(texts(&window).contains("no azp is expected"));
    assert!(!texts(&window).contains("the scope grew by update"));
}

#[test]
fn a_check_is_chosen_by_keys_and_explains_itself() {
    let mut window = with_checks(Window::sized(900.0, 600.0, Theme::Dark));
    window.click("Failed and warnings");
    let name = {
        let mut nodes = window.harness.query_all(By::default());
        let row = nodes.find_map(|node| {
            node.accesskit_node()
                .label()
                .filter(|label| label.ends_with(": failed"))
        });
        row.expect("there is a row that failed")
    };
    window.control(&name).focus();
    window.keys(Modifiers::NONE, Key::Enter);
    let words = texts(&window);
    assert!(
        words.contains("refresh.scope") && words.contains("RFC 6749 §6"),
        "{words}"
    );
    window.keys(Modifiers::NONE, Key::Escape);
    assert!(texts(&window).contains("Copy report"));
}

#[test]
fn escape_gives_the_keyboard_back_to_the_row_of_a_check() {
    for (width, is_beside) in [(1280.0, true), (900.0, false)] {
        let mut window = with_checks(Window::sized(width, 700.0, Theme::Dark));
        window.click("Failed and warnings");
        let name = "The scope does not grow: failed";
        window.click(name);
        assert!(window.sees("refresh.scope"), "{width}");
        window.keys(Modifiers::NONE, Key::Escape);
        assert_eq!(
            window.sees("refresh.scope"),
            is_beside,
            "{width}: details beside the list stay"
        );
        assert!(window.control(name).accesskit_node().is_focused(), "{width}");
        // Where the details take the list's place, an arrow key only walks, and Enter opens.
        window.keys(Modifiers::NONE, Key::ArrowUp);
        assert_eq!(window.sees("response.no_token_type"), is_beside, "{width}");
        window.keys(Modifiers::NONE, Key::Enter);
        assert!(window.sees("response.no_token_type"), "{width}");
    }
}

#[test]
fn the_report_names_every_check_and_no_token() {
    let mut window = with_checks(Window::new());
    let session = judged();
    let markdown = window.copied_by("Copy report").remove(0);
    assert!(markdown.contains("the scope grew by update") && markdown.contains("| RFC 6749 §6 |"));
    assert!(markdown.contains("sha256:"), "{markdown}");
    let json = window.copied_by("Copy as JSON").remove(0);
    let report: serde_json::Value = serde_json::from_str(&json).expect("it is JSON");
    assert_eq!(report["summary"]["fail"], 1);
    for token in [&session.tokens.access, &session.tokens.id, &session.tokens.refresh] {
        let token = token.as_ref().expect("it has all three").value.expose();
        assert!(!markdown.contains(token) && !json.contains(token));
    }
}

#[test]
fn a_token_that_expires_turns_its_check_by_itself() {
    let mut window = with_checks(Window::new());
    let failed = |window: &Window| texts(window).contains("access_token.exp") || texts(window).contains("expired");
    window.click("Failed and warnings");
    let before = texts(&window);
    assert!(!before.contains("expired 1 s ago"));
    window.wait_s(3600);
    assert!(failed(&window), "{}", texts(&window));
    assert_ne!(before, texts(&window));
}

#[test]
fn without_tokens_it_says_what_would_be_here() {
    let mut window = Window::new().with_profiles();
    window.click("Checks");
    assert!(window.sees("Nothing to check yet"));
}

#[test]
fn checks_look_as_they_did() {
    let mut results = egui_kittest::SnapshotResults::new();
    let mut window = with_checks(Window::new());
    window.click("Failed and warnings");
    window.click("The scope does not grow: failed");
    results.add(window.harness.try_snapshot("checks_dark"));
    let mut window = with_checks(Window::sized(900.0, 600.0, Theme::Light));
    results.add(window.harness.try_snapshot("checks_small_light"));
}

#[test]
fn a_refused_login_says_which_rules_the_answer_broke() {
    let (mut window, id) = Window::sized(900.0, 600.0, Theme::Dark).with_profiles().with_login();
    let failure = Failure {
        http_status: Some(400),
        checks: vec![
            check("response.error_status", Outcome::Pass, "400", "RFC 6749 §5.2"),
            check(
                "response.content_type",
                Outcome::Warn,
                "Content-Type is \"text/html\": it must be application/json",
                "RFC 6749 §5.2",
            ),
            check(
                "response.challenge",
                Outcome::Fail,
                "WWW-Authenticate is missing",
                "RFC 6749 §5.2",
            ),
        ],
        ..Failure::provider(
            "invalid_client",
            "The provider says that it does not know this client",
            "Check the client id and its secret",
        )
    };
    window.tell(
        id,
        EventKind::Finished {
            slug: Some(trusted()),
            kind: OperationKind::Login,
            result: Err(failure),
        },
    );
    let said = texts(&window);
    assert!(said.contains("The answer broke rules"), "{said}");
    assert!(said.contains("WWW-Authenticate is missing (RFC 6749 §5.2)"), "{said}");
    assert!(said.contains("Content-Type is") && !said.contains("400 (RFC"), "{said}");
    window.harness.snapshot("login_refused_small_dark");
}
