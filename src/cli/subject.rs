//! The profiles that a login goes through: where a token is exchanged (RFC 8693), another profile's token comes first.

use super::args::LoginArgs;
use super::outcome::Stop;
use super::slug;
use crate::engine::{Engine, Failure};
use crate::model::profile::Grant;
use crate::model::{Profile, Slug};

/// The profile that the arguments name, and after it those that have to be logged in to before: each exchanges the token of
/// the one that follows. A token that is given needs none of them.
pub(super) async fn with_subjects(engine: &Engine, args: &LoginArgs) -> Result<Vec<Profile>, Stop> {
    let mut profiles: Vec<Profile> = Vec::new();
    let mut next = Some(slug(&args.profile)?);
    while let Some(slug) = next {
        if profiles.iter().any(|profile| profile.slug == slug) {
            return Err(Failure::local(
                "invalid_profile",
                format!("“{slug}” would exchange a token of its own, and has none before it is logged in"),
                "Fill in another profile at “Exchange the token of”",
            )
            .into());
        }
        let profile = engine.profile(&slug).await?;
        next = if args.subject_token_file.is_some() {
            None
        } else {
            subject_of(&profile)?
        };
        profiles.push(profile);
    }
    Ok(profiles)
}

/// Whose token a profile exchanges.
fn subject_of(profile: &Profile) -> Result<Option<Slug>, Stop> {
    if profile.grant != Grant::TokenExchange {
        return Ok(None);
    }
    match profile.subject_profile.trim() {
        "" => Err(Failure::local(
            "no_subject_token",
            "There is no token to exchange",
            "Give it with --subject-token-file, or fill in “Exchange the token of” in the profile",
        )
        .into()),
        subject => slug(subject).map(Some),
    }
}

/// The failure of a login that comes before the one to `profile`: it says whose it is.
pub(super) fn failed_before(stop: Stop, subject: &Slug, profile: &str) -> Stop {
    let mut failure = match stop {
        Stop::Failure(failure) => failure,
        // Those steps are another profile's.
        Stop::AtStep(both) => both.0,
        Stop::Output(error) => return Stop::Output(error),
    };
    failure.message = format!("“{subject}”: {}", failure.message);
    if failure.code == "no_client_secret" {
        failure.hint = format!(
            "Hand its token on: tokenscope token {subject} --secret-file FILE | tokenscope login {profile} \
             --subject-token-file -"
        );
    }
    Stop::Failure(failure)
}
