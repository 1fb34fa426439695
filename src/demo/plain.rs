//! A plain OAuth 2.0 server: a public client, no scopes, and a refresh request without a `client_id`.
//!
//! Its documentation names only the token endpoint. The authorization endpoint beside it, `/api/oauth2/authorize`, and
//! the API, `/api/resource`, are this demo's choice.

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde_json::json;

use super::answer::Refusal;
use super::bearer::{self, Barred};
use super::grant::Grant;
use super::grants::{FamilyId, Rotation};
use super::mint::after;
use super::parameters::Parameters;
use super::reply::{self, refuse};
use super::sign;
use super::state::{Inner, Shared};
use super::tenant::{self, ClientFacts, System};

/// `aud` of its access tokens, and the realm of the API's challenge.
const AUDIENCE: &str = "plain-api";

/// `GET /api/oauth2/authorize`.
pub(super) async fn authorize(State(shared): State<Shared>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    shared.authorize(System::Plain, query.unwrap_or_default().as_bytes(), &headers)
}

/// `POST /api/oauth2/token`.
pub(super) async fn token(State(shared): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    let granted = Parameters::from_form(&headers, &body).and_then(|parameters| match parameters.get("grant_type") {
        Some("authorization_code") => shared.plain_code(&parameters),
        Some("refresh_token") => shared.plain_refresh(&parameters),
        Some(other) => {
            let text = format!("The grant_type {other} is not supported: use authorization_code or refresh_token");
            Err(Refusal::new("unsupported_grant_type", text))
        }
        None => Err(Refusal::new("invalid_request", "The grant_type is missing")),
    });
    match granted {
        Ok((family, grant, by)) => shared.plain_tokens(family, &grant, by),
        Err(refusal) => refuse(&refusal, None),
    }
}

/// `GET /api/resource`.
pub(super) async fn resource(State(shared): State<Shared>, headers: HeaderMap) -> Response {
    match shared.plain_caller(&headers) {
        Ok(grant) => {
            let body = json!({
                "message": "This is what the access token opens",
                "user": grant.subject(),
                "client_id": grant.client.client_id,
            });
            let why = format!("The resource for {}", grant.client.client_id);
            reply::document(StatusCode::OK, body, why)
        }
        Err(barred) => {
            let body = json!({"error": barred.code(), "error_description": barred.text()});
            barred.response(AUDIENCE, body)
        }
    }
}

impl Inner {
    /// Exchanges a code. The client proves itself by the code alone, and by PKCE when it began with that.
    fn plain_code(&self, parameters: &Parameters) -> Result<(FamilyId, Grant, &'static str), Refusal> {
        let code = parameters.required("code")?;
        let redirect_uri = parameters.required("redirect_uri")?;
        let client = known(parameters.required("client_id")?)?;
        let verifier = parameters.get("code_verifier");
        let now = self.clock.now();
        let mut tables = self.tables();
        let (family, grant) = tables.grants.redeem(code, client, redirect_uri, verifier, now)?;
        Ok((family, grant, "a code"))
    }

    /// Refreshes. The refresh token alone says whose it is; a `client_id` may stand beside it, but then it must fit.
    fn plain_refresh(&self, parameters: &Parameters) -> Result<(FamilyId, Grant, &'static str), Refusal> {
        let token = parameters.required("refresh_token")?;
        let now = self.clock.now();
        let mut tables = self.tables();
        let client = match parameters.get("client_id") {
            Some(client_id) => known(client_id)?,
            None => tables
                .grants
                .refresh_client(token)
                .filter(|client| client.system == System::Plain)
                .ok_or_else(|| Refusal::new("invalid_grant", "The refresh token is unknown"))?,
        };
        let (family, grant, _) = tables
            .grants
            .use_refresh_token(token, client, Rotation::Watched, None, now)?;
        Ok((family, grant, "a refresh token"))
    }

    /// Makes the tokens, remembers them, and answers with the documentation's three members: no `token_type`, no
    /// `scope`.
    fn plain_tokens(&self, family: FamilyId, grant: &Grant, by: &str) -> Response {
        let now = self.clock.now();
        let lifetimes = self.lifetimes().plain;
        let expires_at = after(now, lifetimes.access_token_s);
        let (jti, refresh_token) = (self.ids.short(), self.ids.long());
        let claims = json!({
            "iss": self.plain_issuer(),
            "sub": grant.subject(),
            "aud": AUDIENCE,
            "client_id": grant.client.client_id,
            "iat": now.as_second(),
            "exp": expires_at.as_second(),
            "jti": jti,
        });
        let header = json!({"alg": "HS256", "typ": "JWT"});
        let access_token = sign::hs256(self.plain_key.as_bytes(), &header, &claims);
        let mut tables = self.tables();
        tables.grants.add_access_token(&jti, family, grant, expires_at, now);
        let refresh_end = after(now, lifetimes.refresh_token_s);
        tables
            .grants
            .add_refresh_token(&refresh_token, family, grant, refresh_end, now);
        let body = json!({
            "access_token": access_token,
            "refresh_token": refresh_token,
            "expires_in": lifetimes.access_token_s,
        });
        let why = format!(
            "{} got tokens for {} from {by}",
            grant.client.client_id,
            grant.subject()
        );
        reply::document(StatusCode::OK, body, why)
    }

    /// What a good bearer token stands for.
    fn plain_caller(&self, headers: &HeaderMap) -> Result<Grant, Barred> {
        let token = bearer::token(headers)?;
        let claims = sign::open_hs256(token, self.plain_key.as_bytes()).ok_or(Barred::NotOurs)?;
        self.bearer_grant(&claims)
    }

    fn plain_issuer(&self) -> String {
        format!("{}api/oauth2", self.base)
    }
}

fn known(client_id: &str) -> Result<&'static ClientFacts, Refusal> {
    tenant::client(System::Plain, client_id)
        .ok_or_else(|| Refusal::new("invalid_client", "The client_id is not registered"))
}
