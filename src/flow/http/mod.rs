//! The HTTP client: it sends a request as it is, records what went over the wire, and follows nothing by itself.

mod certificate;
mod explain;
mod outgoing;
mod tls_problem;
mod transport;
mod trust;

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use url::Url;

pub use explain::HttpError;
pub use outgoing::{Body, Outgoing};
pub use tls_problem::TlsProblem;
pub use transport::{ProxyOwner, TransportError};

use explain::explain;
use transport::{Clients, Way};

use super::key_cache::KeyCache;
use crate::model::exchange::{Exchange, ExchangeResponse};
use crate::model::lifetime::ServerTime;
use crate::model::redact::{redact, redact_header};
use crate::model::transport::Transport;
use crate::model::{Clock, Secret};

/// How long and how much is taken from a server.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// From sending to the last byte.
    pub time: Duration,
    /// Bytes of a body, after decompression.
    pub body_len: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            time: Duration::from_secs(30),
            body_len: 4 * 1024 * 1024,
        }
    }
}

/// The response header that says how to be let in (RFC 9110 §11.6.1). It may stand more than once.
pub(super) const WWW_AUTHENTICATE: &str = "www-authenticate";

/// What came back.
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, whole. It may hold tokens: never print it.
    pub body: Vec<u8>,
    /// When it was complete, by the local clock.
    pub received_at: Timestamp,
    /// The server's clock, when the answer had a `Date`.
    pub server_time: ServerTime,
    /// Milliseconds from sending to the end.
    pub latency_ms: f64,
}

