//! What comes through the browser beside a code, or in its place: hybrid (OpenID Connect Core §3.3) and implicit (RFC 6749
//! §4.2, OpenID Connect Core §3.2); and a code that a person carries.

use jiff::SignedDuration;
use serde_json::{Value, json};
use tokenscope::engine::{LoginOptions, LoginStep};
use tokenscope::model::checks::Outcome;
use tokenscope::model::keys::signing::SigningKey;
use tokenscope::model::profile::Grant;
use tokenscope::model::response_type::{ResponseMode, ResponseType};
use tokenscope::model::verify::SignatureStatus;
use tokenscope::model::{Profile, Secret, TokenKind};
use tokio::sync::mpsc;
use url::Url;

use super::{assert_nothing_failed, check, goes_to, outcome, saved, sent, test_app};
use crate::support::server::{Server, json as json_reply};
use crate::support::{
    World, answers, callback, custom, history, log_in, nobody, parameter, refresh, reporter, slug, start, step,
    with_browser,
};

const TOKENS: &str = r#"{"access_token":"opaque-access","token_type":"Bearer","expires_in":3600}"#;

#[tokio::test]
async fn each_hybrid_response_type_brings_what_it_names_and_every_hash_fits() {
    let world = World::new();
    let engine = world.engine().await;
    for (response_type, id_token, token) in [
        (ResponseType::CodeIdToken, true, false),
        (ResponseType::CodeToken, false, true),
        (ResponseType::CodeIdTokenToken, true, true),
    ] {
        let profile = Profile {
            response_type,
            ..test_app()
        };
        let profile = saved(&engine, profile).await;
        let session = log_in(&engine, &profile).await.unwrap();
        assert_nothing_failed(&session);
        let pass = |wanted: bool| wanted.then_some(Outcome::Pass);
        assert_eq!(
            outcome(&session, "front_channel.c_hash"),
            pass(id_token),
            "{response_type:?}"
        );
        assert_eq!(
            outcome(&session, "front_channel.at_hash"),
            pass(id_token && token),
            "{response_type:?}"
        );
        assert_eq!(
            outcome(&session, "front_channel.access_token"),
            pass(token),
            "{response_type:?}"
        );
        assert_eq!(outcome(&session, "login.implicit"), token.then_some(Outcome::Warn));
        assert!(session.tokens.id.is_some() && session.tokens.refresh.is_some());
        assert_eq!(refresh(&engine, &profile).await.unwrap().generation, 2);
    }
}

#[tokio::test]
async fn each_implicit_response_type_gives_tokens_without_a_token_request() {
    let world = World::new();
    let engine = world.engine().await;
    for (response_type, id_token, token) in [
        (ResponseType::Token, false, true),
        (ResponseType::IdToken, true, false),
        (ResponseType::IdTokenToken, true, true),
    ] {
        let profile = Profile {
            grant: Grant::Implicit,
            response_type,
            scope: if id_token {
                "openid profile DomainApi"
            } else {
                "DomainApi"
            }
            .to_owned(),
            ..test_app()
        };
        let profile = saved(&engine, profile).await;
        let session = log_in(&engine, &profile).await.unwrap();
        assert_nothing_failed(&session);
        assert_eq!(session.tokens.access.is_some(), token, "{response_type:?}");
        assert_eq!(session.tokens.id.is_some(), id_token, "{response_type:?}");
        assert_eq!(outcome(&session, "login.implicit"), token.then_some(Outcome::Warn));
        let at_hash = (id_token && token).then_some(Outcome::Pass);
        assert_eq!(outcome(&session, "id_token.at_hash"), at_hash, "{response_type:?}");
        assert_eq!(outcome(&session, "id_token.nonce"), id_token.then_some(Outcome::Pass));
        if id_token {
            let signature = session.signature(TokenKind::Id).unwrap();
            assert_eq!(signature.status, SignatureStatus::Valid, "{}", signature.reason);
        }
        if let Some(access) = &session.tokens.access {
            assert_eq!(
                access.lifetime.expires_at.unwrap(),
                start() + SignedDuration::from_hours(1)
            );
        }
        // The clock is that of the server that gave the keys.
        assert!(session.server_time.skew_s.is_some());
        let row = &history(&engine, &profile).await[0];
        assert_eq!((row.http_status, row.latency_ms), (None, None));

        let failure = refresh(&engine, &profile).await.unwrap_err();
        assert_eq!(failure.code, "no_refresh_token");
        assert!(failure.message.contains("RFC 6749 §4.2.2"), "{failure:?}");
        assert!(!engine.session(&slug(&profile)).unwrap().is_over);
    }
    let asked = engine.demo_log().into_iter();
    assert_eq!(asked.filter(|line| line.request.contains("/connect/token")).count(), 0);
}

