//! A login by JSON: user name, password, client id and scope in one object. It is no OAuth; `MyCorp-Auth` has it so.

use super::back_channel::BackChannel;
use super::error::FlowError;
use super::form::Form;
use super::login::Steps;
use super::party::Party;
use super::password::password;
use super::step::LoginStep;
use super::token_request::{self, Granted};
use super::transcript::Transcript;
use crate::model::exchange::Purpose;
use crate::model::field::Field;

/// Sends user name and password as JSON.
pub(super) async fn log_in(
    party: Party<'_>,
    steps: Steps<'_>,
    transcript: &mut Transcript,
) -> Result<Granted, FlowError> {
    let profile = party.profile;
    let mut form = Form::default();
    form.add("username", &party.credentials.username);
    form.add_secret("password", password(party)?);
    let mut after = Form::default();
    if !profile.scope.is_empty() {
        after.add("scope", &profile.scope);
    }
    for (name, value) in profile.token_pairs() {
        after.add(name, value);
    }
    after.put_first(form);
    steps.tell(LoginStep::Exchanging);
    let endpoint = party.endpoints.token.as_ref();
    let request = BackChannel {
        purpose: Purpose::Password,
        endpoint: endpoint.ok_or(FlowError::NoEndpoint(Field::TokenEndpoint))?,
        authentication: profile.client_authentication,
        form: after,
        as_json: true,
        binds_tokens: true,
    };
    token_request::read(&request.post(party, transcript).await?)
}
