//! The names behind which secrets stand, in forms, JSON, addresses and headers: one list for what is taken out of records
//! and for what a profile does not hold.

/// What stands behind a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SecretName {
    /// What a person made up or was given to sign in with.
    Password,
    /// What the client was given to prove itself with.
    ClientSecret,
    /// A key of an API.
    ApiKey,
    /// A token.
    Token,
    /// A statement that is signed anew for each request (RFC 7521 §4).
    Assertion,
    /// What is made for one login and serves once.
    Once,
    /// A whole request or answer as one JWT (RFC 9101, JARM): its signature is taken off records.
    Message,
}

use SecretName as K;

/// The names, written without `_`, `-` and capitals, because servers also say `accessToken` and `access-token`.
pub(super) const SECRET_NAMES: &[(&str, SecretName)] = &[
    ("accesstoken", K::Token),
    ("apikey", K::ApiKey),
    ("authcode", K::Once),
    ("authorizationcode", K::Once),
    ("initialaccesstoken", K::Token),
    ("otp", K::Password),
    ("passphrase", K::Password),
    ("passwd", K::Password),
    ("pwd", K::Password),
    ("refreshtoken", K::Token),
    ("secret", K::ClientSecret),
    ("sessiontoken", K::Token),
    ("idtoken", K::Token),
    ("idtokenhint", K::Token),
    ("clientsecret", K::ClientSecret),
    ("clientassertion", K::Assertion),
    ("assertion", K::Assertion),
    ("subjecttoken", K::Token),
    ("actortoken", K::Token),
    ("password", K::Password),
    ("code", K::Once),
    ("codeverifier", K::Once),
    ("devicecode", K::Once),
    ("registrationaccesstoken", K::Token),
    ("token", K::Token),
    ("logouttoken", K::Token),
    ("request", K::Message),
    ("response", K::Message),
];

/// Headers whose values are secrets, in small letters.
const SECRET_HEADERS: &[&str] = &[
    "authorization",
    "proxy-authorization",
    "cookie",
    "set-cookie",
    "dpop",
    "api-key",
    "x-api-key",
    "x-auth-token",
    "ocp-apim-subscription-key",
];

impl SecretName {
    /// What the value behind this name is, where it is a secret.
    pub(super) fn of(name: &str) -> Option<Self> {
        let plain: String = name
            .trim()
            .chars()
            .filter(|c| !matches!(c, '_' | '-'))
            .map(|c| c.to_ascii_lowercase())
            .collect();
        SECRET_NAMES
            .iter()
            .find(|(known, _)| *known == plain)
            .map(|(_, kind)| *kind)
    }

    /// Whether people may have made it up: a fingerprint would let it be guessed.
    pub(super) const fn is_guessable(self) -> bool {
        matches!(self, Self::Password | Self::ClientSecret | Self::ApiKey)
    }
}

/// Whether the value of this header is a secret: a known header, or one with a secret's name, with `X-` or without.
pub(super) fn is_secret_header(name: &str) -> bool {
    let name = name.trim().to_ascii_lowercase();
    let kind = SecretName::of(name.strip_prefix("x-").unwrap_or(&name));
    SECRET_HEADERS.contains(&name.as_str()) || kind.is_some_and(|kind| !matches!(kind, K::Once | K::Message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_known_however_it_is_written() {
        for name in ["id_token_hint", "idTokenHint", "ID-TOKEN-HINT", " id_token_hint "] {
            assert_eq!(SecretName::of(name), Some(K::Token), "{name}");
        }
        for name in ["code_challenge", "id_token_hints", "", "token_type_hint"] {
            assert_eq!(SecretName::of(name), None, "{name}");
        }
    }

    #[test]
    fn headers_with_a_secrets_name_are_secret() {
        for name in [
            "Authorization",
            "x-api-key",
            "API-Key",
            "X-Auth-Token",
            "X-Access-Token",
            "Token",
            "X-OTP",
        ] {
            assert!(is_secret_header(name), "{name}");
        }
        for name in ["X-Tenant", "Accept", "X-Request", "Response", "X-Code", "X-Request-Id"] {
            assert!(!is_secret_header(name), "{name}");
        }
    }
}
