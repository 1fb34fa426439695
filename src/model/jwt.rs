//! JSON Web Tokens, decoded without ever failing (RFC 7519, RFC 7515 §3.1).
//!
//! Decoding is for reading: it says what is broken and shows the rest. Whether a signature is valid is judged in
//! `verify`, on the token as it came.

use std::collections::HashSet;
use std::ops::Range;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::{Deserialize, Serialize};

use super::defect::{Defect, Part};
use super::members::{Member, error_offset, read_members};

/// What a token turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// Three parts, header and payload are JSON objects: a signed JWT (RFC 7515).
    Jws,
    /// Five parts: encrypted (RFC 7516).
    Jwe,
    /// No parts at all: only the server can read it.
    Opaque,
    /// Looks like a JWT and is broken.
    Damaged,
}

impl Form {
    /// The word, as JSON output has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Jws => "jws",
            Self::Jwe => "jwe",
            Self::Opaque => "opaque",
            Self::Damaged => "damaged",
        }
    }
}

/// A JWT's header or payload.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DecodedPart {
    /// The text behind the base64url, with U+FFFD where it is not UTF-8. `None` when not a byte could be decoded.
    pub text: Option<String>,
    /// The members of its JSON object, or those before the place where it broke.
    pub members: Vec<Member>,
    /// Whether the whole part is one JSON object.
    pub is_object: bool,
}

impl DecodedPart {
    /// The last member with this name, as most readers choose.
    pub fn get(&self, name: &str) -> Option<serde_json::Value> {
        self.members.iter().rev().find(|m| m.name == name).map(Member::value)
    }

    /// The same, when it is a text.
    pub fn get_str(&self, name: &str) -> Option<String> {
        match self.get(name)? {
            serde_json::Value::String(text) => Some(text),
            _ => None,
        }
    }
}

/// A token, decoded as far as it goes. It holds no signature and cannot be replayed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// What it is.
    pub form: Form,
    /// Its header (RFC 7515 §4).
    pub header: DecodedPart,
    /// Its payload: the claims (RFC 7519 §4).
    pub payload: DecodedPart,
    /// The signature's length in bytes, when there is a third part that can be decoded.
    pub signature_len: Option<usize>,
    /// Everything that is wrong with it.
    pub defects: Vec<Defect>,
}

impl Decoded {
    /// `alg` of the header (RFC 7515 §4.1.1).
    pub fn alg(&self) -> Option<String> {
        self.header.get_str("alg")
    }

    /// `kid` of the header (RFC 7515 §4.1.4).
    pub fn kid(&self) -> Option<String> {
        self.header.get_str("kid")
    }
}

/// The byte ranges of a token's dot-separated parts, for colouring.
pub fn part_ranges(token: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut start = 0;
    for (dot, _) in token.match_indices('.') {
        ranges.push(start..dot);
        start = dot + 1;
    }
    ranges.push(start..token.len());
    ranges
}

/// Decodes a token. Whatever it is, something comes back.
pub fn decode(token: &str) -> Decoded {
    let parts: Vec<&str> = token.split('.').collect();
    let mut decoded = Decoded {
        form: Form::Opaque,
        header: DecodedPart::default(),
        payload: DecodedPart::default(),
        signature_len: None,
        defects: Vec::new(),
    };
    match parts.as_slice() {
        [header, payload, signature] => {
            decode_jws(&mut decoded, header, payload, signature);
        }
        [header, _, _, _, _] => {
            let (part, defects) = decode_json(header, Part::Header);
            decoded.form = if part.is_object { Form::Jwe } else { Form::Opaque };
            if part.is_object {
                decoded.header = part;
                decoded.defects = defects;
            }
        }
        // A JWT that lost a part: the header still says what it was.
        [header, rest @ ..] if looks_like_header(header) => {
            let (part, defects) = decode_json(header, Part::Header);
            decoded.header = part;
            decoded.defects = defects;
            if let Some(payload) = rest.first() {
                let (part, defects) = decode_json(payload, Part::Payload);
                decoded.payload = part;
                decoded.defects.extend(defects);
            }
            decoded.form = Form::Damaged;
            decoded.defects.push(Defect::new(
                Part::Token,
                "wrong_part_count",
                format!(
                    "{} parts where a signed JWT has three and an encrypted one five (RFC 7515 §3.1, RFC 7516 §3.1)",
                    parts.len()
                ),
            ));
        }
        _ => {}
    }
    decoded
}

