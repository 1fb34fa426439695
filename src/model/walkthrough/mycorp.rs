//! `MyCorp-Auth`: ten steps to a refresh token.

use super::facts::{Call, Facts, Held, Problem, Progress, Refresh};
use super::{Stage, Verdict, failed, passed, pending, skipped, stage};
use crate::model::lifetime::{ExpiresFrom, relative, span};
use crate::model::profile::Profile;
use crate::model::roles::{NO_ROLES, Roles};
use crate::model::skew::{notable, skew_words};
use crate::model::token::TokenKind;
use crate::model::verify::SignatureStatus;

/// The scope word that yields a refresh token.
const REFRESH_SCOPE: &str = "refresh_token";

/// The ten steps.
pub(super) fn stages(facts: &Facts<'_>) -> Vec<Stage> {
    vec![
        stage("1", "Prepare the login request", prepared(facts)),
        stage("2", "Scope holds refresh_token", scope(facts)),
        stage("3", "Clock in sync", clock(facts)),
        stage("4", "Send the request", sent(facts)),
        stage("5", "Read the response", response(facts)),
        stage("6", "Store the refresh token", stored(facts)),
        stage(
            "7",
            "Verify the signature",
            held_or(facts, |held| signature(facts.profile, held)),
        ),
        stage(
            "8",
            "Roles from LDAP groups",
            held_or(facts, |held| roles(facts.profile, held)),
        ),
        stage("9", "Try the access token", held_or(facts, |held| api(facts, held))),
        stage(
            "10",
            "Refresh before it expires",
            held_or(facts, |held| refresh(facts, held)),
        ),
    ]
}

/// What can only be told of tokens.
fn held_or(facts: &Facts<'_>, verdict: impl FnOnce(&Held<'_>) -> Verdict) -> Verdict {
    match &facts.progress {
        Progress::LoggedIn(held) => verdict(held),
        Progress::Failed { .. } => skipped("There are no tokens"),
        _ => pending(""),
    }
}

fn prepared(facts: &Facts<'_>) -> Verdict {
    match &facts.progress {
        Progress::Idle | Progress::Preparing => pending(""),
        Progress::Failed {
            was_sent: false,
            problem,
        } => failed(problem.words()),
        _ => passed(format!(
            "POST {} as JSON: username, password, client_id, scope",
            facts.profile.token_endpoint
        )),
    }
}

/// It can be told before anything is sent.
fn scope(facts: &Facts<'_>) -> Verdict {
    if facts.profile.scopes().any(|word| word == REFRESH_SCOPE) {
        return passed(facts.profile.scope.clone());
    }
    match &facts.progress {
        Progress::LoggedIn(held) if held.tokens.refresh.is_some() => {
            passed("The server gave a refresh token without that word")
        }
        _ => failed("Without the word refresh_token there is no refresh token. Add it to the scope in the profile"),
    }
}

fn clock(facts: &Facts<'_>) -> Verdict {
    let (skew_s, status) = match &facts.progress {
        Progress::LoggedIn(held) => {
            let refused = held.calls.last.as_ref().is_some_and(Call::is_refused);
            (held.server_time.skew_s, refused.then_some(401))
        }
        Progress::Failed { problem, .. } => (skew_of(problem), problem.http_status),
        _ => return pending("Known from the answer's Date header"),
    };
    match (notable(skew_s), skew_s) {
        (Some(skew_s), _) if status == Some(401) => failed(format!(
            "{}: the likely cause of the 401. Set it by NTP",
            skew_words(skew_s)
        )),
        (Some(skew_s), _) => failed(format!("{}. Set it by NTP", skew_words(skew_s))),
        (None, Some(_)) => passed("Within a few seconds of the server's"),
        (None, None) => skipped("No answer with a Date header came"),
    }
}

#[expect(clippy::cast_precision_loss, reason = "no two clocks are that far apart")]
fn skew_of(problem: &Problem) -> Option<f64> {
    problem.clock_skew_s.map(|skew_s| skew_s as f64)
}

fn sent(facts: &Facts<'_>) -> Verdict {
    match &facts.progress {
        Progress::Idle | Progress::Preparing => pending(""),
        Progress::Sent => pending("Waiting for the answer"),
        Progress::Answered | Progress::LoggedIn(_) => passed("The server answered"),
        Progress::Failed { was_sent: false, .. } => skipped("Nothing was sent"),
        Progress::Failed { problem, .. } => match problem.http_status {
            Some(status @ 200..=299) => passed(format!("The server answered {status}")),
            _ => failed(problem.words()),
        },
    }
}

