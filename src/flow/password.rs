//! The password grant (RFC 6749 §4.3): discouraged (RFC 9700 §2.4), and still what some servers have.

use super::error::FlowError;
use super::form::Form;
use super::login::Steps;
use super::party::Party;
use super::step::LoginStep;
use super::token_request::{self, Granted, add_wishes};
use super::transcript::Transcript;
use crate::model::Secret;
use crate::model::exchange::Purpose;

/// Sends user name and password to the token endpoint.
pub(super) async fn log_in(
    party: Party<'_>,
    steps: Steps<'_>,
    transcript: &mut Transcript,
) -> Result<Granted, FlowError> {
    let password = password(party)?;
    let mut form = Form::default();
    form.add("grant_type", "password");
    form.add("username", &party.credentials.username);
    form.add_secret("password", password);
    add_wishes(&mut form, party);
    steps.tell(LoginStep::Exchanging);
    token_request::request(party, Purpose::Password, form, transcript).await
}

/// The password that was given for this login.
pub(super) fn password(party: Party<'_>) -> Result<&Secret, FlowError> {
    let given = party.credentials.password.as_ref();
    given.ok_or(FlowError::NoCredential("password"))
}
