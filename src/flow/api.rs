//! A call of an API with the access token (RFC 6750 §2.1).

use reqwest::Method;
use url::Url;

use super::back_channel::extra_headers;
use super::dpop::Dpop;
use super::error::FlowError;
use super::http::{Answer, HttpError, Outgoing, WWW_AUTHENTICATE};
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
    /// `WWW-Authenticate`, where the API says what is wrong with the token (RFC 6750 §3); without the token itself. Several
    /// lines stand here as one, with commas (RFC 9110 §5.3).
    pub www_authenticate: Option<String>,
    /// `Content-Type`.
    pub content_type: Option<String>,
    /// The body as text, cut to 64 KiB, without the access token and without signatures.
    pub body: String,
}

/// Longest piece of a body that is shown, in bytes.
const MAX_SHOWN_LEN: usize = 64 * 1024;

/// A `GET` with the access token.
pub(super) struct Call<'a> {
    /// What it is for.
    pub(super) purpose: Purpose,
    /// Where it goes.
    pub(super) url: &'a Url,
    /// The token.
    pub(super) access: &'a Token,
    /// Whether the token works only with the session's key.
    pub(super) is_bound: bool,
    /// `Accept`, where it is not JSON.
    pub(super) accept: Option<&'static str>,
}

/// Calls `url` with the access token: bound to the session's key where it is so (RFC 9449 §7.1), else as a bearer token.
pub async fn call(
    party: Party<'_>,
    purpose: Purpose,
    url: Url,
    access: &Token,
    is_bound: bool,
    transcript: &mut Transcript,
) -> Result<ApiAnswer, FlowError> {
    let call = Call {
        purpose,
        url: &url,
        access,
        is_bound,
        accept: None,
    };
    let (url, answer) = get(party, &call, transcript).await?;
    Ok(ApiAnswer::new(url, &answer, &party.known_secrets(&access.value)))
}

/// The same, with the answer as it came, and its address without secrets.
pub(super) async fn get(
    party: Party<'_>,
    call: &Call<'_>,
    transcript: &mut Transcript,
) -> Result<(String, Answer), FlowError> {
    let dpop = party.dpop.filter(|_| call.is_bound);
    let mut sent = send(party, call, dpop, transcript).await?;
    if sent.wants_another {
        sent = send(party, call, dpop, transcript).await?;
    }
    Ok((sent.url, sent.result?))
}

impl ApiAnswer {
    /// An answer as it may be shown: without `secrets` and without signatures.
    pub(super) fn new(url: String, answer: &Answer, secrets: &[Secret]) -> Self {
        let shown = &answer.body[..answer.body.len().min(MAX_SHOWN_LEN)];
        let challenges: Vec<&str> = answer.header_lines(WWW_AUTHENTICATE).collect();
        Self {
            url,
            status: answer.status,
            latency_ms: answer.latency_ms,
            www_authenticate: (!challenges.is_empty()).then(|| redact_words(&challenges.join(", "), secrets)),
            content_type: answer.header("content-type").map(str::to_owned),
            body: redact_words(&String::from_utf8_lossy(shown), secrets),
        }
    }
}

struct Called {
    url: String,
    result: Result<Answer, HttpError>,
    /// Whether the request should be sent once more with the nonce of the answer.
    wants_another: bool,
}

async fn send(
    party: Party<'_>,
    call: &Call<'_>,
    dpop: Option<&Dpop>,
    transcript: &mut Transcript,
) -> Result<Called, FlowError> {
    let access_token = &call.access.value;
    let mut headers = extra_headers(party);
    let (mut scheme, mut nonce) = ("Bearer", None);
    if let Some(dpop) = dpop {
        scheme = "DPoP";
        let proof = dpop.header(party, &Method::GET, call.url, Some(access_token))?;
        headers.push(proof.header);
        nonce = proof.nonce;
    }
    let outgoing = Outgoing {
        authorization: Some(Secret::new(format!("{scheme} {}", access_token.expose()))),
        secrets: party.known_secrets(access_token),
        headers,
        accept: call.accept,
        ..Outgoing::get(call.purpose, call.url.clone())
    };
    let sent = party.http.send(outgoing).await;
    let url = sent.exchange.url.clone();
    transcript.record(sent.exchange);
    let wants = |dpop: &Dpop| {
        let answer = sent.result.as_ref();
        answer.is_ok_and(|answer| dpop.wants_another(call.url, answer, nonce.as_deref()))
    };
    Ok(Called {
        url,
        wants_another: dpop.is_some_and(wants),
        result: sent.result,
    })
}
