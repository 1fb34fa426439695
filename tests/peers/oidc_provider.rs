//! oidc-provider: certified, strict, and with every algorithm.

use tokenscope::model::TokenKind;
use tokenscope::model::checks::Outcome;
use tokenscope::model::lifetime::ExpiresFrom;
use tokenscope::model::profile::{ClientAuthentication, Grant};
use tokenscope::model::response_type::{ResponseMode, ResponseType};

use crate::support::{Peer, access, assert_sound, checks_that, defects, fingerprint, outcome, profile_for};

#[tokio::test]
async fn a_public_client_with_pkce_gets_sound_tokens() {
    let Some(peer) = Peer::oidc() else { return };
    let session = profile_for(&peer, "public", |_| ()).await.log_in().await.unwrap();
    assert_eq!((session.generation, session.is_over), (1, false));
    assert_sound(&session, &[(TokenKind::Id, "RS256")]);
    assert_eq!(defects(&session), [""; 0]);
    assert_eq!(session.tokens.scope, ["openid", "offline_access"]);
    let access = &access(&session).lifetime;
    assert_eq!((access.lifetime_s(), access.from), (Some(60), ExpiresFrom::ExpiresIn));
    let id = session.tokens.id.as_ref().unwrap();
    assert_eq!(id.decoded.payload.get_str("sub").as_deref(), Some("alice"));
    assert_eq!(id.lifetime.lifetime_s(), Some(300));
    // Both clocks are this machine's.
    assert!(session.server_time.skew_s.unwrap().abs() < 30.0);
}

#[tokio::test]
async fn a_refresh_rotates_and_its_id_token_is_about_the_same_person() {
    let Some(peer) = Peer::oidc() else { return };
    let app = profile_for(&peer, "public", |_| ()).await;
    let first = app.log_in().await.unwrap();
    let second = app.refresh().await.unwrap();
    assert_eq!((second.generation, second.tokens.refresh_rotated), (2, true));
    // Not the ID token: in the same second it is the same, letter by letter.
    for kind in [TokenKind::Access, TokenKind::Refresh] {
        assert_ne!(fingerprint(&first, kind), fingerprint(&second, kind), "{kind:?}");
    }
    assert_sound(&second, &[(TokenKind::Id, "RS256")]);
    for rule in ["refresh.same_iss", "refresh.same_sub", "refresh.same_aud"] {
        assert_eq!(outcome(&second.checks, rule), Some(Outcome::Pass), "{rule}");
    }
    assert_eq!(app.refresh().await.unwrap().generation, 3);
}

