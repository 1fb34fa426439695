//! The client credentials grant (RFC 6749 §4.4): the client for itself, without a person and without a refresh token.

use super::error::FlowError;
use super::form::Form;
use super::login::Steps;
use super::party::Party;
use super::step::LoginStep;
use super::token_request::{self, Granted, add_wishes};
use super::transcript::Transcript;
use crate::model::exchange::Purpose;

/// Asks for a token for the client itself.
pub(super) async fn log_in(
    party: Party<'_>,
    steps: Steps<'_>,
    transcript: &mut Transcript,
) -> Result<Granted, FlowError> {
    let mut form = Form::default();
    form.add("grant_type", "client_credentials");
    add_wishes(&mut form, party);
    steps.tell(LoginStep::Exchanging);
    token_request::request(party, Purpose::ClientCredentials, form, transcript).await
}
