//! Two tokens held against each other as a text to hand in. It has their claims, and neither token.

use std::fmt::Write as _;

use super::comparison_sheet::{ComparisonSheet, Line};
use crate::model::checks::Outcome;
use crate::model::defect::Part;

/// As many rows are listed: a hostile token has a hundred thousand.
const MOST_ROWS: usize = 1000;
/// As much of a value stands in a cell.
const VALUE_LEN: usize = 600;

/// As Markdown: what the changes mean, then a table of them.
pub fn markdown(sheet: &ComparisonSheet, before: &str, after: &str) -> String {
    let mut out = format!("# {} compared with {}\n\n", line(after), line(before));
    let claims = sheet.part(Part::Payload);
    let mut words = claims.summary().unwrap_or_else(|| "the same claims".to_owned());
    if let Some(lifetime) = &claims.lifetime {
        words = format!("{words} · {}", lifetime.words());
    }
    put(&mut out, &format!("{words}\n"));
    if !sheet.checks.is_empty() || !sheet.remarks.is_empty() {
        out.push('\n');
    }
    for check in &sheet.checks {
        let word = match check.outcome {
            Outcome::Pass => "✓ passed",
            Outcome::Warn => "▲ warning",
            Outcome::Fail => "✕ failed",
            Outcome::Skip => "○ not checked",
        };
        put(
            &mut out,
            &format!("- {word}: {} ({})\n", line(&check.message), check.spec),
        );
    }
    for remark in sheet.remarks.iter().take(MOST_ROWS) {
        put(&mut out, &format!("- {}\n", line(&remark.words)));
    }
    let lines = sheet.lines(false);
    for shown in lines.iter().take(MOST_ROWS) {
        if let Line::Heading(part) = shown {
            let title = if *part == Part::Header { "Header" } else { "Claims" };
            if !sheet.part(*part).is_empty() {
                let head = "| | Claim | Before | After | Difference |\n|---|---|---|---|---|";
                put(&mut out, &format!("\n## {title}\n\n{head}\n"));
            }
        }
        if let Some(row) = sheet.row(*shown) {
            let value = |raw: Option<&str>| raw.map_or_else(|| "–".to_owned(), |raw| format!("`{}`", cell(raw)));
            let (before, after) = (value(row.before), value(row.after));
            let mended = if row.is_mended { " (mended)" } else { "" };
            let difference = format!("{}{mended}", cell(row.difference));
            let cells = [row.sign, &cell(row.name), &before, &after, &difference].join(" | ");
            put(&mut out, &format!("| {cells} |\n"));
        }
    }
    if lines.len() > MOST_ROWS {
        put(&mut out, &format!("\n… and {} rows more\n", lines.len() - MOST_ROWS));
    }
    if claims.unchanged > 0 {
        put(&mut out, &format!("\n{} unchanged\n", claims.unchanged));
    }
    out
}

fn put(out: &mut String, words: &str) {
    out.write_str(words).expect("a String takes all");
}

/// What others wrote, on one line.
fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What others wrote, cut, inside a table: it must end neither its cell nor its quotes.
fn cell(text: &str) -> String {
    let start = &text[..text.floor_char_boundary(VALUE_LEN)];
    let dots = if start.len() < text.len() { "…" } else { "" };
    format!("{}{dots}", line(start).replace('|', "\\|").replace('`', "'"))
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use jiff::Timestamp;

    use super::*;
    use crate::model::compare::Relation;
    use crate::model::history::TokenRecord;
    use crate::model::{Secret, Token};

    fn record(claims: &str) -> TokenRecord {
        let part = |json: &str| URL_SAFE_NO_PAD.encode(json);
        let text = format!("{}.{}.c2ln", part(r#"{"alg":"RS256"}"#), part(claims));
        TokenRecord::of(&Token::new(Secret::new(text), Timestamp::UNIX_EPOCH, None))
    }

    #[test]
    fn what_others_wrote_does_not_break_the_table() {
        let (before, after) = (record(r#"{"a":"x","b":2}"#), record(r#"{"a":"y | `z`","b":2}"#));
        let sheet = ComparisonSheet::of(&before, &after, None, Relation::Unrelated);
        let text = markdown(&sheet, "Generation 1", "Generation\n2");
        assert!(
            text.starts_with("# Generation 2 compared with Generation 1\n\n1 changed\n"),
            "{text}"
        );
        assert!(text.contains(r#"| Δ | a | `"x"` | `"y \| 'z'"` |"#), "{text}");
        assert!(text.ends_with("\n1 unchanged\n"), "{text}");
    }
}
