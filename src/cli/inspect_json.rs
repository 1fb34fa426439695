//! A token as the JSON document of `inspect`, and as lines for people.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::value::RawValue;

use super::check_line::check_line;
use super::printer::{Paint, Printer};
use crate::model::checks::Check;
use crate::model::claims::{meaning, time_of};
use crate::model::defect::Defect;
use crate::model::inspection::Inspection;
use crate::model::jwt::{DecodedPart, Form};
use crate::model::lifetime::relative;
use crate::model::members::to_json;
use crate::model::verify::Signature;
use crate::model::visible;

/// The document. Numbers keep their exact text.
#[derive(Debug, Serialize)]
pub(super) struct Document<'a> {
    form: Form,
    header: Option<Box<RawValue>>,
    claims: Option<Box<RawValue>>,
    raw: Raw<'a>,
    defects: &'a [Defect],
    times: Times,
    signature: &'a Signature,
    checks: &'a [Check],
    /// Only of tokens that were made for tests.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    forged: bool,
}

#[derive(Debug, Serialize)]
struct Raw<'a> {
    header: Option<&'a str>,
    payload: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct Times {
    iat: Option<Timestamp>,
    nbf: Option<Timestamp>,
    exp: Option<Timestamp>,
    lifetime_s: Option<i64>,
    remaining_s: Option<i64>,
}

/// The document of a token.
pub(super) fn document(inspection: &Inspection) -> Document<'_> {
    let decoded = &inspection.token.decoded;
    let object = |part: &DecodedPart| part.is_object.then(|| to_json(&part.members));
    let time = |name: &str| time_of(name, &decoded.payload.get(name)?);
    let exp = time("exp");
    let starts = time("iat").or_else(|| time("nbf"));
    Document {
        form: decoded.form,
        header: object(&decoded.header),
        claims: object(&decoded.payload),
        raw: Raw {
            header: decoded.header.text.as_deref(),
            payload: decoded.payload.text.as_deref(),
        },
        defects: &decoded.defects,
        times: Times {
            iat: time("iat"),
            nbf: time("nbf"),
            exp,
            lifetime_s: exp
                .zip(starts)
                .map(|(exp, starts)| exp.duration_since(starts).as_secs()),
            remaining_s: exp.map(|exp| exp.duration_since(inspection.at).as_secs()),
        },
        signature: &inspection.signature,
        checks: &inspection.checks,
        forged: inspection.is_forged(),
    }
}

/// What a person reads of a token.
pub(super) fn lines(inspection: &Inspection, printer: Printer) -> Vec<String> {
    let decoded = &inspection.token.decoded;
    let mut lines = vec![format!(
        "{}  {}",
        form_words(decoded.form),
        inspection.token.fingerprint
    )];
    if let Some(what) = &inspection.forged {
        lines.push(format!(
            "{} Forged for tests: {}",
            printer.paint(Paint::Warn, "▲"),
            visible(&what.join("; "))
        ));
    }
    for (title, part) in [("Header", &decoded.header), ("Claims", &decoded.payload)] {
        part_lines(&mut lines, title, part, inspection.at, printer);
    }
    for defect in &decoded.defects {
        lines.push(format!(
            "{} {}",
            printer.paint(Paint::Warn, "▲"),
            visible(&defect.message)
        ));
    }
    lines.extend(inspection.checks.iter().map(|check| check_line(check, 22, printer)));
    lines
}

fn part_lines(lines: &mut Vec<String>, title: &str, part: &DecodedPart, now: Timestamp, printer: Printer) {
    if part.members.is_empty() {
        if let Some(text) = &part.text {
            lines.push(title.to_owned());
            lines.push(format!("  {}", visible(text)));
        }
        return;
    }
    lines.push(title.to_owned());
    for member in &part.members {
        let when = time_of(&member.name, &member.value())
            .map(|at| format!("  {at}, {}", relative(at, now)))
            .unwrap_or_default();
        let note = meaning(&member.name).map_or("", |m| m.meaning);
        lines.push(format!(
            "  {:<16} {}{when}  {}",
            visible(&member.name),
            visible(&member.raw),
            printer.paint(Paint::Faint, note)
        ));
    }
}

const fn form_words(form: Form) -> &'static str {
    match form {
        Form::Jws => "Signed JWT",
        Form::Jwe => "Encrypted JWT",
        Form::Opaque => "Opaque token",
        Form::Damaged => "Damaged JWT",
    }
}
