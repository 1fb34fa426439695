//! A check as one line for people.

use super::printer::{Paint, Printer};
use crate::model::checks::{Check, Outcome};
use crate::model::visible;

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
