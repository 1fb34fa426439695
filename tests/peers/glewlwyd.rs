//! glewlwyd: written in C, and against the specifications where it pleases.

use tokenscope::engine::Question;
use tokenscope::model::TokenKind;
use tokenscope::model::profile::{ClientAuthentication, Grant};
use tokenscope::model::response_type::{ResponseMode, ResponseType};

use crate::support::{Peer, access, assert_sound, assert_sound_but, defects, fingerprint, profile_for};

#[tokio::test]
async fn http_basic_works_raw_and_not_encoded() {
    let Some(peer) = Peer::glewlwyd() else { return };
    let app = profile_for(&peer, "glw-basic", |_| ()).await;
    let session = app.log_in().await.unwrap();
    assert_sound(&session, &[(TokenKind::Access, "RS256"), (TokenKind::Id, "RS256")]);
    assert_eq!(app.refresh().await.unwrap().generation, 2);

    let encoded = profile_for(&peer, "glw-basic", |profile| {
        profile.client_authentication = ClientAuthentication::ClientSecretBasic;
    });
    let failure = encoded.await.log_in().await.unwrap_err();
    assert_eq!(failure.http_status, Some(403), "{failure:?}");
}

#[tokio::test]
async fn a_lower_case_token_type_and_a_member_more_are_no_defects() {
    let Some(peer) = Peer::glewlwyd() else { return };
    let app = profile_for(&peer, "glw-public", |_| ()).await;
    let session = app.log_in().await.unwrap();
    assert_sound(&session, &[(TokenKind::Access, "RS256"), (TokenKind::Id, "RS256")]);
    assert_eq!(defects(&session), [""; 0]);
    assert_eq!(access(&session).lifetime.lifetime_s(), Some(60));
}

#[tokio::test]
async fn a_refresh_rotates_and_keeps_the_id_token_of_the_login() {
    let Some(peer) = Peer::glewlwyd() else { return };
    let app = profile_for(&peer, "glw-simple", |_| ()).await;
    let first = app.log_in().await.unwrap();
    let second = app.refresh().await.unwrap();
    assert_eq!((second.generation, second.tokens.refresh_rotated), (2, true));
    assert_ne!(
        fingerprint(&first, TokenKind::Refresh),
        fingerprint(&second, TokenKind::Refresh)
    );
    assert_eq!(fingerprint(&first, TokenKind::Id), fingerprint(&second, TokenKind::Id));
    assert_sound(&second, &[(TokenKind::Access, "RS256")]);
}

#[tokio::test]
async fn a_spent_refresh_token_is_refused_without_a_word_and_the_session_is_not_called_over() {
    let Some(peer) = Peer::glewlwyd() else { return };
    let app = profile_for(&peer, "glw-public", |_| ()).await;
    let session = app.log_in().await.unwrap();
    app.replay(&session).await.unwrap();
    let failure = app.refresh().await.unwrap_err();
    assert_eq!((failure.code.as_str(), failure.http_status), ("no_token", Some(400)));
    assert!(failure.message.contains("empty"), "{}", failure.message);
    // It did not say invalid_grant: nobody knows why.
    assert!(!failure.ends_session);
    assert!(!app.engine.session(&app.slug).unwrap().is_over);
}

#[tokio::test]
async fn a_wrong_secret_is_refused_by_another_name() {
    let Some(peer) = Peer::glewlwyd() else { return };
    let app = profile_for(&peer, "glw-post", |_| ()).await;
    app.set_secret("not-the-secret");
    let failure = app.log_in().await.unwrap_err();
    assert_eq!(
        (failure.code.as_str(), failure.http_status),
        ("unauthorized_client", Some(403))
    );
    assert!(!failure.message.contains("not-the-secret"), "{}", failure.message);
    app.set_secret("post-secret");
    assert_sound(&app.log_in().await.unwrap(), &[(TokenKind::Id, "RS256")]);
}

