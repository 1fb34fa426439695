//! A text that may be a megabyte, of which only a piece is edited at a time.
//!
//! egui lays out the whole text of a field at each change: half a second for a megabyte. So a long text is kept as what
//! stands before the piece, the piece, and what stands after it.

use std::fmt;
use std::ops::Range;

use zeroize::Zeroizing;

use crate::model::Secret;

/// Up to this many bytes the whole text is the piece.
pub const WHOLE_LEN: usize = 16 * 1024;
/// As long is a piece of a longer text, in bytes.
pub const PIECE_LEN: usize = 4 * 1024;
/// A piece that has grown to this is cut anew.
const PIECE_MOST: usize = 2 * PIECE_LEN;

/// The text. It is wiped when dropped, and never printed.
#[derive(Default)]
pub struct LongText {
    before: Zeroizing<String>,
    /// What is edited.
    piece: Zeroizing<String>,
    after: Zeroizing<String>,
}

impl LongText {
    /// Bytes of the whole.
    pub fn len(&self) -> usize {
        self.before.len() + self.piece.len() + self.after.len()
    }

    /// Whether nothing stands there.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether the piece is all of it.
    pub fn is_whole(&self) -> bool {
        self.before.is_empty() && self.after.is_empty()
    }

    /// Where the piece is in the whole, in bytes.
    pub fn shown(&self) -> Range<usize> {
        self.before.len()..self.before.len() + self.piece.len()
    }

    /// The piece, to be edited. Call [`Self::settle`] after a change.
    pub fn piece(&mut self) -> &mut String {
        &mut self.piece
    }

    /// The whole, in a box: one copy.
    pub fn whole(&self) -> Secret {
        let mut whole = String::with_capacity(self.len());
        for part in [&self.before, &self.piece, &self.after] {
            whole.push_str(part);
        }
        Secret::new(whole)
    }

    /// Puts another text in the place of all.
    pub fn set(&mut self, text: &str) {
        self.clear();
        self.piece.push_str(text);
        self.cut(0);
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Puts `text` where `range` of the piece is, in characters, and returns where the cursor belongs then, in characters
    /// of the piece.
    pub fn replace(&mut self, range: Range<usize>, text: &str) -> usize {
        let bytes = byte_of(&self.piece, range.start)..byte_of(&self.piece, range.end.max(range.start));
        let end = self.before.len() + bytes.start + text.len();
        if text.len() > PIECE_LEN {
            // Not through the middle of the piece: a megabyte is moved once.
            let rest = Zeroizing::new(self.piece[bytes.end..].to_owned());
            self.piece.truncate(bytes.start);
            let before = std::mem::take(&mut self.piece);
            self.before.push_str(&before);
            self.before.push_str(text);
            self.after.insert_str(0, &rest);
        } else {
            self.piece.replace_range(bytes, text);
        }
        self.recut(end)
    }

    /// After the piece was edited with the cursor at `cursor` (characters of the piece): cuts it anew where it has grown, or
    /// where all of the text fits now. Returns where the cursor is then, when that has moved.
    pub fn settle(&mut self, cursor: usize) -> Option<usize> {
        let is_right = if self.len() <= WHOLE_LEN {
            self.is_whole()
        } else {
            !self.piece.is_empty() && self.piece.len() <= PIECE_MOST
        };
        if is_right {
            return None;
        }
        let at = self.before.len() + byte_of(&self.piece, cursor);
        Some(self.recut(at))
    }

    /// Shows the piece before this one.
    pub fn earlier(&mut self) {
        let at = self.before.len().saturating_sub(PIECE_LEN);
        self.join();
        self.cut(at);
    }

    /// Shows the piece after this one.
    pub fn later(&mut self) {
        let at = self.before.len() + self.piece.len();
        self.join();
        self.cut(at);
    }

    /// Cuts so that the byte `at` of the whole stands in the piece, and returns which of its characters that is.
    fn recut(&mut self, at: usize) -> usize {
        self.join();
        self.cut(at.saturating_sub(PIECE_LEN / 2));
        let in_piece = self.piece.floor_char_boundary(at.saturating_sub(self.before.len()));
        self.piece[..in_piece].chars().count()
    }

    /// Makes the piece all of it.
    fn join(&mut self) {
        let mut whole = std::mem::take(&mut self.before);
        whole.reserve(self.piece.len() + self.after.len());
        whole.push_str(&self.piece);
        whole.push_str(&self.after);
        self.piece = whole;
        self.after = Zeroizing::default();
    }

    /// Of a piece that is all of it, keeps what begins at `from` or a little before.
    fn cut(&mut self, from: usize) {
        if self.piece.len() <= WHOLE_LEN {
            return;
        }
        let whole = std::mem::take(&mut self.piece);
        let from = whole.floor_char_boundary(from.min(whole.len().saturating_sub(PIECE_LEN)));
        let to = whole.floor_char_boundary(from + PIECE_LEN);
        self.before = Zeroizing::new(whole[..from].to_owned());
        self.piece = Zeroizing::new(whole[from..to].to_owned());
        self.after = Zeroizing::new(whole[to..].to_owned());
    }
}

impl fmt::Debug for LongText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[redacted, {} bytes]", self.len())
    }
}

