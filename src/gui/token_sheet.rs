//! What is worked out of a token once and then drawn at each frame: how it differs from another one, and its rows. A
//! hostile token has a megabyte and a hundred thousand claims.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::fmt;
use std::rc::Rc;

use super::claim_row::{Change, ClaimRow, shown};
use super::json_lines::JsonLines;
use super::visible_text::visible;
use crate::model::Token;
use crate::model::claims::Context;
use crate::model::compare::{self, Comparison};
use crate::model::defect::Part;
use crate::model::history::TokenRecord;
use crate::model::jwt::{Decoded, PartKind};
use crate::model::members::Member;
use crate::model::token::Fingerprint;

/// So many tokens are remembered: those of one profile and of the scratchpad.
const KEPT: usize = 8;
/// The notes of so many claims are looked up at once; those of later ones when they are in sight.
const NOTED: usize = 400;
/// Up to so many notes stand below their claim without being asked for.
const OPEN_NOTES: usize = 3;

/// As much of a value stands among its details.
const VALUE_LEN: usize = 8 * 1024;

/// A row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// The claim at this place of the payload.
    Claim(usize),
    /// A note on a value of the claim at this place.
    Note(usize, usize),
}

/// What is worked out of a token.
pub struct TokenSheet {
    token: Fingerprint,
    before: Option<Fingerprint>,
    comparison: Option<Comparison>,
    /// What explaining needs to know of the token as a whole.
    pub context: Context,
    rows: RefCell<HashMap<usize, Rc<ClaimRow>>>,
    lines: RefCell<Option<(Shown, Rc<[Line]>)>>,
    json: RefCell<Option<(usize, Rc<[JsonLines; 2]>)>>,
    /// With its place and the columns that it is laid out for.
    value: RefCell<Option<(ValueAt, Rc<ClaimValue>)>>,
}

/// A claim's place, and how many columns there are for its value.
type ValueAt = (usize, usize);

/// A claim's value as its details show it.
#[derive(Debug)]
pub enum ClaimValue {
    /// A text, a number, a word: its beginning, and how many bytes more there are.
    Text {
        /// As much as is shown.
        start: String,
        /// How many bytes are not.
        rest: usize,
    },
    /// A list or an object.
    Json {
        /// Its first lines.
        lines: JsonLines,
        /// How many bytes are not among them.
        rest: usize,
    },
}

/// Which rows are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Shown {
    query: String,
    toggled: BTreeSet<usize>,
}

impl TokenSheet {
    /// Works it out, compared with `before` where that is given.
    pub fn of(token: &Token, before: Option<&TokenRecord>) -> Self {
        // A record has no signatures of tokens inside claims either: only two records compare.
        let comparison = before.filter(|record| record.claims.is_some()).and_then(|record| {
            let now = TokenRecord::of(token);
            now.claims.is_some().then(|| compare::records(record, &now).claims)
        });
        Self {
            token: token.fingerprint.clone(),
            before: before.map(|record| record.fingerprint.clone()),
            comparison,
            context: Context::of(&token.decoded),
            rows: RefCell::default(),
            lines: RefCell::default(),
            json: RefCell::default(),
            value: RefCell::default(),
        }
    }

    /// How the token differs from the one before, in a few words; `None` when it does not.
    pub fn difference(&self) -> Option<String> {
        self.comparison.as_ref()?.summary()
    }

    /// What the other token has and this one has not.
    pub fn gone(&self) -> &[Member] {
        self.comparison.as_ref().map_or(&[], |comparison| &comparison.removed)
    }

    /// The row of the claim at this place, worked out when it is first asked for.
    pub fn row(&self, token: &Token, at: usize) -> Option<Rc<ClaimRow>> {
        if let Some(row) = self.rows.borrow().get(&at) {
            return Some(Rc::clone(row));
        }
        let member = token.decoded.payload.members.get(at)?;
        let mark = self
            .comparison
            .as_ref()
            .and_then(|comparison| comparison.mark(&member.name));
        let change = mark.and_then(Change::of);
        let row = Rc::new(ClaimRow::of(member, &self.context, change));
        self.rows.borrow_mut().insert(at, Rc::clone(&row));
        Some(row)
    }

