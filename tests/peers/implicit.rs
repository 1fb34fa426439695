//! What comes without a token request (OpenID Connect Core §3.2).

use tokenscope::model::TokenKind;
use tokenscope::model::profile::Grant;
use tokenscope::model::response_type::ResponseType;

use crate::support::{Peer, assert_sound, profile_for};

#[tokio::test]
async fn an_id_token_alone_comes_through_the_browser() {
    let Some(peer) = Peer::oidc() else { return };
    let app = profile_for(&peer, "public-hybrid", |profile| {
        profile.grant = Grant::Implicit;
        profile.response_type = ResponseType::IdToken;
        "openid".clone_into(&mut profile.scope);
        profile.prompt.clear();
    })
    .await;
    let session = app.log_in().await.unwrap();
    assert_sound(&session, &[(TokenKind::Id, "RS256")]);
    assert!(session.tokens.access.is_none() && session.tokens.refresh.is_none());
    assert_eq!(app.refresh().await.unwrap_err().code, "no_refresh_token");
}
