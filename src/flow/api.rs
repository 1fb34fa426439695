//! A call of an API with the access token (RFC 6750 §2.1).

use url::Url;

use super::back_channel::extra_headers;
use super::http::{HttpError, Outgoing};
use super::party::Party;
use super::transcript::Transcript;
use crate::model::Secret;
use crate::model::exchange::Purpose;
use crate::model::redact::redact_words;

/// What the API said.
#[derive(Clone, Debug, PartialEq)]
pub struct ApiAnswer {
    /// The address that was called.
    pub url: String,
    /// The HTTP status.
    pub status: u16,
    /// Milliseconds that it took.
    pub latency_ms: f64,
    /// `WWW-Authenticate`, where the API says what is wrong with the token (RFC 6750 §3); without the token itself.
    pub www_authenticate: Option<String>,
    /// `Content-Type`.
    pub content_type: Option<String>,
    /// The body as text, cut to 64 KiB, without the access token and without signatures.
    pub body: String,
}

/// Longest piece of a body that is shown, in bytes.
const MAX_SHOWN_LEN: usize = 64 * 1024;

/// Calls `url` with the access token.
pub async fn call(
    party: Party<'_>,
    url: Url,
    access_token: &Secret,
    transcript: &mut Transcript,
) -> Result<ApiAnswer, HttpError> {
    let sent = party
        .http
        .send(Outgoing {
            authorization: Some(Secret::new(format!("Bearer {}", access_token.expose()))),
            secrets: vec![access_token.clone()],
            headers: extra_headers(party),
            ..Outgoing::get(Purpose::Api, url)
        })
        .await;
    let url = sent.exchange.url.clone();
    transcript.record(sent.exchange);
    let answer = sent.result?;
    let shown = &answer.body[..answer.body.len().min(MAX_SHOWN_LEN)];
    Ok(ApiAnswer {
        url,
        status: answer.status,
        latency_ms: answer.latency_ms,
        www_authenticate: answer
            .header("www-authenticate")
            .map(|words| redact_words(words, std::slice::from_ref(access_token))),
        content_type: answer.header("content-type").map(str::to_owned),
        body: redact_words(&String::from_utf8_lossy(shown), std::slice::from_ref(access_token)),
    })
}
