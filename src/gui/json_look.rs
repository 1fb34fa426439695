//! A token's header and payload as JSON in lines, and what is searched for in them.

use std::cell::RefCell;
use std::rc::Rc;

use egui::Context;

use super::elsewhere::Elsewhere;
use super::json_lines::JsonLines;
use crate::model::Token;
use crate::model::defect::Part;
use crate::model::jwt::{Decoded, PartKind};

/// Header and payload in lines.
pub type Parts = Elsewhere<[JsonLines; 2]>;

/// So many hits are walked through; that there are more is told.
pub const MOST_HITS: usize = 10_000;

/// Lines, and what was found in them.
#[derive(Debug, Default)]
pub struct JsonLook {
    shown: RefCell<Option<Laid>>,
    /// Those for another width that are being laid out.
    coming: RefCell<Option<Laid>>,
    hits: RefCell<Option<(Rc<Hits>, Rc<Parts>)>>,
}

#[derive(Clone, Debug)]
struct Laid {
    columns: usize,
    lines: Rc<Parts>,
}

/// Where something stands in the lines of header and payload.
#[derive(Debug, Default)]
pub struct Hits {
    /// What is searched for.
    pub query: String,
    /// The bytes at which it begins, in the text of each part.
    pub starts: [Vec<usize>; 2],
}

impl Hits {
    /// How many there are, both parts together.
    pub fn len(&self) -> usize {
        self.starts.iter().map(Vec::len).sum()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The part of the hit with this number, and the byte there.
    pub fn place(&self, nth: usize) -> Option<(usize, usize)> {
        let [header, payload] = &self.starts;
        match header.get(nth) {
            Some(byte) => Some((0, *byte)),
            None => Some((1, *payload.get(nth - header.len())?)),
        }
    }
}

impl JsonLook {
    /// Header and payload in lines of `columns` characters, or for the width before while those are laid out; not done
    /// while there are none yet.
    pub fn lines(&self, ctx: &Context, token: &Token, columns: usize) -> Rc<Parts> {
        let (mut shown, mut coming) = (self.shown.borrow_mut(), self.coming.borrow_mut());
        if let Some(done) = coming.take_if(|laid| laid.lines.get().is_some()) {
            *shown = Some(done);
        }
        if let Some(right) = shown.as_ref().filter(|laid| laid.columns == columns) {
            return Rc::clone(&right.lines);
        }
        // One at a time: a window that is being resized wants another width at each frame.
        let next = coming.get_or_insert_with(|| Laid {
            columns,
            lines: Rc::new(laid_out(ctx, token, columns)),
        });
        if next.lines.get().is_some() {
            *shown = coming.take();
            return shown
                .as_ref()
                .map(|laid| Rc::clone(&laid.lines))
                .expect("it was put there");
        }
        Rc::clone(shown.as_ref().map_or(&next.lines, |laid| &laid.lines))
    }

    /// Where `query` stands in these lines.
    pub fn hits(&self, lines: &Rc<Parts>, query: &str) -> Rc<Hits> {
        let mut kept = self.hits.borrow_mut();
        if let Some((hits, of)) = &*kept
            && hits.query == query
            && Rc::ptr_eq(of, lines)
        {
            return Rc::clone(hits);
        }
        let mut left = MOST_HITS;
        let starts = lines.get().map_or_else(Default::default, |parts| {
            parts.each_ref().map(|part| {
                let starts: Vec<usize> = part.find(query).take(left).collect();
                left -= starts.len();
                starts
            })
        });
        let query = query.to_owned();
        let hits = Rc::new(Hits { query, starts });
        *kept = Some((Rc::clone(&hits), Rc::clone(lines)));
        hits
    }
}

/// Header and payload in lines.
fn laid_out(ctx: &Context, token: &Token, columns: usize) -> Parts {
    let decoded = &token.decoded;
    let parts = [(Part::Header, &decoded.header), (Part::Payload, &decoded.payload)].map(|(which, part)| {
        let text = part.realigned.as_deref().or(part.text.as_deref()).unwrap_or_default();
        let is_plain = matches!(part.kind, PartKind::Text | PartKind::Bytes);
        let marks = marks_of(decoded, which, part.realigned.is_some());
        (text.to_owned(), is_plain, marks)
    });
    let bytes = parts.iter().map(|(text, ..)| text.len()).sum();
    Elsewhere::of(ctx, bytes, move || {
        parts.map(|(text, is_plain, marks)| {
            if is_plain {
                JsonLines::plain(&text, columns)
            } else {
                JsonLines::new(&text, columns, marks)
            }
        })
    })
}

/// The bytes of a part's text at which something is wrong. Where it was read on in another alignment, only the place
/// where that began is one of this text.
fn marks_of(decoded: &Decoded, part: Part, is_realigned: bool) -> Vec<usize> {
    let of_text = |code: &str| match code {
        "shifted_base64" => is_realigned,
        _ => !is_realigned && !is_in_encoding(code),
    };
    let defects = decoded.defects.iter().filter(|defect| defect.part == part);
    let defects = defects.filter(|defect| of_text(&defect.code));
    defects.filter_map(|defect| defect.offset).collect()
}

/// Whether the place of a defect is one of the token's own text, and not of what that encodes.
pub fn is_in_encoding(code: &str) -> bool {
    matches!(
        code,
        "invalid_base64"
            | "mixed_alphabet"
            | "standard_base64"
            | "inner_padding"
            | "invalid_length"
            | "padded_base64"
            | "wrong_padding"
            | "trailing_bits"
    )
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use jiff::Timestamp;

    use super::*;
    use crate::model::Secret;

    fn token(claims: &str) -> Token {
        let part = |json: &str| URL_SAFE_NO_PAD.encode(json);
        let text = format!("{}.{}.c2ln", part(r#"{"alg":"RS256"}"#), part(claims));
        Token::new(Secret::new(text), Timestamp::UNIX_EPOCH, None)
    }

    #[test]
    fn a_long_text_keeps_its_old_lines_until_the_new_ones_are_laid_out() {
        let note = "x".repeat(100_000);
        let (ctx, token, look) = (
            Context::default(),
            token(&format!(r#"{{"note":"{note}"}}"#)),
            JsonLook::default(),
        );
        let wide = look.lines(&ctx, &token, 80);
        let count = wide.wait()[1].len();
        assert!(Rc::ptr_eq(&wide, &look.lines(&ctx, &token, 80)));
        let meanwhile = look.lines(&ctx, &token, 40);
        assert!(meanwhile.get().is_some(), "something is shown all the time");
        if let Some(coming) = &*look.coming.borrow() {
            coming.lines.wait();
        }
        assert!(look.lines(&ctx, &token, 40).wait()[1].len() > count);
    }

    #[test]
    fn a_search_finds_what_stands_in_header_and_payload() {
        let (ctx, token, look) = (
            Context::default(),
            token(r#"{"sub":"rs2","note":"RS256 rs2"}"#),
            JsonLook::default(),
        );
        let lines = look.lines(&ctx, &token, 80);
        let hits = look.hits(&lines, "rs2");
        assert_eq!((hits.len(), hits.starts[0].len()), (4, 1));
        assert_eq!(
            (hits.place(0).unwrap().0, hits.place(1).unwrap().0, hits.place(4)),
            (0, 1, None)
        );
        assert!(Rc::ptr_eq(&hits, &look.hits(&lines, "rs2")));
        assert!(look.hits(&lines, "").is_empty());
    }
}
