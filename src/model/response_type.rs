//! What the authorization endpoint answers with, and how the answer travels.

use serde::{Deserialize, Serialize};

/// `response_type`: what the authorization endpoint answers with (OAuth 2.0 Multiple Response Type Encoding Practices
/// §3, §5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ResponseType {
    /// Authorization code flow (RFC 6749 §4.1).
    #[serde(rename = "code")]
    Code,
    /// Hybrid flow (OpenID Connect Core §3.3): the ID token comes with the code.
    #[serde(rename = "code id_token")]
    CodeIdToken,
    /// Hybrid flow: an access token comes with the code.
    #[serde(rename = "code token")]
    CodeToken,
    /// Hybrid flow: both come with the code.
    #[serde(rename = "code id_token token")]
    CodeIdTokenToken,
    /// Implicit flow (RFC 6749 §4.2): an access token and no code.
    #[serde(rename = "token")]
    Token,
    /// Implicit flow of OpenID Connect (Core §3.2): an ID token only.
    #[serde(rename = "id_token")]
    IdToken,
    /// Implicit flow of OpenID Connect (Core §3.2): both.
    #[serde(rename = "id_token token")]
    IdTokenToken,
}

impl ResponseType {
    /// Every response type, in the order a list shows them.
    pub const ALL: [Self; 7] = [
        Self::Code,
        Self::CodeIdToken,
        Self::CodeToken,
        Self::CodeIdTokenToken,
        Self::Token,
        Self::IdToken,
        Self::IdTokenToken,
    ];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::CodeIdToken => "code id_token",
            Self::CodeToken => "code token",
            Self::CodeIdTokenToken => "code id_token token",
            Self::Token => "token",
            Self::IdToken => "id_token",
            Self::IdTokenToken => "id_token token",
        }
    }

    /// Whether a code comes from the authorization endpoint.
    pub const fn has_code(self) -> bool {
        matches!(
            self,
            Self::Code | Self::CodeIdToken | Self::CodeToken | Self::CodeIdTokenToken
        )
    }

    /// Whether an ID token comes from the authorization endpoint.
    pub const fn has_id_token(self) -> bool {
        matches!(
            self,
            Self::CodeIdToken | Self::CodeIdTokenToken | Self::IdToken | Self::IdTokenToken
        )
    }

    /// Whether an access token comes from the authorization endpoint.
    pub const fn has_token(self) -> bool {
        matches!(
            self,
            Self::CodeToken | Self::CodeIdTokenToken | Self::Token | Self::IdTokenToken
        )
    }
}

/// `response_mode`: how the answer travels (OAuth 2.0 Multiple Response Type Encoding Practices §2.1, Form Post, JARM
/// §2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ResponseMode {
    /// In the query of the redirect URI.
    #[serde(rename = "query")]
    Query,
    /// In its fragment, which a browser keeps to itself: a small page relays it.
    #[serde(rename = "fragment")]
    Fragment,
    /// In the body of a form that the browser posts.
    #[serde(rename = "form_post")]
    FormPost,
    /// As one signed JWT, in the query for a code and in the fragment for tokens.
    #[serde(rename = "jwt")]
    Jwt,
    /// As one signed JWT in the query.
    #[serde(rename = "query.jwt")]
    QueryJwt,
    /// As one signed JWT in the fragment.
    #[serde(rename = "fragment.jwt")]
    FragmentJwt,
    /// As one signed JWT in the body of a form.
    #[serde(rename = "form_post.jwt")]
    FormPostJwt,
}

impl ResponseMode {
    /// Every response mode, in the order a list shows them.
    pub const ALL: [Self; 7] = [
        Self::Query,
        Self::Fragment,
        Self::FormPost,
        Self::Jwt,
        Self::QueryJwt,
        Self::FragmentJwt,
        Self::FormPostJwt,
    ];

    /// The value as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Fragment => "fragment",
            Self::FormPost => "form_post",
            Self::Jwt => "jwt",
            Self::QueryJwt => "query.jwt",
            Self::FragmentJwt => "fragment.jwt",
            Self::FormPostJwt => "form_post.jwt",
        }
    }

    /// Whether the answer is one signed JWT (JARM).
    pub const fn is_jwt(self) -> bool {
        matches!(self, Self::Jwt | Self::QueryJwt | Self::FragmentJwt | Self::FormPostJwt)
    }
}
