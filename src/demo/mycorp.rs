//! MyCorp-Auth: login and refresh in JSON, tokens signed with the key `auth-key-2025`, roles from LDAP groups.

use aws_lc_rs::error::Unspecified;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::answer::Refusal;
use super::bearer::{self, Barred};
use super::grant::Grant;
use super::grants::{FamilyId, Rotation};
use super::mint::after;
use super::reply;
use super::scope;
use super::state::{Inner, Shared};
use super::tenant::{self, ClientFacts, System};
use super::user::{self, UserFacts};

/// The name of the key that signs the tokens. Its clients have the public half configured: the system has no JWKS.
pub(super) const KEY_NAME: &str = "auth-key-2025";

/// `aud` of its access tokens.
const AUDIENCE: &str = "mycorp-api";

/// The scope word that yields a refresh token.
const REFRESH_SCOPE: &str = "refresh_token";

/// A request that is refused, with the status.
type Fault = (StatusCode, Refusal);

/// `POST /auth/login`.
pub(super) async fn login(State(shared): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    respond(shared.my_corp_login(&headers, &body))
}

/// `POST /auth/refresh`.
pub(super) async fn refresh(State(shared): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    respond(shared.my_corp_refresh(&headers, &body))
}

/// `GET /api/user/profile`.
pub(super) async fn profile(State(shared): State<Shared>, headers: HeaderMap) -> Response {
    let user = match shared.my_corp_caller(&headers) {
        Ok(user) => user,
        Err(barred) => {
            let body = json!({"error": barred.code(), "error_description": barred.text()});
            return barred.response(AUDIENCE, body);
        }
    };
    let body = json!({
        "username": user.user_name,
        "name": user.name,
        "email": user.email,
        "locale": user.locale,
        "roles": user.roles(),
        "ldap_groups": user.ldap_groups,
    });
    reply::document(StatusCode::OK, body, format!("The profile of {}", user.user_name))
}

