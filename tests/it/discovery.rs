//! From an address to a profile: what is found, what is refused, and in which words.
#![expect(clippy::unwrap_used, reason = "a helper that cannot go on ends its test")]

use serde_json::{Value, json as value};
use tokenscope::engine::{
    DemoLifetimes, Engine, EventKind, Failure, Finding, Lookup, NewProfile, Registration, Runner,
};
use tokenscope::model::profile::{ClientAuthentication, ClientType, Grant};
use tokenscope::model::{Profile, Secret, SecretKind};
use tokenscope::setup;
use url::Url;

use crate::support::command::{Home, Ran};
use crate::support::server::{Reply, Server, http, json};
use crate::support::{World, log_in, refresh, reporter};

/// The metadata of a server whose issuer is `issuer`.
fn metadata(issuer: &str) -> Value {
    value!({"issuer": issuer, "authorization_endpoint": format!("{issuer}/auth"),
        "token_endpoint": format!("{issuer}/token"), "jwks_uri": format!("{issuer}/keys"),
        "registration_endpoint": format!("{issuer}/register"), "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code", "refresh_token"], "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"], "scopes_supported": ["openid", "offline_access"],
        "token_endpoint_auth_methods_supported": ["none", "client_secret_basic"],
        "code_challenge_methods_supported": ["S256"]})
}

fn document(value: &Value) -> Reply {
    json(200, &value.to_string())
}

fn not_there() -> Reply {
    http(404, "content-type: text/plain\r\n", "nothing here")
}

/// Makes a reply.
type Make<'a> = &'a dyn Fn() -> Reply;

/// The address of a server without the slash at its end: its issuer.
fn issuer(server: &Server) -> String {
    server.url.as_str().trim_end_matches('/').to_owned()
}

/// What was asked for, one path each.
fn paths(server: &Server) -> Vec<String> {
    let path = |request: String| request.split(' ').nth(1).unwrap_or_default().to_owned();
    server.requests().into_iter().map(path).collect()
}

async fn look(engine: &Engine, address: &str) -> Result<Finding, Failure> {
    look_at(engine, address, None).await
}

async fn look_at(engine: &Engine, address: &str, server: Option<&str>) -> Result<Finding, Failure> {
    let lookup = Lookup {
        address: address.to_owned(),
        authorization_server: server.map(str::to_owned),
        ..Lookup::default()
    };
    engine.discover(&lookup, &reporter().0).await
}

fn codes(finding: &Finding) -> Vec<&str> {
    finding.discovered.defects.iter().map(|d| d.code.as_str()).collect()
}

/// The profile that a finding becomes.
fn profile_of(finding: &Finding, client_id: &str) -> Profile {
    let mut profile = Profile {
        name: "Found".to_owned(),
        client_id: client_id.to_owned(),
        ..Profile::default()
    };
    finding.discovered.fill(&mut profile);
    profile
}

#[tokio::test]
async fn an_issuer_with_a_path_is_looked_for_at_all_three_places() {
    let engine = World::new().engine().await;
    let server = Server::start([not_there(), not_there()]).await;
    let issuer = format!("{}/tenant", issuer(&server));
    server.then(document(&metadata(&issuer)));
    let (reporter, mut ear) = reporter();
    let lookup = Lookup {
        address: issuer.clone(),
        ..Lookup::default()
    };
    let finding = engine.discover(&lookup, &reporter).await.unwrap();
    drop(reporter);
    assert_eq!(
        paths(&server),
        [
            "/tenant/.well-known/openid-configuration",
            "/.well-known/oauth-authorization-server/tenant",
            "/.well-known/openid-configuration/tenant"
        ]
    );
    let mut told = Vec::new();
    while let Some(event) = ear.recv().await {
        if let EventKind::Tried(tried) = event.kind {
            told.push((tried.status, tried.is_found));
        }
    }
    assert_eq!(told, [(Some(404), false), (Some(404), false), (Some(200), true)]);
    assert_eq!(finding.exchanges.len(), 3, "each request is recorded");
    assert_eq!((codes(&finding), finding.discovered.doubts.len()), (vec![], 0));
    let profile = profile_of(&finding, "app");
    assert_eq!(profile.validate(), []);
    assert_eq!(profile.token_endpoint, format!("{issuer}/token"));
}

