//! Who the person is (OpenID Connect Core §5.3).

use url::Url;

use super::api::{self, Call};
use super::error::FlowError;
use super::party::Party;
use super::provider_answer::{Answered, ProviderAnswer, Question};
use super::transcript::Transcript;
use crate::model::TokenSet;
use crate::model::claims_checks::userinfo_checks;
use crate::model::exchange::Purpose;
use crate::model::field::Field;

/// A client is registered for one of them; the provider decides (OpenID Connect Core §5.3.2).
const ACCEPT: &str = "application/json, application/jwt, */*;q=0.5";

/// Asks with the access token of `tokens`, and holds the answer against their ID token.
pub async fn userinfo(
    party: Party<'_>,
    tokens: &TokenSet,
    transcript: &mut Transcript,
) -> Result<ProviderAnswer, FlowError> {
    let url: &Url = party
        .endpoints
        .userinfo
        .as_ref()
        .ok_or(FlowError::NoEndpoint(Field::UserinfoEndpoint))?;
    let access = tokens.access.as_ref().ok_or(FlowError::NoCredential("access token"))?;
    let call = Call {
        purpose: Purpose::Userinfo,
        url,
        access,
        is_bound: tokens.is_bound(),
        accept: Some(ACCEPT),
    };
    let (url, answer) = api::get(party, &call, transcript).await?;
    let answered = Answered {
        question: Question::Userinfo,
        url,
        answer,
        secrets: &party.known_secrets(&access.value),
    };
    answered.read(party, tokens, transcript, userinfo_checks).await
}
