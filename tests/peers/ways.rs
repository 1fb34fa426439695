//! The ways to log in beside a code in the query: pushed, signed, implicit, and by device code.
#![expect(clippy::unwrap_used, reason = "a helper that cannot go on ends its test")]

use std::sync::Arc;

use tokenscope::engine::{EventKind, Given, LoginOptions, LoginStep, OperationId, Reporter};
use tokenscope::model::TokenKind;
use tokenscope::model::checks::Outcome;
use tokenscope::model::profile::Grant;
use tokenscope::model::response_type::{ResponseMode, ResponseType};
use tokio::sync::mpsc;
use url::Url;

use crate::support::{Peer, Visitor, assert_sound, defects, profile_for};

#[tokio::test]
async fn an_answer_that_is_one_signed_jwt_is_verified_in_every_response_mode() {
    let Some(peer) = Peer::oidc() else { return };
    for (client_id, response_type, mode) in [
        ("public", ResponseType::Code, ResponseMode::Jwt),
        ("public", ResponseType::Code, ResponseMode::QueryJwt),
        ("public", ResponseType::Code, ResponseMode::FragmentJwt),
        ("public", ResponseType::Code, ResponseMode::FormPostJwt),
        ("public-hybrid", ResponseType::CodeIdToken, ResponseMode::Jwt),
    ] {
        let app = profile_for(&peer, client_id, |profile| {
            profile.response_mode = Some(mode);
            profile.response_type = response_type;
        });
        let session = app.await.log_in().await.unwrap();
        assert_sound(&session, &[(TokenKind::Id, "RS256")]);
        for id in ["jarm.signature", "jarm.iss", "jarm.aud", "jarm.exp"] {
            let check = session.checks.iter().find(|check| check.id == id);
            assert_eq!(check.unwrap().outcome, Outcome::Pass, "{mode:?} {id}");
        }
    }
}

#[tokio::test]
async fn a_refusal_as_a_signed_jwt_is_told_as_one() {
    let Some(peer) = Peer::oidc() else { return };
    let app = profile_for(&peer, "public", |profile| {
        profile.response_mode = Some(ResponseMode::Jwt);
    })
    .await;
    app.alice_denies();
    assert_eq!(app.log_in().await.unwrap_err().code, "access_denied");
}

#[tokio::test]
async fn a_request_is_pushed_by_every_kind_of_client() {
    let Some(peer) = Peer::oidc_with(&[("DPOP_NONCE", "1")]) else {
        return;
    };
    for (client_id, dpop) in [
        ("public", false),
        ("par-only", false),
        ("basic", false),
        ("post", false),
        ("jwt-secret", false),
        ("pkjwt", false),
        ("dpop", true),
    ] {
        let app = profile_for(&peer, client_id, |profile| {
            profile.pushed_authorization_request = true;
            profile.dpop = dpop;
        });
        let session = app
            .await
            .log_in()
            .await
            .unwrap_or_else(|failure| panic!("{client_id}: {failure:?}"));
        assert_sound(&session, &[(TokenKind::Id, "RS256")]);
        assert!(
            !session.checks.iter().any(|check| check.id.starts_with("par.")),
            "{client_id}"
        );
    }
    let failure = profile_for(&peer, "par-only", |_| ()).await.log_in().await.unwrap_err();
    assert_eq!(failure.code, "invalid_request", "{failure:?}");
    let failure = profile_for(&peer, "public", |profile| {
        profile.pushed_authorization_request = true;
        "urn:unknown".clone_into(&mut profile.scope);
        profile.resource = vec!["urn:unknown".to_owned()];
    });
    let failure = failure.await.log_in().await.unwrap_err();
    assert_eq!(failure.code, "invalid_target", "{failure:?}");
    assert!(failure.hint.contains("“Resource”"), "{failure:?}");
}

#[tokio::test]
async fn an_id_token_alone_comes_through_the_browser() {
    let Some(peer) = Peer::oidc() else { return };
    let app = profile_for(&peer, "public-hybrid", |profile| {
        profile.grant = Grant::Implicit;
        profile.response_type = ResponseType::IdToken;
        "openid".clone_into(&mut profile.scope);
        profile.prompt.clear();
    })
    .await;
    let session = app.log_in().await.unwrap();
    assert_sound(&session, &[(TokenKind::Id, "RS256")]);
    assert!(session.tokens.access.is_none() && session.tokens.refresh.is_none());
    assert_eq!(app.refresh().await.unwrap_err().code, "no_refresh_token");
}

#[tokio::test]
async fn a_device_code_gives_tokens_at_both_servers() {
    if let Some(peer) = Peer::oidc() {
        by_device_code(&peer, "public").await;
    }
    if let Some(peer) = Peer::glewlwyd() {
        by_device_code(&peer, "glw-public").await;
    }
}

/// Waits as long as the server wants, by the real clock: the server has no other.
async fn by_device_code(peer: &Peer, client_id: &str) {
    let app = profile_for(peer, client_id, |profile| {
        profile.grant = Grant::DeviceCode;
        profile.prompt.clear();
    })
    .await;
    let (events, mut ear) = mpsc::channel(64);
    let reporter = Reporter::new(OperationId::next(), events, Arc::new(|| {}));
    let options = LoginOptions {
        opens_browser: false,
        patience: None,
        can_paste: false,
        pasted: mpsc::channel(1).1,
        given: Given::default(),
    };
    let person = async {
        while let Some(event) = ear.recv().await {
            if let EventKind::Login {
                step: LoginStep::Device(prompt),
                ..
            } = event.kind
            {
                let page = Url::parse(&prompt.verification_uri).unwrap();
                let mut alice = Visitor::alice(peer.running());
                alice.approve_device(&page, &prompt.user_code).await.unwrap();
                break;
            }
        }
        ear
    };
    let (session, _ear) = tokio::join!(app.engine.login(&app.slug, options, &reporter), person);
    let session = session.unwrap_or_else(|failure| panic!("{client_id}: {failure:?}"));
    assert_sound(&session, &[(TokenKind::Id, "RS256")]);
    assert_eq!(defects(&session), [""; 0], "{client_id}");
}
