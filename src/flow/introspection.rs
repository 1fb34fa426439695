//! What the provider knows of a token (RFC 7662), as JSON or as a JWT (RFC 9701).

use super::api::ApiAnswer;
use super::back_channel::{BackChannel, Reply};
use super::error::FlowError;
use super::form::Form;
use super::party::Party;
use super::provider_answer::{ProviderAnswer, Question};
use super::transcript::Transcript;
use super::userinfo::verified;
use crate::model::claims_answer::ClaimsAnswer;
use crate::model::claims_checks::{Ended, ExpectedClaims, introspection_checks};
use crate::model::exchange::Purpose;
use crate::model::field::Field;
use crate::model::redact::redact;
use crate::model::response::RawResponse;
use crate::model::{TokenKind, TokenSet};

/// Asks about the token of this kind. `ended` says why it may well be inactive.
pub async fn introspect(
    party: Party<'_>,
    tokens: &TokenSet,
    kind: TokenKind,
    ended: Option<Ended>,
    transcript: &mut Transcript,
) -> Result<ProviderAnswer, FlowError> {
    let endpoint = party.endpoints.introspection.as_ref();
    let endpoint = endpoint.ok_or(FlowError::NoEndpoint(Field::IntrospectionEndpoint))?;
    let token = tokens.get(kind).ok_or(FlowError::NoCredential("token of this kind"))?;
    let request = BackChannel {
        purpose: Purpose::Introspection,
        endpoint,
        authentication: party.profile.client_authentication,
        form: token_form(kind, &token.value),
        as_json: false,
        binds_tokens: false,
    };
    let Reply { answer, secrets, .. } = request.post(party, transcript).await?;
    let raw = RawResponse {
        status: answer.status,
        content_type: answer.header("content-type"),
        body: &answer.body,
    };
    let told = ClaimsAnswer::parse(raw, answer.server_time.at(answer.received_at), &secrets);
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
        introspection_checks(&told, &expected, token, ended)
    } else {
        Vec::new()
    };
    Ok(ProviderAnswer {
        question: Question::Introspection(kind),
        http: ApiAnswer::new(redact(endpoint.as_str(), &secrets), &answer, &secrets),
        members: told.shown(),
        signature,
        error: told.error,
        checks,
    })
}

/// The parameters of a request about a token (RFC 7662 §2.1, RFC 7009 §2.1).
pub(super) fn token_form(kind: TokenKind, token: &crate::model::Secret) -> Form {
    let mut form = Form::default();
    form.add_secret("token", token);
    match kind {
        TokenKind::Access => form.add("token_type_hint", "access_token"),
        TokenKind::Refresh => form.add("token_type_hint", "refresh_token"),
        // No hint is registered for it (RFC 7009 §4.1.2).
        TokenKind::Id => {}
    }
    form
}
