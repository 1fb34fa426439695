//! What signatures are verified with: the key of the profile, else the provider's public keys (RFC 7517 §5). Fetched ones are
//! kept as long as their cache headers allow (`key_cache`), and fetched again once for a key that they do not hold.

use http::header::{CACHE_CONTROL, IF_MODIFIED_SINCE, IF_NONE_MATCH};
use http::{HeaderMap, HeaderName, HeaderValue};
use url::Url;

use super::back_channel::extra_headers;
use super::error::FlowError;
use super::http::{Http, Outgoing, Sent};
use super::key_cache::{Asked as Question, Lookup, NO_CACHE};
use super::party::Party;
use crate::model::Secret;
use crate::model::exchange::{Exchange, Purpose};
use crate::model::field::Field;
use crate::model::jwt::decode;
use crate::model::keys::KeySet;
use crate::model::lifetime::ServerTime;
use crate::model::verify::{KeyMaterial, Signature, verify};

/// By these a server says that nothing changed.
const CONDITIONS: [HeaderName; 2] = [IF_NONE_MATCH, IF_MODIFIED_SINCE];

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
    // Exposed to be told apart by their digest.
    let sent = headers.iter().map(|(name, value)| (name.as_str(), value.expose()));
    let question = Question::new(&address, sent);
    let mut conditions = match freshness {
        Freshness::Anew => HeaderMap::from_iter([(CACHE_CONTROL, NO_CACHE)]),
        Freshness::Cached => match cache.look(&question, http.now()) {
            Lookup::Fresh(set, server_time) => {
                let asked = Asked {
                    server_time,
                    ..Asked::default()
                };
                return (Ok(set), asked);
            }
            Lookup::Ask(conditions) => conditions,
        },
    };
    let mut asked = Asked::default();
    loop {
        let is_conditional = CONDITIONS.iter().any(|name| conditions.contains_key(name));
        let answered = ask(http, &address, &headers, &conditions).await;
        asked.exchange = Some(answered.exchange);
        let answer = match answered.result {
            Ok(answer) => answer,
            Err(error) => return (Err(error.into()), asked),
        };
        let status = answer.status;
        asked.server_time = answer.server_time;
        let read = match status {
            200 => KeySet::parse(&answer.body).inspect(|set| cache.store(&question, &answer, set)),
            304 => match cache.renew(&question, &answer) {
                Some(set) => Ok(set),
                // What the server confirms is not what was kept.
                None if is_conditional => {
                    conditions = HeaderMap::new();
                    continue;
                }
                None => Err("the JWKS address answered 304 to a question without conditions".to_owned()),
            },
            _ => Err(format!("the JWKS address answered {status}")),
        };
        return (read.map_err(|why| FlowError::NoKeys { status, why }), asked);
    }
}

async fn ask(http: &Http, address: &Url, headers: &[(String, Secret)], conditions: &HeaderMap) -> Sent {
    let text = |value: &HeaderValue| Secret::new(String::from_utf8_lossy(value.as_bytes()));
    let mut all = headers.to_vec();
    all.extend(conditions.iter().map(|(name, value)| (name.to_string(), text(value))));
    let outgoing = Outgoing {
        headers: all,
        ..Outgoing::get(Purpose::Jwks, address.clone())
    };
    http.send(outgoing).await
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
    let verdicts: Vec<Signature> = tokens.into_iter().map(|token| verdict(&material, token)).collect();
    if !may_ask_again(party.http, address.as_str(), &verdicts) {
        return (material, None);
    }
    let (keys, asked) = fetch_from(party.http, address.clone(), extra_headers(party), Freshness::Anew).await;
    // Where the second question fails, the first answer still stands.
    let keys = keys.ok().map(Ok).or(material.keys);
    (KeyMaterial { keys, ..material }, asked.exchange)
}

/// Whether the keys at `place`, an address or an issuer, are to be fetched again, because some of `verdicts` need a key
/// that is not among them: the token names one that is not known, or the one that it names did not make it, because
/// providers have given a new key an old name. For each name this is answered with yes once, and again only after a pause,
/// which grows. Who is told yes fetches.
pub fn may_ask_again<'a>(http: &Http, place: &str, verdicts: impl IntoIterator<Item = &'a Signature>) -> bool {
    let verdicts: Vec<&Signature> = verdicts.into_iter().collect();
    let kids: Vec<Option<&str>> = verdicts.iter().flat_map(|verdict| verdict.missing_keys()).collect();
    http.key_cache().questions().may_ask(place, &kids, http.now())
}

/// The verdict on a token's signature by these keys.
pub fn verdict(material: &KeyMaterial, token: &Secret) -> Signature {
    // Exposed to be read and verified.
    let token = token.expose();
    verify(token, &decode(token), material)
}
