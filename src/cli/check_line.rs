//! A check as one line for people, and text of tokens and servers made safe for a terminal.

use super::printer::{Paint, Printer};
use crate::model::checks::{Check, Outcome};

/// Sign, id (padded to `id_width` characters), why, and the section.
pub(super) fn check_line(check: &Check, id_width: usize, printer: Printer) -> String {
    let (paint, sign) = sign(check.outcome);
    format!(
        "{} {:<id_width$} {} {}",
        printer.paint(paint, sign),
        check.id,
        visible(&check.message),
        printer.paint(Paint::Faint, &check.spec)
    )
}

/// A check's sign and colour.
pub(super) const fn sign(outcome: Outcome) -> (Paint, &'static str) {
    match outcome {
        Outcome::Pass => (Paint::Ok, "✓"),
        Outcome::Warn => (Paint::Warn, "▲"),
        Outcome::Fail => (Paint::Bad, "✕"),
        Outcome::Skip => (Paint::Faint, "○"),
    }
}

/// A token's own text must not move the cursor or turn the line around.
pub(super) fn visible(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            c if c.is_control() || is_bidi_control(c) => c.escape_unicode().to_string(),
            c => c.to_string(),
        })
        .collect()
}

const fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{61c}')
}