#[tokio::test]
async fn the_embedded_provider_becomes_a_profile_that_logs_in_and_refreshes() {
    let world = World::new();
    let engine = world.engine().await;
    let origin = engine.start_demo(DemoLifetimes::NORMAL).await.unwrap();
    let address = format!("{}id", origin.base_url);
    let finding = look(&engine, &address).await.unwrap();
    assert_eq!(finding.discovered.doubts, [""; 0]);
    let mut profile = profile_of(&finding, "my.trusted.app");
    profile.redirect_uri = "http://localhost:0/signin-callback".to_owned();
    assert_eq!(profile.client_authentication, ClientAuthentication::ClientSecretBasic);
    let (_, secret) = origin.secrets.iter().find(|(id, _)| id == "my.trusted.app").unwrap();
    let new = NewProfile {
        secrets: vec![(SecretKind::ClientSecret, secret.clone())],
        profile,
        exchanges: finding.exchanges,
    };
    let saved = engine.create_profile(new, &reporter().0).await.unwrap();
    let session = log_in(&engine, saved.slug.as_str()).await.unwrap();
    assert!(session.tokens.refresh.is_some());
    assert_eq!(refresh(&engine, saved.slug.as_str()).await.unwrap().generation, 2);
    let recorded = world.database().exchanges(&saved.slug, 100).unwrap();
    assert!(
        recorded
            .iter()
            .any(|(_, e)| e.url.ends_with("/.well-known/openid-configuration")),
        "the profile remembers where it came from"
    );
}

#[tokio::test]
async fn a_profile_of_the_embedded_provider_is_up_to_date_and_gets_only_what_it_lacks() {
    let world = World::new();
    let engine = world.engine().await;
    let origin = engine.start_demo(DemoLifetimes::NORMAL).await.unwrap();
    let finding = look(&engine, &format!("{}id", origin.base_url)).await.unwrap();
    let mut profile = engine.profile(&crate::support::slug("erp-net")).await.unwrap();
    profile.userinfo_endpoint.clear();
    profile.token_endpoint = "/old".to_owned();
    let changes = finding.discovered.changes(&profile, Some(&origin.base_url));
    let changed = |key: &str| changes.iter().find(|c| c.field.key() == key).map(|c| c.after.as_str());
    assert_eq!(changed("token_endpoint"), Some("/id/connect/token"));
    assert_eq!(changed("userinfo_endpoint"), Some("/id/connect/userinfo"));
    assert_eq!(
        (changed("scope"), changed("issuer"), changed("jwks_uri")),
        (None, None, None)
    );
}

#[tokio::test]
async fn an_api_that_wants_a_token_leads_to_its_server() {
    let engine = World::new().engine().await;
    let (api, server) = (Server::start([]).await, Server::start([]).await);
    let address = api.url.join("v1/me?full=1").unwrap();
    let place = api.url.join("meta").unwrap();
    let header = format!("www-authenticate: Bearer scope=\"me:read\", resource_metadata=\"{place}\"\r\n");
    api.then(http(401, &header, ""));
    let resource = format!("{}v1", api.url);
    api.then(document(
        &value!({"resource": resource, "authorization_servers": [issuer(&server)],
        "scopes_supported": ["openid", "me:read", "me:write"]}),
    ));
    server.then(document(&metadata(&issuer(&server))));
    let finding = look(&engine, address.as_str()).await.unwrap();
    // A query says that it is no issuer: the API is asked first.
    assert_eq!(paths(&api), ["/v1/me?full=1", "/meta"]);
    assert_eq!(codes(&finding), ["resource_above"]);
    assert!(finding.discovered.doubts.is_empty());
    let profile = profile_of(&finding, "app");
    assert_eq!(profile.api_url, address.as_str());
    assert_eq!(profile.resource, [resource]);
    assert_eq!(profile.scope, "openid offline_access me:read");
    assert_eq!(profile.validate(), []);
}

#[tokio::test]
async fn an_api_without_a_hint_has_its_metadata_at_the_well_known_place() {
    let engine = World::new().engine().await;
    let (api, server) = (Server::start([]).await, Server::start([]).await);
    let address = api.url.join("v1").unwrap();
    for _ in 0..3 {
        api.then(not_there());
    }
    api.then(http(401, "www-authenticate: Bearer realm=\"x\"\r\n", ""));
    let other = "https://other.example";
    api.then(document(
        &value!({"resource": address, "authorization_servers": [other, issuer(&server)]}),
    ));
    server.then(document(&metadata(&issuer(&server))));
    let finding = look_at(&engine, address.as_str(), Some(&issuer(&server)))
        .await
        .unwrap();
    let tried = paths(&api);
    assert_eq!(tried[3..], ["/v1", "/.well-known/oauth-protected-resource/v1"]);
    assert_eq!(finding.discovered.choices(), [other.to_owned(), issuer(&server)]);
    assert!(finding.discovered.doubts.is_empty(), "{:?}", finding.discovered.doubts);
    assert_eq!(finding.discovered.metadata.issuer, Some(issuer(&server)));
}

