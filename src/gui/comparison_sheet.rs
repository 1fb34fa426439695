//! What is worked out of two tokens that are held against each other, once.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;

use crate::model::checks::{Check, refreshed_id_token_checks};
use crate::model::compare::{Comparison, Relation, Remark, verdicts_of_records};
use crate::model::defect::Part;
use crate::model::history::TokenRecord;
use crate::model::members::{Member, read_members};
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

/// Two tokens, held against each other.
#[derive(Debug)]
pub struct ComparisonSheet {
    before: Fingerprint,
    after: Fingerprint,
    relation: Relation,
    /// The rules of OpenID Connect Core §12.2, for ID tokens across a refresh.
    pub checks: Vec<Check>,
    /// What each change means.
    pub remarks: Vec<Remark>,
    header: Comparison,
    claims: Comparison,
    /// The later one's claims.
    pub members: Vec<Member>,
    lines: RefCell<Option<(bool, Rc<[Line]>)>>,
}

impl ComparisonSheet {
    /// Holds them against each other.
    pub fn of(before: &TokenRecord, after: &TokenRecord, kind: Option<TokenKind>, relation: Relation) -> Self {
        let verdicts = verdicts_of_records(before, after, relation);
        let checks = match (kind, relation, unsigned(before), unsigned(after)) {
            (Some(TokenKind::Id), Relation::Refresh, Some(old), Some(new)) => refreshed_id_token_checks(&old, &new),
            _ => verdicts.checks,
        };
        let members = after.claims.as_deref().map(|json| read_members(json).0);
        Self {
            before: before.fingerprint.clone(),
            after: after.fingerprint.clone(),
            relation,
            checks,
            remarks: verdicts.remarks,
            header: verdicts.comparison.header,
            claims: verdicts.comparison.claims,
            members: members.unwrap_or_default(),
            lines: RefCell::default(),
        }
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
    pub fn lines(&self, with_unchanged: bool) -> Rc<[Line]> {
        if let Some((of, lines)) = &*self.lines.borrow()
            && *of == with_unchanged
        {
            return Rc::clone(lines);
        }
        let lines: Rc<[Line]> = self.all_lines(with_unchanged).into();
        *self.lines.borrow_mut() = Some((with_unchanged, Rc::clone(&lines)));
        lines
    }

    fn all_lines(&self, with_unchanged: bool) -> Vec<Line> {
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
            if with_unchanged {
                let members = self.members.iter().enumerate();
                let same = members.filter(|(_, member)| self.claims.mark(&member.name).is_none());
                lines.extend(same.map(|(at, _)| Line::Unchanged(at)));
            }
        }
        lines
    }
}

/// A token with these claims and no signature: enough for rules about claims.
fn unsigned(record: &TokenRecord) -> Option<Token> {
    let part = |json: &Option<String>| json.as_deref().map(|json| URL_SAFE_NO_PAD.encode(json));
    let text = format!("{}.{}.", part(&record.header)?, part(&record.claims)?);
    Some(Token::new(Secret::new(text), Timestamp::UNIX_EPOCH, None))
}

/// The pairs that were looked at last.
#[derive(Debug, Default)]
pub struct ComparisonSheets(RefCell<VecDeque<Rc<ComparisonSheet>>>);

impl ComparisonSheets {
    /// The sheet of a pair, worked out when it is not there yet.
    pub fn of(
        &self,
        before: &TokenRecord,
        after: &TokenRecord,
        kind: Option<TokenKind>,
        relation: Relation,
    ) -> Rc<ComparisonSheet> {
        let mut sheets = self.0.borrow_mut();
        let known = sheets.iter().find(|sheet| {
            sheet.before == before.fingerprint && sheet.after == after.fingerprint && sheet.relation == relation
        });
        if let Some(sheet) = known {
            return Rc::clone(sheet);
        }
        let sheet = Rc::new(ComparisonSheet::of(before, after, kind, relation));
        sheets.push_front(Rc::clone(&sheet));
        sheets.truncate(KEPT);
        sheet
    }
}
