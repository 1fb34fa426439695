//! Tokens in any text: a header, a curl line, JSON, a cookie, an address, a mail.
//!
//! Start with [`find`]. `units` reads the text as it was meant, `jwts` and `run` find what is or was a JWT, across `gap`s
//! and with what its header promises (`shape`); `objects` finds JWS and JWE as JSON, `cookies` puts pieces together, and
//! `named` finds what only its name tells. `place` and `note` say where a token stood and what was undone, `glue` what
//! was left out beside it. Each goes through the text once, whatever it holds.

mod cookies;
mod gap;
mod glue;
mod jwts;
mod named;
mod note;
mod objects;
mod place;
mod run;
mod shape;
mod signatures;
#[cfg(test)]
mod tests;
mod units;

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::ops::Range;

use super::defect::Defect;
use super::secret::Secret;
use note::Notes;
pub use note::is_mending;
use place::Places;
pub(in crate::model) use signatures::signatures;
use units::{How, Units, is_quote};

/// A token that stands in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The token: as it came, but without what its surroundings did to it.
    pub token: Secret,
    /// The bytes of the text where it stands for the first time, on character boundaries. They are longer than the token
    /// where something was taken out.
    pub range: Range<usize>,
    /// Short words for the places where it stands, in their order: “Authorization: Bearer”, “cookie session”.
    pub places: Vec<String>,
    /// What was undone to get it: line breaks, escapes. Their offsets are bytes of the text from the beginning of `range`
    /// on. [`is_mending`] tells those that are about the token itself.
    pub notes: Vec<Defect>,
}

/// Something that is taken for a token. Ranges are in units.
struct Candidate {
    value: String,
    range: Range<usize>,
    notes: Notes,
}

/// Words for the same token's places beyond this many are left out.
const MAX_PLACES: usize = 16;

/// Finds all tokens in a text, each once, in the order in which they stand there. Signed and encrypted JWTs are found
/// wherever they stand, damaged ones too; opaque tokens behind a name that is known or by how they begin. A text without
/// white space in which nothing is found is itself one token; a sentence holds none.
pub fn find(text: &str) -> Vec<Found> {
    let units = Units::of(text);
    let candidates = candidates(&units);
    if candidates.is_empty() {
        return whole(&units).into_iter().collect();
    }
    let mut places = Places::new(&units);
    let mut found: Vec<Found> = Vec::new();
    // By hash, so that no token lies about unwiped.
    let hasher = RandomState::new();
    let mut known: HashMap<u64, Vec<usize>> = HashMap::new();
    for candidate in candidates {
        let place = places.of(candidate.range.start, candidate.range.end);
        let same = known.entry(hasher.hash_one(&candidate.value)).or_default();
        let token = Secret::from(candidate.value);
        if let Some(i) = same.iter().find(|i| found[**i].token == token) {
            let places = &mut found[*i].places;
            if places.len() < MAX_PLACES && !places.contains(&place) {
                places.push(place);
            }
            continue;
        }
        same.push(found.len());
        let range = units.bytes(candidate.range);
        found.push(Found {
            token,
            places: vec![place],
            notes: candidate.notes.defects(&units, &range),
            range,
        });
    }
    found
}

/// Everything that is taken for a token, in order, with no two on the same place.
fn candidates(units: &Units<'_>) -> Vec<Candidate> {
    let mut all = objects::objects(units);
    let mut taken: Vec<Range<usize>> = all.iter().map(|object| object.range.clone()).collect();
    for (cookie, pieces) in cookies::chunked(units) {
        if !pieces.iter().any(|piece| overlaps(&taken, piece)) {
            taken.extend(pieces);
            taken.sort_by_key(|range| range.start);
            all.push(cookie);
        }
    }
    // A PASETO's payload begins like a JWT, so it comes first.
    let (pasetos, named): (Vec<_>, Vec<_>) = named::named(units)
        .into_iter()
        .partition(|named| named::is_paseto(&named.value));
    add(&mut all, &mut taken, pasetos);
    let mut jwts = jwts::jwts(units, &taken);
    glue::note(units, &mut jwts, &taken);
    add(&mut all, &mut taken, jwts);
    add(&mut all, &mut taken, named);
    all.sort_by_key(|candidate| candidate.range.start);
    all
}

/// Adds those of `more`, which are apart, that share no unit with what is there.
fn add(all: &mut Vec<Candidate>, taken: &mut Vec<Range<usize>>, mut more: Vec<Candidate>) {
    more.retain(|candidate| !overlaps(taken, &candidate.range));
    taken.extend(more.iter().map(|candidate| candidate.range.clone()));
    taken.sort_by_key(|range| range.start);
    all.append(&mut more);
}

/// Whether `range` shares a unit with one of `taken`, which are in order and apart.
fn overlaps(taken: &[Range<usize>], range: &Range<usize>) -> bool {
    let next = taken.partition_point(|other| other.end <= range.start);
    taken.get(next).is_some_and(|other| other.start < range.end)
}

/// The whole text as one opaque token, without the quotes and the comma around it.
fn whole(units: &Units<'_>) -> Option<Found> {
    let text = units.text;
    let is_around = |ch: char| ch.is_whitespace() || is_quote(ch) || matches!(ch, ',' | ';' | '\u{feff}' | '\u{200b}');
    let trimmed = text.trim_matches(is_around);
    if trimmed.is_empty() || trimmed.contains(char::is_whitespace) {
        return None;
    }
    let start = text.len() - text.trim_start_matches(is_around).len();
    let mut notes = Notes::default();
    let mut value = String::with_capacity(trimmed.len());
    let range = start..start + trimmed.len();
    for at in 0..units.len() {
        let unit = units.bytes(at..at + 1);
        // An escaped quote is one unit, and only its second half may be around the token.
        let inside = unit.start.max(range.start)..unit.end.min(range.end);
        if inside.is_empty() {
            continue;
        }
        if units.how(at) == How::Invisible {
            notes.add_unit(units, at);
        } else {
            value.push_str(&text[inside]);
        }
    }
    (!value.is_empty()).then(|| Found {
        token: value.into(),
        places: vec!["the whole text".to_owned()],
        notes: notes.defects(units, &range),
        range,
    })
}
