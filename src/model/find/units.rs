//! A text as a row of units: each is one character as it was meant, with the way it was written and where it stands. So
//! a `.` is a `.` whether it came as `.`, `%2E`, `%252E`, `\u002e` or `&#46;`.

use std::ops::Range;

use super::super::visible::Unseen;

/// How a character was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    /// As itself.
    Plain,
    /// `%2E`, or encoded more than once.
    Percent,
    /// Behind one or more backslashes, or a line break behind one.
    Backslash,
    /// As an HTML entity or tag.
    Entity,
    /// Not to be seen: zero-width characters, direction marks, a terminal's colours.
    Invisible,
}

/// One character.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unit {
    /// What it means.
    pub(super) ch: char,
    /// How it was written.
    pub(super) how: How,
    /// The byte of the text at which it begins; it ends where the next begins.
    pub(super) start: usize,
}

/// A whole text. Unit numbers beyond the end are allowed everywhere and are the end.
pub(super) struct Units<'a> {
    /// The text itself.
    pub(super) text: &'a str,
    list: Vec<Unit>,
}

/// What stands where nothing stands.
const END: char = '\0';

impl<'a> Units<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let mut list = Vec::with_capacity(text.len());
        let mut start = 0;
        let is_wide = is_wide(text);
        while let Some(ch) = text[start..].chars().next() {
            let (ch, how, len) = match ch {
                '\0' if is_wide => (ch, How::Invisible, 1),
                ch => read(&text[start..], ch),
            };
            list.push(Unit { ch, how, start });
            start += len;
        }
        Self { text, list }
    }

    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    pub(super) fn get(&self, at: usize) -> Option<Unit> {
        self.list.get(at).copied()
    }

    /// The character of a unit, NUL beyond the end.
    pub(super) fn ch(&self, at: usize) -> char {
        self.list.get(at).map_or(END, |unit| unit.ch)
    }

    pub(super) fn how(&self, at: usize) -> How {
        self.list.get(at).map_or(How::Plain, |unit| unit.how)
    }

    pub(super) fn is_end(&self, at: usize) -> bool {
        at >= self.list.len()
    }

    /// The first unit from `at` on that can be seen.
    pub(super) fn visible(&self, mut at: usize) -> usize {
        while self.get(at).is_some_and(|unit| unit.how == How::Invisible) {
            at += 1;
        }
        at
    }

    /// The character before `at` that can be seen.
    pub(super) fn before(&self, at: usize) -> Option<char> {
        let seen = self
            .list
            .get(..at)?
            .iter()
            .rev()
            .find(|unit| unit.how != How::Invisible);
        seen.map(|unit| unit.ch)
    }

    /// The first unit from `at` on that is no blank and can be seen.
    pub(super) fn after_blanks(&self, mut at: usize) -> usize {
        while self.get(at).is_some_and(|u| u.how == How::Invisible || is_blank(u.ch)) {
            at += 1;
        }
        at
    }

    /// The bytes of the text that units stand for.
    pub(super) fn bytes(&self, units: Range<usize>) -> Range<usize> {
        let byte = |at: usize| self.list.get(at).map_or(self.text.len(), |unit| unit.start);
        byte(units.start)..byte(units.end)
    }

    /// Those bytes as text.
    pub(super) fn raw(&self, units: Range<usize>) -> &'a str {
        &self.text[self.bytes(units)]
    }

    /// The characters of a range that can be seen.
    pub(super) fn seen(&self, units: Range<usize>) -> impl DoubleEndedIterator<Item = char> {
        let end = units.end.min(self.list.len());
        let list = &self.list[units.start.min(end)..end];
        list.iter()
            .filter(|unit| unit.how != How::Invisible)
            .map(|unit| unit.ch)
    }
}

/// A space within a line.
pub(super) fn is_blank(ch: char) -> bool {
    matches!(ch, ' ' | '\t' | '\u{a0}')
}

/// Any mark that people or programs put around a text.
pub(super) fn is_quote(ch: char) -> bool {
    matches!(
        ch,
        '"' | '\'' | '`' | '´' | '«' | '»' | '‘'..='‟' | '‹' | '›' | '「' | '」'
    )
}

