//! Asking the provider, revoking, logging out, and the question whether to log in again.

use std::sync::Arc;

use egui::{Key, Modifiers, Theme};
use egui_kittest::SnapshotResults;
use egui_kittest::kittest::NodeT as _;
use jiff::SignedDuration;
use tokenscope::engine::{
    ApiAnswer, Command, EventKind, Failure, LoggedOut, LogoutStep, OperationId, OperationKind, ProviderAnswer,
    ProviderKeys, Question, Session,
};
use tokenscope::model::checks::{Check, Outcome};
use tokenscope::model::keys::KeySet;
use tokenscope::model::members::read_members;
use tokenscope::model::{Secret, TokenKind};

use crate::support::{Window, invalid_grant, now, profile, session, trusted};

const CTRL: Modifiers = Modifiers::COMMAND;
const NONE: Modifiers = Modifiers::NONE;

fn window() -> Window {
    let window = Window::new().with_profiles().with_session();
    window.asked();
    window
}

fn holds(window: &mut Window, session: Session) {
    let kind = EventKind::SessionChanged {
        slug: trusted(),
        session: Arc::new(session),
    };
    window.tell(OperationId::next(), kind);
}

fn answer(question: Question, body: &str, checks: Vec<Check>) -> EventKind {
    EventKind::ProviderAnswered {
        slug: trusted(),
        answer: Box::new(ProviderAnswer {
            question,
            http: ApiAnswer {
                url: "http://127.0.0.1:7780/id/connect/userinfo".to_owned(),
                status: 200,
                latency_ms: 12.0,
                www_authenticate: None,
                content_type: Some("application/json".to_owned()),
                body: body.to_owned(),
            },
            members: read_members(body).0,
            signature: None,
            error: None,
            checks,
        }),
    }
}

#[test]
fn the_list_of_questions_asks_the_engine() {
    let mut window = window();
    window.click("Ask the provider…");
    for name in ["Introspect access token", "Introspect refresh token", "Log out"] {
        assert!(!window.control(name).accesskit_node().is_disabled(), "{name}");
    }
    window.click("Userinfo");
    let (id, command) = window.only_request();
    assert!(matches!(command, Command::Ask(slug, Question::Userinfo) if slug == trusted()));
    assert!(!window.sees("Introspect access token"), "the list closes");
    window.click("Cancel");
    assert!(matches!(window.only_request().1, Command::Cancel(which) if which == id));
}

#[test]
fn a_missing_endpoint_is_named_with_the_field_to_fill_in() {
    let mut window = window();
    let mut profile = profile();
    profile.introspection_endpoint.clear();
    window.tell(OperationId::next(), EventKind::ProfileSaved(Box::new(profile)));
    window.click("Ask the provider…");
    assert!(window.control("Introspect access token").accesskit_node().is_disabled());
    assert!(window.sees("Fill in “Introspection endpoint” in the profile"));
    window.keys(NONE, Key::Escape);
    assert!(!window.sees("Userinfo"), "Esc closes the list");
}

#[test]
fn revoking_asks_first() {
    let mut window = window();
    window.click("Ask the provider…");
    window.click("Revoke refresh token…");
    assert!(window.sees("Revoke the refresh token of “ERP.net trusted app”?"));
    window.keys(NONE, Key::Escape);
    assert!(window.asked().is_empty() && !window.sees("Revoke token"));
    window.click("Ask the provider…");
    window.click("Revoke access token…");
    window.click("Revoke token");
    let (_, command) = window.only_request();
    assert!(matches!(command, Command::Revoke(slug, TokenKind::Access) if slug == trusted()));
}

#[test]
fn the_palette_reaches_every_question() {
    for (query, wanted) in [
        ("userinfo", "Ask"),
        ("keys", "ReadKeys"),
        ("introspect refresh", "Ask"),
        ("log out", "LogOut"),
    ] {
        let mut window = window();
        window.keys(CTRL, Key::K);
        window.type_into("Search profiles and commands", query);
        window.keys(NONE, Key::Enter);
        let command = format!("{:?}", window.only_request().1);
        assert!(command.starts_with(wanted), "{query}: {command}");
    }
}

#[test]
fn an_answer_is_explained_member_by_member_and_can_be_read_as_it_came() {
    let mut window = window();
    let failed = Check::new("userinfo.sub", Outcome::Fail, "sub is \"mallory\"", "OIDC Core §5.3.2");
    let body = r#"{"sub":"mallory","updated_at":1795000000,"n":12345678901234567890}"#;
    window.tell(OperationId::next(), answer(Question::Userinfo, body, vec![failed]));
    for words in [
        "Who the person is",
        "mallory",
        "When this information last changed",
        "12345678901234567890",
        "userinfo.sub failed: sub is \"mallory\"",
    ] {
        assert!(window.sees(words), "{words}");
    }
    window.click("Show body");
    assert!(!window.sees("When this information last changed"));
    window.click("Show as table");
    assert_eq!(window.copied_by("Copy body"), [body]);
    window.keys(NONE, Key::Escape);
    assert!(!window.sees("Who the person is"));
}

