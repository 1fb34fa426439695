//! What an authorization request asks of the sign-in (OpenID Connect Core §3.1.2.1), and in detail for (RFC 9396).

use serde_json::json;
use tokenscope::engine::Question;
use tokenscope::model::TokenKind;
use tokenscope::model::profile::Profile;

use crate::support::{App, Peer, access, id_claim, member, profile_for};

/// A client that need not ask the person each time.
async fn web(peer: &Peer, change: impl FnOnce(&mut Profile)) -> App {
    profile_for(peer, "web", |profile| {
        profile.redirect_uri = peer.fixed_redirect_uri();
        profile.prompt.clear();
        change(profile);
    })
    .await
}

#[tokio::test]
async fn prompt_none_needs_a_person_who_is_signed_in() {
    let Some(peer) = Peer::oidc() else { return };
    let app = web(&peer, |profile| "none".clone_into(&mut profile.prompt)).await;
    assert_eq!(app.log_in().await.unwrap_err().code, "login_required");
    app.change(|profile| profile.prompt.clear()).await;
    app.log_in().await.unwrap();
    // From here on nobody need click.
    app.alice_denies();
    app.change(|profile| "none".clone_into(&mut profile.prompt)).await;
    assert_eq!(id_claim(&app.log_in().await.unwrap(), "sub"), "alice");
}

#[tokio::test]
async fn prompt_login_and_login_hint_let_somebody_else_sign_in() {
    let Some(peer) = Peer::oidc() else { return };
    let app = web(&peer, |_| ()).await;
    assert_eq!(id_claim(&app.log_in().await.unwrap(), "sub"), "alice");
    // A hint alone asks for no page.
    app.change(|profile| "carol".clone_into(&mut profile.login_hint)).await;
    assert_eq!(id_claim(&app.log_in().await.unwrap(), "sub"), "alice");
    app.change(|profile| "login".clone_into(&mut profile.prompt)).await;
    assert_eq!(id_claim(&app.log_in().await.unwrap(), "sub"), "carol");
}

#[tokio::test]
async fn max_age_brings_auth_time_and_zero_asks_for_the_person_again() {
    let Some(peer) = Peer::oidc() else { return };
    let app = web(&peer, |_| ()).await;
    assert_eq!(id_claim(&app.log_in().await.unwrap(), "auth_time"), json!(null));
    app.change(|profile| profile.max_age_s = Some(3600)).await;
    let session = app.log_in().await.unwrap();
    let (auth_time, iat) = (id_claim(&session, "auth_time"), id_claim(&session, "iat"));
    assert!(
        auth_time.as_i64().unwrap() <= iat.as_i64().unwrap(),
        "{auth_time} {iat}"
    );
    app.change(|profile| {
        profile.max_age_s = Some(0);
        "none".clone_into(&mut profile.prompt);
    })
    .await;
    assert_eq!(app.log_in().await.unwrap_err().code, "login_required");
}

#[tokio::test]
async fn an_acr_that_must_be_had_and_cannot_is_refused() {
    let Some(peer) = Peer::oidc() else { return };
    let app = web(&peer, |_| ()).await;
    app.log_in().await.unwrap();
    app.change(|profile| {
        "none".clone_into(&mut profile.prompt);
        let essential = json!({ "id_token": { "acr": { "essential": true, "value": "urn:example:loa2" } } });
        profile.authorize_parameters.push(format!("claims={essential}"));
    })
    .await;
    assert_eq!(app.log_in().await.unwrap_err().code, "login_required");
}

#[tokio::test]
async fn every_wish_arrives_in_the_open_and_pushed() {
    let Some(peer) = Peer::oidc() else { return };
    for is_pushed in [false, true] {
        let app = web(&peer, |profile| {
            profile.pushed_authorization_request = is_pushed;
            "login consent".clone_into(&mut profile.prompt);
            "dora".clone_into(&mut profile.login_hint);
            profile.max_age_s = Some(600);
            "urn:example:loa2 urn:example:loa1".clone_into(&mut profile.acr_values);
            profile.authorize_parameters.push("ui_locales=de-CH en".to_owned());
        });
        let app = app.await;
        assert_eq!(id_claim(&app.log_in().await.unwrap(), "sub"), "dora");
        // The sign-in page shows what it was asked.
        for (name, value) in [
            ("prompt", "'login consent'"),
            ("login_hint", "'dora'"),
            ("max_age", "'600'"),
            ("acr_values", "'urn:example:loa2 urn:example:loa1'"),
            ("ui_locales", "'de-CH en'"),
        ] {
            assert!(app.has_shown(&format!("<strong>{name}</strong>: {value}")), "{name}");
        }
    }
}

#[tokio::test]
async fn authorization_details_are_granted_and_stay_at_a_refresh() {
    let Some(peer) = Peer::glewlwyd() else { return };
    let details = json!([{
        "type": "statement",
        "actions": ["read"],
        "locations": ["https://bank.example.test/statements"],
    }]);
    let app = profile_for(&peer, "glw-post", |profile| {
        "openid offline_access read".clone_into(&mut profile.scope);
        profile.authorization_details = details.to_string();
    });
    let app = app.await;
    for session in [app.log_in().await.unwrap(), app.refresh().await.unwrap()] {
        let granted = access(&session).decoded.payload.get("authorization_details");
        assert_eq!(granted.as_ref(), Some(&details), "generation {}", session.generation);
    }
    let answer = app.ask(Question::Introspection(TokenKind::Access)).await.unwrap();
    assert_eq!(member(&answer, "authorization_details"), details);

    app.change(|profile| profile.authorization_details = json!([{ "type": "unknown" }]).to_string())
        .await;
    let failure = app.log_in().await.unwrap_err();
    assert!(failure.message.contains("authorization_details"), "{failure:?}");
}
