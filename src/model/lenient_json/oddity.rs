//! What strict JSON may hold and readers disagree on: names that stand twice, characters that nobody sees, halves of
//! surrogate pairs, integers that lose digits, and deep nesting.

use std::borrow::Cow;
use std::collections::HashSet;

use super::JsonKind;
use super::fault::{Fault, Faults};
use super::recover::space_len;
use super::unescape::{is_high, is_low, unescape, unit};
use crate::model::body::cut;
use crate::model::members::{Member, Reading};
use crate::model::visible::{Unseen, code_point, visible};

/// `serde_json`'s own limit, and about that of other readers.
const MAX_DEPTH: usize = 127;
/// How many names that stand twice are named one by one.
const MAX_NAMED: usize = 8;
/// Up to here comparing each name with each is quicker than a table.
const FEW: usize = 24;

/// Finds them in a text and in the members that were read from it.
pub(super) fn find(text: &str, members: &[Member], kind: JsonKind, faults: &mut Faults) {
    // Without a way out in the middle: the compiler looks at many bytes at once.
    if text
        .bytes()
        .fold(0, |found, byte| found | u8::from(is_suspicious(byte)))
        != 0
    {
        characters(text, kind, faults);
    }
    let mut twice = Twice::default();
    if members.is_empty() {
        value("", text, Place::Exact(0), &mut twice, faults);
    }
    for member in members {
        let place = match member.reading {
            Reading::Mended => Place::About(member.offset),
            Reading::Clean | Reading::AfterBreak => Place::Exact(member.offset),
        };
        value(&member.name, &member.raw, place, &mut twice, faults);
    }
    duplicates(members, faults);
}

const fn is_suspicious(byte: u8) -> bool {
    byte < b' ' || byte >= 0x7f || byte == b'\\'
}

/// Escapes and unseen characters stand nowhere but in strings; white space between values is no oddity.
fn characters(text: &str, kind: JsonKind, faults: &mut Faults) {
    let bytes = text.as_bytes();
    let mut high_ends_at = None;
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        if c != '\\' {
            let is_space = matches!(c, '\t' | '\n' | '\r') || (c == '\u{feff}' && at == 0);
            // A control character that is not escaped is no JSON: that was told already, and its code point is told here.
            if !is_space || kind == JsonKind::String {
                unseen(c, at, faults);
            }
            continue;
        }
        if let Some(code) = unit(bytes, at + 1) {
            let pairs = is_low(code) && high_ends_at.take() == Some(at);
            if is_high(code) && !next_is_low(bytes, at + 6) || is_low(code) && !pairs {
                faults.add("lone_surrogate", at, "RFC 8259 §8.2", || {
                    format!("\\u{code:04x}, half of a surrogate pair, which readers treat differently,")
                });
            }
            if is_high(code) {
                high_ends_at = Some(at + 6);
            } else if let Some(c) = char::from_u32(code) {
                unseen(c, at, faults);
            }
            chars.nth(4);
        } else {
            // The character that is escaped.
            chars.next();
        }
    }
}

fn next_is_low(bytes: &[u8], at: usize) -> bool {
    bytes.get(at) == Some(&b'\\') && unit(bytes, at + 1).is_some_and(is_low)
}

fn unseen(c: char, at: usize, faults: &mut Faults) {
    let name = || code_point(u32::from(c));
    match Unseen::of(c) {
        None => {}
        Some(Unseen::Control) => faults.add("control_character", at, "RFC 8259 §7", || {
            format!("The control character {}", name())
        }),
        Some(Unseen::Bidi) => faults.add("bidi_control", at, "RFC 8264 §4.2.3", || {
            format!("{}, which turns the order of what is shown around,", name())
        }),
        Some(Unseen::Invisible) => faults.add("invisible_character", at, "RFC 8264 §4.2.3", || {
            format!("{}, which nobody sees,", name())
        }),
    }
}

/// Where in the text a value begins.
#[derive(Clone, Copy)]
enum Place {
    Exact(usize),
    /// It was mended: what is inside it stood elsewhere, somewhere behind its beginning.
    About(usize),
}

