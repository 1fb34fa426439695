//! Where the signatures of tokens stand in a text, however it is written. What is redacted asks here: it must miss none, and
//! a few letters too many do no harm.

use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::jwts::jwts;
use super::units::{Units, is_word};

/// A shorter run of letters is no signed token.
const MIN_LEN: usize = 20;

/// The bytes of all signatures in a text, in order and apart: the last part of what looks like a JWT, and what stands behind
/// the name `signature` where a payload or a protected header is near. Of a token that has none its payload: whoever has
/// the rest has the token.
pub(in crate::model) fn signatures(text: &str) -> Vec<Range<usize>> {
    // Most texts hold no token, and each has a dot or a quote, however that is written.
    if !text
        .bytes()
        .any(|byte| matches!(byte, b'.' | b'%' | b'\\' | b'&' | b'"'))
    {
        return Vec::new();
    }
    let units = Units::of(text);
    let mut found = compact(&units);
    found.extend(in_json(&units));
    found.extend(wrapped(&units));
    let mut ranges: Vec<Range<usize>> = found.into_iter().map(|range| units.bytes(range)).collect();
    ranges.sort_by_key(|range| range.start);
    // One may stand inside another.
    ranges.dedup_by(|later, earlier| {
        let overlaps = later.start < earlier.end;
        if overlaps {
            earlier.end = earlier.end.max(later.end);
        }
        overlaps
    });
    ranges
}

/// Those of tokens in parts.
fn compact(units: &Units<'_>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while !units.is_end(at) {
        if !is_letter(units.ch(at)) {
            at += 1;
            continue;
        }
        let start = at;
        // Each part with where it begins and ends.
        let mut parts: Vec<(String, Range<usize>)> = vec![(String::new(), at..at)];
        loop {
            let next = units.visible(at);
            let ch = units.ch(next);
            let Some((part, range)) = parts.last_mut() else { break };
            if ch == '.' {
                parts.push((String::new(), next + 1..next + 1));
            } else if is_letter(ch) {
                part.push(ch);
                range.end = next + 1;
            } else {
                break;
            }
            at = next + 1;
        }
        // What was taken off before is marked.
        let is_marked = units.ch(at) == '[' && parts.last().is_some_and(|(part, _)| part.is_empty());
        if parts.len() >= 3 && at - start > MIN_LEN && !is_marked {
            of_run(&parts, &mut found);
        }
        at = at.max(start + 1);
    }
    found
}

/// Those of tokens that go on behind a line break, or in a text in pieces: the finder knows where they end.
fn wrapped(units: &Units<'_>) -> Vec<Range<usize>> {
    let in_pieces = |range: &Range<usize>| units.seen(range.clone()).any(|ch| !is_letter(ch) && ch != '.');
    let tokens = jwts(units, &[]);
    tokens
        .into_iter()
        .filter(|token| in_pieces(&token.range) && !is_done(units, token.range.end))
        .filter_map(|token| {
            let last = last_part(&token.value).filter(|last| !last.starts_with('['))?;
            last_letters(units, &token.range, last.len())
        })
        .collect()
}

/// Whether what was taken off a token is marked behind it.
fn is_done(units: &Units<'_>, end: usize) -> bool {
    let end = units.visible(end);
    units.ch(end) == '[' || units.ch(end) == '.' && units.ch(units.visible(end + 1)) == '['
}

/// The signature or tag; of a token that has none its payload.
fn last_part(token: &str) -> Option<&str> {
    // With fewer parts its end was not found.
    if token.matches('.').count() < 2 {
        return None;
    }
    let parts = token.split('.');
    parts.skip(1).filter(|part| !part.trim_matches('=').is_empty()).last()
}

/// The end of a range with so many letters in it, and the rest of the piece in which the first of them stands.
fn last_letters(units: &Units<'_>, range: &Range<usize>, count: usize) -> Option<Range<usize>> {
    let (mut start, mut left) = (None, count);
    for at in range.clone().rev() {
        if is_letter(units.ch(at)) {
            left = left.saturating_sub(1);
            start = Some(at);
        } else if left == 0 && units.visible(at) == at {
            break;
        }
    }
    Some(start?..range.end)
}