impl Answer {
    /// A header as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Each line of a header that may stand more than once, as text.
    pub fn header_lines(&self, name: &str) -> impl Iterator<Item = &str> {
        self.headers.get_all(name).iter().filter_map(|line| line.to_str().ok())
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("status", &self.status)
            .field("body_len", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// The result of one request, with its record. The record exists whether an answer came or not.
#[derive(Debug)]
pub struct Sent {
    /// The record, redacted.
    pub exchange: Exchange,
    /// The answer, or why none came.
    pub result: Result<Answer, HttpError>,
}

/// The client.
#[derive(Clone, Debug)]
pub struct Http {
    clients: Clients,
    clock: Arc<dyn Clock>,
    limits: Limits,
    key_cache: Arc<KeyCache>,
}

impl Http {
    /// A client that trusts what this machine trusts and takes its proxy. Reads the machine's certificates: not on the
    /// window's thread.
    pub fn new(clock: Arc<dyn Clock>, limits: Limits) -> Self {
        Self::with_transport(clock, limits, &Transport::default())
            .expect("a transport without a certificate and a proxy of its own has nothing to be wrong")
    }

    /// A client for the requests of a profile, or which of its fields cannot be used. Reads the machine's certificates:
    /// not on the window's thread.
    pub fn with_transport(
        clock: Arc<dyn Clock>,
        limits: Limits,
        transport: &Transport,
    ) -> Result<Self, TransportError> {
        Ok(Self {
            clients: Clients::new(transport)?,
            clock,
            limits,
            key_cache: Arc::default(),
        })
    }

    /// The key sets that came through this client.
    pub(super) fn key_cache(&self) -> &KeyCache {
        &self.key_cache
    }

    /// The time.
    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Sends a request and reads the whole answer.
    pub async fn send(&self, outgoing: Outgoing) -> Sent {
        let started = Instant::now();
        let sent_at = self.clock.now();
        let url = &outgoing.url;
        let (client, way) = self.clients.choose(url);
        let (headers, unsendable) = match outgoing.header_map() {
            Ok(headers) => (headers, None),
            Err(error) => (HeaderMap::new(), Some(error)),
        };
        let mut first_byte_ms = None;
        let outcome = {
            let conversation = async {
                if let Some(error) = unsendable {
                    return Err(error);
                }
                let mut request = client
                    .request(outgoing.method.clone(), url.clone())
                    .headers(headers.clone());
                if let Some(body) = outgoing.body.text() {
                    request = request.body(body.expose().to_owned());
                }
                let response = request.send().await.map_err(|e| explain(url, &way, &e))?;
                first_byte_ms = Some(ms(started));
                self.read(url, &way, response).await
            };
            match tokio::time::timeout(self.limits.time, conversation).await {
                Ok(outcome) => outcome,
                Err(_) => Err(HttpError::Timeout {
                    host: host_of(url),
                    seconds: self.limits.time.as_secs(),
                }),
            }
        };
        let total_ms = ms(started);
        let received_at = self.clock.now();
        let exchange = Exchange {
            purpose: outgoing.purpose,
            sent_at,
            method: outgoing.method.to_string(),
            url: redact(outgoing.url.as_str(), &outgoing.secrets),
            request_headers: redacted_headers(&headers, &outgoing.secrets),
            request_body: outgoing
                .body
                .text()
                .map(|body| redact(body.expose(), &outgoing.secrets))
                .unwrap_or_default(),
            response: outcome.as_ref().ok().map(|read| ExchangeResponse {
                status: read.status,
                version: read.version.clone(),
                headers: redacted_headers(&read.headers, &outgoing.secrets),
                body: recorded_body(&read.body, &outgoing.secrets),
                body_len: read.body.len(),
            }),
            failure: outcome.as_ref().err().map(ToString::to_string),
            first_byte_ms: first_byte_ms.unwrap_or(total_ms),
            total_ms,
        };
        let result = outcome.map(|read| Answer {
            status: read.status,
            server_time: server_time(&read.headers, sent_at, received_at),
            headers: read.headers,
            body: read.body,
            received_at,
            latency_ms: total_ms,
        });
        Sent { exchange, result }
    }

    async fn read(&self, url: &Url, way: &Way, mut response: reqwest::Response) -> Result<Read, HttpError> {
        if response.status() == reqwest::StatusCode::PROXY_AUTHENTICATION_REQUIRED
            && let Some((proxy, owner)) = &way.proxy
        {
            return Err(HttpError::Proxy {
                owner: *owner,
                proxy: proxy.clone(),
                why: explain::NEEDS_PASSWORD.to_owned(),
            });
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|e| explain(url, way, &e))? {
            if body.len() + chunk.len() > self.limits.body_len {
                return Err(HttpError::TooLarge {
                    host: host_of(url),
                    limit: self.limits.body_len,
                });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Read {
            status: response.status().as_u16(),
            version: format!("{:?}", response.version()),
            headers: response.headers().clone(),
            body,
        })
    }
}

struct Read {
    status: u16,
    version: String,
    headers: HeaderMap,
    body: Vec<u8>,
}

fn redacted_headers(headers: &HeaderMap, secrets: &[Secret]) -> Vec<(String, String)> {
    let text = |(name, value): (&HeaderName, &HeaderValue)| {
        let value = String::from_utf8_lossy(value.as_bytes());
        (name.to_string(), redact_header(name.as_str(), &value, secrets))
    };
    headers.iter().map(text).collect()
}

/// Most bytes of a body that are recorded: a record is for reading, and a thousand of them must fit on a disk.
const MAX_RECORDED_LEN: usize = 64 * 1024;

fn recorded_body(body: &[u8], secrets: &[Secret]) -> String {
    let kept = &body[..body.len().min(MAX_RECORDED_LEN)];
    redact(&String::from_utf8_lossy(kept), secrets)
}

fn server_time(headers: &HeaderMap, sent_at: Timestamp, received_at: Timestamp) -> ServerTime {
    headers
        .get(reqwest::header::DATE)
        .and_then(|date| httpdate::parse_http_date(date.to_str().ok()?).ok())
        .and_then(|date| Timestamp::try_from(date).ok())
        .map_or_else(ServerTime::default, |date| {
            ServerTime::measure(date, sent_at, received_at)
        })
}

fn ms(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1000.0
}

/// Host and port: what a sentence may name of an address.
fn host_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or("?");
    url.port()
        .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}
