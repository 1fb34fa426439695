//! A JSON object read member by member: order, duplicates and the exact text of numbers are kept, and what stands before
//! the place where it breaks is still there.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::fmt::Write as _;

use serde::de::{DeserializeSeed, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;
use smol_str::SmolStr;

use super::lenient_json::unescape;
use super::visible::Unseen;

/// How a member was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Reading {
    /// As it was written, in JSON.
    #[default]
    Clean,
    /// It was not JSON as written, and [`Member::raw`] is what was meant: in single quotes, `NaN`, with a comma too many.
    Mended,
    /// It stands behind a place where the text is broken, and is JSON by itself.
    AfterBreak,
}

/// One name and its value, as they were written; short ones, which nearly all are, without memory of their own. Two are equal when both say the same, wherever they stand.
#[derive(Clone, Eq)]
pub struct Member {
    /// The name, with escapes resolved.
    pub name: SmolStr,
    /// The value's JSON text, digit by digit as it was written.
    pub raw: SmolStr,
    /// The byte of the text at which the value begins; 0 where there is no such text.
    pub offset: usize,
    /// How it was read.
    pub reading: Reading,
}

impl PartialEq for Member {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.raw == other.raw
    }
}

impl fmt::Debug for Member {
    /// A token inside a claim loses its signature here.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [name, raw] = [&*self.name, &*self.raw].map(super::redact::strip_signatures);
        write!(f, "{name:?}: {raw} ({:?})", self.reading)
    }
}

impl Member {
    /// A member whose value is this JSON text.
    pub fn new(name: impl Into<SmolStr>, raw: impl Into<SmolStr>) -> Self {
        Self {
            name: name.into(),
            raw: raw.into(),
            offset: 0,
            reading: Reading::Clean,
        }
    }

    /// The value. Numbers beyond 2^53 lose digits here: show [`Member::raw`]. A text with half a surrogate pair keeps it
    /// visible (`\ud800`), and a value that is nested too deep or a number too large for any reader is its text.
    pub fn value(&self) -> Value {
        serde_json::from_str(&self.raw).unwrap_or_else(|_| match self.as_str() {
            Some(text) => Value::from(text),
            None => Value::from(self.raw.as_str()),
        })
    }

    /// The value when it is a text, without a copy where it has no escapes.
    pub fn as_str(&self) -> Option<Cow<'_, str>> {
        let inside = self.raw.strip_prefix('"')?.strip_suffix('"')?;
        Some(unescape(inside))
    }

    /// The value when it is a whole number that fits.
    pub fn as_i64(&self) -> Option<i64> {
        self.raw.parse().ok().filter(|_| !self.raw.starts_with('+'))
    }

    /// Whether the value is an object or an array.
    pub fn is_container(&self) -> bool {
        self.raw.starts_with(['{', '['])
    }
}

/// Reads the members of a JSON object. The error says where it broke; the members before that are in the list.
pub fn read_members(json: &str) -> (Vec<Member>, Result<(), serde_json::Error>) {
    let mut members = Vec::new();
    let result = collect(json, &mut members);
    // A number at the very end of a cut text may have lost digits: a wrong value is worse than none.
    if result.as_ref().is_err_and(serde_json::Error::is_eof)
        && members.last().is_some_and(|last: &Member| {
            last.raw.ends_with(|c: char| c.is_ascii_digit()) && json.ends_with(last.raw.as_str())
        })
    {
        members.pop();
    }
    (members, result)
}

fn collect(json: &str, members: &mut Vec<Member>) -> Result<(), serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(json);
    Collect { json, members }
        .deserialize(&mut deserializer)
        .and_then(|()| deserializer.end())
}

/// Writes members as a JSON object again, numbers as they were and in one line. Where a name stands twice, the last one
/// wins, as most readers do it.
pub fn to_json(members: &[Member]) -> Box<RawValue> {
    let mut text = String::new();
    write_json(members, &mut text);
    RawValue::from_string(text).expect("names are escaped, and each value was read as JSON before or redacted as such")
}