fn decode_jws(decoded: &mut Decoded, header: &str, payload: &str, signature: &str) {
    let (header_part, mut defects) = decode_json(header, Part::Header);
    let (payload_part, more) = decode_json(payload, Part::Payload);
    defects.extend(more);
    let looks_like_jwt = header_part.is_object
        || payload_part.is_object
        || looks_like_header(header)
        || !payload_part.members.is_empty();
    if !looks_like_jwt {
        // Two dots by chance: an opaque token has no defects.
        return;
    }
    match URL_SAFE_NO_PAD.decode(signature) {
        Ok(bytes) => decoded.signature_len = Some(bytes.len()),
        Err(error) => {
            let (_, defect) = decode_base64(signature, Part::Signature);
            defects.extend(defect.or_else(|| {
                Some(Defect::new(
                    Part::Signature,
                    "invalid_base64",
                    format!("The signature is not base64url without padding: {error} (RFC 7515 §2)"),
                ))
            }));
        }
    }
    decoded.form = if header_part.is_object && payload_part.is_object {
        Form::Jws
    } else {
        Form::Damaged
    };
    decoded.header = header_part;
    decoded.payload = payload_part;
    decoded.defects = defects;
}

/// Base64url of a text that starts with `{"` starts with `eyJ`; one flipped bit further on still leaves `ey`.
fn looks_like_header(part: &str) -> bool {
    part.starts_with("ey")
}

fn decode_json(part: &str, which: Part) -> (DecodedPart, Vec<Defect>) {
    let mut defects = Vec::new();
    let (bytes, defect) = decode_base64(part, which);
    defects.extend(defect);
    let Some(bytes) = bytes else {
        return (DecodedPart::default(), defects);
    };
    if let Err(error) = std::str::from_utf8(&bytes) {
        defects.push(
            Defect::new(
                which,
                "invalid_utf8",
                format!(
                    "The {} is not UTF-8 from byte {} on",
                    which.as_str(),
                    error.valid_up_to()
                ),
            )
            .at(error.valid_up_to()),
        );
    }
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let (members, result) = read_members(&text);
    if let Err(error) = &result {
        let offset = error_offset(&text, error);
        defects.push(
            Defect::new(
                which,
                "invalid_json",
                format!(
                    "The {} is not a JSON object: it breaks at byte {offset} ({})",
                    which.as_str(),
                    plain(error)
                ),
            )
            .at(offset),
        );
    }
    let mut seen = HashSet::new();
    for member in &members {
        if !seen.insert(member.name.as_str()) {
            defects.push(Defect::new(
                which,
                "duplicate_name",
                format!("{:?} stands twice in the {} (RFC 7519 §4)", member.name, which.as_str()),
            ));
        }
    }
    let part = DecodedPart {
        text: Some(text),
        members,
        is_object: result.is_ok(),
    };
    (part, defects)
}

/// serde's message without its line and column: the offset says it already.
fn plain(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rfind(" at line ") {
        Some(end) => text[..end].to_owned(),
        None => text,
    }
}

/// Reads as much as it can: padding and leftover bits are passed over, and a wrong length costs only the last characters.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

fn decode_base64(part: &str, which: Part) -> (Option<Vec<u8>>, Option<Defect>) {
    if let Ok(bytes) = URL_SAFE_NO_PAD.decode(part) {
        return (Some(bytes), None);
    }
    let name = which.as_str();
    let unpadded = part.trim_end_matches('=');
    let broken = unpadded.bytes().position(|b| !is_base64url(b));
    let (defect, readable) = if let Some(offset) = broken {
        let found = unpadded[offset..].chars().next().unwrap_or_default();
        (
            Defect::new(
                which,
                "invalid_base64",
                format!("{found:?} at byte {offset} of the {name} is not base64url (RFC 7515 §2)"),
            )
            .at(offset),
            &unpadded[..offset],
        )
    } else if unpadded.len() % 4 == 1 {
        (
            Defect::new(
                which,
                "invalid_length",
                format!(
                    "The {name} is {} characters long, 1 more than a multiple of 4: no text encodes to that, so a \
                     character was lost or added (RFC 4648 §5)",
                    unpadded.len()
                ),
            )
            .at(unpadded.len()),
            unpadded,
        )
    } else if unpadded.len() < part.len() {
        let message = format!("The {name} has = padding, which a JWT must not have (RFC 7515 §2)");
        (
            Defect::new(which, "padded_base64", message).at(unpadded.len()),
            unpadded,
        )
    } else {
        (
            Defect::new(
                which,
                "trailing_bits",
                format!("The last character of the {name} has bits that mean nothing (RFC 4648 §3.5)"),
            ),
            unpadded,
        )
    };
    let whole = if readable.len() % 4 == 1 {
        &readable[..readable.len() - 1]
    } else {
        readable
    };
    let bytes = LENIENT.decode(whole).ok().filter(|bytes| !bytes.is_empty());
    (bytes, Some(defect))
}

