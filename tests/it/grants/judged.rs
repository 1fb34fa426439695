//! What a session says of the rules: the embedded provider keeps those that there are, and other servers break them one by
//! one.

use tokenscope::model::checks::{Outcome, rule, session_time_checks};
use tokenscope::model::profile::{ClientAuthentication, ClientType, Grant};
use tokenscope::model::response_type::ResponseType;
use tokenscope::model::{Profile, Secret, SecretKind};

use super::{assert_nothing_failed, check, outcome, saved};
use crate::support::server::{Server, http, json};
use crate::support::{World, answers, custom, log_in, refresh, slug};

const TOKENS: &str = r#"{"access_token":"a","refresh_token":"r","token_type":"Bearer","expires_in":60}"#;

#[tokio::test]
async fn the_embedded_provider_keeps_the_rules_of_each_part() {
    let world = World::new();
    let engine = world.engine().await;
    let session = log_in(&engine, "erp-net").await.unwrap();
    assert_nothing_failed(&session);
    for id in [
        "transport.https",
        "callback.state",
        "response.content_type",
        "response.cache_control",
        "response.pragma",
        "response.expires_in",
        "response.scope",
        "response.refresh_token",
        "front_channel.signature",
        "front_channel.c_hash",
        "access_token.signature",
        "access_token.exp",
        "access_token.client_id",
        "access_token.typ",
        "id_token.signature",
        "id_token.required",
        "id_token.alg",
        "id_token.lifetime",
        "id_token.nonce",
        "clock.iat",
    ] {
        assert_eq!(
            outcome(&session, id),
            Some(Outcome::Pass),
            "{id}: {:?}",
            check(&session, id)
        );
    }
    // ERP.net writes the scope as a list, and leaves iat out although the type is at+jwt: so do the documents.
    for id in ["access_token.scope", "access_token.required"] {
        assert_eq!(outcome(&session, id), Some(Outcome::Warn), "{id}");
    }
    let renewed = refresh(&engine, "erp-net").await.unwrap();
    assert_nothing_failed(&renewed);
    for id in [
        "refresh.same_iss",
        "refresh.same_sub",
        "refresh.same_aud",
        "refresh.auth_time",
        "refresh.nonce",
        "refresh.new_access_token",
        "response.cache_control",
    ] {
        assert_eq!(
            outcome(&renewed, id),
            Some(Outcome::Pass),
            "{id}: {:?}",
            check(&renewed, id)
        );
    }
    for session in [&session, &renewed] {
        for check in &session.checks {
            assert!(rule(&check.id).is_some(), "{check:?}");
        }
        // What a window puts in their place each second.
        for again in session_time_checks(&session.tokens, session.tokens.received_at) {
            assert_eq!(check(session, &again.id).as_ref(), Some(&&again));
        }
    }
}

#[tokio::test]
async fn a_token_response_that_may_be_kept_is_told() {
    for (headers, kept) in [
        ("cache-control: no-store\r\npragma: no-cache\r\n", Outcome::Pass),
        ("cache-control: private\r\ncache-control: no-store\r\n", Outcome::Pass),
        ("cache-control: no-cache\r\n", Outcome::Warn),
        ("", Outcome::Warn),
    ] {
        let headers = format!("content-type: application/json\r\n{headers}");
        let server = Server::start([http(200, &headers, TOKENS)]).await;
        let world = World::with_browser(answers("code=c"));
        let engine = world.engine().await;
        let profile = saved(&engine, custom(&server.url)).await;
        let session = log_in(&engine, &profile).await.unwrap();
        assert_eq!(outcome(&session, "response.cache_control"), Some(kept), "{headers}");
        assert_eq!(outcome(&session, "response.id_token"), Some(Outcome::Warn));
        assert_eq!(outcome(&session, "callback.response_mode"), Some(Outcome::Pass));
    }
}

#[tokio::test]
async fn a_lifetime_of_nothing_and_a_refresh_token_that_must_not_come_are_told() {
    let body = TOKENS.replace("60", "0");
    let server = Server::start([json(200, &body)]).await;
    let world = World::new();
    let engine = world.engine().await;
    let profile = Profile {
        grant: Grant::ClientCredentials,
        client_authentication: ClientAuthentication::ClientSecretBasic,
        client_type: ClientType::Confidential,
        scope: String::new(),
        ..custom(&server.url)
    };
    let profile = saved(&engine, profile).await;
    engine.set_secret(&slug(&profile), SecretKind::ClientSecret, Secret::new("s3cret"));
    let session = log_in(&engine, &profile).await.unwrap();
    assert_eq!(outcome(&session, "response.expires_in"), Some(Outcome::Fail));
    assert_eq!(outcome(&session, "response.refresh_token"), Some(Outcome::Warn));
    assert_eq!(outcome(&session, "callback.state"), None);
}

