//! Answers in JSON that nobody may keep: token responses and their errors (RFC 6749 §5.1, §5.2).

use axum::Json;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::answer::Refusal;
use super::log::Why;

/// Token responses must not be kept by anybody (RFC 6749 §5.1).
pub(super) const NO_STORE: [(HeaderName, HeaderValue); 2] = [
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (header::PRAGMA, HeaderValue::from_static("no-cache")),
];

/// A JSON document; `why` is for the log.
pub(super) fn document(status: StatusCode, body: Value, why: impl Into<String>) -> Response {
    with_why((status, NO_STORE, Json(body)).into_response(), why)
}

/// The same response, with a line for the log.
pub(super) fn with_why(mut response: Response, why: impl Into<String>) -> Response {
    response.extensions_mut().insert(Why(why.into()));
    response
}

/// An error response with this status.
pub(super) fn error(status: StatusCode, refusal: &Refusal) -> Response {
    let body = json!({"error": refusal.code, "error_description": refusal.description});
    document(status, body, format!("{}: {}", refusal.code, refusal.description))
}

/// An error response of a token endpoint (RFC 6749 §5.2). `realm` when the client tried, or must use, HTTP Basic: then
/// an `invalid_client` is a 401 with a challenge.
pub(super) fn refuse(refusal: &Refusal, realm: Option<&'static str>) -> Response {
    let challenge = realm.filter(|_| refusal.code == "invalid_client");
    let status = match refusal.code {
        "invalid_client" if challenge.is_some() => StatusCode::UNAUTHORIZED,
        "server_error" => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::BAD_REQUEST,
    };
    let mut response = error(status, refusal);
    let challenge = challenge.map(|realm| format!("Basic realm=\"{realm}\", charset=\"UTF-8\""));
    if let Some(Ok(value)) = challenge.map(HeaderValue::try_from) {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, value);
    }
    response
}