fn keys_read(url: Option<&str>, set: KeySet) -> EventKind {
    EventKind::KeysRead {
        slug: trusted(),
        keys: Box::new(ProviderKeys {
            url: url.map(str::to_owned),
            latency_ms: 12.0,
            set,
        }),
    }
}

fn published() -> KeySet {
    let key: serde_json::Value = serde_json::from_str(include_str!("../keys/rsa.jwk.json")).expect("a JWK");
    let n = key["n"].as_str().expect("a modulus");
    let set = format!(
        r#"{{"keys":[{{"kty":"RSA","kid":"2026-03","alg":"RS256","use":"sig","n":"{n}","e":"AQAB"}},
            {{"kty":"RSA","kid":"bad","e":"AQAB"}},{{"kty":"EC","crv":"brainpoolP256r1","kid":"k1"}},
            {{"kty":"OKP","crv":"X25519","use":"enc"}}]}}"#
    );
    KeySet::parse(set.as_bytes()).expect("a key set")
}

#[test]
fn the_keys_are_fetched_before_any_login_and_each_says_what_is_wrong_with_it() {
    let mut window = Window::new().with_profiles();
    window.asked();
    window.keys(CTRL, Key::K);
    window.type_into("Search profiles and commands", "keys");
    window.keys(NONE, Key::Enter);
    assert!(matches!(window.only_request().1, Command::ReadKeys(slug) if slug == trusted()));
    window.tell(
        OperationId::next(),
        keys_read(Some("https://idp.example/jwks"), published()),
    );
    for words in [
        "What signatures are checked with",
        "GET https://idp.example/jwks",
        "4 keys",
        "2026-03",
        "RSA 2048 bits",
        "cannot be read: n is missing (RFC 7518 §6)",
        "is of a kind that Tokenscope does not verify",
        "not for signatures",
    ] {
        assert!(window.sees(words), "{words}");
    }
    window.keys(NONE, Key::Escape);
    assert!(!window.sees("What signatures are checked with"));

    let given = KeySet::from_pem(include_str!("../keys/ec-p256-public.pem")).unwrap();
    window.tell(OperationId::next(), keys_read(None, given));
    assert!(window.sees("The verification key of the profile: it names no address for keys"));
    assert!(window.sees("EC P-256"));
    window.tell(OperationId::next(), EventKind::ProfileDeleted(trusted()));
    assert!(!window.sees("EC P-256"), "the keys go with their profile");
}

#[test]
fn a_profile_without_keys_says_which_field_to_fill_in() {
    let mut window = window();
    let mut profile = profile();
    profile.base_url = "https://idp.example".to_owned();
    profile.jwks_uri.clear();
    profile.verification_key.clear();
    window.tell(OperationId::next(), EventKind::ProfileSaved(Box::new(profile)));
    window.click("Ask the provider…");
    assert!(window.control("Keys").accesskit_node().is_disabled());
    assert!(window.sees("Fill in “Keys (JWKS)” in the profile"));
}

#[test]
fn a_revoked_token_says_so_on_its_card_and_in_the_list() {
    let mut window = window();
    let revoked = Session {
        revoked: vec![TokenKind::Access],
        ..session(3)
    };
    holds(&mut window, revoked.clone());
    assert!(window.sees("Access token: revoked"));
    assert!(window.sees("a refresh may give another"));
    let row = window.control("ERP.net trusted app").accesskit_node().description();
    assert_eq!(row.as_deref(), Some("attention, access token revoked · refresh"));
    holds(
        &mut window,
        Session {
            revoked: vec![TokenKind::Access, TokenKind::Refresh],
            is_over: true,
            ..revoked
        },
    );
    assert!(window.sees("Refresh token: revoked"));
    assert!(!window.sees("a refresh may give another"), "nothing can");
}

#[test]
fn a_logout_waits_for_the_browser_and_its_tokens_say_logged_out() {
    let mut window = window();
    window.click("Ask the provider…");
    window.click("Log out");
    let (id, command) = window.only_request();
    assert!(matches!(command, Command::LogOut(slug) if slug == trusted()));
    let until = now().checked_add(SignedDuration::from_secs(90)).unwrap();
    for step in [
        LogoutStep::Listening(Some("http://localhost:8400/".to_owned())),
        LogoutStep::Address(Secret::new("http://127.0.0.1:7780/logout?id_token_hint=x")),
        LogoutStep::Browser(Ok(())),
        LogoutStep::Waiting(until),
    ] {
        window.tell(id, EventKind::Logout { slug: trusted(), step });
    }
    assert!(window.sees("Waiting for the browser to come back from the logout · 1:30 left"));
    let copied = window.copied_by("Copy logout address");
    assert_eq!(copied, ["http://127.0.0.1:7780/logout?id_token_hint=x"]);
    window.keys(NONE, Key::Escape);
    assert!(matches!(window.only_request().1, Command::Cancel(which) if which == id));
    holds(
        &mut window,
        Session {
            logged_out: Some(LoggedOut::CameBack),
            ..session(3)
        },
    );
    window.tell(
        id,
        EventKind::Finished {
            slug: Some(trusted()),
            kind: OperationKind::Logout,
            result: Ok(()),
        },
    );
    assert!(window.sees("logged out"));
    assert!(window.sees("Logged out of ERP.net trusted app: the browser came back"));
    assert!(window.sees("42:10"), "the tokens are still there");
}

