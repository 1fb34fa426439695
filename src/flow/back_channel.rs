//! One request from this program to the provider, without the browser: the client proves who it is, and what went over
//! the wire is recorded.

use reqwest::Method;
use url::Url;

use super::client_auth::prove;
use super::error::FlowError;
use super::form::Form;
use super::http::{Answer, Body, Outgoing};
use super::party::Party;
use super::transcript::Transcript;
use crate::model::Secret;
use crate::model::defect::Defect;
use crate::model::exchange::Purpose;
use crate::model::profile::ClientAuthentication;
use crate::model::redact::{redact, redact_words};
use crate::model::response::{RawResponse, TokenError};

/// A request to one of the provider's endpoints.
#[derive(Debug)]
pub(super) struct BackChannel<'a> {
    /// What it is for.
    pub(super) purpose: Purpose,
    /// Where it goes.
    pub(super) endpoint: &'a Url,
    /// How the client proves who it is.
    pub(super) authentication: ClientAuthentication,
    /// The parameters, without those of the client.
    pub(super) form: Form,
    /// Whether the body is JSON and not a form.
    pub(super) as_json: bool,
    /// Whether tokens may come back, to be bound to the session's key (RFC 9449 §5).
    pub(super) binds_tokens: bool,
}

/// What came back, and every secret that was sent: an answer may repeat them.
#[derive(Debug)]
pub(super) struct Reply {
    /// What was asked for.
    pub(super) purpose: Purpose,
    /// The answer.
    pub(super) answer: Answer,
    /// What must not be shown of it.
    pub(super) secrets: Vec<Secret>,
    /// Whether the client proved who it is in the `Authorization` header.
    pub(super) used_header: bool,
    /// Whether the request was JSON, and so none of OAuth.
    pub(super) as_json: bool,
}

impl Reply {
    /// The answer as its parsers take it. A redirect is an error: secrets are not sent after one.
    pub(super) fn raw(&self) -> Result<RawResponse<'_>, FlowError> {
        let status = self.answer.status;
        if (300..400).contains(&status) {
            let to = self.answer.header("location").unwrap_or("nowhere");
            return Err(FlowError::Redirected {
                purpose: self.purpose,
                status,
                to: redact(to, &self.secrets),
            });
        }
        Ok(RawResponse {
            status,
            content_type: self.answer.header("content-type"),
            body: &self.answer.body,
        })
    }

    /// What is wrong with the answer, without the secrets that its words may repeat.
    pub(super) fn clean(&self, defect: Defect) -> Defect {
        Defect {
            message: redact_words(&defect.message, &self.secrets),
            ..defect
        }
    }

    /// An error answer, without the secrets that it may repeat.
    pub(super) fn refused(&self, error: TokenError) -> FlowError {
        let clean = |words: String| redact_words(&words, &self.secrets);
        FlowError::Refused {
            purpose: self.purpose,
            status: self.answer.status,
            error: TokenError {
                error: clean(error.error),
                error_description: error.error_description.map(clean),
            },
            checks: Vec::new(),
        }
    }
}

impl BackChannel<'_> {
    /// Sends it as `POST`. A server that wants a DPoP proof with its nonce gets the request once more.
    pub(super) async fn post(self, party: Party<'_>, transcript: &mut Transcript) -> Result<Reply, FlowError> {
        let (mut reply, wants_another) = self.post_once(party, transcript).await?;
        if wants_another {
            (reply, _) = self.post_once(party, transcript).await?;
        }
        Ok(reply)
    }

    /// The reply, and whether the request should be sent once more with the nonce in it.
    async fn post_once(&self, party: Party<'_>, transcript: &mut Transcript) -> Result<(Reply, bool), FlowError> {
        let proof = prove(party, self.authentication, self.endpoint)?;
        let mut form = self.form.clone();
        form.put_first(proof.form);
        let mut secrets = form.secrets().to_vec();
        secrets.extend(party.credentials.client_secret.clone());
        secrets.extend(proof.authorization.clone());
        let body = if self.as_json {
            Body::Json(form.to_json())
        } else {
            Body::Form(form.encode())
        };
        let mut headers = extra_headers(party);
        let dpop = party.dpop.filter(|_| self.binds_tokens);
        let mut nonce = None;
        if let Some(dpop) = dpop {
            let proof = dpop.header(party, &Method::POST, self.endpoint, None)?;
            headers.push(proof.header);
            nonce = proof.nonce;
        }
        let used_header = proof.authorization.is_some();
        let outgoing = Outgoing {
            authorization: proof.authorization,
            headers,
            secrets: secrets.clone(),
            ..Outgoing::post(self.purpose, self.endpoint.clone(), body)
        };
        let sent = party.http.send(outgoing).await;
        transcript.record(sent.exchange);
        let answer = sent.result?;
        tracing::debug!(
            purpose = self.purpose.as_str(),
            status = answer.status,
            latency_ms = answer.latency_ms,
            "the provider answered"
        );
        let wants_another = dpop.is_some_and(|dpop| dpop.wants_another(self.endpoint, &answer, nonce.as_deref()));
        let reply = Reply {
            purpose: self.purpose,
            answer,
            secrets,
            used_header,
            as_json: self.as_json,
        };
        Ok((reply, wants_another))
    }
}

/// The headers that the profile adds to every request.
pub(super) fn extra_headers(party: Party<'_>) -> Vec<(String, Secret)> {
    let owned = |(name, value): (&str, &str)| (name.to_owned(), Secret::new(value));
    party.profile.header_pairs().map(owned).collect()
}
