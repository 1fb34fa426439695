//! Tokens, decoded without ever failing (RFC 7519, RFC 7515, RFC 7516).
//!
//! Decoding is for reading: it says what is broken and shows the rest. Whether a signature is valid is judged in
//! `verify`, on the token as it came.
//!
//! Start with [`decode`] and [`Decoded`]. `compact` and `json_serialization` are the two ways in which a token is written,
//! `part` reads a header or payload of it (`encoding`, `realign`), `nested` finds tokens inside, and [`opaque`] says what
//! can be said of a token that only its server can read.

mod compact;
mod encoding;
mod json_serialization;
mod nested;
pub mod opaque;
mod part;
mod realign;

use std::collections::HashSet;
use std::ops::Range;
use std::sync::{Arc, LazyLock};

use serde::{Deserialize, Serialize};

use super::defect::{Defect, Part};
use super::members::Member;
pub(super) use json_serialization::JsonShape;
pub use nested::Nested;
pub use opaque::Opaque;
pub use part::{DecodedPart, PartKind};

/// What a token turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// Signed (RFC 7515). Its payload may be anything: a JWT's is a JSON object (RFC 7519 §7.2), and where it is not, the
    /// defect `payload_not_object` or `detached_payload` says so.
    Jws,
    /// Encrypted (RFC 7516).
    Jwe,
    /// No parts at all: only the server can read it.
    Opaque,
    /// Looks like one of the first two and is broken: its header or payload had to be mended. Padding, the other base64
    /// alphabet and an odd signature are told as defects alone.
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

/// In which way a token is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Serialization {
    /// Parts with dots between them (RFC 7515 §7.1, RFC 7516 §7.1).
    #[default]
    Compact,
    /// A JSON object with one signature or recipient (RFC 7515 §7.2.2, RFC 7516 §7.2.2).
    Flattened,
    /// A JSON object with a list of them (RFC 7515 §7.2.1, RFC 7516 §7.2.1).
    General,
}

/// One signature or one recipient of a token in JSON. What all recipients have in common is held once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// The header that is protected: signed, or authenticated with the content.
    pub protected: Arc<DecodedPart>,
    /// The header of all recipients, which anybody may have changed (RFC 7516 §7.2.1).
    pub shared: Arc<DecodedPart>,
    /// Its own header, which anybody may have changed.
    pub own: DecodedPart,
    /// The length in bytes of its signature or encrypted key.
    pub len: Option<usize>,
}

impl Entry {
    /// The member of the JOSE header (RFC 7515 §4) with this name. Where a name stands in several, the protected one counts.
    pub fn member(&self, name: &str) -> Option<&Member> {
        let parts = [&*self.protected, &*self.shared, &self.own];
        parts.into_iter().find_map(|part| part.member(name))
    }

    /// All three as one: a copy.
    pub fn header(&self) -> DecodedPart {
        let mut seen: HashSet<&str> = self.protected.members.iter().map(|member| &*member.name).collect();
        let mut all = self.protected.members.clone();
        for part in [&*self.shared, &self.own] {
            all.extend(
                part.members
                    .iter()
                    .filter(|member| !seen.contains(&*member.name))
                    .cloned(),
            );
            seen.extend(part.members.iter().map(|member| &*member.name));
        }
        DecodedPart::of_members(all)
    }
}

/// What can be seen of an encrypted token: lengths in bytes, `None` where a part is missing or cannot be decoded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Encrypted {
    /// The encrypted content key; 0 where the key is agreed upon or shared (RFC 7516 §5.1).
    pub encrypted_key_len: Option<usize>,
    /// The initialization vector.
    pub iv_len: Option<usize>,
    /// The content.
    pub ciphertext_len: Option<usize>,
    /// The authentication tag.
    pub tag_len: Option<usize>,
}

