//! One grant: who allowed whom what. Everything that is issued stands for one.

use jiff::Timestamp;

use super::scope::ScopeFacts;
use super::tenant::ClientFacts;
use super::user::UserFacts;

/// What a person allowed a client.
#[derive(Clone, Debug)]
pub(super) struct Grant {
    pub(super) client: &'static ClientFacts,
    /// None when the client acts for itself (RFC 6749 §4.4).
    pub(super) user: Option<&'static UserFacts>,
    /// The provider's session, the claim `sid`.
    pub(super) sid: String,
    pub(super) auth_time: Timestamp,
    pub(super) scopes: Vec<&'static ScopeFacts>,
    /// Goes into the first ID token only (OpenID Connect Core §12.2).
    pub(super) nonce: Option<String>,
    /// Goes, hashed, into the first ID token only.
    pub(super) state: Option<String>,
}

impl Grant {
    /// Whether a scope of this name was granted.
    pub(super) fn has(&self, scope: &str) -> bool {
        self.scopes.iter().any(|granted| granted.name == scope)
    }

    /// What `sub` says: the person's user name, or the client that acts for itself (RFC 9068 §2.2).
    pub(super) fn subject(&self) -> &'static str {
        self.user.map_or(self.client.client_id, |user| user.user_name)
    }

    /// What stays of it after the first token set: `nonce` and `state` are for that one only.
    pub(super) fn lasting(&self) -> Self {
        Self {
            nonce: None,
            state: None,
            ..self.clone()
        }
    }
}