impl Place {
    /// The byte of the text where the byte `at` of the value is.
    const fn of(self, at: usize) -> usize {
        match self {
            Self::Exact(offset) => offset + at,
            Self::About(offset) => offset,
        }
    }
}

/// Numbers, nesting and names of the value of `claim`.
fn value<'a>(claim: &str, raw: &'a str, place: Place, twice: &mut Twice<'a>, faults: &mut Faults) {
    match raw.as_bytes().first() {
        Some(b'-' | b'0'..=b'9') => number(raw, place.of(0), faults),
        Some(b'{' | b'[' | b' ' | b'\t' | b'\n' | b'\r') => container(claim, raw, place, twice, faults),
        _ => {}
    }
}

fn container<'a>(claim: &str, raw: &'a str, place: Place, twice: &mut Twice<'a>, faults: &mut Faults) {
    let bytes = raw.as_bytes();
    let mut looks = Looks::default();
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => {
                let end = string_end(bytes, at + 1);
                if looks.open > 0 && behind_colon(bytes, end + 1).is_some() {
                    looks.name(&bytes[at + 1..end]);
                }
                at = end;
            }
            b'{' | b'[' => {
                if byte == b'{' {
                    looks.open();
                }
                depth += 1;
                if depth == MAX_DEPTH + 1 {
                    faults.add("deep_nesting", place.of(at), "RFC 8259 §9", || {
                        format!("Nesting deeper than {MAX_DEPTH}, where most readers give up,")
                    });
                }
            }
            b'}' | b']' => {
                if byte == b'}' {
                    looks.open = looks.open.saturating_sub(1);
                }
                depth = depth.saturating_sub(1);
            }
            b'-' | b'0'..=b'9' => {
                let len = bytes[at..].iter().take_while(|byte| is_of_number(**byte)).count();
                number(&raw[at..at + len], place.of(at), faults);
                at += len.max(1);
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    if looks.may_repeat {
        twice.find(claim, raw, place, faults);
    }
}

/// What the names of the objects that are open look like: hardly any object has two that look alike, so that hardly any has
/// to be read name by name.
#[derive(Default)]
struct Looks {
    open: usize,
    seen: [u64; 4],
    may_repeat: bool,
}

impl Looks {
    fn open(&mut self) {
        if let Some(seen) = self.seen.get_mut(self.open) {
            *seen = 0;
        }
        self.open += 1;
    }

    fn name(&mut self, name: &[u8]) {
        let look = look_of(name);
        match self.seen.get_mut(self.open - 1) {
            Some(seen) if *seen & look == 0 && !name.contains(&b'\\') => *seen |= look,
            _ => self.may_repeat = true,
        }
    }
}

/// Looks for names that stand twice inside a value. It is made once a text: no more than a few are told of all of it.
#[derive(Default)]
struct Twice<'a> {
    /// For each object that is open, how many names there were before it.
    opened: Vec<usize>,
    /// The names of the objects that are open, those of an inner one behind the name that it belongs to.
    names: Vec<InnerName<'a>>,
    /// How many names were told.
    told: usize,
}

/// A name inside a value, and where what it names begins.
struct InnerName<'a> {
    name: Cow<'a, str>,
    offset: usize,
}

