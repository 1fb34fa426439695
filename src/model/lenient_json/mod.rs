//! JSON that others wrote, read whatever state it is in.
//!
//! [`read`] takes strict JSON the quick way, by `serde_json`. Where that stops, `recover` reads on: it mends what is plain,
//! and behind a place that it cannot read it looks for the next member. Each oddity is a [`Fault`], also those of strict
//! JSON that readers disagree on (`oddity`). Start with [`read`].

mod fault;
mod oddity;
mod recover;
mod unescape;
mod value;

pub use fault::Fault;
pub(super) use unescape::unescape;

use serde_json::value::RawValue;

use super::members::{Member, error_offset, read_members};
use fault::Faults;

/// What a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum JsonKind {
    /// A JSON object.
    Object,
    /// A JSON array.
    Array,
    /// A JSON string.
    String,
    /// A JSON number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// `null`.
    Null,
    /// It was meant to be JSON, and a strict reader stops in it.
    Broken,
    /// Something else.
    NoJson,
}

/// What could be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Json {
    /// What it is.
    pub kind: JsonKind,
    /// The members of the object, also of a broken one. Where a value may have been cut short, its member is left out.
    pub members: Vec<Member>,
    /// What is wrong with it, one for each kind, in the order in which they were found.
    pub faults: Vec<Fault>,
}

/// Reads a text. Whatever it is, something comes back.
pub fn read(text: &str) -> Json {
    let mut faults = Faults::default();
    let first = text.bytes().find(|byte| !byte.is_ascii_whitespace());
    let (kind, members) = if first == Some(b'{') {
        match read_members(text) {
            (members, Ok(())) => (JsonKind::Object, members),
            (_, Err(error)) => recovered(text, &error, &mut faults),
        }
    } else {
        match serde_json::from_str::<&RawValue>(text) {
            Ok(_) => (kind_of(first), Vec::new()),
            Err(error) if looks_like_json(text) => recovered(text, &error, &mut faults),
            Err(_) => (JsonKind::NoJson, Vec::new()),
        }
    };
    if kind != JsonKind::NoJson {
        oddity::find(text, &members, kind, &mut faults);
    }
    Json {
        kind,
        members,
        faults: faults.into_list(),
    }
}

fn recovered(text: &str, error: &serde_json::Error, faults: &mut Faults) -> (JsonKind, Vec<Member>) {
    let mut found = Faults::default();
    let (members, is_json) = recover::members(text, &mut found);
    if is_json && error.to_string().contains("hex escape") {
        // A name with half a surrogate pair: JSON, which serde_json does not read.
        return (JsonKind::Object, members);
    }
    let behind = members
        .iter()
        .filter(|m| m.reading == super::members::Reading::AfterBreak)
        .count();
    let more = match behind {
        0 => String::new(),
        1 => "; 1 member behind a break was read".to_owned(),
        more => format!("; {more} members behind a break were read"),
    };
    let what = format!("A strict JSON reader stops ({}{more})", plain(error));
    faults.add("invalid_json", error_offset(text, error), "RFC 8259 §2", || what);
    faults.append(found);
    (JsonKind::Broken, members)
}

const fn kind_of(first: Option<u8>) -> JsonKind {
    match first {
        Some(b'[') => JsonKind::Array,
        Some(b'"') => JsonKind::String,
        Some(b't' | b'f') => JsonKind::Boolean,
        Some(b'n') => JsonKind::Null,
        _ => JsonKind::Number,
    }
}

/// Whether what is no JSON was meant to be: it begins like it, or its beginning was hit and it ends like it.
fn looks_like_json(text: &str) -> bool {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    text.starts_with(['[', '{'])
        || text.starts_with("/*")
        || text.starts_with("//")
        || text.trim_end().ends_with('}') && text.contains("\":")
}

/// serde's message without its line and column: the offset says it already.
fn plain(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rfind(" at line ") {
        Some(end) => text[..end].to_owned(),
        None => text,
    }
}

#[cfg(test)]
mod tests;
