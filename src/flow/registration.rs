//! Registering a client by a request (RFC 7591 §3).

use url::Url;

use super::http::{Body, Http, HttpError, Outgoing};
use super::transcript::Transcript;
use crate::model::Secret;
use crate::model::exchange::Purpose;
use crate::model::metadata::registration::{RegistrationRequest, RegistrationResponse};
use crate::model::redact::{redact, redact_words};
use crate::model::redirect::is_loopback;
use crate::model::response::RawResponse;

/// Why no client was registered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegistrationError {
    /// No answer.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// The secret of the client would cross a network in the open (RFC 7591 §5).
    #[error(
        "The registration endpoint {0} is not https: everybody on the way could read the client's secret (RFC 7591 §5)"
    )]
    NotHttps(Url),
    /// A redirect where none may be.
    #[error("The registration endpoint redirects to {to} (status {status}). A client is not registered elsewhere")]
    Redirected {
        /// The HTTP status.
        status: u16,
        /// `Location`.
        to: String,
    },
    /// A refusal (RFC 7591 §3.2.2), or an answer without a client. What to do stands in the sentence.
    #[error("{problem} (status {status})")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// The server's own word for it, when it has one.
        code: Option<String>,
        /// One sentence.
        problem: String,
    },
}

/// Registers a client at `endpoint`. `initial_access_token` where the server wants one (RFC 7591 §3).
pub async fn register(
    http: &Http,
    endpoint: &Url,
    insecure: bool,
    request: &RegistrationRequest,
    initial_access_token: Option<&Secret>,
    transcript: &mut Transcript,
) -> Result<RegistrationResponse, RegistrationError> {
    if endpoint.scheme() != "https" && !insecure && !is_loopback(endpoint) {
        return Err(RegistrationError::NotHttps(endpoint.clone()));
    }
    let body = Body::Json(Secret::new(request.to_json().to_string()));
    // What an answer may repeat and must not show.
    let secrets: Vec<Secret> = initial_access_token.into_iter().cloned().collect();
    let outgoing = Outgoing {
        authorization: initial_access_token.map(|token| Secret::new(format!("Bearer {}", token.expose()))),
        secrets: secrets.clone(),
        ..Outgoing::post(Purpose::Registration, endpoint.clone(), body)
    };
    let sent = http.send(outgoing).await;
    transcript.record(sent.exchange);
    let answer = sent.result?;
    let status = answer.status;
    if (300..400).contains(&status) {
        let to = answer.header("location").unwrap_or("nowhere");
        return Err(RegistrationError::Redirected {
            status,
            to: redact(to, &secrets).chars().take(200).collect(),
        });
    }
    let read = |body: &[u8]| {
        RegistrationResponse::parse(RawResponse {
            status,
            content_type: answer.header("content-type"),
            body,
        })
    };
    let response = read(&answer.body);
    if status < 400 && response.problem().is_none() {
        return Ok(response);
    }
    // Read again without the token: words that were cut already could end in a part of it.
    let refusal = read(redact_words(&String::from_utf8_lossy(&answer.body), &secrets).as_bytes());
    let problem = refusal.problem();
    Err(RegistrationError::Refused {
        status,
        code: refusal.error.map(|error| error.error),
        problem: problem.unwrap_or_else(|| "The registration endpoint refused without a word".to_owned()),
    })
}
