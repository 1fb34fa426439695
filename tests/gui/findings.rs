//! What must not be left over or be shown twice, and what cannot be done: typed secrets, rows, buttons.

use std::sync::Arc;

use egui::{Key, Modifiers};
use egui_kittest::kittest::{By, NodeT as _, Queryable as _};
use tokenscope::engine::{Command, DemoLifetimes, EventKind, Failure, OperationId, OperationKind};
use tokenscope::model::history::HistoryKind;
use tokenscope::model::{Profile, Slug, Token};

use crate::support::{Window, history, jwt, now, profile, session, trusted};

const CTRL: Modifiers = Modifiers::COMMAND;

/// Everything that a screen reader could say, and with it all text that is on the screen.
fn texts(window: &Window) -> String {
    let said: Vec<String> = window
        .harness
        .query_all(By::default())
        .map(|node| {
            let node = node.accesskit_node();
            format!("{:?} {:?}", node.label(), node.value())
        })
        .collect();
    said.join("\n")
}

fn field_value(window: &Window, name: &str) -> String {
    window.control(name).accesskit_node().value().unwrap_or_default()
}

/// What Tab goes to, from the first control on.
fn tab_order(window: &mut Window, steps: usize) -> Vec<String> {
    let mut seen = Vec::new();
    for _ in 0..steps {
        window.keys(Modifiers::NONE, Key::Tab);
        seen.extend(
            window
                .harness
                .query_all(By::default())
                .find(|node| node.accesskit_node().is_focused())
                .and_then(|node| node.accesskit_node().label()),
        );
    }
    seen
}

fn assert_in_order(seen: &[String], names: &[&str]) {
    let places: Vec<Option<usize>> = names
        .iter()
        .map(|name| seen.iter().position(|label| label == name))
        .collect();
    assert!(places.iter().all(Option::is_some), "{names:?} in {seen:?}");
    assert!(places.is_sorted(), "{names:?} in {seen:?}");
}

fn started(window: &mut Window, slug: Slug, kind: OperationKind) -> OperationId {
    let id = OperationId::next();
    let slug = Some(slug);
    window.tell(id, EventKind::Started { slug, kind });
    id
}

#[test]
fn a_successor_of_a_deleted_profile_gets_nothing_that_was_typed_for_it() {
    let mut window = Window::new().with_profiles();
    window.click("Profile");
    window.type_into("Client secret", "hunter2");
    window.type_into("Notes", "draft of the deleted one");
    assert!(!field_value(&window, "Client secret").is_empty());
    let operation = OperationId::next();
    window.tell(operation, EventKind::ProfileDeleted(trusted()));
    window.tell(operation, EventKind::ProfileSaved(Box::new(profile())));
    window.click("ERP.net trusted app");
    window.click("Profile");
    assert_eq!(field_value(&window, "Client secret"), "");
    assert!(!texts(&window).contains("draft of the deleted one"));
    // Nor by undoing.
    for name in ["Client secret", "Notes"] {
        window.control(name).focus();
        window.settle();
        window.keys(CTRL, Key::Z);
    }
    assert_eq!(field_value(&window, "Client secret"), "");
    assert!(!texts(&window).contains("draft of the deleted one"));
}

#[test]
fn a_pasted_callback_is_gone_once_it_is_used() {
    let (mut window, _) = Window::new().with_profiles().with_login();
    window.click("Paste the callback address instead…");
    window.type_into("Callback address", "http://localhost/signin-callback?code=c0de");
    window.click("Use this address");
    assert!(!window.sees("Callback address"));
    window.click("Paste the callback address instead…");
    assert_eq!(field_value(&window, "Callback address"), "");
    window.keys(CTRL, Key::Z);
    assert_eq!(field_value(&window, "Callback address"), "", "not by undoing either");
}

#[test]
fn a_pasted_callback_does_not_outlive_its_login() {
    let (mut window, id) = Window::new().with_profiles().with_login();
    window.click("Paste the callback address instead…");
    window.type_into("Callback address", "http://localhost/signin-callback?code=c0de");
    let result = Err(Failure::cancelled());
    window.tell(
        id,
        EventKind::Finished {
            slug: Some(trusted()),
            kind: OperationKind::Login,
            result,
        },
    );
    let (mut window, _) = window.with_login();
    assert!(!window.sees("Callback address"), "the next login begins without it");
    window.click("Paste the callback address instead…");
    assert_eq!(field_value(&window, "Callback address"), "");
}

#[test]
fn a_pasted_callback_is_not_shown_to_another_profile() {
    let (mut window, _) = Window::new().with_profiles().with_login();
    window.click("Paste the callback address instead…");
    window.type_into("Callback address", "http://localhost/signin-callback?code=c0de");
    window.click("ERP.net interactive app");
    window.click("ERP.net trusted app");
    assert!(window.sees("Paste the callback address instead…"), "it is closed");
    assert!(!texts(&window).contains("c0de"));
    window.click("Paste the callback address instead…");
    window.keys(CTRL, Key::Z);
    assert_eq!(field_value(&window, "Callback address"), "");
}

