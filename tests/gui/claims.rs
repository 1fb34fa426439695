//! The tab Claims: what is in a token, claim by claim, as JSON, and one claim in full.

use std::sync::Arc;

use egui::{Key, Modifiers, Theme};
use egui_kittest::kittest::{By, NodeT as _, Queryable as _};
use tokenscope::engine::{Command, EventKind, OperationId, Session};
use tokenscope::model::{Secret, Token};

use crate::support::{Window, jwt, now, session, trusted};

const CTRL: Modifiers = Modifiers::COMMAND;

/// A window that shows an access token with these claims.
pub(crate) fn showing(mut window: Window, claims: &str) -> Window {
    window = window.with_profiles();
    tell(
        &mut window,
        Token::new(jwt(r#"{"alg":"RS256"}"#, claims), now(), Some(3600)),
    );
    window
}

fn tell(window: &mut Window, access: Token) {
    let mut session = session(1);
    session.previous = None;
    session.tokens.access = Some(access);
    let (slug, session) = (trusted(), Arc::new(session));
    window.tell(OperationId::next(), EventKind::SessionChanged { slug, session });
}

fn texts(window: &Window) -> String {
    let said = window.harness.query_all(By::default()).map(|node| {
        let node = node.accesskit_node();
        format!("{:?} {:?}", node.label(), node.value())
    });
    said.collect::<Vec<_>>().join("\n")
}

fn focused(window: &Window) -> Option<String> {
    let mut nodes = window.harness.query_all(By::default());
    nodes
        .find(|node| node.accesskit_node().is_focused())?
        .accesskit_node()
        .label()
}

#[test]
fn a_claim_that_is_clicked_is_shown_in_full_and_escape_closes_it() {
    let long = "x".repeat(300);
    let mut window = showing(Window::new(), &format!(r#"{{"sub":"admin","note":"{long}"}}"#));
    window.click("Claim note");
    assert!(window.sees(&long), "the whole value");
    assert!(window.sees("No specification that is known here defines it"));
    assert_eq!(window.copied_by("Copy the value of note"), [long]);
    window.keys(Modifiers::NONE, Key::Escape);
    assert!(!window.sees("Close details"));
}

#[test]
fn arrow_keys_walk_through_the_claims() {
    let mut window = showing(Window::new(), r#"{"iss":"a","sub":"b","aud":"c"}"#);
    window.click("Claim iss");
    window.keys(Modifiers::NONE, Key::ArrowDown);
    assert_eq!(focused(&window).as_deref(), Some("Claim sub"));
    assert!(window.sees("Copy the value of sub"));
    window.keys(Modifiers::NONE, Key::End);
    assert!(window.sees("Copy the value of aud"));
    window.keys(Modifiers::NONE, Key::ArrowUp);
    window.keys(Modifiers::NONE, Key::Home);
    assert!(window.sees("Copy the value of iss"));
}

#[test]
fn in_a_narrow_window_arrow_keys_walk_and_enter_opens() {
    let mut window = showing(
        Window::sized(900.0, 600.0, Theme::Dark),
        r#"{"iss":"a","sub":"b","aud":"c"}"#,
    );
    window.click("Claim iss");
    assert!(window.sees("Copy the value of iss"));
    window.keys(Modifiers::NONE, Key::Escape);
    window.keys(Modifiers::NONE, Key::ArrowDown);
    window.keys(Modifiers::NONE, Key::ArrowDown);
    assert_eq!(focused(&window).as_deref(), Some("Claim aud"));
    assert!(!window.sees("Close details"));
    window.keys(Modifiers::NONE, Key::Enter);
    assert!(window.sees("Copy the value of aud"));
}

#[test]
fn walking_reaches_claims_that_are_out_of_sight() {
    let many: Vec<String> = (0..300).map(|n| format!(r#""claim{n}":{n}"#)).collect();
    let mut window = showing(Window::new(), &format!("{{{}}}", many.join(",")));
    window.click("Claim claim0");
    for _ in 0..40 {
        window.keys(Modifiers::NONE, Key::ArrowDown);
    }
    assert_eq!(focused(&window).as_deref(), Some("Claim claim40"));
    window.keys(Modifiers::NONE, Key::End);
    assert_eq!(focused(&window).as_deref(), Some("Claim claim299"));
}

#[test]
fn a_search_leaves_the_claims_that_fit() {
    let mut window = showing(Window::new(), r#"{"iss":"https://a","sub":"admin","aud":"api"}"#);
    window.keys(CTRL, Key::F);
    assert_eq!(focused(&window).as_deref(), Some("Find among the claims"));
    window.control("Find among the claims").type_text("ADM");
    window.settle();
    assert!(window.sees("Claim sub") && !window.sees("Claim iss"));
    assert!(texts(&window).contains("1 of 3"));
    window.click("Show every claim");
    assert!(window.sees("Claim iss"));
}

#[test]
fn a_chosen_claim_stays_chosen_across_a_refresh() {
    let mut window = showing(Window::new(), r#"{"iss":"a","jti":"one"}"#);
    window.click("Claim jti");
    let header = r#"{"alg":"RS256"}"#;
    tell(
        &mut window,
        Token::new(jwt(header, r#"{"jti":"two","iss":"a"}"#), now(), None),
    );
    assert_eq!(window.copied_by("Copy the value of jti"), ["two"]);
}

#[test]
fn the_parts_of_a_value_are_explained_below_it() {
    let mut window = showing(Window::new(), r#"{"amr":["pwd","otp"]}"#);
    let words = texts(&window);
    assert!(words.contains("\"pwd\"") && words.contains("\"otp\""), "{words}");
    window.click("Hide what amr means");
    assert!(!texts(&window).contains("\"pwd\""));
    window.click("Show what amr means");
    assert!(texts(&window).contains("\"pwd\""));
}

#[test]
fn a_time_in_milliseconds_is_shown_as_the_time_it_means() {
    let window = showing(
        Window::new(),
        &format!(r#"{{"exp":{}}}"#, (now().as_second() + 3600) * 1000),
    );
    assert!(texts(&window).contains("milliseconds"));
    assert!(texts(&window).contains("15:11:10"), "{}", texts(&window));
}

#[test]
fn header_and_payload_are_shown_as_json() {
    let mut window = showing(Window::new(), r#"{"n":12345678901234567890,"list":[1,{"a":null}]}"#);
    window.click("JSON");
    let words = texts(&window);
    assert!(words.contains(r#"\"n\": 12345678901234567890,"#), "{words}");
    assert!(words.contains(r#"\"alg\": \"RS256\""#));
    assert_eq!(
        window.copied_by("Copy payload").first().map(String::as_str),
        Some(r#"{"n":12345678901234567890,"list":[1,{"a":null}]}"#)
    );
}

#[test]
fn the_place_where_a_payload_breaks_is_marked_in_its_json() {
    let mut window = showing(Window::new(), r#"{"sub":"admin","exp":165505"#);
    window.click("JSON");
    assert!(texts(&window).contains("‹ends here›"));
}

#[test]
fn control_characters_are_shown_and_not_obeyed() {
    let mut window = showing(Window::new(), r#"{"name":"a\u202eb\u0000c"}"#);
    let words = texts(&window);
    assert!(!words.contains('\u{202e}') && !words.contains("\\u{202e}"), "{words}");
    assert!(words.contains("‹U+202E›"), "{words}");
    window.click("Claim name");
    assert_eq!(window.copied_by("Copy the value of name"), ["a\u{202e}b\u{0}c"]);
}

#[test]
fn two_generations_are_compared_from_here() {
    let mut window = Window::new().with_profiles().with_session();
    window.asked();
    window.click("Compare with generation 2");
    let (_, command) = window.only_request();
    assert!(
        matches!(command, Command::ReadTokens(slug, rows) if slug == trusted() && rows.len() == 2 && rows[0] < rows[1])
    );
}

#[test]
fn an_opaque_token_shows_what_is_known_of_it() {
    let mut window = Window::new().with_profiles();
    tell(
        &mut window,
        Token::new(Secret::new("8F2A6C0D4E1B4F7A9C3D5E6F70819A2B"), now(), None),
    );
    let words = texts(&window);
    assert!(words.contains("32 characters"), "{words}");
}

#[test]
fn a_narrow_window_shows_the_details_in_place_of_the_list() {
    let mut window = showing(Window::sized(900.0, 600.0, Theme::Dark), r#"{"iss":"a","sub":"b"}"#);
    window.click("Claim sub");
    assert!(window.sees("Copy the value of sub") && !window.sees("Claim iss"));
    window.click("Close details");
    assert!(window.sees("Claim iss"));
}

#[test]
fn no_view_of_a_token_shows_its_signature() {
    let mut window = Window::new().with_profiles().with_session();
    let session: Arc<Session> = {
        let item = window.harness.state().state.item(&trusted());
        item.and_then(|item| item.session.clone()).expect("there is a session")
    };
    let text = session
        .tokens
        .access
        .as_ref()
        .expect("it has an access token")
        .value
        .expose()
        .to_owned();
    let signature = text.rsplit('.').next().unwrap_or_default().to_owned();
    for look in ["JSON", "Table"] {
        window.click(look);
        assert!(!texts(&window).contains(&signature));
    }
}

#[test]
fn the_details_of_a_claim_look_as_they_did() {
    let claims = r#"{"iss":"https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0","sub":"AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ","aud":"00000003-0000-0000-c000-000000000000","amr":["pwd","mfa","rsa"],"scp":"openid profile User.Read","idtyp":"user"}"#;
    let mut window = showing(Window::new(), claims);
    window.click("Claim amr");
    window.harness.snapshot("claim_details_dark");
}

#[test]
fn a_broken_payload_as_json_looks_as_it_did() {
    let mut window = Window::sized(900.0, 600.0, Theme::Light).with_profiles();
    let whole = jwt(
        r#"{"alg":"RS256"}"#,
        r#"{"iss":"https://demo/id","sub":"admin","exp":16551, "aud" "x","jti":"a"}"#,
    );
    tell(&mut window, Token::new(whole, now(), None));
    window.click("JSON");
    window.harness.snapshot("claims_json_broken_small_light");
}
