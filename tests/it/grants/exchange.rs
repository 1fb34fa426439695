//! The token exchange (RFC 8693).

use tokenscope::model::checks::Outcome;
use tokenscope::model::profile::Grant;
use tokenscope::model::{Profile, Secret, SecretKind, TokenKind};
use url::Url;

use tokenscope::engine::{Engine, Failure, Given, LoginOptions, Session};

use super::{check, outcome, saved, sent};
use crate::support::server::{Server, json};
use crate::support::{World, custom, log_in, refresh, reporter, slug, with_browser};

const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";
const JWT: &str = "urn:ietf:params:oauth:token-type:jwt";

fn exchanging(base: &Url) -> Profile {
    Profile {
        grant: Grant::TokenExchange,
        scope: "read".to_owned(),
        audience: "urn:backend".to_owned(),
        resource: vec!["https://api.example/a".to_owned(), "https://api.example/b".to_owned()],
        ..custom(base)
    }
}

fn answer(issued: Option<&str>, token_type: &str) -> String {
    let issued = issued.map_or(String::new(), |issued| format!(r#","issued_token_type":"{issued}""#));
    format!(r#"{{"access_token":"exchanged","token_type":"{token_type}","expires_in":60{issued}}}"#)
}

#[tokio::test]
async fn another_profiles_token_is_exchanged() {
    let server = Server::start([json(200, &answer(Some(ACCESS_TOKEN), "Bearer"))]).await;
    let world = World::new();
    let engine = world.engine().await;
    let of_another = log_in(&engine, "erp-net").await.unwrap();
    let profile = Profile {
        subject_profile: "erp-net".to_owned(),
        ..exchanging(&server.url)
    };
    let profile = saved(&engine, profile).await;
    let failure = log_in(&engine, &profile).await.unwrap_err();
    assert_eq!(failure.code, "token_to_other_server");
    assert!(failure.message.contains("from the demo server"), "{failure}");
    assert_eq!(server.requests(), [""; 0]);
    let session = log_in_sending(&engine, &profile, &server.url).await.unwrap();
    let request = &server.requests()[0];
    let grant_type = "urn:ietf:params:oauth:grant-type:token-exchange";
    let subject_token = of_another.tokens.access.as_ref().unwrap().value.expose();
    for (name, values) in [
        ("grant_type", vec![grant_type]),
        ("subject_token", vec![subject_token]),
        ("subject_token_type", vec![ACCESS_TOKEN]),
        ("requested_token_type", vec![]),
        ("scope", vec!["read"]),
        ("audience", vec!["urn:backend"]),
        ("resource", vec!["https://api.example/a", "https://api.example/b"]),
        ("client_id", vec!["my-client"]),
    ] {
        assert_eq!(sent(request, name), values, "{name}");
    }
    let issued = check(&session, "exchange.issued_token_type").unwrap();
    assert_eq!((issued.outcome, &*issued.message), (Outcome::Pass, ACCESS_TOKEN));
    let failure = refresh(&engine, &profile).await.unwrap_err();
    assert_eq!(failure.code, "no_refresh_token");
    assert!(failure.hint.contains("needs no person"), "{failure:?}");
}

/// Logs in with a yes to sending the token of another profile there.
async fn log_in_sending(engine: &Engine, profile: &str, to: &Url) -> Result<std::sync::Arc<Session>, Failure> {
    let options = LoginOptions {
        given: Given {
            may_send_token_to: Some(to.origin().ascii_serialization()),
            ..Given::default()
        },
        ..with_browser()
    };
    engine.login(&slug(profile), options, &reporter().0).await
}

#[tokio::test]
async fn the_token_of_the_type_that_is_named_is_exchanged_and_one_that_is_not_held_is_said() {
    let world = World::new();
    let engine = world.engine().await;
    let source = log_in(&engine, "erp-net").await.unwrap();
    for (named, kind) in [
        ("access_token", TokenKind::Access),
        ("id_token", TokenKind::Id),
        ("refresh_token", TokenKind::Refresh),
        ("jwt", TokenKind::Access),
    ] {
        let server = Server::start([json(200, &answer(Some(ACCESS_TOKEN), "Bearer"))]).await;
        let profile = Profile {
            subject_profile: "erp-net".to_owned(),
            subject_token_type: format!("urn:ietf:params:oauth:token-type:{named}"),
            ..exchanging(&server.url)
        };
        let profile = saved(&engine, profile).await;
        log_in_sending(&engine, &profile, &server.url).await.unwrap();
        let value = source.tokens.get(kind).unwrap().value.expose();
        assert_eq!(sent(&server.requests()[0], "subject_token"), [value], "{named}");
    }
    let server = Server::start([]).await;
    let profile = Profile {
        subject_profile: "erp-net".to_owned(),
        subject_token_type: "urn:ietf:params:oauth:token-type:saml2".to_owned(),
        ..exchanging(&server.url)
    };
    let profile = saved(&engine, profile).await;
    let failure = log_in_sending(&engine, &profile, &server.url).await.unwrap_err();
    assert_eq!(failure.code, "no_subject_token");
    assert!(failure.message.contains("saml2"), "{failure}");
}

#[tokio::test]
async fn what_was_issued_is_held_against_what_was_asked_for() {
    for (issued, token_type, expected) in [
        (Some(JWT), "Bearer", Outcome::Pass),
        (Some(JWT), "N_A", Outcome::Pass),
        (Some(ACCESS_TOKEN), "Bearer", Outcome::Warn),
        (None, "Bearer", Outcome::Fail),
    ] {
        let server = Server::start([json(200, &answer(issued, token_type))]).await;
        let world = World::new();
        let engine = world.engine().await;
        let profile = Profile {
            subject_token_type: JWT.to_owned(),
            requested_token_type: JWT.to_owned(),
            ..exchanging(&server.url)
        };
        let profile = saved(&engine, profile).await;
        engine.set_secret(&slug(&profile), SecretKind::SubjectToken, Secret::new("given.by.hand"));
        let session = log_in(&engine, &profile).await.unwrap();
        assert_eq!(sent(&server.requests()[0], "subject_token"), ["given.by.hand"]);
        assert_eq!(sent(&server.requests()[0], "subject_token_type"), [JWT]);
        assert_eq!(outcome(&session, "exchange.issued_token_type"), Some(expected));
        let does_not_apply = outcome(&session, "exchange.token_type").is_some();
        assert_eq!(does_not_apply, token_type == "N_A");
        assert_eq!(outcome(&session, "response.unknown_token_type"), None);
    }
}

#[tokio::test]
async fn each_refusal_says_what_to_change() {
    for (error, hint) in [
        ("invalid_request", "“Its type”"),
        ("invalid_grant", "“Its type”"),
        ("invalid_target", "“Audience”"),
        ("invalid_scope", "“Scopes”"),
        ("unsupported_grant_type", "“Grant”"),
    ] {
        let server = Server::start([json(400, &format!(r#"{{"error":"{error}"}}"#))]).await;
        let world = World::new();
        let engine = world.engine().await;
        let profile = saved(&engine, exchanging(&server.url)).await;
        engine.set_secret(&slug(&profile), SecretKind::SubjectToken, Secret::new("t"));
        let failure = log_in(&engine, &profile).await.unwrap_err();
        assert_eq!((failure.code.as_str(), failure.ends_session), (error, false));
        assert!(failure.hint.contains(hint), "{failure:?}");
    }
}