/// A token, decoded as far as it goes. It holds no signature and cannot be replayed. A token inside a claim stands in the
/// claim's text as it came: [`nested`](Self::nested) has it, and `Debug` takes its signature off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// What it is.
    pub form: Form,
    /// In which way it is written.
    pub serialization: Serialization,
    /// Its header (RFC 7515 §4); in JSON that of the first signature or recipient, protected and not.
    pub header: DecodedPart,
    /// Its payload: the claims (RFC 7519 §4).
    pub payload: DecodedPart,
    /// The signature's length in bytes, when there is one that can be decoded; in JSON that of the first.
    pub signature_len: Option<usize>,
    /// In JSON each signature or recipient.
    pub entries: Vec<Entry>,
    /// What can be seen of it when it is encrypted.
    pub encrypted: Option<Box<Encrypted>>,
    /// Tokens that are its payload or stand inside its claims or header (RFC 7519 §5.2).
    pub nested: Vec<Nested>,
    /// What can be said of it when it is opaque.
    pub opaque: Option<Box<Opaque>>,
    /// Everything that is wrong with it.
    pub defects: Vec<Defect>,
}

impl Decoded {
    fn new(form: Form) -> Self {
        Self {
            form,
            serialization: Serialization::Compact,
            header: DecodedPart::default(),
            payload: DecodedPart::default(),
            signature_len: None,
            entries: Vec::new(),
            encrypted: None,
            nested: Vec::new(),
            opaque: None,
            defects: Vec::new(),
        }
    }

    /// The claims as far as a rule may rest on them: nothing where the token had to be mended, or where they are no whole
    /// JSON object. What is in [`Self::payload`] then is for reading alone.
    pub fn believed(&self) -> &DecodedPart {
        static NOTHING: LazyLock<DecodedPart> = LazyLock::new(DecodedPart::default);
        if matches!(self.form, Form::Jws | Form::Jwe) && self.payload.is_object {
            &self.payload
        } else {
            &NOTHING
        }
    }

    /// Puts the claims of an encrypted token in their place, read like any others (RFC 7519 §5.2).
    pub(super) fn open(&mut self, content: &str) {
        self.payload = part::of_bytes(content.as_bytes().to_vec(), Part::Payload, &mut self.defects);
        nested::find(self, 0);
    }

    /// `alg` of the header (RFC 7515 §4.1.1).
    pub fn alg(&self) -> Option<String> {
        self.header.get_str("alg")
    }

    /// `kid` of the header (RFC 7515 §4.1.4).
    pub fn kid(&self) -> Option<String> {
        self.header.get_str("kid")
    }

    /// Whether the payload is not encoded: the text itself (`b64`, RFC 7797 §3).
    pub fn is_unencoded(&self) -> bool {
        // It must be protected (RFC 7797 §3).
        is_unencoded(self.entries.first().map_or(&self.header, |entry| &entry.protected))
    }
}

fn is_unencoded(header: &DecodedPart) -> bool {
    header.member("b64").is_some_and(|b64| b64.raw == "false")
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
    decode_at(token, 0)
}

/// The same for a token inside so many others.
fn decode_at(token: &str, depth: usize) -> Decoded {
    let decoded = if token.trim_start().starts_with('{') {
        json_serialization::decode(token)
    } else {
        compact::decode(token)
    };
    let Some(mut decoded) = decoded else {
        return Decoded {
            opaque: Some(Box::new(Opaque::of(token))),
            ..Decoded::new(Form::Opaque)
        };
    };
    nested::find(&mut decoded, depth);
    note_payload(&mut decoded);
    decoded
}

/// A JWS may carry anything; that it is no JWT then is worth telling.
fn note_payload(decoded: &mut Decoded) {
    if decoded.form != Form::Jws {
        return;
    }
    let kind = decoded.payload.kind;
    let is_token = decoded
        .nested
        .first()
        .is_some_and(|nested| nested.place == nested::PAYLOAD);
    let is_said_to_be = decoded
        .header
        .str_of("cty")
        .is_some_and(|cty| cty.eq_ignore_ascii_case("JWT"));
    let (code, message) = if is_token {
        return;
    } else if is_said_to_be && kind != PartKind::Empty {
        let message = format!(
            "cty says that the payload is a JWT, and it is {} (RFC 7519 §5.2)",
            kind.words()
        );
        ("nested_not_jwt", message)
    } else if kind == PartKind::Empty {
        let message = "The payload is detached: it is not in the token, and a signature needs it (RFC 7515 appendix F)";
        ("detached_payload", message.to_owned())
    } else if kind != PartKind::Object {
        let message = format!(
            "The payload is {}: a signed message, but no JWT, whose payload is a JSON object (RFC 7519 §7.2)",
            kind.words()
        );
        ("payload_not_object", message)
    } else {
        return;
    };
    decoded.defects.push(Defect::new(Part::Payload, code, message));
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
