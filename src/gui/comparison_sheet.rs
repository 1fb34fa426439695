//! What is worked out of two tokens that are held against each other, once.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use egui::Context;
use jiff::Timestamp;

use super::elsewhere::Elsewhere;
use crate::model::checks::{Check, TokenUse, guess_use, refreshed_id_token_checks};
use crate::model::compare::{Comparison, Relation, Remark, is_mended, kept_claims, verdicts_of_records};
use crate::model::defect::Part;
use crate::model::history::TokenRecord;
use crate::model::members::Member;
use crate::model::token::Fingerprint;
use crate::model::{Secret, Token, TokenKind};

/// So many pairs are remembered.
const KEPT: usize = 4;

/// A row of the comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// What the rows below it are about: the header, the claims.
    Heading(Part),
    /// What is there in both with another value, by its place in [`Comparison::changed`].
    Changed(Part, usize),
    /// What only the later one has, by its place in [`Comparison::added`].
    Added(Part, usize),
    /// What only the earlier one has, by its place in [`Comparison::removed`].
    Removed(Part, usize),
    /// Opens and closes what did not change; so many names.
    Fold(usize),
    /// What did not change, by its place in the later one's claims.
    Unchanged(usize),
}

/// A row with what stands in it.
#[derive(Clone, Copy, Debug)]
pub struct ComparisonRow<'a> {
    /// `Δ`, `+`, `−`; nothing where it did not change.
    pub sign: &'static str,
    /// The same in a word.
    pub word: &'static str,
    /// Header or payload.
    pub part: Part,
    /// The claim or header parameter.
    pub name: &'a str,
    /// The value before, as JSON text.
    pub before: Option<&'a str>,
    /// The value after.
    pub after: Option<&'a str>,
    /// How they differ, in a few words.
    pub difference: &'a str,
    /// Whether it had to be mended to be read: nothing of it is to be believed.
    pub is_mended: bool,
}

/// Two tokens, held against each other.
#[derive(Debug)]
pub struct ComparisonSheet {
    /// The rules of OpenID Connect Core §12.2, for ID tokens across a refresh.
    pub checks: Vec<Check>,
    /// What each change means.
    pub remarks: Vec<Remark>,
    /// Whether both have claims.
    pub has_claims: bool,
    header: Comparison,
    claims: Comparison,
    /// The differences of [`Comparison::changed`] in words, of header and claims.
    words: [Vec<String>; 2],
    members: Vec<Member>,
    /// The rows, from the last one on those of what did not change.
    lines: Vec<Line>,
    /// How many rows there are without what did not change.
    folded: usize,
}

impl ComparisonSheet {
    /// Holds them against each other.
    pub fn of(before: &TokenRecord, after: &TokenRecord, kind: Option<TokenKind>, relation: Relation) -> Self {
        let uses = match kind {
            Some(TokenKind::Access) => [TokenUse::Access; 2],
            Some(TokenKind::Id) => [TokenUse::Id; 2],
            Some(TokenKind::Refresh) => [TokenUse::Any; 2],
            None => [before, after].map(|one| unsigned(one).map_or(TokenUse::Any, |token| guess_use(&token.decoded).0)),
        };
        let verdicts = verdicts_of_records(before, after, uses, relation);
        let checks = match (kind, relation, unsigned(before), unsigned(after)) {
            (Some(TokenKind::Id), Relation::Refresh, Some(old), Some(new)) => refreshed_id_token_checks(&old, &new),
            _ => verdicts.checks,
        };
        let (header, claims) = (verdicts.comparison.header, verdicts.comparison.claims);
        let words = [&header, &claims].map(|part| part.changed.iter().map(|one| one.difference.words()).collect());
        let mut sheet = Self {
            checks,
            remarks: verdicts.remarks,
            has_claims: before.claims.is_some() && after.claims.is_some(),
            header,
            claims,
            words,
            members: kept_claims(after),
            lines: Vec::new(),
            folded: 0,
        };
        sheet.lay_out();
        sheet
    }

    /// How a part differs.
    pub fn part(&self, part: Part) -> &Comparison {
        if part == Part::Header {
            &self.header
        } else {
            &self.claims
        }
    }

