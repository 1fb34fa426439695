//! JSON answers read from whatever a server sent: what can be read is read, and each oddity is a [`Defect`].

use serde_json::{Map, Value};

use super::defect::{Defect, Part};
use super::response::{RawResponse, TokenError};

/// What a body turned out to be.
pub(super) enum Body {
    /// Nothing at all.
    Empty,
    /// A JSON object; a defect is told where it is not strict JSON.
    Object(Map<String, Value>),
    /// A form with one of the names that were looked for.
    Form(Map<String, Value>),
    /// An HTML page: not the endpoint that it should be, or something in between.
    Html,
    /// None of these.
    Unreadable,
}

/// Reads a body. `form_names` are the names of which a form must have one to be believed.
pub(super) fn read(raw: RawResponse<'_>, form_names: &[&str], defects: &mut Vec<Defect>) -> Body {
    let text = String::from_utf8_lossy(raw.body);
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.is_empty() {
        return Body::Empty;
    }
    match read_object(text, defects) {
        Some(object) => Body::Object(object),
        None if looks_like_html(text, raw.content_type) => Body::Html,
        None => read_form(text, form_names).map_or(Body::Unreadable, Body::Form),
    }
}

/// Strict JSON first; then with what people leave in by hand (trailing commas, comments), which is told as a defect.
fn read_object(text: &str, defects: &mut Vec<Defect>) -> Option<Map<String, Value>> {
    let error = match serde_json::from_str::<Value>(text) {
        Ok(Value::Object(object)) => return Some(object),
        Ok(_) => return None,
        Err(error) => error,
    };
    let Ok(Value::Object(object)) =
        jsonc_parser::parse_to_serde_value::<Value>(text, &jsonc_parser::ParseOptions::default())
    else {
        return None;
    };
    defects.push(
        Defect::new(
            Part::Response,
            "invalid_json",
            "The body is not strict JSON (a trailing comma, or a comment): read all the same (RFC 8259)",
        )
        .at(super::members::error_offset(text, &error)),
    );
    Some(object)
}

fn read_form(text: &str, names: &[&str]) -> Option<Map<String, Value>> {
    let object: Map<String, Value> = url::form_urlencoded::parse(text.as_bytes())
        .map(|(name, value)| {
            let is_number = name.ends_with("expires_in") || name == "interval";
            let number = value.parse::<i64>().ok().filter(|_| is_number);
            let value = number.map_or_else(|| Value::from(value.as_ref()), Value::from);
            (name.into_owned(), value)
        })
        .collect();
    names.iter().any(|name| object.contains_key(*name)).then_some(object)
}

fn looks_like_html(text: &str, content_type: Option<&str>) -> bool {
    text.starts_with('<') || content_type.is_some_and(|t| t.trim_start().to_ascii_lowercase().starts_with("text/html"))
}

/// A `Content-Type` without its parameters, in small letters.
pub(super) fn essence(content_type: &str) -> String {
    content_type.split(';').next().unwrap_or("").trim().to_ascii_lowercase()
}

/// The longest lifetime that is one, in seconds: a year.
pub(super) const YEAR_S: i64 = 366 * 86_400;
/// What is above is too much in milliseconds, too.
const LONGEST: f64 = YEAR_S as f64 * 1000.0;

/// The defect of a number that was divided.
pub(super) const MILLISECONDS: &str = "milliseconds";
/// The defect of a number that is no lifetime in any unit.
pub(super) const TOO_LARGE: &str = "too_large";
/// The defect of what is no number.
pub(super) const WRONG_NUMBER: &str = "wrong_number";

/// A member that is a number of seconds, written as it may be. One above a year is milliseconds that nobody divided.
/// `rule` is the section that says so.
pub(super) fn seconds(object: &Map<String, Value>, name: &str, rule: &str, defects: &mut Vec<Defect>) -> Option<i64> {
    let given = undivided(object, name, rule, defects)?;
    if given <= YEAR_S {
        return Some(given);
    }
    defects.push(divided(name, given, rule));
    Some(given / 1000)
}

/// That a number above a year was divided.
pub(super) fn divided(name: &str, given: i64, rule: &str) -> Defect {
    let message = format!("{name} is {given}, over a year: read as milliseconds, where seconds are wanted ({rule})");
    Defect::new(Part::Response, MILLISECONDS, message)
}

/// The same as it was written: seconds, or milliseconds that nobody divided.
pub(super) fn undivided(object: &Map<String, Value>, name: &str, rule: &str, defects: &mut Vec<Defect>) -> Option<i64> {
    let mut defect =
        |code: &str, message: String| defects.push(Defect::new(Part::Response, code, format!("{message} ({rule})")));
    let number = match object.get(name)? {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => {
            defect("text_number", format!("{name} is a text: it must be a JSON number"));
            text.trim().parse::<f64>().ok()
        }
        _ => None,
    };
    let Some(seconds) = number.filter(|s| s.is_finite()) else {
        defect(WRONG_NUMBER, format!("{name} is not a number"));
        return None;
    };
    if seconds.fract() != 0.0 {
        defect("fraction", format!("{name} has a fraction: it is whole seconds"));
    }
    if seconds > LONGEST {
        defect(
            TOO_LARGE,
            format!("{name} is {seconds}: that is no lifetime in seconds"),
        );
        return None;
    }
    if seconds < 0.0 {
        defect("negative", format!("{name} is negative: it was over before it came"));
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "checked above, and below zero a year says all"
    )]
    Some(seconds.max(-(YEAR_S as f64)) as i64)
}

/// A member that is a text.
pub(super) fn text_of(object: &Map<String, Value>, name: &str) -> Option<String> {
    object.get(name)?.as_str().map(str::to_owned)
}

/// `error` and its description (RFC 6749 §5.2). An empty one names nothing: what came beside it is read, and it is told.
pub(super) fn error_of(object: &Map<String, Value>, defects: &mut Vec<Defect>) -> Option<TokenError> {
    let error = text_of(object, "error")?;
    if error.trim().is_empty() {
        defects.push(empty_error());
        return None;
    }
    Some(TokenError {
        error: cut(&error),
        error_description: text_of(object, "error_description").map(|d| cut(&d)),
    })
}

/// `error` without a word in it.
pub(super) fn empty_error() -> Defect {
    let message = "error is empty: it names what went wrong, or is left out (RFC 6749 §5.2)";
    Defect::new(Part::Response, "empty_error", message)
}

/// Longest piece of a server's own words that is kept.
const MAX_TEXT_LEN: usize = 300;

/// A server's own words, cut to a sane length.
pub(crate) fn cut(text: &str) -> String {
    if text.len() <= MAX_TEXT_LEN && text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        // Nearly every text: nothing to take out, and nothing to count.
        return text.to_owned();
    }
    text.chars().filter(|c| !c.is_control()).take(MAX_TEXT_LEN).collect()
}
