//! The token endpoint (RFC 6749 §3.2): a code or a refresh token comes in, a token set goes out.
//!
//! As in ERP.net's documentation the response has **no `token_type`**, although RFC 6749 §5.1 requires it: that is what
//! clients meet, so that is what they meet here.

use aws_lc_rs::error::Unspecified;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde_json::json;

use super::answer::Refusal;
use super::client_auth::form_of_client;
use super::grant::Grant;
use super::grants::{FamilyId, Rotation};
use super::mint::{AUDIENCE, Bound, after};
use super::parameters::Parameters;
use super::reply::{self, refuse};
use super::scope;
use super::state::{Inner, Shared};
use super::tenant::ClientFacts;

/// What the challenge of HTTP Basic names.
pub(super) const REALM: &str = "ERP.net demo";

/// The grant type of a device's poll (RFC 8628 §3.4).
const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// Every `grant_type` that is taken here.
pub(super) const GRANT_TYPES: [&str; 4] = ["authorization_code", "refresh_token", "client_credentials", DEVICE_CODE];

/// `POST /id/connect/token`.
pub(super) async fn token(State(shared): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    let (parameters, client) = match form_of_client(&headers, &body) {
        Ok(sent) => sent,
        Err(response) => return *response,
    };
    let granted = match parameters.get("grant_type") {
        Some("authorization_code") => from_code(&shared, client, &parameters),
        Some("refresh_token") => from_refresh_token(&shared, client, &parameters),
        Some("client_credentials") => from_client(&shared, client, &parameters),
        Some(DEVICE_CODE) => from_device_code(&shared, client, &parameters),
        Some(other) => {
            let text = format!(
                "The grant_type {other} is not supported: use {}",
                GRANT_TYPES.join(", ")
            );
            Err(Refusal::new("unsupported_grant_type", text))
        }
        None => Err(Refusal::new("invalid_request", "The grant_type is missing")),
    };
    match granted {
        Ok(granted) => shared
            .token_response(&granted)
            .unwrap_or_else(|_| refuse(&Refusal::new("server_error", "Signing failed"), None)),
        Err(refusal) => refuse(&refusal, None),
    }
}

/// What a good token request earned.
struct Granted {
    family: FamilyId,
    /// What the person allowed: goes on with the refresh token.
    whole: Grant,
    /// What this token set may do.
    narrowed: Grant,
    renewed: bool,
    /// What it was earned with, in words for the log.
    by: &'static str,
}

fn from_code(shared: &Inner, client: &'static ClientFacts, parameters: &Parameters) -> Result<Granted, Refusal> {
    let code = parameters.required("code")?;
    let redirect_uri = parameters.required("redirect_uri")?;
    let verifier = parameters.get("code_verifier");
    let now = shared.clock.now();
    let (family, grant) = shared
        .tables()
        .grants
        .redeem(code, client, redirect_uri, verifier, now)?;
    Ok(Granted {
        family,
        whole: grant.clone(),
        narrowed: grant,
        renewed: false,
        by: "a code",
    })
}

fn from_refresh_token(
    shared: &Inner,
    client: &'static ClientFacts,
    parameters: &Parameters,
) -> Result<Granted, Refusal> {
    let token = parameters.required("refresh_token")?;
    let scopes = parameters
        .get("scope")
        .map(|words| client.system.scopes(words))
        .transpose()
        .map_err(|word| Refusal::new("invalid_scope", format!("The scope {word} is unknown")))?;
    let now = shared.clock.now();
    let (family, whole, narrowed) =
        shared
            .tables()
            .grants
            .use_refresh_token(token, client, Rotation::Watched, scopes.as_deref(), now)?;
    Ok(Granted {
        family,
        whole,
        narrowed,
        renewed: true,
        by: "a refresh token",
    })
}

/// The client acts for itself (RFC 6749 §4.4): no person, so no scope about one, and no refresh token.
fn from_client(shared: &Inner, client: &'static ClientFacts, parameters: &Parameters) -> Result<Granted, Refusal> {
    let scopes = match parameters.get("scope") {
        Some(_) => parameters.scopes(client.system)?,
        None => client.system.scopes(AUDIENCE).unwrap_or_default(),
    };
    if let Some(personal) = scopes
        .iter()
        .find(|scope| ["openid", "profile", "email", "offline_access"].contains(&scope.name))
    {
        let text = format!(
            "The scope {} needs a person: client_credentials has none",
            personal.name
        );
        return Err(Refusal::new("invalid_scope", text));
    }
    let grant = Grant {
        client,
        user: None,
        sid: shared.ids.short(),
        auth_time: shared.clock.now(),
        scopes,
        nonce: None,
        state: None,
    };
    Ok(Granted {
        family: shared.tables().grants.new_family(),
        whole: grant.clone(),
        narrowed: grant,
        renewed: false,
        by: "its own credentials",
    })
}

fn from_device_code(shared: &Inner, client: &'static ClientFacts, parameters: &Parameters) -> Result<Granted, Refusal> {
    let device_code = parameters.required("device_code")?;
    let now = shared.clock.now();
    let mut tables = shared.tables();
    let grant = tables.devices.poll(device_code, client, now)?;
    Ok(Granted {
        family: tables.grants.new_family(),
        whole: grant.clone(),
        narrowed: grant,
        renewed: false,
        by: "a device code",
    })
}

impl Inner {
    /// Makes the tokens, remembers them, and answers with them in the order of the documentation.
    fn token_response(&self, granted: &Granted) -> Result<Response, Unspecified> {
        let grant = &granted.narrowed;
        let now = self.clock.now();
        let access = self.access_token(grant, granted.renewed)?;
        let mut body = json!({});
        if grant.client.issues_id_token && grant.has("openid") {
            let bound = Bound {
                access_token: Some(&access.token),
                code: None,
            };
            body["id_token"] = self.id_token(grant, bound)?.into();
        }
        body["access_token"] = access.token.as_str().into();
        body["expires_in"] = access.expires_in_s.into();

        let mut tables = self.tables();
        tables
            .grants
            .add_access_token(&access.jti, granted.family, grant, access.expires_at, now);
        if granted.whole.has("offline_access") {
            let token = self.ids.long();
            let expires_at = after(now, self.lifetimes().erp_net.refresh_token_s);
            tables
                .grants
                .add_refresh_token(&token, granted.family, &granted.whole, expires_at, now);
            body["refresh_token"] = token.into();
        }
        body["scope"] = scope::names(&grant.scopes).into();

        let why = format!(
            "{} got tokens for {} from {}",
            grant.client.client_id,
            grant.subject(),
            granted.by,
        );
        Ok(reply::document(StatusCode::OK, body, why))
    }
}