    /// The rows, with what did not change or without.
    pub fn lines(&self, with_unchanged: bool) -> &[Line] {
        if with_unchanged {
            &self.lines
        } else {
            &self.lines[..self.folded]
        }
    }

    fn lay_out(&mut self) {
        let mut lines = Vec::new();
        for part in [Part::Payload, Part::Header] {
            let differs = self.part(part);
            if differs.is_empty() && part == Part::Header {
                continue;
            }
            lines.push(Line::Heading(part));
            lines.extend((0..differs.changed.len()).map(|at| Line::Changed(part, at)));
            lines.extend((0..differs.added.len()).map(|at| Line::Added(part, at)));
            lines.extend((0..differs.removed.len()).map(|at| Line::Removed(part, at)));
        }
        if self.claims.unchanged > 0 {
            lines.push(Line::Fold(self.claims.unchanged));
        }
        self.folded = lines.len();
        if self.claims.unchanged > 0 {
            let members = self.members.iter().enumerate();
            let same = members.filter(|(_, member)| self.claims.mark(&member.name).is_none());
            lines.extend(same.map(|(at, _)| Line::Unchanged(at)));
        }
        self.lines = lines;
    }

    /// What stands in a row; `None` for one that is no claim.
    pub fn row(&self, line: Line) -> Option<ComparisonRow<'_>> {
        let row = |[sign, word]: [&'static str; 2], part, name, before, after| ComparisonRow {
            sign,
            word,
            part,
            name,
            before,
            after,
            difference: word,
            is_mended: false,
        };
        Some(match line {
            Line::Changed(part, at) => {
                let changed = self.part(part).changed.get(at)?;
                let [header, claims] = &self.words;
                let words = if part == Part::Header { header } else { claims }.get(at)?;
                let (before, after) = (Some(changed.before.as_str()), Some(changed.after.as_str()));
                ComparisonRow {
                    difference: words,
                    is_mended: changed.is_mended,
                    ..row(["Δ", "changed"], part, &changed.name, before, after)
                }
            }
            Line::Added(part, at) => {
                let member = self.part(part).added.get(at)?;
                ComparisonRow {
                    is_mended: is_mended(member),
                    ..row(["+", "new"], part, &member.name, None, Some(&member.raw))
                }
            }
            Line::Removed(part, at) => {
                let member = self.part(part).removed.get(at)?;
                ComparisonRow {
                    is_mended: is_mended(member),
                    ..row(["−", "gone"], part, &member.name, Some(&member.raw), None)
                }
            }
            Line::Unchanged(at) => {
                let member = self.members.get(at)?;
                let raw = Some(member.raw.as_str());
                ComparisonRow {
                    difference: "",
                    is_mended: is_mended(member),
                    ..row(["", "unchanged"], Part::Payload, &member.name, raw, raw)
                }
            }
            Line::Heading(_) | Line::Fold(_) => return None,
        })
    }
}

/// A token with these claims and no signature: enough for rules about claims. What was mended is not among them: no rule
/// rests on it.
fn unsigned(record: &TokenRecord) -> Option<Token> {
    let part = |json: &Option<String>| json.as_deref().map(|json| URL_SAFE_NO_PAD.encode(json));
    let (header, claims) = (part(&record.header)?, part(&record.claims)?);
    let claims = if record.mended.is_empty() {
        claims
    } else {
        String::new()
    };
    let text = format!("{header}.{claims}.");
    Some(Token::new(Secret::new(text), Timestamp::UNIX_EPOCH, None))
}

/// Which two tokens are held against each other, and as what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The earlier one.
    pub before: Fingerprint,
    /// The later one.
    pub after: Fingerprint,
    /// What kind of token they are, where that is known.
    pub kind: Option<TokenKind>,
    /// How they belong together.
    pub relation: Relation,
}

/// The pairs that were looked at last.
#[derive(Debug, Default)]
pub struct ComparisonSheets(RefCell<VecDeque<(Pair, Rc<Elsewhere<ComparisonSheet>>)>>);

