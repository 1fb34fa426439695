//! The rows of the claims table: one a claim, with what it means and whether it changed.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;

use crate::engine::Session;
use crate::model::claims;
use crate::model::history::TokenRecord;
use crate::model::members::{self, Member};
use crate::model::{Token, TokenKind};

/// One row.
pub(super) struct ClaimRow<'a> {
    pub(super) member: &'a Member,
    /// The value as it is shown.
    pub(super) shown: String,
    /// What kind of value it is.
    pub(super) kind: &'static str,
    /// When the claim is a time.
    pub(super) time: Option<Timestamp>,
    pub(super) meaning: &'static str,
    pub(super) section: &'static str,
    /// What it was in the generation before, where that was something else.
    pub(super) change: Option<Change>,
}

/// How a claim differs from the generation before.
pub(super) enum Change {
    /// It was not there.
    New,
    /// It had this value, as JSON.
    Was(String),
}

/// The rows of a token, and the names of the claims that it no longer has.
pub(super) struct ClaimRows<'a> {
    pub(super) rows: Vec<ClaimRow<'a>>,
    pub(super) gone: Vec<String>,
    /// The generation that it was compared with.
    pub(super) compared_with: Option<u32>,
}

impl ClaimRows<'_> {
    /// How the token differs from the generation before, in a few words; `None` when it does not.
    pub(super) fn difference(&self) -> Option<String> {
        let before = self.compared_with?;
        let changed = self.rows.iter().filter(|row| row.change.is_some()).count();
        let what = match (changed, self.gone.len()) {
            (0, 0) => return None,
            (changed, 0) => format!("{changed} changed"),
            (0, gone) => format!("{gone} gone"),
            (changed, gone) => format!("{changed} changed, {gone} gone"),
        };
        Some(format!("{what} since generation {before}"))
    }
}

/// The claims of `token`, compared with the same kind of token one generation before.
pub(super) fn claim_rows<'a>(token: &'a Token, kind: TokenKind, session: &Session) -> ClaimRows<'a> {
    let before = session.previous.as_ref().and_then(|previous| {
        let record = match kind {
            TokenKind::Access => previous.access.as_ref(),
            TokenKind::Id => previous.id.as_ref(),
            TokenKind::Refresh => None,
        };
        claims_of(record?)
    });
    let compared_with = before.as_ref().map(|_| session.generation.saturating_sub(1));
    let old = before.unwrap_or_default();
    let payload = &token.decoded.payload.members;
    // By name, once: a token may have thousands of claims, and this is done at each frame.
    let mut was: HashMap<&str, &Member> = HashMap::with_capacity(old.len());
    for member in &old {
        was.entry(&member.name).or_insert(member);
    }
    let is: HashSet<&str> = payload.iter().map(|member| member.name.as_str()).collect();
    let rows = payload
        .iter()
        .map(|member| {
            let value = member.value();
            let meaning = claims::meaning(&member.name);
            let change = compared_with.and_then(|_| match was.get(member.name.as_str()) {
                None => Some(Change::New),
                Some(was) if was.raw != member.raw => Some(Change::Was(was.raw.clone())),
                Some(_) => None,
            });
            ClaimRow {
                shown: shown(&value, &member.raw),
                kind: kind_of(&value),
                time: claims::time_of(&member.name, &value),
                meaning: meaning.map_or("", |m| m.meaning),
                section: meaning.map_or("", |m| m.section),
                change,
                member,
            }
        })
        .collect();
    let gone = old
        .iter()
        .filter(|was| !is.contains(was.name.as_str()))
        .map(|was| was.name.clone())
        .collect();
    ClaimRows {
        rows,
        gone,
        compared_with,
    }
}

fn claims_of(record: &TokenRecord) -> Option<Vec<Member>> {
    Some(members::read_members(record.claims.as_deref()?).0)
}

