//! What the provider says of itself: the discovery document and the public key
//! (OpenID Connect Discovery §3, §4; RFC 8414 §2; RFC 7517 §5).

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::log::Why;
use super::state::Shared;
use super::tenant::{RESPONSE_TYPES, System};
use super::token::GRANT_TYPES;

/// `GET /id/.well-known/openid-configuration`.
pub(super) async fn configuration(State(shared): State<Shared>) -> Response {
    let issuer = &shared.issuer;
    let scopes: Vec<_> = System::ErpNet.all_scopes().iter().map(|scope| scope.name).collect();
    let grant_types: Vec<_> = GRANT_TYPES.into_iter().chain(["implicit"]).collect();
    let methods = ["client_secret_basic", "client_secret_post"];
    let document = json!({
        "issuer": issuer,
        "jwks_uri": format!("{issuer}/.well-known/openid-configuration/jwks"),
        "authorization_endpoint": format!("{issuer}/connect/authorize"),
        "token_endpoint": format!("{issuer}/connect/token"),
        "userinfo_endpoint": format!("{issuer}/connect/userinfo"),
        "introspection_endpoint": format!("{issuer}/connect/introspect"),
        "revocation_endpoint": format!("{issuer}/connect/revocation"),
        "end_session_endpoint": format!("{issuer}/connect/endsession"),
        "device_authorization_endpoint": format!("{issuer}/connect/deviceauthorization"),
        "pushed_authorization_request_endpoint": format!("{issuer}/connect/par"),
        "require_pushed_authorization_requests": false,
        "scopes_supported": scopes,
        "claims_supported": ["sub", "iss", "aud", "exp", "nbf", "iat", "nonce", "auth_time", "sid", "idp", "amr", "name", "preferred_username",
            "locale", "email", "email_verified"],
        "response_types_supported": RESPONSE_TYPES,
        "response_modes_supported": ["query", "fragment", "form_post"],
        "grant_types_supported": grant_types,
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": methods,
        "introspection_endpoint_auth_methods_supported": methods,
        "revocation_endpoint_auth_methods_supported": methods,
        "code_challenge_methods_supported": ["S256", "plain"],
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "authorization_response_iss_parameter_supported": true,
        "request_parameter_supported": false,
        // Only the names that the pushed requests get (RFC 9126 §5).
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
