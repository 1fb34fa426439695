//! A session as JSON and as lines: the document of `login`, `refresh` and `status`. There is never a token in it.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::check_line::check_line;
use super::printer::Printer;
use crate::engine::Session;
use crate::model::lifetime::{relative, span};
use crate::model::{Token, TokenKind};

/// The document, with the steps of the profile's system where it has such.
pub(super) fn document(session: &Session, event: &str, now: Timestamp, checklist: Option<Value>) -> Value {
    let server_now = session.now(now);
    let tokens = &session.tokens;
    let mut document = json!({
        "profile": session.profile.slug,
        "generation": session.generation,
        "event": event,
        "access": tokens.access.as_ref().map(|access| token(access, server_now)),
        "id": tokens.id.as_ref().map(|id| token(id, server_now)),
        "refresh": tokens.refresh.as_ref().map(|refresh| json!({
            "fingerprint": refresh.fingerprint.to_string(),
            "rotated": tokens.refresh_rotated,
            "expires_at": refresh.lifetime.expires_at,
        })),
        "scope": tokens.scope,
        "clock_skew_s": session.server_time.skew_s,
        "latency_ms": rounded(session.latency_ms),
        "checks": session.checks,
    });
    if let Some(checklist) = checklist {
        document["checklist"] = checklist;
    }
    document
}

fn token(token: &Token, now: Timestamp) -> Value {
    json!({
        "form": token.decoded.form,
        "fingerprint": token.fingerprint.to_string(),
        "expires_at": token.lifetime.expires_at,
        "expires_from": token.lifetime.from,
        "lifetime_s": token.lifetime.lifetime_s(),
        "remaining_s": token.lifetime.remaining(now).map(|left| left.as_secs()),
    })
}

/// Tenths of a millisecond are all that a network can mean.
fn rounded(ms: f64) -> f64 {
    (ms * 10.0).round() / 10.0
}

/// The same for people.
pub(super) fn lines(session: &Session, now: Timestamp, printer: Printer) -> Vec<String> {
    let server_now = session.now(now);
    let mut lines = vec![format!(
        "{}  generation {}, {:.0} ms",
        session.profile.name, session.generation, session.latency_ms
    )];
    for kind in TokenKind::ALL {
        let Some(token) = session.tokens.get(kind) else {
            lines.push(format!("  {:<14} none", kind.label()));
            continue;
        };
        lines.push(format!(
            "  {:<14} {}",
            kind.label(),
            words(session, kind, token, server_now)
        ));
    }
    lines.push(format!("  {:<14} {}", "Scope", session.tokens.scope.join(" ")));
    let checks = session.checks.iter();
    lines.extend(checks.map(|check| format!("  {}", check_line(check, 28, printer))));
    lines
}

fn words(session: &Session, kind: TokenKind, token: &Token, now: Timestamp) -> String {
    let form = token
        .decoded
        .alg()
        .map_or_else(|| token.decoded.form.as_str().to_owned(), |alg| format!("JWT {alg}"));
    let lives = token
        .lifetime
        .lifetime_s()
        .map(|s| format!(", lives {}", span(s)))
        .unwrap_or_default();
    let ends = match token.lifetime.expires_at {
        Some(at) if at > now => format!("expires {}{lives}", relative(at, now)),
        Some(at) => format!("expired {}{lives}", relative(at, now)),
        None => "end unknown".to_owned(),
    };
    let rotated = match (kind, session.tokens.refresh_rotated) {
        (TokenKind::Refresh, true) if session.generation > 1 => ", rotated",
        (TokenKind::Refresh, false) => ", kept",
        _ => "",
    };
    format!("{form}, {ends}{rotated}, {}", token.fingerprint)
}
