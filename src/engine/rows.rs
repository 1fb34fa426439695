//! History rows of what an operation came to.

use jiff::Timestamp;

use super::failure::Failure;
use crate::flow::{Obtained, Transcript};
use crate::model::Slug;
use crate::model::history::{HistoryEntry, HistoryKind};

/// The row of tokens that came.
pub(super) fn obtained_entry(
    slug: &Slug,
    now: Timestamp,
    kind: HistoryKind,
    generation: u32,
    obtained: &Obtained,
) -> HistoryEntry {
    let mut entry = HistoryEntry::new(slug.clone(), now, kind).with_tokens(generation, &obtained.tokens);
    entry.latency_ms = obtained.latency_ms;
    entry.http_status = obtained.status;
    entry
}

/// The row of a login or refresh that failed.
pub(super) fn failed_entry(
    slug: &Slug,
    now: Timestamp,
    kind: HistoryKind,
    failure: &Failure,
    transcript: &Transcript,
) -> HistoryEntry {
    let mut entry = HistoryEntry::new(slug.clone(), now, kind);
    entry.error = Some(failure.code.clone());
    entry.note.clone_from(&failure.message);
    entry.http_status = failure.http_status;
    entry.latency_ms = transcript.last().map(|exchange| exchange.total_ms);
    entry
}
