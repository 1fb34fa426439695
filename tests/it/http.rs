//! Token endpoints that are down, slow or wrong, through whole logins and refreshes.
#![expect(clippy::unwrap_used, reason = "a helper that cannot go on ends its test")]

use std::time::Duration;

use tokenscope::engine::{Blame, Engine, Failure};
use tokenscope::model::exchange::{Exchange, Purpose};
use tokenscope::model::history::{HistoryEntry, HistoryKind};
use tokenscope::model::lifetime::ExpiresFrom;
use url::Url;

use crate::support::server::{Reply, Server, http, json};
use crate::support::{World, answers, history, log_in, refresh, slug};

const SIGNATURE: &str = "c2lnbmF0dXJlLW9mLXRoZS1hY2Nlc3MtdG9rZW4";
const TOKENS: &str = concat!(
    r#"{"access_token":"eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZG1pbiJ9.c2lnbmF0dXJlLW9mLXRoZS1hY2Nlc3MtdG9rZW4","#,
    r#""token_type":"Bearer","expires_in":3600,"refresh_token":"refresh-token-number-one"}"#
);

/// One way for a token endpoint to fail, and how that has to be told.
struct Fault {
    name: &'static str,
    reply: fn() -> Reply,
    code: &'static str,
    status: Option<u16>,
    /// In the sentence that says what happened.
    says: &'static str,
    /// In the one that says what to do.
    hint: &'static str,
    ends_session: bool,
}