fn wanted() -> EventKind {
    EventKind::LoginWanted {
        slug: trusted(),
        why: invalid_grant(),
    }
}

#[test]
fn enter_logs_in_again_and_escape_does_not() {
    let mut window = window();
    window.tell(OperationId::next(), wanted());
    assert!(window.sees("The session is over. Log in again?"));
    window.keys(NONE, Key::Escape);
    assert!(window.asked().is_empty() && !window.sees("Log in again"));
    window.tell(OperationId::next(), wanted());
    window.keys(NONE, Key::Enter);
    assert!(matches!(window.only_request().1, Command::Login(slug, _) if slug == trusted()));
    assert!(!window.sees("The session is over. Log in again?"));
}

#[test]
fn a_refresh_that_becomes_a_login_is_shown_as_one() {
    let mut window = window();
    window.keys(CTRL, Key::R);
    let (id, _) = window.only_request();
    assert!(window.sees("Refreshing…"));
    let kind = EventKind::LoginInstead {
        slug: trusted(),
        why: invalid_grant(),
    };
    window.tell(id, kind);
    assert!(window.sees("ERP.net trusted app: the session is over (invalid_grant), logging in again"));
    window.click("Cancel");
    assert!(matches!(window.only_request().1, Command::Cancel(which) if which == id));
    window.tell(
        id,
        EventKind::Finished {
            slug: Some(trusted()),
            kind: OperationKind::Refresh,
            result: Err(Failure::local("port_in_use", "Port 80 is taken", "Free it")),
        },
    );
    assert!(window.sees("Login failed: Port 80 is taken"), "not the refresh failed");
}

#[test]
fn a_deleted_profile_takes_its_questions_along() {
    let mut window = window();
    window.tell(OperationId::next(), wanted());
    window.tell(OperationId::next(), EventKind::ProfileDeleted(trusted()));
    window.keys(CTRL, Key::K);
    assert!(
        window.sees("Search profiles and commands"),
        "nothing unseen holds the keys"
    );
}

fn passed(id: &'static str, message: &'static str) -> Check {
    Check::new(id, Outcome::Pass, message, "RFC 7662 §2.2")
}

#[test]
fn questions_and_answers_look_as_they_did() {
    let mut results = SnapshotResults::new();
    let mut list = Window::sized(900.0, 600.0, Theme::Light).with_profiles().with_session();
    let mut profile = profile();
    profile.end_session_endpoint.clear();
    list.tell(OperationId::next(), EventKind::ProfileSaved(Box::new(profile)));
    list.wait_s(30);
    list.click("Ask the provider…");
    results.add(list.harness.try_snapshot("ask_small_light"));

    let mut told = window();
    let body = r#"{"active":true,"token_type":"Bearer","username":"admin","iss":"http://127.0.0.1:7780/id","sub":"admin","aud":"DomainApi","client_id":"my.trusted.app/first","nbf":1795179000,"iat":1795179000,"exp":1795182600,"jti":"_ltBLKwcJSKmAa3nflZp3Q","scope":"openid profile DomainApi offline_access"}"#;
    let mut odd = passed("introspection.exp", "exp lies +420 s from the end that is known here");
    odd.outcome = Outcome::Warn;
    let checks = vec![
        passed("introspection.active", "the provider takes this token"),
        passed("introspection.client_id", "matches"),
        odd,
    ];
    let question = Question::Introspection(TokenKind::Access);
    told.tell(OperationId::next(), answer(question, body, checks));
    results.add(told.harness.try_snapshot("provider_answer_dark"));

    told.keys(NONE, Key::Escape);
    told.tell(
        OperationId::next(),
        keys_read(Some("http://127.0.0.1:7780/id/jwks"), published()),
    );
    results.add(told.harness.try_snapshot("provider_keys_dark"));

    let mut ended = Window::sized(900.0, 600.0, Theme::Dark).with_profiles().with_session();
    holds(
        &mut ended,
        Session {
            revoked: vec![TokenKind::Access],
            logged_out: Some(LoggedOut::CameBack),
            ..session(3)
        },
    );
    results.add(ended.harness.try_snapshot("revoked_small_dark"));
    ended.tell(OperationId::next(), wanted());
    results.add(ended.harness.try_snapshot("log_in_again_small_dark"));
}
