//! What a person does, and what the engine is asked for it; what the engine tells, and what a person sees of it.

use std::sync::Arc;
use std::time::Duration;

use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use tokenscope::engine::{ApiAnswer, Command, DemoLifetimes, EventKind, Failure, OperationId, OperationKind};
use tokenscope::model::{Secret, Token};

use crate::support::{Window, jwt, now, profile, session, trusted};

const CTRL: Modifiers = Modifiers::COMMAND;

#[test]
fn the_first_run_offers_one_click_to_a_login() {
    let mut window = Window::new().with_profiles();
    assert!(window.sees("Not logged in"));
    window.asked();
    window.click("Log in");
    let (_, command) = window.only_request();
    assert!(matches!(command, Command::Login(slug, _) if slug == trusted()));
    assert!(window.sees("Getting ready"), "busy at once, before the engine says so");
    assert!(!window.sees("Log in"), "nothing to click twice");
}

#[test]
fn a_countdown_goes_down_by_the_clock() {
    let mut window = Window::new().with_profiles().with_session();
    assert!(window.sees("42:10"));
    window.wait_s(1);
    assert!(window.sees("42:09"));
    window.wait_s(42 * 60 + 9);
    assert!(window.sees("Access token: expired"));
}

#[test]
fn it_draws_once_a_second_while_something_counts_down_and_else_not_at_all() {
    let window = Window::new().with_profiles();
    assert_eq!(window.wants_to_draw_after(), Duration::MAX);
    let window = window.with_session();
    let after = window.wants_to_draw_after();
    assert!(
        after > Duration::from_millis(500) && after <= Duration::from_millis(1001),
        "{after:?}"
    );
}

#[test]
fn a_login_shows_its_steps_and_can_be_cancelled() {
    let (mut window, id) = Window::new().with_profiles().with_login();
    assert!(window.sees("Waiting for you in the browser"));
    assert!(window.sees("1:42 left"));
    window.wait_s(2);
    assert!(window.sees("1:40 left"));
    window.asked();
    window.click("Cancel");
    assert!(matches!(window.only_request().1, Command::Cancel(which) if which == id));
    window.keys(Modifiers::NONE, Key::Escape);
    assert!(matches!(window.only_request().1, Command::Cancel(which) if which == id));
    window.tell(
        id,
        EventKind::Finished {
            slug: Some(trusted()),
            kind: OperationKind::Login,
            result: Err(Failure::cancelled()),
        },
    );
    assert!(window.sees("Not logged in"), "a cancelled login is not a failed one");
}

#[test]
fn the_callback_can_be_pasted() {
    let (mut window, id) = Window::new().with_profiles().with_login();
    window.asked();
    window.click("Paste the callback address instead…");
    assert!(window.control("Callback address").accesskit_node().is_focused());
    window.type_into("Callback address", " http://localhost/signin-callback?code=c&state=s ");
    window.click("Use this address");
    let (_, command) = window.only_request();
    let Command::PasteCallback(which, address) = command else {
        panic!("{command:?}")
    };
    assert_eq!(which, id);
    assert_eq!(address.expose(), "http://localhost/signin-callback?code=c&state=s");
}

#[test]
fn the_address_can_be_copied_whole() {
    let (mut window, _) = Window::new().with_profiles().with_login();
    let copied = window.copied_by("Copy address");
    assert_eq!(copied.len(), 1);
    assert!(copied[0].ends_with("&nonce=def"), "{}", copied[0]);
    assert!(window.sees("Copied address"));
}

#[test]
fn a_failed_login_says_what_to_do_and_tries_again() {
    let (mut window, id) = Window::new().with_profiles().with_login();
    window.tell(
        id,
        EventKind::Finished {
            slug: Some(trusted()),
            kind: OperationKind::Login,
            result: Err(Failure::local(
                "port_in_use",
                "Port 8400 is taken",
                "Close the program that has it, or use port 0",
            )),
        },
    );
    for words in [
        "Login failed",
        "Port 8400 is taken",
        "Close the program that has it, or use port 0",
    ] {
        assert!(window.sees(words), "{words}");
    }
    window.asked();
    window.click("Try again");
    assert!(matches!(window.only_request().1, Command::Login(..)));
}

