//! What signatures are verified with: the key of the profile, else the provider's public keys (RFC 7517 §5).

use jiff::{SignedDuration, Timestamp};
use url::Url;

use super::back_channel::extra_headers;
use super::error::FlowError;
use super::http::{Http, Outgoing};
use super::party::Party;
use crate::model::Secret;
use crate::model::exchange::{Exchange, ExchangeResponse, Purpose};
use crate::model::field::Field;
use crate::model::keys::KeySet;
use crate::model::lifetime::ServerTime;
use crate::model::verify::KeyMaterial;

/// The keys or why there are none, with the record and the milliseconds it took where they were fetched.
pub(super) async fn material(party: Party<'_>) -> (KeyMaterial, Option<Exchange>, f64) {
    let (keys, exchange, took_ms) = match party.verification_key {
        Some(key) => (Some(key.clone()), None, 0.0),
        None => fetch(party).await,
    };
    let material = KeyMaterial {
        keys,
        secret: party.credentials.client_secret.clone(),
        ..KeyMaterial::default()
    };
    (material, exchange, took_ms)
}

/// The clock of the server that the keys came from: of the provider's clock the browser brings nothing.
pub(super) fn server_time(exchange: &Exchange) -> ServerTime {
    let measure = |response: &ExchangeResponse| {
        let (_, date) = response
            .headers
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case("date"))?;
        let date = Timestamp::try_from(httpdate::parse_http_date(date).ok()?).ok()?;
        let took = SignedDuration::try_from_secs_f64(exchange.total_ms / 1000.0).ok()?;
        Some(ServerTime::measure(
            date,
            exchange.sent_at,
            exchange.sent_at.checked_add(took).ok()?,
        ))
    };
    exchange.response.as_ref().and_then(measure).unwrap_or_default()
}

/// Fetches the profile's keys: `None` when there is no address to fetch them from.
async fn fetch(party: Party<'_>) -> (Option<Result<KeySet, String>>, Option<Exchange>, f64) {
    let Some(address) = &party.endpoints.jwks else {
        return (None, None, 0.0);
    };
    let (keys, exchange) = fetch_from(party.http, address.clone(), extra_headers(party)).await;
    let took_ms = exchange.total_ms;
    let keys = keys.map_err(|error| format!("{}. {}", why(&error), error.hint()));
    (Some(keys), Some(exchange), took_ms)
}

/// The reason as it stands behind “No keys: ”.
pub fn why(error: &FlowError) -> String {
    match error {
        FlowError::NoKeys { why, .. } => why.clone(),
        other => other.to_string(),
    }
}

/// The keys of a provider, and where they are from.
#[derive(Clone, Debug)]
pub struct ProviderKeys {
    /// The address that they were fetched from; `None` where it is the key of the profile.
    pub url: Option<String>,
    /// Milliseconds that it took; 0 where nothing was fetched.
    pub latency_ms: f64,
    /// The keys.
    pub set: KeySet,
}

/// The provider's keys, each with what is wrong with it: those at the JWKS address, else the key of the profile.
pub async fn keys(party: Party<'_>) -> Result<ProviderKeys, FlowError> {
    if let Some(address) = &party.endpoints.jwks {
        let (set, exchange) = fetch_from(party.http, address.clone(), extra_headers(party)).await;
        return Ok(ProviderKeys {
            url: Some(exchange.url),
            latency_ms: exchange.total_ms,
            set: set?,
        });
    }
    match party.verification_key {
        Some(Ok(set)) => Ok(ProviderKeys {
            url: None,
            latency_ms: 0.0,
            set: set.clone(),
        }),
        Some(Err(why)) => Err(FlowError::BadKey(why.clone())),
        None => Err(FlowError::NoEndpoint(Field::JwksUri)),
    }
}

/// Fetches the keys of an address, or says why there are none.
pub async fn fetch_from(
    http: &Http,
    address: Url,
    headers: Vec<(String, Secret)>,
) -> (Result<KeySet, FlowError>, Exchange) {
    let outgoing = Outgoing {
        headers,
        ..Outgoing::get(Purpose::Jwks, address)
    };
    let sent = http.send(outgoing).await;
    let keys = sent.result.map_err(FlowError::from).and_then(|answer| {
        let status = answer.status;
        let read = if status == 200 {
            KeySet::parse(&answer.body)
        } else {
            Err(format!("the JWKS address answered {status}"))
        };
        read.map_err(|why| FlowError::NoKeys { status, why })
    });
    (keys, sent.exchange)
}
