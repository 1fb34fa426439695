//! One decoded part: a header or a payload.

use std::borrow::Cow;
use std::fmt;

use super::encoding::{self, more};
use super::realign::realigned;
use crate::model::defect::{Defect, Part};
use crate::model::lenient_json::{self, Json, JsonKind};
use crate::model::members::{Member, Reading, write_json};
use crate::model::redact::strip_signatures;

/// What a header or payload turned out to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum PartKind {
    /// There is none, or not a byte of it could be decoded.
    #[default]
    Missing,
    /// It is there and empty: a detached payload (RFC 7515 appendix F).
    Empty,
    /// A JSON object: what a header is, and the claims of a JWT.
    Object,
    /// A JSON array.
    Array,
    /// A JSON string.
    String,
    /// A JSON number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// `null`.
    Null,
    /// JSON that broke. [`DecodedPart::members`] are those that could be read.
    BrokenJson,
    /// Text that is no JSON.
    Text,
    /// Bytes that are no text (UTF-8).
    Bytes,
}

impl PartKind {
    /// What a sentence calls it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Missing => "nothing",
            Self::Empty => "empty",
            Self::Object => "a JSON object",
            Self::Array => "a JSON array",
            Self::String => "a JSON string",
            Self::Number => "a JSON number",
            Self::Boolean => "a JSON boolean",
            Self::Null => "JSON null",
            Self::BrokenJson => "broken JSON",
            Self::Text => "text that is not JSON",
            Self::Bytes => "bytes that are not text",
        }
    }
}

/// A JWT's header or payload.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct DecodedPart {
    /// What it is.
    pub kind: PartKind,
    /// The text behind the base64url, with U+FFFD where it is not UTF-8. `None` when not a byte could be decoded.
    pub text: Option<String>,
    /// The same, read on in another alignment behind places where characters of the base64 were lost or added, with
    /// U+FFFD there. Where it is present, the members were read from it.
    pub realigned: Option<Box<str>>,
    /// The bytes, where they are not UTF-8.
    pub bytes: Option<Box<[u8]>>,
    /// The members of its JSON object, also of a broken one: [`Member::reading`] says how each was read.
    pub members: Vec<Member>,
    /// Whether the whole part is one JSON object.
    pub is_object: bool,
}

impl fmt::Debug for DecodedPart {
    /// A token inside loses its signature here, and bytes are counted.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DecodedPart")
            .field("kind", &self.kind)
            .field("text", &self.text.as_deref().map(strip_signatures))
            .field("bytes", &self.bytes.as_ref().map(|bytes| bytes.len()))
            .field("members", &self.members)
            .finish_non_exhaustive()
    }
}

impl DecodedPart {
    /// The last member with this name, as most readers choose.
    pub fn member(&self, name: &str) -> Option<&Member> {
        self.members.iter().rev().find(|member| member.name == name)
    }

    /// Its value.
    pub fn get(&self, name: &str) -> Option<serde_json::Value> {
        self.member(name).map(Member::value)
    }

    /// The same, when it is a text.
    pub fn get_str(&self, name: &str) -> Option<String> {
        self.str_of(name).map(Cow::into_owned)
    }

    /// The same, without a copy where it has no escapes.
    pub fn str_of(&self, name: &str) -> Option<Cow<'_, str>> {
        self.member(name)?.as_str()
    }

    /// A part of these members: what a header in clear is.
    pub fn of_members(members: Vec<Member>) -> Self {
        let mut text = String::new();
        write_json(&members, &mut text);
        Self {
            kind: PartKind::Object,
            text: Some(text),
            members,
            is_object: true,
            ..Self::default()
        }
    }
}

/// A part, and whether it is as it was made: not mended, and no JSON that broke.
pub(super) struct Read {
    pub(super) part: DecodedPart,
    pub(super) is_sound: bool,
}

