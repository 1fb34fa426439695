//! The preview promises what will be sent. Here it is held against what is sent.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use tokenscope::engine::{Engine, Given, LoginOptions, OperationId, Reporter};
use tokenscope::gui::planned::planned;
use tokenscope::model::profile::{ClientAuthentication, Grant};
use tokenscope::model::template::Template;
use tokenscope::model::{Profile, Secret, SecretKind};
use tokenscope::setup;
use tokio::sync::mpsc;
use url::Url;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

/// The answer to every request of every grant.
const ANSWER: &str = r#"{"access_token":"a","token_type":"Bearer","expires_in":60,"refresh_token":"r","device_code":"d","user_code":"U","verification_uri":"https://idp.example/device","interval":1,"request_uri":"urn:example:1"}"#;

/// The names in a body, in their order.
fn names(request: &Request) -> Vec<String> {
    let body = String::from_utf8_lossy(&request.body);
    match serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(&body) {
        Ok(object) => object.keys().cloned().collect(),
        Err(_) => url::form_urlencoded::parse(&request.body)
            .map(|(name, _)| name.into_owned())
            .collect(),
    }
}

/// A browser whose person signs in without a word.
#[expect(clippy::unnecessary_wraps, reason = "a browser can fail to open, this one cannot")]
fn signs_in(address: &Url) -> Result<(), String> {
    let value = |wanted: &str| {
        address
            .query_pairs()
            .find_map(|(name, value)| (name == wanted).then_some(value))
    };
    let (Some(back), Some(state)) = (value("redirect_uri"), value("state")) else {
        return Ok(());
    };
    let back: Url = back.parse().expect("a redirect URI");
    let place = format!("127.0.0.1:{}", back.port().expect("a port"));
    let mut browser = TcpStream::connect(&place).expect("the callback is listened for");
    let request = format!(
        "GET {}?code=c&state={state} HTTP/1.1\r\nHost: {place}\r\nConnection: close\r\n\r\n",
        back.path()
    );
    browser.write_all(request.as_bytes()).expect("the listener reads");
    // The page is of no interest, but a browser would read it.
    let _ = browser.read_to_end(&mut Vec::new());
    Ok(())
}

fn reporter() -> (Reporter, mpsc::Receiver<tokenscope::engine::Event>) {
    let (events, inbox) = mpsc::channel(1024);
    (Reporter::new(OperationId::next(), events, Arc::new(|| ())), inbox)
}

/// Path and names of each request, in their order.
type Requests = Vec<(String, Vec<String>)>;

/// Logs in and refreshes; gives what was sent.
async fn sent(server: &MockServer, engine: &Engine, profile: &Profile) -> Requests {
    engine.save_profile(profile.clone()).await.expect("it is stored");
    engine.set_secret(&profile.slug, SecretKind::ClientSecret, Secret::new("s".repeat(32)));
    let (_paste, pasted) = mpsc::channel(1);
    let (reporter, _inbox) = reporter();
    let pushes = profile.pushed_authorization_request;
    let options = LoginOptions {
        opens_browser: true,
        // A pushed request leaves the browser without the state: nobody can come back.
        patience: Some(Duration::from_secs(if pushes { 0 } else { 60 })),
        can_paste: true,
        pasted,
        given: Given {
            username: Some("admin".to_owned()),
            password: Some(Secret::new("p")),
            subject_token: Some(Secret::new("t")),
            ..Given::default()
        },
    };
    let done = engine.login(&profile.slug, options, &reporter).await;
    assert_eq!(done.is_err(), pushes, "{done:?}");
    if profile.grant != Grant::ClientCredentials && !pushes {
        let done = engine.refresh(&profile.slug, &reporter).await;
        done.expect("every answer is good");
    }
    let requests = server.received_requests().await.unwrap_or_default();
    server.reset().await;
    answers(server).await;
    requests
        .iter()
        .filter(|request| request.method.as_str() == "POST")
        .map(|request| (request.url.path().to_owned(), names(request)))
        .collect()
}

async fn answers(server: &MockServer) {
    let answer = ResponseTemplate::new(200).set_body_raw(ANSWER, "application/json");
    Mock::given(any()).respond_with(answer).mount(server).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_preview_says_is_what_is_sent() {
    let server = MockServer::start().await;
    answers(&server).await;
    let dir = tempfile::tempdir().expect("a folder for a test");
    let options = setup::Options {
        data_dir: Some(dir.path().to_owned()),
        open_browser: Arc::new(signs_in),
        // The device's code is typed in at once: no poll has to wait.
        sleep: Arc::new(|_| Box::pin(async {})),
        ..setup::Options::default()
    };
    let opened = tokio::task::spawn_blocking(|| setup::open(options)).await;
    let engine = opened.expect("a thread").expect("an engine");
    let key = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/keys/ec-p256-pkcs8.pem");
    let common = Profile {
        base_url: server.uri(),
        client_key_file: key.to_owned(),
        device_authorization_endpoint: "/device".to_owned(),
        refresh_endpoint: "/refresh".to_owned(),
        scope: "api offline".to_owned(),
        resource: vec!["https://api.example/".to_owned()],
        audience: "api".to_owned(),
        token_parameters: vec!["tenant=1".to_owned()],
        refresh_parameters: vec!["again=1".to_owned()],
        authorize_parameters: vec!["hint=1".to_owned()],
        refresh_scope: "api".to_owned(),
        authorization_details: "[]".to_owned(),
        ..Template::find("custom").expect("a template").profile()
    };
    let of = |grant, client_authentication| Profile {
        grant,
        client_authentication,
        ..common.clone()
    };
    let mut profiles: Vec<Profile> = [
        Grant::AuthorizationCode,
        Grant::Password,
        Grant::ClientCredentials,
        Grant::TokenExchange,
        Grant::JwtBearer,
        Grant::JsonLogin,
        Grant::DeviceCode,
    ]
    .map(|grant| of(grant, ClientAuthentication::ClientSecretPost))
    .to_vec();
    for how in ClientAuthentication::ALL {
        // Mutual TLS needs a certificate; what it sends in the body is what `none` sends.
        if how != ClientAuthentication::TlsClientAuth {
            profiles.push(of(Grant::Password, how));
        }
    }
    for how in [
        ClientAuthentication::ClientSecretPost,
        ClientAuthentication::ClientSecretBasic,
        ClientAuthentication::Omitted,
    ] {
        profiles.push(Profile {
            pushed_authorization_request: true,
            pushed_authorization_request_endpoint: "/par".to_owned(),
            ..of(Grant::AuthorizationCode, how)
        });
    }
    for profile in profiles {
        let endpoints = profile.endpoints(None).expect("its endpoints are in order");
        let mut promised: Requests = planned(&profile, &endpoints)
            .into_iter()
            .filter(|request| request.method == "POST")
            .map(|request| {
                let names: Vec<_> = request.parameters.into_iter().map(|(name, _)| name).collect();
                (request.url.path().to_owned(), names)
            })
            .collect();
        let sent = sent(&server, &engine, &profile).await;
        if profile.pushed_authorization_request {
            promised.truncate(1);
        }
        assert_eq!(
            promised, sent,
            "{:?} {:?}",
            profile.grant, profile.client_authentication
        );
    }
}
