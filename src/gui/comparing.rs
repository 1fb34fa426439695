//! Two rows of the history, held against each other.

use crate::engine::OperationId;
use crate::model::history::{HistoryEntry, TokenRecord};
use crate::model::{Slug, TokenKind};

/// Two rows that are compared, from when that is asked for.
#[derive(Debug)]
pub struct Comparing {
    /// The profile.
    pub slug: Slug,
    /// The token that is compared; else the first that both have.
    pub kind: Option<TokenKind>,
    request: Option<OperationId>,
    rows: Option<(HistoryEntry, HistoryEntry)>,
}

impl Comparing {
    /// Two rows were asked for, the earlier one first.
    pub fn new(slug: Slug, request: Option<OperationId>) -> Self {
        Self {
            slug,
            kind: None,
            request,
            rows: None,
        }
    }

    /// The rows came; those of another request are not for here.
    pub(super) fn arrived(&mut self, id: OperationId, entries: Vec<HistoryEntry>) {
        if self.request == Some(id)
            && let Ok([before, after]) = <[HistoryEntry; 2]>::try_from(entries)
        {
            self.rows = Some((before, after));
        }
    }

    /// Whether this is its request, which ended without the rows.
    pub(super) fn is_lost(&self, id: OperationId) -> bool {
        self.request == Some(id) && self.rows.is_none()
    }

    /// The rows, the earlier one first.
    pub fn rows(&self) -> Option<&(HistoryEntry, HistoryEntry)> {
        self.rows.as_ref()
    }

    /// The kinds of token that both rows have.
    pub fn kinds(&self) -> Vec<TokenKind> {
        let Some((before, after)) = &self.rows else {
            return Vec::new();
        };
        TokenKind::ALL
            .into_iter()
            .filter(|&kind| record(before, kind).is_some() && record(after, kind).is_some())
            .collect()
    }
}

/// What a row remembers of a token.
pub fn record(entry: &HistoryEntry, kind: TokenKind) -> Option<&TokenRecord> {
    match kind {
        TokenKind::Access => entry.access.as_ref(),
        TokenKind::Id => entry.id_token.as_ref(),
        TokenKind::Refresh => entry.refresh.as_ref(),
    }
}

/// Whether a row brought tokens.
pub fn has_tokens(entry: &HistoryEntry) -> bool {
    entry.generation.is_some() && (entry.access.is_some() || entry.id_token.is_some())
}

/// Which rows of the tab Timeline are chosen.
#[derive(Debug, Default)]
pub struct TimelinePane {
    /// The number of the row, if one is.
    pub chosen: Option<i64>,
}
