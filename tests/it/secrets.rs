//! No secret gets out: not to the disk, a log, the terminal, or the text of a value. Only `tokenscope token` prints one.
#![expect(clippy::unwrap_used, reason = "a helper that cannot go on ends its test")]

use std::io;
use std::path::Path;
use std::sync::{Arc, LazyLock, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use tokenscope::demo::Demo;
use tokenscope::engine::{Command, Failure, OperationId, Question, Request, Session};
use tokenscope::model::profile::{ClientAuthentication, ClientType, Grant};
use tokenscope::model::{Profile, Secret, SecretKind, TokenKind};
use tokio::runtime::Runtime;

use crate::support::command::{Home, wait};
use crate::support::server::{Reply, Server, http, json};
use crate::support::{World, answers, callback, client, custom, history, reporter, slug, with_browser};

const CODE: &str = "authorization-code-8e1d";
const CLIENT_SECRET: &str = "client-secret/of+this=test-44c0";
const SUBJECT: &str = "subject-that-may-be-seen";

/// A secret and what to call it when it was found.
type Named = (String, String);

/// Everything that was said, in one text a source.
#[derive(Default)]
struct Said(Vec<Named>);

impl Said {
    fn add(&mut self, source: &str, text: impl Into<String>) {
        self.0.push((source.to_owned(), text.into()));
    }

    /// Every file below a folder.
    fn add_files(&mut self, folder: &Path) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                self.add_files(&path);
            } else {
                let bytes = std::fs::read(&path).unwrap();
                self.add(path.to_str().unwrap(), String::from_utf8_lossy(&bytes));
            }
        }
    }

    fn holds(&self, source: &str, text: &str) -> bool {
        self.0
            .iter()
            .any(|(from, said)| from.contains(source) && said.contains(text))
    }

    /// Each secret as it is, as a form sends it and as a header does.
    fn assert_none_of(&self, secrets: &[Named]) {
        for (name, secret) in secrets {
            assert!(secret.len() >= 8, "{name} is too short to be looked for");
            let form: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
            for spelled in [
                secret.clone(),
                form,
                STANDARD.encode(secret),
                URL_SAFE_NO_PAD.encode(secret),
            ] {
                for (source, said) in &self.0 {
                    let at = said.find(&spelled);
                    assert!(
                        at.is_none(),
                        "{name} is in {source}: …{}",
                        around(said, at.unwrap_or(0))
                    );
                }
            }
        }
    }
}

fn around(text: &str, at: usize) -> String {
    let skipped = text[..at].chars().count().saturating_sub(80);
    text.chars().skip(skipped).take(200).collect()
}

