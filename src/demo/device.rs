//! The device authorization endpoint (RFC 8628 §3.1), and the page where a person types the code.

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde_json::json;

use super::client_auth::form_of_client;
use super::devices::{DeviceRequest, user_code};
use super::mint::after;
use super::pages;
use super::parameters::Parameters;
use super::reply::{self, refuse};
use super::sign_in::Asked;
use super::state::Shared;
use super::tenant::System;

/// `POST /id/connect/deviceauthorization`.
pub(super) async fn authorization(State(shared): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    let (parameters, client) = match form_of_client(&headers, &body) {
        Ok(sent) => sent,
        Err(response) => return *response,
    };
    let scopes = match parameters.scopes(System::ErpNet) {
        Ok(scopes) => scopes,
        Err(refusal) => return refuse(&refusal, None),
    };
    let now = shared.clock.now();
    let lifetimes = shared.lifetimes();
    let (device_code, user_code) = (shared.ids.long(), user_code(&shared.ids.long()));
    let page = format!("{}/device", shared.issuer);
    let body = json!({
        "device_code": device_code,
        "user_code": user_code,
        "verification_uri": page,
        "verification_uri_complete": format!("{page}?user_code={user_code}"),
        "expires_in": lifetimes.device_code_s,
        "interval": lifetimes.device_interval_s,
    });
    let request = DeviceRequest {
        client,
        scopes,
        user_code,
    };
    let expires_at = after(now, lifetimes.device_code_s);
    let devices = &mut shared.tables().devices;
    devices.add(&device_code, request, lifetimes.device_interval_s, expires_at, now);
    let why = format!("A device of {} waits for a person", client.client_id);
    reply::document(StatusCode::OK, body, why)
}

/// `GET /id/device?user_code=…`: the code may be there already, but a person sends it.
pub(super) async fn page(State(shared): State<Shared>, RawQuery(query): RawQuery) -> Response {
    let parameters = Parameters::parse(query.unwrap_or_default().as_bytes());
    pages::device(parameters.text("user_code"), false, &shared.ids.short())
}

/// `POST /id/device`.
pub(super) async fn enter(State(shared): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    let parameters = Parameters::parse(&body);
    let typed = parameters.text("user_code");
    let now = shared.clock.now();
    let mut tables = shared.tables();
    match tables.devices.find(typed, now) {
        Some(request) => shared.begin_sign_in(Asked::Device(request), &headers, &mut tables),
        None => pages::device(typed, true, &shared.ids.short()),
    }
}
