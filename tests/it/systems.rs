//! Each of the five systems through the engine: what a client reads from it, and what is refused.
#![expect(clippy::unwrap_used, reason = "a helper that cannot go on ends its test")]

use std::sync::Arc;

use jiff::SignedDuration;
use tokenscope::engine::{DemoOptions, Engine, EventKind, Failure, Given, LoginOptions, Session};
use tokenscope::flow::{ApiAnswer, LoginStep};
use tokenscope::model::checks::Outcome;
use tokenscope::model::exchange::{Exchange, Purpose};
use tokenscope::model::jwt::Form;
use tokenscope::model::lifetime::ExpiresFrom;
use tokenscope::model::roles::NO_ROLES;
use tokenscope::model::template::Template;
use tokenscope::model::verify::SignatureStatus;
use tokenscope::model::{Profile, Secret, TokenKind};

use crate::support::server::{Reply, Server, http};
use crate::support::{World, log_in, refresh, reporter, slug, with_browser};

const HOUR_S: i64 = 3600;

pub(crate) fn advance_s(world: &World, seconds: i64) {
    world.clock.advance(SignedDuration::from_secs(seconds));
}

async fn log_in_as(
    engine: &Engine,
    profile: &str,
    username: &str,
    password: Option<&str>,
) -> Result<Arc<Session>, Failure> {
    let (reporter, _ear) = reporter();
    let options = LoginOptions {
        given: Given {
            username: Some(username.to_owned()),
            password: password.map(Secret::from),
            ..Given::default()
        },
        ..with_browser()
    };
    engine.login(&slug(profile), options, &reporter).await
}

async fn call(engine: &Engine, profile: &str) -> ApiAnswer {
    let (reporter, _ear) = reporter();
    engine.call_api(&slug(profile), None, &reporter).await.unwrap()
}

async fn replay(engine: &Engine, spent: &Session) -> Result<(), Failure> {
    let (reporter, _ear) = reporter();
    engine.replay_refresh_token(spent, &reporter).await
}

pub(crate) async fn change(engine: &Engine, profile: &str, change: impl FnOnce(&mut Profile)) {
    let mut stored = engine.profile(&slug(profile)).await.unwrap();
    change(&mut stored);
    engine.save_profile(stored).await.unwrap();
}

fn fingerprint(session: &Session, kind: TokenKind) -> String {
    session.tokens.get(kind).unwrap().fingerprint.to_string()
}

fn is_new(before: &Session, after: &Session, kind: TokenKind) -> bool {
    fingerprint(before, kind) != fingerprint(after, kind)
}

/// What went over the wire for this purpose, oldest first.
fn exchanges(world: &World, profile: &str, purpose: Purpose) -> Vec<Exchange> {
    let rows = world.database().exchanges(&slug(profile), 100).unwrap();
    let mut found: Vec<_> = rows
        .into_iter()
        .filter(|(_, exchange)| exchange.purpose == purpose)
        .collect();
    found.sort_by_key(|(id, _)| *id);
    found.into_iter().map(|(_, exchange)| exchange).collect()
}

/// The names in a JSON object, sorted.
fn keys(body: &str) -> Vec<String> {
    let body: serde_json::Map<String, serde_json::Value> = serde_json::from_str(body).unwrap();
    let mut keys: Vec<_> = body.into_iter().map(|(key, _)| key).collect();
    keys.sort_unstable();
    keys
}

fn outcome(session: &Session, id: &str) -> Option<(Outcome, String)> {
    let check = session.checks.iter().find(|check| check.id == id)?;
    Some((check.outcome, check.message.to_string()))
}

fn defects(session: &Session) -> Vec<&str> {
    session
        .tokens
        .defects
        .iter()
        .map(|defect| defect.code.as_str())
        .collect()
}

