//! Tokens that only their name or their first letters tell: opaque ones, and what is not built like a JWT.

use std::ops::Range;

use super::super::secret_names::SecretName;
use super::Candidate;
use super::note::Notes;
use super::shape::is_mixed;
use super::units::{How, Units, is_blank, is_quote, is_word};

/// How tokens begin whose makers mark them.
const PREFIXES: &[&str] = &[
    "v1.local.",
    "v1.public.",
    "v2.local.",
    "v2.public.",
    "v3.local.",
    "v3.public.",
    "v4.local.",
    "v4.public.",
    "ghp_",
    "gho_",
    "ghu_",
    "ghs_",
    "ghr_",
    "github_pat_",
    "glpat-",
    "xoxb-",
    "xoxp-",
    "xapp-",
    "ya29.",
    "npm_",
    "dckr_pat_",
    "pypi-",
    "hf_",
    "shpat_",
    "MDAx",
];

/// Whether this is a PASETO: its version, its purpose and a payload.
pub(super) fn is_paseto(token: &str) -> bool {
    token.starts_with('v')
        && PREFIXES
            .iter()
            .any(|prefix| prefix.starts_with('v') && token.starts_with(prefix))
}

/// Letters behind such a beginning that make a token of it.
const MIN_BEHIND_PREFIX: usize = 16;

/// No name of a token is longer.
const MAX_NAME: usize = 40;

/// All of them, in order.
pub(super) fn named(units: &Units<'_>) -> Vec<Candidate> {
    let mut found = Vec::new();
    let mut at = 0;
    while !units.is_end(at) {
        if !is_word(units.ch(at)) {
            at += 1;
            continue;
        }
        let (word, end) = word(units, at);
        let candidate = if let Some(candidate) = by_prefix(units, at, &word) {
            Some(candidate)
        } else if is_scheme(&word) {
            by_scheme(units, at, end)
        } else if SecretName::of(&word) == Some(SecretName::Token) {
            by_name(units, at, end, &word)
        } else {
            None
        };
        at = candidate.as_ref().map_or(end, |candidate| candidate.range.end.max(end));
        found.extend(candidate);
    }
    found
}

/// The word at `start`, cut, and where it ends.
fn word(units: &Units<'_>, start: usize) -> (String, usize) {
    let mut text = String::new();
    let mut end = start;
    loop {
        let next = units.visible(end);
        let ch = units.ch(next);
        if !is_word(ch) {
            return (text, end);
        }
        if text.len() <= MAX_NAME {
            text.push(ch);
        }
        end = next + 1;
    }
}

pub(super) fn is_scheme(word: &str) -> bool {
    word.eq_ignore_ascii_case("bearer") || word.eq_ignore_ascii_case("dpop")
}

fn by_prefix(units: &Units<'_>, start: usize, word: &str) -> Option<Candidate> {
    let is_possible = |prefix: &&&str| word.starts_with(prefix.split('.').next().unwrap_or(prefix));
    PREFIXES.iter().find(is_possible)?;
    let head: String = units.seen(start..start + 24).take(12).collect();
    let prefix = PREFIXES.iter().find(|prefix| head.starts_with(**prefix))?;
    let mut value = String::new();
    // Without the dots that end a sentence, and what cannot be seen between them.
    let (mut next, mut end, mut kept) = (start, start, 0);
    loop {
        next = units.visible(next);
        let ch = units.ch(next);
        if !is_word(ch) && !matches!(ch, '.' | '=') {
            break;
        }
        value.push(ch);
        next += 1;
        if ch != '.' {
            (end, kept) = (next, value.len());
        }
    }
    value.truncate(kept);
    let is_token = value.strip_prefix(prefix)?.len() >= MIN_BEHIND_PREFIX && is_mixed(&value);
    is_token.then(|| plain(units, value, start..end))
}

fn plain(units: &Units<'_>, value: String, range: Range<usize>) -> Candidate {
    let mut notes = Notes::default();
    notes.add_units(units, range.clone());
    Candidate { value, range, notes }
}

/// `Bearer …` (RFC 6750 §2.1): in a header always, elsewhere only what no sentence holds.
fn by_scheme(units: &Units<'_>, start: usize, end: usize) -> Option<Candidate> {
    let value_start = units.after_blanks(end);
    let is_form_space = units.ch(end) == '+';
    if value_start == end && !is_form_space {
        return None;
    }
    let start_of_value = if is_form_space { end + 1 } else { value_start };
    let candidate = value(units, start_of_value, None, true)?;
    // A challenge has parameters there (RFC 6750 §3).
    let is_parameter = candidate.value.ends_with('=') && is_quote(units.ch(candidate.range.end))
        || candidate.value.trim_end_matches('=').contains('=');
    let is_header = is_behind_authorization(units, start);
    let is_token = is_header || candidate.value.len() >= MIN_BEHIND_PREFIX && is_mixed(&candidate.value);
    (is_token && !is_parameter).then_some(candidate)
}

