//! redCORE: a password, HTTP Basic, opaque tokens, a response that is no JSON, and the steps (A) to (H).

use super::expect::{both_new, checks_passed, defects_named, refresh_token_kept, steps_are};
use super::guide::{Failed, Guide};
use crate::engine::{DemoOptions, Session};
use crate::model::jwt::Form;
use crate::model::walkthrough::StageState;

const HOUR_S: i64 = 3600;
const SKIPPED_TO_G: [(&str, StageState); 2] = [("E", StageState::Skipped), ("F", StageState::Skipped)];

/// The system.
pub(super) async fn tour(guide: &mut Guide<'_>) -> Result<(), Failed> {
    let first = guide.logged_in("log in").await?;
    guide.note(
        "the response's oddities are named",
        defects_named(&first, &["invalid_json", "null_scope"]),
    )?;
    guide.note("opaque access token", opaque(&first))?;
    guide.api_answers("call the API", 200).await?;
    guide.wait_s(HOUR_S);
    guide.api_answers("call the API after an hour", 401).await?;
    let second = guide
        .refreshed("refresh", |after| refresh_token_kept(&first, after))
        .await?;
    guide.api_answers("call the API with the new token", 200).await?;
    let steps = guide.walkthrough().and_then(|steps| steps_are(&steps, &[]));
    guide.note("steps (A) to (H)", steps)?;
    guide.wait_s(HOUR_S);
    let third = guide
        .refreshed("refresh, expiry known", |after| refresh_token_kept(&second, after))
        .await?;
    let steps = guide.walkthrough().and_then(|steps| steps_are(&steps, &SKIPPED_TO_G));
    guide.note("steps, (E) and (F) not needed", steps)?;
    let result = always_new(guide, &third).await;
    guide.engine.set_demo_options(DemoOptions::default());
    result?;
    narrower_scope(guide).await
}

fn opaque(session: &Session) -> Result<String, String> {
    match session.tokens.access.as_ref().map(|access| access.decoded.form) {
        Some(Form::Opaque) => checks_passed(session),
        _ => Err("it is not".to_owned()),
    }
}

/// The option `always_issue_new_refresh_token`.
async fn always_new(guide: &mut Guide<'_>, before: &Session) -> Result<(), Failed> {
    guide.engine.set_demo_options(DemoOptions {
        always_issue_new_refresh_token: true,
    });
    guide
        .refreshed("refresh, always_issue_new_refresh_token", |after| {
            both_new(before, after)
        })
        .await?;
    guide.spent_token_is_refused(before).await
}

async fn narrower_scope(guide: &mut Guide<'_>) -> Result<(), Failed> {
    let changed = guide.change_profile(|profile| "contacts.read".clone_into(&mut profile.refresh_scope));
    if let Err(why) = changed.await {
        return guide.note("refresh with less scope", Err(why));
    }
    guide.logged_in("log in again").await?;
    guide
        .refreshed("refresh with less scope", |after| match after.tokens.scope.as_slice() {
            [only] if only == "contacts.read" => Ok(only.clone()),
            other => Err(format!("the scope is {other:?}")),
        })
        .await?;
    Ok(())
}