/// The signatures among the parts of one run of letters and dots.
fn of_run(parts: &[(String, Range<usize>)], found: &mut Vec<Range<usize>>) {
    let Some(first) = parts.iter().position(|(part, _)| holds_header(part)) else {
        return;
    };
    let rest = &parts[first..];
    let is_filled = |at: usize| rest.get(at).is_some_and(|(part, _)| !part.is_empty());
    if rest.len() < 3 {
        return;
    }
    let (from, to) = match rest.len() {
        // Without its tag an encrypted token cannot be opened.
        5 if says_enc(&rest[0].0) && is_filled(4) => (4, 4),
        _ => match (2..rest.len()).rev().find(|at| is_filled(*at)) {
            Some(last) => (2, last),
            None => (1, 1),
        },
    };
    let range = rest[from].1.start..rest[to].1.end;
    if !range.is_empty() {
        found.push(range);
    }
}

fn is_letter(ch: char) -> bool {
    is_word(ch) || matches!(ch, '+' | '/' | '=')
}

/// Whether a header begins in this part: at its beginning or behind a mark however damaged it is, else as one that is whole.
fn holds_header(part: &str) -> bool {
    let bytes = part.as_bytes();
    let is_behind_mark = |at: usize| at == 0 || !bytes[at - 1].is_ascii_alphanumeric();
    (0..bytes.len()).any(|at| {
        let rest = &bytes[at..];
        ["eyJ", "eyA", "ewo", "ew0", "ewk", "e3t"]
            .iter()
            .any(|mark| rest.starts_with(mark.as_bytes()))
            || rest.starts_with(b"e30")
            || is_behind_mark(at) && rest.starts_with(b"ey")
    })
}

/// Whether the header of an encrypted token stands here.
fn says_enc(part: &str) -> bool {
    let header = part.trim_end_matches('=');
    URL_SAFE_NO_PAD
        .decode(header)
        .is_ok_and(|header| header.windows(5).any(|window| window == b"\"enc\""))
}

/// Those of tokens that are JSON: what stands behind the name `signature`.
fn in_json(units: &Units<'_>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut has_token = false;
    let mut at = 0;
    while !units.is_end(at) {
        if !is_word(units.ch(at)) {
            at += 1;
            continue;
        }
        let mut name = String::new();
        while is_word(units.ch(units.visible(at))) && !units.is_end(at) {
            at = units.visible(at);
            if name.len() <= NAME.len() {
                name.push(units.ch(at));
            }
            at += 1;
        }
        match name.as_str() {
            "payload" | "protected" => has_token = true,
            NAME => {
                let start = behind_colon(units, at);
                let mut end = start;
                while !units.is_end(end) && is_letter(units.ch(units.visible(end))) {
                    end = units.visible(end) + 1;
                }
                if start > at && end - start >= MIN_IN_JSON {
                    found.push(start..end);
                    at = end;
                }
            }
            _ => {}
        }
    }
    if has_token { found } else { Vec::new() }
}

/// The member of a JWS that holds it (RFC 7515 §7.2.1).
const NAME: &str = "signature";
/// Letters that are more than a word.
const MIN_IN_JSON: usize = 4;