fn is_base64url(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::seeds;

    fn codes(decoded: &Decoded) -> Vec<(Part, &str)> {
        decoded.defects.iter().map(|d| (d.part, d.code.as_str())).collect()
    }

    #[test]
    fn the_seeds_id_token_is_read_whole() {
        let decoded = decode(seeds::ID_TOKEN);
        assert_eq!(decoded.form, Form::Jws);
        assert_eq!(decoded.defects, []);
        assert_eq!(decoded.alg().as_deref(), Some("RS256"));
        assert_eq!(decoded.kid().as_deref(), Some("BDlhjb8s8E2Jmmqh6P9qdA"));
        let names: Vec<_> = decoded.payload.members.iter().map(|m| m.name.as_str()).collect();
        assert_eq!(
            names,
            [
                "nbf",
                "exp",
                "iss",
                "aud",
                "nonce",
                "iat",
                "at_hash",
                "s_hash",
                "sid",
                "sub",
                "auth_time",
                "idp",
                "amr"
            ]
        );
        assert_eq!(decoded.payload.get("exp"), Some(1_655_058_024_i64.into()));
        assert_eq!(decoded.signature_len, Some(256));
    }

    #[test]
    fn the_seeds_damaged_access_token_says_where_it_broke_and_shows_the_rest() {
        let decoded = decode(seeds::DAMAGED_ACCESS_TOKEN);
        assert_eq!(decoded.form, Form::Damaged);
        assert!(
            decoded
                .header
                .text
                .as_ref()
                .unwrap()
                .starts_with("{'\u{1c}pg\":\"RS256\",")
        );
        assert!(decoded.header.members.is_empty());
        assert_eq!(decoded.payload.get_str("sub").as_deref(), Some("admin"));
        assert_eq!(decoded.payload.get("exp"), Some(1_655_061_324_i64.into()));
        let codes = codes(&decoded);
        assert!(codes.contains(&(Part::Header, "invalid_json")), "{codes:?}");
        assert!(codes.contains(&(Part::Payload, "invalid_length")), "{codes:?}");
        assert!(codes.contains(&(Part::Payload, "invalid_json")), "{codes:?}");
        let length = decoded.defects.iter().find(|d| d.code == "invalid_length").unwrap();
        assert!(
            length.message.contains("1 more than a multiple of 4"),
            "{}",
            length.message
        );
    }

    #[test]
    fn the_seeds_renewed_access_token_has_no_typ_and_a_list_of_audiences() {
        let decoded = decode(seeds::RENEWED_ACCESS_TOKEN);
        assert_eq!((decoded.form, decoded.alg().as_deref()), (Form::Jws, Some("HS256")));
        assert_eq!(decoded.header.get("typ"), None);
        assert_eq!(
            decoded.payload.get("aud"),
            Some(serde_json::json!(["DomainApi", "update"]))
        );
    }

    #[test]
    fn an_opaque_token_has_no_defects() {
        for token in [
            "6-Cv7vQ5ouhYzs0AWg6tsG-YK7O5xP_kb5Qb8wEJMnw",
            "",
            "a.b.c",
            "v4.local.xyz",
        ] {
            let decoded = decode(token);
            assert_eq!((decoded.form, decoded.defects.len()), (Form::Opaque, 0), "{token}");
        }
    }

    #[test]
    fn each_kind_of_damage_is_named() {
        let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#);
        let payload = URL_SAFE_NO_PAD.encode(r#"{"a":1,"a":2}"#);
        for (token, part, code) in [
            (format!("{header}=.{payload}."), Part::Header, "padded_base64"),
            (format!("{header}.{payload}."), Part::Payload, "duplicate_name"),
            (format!("{header}.{}.", &payload[..9]), Part::Payload, "invalid_length"),
            (format!("{header}.e*30."), Part::Payload, "invalid_base64"),
            (format!("{header}.{payload}.a+b"), Part::Signature, "invalid_base64"),
            (format!("{header}.{payload}"), Part::Token, "wrong_part_count"),
            (header.clone(), Part::Token, "wrong_part_count"),
        ] {
            let decoded = decode(&token);
            assert!(
                codes(&decoded).contains(&(part, code)),
                "{token}: {:?}",
                decoded.defects
            );
        }
    }

    #[test]
    fn parts_are_found_for_colouring() {
        assert_eq!(part_ranges("ab.c."), [0..2, 3..4, 5..5]);
    }

    proptest! {
        #[test]
        fn any_text_decodes(token in ".*") {
            let _ = decode(&token);
        }

        #[test]
        fn a_cut_token_keeps_what_stood_before_the_cut(cut in 0_usize..600) {
            let token = &seeds::ID_TOKEN[..cut];
            let whole = decode(seeds::ID_TOKEN);
            let decoded = decode(token);
            prop_assert!(whole.payload.members.starts_with(&decoded.payload.members));
        }

        #[test]
        fn a_clean_token_gives_back_its_claims(claims in proptest::collection::hash_map("[a-z]{1,8}", any::<i64>(), 0..8)) {
            let json = serde_json::to_string(&claims).unwrap();
            let token = format!("{}.{}.", URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#), URL_SAFE_NO_PAD.encode(&json));
            let decoded = decode(&token);
            prop_assert_eq!(decoded.form, Form::Jws);
            prop_assert_eq!(decoded.payload.text.as_deref(), Some(json.as_str()));
            for (name, value) in claims {
                prop_assert_eq!(decoded.payload.get(&name), Some(value.into()));
            }
        }
    }
}
