//! The device authorization grant (RFC 8628): a code is shown, and typed into a browser elsewhere.

use tokenscope::model::TokenKind;
use tokenscope::model::profile::Grant;

use crate::support::{App, AtTheDevice, Peer, assert_sound, profile_for, relay_with};

async fn device(peer: &Peer, client_id: &str) -> App {
    profile_for(peer, client_id, |profile| profile.grant = Grant::DeviceCode).await
}

#[tokio::test]
async fn a_code_without_interval_is_typed_in_and_its_tokens_refresh() {
    let Some(peer) = Peer::oidc() else { return };
    let app = device(&peer, "public").await;
    let AtTheDevice { login, said, .. } = app.log_in_on_device(Some(0)).await;
    let session = login.unwrap();
    assert_eq!(said, [""; 0]);
    assert_sound(&session, &[(TokenKind::Id, "RS256")]);
    assert_eq!(
        session
            .tokens
            .id
            .as_ref()
            .unwrap()
            .decoded
            .payload
            .get_str("sub")
            .as_deref(),
        Some("alice")
    );
    assert_eq!(app.refresh().await.unwrap().generation, 2);
}

#[tokio::test]
async fn a_device_proves_who_it_is_with_a_key_and_waits_every_five_seconds() {
    let Some(peer) = Peer::oidc() else { return };
    let app = device(&peer, "pkjwt").await;
    let AtTheDevice { login, said, waits_s } = app.log_in_on_device(Some(1)).await;
    assert_sound(&login.unwrap(), &[(TokenKind::Id, "RS256")]);
    assert_eq!((said, waits_s), (vec!["authorization_pending".to_owned()], vec![5]));
    assert_eq!(app.refresh().await.unwrap().generation, 2);
}

#[tokio::test]
async fn the_tokens_of_a_device_are_bound_to_its_key() {
    let Some(peer) = Peer::oidc_with(&[("DPOP_NONCE", "1")]) else {
        return;
    };
    let app = profile_for(&peer, "dpop", |profile| {
        profile.grant = Grant::DeviceCode;
        profile.dpop = true;
    });
    let app = app.await;
    let session = app.log_in_on_device(Some(0)).await.login.unwrap();
    assert_sound(&session, &[(TokenKind::Id, "RS256")]);
    assert!(session.tokens.is_bound());
    assert_eq!(app.refresh().await.unwrap().generation, 2);
    assert_eq!(app.call().await.unwrap().status, 200);
}

#[tokio::test]
async fn a_device_that_the_person_denies_gets_nothing() {
    let Some(peer) = Peer::oidc() else { return };
    let app = device(&peer, "public").await;
    app.alice_denies();
    let failure = app.log_in_on_device(Some(0)).await.login.unwrap_err();
    assert_eq!(failure.code, "access_denied", "{failure:?}");
}

#[tokio::test]
async fn a_code_that_nobody_types_in_ends_with_its_time() {
    let Some(peer) = Peer::oidc_with(&[("TTL_DEVICE", "1")]) else {
        return;
    };
    let failure = device(&peer, "public")
        .await
        .log_in_on_device(None)
        .await
        .login
        .unwrap_err();
    assert_eq!(failure.code, "expired_token", "{failure:?}");
}

#[tokio::test]
async fn a_wrong_secret_gets_no_code() {
    let Some(peer) = Peer::oidc() else { return };
    let app = device(&peer, "post").await;
    app.set_secret("not-the-secret-not-the-secret");
    let failure = app.log_in_on_device(None).await.login.unwrap_err();
    assert_eq!(
        (failure.code.as_str(), failure.http_status),
        ("invalid_client", Some(401))
    );
}

#[tokio::test]
async fn glewlwyd_is_asked_as_often_as_it_says_until_the_code_is_typed_in() {
    let Some(peer) = Peer::glewlwyd() else { return };
    let app = device(&peer, "glw-public").await;
    let AtTheDevice { login, said, waits_s } = app.log_in_on_device(Some(1)).await;
    let session = login.unwrap();
    assert_sound(&session, &[(TokenKind::Access, "RS256"), (TokenKind::Id, "RS256")]);
    assert_eq!((said, waits_s), (vec!["authorization_pending".to_owned()], vec![2]));
    assert_eq!(app.refresh().await.unwrap().generation, 2);
}

#[tokio::test]
async fn glewlwyd_is_asked_more_rarely_once_it_says_slow_down() {
    let Some(peer) = Peer::glewlwyd_with(&[("DEVICE_INTERVAL", "5")]) else {
        return;
    };
    let metadata = peer.metadata().await;
    let endpoint = metadata["device_authorization_endpoint"].as_str().unwrap();
    // Its word is kept: only a client that is told another interval comes too soon.
    let too_soon = relay_with(endpoint, |answer| answer["interval"] = 1.into()).await;
    let app = profile_for(&peer, "glw-post", |profile| {
        profile.grant = Grant::DeviceCode;
        profile.device_authorization_endpoint = too_soon;
    });
    let app = app.await;
    let AtTheDevice { login, said, waits_s } = app.log_in_on_device(Some(2)).await;
    assert_sound(&login.unwrap(), &[(TokenKind::Id, "RS256")]);
    assert_eq!(said, ["authorization_pending", "slow_down"]);
    assert_eq!(waits_s, [1, 6]);
}
