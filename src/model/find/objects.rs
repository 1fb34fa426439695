//! JWS and JWE as JSON objects (RFC 7515 §7.2, RFC 7516 §7.2), wherever they stand in a text.

use super::Candidate;
use super::note::Notes;
use super::shape::begins_object;
use super::units::{How, Units, is_word};
use crate::model::jwt::JsonShape;

/// Deeper objects are not looked into.
const MAX_DEPTH: usize = 64;

/// All of them, in order; of those in each other the outermost.
pub(super) fn objects(units: &Units<'_>) -> Vec<Candidate> {
    let mut found = Vec::new();
    // A text inside a text has its quotes escaped, and the outer one's are no quotes of it.
    for how in [How::Plain, How::Backslash, How::Percent, How::Entity] {
        Scanner {
            units,
            how,
            stack: Vec::new(),
            found: &mut found,
        }
        .run();
    }
    found.sort_by_key(|candidate| candidate.range.start);
    let mut end = 0;
    found.retain(|candidate| {
        let is_outermost = candidate.range.start >= end;
        end = end.max(candidate.range.end);
        is_outermost
    });
    found
}

/// An object or list that is open.
#[derive(Default)]
struct Open {
    start: usize,
    is_list: bool,
    /// The name whose value comes next.
    name: Name,
    /// Which names it has, by `Name`; a value that cannot be it does not count.
    has: [bool; 7],
    /// `payload` is named, whatever its value.
    names_payload: bool,
    /// `payload` and `signature` are nothing but base64url.
    is_plain: bool,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Name {
    Header,
    /// Counts as a header too. Its value is one in base64url.
    Protected,
    Payload,
    Signature,
    Signatures,
    Ciphertext,
    #[default]
    Other,
}

impl Open {
    fn at(start: usize, is_list: bool) -> Self {
        Self {
            start,
            is_list,
            is_plain: true,
            ..Self::default()
        }
    }

    fn set_name(&mut self, name: &str) {
        self.name = match name {
            "protected" => Name::Protected,
            "header" | "unprotected" | "recipients" => Name::Header,
            "payload" => Name::Payload,
            "signature" => Name::Signature,
            "signatures" => Name::Signatures,
            "ciphertext" => Name::Ciphertext,
            _ => Name::Other,
        };
        self.has[Name::Header as usize] |= matches!(self.name, Name::Header | Name::Protected);
        self.names_payload |= self.name == Name::Payload;
    }

    fn set_list(&mut self) {
        self.has[Name::Signatures as usize] |= self.name == Name::Signatures;
    }

    fn set_text(&mut self, is_base64: bool, first: &str) {
        self.has[Name::Protected as usize] |= self.name == Name::Protected && begins_object(first);
        if matches!(self.name, Name::Payload | Name::Signature | Name::Ciphertext) {
            self.has[self.name as usize] = true;
            self.is_plain &= is_base64;
        }
    }

    fn is_token(&self) -> bool {
        let has = |name: Name| self.has[name as usize];
        // In a text a payload is what tells a signature from any other.
        let shape = JsonShape {
            has_header: has(Name::Header) || self.is_plain || has(Name::Signatures),
            has_payload: has(Name::Payload),
            has_signature: has(Name::Signature) || has(Name::Signatures),
            has_ciphertext: has(Name::Ciphertext),
        };
        let is_jws = shape.is_jws() && shape.has_payload && shape.has_header;
        let is_jwe = shape.is_jwe() && has(Name::Header);
        // Its payload or its signature is lost.
        let is_cut = has(Name::Protected) && self.names_payload;
        !self.is_list && (is_jws || is_jwe || is_cut)
    }
}

struct Scanner<'a, 'b> {
    units: &'a Units<'a>,
    /// How the quotes of this text are written.
    how: How,
    stack: Vec<Open>,
    found: &'b mut Vec<Candidate>,
}

impl Scanner<'_, '_> {
    fn run(&mut self) {
        let mut at = 0;
        while let Some(unit) = self.units.get(at) {
            let is_open = !self.stack.is_empty();
            match unit.ch {
                '{' => self.open(at, false),
                '[' if is_open => {
                    if let Some(open) = self.stack.last_mut() {
                        open.set_list();
                    }
                    self.open(at, true);
                }
                '}' | ']' if is_open => self.close(at, unit.ch == ']'),
                '"' if is_open && unit.how == self.how => {
                    at = self.text(at);
                    continue;
                }
                ',' | ':' | ' ' | '\t' | '\r' | '\n' => {}
                ch if ch.is_ascii_alphanumeric() || matches!(ch, '-' | '+' | '.') || unit.how == How::Invisible => {}
                // No JSON: whatever was open is none either.
                _ => self.stack.clear(),
            }
            at += 1;
        }
    }

    fn open(&mut self, at: usize, is_list: bool) {
        if self.stack.len() >= MAX_DEPTH {
            self.stack.clear();
        }
        self.stack.push(Open::at(at, is_list));
    }

    fn close(&mut self, at: usize, is_list: bool) {
        match self.stack.pop() {
            Some(open) if open.is_list == is_list => {
                if open.is_token() {
                    self.found.push(self.candidate(open.start, at + 1));
                }
            }
            _ => self.stack.clear(),
        }
    }

    /// Reads a text in quotes, and says where to go on.
    fn text(&mut self, start: usize) -> usize {
        let mut end = start + 1;
        while let Some(unit) = self.units.get(end) {
            if unit.ch == '"' && unit.how == self.how {
                break;
            }
            if unit.ch == '"' && unit.how == How::Plain {
                // The text around this one ended.
                self.stack.clear();
                return end + 1;
            }
            end += 1;
        }
        let Some(open) = self.stack.last_mut() else {
            return end + 1;
        };
        let mut behind = self.units.after_blanks(end + 1);
        while matches!(self.units.ch(behind), '\r' | '\n') {
            behind = self.units.after_blanks(behind + 1);
        }
        if self.units.ch(behind) == ':' && !open.is_list {
            open.set_name(&self.units.seen(start + 1..end).take(16).collect::<String>());
        } else {
            let is_base64 = self.units.seen(start + 1..end).all(|ch| is_word(ch) || ch == '=');
            let first: String = self.units.seen(start + 1..end).take(8).collect();
            open.set_text(is_base64, &first);
        }
        end + 1
    }

    fn candidate(&self, start: usize, end: usize) -> Candidate {
        let raw = self.units.raw(start..end);
        let value = match self.how {
            How::Plain => raw.to_owned(),
            How::Backslash => serde_json::from_str(&format!("\"{raw}\""))
                .unwrap_or_else(|_| self.units.seen(start..end).collect::<String>()),
            _ => self.units.seen(start..end).collect(),
        };
        let mut notes = Notes::default();
        if let Some(first) = (start..end).find(|at| self.units.how(*at) == self.how) {
            notes.add_unit(self.units, first);
        }
        Candidate {
            value,
            range: start..end,
            notes,
        }
    }
}
