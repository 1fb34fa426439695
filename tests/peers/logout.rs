//! Logging out at the provider (OpenID Connect RP-Initiated Logout).

use tokenscope::engine::{LoggedOut, Question};
use tokenscope::model::Profile;

use crate::support::{App, Peer, profile_for};

const LOGGED_OUT: &str = "http://127.0.0.1:0/logged-out";

async fn with_logout(peer: &Peer, client_id: &str, change: impl FnOnce(&mut Profile)) -> App {
    profile_for(peer, client_id, |profile| {
        LOGGED_OUT.clone_into(&mut profile.post_logout_redirect_uri);
        change(profile);
    })
    .await
}

#[tokio::test]
async fn the_browser_comes_back_and_offline_tokens_live_on() {
    let Some(peer) = Peer::oidc() else { return };
    let app = with_logout(&peer, "public", |_| ()).await;
    app.log_in().await.unwrap();
    assert_eq!(app.log_out().await.unwrap(), LoggedOut::CameBack);
    assert_eq!(
        app.engine.session(&app.slug).unwrap().logged_out,
        Some(LoggedOut::CameBack)
    );
    assert!(app.ask(Question::Userinfo).await.unwrap().is_good());
    assert_eq!(app.refresh().await.unwrap().generation, 2);
}

#[tokio::test]
async fn tokens_that_are_not_for_offline_use_end_with_the_logout() {
    let Some(peer) = Peer::oidc() else { return };
    let app = with_logout(&peer, "public", |profile| "openid".clone_into(&mut profile.scope)).await;
    app.log_in().await.unwrap();
    assert!(app.ask(Question::Userinfo).await.unwrap().is_good());
    app.log_out().await.unwrap();
    assert_eq!(app.ask(Question::Userinfo).await.unwrap().http.status, 401);
}

#[tokio::test]
async fn the_person_is_signed_out() {
    let Some(peer) = Peer::oidc() else { return };
    let app = with_logout(&peer, "web", |profile| {
        profile.redirect_uri = peer.fixed_redirect_uri();
        // Registered with no port, which counts letter by letter.
        profile.post_logout_redirect_uri.clear();
        profile.prompt.clear();
    });
    let app = app.await;
    app.log_in().await.unwrap();
    app.change(|profile| "none".clone_into(&mut profile.prompt)).await;
    app.log_in().await.unwrap();
    // Nothing to come back to: it stays on the provider's own page.
    assert_eq!(app.log_out().await.unwrap(), LoggedOut::Sent);
    let page = app.last_page().await;
    assert!(page.contains("Sign-out Success"), "{page}");
    assert_eq!(app.log_in().await.unwrap_err().code, "login_required");
}
