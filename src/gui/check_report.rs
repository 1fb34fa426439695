//! The checks of a session as a text to hand in. It names tokens by their fingerprints alone.

use std::fmt::Write as _;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::check_list::{CheckGroup, CheckLine, CheckList};
use crate::engine::Session;
use crate::model::TokenKind;
use crate::model::checks::Outcome;

/// As Markdown: a summary, then a table a group.
pub fn markdown(list: &CheckList, session: &Session, now: Timestamp) -> String {
    let mut out = format!("# Checks of {}\n\n", line(&session.profile.name));
    let issuer = session.profile.issuer.trim();
    if !issuer.is_empty() {
        put(&mut out, &format!("- Issuer: {}\n", line(issuer)));
    }
    put(&mut out, &format!("- Generation: {}\n", session.generation));
    put(&mut out, &format!("- Judged: {}\n", at_second(now)));
    for (kind, fingerprint) in fingerprints(session) {
        put(&mut out, &format!("- {}: {fingerprint}\n", kind.label()));
    }
    put(&mut out, &format!("\n{}\n", list.summary()));
    let mut group: Option<CheckGroup> = None;
    for check in &list.lines {
        if group != Some(check.group) {
            group = Some(check.group);
            let head = "| | Check | Why | Section |\n|---|---|---|---|";
            put(&mut out, &format!("\n## {}\n\n{head}\n", check.group.label()));
        }
        let CheckLine { title, check, .. } = check;
        let row = [word(check.outcome), title, &check.message, &check.spec]
            .map(cell)
            .join(" | ");
        put(&mut out, &format!("| {row} |\n"));
    }
    out
}

/// As JSON.
pub fn json(list: &CheckList, session: &Session, now: Timestamp) -> String {
    let checks: Vec<Value> = list
        .lines
        .iter()
        .map(
            |CheckLine {
                 title, group, check, ..
             }| {
                json!({
                    "id": check.id,
                    "about": group.label(),
                    "title": title,
                    "outcome": check.outcome,
                    "message": check.message,
                    "spec": check.spec,
                })
            },
        )
        .collect();
    let tokens: serde_json::Map<String, Value> = fingerprints(session)
        .map(|(kind, fingerprint)| (kind.as_str().to_owned(), fingerprint.into()))
        .collect();
    let report = json!({
        "profile": session.profile.name,
        "issuer": session.profile.issuer,
        "generation": session.generation,
        "judged_at": at_second(now),
        "fingerprints": tokens,
        "summary": {
            "pass": list.passed,
            "fail": list.failed,
            "warn": list.warned,
            "skip": list.skipped,
        },
        "checks": checks,
    });
    serde_json::to_string_pretty(&report).expect("texts and numbers are always written")
}

fn put(out: &mut String, words: &str) {
    out.write_str(words).expect("a String takes all");
}

fn fingerprints(session: &Session) -> impl Iterator<Item = (TokenKind, String)> {
    TokenKind::ALL
        .into_iter()
        .filter_map(|kind| Some((kind, session.tokens.get(kind)?.fingerprint.to_string())))
}

fn at_second(now: Timestamp) -> String {
    now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

const fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Pass => "✓ passed",
        Outcome::Warn => "▲ warning",
        Outcome::Fail => "✕ failed",
        Outcome::Skip => "○ not checked",
    }
}

/// What others wrote, on one line.
fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What others wrote, inside a table: it must not end its cell.
fn cell(text: &str) -> String {
    line(text).replace('|', "\\|")
}
