//! Tokens inside a token (RFC 7519 §5.2): its payload, or a text anywhere in its claims or header.

use std::fmt::Write as _;

use serde_json::Value;

use super::compact::looks_like_header;
use super::json_serialization::JsonShape;
use super::{Decoded, DecodedPart, Form, PartKind, decode_at};
use crate::model::defect::{Defect, Part};
use crate::model::members::Member;
use crate::model::secret::Secret;

/// A token inside a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nested {
    /// Where it stands: `payload`, `claim id_token`, `claim vp.verifiableCredential[0]`, `header trust_chain[1]`.
    pub place: String,
    /// The token itself.
    pub token: Secret,
    /// It, decoded.
    pub decoded: Box<Decoded>,
}

/// The place of a token that is the whole payload.
pub(super) const PAYLOAD: &str = "payload";
/// How many tokens may stand inside each other.
const MAX_DEPTH: usize = 5;
/// How many are read in one token.
const MAX_COUNT: usize = 50;

/// Finds the tokens inside. `depth` is how many this one stands inside of.
pub(super) fn find(decoded: &mut Decoded, depth: usize) {
    let mut finder = Finder {
        found: Vec::new(),
        left_out: 0,
    };
    finder.payload(&decoded.payload);
    finder.part("claim", &decoded.payload);
    finder.part("header", &decoded.header);
    if finder.found.is_empty() {
        return;
    }
    if depth >= MAX_DEPTH {
        let message =
            format!("More than {MAX_DEPTH} tokens inside each other: those further in were not read (RFC 8725 §3.6)");
        decoded
            .defects
            .push(Defect::new(Part::Payload, "nested_too_deep", message));
        return;
    }
    if finder.left_out > 0 {
        let message = format!("{} more tokens inside this one were not read", finder.left_out);
        decoded
            .defects
            .push(Defect::new(Part::Payload, "too_many_nested", message));
    }
    decoded.nested = finder
        .found
        .into_iter()
        .map(|(place, token)| Nested {
            place,
            decoded: Box::new(decode_at(token.expose(), depth + 1)),
            token,
        })
        .filter(|nested| nested.decoded.form != Form::Opaque)
        .collect();
}

struct Finder {
    found: Vec<(String, Secret)>,
    left_out: usize,
}

impl Finder {
    fn payload(&mut self, part: &DecodedPart) {
        let Some(text) = part.text.as_deref() else {
            return;
        };
        match part.kind {
            PartKind::Text => self.look(text.trim(), || PAYLOAD.to_owned()),
            PartKind::String => {
                if let Some(text) = Member::new("", text.trim()).as_str() {
                    self.look(&text, || PAYLOAD.to_owned());
                }
            }
            PartKind::Array if may_hold_token(text) => {
                self.value(&Member::new("", text).value(), &mut PAYLOAD.to_owned());
            }
            PartKind::Object if is_json_token(|name| part.member(name).is_some()) => {
                self.push(text.trim(), || PAYLOAD.to_owned());
            }
            _ => {}
        }
    }

    fn part(&mut self, of: &str, part: &DecodedPart) {
        for member in &part.members {
            let raw = member.raw.as_bytes();
            if raw.first() == Some(&b'"') {
                // A beginning that is escaped, a blank before it, or JSON in the text.
                if matches!(raw.get(1), Some(b'e' | b'\\' | b'{' | b' '))
                    && let Some(text) = member.as_str()
                {
                    self.look(&text, || format!("{of} {}", member.name));
                }
            } else if member.is_container() && may_hold_token(&member.raw) {
                self.value(&member.value(), &mut format!("{of} {}", member.name));
            }
        }
    }

    /// `serde_json` nests no deeper than 128.
    fn value(&mut self, value: &Value, place: &mut String) {
        let len = place.len();
        match value {
            Value::String(text) => self.look(text, || place.clone()),
            Value::Array(values) => {
                for (index, value) in values.iter().enumerate() {
                    write!(place, "[{index}]").expect("a String takes all");
                    self.value(value, place);
                    place.truncate(len);
                }
            }
            Value::Object(members) if is_json_token(|name| members.contains_key(name)) => {
                self.push(&value.to_string(), || place.clone());
            }
            Value::Object(members) => {
                for (name, value) in members {
                    place.push('.');
                    place.push_str(name);
                    self.value(value, place);
                    place.truncate(len);
                }
            }
            _ => {}
        }
    }

    fn look(&mut self, text: &str, place: impl FnOnce() -> String) {
        let text = text.trim();
        let is_written_like_one = looks_like_header(text)
            && matches!(text.bytes().filter(|byte| *byte == b'.').count(), 2 | 4)
            && !text.contains(char::is_whitespace);
        // Whether JSON is a token is seen when it is decoded.
        let is_json = text.starts_with('{') && (text.contains("\"signature") || text.contains("\"ciphertext\""));
        if is_written_like_one || is_json {
            self.push(text, place);
        }
    }

    fn push(&mut self, text: &str, place: impl FnOnce() -> String) {
        if self.found.len() < MAX_COUNT {
            self.found.push((place(), Secret::from(text)));
        } else {
            self.left_out += 1;
        }
    }
}

/// Whether it is worth looking into a value: a text that begins like a token, or a name that a token in JSON has.
fn may_hold_token(raw: &str) -> bool {
    // In one pass: each of the marks begins so, and few values have one.
    let begins_one = |pair: &[u8]| matches!(pair, [b'"', b'e' | b'\\' | b's' | b'c'] | [b'{', b'\\']);
    raw.as_bytes().windows(2).any(begins_one)
        && ["\"ey", "\"ew", "\"\\u", "\"signature", "\"ciphertext\"", "{\\"]
            .iter()
            .any(|mark| raw.contains(mark))
}

fn is_json_token(has: impl Fn(&str) -> bool) -> bool {
    let (has_signature, has_ciphertext) = (has("signature") || has("signatures"), has("ciphertext"));
    if !has_signature && !has_ciphertext {
        // Nearly every payload.
        return false;
    }
    let shape = JsonShape {
        has_header: has("protected") || has("recipients"),
        has_payload: has("payload"),
        has_signature,
        has_ciphertext,
    };
    shape.is_jws() && shape.has_payload || shape.is_jws() && has("protected") || shape.is_jwe()
}
