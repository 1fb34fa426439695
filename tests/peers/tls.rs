//! A provider whose certificate comes from a private authority.

use tokenscope::engine::{LoggedOut, Question};
use tokenscope::model::TokenKind;
use tokenscope::model::profile::Grant;
use tokenscope::model::response_type::ResponseMode;

use crate::support::{Peer, access, assert_sound, member, profile_for};

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

#[tokio::test]
async fn a_client_is_known_by_its_certificate_and_tokens_are_bound_to_it() {
    let Some(peer) = Peer::oidc_tls() else { return };
    let app = profile_for(&peer, "mtls", |_| ()).await;
    let known = peer.certificates.as_ref().unwrap();
    app.present(&known.client).await;
    assert_sound(&app.log_in().await.unwrap(), &[(TokenKind::Id, "RS256")]);
    let answer = app.ask(Question::Introspection(TokenKind::Access)).await.unwrap();
    assert!(answer.is_good(), "{answer:?}");
    assert!(member(&answer, "cnf")["x5t#S256"].is_string(), "{answer:?}");
    assert_eq!(app.refresh().await.unwrap().generation, 2);
    assert!(app.ask(Question::Userinfo).await.unwrap().is_good());
    assert_eq!(app.call().await.unwrap().status, 200);
    // With another certificate the token is worth nothing (RFC 8705 §3).
    app.present(&known.other_client).await;
    assert_eq!(app.ask(Question::Userinfo).await.unwrap().http.status, 401);
}

#[tokio::test]
async fn a_certificate_of_somebody_else_and_one_that_anybody_made_are_refused() {
    let Some(peer) = Peer::oidc_tls() else { return };
    let known = peer.certificates.as_ref().unwrap();
    for certificate in [&known.other_client, &known.forged_client] {
        let app = profile_for(&peer, "mtls", |profile| {
            profile.grant = Grant::ClientCredentials;
            profile.scope.clear();
        });
        let app = app.await;
        app.present(certificate).await;
        let failure = app.log_in().await.unwrap_err();
        assert_eq!(
            (failure.code.as_str(), failure.http_status),
            ("invalid_client", Some(401)),
            "{failure:?}"
        );
    }
}

#[tokio::test]
async fn a_certificate_alone_gets_a_token_for_the_client_itself() {
    let Some(peer) = Peer::oidc_tls() else { return };
    let app = profile_for(&peer, "mtls", |profile| {
        profile.grant = Grant::ClientCredentials;
        "api:read".clone_into(&mut profile.scope);
        profile.resource.push("urn:api:jwt".to_owned());
    });
    let app = app.await;
    app.present(&peer.certificates.as_ref().unwrap().client).await;
    let session = app.log_in().await.unwrap();
    assert_sound(&session, &[(TokenKind::Access, "RS256")]);
    let cnf = access(&session).decoded.payload.get("cnf").unwrap();
    assert!(cnf["x5t#S256"].is_string(), "{cnf}");
}