    /// Header and payload as JSON in lines of `columns` characters.
    pub fn json(&self, token: &Token, columns: usize) -> Rc<[JsonLines; 2]> {
        if let Some((of, json)) = &*self.json.borrow()
            && *of == columns
        {
            return Rc::clone(json);
        }
        let decoded = &token.decoded;
        let json = [(Part::Header, &decoded.header), (Part::Payload, &decoded.payload)].map(|(which, part)| {
            let text = part.realigned.as_deref().or(part.text.as_deref()).unwrap_or_default();
            if matches!(part.kind, PartKind::Text | PartKind::Bytes) {
                JsonLines::plain(text, columns)
            } else {
                JsonLines::new(text, columns, marks_of(decoded, which, part.realigned.is_some()))
            }
        });
        let json = Rc::new(json);
        *self.json.borrow_mut() = Some((columns, Rc::clone(&json)));
        json
    }

    /// The value of the claim at this place, in lines of `columns` characters where it is a list or an object.
    pub fn value(&self, token: &Token, at: usize, columns: usize) -> Rc<ClaimValue> {
        if let Some((of, value)) = &*self.value.borrow()
            && *of == (at, columns)
        {
            return Rc::clone(value);
        }
        let raw = token.decoded.payload.members.get(at).map_or("", |member| &member.raw);
        let value = Rc::new(if raw.starts_with(['{', '[']) {
            let start = start_of(raw, VALUE_LEN);
            ClaimValue::Json {
                lines: JsonLines::new(start, columns, Vec::new()),
                rest: raw.len() - start.len(),
            }
        } else {
            let member = token.decoded.payload.members.get(at);
            let whole = member.map_or(String::new(), |member| shown(&member.value(), &member.raw));
            let start = start_of(&whole, VALUE_LEN);
            ClaimValue::Text {
                rest: whole.len() - start.len(),
                start: start.lines().map(visible).collect::<Vec<_>>().join("\n"),
            }
        });
        *self.value.borrow_mut() = Some(((at, columns), Rc::clone(&value)));
        value
    }

    /// The rows to show: those with `query` in name or value, and their notes, where they are open. `toggled` are those
    /// that the person opened or closed.
    pub fn lines(&self, token: &Token, query: &str, toggled: &BTreeSet<usize>) -> Rc<[Line]> {
        if let Some((shown, lines)) = &*self.lines.borrow()
            && shown.query == query
            && shown.toggled == *toggled
        {
            return Rc::clone(lines);
        }
        let members = &token.decoded.payload.members;
        let needle = query.trim().to_lowercase();
        let mut lines = Vec::with_capacity(members.len() + 16);
        for (at, member) in members.iter().enumerate() {
            if !needle.is_empty() && !has(&member.name, &needle) && !has(&member.raw, &needle) {
                continue;
            }
            lines.push(Line::Claim(at));
            if at < NOTED || toggled.contains(&at) {
                let count = self.row(token, at).map_or(0, |row| row.below().len());
                if is_open(at, count, toggled) {
                    lines.extend((0..count).map(|note| Line::Note(at, note)));
                }
            }
        }
        let lines: Rc<[Line]> = lines.into();
        let shown = Shown {
            query: query.to_owned(),
            toggled: toggled.clone(),
        };
        *self.lines.borrow_mut() = Some((shown, Rc::clone(&lines)));
        lines
    }
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

fn start_of(text: &str, len: usize) -> &str {
    &text[..text.floor_char_boundary(len)]
}

/// Whether the notes of a claim stand below it.
pub fn is_open(at: usize, notes: usize, toggled: &BTreeSet<usize>) -> bool {
    (at < NOTED && notes <= OPEN_NOTES) != toggled.contains(&at)
}

fn has(text: &str, needle: &str) -> bool {
    // Names and values are mostly ASCII, and a megabyte of them is searched at each letter.
    if text.is_ascii() && needle.is_ascii() {
        return text
            .as_bytes()
            .windows(needle.len())
            .any(|part| part.eq_ignore_ascii_case(needle.as_bytes()));
    }
    text.to_lowercase().contains(needle)
}

impl fmt::Debug for TokenSheet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenSheet")
            .field("token", &self.token)
            .finish_non_exhaustive()
    }
}

