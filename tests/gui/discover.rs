//! The page for a profile from an address: what a person does there, and what is seen of what was found.
#![expect(
    clippy::unwrap_used,
    reason = "a story that cannot be told should fail where it breaks"
)]

use egui::{Key, Modifiers, Theme};
use egui_kittest::SnapshotResults;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use serde_json::{Value, json};
use tokenscope::engine::{Command, EventKind, Failure, Finding, Lookup, OperationId, OperationKind, Registered, Tried};
use tokenscope::flow::Discovered;
use tokenscope::flow::discovery::Looking;
use tokenscope::model::SecretKind;
use tokenscope::model::metadata::discovery::ServerMetadata;
use tokenscope::model::metadata::registration::RegistrationResponse;
use tokenscope::model::metadata::resource_metadata::ResourceMetadata;
use tokenscope::model::response::RawResponse;
use tokenscope::model::template::Template;

use crate::support::{Window, profile, trusted};

pub(crate) fn document(issuer: &str) -> Value {
    json!({"issuer": issuer, "authorization_endpoint": format!("{issuer}/auth"),
        "token_endpoint": format!("{issuer}/token"), "jwks_uri": format!("{issuer}/keys"),
        "registration_endpoint": format!("{issuer}/register"), "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code", "refresh_token"], "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"], "scopes_supported": ["openid", "offline_access"],
        "token_endpoint_auth_methods_supported": ["none"], "code_challenge_methods_supported": ["S256"]})
}

pub(crate) fn finding(document: &Value) -> Finding {
    let metadata = ServerMetadata::parse(document.to_string().as_bytes()).unwrap();
    Finding {
        address: "https://login.example.com".to_owned(),
        discovered: Discovered {
            defects: metadata.defects.clone(),
            metadata,
            metadata_url: "https://login.example.com/.well-known/openid-configuration"
                .parse()
                .unwrap(),
            resource: None,
            api: None,
            scopes: Vec::new(),
            doubts: Vec::new(),
        },
        exchanges: Vec::new(),
    }
}

pub(crate) fn sound() -> Finding {
    finding(&document("https://login.example.com"))
}

fn tried(url: &str, status: u16, said: &str, is_found: bool) -> EventKind {
    EventKind::Tried(Tried {
        looking: Looking::Server,
        url: url.to_owned(),
        status: Some(status),
        said: said.to_owned(),
        is_found,
        took_ms: 12.0,
    })
}

const FIRST: &str = "https://login.example.com/.well-known/openid-configuration";

impl Window {
    /// The page is open and an address was asked for.
    pub(crate) fn looking(mut self) -> (Self, OperationId) {
        self.keys(Modifiers::COMMAND, Key::N);
        self.click("From an address");
        self.asked();
        self.type_into("Address", "login.example.com");
        self.keys(Modifiers::NONE, Key::Enter);
        let (id, command) = self.only_request();
        let Command::Discover(lookup) = command else {
            panic!("{command:?}")
        };
        assert_eq!(lookup.address, "login.example.com");
        self.tell(
            id,
            EventKind::Started {
                slug: None,
                kind: OperationKind::Discovery,
            },
        );
        self.tell(id, tried(FIRST, 404, "not there", false));
        (self, id)
    }

    pub(crate) fn finish(&mut self, id: OperationId, result: Result<(), Failure>) {
        self.tell(
            id,
            EventKind::Finished {
                slug: None,
                kind: OperationKind::Discovery,
                result,
            },
        );
    }

    pub(crate) fn found(self, finding: Finding) -> Self {
        let (mut window, id) = self.looking();
        window.tell(id, EventKind::Discovered(Box::new(finding)));
        window.finish(id, Ok(()));
        window.asked();
        window
    }
}

#[test]
fn an_address_is_looked_up_by_enter_and_the_search_can_be_cancelled() {
    let (mut window, id) = Window::new().with_profiles().looking();
    assert!(window.sees("Looking…") && window.sees(FIRST));
    window.click("Cancel");
    assert!(matches!(window.only_request().1, Command::Cancel(which) if which == id));
    window.finish(id, Err(Failure::cancelled()));
    assert!(
        !window.sees("Nothing was found"),
        "a cancelled search is not a failed one"
    );
    assert!(window.sees("Discover"));
}

#[test]
fn escape_leaves_the_field_and_then_the_page() {
    let mut window = Window::new().with_profiles();
    window.keys(Modifiers::COMMAND, Key::N);
    window.click("From an address");
    assert!(window.control("Address").accesskit_node().is_focused());
    assert!(window.sees("No address yet"));
    window.keys(Modifiers::NONE, Key::Escape);
    window.keys(Modifiers::NONE, Key::Escape);
    assert!(window.sees("New profile") && !window.sees("New profile from an address"));
}

