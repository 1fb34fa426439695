//! One HTTP request and its response, as it went over the wire, without its secrets.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What an exchange was for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// A code became tokens.
    Code,
    /// A password became tokens.
    Password,
    /// The client's own credentials became a token.
    ClientCredentials,
    /// A code to type into another device was asked for (RFC 8628 §3.1).
    DeviceAuthorization,
    /// Whether the person has typed it (RFC 8628 §3.4).
    DeviceCode,
    /// One token became another (RFC 8693).
    TokenExchange,
    /// A signed statement became a token (RFC 7523 §2.1).
    JwtBearer,
    /// The authorization request went ahead of the browser (RFC 9126).
    PushedAuthorization,
    /// A refresh token became tokens.
    Refresh,
    /// The provider's public keys.
    Jwks,
    /// A call of the API with the access token.
    Api,
    /// A look for what a server or an API says about itself.
    Discovery,
    /// A client was registered.
    Registration,
    /// Who the person is (OpenID Connect Core §5.3).
    Userinfo,
    /// What the provider knows of a token (RFC 7662).
    Introspection,
    /// The end of a token (RFC 7009).
    Revocation,
}

impl Purpose {
    /// The word, as JSON output has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Password => "password",
            Self::ClientCredentials => "client_credentials",
            Self::DeviceAuthorization => "device_authorization",
            Self::DeviceCode => "device_code",
            Self::TokenExchange => "token_exchange",
            Self::JwtBearer => "jwt_bearer",
            Self::PushedAuthorization => "pushed_authorization",
            Self::Refresh => "refresh",
            Self::Jwks => "jwks",
            Self::Api => "api",
            Self::Discovery => "discovery",
            Self::Registration => "registration",
            Self::Userinfo => "userinfo",
            Self::Introspection => "introspection",
            Self::Revocation => "revocation",
        }
    }
}

/// A request and its response. Whoever records it has redacted it: see `redact`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Exchange {
    /// What it was for.
    pub purpose: Purpose,
    /// When it was sent, by the local clock.
    pub sent_at: Timestamp,
    /// `GET` or `POST`.
    pub method: String,
    /// The address, secrets in its query redacted.
    pub url: String,
    /// The request's headers as they were sent.
    pub request_headers: Vec<(String, String)>,
    /// The request's body; empty when it had none.
    pub request_body: String,
    /// The response; `None` when none came.
    pub response: Option<ExchangeResponse>,
    /// Why no response came, or why it was cut off.
    pub failure: Option<String>,
    /// Milliseconds from sending to the response's first byte; to the failure when none came.
    pub first_byte_ms: f64,
    /// Milliseconds from sending to the end.
    pub total_ms: f64,
}

/// The response of an [`Exchange`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExchangeResponse {
    /// The HTTP status.
    pub status: u16,
    /// `HTTP/1.1` or `HTTP/2.0`.
    pub version: String,
    /// The headers.
    pub headers: Vec<(String, String)>,
    /// The body as text, cut to 64 KiB, U+FFFD where it is not UTF-8, secrets redacted.
    pub body: String,
    /// The body's length in bytes as it came.
    pub body_len: usize,
}