impl ComparisonSheets {
    /// The sheet of a pair of `bytes` together. Where it is not there yet it is worked out, of what `records` gives: that
    /// is asked for once, and what it gives back is called where the work is done.
    pub fn of<Records>(
        &self,
        ctx: &Context,
        pair: &Pair,
        bytes: usize,
        records: impl FnOnce() -> Records,
    ) -> Rc<Elsewhere<ComparisonSheet>>
    where
        Records: FnOnce() -> (TokenRecord, TokenRecord) + Send + 'static,
    {
        let mut sheets = self.0.borrow_mut();
        if let Some((_, sheet)) = sheets.iter().find(|(known, _)| known == pair) {
            return Rc::clone(sheet);
        }
        let (records, kind, relation) = (records(), pair.kind, pair.relation);
        let sheet = Elsewhere::of(ctx, bytes, move || {
            let (before, after) = records();
            ComparisonSheet::of(&before, &after, kind, relation)
        });
        let sheet = Rc::new(sheet);
        sheets.push_front((pair.clone(), Rc::clone(&sheet)));
        sheets.truncate(KEPT);
        sheet
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::checks::Outcome;

    fn record(claims: &str) -> TokenRecord {
        let part = |json: &str| URL_SAFE_NO_PAD.encode(json);
        let text = format!("{}.{}.c2ln", part(r#"{"alg":"RS256"}"#), part(claims));
        TokenRecord::of(&Token::new(Secret::new(text), Timestamp::UNIX_EPOCH, None))
    }

    #[test]
    fn what_did_not_change_stands_behind_what_did() {
        let (before, after) = (record(r#"{"a":1,"b":2,"c":3}"#), record(r#"{"a":1,"b":4,"d":5}"#));
        let sheet = ComparisonSheet::of(&before, &after, None, Relation::Unrelated);
        let names = |lines: &[Line]| -> Vec<(String, &'static str)> {
            let rows = lines.iter().filter_map(|line| sheet.row(*line));
            rows.map(|row| (row.name.to_owned(), row.word)).collect()
        };
        let folded = [("b", "changed"), ("d", "new"), ("c", "gone")].map(|(name, word)| (name.to_owned(), word));
        assert_eq!(names(sheet.lines(false)), folded);
        assert_eq!(names(sheet.lines(true))[3..], [("a".to_owned(), "unchanged")]);
    }

    #[test]
    fn what_was_mended_is_marked_and_no_rule_rests_on_it() {
        let clean = r#"{"iss":"i","sub":"s","aud":"a","iat":10,"x":1,"same":1}"#;
        let mended = r#"{"iss":"i","sub":"s","aud":"a","iat":20,"x":NaN,"same":01,"new":2}"#;
        let (before, after) = (record(clean), record(mended));
        let sheet = ComparisonSheet::of(&before, &after, Some(TokenKind::Id), Relation::Refresh);
        let rows: Vec<_> = sheet.lines(true).iter().filter_map(|line| sheet.row(*line)).collect();
        let marked = rows.iter().filter(|row| row.is_mended).map(|row| row.name);
        assert_eq!(marked.collect::<Vec<_>>(), ["x", "same"]);
        let is_pass = |check: &&Check| check.outcome == Outcome::Pass;
        assert_eq!(
            sheet.checks.iter().find(is_pass),
            None,
            "nothing of it is to be believed"
        );
        let sound = ComparisonSheet::of(&before, &before, Some(TokenKind::Id), Relation::Refresh);
        assert!(sound.checks.iter().any(|check| is_pass(&check)));
    }

    #[test]
    fn tokens_of_two_kinds_are_said_to_be_that() {
        let (id, access) = (
            record(r#"{"sub":"a","nonce":"n"}"#),
            record(r#"{"sub":"a","scope":"x"}"#),
        );
        let sheet = ComparisonSheet::of(&id, &access, None, Relation::Unrelated);
        assert!(sheet.remarks[0].words.contains("two kinds"), "{:?}", sheet.remarks);
    }

    #[test]
    fn a_pair_is_worked_out_once() {
        let (sheets, ctx) = (ComparisonSheets::default(), Context::default());
        let (before, after) = (record("{}"), record(r#"{"a":1}"#));
        let pair = Pair {
            before: before.fingerprint.clone(),
            after: after.fingerprint.clone(),
            kind: None,
            relation: Relation::Unrelated,
        };
        let mut asked = 0;
        for _ in 0..2 {
            sheets.of(&ctx, &pair, 10, || {
                asked += 1;
                let records = (before.clone(), after.clone());
                || records
            });
        }
        assert_eq!(asked, 1);
    }
}
