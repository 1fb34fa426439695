//! The members of an object that is no JSON: what is plain is mended, and behind a place that cannot be read it goes on
//! with the next member.
//!
//! It never goes back further than to where it broke, so that it is linear in the length of any text. What it hands out
//! as raw text is JSON always.

use super::fault::Faults;
use super::unescape::unescape;
use super::value::{Outcome, is_word};
use crate::model::members::{Member, Reading};

/// Reads the members, and says whether the text is strict JSON all the same.
pub(super) fn members(text: &str, faults: &mut Faults) -> (Vec<Member>, bool) {
    let mut reader = Reader {
        text,
        at: 0,
        is_behind_break: false,
        ignores_depth: false,
        comments: Comments::default(),
        faults,
    };
    let members = reader.members();
    (members, reader.faults.is_empty())
}

/// Where it is in the text, and what it has met.
pub(super) struct Reader<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    pub(super) faults: &'a mut Faults,
    is_behind_break: bool,
    ignores_depth: bool,
    comments: Comments,
}

/// Longest name that is looked for where its first quote is lost.
const MAX_BROKEN_NAME: usize = 200;

impl Reader<'_> {
    fn members(&mut self) -> Vec<Member> {
        let mut members = Vec::new();
        self.skip_mark();
        self.skip_space();
        if self.peek() == Some(b'{') {
            self.at += 1;
        } else if self.is_at_name() {
            // Nothing but the brace is lost.
            self.is_behind_break = true;
            self.faults.add("no_brace", self.at, "RFC 8259 §4", || {
                "The opening brace is missing".to_owned()
            });
        } else {
            let goes_on = match self.list() {
                Some(goes_on) => goes_on,
                None => self.skip_to_next_member(0),
            };
            if !goes_on {
                return members;
            }
        }
        let mut comma_at = None;
        loop {
            self.skip_space();
            match self.peek() {
                None => {
                    self.cut(self.at);
                    return members;
                }
                Some(b'}') => {
                    if let Some(at) = comma_at {
                        self.trailing_comma(at);
                    }
                    self.at += 1;
                    if !self.goes_on() {
                        return members;
                    }
                }
                Some(b',') => {
                    self.faults.add("extra_comma", self.at, "RFC 8259 §4", || {
                        "A comma with nothing before it".to_owned()
                    });
                    comma_at = None;
                    self.at += 1;
                }
                Some(_) => {
                    comma_at = None;
                    match self.member() {
                        Ok(member) => {
                            let behind = self.behind_value();
                            if let Behind::Comma(at) = behind {
                                comma_at = Some(at);
                            }
                            if !matches!(behind, Behind::Doubt) {
                                members.push(member);
                                continue;
                            }
                            if member.raw.starts_with('"') {
                                // Its last quote may be the first one of the next name.
                                self.at = member.offset;
                            }
                            if !self.skip_to_next_member(0) {
                                return members;
                            }
                        }
                        // What was read so far may have been shortened by the cut.
                        Err(Stop::Cut) => {
                            self.cut(self.text.len());
                            return members;
                        }
                        Err(Stop::Broken { depth }) => {
                            if !self.skip_to_next_member(depth) {
                                return members;
                            }
                        }
                    }
                }
            }
        }
    }

    /// Reads a text that is a list, and says whether there is more behind it; `None` where it is none. A list has no
    /// members: what is wrong in it is told.
    fn list(&mut self) -> Option<bool> {
        let start = self.at;
        if self.peek() != Some(b'[') {
            return None;
        }
        match self.value(&mut String::new()) {
            Outcome::Whole => Some(self.goes_on()),
            Outcome::Cut => {
                self.cut(self.text.len());
                Some(false)
            }
            Outcome::Broken { .. } => {
                self.at = start;
                None
            }
        }
    }

    /// One name and its value.
    fn member(&mut self) -> Result<Member, Stop> {
        let (start, faults_before) = (self.at, self.faults.count());
        let name = self.name()?;
        self.skip_space();
        match self.peek() {
            Some(b':') => self.at += 1,
            Some(b'=') => {
                self.faults.add("no_colon", self.at, "RFC 8259 §4", || {
                    "= where a colon belongs".to_owned()
                });
                self.at += 1;
            }
            Some(_) => {
                // The last quote of what was taken for a name may be the first one of the next.
                self.at = start;
                return Err(Stop::Broken { depth: 0 });
            }
            None => return Err(Stop::Cut),
        }
        self.skip_space();
        let offset = self.at;
        let mut raw = String::new();
        match self.value(&mut raw) {
            Outcome::Whole => {}
            Outcome::Cut => return Err(Stop::Cut),
            Outcome::Broken { depth } => return Err(Stop::Broken { depth }),
        }
        let reading = if self.faults.count() > faults_before || raw.contains('\u{fffd}') {
            Reading::Mended
        } else if self.is_behind_break {
            Reading::AfterBreak
        } else {
            Reading::Clean
        };
        Ok(Member {
            name: name.into(),
            raw: raw.into(),
            offset,
            reading,
        })
    }

    fn name(&mut self) -> Result<String, Stop> {
        let start = self.at;
        match self.peek() {
            Some(quote @ (b'"' | b'\'')) => {
                let mut quoted = String::new();
                match self.string(quote, b":", &mut quoted) {
                    Outcome::Whole => return Ok(unescape(&quoted[1..quoted.len() - 1]).into_owned()),
                    Outcome::Cut => return Err(Stop::Cut),
                    Outcome::Broken { .. } => {}
                }
            }
            Some(byte) if is_word(byte) => {
                let word = self.word();
                self.at += word.len();
                self.skip_space();
                match self.peek() {
                    Some(b':' | b'=') => {
                        self.faults.add("unquoted_name", start, "RFC 8259 §4", || {
                            "A name without quotes".to_owned()
                        });
                        return Ok(word.to_owned());
                    }
                    None => return Err(Stop::Cut),
                    Some(_) => self.at = start,
                }
            }
            _ => {}
        }
        self.name_without_first_quote().ok_or(Stop::Broken { depth: 0 })
    }

    /// `xyz":`: the name of a member whose beginning was hit.
    fn name_without_first_quote(&mut self) -> Option<String> {
        let rest = &self.text[self.at..];
        let quote = rest
            .bytes()
            .take(MAX_BROKEN_NAME)
            .position(|byte| matches!(byte, b'"' | b',' | b'{' | b'}' | b'[' | b']' | b':'))?;
        let behind = rest
            .get(quote..)?
            .strip_prefix('"')?
            .trim_start_matches([' ', '\t', '\n', '\r']);
        if quote == 0 || !behind.starts_with(':') {
            return None;
        }
        self.faults.add("unreadable", self.at, "RFC 8259 §4", || {
            "What stands here cannot be read".to_owned()
        });
        self.at += quote + 1;
        self.is_behind_break = true;
        Some(rest[..quote].to_owned())
    }

    /// Reads what stands behind a value.
    fn behind_value(&mut self) -> Behind {
        let end = self.at;
        self.skip_space();
        match self.peek() {
            Some(b',') => {
                self.at += 1;
                Behind::Comma(self.at - 1)
            }
            Some(b'}') | None => Behind::End,
            Some(b'"' | b'\'') if self.is_at_name() => {
                self.faults
                    .add("missing_comma", end, "RFC 8259 §4", || "A comma is missing".to_owned());
                Behind::End
            }
            Some(_) => Behind::Doubt,
        }
    }

    /// Whether a name in quotes and a colon stand here.
    fn is_at_name(&self) -> bool {
        let bytes = self.text.as_bytes();
        let Some(&quote) = bytes.get(self.at) else {
            return false;
        };
        name_end(bytes, self.at + 1, quote).is_some_and(|end| is_colon_next(bytes, end))
    }

    /// Behind the last brace: whether there is more that belongs to the object.
    fn goes_on(&mut self) -> bool {
        self.skip_space();
        if self.at >= self.text.len() {
            return false;
        }
        let from = self.at;
        self.faults.add("text_behind", from, "RFC 8259 §2", || {
            "Text behind the closing brace".to_owned()
        });
        self.skip_to_next_member(0)
    }

    /// Goes to the next place where `,"name":` stands: not inside what is nested there, as far as its brackets tell.
    fn skip_to_next_member(&mut self, depth: usize) -> bool {
        let from = self.at;
        self.is_behind_break = true;
        let found = match self.next_member(from, (!self.ignores_depth).then_some(depth)) {
            None if !self.ignores_depth => {
                // The brackets are broken too. They are not believed any more: this is done once.
                self.ignores_depth = true;
                self.next_member(from, None)
            }
            found => found,
        };
        self.at = found.unwrap_or(self.text.len());
        self.faults.add("unreadable", from, "RFC 8259 §4", || {
            "What stands here cannot be read, and the next member was looked for".to_owned()
        });
        found.is_some()
    }

    /// The byte of the next name behind `from`, with `depth` brackets open there if brackets are believed.
    fn next_member(&self, from: usize, depth: Option<usize>) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let mut open = depth.unwrap_or(0);
        for (at, byte) in bytes.iter().enumerate().skip(from) {
            match byte {
                // A text that lost its beginning may lose its first brace.
                b',' | b'{' if open == 0 && (*byte == b',' || at == from || from == 0) => {
                    let name = at + 1 + space_len(&bytes[at + 1..]);
                    let quote = bytes.get(name).copied().filter(|byte| matches!(byte, b'"' | b'\''));
                    let end = quote.and_then(|quote| name_end(bytes, name + 1, quote));
                    let is_name = end.is_some_and(|end| is_colon_next(bytes, end));
                    if is_name {
                        return Some(name);
                    }
                }
                b'{' | b'[' if depth.is_some() => open += 1,
                b'}' | b']' => open = open.saturating_sub(1),
                _ => {}
            }
        }
        None
    }

    fn skip_mark(&mut self) {
        if self.text.starts_with('\u{feff}') {
            self.faults.add("byte_order_mark", 0, "RFC 8259 §8.1", || {
                "A byte order mark".to_owned()
            });
            self.at = '\u{feff}'.len_utf8();
        }
    }

    fn cut(&mut self, at: usize) {
        self.faults
            .add("cut", at, "RFC 8259 §2", || "The text ends in the middle".to_owned());
    }

    pub(super) fn trailing_comma(&mut self, at: usize) {
        self.faults.add("trailing_comma", at, "RFC 8259 §4", || {
            "A comma with nothing behind it".to_owned()
        });
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// White space and comments.
    pub(super) fn skip_space(&mut self) {
        loop {
            let rest = &self.text[self.at..];
            self.at += space_len(rest.as_bytes());
            let rest = &self.text[self.at..];
            // What has no end is no comment: `//` stands in every address.
            let (end, is_open) = if rest.starts_with("//") {
                ("\n", &mut self.comments.is_last_line)
            } else if rest.starts_with("/*") {
                ("*/", &mut self.comments.is_behind_last_end)
            } else {
                return;
            };
            if *is_open {
                return;
            }
            let Some(len) = rest.find(end).map(|at| at + end.len()) else {
                // Behind here there is none either: this is looked for once.
                *is_open = true;
                return;
            };
            self.faults
                .add("comment", self.at, "RFC 8259 §2", || "A comment".to_owned());
            self.at += len;
        }
    }
}

/// What is known of the ends of comments further on.
#[derive(Default)]
struct Comments {
    is_last_line: bool,
    is_behind_last_end: bool,
}

/// What stands behind a value.
enum Behind {
    /// A comma, here.
    Comma(usize),
    /// The end, or the next member with no comma between.
    End,
    /// Something that cannot be: the value itself is in doubt.
    Doubt,
}

/// Why a member could not be read.
enum Stop {
    /// The text ends in it.
    Cut,
    /// It is no JSON, with so many brackets open.
    Broken { depth: usize },
}

pub(super) fn space_len(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'))
        .count()
}

/// The byte behind a name's closing quote. A name has no control characters in it.
fn name_end(bytes: &[u8], mut at: usize, quote: u8) -> Option<usize> {
    while let Some(&byte) = bytes.get(at) {
        match byte {
            byte if byte == quote => return Some(at + 1),
            b'\\' => at += 2,
            0..=0x1f => return None,
            _ => at += 1,
        }
    }
    None
}

fn is_colon_next(bytes: &[u8], at: usize) -> bool {
    bytes.get(at + space_len(&bytes[at..])) == Some(&b':')
}
