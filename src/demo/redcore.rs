//! A site with redCORE: everything is at `/index.php`, and the query says what it is.
//!
//! - `?option=token&api=oauth2` is the token endpoint: HTTP Basic, the password grant, opaque tokens.
//! - `?option=api&view=contacts` is the API. Its address is this demo's choice: the documentation names none.
//! - Anything else is a page of the site, as a content management system answers.
//!
//! The documentation's login response has a comma before its closing brace. It is no JSON, and it is sent so.

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::answer::Refusal;
use super::bearer::{self, Barred};
use super::client_auth::by_header;
use super::grant::Grant;
use super::grants::{FamilyId, Rotation};
use super::mint::after;
use super::pages;
use super::parameters::Parameters;
use super::reply::{self, NO_STORE, refuse};
use super::scope::{self, ScopeFacts};
use super::state::{Inner, Shared};
use super::tenant::{ClientFacts, System};
use super::user;

/// What the challenge of HTTP Basic names.
const REALM: &str = "redCORE";

/// The scope that reading contacts needs.
const READ: &str = "contacts.read";

/// `/index.php`, whatever the method and the query.
pub(super) async fn index_php(
    State(shared): State<Shared>,
    method: Method,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let query = Parameters::parse(query.unwrap_or_default().as_bytes());
    let reads = matches!(method, Method::GET | Method::HEAD);
    match (query.get("option"), query.get("api"), query.get("view")) {
        (Some("token"), Some("oauth2"), _) if method == Method::POST => shared.red_core_token(&headers, &body),
        (Some("token"), Some("oauth2"), _) => {
            let text = "The token endpoint takes POST only";
            wrong_method("POST", &Refusal::new("invalid_request", text))
        }
        (Some("api"), _, Some("contacts")) if reads => shared.red_core_contacts(&headers),
        (Some("api"), _, Some("contacts")) => {
            let text = "The contacts can be read only: use GET";
            wrong_method("GET, HEAD", &Refusal::new("invalid_request", text))
        }
        (None, _, _) => pages::site(StatusCode::OK, &shared.ids.short()),
        _ => pages::site(StatusCode::NOT_FOUND, &shared.ids.short()),
    }
}

/// What a good token request earned.
struct Granted {
    family: FamilyId,
    grant: Grant,
    /// Whether this request named scopes: only then the response does.
    named_scopes: bool,
}

impl Inner {
    fn red_core_token(&self, headers: &HeaderMap, body: &[u8]) -> Response {
        let parameters = match Parameters::from_form(headers, body) {
            Ok(parameters) => parameters,
            Err(refusal) => return refuse(&refusal, None),
        };
        let client = match by_header(System::RedCore, headers, &parameters) {
            Ok(client) => client,
            Err(error) => return refuse(&error.refusal, Some(REALM)),
        };
        let response = match parameters.get("grant_type") {
            Some("password") => self.red_core_login(client, &parameters),
            Some("refresh_token") => self.red_core_refresh(client, &parameters),
            Some(other) => {
                let text = format!("The grant_type {other} is not supported: use password or refresh_token");
                Err(Refusal::new("unsupported_grant_type", text))
            }
            None => Err(Refusal::new("invalid_request", "The grant_type is missing")),
        };
        response.unwrap_or_else(|refusal| refuse(&refusal, Some(REALM)))
    }

    /// The password grant (RFC 6749 §4.3), answered as the documentation prints it: five lines and a comma too many.
    fn red_core_login(&self, client: &'static ClientFacts, parameters: &Parameters) -> Result<Response, Refusal> {
        let user_name = parameters.required("username")?;
        let password = parameters.required("password")?;
        let scopes = scopes(parameters)?;
        let Some(user) = user::sign_in(user_name, password) else {
            let text = "The user name or the password is wrong";
            return Err(Refusal::new("invalid_grant", text));
        };
        let grant = Grant {
            client,
            user: Some(user),
            sid: self.ids.short(),
            auth_time: self.clock.now(),
            scopes: scopes.clone().unwrap_or_else(all_scopes),
            nonce: None,
            state: None,
        };
        let granted = Granted {
            family: self.tables().grants.new_family(),
            grant,
            named_scopes: scopes.is_some(),
        };
        let access_token = self.ids.short();
        let expires_in = self.add_red_core_access_token(&access_token, &granted);
        let refresh_token = self.add_red_core_refresh_token(granted.family, &granted.grant);
        let scope = granted.scope();
        let body = format!(
            "{{\n    \"access_token\":\"{access_token}\",\n    \"expires_in\":{expires_in},\n    \
             \"token_type\": \"bearer\",\n    \"scope\":{scope},\n    \"refresh_token\":\"{refresh_token}\",\n}}"
        );
        let mut response = (NO_STORE, body).into_response();
        let json = HeaderValue::from_static("application/json");
        response.headers_mut().insert(header::CONTENT_TYPE, json);
        let why = format!("{} got tokens for {user_name} from a password", client.client_id);
        Ok(reply::with_why(response, why))
    }

