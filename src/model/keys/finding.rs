//! Something worth knowing of a key, a set of keys or a signature, beside its verdict.

use serde::{Deserialize, Serialize};

/// What was noticed, with a stable word for scripts and the section that says so. It never quotes a secret.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Finding {
    /// A stable word, like `rsa_roca`.
    pub code: String,
    /// One sentence for people.
    pub message: String,
    /// Where it is written, or the name of the known weakness.
    pub spec: String,
}

impl Finding {
    /// Puts the three together.
    pub fn new(code: &str, message: impl Into<String>, spec: &str) -> Self {
        Self {
            code: code.to_owned(),
            message: message.into(),
            spec: spec.to_owned(),
        }
    }
}
