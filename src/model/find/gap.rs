//! What may stand between two pieces of one token: a line break with its indentation, the quotes of a text in pieces, a
//! stray character.

use super::units::{How, Units, is_blank, is_quote};

/// What stands there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum GapKind {
    /// A line break, with what belongs to it.
    Break,
    /// Quotes that end and begin again.
    Quotes,
    /// Blanks.
    Space,
    /// One character that stands in the token by mistake; the token keeps it.
    Stray,
    /// The same with one that usually ends a token.
    Delimiter,
}

/// Something that is no letter of a token.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gap {
    pub(super) kind: GapKind,
    /// The unit behind it.
    pub(super) next: usize,
    /// How long the line was that ends here.
    pub(super) width: Option<usize>,
    /// Whether a mail program broke the line, with `=` at its end.
    pub(super) is_soft: bool,
}

impl Gap {
    const fn new(kind: GapKind, next: usize) -> Self {
        Self {
            kind,
            next,
            width: None,
            is_soft: false,
        }
    }

    pub(super) const fn is_stray(&self) -> bool {
        matches!(self.kind, GapKind::Stray | GapKind::Delimiter)
    }

    pub(super) const fn is_break(&self) -> bool {
        matches!(self.kind, GapKind::Break | GapKind::Quotes)
    }
}

/// More indentation than that is none.
const MAX_INDENT: usize = 200;

/// The gap at unit `at`.
pub(super) fn gap(units: &Units<'_>, at: usize) -> Option<Gap> {
    let at = units.visible(at);
    let ch = units.get(at)?.ch;
    // PowerShell goes on with the next line behind a backtick.
    let tick = units.after_blanks(at);
    if units.ch(tick) == '`'
        && tick - at <= MAX_INDENT
        && let Some(next) = line_break(units, tick + 1)
    {
        return Some(Gap::new(GapKind::Break, after_quote_marks(units, next)?));
    }
    if is_quote(ch) {
        return quotes(units, at);
    }
    let behind_blanks = units.after_blanks(at);
    if behind_blanks - at > MAX_INDENT {
        return None;
    }
    if let Some(next) = line_break(units, behind_blanks) {
        return Some(Gap {
            width: Some(line_width(units, behind_blanks)),
            ..Gap::new(GapKind::Break, after_quote_marks(units, next)?)
        });
    }
    if behind_blanks > at {
        return Some(Gap::new(GapKind::Space, behind_blanks));
    }
    if ch == '='
        && let Some(gap) = soft_break(units, at)
    {
        return Some(gap);
    }
    if ch.is_whitespace() || ch.is_control() || matches!(ch, '&' | '<' | '>' | '~' | '\\' | '\u{fffd}') {
        return None;
    }
    let kind = match ch {
        ',' | ';' | ':' | '(' | ')' | '[' | ']' | '{' | '}' | '|' | '=' => GapKind::Delimiter,
        _ => GapKind::Stray,
    };
    Some(Gap::new(kind, units.visible(at + 1)))
}

/// The soft line break of a mail (RFC 2045 §6.7) that stands behind a dot. Behind a letter its `=` is read as padding, and
/// taken off when the line turns out to go on.
fn soft_break(units: &Units<'_>, at: usize) -> Option<Gap> {
    let end = units.after_blanks(at + 1);
    let next = line_break(units, end).filter(|_| end - at <= MAX_INDENT)?;
    Some(Gap {
        width: Some(line_width(units, end)),
        is_soft: true,
        ..Gap::new(GapKind::Break, after_quote_marks(units, next)?)
    })
}

fn line_break(units: &Units<'_>, at: usize) -> Option<usize> {
    let at = if units.ch(at) == '\r' && units.ch(at + 1) == '\n' {
        at + 1
    } else {
        at
    };
    matches!(units.ch(at), '\n' | '\r').then_some(at + 1)
}

/// Behind the indentation and the marks by which mails are quoted. An empty line ends a token.
fn after_quote_marks(units: &Units<'_>, start: usize) -> Option<usize> {
    let mut at = units.after_blanks(start);
    while matches!(units.ch(at), '>' | '|' | '#' | '*' | '│') {
        at = units.after_blanks(at + 1);
        if at - start > MAX_INDENT {
            return None;
        }
    }
    (at - start <= MAX_INDENT && line_break(units, at).is_none()).then_some(at)
}

/// `"…" + "…"`, or two quotations on two lines.
fn quotes(units: &Units<'_>, at: usize) -> Option<Gap> {
    let quote = units.ch(at);
    let mut next = at + 1;
    let mut joins = false;
    while next - at <= MAX_INDENT {
        let ch = units.ch(next);
        if matches!(ch, '+' | '.' | '\n' | '\\') {
            joins = true;
        } else if ch == quote {
            return joins.then_some(Gap::new(GapKind::Quotes, next + 1));
        } else if !is_blank(ch) && ch != '\r' && units.how(next) != How::Invisible {
            return None;
        }
        next += 1;
    }
    None
}

/// Longer lines are not counted.
const MAX_WIDTH: usize = 1000;

fn line_width(units: &Units<'_>, end: usize) -> usize {
    let from = end.saturating_sub(MAX_WIDTH);
    let line = units.seen(from..end).rev();
    line.take_while(|ch| !matches!(ch, '\n' | '\r')).count()
}
