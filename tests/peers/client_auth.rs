//! Clients that prove who they are with a signature (RFC 7523 §2.2, OpenID Connect Core §9).

use tokenscope::model::TokenKind;

use crate::support::{Peer, assert_sound, profile_for};

#[tokio::test]
async fn a_secret_signs_and_is_not_sent() {
    let Some(peer) = Peer::oidc() else { return };
    let app = profile_for(&peer, "jwt-secret", |_| ()).await;
    assert_sound(&app.log_in().await.unwrap(), &[(TokenKind::Id, "RS256")]);
    assert_eq!(app.refresh().await.unwrap().generation, 2);
    app.set_secret("another-secret-another-secret-another");
    let failure = app.refresh().await.unwrap_err();
    assert_eq!(
        (failure.code.as_str(), failure.http_status),
        ("invalid_client", Some(401))
    );
}

#[tokio::test]
async fn a_secret_signs_at_glewlwyd() {
    let Some(peer) = Peer::glewlwyd() else { return };
    let app = profile_for(&peer, "glw-jwt-secret", |_| ()).await;
    assert_sound(&app.log_in().await.unwrap(), &[(TokenKind::Id, "RS256")]);
    assert_eq!(app.refresh().await.unwrap().generation, 2);
}

#[tokio::test]
async fn a_private_key_signs_at_both_servers() {
    for (peer, client_id) in [(Peer::oidc(), "pkjwt"), (Peer::glewlwyd(), "glw-pkjwt")] {
        let Some(peer) = peer else { continue };
        let app = profile_for(&peer, client_id, |_| ()).await;
        assert_sound(&app.log_in().await.unwrap(), &[(TokenKind::Id, "RS256")]);
        assert_eq!(app.refresh().await.unwrap().generation, 2, "{client_id}");
    }
}

#[tokio::test]
async fn a_key_that_is_not_the_clients_is_refused() {
    let Some(peer) = Peer::oidc() else { return };
    let app = profile_for(&peer, "pkjwt", |profile| {
        let keys = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/keys");
        profile.client_key_file = format!("{keys}/ec-p256-pkcs8.pem");
    });
    let failure = app.await.log_in().await.unwrap_err();
    assert_eq!(
        (failure.code.as_str(), failure.http_status),
        ("invalid_client", Some(401))
    );
}
