//! What the beginning of a JWT tells about the rest: how many parts, and how long the last one is.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::super::members::{Member, read_members};

/// What a header promises.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    /// Dots of the whole token: 2 for a signed one, 4 for an encrypted one (RFC 7516 §3.1).
    pub(super) dots: usize,
    /// Letters that the last part may have; empty when that is not known.
    pub(super) last: &'static [usize],
}

impl Shape {
    /// What is taken for granted where the header cannot be read.
    pub(super) const UNKNOWN: Self = Self { dots: 2, last: &[] };

    /// What this header, in base64url, promises.
    pub(super) fn of_header(header: &str) -> Self {
        let Some(members) = json_members(header) else {
            return Self::UNKNOWN;
        };
        let text = |name: &str| {
            let member = members.iter().rev().find(|member| member.name == name)?;
            member.value().as_str().map(str::to_owned)
        };
        if let Some(enc) = text("enc") {
            return Self {
                dots: 4,
                last: tag_len(&enc),
            };
        }
        Self {
            dots: 2,
            last: text("alg").map_or(&[], |alg| signature_len(&alg)),
        }
    }
}

/// Letters of an authentication tag (RFC 7518 §5).
fn tag_len(enc: &str) -> &'static [usize] {
    match enc {
        "A128GCM" | "A192GCM" | "A256GCM" | "A128CBC-HS256" => &[22],
        "A192CBC-HS384" => &[32],
        "A256CBC-HS512" => &[43],
        _ => &[],
    }
}

/// Letters of a signature (RFC 7518 §3, RFC 8037 §3.1). With RSA that depends on the key.
fn signature_len(alg: &str) -> &'static [usize] {
    match alg {
        "none" => &[0],
        "HS256" => &[43],
        "HS384" => &[64],
        "HS512" | "ES256" | "ES256K" | "Ed25519" => &[86],
        "EdDSA" => &[86, 152],
        "ES384" => &[128],
        "ES512" => &[176],
        "RS256" | "RS384" | "RS512" | "PS256" | "PS384" | "PS512" => &[342, 512, 683, 1366],
        _ => &[],
    }
}

/// A part without the byte order mark (RFC 8259 §8.1) that some editors put before a text: three bytes are four letters.
fn without_mark(part: &str) -> &str {
    let rest = part.strip_prefix("77u_").or_else(|| part.strip_prefix("77u/"));
    rest.unwrap_or(part)
}

/// The members of a part that is a whole JSON object in base64.
fn json_members(part: &str) -> Option<Vec<Member>> {
    let part: String = without_mark(part)
        .trim_end_matches('=')
        .chars()
        .map(|ch| match ch {
            '+' => '-',
            '/' => '_',
            ch => ch,
        })
        .collect();
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(part).ok()?).ok()?;
    let (members, result) = read_members(&text);
    result.is_ok().then_some(members)
}

/// Whether a part is any JSON at all: a header that is no object is a broken one.
pub(super) fn is_json(part: &str) -> bool {
    let bytes = URL_SAFE_NO_PAD.decode(part);
    bytes.is_ok_and(|bytes| serde_json::from_slice::<serde::de::IgnoredAny>(&bytes).is_ok())
}

/// Whether a part is a JWT's header by itself: an object that names an algorithm.
pub(super) fn is_header(part: &str) -> bool {
    json_members(part).is_some_and(|members| members.iter().any(|member| member.name == "alg"))
}

/// Whether this is how the base64 of a JSON object begins: `{` and a name, white space, or its end. A byte order mark may
/// stand before it.
pub(super) fn begins_object(part: &str) -> bool {
    let part = without_mark(part);
    let first = part.as_bytes().get(..4).unwrap_or_default();
    if part == "e30" || first.starts_with(b"e30=") || first.starts_with(b"e30.") {
        return true;
    }
    let is_white = |byte: u8| byte.is_ascii_whitespace();
    match URL_SAFE_NO_PAD.decode(first).as_deref() {
        Ok([b'{', b'"', third]) => *third >= b' ',
        Ok([b'{', second, third]) if is_white(*second) => is_white(*third) || matches!(third, b'"' | b'}'),
        _ => false,
    }
}

/// Whether letters are mixed as no word has them: digits or marks, or a capital that is not the first letter.
pub(super) fn is_mixed(text: &str) -> bool {
    let is_odd = |ch: char| ch.is_ascii_digit() || matches!(ch, '_' | '-' | '+' | '/' | '=');
    text.contains(is_odd) || {
        let is_all_capitals = !text.contains(|ch: char| ch.is_ascii_lowercase());
        text.chars().skip(1).any(|ch| ch.is_ascii_uppercase()) && (!is_all_capitals || text.len() > 20)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginning_of_an_object_is_told_from_a_word() {
        for part in [
            "eyJhbGciOiJub25lIn0",
            "eyAiYWxn",
            "ewogICJh",
            "ew0KICAi",
            "e30",
            "77u_eyJhbGci",
        ] {
            assert!(begins_object(part), "{part}");
        }
        for part in [
            "eyes", "eyJ", "ewok", "", "e", "e3", "keyJ", "ey..", "e30x", "77u_", "77u_eyes",
        ] {
            assert!(!begins_object(part), "{part}");
        }
    }

    #[test]
    fn a_header_promises_the_length_of_the_signature() {
        let shape = |header: &str| Shape::of_header(&URL_SAFE_NO_PAD.encode(header));
        assert_eq!(shape(r#"{"alg":"ES256"}"#).last, [86]);
        assert_eq!(shape(r#"{"alg":"dir","enc":"A128GCM"}"#).dots, 4);
        assert_eq!(shape("{").dots, 2);
    }

    #[test]
    fn words_are_not_mixed() {
        for word in ["Thanks", "regards", "HTTP", ""] {
            assert!(!is_mixed(word), "{word}");
        }
        for word in ["aXk3", "dGhJz", "a_b"] {
            assert!(is_mixed(word), "{word}");
        }
    }
}
