//! The checks of a session as a text to hand in. It names tokens by their fingerprints alone.

use std::fmt::Write as _;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::check_list::{CheckGroup, CheckLine, CheckList};
use crate::engine::Session;
use crate::model::TokenKind;
use crate::model::body::cut;
use crate::model::checks::Outcome;
use crate::model::inspection::Inspection;

/// What was checked.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The profile, or the place of a token.
    pub name: String,
    /// Whether it is a profile with a session, of this generation.
    pub generation: Option<u32>,
    /// Who issued it, as far as that is known.
    pub issuer: String,
    /// When it was judged.
    pub at: Timestamp,
    /// What each token is called, and its fingerprint.
    pub tokens: Vec<(&'static str, &'static str, String)>,
}

impl Subject {
    /// A session at `now`.
    pub fn session(session: &Session, now: Timestamp) -> Self {
        let tokens = TokenKind::ALL.into_iter().filter_map(|kind| {
            let fingerprint = session.tokens.get(kind)?.fingerprint.to_string();
            Some((kind.as_str(), kind.label(), fingerprint))
        });
        Self {
            name: session.profile.name.clone(),
            generation: Some(session.generation),
            issuer: session.profile.issuer.trim().to_owned(),
            at: now,
            tokens: tokens.collect(),
        }
    }

    /// A token that was looked at by itself, called `name`.
    pub fn token(inspection: &Inspection, name: String) -> Self {
        let issuer = inspection.token.decoded.payload.get_str("iss");
        Self {
            name,
            generation: None,
            issuer: issuer.map_or_else(String::new, |iss| cut(&iss).clone()),
            at: inspection.at,
            tokens: vec![("token", "Token", inspection.token.fingerprint.to_string())],
        }
    }
}

/// As Markdown: a summary, then a table a group.
pub fn markdown(list: &CheckList, subject: &Subject) -> String {
    let mut out = format!("# Checks of {}\n\n", line(&subject.name));
    if !subject.issuer.is_empty() {
        put(&mut out, &format!("- Issuer: {}\n", line(&subject.issuer)));
    }
    if let Some(generation) = subject.generation {
        put(&mut out, &format!("- Generation: {generation}\n"));
    }
    put(&mut out, &format!("- Judged: {}\n", at_second(subject.at)));
    for (_, label, fingerprint) in &subject.tokens {
        put(&mut out, &format!("- {label}: {fingerprint}\n"));
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
pub fn json(list: &CheckList, subject: &Subject) -> String {
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
    let tokens: serde_json::Map<String, Value> = subject
        .tokens
        .iter()
        .map(|(word, _, fingerprint)| ((*word).to_owned(), fingerprint.as_str().into()))
        .collect();
    let name = if subject.generation.is_some() {
        "profile"
    } else {
        "token"
    };
    let mut report = json!({
        (name): subject.name,
        "issuer": subject.issuer,
        "generation": subject.generation,
        "judged_at": at_second(subject.at),
        "fingerprints": tokens,
        "summary": {
            "pass": list.passed,
            "fail": list.failed,
            "warn": list.warned,
            "skip": list.skipped,
        },
        "checks": checks,
    });
    if subject.generation.is_none()
        && let Some(report) = report.as_object_mut()
    {
        report.remove("generation");
    }
    serde_json::to_string_pretty(&report).expect("texts and numbers are always written")
}

fn put(out: &mut String, words: &str) {
    out.write_str(words).expect("a String takes all");
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
