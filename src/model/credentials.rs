//! What a client and a person prove who they are with. Never stored, never printed.

use super::secret::Secret;

/// A kind of secret that a person can give for a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SecretKind {
    /// The client secret (RFC 6749 §2.3.1).
    ClientSecret,
    /// The password of the profile's user (RFC 6749 §4.3).
    Password,
    /// The token that is exchanged (RFC 8693 §2.1).
    SubjectToken,
    /// What changes and deletes a client that was registered by a request (RFC 7592 §3).
    RegistrationAccessToken,
}

impl SecretKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [
        Self::ClientSecret,
        Self::Password,
        Self::SubjectToken,
        Self::RegistrationAccessToken,
    ];

    /// What people call it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::ClientSecret => "Client secret",
            Self::Password => "Password",
            Self::SubjectToken => "Token to exchange",
            Self::RegistrationAccessToken => "Registration access token",
        }
    }
}

/// Everything secret that one conversation may use.
#[derive(Clone, Debug, Default)]
pub struct Credentials {
    /// The client secret.
    pub client_secret: Option<Secret>,
    /// The client's private key as text, PEM or JWK.
    pub client_key: Option<Secret>,
    /// The user name, no secret: at a login with a password.
    pub username: String,
    /// The password.
    pub password: Option<Secret>,
    /// The token that is exchanged.
    pub subject_token: Option<Secret>,
}
