//! What the provider says of itself: the discovery document and the public key
//! (OpenID Connect Discovery §3, §4; RFC 8414 §2; RFC 7517 §5).

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::log::Why;
use super::state::Shared;
use super::tenant::System;

/// `GET /id/.well-known/openid-configuration`.
pub(super) async fn configuration(State(shared): State<Shared>) -> Response {
    let issuer = &shared.issuer;
    let scopes: Vec<_> = System::ErpNet.all_scopes().iter().map(|scope| scope.name).collect();
    let document = json!({
        "issuer": issuer,
        "jwks_uri": format!("{issuer}/.well-known/openid-configuration/jwks"),
        "authorization_endpoint": format!("{issuer}/connect/authorize"),
        "token_endpoint": format!("{issuer}/connect/token"),
        "scopes_supported": scopes,
        "claims_supported": ["sub", "iss", "aud", "exp", "nbf", "iat", "nonce", "auth_time", "sid", "idp", "amr"],
        "response_types_supported": ["code", "code id_token"],
        "response_modes_supported": ["query", "fragment", "form_post"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "code_challenge_methods_supported": ["S256", "plain"],
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "authorization_response_iss_parameter_supported": true,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
    });
    document_response(document, "The discovery document")
}

/// `GET /id/.well-known/openid-configuration/jwks`.
pub(super) async fn keys(State(shared): State<Shared>) -> Response {
    document_response(json!({"keys": [shared.key.jwk()]}), "The public key")
}

fn document_response(document: Value, why: &str) -> Response {
    let mut response = ([(header::CACHE_CONTROL, "no-store")], Json(document)).into_response();
    response.extensions_mut().insert(Why(why.to_owned()));
    response
}