#[test]
fn a_refresh_is_asked_for_once() {
    let mut window = Window::new().with_profiles().with_session();
    window.asked();
    window.click("Refresh now");
    let (id, command) = window.only_request();
    assert!(matches!(command, Command::Refresh(slug) if slug == trusted()));
    window.keys(CTRL, Key::R);
    assert!(window.asked().is_empty(), "one at a time");
    window.tell(
        id,
        EventKind::SessionChanged {
            slug: trusted(),
            session: Arc::new(session(4)),
        },
    );
    window.tell(
        id,
        EventKind::Finished {
            slug: Some(trusted()),
            kind: OperationKind::Refresh,
            result: Ok(()),
        },
    );
    assert!(window.sees("generation 4"));
    assert!(window.sees("Refreshed ERP.net trusted app: generation 4"));
    assert!(window.sees("Refresh now"), "and again");
}

#[test]
fn a_dead_refresh_token_leaves_only_the_login() {
    let mut window = Window::new().with_profiles().with_session();
    window.refuse_refresh();
    assert!(!window.sees("Refresh now"));
    assert!(window.sees("Refresh token: refused"));
    assert!(window.sees("Log in"));
}

#[test]
fn what_changed_since_the_last_generation_is_marked() {
    let window = Window::new().with_profiles().with_session();
    assert!(window.sees("jti changed"));
    assert!(!window.sees("sub changed"));
}

