//! What is worked out of a token once and then drawn at each frame: how it differs from another one, and its rows. A
//! hostile token has a megabyte and a hundred thousand claims.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::fmt;
use std::rc::Rc;

use egui::Context;
use jiff::Timestamp;

use super::claim_row::{Change, ClaimRow, shown};
use super::elsewhere::Elsewhere;
use super::json_lines::JsonLines;
use super::json_look::JsonLook;
use super::visible_text::{find_ascii, visible};
use crate::model::Token;
use crate::model::claims;
use crate::model::compare::{self, Comparison};
use crate::model::history::TokenRecord;
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
    comparison: Option<Elsewhere<Option<Comparison>>>,
    /// Whether the rows below were worked out with the comparison.
    has_changes: Cell<bool>,
    /// What explaining needs to know of the token as a whole.
    pub context: claims::Context,
    rows: RefCell<HashMap<usize, Rc<ClaimRow>>>,
    lines: RefCell<Option<(Shown, Rc<[Line]>)>>,
    /// Its parts as JSON.
    pub json: JsonLook,
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
    pub fn of(ctx: &Context, token: &Token, before: Option<&TokenRecord>) -> Self {
        // A record has no signatures of tokens inside claims either: only two records compare.
        let comparison = before.filter(|record| record.claims.is_some()).map(|record| {
            let (record, value) = (record.clone(), token.value.clone());
            // Exposed to be measured.
            let bytes = value.expose().len() + record.claims.as_ref().map_or(0, String::len);
            Elsewhere::of(ctx, bytes, move || {
                // The same token, read again: to take a copy of its claims takes longer than a frame.
                let now = TokenRecord::of(&Token::new(value, Timestamp::UNIX_EPOCH, None));
                now.claims.is_some().then(|| compare::records(&record, &now).claims)
            })
        });
        Self {
            token: token.fingerprint.clone(),
            before: before.map(|record| record.fingerprint.clone()),
            has_changes: Cell::new(false),
            comparison,
            context: claims::Context::of(&token.decoded),
            rows: RefCell::default(),
            lines: RefCell::default(),
            json: JsonLook::default(),
            value: RefCell::default(),
        }
    }

    /// How it differs from the one before, once that is worked out.
    fn comparison(&self) -> Option<&Comparison> {
        self.comparison.as_ref()?.get()?.as_ref()
    }

    /// How the token differs from the one before, in a few words; `None` when it does not.
    pub fn difference(&self) -> Option<String> {
        self.comparison()?.summary()
    }

    /// What the other token has and this one has not.
    pub fn gone(&self) -> &[Member] {
        self.comparison().map_or(&[], |comparison| &comparison.removed)
    }

    /// The row of the claim at this place, worked out when it is first asked for.
    pub fn row(&self, token: &Token, at: usize) -> Option<Rc<ClaimRow>> {
        let comparison = self.comparison();
        if comparison.is_some() && !self.has_changes.replace(true) {
            self.rows.borrow_mut().clear();
        }
        if let Some(row) = self.rows.borrow().get(&at) {
            return Some(Rc::clone(row));
        }
        let member = token.decoded.payload.members.get(at)?;
        let mark = comparison.and_then(|comparison| comparison.mark(&member.name));
        let change = mark.and_then(Change::of);
        let row = Rc::new(ClaimRow::of(member, &self.context, change));
        self.rows.borrow_mut().insert(at, Rc::clone(&row));
        Some(row)
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
        return find_ascii(text, needle).next().is_some();
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
    pub fn of(&self, ctx: &Context, token: &Token, before: Option<&TokenRecord>) -> Rc<TokenSheet> {
        let mut sheets = self.0.borrow_mut();
        let known = sheets.iter().position(|sheet| {
            sheet.token == token.fingerprint && sheet.before.as_ref() == before.map(|record| &record.fingerprint)
        });
        if let Some(sheet) = known.and_then(|at| sheets.get(at)) {
            return Rc::clone(sheet);
        }
        let sheet = Rc::new(TokenSheet::of(ctx, token, before));
        sheets.push_front(Rc::clone(&sheet));
        sheets.truncate(KEPT);
        sheet
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

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
        let sheet = TokenSheet::of(&Context::default(), &now, Some(&before));
        let change = |at| sheet.row(&now, at).unwrap().change.clone();
        assert!(change(0).is_none());
        assert!(matches!(change(1), Some(Change::Was { raw, .. }) if raw == r#""a""#));
        assert!(matches!(change(2), Some(Change::New)));
        assert_eq!(sheet.gone()[0].name, "locale");
        assert_eq!(sheet.difference().as_deref(), Some("1 changed, 1 new, 1 gone"));
    }

    #[test]
    fn a_first_generation_has_nothing_to_differ_from() {
        assert_eq!(
            TokenSheet::of(&Context::default(), &token(r#"{"sub":"admin"}"#), None).difference(),
            None
        );
    }

    #[test]
    fn a_search_finds_names_and_values_whatever_their_case() {
        let token = token(r#"{"sub":"Admin","locale":"en","name":"ÄNNE"}"#);
        let sheet = TokenSheet::of(&Context::default(), &token, None);
        assert_eq!(claims_shown(&token, &sheet, "").len(), 3);
        assert_eq!(claims_shown(&token, &sheet, "ADMIN"), [0]);
        assert_eq!(claims_shown(&token, &sheet, " loc "), [1]);
        assert_eq!(claims_shown(&token, &sheet, "änne"), [2]);
        assert!(claims_shown(&token, &sheet, "nothing").is_empty());
    }

    #[test]
    fn changes_of_a_long_token_are_marked_when_they_are_known() {
        let long = |jti: &str| token(&format!(r#"{{"jti":"{jti}","note":"{}"}}"#, "x".repeat(100_000)));
        let (now, before) = (long("b"), TokenRecord::of(&long("a")));
        let sheet = TokenSheet::of(&Context::default(), &now, Some(&before));
        sheet.row(&now, 0).unwrap();
        sheet.comparison.as_ref().unwrap().wait();
        assert!(sheet.row(&now, 0).unwrap().change.is_some());
        assert!(sheet.row(&now, 1).unwrap().change.is_none());
    }

    #[test]
    fn a_sheet_is_worked_out_once() {
        let (sheets, token, ctx) = (Sheets::default(), token("{}"), Context::default());
        let first = sheets.of(&ctx, &token, None);
        assert!(Rc::ptr_eq(&first, &sheets.of(&ctx, &token, None)));
        let before = TokenRecord::of(&token);
        assert!(!Rc::ptr_eq(&first, &sheets.of(&ctx, &token, Some(&before))));
    }
}
