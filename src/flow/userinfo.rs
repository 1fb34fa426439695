//! Who the person is (OpenID Connect Core §5.3).

use url::Url;

use super::api::{self, ApiAnswer, Call};
use super::error::FlowError;
use super::jwks;
use super::party::Party;
use super::provider_answer::{ProviderAnswer, Question};
use super::transcript::Transcript;
use crate::model::claims_answer::ClaimsAnswer;
use crate::model::claims_checks::{ExpectedClaims, userinfo_checks};
use crate::model::exchange::Purpose;
use crate::model::field::Field;
use crate::model::response::RawResponse;
use crate::model::verify::{KeyMaterial, Signature, verify};
use crate::model::{Token, TokenSet};

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
    let known = std::slice::from_ref(&access.value);
    let raw = RawResponse {
        status: answer.status,
        content_type: answer.header("content-type"),
        body: &answer.body,
    };
    let told = ClaimsAnswer::parse(raw, answer.server_time.at(answer.received_at), known);
    let signature = match &told.jwt {
        Some(jwt) => Some(verified(party, jwt, transcript).await),
        None => None,
    };
    let subject = tokens.id.as_ref().and_then(|id| id.decoded.payload.get_str("sub"));
    let checks = if (200..300).contains(&answer.status) {
        let expected = ExpectedClaims {
            issuer: party.endpoints.issuer.as_deref(),
            client_id: Some(&party.profile.client_id),
            subject: subject.as_deref(),
            signature: signature.as_ref(),
        };
        userinfo_checks(&told, &expected)
    } else {
        Vec::new()
    };
    Ok(ProviderAnswer {
        question: Question::Userinfo,
        http: ApiAnswer::new(url, &answer, known),
        members: told.shown(),
        signature,
        error: told.error,
        checks,
    })
}

/// The verdict on the signature of an answer that is a JWT: with the provider's keys, or with the client secret.
pub(super) async fn verified(party: Party<'_>, jwt: &Token, transcript: &mut Transcript) -> Signature {
    let (material, exchange, _) = jwks::material(party).await;
    if let Some(exchange) = exchange {
        transcript.record(exchange);
    }
    let material = KeyMaterial {
        secret_is_the_key: true,
        ..material
    };
    verify(jwt.value.expose(), &jwt.decoded, &material)
}
