//! Userinfo (OpenID Connect Core §5.3), introspection (RFC 7662) and revocation (RFC 7009).

use tokenscope::engine::Question;
use tokenscope::model::TokenKind;
use tokenscope::model::checks::Outcome;
use tokenscope::model::verify::SignatureStatus;

use crate::support::{App, Peer, member, outcome, profile_for};

/// Clients with each client authentication.
const CLIENTS: [&str; 5] = ["public", "basic", "post", "jwt-secret", "pkjwt"];

#[tokio::test]
async fn userinfo_tells_of_the_person_of_the_id_token() {
    let Some(peer) = Peer::oidc() else { return };
    let app = profile_for(&peer, "public", |profile| {
        "openid offline_access profile email".clone_into(&mut profile.scope);
    });
    let app = app.await;
    app.log_in().await.unwrap();
    let answer = app.ask(Question::Userinfo).await.unwrap();
    assert!(answer.is_good(), "{answer:?}");
    assert_eq!(outcome(&answer.checks, "userinfo.sub"), Some(Outcome::Pass));
    assert_eq!(member(&answer, "name"), "Test alice Ünïcode 名前");
    assert!(answer.signature.is_none());
}

#[tokio::test]
async fn signed_userinfo_is_verified() {
    let Some(peer) = Peer::oidc() else { return };
    let app = profile_for(&peer, "jwt-userinfo", |_| ()).await;
    app.log_in().await.unwrap();
    let answer = app.ask(Question::Userinfo).await.unwrap();
    assert!(answer.is_good(), "{answer:?}");
    let signature = answer.signature.as_ref().unwrap();
    assert_eq!(
        (signature.status, signature.alg.as_deref()),
        (SignatureStatus::Valid, Some("RS256"))
    );
    for rule in ["userinfo.sub", "userinfo.signature", "userinfo.iss", "userinfo.aud"] {
        assert_eq!(outcome(&answer.checks, rule), Some(Outcome::Pass), "{rule}");
    }
}

#[tokio::test]
async fn userinfo_and_introspection_take_bound_tokens() {
    let Some(peer) = Peer::oidc_with(&[("DPOP_NONCE", "1")]) else {
        return;
    };
    let app = profile_for(&peer, "dpop", |profile| profile.dpop = true).await;
    app.log_in().await.unwrap();
    assert!(app.ask(Question::Userinfo).await.unwrap().is_good());
    let answer = app.ask(Question::Introspection(TokenKind::Access)).await.unwrap();
    assert!(answer.is_good(), "{answer:?}");
    assert_eq!(member(&answer, "token_type"), "DPoP");
    assert!(member(&answer, "cnf")["jkt"].is_string(), "{answer:?}");
}

#[tokio::test]
async fn introspection_knows_both_tokens_of_every_client() {
    let Some(peer) = Peer::oidc() else { return };
    for client_id in CLIENTS {
        let app = profile_for(&peer, client_id, |_| ()).await;
        app.log_in().await.unwrap();
        for kind in [TokenKind::Access, TokenKind::Refresh] {
            let answer = app.ask(Question::Introspection(kind)).await.unwrap();
            assert!(answer.is_good(), "{client_id}: {answer:?}");
            for rule in ["active", "client_id", "sub"] {
                let verdict = outcome(&answer.checks, &format!("introspection.{rule}"));
                assert_eq!(verdict, Some(Outcome::Pass), "{client_id} {kind:?} {rule}");
            }
        }
        let answer = app.ask(Question::Introspection(TokenKind::Access)).await.unwrap();
        assert_eq!(
            outcome(&answer.checks, "introspection.exp"),
            Some(Outcome::Pass),
            "{answer:?}"
        );
    }
}

#[tokio::test]
async fn a_token_that_is_a_jwt_is_not_introspected_and_that_is_told() {
    let Some(peer) = Peer::oidc() else { return };
    let app = profile_for(&peer, "public", |_| ()).await;
    app.log_in().await.unwrap();
    let answer = app.ask(Question::Introspection(TokenKind::Id)).await.unwrap();
    assert!(!answer.is_success());
    assert_eq!(answer.error.unwrap().error, "unsupported_token_type");
}

