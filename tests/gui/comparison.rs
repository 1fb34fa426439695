//! Two generations side by side.

use egui::{Key, Modifiers};
use egui_kittest::kittest::{By, NodeT as _, Queryable as _};
use jiff::SignedDuration;
use tokenscope::engine::{Command, EventKind, Failure, OperationId, OperationKind};
use tokenscope::model::Token;
use tokenscope::model::history::{HistoryEntry, TokenRecord};

use crate::support::{Window, history, jwt, now, trusted};

const CTRL: Modifiers = Modifiers::COMMAND;

fn texts(window: &Window) -> String {
    let said = window.harness.query_all(By::default()).map(|node| {
        let node = node.accesskit_node();
        format!("{:?} {:?}", node.label(), node.value())
    });
    said.collect::<Vec<_>>().join("\n")
}

fn record(claims: &str) -> TokenRecord {
    let header = r#"{"alg":"RS256","kid":"one","typ":"at+jwt"}"#;
    TokenRecord::of(&Token::new(jwt(header, claims), now(), Some(3600)))
}

/// The rows of two generations, as they are read with their claims.
pub(crate) fn rows(wanted: &[i64]) -> Vec<HistoryEntry> {
    let iat = now().as_second();
    let claims = |iat: i64, jti: &str, aud: &str| {
        format!(
            r#"{{"iss":"http://127.0.0.1:7780/id","sub":"admin","aud":{aud},"iat":{iat},"exp":{},"jti":"{jti}","scope":"openid profile","locale":"en-US"}}"#,
            iat + 3600
        )
    };
    let mut rows: Vec<HistoryEntry> = history().into_iter().filter(|row| wanted.contains(&row.id)).collect();
    rows.sort_by_key(|row| row.id);
    for (row, claims) in rows.iter_mut().zip([
        claims(iat - 3601, "_ltBLKwcJSKmAa3nflZp2Q", r#""DomainApi""#),
        claims(iat, "_ltBLKwcJSKmAa3nflZp3Q", r#"["DomainApi","update"]"#),
    ]) {
        row.access = Some(record(&claims));
        row.id_token = None;
    }
    rows
}

/// Generation 2 and 3 are compared.
pub(crate) fn comparing(mut window: Window) -> Window {
    window.click("Timeline");
    window.asked();
    choose(&mut window, "refreshed at 14:", Modifiers::NONE, 0);
    choose(&mut window, "refreshed at", CTRL, 1);
    let (id, command) = window.only_request();
    let Command::ReadTokens(slug, ids) = command else {
        panic!("{command:?}")
    };
    let entries = rows(&ids);
    assert_eq!(entries.len(), 2);
    window.tell(id, EventKind::TokensRead { slug, entries });
    window
}

/// Clicks the `nth` row whose name begins so.
fn choose(window: &mut Window, name: &str, modifiers: Modifiers, nth: usize) {
    let names: Vec<String> = {
        let nodes = window.harness.query_all(By::default());
        let labels = nodes.filter_map(|node| node.accesskit_node().label());
        labels
            .filter(|label| label.starts_with(name.trim_end_matches(" 14:")))
            .collect()
    };
    let at = window.control(&names[nth]).rect().center();
    let event = |pressed| egui::Event::PointerButton {
        pos: at,
        button: egui::PointerButton::Primary,
        pressed,
        modifiers,
    };
    window.harness.event(egui::Event::PointerMoved(at));
    window.harness.event_modifiers(event(true), modifiers);
    window.harness.event_modifiers(event(false), modifiers);
    window.settle();
}

#[test]
fn two_rows_that_are_chosen_are_compared() {
    let window = comparing(Window::new().with_profiles().with_session());
    let words = texts(&window);
    for expected in ["Generation 2", "Generation 3", "+1 h 0 min", "gained", "\"jti\""] {
        assert!(words.contains(expected), "{expected} is not in {words}");
    }
    assert!(window.sees("Show 4 unchanged"), "{words}");
}

#[test]
fn what_did_not_change_unfolds_and_escape_leads_back() {
    let mut window = comparing(Window::new().with_profiles().with_session());
    assert!(!texts(&window).contains("\"locale\""));
    window.click("Show 4 unchanged");
    assert!(texts(&window).contains("\"locale\""));
    window.keys(Modifiers::NONE, Key::Escape);
    assert!(texts(&window).contains("logged in"));
}

#[test]
fn a_claim_that_was_mended_is_called_that_in_its_row_and_below() {
    let mut window = Window::new().with_profiles().with_session();
    window.asked();
    window.click("Compare with generation 2");
    let (id, command) = window.only_request();
    let Command::ReadTokens(slug, ids) = command else {
        panic!("{command:?}")
    };
    let mut entries = rows(&ids);
    entries[1].access = Some(record(r#"{"sub":"admin","locale":NaN}"#));
    window.tell(id, EventKind::TokensRead { slug, entries });
    assert!(texts(&window).contains("\"mended\""), "{}", texts(&window));
    window.click("changed locale, mended");
    assert!(
        texts(&window).contains("Nothing of it is to be believed"),
        "{}",
        texts(&window)
    );
}

#[test]
fn a_difference_is_chosen_by_the_keyboard_and_shown_in_full() {
    let mut window = comparing(Window::new().with_profiles().with_session());
    window.control("changed aud").focus();
    window.settle();
    window.keys(Modifiers::NONE, Key::Space);
    assert!(window.sees("Copy the value before"), "{}", texts(&window));
    assert_eq!(window.copied_by("Copy the value after"), [r#"["DomainApi","update"]"#]);
    window.click("Close details");
    assert!(!window.sees("Copy the value before"));
}

#[test]
fn a_comparison_is_copied_as_markdown() {
    let mut window = comparing(Window::new().with_profiles().with_session());
    let copied = window.copied_by("Copy comparison");
    assert!(copied[0].contains("| Δ | aud | "), "{copied:?}");
    assert!(!copied[0].contains("c2ln"), "no signature");
}

#[test]
fn the_row_that_is_chosen_offers_the_generation_before() {
    let mut window = Window::new().with_profiles().with_session();
    window.click("Timeline");
    window.asked();
    choose(&mut window, "refreshed at", Modifiers::NONE, 1);
    window.click("Compare with generation 1");
    assert!(matches!(window.only_request().1, Command::ReadTokens(slug, _) if slug == trusted()));
}

#[test]
fn rows_without_tokens_are_not_compared() {
    let mut window = Window::new().with_profiles().with_session();
    window.click("Timeline");
    window.asked();
    choose(&mut window, "refreshed at", Modifiers::NONE, 0);
    choose(&mut window, "refresh failed", CTRL, 0);
    assert!(window.asked().is_empty());
    assert!(texts(&window).contains("Only rows that brought tokens"));
}

#[test]
fn rows_that_cannot_be_read_lead_back_to_the_timeline() {
    let mut window = Window::new().with_profiles().with_session();
    window.asked();
    window.click("Compare with generation 2");
    let (id, _) = window.only_request();
    window.tell(
        id,
        EventKind::Finished {
            slug: Some(trusted()),
            kind: OperationKind::Store,
            result: Err(Failure::local(
                "no_row",
                "A row of the history is no longer there",
                "Choose another one",
            )),
        },
    );
    let words = texts(&window);
    assert!(
        words.contains("no longer there") && words.contains("logged in"),
        "{words}"
    );
}

#[test]
fn rows_of_another_request_are_not_shown() {
    let mut window = Window::new().with_profiles().with_session();
    window.asked();
    window.click("Compare with generation 2");
    let entries = rows(&history().iter().map(|row| row.id).collect::<Vec<_>>()[..3]);
    let kind = EventKind::TokensRead {
        slug: trusted(),
        entries,
    };
    window.tell(OperationId::next(), kind);
    assert!(texts(&window).contains("Reading the claims…"));
    window.clock.advance(SignedDuration::from_secs(1));
}

#[test]
fn a_comparison_looks_as_it_did() {
    let window = Window::sized(1280.0, 800.0, egui::Theme::Light);
    let mut window = comparing(window.with_profiles().with_session());
    window.harness.snapshot("comparison_light");
}
