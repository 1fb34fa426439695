//! `tokenscope history P`.

use super::args::{Format, HistoryArgs};
use super::outcome::{Outcome, Status, usage};
use super::{Context, read_time, slug};
use crate::model::history::HistoryEntry;
use crate::model::lifetime::span;
use crate::setup::Options;
use crate::store::HistoryQuery;

/// Prints a profile's history, newest first.
pub(super) async fn run(context: &Context, args: &HistoryArgs) -> Outcome {
    let since = args.since.as_deref().map(read_time).transpose()?;
    let format = match args.format {
        Some(Format::Table | Format::Csv) if context.printer.json => {
            return Err(usage(
                "--json and --format ask for two different things",
                "Choose one of them",
            ));
        }
        Some(format) => format,
        None if context.printer.json => Format::Json,
        None => Format::Table,
    };
    let engine = context.engine(Options::default()).await?;
    let profile = engine.profile(&slug(&args.profile)?).await?;
    let query = HistoryQuery {
        since,
        limit: None,
        with_claims: format == Format::Json,
    };
    let entries = engine.history(&profile.slug, query).await?;
    match format {
        Format::Json => context.printer.document(&entries)?,
        Format::Csv => context.printer.data(csv(&entries)?.trim_end())?,
        Format::Table => {
            if entries.is_empty() {
                context
                    .printer
                    .tell("Nothing has happened yet. “tokenscope login” starts it");
            }
            for entry in &entries {
                context.printer.data(&line(entry))?;
            }
        }
    }
    Ok(Status::Good)
}

fn line(entry: &HistoryEntry) -> String {
    let ms = |ms: f64| format!("{ms:.0} ms");
    format!(
        "{:>5}  {}  {:<14} {:>3}  {:>8}  {:>6}  {:<8}  {}",
        entry.id,
        entry.at.strftime("%Y-%m-%d %H:%M:%S UTC"),
        entry.kind.as_str(),
        entry.generation.map(|g| g.to_string()).unwrap_or_default(),
        entry.latency_ms.map(ms).unwrap_or_default(),
        access_lives(entry).map(span).unwrap_or_default(),
        rotation(entry),
        entry.note
    )
}

fn access_lives(entry: &HistoryEntry) -> Option<i64> {
    entry.access.as_ref()?.lifetime_s()
}

const fn rotation(entry: &HistoryEntry) -> &'static str {
    match entry.refresh_rotated {
        Some(true) => "rotated",
        Some(false) => "kept",
        None => "",
    }
}

fn csv(entries: &[HistoryEntry]) -> std::io::Result<String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record([
        "id",
        "at",
        "event",
        "generation",
        "http_status",
        "latency_ms",
        "access_fingerprint",
        "access_expires_at",
        "access_lifetime_s",
        "refresh_fingerprint",
        "refresh_token",
        "scope",
        "error",
        "note",
    ])?;
    let text = |value: Option<String>| value.unwrap_or_default();
    for entry in entries {
        let access = entry.access.as_ref();
        writer.write_record([
            entry.id.to_string(),
            entry.at.to_string(),
            entry.kind.as_str().to_owned(),
            text(entry.generation.map(|g| g.to_string())),
            text(entry.http_status.map(|s| s.to_string())),
            text(entry.latency_ms.map(|ms| format!("{ms:.1}"))),
            text(access.map(|a| a.fingerprint.to_string())),
            text(access.and_then(|a| a.expires_at).map(|at| at.to_string())),
            text(access_lives(entry).map(|s| s.to_string())),
            text(entry.refresh.as_ref().map(|r| r.fingerprint.to_string())),
            rotation(entry).to_owned(),
            entry.scope.join(" "),
            text(entry.error.clone()),
            formula_safe(&entry.note),
        ])?;
    }
    let bytes = writer.into_inner().map_err(std::io::Error::other)?;
    String::from_utf8(bytes).map_err(std::io::Error::other)
}

/// A server's words must not become a formula in somebody's spreadsheet.
fn formula_safe(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}
