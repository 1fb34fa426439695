//! Pictures of whole screens.

use std::sync::Arc;

use egui::{Key, Modifiers, Theme};
use egui_kittest::SnapshotResults;
use jiff::SignedDuration;
use tokenscope::engine::{ApiAnswer, DemoLine, EventKind, Failure, LoginStep, OperationId, OperationKind, Session};
use tokenscope::model::profile::{ClientAuthentication, Grant};
use tokenscope::model::response_type::ResponseType;
use tokenscope::model::template::Template;
use tokenscope::model::{Profile, Secret, Token, TokenSet};

use crate::forms::{device_profile, device_steps};
use crate::support::{Window, now, session, trusted};

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
        window.type_into("ImpersonateLoginUrl", "http://app.example:8400");
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

fn template(id: &str) -> Profile {
    Template::find(id).expect("a template").profile()
}

#[test]
fn forms_of_every_grant_look_as_they_did() {
    let mut results = SnapshotResults::new();
    let jwt_bearer = Profile {
        grant: Grant::JwtBearer,
        client_authentication: ClientAuthentication::PrivateKeyJwt,
        client_key_file: "/home/me/keys/client.pem".to_owned(),
        verification_key: include_str!("../../assets/README.md").to_owned(),
        dpop: true,
        ..template("custom")
    };
    for (name, size, theme, profile) in [
        ("form_custom_light", LARGE, Theme::Light, template("custom")),
        ("form_json_small_dark", SMALL, Theme::Dark, template("mycorp-auth")),
        ("form_password_small_light", SMALL, Theme::Light, template("redcore")),
        ("form_device_light", LARGE, Theme::Light, device_profile()),
        ("form_jwt_bearer_dark", LARGE, Theme::Dark, jwt_bearer),
    ] {
        let mut window = window(size, theme).with_profile(profile);
        window.click("Profile");
        results.add(window.harness.try_snapshot(name));
    }
    let mut window = window(LARGE, Theme::Dark).with_profile(template("erp-net"));
    window.click("Profile");
    window.type_into("Client secret", "secret");
    results.add(window.harness.try_snapshot("form_trusted_app_dark"));
}

#[test]
fn the_rest_of_a_long_form_looks_as_it_did() {
    let mut results = SnapshotResults::new();
    let profile = Profile {
        insecure: true,
        ca_certificates: "-----BEGIN CERTIFICATE-----\nMIIB0zCCAXmgAwIBAgIUQxw\n".repeat(8),
        proxy: "proxy.example".to_owned(),
        ..template("custom")
    };
    for (name, size, theme) in [
        ("form_end_dark", LARGE, Theme::Dark),
        ("form_end_small_light", SMALL, Theme::Light),
    ] {
        let mut window = window(size, theme).with_profile(profile.clone());
        window.click("Profile");
        window.control("Notes").focus();
        window.settle();
        window.control("Notes").type_text("For the tests of November");
        window.settle();
        results.add(window.harness.try_snapshot(name));
    }
}

#[test]
fn what_a_login_asks_for_looks_as_it_did() {
    let mut results = SnapshotResults::new();
    let mut demo = window(LARGE, Theme::Light).with_profile(template("mycorp-auth"));
    demo.click("Log in");
    results.add(demo.harness.try_snapshot("password_demo_light"));
    let real = Profile {
        base_url: "https://idp.example".to_owned(),
        insecure: true,
        ..template("redcore")
    };
    let slug = real.slug.clone();
    let mut real = window(SMALL, Theme::Dark).with_profile(real);
    real.hold_secret(&slug);
    real.click("Log in");
    real.type_into("Password", "hunter2");
    results.add(real.harness.try_snapshot("password_small_dark"));
    let exchange = Profile {
        grant: Grant::TokenExchange,
        ..template("custom")
    };
    let mut exchange = window(SMALL, Theme::Light).with_profile(exchange);
    exchange.click("Log in");
    results.add(exchange.harness.try_snapshot("subject_token_small_light"));
}

#[test]
fn a_device_login_looks_as_it_did() {
    let mut results = SnapshotResults::new();
    for (name, size, theme) in [
        ("device_dark", LARGE, Theme::Dark),
        ("device_small_light", SMALL, Theme::Light),
    ] {
        let profile = device_profile();
        let slug = profile.slug.clone();
        let mut window = window(size, theme).with_profile(profile);
        window.log_in(&slug, device_steps());
        results.add(window.harness.try_snapshot(name));
    }
}

#[test]
fn logins_without_a_listener_or_with_a_certificate_look_as_they_did() {
    let mut results = SnapshotResults::new();
    let address = || LoginStep::Address("https://idp.example/authorize?client_id=a".parse().expect("an address"));
    let mut paste = window(SMALL, Theme::Light).with_profiles();
    paste.log_in(
        &trusted(),
        [
            LoginStep::PasteOnly {
                redirect_uri: "http://localhost/signin-callback".to_owned(),
                why: "Port 80 needs rights that this account lacks. After you signed in, paste the address that the \
                      browser could not open"
                    .to_owned(),
            },
            address(),
            LoginStep::Browser(Ok(())),
            LoginStep::Waiting(now() + SignedDuration::from_secs(102)),
        ],
    );
    results.add(paste.harness.try_snapshot("login_paste_small_light"));
    let mut certificate = window(LARGE, Theme::Dark).with_profiles();
    certificate.log_in(
        &trusted(),
        [
            LoginStep::Listening("https://localhost:8443/signin-callback".to_owned()),
            LoginStep::Certificate(["3F:9A:C0:11:7E:5D:42:88"; 4].join(":")),
            LoginStep::Pushed,
            address(),
            LoginStep::Browser(Ok(())),
            LoginStep::Waiting(now() + SignedDuration::from_secs(102)),
        ],
    );
    results.add(certificate.harness.try_snapshot("login_certificate_dark"));
}

#[test]
fn tokens_of_every_kind_and_none_look_as_they_did() {
    let mut results = SnapshotResults::new();
    let told = |window: &mut Window, profile: &Profile, tokens: TokenSet| {
        let session = Session {
            tokens,
            profile: profile.clone(),
            previous: None,
            ..session(1)
        };
        let (slug, session) = (profile.slug.clone(), Arc::new(session));
        window.tell(OperationId::next(), EventKind::SessionChanged { slug, session });
    };
    let opaque = Profile {
        grant: Grant::ClientCredentials,
        name: "A machine with a long name that does not fit into any list of profiles at all".to_owned(),
        client_id: "a-client-id-as-long-as-some-clouds-make-them.apps.example.com".to_owned(),
        insecure: true,
        ..template("redcore")
    };
    let mut machine = window(SMALL, Theme::Light).with_profile(opaque.clone());
    let tokens = TokenSet {
        access: Some(Token::new(Secret::new("bd0f23a1c0"), now(), None)),
        id: None,
        refresh: None,
        token_type: Some("DPoP".to_owned()),
        ..session(1).tokens
    };
    told(&mut machine, &opaque, tokens);
    results.add(machine.harness.try_snapshot("tokens_opaque_small_light"));
    let implicit = Profile {
        grant: Grant::Implicit,
        response_type: ResponseType::IdToken,
        ..template("custom")
    };
    let mut implicit_window = window(LARGE, Theme::Dark).with_profile(implicit.clone());
    let tokens = TokenSet {
        access: None,
        refresh: None,
        ..session(3).tokens
    };
    told(&mut implicit_window, &implicit, tokens);
    results.add(implicit_window.harness.try_snapshot("tokens_id_only_dark"));
}