fn response(facts: &Facts<'_>) -> Verdict {
    let held = match &facts.progress {
        Progress::LoggedIn(held) => held,
        Progress::Failed { problem, .. } => {
            return match problem.http_status {
                Some(200..=299) => failed(problem.words()),
                _ => skipped("There are no tokens"),
            };
        }
        _ => return pending(""),
    };
    let tokens = held.tokens;
    let mut found = Vec::new();
    if let Some(access) = &tokens.access {
        found.push("access_token".to_owned());
        let promised = matches!(access.lifetime.from, ExpiresFrom::ExpiresIn | ExpiresFrom::Both);
        match access.lifetime.lifetime_s() {
            Some(lifetime_s) if promised => found.push(format!("expires_in ({})", span(lifetime_s))),
            _ => {}
        }
    }
    if let Some(token_type) = &tokens.token_type {
        found.push(format!("token_type {token_type}"));
    }
    if tokens.refresh.is_none() {
        return failed(format!("{}, and no refresh_token", found.join(", ")));
    }
    found.insert(1, "refresh_token".to_owned());
    passed(found.join(", "))
}

fn stored(facts: &Facts<'_>) -> Verdict {
    held_or(facts, |held| match &held.tokens.refresh {
        Some(_) => passed("Kept in memory only, gone with the program, never logged"),
        None => skipped("There is none"),
    })
}

fn signature(profile: &Profile, held: &Held<'_>) -> Verdict {
    let verdict = held.signatures.iter().find(|(kind, _)| *kind == TokenKind::Access);
    let Some((_, signature)) = verdict else {
        return skipped("There is no access token to verify");
    };
    let name = profile.verification_key_id.trim();
    match (signature.status, signature.kid.as_deref()) {
        (SignatureStatus::Valid, Some(kid)) if kid == name => passed(format!(
            "{}, kid {kid}: the configured key",
            alg(signature.alg.as_deref())
        )),
        (SignatureStatus::Valid, Some(kid)) if !name.is_empty() => passed(format!(
            "{}, made with the configured key {name}, but the token calls it {kid}",
            alg(signature.alg.as_deref())
        )),
        (SignatureStatus::Valid, _) => passed(signature.reason.clone()),
        (SignatureStatus::Invalid, Some(kid)) if !name.is_empty() && kid != name => failed(format!(
            "{}. The token names the key {kid}, the profile has {name}",
            signature.reason
        )),
        (SignatureStatus::Invalid, _) => failed(signature.reason.clone()),
        (SignatureStatus::Unverified, _) if profile.verification_key.trim().is_empty() => skipped(format!(
            "{}. Paste the public key {name} into the profile",
            signature.reason
        )),
        _ => skipped(signature.reason.clone()),
    }
}

fn alg(alg: Option<&str>) -> &str {
    alg.unwrap_or("no alg")
}

fn roles(profile: &Profile, held: &Held<'_>) -> Verdict {
    let Some(access) = &held.tokens.access else {
        return skipped("There is no access token");
    };
    match Roles::of(access) {
        Roles::Named(roles) => passed(roles.join(", ")),
        Roles::Empty => failed(NO_ROLES),
        Roles::Absent if profile.template.as_deref() == Some("mycorp-auth") => failed(NO_ROLES),
        Roles::Absent => skipped("The access token has no claim roles"),
        Roles::Unreadable => skipped("The access token is opaque: only the API knows"),
    }
}

fn api(facts: &Facts<'_>, held: &Held<'_>) -> Verdict {
    let api_url = facts.profile.api_url.trim();
    let Some(call) = &held.calls.last else {
        return if api_url.is_empty() {
            skipped("The profile names no API to try")
        } else {
            pending(format!("GET {api_url}"))
        };
    };
    let answered = format!("GET {api_url} answered {}", call.words());
    match &call.result {
        Ok(200..=299) => passed(answered),
        Err(why) => failed(why.clone()),
        Ok(_) if call.generation < held.generation => pending(format!("{answered}. Try the new token")),
        Ok(401) => {
            let cause = match held.skew_s() {
                Some(skew_s) => format!(". {}: the likely cause", skew_words(skew_s)),
                None if held.is_expired(facts.now) => ". The access token has expired: refresh it".to_owned(),
                None => String::new(),
            };
            failed(format!("{answered}{cause}"))
        }
        Ok(_) => failed(answered),
    }
}

fn refresh(facts: &Facts<'_>, held: &Held<'_>) -> Verdict {
    match held.refresh {
        Some(Refresh::Failed(problem)) => return failed(problem.words()),
        Some(Refresh::Done { was_expired }) if !held.is_expired(facts.now) => {
            let token = if held.tokens.refresh_rotated {
                "new refresh token"
            } else {
                "the refresh token stays"
            };
            let late = if *was_expired { ", after it had expired" } else { "" };
            return passed(format!("Generation {}{late}, {token}", held.generation));
        }
        _ => {}
    }
    if held.tokens.refresh.is_none() {
        return skipped("There is no refresh token");
    }
    let server_now = held.server_now(facts.now);
    let expires_at = held
        .tokens
        .access
        .as_ref()
        .and_then(|access| access.lifetime.expires_at);
    match expires_at {
        Some(at) if at > server_now => pending(format!("It expires {}", relative(at, server_now))),
        Some(at) => failed(format!("It expired {}. Refresh now", relative(at, server_now))),
        None => pending("Nobody said when it expires"),
    }
}