#[tokio::test]
async fn a_wrong_secret_at_a_refresh_costs_the_refresh_token_without_a_word() {
    let Some(peer) = Peer::glewlwyd() else { return };
    let app = profile_for(&peer, "glw-post", |_| ()).await;
    app.log_in().await.unwrap();
    // It spends the token first and looks at the secret then.
    for secret in ["not-the-secret", "post-secret"] {
        app.set_secret(secret);
        let failure = app.refresh().await.unwrap_err();
        assert_eq!((failure.code.as_str(), failure.http_status), ("no_token", Some(400)));
        assert!(!failure.ends_session);
    }
}

#[tokio::test]
async fn the_hybrid_flow_answers_in_the_query_unless_told_otherwise() {
    let Some(peer) = Peer::glewlwyd() else { return };
    for mode in [None, Some(ResponseMode::Fragment)] {
        let app = profile_for(&peer, "glw-public", |profile| {
            profile.response_type = ResponseType::CodeIdToken;
            profile.response_mode = mode;
        });
        let session = app.await.log_in().await.unwrap();
        // A token in a query is against OAuth 2.0 Multiple Response Types §5.
        let broken: &[&str] = if mode.is_none() {
            &["callback.token_in_query"]
        } else {
            &[]
        };
        assert_sound_but(
            &session,
            broken,
            &[(TokenKind::Access, "RS256"), (TokenKind::Id, "RS256")],
        );
        let rules: Vec<&str> = session.checks.iter().map(|check| &*check.id).collect();
        assert!(rules.contains(&"front_channel.c_hash"), "{mode:?}: {rules:?}");
    }
}

#[tokio::test]
async fn the_issuer_that_it_posts_percent_encoded_is_another_one() {
    let Some(peer) = Peer::glewlwyd() else { return };
    let app = profile_for(&peer, "glw-public", |profile| {
        profile.response_mode = Some(ResponseMode::FormPost);
    });
    let failure = app.await.log_in().await.unwrap_err();
    assert_eq!(failure.code, "wrong_issuer");
    assert!(failure.message.contains("http%3A%2F%2F"), "{}", failure.message);

    // Without an expected issuer the rest is good.
    let app = profile_for(&peer, "glw-public", |profile| {
        profile.response_mode = Some(ResponseMode::FormPost);
        profile.issuer.clear();
    });
    assert_sound(&app.await.log_in().await.unwrap(), &[(TokenKind::Id, "RS256")]);
}

#[tokio::test]
async fn tokens_signed_with_es256_are_verified() {
    let Some(peer) = Peer::glewlwyd() else { return };
    let app = profile_for(&peer, "glw-es256", |_| ()).await;
    assert_sound(
        &app.log_in().await.unwrap(),
        &[(TokenKind::Access, "ES256"), (TokenKind::Id, "ES256")],
    );
}

#[tokio::test]
async fn refresh_tokens_that_may_be_used_again_do_not_rotate() {
    let Some(peer) = Peer::glewlwyd_with(&[("ONE_USE", "never")]) else {
        return;
    };
    let app = profile_for(&peer, "glw-public", |_| ()).await;
    let first = app.log_in().await.unwrap();
    let second = app.refresh().await.unwrap();
    assert_eq!((second.generation, second.tokens.refresh_rotated), (2, false));
    assert_eq!(
        fingerprint(&first, TokenKind::Refresh),
        fingerprint(&second, TokenKind::Refresh)
    );
    assert_ne!(
        fingerprint(&first, TokenKind::Access),
        fingerprint(&second, TokenKind::Access)
    );
}

#[tokio::test]
async fn a_password_logs_in_and_the_token_refreshes() {
    let Some(peer) = Peer::glewlwyd() else { return };
    let app = profile_for(&peer, "glw-post", |profile| profile.grant = Grant::Password).await;
    let session = app.log_in_with_password().await.unwrap();
    assert_sound(&session, &[(TokenKind::Access, "RS256")]);
    assert_eq!(app.refresh().await.unwrap().generation, 2);
}

