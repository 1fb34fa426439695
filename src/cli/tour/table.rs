//! The rows of the tour, and how they are printed.

use serde_json::json;

use crate::cli::outcome::{Outcome, Status};
use crate::cli::printer::{Paint, Printer};

/// One row.
#[derive(Debug)]
pub(super) struct Row {
    /// The system.
    pub(super) system: &'static str,
    /// What was tried.
    pub(super) step: &'static str,
    /// What came of it, or what went wrong.
    pub(super) result: Result<String, String>,
    /// Milliseconds.
    pub(super) took_ms: f64,
}

/// Prints all of them, and gives the status.
pub(super) fn print(printer: Printer, rows: &[Row]) -> Outcome {
    let failed = rows.iter().filter(|row| row.result.is_err()).count();
    let passed = rows.len() - failed;
    if printer.json {
        let steps: Vec<_> = rows
            .iter()
            .map(|row| {
                json!({
                    "system": row.system,
                    "step": row.step,
                    "outcome": if row.result.is_ok() { "pass" } else { "fail" },
                    "message": row.result.as_ref().map_or_else(Clone::clone, Clone::clone),
                    "took_ms": row.took_ms.round(),
                })
            })
            .collect();
        printer.document(&json!({"passed": passed, "failed": failed, "steps": steps}))?;
    } else {
        let mut system = "";
        for row in rows {
            if row.system != system {
                system = row.system;
                printer.data(&format!("\n{system}"))?;
            }
            let (sign, words) = match &row.result {
                Ok(words) => (printer.paint(Paint::Ok, "✓ passed"), words),
                Err(words) => (printer.paint(Paint::Bad, "✕ failed"), words),
            };
            let took = printer.paint(Paint::Faint, &format!("{:>6.0} ms", row.took_ms));
            printer.data(&format!("  {sign}  {:<38} {took}  {words}", row.step))?;
        }
        printer.data(&format!("\n{passed} passed, {failed} failed"))?;
    }
    Ok(if failed == 0 && !rows.is_empty() {
        Status::Good
    } else {
        Status::Failed
    })
}
