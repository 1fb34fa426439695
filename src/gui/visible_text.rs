//! Text that others wrote, as the window shows it.

use std::borrow::Cow;

use crate::model::visible::visible as code_points;

/// `text` with every character that moves the cursor, turns the line around or cannot be seen written as its code point:
/// `‹U+202E›`. The brackets are those that the window's fonts have.
pub fn visible(text: &str) -> Cow<'_, str> {
    match code_points(text) {
        Cow::Owned(text) => Cow::Owned(text.replace('⟨', "‹").replace('⟩', "›")),
        plain @ Cow::Borrowed(_) => plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_written_as_its_code_point() {
        assert_eq!(visible("a\u{202e}b\0c"), "a‹U+202E›b‹U+0000›c");
        assert!(matches!(visible("plain"), Cow::Borrowed("plain")));
    }
}
