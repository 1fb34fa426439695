//! What a person fills in and is asked for: the profile's form, a login's password, a code for another device.

use std::sync::Arc;
use std::time::Duration;

use egui::{Key, Modifiers};
use egui_kittest::kittest::{By, NodeT as _, Queryable as _};
use jiff::SignedDuration;
use tokenscope::engine::{
    Command, DemoLifetimes, DevicePrompt, EventKind, Failure, LoginStep, OperationId, OperationKind,
};
use tokenscope::model::profile::Grant;
use tokenscope::model::template::Template;
use tokenscope::model::{Profile, Secret, Slug, Token, TokenSet};

use crate::support::{Window, now, profile, session, trusted};

fn of(template: &str) -> Profile {
    Template::find(template).expect("a template").profile()
}

fn form_of(profile: Profile) -> Window {
    let mut window = Window::new().with_profile(profile);
    window.click("Profile");
    window.asked();
    window
}

fn value(window: &Window, name: &str) -> String {
    window.control(name).accesskit_node().value().unwrap_or_default()
}

fn choose(window: &mut Window, field: &str, choice: &str) {
    window.click(field);
    window.click(choice);
}

#[test]
fn what_nobody_needs_is_folded_away_and_a_key_opens_it() {
    let mut window = form_of(of("custom"));
    assert!(!window.sees("Proxy") && window.sees("Scopes"));
    window.control("Connection").focus();
    window.settle();
    window.keys(Modifiers::NONE, Key::Enter);
    assert!(window.sees("Proxy"));
    window.keys(Modifiers::NONE, Key::Enter);
    assert!(!window.sees("Proxy"));
}

#[test]
fn a_group_with_something_in_it_is_open_from_the_start() {
    let mut profile = of("custom");
    profile.proxy = "none".to_owned();
    let window = form_of(profile);
    assert_eq!(value(&window, "Proxy"), "none");
    assert!(!window.sees("More for token"));
}

#[test]
fn a_group_stays_open_while_its_last_value_is_deleted() {
    let mut profile = of("custom");
    profile.proxy = "none".to_owned();
    let mut window = form_of(profile);
    window.type_into("Proxy", "x");
    window.keys(Modifiers::NONE, Key::Backspace);
    assert_eq!(value(&window, "Proxy"), "");
}

#[test]
fn a_wrong_field_opens_its_group() {
    let mut profile = of("custom");
    profile.pushed_authorization_request = true;
    let window = form_of(profile);
    assert!(
        window.sees("PAR endpoint"),
        "pushing needs an endpoint, and none is named"
    );
    assert!(window.sees("Needed to log in. Write its address, or a path below the base URL"));
}

#[test]
fn what_is_wrong_out_of_sight_is_a_click_away() {
    let mut window = form_of(Profile {
        proxy: "proxy.example".to_owned(),
        ..of("custom")
    });
    let bottom = |window: &Window| window.control("Proxy").rect().bottom();
    assert!(bottom(&window) > 800.0, "it is below the window");
    window.click("1 field needs a change");
    assert!(bottom(&window) < 720.0, "{}", bottom(&window));
}

#[test]
fn tab_brings_a_field_into_sight() {
    let mut window = form_of(of("custom"));
    assert!(window.control("Notes").rect().top() > 800.0);
    window.control("Notes").focus();
    window.settle();
    assert!(window.control("Notes").rect().bottom() < 720.0);
}

#[test]
fn the_fields_follow_the_grant_that_is_being_chosen_and_keep_what_they_hold() {
    let mut window = form_of(of("custom"));
    window.type_into("Redirect URI", "http://127.0.0.1:1/mine");
    choose(&mut window, "Grant", "device_code: another device");
    assert!(window.sees("Device endpoint") && !window.sees("Redirect URI"));
    choose(&mut window, "Grant", "password: discouraged");
    assert!(window.sees("User name") && !window.sees("Device endpoint"));
    choose(&mut window, "Grant", "authorization_code: the browser");
    assert_eq!(value(&window, "Redirect URI"), "http://127.0.0.1:1/mine");
}