#[tokio::test]
async fn a_jwks_address_that_sends_on_is_named_and_not_followed() {
    let elsewhere = Server::start([]).await;
    let moved = || http(302, &format!("location: {}keys\r\n", elsewhere.url), "");
    let keys = Server::start([moved(), moved()]).await;
    let server = Server::start([json(200, TOKENS), json(200, TOKENS)]).await;
    let world = World::with_browser(answers("code=c"));
    let engine = world.engine().await;
    let profile = Profile {
        jwks_uri: format!("{}keys", keys.url),
        ..custom(&server.url)
    };
    let profile = saved(&engine, profile).await;
    log_in(&engine, &profile).await.unwrap();
    refresh(&engine, &profile).await.unwrap();
    let session = engine.session(&slug(&profile)).unwrap();
    let check = check(&session, "transport.redirect").unwrap();
    assert_eq!(check.outcome, Outcome::Warn);
    assert!(check.message.contains(elsewhere.url.as_str()), "{check:?}");
    assert_eq!(elsewhere.requests(), [""; 0]);
    // The same access token came again.
    assert_eq!(outcome(&session, "refresh.new_access_token"), Some(Outcome::Warn));
}

#[tokio::test]
async fn a_token_in_the_query_is_a_failure() {
    let server = Server::start([json(200, TOKENS)]).await;
    let world = World::with_browser(answers("code=c&access_token=leaked&token_type=Bearer&expires_in=60"));
    let engine = world.engine().await;
    let profile = saved(&engine, custom(&server.url)).await;
    let session = log_in(&engine, &profile).await.unwrap();
    let check = check(&session, "callback.token_in_query").unwrap();
    assert_eq!(check.outcome, Outcome::Fail);
    assert!(!check.message.contains("leaked"));
}

#[tokio::test]
async fn what_came_through_the_browser_is_told_however_it_is_written() {
    let server = Server::start([json(200, TOKENS)]).await;
    let world = World::with_browser(answers("code=c&expires_in=abc&access_token=a"));
    let engine = world.engine().await;
    let profile = saved(&engine, custom(&server.url)).await;
    let session = log_in(&engine, &profile).await.unwrap();
    let told = session
        .checks
        .iter()
        .find(|check| check.message.contains("expires_in is not a number"));
    let told = told.unwrap();
    assert!(
        told.id.starts_with("front_channel.") && rule(&told.id).is_some(),
        "{told:?}"
    );
}

#[tokio::test]
async fn max_age_is_judged_where_the_id_token_comes_with_the_code_alone() {
    // `{"alg":"none"}` and `{"sub":"s","auth_time":0}`.
    let browser = answers("code=c&id_token=eyJhbGciOiJub25lIn0.eyJzdWIiOiJzIiwiYXV0aF90aW1lIjowfQ.");
    let server = Server::start([json(200, TOKENS)]).await;
    let world = World::with_browser(browser);
    let engine = world.engine().await;
    let profile = Profile {
        response_type: ResponseType::CodeIdToken,
        max_age_s: Some(60),
        ..custom(&server.url)
    };
    let profile = saved(&engine, profile).await;
    let session = log_in(&engine, &profile).await.unwrap();
    assert_eq!(outcome(&session, "front_channel.auth_time"), Some(Outcome::Fail));
}

#[tokio::test]
async fn a_refusal_that_is_not_written_as_it_must_be_is_told_with_the_failure() {
    let body = r#"{"error":"invalid_grant"}"#;
    for (status, kept) in [(400, Outcome::Pass), (500, Outcome::Fail)] {
        let server = Server::start([json(status, body)]).await;
        let world = World::with_browser(answers("code=c"));
        let engine = world.engine().await;
        let profile = saved(&engine, custom(&server.url)).await;
        let failure = log_in(&engine, &profile).await.unwrap_err();
        let check = failure.checks.iter().find(|check| check.id == "response.error_status");
        assert_eq!(check.map(|check| check.outcome), Some(kept), "{status}: {failure:?}");
    }
}