#[test]
fn a_damaged_token_shows_what_can_be_read_and_where_it_broke() {
    let mut window = Window::new().with_profiles();
    let good = jwt(r#"{"alg":"RS256"}"#, r#"{"sub":"admin"}"#);
    let mut text = good.expose().to_owned();
    text.insert(text.find('.').unwrap() + 1, 'A');
    let mut damaged = session(1);
    damaged.tokens.access = Some(Token::new(Secret::new(text), now(), Some(3600)));
    let message = damaged.tokens.access.as_ref().unwrap().decoded.defects[0]
        .message
        .clone();
    window.tell(
        OperationId::next(),
        EventKind::SessionChanged {
            slug: trusted(),
            session: Arc::new(damaged),
        },
    );
    assert!(window.sees(&message), "{message}");
    assert!(window.sees("damaged · RS256"));
}

#[test]
fn the_signature_is_masked_until_asked_for() {
    let mut window = Window::new().with_profiles().with_session();
    let signature = "c2lnbmF0dXJl";
    let shown = |window: &Window| {
        window
            .harness
            .query_all(egui_kittest::kittest::By::default())
            .any(|node| format!("{:?}", node.accesskit_node().value()).contains(signature))
    };
    assert!(!shown(&window));
    window.click("Show signature");
    assert!(shown(&window));
}

#[test]
fn a_claim_is_copied_as_it_came() {
    let mut window = Window::new().with_profiles().with_session();
    assert_eq!(window.copied_by("Copy client_id"), ["my.trusted.app/first"]);
    assert!(window.sees("Copied client_id"));
}

#[test]
fn keys_open_tabs_and_pages() {
    let mut window = Window::new().with_profiles().with_session();
    window.keys(CTRL, Key::Num2);
    assert!(window.sees("What happened"));
    window.keys(CTRL, Key::Num3);
    assert!(window.sees("Copy report"));
    window.keys(CTRL, Key::Num4);
    assert!(window.sees("What will be sent"));
    window.keys(CTRL, Key::Num1);
    assert!(window.sees("Meaning"));
    window.keys(CTRL, Key::N);
    assert!(window.sees("New profile"));
    window.keys(Modifiers::NONE, Key::F1);
    assert!(window.sees("Shortcuts"));
}

#[test]
fn the_palette_finds_a_command_by_a_few_letters() {
    let mut window = Window::new().with_profiles().with_session();
    window.asked();
    window.keys(CTRL, Key::K);
    window.control("Search profiles and commands").type_text("refresh n");
    window.settle();
    window.keys(Modifiers::NONE, Key::Enter);
    assert!(matches!(window.only_request().1, Command::Refresh(_)));
    assert!(!window.sees("Search profiles and commands"), "it has closed");
}

#[test]
fn the_palette_finds_a_profile_and_closes_with_escape() {
    let mut window = Window::new().with_profiles();
    window.keys(CTRL, Key::K);
    window.control("Search profiles and commands").type_text("interactive");
    window.settle();
    window.keys(Modifiers::NONE, Key::Enter);
    assert_eq!(
        window.harness.state().state.screen.slug().unwrap().as_str(),
        "erp-net-interactive"
    );
    window.keys(CTRL, Key::K);
    window.keys(Modifiers::NONE, Key::Escape);
    assert!(!window.sees("Search profiles and commands"));
}

#[test]
fn the_timeline_shows_failures_alone() {
    let mut window = Window::new().with_profiles().with_session();
    window.click("Timeline");
    assert!(window.sees("logged in"));
    window.click("Failures");
    assert!(window.sees("refresh failed") && window.sees("API said 401"));
    assert!(!window.sees("logged in"));
}

#[test]
fn a_changed_profile_is_saved_as_it_stands_in_the_form() {
    let mut window = Window::new().with_profiles();
    window.click("Profile");
    window.asked();
    window.type_into("Scopes", "openid  offline_access ");
    assert!(window.sees("Not saved yet"));
    window.click("Save");
    let (id, command) = window.only_request();
    let Command::SaveProfile(saved) = command else {
        panic!("{command:?}")
    };
    assert_eq!(
        (saved.scope.as_str(), &saved.slug),
        ("openid offline_access", &trusted())
    );
    window.tell(id, EventKind::ProfileSaved(saved));
    assert!(!window.sees("Not saved yet"));
}

#[test]
fn a_wrong_field_says_so_below_itself_and_revert_takes_it_back() {
    let mut window = Window::new().with_profiles();
    window.click("Profile");
    window.type_into("Name", " ");
    assert!(window.sees("Give it a name"));
    window.click("Revert");
    assert!(!window.sees("Give it a name"));
}

#[test]
fn the_client_secret_goes_to_the_engine_and_into_no_profile() {
    let mut window = Window::new().with_profiles();
    window.click("Profile");
    window.asked();
    window.type_into("Client secret", "hunter2");
    let asked = window.asked();
    let Some((_, Command::SetSecret(slug, _, secret, _))) = asked.last() else {
        panic!("{asked:?}")
    };
    assert_eq!((slug, secret.expose()), (&trusted(), "hunter2"));
    assert!(!window.sees("Not saved yet"), "nothing of the profile has changed");
    assert!(!format!("{:?}", window.harness.state()).contains("hunter2"));
}

#[test]
fn deleting_a_profile_asks_first() {
    let mut window = Window::new().with_profiles();
    window.click("Profile");
    window.asked();
    window.click("Delete…");
    window.keys(Modifiers::NONE, Key::Escape);
    assert!(window.asked().is_empty());
    window.click("Delete…");
    window.click("Delete profile");
    let (id, command) = window.only_request();
    assert!(matches!(command, Command::DeleteProfile(slug) if slug == trusted()));
    window.tell(id, EventKind::ProfileDeleted(trusted()));
    assert!(!window.sees("ERP.net trusted app"));
    assert!(window.sees("ERP.net interactive app"), "the other one is open now");
}

#[test]
fn a_new_profile_gets_a_name_of_its_own_and_opens() {
    let mut window = Window::new().with_profiles();
    window.click("New");
    window.asked();
    // The second: the first is the profile in the list.
    let template = window
        .harness
        .query_all_by_label("ERP.net trusted app")
        .last()
        .expect("a template is called so");
    template.click();
    window.settle();
    let (id, command) = window.only_request();
    let Command::SaveProfile(made) = command else {
        panic!("{command:?}")
    };
    assert_eq!(made.name, "ERP.net trusted app 2");
    assert_ne!(made.slug, trusted());
    window.tell(id, EventKind::ProfileSaved(made));
    assert!(window.sees("What will be sent"));
}

#[test]
fn the_api_answer_is_shown_until_it_is_closed() {
    let mut window = Window::new().with_profiles().with_session();
    window.asked();
    window.click("Call API");
    let (id, command) = window.only_request();
    assert!(matches!(command, Command::CallApi(_)));
    let answer = ApiAnswer {
        url: "http://127.0.0.1:7780/api".to_owned(),
        status: 401,
        latency_ms: 12.0,
        www_authenticate: Some("Bearer error=\"invalid_token\"".to_owned()),
        content_type: None,
        body: String::new(),
    };
    window.tell(
        id,
        EventKind::ApiAnswered {
            slug: trusted(),
            answer,
        },
    );
    assert!(window.sees("What the API said") && window.sees("401"));
    window.keys(Modifiers::NONE, Key::Escape);
    assert!(!window.sees("What the API said"));
}

#[test]
fn the_demo_server_is_started_stopped_and_made_fast() {
    let mut window = Window::new().with_profiles();
    window.click("Demo server");
    window.asked();
    window.click("Fast: 60 s");
    assert!(matches!(
        window.only_request().1,
        Command::StartDemo(DemoLifetimes::FAST)
    ));
    window.click("Stop");
    let (id, command) = window.only_request();
    assert!(matches!(command, Command::StopDemo));
    window.tell(
        id,
        EventKind::DemoChanged {
            base_url: None,
            lifetimes: DemoLifetimes::FAST,
            users: Vec::new(),
            failure: None,
        },
    );
    window.asked();
    window.click("Start");
    assert!(matches!(
        window.only_request().1,
        Command::StartDemo(DemoLifetimes::FAST)
    ));
}

#[test]
fn what_could_not_be_read_stays_until_it_is_closed() {
    let mut window = Window::new();
    let problem = "profiles/cut.json ends too early. It was left as it is: mend or delete it";
    window.tell(
        OperationId::next(),
        EventKind::Loaded {
            profiles: vec![profile()],
            problems: vec![problem.to_owned()],
        },
    );
    window.wait_s(60);
    assert!(window.sees(problem));
    window.click("Close message");
    assert!(!window.sees(problem));
}

#[test]
fn an_engine_that_could_not_start_says_why() {
    let mut window = Window::new();
    window.tell(
        OperationId::next(),
        EventKind::Finished {
            slug: None,
            kind: OperationKind::Store,
            result: Err(Failure::local(
                "store",
                "The data folder cannot be written",
                "Free some space",
            )),
        },
    );
    assert!(window.sees("The data folder cannot be written. Free some space"));
}

#[test]
fn messages_go_away_by_themselves() {
    let mut window = Window::new().with_profiles();
    let id = OperationId::next();
    window.tell(
        id,
        EventKind::Finished {
            slug: Some(trusted()),
            kind: OperationKind::Login,
            result: Ok(()),
        },
    );
    assert!(window.sees("Logged in to ERP.net trusted app"));
    window.wait_s(6);
    assert!(!window.sees("Logged in to ERP.net trusted app"));
}

#[test]
fn the_theme_goes_round() {
    let mut window = Window::new().with_profiles();
    assert!(window.harness.ctx.theme() == egui::Theme::Dark);
    window.click("Theme: dark");
    assert!(window.harness.ctx.theme() == egui::Theme::Light);
    window.click("Theme: light");
    assert!(window.sees("Theme: as the system"));
}

#[test]
fn a_profile_says_its_state_in_words() {
    let window = Window::new().with_profiles().with_session();
    let row = window.control("ERP.net trusted app");
    assert_eq!(
        row.accesskit_node().description().as_deref(),
        Some("valid, code id_token · admin")
    );
}

#[test]
fn tab_reaches_every_control_and_shows_where_it_is() {
    let mut window = Window::new().with_profiles();
    let mut seen = Vec::new();
    for _ in 0..17 {
        window.keys(Modifiers::NONE, Key::Tab);
        seen.extend(
            window
                .harness
                .query_all(egui_kittest::kittest::By::default())
                .find(|node| node.accesskit_node().is_focused())
                .and_then(|node| node.accesskit_node().label()),
        );
    }
    for name in [
        "Search profiles or run a command…",
        "ERP.net trusted app",
        "Timeline",
        "Log in",
    ] {
        assert!(seen.iter().any(|label| label == name), "{name} is not in {seen:?}");
    }
}

#[test]
fn escape_leaves_a_field_before_it_cancels_a_login() {
    let (mut window, _) = Window::new().with_profiles().with_login();
    window.click("Paste the callback address instead…");
    window.asked();
    window.keys(Modifiers::NONE, Key::Escape);
    assert!(window.asked().is_empty(), "the field had the keyboard");
    window.keys(Modifiers::NONE, Key::Escape);
    assert!(matches!(window.only_request().1, Command::Cancel(_)));
}

#[test]
fn very_long_values_push_nothing_out_of_the_window() {
    let mut window = Window::sized(900.0, 600.0, egui::Theme::Light);
    let long = "x".repeat(5000);
    let mut profile = profile();
    profile.name = format!("A name {long}");
    profile.client_id.clone_from(&long);
    window.tell(
        OperationId::next(),
        EventKind::Loaded {
            profiles: vec![profile],
            problems: Vec::new(),
        },
    );
    let mut session = session(1);
    let claims = format!(r#"{{"sub":"{long}","{long}":"y","exp":{}}}"#, now().as_second() + 60);
    session.tokens.access = Some(Token::new(jwt(r#"{"alg":"RS256"}"#, &claims), now(), Some(60)));
    window.tell(
        OperationId::next(),
        EventKind::SessionChanged {
            slug: trusted(),
            session: Arc::new(session),
        },
    );
    for tab in ["Claims", "Timeline", "Profile"] {
        window.click(tab);
        for node in window.harness.query_all(egui_kittest::kittest::By::default()) {
            let role = node.accesskit_node().role();
            if matches!(role, egui::accesskit::Role::Button | egui::accesskit::Role::Tab) {
                let right = node.rect().right();
                assert!(right <= 900.0, "{:?} ends at {right}", node.accesskit_node().label());
            }
        }
    }
}
