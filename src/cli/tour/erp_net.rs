//! ERP.net: the trusted app with its hybrid login, and the interactive app with its HTTPS callback.

use super::expect::{all_valid, both_new};
use super::guide::{Failed, Guide};

/// The trusted app.
pub(super) async fn trusted(guide: &mut Guide<'_>) -> Result<(), Failed> {
    main_job(guide).await
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
