//! The token endpoint (RFC 6749 §3.2): a code or a refresh token comes in, a token set goes out.
//!
//! As in ERP.net's documentation the response has **no `token_type`**, although RFC 6749 §5.1 requires it: that is what
//! clients meet, so that is what they meet here.

use aws_lc_rs::error::Unspecified;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::answer::Refusal;
use super::client_auth::authenticate;
use super::grants::{FamilyId, Grant};
use super::log::Why;
use super::mint::{Bound, after};
use super::parameters::Parameters;
use super::state::{Inner, Shared};
use super::tenant::{self, ClientFacts};

/// Token responses must not be kept by anybody (RFC 6749 §5.1).
const NO_STORE: [(HeaderName, HeaderValue); 2] = [
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (header::PRAGMA, HeaderValue::from_static("no-cache")),
];

/// `POST /id/connect/token`.
pub(super) async fn token(State(shared): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    let form = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.starts_with("application/x-www-form-urlencoded"));
    if !form {
        let text = "The body must be application/x-www-form-urlencoded";
        return refuse(&Refusal::new("invalid_request", text), false);
    }
    let parameters = Parameters::parse(&body);
    if let Some(name) = parameters.repeated() {
        let text = format!("The parameter {name} was sent more than once");
        return refuse(&Refusal::new("invalid_request", text), false);
    }
    let client = match authenticate(&headers, &parameters) {
        Ok(client) => client,
        Err(error) => return refuse(&error.refusal, error.by_header),
    };
    let granted = match parameters.get("grant_type") {
        Some("authorization_code") => from_code(&shared, client, &parameters),
        Some("refresh_token") => from_refresh_token(&shared, client, &parameters),
        Some(other) => {
            let text = format!("The grant_type {other} is not supported: use authorization_code or refresh_token");
            Err(Refusal::new("unsupported_grant_type", text))
        }
        None => Err(Refusal::new("invalid_request", "The grant_type is missing")),
    };
    match granted {
        Ok(granted) => shared
            .token_response(&granted)
            .unwrap_or_else(|_| refuse(&Refusal::new("server_error", "Signing failed"), false)),
        Err(refusal) => refuse(&refusal, false),
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
}

fn from_code(shared: &Inner, client: &'static ClientFacts, parameters: &Parameters) -> Result<Granted, Refusal> {
    let code = required(parameters, "code")?;
    let redirect_uri = required(parameters, "redirect_uri")?;
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
    })
}

fn from_refresh_token(
    shared: &Inner,
    client: &'static ClientFacts,
    parameters: &Parameters,
) -> Result<Granted, Refusal> {
    let token = required(parameters, "refresh_token")?;
    let scopes = parameters
        .get("scope")
        .map(tenant::scopes)
        .transpose()
        .map_err(|word| Refusal::new("invalid_scope", format!("The scope {word} is unknown")))?;
    let now = shared.clock.now();
    let (family, whole, narrowed) =
        shared
            .tables()
            .grants
            .spend_refresh_token(token, client, scopes.as_deref(), now)?;
    Ok(Granted {
        family,
        whole,
        narrowed,
        renewed: true,
    })
}

fn required<'a>(parameters: &'a Parameters, name: &str) -> Result<&'a str, Refusal> {
    parameters
        .get(name)
        .ok_or_else(|| Refusal::new("invalid_request", format!("The parameter {name} is missing")))
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
            .add_access_token(&access.jti, granted.family, access.expires_at, now);
        if granted.whole.has("offline_access") {
            let token = self.ids.long();
            let expires_at = after(now, self.lifetimes().refresh_token_s);
            tables
                .grants
                .add_refresh_token(&token, granted.family, granted.whole.clone(), expires_at, now);
            body["refresh_token"] = token.into();
        }
        let names: Vec<_> = grant.scopes.iter().map(|scope| scope.name).collect();
        body["scope"] = names.join(" ").into();

        let by = if granted.renewed { "a refresh token" } else { "a code" };
        let why = format!(
            "{} got tokens for {} from {by}",
            grant.client.client_id, grant.user.user_name
        );
        Ok(answer(StatusCode::OK, body, why))
    }
}

/// An error response (RFC 6749 §5.2).
fn refuse(refusal: &Refusal, by_header: bool) -> Response {
    let status = match refusal.code {
        "invalid_client" if by_header => StatusCode::UNAUTHORIZED,
        "server_error" => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::BAD_REQUEST,
    };
    let body = json!({"error": refusal.code, "error_description": refusal.description});
    let mut response = answer(status, body, format!("{}: {}", refusal.code, refusal.description));
    if status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(
            header::WWW_AUTHENTICATE,
            HeaderValue::from_static("Basic realm=\"ERP.net demo\", charset=\"UTF-8\""),
        );
    }
    response
}

fn answer(status: StatusCode, body: Value, why: String) -> Response {
    let mut response = (status, NO_STORE, Json(body)).into_response();
    response.extensions_mut().insert(Why(why));
    response
}
