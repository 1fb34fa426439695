//! What the authorization endpoint answers with, and how the answer travels.

use serde::{Deserialize, Serialize};

/// `response_type`: what the authorization endpoint answers with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ResponseType {
    /// Authorization code flow (RFC 6749 §4.1).
    #[serde(rename = "code")]
    Code,
    /// Hybrid flow (OpenID Connect Core §3.3): the ID token comes with the code.
    #[serde(rename = "code id_token")]
    CodeIdToken,
}

impl ResponseType {
    /// Every response type, in the order a list shows them.
    pub const ALL: [Self; 2] = [Self::Code, Self::CodeIdToken];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::CodeIdToken => "code id_token",
        }
    }

    /// Whether an ID token comes from the authorization endpoint.
    pub const fn has_id_token(self) -> bool {
        matches!(self, Self::CodeIdToken)
    }
}

/// `response_mode`: how the answer travels (OAuth 2.0 Multiple Response Type Encoding Practices §2.1, Form Post).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseMode {
    /// In the query of the redirect URI.
    Query,
    /// In its fragment, which a browser keeps to itself: a small page relays it.
    Fragment,
    /// In the body of a form that the browser posts.
    FormPost,
}

impl ResponseMode {
    /// Every response mode, in the order a list shows them.
    pub const ALL: [Self; 3] = [Self::Query, Self::Fragment, Self::FormPost];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Fragment => "fragment",
            Self::FormPost => "form_post",
        }
    }
}
