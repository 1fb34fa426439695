//! The API that the tokens are for: a few customers behind `GET /api/domain/odata/Crm_Customers`, guarded as
//! RFC 6750 says.

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::grants::AccessState;
use super::log::Why;
use super::mint::AUDIENCE;
use super::parameters::Parameters;
use super::state::{Inner, Shared};
use super::tenant;

/// Number, name, city, country, credit limit in euro.
const CUSTOMERS: [(&str, &str, &str, &str, u32); 14] = [
    ("0000000101", "Balkan Timber OOD", "Plovdiv", "BG", 25_000),
    ("0000000102", "Черноморец Логистик", "Варна", "BG", 120_000),
    ("0000000103", "Nordlys Seafood AS", "Tromsø", "NO", 80_000),
    ("0000000104", "Atelier Dubois & Fils", "Lyon", "FR", 15_000),
    ("0000000105", "Kaiserhof Maschinenbau GmbH", "Graz", "AT", 310_000),
    ("0000000106", "Sofia Print House", "Sofia", "BG", 9_500),
    ("0000000107", "O'Malley Farm Supplies", "Cork", "IE", 42_000),
    ("0000000108", "Lusitânia Cortiças S.A.", "Évora", "PT", 67_500),
    ("0000000109", "Danube River Cargo", "Ruse", "BG", 155_000),
    ("0000000110", "Polski Szkło Sp. z o.o.", "Kraków", "PL", 58_000),
    ("0000000111", "Αιγαίο Τρόφιμα", "Πειραιάς", "GR", 33_000),
    ("0000000112", "Vltava Instruments", "Praha", "CZ", 71_000),
    ("0000000113", "Rhodope Dairy", "Smolyan", "BG", 12_000),
    ("0000000114", "Harbour Light Electrics", "Rotterdam", "NL", 96_000),
];

/// Why a request may not pass.
#[derive(Debug, PartialEq, Eq)]
enum Barred {
    NoToken,
    Malformed,
    Expired,
    Revoked,
    NotOurs,
    NoScope,
}

/// `GET /api/domain/odata/Crm_Customers`.
pub(super) async fn customers(State(shared): State<Shared>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let who = match shared.bearer(&headers) {
        Ok(who) => who,
        Err(barred) => return barred.into_response(),
    };
    let parameters = Parameters::parse(query.unwrap_or_default().as_bytes());
    let top = match parameters.get("$top").map(str::parse::<usize>) {
        None => CUSTOMERS.len(),
        Some(Ok(top)) => top,
        Some(Err(_)) => {
            let text = "$top must be a whole number that is not negative";
            return answer(
                StatusCode::BAD_REQUEST,
                error_body("invalid_top", text),
                text.to_owned(),
            );
        }
    };
    let context = format!("{}api/domain/odata/$metadata#Crm_Customers", shared.base);
    let rows: Vec<Value> = CUSTOMERS.iter().take(top).map(row).collect();
    let why = format!("{} customers for {who}", rows.len());
    let body = json!({"@odata.context": context, "value": rows});
    answer(StatusCode::OK, body, why)
}

fn row((number, name, city, country, limit): &(&str, &str, &str, &str, u32)) -> Value {
    json!({
        "Id": format!("7d1e4b52-93c8-4f0a-8a51-{:0>12}", number.trim_start_matches('0')),
        "Number": number,
        "Name": name,
        "City": city,
        "Country": country,
        "CreditLimit": {"Value": limit, "Currency": "EUR"},
    })
}

