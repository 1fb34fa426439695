//! Letters that stand right beside a token and are no part of it.
//!
//! Quotes, commas and brackets merely surround it. Letters of base64url may have been meant: they are told.

use std::ops::Range;

use super::Candidate;
use super::named::is_scheme;
use super::units::{Units, is_word};

/// Notes at each of `jwts`, which are in order, what is glued to it. What is another token is not, and neither are the
/// ranges that are `taken`, which are in order too.
pub(super) fn note(units: &Units<'_>, jwts: &mut [Candidate], taken: &[Range<usize>]) {
    let mut end = 0;
    for at in 0..jwts.len() {
        let range = jwts[at].range.clone();
        let next = jwts.get(at + 1).map_or(units.len(), |next| next.range.start);
        let later = taken.partition_point(|other| other.start < range.end);
        let floor = later.checked_sub(1).map_or(end, |before| end.max(taken[before].end));
        let ceiling = taken.get(later).map_or(next, |other| next.min(other.start));
        let notes = &mut jwts[at].notes;
        notes.glued_before = before(units, floor.min(range.start)..range.start);
        notes.glued_behind = behind(units, range.start, range.end..ceiling.max(range.end));
        end = range.end;
    }
}

/// How many characters at the end of `range` are glued to what follows it.
fn before(units: &Units<'_>, range: Range<usize>) -> usize {
    let glued: Vec<char> = units.seen(range).rev().take_while(|ch| is_part(*ch)).collect();
    let count = until_word(&glued);
    // “Bearer” is in the token's place.
    let word: String = glued[..count].iter().rev().collect();
    if is_scheme(&word) { 0 } else { count }
}

/// How many characters at the beginning of `range` are glued to the token that begins at `start`.
fn behind(units: &Units<'_>, start: usize, range: Range<usize>) -> usize {
    // Express signs what is in a cookie: `s:` and the value, a dot and a signature.
    if units.seen(start.saturating_sub(3)..start).eq("=s:".chars()) {
        return 0;
    }
    let glued: Vec<char> = units.seen(range).take_while(|ch| is_part(*ch)).collect();
    until_word(&glued)
}

fn is_part(ch: char) -> bool {
    ch == '.' || is_word(ch)
}

/// How many of these characters, the nearest first, there are without the dots at the far end: those are of a sentence.
fn until_word(glued: &[char]) -> usize {
    glued.iter().rposition(|ch| *ch != '.').map_or(0, |last| last + 1)
}