/// Whether `Authorization` and its colon stand before `at`.
pub(super) fn is_behind_authorization(units: &Units<'_>, at: usize) -> bool {
    const NAME: &str = "authorization";
    let before: String = units.seen(at.saturating_sub(NAME.len() + 12)..at).collect();
    let before =
        before.trim_end_matches(|ch: char| is_blank(ch) || is_quote(ch) || matches!(ch, ':' | '=' | '>' | ','));
    before.to_ascii_lowercase().ends_with(NAME)
}

/// The value behind a name: `name=value`, `"name": "value"`, `<name>value<`, `name="name" value="value"`.
fn by_name(units: &Units<'_>, start: usize, end: usize, name: &str) -> Option<Candidate> {
    let mut at = units.visible(end);
    let is_quoted = is_quote(units.ch(at));
    if is_quoted {
        at += 1;
    }
    if units.ch(at) == '>' && units.before(start) == Some('<') {
        return value(units, at + 1, Some('<'), true);
    }
    if is_quoted && let Some(behind) = value_attribute(units, at) {
        return value(units, behind, None, false);
    }
    at = units.after_blanks(at);
    let sign = units.ch(at);
    if !matches!(sign, '=' | ':') {
        return None;
    }
    let behind = units.after_blanks(at + 1);
    let has_quote = is_quote(units.ch(behind));
    let candidate = value(units, behind, None, sign == '=')?;
    if has_quote {
        return Some(candidate);
    }
    let text = &candidate.value;
    if matches!(text.as_str(), "null" | "true" | "false" | "undefined" | "None" | "nil") || is_quoted && sign == ':' {
        return None;
    }
    // “token: the one that …” is a sentence.
    let next = units.after_blanks(candidate.range.end);
    let goes_on = next > candidate.range.end && is_word(units.ch(next)) && behind > at + 1;
    let is_word_alone = sign == ':' && !is_mixed(text) && name.eq_ignore_ascii_case("token");
    (!(goes_on || is_word_alone) || is_mixed(text) && text.len() >= 8).then_some(candidate)
}

/// Where the value of `…" value="…` (HTML) or `…", "value": "…` (HAR) begins.
fn value_attribute(units: &Units<'_>, start: usize) -> Option<usize> {
    let skip = |mut at: usize, marks: &[char]| {
        while at < start + 60 && (is_quote(units.ch(at)) || marks.contains(&units.ch(at))) {
            at += 1;
        }
        at
    };
    let at = skip(start, &[' ', '\t', '\r', '\n', ',']);
    let word: String = units.seen(at..at + 5).collect();
    if word != "value" {
        return None;
    }
    let at = units.after_blanks(skip(at + 5, &[]));
    matches!(units.ch(at), ':' | '=').then(|| units.after_blanks(at + 1))
}

/// The value at `start`, with or without quotes, up to `end` or whatever ends it. Percent-encoding is undone only where an
/// address or a form is written.
fn value(units: &Units<'_>, start: usize, end: Option<char>, is_form: bool) -> Option<Candidate> {
    let quote = units.get(start).filter(|unit| end.is_none() && is_quote(unit.ch));
    let first = start + usize::from(quote.is_some());
    let ends = |at: usize| {
        units.get(at).is_none_or(|unit| match (quote, end) {
            (Some(quote), _) => unit.ch == closing(quote.ch) && unit.how == quote.how || matches!(unit.ch, '\n' | '\r'),
            (None, Some(end)) => unit.ch == end,
            (None, None) => {
                unit.ch.is_whitespace()
                    || is_quote(unit.ch)
                    || matches!(
                        unit.ch,
                        '&' | '#' | ',' | ';' | '}' | ')' | ']' | '<' | '>' | '\\' | '|'
                    )
            }
        })
    };
    let mut last = first;
    let mut text = String::new();
    let mut kept = (0, first);
    let mut notes = Notes::default();
    while !ends(last) {
        let unit = units.get(last)?;
        if unit.how == How::Percent && !is_form || matches!(unit.ch, '\\' | '\u{fffd}') {
            text.push_str(units.raw(last..last + 1));
        } else {
            if unit.how != How::Invisible {
                text.push(unit.ch);
            }
            notes.add_unit(units, last);
        }
        last += 1;
        if unit.how != How::Invisible && unit.ch != '.' {
            kept = (text.len(), last);
        }
    }
    if end.is_none() && quote.is_none() {
        // Dots at the end are those of a sentence.
        last = kept.1;
        text.truncate(kept.0);
    }
    let is_token = text.starts_with(|ch: char| is_word(ch) || matches!(ch, '.' | '/' | '+' | '~'))
        && !text.contains(|ch: char| ch.is_whitespace() || ch.is_control() || matches!(ch, '<' | '{'));
    is_token.then_some(Candidate {
        value: text,
        range: first..last,
        notes,
    })
}

fn closing(quote: char) -> char {
    match quote {
        '“' | '„' => '”',
        '‘' | '‚' => '’',
        '«' => '»',
        '‹' => '›',
        '「' => '」',
        quote => quote,
    }
}