#[test]
fn a_row_that_is_told_twice_is_shown_once_and_none_is_lost() {
    let mut window = Window::new().with_profiles();
    let mut rows = history();
    let newest = rows[0].clone();
    // It was written while the rows were being read: they hold it too.
    window.tell(OperationId::next(), EventKind::HistoryAdded(Box::new(newest.clone())));
    // And this one after they were read: they do not.
    let mut later = newest.clone();
    later.id += 1;
    later.kind = HistoryKind::LoginFailed;
    window.tell(OperationId::next(), EventKind::HistoryAdded(Box::new(later.clone())));
    rows.truncate(3);
    let ids: Vec<i64> = std::iter::once(later.id).chain(rows.iter().map(|row| row.id)).collect();
    let slug = trusted();
    window.tell(OperationId::next(), EventKind::HistoryLoaded { slug, entries: rows });
    window.tell(OperationId::next(), EventKind::HistoryAdded(Box::new(newest)));
    let item = window.harness.state().state.item(&trusted()).expect("it is there");
    let shown: Vec<i64> = item.history.iter().map(|row| row.id).collect();
    assert_eq!(shown, ids, "newest first, each once");
    window.click("Timeline");
    assert_eq!(window.harness.query_all_by_label("login failed").count(), 1);
}

#[test]
fn a_login_without_a_jwks_address_does_not_wait_for_keys() {
    let mut window = Window::new();
    let profiles = vec![Profile {
        jwks_uri: String::new(),
        ..profile()
    }];
    let problems = Vec::new();
    window.tell(OperationId::next(), EventKind::Loaded { profiles, problems });
    started(&mut window, trusted(), OperationKind::Login);
    assert!(window.sees("no JWKS address · signatures stay unverified"));
    assert!(window.sees("skipped"));
}

#[test]
fn two_sentences_are_never_divided_by_two_full_stops() {
    let mut window = Window::new().with_profiles();
    window.click("Demo server");
    for (message, hint, seen) in [
        (
            "Port 7780 is taken.",
            "All else works",
            "Port 7780 is taken. All else works",
        ),
        ("Port 7780 is taken", "", "Port 7780 is taken"),
    ] {
        window.tell(
            OperationId::next(),
            EventKind::DemoChanged {
                base_url: None,
                lifetimes: DemoLifetimes::NORMAL,
                users: Vec::new(),
                failure: Some(Failure::local("demo", message, hint)),
            },
        );
        assert!(window.sees(seen), "{}", texts(&window));
        window.tell(
            OperationId::next(),
            EventKind::NotRemembered(Failure::local("store", message, hint)),
        );
        assert!(window.sees(&format!("Not written to the history: {seen}")));
    }
}

#[test]
fn a_profile_with_a_secret_in_it_cannot_be_saved() {
    let mut window = Window::new().with_profiles();
    window.click("Profile");
    window.control("More to send").focus();
    window.settle();
    window.keys(Modifiers::NONE, Key::Enter);
    // A line before it that is wrong in another way must not hide why.
    window.type_into("More for token", "resource\nclient_secret=hunter2");
    assert!(
        window.sees("client_secret is a secret and a profile holds none. Give it as the client secret instead"),
        "{}",
        texts(&window)
    );
    assert!(window.control("Save").accesskit_node().is_disabled());
    window.asked();
    window.keys(CTRL, Key::S);
    assert!(window.asked().is_empty());
    window.type_into("More for token", "resource=api");
    window.click("Save");
    assert!(matches!(window.only_request().1, Command::SaveProfile(_)));
}

#[test]
fn a_refresh_that_is_out_cannot_be_cancelled() {
    let mut window = Window::new().with_profiles().with_session();
    started(&mut window, trusted(), OperationKind::Refresh);
    assert!(window.sees("Refreshing…"));
    assert!(!window.sees("Cancel"));
    window.asked();
    window.keys(Modifiers::NONE, Key::Escape);
    assert!(window.asked().is_empty());
    window.keys(CTRL, Key::K);
    assert!(window.sees("Show timeline") && !window.sees("Cancel what is running"));
}

#[test]
fn an_api_call_can_be_cancelled() {
    let mut window = Window::new().with_profiles().with_session();
    let id = started(&mut window, trusted(), OperationKind::ApiCall);
    window.asked();
    window.click("Cancel");
    assert!(matches!(window.only_request().1, Command::Cancel(which) if which == id));
}

#[test]
fn tab_goes_from_left_to_right() {
    let mut window = Window::sized(900.0, 600.0, egui::Theme::Dark)
        .with_profiles()
        .with_session();
    let seen = tab_order(&mut window, 31);
    assert_in_order(&seen, &["Theme: dark", "Shortcuts"]);
    assert_in_order(&seen, &["Call API", "Refresh now", "Log in", "Claims"]);
    assert_in_order(
        &seen,
        &[
            "Access",
            "ID",
            "Refresh",
            "Table",
            "JSON",
            "Token",
            "Find a claim",
            "Copy token",
        ],
    );
    window.click("Profile");
    window.type_into("Name", "Changed");
    let seen = tab_order(&mut window, 90);
    assert_in_order(&seen, &["Delete…", "Revert", "Save"]);
}

#[test]
fn an_enormous_token_is_shown_in_part_and_says_so() {
    let mut window = Window::new().with_profiles();
    let claims = format!(r#"{{"note":"{}"}}"#, "x".repeat(1024 * 1024));
    let mut session = session(1);
    session.tokens.access = Some(Token::new(jwt(r#"{"alg":"RS256"}"#, &claims), now(), Some(3600)));
    let whole = session.tokens.access.as_ref().unwrap().value.expose().to_owned();
    let (slug, session) = (trusted(), Arc::new(session));
    window.tell(OperationId::next(), EventKind::SessionChanged { slug, session });
    let rest = whole.len() - 16 * 1024;
    let words = format!("… and {rest} bytes more: copy the token to have all of it");
    assert!(window.sees(&words));
    assert_eq!(window.copied_by("Copy token"), [whole]);
    assert_eq!(window.copied_by("Copy note"), ["x".repeat(1024 * 1024)]);
}
