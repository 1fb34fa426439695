//! The API that the tokens are for: a few customers behind `GET /api/domain/odata/Crm_Customers`, guarded as
//! RFC 6750 says.

use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde_json::{Value, json};

use super::bearer::{self, Barred};
use super::grant::Grant;
use super::mint::AUDIENCE;
use super::parameters::Parameters;
use super::reply;
use super::state::{Inner, Shared};
use super::tenant::{self, System};

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

/// `GET /api/domain/odata/Crm_Customers`.
pub(super) async fn customers(State(shared): State<Shared>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let who = match shared.erp_caller(&headers) {
        Ok((grant, claims)) if has(&claims["scope"], AUDIENCE) => grant.client.client_id,
        Ok(_) => return bar(Barred::NoScope(AUDIENCE)),
        Err(barred) => return bar(barred),
    };
    let parameters = Parameters::parse(query.unwrap_or_default().as_bytes());
    let top = match parameters.get("$top").map(str::parse::<usize>) {
        None => CUSTOMERS.len(),
        Some(Ok(top)) => top,
        Some(Err(_)) => {
            let text = "$top must be a whole number that is not negative";
            return reply::document(StatusCode::BAD_REQUEST, error_body("invalid_top", text), text);
        }
    };
    let context = format!("{}api/domain/odata/$metadata#Crm_Customers", shared.base);
    let rows: Vec<Value> = CUSTOMERS.iter().take(top).map(row).collect();
    let why = format!("{} customers for {who}", rows.len());
    let body = json!({"@odata.context": context, "value": rows});
    reply::document(StatusCode::OK, body, why)
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
    /// What a good access token of ERP.net stands for, and its claims. Scopes are the caller's business.
    pub(super) fn erp_caller(&self, headers: &HeaderMap) -> Result<(Grant, Value), Barred> {
        let claims = self.erp_claims(bearer::token(headers)?).ok_or(Barred::NotOurs)?;
        Ok((self.bearer_grant(&claims)?, claims))
    }

    /// The claims of an access token that ERP.net issued, whatever its time.
    pub(super) fn erp_claims(&self, token: &str) -> Option<Value> {
        self.key
            .open(token, hs256_key)
            .filter(|claims| claims["iss"] == self.issuer.as_str() && has(&claims["aud"], AUDIENCE))
    }
}

/// The key of the tenant that an HS256 token names.
fn hs256_key(claims: &Value) -> Option<&'static str> {
    let client = tenant::client(System::ErpNet, claims["client_id"].as_str()?)?;
    client.client_secret.filter(|_| client.renews_with_hs256)
}

/// Whether a claim that may be a text or an array of texts holds this word.
fn has(claim: &Value, word: &str) -> bool {
    match claim {
        Value::Array(all) => all.iter().any(|value| value == word),
        value => value == word,
    }
}

fn bar(barred: Barred) -> Response {
    barred.response(AUDIENCE, error_body(barred.code(), &barred.text()))
}

/// An error in OData's form (OData JSON Format 4.01 §21.1).
fn error_body(code: &str, message: &str) -> Value {
    json!({"error": {"code": code, "message": message}})
}