#[test]
fn the_trusted_app_has_the_names_that_erp_net_gives_it() {
    let mut window = form_of(profile());
    for name in [
        "Name",
        "ApplicationUri",
        "IsEnabled",
        "ImpersonateAsInternalUserAllowed",
        "ImpersonateLoginUrl",
        "ClientType",
        "ApplicationSecretHash",
    ] {
        assert!(window.sees(name), "{name}");
    }
    window.type_into("ApplicationUri", "my.trusted.app/second");
    window.click("Save");
    let (_, Command::SaveProfile(saved)) = window.only_request() else {
        panic!("nothing was saved")
    };
    assert_eq!(saved.client_id, "my.trusted.app/second");
    assert!(!form_of(of("custom")).sees("ApplicationUri"));
}

#[test]
fn the_secrets_hash_is_computed_as_it_is_typed_and_can_be_copied() {
    let mut window = form_of(profile());
    assert!(!window.sees("Copy ApplicationSecretHash"));
    window.type_into("Client secret", "secret");
    let hash = "K7gNU3sdo+OL0wNhqoVWhr3g6s1xYv72ol/pe/Unols=";
    assert!(window.sees(hash));
    assert_eq!(window.copied_by("Copy ApplicationSecretHash"), [hash]);
}

#[test]
fn a_password_is_asked_for_and_not_kept() {
    let mut profile = of("redcore");
    profile.base_url = "https://idp.example".to_owned();
    let mut window = Window::new().with_profile(profile.clone());
    window.hold_secret(&profile.slug);
    window.asked();
    window.click("Log in");
    assert!(window.asked().is_empty(), "nothing is sent before it is given");
    assert_eq!(value(&window, "User name"), "admin");
    assert!(window.control("Password").accesskit_node().is_focused());
    assert!(!window.sees("administrator"), "no demo server, no people of it");
    window.type_into("Password", "hunter2");
    window.keys(Modifiers::NONE, Key::Enter);
    let (_, Command::Login(slug, given)) = window.only_request() else {
        panic!("no login")
    };
    assert_eq!(slug, profile.slug);
    assert_eq!(given.username.as_deref(), Some("admin"));
    assert_eq!(given.password.as_ref().map(Secret::expose), Some("hunter2"));
    assert!(!window.sees("Password"), "the question is gone");
    assert!(window.sees("Cancel"), "the login has begun");
    assert!(!format!("{:?}", window.harness.state()).contains("hunter2"));
}

#[test]
fn a_mistyped_password_does_not_cost_the_user_name() {
    let mut profile = of("redcore");
    profile.base_url = "https://idp.example".to_owned();
    let slug = profile.slug.clone();
    let mut window = Window::new().with_profile(profile);
    window.hold_secret(&slug);
    window.asked();
    window.click("Log in");
    window.type_into("User name", "j.doe");
    window.type_into("Password", "wrong");
    window.keys(Modifiers::NONE, Key::Enter);
    let (id, _) = window.only_request();
    window.tell(
        id,
        EventKind::Finished {
            slug: Some(slug),
            kind: OperationKind::Login,
            result: Err(Failure::provider(
                "invalid_grant",
                "No such user or password",
                "Try again",
            )),
        },
    );
    window.click("Try again");
    assert_eq!(value(&window, "User name"), "j.doe");
    assert_eq!(value(&window, "Password"), "");
}

#[test]
fn what_was_typed_as_password_is_gone_when_it_is_cancelled() {
    let mut profile = of("redcore");
    profile.base_url = "https://idp.example".to_owned();
    let slug = profile.slug.clone();
    let mut window = Window::new().with_profile(profile);
    window.hold_secret(&slug);
    window.click("Log in");
    window.type_into("Password", "hunter2");
    window.asked();
    window.click("Cancel");
    assert!(window.asked().is_empty() && !window.sees("Password"));
    window.click("Log in");
    assert_eq!(value(&window, "Password"), "");
    window.keys(Modifiers::COMMAND, Key::Z);
    assert_eq!(value(&window, "Password"), "", "undo brings nothing back");
    window.keys(Modifiers::NONE, Key::Escape);
    assert!(!window.sees("Password"));
}

#[test]
fn the_people_of_the_demo_server_log_in_with_one_click() {
    let mut window = Window::new().with_profile(of("mycorp-auth"));
    window.asked();
    window.click("Log in");
    assert!(window.sees("in no LDAP group yet: no roles") || window.sees("administrator"));
    window.click("j.doe");
    let (_, Command::Login(_, given)) = window.only_request() else {
        panic!("no login")
    };
    assert_eq!(given.username.as_deref(), Some("j.doe"));
    assert!(given.password.is_none(), "the engine knows it");
    assert!(window.sees("4. Send the request"), "the ten steps");
}

