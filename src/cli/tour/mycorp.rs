//! MyCorp-Auth: ten steps to a refresh token, and what goes wrong on the way.

use std::time::Instant;

use super::expect::{all_valid, both_new, steps_are};
use super::guide::{Failed, Guide};
use crate::engine::Given;
use crate::model::roles::{NO_ROLES, Roles};
use crate::model::walkthrough::StageState;

/// Somebody in no LDAP group.
const WITHOUT_GROUPS: &str = "m.petrova";

/// The system.
pub(super) async fn tour(guide: &mut Guide<'_>) -> Result<(), Failed> {
    let first = guide.logged_in("log in").await?;
    guide.note("verified with the configured key", all_valid(&first))?;
    let roles = match first.tokens.access.as_ref().map(Roles::of) {
        Some(Roles::Named(roles)) => Ok(roles.join(", ")),
        _ => Err("there are none".to_owned()),
    };
    guide.note("roles from LDAP groups", roles)?;
    guide.api_answers("call the API", 200).await?;
    let second = guide
        .refreshed("refresh as JSON", |after| both_new(&first, after))
        .await?;
    guide.note("signatures after the refresh", all_valid(&second))?;
    guide.api_answers("call the API with the new token", 200).await?;
    let steps = guide.walkthrough().and_then(|steps| steps_are(&steps, &[]));
    guide.note("ten steps", steps)?;
    guide.spent_token_is_refused(&first).await?;
    guide
        .refresh_is_refused("its reuse ends the session", "the whole family is revoked")
        .await?;
    without_groups(guide).await?;
    without_scope(guide).await
}

async fn without_groups(guide: &mut Guide<'_>) -> Result<(), Failed> {
    let started = Instant::now();
    let given = Given {
        username: Some(WITHOUT_GROUPS.to_owned()),
        ..Given::default()
    };
    let result = guide.log_in(given).await.and_then(|session| {
        let check = session.checks.iter().find(|check| check.id == "token.roles");
        match check {
            Some(check) if check.message == NO_ROLES => Ok(check.message.to_string()),
            Some(check) => Err(check.message.to_string()),
            None => Err("the roles were not looked at".to_owned()),
        }
    });
    guide.row("a user in no LDAP group", started, result, Clone::clone)?;
    Ok(())
}

async fn without_scope(guide: &mut Guide<'_>) -> Result<(), Failed> {
    let started = Instant::now();
    let changed = guide
        .change_profile(|profile| "openid profile".clone_into(&mut profile.scope))
        .await;
    let session = match changed {
        Ok(()) => guide.log_in(Given::default()).await,
        Err(why) => Err(why),
    };
    let result = session.and_then(|session| match session.tokens.refresh {
        None => Ok("no refresh token".to_owned()),
        Some(_) => Err("there is a refresh token".to_owned()),
    });
    guide.row("scope without refresh_token", started, result, Clone::clone)?;
    let missing = [
        ("2", StageState::Failed),
        ("5", StageState::Failed),
        ("6", StageState::Skipped),
        ("9", StageState::Pending),
        ("10", StageState::Skipped),
    ];
    let steps = guide.walkthrough().and_then(|steps| steps_are(&steps, &missing));
    guide.note("ten steps without it", steps)
}
