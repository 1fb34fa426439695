//! Pushing the authorization request ahead of the browser (RFC 9126).

use super::back_channel::BackChannel;
use super::error::FlowError;
use super::form::Form;
use super::party::Party;
use super::transcript::Transcript;
use crate::model::authorize::AuthorizationRequest;
use crate::model::checks::{Check, Outcome};
use crate::model::exchange::Purpose;
use crate::model::field::Field;
use crate::model::par::PushedAuthorization;
use crate::model::profile::ClientAuthentication;

/// Sends what the browser would carry, and has `request` carry only its name. Gives what was odd about the answer.
pub(super) async fn push(
    party: Party<'_>,
    request: &mut AuthorizationRequest,
    transcript: &mut Transcript,
) -> Result<Vec<Check>, FlowError> {
    let endpoint = |url: Option<_>, field| url.ok_or(FlowError::NoEndpoint(field));
    let authorization = endpoint(party.endpoints.authorization.as_ref(), Field::AuthorizationEndpoint)?;
    let push = endpoint(
        party.endpoints.pushed_authorization_request.as_ref(),
        Field::PushedAuthorizationRequestEndpoint,
    )?;
    let authentication = party.profile.client_authentication;
    let mut form = Form::default();
    for (name, value) in &request.parameters {
        // Once, and no name in the place of the request itself (RFC 6749 §3.1, RFC 9126 §2.1).
        let is_there = name == "client_id" && names_client(authentication);
        if !is_there && name != "request_uri" {
            form.add(name, value);
        }
    }
    let sent = BackChannel {
        purpose: Purpose::PushedAuthorization,
        endpoint: push,
        authentication,
        form,
        as_json: false,
        // The proof binds the code to its key (RFC 9449 §10.1).
        binds_tokens: true,
    };
    let reply = sent.post(party, transcript).await?;
    let answer = PushedAuthorization::parse(reply.raw()?);
    if let Some(error) = answer.error {
        return Err(reply.refused(error));
    }
    let Some(request_uri) = answer.request_uri.filter(|_| reply.answer.status < 400) else {
        let said = answer.defects.first().map(|defect| format!(". {}", defect.message));
        return Err(FlowError::Useless {
            purpose: Purpose::PushedAuthorization,
            status: reply.answer.status,
            why: format!("The PAR endpoint gave no request_uri{}", said.unwrap_or_default()),
        });
    };
    request.pushed(authorization, &party.profile.client_id, &request_uri);
    let odd = answer.defects.iter();
    Ok(odd
        .map(|defect| Check::of_defect("par", Outcome::Warn, defect))
        .collect())
}

/// Whether the client's proof has its `client_id` among the parameters.
const fn names_client(authentication: ClientAuthentication) -> bool {
    !matches!(
        authentication,
        ClientAuthentication::Omitted
            | ClientAuthentication::ClientSecretBasic
            | ClientAuthentication::ClientSecretBasicRaw
    )
}
