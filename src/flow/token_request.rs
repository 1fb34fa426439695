//! The token request (RFC 6749 §3.2): a grant goes to the token endpoint, and what the answer means.

use jiff::Timestamp;

use super::back_channel::{BackChannel, Reply};
use super::error::FlowError;
use super::form::Form;
use super::http::{Answer, WWW_AUTHENTICATE};
use super::party::Party;
use super::transcript::Transcript;
use crate::model::Secret;
use crate::model::checks::error_response_checks;
use crate::model::exchange::Purpose;
use crate::model::field::Field;
use crate::model::lifetime::ServerTime;
use crate::model::response::{ResponseHeaders, TokenResponse};

/// Tokens that were granted, not yet judged, and how they came.
#[derive(Debug)]
pub(super) struct Granted {
    /// What was read.
    pub(super) response: TokenResponse,
    /// When, by the local clock.
    pub(super) received_at: Timestamp,
    /// The provider's clock.
    pub(super) server_time: ServerTime,
    /// The token endpoint's answer; none where the browser brought the tokens.
    pub(super) endpoint: Option<Answered>,
}

impl Granted {
    /// What may be signed.
    pub(super) fn tokens(&self) -> impl Iterator<Item = &Secret> {
        let tokens = [&self.response.access_token, &self.response.id_token];
        tokens.into_iter().flatten()
    }
}

/// What is told of the answer that tokens came with.
#[derive(Clone, Debug)]
pub(super) struct Answered {
    /// The HTTP status.
    pub(super) status: u16,
    /// Milliseconds from sending to the end.
    pub(super) latency_ms: f64,
    /// The headers that there are rules for.
    pub(super) headers: ResponseHeaders,
}

/// Sends a login's grant to the token endpoint, with what the profile adds to it.
pub(super) async fn request(
    party: Party<'_>,
    purpose: Purpose,
    mut form: Form,
    transcript: &mut Transcript,
) -> Result<Granted, FlowError> {
    for (name, value) in party.profile.token_pairs() {
        form.add(name, value);
    }
    let endpoint = party.endpoints.token.as_ref();
    let request = BackChannel {
        purpose,
        endpoint: endpoint.ok_or(FlowError::NoEndpoint(Field::TokenEndpoint))?,
        authentication: party.profile.client_authentication,
        form,
        as_json: false,
        binds_tokens: true,
    };
    read(&request.post(party, transcript).await?)
}

/// The parameters that say what the tokens are for: on the token request as on the authorization request (RFC 8707 §2).
pub(super) fn add_targets(form: &mut Form, party: Party<'_>) {
    for resource in &party.profile.resource {
        form.add("resource", resource);
    }
    if !party.profile.audience.is_empty() {
        form.add("audience", &party.profile.audience);
    }
}

/// What is asked for where nobody is asked in a browser: scope, targets, details (RFC 9396 §6).
pub(super) fn add_wishes(form: &mut Form, party: Party<'_>) {
    let details = party.profile.authorization_details.trim();
    for (name, value) in [
        ("scope", party.profile.scope.as_str()),
        ("authorization_details", details),
    ] {
        if !value.is_empty() {
            form.add(name, value);
        }
    }
    add_targets(form, party);
}

fn headers(answer: &Answer) -> ResponseHeaders {
    let lines = |name: &str| {
        let lines: Vec<&str> = answer.header_lines(name).collect();
        (!lines.is_empty()).then(|| lines.join(", "))
    };
    ResponseHeaders {
        content_type: answer.header("content-type").map(str::to_owned),
        cache_control: lines("cache-control"),
        pragma: lines("pragma"),
        has_challenge: answer.headers.contains_key(WWW_AUTHENTICATE),
    }
}

/// An error answer, with whether it was given as it must be (RFC 6749 §5.2).
fn with_checks(mut refused: FlowError, reply: &Reply) -> FlowError {
    if let FlowError::Refused {
        error, status, checks, ..
    } = &mut refused
        && !reply.as_json
    {
        *checks = error_response_checks(error, *status, &headers(&reply.answer), reply.used_header);
    }
    refused
}

/// What an answer means.
pub(super) fn read(reply: &Reply) -> Result<Granted, FlowError> {
    let answer = &reply.answer;
    let response = TokenResponse::parse(reply.raw()?);
    if let Some(error) = response.error.clone() {
        return Err(with_checks(reply.refused(error), reply));
    }
    if answer.status >= 400 || response.access_token.is_none() {
        return Err(FlowError::NoToken {
            purpose: reply.purpose,
            status: answer.status,
            // With an error status it is no answer to take anything from.
            refresh_token: response.refresh_token.filter(|_| answer.status < 400),
            defects: response.defects.into_iter().map(|defect| reply.clean(defect)).collect(),
        });
    }
    Ok(Granted {
        response,
        received_at: answer.received_at,
        server_time: answer.server_time,
        endpoint: Some(Answered {
            status: answer.status,
            latency_ms: answer.latency_ms,
            headers: headers(answer),
        }),
    })
}
