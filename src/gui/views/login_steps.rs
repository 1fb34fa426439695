//! The steps of a login, by its grant, and how far each is.

use egui::Ui;
use jiff::Timestamp;

use crate::gui::item::Item;
use crate::gui::login_progress::Login;
use crate::gui::state::State;
use crate::gui::widgets::{Step, StepState, steps};
use crate::model::profile::Grant;
use crate::model::{Profile, lifetime};

/// Who can always sign in at the demo server.
pub(super) const DEMO_SIGN_IN: &str = "sign in there as admin with the password admin";

type Line = (StepState, &'static str, String);

/// Draws them.
pub(super) fn login_steps_ui(ui: &mut Ui, state: &State, item: &Item, login: &Login) {
    let profile = &item.profile;
    let mut lines = vec![keys(profile, login)];
    match profile.grant {
        Grant::AuthorizationCode | Grant::Implicit => browser(&mut lines, state, profile, login),
        Grant::DeviceCode => device(&mut lines, state, profile, login),
        grant => lines.push((done_or(login.checking, true), asking(grant), String::new())),
    }
    lines.push((done_or(false, login.checking), checking(profile), String::new()));
    let steps_of: Vec<Step<'_>> = lines
        .iter()
        .map(|(state, title, detail)| Step {
            state: *state,
            title,
            detail,
        })
        .collect();
    steps(ui, &steps_of);
}

/// What a login without a browser does in its one request. One with a password shows the steps of its system instead.
const fn asking(grant: Grant) -> &'static str {
    match grant {
        Grant::TokenExchange => "Exchange the token",
        Grant::JwtBearer => "Sign a statement and exchange it for tokens",
        _ => "Ask for a token for the app itself",
    }
}

fn checking(profile: &Profile) -> &'static str {
    let asks_for_id_token = profile.scopes().any(|scope| scope == "openid");
    if profile.grant.has_redirect() && (profile.response_type.has_id_token() || asks_for_id_token) {
        "Check signature, nonce and hashes"
    } else {
        "Check the signature"
    }
}

fn keys(profile: &Profile, login: &Login) -> Line {
    let title = "Get the provider's keys";
    let without = profile.jwks_uri.trim().is_empty() && profile.verification_key.trim().is_empty();
    match &login.keys {
        None if without => {
            let words = "no JWKS address · signatures stay unverified";
            (StepState::Skipped, title, words.to_owned())
        }
        None => {
            let waiting = login.url.is_some() || login.device.is_some() || login.exchanging;
            (pending_or_running(waiting), title, String::new())
        }
        Some((Ok(1), ms)) => (StepState::Passed, title, format!("1 key found in {ms:.0} ms")),
        Some((Ok(count), ms)) => (StepState::Passed, title, format!("{count} keys found in {ms:.0} ms")),
        Some((Err(why), _)) => {
            let words = format!("{why} · signatures stay unverified");
            (StepState::Skipped, title, words)
        }
    }
}

fn browser(lines: &mut Vec<Line>, state: &State, profile: &Profile, login: &Login) {
    lines.push(match (&login.paste_only, &login.listening) {
        (Some(_), _) => {
            let words = "nothing can listen there: paste the address above";
            (StepState::Skipped, "Listening for the callback", words.to_owned())
        }
        (None, Some(address)) => {
            let words = format!("{address}, this machine only");
            (StepState::Passed, "Listening for the callback", words)
        }
        (None, None) => (StepState::Running, "Listening for the callback", String::new()),
    });
    if profile.pushed_authorization_request || login.pushed {
        let words = if login.pushed {
            "the browser carries a reference only"
        } else {
            ""
        };
        let done = done_or(login.pushed, login.listening.is_some());
        lines.push((done, "Push the request to the provider", words.to_owned()));
    }
    let (opened, detail) = match &login.browser {
        None => (
            pending_or_running(login.listening.is_some() && (login.pushed || !profile.pushed_authorization_request)),
            String::new(),
        ),
        Some(Ok(())) if profile.uses_demo() => (StepState::Passed, DEMO_SIGN_IN.to_owned()),
        Some(Ok(())) => (StepState::Passed, "sign in there".to_owned()),
        Some(Err(why)) => {
            let place = if login.paste_only.is_some() { "above" } else { "below" };
            let words = format!("{why} · open the address {place} yourself");
            (StepState::Failed, words)
        }
    };
    lines.push((opened, "Browser opened", detail));
    lines.push(waiting(state, login));
    let response_type = profile.response_type;
    if response_type.has_code() {
        let title = if response_type.has_token() || response_type.has_id_token() {
            "Exchange the code for the other tokens"
        } else {
            "Exchange the code for tokens"
        };
        lines.push((done_or(login.checking, login.called_back), title, String::new()));
    }
}

fn waiting(state: &State, login: &Login) -> Line {
    let waiting = match (login.called_back, login.url.is_some()) {
        (true, _) => StepState::Passed,
        (false, true) => StepState::Running,
        (false, false) => StepState::Pending,
    };
    let deadline = login.deadline.filter(|_| waiting == StepState::Running);
    let left = deadline.map(|until| left(state, until));
    let stray = login.stray.clone().filter(|_| !login.called_back);
    let words: Vec<String> = left.into_iter().chain(stray).collect();
    (waiting, "Waiting for the callback", words.join(" · "))
}

fn left(state: &State, until: Timestamp) -> String {
    format!("{} left", lifetime::countdown(until.duration_since(state.now)))
}

fn device(lines: &mut Vec<Line>, state: &State, profile: &Profile, login: &Login) {
    let has_code = login.device.is_some();
    let opened = match &login.browser {
        None => "",
        Some(Ok(())) => "its page was opened in the browser of this machine too",
        Some(Err(_)) => "no browser opened here: use another device",
    };
    lines.push((
        done_or(has_code, true),
        "Get a code for the other device",
        opened.to_owned(),
    ));
    let mut words = Vec::new();
    if has_code && !login.checking {
        words.extend(login.deadline.map(|until| left(state, until)));
        match &login.polled {
            Some((times, said)) => words.push(format!("asked {times} ×, the provider says: {}", spoken(said))),
            None if profile.uses_demo() => words.push(DEMO_SIGN_IN.to_owned()),
            None => {}
        }
    }
    let title = "Waiting for you on the other device";
    lines.push((done_or(login.checking, has_code), title, words.join(" · ")));
}

/// What the token endpoint said, for people (RFC 8628 §3.5).
fn spoken(said: &str) -> String {
    match said {
        "authorization_pending" => "not signed in yet (authorization_pending)".to_owned(),
        "slow_down" => "ask less often (slow_down)".to_owned(),
        said => said.to_owned(),
    }
}

const fn done_or(done: bool, running: bool) -> StepState {
    if done {
        StepState::Passed
    } else {
        pending_or_running(running)
    }
}

const fn pending_or_running(running: bool) -> StepState {
    if running {
        StepState::Running
    } else {
        StepState::Pending
    }
}
