//! What a token is held against.

use crate::model::profile::ClientType;
use crate::model::secret::Secret;

/// Seconds by which two clocks may differ before a time claim is called wrong.
pub(super) const TOLERANCE_S: u32 = 60;

/// What a token is held against (OpenID Connect Core §3.1.3.7, §3.2.2.11, §3.3.2.11; RFC 9068 §4). What is not known is
/// left out: the checks that need it are skipped, and say so.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// The profile's issuer.
    pub issuer: Option<&'a str>,
    /// The profile's `client_id`: who an ID token is for, and who asked for an access token.
    pub client_id: Option<&'a str>,
    /// Whom `aud` must name in the place of the client.
    pub audience: Option<&'a str>,
    /// The APIs that an access token was asked for: `aud` should name one of them (RFC 8707 §2).
    pub resources: &'a [&'a str],
    /// The `nonce` that was sent.
    pub nonce: Option<&'a str>,
    /// The `state` that was sent.
    pub state: Option<&'a str>,
    /// The code that came beside it.
    pub code: Option<&'a Secret>,
    /// The access token that came beside it.
    pub access_token: Option<&'a Secret>,
    /// Whether it came through the browser: then it must hold the hashes of what came beside it (§3.2.2.10, §3.3.2.11).
    pub is_from_browser: bool,
    /// `max_age` as it was sent, in seconds.
    pub max_age_s: Option<u32>,
    /// `acr_values` as they were sent, divided by spaces; empty: none.
    pub acr_values: &'a str,
    /// `id_token_signed_response_alg` of the client's registration.
    pub alg: Option<&'a str>,
    /// Whether the client can keep a secret: a public one has none to check an HMAC with.
    pub client_type: Option<ClientType>,
    /// Seconds by which two clocks may differ before a time claim is called wrong. `exp` is judged to the second, unless
    /// [`forgives_end`](Self::forgives_end).
    pub tolerance_s: u32,
    /// Whether somebody asked for the tolerance: a token that ended within it is a warning then, and no failure.
    pub forgives_end: bool,
}

impl Default for Expected<'_> {
    fn default() -> Self {
        Self {
            issuer: None,
            client_id: None,
            audience: None,
            resources: &[],
            nonce: None,
            state: None,
            code: None,
            access_token: None,
            is_from_browser: false,
            max_age_s: None,
            acr_values: "",
            alg: None,
            client_type: None,
            tolerance_s: TOLERANCE_S,
            forgives_end: false,
        }
    }
}