#[tokio::test]
async fn my_corp_logs_in_and_refreshes_as_json_and_is_verified_with_the_configured_key() {
    let world = World::new();
    let engine = world.engine().await;
    let first = log_in(&engine, "mycorp-auth").await.unwrap();
    assert!(first.tokens.defects.is_empty(), "{:?}", first.tokens.defects);
    let access = first.tokens.access.as_ref().unwrap();
    assert_eq!(
        (access.lifetime.lifetime_s(), access.lifetime.from),
        (Some(24 * HOUR_S), ExpiresFrom::Both)
    );
    let signature = first.signature(TokenKind::Access).unwrap();
    assert_eq!(
        (signature.status, signature.kid.as_deref()),
        (SignatureStatus::Valid, Some("auth-key-2025"))
    );
    assert_eq!(
        outcome(&first, "token.roles"),
        Some((Outcome::Pass, "administrator, employee".to_owned()))
    );
    let answer = call(&engine, "mycorp-auth").await;
    assert_eq!(answer.status, 200);
    assert!(answer.url.ends_with("/api/user/profile"), "{}", answer.url);

    let second = refresh(&engine, "mycorp-auth").await.unwrap();
    assert!(is_new(&first, &second, TokenKind::Access) && is_new(&first, &second, TokenKind::Refresh));
    let login = exchanges(&world, "mycorp-auth", Purpose::Password).remove(0);
    assert!(login.url.ends_with("/auth/login"));
    let body: serde_json::Value = serde_json::from_str(&login.request_body).unwrap();
    assert_eq!(
        keys(&login.request_body),
        ["client_id", "password", "scope", "username"]
    );
    assert_eq!(body["scope"], "openid profile refresh_token");
    assert_ne!(body["password"], "admin", "the password is not recorded");
    let renewal = exchanges(&world, "mycorp-auth", Purpose::Refresh).remove(0);
    assert!(renewal.url.ends_with("/auth/refresh"));
    assert_eq!(
        keys(&renewal.request_body),
        ["client_id", "refresh_token"],
        "it is no OAuth: no grant_type"
    );

    let refused = replay(&engine, &first).await.unwrap_err();
    assert_eq!(
        (refused.code.as_str(), refused.http_status),
        ("invalid_grant", Some(401))
    );
    let over = refresh(&engine, "mycorp-auth").await.unwrap_err();
    assert!(over.ends_session, "its reuse has revoked the whole family");
    assert!(engine.session(&slug("mycorp-auth")).unwrap().is_over);
}

#[tokio::test]
async fn my_corp_without_ldap_groups_or_without_the_scope_word_says_what_is_missing() {
    let world = World::new();
    let engine = world.engine().await;
    let session = log_in_as(&engine, "mycorp-auth", "m.petrova", None).await.unwrap();
    assert_eq!(
        outcome(&session, "token.roles"),
        Some((Outcome::Warn, NO_ROLES.to_owned()))
    );

    change(&engine, "mycorp-auth", |profile| {
        profile.scope = "openid profile".to_owned();
    })
    .await;
    let session = log_in(&engine, "mycorp-auth").await.unwrap();
    assert!(session.tokens.refresh.is_none());
    let failure = refresh(&engine, "mycorp-auth").await.unwrap_err();
    assert_eq!(failure.code, "no_refresh_token");
    assert!(!failure.ends_session);
}

#[tokio::test]
async fn my_corp_refuses_a_wrong_password_and_a_token_that_has_expired() {
    let world = World::new();
    let engine = world.engine().await;
    let failure = log_in_as(&engine, "mycorp-auth", "admin", Some("wrong"))
        .await
        .unwrap_err();
    assert_eq!(
        (failure.code.as_str(), failure.http_status),
        ("invalid_credentials", Some(401))
    );
    assert_eq!(
        failure.hint, "Check “User name” and the password, and whether the account is locked",
        "the clocks are in sync"
    );
    assert!(!format!("{failure:?}").contains("wrong\""));

    log_in(&engine, "mycorp-auth").await.unwrap();
    advance_s(&world, 24 * HOUR_S);
    let answer = call(&engine, "mycorp-auth").await;
    assert_eq!(answer.status, 401);
    assert!(answer.www_authenticate.unwrap().contains("invalid_token"));
    assert_eq!(refresh(&engine, "mycorp-auth").await.unwrap().generation, 2);
    assert_eq!(call(&engine, "mycorp-auth").await.status, 200);
}

