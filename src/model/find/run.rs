//! One JWT from its first letter to its last, across what a mail program, a terminal or a slip of the finger put in
//! between.

use std::ops::Range;

use super::gap::{Gap, GapKind, gap};
use super::note::Notes;
use super::shape::{Shape, begins_object, is_header, is_mixed};
use super::units::{How, Units, is_blank, is_quote, is_word};

/// A run of letters that is, or was, a JWT.
pub(super) struct Run<'a> {
    units: &'a Units<'a>,
    /// The token.
    value: String,
    /// The unit of each byte of the token.
    origin: Vec<usize>,
    dots: usize,
    /// Where the last part begins in the token.
    last_part: usize,
    shape: Option<Shape>,
    notes: Notes,
    /// How long the lines are that it was broken into.
    width: Option<usize>,
    /// Whether its lines end in `=`, as a mail program breaks them.
    is_soft: bool,
    /// Whether another token begins right behind it.
    is_cut: bool,
}

/// The letters that follow a gap.
struct Piece {
    text: String,
    end: usize,
}

impl Piece {
    fn dots(&self) -> usize {
        self.text.matches('.').count()
    }
}

impl<'a> Run<'a> {
    /// Reads from unit `start` on. The second is where to go on looking.
    pub(super) fn read(units: &'a Units<'a>, start: usize) -> (Option<(String, Range<usize>, Notes)>, usize) {
        let mut run = Self {
            units,
            value: String::new(),
            origin: Vec::new(),
            dots: 0,
            last_part: 0,
            shape: None,
            notes: Notes::default(),
            width: None,
            is_soft: false,
            is_cut: false,
        };
        let mut at = run.take(start);
        while !run.is_cut && !run.is_done() {
            let Some(gap) = gap(units, at) else { break };
            let piece = run.peek(&gap);
            if !run.goes_on(&gap, &piece) {
                break;
            }
            run.bridge(at, &gap);
            at = run.take(gap.next).max(at + 1);
        }
        run.trim();
        let Some(last) = run.origin.last() else {
            return (None, at.max(start + 1));
        };
        let end = last + 1;
        if !run.is_jwt() {
            return (None, at.max(end));
        }
        run.notes.add_units(units, start..end);
        (Some((run.value, start..end, run.notes)), end)
    }

    fn push(&mut self, ch: char, at: usize) {
        self.value.push(ch);
        self.origin.resize(self.value.len(), at);
        if ch == '.' {
            self.dots += 1;
            self.last_part = self.value.len();
        }
    }

    /// Takes the letters from `at` on, and says where they end.
    fn take(&mut self, mut at: usize) -> usize {
        loop {
            let next = self.units.visible(at);
            let ch = self.units.ch(next);
            if !is_token_char(self.units, next, self.value.as_bytes().last().copied()) {
                return at;
            }
            // A path goes on behind a token, and a list of them is joined by such marks too.
            if matches!(ch, '+' | '/') && (self.is_done() || (self.dots != 1 && begins_object(&self.head(next + 1)))) {
                return at;
            }
            if ch == '.' && self.dots == 2 && self.shape().dots == 2 {
                if self.is_done() && self.last_len() > 0 {
                    return at;
                }
                if let Some(start) = self.cut_glued() {
                    return start;
                }
            }
            self.push(ch, next);
            at = next + 1;
        }
    }

    /// The next few letters.
    fn head(&self, at: usize) -> String {
        let end = at + 8;
        self.units.seen(at..end).take(4).collect()
    }

    fn peek(&self, gap: &Gap) -> Piece {
        let mut text = String::new();
        let mut end = gap.next;
        // A `=` at the end of a line need not be padding.
        let mut last = self.value.as_bytes().last().copied().filter(|_| !gap.is_break());
        loop {
            let next = self.units.visible(end);
            let ch = self.units.ch(next);
            if !is_token_char(self.units, next, last) {
                break;
            }
            text.push(ch);
            last = text.as_bytes().last().copied();
            end = next + 1;
        }
        Piece { text, end }
    }

    fn shape(&mut self) -> Shape {
        if let Some(shape) = self.shape {
            return shape;
        }
        if self.dots == 0 {
            return Shape::UNKNOWN;
        }
        let header = self.value.split('.').next().unwrap_or_default();
        let shape = Shape::of_header(header);
        self.shape = Some(shape);
        shape
    }

    fn is_complete(&mut self) -> bool {
        self.dots > 0 && self.dots >= self.shape().dots
    }

    fn last_len(&self) -> usize {
        self.value[self.last_part..].trim_end_matches('=').len()
    }

    /// Whether the last part is as long as its algorithm makes it.
    fn is_done(&mut self) -> bool {
        self.is_complete() && self.shape().last.contains(&self.last_len())
    }

