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
    Cookies,
}

use Undone as U;

/// Each with a word for scripts and one for people.
const ALL: [(Undone, &str, &str); 8] = [
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
    (U::Cookies, "chunked_cookie", "The pieces of a cookie were put together"),
];

/// Each thing that was undone, once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Notes([bool; ALL.len()]);

impl Notes {
    pub(super) fn add(&mut self, undone: Undone) {
        self.0[undone as usize] = true;
    }

    pub(super) fn add_gap(&mut self, kind: GapKind) {
        match kind {
            GapKind::Break => self.add(U::LineBreaks),
            GapKind::Quotes => self.add(U::Quotes),
            GapKind::Space => self.add(U::Spaces),
            // The token keeps it.
            GapKind::Stray | GapKind::Delimiter => {}
        }
    }

    pub(super) fn add_how(&mut self, how: How) {
        match how {
            How::Plain => {}
            How::Percent => self.add(U::Percent),
            How::Backslash => self.add(U::Backslashes),
            How::Entity => self.add(U::Entities),
            How::Invisible => self.add(U::Invisible),
        }
    }

    /// How the units of a token were written.
    pub(super) fn add_units(&mut self, units: &Units<'_>, range: Range<usize>) {
        for at in range {
            self.add_how(units.how(at));
        }
    }

    /// The notes, in words.
    pub(super) fn defects(self) -> Vec<Defect> {
        ALL.into_iter()
            .filter(|(undone, ..)| self.0[*undone as usize])
            .map(|(_, code, message)| Defect::new(Part::Token, code, message))
            .collect()
    }
}
