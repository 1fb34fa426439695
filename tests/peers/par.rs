//! Authorization requests that are pushed ahead of the browser (RFC 9126).

use tokenscope::model::TokenKind;
use tokenscope::model::profile::Profile;
use tokenscope::model::response_type::{ResponseMode, ResponseType};

use crate::support::{App, Peer, assert_sound, profile_for};

async fn pushing(peer: &Peer, client_id: &str, change: impl FnOnce(&mut Profile)) -> App {
    profile_for(peer, client_id, |profile| {
        profile.pushed_authorization_request = true;
        change(profile);
    })
    .await
}

#[tokio::test]
async fn a_client_that_must_push_its_request_logs_in() {
    let Some(peer) = Peer::oidc() else { return };
    let app = pushing(&peer, "par-only", |_| ()).await;
    assert_sound(&app.log_in().await.unwrap(), &[(TokenKind::Id, "RS256")]);
    assert_eq!(app.carried(), [["client_id", "request_uri"]]);
    assert_eq!(app.refresh().await.unwrap().generation, 2);
}

#[tokio::test]
async fn a_client_that_must_push_its_request_and_does_not_is_refused() {
    let Some(peer) = Peer::oidc() else { return };
    let failure = profile_for(&peer, "par-only", |_| ()).await.log_in().await.unwrap_err();
    assert_eq!(failure.code, "invalid_request", "{failure:?}");
    assert!(
        failure.message.contains("Pushed Authorization Request"),
        "{}",
        failure.message
    );
}

#[tokio::test]
async fn every_client_authentication_pushes() {
    let Some(peer) = Peer::oidc() else { return };
    for client_id in ["public", "basic", "post", "jwt-secret", "pkjwt"] {
        let app = pushing(&peer, client_id, |_| ()).await;
        assert_sound(&app.log_in().await.unwrap(), &[(TokenKind::Id, "RS256")]);
    }
}

#[tokio::test]
async fn the_hybrid_flow_is_pushed_and_answers_by_form_post() {
    let Some(peer) = Peer::oidc() else { return };
    let app = pushing(&peer, "public-hybrid", |profile| {
        profile.response_type = ResponseType::CodeIdToken;
        profile.response_mode = Some(ResponseMode::FormPost);
    });
    assert_sound(&app.await.log_in().await.unwrap(), &[(TokenKind::Id, "RS256")]);
}

#[tokio::test]
async fn a_pushed_request_binds_its_code_to_the_key_nonce_or_not() {
    for environment in [&[][..], &[("DPOP_NONCE", "1")]] {
        let Some(peer) = Peer::oidc_with(environment) else {
            return;
        };
        let app = pushing(&peer, "dpop", |profile| profile.dpop = true).await;
        let session = app.log_in().await.unwrap();
        assert_sound(&session, &[(TokenKind::Id, "RS256")]);
        assert!(session.tokens.is_bound());
        assert_eq!(app.refresh().await.unwrap().generation, 2);
        assert_eq!(app.call().await.unwrap().status, 200);
    }
}

#[tokio::test]
async fn a_push_that_is_refused_ends_the_login_before_the_browser() {
    let Some(peer) = Peer::oidc() else { return };
    let app = pushing(&peer, "post", |_| ()).await;
    app.set_secret("not-the-secret-not-the-secret");
    let failure = app.log_in().await.unwrap_err();
    assert_eq!(
        (failure.code.as_str(), failure.http_status),
        ("invalid_client", Some(401))
    );

    let app = pushing(&peer, "public", |profile| {
        profile.resource.push("urn:api:unknown".to_owned());
    });
    let app = app.await;
    let failure = app.log_in().await.unwrap_err();
    assert_eq!(
        (failure.code.as_str(), failure.http_status),
        ("invalid_target", Some(400))
    );
    assert!(app.carried().is_empty());
}

#[tokio::test]
async fn glewlwyd_takes_pushed_requests() {
    let Some(peer) = Peer::glewlwyd() else { return };
    for client_id in ["glw-public", "glw-basic", "glw-post", "glw-pkjwt"] {
        let app = pushing(&peer, client_id, |_| ()).await;
        assert_sound(&app.log_in().await.unwrap(), &[(TokenKind::Id, "RS256")]);
    }
}
