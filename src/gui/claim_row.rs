//! One claim as the table and its details show it.

use std::borrow::Cow;

use serde::de::IgnoredAny;
use serde_json::Value;

use super::visible_text::visible;
use crate::model::claims::{self, Context, Note, Place, TimeReading};
use crate::model::compare::Mark;
use crate::model::members::{Member, Reading};

/// As much of a value is laid out in a line. A copy takes all of it.
const SHOWN_LEN: usize = 4096;

/// Longer lists and objects are not looked into for the sake of a row.
const READ_LEN: usize = 64 * 1024;

/// One claim.
#[derive(Clone, Debug)]
pub struct ClaimRow {
    /// Its name, with what cannot be seen made visible.
    pub name: String,
    /// The beginning of its value, as it is shown.
    pub shown: String,
    /// How it was read.
    pub reading: Reading,
    /// What kind of value it is.
    pub kind: &'static str,
    /// Whether it is a text that would pass for something else without quotes: a number, `true`, nothing at all.
    pub is_quoted: bool,
    /// When the claim is a time, and how that was written.
    pub time: Option<TimeReading>,
    /// What it means; empty where that is not known.
    pub meaning: String,
    /// Where that is written; empty where that is not known.
    pub section: String,
    /// Parts of the value, and what each means.
    pub notes: Vec<Note>,
    /// What it was in the token that this one is compared with, where that was something else.
    pub change: Option<Change>,
}

/// How a claim differs from the same one in another token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// It was not there.
    New,
    /// It had another value.
    Was {
        /// That value, as JSON.
        raw: String,
        /// How this one differs, in a few words.
        words: String,
    },
}

impl Change {
    /// What a comparison says of a name.
    pub fn of(mark: Mark<'_>) -> Option<Self> {
        match mark {
            Mark::Added => Some(Self::New),
            Mark::Changed(changed) => Some(Self::Was {
                raw: changed.before.clone(),
                words: changed.difference.words(),
            }),
            Mark::Removed => None,
        }
    }
}

impl ClaimRow {
    /// What the value means as a whole, where that is all that is known of it: it stands beside the value.
    pub fn aside(&self) -> Option<&Note> {
        let [note] = self.notes.as_slice() else { return None };
        (self.time.is_none() && note.value == self.shown).then_some(note)
    }

    /// The value as the table shows it: in quotes where it would pass for something else without them.
    pub fn told_apart(&self) -> Cow<'_, str> {
        if self.is_quoted {
            Cow::Owned(format!("\"{}\"", self.shown))
        } else {
            Cow::Borrowed(&self.shown)
        }
    }

    /// The notes that stand below the claim.
    pub fn below(&self) -> &[Note] {
        let is_beside = self.aside().is_some() || self.time.is_some_and(|time| time.remark().is_some());
        if is_beside { &[] } else { &self.notes }
    }

    /// The row of a claim, of a token with this context.
    pub fn of(member: &Member, context: &Context, change: Option<Change>) -> Self {
        // A list or an object that takes longer than a frame to read is shown as it was written, without notes on its parts.
        let is_dear = member.is_container() && member.raw.len() > READ_LEN;
        let start = if is_dear { start_of(&member.raw) } else { &*member.raw };
        let value = match member.raw.as_bytes().first() {
            Some(b'{') if is_dear => Value::Object(serde_json::Map::new()),
            Some(_) if is_dear => Value::Array(Vec::new()),
            _ => member.value(),
        };
        let meaning = claims::explain(&member.name, Place::Claims, context);
        let whole = shown(&value, start);
        Self {
            name: visible(start_of(&member.name)).into_owned(),
            shown: visible(start_of(&whole)).into_owned(),
            reading: member.reading,
            kind: kind_of(&value),
            is_quoted: value.as_str().is_some_and(passes_for_another),
            time: claims::time_reading(&member.name, &value),
            meaning: meaning.map_or_else(String::new, |m| m.meaning.to_owned()),
            section: meaning.map_or_else(String::new, |m| m.section.to_owned()),
            notes: claims::explain_value(&member.name, &value, Place::Claims, context),
            change,
        }
    }
}

/// Whether a text would be read as another type, or is not seen, or not all of it.
fn passes_for_another(text: &str) -> bool {
    let start = start_of(text);
    text.trim().len() < text.len() || text.is_empty() || serde_json::from_str::<IgnoredAny>(start).is_ok()
}

fn start_of(text: &str) -> &str {
    &text[..text.floor_char_boundary(SHOWN_LEN)]
}

/// A value as it is shown: a text without its quotes, anything else as it was written, digit by digit.
pub fn shown(value: &Value, raw: &str) -> String {
    value.as_str().map_or_else(|| raw.to_owned(), str::to_owned)
}

/// What kind of value it is: `"true"` and `true` look alike without their quotes.
pub const fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "number",
        Value::String(_) => "text",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::members::read_members;

    fn row(raw: &str) -> ClaimRow {
        let (members, _) = read_members(&format!(r#"{{"n":{raw}}}"#));
        ClaimRow::of(&members[0], &Context::default(), None)
    }

    #[test]
    fn a_text_and_a_word_of_json_are_told_apart() {
        for (raw, shown, kind) in [
            (r#""true""#, "true", "text"),
            ("true", "true", "true or false"),
            (r#"["x","y"]"#, r#"["x","y"]"#, "list"),
        ] {
            let row = row(raw);
            assert_eq!((row.shown.as_str(), row.kind), (shown, kind));
        }
    }

    #[test]
    fn a_text_that_passes_for_something_else_stands_in_quotes() {
        for (raw, shown) in [
            (r#""42""#, "\"42\""),
            ("42", "42"),
            (r#""false""#, "\"false\""),
            ("null", "null"),
            (r#""""#, "\"\""),
            (r#"" ""#, "\" \""),
            (r#""[1]""#, "\"[1]\""),
            (r#""admin""#, "admin"),
            (r#""4 2""#, "4 2"),
        ] {
            assert_eq!(row(raw).told_apart(), shown);
        }
    }

    #[test]
    fn a_list_that_is_dear_to_read_is_shown_as_it_was_written() {
        let raw = format!("[{}0]", "1,".repeat(100_000));
        let row = row(&raw);
        assert_eq!((row.shown.len(), row.kind, row.notes.len()), (SHOWN_LEN, "list", 0));
        assert!(raw.starts_with(&row.shown));
    }

    #[test]
    fn numbers_keep_their_digits() {
        assert_eq!(row("12345678901234567890.10").shown, "12345678901234567890.10");
    }
}
