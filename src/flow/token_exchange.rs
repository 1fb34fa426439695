//! The token exchange (RFC 8693): one token becomes another.

use super::error::FlowError;
use super::form::Form;
use super::login::{Steps, Won};
use super::party::Party;
use super::step::LoginStep;
use super::token_request::{self, add_wishes};
use super::transcript::Transcript;
use crate::model::checks::issued_token_type_checks;
use crate::model::exchange::Purpose;
use crate::model::profile::Grant;

/// `subject_token_type` where the profile names none (RFC 8693 §3).
const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";

/// Sends the token that the person or another profile gave (RFC 8693 §2.1).
pub(super) async fn log_in(party: Party<'_>, steps: Steps<'_>, transcript: &mut Transcript) -> Result<Won, FlowError> {
    let profile = party.profile;
    let subject_token = party.credentials.subject_token.as_ref();
    let mut form = Form::default();
    form.add("grant_type", Grant::TokenExchange.grant_type().unwrap_or_default());
    form.add_secret(
        "subject_token",
        subject_token.ok_or(FlowError::NoCredential("token to exchange"))?,
    );
    form.add(
        "subject_token_type",
        match profile.subject_token_type.trim() {
            "" => ACCESS_TOKEN,
            named => named,
        },
    );
    let requested = profile.requested_token_type.trim();
    if !requested.is_empty() {
        form.add("requested_token_type", requested);
    }
    add_wishes(&mut form, party);
    steps.tell(LoginStep::Exchanging);
    let granted = token_request::request(party, Purpose::TokenExchange, form, transcript).await?;
    Ok(Won {
        checks: issued_token_type_checks(&granted.response, requested),
        ..Won::directly(granted)
    })
}
