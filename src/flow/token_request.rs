//! The token request (RFC 6749 §3.2): a grant goes to the token endpoint, and what the answer means.

use super::back_channel::{BackChannel, Reply};
use super::error::FlowError;
use super::form::Form;
use super::http::Answer;
use super::party::Party;
use super::transcript::Transcript;
use crate::model::exchange::Purpose;
use crate::model::field::Field;
use crate::model::redact::{redact, redact_words};
use crate::model::response::{RawResponse, TokenError, TokenResponse};

/// A token response that holds an access token, and the answer that it was read from.
#[derive(Debug)]
pub(super) struct Granted {
    /// What was read.
    pub(super) response: TokenResponse,
    /// As it came.
    pub(super) answer: Answer,
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
    read(request.post(party, transcript).await?)
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

/// What an answer means.
pub(super) fn read(reply: Reply) -> Result<Granted, FlowError> {
    let Reply { answer, secrets } = reply;
    if (300..400).contains(&answer.status) {
        let to = answer.header("location").unwrap_or("nowhere").to_owned();
        return Err(FlowError::Redirected {
            status: answer.status,
            to: redact(&to, &secrets),
        });
    }
    let response = TokenResponse::parse(RawResponse {
        status: answer.status,
        content_type: answer.header("content-type"),
        body: &answer.body,
    });
    if let Some(error) = response.error.clone() {
        return Err(FlowError::Refused {
            status: answer.status,
            error: TokenError {
                error: redact_words(&error.error, &secrets),
                error_description: error.error_description.map(|words| redact_words(&words, &secrets)),
            },
        });
    }
    if answer.status >= 400 || response.access_token.is_none() {
        return Err(FlowError::NoToken {
            status: answer.status,
            defects: response.defects,
        });
    }
    Ok(Granted { response, answer })
}