#[tokio::test]
async fn the_first_server_that_an_api_names_is_taken_unless_another_is_chosen() {
    let engine = World::new().engine().await;
    let (api, server) = (Server::start([]).await, Server::start([]).await);
    let place = api.url.join(".well-known/oauth-protected-resource/v1").unwrap();
    let resource = value!({"resource": api.url.join("v1").unwrap(),
        "authorization_servers": [issuer(&server), "https://second.example"]});
    api.then(document(&resource));
    server.then(document(&metadata(&issuer(&server))));
    let finding = look(&engine, place.as_str()).await.unwrap();
    assert_eq!(finding.discovered.metadata.issuer, Some(issuer(&server)));
    assert_eq!(finding.discovered.api, Some(api.url.join("v1").unwrap()));
    // One that the API does not name is a doubt.
    api.then(document(&value!({"resource": api.url.join("v1").unwrap(),
        "authorization_servers": ["https://second.example"]})));
    server.then(document(&metadata(&issuer(&server))));
    let finding = look_at(&engine, place.as_str(), Some(&issuer(&server))).await.unwrap();
    assert!(
        finding.discovered.doubts[0].contains("does not name"),
        "{:?}",
        finding.discovered.doubts
    );
}

#[tokio::test]
async fn a_document_about_another_api_may_be_used_knowingly_only() {
    let engine = World::new().engine().await;
    let (api, server) = (Server::start([]).await, Server::start([]).await);
    let place = api.url.join("meta").unwrap();
    api.then(http(
        401,
        &format!("www-authenticate: Bearer resource_metadata=\"{place}\"\r\n"),
        "",
    ));
    api.then(document(
        &value!({"resource": "https://other.example/v1", "authorization_servers": [issuer(&server)]}),
    ));
    api.then(not_there());
    api.then(not_there());
    server.then(document(&metadata(&issuer(&server))));
    let finding = look(&engine, api.url.join("v1?x").unwrap().as_str()).await.unwrap();
    assert_eq!(finding.discovered.doubts.len(), 1);
    assert!(finding.discovered.doubts[0].contains("RFC 9728 §3.3"));
    assert!(codes(&finding).contains(&"resource_differs"));
}

#[tokio::test]
async fn metadata_of_another_issuer_is_named_and_a_slash_is_told_apart() {
    let engine = World::new().engine().await;
    let server = Server::start([]).await;
    let asked = issuer(&server);
    server.then(document(&metadata(&format!("{asked}/"))));
    let finding = look(&engine, &asked).await.unwrap();
    assert_eq!(codes(&finding), ["issuer_slash"]);
    assert!(finding.discovered.doubts.is_empty(), "a slash is forgiven");
    server.then(document(&metadata("https://evil.example")));
    server.then(not_there());
    server.then(not_there());
    server.then(not_there());
    server.then(not_there());
    let finding = look(&engine, &asked).await.unwrap();
    assert_eq!(codes(&finding), ["issuer_differs"]);
    let doubt = &finding.discovered.doubts[0];
    assert!(
        doubt.contains("https://evil.example") && doubt.contains("RFC 8414 §3.3"),
        "{doubt}"
    );
}

#[tokio::test]
async fn a_document_at_an_odd_place_counts_when_its_issuer_says_the_same() {
    let engine = World::new().engine().await;
    let server = Server::start([not_there(), not_there(), not_there()]).await;
    let issuer = issuer(&server);
    server.then(document(&metadata(&issuer)));
    server.then(document(&metadata(&issuer)));
    let finding = look(&engine, &format!("{issuer}/docs/metadata.json")).await.unwrap();
    assert!(finding.discovered.doubts.is_empty());
    assert_eq!(
        finding.discovered.metadata_url.path(),
        "/.well-known/openid-configuration"
    );
    for reply in [not_there(), not_there(), not_there(), document(&metadata(&issuer))] {
        server.then(reply);
    }
    server.then(not_there());
    server.then(not_there());
    let finding = look(&engine, &format!("{issuer}/docs/metadata.json")).await.unwrap();
    assert!(finding.discovered.doubts[0].contains("nothing at that issuer confirms it"));
}

