//! One JSON value, mended where that is plain.

use serde_json::value::RawValue;

use super::recover::Reader;
use super::unescape::unit;
use crate::model::members::write_json_text;

/// What became of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It is there, and what was written is JSON.
    Whole,
    /// The text ends in it: it may have been longer.
    Cut,
    /// It cannot be read, and so many brackets are open there.
    Broken { depth: usize },
}

/// What may come next inside an object or array.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    /// Behind a name, or the value as a whole.
    Value,
    /// In an array.
    Element,
    Name,
    CommaOrEnd,
}

impl<'a> Reader<'a> {
    /// Reads the value that begins here and writes it to `out` as JSON. Nesting takes no stack of ours.
    pub(super) fn value(&mut self, out: &mut String) -> Outcome {
        let mut open: Vec<u8> = Vec::new();
        let mut next = Next::Value;
        // The last comma, and how long `out` was before it.
        let mut comma = None;
        loop {
            self.skip_space();
            let Some(byte) = self.peek() else {
                return Outcome::Cut;
            };
            let closes = next != Next::Value && open.last() == Some(&byte);
            match (next, byte) {
                (_, b'}' | b']') if closes => {
                    if let Some((at, len)) = comma.take() {
                        self.trailing_comma(at);
                        out.truncate(len);
                    }
                    out.push(char::from(byte));
                    self.at += 1;
                    open.pop();
                    next = Next::CommaOrEnd;
                }
                (Next::CommaOrEnd, b',') => {
                    comma = Some((self.at, out.len()));
                    out.push(',');
                    self.at += 1;
                    next = after_comma(&open);
                    continue;
                }
                (Next::Value | Next::Element, b'{' | b'[') => {
                    out.push(char::from(byte));
                    self.at += 1;
                    open.push(if byte == b'{' { b'}' } else { b']' });
                    next = if byte == b'{' { Next::Name } else { Next::Element };
                }
                (Next::Value | Next::Element, _) => match self.scalar(byte, out) {
                    Outcome::Whole => next = Next::CommaOrEnd,
                    Outcome::Cut => return Outcome::Cut,
                    Outcome::Broken { .. } => return Outcome::Broken { depth: open.len() },
                },
                (Next::Name, _) => match self.inner_name(byte, out) {
                    Outcome::Whole => next = Next::Value,
                    Outcome::Cut => return Outcome::Cut,
                    Outcome::Broken { .. } => return Outcome::Broken { depth: open.len() },
                },
                (Next::CommaOrEnd, b'"' | b'{' | b'[') => {
                    self.faults.add("missing_comma", self.at, "RFC 8259 §5", || {
                        "A comma is missing".to_owned()
                    });
                    out.push(',');
                    next = after_comma(&open);
                }
                (Next::CommaOrEnd, _) => return Outcome::Broken { depth: open.len() },
            }
            comma = None;
            if open.is_empty() && next == Next::CommaOrEnd {
                return Outcome::Whole;
            }
        }
    }

    /// A name inside a value, with its colon.
    fn inner_name(&mut self, byte: u8, out: &mut String) -> Outcome {
        let start = self.at;
        let outcome = match byte {
            b'"' | b'\'' => self.string(byte, b":", out),
            byte if is_word(byte) => {
                let word = self.word();
                self.at += word.len();
                self.faults.add("unquoted_name", start, "RFC 8259 §4", || {
                    "A name without quotes".to_owned()
                });
                write_json_text(word, out);
                Outcome::Whole
            }
            _ => Outcome::Broken { depth: 0 },
        };
        if outcome != Outcome::Whole {
            return outcome;
        }
        self.skip_space();
        match self.peek() {
            Some(b':') => {
                self.at += 1;
                out.push(':');
                Outcome::Whole
            }
            Some(_) => Outcome::Broken { depth: 0 },
            None => Outcome::Cut,
        }
    }

