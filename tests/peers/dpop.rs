//! Tokens that are bound to a key (RFC 9449).
#![expect(clippy::unwrap_used, reason = "a helper that cannot go on ends its test")]

use tokenscope::model::TokenKind;

use crate::support::{App, Peer, access, assert_sound, defects, profile_for};

#[tokio::test]
async fn bound_tokens_are_got_refreshed_and_used() {
    let Some(peer) = Peer::oidc() else { return };
    goes_all_the_way(&profile_for(&peer, "dpop", |profile| profile.dpop = true).await).await;
}

#[tokio::test]
async fn a_server_that_wants_its_own_nonce_gets_it_at_every_endpoint() {
    let Some(peer) = Peer::oidc_with(&[("DPOP_NONCE", "1")]) else {
        return;
    };
    goes_all_the_way(&profile_for(&peer, "dpop", |profile| profile.dpop = true).await).await;
}

#[tokio::test]
async fn glewlwyd_binds_them_too() {
    let Some(peer) = Peer::glewlwyd() else { return };
    goes_all_the_way(&profile_for(&peer, "glw-public", |profile| profile.dpop = true).await).await;
}

#[tokio::test]
async fn a_client_that_must_bind_and_does_not_is_refused() {
    let Some(peer) = Peer::oidc() else { return };
    let failure = profile_for(&peer, "dpop", |_| ()).await.log_in().await.unwrap_err();
    assert_eq!(failure.code, "invalid_grant", "{}", failure.message);
}

async fn goes_all_the_way(app: &App) {
    let first = app.log_in().await.unwrap();
    assert_sound(&first, &[(TokenKind::Id, "RS256")]);
    assert_eq!(defects(&first), [""; 0]);
    assert!(first.dpop.is_some());
    let second = app.refresh().await.unwrap();
    assert_eq!((second.generation, second.dpop.is_some()), (2, true));
    assert_ne!(access(&first).fingerprint, access(&second).fingerprint);
    let answer = app.call().await.unwrap();
    assert_eq!(answer.status, 200, "{:?} {}", answer.www_authenticate, answer.body);
}