const FAULTS: &[Fault] = &[
    Fault {
        name: "refuses the client",
        reply: || {
            json(
                400,
                r#"{"error":"invalid_client","error_description":"Unknown client"}"#,
            )
        },
        code: "invalid_client",
        status: Some(400),
        says: "The token endpoint refused: invalid_client, “Unknown client” (status 400)",
        hint: "Check “Client id”, the client secret",
        ends_session: false,
    },
    Fault {
        name: "refuses the grant",
        reply: || json(400, r#"{"error":"invalid_grant"}"#),
        code: "invalid_grant",
        status: Some(400),
        says: "The token endpoint refused: invalid_grant (status 400)",
        hint: "log in again",
        ends_session: true,
    },
    Fault {
        name: "refuses with a success status",
        reply: || json(200, r#"{"error":"invalid_scope"}"#),
        code: "invalid_scope",
        status: Some(200),
        says: "refused: invalid_scope (status 200)",
        hint: "scopes",
        ends_session: false,
    },
    Fault {
        name: "refuses without a word",
        reply: || http(401, "www-authenticate: Basic realm=\"x\"\r\n", ""),
        code: "no_token",
        status: Some(401),
        says: "answered 401 without a token. The body is empty",
        hint: "Check “Client id”, the client secret",
        ends_session: false,
    },
    Fault {
        name: "breaks down with a page",
        reply: || {
            http(
                500,
                "content-type: text/html\r\n",
                "<!doctype html><html><h1>Oops</h1></html>",
            )
        },
        code: "no_token",
        status: Some(500),
        says: "answered 500 without a token. The body is an HTML page",
        hint: "Try again later; nothing was lost",
        ends_session: false,
    },
    Fault {
        name: "breaks down in JSON",
        reply: || json(503, r#"{"error":"invalid_grant"}"#),
        code: "invalid_grant",
        status: Some(503),
        says: "(status 503)",
        hint: "Try again later",
        ends_session: false,
    },
    Fault {
        name: "answers nothing with success",
        reply: || json(200, ""),
        code: "no_token",
        status: Some(200),
        says: "answered 200 without a token. The body is empty",
        hint: "Check “Token endpoint”",
        ends_session: false,
    },
    Fault {
        name: "answers JSON without a token",
        reply: || json(200, r#"{"expires_in":3600}"#),
        code: "no_token",
        status: Some(200),
        says: "answered 200 without a token. There is no access_token; there is expires_in (RFC 6749 §5.1)",
        hint: "Check “Token endpoint”",
        ends_session: false,
    },
    Fault {
        name: "puts its error into an object",
        reply: || {
            json(
                400,
                r#"{"error":{"code":"invalid_grant","message":"eyJh.eyJi.the-end"}}"#,
            )
        },
        code: "no_token",
        status: Some(400),
        says: "answered 400 without a token. error is an object, and not a text; it says invalid_grant, ",
        hint: "Check ",
        ends_session: false,
    },
    Fault {
        name: "breaks off in the body",
        reply: || {
            Reply::CutOff("HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"access_token\":\"half-of-a-tok".to_owned())
        },
        code: "broken_connection",
        status: None,
        says: " broke off: ",
        hint: "endpoint itself",
        ends_session: false,
    },
    Fault {
        name: "hangs up at once",
        reply: || Reply::CutOff(String::new()),
        code: "broken_connection",
        status: None,
        says: " broke off: ",
        hint: "endpoint itself",
        ends_session: false,
    },
    Fault {
        name: "speaks something else",
        reply: || Reply::CutOff("220 mail.example ESMTP\r\n".to_owned()),
        code: "broken_connection",
        status: None,
        says: " broke off: ",
        hint: "endpoint itself",
        ends_session: false,
    },
];

impl Fault {
    fn assert_told(&self, failure: &Failure, host: Option<&Url>) {
        let name = self.name;
        assert_eq!(failure.code, self.code, "{name}: {failure:?}");
        assert_eq!(failure.http_status, self.status, "{name}");
        assert_eq!(failure.blame, Blame::Provider, "{name}");
        assert!(failure.message.contains(self.says), "{name}: {failure:?}");
        assert!(failure.hint.contains(self.hint), "{name}: {failure:?}");
        assert!(
            !failure.message.contains('\n') && failure.message.len() < 300,
            "{name}: {failure:?}"
        );
        if let (Some(host), None) = (host, self.status) {
            let host = format!("127.0.0.1:{}", host.port().unwrap());
            assert!(failure.message.starts_with(&host), "{name}: {failure:?}");
        }
    }
}

fn world() -> World {
    World::with_browser(answers("code=the-authorization-code"))
}

/// The newest row, and its number among all.
async fn last_row(engine: &Engine) -> (HistoryEntry, usize) {
    let rows = history(engine, "custom").await;
    (rows[0].clone(), rows.len())
}

fn last_exchange(world: &World) -> Exchange {
    world.database().exchanges(&slug("custom"), 1).unwrap().remove(0).1
}

/// Nothing of it in the record, which is not empty.
fn assert_redacted(exchange: &Exchange) {
    let text = serde_json::to_string(exchange).unwrap();
    assert!(exchange.request_body.contains("grant_type="), "{text}");
    for secret in [
        "the-authorization-code",
        "refresh-token-number",
        "half-of-a-tok",
        SIGNATURE,
    ] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

#[tokio::test]
async fn a_login_that_the_token_endpoint_spoils_is_told_in_one_sentence_with_a_way_on() {
    for fault in FAULTS {
        let (server, world) = (Server::start([(fault.reply)()]).await, world());
        let engine = world.engine_at(&server.url).await;
        let failure = log_in(&engine, "custom").await.unwrap_err();
        fault.assert_told(&failure, Some(&server.url));
        assert!(!failure.ends_session, "{}: there was no session", fault.name);
        assert!(engine.session(&slug("custom")).is_none());
        let (row, count) = last_row(&engine).await;
        assert_eq!((row.kind, count), (HistoryKind::LoginFailed, 1), "{}", fault.name);
        assert_eq!(
            (row.error.as_deref(), row.http_status),
            (Some(fault.code), fault.status)
        );
        assert_eq!(row.note, failure.message);
        assert!(row.latency_ms.is_some());
        let exchange = last_exchange(&world);
        assert_eq!(exchange.purpose, Purpose::Code);
        assert_eq!(
            exchange.response.as_ref().map(|r| r.status),
            fault.status,
            "{}",
            fault.name
        );
        assert_eq!(exchange.failure.is_some(), fault.status.is_none());
        assert_redacted(&exchange);
        assert_eq!(server.requests().len(), 1, "{}: asked once", fault.name);
    }
}

#[tokio::test]
async fn a_refresh_that_fails_keeps_the_tokens_unless_they_are_dead_for_certain() {
    for fault in FAULTS {
        let (server, world) = (Server::start([json(200, TOKENS)]).await, world());
        let engine = world.engine_at(&server.url).await;
        let before = log_in(&engine, "custom").await.unwrap();
        server.then((fault.reply)());
        let failure = refresh(&engine, "custom").await.unwrap_err();
        fault.assert_told(&failure, Some(&server.url));
        assert_eq!(failure.ends_session, fault.ends_session, "{}", fault.name);
        let after = engine.session(&slug("custom")).unwrap();
        assert_eq!(after.tokens, before.tokens, "{}", fault.name);
        assert_eq!(
            (after.generation, after.is_over),
            (1, fault.ends_session),
            "{}",
            fault.name
        );
        let (row, count) = last_row(&engine).await;
        assert_eq!((row.kind, count), (HistoryKind::RefreshFailed, 2), "{}", fault.name);
        assert_eq!((row.error.as_deref(), row.generation), (Some(fault.code), Some(1)));
        let exchange = last_exchange(&world);
        assert_eq!(exchange.purpose, Purpose::Refresh);
        assert_redacted(&exchange);
        assert_eq!(
            server.requests().len(),
            2,
            "{}: a refresh token is sent once",
            fault.name
        );
        if fault.ends_session {
            continue;
        }
        // What was kept is good for another try.
        server.then(json(200, &TOKENS.replace("number-one", "number-two")));
        let again = refresh(&engine, "custom").await.unwrap();
        assert_eq!(again.generation, 2);
        assert!(server.requests()[2].contains("refresh_token=refresh-token-number-one"));
    }
}

#[tokio::test]
async fn a_server_that_is_down_is_named_and_the_tokens_are_kept() {
    let (server, world) = (Server::start([json(200, TOKENS)]).await, world());
    let engine = world.engine_at(&server.url).await;
    log_in(&engine, "custom").await.unwrap();
    let port = server.url.port().unwrap();
    drop(server);
    crate::support::is_free(port).await;
    for _ in 0..2 {
        let failure = refresh(&engine, "custom").await.unwrap_err();
        assert_eq!((failure.code.as_str(), failure.http_status), ("unreachable", None));
        assert!(
            failure.message.contains(&format!("127.0.0.1:{port} cannot be reached")),
            "{failure:?}"
        );
        assert!(failure.hint.contains("that the server runs"), "{failure:?}");
        assert!(!failure.ends_session);
    }
    assert!(!engine.session(&slug("custom")).unwrap().is_over);
    let failure = log_in(&engine, "custom").await.unwrap_err();
    assert_eq!(failure.code, "unreachable");
    assert_eq!(last_row(&engine).await.0.kind, HistoryKind::LoginFailed);
    let exchange = last_exchange(&world);
    assert!(exchange.response.is_none() && exchange.failure.is_some());
    assert_redacted(&exchange);
    // The tokens of the login before are still there.
    assert!(engine.session(&slug("custom")).is_some());
}

#[tokio::test]
async fn a_server_that_never_answers_is_given_up_and_the_tokens_are_kept() {
    let mut world = world();
    world.options.limits.time = Duration::from_secs(1);
    // The limit is the whole engine's: on a busy machine it may hit a login too, which is then done again.
    let (mut server, engine) = loop {
        let server = Server::start([json(200, TOKENS)]).await;
        let engine = world.engine_at(&server.url).await;
        match log_in(&engine, "custom").await {
            Ok(_) => break (server, engine),
            Err(failure) => assert_eq!(failure.code, "timeout", "{failure:?}"),
        }
    };
    server.ended.recv().await.unwrap();
    server.then(Reply::Silence);
    let failure = refresh(&engine, "custom").await.unwrap_err();
    assert_eq!((failure.code.as_str(), failure.ends_session), ("timeout", false));
    assert!(failure.message.ends_with("did not answer within 1 s"), "{failure:?}");
    assert!(failure.hint.contains("may be spent"), "{failure:?}");
    assert!(!engine.session(&slug("custom")).unwrap().is_over);
    assert_redacted(&last_exchange(&world));
    // The client has hung up: else the server's wait would not have ended.
    server.ended.recv().await.unwrap();
}

#[tokio::test]
async fn a_body_without_end_is_read_to_the_limit_and_not_further() {
    for head in [
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{\"access_token\":\"",
        "HTTP/1.1 200 OK\r\ncontent-length: 10485760\r\n\r\n{\"access_token\":\"",
    ] {
        let mut server = Server::start([Reply::Flood(head.to_owned())]).await;
        let world = world();
        let engine = world.engine_at(&server.url).await;
        let failure = log_in(&engine, "custom").await.unwrap_err();
        assert_eq!(failure.code, "too_large");
        assert!(
            failure.message.contains("sent more than 4 MiB: not read further"),
            "{failure:?}"
        );
        assert!(failure.hint.contains("endpoint itself"), "{failure:?}");
        // The flood ends only when the client has hung up.
        server.ended.recv().await.unwrap();
        assert_redacted(&last_exchange(&world));
    }
}

#[tokio::test]
async fn secrets_do_not_follow_a_redirect() {
    for status in [301, 302, 303, 307, 308] {
        let target = Server::start([json(200, TOKENS)]).await;
        let location = format!("location: {}elsewhere?code=the-authorization-code\r\n", target.url);
        let (server, world) = (Server::start([http(status, &location, "")]).await, world());
        let engine = world.engine_at(&server.url).await;
        let failure = log_in(&engine, "custom").await.unwrap_err();
        assert_eq!(
            (failure.code.as_str(), failure.http_status),
            ("redirected", Some(status))
        );
        assert!(
            failure.message.contains(&format!("{}elsewhere", target.url)),
            "{failure:?}"
        );
        assert!(!failure.message.contains("the-authorization-code"), "{failure:?}");
        assert!(failure.hint.contains("as “Token endpoint”"), "{failure:?}");
        assert!(target.requests().is_empty());
        assert_redacted(&last_exchange(&world));
    }
}

#[tokio::test]
async fn what_a_sloppy_server_sends_is_used_and_each_oddity_is_said() {
    let sloppy = r#"{"access_token":"opaque","expires_in":"3600","token_type":"bearer","scope":null,}"#;
    let server = Server::start([json(200, TOKENS), http(200, "content-type: text/html\r\n", sloppy)]).await;
    let world = world();
    let engine = world.engine_at(&server.url).await;
    log_in(&engine, "custom").await.unwrap();
    let session = refresh(&engine, "custom").await.unwrap();
    let codes: Vec<_> = session
        .tokens
        .defects
        .iter()
        .map(|defect| defect.code.clone())
        .collect();
    for code in ["invalid_json", "null_scope", "text_number"] {
        assert!(codes.iter().any(|c| c == code), "{code} in {codes:?}");
        assert!(
            session
                .checks
                .iter()
                .any(|check| check.id == format!("response.{code}"))
        );
    }
    let access = &session.tokens.access.as_ref().unwrap().lifetime;
    assert_eq!((access.lifetime_s(), access.from), (Some(3600), ExpiresFrom::ExpiresIn));
    // No new one came: the old one is kept (RFC 6749 §6).
    assert_eq!(
        session.tokens.refresh.as_ref().unwrap().value.expose(),
        "refresh-token-number-one"
    );
    assert!(!session.tokens.refresh_rotated);
    assert_eq!(last_row(&engine).await.0.refresh_rotated, Some(false));
    // Nothing granted was said: as asked for (RFC 6749 §5.1).
    assert_eq!(session.tokens.scope, ["openid", "offline_access"]);
}

#[tokio::test]
async fn an_answer_that_repeats_a_secret_does_not_spread_it() {
    let echo = |text: &str| format!(r#"{{"error":"invalid_grant","error_description":"Unknown: {text}"}}"#);
    let server = Server::start([
        json(400, &echo("the-authorization-code")),
        json(200, TOKENS),
        json(400, &echo("refresh-token-number-one")),
    ])
    .await;
    let world = world();
    let engine = world.engine_at(&server.url).await;
    let login = log_in(&engine, "custom").await.unwrap_err();
    log_in(&engine, "custom").await.unwrap();
    let refreshed = refresh(&engine, "custom").await.unwrap_err();
    for (failure, secret) in [
        (login, "the-authorization-code"),
        (refreshed, "refresh-token-number-one"),
    ] {
        assert!(
            failure.message.contains("Unknown: ") && !failure.message.contains(secret),
            "{failure:?}"
        );
        let rows = format!("{:?}", history(&engine, "custom").await);
        assert!(!rows.contains(secret), "{rows}");
    }
}

#[tokio::test]
async fn an_api_that_repeats_the_token_does_not_spread_it() {
    let challenge = format!("www-authenticate: Bearer error=\"invalid_token\", got=\"x.{SIGNATURE}\"\r\n");
    let token: serde_json::Value = serde_json::from_str(TOKENS).unwrap();
    let whole = format!(
        "x-echo: 1\r\nwww-authenticate: Bearer realm={}\r\n",
        token["access_token"]
    );
    let opaque = TOKENS.replace("eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZG1pbiJ9.", "x.");
    for (tokens, header) in [(opaque.as_str(), challenge), (TOKENS, whole)] {
        let server = Server::start([json(200, tokens), http(401, &header, SIGNATURE)]).await;
        let world = world();
        let engine = world.engine_at(&server.url).await;
        log_in(&engine, "custom").await.unwrap();
        let (reporter, _ear) = crate::support::reporter();
        let answer = engine.call_api(&slug("custom"), None, &reporter).await.unwrap();
        let challenge = answer.www_authenticate.unwrap();
        assert!(
            challenge.starts_with("Bearer") && !challenge.contains(SIGNATURE),
            "{challenge}"
        );
        let (row, _) = last_row(&engine).await;
        assert_eq!(row.note, challenge);
    }
}

#[tokio::test]
async fn every_line_of_a_challenge_is_shown() {
    let lines = "www-authenticate: Bearer realm=\"a\"\r\nwww-authenticate: DPoP algs=\"ES256\"\r\n";
    let server = Server::start([json(200, TOKENS), http(401, lines, "")]).await;
    let world = world();
    let engine = world.engine_at(&server.url).await;
    log_in(&engine, "custom").await.unwrap();
    let (reporter, _ear) = crate::support::reporter();
    let answer = engine.call_api(&slug("custom"), None, &reporter).await.unwrap();
    assert_eq!(
        answer.www_authenticate.as_deref(),
        Some("Bearer realm=\"a\", DPoP algs=\"ES256\"")
    );
}
