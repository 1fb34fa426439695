//! A JSON object read member by member: order, duplicates and the exact text of numbers are kept, and what stands before
//! the place where it breaks is still there.

use std::collections::HashMap;
use std::fmt;

use serde::de::{DeserializeSeed, MapAccess, Visitor};
use serde_json::value::RawValue;

/// One name and its value, as they were written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The name, with escapes resolved.
    pub name: String,
    /// The value's JSON text, digit by digit as it was written.
    pub raw: String,
}

impl Member {
    /// The value. Numbers beyond 2^53 lose digits here: show [`Member::raw`].
    pub fn value(&self) -> serde_json::Value {
        serde_json::from_str(&self.raw).unwrap_or(serde_json::Value::Null)
    }
}

/// Reads the members of a JSON object. The error says where it broke; the members before that are in the list.
pub fn read_members(json: &str) -> (Vec<Member>, Result<(), serde_json::Error>) {
    let mut members = Vec::new();
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let result = Collect(&mut members)
        .deserialize(&mut deserializer)
        .and_then(|()| deserializer.end());
    // A number at the very end of a cut text may have lost digits: a wrong value is worse than none.
    if result.as_ref().is_err_and(serde_json::Error::is_eof)
        && members
            .last()
            .is_some_and(|last: &Member| last.raw.ends_with(|c: char| c.is_ascii_digit()) && json.ends_with(&last.raw))
    {
        members.pop();
    }
    (members, result)
}

/// Writes members as a JSON object again, numbers as they were. Where a name stands twice, the last one wins, as most
/// readers do it.
pub fn to_json(members: &[Member]) -> Box<RawValue> {
    // A hostile token has a hundred thousand of them: one look-up each.
    let last: HashMap<&str, usize> = members.iter().enumerate().map(|(i, m)| (m.name.as_str(), i)).collect();
    let text: Vec<String> = members
        .iter()
        .enumerate()
        .filter(|(i, m)| last[m.name.as_str()] == *i)
        .map(|(_, m)| format!("{}:{}", serde_json::Value::from(m.name.as_str()), m.raw))
        .collect();
    RawValue::from_string(format!("{{{}}}", text.join(",")))
        .expect("names are escaped, and each value was read as JSON before or redacted as such")
}

/// The byte in `text` that a JSON error points at.
pub fn error_offset(text: &str, error: &serde_json::Error) -> usize {
    let line_start: usize = text
        .split_inclusive('\n')
        .take(error.line().saturating_sub(1))
        .map(str::len)
        .sum();
    (line_start + error.column().saturating_sub(1)).min(text.len())
}

struct Collect<'a>(&'a mut Vec<Member>);

impl<'de> DeserializeSeed<'de> for Collect<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Collect<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<String>()? {
            let raw = map.next_value::<Box<RawValue>>()?.get().to_owned();
            self.0.push(Member { name, raw });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_duplicates_and_digits_are_kept() {
        let (members, result) = read_members(r#"{"b":12345678901234567890123,"a":1.0,"b":[ 1 ]}"#);
        result.unwrap();
        let seen: Vec<_> = members.iter().map(|m| (m.name.as_str(), m.raw.as_str())).collect();
        assert_eq!(seen, [("b", "12345678901234567890123"), ("a", "1.0"), ("b", "[ 1 ]")]);
        assert_eq!(to_json(&members).get(), r#"{"a":1.0,"b":[ 1 ]}"#);
    }

    #[test]
    fn what_stands_before_a_break_is_kept() {
        let text = r#"{"a":1,"b":"x","c":"#;
        let (members, result) = read_members(text);
        assert_eq!(members.len(), 2);
        assert!(error_offset(text, &result.unwrap_err()) >= text.len() - 1);
    }

    #[test]
    fn a_number_that_the_cut_may_have_shortened_is_not_shown() {
        let (members, _) = read_members(r#"{"a":1,"exp":16550"#);
        assert_eq!(members.len(), 1);
    }

    #[test]
    fn what_is_no_object_is_an_error_without_members() {
        for text in ["[1]", "1", "", "{} x"] {
            let (members, result) = read_members(text);
            assert!(members.is_empty() && result.is_err(), "{text}");
        }
    }
}
