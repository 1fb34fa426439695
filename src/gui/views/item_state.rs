//! A profile's state in one sign, a word and a line: for the sidebar and the palette.

use crate::engine::OperationKind;
use crate::gui::item::Item;
use crate::gui::login_progress::Login;
use crate::gui::state::State;
use crate::gui::theme::{Tone, icon};
use crate::model::profile::Grant;
use crate::model::{Profile, TokenKind, lifetime};

/// What the list shows of a profile.
pub(super) struct ItemState {
    pub(super) tone: Tone,
    /// An icon; with `filled`, one of `icon::filled`.
    pub(super) sign: &'static str,
    pub(super) filled: bool,
    /// At the right: a countdown or a word.
    pub(super) short: String,
    /// Below the name.
    pub(super) line: String,
    /// Whether its connection protects nothing.
    pub(super) is_insecure: bool,
}

/// Below this share of its life a token is about to expire.
pub(super) const ABOUT_TO_EXPIRE: f32 = 0.1;

pub(super) fn item_state(state: &State, item: &Item) -> ItemState {
    let new = |tone, sign, filled, short: &str, line: String| ItemState {
        tone,
        sign,
        filled,
        short: short.to_owned(),
        line,
        is_insecure: item.profile.insecure,
    };
    if let Some(operation) = &item.operation {
        let line = match operation.kind {
            OperationKind::Login => login_line(&item.profile, &operation.login),
            OperationKind::Refresh => "refreshing…",
            OperationKind::ApiCall => "calling the API",
            OperationKind::Store | OperationKind::Discovery | OperationKind::Inspection | OperationKind::Demo => {
                "working"
            }
            OperationKind::Question => "asking the provider",
            OperationKind::Revocation => "revoking a token",
            OperationKind::Logout => "logging out",
        };
        return new(Tone::Accent, icon::HOURGLASS, false, "…", line.to_owned());
    }
    let code = item.failure.as_ref().map(|failed| failed.failure.code.as_str());
    let is_revoked = |kind| {
        item.session
            .as_ref()
            .is_some_and(|session| session.revoked.contains(&kind))
    };
    if is_revoked(TokenKind::Refresh) {
        let line = "refresh token revoked · log in again".to_owned();
        return new(Tone::Bad, icon::PROHIBIT, false, "revoked", line);
    }
    if item.is_over() {
        let line = format!("{} · log in again", code.unwrap_or("session over"));
        return new(Tone::Bad, icon::filled::TRIANGLE, true, "failed", line);
    }
    let Some(session) = &item.session else {
        return match code {
            Some(code) => new(Tone::Bad, icon::filled::TRIANGLE, true, "failed", code.to_owned()),
            None => new(Tone::Neutral, icon::CIRCLE, false, "", "not logged in".to_owned()),
        };
    };
    if is_revoked(TokenKind::Access) {
        let line = if session.tokens.refresh.is_some() {
            "access token revoked · refresh"
        } else {
            "access token revoked · log in again"
        };
        return new(Tone::Warn, icon::PROHIBIT, false, "revoked", line.to_owned());
    }
    let now = session.now(state.now);
    let access = session.tokens.access.as_ref();
    // A login may have been for an ID token alone.
    let counted = access.or(session.tokens.id.as_ref());
    let who = session
        .tokens
        .get(TokenKind::Id)
        .into_iter()
        .chain(access)
        .find_map(|token| token.decoded.payload.get_str("sub"));
    let what = item.profile.way();
    let line = who.map_or_else(|| what.to_owned(), |who| format!("{what} · {who}"));
    match counted.and_then(|token| token.lifetime.remaining(now)) {
        None => new(Tone::Ok, icon::filled::CIRCLE, true, "", line),
        Some(left) if !left.is_positive() => {
            let line = match (access, &session.tokens.refresh) {
                (None, _) => "ID token expired · log in again",
                (_, Some(_)) => "access token expired · refresh",
                (_, None) => "access token expired · log in again",
            };
            new(Tone::Warn, icon::CLOCK, false, "expired", line.to_owned())
        }
        Some(left) => {
            let short = lifetime::countdown_short(left);
            let fraction = counted.and_then(|token| token.lifetime.fraction_left(now));
            if fraction.unwrap_or(1.0) < ABOUT_TO_EXPIRE {
                new(Tone::Warn, icon::filled::CIRCLE_HALF, true, &short, line)
            } else {
                new(Tone::Ok, icon::filled::CIRCLE, true, &short, line)
            }
        }
    }
}

impl ItemState {
    /// What a screen reader says.
    pub(super) fn spoken(&self) -> String {
        let tone = match self.tone {
            Tone::Ok => "valid",
            Tone::Warn => "attention",
            Tone::Bad => "failed",
            Tone::Accent => "busy",
            Tone::Neutral => "idle",
        };
        let insecure = if self.is_insecure { ", insecure" } else { "" };
        format!("{tone}, {}{insecure}", self.line)
    }
}

fn login_line(profile: &Profile, login: &Login) -> &'static str {
    match profile.grant {
        Grant::AuthorizationCode | Grant::Implicit if !login.called_back => "waiting for the browser",
        Grant::AuthorizationCode => "exchanging the code",
        Grant::DeviceCode if !login.checking => "waiting for the other device",
        _ => "getting the tokens",
    }
}
