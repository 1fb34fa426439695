//! A call of an API with the access token (RFC 6750 §2.1).

use reqwest::Method;
use url::Url;

use super::back_channel::extra_headers;
use super::dpop::Dpop;
use super::error::FlowError;
use super::http::{Answer, HttpError, Outgoing};
use super::party::Party;
use super::transcript::Transcript;
use crate::model::exchange::Purpose;
use crate::model::redact::redact_words;
use crate::model::{Secret, Token};

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

/// Calls `url` with the access token: bound to the session's key where it is so (RFC 9449 §7.1), else as a bearer token.
pub async fn call(
    party: Party<'_>,
    purpose: Purpose,
    url: Url,
    access: &Token,
    is_bound: bool,
    transcript: &mut Transcript,
) -> Result<ApiAnswer, FlowError> {
    let dpop = party.dpop.filter(|_| is_bound);
    let access_token = &access.value;
    let mut sent = send(party, purpose, &url, dpop, access_token, transcript).await?;
    if let (Some(dpop), Ok(answer)) = (dpop, &sent.result)
        && dpop.wants_another(&url, answer)
    {
        sent = send(party, purpose, &url, Some(dpop), access_token, transcript).await?;
    }
    let url = sent.url;
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

struct Called {
    url: String,
    result: Result<Answer, HttpError>,
}

async fn send(
    party: Party<'_>,
    purpose: Purpose,
    url: &Url,
    dpop: Option<&Dpop>,
    access_token: &Secret,
    transcript: &mut Transcript,
) -> Result<Called, FlowError> {
    let mut headers = extra_headers(party);
    let mut scheme = "Bearer";
    if let Some(dpop) = dpop {
        scheme = "DPoP";
        headers.push(dpop.header(party, &Method::GET, url, Some(access_token))?);
    }
    let outgoing = Outgoing {
        authorization: Some(Secret::new(format!("{scheme} {}", access_token.expose()))),
        secrets: vec![access_token.clone()],
        headers,
        ..Outgoing::get(purpose, url.clone())
    };
    let sent = party.http.send(outgoing).await;
    let url = sent.exchange.url.clone();
    transcript.record(sent.exchange);
    Ok(Called {
        url,
        result: sent.result,
    })
}
