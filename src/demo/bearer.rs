//! What every API does with a bearer token: finds it, and answers as RFC 6750 says when it will not do.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use serde_json::Value;

use super::grant::Grant;
use super::grants::AccessState;
use super::reply;
use super::state::Inner;

/// Why a request may not pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Barred {
    NoToken,
    Malformed,
    Expired,
    /// Its `nbf` is still to come.
    NotYet,
    Revoked,
    NotOurs,
    /// It lacks this scope.
    NoScope(&'static str),
}

/// The access token in the `Authorization` header (RFC 6750 §2.1).
pub(super) fn token(headers: &HeaderMap) -> Result<&str, Barred> {
    let value = headers.get(header::AUTHORIZATION).ok_or(Barred::NoToken)?;
    let value = value.to_str().map_err(|_| Barred::Malformed)?;
    let (scheme, token) = value.split_once(' ').ok_or(Barred::Malformed)?;
    if !scheme.eq_ignore_ascii_case("Bearer") {
        return Err(Barred::NoToken);
    }
    Ok(token.trim())
}

impl Inner {
    /// What an access token with these claims stands for, where its time is not over and it was not revoked.
    pub(super) fn bearer_grant(&self, claims: &Value) -> Result<Grant, Barred> {
        let expires_at = claims["exp"].as_i64().ok_or(Barred::NotOurs)?;
        if self.clock.now().as_second() >= expires_at {
            return Err(Barred::Expired);
        }
        let jti = claims["jti"].as_str().ok_or(Barred::NotOurs)?;
        let tables = self.tables();
        tables.grants.access_state(jti).pass()?;
        let (grant, _) = tables.grants.access(jti).ok_or(Barred::NotOurs)?;
        Ok(grant.clone())
    }
}

impl AccessState {
    /// Whether a token in this state may pass.
    pub(super) fn pass(self) -> Result<(), Barred> {
        match self {
            Self::Live => Ok(()),
            Self::Revoked => Err(Barred::Revoked),
            Self::Unknown => Err(Barred::NotOurs),
        }
    }
}

impl Barred {
    /// The HTTP status (RFC 6750 §3.1).
    pub(super) fn status(self) -> StatusCode {
        match self {
            Self::Malformed => StatusCode::BAD_REQUEST,
            Self::NoScope(_) => StatusCode::FORBIDDEN,
            _ => StatusCode::UNAUTHORIZED,
        }
    }

    /// The error code; `no_token`, which is for bodies only, when there was no token.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::NoToken => "no_token",
            Self::Malformed => "invalid_request",
            Self::NoScope(_) => "insufficient_scope",
            Self::Expired | Self::NotYet | Self::Revoked | Self::NotOurs => "invalid_token",
        }
    }

    /// What is wrong, in a sentence.
    pub(super) fn text(self) -> String {
        match self {
            Self::NoToken => "There was no access token".to_owned(),
            Self::Malformed => "The Authorization header is malformed".to_owned(),
            Self::Expired => "The access token expired".to_owned(),
            Self::NotYet => "The access token is not valid yet: the clocks differ".to_owned(),
            Self::Revoked => "The access token was revoked".to_owned(),
            Self::NotOurs => "The access token is not one of this server".to_owned(),
            Self::NoScope(scope) => format!("The access token lacks the scope {scope}"),
        }
    }

    /// `WWW-Authenticate` (RFC 6750 §3). Without a token it names the realm and no error.
    fn challenge(self, realm: &str) -> String {
        let error = |code| format!("Bearer error=\"{code}\", error_description=\"{}\"", self.text());
        match self {
            Self::NoToken => format!("Bearer realm=\"{realm}\""),
            Self::NoScope(scope) => format!("{}, scope=\"{scope}\"", error(self.code())),
            _ => error(self.code()),
        }
    }

    /// The whole response, with this body.
    pub(super) fn response(self, realm: &str, body: Value) -> Response {
        let mut response = reply::document(self.status(), body, self.text());
        if let Ok(challenge) = HeaderValue::try_from(self.challenge(realm)) {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        response
    }
}