/// The same, written behind what `out` holds: nothing is read again.
pub fn write_json(members: &[Member], out: &mut String) {
    let is_last = LastOfName::of(members);
    out.push('{');
    let mut comma = "";
    for (index, member) in members.iter().enumerate() {
        if !is_last.holds(index) {
            continue;
        }
        out.push_str(comma);
        comma = ",";
        write_json_text(&member.name, out);
        out.push(':');
        write_json_value(&member.raw, out);
    }
    out.push('}');
}

/// A value's JSON text, in one line and with escapes for what a terminal obeys or nobody sees: such characters stand nowhere
/// but in texts. A line break is white space between values.
pub fn write_json_value(json: &str, out: &mut String) {
    // In one pass, and without a way out in the middle: the compiler looks at many bytes at once.
    let is_all_plain = json.bytes().fold(0, |odd, byte| odd | u8::from(!is_plain(byte))) == 0;
    if is_all_plain {
        out.push_str(json);
        return;
    }
    for c in json.chars() {
        match c {
            '\n' | '\r' | '\t' => out.push(' '),
            _ => push_shown(c, out),
        }
    }
}

/// Whether a byte is a character of ASCII that is seen.
const fn is_plain(byte: u8) -> bool {
    matches!(byte, b' '..=b'~')
}

/// A character of a JSON text, as an escape where it must not be written as it is.
fn push_shown(c: char, out: &mut String) {
    if Unseen::of(c).is_none() {
        return out.push(c);
    }
    for unit in c.encode_utf16(&mut [0; 2]) {
        write!(out, "\\u{unit:04x}").expect("a String takes all");
    }
}

/// `text` as a JSON string, in its quotes.
pub fn write_json_text(text: &str, out: &mut String) {
    out.push('"');
    // In one pass, and without a way out in the middle: the compiler looks at many bytes at once.
    let (unplain, odd) = text.bytes().fold((0, 0), |(unplain, odd), byte| {
        (
            unplain | u8::from(!is_plain(byte)),
            odd | u8::from(matches!(byte, b'"' | b'\\')),
        )
    });
    match (unplain, odd) {
        // Nearly every text.
        (0, 0) => out.push_str(text),
        (0, _) => write_escaped(text, out),
        _ => write_unplain(text, out),
    }
    out.push('"');
}

/// A text with each quote and backslash escaped. Whole JSON documents are written so, and have one every few bytes: what
/// stands between them is copied eight bytes at a time.
fn write_escaped(mut text: &str, out: &mut String) {
    const PIECE: usize = 256;
    out.reserve(text.len() + text.len() / 4);
    // The last word may be copied over the end of what counts.
    let mut escaped = [0; 2 * PIECE + 8];
    while !text.is_empty() {
        let (piece, rest) = text.split_at(text.floor_char_boundary(PIECE));
        text = rest;
        let mut len = 0;
        let (words, last) = piece.as_bytes().as_chunks::<8>();
        for word in words {
            len = escape_word(u64::from_le_bytes(*word), 8, &mut escaped, len);
        }
        let mut word = [0; 8];
        word[..last.len()].copy_from_slice(last);
        len = escape_word(u64::from_le_bytes(word), last.len(), &mut escaped, len);
        out.push_str(std::str::from_utf8(&escaped[..len]).expect("what was put in between is ASCII"));
    }
}

/// Writes the first `count` of eight bytes behind the first `len` of `out`, escaped, and gives the new length.
fn escape_word(mut word: u64, mut count: usize, out: &mut [u8], mut len: usize) -> usize {
    let mut odd = odd_bytes(word);
    while odd != 0 {
        // What stands before the odd one; what is behind that is written over.
        let before = odd.trailing_zeros() as usize / 8;
        out[len..len + 8].copy_from_slice(&word.to_le_bytes());
        out[len + before] = b'\\';
        len += before + 1;
        // The odd one is the first now, and is no longer marked.
        word >>= 8 * before;
        odd = (odd >> (8 * before)) & !0x80;
        count -= before;
    }
    out[len..len + 8].copy_from_slice(&word.to_le_bytes());
    len + count
}