    /// Whether what stands behind the gap is evidently more of the same token.
    fn goes_on(&mut self, gap: &Gap, piece: &Piece) -> bool {
        if piece.text.is_empty() {
            return false;
        }
        let (dots, len) = (piece.dots(), piece.text.trim_end_matches('=').len());
        let is_complete = self.is_complete();
        let after_dot = self.value.ends_with('.');
        let is_new = begins_object(&piece.text) && !after_dot;
        let last = self.shape().last;
        let wanted = self.shape().dots;
        let sum = self.last_len() + len + usize::from(gap.is_stray());
        if is_complete && (dots > 0 || is_new) {
            return false;
        }
        if is_complete && last.contains(&sum) {
            return true;
        }
        // A little more than promised is a token with letters too many; much more is another text.
        let fits = last.last().is_some_and(|max| sum <= max + 2);
        let is_mixed = is_mixed(&piece.text);
        if gap.kind == GapKind::Stray {
            return if is_complete {
                fits && len >= 4 || last.is_empty() && len >= 16
            } else {
                !(is_new && dots >= 2) && (dots > 0 && len >= 4 || len >= 8)
            };
        }
        if !gap.is_break() {
            let fills = matches!(self.dots + dots, 2 | 4);
            return !is_complete && !is_new && fills && is_mixed && len >= 8;
        }
        if !self.ends_line(piece.end) {
            return false;
        }
        let is_wide = gap.width.is_none_or(|width| width >= 40);
        let is_same_width = self.width.is_some() && self.width == gap.width;
        if is_complete {
            let is_likely = is_same_width || len >= 16 && is_wide;
            return is_likely && is_mixed && (last.is_empty() || fits);
        }
        if is_new {
            return self.dots + dots == wanted && is_wide && dots < wanted;
        }
        if piece.text.starts_with('.') {
            return true;
        }
        is_mixed && (after_dot || dots > 0 || len >= 16 || is_same_width) || after_dot && len >= 16
    }

    /// Whether nothing but the end of a line or of a quotation stands behind a piece.
    fn ends_line(&self, end: usize) -> bool {
        let next = self.units.after_blanks(end);
        let ch = self.units.ch(next);
        if self.units.is_end(next) || matches!(ch, '\n' | '\r') || is_quote(ch) {
            return true;
        }
        next == end && matches!(ch, ',' | ';' | ')' | ']' | '}' | '<' | '>' | '&' | '|' | '\\' | '=')
            || next > end && self.units.how(end) != How::Plain
            || next > end && !is_blank(ch) && self.dots_ahead(end)
    }

    /// Whether the word before `end` holds dots: then it is a piece of a token even in the middle of a line.
    fn dots_ahead(&self, end: usize) -> bool {
        let from = end.saturating_sub(400);
        self.units
            .seen(from..end)
            .rev()
            .take_while(|ch| is_word(*ch) || *ch == '.')
            .any(|ch| ch == '.')
    }

    /// Steps over a gap, keeping what belongs to the token as it came.
    fn bridge(&mut self, at: usize, gap: &Gap) {
        if gap.is_stray() {
            let stray = self.units.visible(at);
            self.push(self.units.ch(stray), stray);
            return;
        }
        // A mail program's soft line break (RFC 2045 §6.7), where padding cannot be.
        let is_padding = self.units.ch(gap.next) == '.' && (self.value.len() - self.last_part).is_multiple_of(4);
        self.is_soft |= gap.is_soft;
        if gap.is_break() && self.value.ends_with('=') && (self.is_soft || !is_padding) {
            self.value.pop();
            self.origin.pop();
            self.is_soft = true;
        }
        if gap.is_break() && gap.width.is_some() {
            self.width = gap.width;
        }
        self.notes.add_gap(gap.kind, self.units.visible(at));
    }

    /// Takes off the full stop of a sentence, and what was glued to the end.
    fn trim(&mut self) {
        let wanted = self.shape().dots;
        while self.value.ends_with('.') && self.dots != wanted && self.dots != 2 {
            self.value.pop();
            self.origin.pop();
            self.dots -= 1;
        }
    }

    /// Leaves out the header of another token that is glued to the signature, and says where it begins.
    fn cut_glued(&mut self) -> Option<usize> {
        let signature = &self.value[self.last_part..];
        let at = self.last_part + signature.find("eyJ").filter(|at| is_header(&signature[*at..]))?;
        let start = self.origin[at];
        self.value.truncate(at);
        self.origin.truncate(at);
        self.is_cut = true;
        Some(start)
    }

    fn is_jwt(&self) -> bool {
        let parts: Vec<&str> = self.value.split('.').take(8).collect();
        let filled = parts.iter().filter(|part| !part.is_empty()).count();
        if filled <= 1 {
            return is_header(parts[0]);
        }
        if parts.iter().take(2).any(|part| begins_object(part)) {
            return self.value.len() >= 8;
        }
        // Header and payload are both broken at their beginnings.
        let is_part = |part: &&str| part.len() >= 8 && is_mixed(part);
        matches!(parts.len(), 3 | 5) && parts.iter().all(is_part) && parts[0].contains(char::is_uppercase)
    }
}

/// Whether the unit belongs to a token whose last byte so far is `last`.
fn is_token_char(units: &Units<'_>, at: usize, last: Option<u8>) -> bool {
    let follows = |wanted: fn(char) -> bool| wanted(units.ch(units.visible(at + 1)));
    let is_letter = |ch: char| is_word(ch) || matches!(ch, '+' | '/');
    let after_letter = last.is_some_and(|b| is_letter(char::from(b)) || b == b'=');
    match units.ch(at) {
        ch if is_word(ch) => last != Some(b'='),
        '.' => true,
        // Padding ends a part.
        '=' => after_letter && !follows(is_word),
        '+' | '/' => last != Some(b'=') && follows(|ch| is_word(ch) || matches!(ch, '+' | '/' | '=')),
        _ => false,
    }
}
