//! ERP.net: the trusted app with its hybrid login, and the interactive app with its HTTPS callback.

use super::expect::{all_valid, both_new};
use super::guide::{Failed, Guide};
use crate::engine::Question;
use crate::model::TokenKind;

/// The trusted app: the main job, and the endpoints beside the token endpoint.
pub(super) async fn trusted(guide: &mut Guide<'_>) -> Result<(), Failed> {
    main_job(guide).await?;
    let changed = guide.change_profile(|profile| {
        "http://localhost:0/signout-callback".clone_into(&mut profile.post_logout_redirect_uri);
    });
    if let Err(why) = changed.await {
        return guide.note("log out", Err(why));
    }
    guide.logged_in("log in again").await?;
    guide
        .provider_says("userinfo", Question::Userinfo, ("sub", "\"admin\""))
        .await?;
    let of_access = Question::Introspection(TokenKind::Access);
    guide
        .provider_says("introspection", of_access, ("active", "true"))
        .await?;
    guide.log_out("log out").await?;
    guide.revoke("revoke the refresh token", TokenKind::Refresh).await?;
    let of_refresh = Question::Introspection(TokenKind::Refresh);
    guide
        .provider_says("introspection after that", of_refresh, ("active", "false"))
        .await?;
    Ok(())
}

/// The interactive app: the main job, and the callback that its documentation registers.
pub(super) async fn interactive(guide: &mut Guide<'_>) -> Result<(), Failed> {
    main_job(guide).await?;
    let changed =
        guide.change_profile(|profile| "https://localhost:0/signin-callback".clone_into(&mut profile.redirect_uri));
    let changed = changed.await;
    if changed.is_err() {
        return guide.note("HTTPS callback", changed.map(|()| String::new()));
    }
    guide.logged_in("log in, HTTPS callback").await?;
    guide.api_answers("call the API again", 200).await?;
    Ok(())
}

async fn main_job(guide: &mut Guide<'_>) -> Result<(), Failed> {
    let first = guide.logged_in("log in").await?;
    guide.note("signatures and hashes", all_valid(&first))?;
    guide.api_answers("call the API", 200).await?;
    let second = guide.refreshed("refresh", |after| both_new(&first, after)).await?;
    guide.note("signatures after the refresh", all_valid(&second))?;
    guide.api_answers("call the API with the new token", 200).await?;
    guide.spent_token_is_refused(&first).await?;
    guide
        .refresh_is_refused("its reuse ends the session", "the whole family is revoked")
        .await
}
