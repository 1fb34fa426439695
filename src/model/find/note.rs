//! What was done to a text to get the token out of it.

use std::ops::Range;

use super::super::defect::{Defect, Part};
use super::gap::GapKind;
use super::units::{How, Units};

/// Something that was undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Undone {
    LineBreaks,
    Spaces,
    Quotes,
    Percent,
    Backslashes,
    Entities,
    Invisible,
    Wide,
    Cookies,
}

use Undone as U;

/// Each with a word for scripts and one for people.
const ALL: [(Undone, &str, &str); 9] = [
    (U::LineBreaks, "line_breaks", "Line breaks were taken out"),
    (U::Spaces, "white_space", "White space was taken out"),
    (
        U::Quotes,
        "quoted_pieces",
        "The pieces of a quoted text were put together",
    ),
    (
        U::Percent,
        "percent_encoded",
        "Percent-encoding was undone (RFC 3986 §2.1)",
    ),
    (U::Backslashes, "backslashes", "Backslashes were taken out"),
    (U::Entities, "html_escaped", "HTML escapes were undone"),
    (
        U::Invisible,
        "invisible_characters",
        "Characters that cannot be seen were taken out",
    ),
    (
        U::Wide,
        "utf_16",
        "The text is UTF-16 that was read as UTF-8: the NULs in it were taken out",
    ),
    (U::Cookies, "chunked_cookie", "The pieces of a cookie were put together"),
];

/// The codes of notes on what belongs to the token itself, and not to how it was carried.
const MENDING: &[&str] = &["glued", "invisible_characters", "white_space"];

/// Whether a note of [`Found::notes`](super::Found::notes) says that the token itself had to be mended: white space,
/// characters that cannot be seen or a terminal's colours were taken out of its middle, or letters that stand right beside
/// it were left out. The others undo what carried it: lines that were wrapped, escapes, the quotes of source code.
///
/// A stray character that can be seen is no matter of a note: the token keeps it, and the decoder tells it
/// (`invalid_base64`).
pub fn is_mending(note: &Defect) -> bool {
    MENDING.contains(&note.code.as_str())
}

/// Each thing that was undone, with the unit at which it was first, and what was left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Notes {
    first: [Option<usize>; ALL.len()],
    /// Characters that are glued to its beginning.
    pub(super) glued_before: usize,
    /// Characters that are glued to its end.
    pub(super) glued_behind: usize,
}

impl Notes {
    /// Notes that something was undone at this unit.
    pub(super) fn add(&mut self, undone: Undone, at: usize) {
        let first = &mut self.first[undone as usize];
        *first = Some(first.map_or(at, |first| first.min(at)));
    }

    pub(super) fn add_gap(&mut self, kind: GapKind, at: usize) {
        match kind {
            GapKind::Break => self.add(U::LineBreaks, at),
            GapKind::Quotes => self.add(U::Quotes, at),
            GapKind::Space => self.add(U::Spaces, at),
            // The token keeps it.
            GapKind::Stray | GapKind::Delimiter => {}
        }
    }

    /// How the unit at `at` was written.
    pub(super) fn add_unit(&mut self, units: &Units<'_>, at: usize) {
        match units.how(at) {
            How::Plain => {}
            How::Percent => self.add(U::Percent, at),
            How::Backslash => self.add(U::Backslashes, at),
            How::Entity => self.add(U::Entities, at),
            How::Invisible if units.ch(at) == '\0' => self.add(U::Wide, at),
            How::Invisible => self.add(U::Invisible, at),
        }
    }

    /// How the units of a token were written.
    pub(super) fn add_units(&mut self, units: &Units<'_>, range: Range<usize>) {
        for at in range {
            self.add_unit(units, at);
        }
    }

    /// The notes, in words. Their offsets are bytes of the text from the beginning of `bytes` on, where the token stands.
    pub(super) fn defects(&self, units: &Units<'_>, bytes: &Range<usize>) -> Vec<Defect> {
        let undone = ALL.into_iter().filter_map(|(undone, code, message)| {
            let at = units.bytes(0..self.first[undone as usize]?).end;
            let offset = at.saturating_sub(bytes.start).min(bytes.len());
            Some(Defect::new(Part::Token, code, message).at(offset))
        });
        let before = glued(self.glued_before, "before", 0);
        let behind = glued(self.glued_behind, "behind", bytes.len());
        undone.chain(before).chain(behind).collect()
    }
}

fn glued(count: usize, place: &str, offset: usize) -> Option<Defect> {
    let message = match count {
        0 => return None,
        1 => format!("1 character that stands right {place} it was left out"),
        count => format!("{count} characters that stand right {place} it were left out"),
    };
    Some(Defect::new(Part::Token, "glued", message).at(offset))
}
