//! Introspection (RFC 7662) and revocation (RFC 7009): a client asks about its own tokens, or ends them.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::client_auth::form_of_client;
use super::grants::AccessState;
use super::reply::{self, NO_STORE, refuse};
use super::scope;
use super::state::{Inner, Shared};
use super::tenant::ClientFacts;

/// `POST /id/connect/introspect`.
pub(super) async fn introspect(State(shared): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    let (client, token) = match asked(&headers, &body) {
        Ok(asked) => asked,
        Err(response) => return *response,
    };
    let facts = shared
        .access_facts(client, &token)
        .or_else(|| shared.refresh_facts(client, &token));
    let why = match &facts {
        Some(_) => format!("A live token of {}", client.client_id),
        None => "Not a live token of this client".to_owned(),
    };
    // Nothing is said of a token that is not active, not even why (RFC 7662 §2.2).
    let body = facts.unwrap_or_else(|| json!({"active": false}));
    reply::document(StatusCode::OK, body, why)
}

/// `POST /id/connect/revocation`. Whatever the token was, it is dead afterwards: always a 200 (RFC 7009 §2.2).
pub(super) async fn revoke(State(shared): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    let (client, token) = match asked(&headers, &body) {
        Ok(asked) => asked,
        Err(response) => return *response,
    };
    let jti = shared
        .erp_claims(&token)
        .and_then(|claims| claims["jti"].as_str().map(str::to_owned));
    let now = shared.clock.now();
    let mut tables = shared.tables();
    let why = match jti {
        Some(jti) if tables.grants.revoke_access_token(&jti, client) => "An access token was revoked",
        None if tables.grants.revoke_refresh_token(&token, client, now) => {
            "A refresh token was revoked, and with it every token of its login"
        }
        _ => "There was nothing to revoke",
    };
    reply::with_why((StatusCode::OK, NO_STORE).into_response(), why)
}

/// Who asks, and about which token. `token_type_hint` is only a hint, and not needed here.
fn asked(headers: &HeaderMap, body: &[u8]) -> Result<(&'static ClientFacts, String), Box<Response>> {
    let (parameters, client) = form_of_client(headers, body)?;
    let token = parameters
        .required("token")
        .map_err(|refusal| Box::new(refuse(&refusal, None)))?;
    Ok((client, token.to_owned()))
}

impl Inner {
    /// What is said of a live access token of this client: its own claims.
    fn access_facts(&self, client: &ClientFacts, token: &str) -> Option<Value> {
        let claims = self.erp_claims(token)?;
        let jti = claims["jti"].as_str()?;
        let tables = self.tables();
        let (grant, expires_at) = tables.grants.access(jti)?;
        let live = self.clock.now() < expires_at && tables.grants.access_state(jti) == AccessState::Live;
        if !live || grant.client != client {
            return None;
        }
        let words = match &claims["scope"] {
            Value::Array(words) => words.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" "),
            other => other.as_str().unwrap_or_default().to_owned(),
        };
        let mut facts = json!({"active": true, "token_type": "Bearer", "username": grant.subject()});
        for name in ["iss", "sub", "aud", "client_id", "nbf", "iat", "exp", "jti"] {
            if let Some(value) = claims.get(name) {
                facts[name] = value.clone();
            }
        }
        facts["scope"] = words.into();
        Some(facts)
    }

    /// What is said of a live refresh token of this client.
    fn refresh_facts(&self, client: &ClientFacts, token: &str) -> Option<Value> {
        let tables = self.tables();
        let (grant, expires_at) = tables
            .grants
            .refresh(token, self.clock.now())
            .filter(|(grant, _)| grant.client == client)?;
        Some(json!({
            "active": true,
            "username": grant.subject(),
            "iss": self.issuer,
            "sub": grant.subject(),
            "client_id": grant.client.client_id,
            "exp": expires_at.as_second(),
            "scope": scope::names(&grant.scopes),
        }))
    }
}