impl Inner {
    /// The client that a good bearer token speaks for.
    fn bearer(&self, headers: &HeaderMap) -> Result<String, Barred> {
        let value = headers.get(header::AUTHORIZATION).ok_or(Barred::NoToken)?;
        let value = value.to_str().map_err(|_| Barred::Malformed)?;
        let (scheme, token) = value.split_once(' ').ok_or(Barred::Malformed)?;
        if !scheme.eq_ignore_ascii_case("Bearer") {
            return Err(Barred::NoToken);
        }
        let claims = self.key.open(token.trim(), hs256_key).ok_or(Barred::NotOurs)?;
        if claims["iss"] != self.issuer.as_str() || !has(&claims["aud"], AUDIENCE) {
            return Err(Barred::NotOurs);
        }
        let expires_at = claims["exp"].as_i64().ok_or(Barred::NotOurs)?;
        if self.clock.now().as_second() >= expires_at {
            return Err(Barred::Expired);
        }
        let jti = claims["jti"].as_str().ok_or(Barred::NotOurs)?;
        match self.tables().grants.access_state(jti) {
            AccessState::Live => {}
            AccessState::Revoked => return Err(Barred::Revoked),
            AccessState::Unknown => return Err(Barred::NotOurs),
        }
        if !has(&claims["scope"], AUDIENCE) {
            return Err(Barred::NoScope);
        }
        Ok(claims["client_id"].as_str().unwrap_or_default().to_owned())
    }
}

/// The key of the tenant that an HS256 token names.
fn hs256_key(claims: &Value) -> Option<&'static [u8]> {
    let client = tenant::client(claims["client_id"].as_str()?)?;
    client.renews_with_hs256.then_some(client.client_secret.as_bytes())
}

/// Whether a claim that may be a text or an array of texts holds this word.
fn has(claim: &Value, word: &str) -> bool {
    match claim {
        Value::Array(all) => all.iter().any(|value| value == word),
        value => value == word,
    }
}

impl Barred {
    /// Status, `WWW-Authenticate` and a sentence (RFC 6750 §3, §3.1). Without a token the challenge names no error.
    fn facts(&self) -> (StatusCode, &'static str, &'static str) {
        const UNAUTHORIZED: StatusCode = StatusCode::UNAUTHORIZED;
        match self {
            Self::NoToken => (UNAUTHORIZED, "Bearer realm=\"DomainApi\"", "There was no access token"),
            Self::Malformed => (
                StatusCode::BAD_REQUEST,
                "Bearer error=\"invalid_request\", error_description=\"The Authorization header is malformed\"",
                "The Authorization header is malformed",
            ),
            Self::Expired => (
                UNAUTHORIZED,
                "Bearer error=\"invalid_token\", error_description=\"The access token expired\"",
                "The access token expired",
            ),
            Self::Revoked => (
                UNAUTHORIZED,
                "Bearer error=\"invalid_token\", error_description=\"The access token was revoked\"",
                "The access token was revoked",
            ),
            Self::NotOurs => (
                UNAUTHORIZED,
                "Bearer error=\"invalid_token\", error_description=\"The access token is not one of this server\"",
                "The access token is not one of this server",
            ),
            Self::NoScope => (
                StatusCode::FORBIDDEN,
                "Bearer error=\"insufficient_scope\", \
                 error_description=\"The access token lacks the scope DomainApi\", scope=\"DomainApi\"",
                "The access token lacks the scope DomainApi",
            ),
        }
    }
}

impl IntoResponse for Barred {
    fn into_response(self) -> Response {
        let (status, challenge, text) = self.facts();
        let code = match self {
            Self::NoToken => "no_token",
            Self::Malformed => "invalid_request",
            Self::NoScope => "insufficient_scope",
            _ => "invalid_token",
        };
        let mut response = answer(status, error_body(code, text), text.to_owned());
        response
            .headers_mut()
            .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        response
    }
}

/// An error in OData's form (OData JSON Format 4.01 §21.1).
fn error_body(code: &str, message: &str) -> Value {
    json!({"error": {"code": code, "message": message}})
}

fn answer(status: StatusCode, body: Value, why: String) -> Response {
    let mut response = (status, [(header::CACHE_CONTROL, "no-store")], Json(body)).into_response();
    response.extensions_mut().insert(Why(why));
    response
}