/// A login by JSON at a server whose clock is 312 s ahead of the tests'.
fn skewed(status: u16, body: &str) -> Reply {
    let headers = "content-type: application/json\r\ndate: Fri, 20 Nov 2026 12:05:12 GMT\r\n";
    http(status, headers, body)
}

async fn json_login_at(world: &World, server: &Server) -> Engine {
    let engine = world.engine().await;
    let profile = Profile {
        base_url: server.url.to_string(),
        username: "u".to_owned(),
        ..Template::find("mycorp-auth").unwrap().profile()
    };
    engine.save_profile(profile).await.unwrap();
    engine
}

#[tokio::test]
async fn a_401_that_comes_with_a_clock_that_is_off_names_the_clock() {
    let world = World::new();
    let server = Server::start([skewed(401, r#"{"error":"unauthorized"}"#)]).await;
    let engine = json_login_at(&world, &server).await;
    let failure = log_in_as(&engine, "mycorp-auth", "u", Some("p")).await.unwrap_err();
    assert_eq!(failure.http_status, Some(401));
    assert!(
        failure
            .hint
            .starts_with("Your clock is 312 s behind the server's: set it by NTP")
            || failure.hint.starts_with("Your clock is 313 s"),
        "{}",
        failure.hint
    );

    let tokens = r#"{"access_token":"opaque","refresh_token":"r1","expires_in":86400,"token_type":"Bearer"}"#;
    server.then(skewed(200, tokens));
    let session = log_in_as(&engine, "mycorp-auth", "u", Some("p")).await.unwrap();
    let (outcome, words) = outcome(&session, "clock.skew").unwrap();
    assert_eq!(outcome, Outcome::Warn);
    assert!(words.starts_with("Your clock is 31"), "{words}");
}

#[tokio::test]
async fn plain_oauth_refreshes_without_a_client_id_and_needs_a_login_after_a_day() {
    let world = World::new();
    let engine = world.engine().await;
    let first = log_in(&engine, "plain-oauth2").await.unwrap();
    assert_eq!(defects(&first), ["no_token_type"]);
    assert_eq!(first.tokens.access.as_ref().unwrap().lifetime.lifetime_s(), Some(900));
    let refresh_token = &first.tokens.refresh.as_ref().unwrap().lifetime;
    assert_eq!(
        (refresh_token.lifetime_s(), refresh_token.from),
        (Some(86_400), ExpiresFrom::Documented)
    );
    assert!(
        !first.checks.iter().any(|check| check.outcome == Outcome::Fail),
        "{:?}",
        first.checks
    );
    assert_eq!(call(&engine, "plain-oauth2").await.status, 200);

    advance_s(&world, 900);
    assert_eq!(call(&engine, "plain-oauth2").await.status, 401);
    let second = refresh(&engine, "plain-oauth2").await.unwrap();
    assert!(is_new(&first, &second, TokenKind::Access) && is_new(&first, &second, TokenKind::Refresh));
    let body = exchanges(&world, "plain-oauth2", Purpose::Refresh)
        .remove(0)
        .request_body;
    assert!(body.starts_with("grant_type=refresh_token&refresh_token="), "{body}");
    assert!(!body.contains("client"), "{body}");
    assert_eq!(call(&engine, "plain-oauth2").await.status, 200);

    advance_s(&world, 86_400);
    let over = refresh(&engine, "plain-oauth2").await.unwrap_err();
    assert_eq!((over.code.as_str(), over.ends_session), ("invalid_grant", true));
    assert_eq!(over.hint, "The session is over: log in again");
    assert_eq!(log_in(&engine, "plain-oauth2").await.unwrap().generation, 1);
    assert_eq!(call(&engine, "plain-oauth2").await.status, 200);
}

#[tokio::test]
async fn red_core_is_read_in_spite_of_its_comma_and_keeps_its_refresh_token() {
    let world = World::new();
    let engine = world.engine().await;
    let first = log_in(&engine, "redcore").await.unwrap();
    assert_eq!(defects(&first), ["invalid_json", "null_scope"]);
    assert_eq!(first.tokens.token_type.as_deref(), Some("bearer"));
    assert_eq!(first.tokens.access.as_ref().unwrap().decoded.form, Form::Opaque);
    assert_eq!(
        first.signature(TokenKind::Access).unwrap().status,
        SignatureStatus::None
    );
    let login = exchanges(&world, "redcore", Purpose::Password).remove(0);
    assert!(
        login.url.ends_with("/index.php?option=token&api=oauth2"),
        "the query is kept: {}",
        login.url
    );
    let authorization = login.request_headers.iter().find(|(name, _)| name == "authorization");
    assert!(authorization.unwrap().1.starts_with("Basic "));
    assert!(!login.request_body.contains("client"), "{}", login.request_body);

    assert_eq!(call(&engine, "redcore").await.status, 200);
    advance_s(&world, HOUR_S);
    assert_eq!(call(&engine, "redcore").await.status, 401);
    let second = refresh(&engine, "redcore").await.unwrap();
    assert!(is_new(&first, &second, TokenKind::Access));
    assert_eq!(
        fingerprint(&first, TokenKind::Refresh),
        fingerprint(&second, TokenKind::Refresh)
    );
    assert!(!second.tokens.refresh_rotated);
    assert_eq!(call(&engine, "redcore").await.status, 200);
}

#[tokio::test]
async fn red_core_gives_a_new_refresh_token_where_it_is_told_to() {
    let world = World::new();
    let engine = world.engine().await;
    let always = DemoOptions {
        always_issue_new_refresh_token: true,
    };
    // Before it starts, and again while it runs.
    engine.set_demo_options(always);
    let first = log_in(&engine, "redcore").await.unwrap();
    let second = refresh(&engine, "redcore").await.unwrap();
    assert!(is_new(&first, &second, TokenKind::Refresh));
    assert_eq!(replay(&engine, &first).await.unwrap_err().code, "invalid_grant");
    engine.set_demo_options(DemoOptions::default());
    let third = refresh(&engine, "redcore").await.unwrap();
    assert_eq!(
        fingerprint(&second, TokenKind::Refresh),
        fingerprint(&third, TokenKind::Refresh)
    );
    engine.stop_demo().await;
    assert_eq!(engine.demo_options(), DemoOptions::default());
}

#[tokio::test]
async fn red_core_gives_less_when_less_is_asked_for() {
    let world = World::new();
    let engine = world.engine().await;
    change(&engine, "redcore", |profile| {
        profile.refresh_scope = "contacts.write".to_owned();
    })
    .await;
    log_in(&engine, "redcore").await.unwrap();
    let narrow = refresh(&engine, "redcore").await.unwrap();
    assert_eq!(narrow.tokens.scope, ["contacts.write"]);
    let answer = call(&engine, "redcore").await;
    assert_eq!(answer.status, 403);
    assert!(answer.www_authenticate.unwrap().contains("insufficient_scope"));
    let wrong = log_in_as(&engine, "redcore", "admin", Some("wrong")).await.unwrap_err();
    assert_eq!(wrong.code, "invalid_grant");
}

#[tokio::test]
async fn the_interactive_app_of_erp_net_takes_its_answer_at_https() {
    let world = World::new();
    let engine = world.engine().await;
    change(&engine, "erp-net-interactive", |profile| {
        profile.redirect_uri = "https://localhost:0/signin-callback".to_owned();
    })
    .await;
    let (reporter, mut ear) = reporter();
    let session = engine
        .login(&slug("erp-net-interactive"), with_browser(), &reporter)
        .await
        .unwrap();
    assert!(session.tokens.refresh.is_some());
    let certificate = std::iter::from_fn(|| ear.try_recv().ok()).find_map(|event| match event.kind {
        EventKind::Login {
            step: LoginStep::Certificate(fingerprint),
            ..
        } => Some(fingerprint),
        _ => None,
    });
    assert_eq!(
        certificate.unwrap().split(':').count(),
        32,
        "SHA-256 as browsers show it"
    );
}
