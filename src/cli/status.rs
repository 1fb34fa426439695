//! `tokenscope status [P]`.

use serde_json::{Value, json};

use super::args::StatusArgs;
use super::outcome::{Outcome, Status};
use super::{Context, slug};
use crate::model::history::{HistoryEntry, TokenRecord};
use crate::model::jwt::Form;
use crate::model::lifetime::relative;
use crate::model::{Clock as _, Profile};
use crate::setup::Options;
use crate::system::SystemClock;

/// Prints what is known of a profile's tokens, or of all. The tokens themselves live in the process that logged in; the
/// history knows when they end.
pub(super) async fn run(context: &Context, args: &StatusArgs) -> Outcome {
    let engine = context.engine(Options::default()).await?;
    let profiles = match &args.profile {
        Some(text) => vec![engine.profile(&slug(text)?).await?],
        None => engine.load().await?.0,
    };
    let mut documents = Vec::new();
    for profile in &profiles {
        let last = engine.last_tokens(&profile.slug).await?;
        if context.printer.json {
            documents.push(document(profile, last.as_ref()));
        } else {
            context.printer.data(&line(profile, last.as_ref()))?;
        }
    }
    if context.printer.json {
        match (args.profile.is_some(), documents.pop()) {
            (true, Some(document)) => context.printer.document(&document)?,
            (_, last) => {
                documents.extend(last);
                context.printer.document(&documents)?;
            }
        }
    }
    Ok(Status::Good)
}

fn document(profile: &Profile, last: Option<&HistoryEntry>) -> Value {
    let now = SystemClock.now();
    let token = |record: &TokenRecord| {
        json!({
            "form": form(record),
            "fingerprint": record.fingerprint.to_string(),
            "expires_at": record.expires_at,
            "expires_from": record.expires_from,
            "lifetime_s": record.lifetime_s(),
            "remaining_s": record.expires_at.map(|at| at.duration_since(now).as_secs()),
        })
    };
    json!({
        "profile": profile.slug,
        "generation": last.and_then(|entry| entry.generation),
        "event": "status",
        "in_memory": false,
        "access": last.and_then(|entry| entry.access.as_ref()).map(token),
        "id": last.and_then(|entry| entry.id_token.as_ref()).map(token),
        "refresh": last.and_then(|entry| entry.refresh.as_ref().map(|refresh| json!({
            "fingerprint": refresh.fingerprint.to_string(),
            "rotated": entry.refresh_rotated,
            "expires_at": refresh.expires_at,
        }))),
        "scope": last.map(|entry| entry.scope.clone()).unwrap_or_default(),
        "clock_skew_s": null,
        "latency_ms": last.and_then(|entry| entry.latency_ms),
        "checks": [],
    })
}

/// What the token was, as far as its record tells: an encrypted one has `enc` in its header (RFC 7516 §4.1.2).
fn form(record: &TokenRecord) -> Form {
    let is_encrypted = |header: &str| {
        let header: Value = serde_json::from_str(header).unwrap_or_default();
        header.get("enc").is_some()
    };
    match (&record.header, &record.claims) {
        (Some(header), None) if is_encrypted(header) => Form::Jwe,
        (Some(_), _) => Form::Jws,
        (None, Some(_)) => Form::Damaged,
        (None, None) => Form::Opaque,
    }
}

fn line(profile: &Profile, last: Option<&HistoryEntry>) -> String {
    let now = SystemClock.now();
    let words = match last.and_then(|entry| Some((entry, entry.access.as_ref()?))) {
        None => "not logged in".to_owned(),
        Some((entry, access)) => {
            let ends = match access.expires_at {
                Some(at) if at > now => format!("expires {}", relative(at, now)),
                Some(at) => format!("expired {}", relative(at, now)),
                None => "has no known end".to_owned(),
            };
            format!(
                "last access token {ends} (generation {}, {}); it was kept in memory only",
                entry.generation.unwrap_or(0),
                access.fingerprint
            )
        }
    };
    format!("{:<22} {words}", profile.slug.as_str())
}