#[test]
fn the_demo_server_is_started_to_offer_its_people() {
    let mut window = Window::new();
    window.tell(
        OperationId::next(),
        EventKind::Loaded {
            profiles: vec![of("redcore")],
            problems: Vec::new(),
        },
    );
    window.asked();
    window.click("Log in");
    assert!(matches!(
        window.only_request().1,
        Command::StartDemo(DemoLifetimes::NORMAL)
    ));
    assert!(window.sees("The demo server is starting…"));
    window.start_demo();
    assert!(window.sees("administrator"));
}

#[test]
fn the_token_to_exchange_is_asked_for() {
    let mut profile = of("custom");
    profile.grant = Grant::TokenExchange;
    let mut window = Window::new().with_profile(profile);
    window.asked();
    window.click("Log in");
    window.type_into("Token to exchange", "t0ken");
    window.keys(Modifiers::NONE, Key::Enter);
    let (_, Command::Login(_, given)) = window.only_request() else {
        panic!("no login")
    };
    assert_eq!(given.subject_token.as_ref().map(Secret::expose), Some("t0ken"));
}

#[test]
fn the_profile_whose_token_is_exchanged_is_chosen_by_its_name() {
    let mut window = Window::new();
    let exchange = Profile {
        grant: Grant::TokenExchange,
        ..of("custom")
    };
    window.tell(
        OperationId::next(),
        EventKind::Loaded {
            profiles: vec![exchange, of("redcore")],
            problems: Vec::new(),
        },
    );
    window.click("Any OAuth 2.0 or OpenID Connect server");
    window.click("Profile");
    window.asked();
    window.click("Exchange the token of");
    // The first of that name is the row in the list at the left.
    let choices: Vec<_> = window.harness.query_all_by_label("redCORE").collect();
    choices.last().expect("it is offered").click();
    window.settle();
    window.click("Save");
    let (_, Command::SaveProfile(saved)) = window.only_request() else {
        panic!("nothing was saved")
    };
    assert_eq!(saved.subject_profile, "redcore");
}

pub(crate) fn device_profile() -> Profile {
    Profile {
        grant: Grant::DeviceCode,
        device_authorization_endpoint: "/device".to_owned(),
        ..of("custom")
    }
}

pub(crate) fn device_steps() -> Vec<LoginStep> {
    vec![
        LoginStep::Device(DevicePrompt {
            user_code: "WDJB-MJHT".to_owned(),
            verification_uri: "https://idp.example/device".to_owned(),
            verification_uri_complete: Some("https://idp.example/device?user_code=WDJB-MJHT".to_owned()),
            expires_at: now() + SignedDuration::from_secs(582),
        }),
        LoginStep::Browser(Ok(())),
        LoginStep::Waiting(now() + SignedDuration::from_secs(102)),
        LoginStep::Polled {
            times: 3,
            wait_s: 5,
            said: "authorization_pending".to_owned(),
        },
    ]
}

#[test]
fn a_device_login_shows_code_address_and_picture_and_counts_down() {
    let profile = device_profile();
    let slug = profile.slug.clone();
    let mut window = Window::new().with_profile(profile);
    window.log_in(&slug, device_steps());
    for words in [
        "WDJB-MJHT",
        "https://idp.example/device",
        "https://idp.example/device?user_code=WDJB-MJHT",
        "The code lives 9:42 more",
        "1:42 left · asked 3 ×, the provider says: not signed in yet (authorization_pending)",
    ] {
        assert!(window.sees(words), "{words}");
    }
    assert_eq!(window.copied_by("Copy code"), ["WDJB-MJHT"]);
    assert!(window.wants_to_draw_after() <= Duration::from_millis(1001));
    window.wait_s(1);
    assert!(window.sees("The code lives 9:41 more"));
}

#[test]
fn where_nothing_can_listen_the_answer_is_pasted_at_once() {
    let mut window = Window::new().with_profiles();
    window.log_in(
        &trusted(),
        [
            LoginStep::PasteOnly {
                redirect_uri: "https://app.example/cb".to_owned(),
                why: "app.example is not this machine".to_owned(),
            },
            LoginStep::Address("https://idp.example/authorize".parse().expect("an address")),
        ],
    );
    assert!(window.sees("app.example is not this machine"));
    assert!(window.control("Callback address").accesskit_node().is_focused());
    assert!(!window.sees("Paste the callback address instead…"));
}

