//! The provider's public keys (RFC 7517 §5).

use url::Url;

use super::http::{Http, Outgoing};
use crate::model::exchange::{Exchange, Purpose};
use crate::model::keys::KeySet;

/// Fetches the keys: `None` when there is no address to fetch them from, else the keys or why there are none, with the
/// record and the milliseconds it took.
pub async fn fetch(http: &Http, address: Option<&Url>) -> (Option<Result<KeySet, String>>, Option<Exchange>, f64) {
    let Some(address) = address else {
        return (None, None, 0.0);
    };
    let sent = http.send(Outgoing::get(Purpose::Jwks, address.clone())).await;
    let took_ms = sent.exchange.total_ms;
    let keys = match sent.result {
        Err(error) => Err(error.to_string()),
        Ok(answer) if answer.status != 200 => Err(format!("the JWKS address answered {}", answer.status)),
        Ok(answer) => KeySet::parse(&answer.body),
    };
    (Some(keys), Some(sent.exchange), took_ms)
}
