//! Cookies that were too long for one: `session.0`, `session.1`, … are put together again.

use std::collections::HashMap;
use std::ops::Range;

use super::Candidate;
use super::note::{Notes, Undone};
use super::shape::begins_object;
use super::units::{How, Units, is_quote};

/// No cookie's name is longer.
const MAX_NAME: usize = 128;

struct Piece {
    number: usize,
    value: String,
    range: Range<usize>,
}

/// The tokens that stand in numbered pieces, and the units of all of their pieces.
pub(super) fn chunked(units: &Units<'_>) -> Vec<(Candidate, Vec<Range<usize>>)> {
    let mut cookies: HashMap<String, Vec<Piece>> = HashMap::new();
    let mut at = 0;
    while let Some(unit) = units.get(at) {
        if unit.ch == '='
            && unit.how == How::Plain
            && let Some((name, number)) = numbered_name(units, at)
        {
            let piece = piece(units, at + 1, number);
            at = piece.range.end.max(at + 1);
            cookies.entry(name).or_default().push(piece);
            continue;
        }
        at += 1;
    }
    let mut found: Vec<_> = cookies.into_values().filter_map(|pieces| join(units, pieces)).collect();
    found.sort_by_key(|(candidate, _)| candidate.range.start);
    found
}

/// The name and number before `=`, as in `name.0=`.
fn numbered_name(units: &Units<'_>, equals: usize) -> Option<(String, usize)> {
    let is_digit = |at: usize| units.ch(at).is_ascii_digit();
    let mut dot = equals.checked_sub(2)?;
    if !is_digit(equals - 1) {
        return None;
    }
    if is_digit(dot) {
        dot = dot.checked_sub(1)?;
    }
    if units.ch(dot) != '.' {
        return None;
    }
    let number: String = units.seen(dot + 1..equals).collect();
    let before = units.seen(dot.saturating_sub(MAX_NAME)..dot).rev();
    let name: String = before
        .take_while(|ch| !ch.is_whitespace() && !is_quote(*ch) && !matches!(ch, ';' | ',' | '=' | '&' | ':'))
        .collect();
    (!name.is_empty()).then_some((name, number.parse().ok()?))
}

fn piece(units: &Units<'_>, start: usize, number: usize) -> Piece {
    let start = start + usize::from(is_quote(units.ch(start)));
    let mut end = start;
    while !units.is_end(end)
        && !units.ch(end).is_whitespace()
        && !is_quote(units.ch(end))
        && !matches!(units.ch(end), ';' | ',' | '&' | '=')
    {
        end += 1;
    }
    while units.ch(end) == '=' {
        end += 1;
    }
    Piece {
        number,
        value: units.seen(start..end).collect(),
        range: start..end,
    }
}

fn join(units: &Units<'_>, mut pieces: Vec<Piece>) -> Option<(Candidate, Vec<Range<usize>>)> {
    // The same cookie may be told twice, as it was set and as it was sent.
    pieces.sort_by_key(|piece| (piece.number, piece.range.start));
    let ranges = pieces.iter().map(|piece| piece.range.clone()).collect();
    pieces.dedup_by_key(|piece| piece.number);
    let is_row = pieces.iter().enumerate().all(|(i, piece)| piece.number == i);
    if !is_row || pieces.len() < 2 || !begins_object(&pieces[0].value) {
        return None;
    }
    let mut notes = Notes::default();
    // Behind the first piece it was cut.
    let cut = pieces.iter().map(|piece| piece.range.end).min()?;
    notes.add(Undone::Cookies, cut);
    for piece in &pieces {
        notes.add_units(units, piece.range.clone());
    }
    let value: String = pieces.iter().map(|piece| piece.value.as_str()).collect();
    let start = pieces.iter().map(|piece| piece.range.start).min()?;
    let end = pieces.iter().map(|piece| piece.range.end).max()?;
    value.contains('.').then_some((
        Candidate {
            value,
            range: start..end,
            notes,
        },
        ranges,
    ))
}
