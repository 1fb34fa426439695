//! redCORE: the steps (A) to (H) of its diagram, which is that of RFC 6749 §1.5.

use super::facts::{Call, Facts, Held, Progress, Refresh};
use super::{Stage, Verdict, failed, passed, pending, skipped, stage};
use crate::model::lifetime::{relative, span};
use crate::model::profile::{ClientAuthentication, Profile};
use crate::model::token::Token;

/// The eight steps.
pub(super) fn stages(facts: &Facts<'_>) -> Vec<Stage> {
    let later = match &facts.progress {
        Progress::LoggedIn(held) => after_login(facts, held),
        Progress::Failed { .. } => Later::all(&skipped("There are no tokens")),
        _ => Later::all(&pending("")),
    };
    vec![
        stage("A", "Ask for a token with a grant", asked(facts)),
        stage("B", "Access and refresh token come", came(facts)),
        stage("C", "Call the API with the access token", later.called),
        stage("D", "The API serves the request", later.served),
        stage("E", "Call it again until the token expires", later.called_again),
        stage("F", "The API answers: invalid token", later.refused),
        stage("G", "Ask with the refresh token", later.asked_again),
        stage("H", "A new access token comes", later.renewed),
    ]
}

/// (C) to (H): what depends on the tokens.
struct Later {
    called: Verdict,
    served: Verdict,
    called_again: Verdict,
    refused: Verdict,
    asked_again: Verdict,
    renewed: Verdict,
}

impl Later {
    fn all(verdict: &Verdict) -> Self {
        let verdict = || verdict.clone();
        Self {
            called: verdict(),
            served: verdict(),
            called_again: verdict(),
            refused: verdict(),
            asked_again: verdict(),
            renewed: verdict(),
        }
    }
}

fn asked(facts: &Facts<'_>) -> Verdict {
    match &facts.progress {
        Progress::Idle | Progress::Preparing => pending(""),
        Progress::Failed {
            was_sent: false,
            problem,
        } => failed(problem.words()),
        _ => {
            let profile = facts.profile;
            let grant_type = profile.grant.grant_type().unwrap_or_default();
            let client = client(profile, profile.client_authentication);
            passed(format!("grant_type={grant_type}, {client}"))
        }
    }
}

/// `client redcore-client by HTTP Basic`.
fn client(profile: &Profile, authentication: ClientAuthentication) -> String {
    let how = match authentication {
        ClientAuthentication::None => "without a secret",
        ClientAuthentication::Omitted => return "without the client's name".to_owned(),
        ClientAuthentication::ClientSecretPost => "with its secret in the body",
        ClientAuthentication::ClientSecretBasic | ClientAuthentication::ClientSecretBasicRaw => "by HTTP Basic",
        ClientAuthentication::ClientSecretJwt | ClientAuthentication::PrivateKeyJwt => "by a signed statement",
        ClientAuthentication::TlsClientAuth => "by its certificate",
    };
    format!("client {} {how}", profile.client_id)
}

fn came(facts: &Facts<'_>) -> Verdict {
    let held = match &facts.progress {
        Progress::LoggedIn(held) => held,
        Progress::Failed {
            was_sent: true,
            problem,
        } => return failed(problem.words()),
        Progress::Failed { .. } => return skipped("Nothing was sent"),
        Progress::Sent => return pending("Waiting for the answer"),
        _ => return pending(""),
    };
    let lives = |token: &Token| {
        let lifetime_s = token.lifetime.lifetime_s();
        lifetime_s.map_or_else(String::new, |s| format!(" that lives {}", span(s)))
    };
    let form = |token: &Token| token.decoded.alg().map_or("opaque", |_| "JWT");
    match (&held.tokens.access, &held.tokens.refresh) {
        (Some(access), Some(_)) => passed(format!(
            "{} access token{}, and a refresh token",
            form(access),
            lives(access)
        )),
        (Some(access), None) => failed(format!("An access token{}, and no refresh token", lives(access))),
        (None, _) => failed("No access token"),
    }
}