/// A letter of base64url.
pub(super) fn is_word(ch: char) -> bool {
    ch.is_ascii_alphanumeric() || matches!(ch, '-' | '_')
}

/// Whether each second character is NUL: UTF-16 that was read as UTF-8. A list may be divided by NULs as well.
fn is_wide(text: &str) -> bool {
    let count = text.bytes().filter(|byte| *byte == 0).count();
    count > 0 && count >= text.len() / 2 - text.len() / 16
}

/// The unit at the beginning of `rest`: its character, how it is written, and its length in bytes.
fn read(rest: &str, ch: char) -> (char, How, usize) {
    let special = match ch {
        '%' => percent(rest.as_bytes()),
        '\\' => Some(backslash(rest.as_bytes())),
        '&' => entity(rest.as_bytes()),
        '<' => tag(rest.as_bytes()),
        '\u{1b}' => escape_sequence(rest.as_bytes()),
        _ => None,
    };
    match special {
        Some((ch, how, len)) => (ch, if is_invisible(ch) { How::Invisible } else { how }, len),
        None if is_invisible(ch) => (ch, How::Invisible, ch.len_utf8()),
        None => (ch, How::Plain, ch.len_utf8()),
    }
}

fn is_invisible(ch: char) -> bool {
    if ch.is_ascii() {
        return false;
    }
    match ch {
        // Behind a sign they are seen, and no token has signs; and a line's end is one.
        '\u{fe0e}' | '\u{fe0f}' => true,
        '\u{2028}' | '\u{2029}' => false,
        _ => matches!(Unseen::of(ch), Some(Unseen::Bidi | Unseen::Invisible)),
    }
}

fn hex(digits: Option<&[u8]>) -> Option<u32> {
    digits?
        .iter()
        .try_fold(0, |sum, b| Some(sum * 16 + char::from(*b).to_digit(16)?))
}

/// How often one text may have been percent-encoded.
const MAX_ENCODINGS: usize = 3;

fn percent(rest: &[u8]) -> Option<(char, How, usize)> {
    if rest.starts_with(b"%E2%80%8B") {
        return Some(('\u{200b}', How::Invisible, 9));
    }
    let (byte, len) = decoded(rest, MAX_ENCODINGS)?;
    // Above ASCII it is a piece of a letter, and no token has such.
    let ch = Some(char::from(byte)).filter(char::is_ascii).unwrap_or('\u{fffd}');
    (len > 1).then_some((ch, How::Percent, len))
}

/// The first byte of a text that was encoded up to `times`, and how long it is written.
fn decoded(rest: &[u8], times: usize) -> Option<(u8, usize)> {
    let Some(before) = times.checked_sub(1) else {
        return rest.first().map(|byte| (*byte, 1));
    };
    let (byte, len) = decoded(rest, before)?;
    if byte != b'%' {
        return Some((byte, len));
    }
    let digits = || {
        let (high, high_len) = decoded(&rest[len..], before)?;
        let (low, low_len) = decoded(&rest[len + high_len..], before)?;
        let byte = u8::try_from(hex(Some(&[high, low]))?).ok()?;
        Some((byte, len + high_len + low_len))
    };
    Some(digits().unwrap_or((byte, len)))
}

/// More backslashes in a row than that are no escape.
const MAX_BACKSLASHES: usize = 15;

fn backslash(rest: &[u8]) -> (char, How, usize) {
    let count = rest.iter().take(MAX_BACKSLASHES).take_while(|b| **b == b'\\').count();
    let behind = &rest[count..];
    let number = |from: usize, to: usize| {
        let code = hex(behind.get(from..to))?;
        Some((char::from_u32(code).unwrap_or('\u{fffd}'), to))
    };
    let escaped = match behind {
        // Two of them are a backslash that escapes no quote.
        [b'"' | b'\'' | b'`', ..] if count.is_multiple_of(2) => None,
        [b'u', ..] => number(1, 5),
        [b'x', ..] => number(1, 3),
        [b'r', ..] => Some(('\r', 1)),
        [b't', ..] => Some(('\t', 1)),
        [b'n' | b'\n', ..] => Some(('\n', 1)),
        [b'\r', b'\n', ..] => Some(('\n', 2)),
        [b, ..] if b.is_ascii_punctuation() && *b != b'\\' => Some((char::from(*b), 1)),
        _ => None,
    };
    match escaped {
        Some((ch, len)) => (ch, How::Backslash, count + len),
        None => ('\\', How::Plain, count),
    }
}