#[tokio::test]
async fn metadata_without_endpoints_is_shown_and_said_to_be_useless() {
    let engine = World::new().engine().await;
    let server = Server::start([]).await;
    let issuer = issuer(&server);
    server.then(document(&value!({"issuer": issuer, "jwks_uri": 7})));
    let finding = look(&engine, &issuer).await.unwrap();
    let metadata = &finding.discovered.metadata;
    assert!(metadata.unusable().unwrap().contains("neither"));
    assert!(codes(&finding).contains(&"missing") && codes(&finding).contains(&"not_a_text"));
}

#[tokio::test]
async fn each_way_to_have_no_metadata_is_told_apart() {
    let html = || {
        http(
            200,
            "content-type: text/html\r\n",
            "<!doctype html><title>Welcome</title>",
        )
    };
    let redirect = || http(302, "location: https://login.example/\r\n", "");
    let large = || Reply::Flood("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{\"issuer\":\"".to_owned());
    let cases: [(Make<'_>, &str, &str, Option<u16>); 7] = [
        (&not_there, "no_metadata", "not there", Some(404)),
        (&html, "html_page", "HTML page", Some(200)),
        (
            &redirect,
            "redirected",
            "redirects to https://login.example/ (status 302)",
            Some(302),
        ),
        (
            &|| json(200, "{\"issuer\":"),
            "broken_metadata",
            "not a JSON object",
            Some(200),
        ),
        (
            &|| json(200, "{\"error\":\"x\"}"),
            "not_metadata",
            "neither an issuer nor endpoints",
            Some(200),
        ),
        (&|| json(503, "{}"), "server_fault", "status 503", Some(503)),
        (&large, "broken_metadata", "sent more than 4 MiB", Some(200)),
    ];
    let engine = World::new().engine().await;
    for (first, code, says, status) in cases {
        let server = Server::start([first(), not_there(), not_there()]).await;
        let failure = look(&engine, server.url.as_str()).await.unwrap_err();
        assert_eq!(
            (failure.code.as_str(), failure.http_status),
            (code, status),
            "{}",
            failure.message
        );
        assert!(failure.message.contains(says), "{}", failure.message);
        assert!(!failure.hint.is_empty());
        assert_eq!(
            server.requests().len(),
            3,
            "one bad answer does not end the search: {code}"
        );
    }
}

#[tokio::test]
async fn an_api_that_names_nobody_is_told_as_one() {
    let engine = World::new().engine().await;
    let server = Server::start([http(401, "www-authenticate: Bearer realm=\"x\"\r\n", "")]).await;
    for _ in 0..4 {
        server.then(not_there());
    }
    let failure = look(&engine, server.url.join("v1?x").unwrap().as_str())
        .await
        .unwrap_err();
    assert_eq!((failure.code.as_str(), failure.http_status), ("no_metadata", Some(401)));
    assert!(
        failure
            .message
            .contains("/v1?x wants a token and does not say who gives one"),
        "{}",
        failure.message
    );
    assert!(failure.hint.contains("issuer"));
}

#[tokio::test]
async fn what_cannot_be_asked_is_not_asked() {
    let engine = World::new().engine().await;
    for (address, code) in [
        ("http://login.example.com", "not_https"),
        ("", "bad_address"),
        ("https://me:secret@login.example.com", "bad_address"),
        ("https://login.example.com/#x", "bad_address"),
    ] {
        let failure = look(&engine, address).await.unwrap_err();
        assert_eq!(failure.code, code, "{address}");
        assert!(!failure.message.contains("secret"));
    }
    let gone = Server::start([]).await.url.clone();
    let failure = look(&engine, gone.as_str()).await.unwrap_err();
    assert_eq!(failure.code, "unreachable", "{}", failure.message);
    // The server that an API names must be as good.
    let api = Server::start([]).await;
    let place = api.url.join(".well-known/oauth-protected-resource").unwrap();
    api.then(document(
        &value!({"resource": api.url, "authorization_servers": ["http://login.example.com"]}),
    ));
    let failure = look(&engine, place.as_str()).await.unwrap_err();
    assert_eq!(failure.code, "not_https");
}

fn registration(finding: &Finding) -> Registration {
    Registration {
        profile: profile_of(finding, ""),
        metadata: Some(finding.discovered.metadata.clone()),
        initial_access_token: None,
    }
}

#[tokio::test]
async fn a_client_is_registered_and_its_secrets_stay_out_of_the_profile() {
    let world = World::new();
    let engine = world.engine().await;
    let server = Server::start([]).await;
    let issuer = issuer(&server);
    server.then(document(&metadata(&issuer)));
    let finding = look(&engine, &issuer).await.unwrap();
    let made = value!({"client_id": "made-1", "client_secret": "s3cret-of-the-client", "client_secret_expires_at": 0,
        "token_endpoint_auth_method": "client_secret_basic", "registration_access_token": "reg-token-of-the-client",
        "registration_client_uri": format!("{issuer}/register/made-1"), "grant_types": ["authorization_code"]});
    server.then(json(201, &made.to_string()));
    let wanted = Registration {
        initial_access_token: Some(Secret::new("initial-token")),
        ..registration(&finding)
    };
    let registered = engine.register(&wanted, &reporter().0).await.unwrap();
    let request = server.requests().pop().unwrap();
    assert!(request.starts_with("POST /register ") && request.contains("authorization: Bearer initial-token"));
    let body: Value = serde_json::from_str(request.split_once("\r\n\r\n").unwrap().1).unwrap();
    assert_eq!(body["redirect_uris"], value!(["http://127.0.0.1/callback"]));
    assert_eq!(body["application_type"], "native");
    assert_eq!(registered.profile.client_id, "made-1");
    assert_eq!(
        (registered.profile.client_type, registered.profile.client_authentication),
        (ClientType::Confidential, ClientAuthentication::ClientSecretBasic)
    );
    assert_eq!(registered.differences.len(), 2, "{:?}", registered.differences);
    let kinds: Vec<SecretKind> = registered.secrets().into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(kinds, [SecretKind::ClientSecret, SecretKind::RegistrationAccessToken]);
    let new = NewProfile {
        profile: registered.profile.clone(),
        secrets: registered.secrets(),
        exchanges: registered.exchanges.clone(),
    };
    let saved = engine.create_profile(new, &reporter().0).await.unwrap();
    let stored = engine.profile(&saved.slug).await.unwrap();
    let recorded = world.database().exchanges(&saved.slug, 10).unwrap();
    let seen = format!("{registered:?}{stored:?}{recorded:?}");
    for secret in ["s3cret-of", "reg-token-of", "initial-token"] {
        assert!(!seen.contains(secret), "{secret} in {seen}");
    }
    assert!(seen.contains("/register"), "the exchange is there");
}

#[tokio::test]
async fn an_address_that_does_not_answer_speaks_of_no_profile() {
    let engine = World::new().engine().await;
    // Taken and given back: nobody listens there.
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let failure = look(&engine, &format!("http://127.0.0.1:{port}")).await.unwrap_err();
    assert_eq!(failure.hint, "Check the address, and that the server runs");
}

#[tokio::test]
async fn a_registration_that_is_refused_says_why_and_what_to_do() {
    let engine = World::new().engine().await;
    let server = Server::start([]).await;
    let issuer = issuer(&server);
    server.then(document(&metadata(&issuer)));
    let finding = look(&engine, &issuer).await.unwrap();
    let refusal = |error: &str| value!({"error": error, "error_description": "No"}).to_string();
    for (reply, code, says) in [
        (
            json(400, &refusal("invalid_redirect_uri")),
            "invalid_redirect_uri",
            "redirect URI that this server allows",
        ),
        (
            json(401, &refusal("invalid_token")),
            "invalid_token",
            "initial access token",
        ),
        (json(403, ""), "not_registered", "status 403"),
        (json(201, "{}"), "not_registered", "client_id is missing"),
        (json(500, ""), "not_registered", "status 500"),
        (
            http(307, "location: https://elsewhere.example/\r\n", ""),
            "redirected",
            "elsewhere.example",
        ),
    ] {
        server.then(reply);
        let failure = engine
            .register(&registration(&finding), &reporter().0)
            .await
            .unwrap_err();
        assert_eq!(failure.code, code, "{}", failure.message);
        assert!(failure.message.contains(says), "{}", failure.message);
        let wants_token = matches!(failure.http_status, Some(401 | 403));
        for place in ["“Initial access token”", "--initial-access-token-file"] {
            assert_eq!(failure.hint.contains(place), wants_token, "{}", failure.hint);
        }
    }
    let mut wanted = registration(&finding);
    wanted.profile.registration_endpoint = "http://elsewhere.example/register".to_owned();
    let failure = engine.register(&wanted, &reporter().0).await.unwrap_err();
    assert_eq!(failure.code, "not_https");
    wanted.profile.registration_endpoint.clear();
    let failure = engine.register(&wanted, &reporter().0).await.unwrap_err();
    assert_eq!(failure.code, "no_registration_endpoint");
}

#[test]
fn a_search_can_be_cancelled() {
    let waiting = tokio::runtime::Runtime::new().unwrap();
    let server = waiting.block_on(Server::start([Reply::Silence]));
    let world = World::new();
    let options = world.options.clone();
    let (runner, mut events) = Runner::start(Box::new(|| setup::open(options)), std::sync::Arc::new(|| {}));
    let lookup = Lookup {
        address: server.url.to_string(),
        ..Lookup::default()
    };
    let operation = runner
        .send(tokenscope::engine::Command::Discover(Box::new(lookup)))
        .unwrap();
    assert!(matches!(
        events.blocking_recv().unwrap().kind,
        EventKind::Started { .. }
    ));
    runner.send(tokenscope::engine::Command::Cancel(operation)).unwrap();
    let last = events.blocking_recv().unwrap();
    let EventKind::Finished { result, .. } = last.kind else {
        panic!("{last:?}")
    };
    assert_eq!(result.unwrap_err().code, "cancelled");
}

/// Runs the program while a server answers it.
async fn run(home: Home, arguments: &[&str]) -> (Home, Ran) {
    let arguments: Vec<String> = arguments.iter().map(|text| (*text).to_owned()).collect();
    let work = move || {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let ran = home.run(&arguments);
        (home, ran)
    };
    tokio::task::spawn_blocking(work).await.unwrap()
}

#[tokio::test]
async fn the_command_tells_what_is_there_and_makes_a_profile_of_it() {
    let server = Server::start([]).await;
    let issuer = issuer(&server);
    for _ in 0..3 {
        server.then(document(&metadata(&issuer)));
    }
    let (home, ran) = run(Home::new(), &["discover", &issuer, "--json"]).await;
    let found = ran.ends(0).json();
    assert_eq!(found["issuer"], issuer.as_str());
    let offers = found["offers"].as_array().unwrap();
    let offer = |what: &str| offers.iter().find(|offer| offer["what"] == what).unwrap()["offered"].clone();
    assert_eq!(
        (offer("PKCE"), offer("DPoP"), offer("Issuer")),
        (value!("yes"), value!("no"), value!("fact"))
    );
    assert_eq!(found["tried"][0]["http_status"], 200);
    assert_eq!(found["profile"], Value::Null);
    let make = [
        "discover",
        &issuer,
        "--name",
        "My app",
        "--client-id",
        "app-1",
        "--set",
        "scope=openid",
    ];
    let (home, ran) = run(home, &make).await;
    assert_eq!(ran.ends(0).out, "my-app\n");
    let stored: Value = serde_json::from_str(&std::fs::read_to_string(home.profile_file("my-app")).unwrap()).unwrap();
    assert_eq!(
        (&stored["client_id"], &stored["scope"]),
        (&value!("app-1"), &value!("openid"))
    );
    let new = [
        "profile",
        "new",
        "--issuer",
        &issuer,
        "--name",
        "My app",
        "--client-id",
        "app-2",
        "--json",
    ];
    let (_, ran) = run(home, &new).await;
    let made = ran.ends(0).json();
    assert_eq!(made["profile"]["slug"], "my-app-2");
    assert_eq!(made["profile"]["grant"], Grant::AuthorizationCode.as_str());
}

#[tokio::test]
async fn the_command_fails_with_one_for_the_server_and_with_two_for_its_use() {
    let server = Server::start([not_there(), not_there(), not_there()]).await;
    let (home, ran) = run(Home::new(), &["discover", server.url.as_str()]).await;
    ran.fails(1, &["how to log in", "not there"]);
    let issuer = issuer(&server);
    server.then(document(&value!({"issuer": issuer})));
    let (home, ran) = run(home, &["discover", &issuer]).await;
    assert!(
        ran.ends(1)
            .err
            .contains("neither an authorization endpoint nor a token endpoint")
    );
    let foreign = || {
        server.then(document(&metadata("https://other.example")));
        for _ in 0..2 {
            server.then(not_there());
        }
    };
    foreign();
    let (home, ran) = run(home, &["discover", &issuer, "--name", "X", "--client-id", "x"]).await;
    ran.fails(1, &["other.example", "--accept-mismatch"]);
    foreign();
    let accept = [
        "discover",
        &issuer,
        "--name",
        "X",
        "--client-id",
        "x",
        "--accept-mismatch",
    ];
    let (home, ran) = run(home, &accept).await;
    ran.ends(0);
    for wrong in [
        &["discover", "http://login.example.com"][..],
        &["discover", &issuer, "--client-id", "x"],
        &["discover", &issuer, "--name", "X", "--secret-out", "file"],
        &["discover", &issuer, "--set", "nonsense=1"],
        &["profile", "new", "--name", "X"],
        &[
            "profile",
            "new",
            "--name",
            "X",
            "--issuer",
            &issuer,
            "--template",
            "custom",
        ],
    ] {
        assert_eq!(home.run(wrong).status, 2, "{wrong:?}");
    }
}

#[tokio::test]
async fn the_secret_of_a_registered_client_goes_to_a_new_file_and_nowhere_else() {
    let server = Server::start([]).await;
    let issuer = issuer(&server);
    let made = value!({"client_id": "made-1", "client_secret": "s3cret-value", "client_secret_expires_at": 0,
        "token_endpoint_auth_method": "client_secret_basic"});
    let script = || {
        server.then(document(&metadata(&issuer)));
        server.then(json(201, &made.to_string()));
    };
    let home = Home::new();
    let file = home.dir.path().join("client.secret");
    let path = file.to_str().unwrap().to_owned();
    script();
    let register = [
        "discover",
        &issuer,
        "--name",
        "App",
        "--register",
        "--secret-out",
        &path,
        "--json",
    ];
    let (home, ran) = run(home, &register).await;
    let ran = ran.ends(0);
    assert!(
        !ran.out.contains("s3cret-value") && !ran.err.contains("s3cret-value"),
        "{ran:?}"
    );
    assert_eq!(ran.json()["registered"]["has_client_secret"], true);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "s3cret-value\n");
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(&file.metadata().unwrap().permissions());
        assert_eq!(mode & 0o777, 0o600);
    }
    // A second time it would be lost: nothing is registered then.
    server.then(document(&metadata(&issuer)));
    let before = server.requests().len();
    let (home, ran) = run(home, &register).await;
    assert_eq!(ran.ends(2).json()["error"]["code"], "usage");
    assert_eq!(server.requests().len(), before + 1, "only the metadata was asked for");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "s3cret-value\n");
    script();
    let (home, ran) = run(home, &["discover", &issuer, "--name", "App", "--register"]).await;
    let ran = ran.ends(0);
    assert!(
        ran.err.contains("--secret-out FILE") && !ran.out.contains("s3cret"),
        "{ran:?}"
    );
    script();
    let shown = ["discover", &issuer, "--name", "App", "--register", "--secret-out", "-"];
    let (home, ran) = run(home, &shown).await;
    assert!(ran.ends(0).out.ends_with("\ns3cret-value\n"));
    let stored = std::fs::read_to_string(home.profile_file("app")).unwrap();
    assert!(stored.contains("made-1") && !stored.contains("s3cret"), "{stored}");
}

#[tokio::test]
async fn the_same_address_is_found_with_https_by_a_private_authority() {
    use crate::support::tls::{Identity, Manner, TlsServer, authority, names};
    let ca = authority("A company");
    let server = TlsServer::start(&Identity::signed(&names(&["localhost"]), &ca), Manner::default()).await;
    let engine = World::new().engine().await;
    let address: Url = server.url("localhost");
    let failure = look(&engine, address.as_str()).await.unwrap_err();
    assert_eq!(failure.code, "tls", "{}", failure.message);
    let lookup = Lookup {
        address: address.to_string(),
        like: Profile {
            ca_certificates: ca.pem(),
            ..Profile::default()
        },
        authorization_server: None,
    };
    let failure = engine.discover(&lookup, &reporter().0).await.unwrap_err();
    assert_ne!(failure.code, "tls", "{}", failure.message);
}
