//! Text that others wrote, as the window shows it.

use std::borrow::Cow;

use crate::model::visible::{Unseen, code_point};

/// `text` with every character that moves the cursor, turns the line around or cannot be seen written as its code point:
/// `‹U+202E›`; and `‹?›` where bytes were no text. The brackets are those that the window's fonts have.
pub fn visible(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| instead_of(c).is_none()) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match instead_of(c) {
            Some(words) => out.push_str(&words),
            None => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// What is shown in the place of a character; `None` where that is the character itself.
pub fn instead_of(c: char) -> Option<Cow<'static, str>> {
    match c {
        ' '..='~' => None,
        '\u{fffd}' => Some("‹?›".into()),
        c => Unseen::of(c).map(|_| format!("‹{}›", code_point(u32::from(c))).into()),
    }
}

/// Where `needle` stands in `text`, one behind the other; for letters of ASCII whatever their case.
pub fn find_ascii(text: &str, needle: &str) -> impl Iterator<Item = usize> {
    let (text, needle) = (text.as_bytes(), needle.as_bytes());
    let first = needle
        .first()
        .map(|first| [first.to_ascii_lowercase(), first.to_ascii_uppercase()]);
    let mut from = 0;
    std::iter::from_fn(move || {
        let [lower, upper] = first?;
        loop {
            let rest = text.get(from..)?;
            let at = from + rest.iter().position(|byte| *byte == lower || *byte == upper)?;
            from = at + 1;
            let found = text.get(at..at + needle.len())?;
            if found.eq_ignore_ascii_case(needle) {
                from = at + needle.len();
                return Some(at);
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_found_each_time_that_it_stands_there() {
        let all = |text, needle| find_ascii(text, needle).collect::<Vec<_>>();
        assert_eq!(all("aAab Aä", "aa"), [0]);
        assert_eq!(all("x Sub sUb su", "sub"), [2, 6]);
        assert_eq!(all("ää", "ä"), [0, 2]);
        assert!(all("text", "").is_empty() && all("", "a").is_empty());
    }

    #[test]
    fn what_cannot_be_seen_is_written_as_its_code_point() {
        assert_eq!(visible("a\u{202e}b\0c\u{fffd}"), "a‹U+202E›b‹U+0000›c‹?›");
        assert!(matches!(visible("plain"), Cow::Borrowed("plain")));
    }
}
