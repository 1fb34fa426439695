//! The JWT bearer grant (RFC 7523 §2.1): a statement that the client signs becomes a token.

use super::client_auth::{algorithm, audience, client_key};
use super::error::FlowError;
use super::form::Form;
use super::login::Steps;
use super::party::Party;
use super::step::LoginStep;
use super::token_request::{self, Granted, add_wishes};
use super::transcript::Transcript;
use crate::model::client_assertion::{Assertion, JWT_BEARER_GRANT_TYPE, assertion_grant};
use crate::model::exchange::Purpose;
use crate::model::field::Field;

/// Signs the statement and sends it.
pub(super) async fn log_in(
    party: Party<'_>,
    steps: Steps<'_>,
    transcript: &mut Transcript,
) -> Result<Granted, FlowError> {
    let profile = party.profile;
    let endpoint = party.endpoints.token.as_ref();
    let endpoint = endpoint.ok_or(FlowError::NoEndpoint(Field::TokenEndpoint))?;
    let key = client_key(party)?;
    let assertion = Assertion {
        alg: algorithm(profile, &key)?,
        key: &key,
        issuer: &profile.client_id,
        subject: match profile.assertion_subject.trim() {
            "" => &profile.client_id,
            subject => subject,
        },
        audience: audience(profile, endpoint),
        now: party.clock.now(),
    };
    // Some servers want the scope in the statement, others beside it.
    let assertion = assertion_grant(&assertion, Some(&profile.scope), &[], party.random);
    let mut form = Form::default();
    form.add("grant_type", JWT_BEARER_GRANT_TYPE);
    form.add_secret("assertion", &assertion.map_err(FlowError::Unsigned)?);
    add_wishes(&mut form, party);
    steps.tell(LoginStep::Exchanging);
    token_request::request(party, Purpose::JwtBearer, form, transcript).await
}