#[test]
fn a_code_that_the_provider_shows_on_a_page_is_asked_for_by_its_name() {
    let mut window = Window::new().with_profiles();
    let id = window.log_in(
        &trusted(),
        [
            LoginStep::PasteOnly {
                redirect_uri: "urn:ietf:wg:oauth:2.0:oob".to_owned(),
                why: "The provider shows the code on a page instead of sending the browser back. Paste it here"
                    .to_owned(),
            },
            LoginStep::Address("https://idp.example/authorize".parse().expect("an address")),
        ],
    );
    window.asked();
    window.type_into("Code", "c0de");
    window.click("Use this code");
    assert!(matches!(
        window.only_request().1,
        Command::PasteCallback(which, code) if which == id && code.expose() == "c0de"
    ));
}

#[test]
fn a_certificate_that_the_browser_will_not_know_is_explained_until_the_answer_is_there() {
    let mut window = Window::new().with_profiles();
    let fingerprint = "AB:CD:EF";
    let id = window.log_in(&trusted(), [LoginStep::Certificate(fingerprint.to_owned())]);
    assert!(window.sees(fingerprint) && window.sees("The browser will warn you once"));
    let (slug, step) = (trusted(), LoginStep::CalledBack);
    window.tell(id, EventKind::Login { slug, step });
    assert!(!window.sees(fingerprint));
}

#[test]
fn an_insecure_profile_says_so_wherever_it_shows() {
    let secure = Window::new().with_profile(profile());
    assert!(!secure.sees("Insecure: certificates are not checked"));
    let window = Window::new().with_profile(Profile {
        insecure: true,
        ..profile()
    });
    let words = "Insecure: certificates are not checked";
    // The page and the bar at the bottom.
    assert_eq!(window.harness.query_all_by_label(words).count(), 2);
    let row = window.harness.query_all(By::default()).find(|node| {
        let said = node.accesskit_node().description();
        said.is_some_and(|said| said.ends_with(", insecure"))
    });
    assert!(row.is_some(), "the row in the list says it too");
}

#[test]
fn a_login_that_brought_an_id_token_alone_shows_it() {
    let mut window = Window::new().with_profiles();
    let mut session = session(1);
    session.tokens = TokenSet {
        access: None,
        refresh: None,
        id: session
            .tokens
            .id
            .take()
            .map(|id| Token::new(id.value.clone(), now(), None)),
        ..session.tokens
    };
    let (slug, session) = (trusted(), Arc::new(session));
    window.tell(OperationId::next(), EventKind::SessionChanged { slug, session });
    assert!(window.sees("nonce"), "its claims");
    assert!(!window.sees("Call API"), "there is nothing to call it with");
}

#[test]
fn a_token_that_would_go_to_another_server_is_sent_only_after_a_yes() {
    let exchange = Profile {
        slug: Slug::parse("exchange").unwrap(),
        name: "Exchange".to_owned(),
        client_id: "exchanger".to_owned(),
        grant: Grant::TokenExchange,
        base_url: "https://elsewhere.example".to_owned(),
        token_endpoint: "/token".to_owned(),
        subject_profile: trusted().to_string(),
        ..Profile::default()
    };
    let mut window = Window::new();
    let loaded = EventKind::Loaded {
        profiles: vec![exchange.clone(), profile()],
        problems: Vec::new(),
    };
    window.tell(OperationId::next(), loaded);
    let held = EventKind::SessionChanged {
        slug: trusted(),
        session: Arc::new(session(3)),
    };
    window.tell(OperationId::next(), held);
    window.asked();
    window.click("Log in");
    let asked = window.asked();
    assert!(asked.is_empty(), "nothing before the answer: {asked:?}");
    let words = "This profile exchanges the token of “erp-net”. That token comes from the demo server and would go to \
                 https://elsewhere.example, which can then use it. Send it only where you trust that server";
    assert!(window.sees(words));
    window.click("Send it and log in");
    let (_, Command::Login(slug, given)) = window.only_request() else {
        panic!("no login")
    };
    assert_eq!(slug, exchange.slug);
    assert_eq!(given.may_send_token_to.as_deref(), Some("https://elsewhere.example"));
}
