//! What signatures are verified with: the key of the profile, else the provider's public keys (RFC 7517 §5). Fetched ones are
//! kept as long as their cache headers allow (`key_cache`), and fetched again once for a key that they do not hold.

use http::header::CACHE_CONTROL;
use http::{HeaderMap, HeaderValue};
use url::Url;

use super::back_channel::extra_headers;
use super::error::FlowError;
use super::http::{Http, Outgoing};
use super::key_cache::{Lookup, NO_CACHE};
use super::party::Party;
use crate::model::Secret;
use crate::model::exchange::{Exchange, Purpose};
use crate::model::field::Field;
use crate::model::jwt::{Form, decode};
use crate::model::keys::KeySet;
use crate::model::lifetime::ServerTime;
use crate::model::verify::{KeyMaterial, SignatureStatus, verify};

/// What signatures are verified with, and where that came from.
pub(super) struct Fetched {
    /// The keys, or why there are none, and the client secret.
    pub(super) material: KeyMaterial,
    /// The record, where the server was asked now.
    pub(super) exchange: Option<Exchange>,
    /// The clock of the server that the keys came from: of the provider's clock the browser brings nothing.
    pub(super) server_time: ServerTime,
}

impl Fetched {
    /// Milliseconds that it took; 0 where nothing was asked.
    pub(super) fn took_ms(&self) -> f64 {
        self.exchange.as_ref().map_or(0.0, |exchange| exchange.total_ms)
    }
}

/// The key of the profile, else the keys that its provider publishes.
pub(super) async fn material(party: Party<'_>) -> Fetched {
    let (keys, asked) = match (party.verification_key, &party.endpoints.jwks) {
        (Some(key), _) => (Some(key.clone()), Asked::default()),
        (None, None) => (None, Asked::default()),
        (None, Some(address)) => {
            let (keys, asked) = fetch_from(party.http, address.clone(), extra_headers(party), Freshness::Cached).await;
            let keys = keys.map_err(|error| format!("{}. {}", why(&error), error.hint()));
            (Some(keys), asked)
        }
    };
    Fetched {
        material: KeyMaterial {
            keys,
            secret: party.credentials.client_secret.clone(),
            ..KeyMaterial::default()
        },
        exchange: asked.exchange,
        server_time: asked.server_time,
    }
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
pub async fn keys(party: Party<'_>, freshness: Freshness) -> Result<ProviderKeys, FlowError> {
    if let Some(address) = &party.endpoints.jwks {
        let (set, asked) = fetch_from(party.http, address.clone(), extra_headers(party), freshness).await;
        return Ok(ProviderKeys {
            url: Some(address.to_string()),
            latency_ms: asked.exchange.map_or(0.0, |exchange| exchange.total_ms),
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

/// Whether keys that are kept will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// As long as their cache headers allow (RFC 9111 §4.2).
    Cached,
    /// No: ask the server, and let no cache on the way answer for it. A key may have been added since.
    Anew,
}

/// What is known of the question for the keys beside its answer.
#[derive(Debug, Default)]
pub struct Asked {
    /// The record, where the server was asked now.
    pub exchange: Option<Exchange>,
    /// The server's clock, as it was measured when the server was asked last.
    pub server_time: ServerTime,
}

/// The keys of an address, or why there are none.
pub async fn fetch_from(
    http: &Http,
    address: Url,
    headers: Vec<(String, Secret)>,
    freshness: Freshness,
) -> (Result<KeySet, FlowError>, Asked) {
    let cache = http.key_cache();
    let mut sent = HeaderMap::new();
    let conditions = match freshness {
        Freshness::Anew => HeaderMap::from_iter([(CACHE_CONTROL, NO_CACHE)]),
        Freshness::Cached => {
            // What a profile adds may change the answer (RFC 9110 §12.5.5).
            let named = |(name, value): &(String, Secret)| Some((name.parse().ok()?, value.expose().parse().ok()?));
            sent = headers.iter().filter_map(named).collect();
            match cache.look(&address, &sent, http.now()) {
                Lookup::Fresh(set, server_time) => {
                    let asked = Asked {
                        server_time,
                        ..Asked::default()
                    };
                    return (Ok(set), asked);
                }
                Lookup::Ask(conditions) => conditions,
            }
        }
    };
    let text = |value: &HeaderValue| Secret::new(String::from_utf8_lossy(value.as_bytes()));
    let mut all = headers;
    all.extend(conditions.iter().map(|(name, value)| (name.to_string(), text(value))));
    let outgoing = Outgoing {
        headers: all,
        ..Outgoing::get(Purpose::Jwks, address.clone())
    };
    let answered = http.send(outgoing).await;
    let mut server_time = ServerTime::default();
    let keys = answered.result.map_err(FlowError::from).and_then(|answer| {
        let status = answer.status;
        server_time = answer.server_time;
        let read = match status {
            200 => KeySet::parse(&answer.body).inspect(|set| cache.store(&address, &sent, &answer, set)),
            304 => cache
                .renew(&address, &sent, &answer)
                .ok_or_else(|| "the JWKS address answered 304 to a question without conditions".to_owned()),
            _ => Err(format!("the JWKS address answered {status}")),
        };
        read.map_err(|why| FlowError::NoKeys { status, why })
    });
    let asked = Asked {
        exchange: Some(answered.exchange),
        server_time,
    };
    (keys, asked)
}

/// The keys again, once, where those that are there may be older than one of `tokens`. With the record of the request,
/// where one went out.
pub(super) async fn with_new_keys<'a>(
    party: Party<'_>,
    material: KeyMaterial,
    tokens: impl IntoIterator<Item = &'a Secret>,
) -> (KeyMaterial, Option<Exchange>) {
    let (Some(address), None) = (&party.endpoints.jwks, party.verification_key) else {
        return (material, None);
    };
    if !tokens.into_iter().any(|token| may_be_outdated(&material, token)) {
        return (material, None);
    }
    let (keys, asked) = fetch_from(party.http, address.clone(), extra_headers(party), Freshness::Anew).await;
    // Where the second question fails, the first answer still stands.
    let keys = keys.ok().map(Ok).or(material.keys);
    (KeyMaterial { keys, ..material }, asked.exchange)
}

/// Whether the provider may have other keys by now: the token names one that is not among them, or the one that it names did
/// not make it, because providers have given a new key an old name.
pub fn may_be_outdated(material: &KeyMaterial, token: &Secret) -> bool {
    let Some(Ok(set)) = &material.keys else { return false };
    // Exposed to be read and verified.
    let decoded = decode(token.expose());
    if decoded.form != Form::Jws || decoded.alg().is_none_or(|alg| alg.starts_with("HS") || alg == "none") {
        return false;
    }
    let is_known = |kid: String| set.keys.iter().any(|key| key.kid.as_deref() == Some(kid.as_str()));
    !decoded.kid().is_none_or(is_known) || verify(token.expose(), &decoded, material).status == SignatureStatus::Invalid
}