    fn scalar(&mut self, byte: u8, out: &mut String) -> Outcome {
        if matches!(byte, b'"' | b'\'') {
            return self.string(byte, b",}]", out);
        }
        let word = self.word();
        let end = self.at + word.len();
        if word.is_empty() {
            return Outcome::Broken { depth: 0 };
        }
        if end == self.text.len() {
            return Outcome::Cut;
        }
        if serde_json::from_str::<&RawValue>(word).is_ok() {
            out.push_str(word);
        } else {
            let (code, section, what) =
                if matches!(word.trim_start_matches(['-', '+']), "NaN" | "Infinity" | "inf" | "nan") {
                    (
                        "not_a_number",
                        "RFC 8259 §6",
                        "NaN or Infinity, which JSON does not have: shown as a text",
                    )
                } else if word.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.')) {
                    (
                        "invalid_number",
                        "RFC 8259 §6",
                        "A number that is none in JSON: shown as a text",
                    )
                } else {
                    ("bare_word", "RFC 8259 §3", "A word without quotes: shown as a text")
                };
            self.faults.add(code, self.at, section, || what.to_owned());
            write_json_text(word, out);
        }
        self.at = end;
        Outcome::Whole
    }

    /// Letters, digits and signs from here on.
    pub(super) fn word(&self) -> &'a str {
        let text: &'a str = self.text;
        let len = text.as_bytes()[self.at..]
            .iter()
            .take_while(|byte| is_word(**byte))
            .count();
        &text[self.at..self.at + len]
    }

    /// A string in these quotes, written as JSON. In single quotes it must be followed by one of `followers`: an apostrophe
    /// is no quote. Where it is none, it goes back to its beginning.
    pub(super) fn string(&mut self, quote: u8, followers: &[u8], out: &mut String) -> Outcome {
        let (start, len) = (self.at, out.len());
        let bytes = self.text.as_bytes();
        let mut at = start + 1;
        let mut copied = at;
        out.push('"');
        loop {
            let Some(&byte) = bytes.get(at) else {
                out.truncate(len);
                return if quote == b'"' {
                    Outcome::Cut
                } else {
                    Outcome::Broken { depth: 0 }
                };
            };
            let (taken, written): (usize, &str) = match byte {
                byte if byte == quote => break,
                b'"' => (1, "\\\""),
                b'\\' => match escape(bytes, at) {
                    Escape::Valid(taken) => {
                        at += taken;
                        continue;
                    }
                    Escape::Quote => (1, ""),
                    Escape::None => {
                        self.add_in(
                            quote,
                            "invalid_escape",
                            at,
                            "A backslash before a character that it cannot escape",
                        );
                        (1, "\\\\")
                    }
                },
                0..=0x1f => {
                    self.add_in(
                        quote,
                        "unescaped_control",
                        at,
                        "A control character that is not escaped",
                    );
                    (1, CONTROL[usize::from(byte)])
                }
                _ => {
                    at += 1;
                    continue;
                }
            };
            out.push_str(&self.text[copied..at]);
            out.push_str(written);
            at += taken;
            // An escaped single quote stands for itself.
            copied = at;
            if written.is_empty() {
                at += 1;
            }
        }
        out.push_str(&self.text[copied..at]);
        out.push('"');
        self.at = at + 1;
        if quote == b'\'' {
            self.skip_space();
            if self.peek().is_some_and(|byte| !followers.contains(&byte)) {
                out.truncate(len);
                self.at = start;
                return Outcome::Broken { depth: 0 };
            }
            self.faults.add("single_quotes", start, "RFC 8259 §7", || {
                "A text in single quotes".to_owned()
            });
        }
        Outcome::Whole
    }

    /// What stands in single quotes may turn out to be no string at all.
    fn add_in(&mut self, quote: u8, code: &'static str, at: usize, what: &str) {
        if quote == b'"' {
            self.faults.add(code, at, "RFC 8259 §7", || what.to_owned());
        }
    }
}

fn after_comma(open: &[u8]) -> Next {
    if open.last() == Some(&b'}') {
        Next::Name
    } else {
        Next::Element
    }
}

enum Escape {
    /// So many bytes, as JSON has it.
    Valid(usize),
    /// `\'`, which JSON does not have.
    Quote,
    /// None at all.
    None,
}

fn escape(bytes: &[u8], at: usize) -> Escape {
    match bytes.get(at + 1) {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Escape::Valid(2),
        Some(b'u') if unit(bytes, at + 1).is_some() => Escape::Valid(6),
        Some(b'\'') => Escape::Quote,
        _ => Escape::None,
    }
}

/// Whether it may stand in a number, a literal or a name without quotes.
pub(super) const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.' | b'_' | b'$')
}

/// C0 as JSON writes it.
const CONTROL: [&str; 32] = [
    "\\u0000", "\\u0001", "\\u0002", "\\u0003", "\\u0004", "\\u0005", "\\u0006", "\\u0007", "\\b", "\\t", "\\n",
    "\\u000b", "\\f", "\\r", "\\u000e", "\\u000f", "\\u0010", "\\u0011", "\\u0012", "\\u0013", "\\u0014", "\\u0015",
    "\\u0016", "\\u0017", "\\u0018", "\\u0019", "\\u001a", "\\u001b", "\\u001c", "\\u001d", "\\u001e", "\\u001f",
];
