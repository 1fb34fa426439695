//! Plain OAuth 2.0: access tokens of 15 minutes, refresh tokens of a day, and a refresh without a client id.

use super::expect::{both_new, checks_passed};
use super::guide::{Failed, Guide};

const MINUTE_S: i64 = 60;
const DAY_S: i64 = 86_400;

/// The system.
pub(super) async fn tour(guide: &mut Guide<'_>) -> Result<(), Failed> {
    let first = guide.logged_in("log in").await?;
    guide.note("checks", checks_passed(&first))?;
    guide.api_answers("call the API", 200).await?;
    guide.wait_s(15 * MINUTE_S);
    guide.api_answers("call the API after 15 minutes", 401).await?;
    let second = guide
        .refreshed("refresh without client_id", |after| both_new(&first, after))
        .await?;
    guide.api_answers("call the API with the new token", 200).await?;
    guide.spent_token_is_refused(&first).await?;
    guide
        .refresh_is_refused("its reuse ends the session", "the whole family is revoked")
        .await?;
    drop(second);
    guide.logged_in("log in again").await?;
    guide.wait_s(DAY_S);
    guide
        .refresh_is_refused("refresh after a day is refused", "the refresh token has ended")
        .await?;
    guide.logged_in("log in after that").await?;
    guide.api_answers("call the API after that", 200).await?;
    Ok(())
}