fn implicit(base: &Url, response_type: ResponseType) -> Profile {
    Profile {
        grant: Grant::Implicit,
        response_type,
        ..custom(base)
    }
}

#[tokio::test]
async fn what_a_fragment_says_about_its_token_is_read_and_what_it_leaves_out_is_named() {
    let server = Server::start([]).await;
    let world = World::with_browser(answers("access_token=opaque&token_type=bearer&expires_in=90&scope=a+b"));
    let engine = world.engine().await;
    let profile = saved(&engine, implicit(&server.url, ResponseType::Token)).await;
    let session = log_in(&engine, &profile).await.unwrap();
    let access = session.tokens.access.as_ref().unwrap();
    assert_eq!(
        access.lifetime.expires_at.unwrap(),
        start() + SignedDuration::from_secs(90)
    );
    assert_eq!(session.tokens.scope, ["a", "b"]);
    assert_eq!(session.tokens.token_type.as_deref(), Some("bearer"));

    let world = World::with_browser(answers("access_token=opaque"));
    let engine = world.engine().await;
    let profile = saved(&engine, implicit(&server.url, ResponseType::Token)).await;
    let session = log_in(&engine, &profile).await.unwrap();
    for id in ["response.no_token_type", "response.no_expires_in"] {
        let check = check(&session, id).unwrap();
        assert_eq!((check.outcome, &*check.spec), (Outcome::Warn, "RFC 6749 §4.2.2"));
    }
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_refresh_token_in_a_fragment_breaks_a_rule() {
    let server = Server::start([]).await;
    let world = World::with_browser(answers(
        "access_token=opaque&token_type=bearer&expires_in=90&refresh_token=leaked",
    ));
    let engine = world.engine().await;
    let profile = saved(&engine, implicit(&server.url, ResponseType::Token)).await;
    let session = log_in(&engine, &profile).await.unwrap();
    let check = check(&session, "response.refresh_token").unwrap();
    assert_eq!((check.outcome, &*check.spec), (Outcome::Fail, "RFC 6749 §4.2.2"));
    assert!(!format!("{session:?}").contains("leaked"));
}

#[tokio::test]
async fn an_answer_without_the_token_that_was_asked_for_ends_the_login() {
    for (response_type, parameters, says) in [
        (ResponseType::Token, "id_token=a.b.c", "no access_token"),
        (ResponseType::Token, "code=c", "no access_token"),
        (ResponseType::IdToken, "access_token=a", "no id_token"),
        (ResponseType::IdTokenToken, "id_token=a.b.c", "no access_token"),
    ] {
        let server = Server::start([]).await;
        let world = World::with_browser(answers(parameters));
        let engine = world.engine().await;
        let profile = saved(&engine, implicit(&server.url, response_type)).await;
        let failure = log_in(&engine, &profile).await.unwrap_err();
        assert_eq!(failure.code, "no_front_channel_token");
        assert!(failure.message.contains(says), "{failure:?}");
        assert!(failure.hint.contains("“Response type”"), "{failure:?}");
    }
}

#[tokio::test]
async fn what_is_missing_beside_a_usable_token_is_a_broken_rule() {
    let server = Server::start([json_reply(200, TOKENS)]).await;
    let world = World::with_browser(answers("code=c"));
    let engine = world.engine().await;
    let profile = Profile {
        response_type: ResponseType::CodeIdTokenToken,
        ..custom(&server.url)
    };
    let profile = saved(&engine, profile).await;
    let session = log_in(&engine, &profile).await.unwrap();
    for id in ["front_channel.id_token", "front_channel.access_token"] {
        let check = check(&session, id).unwrap();
        assert_eq!((check.outcome, &*check.spec), (Outcome::Fail, "OIDC Core §3.3.2.5"));
    }

    let world = World::with_browser(answers("access_token=a&token_type=Bearer&expires_in=60"));
    let engine = world.engine().await;
    let profile = saved(&engine, implicit(&server.url, ResponseType::IdTokenToken)).await;
    let session = log_in(&engine, &profile).await.unwrap();
    let missing = check(&session, "front_channel.id_token").unwrap();
    assert_eq!((missing.outcome, &*missing.spec), (Outcome::Fail, "OIDC Core §3.2.2.5"));
}

#[tokio::test]
async fn a_token_that_nobody_asked_for_is_told_and_not_used() {
    let server = Server::start([json_reply(200, TOKENS)]).await;
    let world = World::with_browser(answers("code=c&access_token=leaked&token_type=Bearer&expires_in=60"));
    let engine = world.engine_at(&server.url).await;
    let session = log_in(&engine, "custom").await.unwrap();
    assert_eq!(session.tokens.access.as_ref().unwrap().value.expose(), "opaque-access");
    let check = check(&session, "front_channel.access_token").unwrap();
    assert_eq!((check.outcome, &*check.spec), (Outcome::Warn, "RFC 9700 §2.1.2"));
}

#[tokio::test]
async fn hashes_that_are_missing_or_wrong_are_told() {
    for (claims, parameters, response_type, id, says) in [
        (
            json!({}),
            "access_token=a",
            ResponseType::IdTokenToken,
            "id_token.at_hash",
            "is missing",
        ),
        (
            json!({"at_hash": "AAAA"}),
            "access_token=a",
            ResponseType::IdTokenToken,
            "id_token.at_hash",
            "belongs to something else",
        ),
        (
            json!({}),
            "code=c",
            ResponseType::CodeIdToken,
            "front_channel.c_hash",
            "is missing",
        ),
        (
            json!({"c_hash": "AAAA"}),
            "code=c",
            ResponseType::CodeIdToken,
            "front_channel.c_hash",
            "belongs to something else",
        ),
        (
            json!({"s_hash": "AAAA"}),
            "code=c",
            ResponseType::CodeIdToken,
            "front_channel.s_hash",
            "belongs to something else",
        ),
        (
            json!({}),
            "code=c&access_token=a",
            ResponseType::CodeIdTokenToken,
            "front_channel.at_hash",
            "is missing",
        ),
    ] {
        let server = Server::start([json_reply(200, TOKENS)]).await;
        let key = SigningKey::generate_es256();
        let browser = goes_to(move |address| {
            let mut claims = claims.clone();
            claims["nonce"] = Value::from(parameter(address, "nonce"));
            let id_token = key.sign(key.default_algorithm(), &[], &claims).unwrap();
            callback(address, &format!("{parameters}&id_token={}", id_token.expose()))
        });
        let world = World::with_browser(browser);
        let engine = world.engine().await;
        let profile = Profile {
            grant: if response_type.has_code() {
                Grant::AuthorizationCode
            } else {
                Grant::Implicit
            },
            response_type,
            ..custom(&server.url)
        };
        let profile = saved(&engine, profile).await;
        let session = log_in(&engine, &profile).await.unwrap();
        let check = check(&session, id).unwrap();
        assert_eq!(check.outcome, Outcome::Fail, "{id}");
        assert!(check.message.contains(says), "{id}: {}", check.message);
    }
}

#[tokio::test]
async fn tokens_in_every_response_mode_arrive() {
    let world = World::new();
    let engine = world.engine().await;
    for mode in [ResponseMode::Fragment, ResponseMode::FormPost] {
        let profile = Profile {
            grant: Grant::Implicit,
            response_type: ResponseType::IdTokenToken,
            response_mode: Some(mode),
            scope: "openid DomainApi".to_owned(),
            ..test_app()
        };
        let profile = saved(&engine, profile).await;
        assert_nothing_failed(&log_in(&engine, &profile).await.unwrap());
    }
}

#[tokio::test]
async fn a_code_that_the_provider_shows_is_pasted_as_it_is() {
    let server = Server::start([json_reply(200, TOKENS)]).await;
    let world = World::with_browser(nobody());
    let engine = world.engine().await;
    let profile = Profile {
        redirect_uri: "urn:ietf:wg:oauth:2.0:oob".to_owned(),
        ..custom(&server.url)
    };
    let profile = slug(&saved(&engine, profile).await);
    let (paste, pasted) = mpsc::channel(4);
    let options = LoginOptions {
        pasted,
        can_paste: true,
        ..with_browser()
    };
    let (reporter, mut ear) = reporter();
    let login = engine.login(&profile, options, &reporter);
    let person = async {
        step(&mut ear, |step| {
            matches!(step, LoginStep::PasteOnly { .. }).then_some(())
        })
        .await;
        paste.send(Secret::new("two words")).await.unwrap();
        let stray = |step: &LoginStep| matches!(step, LoginStep::Stray(_)).then_some(());
        step(&mut ear, stray).await;
        paste.send(Secret::new(" 4/shown-code\n")).await.unwrap();
    };
    let (session, ()) = tokio::join!(login, person);
    session.unwrap();
    let request = &server.requests()[0];
    assert_eq!(sent(request, "code"), ["4/shown-code"]);
    assert_eq!(sent(request, "redirect_uri"), ["urn:ietf:wg:oauth:2.0:oob"]);
}

#[tokio::test]
async fn a_code_without_its_state_is_taken_from_a_page_only() {
    let server = Server::start([json_reply(200, TOKENS)]).await;
    let world = World::with_browser(nobody());
    let engine = world.engine().await;
    let profile = slug(&saved(&engine, custom(&server.url)).await);
    let (paste, pasted) = mpsc::channel(4);
    let options = LoginOptions {
        pasted,
        can_paste: true,
        ..with_browser()
    };
    let (reporter, mut ear) = reporter();
    let login = engine.login(&profile, options, &reporter);
    let person = async {
        let address = step(&mut ear, crate::support::address).await;
        paste.send(Secret::new("4/stolen-code")).await.unwrap();
        let said = |step: &LoginStep| match step {
            LoginStep::Stray(what) => Some(what.clone()),
            _ => None,
        };
        let said = step(&mut ear, said).await;
        assert!(said.contains("another login"), "{said}");
        let right = callback(&address, "code=right");
        paste.send(Secret::new(right.as_str())).await.unwrap();
    };
    let (session, ()) = tokio::join!(login, person);
    session.unwrap();
    assert_eq!(sent(&server.requests()[0], "code"), ["right"]);
}

#[tokio::test]
async fn a_password_given_to_this_program_is_advised_against() {
    let world = World::new();
    let engine = world.engine().await;
    let session = log_in(&engine, "redcore").await.unwrap();
    let check = check(&session, "login.password").unwrap();
    assert_eq!((check.outcome, &*check.spec), (Outcome::Warn, "RFC 9700 §2.4"));
    let session = log_in(&engine, "erp-net").await.unwrap();
    assert!(!session.checks.iter().any(|check| check.id.starts_with("login.")));
}
