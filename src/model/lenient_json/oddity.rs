//! What strict JSON may hold and readers disagree on: names that stand twice, characters that nobody sees, halves of
//! surrogate pairs, integers that lose digits, and deep nesting.

use std::collections::HashSet;

use super::JsonKind;
use super::fault::{Fault, Faults};
use super::unescape::{is_high, is_low, unit};
use crate::model::body::cut;
use crate::model::members::Member;
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
    if members.is_empty() {
        value(text, 0, faults);
    }
    for member in members {
        value(&member.raw, member.offset, faults);
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

/// Numbers and nesting of one value that stands at `offset`.
fn value(raw: &str, offset: usize, faults: &mut Faults) {
    match raw.as_bytes().first() {
        Some(b'-' | b'0'..=b'9') => number(raw, offset, faults),
        Some(b'{' | b'[' | b' ' | b'\t' | b'\n' | b'\r') => container(raw, offset, faults),
        _ => {}
    }
}

fn container(raw: &str, offset: usize, faults: &mut Faults) {
    let bytes = raw.as_bytes();
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => at = string_end(bytes, at + 1),
            b'{' | b'[' => {
                depth += 1;
                if depth == MAX_DEPTH + 1 {
                    faults.add("deep_nesting", offset + at, "RFC 8259 §9", || {
                        format!("Nesting deeper than {MAX_DEPTH}, where most readers give up,")
                    });
                }
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            b'-' | b'0'..=b'9' => {
                let len = bytes[at..].iter().take_while(|byte| is_of_number(**byte)).count();
                number(&raw[at..at + len], offset + at, faults);
                at += len.max(1);
                continue;
            }
            _ => {}
        }
        at += 1;
    }
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
    if members.len() <= FEW {
        // Only a name that looks like an earlier one is compared with them.
        let mut seen = 0_u64;
        for (index, member) in members.iter().enumerate() {
            let look = look_of(&member.name);
            if seen & look != 0 && members[..index].iter().any(|earlier| earlier.name == member.name) {
                faults.add_each(duplicate(member));
            }
            seen |= look;
        }
        return;
    }
    let mut seen = HashSet::with_capacity(members.len());
    let mut named = 0;
    for member in members {
        if seen.insert(member.name.as_str()) {
            continue;
        }
        named += 1;
        if named <= MAX_NAMED {
            faults.add_each(duplicate(member));
        } else {
            faults.add("duplicate_names", member.offset, "RFC 7519 §4", || {
                "Another name that stands twice".to_owned()
            });
        }
    }
}

/// One bit of 64, by length, beginning and end: the same for equal names.
fn look_of(name: &str) -> u64 {
    let byte = |byte: Option<&u8>| usize::from(byte.copied().unwrap_or_default());
    let bytes = name.as_bytes();
    1 << ((7 * bytes.len() + 3 * byte(bytes.first()) + byte(bytes.last())) % 64)
}

fn duplicate(member: &Member) -> Fault {
    Fault {
        code: "duplicate_name",
        offset: member.offset,
        more: 0,
        what: format!(
            "“{}” stands twice: readers choose the last, the first, or refuse; the second value stands",
            visible(&cut(&member.name))
        ),
        section: "RFC 7519 §4",
    }
}