/// A JWT whose signature nothing else looks like, and that signature.
fn jwt(number: u32) -> (String, String) {
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let signature = part(&format!("signature-number-{number}-of-this-test"));
    let claims = format!(r#"{{"sub":"{SUBJECT}","n":{number}}}"#);
    (
        format!("{}.{}.{signature}", part(r#"{"alg":"RS256"}"#), part(&claims)),
        signature,
    )
}

/// A whole token response, and the secrets in it.
fn tokens(number: u32) -> (Reply, Vec<Named>) {
    let (access, access_signature) = jwt(number);
    let (id, id_signature) = jwt(number + 1000);
    let refresh = format!("refresh-token-number-{number}-b77a");
    let body = serde_json::json!({
        "access_token": access, "id_token": id, "refresh_token": refresh, "token_type": "Bearer", "expires_in": 3600,
        "scope": "openid offline_access",
    });
    let named = |name: &str, secret: String| (format!("{name} {number}"), secret);
    let secrets = vec![
        named("access token's signature", access_signature),
        named("ID token's signature", id_signature),
        named("refresh token", refresh),
    ];
    (json(200, &body.to_string()), secrets)
}

/// What a provider that repeats everything says.
fn echo(status: u16, secrets: &[String]) -> Reply {
    let body = serde_json::json!({"error": "invalid_request", "error_description": secrets.join(" ")});
    json(status, &body.to_string())
}

/// What the client made up itself: the code verifiers, out of the requests.
fn verifiers(server: &Server) -> Vec<Named> {
    let requests = server.requests();
    let found: Vec<Named> = requests
        .iter()
        .filter_map(|request| request.split_once("code_verifier=")?.1.split('&').next())
        .map(|verifier| ("code verifier".to_owned(), verifier.to_owned()))
        .collect();
    assert!(!found.is_empty());
    found
}

fn own_secrets() -> Vec<Named> {
    vec![
        ("code".to_owned(), CODE.to_owned()),
        ("client secret".to_owned(), CLIENT_SECRET.to_owned()),
    ]
}

/// Where the log of a test's own threads goes.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Log {
    /// A runtime whose threads log everything here.
    fn runtime(&self) -> Runtime {
        // While there is one log alone, tracing asks the thread that comes first to a place whether anybody wants to hear
        // of it, and that may be one of another test. With a second one it asks all logs.
        static SECOND: LazyLock<tracing::Dispatch> =
            LazyLock::new(|| tracing::Dispatch::new(tracing::subscriber::NoSubscriber::default()));
        LazyLock::force(&SECOND);
        let log = self.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_ansi(false)
            .with_writer(move || log.clone())
            .finish();
        let dispatch = tracing::Dispatch::new(subscriber);
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .on_thread_start(move || std::mem::forget(tracing::dispatcher::set_default(&dispatch)))
            .build()
            .unwrap()
    }

    /// Does it on a thread that logs here.
    fn run<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> T {
        let runtime = self.runtime();
        runtime.block_on(async { tokio::spawn(work).await.unwrap() })
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

#[test]
fn the_engine_keeps_every_secret_of_a_provider_that_repeats_them_all() {
    let log = Log::default();
    let (said, secrets) = log.run(async {
        let mut said = Said::default();
        let (first, mut secrets) = tokens(1);
        let (second, more) = tokens(2);
        secrets.extend(more);
        secrets.extend(own_secrets());
        // What is sent with the second refresh, and the access token that it goes with.
        let repeats = [secrets[5].1.clone(), CLIENT_SECRET.to_owned(), jwt(2).0];
        let world = World::with_browser(answers("code=authorization-code-8e1d"));
        let server = Server::start([
            first,
            second,
            http(200, "", &format!("you sent {}", jwt(2).0)),
            http(401, &format!("www-authenticate: Bearer realm=\"{}\"\r\n", jwt(2).0), ""),
            echo(400, &repeats),
            http(
                500,
                "content-type: text/html\r\n",
                &format!("<html>{}</html>", repeats.join(" ")),
            ),
            Reply::CutOff(format!(
                "HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n{}",
                repeats.join(" ")
            )),
            echo(401, &[CODE.to_owned(), CLIENT_SECRET.to_owned()]),
            http(
                302,
                &format!("location: /next?x={CODE}&client_secret={CLIENT_SECRET}\r\n"),
                "",
            ),
        ])
        .await;
        let engine = world.engine().await;
        for authentication in [
            ClientAuthentication::ClientSecretBasic,
            ClientAuthentication::ClientSecretPost,
        ] {
            let profile = Profile {
                client_type: ClientType::Confidential,
                client_authentication: authentication,
                ..custom(&server.url)
            };
            engine.save_profile(profile).await.unwrap();
        }
        let mine = slug("custom");
        engine.set_secret(&mine, SecretKind::ClientSecret, Secret::new(CLIENT_SECRET));
        let (reporter, mut ear) = reporter();
        let tell = |said: &mut Said, result: Result<Arc<Session>, Failure>| {
            said.add("a result", format!("{result:?} {result:#?}"));
        };
        tell(&mut said, engine.login(&mine, with_browser(), &reporter).await);
        tell(&mut said, engine.refresh(&mine, &reporter).await);
        for _ in 0..2 {
            let answer = engine.call_api(&mine, None, &reporter).await;
            said.add("an API answer", format!("{answer:?}"));
        }
        for _ in 0..3 {
            tell(&mut said, engine.refresh(&mine, &reporter).await);
        }
        for _ in 0..2 {
            tell(&mut said, engine.login(&mine, with_browser(), &reporter).await);
        }
        while let Ok(event) = ear.try_recv() {
            said.add("an event", format!("{event:?} {event:#?}"));
        }
        let rows = history(&engine, "custom").await;
        assert_eq!(rows.len(), 9);
        said.add(
            "the history",
            format!("{rows:?} {}", serde_json::to_string(&rows).unwrap()),
        );
        said.add(
            "the exchanges",
            format!("{:?}", world.database().exchanges(&slug("custom"), 100).unwrap()),
        );
        secrets.extend(verifiers(&server));
        // With the log of the database, and after it was closed.
        said.add_files(world.dir.path());
        drop(engine);
        said.add_files(world.dir.path());
        (said, secrets)
    });
    let mut said = said;
    said.add("the log", log.text());
    for source in ["the log", "tokenscope.db"] {
        let something = if source == "the log" {
            "the provider answered"
        } else {
            SUBJECT
        };
        assert!(said.holds(source, something), "{source} was looked at");
    }
    assert!(said.holds("a result", SUBJECT) && said.holds("an event", SUBJECT));
    said.assert_none_of(&secrets);
}

#[test]
fn a_request_to_the_engine_prints_without_its_secret() {
    let mut said = Said::default();
    for command in [
        Command::PasteCallback(
            OperationId::next(),
            Secret::new(format!("http://127.0.0.1/callback?code={CODE}")),
        ),
        Command::SetSecret(
            slug("custom"),
            SecretKind::ClientSecret,
            Secret::new(CLIENT_SECRET),
            None,
        ),
    ] {
        let operation = OperationId::next();
        said.add("a request", format!("{:?}", Request { operation, command }));
    }
    assert!(said.holds("a request", "[redacted]"));
    said.assert_none_of(&own_secrets());
}

#[test]
fn the_embedded_provider_and_its_visitors_keep_every_secret_too() {
    let log = Log::default();
    let (said, secrets) = log.run(async {
        let (mut said, mut secrets) = (Said::default(), Vec::new());
        let world = World::new();
        let engine = world.engine().await;
        let (reporter, mut ear) = reporter();
        for profile in ["erp-net", "erp-net-interactive"] {
            let profile = slug(profile);
            let first = engine.login(&profile, with_browser(), &reporter).await.unwrap();
            let second = engine.refresh(&profile, &reporter).await.unwrap();
            engine.call_api(&profile, None, &reporter).await.unwrap();
            for session in [first, second] {
                said.add("a session", format!("{session:?}"));
                for kind in TokenKind::ALL {
                    let Some(token) = session.tokens.get(kind) else {
                        continue;
                    };
                    let text = token.value.expose();
                    let secret = text.rsplit('.').next().unwrap();
                    secrets.push((format!("{} of {profile}", kind.label()), secret.to_owned()));
                }
            }
        }
        while let Ok(event) = ear.try_recv() {
            said.add("an event", format!("{event:?}"));
        }
        said.add("the demo's log", format!("{:?}", engine.demo_log()));
        said.add_files(world.dir.path());
        (said, secrets)
    });
    let (mut said, mut secrets) = (said, secrets);
    said.add("the log", log.text());
    for facts in Demo::clients() {
        if let Some(secret) = facts.client_secret {
            secrets.push((facts.client_id.to_owned(), secret.to_owned()));
        }
    }
    secrets.push(("password".to_owned(), "password=admin".to_owned()));
    assert!(said.holds("the log", "demo provider started"));
    said.assert_none_of(&secrets);
}

#[test]
fn the_command_line_prints_a_token_only_where_it_was_asked_for_one() {
    let runtime = Runtime::new().unwrap();
    let mut secrets = own_secrets();
    let mut script = Vec::new();
    // A login and a refresh for people, the same as JSON, a login and a call, and a login for `token`.
    for number in 1..=7 {
        let (reply, more) = tokens(number);
        secrets.extend(more);
        script.push(reply);
        if number == 6 {
            let challenge = format!("www-authenticate: Bearer realm=\"{}\"\r\n", jwt(6).0);
            script.push(http(401, &challenge, &format!("you sent {}", jwt(6).0)));
        }
    }
    let bare = script.pop().unwrap();
    let own = [CODE.to_owned(), CLIENT_SECRET.to_owned()];
    script.extend([
        echo(400, &own),
        http(500, "content-type: text/html\r\n", &format!("<html>{CODE}</html>")),
    ]);
    script.push(bare);
    let server = runtime.block_on(Server::start(script));

    let mut home = Home::new();
    home.set("TOKENSCOPE_LOG", "trace");
    let new = [
        "profile",
        "new",
        "--template",
        "custom",
        "--name",
        "Mine",
        "--base-url",
        server.url.as_str(),
    ];
    let more = [
        "--set",
        "client_type=confidential",
        "--set",
        "client_authentication=client_secret_post",
        "--set",
        "api_url=/api",
    ];
    home.run(&[&new[..], &more].concat()).ends(0);
    let secret_file = home.file("secret", CLIENT_SECRET);
    let mut said = Said::default();
    let run = |arguments: &[&str]| {
        let way = ["--no-browser", "--secret-file", secret_file.to_str().unwrap()];
        let running = home.start(&[arguments, &way].concat());
        let answer = callback(&running.address(), &format!("code={CODE}"));
        wait(client().get(answer).send()).unwrap();
        running.finish()
    };
    for arguments in [
        &["refresh", "mine"][..],
        &["refresh", "mine", "--json"],
        &["login", "mine"],
        &["call", "mine"],
        &["login", "mine"],
        &["login", "mine", "--json"],
    ] {
        // The ID tokens are of no good here, which is said and is a failure; then come those of the provider.
        let ran = run(arguments).ends(1);
        assert!(ran.err.contains("the provider answered"), "the log is on: {ran:?}");
        assert!(!ran.err.contains('\u{1b}'), "no colours into a pipe: {ran:?}");
        said.add(&format!("{arguments:?}"), ran.out + &ran.err);
    }
    for arguments in [
        &["history", "mine", "--format", "table"][..],
        &["history", "mine", "--format", "json"],
        &["history", "mine", "--format", "csv"],
        &["status"],
        &["status", "mine", "--json"],
        &["profile", "export", "mine"],
    ] {
        let ran = home.run(arguments).ends(0);
        said.add(&format!("{arguments:?}"), ran.out + &ran.err);
    }
    assert!(said.holds("json", SUBJECT), "the history holds claims");

    let ran = run(&["token", "mine", "--kind", "refresh"]).ends(1);
    assert_eq!(ran.out, "refresh-token-number-7-b77a\n");
    said.add("what `token` tells beside the token", ran.err);

    secrets.extend(verifiers(&server));
    said.add_files(&home.data_dir());
    assert!(said.holds("tokenscope.db", "token endpoint") || said.holds("tokenscope.db", SUBJECT));
    said.assert_none_of(&secrets);
}

const PASSWORD: &str = "correct-horse-battery-staple";

/// A login by password at a provider that repeats what it was sent, and everything that is asked of it afterwards.
async fn by_password(profile: Profile, said: &mut Said) -> Vec<Named> {
    let (granted, mut secrets) = tokens(7);
    secrets.extend([
        ("client secret".to_owned(), CLIENT_SECRET.to_owned()),
        ("password".to_owned(), PASSWORD.to_owned()),
    ]);
    let repeated = [PASSWORD.to_owned(), CLIENT_SECRET.to_owned(), jwt(7).0];
    let page = format!("<html>{}</html>", repeated.join(" "));
    let server = Server::start([
        echo(401, &repeated),
        http(500, "content-type: text/html\r\n", &page),
        granted,
        json(
            200,
            &serde_json::json!({"sub": SUBJECT, "you_sent": repeated[1..]}).to_string(),
        ),
        json(
            200,
            &serde_json::json!({"active": true, "token": jwt(7).0, "secret": CLIENT_SECRET}).to_string(),
        ),
        echo(
            400,
            &["refresh-token-number-7-b77a".to_owned(), CLIENT_SECRET.to_owned()],
        ),
        echo(
            400,
            &["refresh-token-number-7-b77a".to_owned(), CLIENT_SECRET.to_owned()],
        ),
    ])
    .await;
    let world = World::new();
    let engine = world.engine().await;
    let profile = Profile {
        base_url: server.url.to_string(),
        username: "ada".to_owned(),
        authorization_endpoint: String::new(),
        userinfo_endpoint: "/userinfo".to_owned(),
        introspection_endpoint: "/introspect".to_owned(),
        revocation_endpoint: "/revoke".to_owned(),
        ..profile
    };
    engine.save_profile(profile).await.unwrap();
    let mine = slug("custom");
    engine.set_secret(&mine, SecretKind::ClientSecret, Secret::new(CLIENT_SECRET));
    let (reporter, mut ear) = reporter();
    for _ in 0..3 {
        let mut options = with_browser();
        options.given.password = Some(Secret::new(PASSWORD));
        said.add("options", format!("{options:?}"));
        let result = engine.login(&mine, options, &reporter).await;
        said.add("a result", format!("{result:?} {result:#?}"));
    }
    for question in [Question::Userinfo, Question::Introspection(TokenKind::Access)] {
        let answer = engine.ask(&mine, question, &reporter).await;
        said.add("an answer", format!("{answer:?}"));
    }
    let revoked = engine.revoke(&mine, TokenKind::Refresh, &reporter).await;
    said.add("a revocation", format!("{revoked:?}"));
    let refreshed = engine.refresh(&mine, &reporter).await;
    said.add("a refresh", format!("{refreshed:?}"));
    while let Ok(event) = ear.try_recv() {
        said.add("an event", format!("{event:?}"));
    }
    let rows = history(&engine, "custom").await;
    assert_eq!(rows.len(), 7, "{rows:?}");
    said.add("the history", format!("{rows:?}"));
    assert_eq!(server.requests().len(), 7, "everything was sent");
    drop(engine);
    said.add_files(world.dir.path());
    secrets
}

#[test]
fn a_login_by_password_and_what_is_asked_afterwards_keep_every_secret_too() {
    for (grant, authentication) in [
        (Grant::Password, ClientAuthentication::ClientSecretBasicRaw),
        (Grant::Password, ClientAuthentication::ClientSecretJwt),
        (Grant::JsonLogin, ClientAuthentication::ClientSecretPost),
    ] {
        let log = Log::default();
        let (mut said, secrets) = log.run(async move {
            let mut said = Said::default();
            let profile = Profile {
                grant,
                client_type: ClientType::Confidential,
                client_authentication: authentication,
                ..custom(&"http://127.0.0.1/".parse().unwrap())
            };
            let secrets = Box::pin(by_password(profile, &mut said)).await;
            (said, secrets)
        });
        said.add("the log", log.text());
        assert!(said.holds("the log", "the provider answered") && said.holds("tokenscope.db", SUBJECT));
        said.assert_none_of(&secrets);
    }
}