/// A value as it is shown: a text without its quotes, anything else as it was written, digit by digit.
pub(super) fn shown(value: &serde_json::Value, raw: &str) -> String {
    value.as_str().map_or_else(|| raw.to_owned(), str::to_owned)
}

/// What kind of value it is: `"true"` and `true` look alike without their quotes.
pub(super) const fn kind_of(value: &serde_json::Value) -> &'static str {
    match value {
        serde_json::Value::Null => "null",
        serde_json::Value::Bool(_) => "true or false",
        serde_json::Value::Number(_) => "number",
        serde_json::Value::String(_) => "text",
        serde_json::Value::Array(_) => "list",
        serde_json::Value::Object(_) => "object",
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;
    use crate::engine::Previous;
    use crate::model::lifetime::ServerTime;
    use crate::model::{Profile, Secret, TokenSet};

    fn token(claims: &str) -> Token {
        let part = |json: &str| URL_SAFE_NO_PAD.encode(json);
        let text = format!("{}.{}.c2ln", part(r#"{"alg":"RS256"}"#), part(claims));
        Token::new(Secret::new(text), Timestamp::UNIX_EPOCH, None)
    }

    fn session(before: Option<&str>) -> Session {
        let access = token("{}");
        Session {
            profile: Profile::default(),
            generation: 2,
            tokens: TokenSet {
                access: Some(access),
                id: None,
                refresh: None,
                refresh_rotated: false,
                token_type: None,
                granted_scope: Vec::new(),
                scope: Vec::new(),
                received_at: Timestamp::UNIX_EPOCH,
                defects: Vec::new(),
            },
            signatures: Vec::new(),
            checks: Vec::new(),
            server_time: ServerTime::default(),
            latency_ms: 0.0,
            changed_at: Timestamp::UNIX_EPOCH,
            previous: before.map(|claims| Previous {
                access: Some(TokenRecord::of(&token(claims))),
                id: None,
            }),
            is_over: false,
            dpop: None,
            revoked: Vec::new(),
            logged_out: None,
        }
    }

    #[test]
    fn what_changed_since_the_generation_before_is_marked() {
        let now = token(r#"{"sub":"admin","jti":"b","aud":["a","b"]}"#);
        let session = session(Some(r#"{"sub":"admin","jti":"a","locale":"en"}"#));
        let rows = claim_rows(&now, TokenKind::Access, &session);
        let marks: Vec<(&str, bool)> = rows
            .rows
            .iter()
            .map(|row| (row.member.name.as_str(), row.change.is_some()))
            .collect();
        assert_eq!(marks, [("sub", false), ("jti", true), ("aud", true)]);
        assert!(matches!(&rows.rows[1].change, Some(Change::Was(was)) if was == r#""a""#));
        assert!(matches!(rows.rows[2].change, Some(Change::New)));
        assert_eq!(rows.gone, ["locale"]);
        assert_eq!(
            rows.difference().as_deref(),
            Some("2 changed, 1 gone since generation 1")
        );
    }

    #[test]
    fn a_first_generation_has_nothing_to_differ_from() {
        let now = token(r#"{"sub":"admin"}"#);
        let rows = claim_rows(&now, TokenKind::Access, &session(None));
        assert_eq!(rows.difference(), None);
    }

    #[test]
    fn a_text_and_a_word_of_json_are_told_apart() {
        let now = token(r#"{"a":"true","b":true,"c":["x","y"]}"#);
        let rows = claim_rows(&now, TokenKind::Access, &session(None));
        let looks: Vec<(&str, &str)> = rows.rows.iter().map(|row| (row.shown.as_str(), row.kind)).collect();
        assert_eq!(
            looks,
            [("true", "text"), ("true", "true or false"), (r#"["x","y"]"#, "list")]
        );
    }

    #[test]
    fn numbers_keep_their_digits() {
        let now = token(r#"{"n":12345678901234567890.10}"#);
        let rows = claim_rows(&now, TokenKind::Access, &session(None));
        assert_eq!(rows.rows[0].shown, "12345678901234567890.10");
    }
}