/// The sheets of the tokens that were looked at last.
#[derive(Debug, Default)]
pub struct Sheets(RefCell<VecDeque<Rc<TokenSheet>>>);

impl Sheets {
    /// The sheet of `token` compared with `before`, worked out when it is not there yet.
    pub fn of(&self, token: &Token, before: Option<&TokenRecord>) -> Rc<TokenSheet> {
        let mut sheets = self.0.borrow_mut();
        let known = sheets.iter().position(|sheet| {
            sheet.token == token.fingerprint && sheet.before.as_ref() == before.map(|record| &record.fingerprint)
        });
        if let Some(sheet) = known.and_then(|at| sheets.get(at)) {
            return Rc::clone(sheet);
        }
        let sheet = Rc::new(TokenSheet::of(token, before));
        sheets.push_front(Rc::clone(&sheet));
        sheets.truncate(KEPT);
        sheet
    }
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

    fn claims_shown(token: &Token, sheet: &TokenSheet, query: &str) -> Vec<usize> {
        let lines = sheet.lines(token, query, &BTreeSet::new());
        lines
            .iter()
            .filter_map(|line| match line {
                Line::Claim(at) => Some(*at),
                Line::Note(..) => None,
            })
            .collect()
    }

    #[test]
    fn what_changed_since_the_generation_before_is_marked() {
        let now = token(r#"{"sub":"admin","jti":"b","aud":["a","b"]}"#);
        let before = TokenRecord::of(&token(r#"{"sub":"admin","jti":"a","locale":"en"}"#));
        let sheet = TokenSheet::of(&now, Some(&before));
        let change = |at| sheet.row(&now, at).unwrap().change.clone();
        assert!(change(0).is_none());
        assert!(matches!(change(1), Some(Change::Was { raw, .. }) if raw == r#""a""#));
        assert!(matches!(change(2), Some(Change::New)));
        assert_eq!(sheet.gone()[0].name, "locale");
        assert_eq!(sheet.difference().as_deref(), Some("1 changed, 1 new, 1 gone"));
    }

    #[test]
    fn a_first_generation_has_nothing_to_differ_from() {
        assert_eq!(TokenSheet::of(&token(r#"{"sub":"admin"}"#), None).difference(), None);
    }

    #[test]
    fn a_search_finds_names_and_values_whatever_their_case() {
        let token = token(r#"{"sub":"Admin","locale":"en","name":"ÄNNE"}"#);
        let sheet = TokenSheet::of(&token, None);
        assert_eq!(claims_shown(&token, &sheet, "").len(), 3);
        assert_eq!(claims_shown(&token, &sheet, "ADMIN"), [0]);
        assert_eq!(claims_shown(&token, &sheet, " loc "), [1]);
        assert_eq!(claims_shown(&token, &sheet, "änne"), [2]);
        assert!(claims_shown(&token, &sheet, "nothing").is_empty());
    }

    #[test]
    fn a_sheet_is_worked_out_once() {
        let (sheets, token) = (Sheets::default(), token("{}"));
        let first = sheets.of(&token, None);
        assert!(Rc::ptr_eq(&first, &sheets.of(&token, None)));
        let before = TokenRecord::of(&token);
        assert!(!Rc::ptr_eq(&first, &sheets.of(&token, Some(&before))));
    }
}
