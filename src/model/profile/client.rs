//! What kind of client it is, and how it proves who it is.

use serde::{Deserialize, Serialize};

/// RFC 6749 §2.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientType {
    /// Cannot keep a secret: a desktop or browser app.
    Public,
    /// Can keep a secret.
    Confidential,
}

impl ClientType {
    /// Every client type, in the order a list shows them.
    pub const ALL: [Self; 2] = [Self::Public, Self::Confidential];

    /// The word as files and commands write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Confidential => "confidential",
        }
    }
}

/// `token_endpoint_auth_method` (OpenID Connect Core §9, RFC 8705 §2), with HTTP Basic in the two ways that servers read
/// it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientAuthentication {
    /// `client_id` in the body and nothing else.
    None,
    /// Not even `client_id`: some servers know the client by its refresh token alone.
    Omitted,
    /// `client_id` and `client_secret` in the body (RFC 6749 §2.3.1).
    ClientSecretPost,
    /// HTTP Basic, both parts form-urlencoded first, as RFC 6749 §2.3.1 says.
    ClientSecretBasic,
    /// HTTP Basic with both parts as they are: against RFC 6749 §2.3.1, but what many servers expect.
    ClientSecretBasicRaw,
    /// A JWT signed with the client secret (RFC 7523 §2.2).
    ClientSecretJwt,
    /// A JWT signed with the client's private key (RFC 7523 §2.2).
    PrivateKeyJwt,
    /// A client certificate in the TLS handshake (RFC 8705 §2).
    TlsClientAuth,
}

impl ClientAuthentication {
    /// Every way, in the order a list shows them.
    pub const ALL: [Self; 8] = [
        Self::None,
        Self::Omitted,
        Self::ClientSecretPost,
        Self::ClientSecretBasic,
        Self::ClientSecretBasicRaw,
        Self::ClientSecretJwt,
        Self::PrivateKeyJwt,
        Self::TlsClientAuth,
    ];

    /// The word as files and commands write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Omitted => "omitted",
            Self::ClientSecretPost => "client_secret_post",
            Self::ClientSecretBasic => "client_secret_basic",
            Self::ClientSecretBasicRaw => "client_secret_basic_raw",
            Self::ClientSecretJwt => "client_secret_jwt",
            Self::PrivateKeyJwt => "private_key_jwt",
            Self::TlsClientAuth => "tls_client_auth",
        }
    }

    /// Whether it proves anything: a confidential client must (RFC 6749 §2.3).
    pub const fn proves(self) -> bool {
        !matches!(self, Self::None | Self::Omitted)
    }

    /// Whether it needs the client secret.
    pub const fn needs_secret(self) -> bool {
        matches!(
            self,
            Self::ClientSecretPost | Self::ClientSecretBasic | Self::ClientSecretBasicRaw | Self::ClientSecretJwt
        )
    }

    /// Whether it is a signed statement.
    pub const fn is_assertion(self) -> bool {
        matches!(self, Self::ClientSecretJwt | Self::PrivateKeyJwt)
    }
}
