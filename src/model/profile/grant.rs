//! How a login gets its tokens, and what is expected of the refreshes after it.

use serde::{Deserialize, Serialize};

use crate::model::client_assertion::JWT_BEARER_GRANT_TYPE;
use crate::model::device::DEVICE_CODE_GRANT_TYPE;

/// The grant that a login uses (RFC 6749 §1.3, `grant_types` of RFC 7591 §2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grant {
    /// The browser brings a code (RFC 6749 §4.1), in the hybrid flow with more beside it (OpenID Connect Core §3.3).
    AuthorizationCode,
    /// The browser brings the tokens themselves (RFC 6749 §4.2): discouraged (RFC 9700 §2.1.2).
    Implicit,
    /// User name and password go to the token endpoint (RFC 6749 §4.3): discouraged (RFC 9700 §2.4).
    Password,
    /// The client for itself, without a person (RFC 6749 §4.4).
    ClientCredentials,
    /// A code is typed into another device (RFC 8628).
    DeviceCode,
    /// One token becomes another (RFC 8693).
    TokenExchange,
    /// A signed statement becomes a token (RFC 7523 §2.1).
    JwtBearer,
    /// User name and password as JSON, refresh as JSON: no OAuth, but what `MyCorp-Auth` and many others have.
    JsonLogin,
}

impl Grant {
    /// Every grant, in the order a list shows them.
    pub const ALL: [Self; 8] = [
        Self::AuthorizationCode,
        Self::Implicit,
        Self::Password,
        Self::ClientCredentials,
        Self::DeviceCode,
        Self::TokenExchange,
        Self::JwtBearer,
        Self::JsonLogin,
    ];

    /// The word as files and commands write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "authorization_code",
            Self::Implicit => "implicit",
            Self::Password => "password",
            Self::ClientCredentials => "client_credentials",
            Self::DeviceCode => "device_code",
            Self::TokenExchange => "token_exchange",
            Self::JwtBearer => "jwt_bearer",
            Self::JsonLogin => "json_login",
        }
    }

    /// `grant_type` as it is sent to the token endpoint; none where there is no such request.
    pub const fn grant_type(self) -> Option<&'static str> {
        match self {
            Self::AuthorizationCode => Some("authorization_code"),
            Self::Password => Some("password"),
            Self::ClientCredentials => Some("client_credentials"),
            Self::DeviceCode => Some(DEVICE_CODE_GRANT_TYPE),
            Self::TokenExchange => Some("urn:ietf:params:oauth:grant-type:token-exchange"),
            Self::JwtBearer => Some(JWT_BEARER_GRANT_TYPE),
            Self::Implicit | Self::JsonLogin => None,
        }
    }

    /// Whether the person signs in with a browser that comes back to the redirect URI.
    pub const fn has_redirect(self) -> bool {
        matches!(self, Self::AuthorizationCode | Self::Implicit)
    }

    /// Whether this program is given the person's password.
    pub const fn has_password(self) -> bool {
        matches!(self, Self::Password | Self::JsonLogin)
    }
}

/// What to do when a refresh token is refused for good.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LoginFallback {
    /// Say so and stop.
    #[default]
    Off,
    /// Ask whether to log in.
    Ask,
    /// Log in at once.
    Automatic,
}

impl LoginFallback {
    /// Every way, in the order a list shows them.
    pub const ALL: [Self; 3] = [Self::Off, Self::Ask, Self::Automatic];

    /// The word as files and commands write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Ask => "ask",
            Self::Automatic => "automatic",
        }
    }
}

/// Whether a refresh must bring a new refresh token (RFC 6749 §6 leaves it to the server).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rotation {
    /// Each refresh brings a new one.
    Always,
    /// The first one stays.
    Never,
}

impl Rotation {
    /// Every expectation, in the order a list shows them.
    pub const ALL: [Self; 2] = [Self::Always, Self::Never];

    /// The word as files and commands write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::Never => "never",
        }
    }
}
