//! The text of a JSON string, whatever its escapes are.

use std::borrow::Cow;

/// Resolves the escapes of what stands between a JSON string's quotes (RFC 8259 §7). Half a surrogate pair and an escape
/// that there is not stay visible as they were written.
pub(in crate::model) fn unescape(inside: &str) -> Cow<'_, str> {
    let Some(first) = inside.find('\\') else {
        return Cow::Borrowed(inside);
    };
    let mut out = String::with_capacity(inside.len());
    out.push_str(&inside[..first]);
    let mut rest = &inside[first..];
    while let Some(after) = rest.strip_prefix('\\') {
        let (taken, c) = escape(after);
        match c {
            Some(c) => out.push(c),
            None => out.push_str(&rest[..=taken]),
        }
        rest = &after[taken..];
        let next = rest.find('\\').unwrap_or(rest.len());
        out.push_str(&rest[..next]);
        rest = &rest[next..];
    }
    Cow::Owned(out)
}

/// How many bytes behind the backslash belong to the escape, and what it stands for.
fn escape(after: &str) -> (usize, Option<char>) {
    let c = match after.bytes().next() {
        Some(b'"') => '"',
        Some(b'\\') => '\\',
        Some(b'/') => '/',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return unicode(after),
        _ => return (0, None),
    };
    (1, Some(c))
}

fn unicode(after: &str) -> (usize, Option<char>) {
    let Some(first) = unit(after.as_bytes(), 0) else {
        return (1, None);
    };
    if !is_high(first) {
        return (5, char::from_u32(first));
    }
    let second = after.as_bytes().get(5).filter(|byte| **byte == b'\\');
    match second.and_then(|_| unit(after.as_bytes(), 6)) {
        Some(low) if is_low(low) => {
            let code = 0x1_0000 + ((first - 0xd800) << 10) + (low - 0xdc00);
            (11, char::from_u32(code))
        }
        _ => (5, None),
    }
}

/// The code unit of `uXXXX` at this byte.
pub(super) fn unit(bytes: &[u8], at: usize) -> Option<u32> {
    let escape = bytes.get(at..at.checked_add(5)?)?;
    let (b'u', digits) = escape.split_first()? else {
        return None;
    };
    digits
        .iter()
        .try_fold(0, |code, digit| Some(code * 16 + char::from(*digit).to_digit(16)?))
}

/// The first half of a pair (RFC 8259 §7).
pub(super) const fn is_high(unit: u32) -> bool {
    matches!(unit, 0xd800..=0xdbff)
}

/// The second half of a pair.
pub(super) const fn is_low(unit: u32) -> bool {
    matches!(unit, 0xdc00..=0xdfff)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn escapes_are_resolved_and_broken_ones_stay_visible() {
        for (inside, text) in [
            ("plain", "plain"),
            (r#"\"\\\/\b\f\n\r\t"#, "\"\\/\u{8}\u{c}\n\r\t"),
            (r"\u00e9\ud83d\ude00!", "é😀!"),
            (r"\ud800", r"\ud800"),
            (r"\ud800\u0041", r"\ud800A"),
            (r"\udc00x", r"\udc00x"),
            (r"\x \u12", r"\x \u12"),
            (r"a\", r"a\"),
            ("\\é", "\\é"),
        ] {
            assert_eq!(unescape(inside), text);
        }
    }

    proptest! {
        #[test]
        fn what_serde_json_writes_is_read_back(text in any::<String>()) {
            let written = serde_json::Value::from(text.as_str()).to_string();
            prop_assert_eq!(unescape(&written[1..written.len() - 1]), text);
        }

        #[test]
        fn any_text_can_be_unescaped(text in r"(\\|u|d8|\\ud83d|[0-9a-f]{4}|.)*") {
            let _ = unescape(&text);
        }
    }
}