/// Decodes a part from base64url.
pub(super) fn decode(encoded: &str, which: Part, defects: &mut Vec<Defect>) -> Read {
    if encoded.is_empty() {
        return Read {
            part: DecodedPart {
                kind: PartKind::Empty,
                text: Some(String::new()),
                ..DecodedPart::default()
            },
            is_sound: true,
        };
    }
    let decoded = encoding::decode(encoded, which, defects);
    if decoded.bytes.is_empty() {
        return Read {
            part: DecodedPart::default(),
            is_sound: false,
        };
    }
    let mut part = of_bytes(decoded.bytes, which, defects);
    let may_be_json = encoded.starts_with("ey") || decoded.is_mended;
    if part.kind == PartKind::BrokenJson || (may_be_json && matches!(part.kind, PartKind::Text | PartKind::Bytes)) {
        realign(&mut part, encoded, which, defects);
    }
    Read {
        is_sound: !decoded.is_mended && part.kind != PartKind::BrokenJson,
        part,
    }
}

/// Reads decoded bytes: those of a payload that is not encoded too (RFC 7797 §3).
pub(super) fn of_bytes(bytes: Vec<u8>, which: Part, defects: &mut Vec<Defect>) -> DecodedPart {
    let (text, bytes) = match String::from_utf8(bytes) {
        Ok(text) => (text, None),
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let message = format!("The {} is not UTF-8 from byte {at} on (RFC 7519 §7.2)", which.words());
            defects.push(Defect::new(which, "invalid_utf8", message).at(at));
            let bytes = error.into_bytes();
            (String::from_utf8_lossy(&bytes).into_owned(), Some(bytes))
        }
    };
    let mut json = lenient_json::read(&text);
    if bytes.is_some() {
        // What stands for bytes that are no text was never written.
        let is_replaced = |member: &Member| member.name.contains('\u{fffd}') || member.raw.contains('\u{fffd}');
        for member in json.members.iter_mut().filter(|member| is_replaced(member)) {
            member.reading = Reading::Mended;
        }
    }
    tell(&json, which, defects);
    let kind = match json.kind {
        JsonKind::NoJson if bytes.is_some() => PartKind::Bytes,
        JsonKind::NoJson => PartKind::Text,
        JsonKind::Broken => PartKind::BrokenJson,
        _ if bytes.is_some() => PartKind::BrokenJson,
        JsonKind::Object => PartKind::Object,
        JsonKind::Array => PartKind::Array,
        JsonKind::String => PartKind::String,
        JsonKind::Number => PartKind::Number,
        JsonKind::Boolean => PartKind::Boolean,
        JsonKind::Null => PartKind::Null,
    };
    DecodedPart {
        kind,
        text: Some(text),
        realigned: None,
        bytes: bytes.map(Vec::into_boxed_slice),
        members: json.members,
        is_object: kind == PartKind::Object,
    }
}

/// Where another alignment shows more members, they are those of the part.
fn realign(part: &mut DecodedPart, encoded: &str, which: Part, defects: &mut Vec<Defect>) {
    let Some(text) = realigned(encoded) else {
        return;
    };
    let json = lenient_json::read(&text);
    if json.members.len() <= part.members.len() {
        return;
    }
    let at = text.find('\u{fffd}').unwrap_or_default();
    let message = format!(
        "Characters of the {} were lost or added about byte {at} and further on: behind them it was read in another \
         alignment, and {} more of its members are there (RFC 4648 §5)",
        which.words(),
        json.members.len() - part.members.len()
    );
    defects.push(Defect::new(which, "shifted_base64", message).at(at));
    part.kind = PartKind::BrokenJson;
    part.members = json.members;
    part.realigned = Some(text.into());
}

/// The faults of a JSON text as defects of a part.
pub(super) fn tell(json: &Json, which: Part, defects: &mut Vec<Defect>) {
    for fault in &json.faults {
        let message = format!(
            "{} at byte {} of the {}{} ({})",
            fault.what.trim_end_matches(','),
            fault.offset,
            which.words(),
            more(fault.more).trim_end_matches(','),
            fault.section
        );
        defects.push(Defect::new(which, fault.code, message).at(fault.offset));
    }
}
