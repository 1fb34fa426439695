//! Taking the secrets out of text that goes to a log, a file or a screen.
//!
//! It works on text and not on parsed documents, because what is recorded is often broken: a body with a trailing comma
//! must lose its tokens as surely as a clean one.

use super::find::signatures;
use super::secret::Secret;
use super::secret_names::{SecretName, is_secret_header};
use super::token::Fingerprint;

/// Whether what stands behind this name, of a parameter or a member, is a secret.
pub fn is_secret_name(name: &str) -> bool {
    SecretName::of(name).is_some()
}

/// `text` without its secrets: the values of names that hold secrets, anything that looks like a signed JWT (it keeps
/// header and claims and loses its signature), and each of `known` wherever it stands.
pub fn redact(text: &str, known: &[Secret]) -> String {
    // By name first: a token that is known as well keeps its fingerprint then.
    strip_signatures(&replace_known(&redact_named(text), known))
}

/// A server's own words without the secrets that it was sent: each of `known` wherever it stands, and the signatures of
/// JWTs. What stands behind a name stays: a sentence like “invalid code: expired” is to be read.
pub fn redact_words(text: &str, known: &[Secret]) -> String {
    strip_signatures(&without_cut_end(replace_known(text, known), known))
}

/// One JSON value whose texts have lost `known` and signatures. It is JSON as before: numbers and structure stay, even where
/// a secret is also a piece of them.
pub fn redact_json(json: &str, known: &[Secret]) -> String {
    let mut out = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(start) = rest.find('"') {
        let end = value_end(rest.as_bytes(), start + 1, Some(b'"'));
        let end = rest.len().min(end + 1);
        out.push_str(&rest[..start]);
        out.push_str(&redact_json_text(&rest[start..end], known));
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

/// The same for one text in its quotes.
fn redact_json_text(quoted: &str, known: &[Secret]) -> String {
    let text = serde_json::from_str::<String>(quoted);
    // Half a pair of surrogates is JSON, and no text.
    let text = text.as_deref().unwrap_or(quoted);
    let redacted = redact_words(text, known);
    if redacted == text {
        return quoted.to_owned();
    }
    serde_json::Value::from(if text == quoted { REDACTED } else { &redacted }).to_string()
}

/// Shortest beginning of a secret that is taken for one at the end of a text: fewer letters tell nothing.
const CUT_LEN: usize = 6;

/// A server's words are cut to a sane length, and may end in the beginning of a secret then.
fn without_cut_end(mut text: String, known: &[Secret]) -> String {
    for secret in known.iter().map(Secret::expose) {
        let ends = secret.char_indices().map(|(at, _)| at).filter(|at| *at >= CUT_LEN);
        if let Some(cut) = ends.rev().find(|&at| text.ends_with(&secret[..at])) {
            text.truncate(text.len() - cut);
            text.push_str(REDACTED);
        }
    }
    text
}

fn replace_known(text: &str, known: &[Secret]) -> String {
    let mut text = text.to_owned();
    // The known ones first, the longest first: one may be part of another.
    let mut known: Vec<&str> = known.iter().map(Secret::expose).filter(|s| s.len() >= 4).collect();
    known.sort_by_key(|s| std::cmp::Reverse(s.len()));
    for secret in known {
        // A password may be among them, so no fingerprint.
        let replacement = unsigned(secret).unwrap_or_else(|| REDACTED.to_owned());
        text = text.replace(secret, &replacement);
        // The same in a form, and in JSON, where some servers also escape the slash.
        let in_form: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
        let in_json = serde_json::Value::from(secret).to_string();
        let in_json = in_json.trim_matches('"');
        for spelling in [in_form.as_str(), in_json, &in_json.replace('/', "\\/")] {
            if spelling != secret {
                text = text.replace(spelling, &replacement);
            }
        }
    }
    text
}

/// A header's value without its secrets. The scheme of `Authorization` stays, and so does what a `DPoP` proof says
/// (RFC 9449 §4.2): without its signature it proves nothing.
pub fn redact_header(name: &str, value: &str, known: &[Secret]) -> String {
    let name = name.to_ascii_lowercase();
    if !is_secret_header(&name) {
        return redact(value, known);
    }
    match value.split_once(' ') {
        // HTTP Basic holds the client secret.
        Some((scheme, _)) if scheme.eq_ignore_ascii_case("Basic") => format!("{scheme} {REDACTED}"),
        Some((scheme, credentials)) if name.ends_with("authorization") => {
            format!("{scheme} {}", replacement(credentials))
        }
        _ if name == "dpop" => replacement(value),
        _ => REDACTED.to_owned(),
    }
}

/// What stands for a secret that must not be recognised either.
const REDACTED: &str = "[redacted]";

/// What stands for a signature.
const REMOVED: &str = "[signature removed]";

/// What stands for a secret: a JWT keeps what can be read, everything else becomes its fingerprint.
fn replacement(secret: &str) -> String {
    unsigned(secret).unwrap_or_else(|| format!("[redacted {}]", Fingerprint::of(secret)))
}

/// A JWT without its signature.
fn unsigned(token: &str) -> Option<String> {
    let (head, signature) = token.rsplit_once('.')?;
    // Header and payload of one that has none are all of it.
    (!signature.trim_matches('=').is_empty()
        && token.starts_with("ey")
        && head.contains('.')
        && token.bytes().all(is_token_byte))
    .then(|| format!("{head}.{REMOVED}"))
}

fn is_token_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'=')
}

