//! Text of tokens and servers with the characters made visible that move the cursor, turn the line around or cannot be
//! seen: shown, never obeyed.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Why a character must not be written as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unseen {
    /// NUL, C0, DEL and C1: a terminal obeys them.
    Control,
    /// Turns the order of what is shown around (Unicode Standard Annex 9 §2).
    Bidi,
    /// Takes no room: two names look the same and are not.
    Invisible,
}

impl Unseen {
    /// Why this character must not be written as it is; `None` for all that may.
    pub const fn of(c: char) -> Option<Self> {
        match c {
            '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' => Some(Self::Control),
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => Some(Self::Bidi),
            '\u{ad}'
            | '\u{34f}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{17b4}'
            | '\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200d}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{2060}'..='\u{2065}'
            | '\u{206a}'..='\u{206f}'
            | '\u{2800}'
            | '\u{3164}'
            // The two that follow a sign to make it a picture, or not, are seen: U+FE0E and U+FE0F.
            | '\u{fe00}'..='\u{fe0d}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e01ef}' => Some(Self::Invisible),
            _ => None,
        }
    }
}

/// `text` with each such character written as its code point, like `⟨U+202E⟩`. Line breaks and tabs are among them: text
/// of several lines is cut into lines first.
pub fn visible(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) || !text.chars().any(|c| Unseen::of(c).is_some()) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if Unseen::of(c).is_some() {
            write!(out, "⟨{}⟩", code_point(u32::from(c))).expect("a String takes all");
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// A code point as the Unicode Standard writes it: `U+202E`.
pub fn code_point(code: u32) -> String {
    format!("U+{code:04X}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_obeys_or_nobody_sees_is_written_as_its_code_point() {
        for (text, shown) in [
            ("plain é 漢 😀", "plain é 漢 😀"),
            ("\u{1b}[31m", "⟨U+001B⟩[31m"),
            ("a\nb\0\u{7f}\u{85}", "a⟨U+000A⟩b⟨U+0000⟩⟨U+007F⟩⟨U+0085⟩"),
            ("admin\u{202e}nimda", "admin⟨U+202E⟩nimda"),
            ("a\u{200b}b\u{feff}\u{e0041}", "a⟨U+200B⟩b⟨U+FEFF⟩⟨U+E0041⟩"),
            ("\u{2066}\u{200e}\u{61c}", "⟨U+2066⟩⟨U+200E⟩⟨U+061C⟩"),
            ("☎\u{fe0f}", "☎\u{fe0f}"),
        ] {
            assert_eq!(visible(text), shown);
        }
    }

    #[test]
    fn plain_text_is_not_copied() {
        assert!(matches!(visible("plain"), Cow::Borrowed("plain")));
        assert!(matches!(visible("naïve"), Cow::Borrowed("naïve")));
    }
}