impl<'a> Twice<'a> {
    /// Reads a value name by name. [`Looks`] keep nearly all from it.
    #[cold]
    fn find(&mut self, claim: &str, raw: &'a str, place: Place, faults: &mut Faults) {
        self.opened.clear();
        self.names.clear();
        let bytes = raw.as_bytes();
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            match byte {
                b'"' => {
                    let end = string_end(bytes, at + 1);
                    if let Some(value) = behind_colon(bytes, end + 1) {
                        self.names.push(InnerName {
                            name: unescape(&raw[at + 1..end]),
                            offset: place.of(value),
                        });
                    }
                    at = end;
                }
                b'{' => self.opened.push(self.names.len()),
                b'}' => self.close(claim, faults),
                _ => {}
            }
            at += 1;
        }
    }

    /// An object ends: its names are all there, and are not needed any more.
    fn close(&mut self, claim: &str, faults: &mut Faults) {
        let Some(start) = self.opened.pop() else { return };
        for index in repeated(self.names.len() - start, |index| &self.names[start + index].name) {
            let inner = &self.names[start + index];
            self.told += 1;
            if self.told > MAX_NAMED {
                faults.add("duplicate_name", inner.offset, INNER, String::new);
                continue;
            }
            let path = self.path(claim, start, &inner.name);
            faults.add_each(duplicate(&path, inner.offset, INNER));
        }
        self.names.truncate(start);
    }

    /// The names on the way to one, joined by dots, where the object that it is in was closed and had its first name at
    /// `start`. Lists on the way are passed over.
    fn path(&self, claim: &str, start: usize, name: &str) -> String {
        let mut path = claim.to_owned();
        let starts = self.opened.iter().copied().chain([start]);
        // What the outermost object belongs to is the claim.
        let between = starts.skip(1).filter_map(|start| self.names.get(start.checked_sub(1)?));
        for name in between.map(|inner| &*inner.name).chain([name]) {
            if !path.is_empty() {
                path.push('.');
            }
            path.push_str(name);
        }
        path
    }
}

/// What asks for names to be unique inside a claim; among the claims it is RFC 7519 §4.
const INNER: &str = "RFC 8259 §4";

/// Where the value begins, if a colon comes next: what stands before it is a name.
fn behind_colon(bytes: &[u8], at: usize) -> Option<usize> {
    let colon = at + space_len(bytes.get(at..)?);
    let value = colon + 1;
    (bytes.get(colon) == Some(&b':')).then(|| value + space_len(&bytes[value..]))
}

/// The closing quote of a string whose inside begins at `at`.
fn string_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    at
}

const fn is_of_number(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E')
}

/// Up to ±2^53 each integer has a double of its own (RFC 8259 §6).
const LARGEST: u64 = 1 << 53;

fn number(text: &str, offset: usize, faults: &mut Faults) {
    let digits = text.strip_prefix('-').unwrap_or(text);
    // 2^53 has 16 digits.
    if digits.len() < 16 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return;
    }
    if digits.parse::<u64>().is_ok_and(|number| number <= LARGEST) {
        return;
    }
    faults.add("large_number", offset, "RFC 8259 §6", || {
        "A number beyond ±2^53, of which other readers lose digits (only integers beyond that do; here it is kept)"
            .to_owned()
    });
}

fn duplicates(members: &[Member], faults: &mut Faults) {
    let twice = repeated(members.len(), |index| &members[index].name);
    for (nth, index) in twice.into_iter().enumerate() {
        let member = &members[index];
        if members.len() <= FEW || nth < MAX_NAMED {
            faults.add_each(duplicate(&member.name, member.offset, "RFC 7519 §4"));
        } else {
            faults.add("duplicate_names", member.offset, "RFC 7519 §4", || {
                "Another name that stands twice".to_owned()
            });
        }
    }
}

/// The places of those of `len` names that stood there before.
fn repeated<'n>(len: usize, name: impl Fn(usize) -> &'n str) -> Vec<usize> {
    if len > FEW {
        let mut seen = HashSet::with_capacity(len);
        return (0..len).filter(|index| !seen.insert(name(*index))).collect();
    }
    // Only a name that looks like an earlier one is compared with them.
    let (mut seen, mut twice) = (0_u64, Vec::new());
    for index in 0..len {
        let look = look_of(name(index).as_bytes());
        if seen & look != 0 && (0..index).any(|earlier| name(earlier) == name(index)) {
            twice.push(index);
        }
        seen |= look;
    }
    twice
}

/// One bit of 64, by length, beginning and end: the same for equal names.
fn look_of(bytes: &[u8]) -> u64 {
    let byte = |byte: Option<&u8>| usize::from(byte.copied().unwrap_or_default());
    1 << ((7 * bytes.len() + 3 * byte(bytes.first()) + byte(bytes.last())) % 64)
}

fn duplicate(name: &str, offset: usize, section: &'static str) -> Fault {
    Fault {
        code: "duplicate_name",
        offset,
        more: 0,
        what: format!(
            "“{}” stands twice: readers choose the last, the first, or refuse; the second value stands",
            visible(&cut(name))
        ),
        section,
    }
}