#[test]
fn what_the_server_offers_becomes_a_profile_whose_form_opens() {
    let mut window = Window::new().with_profiles().found(sound());
    for words in ["PKCE: yes", "DPoP: no", "S256", "https://login.example.com/token"] {
        assert!(window.sees(words), "{words}");
    }
    assert!(
        window
            .harness
            .query_all_by_label_contains("does not name RS256")
            .next()
            .is_some()
    );
    window.type_into("Name", "My app");
    window.type_into("Client id", "app-1");
    window.click("Create profile");
    let (id, command) = window.only_request();
    let Command::CreateProfile(new) = command else {
        panic!("{command:?}")
    };
    let profile = new.profile;
    assert_eq!((profile.slug.as_str(), profile.client_id.as_str()), ("my-app", "app-1"));
    assert_eq!(profile.validate(), []);
    window.tell(id, EventKind::ProfileSaved(Box::new(profile)));
    assert!(window.sees("Save") && window.sees("My app"), "its form is open");
}

#[test]
fn a_name_is_suggested_and_a_profile_without_one_is_not_made() {
    let mut window = Window::new().with_profiles().found(sound());
    let name = window.control("Name").accesskit_node().value();
    assert_eq!(name.as_deref(), Some("login.example.com"));
    window.type_into("Name", " ");
    window.click("Create profile");
    assert!(window.asked().is_empty());
}

#[test]
fn an_app_is_registered_and_its_secret_goes_to_the_engine_and_not_to_the_screen() {
    let mut window = Window::new().with_profiles().found(sound());
    window.click("Register this app");
    let (id, command) = window.only_request();
    let Command::Register(wanted) = command else {
        panic!("{command:?}")
    };
    assert_eq!(
        wanted.profile.registration_endpoint,
        "https://login.example.com/register"
    );
    let body = json!({"client_id": "made-1", "client_secret": "hunter2", "client_secret_expires_at": 0,
        "token_endpoint_auth_method": "client_secret_basic"});
    let response = RegistrationResponse::parse(RawResponse {
        status: 201,
        content_type: None,
        body: body.to_string().as_bytes(),
    });
    let mut profile = wanted.profile;
    response.fill(&mut profile);
    let registered = Registered {
        profile,
        response,
        differences: Vec::new(),
        exchanges: Vec::new(),
    };
    window.tell(id, EventKind::Registered(Box::new(registered)));
    window.finish(id, Ok(()));
    assert!(window.sees("Registered. Its secret is held in memory only"));
    assert!(window.harness.query_all_by_label_contains("hunter2").next().is_none());
    window.click("Create profile");
    let (_, command) = window.only_request();
    let Command::CreateProfile(new) = command else {
        panic!("{command:?}")
    };
    assert_eq!(new.profile.client_id, "made-1");
    assert_eq!(new.secrets[0].0, SecretKind::ClientSecret);
    assert_eq!(new.secrets[0].1.expose(), "hunter2");
}

#[test]
fn a_refused_registration_says_why_and_leaves_what_was_found() {
    let mut window = Window::new().with_profiles().found(sound());
    window.click("Register this app");
    let (id, _) = window.only_request();
    let why = "The server refused to register the client: invalid_token. Ask its operator for an initial access token";
    window.finish(id, Err(Failure::provider("invalid_token", why, "")));
    assert!(window.sees("The app was not registered") && window.sees(why));
    assert!(window.sees("PKCE: yes"));
}

#[test]
fn a_server_that_wants_an_initial_access_token_gets_the_one_that_is_typed() {
    let mut window = Window::new().with_profiles().found(sound());
    assert!(!window.sees("Initial access token"));
    window.click("Register this app");
    let (id, _) = window.only_request();
    let refusal = Failure {
        http_status: Some(401),
        ..Failure::provider("invalid_token", "The server refused", "")
    };
    window.finish(id, Err(refusal));
    window.type_into("Initial access token", "from-the-operator");
    window.click("Register this app");
    let (id, command) = window.only_request();
    let Command::Register(wanted) = command else {
        panic!("{command:?}")
    };
    let token = wanted.initial_access_token.unwrap();
    assert_eq!(token.expose(), "from-the-operator");
    window.finish(id, Err(Failure::cancelled()));
    assert!(window.sees("Cancelled while the server was asked: it may have made a client that nobody uses"));
}

#[test]
fn metadata_of_another_issuer_is_used_knowingly_or_not_at_all() {
    let mut other = sound();
    other.discovered.doubts = vec!["issuer is \"https://evil.example\": this document must not be used".to_owned()];
    let mut window = Window::new().with_profiles().found(other);
    window.click("Create profile");
    assert!(window.asked().is_empty());
    window.click("I know why: use it all the same");
    window.click("Create profile");
    assert!(matches!(window.only_request().1, Command::CreateProfile(_)));
}

#[test]
fn metadata_without_endpoints_makes_no_profile() {
    let mut window = Window::new()
        .with_profiles()
        .found(finding(&json!({"issuer": "https://login.example.com"})));
    assert!(
        window
            .harness
            .query_all_by_label_contains("fill in “Authorize endpoint” and “Token endpoint”")
            .next()
            .is_some()
    );
    window.click("Create profile");
    assert!(window.asked().is_empty());
    assert!(!window.sees("I know why: use it all the same"));
}