fn after_login(facts: &Facts<'_>, held: &Held<'_>) -> Later {
    let (called, served) = first_call(facts, held);
    let (called_again, refused) = until_it_expires(facts, held);
    let (asked_again, renewed) = refreshed(facts, held);
    Later {
        called,
        served,
        called_again,
        refused,
        asked_again,
        renewed,
    }
}

fn first_call(facts: &Facts<'_>, held: &Held<'_>) -> (Verdict, Verdict) {
    let api_url = facts.profile.api_url.trim();
    let Some(last) = &held.calls.last else {
        return if api_url.is_empty() {
            let none = skipped("The profile names no API to try");
            (none.clone(), none)
        } else {
            (pending(format!("GET {api_url}")), pending(""))
        };
    };
    let called = passed(format!("GET {api_url}"));
    let served = match &held.calls.good {
        Some(good) => passed(format!("It answered {}", good.words())),
        None if last.result.is_ok() => failed(format!("It answered {}", last.words())),
        None => failed(last.words()),
    };
    (called, served)
}

/// Whether the API has refused the access token that is held now.
fn is_refused<'a>(held: &Held<'a>) -> Option<&'a Call> {
    held.calls
        .refused
        .as_ref()
        .filter(|call| call.generation == held.generation)
}

/// (E) and (F): the client learns from the API that the token expired, unless it knows by the clock.
fn until_it_expires(facts: &Facts<'_>, held: &Held<'_>) -> (Verdict, Verdict) {
    let learnt = |call: &Call| {
        (
            passed(format!("Called with the token of generation {}", call.generation)),
            passed(call.words()),
        )
    };
    let both = |verdict: Verdict| (verdict.clone(), verdict);
    if let Some(call) = is_refused(held) {
        return learnt(call);
    }
    let server_now = held.server_now(facts.now);
    let expires_at = held
        .tokens
        .access
        .as_ref()
        .and_then(|access| access.lifetime.expires_at);
    if let Some(at) = expires_at.filter(|_| held.is_expired(facts.now)) {
        let when = relative(at, server_now);
        return both(skipped(format!(
            "The client knows that the token expired {when}: it goes to (G)"
        )));
    }
    let refused_before = held.calls.refused.as_ref();
    match (held.refresh, refused_before) {
        (Some(Refresh::Done { .. }), Some(call)) if call.generation + 1 == held.generation => learnt(call),
        (Some(Refresh::Done { was_expired: true }), _) => {
            both(skipped("The client knew that the token had expired: it went to (G)"))
        }
        (Some(Refresh::Done { was_expired: false }), _) => both(skipped("The token was refreshed before it expired")),
        _ => {
            let when = expires_at.map_or_else(
                || "Nobody said when it expires".to_owned(),
                |at| format!("It expires {}", relative(at, server_now)),
            );
            (pending(when), pending(""))
        }
    }
}

fn refreshed(facts: &Facts<'_>, held: &Held<'_>) -> (Verdict, Verdict) {
    if held.tokens.refresh.is_none() {
        let none = skipped("There is no refresh token");
        return (none.clone(), none);
    }
    let asked = || {
        let client = client(facts.profile, facts.profile.authentication_of_refresh());
        passed(format!("grant_type=refresh_token, {client}"))
    };
    let is_due = is_refused(held).is_some() || held.is_expired(facts.now);
    match held.refresh {
        Some(Refresh::Failed(problem)) => (asked(), failed(problem.words())),
        Some(Refresh::Done { .. }) if !is_due => {
            let token = if held.tokens.refresh_rotated {
                "and a new refresh token"
            } else {
                "no new refresh token: kept the old one"
            };
            (asked(), passed(format!("Generation {}, {token}", held.generation)))
        }
        _ if is_due => (pending("Refresh now"), pending("")),
        _ => (pending(""), pending("")),
    }
}