/// `GET /auth/keys/auth-key-2025.pem`: of this demo only. Clients of the real system have the key configured.
pub(super) async fn key(State(shared): State<Shared>) -> Response {
    match shared.my_corp_key.public_pem() {
        Ok(pem) => {
            let headers = [
                (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
                (header::CACHE_CONTROL, "no-store"),
            ];
            reply::with_why((headers, pem).into_response(), "The public key auth-key-2025")
        }
        Err(Unspecified) => respond(Err(signing_failed(Unspecified))),
    }
}

impl Inner {
    fn my_corp_login(&self, headers: &HeaderMap, body: &[u8]) -> Result<Response, Fault> {
        let body = read(headers, body)?;
        let (user_name, password) = (text(&body, "username")?, text(&body, "password")?);
        let client = client(&body)?;
        let words = match body.get("scope") {
            None | Some(Value::Null) => "",
            Some(Value::String(words)) => words,
            Some(_) => return Err(invalid("The member scope must be a text: words with spaces between")),
        };
        let scopes = System::MyCorp.scopes(words).map_err(|word| {
            let text = format!("The scope {word} is unknown");
            (StatusCode::BAD_REQUEST, Refusal::new("invalid_scope", text))
        })?;
        let user = user::sign_in(user_name, password).ok_or_else(|| {
            let text = "The user name or the password is wrong";
            (StatusCode::UNAUTHORIZED, Refusal::new("invalid_credentials", text))
        })?;
        let grant = Grant {
            client,
            user: Some(user),
            sid: self.ids.short(),
            auth_time: self.clock.now(),
            scopes,
            nonce: None,
            state: None,
        };
        let family = self.tables().grants.new_family();
        self.my_corp_tokens(family, &grant, "a login")
    }

    fn my_corp_refresh(&self, headers: &HeaderMap, body: &[u8]) -> Result<Response, Fault> {
        let body = read(headers, body)?;
        let token = text(&body, "refresh_token")?;
        let client = client(&body)?;
        let now = self.clock.now();
        let used = self
            .tables()
            .grants
            .use_refresh_token(token, client, Rotation::Watched, None, now);
        let (family, grant, _) = used.map_err(|refusal| (StatusCode::UNAUTHORIZED, refusal))?;
        self.my_corp_tokens(family, &grant, "a refresh token")
    }

    /// Makes the tokens, remembers them, and answers with exactly the members that the documentation names.
    fn my_corp_tokens(&self, family: FamilyId, grant: &Grant, by: &str) -> Result<Response, Fault> {
        let now = self.clock.now();
        let lifetimes = self.lifetimes().my_corp;
        let expires_at = after(now, lifetimes.access_token_s);
        let jti = self.ids.short();
        let claims = self.my_corp_claims(grant, now, expires_at, &jti);
        let access_token = self.my_corp_key.rs256("JWT", &claims).map_err(signing_failed)?;
        let mut body = json!({"access_token": access_token});
        let mut tables = self.tables();
        tables.grants.add_access_token(&jti, family, grant, expires_at, now);
        if grant.has(REFRESH_SCOPE) {
            let token = self.ids.long();
            let expires_at = after(now, lifetimes.refresh_token_s);
            tables.grants.add_refresh_token(&token, family, grant, expires_at, now);
            body["refresh_token"] = token.into();
        }
        body["expires_in"] = lifetimes.access_token_s.into();
        body["token_type"] = "Bearer".into();
        let why = format!(
            "{} got tokens for {} from {by}",
            grant.client.client_id,
            grant.subject()
        );
        Ok(reply::document(StatusCode::OK, body, why))
    }

    /// The claims of an access token. `roles` is empty when no LDAP group of the account is mapped to one.
    fn my_corp_claims(&self, grant: &Grant, now: Timestamp, expires_at: Timestamp, jti: &str) -> Value {
        let user = grant.user;
        json!({
            "iss": self.my_corp_issuer(),
            "sub": grant.subject(),
            "aud": AUDIENCE,
            "client_id": grant.client.client_id,
            "name": user.map(|user| user.name),
            "email": user.map(|user| user.email),
            "roles": user.map(UserFacts::roles).unwrap_or_default(),
            "scope": scope::names(&grant.scopes),
            "iat": now.as_second(),
            "nbf": now.as_second(),
            "exp": expires_at.as_second(),
            "jti": jti,
        })
    }

    /// The person that a good bearer token speaks for. Its times are judged by this server's clock.
    fn my_corp_caller(&self, headers: &HeaderMap) -> Result<&'static UserFacts, Barred> {
        let token = bearer::token(headers)?;
        let claims = self.my_corp_key.open(token, |_| None).ok_or(Barred::NotOurs)?;
        let not_before = claims["nbf"].as_i64().ok_or(Barred::NotOurs)?;
        if self.clock.now().as_second() < not_before {
            return Err(Barred::NotYet);
        }
        self.bearer_grant(&claims)?.user.ok_or(Barred::NotOurs)
    }

    /// `iss` of its tokens.
    pub(super) fn my_corp_issuer(&self) -> String {
        format!("{}auth", self.base)
    }
}

/// The JSON object in a request's body.
fn read(headers: &HeaderMap, body: &[u8]) -> Result<Map<String, Value>, Fault> {
    let json = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.to_ascii_lowercase().starts_with("application/json"));
    if !json {
        let text = "The body must be application/json, and the Content-Type must say so";
        let refusal = Refusal::new("unsupported_media_type", text);
        return Err((StatusCode::UNSUPPORTED_MEDIA_TYPE, refusal));
    }
    serde_json::from_slice(body).map_err(|_| invalid("The body is not a JSON object"))
}

/// A member that must be a text with something in it.
fn text<'a>(body: &'a Map<String, Value>, name: &str) -> Result<&'a str, Fault> {
    body.get(name)
        .and_then(Value::as_str)
        .filter(|text| !text.is_empty())
        .ok_or_else(|| invalid(&format!("The member {name} is missing, empty or not a text")))
}

fn client(body: &Map<String, Value>) -> Result<&'static ClientFacts, Fault> {
    tenant::client(System::MyCorp, text(body, "client_id")?).ok_or_else(|| {
        let refusal = Refusal::new("invalid_client", "The client_id is not registered");
        (StatusCode::UNAUTHORIZED, refusal)
    })
}

fn invalid(text: &str) -> Fault {
    (StatusCode::BAD_REQUEST, Refusal::new("invalid_request", text))
}

fn signing_failed(_: Unspecified) -> Fault {
    let refusal = Refusal::new("server_error", "Signing failed");
    (StatusCode::INTERNAL_SERVER_ERROR, refusal)
}

fn respond(result: Result<Response, Fault>) -> Response {
    result.unwrap_or_else(|(status, refusal)| reply::error(status, &refusal))
}