/// The byte at which the character `index` begins.
fn byte_of(text: &str, index: usize) -> usize {
    text.char_indices().nth(index).map_or(text.len(), |(byte, _)| byte)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(text: &str) -> LongText {
        let mut long = LongText::default();
        long.set(text);
        long
    }

    #[test]
    fn a_short_text_is_edited_as_a_whole() {
        let mut text = of("ä short one");
        assert!(text.is_whole());
        assert_eq!(text.replace(0..1, "A"), 1);
        assert_eq!(text.whole().expose(), "A short one");
    }

    #[test]
    fn of_a_long_text_a_piece_is_edited_and_the_rest_stays() {
        let long = "0123456789".repeat(100_000);
        let mut text = of(&long);
        assert_eq!(text.shown(), 0..PIECE_LEN);
        text.later();
        assert_eq!(text.shown(), PIECE_LEN..2 * PIECE_LEN);
        text.piece().insert(0, 'x');
        assert_eq!(text.settle(1), None);
        let mut expected = long.clone();
        expected.insert(PIECE_LEN, 'x');
        assert!(text.whole().expose() == expected);
        text.earlier();
        assert_eq!(text.shown().start, 0);
    }

    #[test]
    fn what_is_pasted_is_in_the_whole_and_the_piece_ends_where_the_cursor_is() {
        let mut text = of("before after");
        let cursor = text.replace(7..7, &"y".repeat(50_000));
        assert_eq!(text.len(), 50_012);
        assert!(!text.is_whole());
        let at = text.shown().start + cursor;
        assert_eq!(at, 50_007);
        assert!(text.whole().expose().ends_with("yafter"));
    }

    #[test]
    fn a_text_that_has_become_short_is_whole_again() {
        let mut text = of(&"a".repeat(WHOLE_LEN + 1));
        assert!(!text.is_whole());
        text.piece().truncate(10);
        text.settle(10).unwrap();
        assert!(text.is_whole());
        assert_eq!(text.len(), WHOLE_LEN + 1 - PIECE_LEN + 10);
    }

    #[test]
    fn the_text_is_never_printed() {
        assert_eq!(format!("{:?}", of("hunter2")), "[redacted, 7 bytes]");
    }

    proptest! {
        #[test]
        fn no_edit_loses_or_moves_text(
            edits in prop::collection::vec((0usize..12_000, 0usize..40, "[aä€😀]{0,30}", 1usize..3000, 0u8..4), 1..12)
        ) {
            let mut text = of(&"äb€".repeat(9000));
            let mut model = text.whole().expose().to_owned();
            for (start, len, insert, times, step) in edits {
                match step {
                    0 => text.earlier(),
                    1 => text.later(),
                    _ => {
                        let piece_start = text.shown().start;
                        let piece: Vec<char> = text.piece().chars().collect();
                        let start = start.min(piece.len());
                        let end = (start + len).min(piece.len());
                        let bytes = |to: usize| piece[..to].iter().map(|c| c.len_utf8()).sum::<usize>();
                        let insert = insert.repeat(times);
                        model.replace_range(piece_start + bytes(start)..piece_start + bytes(end), &insert);
                        let cursor = text.replace(start..end, &insert);
                        prop_assert!(cursor <= text.piece().chars().count());
                    }
                }
                prop_assert!(text.whole().expose() == model);
                prop_assert!(text.is_whole() == (text.len() <= WHOLE_LEN));
            }
        }
    }
}