    /// A refresh. There is a new refresh token only with `always_issue_new_refresh_token`; else the old one stays.
    fn red_core_refresh(&self, client: &'static ClientFacts, parameters: &Parameters) -> Result<Response, Refusal> {
        let token = parameters.required("refresh_token")?;
        let scopes = scopes(parameters)?;
        let rotates = self.always_issues_new_refresh_token();
        let rotation = if rotates { Rotation::Unwatched } else { Rotation::Off };
        let now = self.clock.now();
        let (family, whole, narrowed) =
            self.tables()
                .grants
                .use_refresh_token(token, client, rotation, scopes.as_deref(), now)?;
        let granted = Granted {
            family,
            grant: narrowed,
            named_scopes: scopes.is_some(),
        };
        let access_token = self.ids.hex();
        let expires_in = self.add_red_core_access_token(&access_token, &granted);
        let mut body = json!({
            "access_token": access_token,
            "expires_in": expires_in,
            "token_type": "bearer",
            "scope": granted.scope(),
        });
        if rotates {
            body["refresh_token"] = self.add_red_core_refresh_token(family, &whole).into();
        }
        let why = format!("{} got a token from a refresh token", client.client_id);
        Ok(reply::document(StatusCode::OK, body, why))
    }

    /// Remembers an access token and says how long it lives, in seconds.
    fn add_red_core_access_token(&self, token: &str, granted: &Granted) -> u64 {
        let now = self.clock.now();
        let lifetime_s = self.lifetimes().red_core.access_token_s;
        let expires_at = after(now, lifetime_s);
        let grants = &mut self.tables().grants;
        grants.add_access_token(token, granted.family, &granted.grant, expires_at, now);
        lifetime_s
    }

    /// Makes and remembers a refresh token.
    fn add_red_core_refresh_token(&self, family: FamilyId, grant: &Grant) -> String {
        let now = self.clock.now();
        let expires_at = after(now, self.lifetimes().red_core.refresh_token_s);
        let token = self.ids.short();
        let grants = &mut self.tables().grants;
        grants.add_refresh_token(&token, family, grant, expires_at, now);
        token
    }

    fn red_core_contacts(&self, headers: &HeaderMap) -> Response {
        let caller = match self.red_core_caller(headers) {
            Ok(caller) => caller,
            Err(barred) => {
                let body = json!({"error": barred.code(), "error_description": barred.text()});
                return barred.response(REALM, body);
            }
        };
        let body = json!({"contacts": [
            {"id": 1, "name": "Astrid Lindqvist", "city": "Uppsala"},
            {"id": 2, "name": "Bjørn Åsen", "city": "Bergen"},
            {"id": 3, "name": "Carla Núñez", "city": "Cádiz"},
        ]});
        reply::document(StatusCode::OK, body, format!("3 contacts for {caller}"))
    }

    /// The client that a good bearer token speaks for. The token is opaque: only the table knows it.
    fn red_core_caller(&self, headers: &HeaderMap) -> Result<&'static str, Barred> {
        let token = bearer::token(headers)?;
        let tables = self.tables();
        let (grant, expires_at) = tables
            .grants
            .access(token)
            .filter(|(grant, _)| grant.client.system == System::RedCore)
            .ok_or(Barred::NotOurs)?;
        if self.clock.now() >= expires_at {
            return Err(Barred::Expired);
        }
        tables.grants.access_state(token).pass()?;
        if !grant.has(READ) {
            return Err(Barred::NoScope(READ));
        }
        Ok(grant.client.client_id)
    }
}

impl Granted {
    /// The member `scope`: null, as in the documentation, unless the request named scopes itself.
    fn scope(&self) -> Value {
        let all = self.grant.scopes.len() == all_scopes().len();
        if all && !self.named_scopes {
            return Value::Null;
        }
        scope::names(&self.grant.scopes).into()
    }
}

/// The scopes that a request names, if it does.
fn scopes(parameters: &Parameters) -> Result<Option<Vec<&'static ScopeFacts>>, Refusal> {
    parameters
        .get("scope")
        .map(|words| System::RedCore.scopes(words))
        .transpose()
        .map_err(|word| Refusal::new("invalid_scope", format!("The scope {word} is unknown")))
}

/// What whoever names no scope gets.
fn all_scopes() -> Vec<&'static ScopeFacts> {
    System::RedCore.all_scopes().iter().collect()
}

fn wrong_method(allow: &'static str, refusal: &Refusal) -> Response {
    let mut response = reply::error(StatusCode::METHOD_NOT_ALLOWED, refusal);
    let allow = HeaderValue::from_static(allow);
    response.headers_mut().insert(header::ALLOW, allow);
    response
}
