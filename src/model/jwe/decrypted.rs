//! What came of decrypting.

use std::fmt;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::model::keys::Finding;
use crate::model::secret::Secret;

/// What was encrypted. It prints as `[redacted]` and is wiped when dropped: there may be a token in it.
#[derive(Clone, PartialEq, Eq)]
pub struct Plaintext(Zeroizing<Vec<u8>>);

impl Plaintext {
    pub(super) fn new(bytes: Zeroizing<Vec<u8>>) -> Self {
        Self(bytes)
    }

    /// The bytes themselves. Name the reason beside each call.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// The text, where the bytes are UTF-8: a nested token, or a set of claims.
    pub fn text(&self) -> Option<Secret> {
        std::str::from_utf8(&self.0).ok().map(Secret::from)
    }
}

impl fmt::Debug for Plaintext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// An opened token.
#[derive(Clone, Debug)]
pub struct Decrypted {
    /// What was in it, unpacked.
    pub plaintext: Plaintext,
    /// `alg`: how the key of the content was reached (RFC 7516 §4.1.1).
    pub alg: String,
    /// `enc`: how the content is encrypted (RFC 7516 §4.1.2).
    pub enc: String,
    /// Whether the content was compressed (RFC 7516 §4.1.3).
    pub zip: bool,
    /// The key that opened it, in words.
    pub key: String,
    /// The recipient that the key is for, from 1 (RFC 7516 §7.2.1).
    pub recipient: usize,
    /// How many recipients the token has.
    pub recipients: usize,
    /// What is odd about it although it opened.
    pub findings: Vec<Finding>,
    /// The keys that were tried or refused before, with the reason.
    pub tried: Vec<Tried>,
}

/// A key, and why it did not open the token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tried {
    /// The key, in words.
    pub key: String,
    /// Why not.
    pub why: String,
}

/// What kind of failure it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProblemKind {
    /// It is no encrypted token, or is not written as one must be.
    Malformed,
    /// It is encrypted in a way that is not known here, or asks for more work than is done for it.
    Unsupported,
    /// No key was given.
    NoKeys,
    /// No key opens it.
    NoneFits,
    /// It opened, and what is in it cannot be unpacked.
    Content,
}

/// Why a token was not decrypted. It holds nothing of a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct DecryptProblem {
    /// What kind of failure it was.
    pub kind: ProblemKind,
    /// What is wrong and what to do, in one sentence.
    pub message: String,
    /// Each key with the reason why it did not open the token.
    pub tried: Vec<Tried>,
}

impl DecryptProblem {
    fn new(kind: ProblemKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            tried: Vec::new(),
        }
    }

    pub(super) fn malformed(message: impl Into<String>) -> Self {
        Self::new(ProblemKind::Malformed, message)
    }

    pub(super) fn unsupported(message: impl Into<String>) -> Self {
        Self::new(ProblemKind::Unsupported, message)
    }

    pub(super) fn no_keys() -> Self {
        let message = "There is no key to decrypt with. Give the private key or the secret";
        Self::new(ProblemKind::NoKeys, message)
    }

    pub(super) fn content(why: String, tried: &[Tried]) -> Self {
        Self {
            tried: tried.to_vec(),
            ..Self::new(ProblemKind::Content, why)
        }
    }

    pub(super) fn none_fits(tried: Vec<Tried>) -> Self {
        let message = match tried.as_slice() {
            [one] => format!("No key opens the token. {}: {}", one.key, one.why),
            several => format!("None of the keys opens the token ({} reasons)", several.len()),
        };
        Self {
            tried,
            ..Self::new(ProblemKind::NoneFits, message)
        }
    }
}