/// The longest entity that is known.
const MAX_ENTITY: usize = 18;

fn entity(rest: &[u8]) -> Option<(char, How, usize)> {
    let end = rest.iter().take(MAX_ENTITY).position(|b| *b == b';')?;
    let name = std::str::from_utf8(&rest[1..end]).ok()?;
    let ch = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "period" => '.',
        "equals" => '=',
        "lowbar" | "UnderBar" => '_',
        "hyphen" | "dash" => '-',
        "plus" => '+',
        "sol" => '/',
        "colon" => ':',
        "NewLine" => '\n',
        "Tab" => '\t',
        "shy" => '\u{ad}',
        "zwj" => '\u{200d}',
        "zwnj" => '\u{200c}',
        "ZeroWidthSpace" => '\u{200b}',
        _ => {
            let code = match name.strip_prefix('#')? {
                number if number.starts_with(['x', 'X']) => u32::from_str_radix(&number[1..], 16).ok()?,
                number => number.parse().ok()?,
            };
            char::from_u32(code)?
        }
    };
    Some((ch, How::Entity, end + 1))
}

fn tag(rest: &[u8]) -> Option<(char, How, usize)> {
    let end = rest.iter().take(8).position(|b| *b == b'>')?;
    let name: Vec<u8> = rest[1..end]
        .iter()
        .filter(|b| !matches!(b, b' ' | b'/'))
        .map(u8::to_ascii_lowercase)
        .collect();
    match name.as_slice() {
        b"wbr" => Some(('\u{200b}', How::Invisible, end + 1)),
        b"br" => Some(('\n', How::Entity, end + 1)),
        _ => None,
    }
}

/// What a terminal takes for a colour or a movement (ECMA-48 §5.4).
fn escape_sequence(rest: &[u8]) -> Option<(char, How, usize)> {
    if rest.get(1) != Some(&b'[') {
        return None;
    }
    let inner = rest[2..]
        .iter()
        .take(32)
        .take_while(|b| matches!(b, 0x20..=0x3f))
        .count();
    let last = rest.get(2 + inner)?;
    matches!(last, 0x40..=0x7e).then_some(('\u{200b}', How::Invisible, inner + 3))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meant(text: &str) -> String {
        let units = Units::of(text);
        units.seen(0..units.len()).collect()
    }

    #[test]
    fn a_dot_is_a_dot_however_it_is_written() {
        for written in [
            ".", "%2E", "%2e", "%252E", "%25252E", r"\.", r"\u002e", r"\\u002E", r"\x2e", "&#46;", "&#x2E;", "&period;",
        ] {
            assert_eq!(meant(&format!("a{written}b")), "a.b", "{written}");
        }
    }

    #[test]
    fn what_is_no_escape_stays() {
        for text in [
            "100%",
            "%zz",
            "%2",
            "&state=1",
            "a & b; c",
            "&;",
            "&#;",
            "&#x110000;",
            "<b>",
            "\u{1b}",
            "é%",
        ] {
            assert_eq!(meant(text), text);
        }
    }

    #[test]
    fn what_is_not_to_be_seen_is_left_out() {
        assert_eq!(
            meant("a\u{200b}b\u{1b}[1;32mc\u{1b}[0md<wbr>e&shy;f%E2%80%8Bg"),
            "abcdefg"
        );
    }

    #[test]
    fn an_escaped_backslash_escapes_no_quote() {
        let units = Units::of(r#"\\"\""#);
        let hows: Vec<_> = (0..units.len()).map(|at| (units.ch(at), units.how(at))).collect();
        assert_eq!(hows, [('\\', How::Plain), ('"', How::Plain), ('"', How::Backslash)]);
    }
}
