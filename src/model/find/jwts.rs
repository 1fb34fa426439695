//! Where JWTs begin in a text.

use std::ops::Range;

use super::Candidate;
use super::gap::{Gap, gap};
use super::run::Run;
use super::shape::{begins_object, is_header, is_json, is_mixed};
use super::units::{Units, is_word};

/// All JWTs, damaged ones too, outside the ranges that are `taken`, which are in order.
pub(super) fn jwts(units: &Units<'_>, taken: &[Range<usize>]) -> Vec<Candidate> {
    let mut found = Vec::new();
    let mut taken = taken.iter().peekable();
    // The end of the last token, and the word that ends right before a dot.
    let (mut at, mut before): (usize, Option<Word>) = (0, None);
    while !units.is_end(at) {
        while taken.next_if(|range| range.end <= at).is_some() {}
        if let Some(range) = taken.peek().filter(|range| range.start <= at) {
            at = range.end;
            before = None;
            continue;
        }
        if !is_word(units.ch(at)) {
            if units.ch(at) != '.' {
                before = None;
            }
            at += 1;
            continue;
        }
        let word = Word::read(units, at);
        let Some(start) = start(units, &word, before.as_ref()) else {
            at = word.end;
            before = Some(word);
            continue;
        };
        let (token, next) = Run::read(units, start);
        if let Some((value, range, notes)) = token {
            found.push(Candidate { value, range, notes });
        }
        // A word that was taken for a header once is none: that keeps the time linear.
        at = next.max(word.end.min(next.max(at + 1)));
        before = None;
    }
    found
}

/// Letters of base64url in a row.
struct Word {
    text: String,
    start: usize,
    end: usize,
}

impl Word {
    fn read(units: &Units<'_>, start: usize) -> Self {
        let mut text = String::new();
        let mut end = start;
        loop {
            let next = units.visible(end);
            let ch = units.ch(next);
            if !is_word(ch) {
                return Self { text, start, end };
            }
            text.push(ch);
            end = next + 1;
        }
    }
}

/// Shorter words before a payload are no header that was damaged.
const MIN_HEADER: usize = 16;

fn start(units: &Units<'_>, word: &Word, before: Option<&Word>) -> Option<usize> {
    if begins_object(&word.text) || word.text == "e30" {
        let is_header =
            |before: &&Word| before.text.len() >= MIN_HEADER || before.text.starts_with("ey") || is_json(&before.text);
        return Some(before.filter(is_header).map_or(word.start, |before| before.start));
    }
    if word.text.len() < MIN_HEADER {
        return is_cut_short(units, word).then_some(word.start);
    }
    let next = units.ch(units.visible(word.end));
    // A line may end before the header does.
    if word.text.starts_with("ey") && is_mixed(&word.text) && matches!(next, '.' | '\r' | '\n' | ' ' | '=') {
        return Some(word.start);
    }
    if next != '.' {
        return None;
    }
    // Glued to the word before it: only a header that can be read to its end is believed.
    let at = word.text.find("eyJ")?;
    is_header(&word.text[at..]).then(|| nth_seen(units, word.start, at))
}

/// The letters of a header without which nothing shows that it begins an object.
const MAX_FIRST_LETTERS: usize = 3;

/// Whether a line ends behind the first letters of a header, and the next one goes on with it.
fn is_cut_short(units: &Units<'_>, word: &Word) -> bool {
    if word.text.len() > MAX_FIRST_LETTERS || !word.text.starts_with('e') {
        return false;
    }
    let Some(gap) = gap(units, word.end).filter(Gap::is_break) else {
        return false;
    };
    let rest = Word::read(units, gap.next);
    let header = format!("{}{}", word.text, rest.text);
    let ends_in_dot = || units.ch(units.visible(rest.end)) == '.';
    begins_object(&header)
        && (rest.text.len() >= MIN_HEADER && is_mixed(&rest.text) || ends_in_dot() && is_header(&header))
}

/// The unit of the `count`th character from `start` on that can be seen.
fn nth_seen(units: &Units<'_>, start: usize, count: usize) -> usize {
    let mut at = units.visible(start);
    for _ in 0..count {
        at = units.visible(at + 1);
    }
    at
}
