//! What signatures are verified with: the key of the profile, else the provider's public keys (RFC 7517 §5).

use jiff::{SignedDuration, Timestamp};
use url::Url;

use super::back_channel::extra_headers;
use super::http::{Http, Outgoing};
use super::party::Party;
use crate::model::Secret;
use crate::model::exchange::{Exchange, ExchangeResponse, Purpose};
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
    (Some(keys), Some(exchange), took_ms)
}

/// Fetches the keys of an address, or says why there are none.
pub async fn fetch_from(
    http: &Http,
    address: Url,
    headers: Vec<(String, Secret)>,
) -> (Result<KeySet, String>, Exchange) {
    let outgoing = Outgoing {
        headers,
        ..Outgoing::get(Purpose::Jwks, address)
    };
    let sent = http.send(outgoing).await;
    let keys = match sent.result {
        Err(error) => Err(error.to_string()),
        Ok(answer) if answer.status != 200 => Err(format!("the JWKS address answered {}", answer.status)),
        Ok(answer) => KeySet::parse(&answer.body),
    };
    (keys, sent.exchange)
}