/// Replaces the value behind each secret name, in `name=value`, `"name": "value"` and `name: value`.
fn redact_named(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, name, value, after)) = next_secret(rest) {
        out.push_str(before);
        if SecretName::of(name).is_some_and(SecretName::is_guessable) {
            out.push_str(REDACTED);
        } else if value.starts_with("[redacted") || value.ends_with(REMOVED) {
            out.push_str(value);
        } else {
            out.push_str(&replacement(value));
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// The next secret value in `text`, with what stands before it, its name, and what stands after it.
fn next_secret(text: &str) -> Option<(&str, &str, &str, &str)> {
    let bytes = text.as_bytes();
    let is_word = |i: usize| {
        bytes
            .get(i)
            .is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
    };
    let mut at = 0;
    while at < bytes.len() {
        if !is_word(at) {
            at += 1;
            continue;
        }
        let start = at;
        while is_word(at) {
            at += 1;
        }
        let name = &text[start..at];
        if !is_secret_name(name) {
            continue;
        }
        let Some(value_start) = value_start(bytes, at) else {
            continue;
        };
        let quote = Some(bytes[value_start - 1]).filter(|b| matches!(b, b'"' | b'\''));
        let value_end = value_end(bytes, value_start, quote);
        if value_end > value_start {
            return Some((
                &text[..value_start],
                name,
                &text[value_start..value_end],
                &text[value_end..],
            ));
        }
        at = value_start;
    }
    None
}

/// Where the value begins: behind an optional closing quote, `=` or `:`, spaces and an optional opening quote.
fn value_start(bytes: &[u8], name_end: usize) -> Option<usize> {
    let skip = |mut at: usize, wanted: &[u8]| {
        while bytes.get(at).is_some_and(|b| wanted.contains(b)) {
            at += 1;
        }
        at
    };
    let at = skip(name_end, b"\"'\\ \t\r\n");
    if !matches!(bytes.get(at), Some(b'=' | b':')) {
        return None;
    }
    let at = if bytes[at] == b':' {
        skip(at + 1, b" \t\r\n\\")
    } else {
        at + 1
    };
    Some(if matches!(bytes.get(at), Some(b'"' | b'\'')) {
        at + 1
    } else {
        at
    })
}

fn value_end(bytes: &[u8], start: usize, quote: Option<u8>) -> usize {
    if quote.is_none() && matches!(bytes.get(start), Some(b'[' | b'{')) {
        return bracket_end(bytes, start);
    }
    let mut at = start;
    let mut escaped = false;
    while let Some(&b) = bytes.get(at) {
        let ends = if let Some(quote) = quote {
            b == quote && !escaped
        } else {
            matches!(
                b,
                b'&' | b'#' | b' ' | b'\t' | b'\r' | b'\n' | b',' | b'}' | b'<' | b'"' | b'\''
            )
        };
        if ends {
            break;
        }
        // One that is escaped itself escapes nothing.
        escaped = b == b'\\' && !escaped;
        at += 1;
    }
    at
}

/// Where the list or object that begins at `start` ends, its last bracket included; the end of the text when it is cut.
fn bracket_end(bytes: &[u8], start: usize) -> usize {
    let (mut depth, mut in_text, mut escaped) = (0_usize, false, false);
    for (i, b) in bytes.iter().enumerate().skip(start) {
        match b {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b'[' | b'{' if !in_text => depth += 1,
            b']' | b'}' if !in_text => {
                depth -= 1;
                if depth == 0 {
                    return i + 1;
                }
            }
            _ => {}
        }
    }
    bytes.len()
}

/// Takes the signature off whatever looks like a token, and what is left of one that has none.
pub(super) fn strip_signatures(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut end = 0;
    for range in signatures(text) {
        out.push_str(&text[end..range.start]);
        out.push_str(REMOVED);
        end = range.end;
    }
    out.push_str(&text[end..]);
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::secret_names::SECRET_NAMES;

    #[test]
    fn secrets_leave_forms_json_and_addresses() {
        for (text, kept) in [
            (
                "client_id=a&client_secret=HIDE&grant_type=refresh_token&refresh_token=HIDE",
                "grant_type=refresh_token",
            ),
            (
                "{\"access_token\": \"HIDE\", \"expires_in\": 3600,}",
                "\"expires_in\": 3600",
            ),
            ("{\"refresh_token\":\"HIDE\"", "refresh_token"),
            ("http://localhost/cb?code=HIDE&state=s#id_token=HIDE", "state=s"),
            ("access_token: HIDE\nnext", "next"),
            ("{\"accessToken\":\"HIDE\",\"x\":1}", "\"x\":1"),
            ("{\"refresh-token\":[\"HIDE\",{\"v\":\"HIDE]\"}],\"x\":1}", "\"x\":1"),
            ("{'access_token': 'HIDE', 'x': 1}", "'x': 1"),
            ("{\"password\":\"HI\\\"DE\",\"x\":1}", "\"x\":1"),
        ] {
            let redacted = redact(text, &[]);
            assert!(!redacted.contains("HIDE") && !redacted.contains("DE\""), "{redacted}");
            assert!(redacted.contains(kept) && redacted.contains("[redacted"), "{redacted}");
        }
    }

    #[test]
    fn a_jwt_keeps_its_claims_and_loses_its_signature() {
        let token = crate::model::seeds::ID_TOKEN;
        let (head, signature) = token.rsplit_once('.').unwrap();
        for text in [
            format!("{{\"id_token\":\"{token}\"}}"),
            format!("see {token} there"),
            format!("id_token={token}&x=1"),
        ] {
            let redacted = redact(&text, &[]);
            assert!(redacted.contains(head) && !redacted.contains(signature), "{redacted}");
        }
    }

    #[test]
    fn a_signature_leaves_whatever_the_token_is_written_like() {
        let (header, payload) = ("ewogImFsZyI6IkhTMjU2In0", "eyJzdWIiOiJqb2UifQ");
        for text in [
            format!("Unknown token {header}.{payload}.SIGNATURE."),
            format!("{{\"vp\":\"jwt_{header}.{payload}.SIGNATURE\"}}"),
            format!("{{\"vp\":\"{header}\\u002e{payload}\\u002eSIGNATURE\"}}"),
            format!("at https://a.example/{header}%2E{payload}%2ESIGNATURE?x"),
            format!("{{\"vp\":{{\"payload\":\"{payload}\",\"signature\":\"SIGNATURE\"}}}}"),
        ] {
            let redacted = redact_words(&text, &[]);
            assert!(
                !redacted.contains("SIGNATURE") && redacted.contains(REMOVED),
                "{redacted}"
            );
            assert_eq!(redact_words(&redacted, &[]), redacted);
        }
    }

    #[test]
    fn what_people_make_up_leaves_no_fingerprint_to_guess_by() {
        let known = [Secret::new("hunter2"), Secret::new("r1-long-enough")];
        for text in [
            "grant_type=password&username=ada&password=hunter2",
            "{\"client_secret\": \"hunter2\"}",
            "wrong password hunter2",
        ] {
            let redacted = redact(text, &known);
            assert!(
                redacted.contains("[redacted]") && !redacted.contains("sha256"),
                "{redacted}"
            );
        }
        let basic = redact_header("Authorization", "Basic aWQ6aHVudGVyMg==", &known);
        assert_eq!(basic, "Basic [redacted]");
        // A token is told from another by its fingerprint, known or not.
        let token = redact("refresh_token=r1-long-enough", &known);
        assert_eq!(
            token,
            format!("refresh_token=[redacted {}]", Fingerprint::of("r1-long-enough"))
        );
    }

    #[test]
    fn the_beginning_of_a_secret_at_the_end_of_cut_words_is_taken_off_too() {
        let known = [Secret::new("r1-a-long-opaque-token")];
        assert_eq!(
            redact_words("no such token: r1-a-long-op", &known),
            "no such token: [redacted]"
        );
        assert_eq!(redact_words("that is r1-a", &known), "that is r1-a");
    }

    #[test]
    fn a_known_secret_is_found_anywhere_encoded_too() {
        let known = [Secret::new("s3cr:et/+ %")];
        let redacted = redact("{\"echo\":\"s3cr:et\\/+ %\"}", &known);
        assert!(!redacted.contains("s3cr"), "{redacted}");
        let redacted = redact("oops s3cr:et/+ % and s3cr%3Aet%2F%2B+%25", &known);
        assert!(!redacted.contains("s3cr"), "{redacted}");
    }

    #[test]
    fn headers_keep_their_scheme() {
        let value = redact_header("Authorization", "Basic aWQ6c2VjcmV0", &[]);
        assert!(value.starts_with("Basic [redacted") && !value.contains("aWQ6"));
        assert_eq!(redact_header("Set-Cookie", "sid=abc; Path=/", &[]), "[redacted]");
        assert_eq!(redact_header("X-Api-Key", "abc", &[]), "[redacted]");
        assert_eq!(redact_header("X-Access-Token", "abc", &[]), "[redacted]");
        assert_eq!(redact_header("Accept", "application/json", &[]), "application/json");
    }

    #[test]
    fn a_dpop_proof_can_be_read_and_not_replayed() {
        let proof = "eyJ0eXAiOiJkcG9wK2p3dCJ9.eyJodG0iOiJQT1NUIn0.c2lnbmF0dXJl";
        assert_eq!(
            redact_header("DPoP", proof, &[]),
            "eyJ0eXAiOiJkcG9wK2p3dCJ9.eyJodG0iOiJQT1NUIn0.[signature removed]"
        );
        assert!(redact_header("DPoP", "no-proof", &[]).starts_with("[redacted"));
    }

    #[test]
    fn every_secret_member_leaves_a_json_request() {
        for name in [
            "password",
            "refresh_token",
            "client_secret",
            "client_assertion",
            "assertion",
            "subject_token",
            "actor_token",
            "device_code",
            "code",
            "code_verifier",
            "otp",
        ] {
            for body in [
                format!("{{\"username\":\"admin\",\"{name}\":\"HIDE\",\"scope\":\"openid\"}}"),
                format!("{{\"username\":\"admin\",\n  \"{name}\" : \"HIDE\",\"scope\":\"openid\"}}"),
                format!("{{\"username\":\"admin\",\"x\":{{\"{name}\":\"a\\\"HIDE\"}},\"scope\":\"openid\"}}"),
                format!("{{\"{name}\":\"HIDE\\\\\",\"username\":\"admin\",\"scope\":\"openid\"}}"),
            ] {
                let redacted = redact(&body, &[]);
                assert!(!redacted.contains("HIDE"), "{redacted}");
                assert!(redacted.contains("\"scope\":\"openid\""), "{redacted}");
                assert!(redacted.contains("\"admin\""), "{redacted}");
            }
        }
        assert!(!redact("{\"password\":12345678}", &[]).contains("12345678"));
    }

    #[test]
    fn words_that_only_look_alike_stay() {
        for text in [
            "status_code=200&x=1",
            "{\"code_challenge\":\"abc\"}",
            "grant_type=authorization_code",
        ] {
            assert_eq!(redact(text, &[]), text);
        }
    }

    proptest! {
        #[test]
        fn no_named_secret_survives(secret in "[A-Za-z0-9]{12,40}", before in "[ -~]{0,30}", name in proptest::sample::select(SECRET_NAMES)) {
            let (name, _) = name;
            for text in [
                format!("x=1&{name}={secret}&y=2"),
                format!("{{\"{name}\" : \"{secret}\"}}"),
                format!("{{\"a\":1,\"{name}\":\"{secret}\",}}"),
            ] {
                prop_assert!(!redact(&text, &[]).contains(&secret), "{}", text);
            }
            let text = format!("{before} {secret}");
            prop_assert!(!redact(&text, &[Secret::new(secret.clone())]).contains(&secret));
        }

        #[test]
        fn any_text_is_redacted_without_a_panic(text in ".*") {
            let _ = redact(&text, &[]);
        }
    }
}