/// The highest bit of each of eight bytes that is a quote or a backslash.
const fn odd_bytes(word: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const LOW: u64 = 0x7f * ONES;
    /// Of each byte that is zero. Nothing is carried from one byte to the next.
    const fn zeros(word: u64) -> u64 {
        !(((word & LOW) + LOW) | word | LOW)
    }
    zeros(word ^ (ONES * b'"' as u64)) | zeros(word ^ (ONES * b'\\' as u64))
}

/// The slow way, for all characters. What a terminal obeys or nobody sees becomes an escape.
fn write_unplain(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ => push_shown(c, out),
        }
    }
}

/// Up to here comparing each name with each is quicker than a table.
const FEW: usize = 24;

/// Which members are the last of their name.
enum LastOfName {
    All,
    These(Vec<bool>),
}

impl LastOfName {
    fn of(members: &[Member]) -> Self {
        if members.len() <= FEW {
            let stands_again =
                |(index, member): (usize, &Member)| members[index + 1..].iter().any(|other| other.name == member.name);
            let again: Vec<bool> = match members.iter().enumerate().position(stands_again) {
                None => return Self::All,
                Some(_) => members.iter().enumerate().map(stands_again).collect(),
            };
            return Self::These(again.into_iter().map(|again| !again).collect());
        }
        // A hostile token has a hundred thousand of them: one look-up each.
        let last: HashMap<&str, usize> = members.iter().enumerate().map(|(i, m)| (m.name.as_str(), i)).collect();
        if last.len() == members.len() {
            return Self::All;
        }
        Self::These(
            members
                .iter()
                .enumerate()
                .map(|(i, m)| last[m.name.as_str()] == i)
                .collect(),
        )
    }

    fn holds(&self, index: usize) -> bool {
        match self {
            Self::All => true,
            Self::These(these) => these[index],
        }
    }
}

/// The byte in `text` at which a strict reader stops with this JSON error: of a text that was cut it is the end, of a bad
/// escape the backslash.
pub fn error_offset(text: &str, error: &serde_json::Error) -> usize {
    if error.is_eof() {
        return text.len();
    }
    let line_start: usize = text
        .split_inclusive('\n')
        .take(error.line().saturating_sub(1))
        .map(str::len)
        .sum();
    let at = (line_start + error.column()).saturating_sub(1).min(text.len());
    let (bytes, words) = (text.as_bytes(), error.to_string());
    let is_control = |at: usize| bytes.get(at).is_some_and(|byte| *byte < b' ');
    if words.starts_with("control character") && !is_control(at) && is_control(at + 1) {
        // In a value serde_json counts those that it has passed, in a name also the one at which it stops.
        return at + 1;
    }
    if words.starts_with("invalid escape") {
        let from = at.saturating_sub(ESCAPE_LEN - 1);
        let backslash = bytes[from..at].iter().rposition(|byte| *byte == b'\\');
        return backslash.map_or(at, |back| from + back);
    }
    at
}

/// Bytes of a member, few rather than many.
const USUAL_LEN: usize = 20;

/// `\u0041`.
const ESCAPE_LEN: usize = 6;

