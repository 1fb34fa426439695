//! The HTTP client: it sends a request as it is, records what went over the wire, and follows nothing by itself.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Method};
use url::Url;

use crate::model::exchange::{Exchange, ExchangeResponse, Purpose};
use crate::model::lifetime::ServerTime;
use crate::model::redact::{redact, redact_header};
use crate::model::redirect::is_loopback;
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

/// What a request carries.
#[derive(Clone, Debug, Default)]
pub enum Body {
    /// Nothing.
    #[default]
    None,
    /// `application/x-www-form-urlencoded`.
    Form(Secret),
    /// `application/json`.
    Json(Secret),
}

impl Body {
    const fn text(&self) -> Option<&Secret> {
        match self {
            Self::None => None,
            Self::Form(text) | Self::Json(text) => Some(text),
        }
    }

    const fn content_type(&self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Form(_) => Some("application/x-www-form-urlencoded"),
            Self::Json(_) => Some("application/json"),
        }
    }
}

/// One request about to be sent.
#[derive(Debug)]
pub struct Outgoing {
    /// What it is for.
    pub purpose: Purpose,
    /// `GET` or `POST`.
    pub method: Method,
    /// Where it goes.
    pub url: Url,
    /// `Authorization`, whole.
    pub authorization: Option<Secret>,
    /// The body.
    pub body: Body,
    /// More headers, each a name and a value.
    pub headers: Vec<(String, Secret)>,
    /// `Accept`; none asks for JSON.
    pub accept: Option<&'static str>,
    /// Every secret in it: they leave the record wherever they stand.
    pub secrets: Vec<Secret>,
}

impl Outgoing {
    /// A plain `GET`.
    pub fn get(purpose: Purpose, url: Url) -> Self {
        Self {
            purpose,
            method: Method::GET,
            url,
            authorization: None,
            body: Body::None,
            headers: Vec::new(),
            accept: None,
            secrets: Vec::new(),
        }
    }
}

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
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("status", &self.status)
            .field("body_len", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// Why no answer came. The address is named, its query is not: it may hold a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    /// Nobody answered in time.
    #[error("{host} did not answer within {seconds} s")]
    Timeout {
        /// The host and port.
        host: String,
        /// The limit.
        seconds: u64,
    },
    /// No connection: nobody listens there, or the name is unknown.
    #[error("{host} cannot be reached: {why}")]
    Connect {
        /// The host and port.
        host: String,
        /// What the system says.
        why: String,
    },
    /// The certificate was not accepted, or there is no TLS at all.
    #[error("{host} cannot be trusted: {why}")]
    Tls {
        /// The host and port.
        host: String,
        /// What is wrong with the certificate.
        why: String,
    },
    /// The body went on beyond the limit.
    #[error("{host} sent more than {} MiB: not read further", limit / (1024 * 1024))]
    TooLarge {
        /// The host and port.
        host: String,
        /// The limit in bytes.
        limit: usize,
    },
    /// The token holds what no header can hold.
    #[error("The token cannot be sent: it holds characters that no HTTP header can hold (RFC 6750 §2.1)")]
    Unsendable,
    /// The connection broke, or what came was no HTTP.
    #[error("{host} broke off: {why}")]
    Broken {
        /// The host and port.
        host: String,
        /// What the system says.
        why: String,
    },
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
    /// For loopback, where no proxy may come between.
    direct: Client,
    /// For everything else, by the system's proxy settings.
    proxied: Client,
    clock: Arc<dyn Clock>,
    limits: Limits,
}

impl Http {
    /// A client. Reads the system's certificates: not on the window's thread.
    pub fn new(clock: Arc<dyn Clock>, limits: Limits) -> Self {
        Self {
            direct: build(reqwest::ClientBuilder::no_proxy),
            proxied: build(|builder| builder),
            clock,
            limits,
        }
    }

    /// Sends a request and reads the whole answer.
    pub async fn send(&self, outgoing: Outgoing) -> Sent {
        let started = Instant::now();
        let sent_at = self.clock.now();
        let host = host_of(&outgoing.url);
        let client = if is_loopback(&outgoing.url) {
            &self.direct
        } else {
            &self.proxied
        };
        let headers = headers_of(&outgoing);
        let can_be_sent = outgoing.authorization.is_none() || headers.contains_key(reqwest::header::AUTHORIZATION);
        let mut first_byte_ms = None;
        let outcome = {
            let conversation = async {
                if !can_be_sent {
                    return Err(HttpError::Unsendable);
                }
                let mut request = client
                    .request(outgoing.method.clone(), outgoing.url.clone())
                    .headers(headers.clone());
                if let Some(text) = outgoing.body.text() {
                    request = request.body(text.expose().to_owned());
                }
                let response = request.send().await.map_err(|e| explain(&host, &e))?;
                first_byte_ms = Some(ms(started));
                self.read(&host, response).await
            };
            match tokio::time::timeout(self.limits.time, conversation).await {
                Ok(outcome) => outcome,
                Err(_) => Err(HttpError::Timeout {
                    host: host.clone(),
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
                .map(|text| redact(text.expose(), &outgoing.secrets))
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

    async fn read(&self, host: &str, mut response: reqwest::Response) -> Result<Read, HttpError> {
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|e| explain(host, &e))? {
            if body.len() + chunk.len() > self.limits.body_len {
                return Err(HttpError::TooLarge {
                    host: host.to_owned(),
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

fn build(settings: impl Fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder) -> Client {
    let builder = || {
        // A token endpoint gets each request once, and nothing is sent to an address that it was not meant for.
        settings(Client::builder())
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .user_agent(concat!("tokenscope/", env!("CARGO_PKG_VERSION")))
    };
    builder()
        .build()
        // A machine without any CA certificate can still speak plain HTTP to loopback.
        .or_else(|_| builder().tls_certs_only(std::iter::empty()).build())
        .expect("a client with no certificates at all can always be built")
}

fn headers_of(outgoing: &Outgoing) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(
        reqwest::header::ACCEPT,
        HeaderValue::from_static(outgoing.accept.unwrap_or("application/json, */*;q=0.5")),
    );
    if let Some(content_type) = outgoing.body.content_type() {
        headers.insert(reqwest::header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    }
    for (name, value) in &outgoing.headers {
        let pair = HeaderName::try_from(name)
            .ok()
            .zip(HeaderValue::from_str(value.expose()).ok());
        if let Some((name, value)) = pair {
            headers.insert(name, value);
        }
    }
    if let Some(authorization) = &outgoing.authorization
        && let Ok(mut value) = HeaderValue::from_str(authorization.expose())
    {
        value.set_sensitive(true);
        headers.insert(reqwest::header::AUTHORIZATION, value);
    }
    headers
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

/// The innermost reason of a client error, which is the one that a person can act on.
fn explain(host: &str, error: &reqwest::Error) -> HttpError {
    let mut source: &dyn std::error::Error = error;
    let mut tls = false;
    while let Some(inner) = source.source() {
        tls |= inner.to_string().contains("certificate") || inner.to_string().contains("tls");
        source = inner;
    }
    let (host, why) = (host.to_owned(), source.to_string());
    if error.is_timeout() {
        HttpError::Timeout { host, seconds: 0 }
    } else if tls {
        HttpError::Tls { host, why }
    } else if error.is_connect() {
        HttpError::Connect { host, why }
    } else {
        HttpError::Broken { host, why }
    }
}
