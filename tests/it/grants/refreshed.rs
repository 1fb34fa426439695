//! What a refresh is held against.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use tokenscope::model::checks::Outcome;
use tokenscope::model::profile::{Grant, Rotation};
use tokenscope::model::{Profile, Secret, SecretKind};

use super::{outcome, saved};
use crate::support::server::{Server, json};
use crate::support::{World, answers, custom, log_in, refresh, slug};

fn tokens(refresh_token: Option<&str>, scope: Option<&str>) -> String {
    let member =
        |name: &str, value: Option<&str>| value.map_or(String::new(), |value| format!(r#","{name}":"{value}""#));
    let more = [member("refresh_token", refresh_token), member("scope", scope)].concat();
    format!(r#"{{"access_token":"a","token_type":"Bearer","expires_in":60{more}}}"#)
}

#[tokio::test]
async fn rotation_is_held_against_the_profile() {
    for (expected, second, found) in [
        (Some(Rotation::Always), Some("r2"), Some(Outcome::Pass)),
        (Some(Rotation::Always), None, Some(Outcome::Fail)),
        (Some(Rotation::Always), Some("r1"), Some(Outcome::Fail)),
        (Some(Rotation::Never), None, Some(Outcome::Pass)),
        (Some(Rotation::Never), Some("r2"), Some(Outcome::Fail)),
        (None, Some("r2"), None),
    ] {
        let (first, second) = (tokens(Some("r1"), None), tokens(second, None));
        let server = Server::start([json(200, &first), json(200, &second)]).await;
        let world = World::with_browser(answers("code=c"));
        let engine = world.engine().await;
        let profile = Profile {
            refresh_token_rotation: expected,
            ..custom(&server.url)
        };
        let profile = saved(&engine, profile).await;
        let session = log_in(&engine, &profile).await.unwrap();
        assert_eq!(outcome(&session, "refresh.rotation"), None);
        let session = refresh(&engine, &profile).await.unwrap();
        assert_eq!(outcome(&session, "refresh.rotation"), found, "{expected:?}");
    }
}

#[tokio::test]
async fn a_scope_that_grew_is_told() {
    for (second, found) in [
        (Some("a b"), Some(Outcome::Pass)),
        (Some("a"), Some(Outcome::Pass)),
        (Some("a b c"), Some(Outcome::Fail)),
        (None, None),
    ] {
        let (first, second) = (tokens(Some("r1"), Some("a b")), tokens(None, second));
        let server = Server::start([json(200, &first), json(200, &second)]).await;
        let world = World::with_browser(answers("code=c"));
        let engine = world.engine().await;
        let profile = saved(&engine, custom(&server.url)).await;
        log_in(&engine, &profile).await.unwrap();
        let session = refresh(&engine, &profile).await.unwrap();
        assert_eq!(outcome(&session, "refresh.scope"), found);
    }
}

#[tokio::test]
async fn what_the_new_access_token_says_is_held_against_the_old_one_where_nothing_else_tells() {
    let part = |json: &str| URL_SAFE_NO_PAD.encode(json);
    let answer = |claims: &str, more: &str| {
        let token = format!("{}.{}.c2ln", part(r#"{"alg":"RS256"}"#), part(claims));
        json(
            200,
            &format!(r#"{{"access_token":"{token}","token_type":"Bearer","refresh_token":"r"{more}}}"#),
        )
    };
    let login = r#"{"sub":"admin","client_id":"app","scope":"a"}"#;
    for (claims, more, id, found) in [
        (
            r#"{"sub":"admin","client_id":"app","scope":"a c"}"#,
            "",
            "refresh.scope",
            Some(Outcome::Fail),
        ),
        (
            r#"{"sub":"admin","client_id":"app","scope":"a c"}"#,
            r#","scope":"openid""#,
            "refresh.scope",
            Some(Outcome::Pass),
        ),
        (
            r#"{"sub":"admin","client_id":"app","scope":"a","jti":"2"}"#,
            "",
            "refresh.scope",
            None,
        ),
        (
            r#"{"sub":"eve","client_id":"app"}"#,
            "",
            "refresh.access_token_sub",
            Some(Outcome::Warn),
        ),
        (
            r#"{"sub":"admin","client_id":"other"}"#,
            "",
            "refresh.access_token_client",
            Some(Outcome::Warn),
        ),
    ] {
        let server = Server::start([answer(login, ""), answer(claims, more)]).await;
        let world = World::with_browser(answers("code=c"));
        let engine = world.engine().await;
        let profile = saved(&engine, custom(&server.url)).await;
        log_in(&engine, &profile).await.unwrap();
        let session = refresh(&engine, &profile).await.unwrap();
        assert_eq!(outcome(&session, id), found, "{claims}");
    }
}

#[tokio::test]
async fn a_scope_that_only_the_request_named_counts_as_granted() {
    for (asked, granted, found) in [("a", vec!["a"], Outcome::Pass), ("a c", vec!["a", "c"], Outcome::Fail)] {
        let (first, second) = (tokens(Some("r1"), Some("a b")), tokens(None, None));
        let server = Server::start([json(200, &first), json(200, &second)]).await;
        let world = World::with_browser(answers("code=c"));
        let engine = world.engine().await;
        let profile = Profile {
            refresh_scope: asked.to_owned(),
            ..custom(&server.url)
        };
        let profile = saved(&engine, profile).await;
        log_in(&engine, &profile).await.unwrap();
        let session = refresh(&engine, &profile).await.unwrap();
        assert_eq!(session.tokens.scope, granted);
        assert_eq!(outcome(&session, "refresh.scope"), Some(found));
    }
}

#[tokio::test]
async fn a_session_from_a_login_by_json_is_refreshed_without_what_its_login_did_not_send() {
    let server = Server::start([json(200, &tokens(Some("r1"), None)), json(200, &tokens(None, None))]).await;
    let world = World::new();
    let engine = world.engine().await;
    let profile = Profile {
        grant: Grant::JsonLogin,
        username: "admin".to_owned(),
        resource: vec!["https://api.example/".to_owned()],
        audience: "api".to_owned(),
        token_parameters: vec!["tag=1".to_owned(), "tag=2".to_owned()],
        ..custom(&server.url)
    };
    let profile = saved(&engine, profile).await;
    engine.set_secret(&slug(&profile), SecretKind::Password, Secret::new("s3cret"));
    log_in(&engine, &profile).await.unwrap();
    refresh(&engine, &profile).await.unwrap();
    for request in server.requests() {
        let (_, body) = request.split_once("\r\n\r\n").unwrap();
        let body: serde_json::Map<String, Value> = serde_json::from_str(body).unwrap();
        assert_eq!(body["tag"], serde_json::json!(["1", "2"]));
        assert!(
            !body.contains_key("resource") && !body.contains_key("audience"),
            "{body:?}"
        );
    }
}

#[tokio::test]
async fn wishes_that_only_a_browser_carries_are_held_against_no_other_login() {
    let part = |json: &str| URL_SAFE_NO_PAD.encode(json);
    let id_token = format!("{}.{}.c2ln", part(r#"{"alg":"RS256"}"#), part(r#"{"sub":"admin"}"#));
    let body = format!(r#"{{"access_token":"a","token_type":"Bearer","expires_in":60,"id_token":"{id_token}"}}"#);
    for (grant, found) in [(Grant::AuthorizationCode, Some(Outcome::Fail)), (Grant::Password, None)] {
        let server = Server::start([json(200, &body)]).await;
        let world = World::with_browser(answers("code=c"));
        let engine = world.engine().await;
        let profile = Profile {
            grant,
            username: "admin".to_owned(),
            max_age_s: Some(60),
            ..custom(&server.url)
        };
        let profile = saved(&engine, profile).await;
        engine.set_secret(&slug(&profile), SecretKind::Password, Secret::new("s3cret"));
        let session = log_in(&engine, &profile).await.unwrap();
        assert_eq!(outcome(&session, "id_token.auth_time"), found, "{grant:?}");
    }
}