#[test]
fn without_https_a_person_may_look_on_purpose() {
    let (mut window, id) = Window::new().with_profiles().looking();
    window.finish(
        id,
        Err(Failure::local(
            "not_https",
            "http://login.example.com/ is not https",
            "Write https://",
        )),
    );
    assert!(window.sees("Nothing was found"));
    window.click("Look without https, for a test");
    let (_, command) = window.only_request();
    assert!(matches!(command, Command::Discover(lookup) if lookup.like.insecure));
}

#[test]
fn a_profile_is_brought_up_to_date_after_its_changes_were_seen() {
    let mut window = Window::new().with_profiles();
    window.keys(Modifiers::COMMAND, Key::K);
    window.type_into("Search profiles and commands", "update profile");
    window.asked();
    window.keys(Modifiers::NONE, Key::Enter);
    let (id, command) = window.only_request();
    let Command::Discover(lookup) = command else {
        panic!("{command:?}")
    };
    assert_eq!(lookup.address, "http://127.0.0.1:7780/id");
    assert_eq!(lookup.like, profile());
    let mut found = document("http://127.0.0.1:7780/id");
    found["revocation_endpoint"] = json!("http://127.0.0.1:7780/id/revoke-here");
    window.tell(id, EventKind::Discovered(Box::new(finding(&found))));
    window.finish(id, Ok(()));
    assert!(window.sees("What would change in the profile"));
    assert!(window.sees("/id/connect/token  →  /id/token"));
    window.click("Update profile");
    let (_, command) = window.only_request();
    let Command::SaveProfile(updated) = command else {
        panic!("{command:?}")
    };
    assert_eq!(
        (&updated.slug, updated.token_endpoint.as_str()),
        (&trusted(), "/id/token")
    );
    assert_eq!(updated.revocation_endpoint, "/id/revoke-here");
    assert_eq!(updated.scope, profile().scope, "what a person wrote stays");
}

#[test]
fn one_of_several_servers_of_an_api_can_be_chosen() {
    let mut found = sound();
    let resource = json!({"resource": "https://api.example.com",
        "authorization_servers": ["https://login.example.com", "https://second.example.com"]});
    found.discovered.resource = Some(ResourceMetadata::parse(resource.to_string().as_bytes()).unwrap());
    found.discovered.api = Some("https://api.example.com/v1".parse().unwrap());
    let mut window = Window::new().with_profiles().found(found);
    window.click("Tokens from");
    window.click("https://second.example.com");
    let (_, command) = window.only_request();
    let Command::Discover(lookup) = command else {
        panic!("{command:?}")
    };
    let Lookup {
        authorization_server, ..
    } = *lookup;
    assert_eq!(authorization_server.as_deref(), Some("https://second.example.com"));
}

#[test]
fn the_page_looks_as_it_did() {
    let mut results = SnapshotResults::new();
    let small = |theme| Window::sized(900.0, 600.0, theme).with_profiles();
    let mut found = small(Theme::Dark).found(sound());
    results.add(found.harness.try_snapshot("discover_found_small_dark"));
    let mut other = sound();
    other.discovered.doubts = vec![
        "issuer is \"https://evil.example\", and \"https://login.example.com\" was asked for: this document must not be used (RFC 8414 §3.3). Check the issuer in the profile".to_owned(),
    ];
    let mut doubtful = Window::sized(1280.0, 800.0, Theme::Light).with_profiles().found(other);
    results.add(doubtful.harness.try_snapshot("discover_doubtful_light"));
    let (mut failed, id) = small(Theme::Light).looking();
    failed.finish(
        id,
        Err(Failure {
            http_status: Some(302),
            ..Failure::provider(
                "redirected",
                "Nothing at login.example.com says how to log in: https://login.example.com/.well-known/openid-configuration redirects to https://sso.example.com/ (status 302). That is not followed: a document from elsewhere could be anybody's",
                "If that address is the provider's, give it instead",
            )
        }),
    );
    results.add(failed.harness.try_snapshot("discover_failed_small_light"));
    let mut empty = small(Theme::Dark);
    empty.keys(Modifiers::COMMAND, Key::N);
    empty.click("From an address");
    results.add(empty.harness.try_snapshot("discover_empty_small_dark"));
}

#[test]
fn the_form_asks_the_provider_for_its_endpoints() {
    let profile = Template::find("custom").unwrap().profile();
    // High enough for the whole form: what is out of sight cannot be clicked.
    let mut window = Window::sized(1280.0, 1600.0, Theme::Dark).with_profile(profile);
    window.asked();
    window.click("Profile");
    window.click("Fill in from the provider…");
    assert!(
        matches!(window.only_request().1, Command::Discover(..)),
        "it looks at once"
    );
}