struct Collect<'a> {
    json: &'a str,
    members: &'a mut Vec<Member>,
}

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
        // About as many as there are: growing copies all of them.
        self.members.reserve(self.json.len() / USUAL_LEN + 1);
        while let Some(name) = map.next_key::<SmolStr>()? {
            let raw = map.next_value::<&RawValue>()?.get();
            self.members.push(Member {
                name,
                raw: raw.into(),
                offset: (raw.as_ptr() as usize).saturating_sub(self.json.as_ptr() as usize),
                reading: Reading::Clean,
            });
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
    fn where_a_value_stands_is_known() {
        let json = "{ \"a\" : 1 ,\n\"b\":[2]}";
        for member in read_members(json).0 {
            assert!(json[member.offset..].starts_with(member.raw.as_str()), "{member:?}");
        }
    }

    #[test]
    fn what_is_written_is_one_line() {
        let members = read_members("{\"a\":[1,\r\n2],\"b\\n\":\"x\\ny\"}").0;
        assert_eq!(to_json(&members).get(), r#"{"a":[1,  2],"b\n":"x\ny"}"#);
    }

    #[test]
    fn every_character_is_escaped_as_serde_json_does_it_wherever_it_stands() {
        for at in 0..20 {
            for c in (0..128)
                .filter_map(char::from_u32)
                .chain(['\u{80}', 'é', '😀', '\u{202e}', '\u{e0041}'])
            {
                let text = format!("{}{c}\"\\{c}x{c}{}", "a".repeat(at), "\u{1}!".repeat(at % 3));
                let mut out = String::new();
                write_json_text(&text, &mut out);
                assert_eq!(serde_json::from_str::<String>(&out).unwrap(), text, "{out}");
                assert!(!out.chars().any(|c| Unseen::of(c).is_some()), "{out:?}");
            }
        }
    }

    #[test]
    fn what_a_terminal_obeys_is_an_escape_in_a_value_and_loses_nothing() {
        let json = "{\"a\u{9b}\":\"é\u{7f}\u{202e}\u{200b}\",\n\t\"b\":1.0}";
        let mut out = String::new();
        write_json_value(json, &mut out);
        assert!(!out.chars().any(|c| Unseen::of(c).is_some()), "{out:?}");
        assert!(out.contains("é\\u007f\\u202e\\u200b") && out.contains("1.0"), "{out}");
        assert_eq!(
            serde_json::from_str::<Value>(&out).unwrap(),
            serde_json::from_str::<Value>(json).unwrap()
        );
    }

    #[test]
    fn of_many_names_the_last_wins() {
        let json: Vec<String> = (0..1000).map(|i| format!("\"{}\":{i}", i % 500)).collect();
        let members = read_members(&format!("{{{}}}", json.join(","))).0;
        let written: serde_json::Map<String, Value> = serde_json::from_str(to_json(&members).get()).unwrap();
        assert_eq!((members.len(), written.len(), &written["7"]), (1000, 500, &507.into()));
    }

    #[test]
    fn a_value_is_read_for_the_asking() {
        let member = |raw: &str| Member::new("a", raw);
        assert_eq!(member("\"x\\u0041\"").as_str().as_deref(), Some("xA"));
        assert_eq!(member("\"\\ud800\"").as_str().as_deref(), Some("\\ud800"));
        assert_eq!(member("\"\\ud800\"").value(), Value::from("\\ud800"));
        assert_eq!((member("12").as_i64(), member("12").as_str()), (Some(12), None));
        assert_eq!((member("1.5").as_i64(), member("\"12\"").as_i64()), (None, None));
        let deep = "[".repeat(200) + &"]".repeat(200);
        assert_eq!(member(&deep).value(), Value::from(deep));
    }

    #[test]
    fn what_stands_before_a_break_is_kept() {
        let text = r#"{"a":1,"b":"x","c":"#;
        let (members, result) = read_members(text);
        assert_eq!(members.len(), 2);
        assert_eq!(error_offset(text, &result.unwrap_err()), text.len());
    }

    #[test]
    fn an_error_points_at_the_byte_at_which_a_strict_reader_stops() {
        for (text, at) in [
            ("{\"a\":\"x\ty\"}", 7),
            ("{\"a\":\"\ty\"}", 6),
            ("{\"a\":\"x\ny\"}", 7),
            ("{\"a\tb\":1}", 3),
            ("{\"a\nb\":1}", 3),
            ("{\"a\":1,\n\"b\nc\":2}", 10),
            (r#"{"a":1"#, 6),
            ("{\"a\":1\n", 7),
            (r#"{"a":"cut"#, 9),
            (r#"{"a":"C:\x"}"#, 8),
            (r#"{"a":"\u12x4"}"#, 6),
            (r#"{"C:\x":1}"#, 4),
            (r#"{"a":1 x}"#, 7),
            (r#"{"a":1} x"#, 8),
            ("[1]", 0),
        ] {
            let error = read_members(text).1.unwrap_err();
            assert_eq!(error_offset(text, &error), at, "{text:?}: {error}");
        }
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