#[tokio::test]
async fn a_wrong_secret_learns_and_ends_nothing() {
    let Some(peer) = Peer::oidc() else { return };
    let app = profile_for(&peer, "post", |_| ()).await;
    app.log_in().await.unwrap();
    app.set_secret("not-the-secret-not-the-secret");
    let answer = app.ask(Question::Introspection(TokenKind::Access)).await.unwrap();
    assert_eq!(
        (answer.http.status, answer.error.unwrap().error.as_str()),
        (401, "invalid_client")
    );
    let failure = app.revoke(TokenKind::Refresh).await.unwrap_err();
    assert_eq!(
        (failure.code.as_str(), failure.http_status),
        ("invalid_client", Some(401))
    );
    app.set_secret("post-secret-post-secret");
    assert_eq!(app.refresh().await.unwrap().generation, 2);
}

#[tokio::test]
async fn revoking_the_access_token_kills_the_refresh_token_beside_it() {
    let Some(peer) = Peer::oidc() else { return };
    for client_id in CLIENTS {
        let app = profile_for(&peer, client_id, |_| ()).await;
        app.log_in().await.unwrap();
        assert_eq!(app.revoke(TokenKind::Access).await.unwrap().status, 200);
        assert!(!app.is_active(TokenKind::Access).await);
        assert!(!app.is_active(TokenKind::Refresh).await);
        assert_eq!(app.ask(Question::Userinfo).await.unwrap().http.status, 401);
        let session = app.engine.session(&app.slug).unwrap();
        assert_eq!(
            (session.revoked.as_slice(), session.is_over),
            (&[TokenKind::Access][..], false)
        );
        // That it is dead is known only once it was tried (RFC 7009 §2.1).
        let failure = app.refresh().await.unwrap_err();
        assert_eq!(
            (failure.code.as_str(), failure.ends_session),
            ("invalid_grant", true),
            "{client_id}"
        );
    }
}

#[tokio::test]
async fn revoking_the_refresh_token_ends_the_session_and_the_access_token() {
    let Some(peer) = Peer::oidc() else { return };
    let app = profile_for(&peer, "public", |_| ()).await;
    app.log_in().await.unwrap();
    app.refresh().await.unwrap();
    app.revoke(TokenKind::Refresh).await.unwrap();
    assert!(!app.is_active(TokenKind::Refresh).await);
    assert!(!app.is_active(TokenKind::Access).await);
    assert_eq!(app.refresh().await.unwrap_err().code, "session_over");
    // A second time there is nothing left, and that is fine (RFC 7009 §2.2).
    assert_eq!(app.revoke(TokenKind::Refresh).await.unwrap().status, 200);
    assert_eq!(app.log_in().await.unwrap().generation, 1);
    assert!(app.is_active(TokenKind::Access).await);
}

#[tokio::test]
async fn glewlwyd_tells_of_person_and_tokens() {
    let Some(peer) = Peer::glewlwyd() else { return };
    for client_id in ["glw-basic", "glw-post", "glw-pkjwt"] {
        let app = profile_for(&peer, client_id, |_| ()).await;
        app.log_in().await.unwrap();
        let answer = app.ask(Question::Userinfo).await.unwrap();
        assert!(answer.is_good(), "{client_id}: {answer:?}");
        assert_eq!(member(&answer, "name"), "Alice Ünï");
        all_active(&app, true).await;
    }
}

#[tokio::test]
async fn glewlwyd_ends_one_token_and_leaves_the_other() {
    let Some(peer) = Peer::glewlwyd() else { return };
    let app = profile_for(&peer, "glw-post", |_| ()).await;
    app.log_in().await.unwrap();
    app.revoke(TokenKind::Access).await.unwrap();
    assert!(!app.is_active(TokenKind::Access).await);
    assert!(app.is_active(TokenKind::Refresh).await);
    assert_eq!(app.refresh().await.unwrap().generation, 2);
    app.revoke(TokenKind::Refresh).await.unwrap();
    assert!(!app.is_active(TokenKind::Refresh).await);
    assert!(app.is_active(TokenKind::Access).await);
    assert_eq!(app.refresh().await.unwrap_err().code, "session_over");
}

async fn all_active(app: &App, is_active: bool) {
    for kind in [TokenKind::Access, TokenKind::Refresh] {
        assert_eq!(app.is_active(kind).await, is_active, "{kind:?}");
    }
}
