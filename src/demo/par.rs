//! Pushed authorization requests (RFC 9126): the request comes first and from the client itself; the browser carries
//! only its name.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use jiff::SignedDuration;
use serde_json::json;

use super::answer::Refusal;
use super::client_auth::form_of_client;
use super::reply::{self, refuse};
use super::request::{AuthorizationRequest, Invalid};
use super::state::Shared;
use super::tenant::System;

/// How the name of a pushed request begins (RFC 9126 §2.2).
pub(super) const PREFIX: &str = "urn:ietf:params:oauth:request_uri:";

/// How long a pushed request waits for its browser.
const LIFETIME: SignedDuration = SignedDuration::from_secs(60);

/// `POST /id/connect/par`.
pub(super) async fn push(State(shared): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    let (parameters, client) = match form_of_client(&headers, &body) {
        Ok(sent) => sent,
        Err(response) => return *response,
    };
    if parameters.get("request_uri").is_some() {
        let text = "A pushed request cannot name another one";
        return refuse(&Refusal::new("invalid_request", text), None);
    }
    let request = match AuthorizationRequest::parse(System::ErpNet, &parameters) {
        Ok(request) if request.client == client => request,
        Ok(_) => {
            let text = "The client_id is not the client that authenticated";
            return refuse(&Refusal::new("invalid_request", text), None);
        }
        Err(Invalid::Page { message, .. }) => return refuse(&Refusal::new("invalid_request", message), None),
        Err(Invalid::Redirect { refusal, .. }) => return refuse(&refusal, None),
    };
    let now = shared.clock.now();
    let request_uri = format!("{PREFIX}{}", shared.ids.long());
    let pushed = &mut shared.tables().pushed;
    pushed.insert(&request_uri, request, now + LIFETIME, now);
    let body = json!({"request_uri": request_uri, "expires_in": LIFETIME.as_secs()});
    let why = format!("{} pushed a request", client.client_id);
    reply::document(StatusCode::CREATED, body, why)
}