#[tokio::test]
async fn a_client_gets_a_token_for_itself() {
    let Some(peer) = Peer::glewlwyd() else { return };
    let app = profile_for(&peer, "glw-simple", |profile| {
        profile.grant = Grant::ClientCredentials;
        "read".clone_into(&mut profile.scope);
    });
    let session = app.await.log_in().await.unwrap();
    assert_sound(&session, &[(TokenKind::Access, "RS256")]);
    assert!(session.tokens.id.is_none() && session.tokens.refresh.is_none());
}

#[tokio::test]
async fn tokens_come_by_the_implicit_flow() {
    let Some(peer) = Peer::glewlwyd() else { return };
    for response_type in [ResponseType::Token, ResponseType::IdTokenToken] {
        let app = profile_for(&peer, "glw-public", |profile| {
            profile.grant = Grant::Implicit;
            profile.response_type = response_type;
        });
        let session = app.await.log_in().await.unwrap();
        assert_sound(&session, &[(TokenKind::Access, "RS256")]);
        assert_eq!(session.tokens.id.is_some(), response_type.has_id_token());
    }
}

#[tokio::test]
async fn all_three_come_by_the_hybrid_flow() {
    let Some(peer) = Peer::glewlwyd() else { return };
    let app = profile_for(&peer, "glw-public", |profile| {
        profile.response_type = ResponseType::CodeIdTokenToken;
    });
    let session = app.await.log_in().await.unwrap();
    let signed = [(TokenKind::Access, "RS256"), (TokenKind::Id, "RS256")];
    assert_sound_but(&session, &["callback.token_in_query"], &signed);
    assert!(session.tokens.refresh.is_some());
}

#[tokio::test]
async fn userinfo_takes_the_access_token() {
    let Some(peer) = Peer::glewlwyd() else { return };
    let app = profile_for(&peer, "glw-public", |_| ()).await;
    app.log_in().await.unwrap();
    let answer = app.call().await.unwrap();
    assert_eq!(
        (answer.status, answer.body.contains("Alice")),
        (200, true),
        "{}",
        answer.body
    );
}

#[tokio::test]
async fn a_wrong_secret_is_refused_by_status_alone_at_its_other_endpoints() {
    let Some(peer) = Peer::glewlwyd() else { return };
    let app = profile_for(&peer, "glw-post", |_| ()).await;
    app.log_in().await.unwrap();
    app.set_secret("not-the-secret");
    let answer = app.ask(Question::Introspection(TokenKind::Access)).await.unwrap();
    assert_eq!((answer.http.status, answer.http.body.as_str()), (401, ""));
    assert!(!answer.is_good());
    let revocation = app.revoke(TokenKind::Access).await.unwrap_err();
    app.change(|profile| profile.pushed_authorization_request = true).await;
    let push = app.log_in().await.unwrap_err();
    app.change(|profile| profile.grant = Grant::DeviceCode).await;
    let device = app.log_in().await.unwrap_err();
    for (failure, code, status) in [
        (revocation, "not_revoked", 401),
        (push, "no_request_uri", 403),
        (device, "unauthorized_client", 403),
    ] {
        assert_eq!(
            (failure.code.as_str(), failure.http_status),
            (code, Some(status)),
            "{failure:?}"
        );
        assert!(failure.hint.contains("client secret"), "{code}: {}", failure.hint);
    }
    app.set_secret("post-secret");
    assert!(app.is_active(TokenKind::Access).await);
}

#[tokio::test]
async fn a_public_client_may_not_ask_about_its_tokens() {
    let Some(peer) = Peer::glewlwyd() else { return };
    let app = profile_for(&peer, "glw-public", |_| ()).await;
    app.log_in().await.unwrap();
    let answer = app.ask(Question::Introspection(TokenKind::Access)).await.unwrap();
    assert_eq!(answer.http.status, 401);
    assert_eq!(app.revoke(TokenKind::Refresh).await.unwrap_err().http_status, Some(401));
    // Nothing has happened to it.
    assert_eq!(app.refresh().await.unwrap().generation, 2);
}
