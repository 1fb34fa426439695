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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_written_as_its_code_point() {
        assert_eq!(visible("a\u{202e}b\0c\u{fffd}"), "a‹U+202E›b‹U+0000›c‹?›");
        assert!(matches!(visible("plain"), Cow::Borrowed("plain")));
    }
}