/// Where the text begins behind a name, its quote and a colon; `at` where there is none.
fn behind_colon(units: &Units<'_>, at: usize) -> usize {
    let skip = |mut at: usize, with_quotes: bool| {
        while let Some(unit) = units.get(at) {
            let is_quote = with_quotes && matches!(unit.ch, '"' | '\'' | '\\');
            if !(is_quote || unit.ch.is_whitespace() || units.visible(at) != at) {
                break;
            }
            at += 1;
        }
        at
    };
    let colon = skip(at, true);
    if !matches!(units.ch(colon), ':' | '=') {
        return at;
    }
    skip(colon + 1, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "eyJhbGciOiJIUzI1NiJ9";
    const PAYLOAD: &str = "eyJzdWIiOiJqb2UifQ";

    fn shown(text: &str) -> Vec<&str> {
        signatures(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn a_signature_is_found_however_the_token_is_written() {
        let spaced = URL_SAFE_NO_PAD.encode("{\n \"alg\":\"HS256\"}");
        let windows = URL_SAFE_NO_PAD.encode("{\r\n \"alg\":\"HS256\"}");
        for (text, signature) in [
            (format!("see {HEADER}.{PAYLOAD}.SIGNA-TURE there"), "SIGNA-TURE"),
            (format!("{spaced}.{PAYLOAD}.SIGNA"), "SIGNA"),
            (format!("{windows}.{PAYLOAD}.SIGNA"), "SIGNA"),
            (format!(r"{HEADER}\u002e{PAYLOAD}\u002eSIGNA"), "SIGNA"),
            (format!("{HEADER}%2E{PAYLOAD}%2eSIGNA"), "SIGNA"),
            (format!("{HEADER}==.{PAYLOAD}=.SIGNA="), "SIGNA="),
            (format!("{HEADER}.{PAYLOAD}.SI+GN/A"), "SI+GN/A"),
            (format!(r"{HEADER}.{PAYLOAD}.SI\/GNA"), r"SI\/GNA"),
            (format!("Unknown token {HEADER}.{PAYLOAD}.SIGNA."), "SIGNA"),
            (format!("jwt_{HEADER}.{PAYLOAD}.SIGNA"), "SIGNA"),
            (format!("id_token={HEADER}.{PAYLOAD}.SIGNA&x=1"), "SIGNA"),
            (format!("{HEADER}.{PAYLOAD}."), PAYLOAD),
            (
                format!(r#"{{"payload":"{PAYLOAD}","protected":"{HEADER}","signature":"SIGNA"}}"#),
                "SIGNA",
            ),
            (
                format!(r#"{{\"payload\":\"{PAYLOAD}\",\"signature\" : \"SIGNA\"}}"#),
                "SIGNA",
            ),
        ] {
            assert_eq!(shown(&text), [signature], "{text}");
        }
        let two = format!("{HEADER}.{PAYLOAD}.ONE, {HEADER}.{PAYLOAD}.TWO");
        assert_eq!(shown(&two), ["ONE", "TWO"]);
    }

    #[test]
    fn a_signature_is_found_when_the_token_is_wrapped() {
        let signature = "SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c";
        let token = format!("{HEADER}.{PAYLOAD}.{signature}");
        let wrapped = |width: usize, between: &str| {
            let pieces: Vec<String> = token
                .as_bytes()
                .chunks(width)
                .map(|c| String::from_utf8_lossy(c).into())
                .collect();
            pieces.join(between)
        };
        for width in [16, 30, 64, 76] {
            for between in ["\n", "\r\n", "\n  ", "\n> ", "\" +\n  \"", "\"\n  \"", "\\n"] {
                let text = format!("error: \"{}\"", wrapped(width, between));
                let mut left = text.clone();
                for range in signatures(&text).into_iter().rev() {
                    left.replace_range(range, "[gone]");
                }
                let letters: String = left.chars().filter(|c| is_letter(*c)).collect();
                let ends = (8..signature.len())
                    .filter(|at| letters.contains(&signature[at - 8..*at]))
                    .count();
                assert_eq!(ends, 0, "{text}\n{left}");
                assert!(left.contains("[gone]") && left.contains(&HEADER[..16]), "{left}");
                assert!(signatures(&left).is_empty(), "{left}");
            }
        }
    }

    #[test]
    fn of_an_encrypted_token_the_tag_is_taken() {
        let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"dir","enc":"A128GCM"}"#);
        assert_eq!(shown(&format!("{header}..aaaa.bbbb.cccc")), ["cccc"]);
    }

    #[test]
    fn what_is_no_token_stays() {
        for text in [
            "",
            "www.example.com/eyes.html",
            "eyes.of.storm",
            r#"{"signature":"Yours, Ada"}"#,
            "1.2.3",
        ] {
            assert!(signatures(text).is_empty(), "{text}");
        }
    }
}
