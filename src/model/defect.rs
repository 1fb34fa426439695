//! What is wrong with a piece of input, and where.

use serde::{Deserialize, Serialize};

/// Which part of the input is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// A JWT's header.
    Header,
    /// A JWT's payload.
    Payload,
    /// A JWT's signature.
    Signature,
    /// An encrypted token's content key, encrypted (RFC 7516 §2).
    EncryptedKey,
    /// Its initialization vector.
    Iv,
    /// Its content.
    Ciphertext,
    /// Its authentication tag.
    Tag,
    /// The token as a whole.
    Token,
    /// A token response.
    Response,
}

impl Part {
    /// The word, as JSON output has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Payload => "payload",
            Self::Signature => "signature",
            Self::EncryptedKey => "encrypted_key",
            Self::Iv => "iv",
            Self::Ciphertext => "ciphertext",
            Self::Tag => "tag",
            Self::Token => "token",
            Self::Response => "response",
        }
    }

    /// What a sentence calls it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::EncryptedKey => "encrypted key",
            Self::Iv => "initialization vector",
            Self::Tag => "authentication tag",
            other => other.as_str(),
        }
    }
}

/// One thing that is wrong. It never quotes a secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Defect {
    /// Where.
    pub part: Part,
    /// A stable word for scripts, like `invalid_base64`.
    pub code: String,
    /// The byte of the part at which it broke, where that makes sense.
    pub offset: Option<usize>,
    /// One sentence for people, with the section it breaks where there is one.
    pub message: String,
}

/// The codes of defects that the specifications allow.
const REMARKS: &[&str] = &[
    "bidi_control",
    "control_character",
    "deep_nesting",
    "detached_payload",
    "invisible_character",
    "large_number",
    "lone_surrogate",
    "nested_too_deep",
    "payload_not_object",
    "too_many_nested",
];

impl Defect {
    /// A defect without an offset.
    pub fn new(part: Part, code: &str, message: impl Into<String>) -> Self {
        Self {
            part,
            code: code.to_owned(),
            offset: None,
            message: message.into(),
        }
    }

    /// Whether it breaks nothing: the token is as it was made, and readers may disagree on what it says, or cannot show it.
    pub fn is_remark(&self) -> bool {
        REMARKS.contains(&self.code.as_str())
    }

    /// The same, at this byte.
    #[must_use]
    pub fn at(mut self, offset: usize) -> Self {
        self.offset = Some(offset);
        self
    }
}