#[tokio::test]
async fn a_provider_that_does_not_rotate_is_seen_as_such() {
    let Some(peer) = Peer::oidc_with(&[("ROTATE", "0")]) else {
        return;
    };
    let app = profile_for(&peer, "public", |_| ()).await;
    let first = app.log_in().await.unwrap();
    let second = app.refresh().await.unwrap();
    assert!(!second.tokens.refresh_rotated);
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
async fn a_refresh_token_that_somebody_else_has_spent_ends_the_session() {
    let Some(peer) = Peer::oidc() else { return };
    let app = profile_for(&peer, "public", |_| ()).await;
    let session = app.log_in().await.unwrap();
    app.replay(&session).await.unwrap();
    let failure = app.refresh().await.unwrap_err();
    assert_eq!(
        (failure.code.as_str(), failure.http_status),
        ("invalid_grant", Some(400))
    );
    assert!(failure.ends_session);
    assert!(app.engine.session(&app.slug).unwrap().is_over);
    assert_eq!(app.refresh().await.unwrap_err().code, "session_over");
    assert_eq!(app.log_in().await.unwrap().generation, 1);
}

#[tokio::test]
async fn five_refreshes_at_once_do_not_cost_the_session() {
    let Some(peer) = Peer::oidc() else { return };
    let app = profile_for(&peer, "public", |_| ()).await;
    app.log_in().await.unwrap();
    let all = tokio::join!(
        app.refresh(),
        app.refresh(),
        app.refresh(),
        app.refresh(),
        app.refresh()
    );
    for session in [all.0, all.1, all.2, all.3, all.4] {
        assert_eq!(session.unwrap().generation, 2);
    }
    // A second request with the same token would have revoked the new one too.
    assert_eq!(app.refresh().await.unwrap().generation, 3);
}

#[tokio::test]
async fn the_hybrid_flow_answers_in_the_fragment_and_by_form_post() {
    let Some(peer) = Peer::oidc() else { return };
    for mode in [None, Some(ResponseMode::Fragment), Some(ResponseMode::FormPost)] {
        let app = profile_for(&peer, "public-hybrid", |profile| {
            profile.response_type = ResponseType::CodeIdToken;
            profile.response_mode = mode;
        });
        let session = app.await.log_in().await.unwrap();
        assert_sound(&session, &[(TokenKind::Id, "RS256")]);
        for rule in [
            "front_channel.signature",
            "front_channel.c_hash",
            "front_channel.nonce",
            "front_channel.same_iss",
            "front_channel.same_sub",
        ] {
            assert_eq!(outcome(&session.checks, rule), Some(Outcome::Pass), "{mode:?} {rule}");
        }
    }
}

#[tokio::test]
async fn a_code_comes_back_by_query_fragment_and_form_post() {
    let Some(peer) = Peer::oidc() else { return };
    for mode in [ResponseMode::Query, ResponseMode::Fragment, ResponseMode::FormPost] {
        let app = profile_for(&peer, "public", |profile| profile.response_mode = Some(mode)).await;
        assert_sound(&app.log_in().await.unwrap(), &[(TokenKind::Id, "RS256")]);
    }
}

#[tokio::test]
async fn id_tokens_are_verified_with_every_algorithm_that_it_signs_with() {
    let Some(peer) = Peer::oidc() else { return };
    for (client_id, alg) in [
        ("es256", "ES256"),
        ("eddsa", "EdDSA"),
        ("ps256", "PS256"),
        ("hs256", "HS256"),
    ] {
        let app = profile_for(&peer, client_id, |_| ()).await;
        assert_sound(&app.log_in().await.unwrap(), &[(TokenKind::Id, alg)]);
        assert_sound(&app.refresh().await.unwrap(), &[(TokenKind::Id, alg)]);
    }
}

#[tokio::test]
async fn a_secret_in_the_body_logs_in_and_refreshes() {
    let Some(peer) = Peer::oidc() else { return };
    let app = profile_for(&peer, "post", |_| ()).await;
    assert_sound(&app.log_in().await.unwrap(), &[(TokenKind::Id, "RS256")]);
    assert_eq!(app.refresh().await.unwrap().generation, 2);
}

#[tokio::test]
async fn http_basic_works_encoded_and_not_raw() {
    let Some(peer) = Peer::oidc() else { return };
    let app = profile_for(&peer, "basic", |_| ()).await;
    assert_sound(&app.log_in().await.unwrap(), &[(TokenKind::Id, "RS256")]);
    assert_eq!(app.refresh().await.unwrap().generation, 2);

    let raw = profile_for(&peer, "basic", |profile| {
        profile.client_authentication = ClientAuthentication::ClientSecretBasicRaw;
    });
    let failure = raw.await.log_in().await.unwrap_err();
    assert_eq!(
        (failure.code.as_str(), failure.http_status),
        ("invalid_request", Some(400))
    );
}

#[tokio::test]
async fn a_wrong_secret_is_refused_and_the_hint_names_the_field() {
    let Some(peer) = Peer::oidc() else { return };
    let app = profile_for(&peer, "post", |_| ()).await;
    app.set_secret("not-the-secret-not-the-secret");
    let failure = app.log_in().await.unwrap_err();
    assert_eq!(
        (failure.code.as_str(), failure.http_status),
        ("invalid_client", Some(401))
    );
    assert!(failure.hint.contains("client secret"), "{}", failure.hint);
    assert!(!failure.message.contains("not-the-secret"), "{}", failure.message);
}

#[tokio::test]
async fn an_access_token_for_a_resource_is_a_jwt_that_is_verified() {
    let Some(peer) = Peer::oidc() else { return };
    let app = profile_for(&peer, "public", |profile| {
        "openid offline_access api:read".clone_into(&mut profile.scope);
        profile.resource.push("urn:api:jwt".to_owned());
    });
    let app = app.await;
    for session in [app.log_in().await.unwrap(), app.refresh().await.unwrap()] {
        assert_sound(&session, &[(TokenKind::Access, "RS256"), (TokenKind::Id, "RS256")]);
        // RFC 9068 §2.1, §2.2.
        let access = access(&session);
        assert_eq!(access.decoded.header.get_str("typ").as_deref(), Some("at+jwt"));
        assert_eq!(access.decoded.payload.get_str("aud").as_deref(), Some("urn:api:jwt"));
        assert_eq!(
            (access.lifetime.lifetime_s(), access.lifetime.from),
            (Some(60), ExpiresFrom::Both)
        );
    }
}

#[tokio::test]
async fn a_login_that_the_person_cancels_ends_with_access_denied_and_leaves_the_session() {
    let Some(peer) = Peer::oidc() else { return };
    let app = profile_for(&peer, "public", |_| ()).await;
    app.log_in().await.unwrap();
    app.alice_denies();
    assert_eq!(app.log_in().await.unwrap_err().code, "access_denied");
    assert_eq!(app.refresh().await.unwrap().generation, 2);
}

#[tokio::test]
async fn a_login_without_a_page_is_refused_where_nobody_is_signed_in() {
    let Some(peer) = Peer::oidc() else { return };
    let app = profile_for(&peer, "public", |profile| "none".clone_into(&mut profile.prompt)).await;
    let failure = app.log_in().await.unwrap_err();
    assert_eq!(failure.code, "login_required");
    assert!(failure.hint.contains("“Prompt”"), "{}", failure.hint);
}

#[tokio::test]
async fn a_resource_that_it_does_not_know_is_refused_by_name() {
    let Some(peer) = Peer::oidc() else { return };
    let app = profile_for(&peer, "public", |profile| {
        profile.resource.push("urn:api:unknown".to_owned());
    });
    assert_eq!(app.await.log_in().await.unwrap_err().code, "invalid_target");
}

#[tokio::test]
async fn without_consent_there_is_no_refresh_token_and_a_refresh_says_so() {
    let Some(peer) = Peer::oidc() else { return };
    let app = profile_for(&peer, "public", |profile| profile.prompt.clear()).await;
    let session = app.log_in().await.unwrap();
    assert!(session.tokens.refresh.is_none());
    // Asked for and silently not granted.
    assert_eq!(session.tokens.scope, ["openid"]);
    assert_eq!(app.refresh().await.unwrap_err().code, "no_refresh_token");
}

#[tokio::test]
async fn claims_in_the_id_token_are_read_whatever_their_script() {
    let Some(peer) = Peer::oidc_with(&[("CLAIMS_IN_ID_TOKEN", "1")]) else {
        return;
    };
    let app = profile_for(&peer, "public", |profile| {
        "openid offline_access profile email address".clone_into(&mut profile.scope);
    });
    let session = app.await.log_in().await.unwrap();
    assert_sound(&session, &[(TokenKind::Id, "RS256")]);
    let payload = &session.tokens.id.as_ref().unwrap().decoded.payload;
    assert_eq!(payload.get_str("name").as_deref(), Some("Test alice Ünïcode 名前"));
    assert_eq!(payload.get("address").unwrap()["formatted"], "1 Main St\nTown");
}

#[tokio::test]
async fn userinfo_takes_the_access_token_and_no_longer_a_spent_one() {
    let Some(peer) = Peer::oidc() else { return };
    let app = profile_for(&peer, "public", |_| ()).await;
    let session = app.log_in().await.unwrap();
    let answer = app.call().await.unwrap();
    assert_eq!(
        (answer.status, answer.body.contains("\"alice\"")),
        (200, true),
        "{}",
        answer.body
    );
    // Replaying a spent refresh token revokes everything that came of the same consent.
    app.refresh().await.unwrap();
    assert_eq!(app.replay(&session).await.unwrap_err().code, "invalid_grant");
    assert_eq!(app.call().await.unwrap().status, 401);
}

#[tokio::test]
async fn signed_userinfo_is_called_with_the_access_token() {
    let Some(peer) = Peer::oidc() else { return };
    let app = profile_for(&peer, "jwt-userinfo", |_| ()).await;
    app.log_in().await.unwrap();
    let answer = app.call().await.unwrap();
    assert_eq!(answer.status, 200);
    assert!(
        answer
            .content_type
            .is_some_and(|kind| kind.starts_with("application/jwt"))
    );
}

#[tokio::test]
async fn a_client_gets_a_token_for_itself() {
    let Some(peer) = Peer::oidc() else { return };
    let app = profile_for(&peer, "basic", |profile| {
        profile.grant = Grant::ClientCredentials;
        "api:read".clone_into(&mut profile.scope);
        profile.resource.push("urn:api:jwt".to_owned());
    });
    let session = app.await.log_in().await.unwrap();
    assert_sound(&session, &[(TokenKind::Access, "RS256")]);
    assert!(session.tokens.id.is_none() && session.tokens.refresh.is_none());
    assert_eq!(session.tokens.scope, ["api:read"]);
}

#[tokio::test]
async fn an_id_token_alone_comes_by_the_implicit_flow() {
    let Some(peer) = Peer::oidc() else { return };
    let app = profile_for(&peer, "public-hybrid", |profile| {
        profile.grant = Grant::Implicit;
        profile.response_type = ResponseType::IdToken;
        "openid".clone_into(&mut profile.scope);
    });
    let session = app.await.log_in().await.unwrap();
    assert!(session.tokens.access.is_none() && session.tokens.refresh.is_none());
    assert_sound(&session, &[(TokenKind::Id, "RS256")]);
}

#[tokio::test]
async fn nothing_about_a_sound_session_is_worth_a_warning() {
    let Some(peer) = Peer::oidc() else { return };
    let session = profile_for(&peer, "public", |_| ()).await.log_in().await.unwrap();
    let warned = checks_that(&session, Outcome::Warn);
    assert!(warned.is_empty(), "{warned:?}");
}
