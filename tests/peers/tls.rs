//! A provider whose certificate comes from a private authority.

use tokenscope::engine::{LoggedOut, Question};
use tokenscope::model::TokenKind;
use tokenscope::model::response_type::ResponseMode;

use crate::support::{Peer, assert_sound, profile_for};

#[tokio::test]
async fn an_authority_that_nobody_knows_ends_the_login_by_name() {
    let Some(peer) = Peer::oidc_tls() else { return };
    let app = profile_for(&peer, "public", |profile| profile.ca_certificates.clear()).await;
    let failure = app.log_in().await.unwrap_err();
    assert_eq!(failure.code, "tls", "{}", failure.message);
    assert!(failure.message.contains("127.0.0.1"), "{}", failure.message);
}

#[tokio::test]
async fn an_authority_that_the_profile_names_is_trusted_by_every_request() {
    let Some(peer) = Peer::oidc_tls() else { return };
    let app = profile_for(&peer, "public", |profile| {
        "http://127.0.0.1:0/logged-out".clone_into(&mut profile.post_logout_redirect_uri);
    });
    let app = app.await;
    let session = app.log_in().await.unwrap();
    assert!(session.profile.token_endpoint.starts_with("https://"));
    // The keys were fetched too, else nothing could be verified.
    assert_sound(&session, &[(TokenKind::Id, "RS256")]);
    assert_eq!(app.refresh().await.unwrap().generation, 2);
    assert_eq!(app.call().await.unwrap().status, 200);
    assert!(app.ask(Question::Userinfo).await.unwrap().is_good());
    assert!(app.is_active(TokenKind::Access).await && app.is_active(TokenKind::Refresh).await);
    assert_eq!(app.log_out().await.unwrap(), LoggedOut::CameBack);
    app.revoke(TokenKind::Refresh).await.unwrap();
    assert!(!app.is_active(TokenKind::Access).await);
}

#[tokio::test]
async fn everything_about_a_request_goes_over_tls_with_a_private_authority() {
    let Some(peer) = Peer::oidc_tls() else { return };
    let app = profile_for(&peer, "jwt-userinfo", |profile| {
        profile.pushed_authorization_request = true;
        profile.response_mode = Some(ResponseMode::FormPostJwt);
        profile.dpop = true;
    });
    let app = app.await;
    let session = app.log_in().await.unwrap();
    assert_sound(&session, &[(TokenKind::Id, "RS256")]);
    assert!(session.tokens.is_bound());
    // Signed, and the keys are fetched once more for it.
    assert!(app.ask(Question::Userinfo).await.unwrap().is_good());
}

#[tokio::test]
async fn a_profile_that_is_insecure_on_purpose_takes_any_certificate() {
    let Some(peer) = Peer::oidc_tls() else { return };
    let app = profile_for(&peer, "public", |profile| {
        profile.ca_certificates.clear();
        profile.insecure = true;
    });
    assert_sound(&app.await.log_in().await.unwrap(), &[(TokenKind::Id, "RS256")]);
}
