//! The end of a token (RFC 7009).

use super::back_channel::{BackChannel, Reply};
use super::error::FlowError;
use super::introspection::token_form;
use super::party::Party;
use super::transcript::Transcript;
use crate::model::Secret;
use crate::model::TokenKind;
use crate::model::checks::{Check, in_clear_check};
use crate::model::claims_answer::ClaimsAnswer;
use crate::model::exchange::Purpose;
use crate::model::field::Field;
use crate::model::redact::redact;
use crate::model::response::{RawResponse, TokenError};

/// The word for a refusal that has none of its own.
pub(super) const NOT_REVOKED: &str = "not_revoked";

/// A revocation that the provider took.
#[derive(Clone, Debug, PartialEq)]
pub struct Revoked {
    /// The HTTP status: 200 whether there was such a token or not (RFC 7009 §2.2).
    pub status: u16,
    /// Milliseconds that it took.
    pub latency_ms: f64,
    /// The rules that it broke: that it crossed the network in clear. Empty where all is well.
    pub checks: Vec<Check>,
}

/// Asks the provider to end `token`. Once the request is out it must not be dropped: only the answer tells whether the
/// token is dead.
pub async fn revoke(
    party: Party<'_>,
    kind: TokenKind,
    token: &Secret,
    transcript: &mut Transcript,
) -> Result<Revoked, FlowError> {
    let endpoint = party.endpoints.revocation.as_ref();
    let endpoint = endpoint.ok_or(FlowError::NoEndpoint(Field::RevocationEndpoint))?;
    let request = BackChannel {
        purpose: Purpose::Revocation,
        endpoint,
        authentication: party.profile.client_authentication,
        form: token_form(kind, token),
        as_json: false,
        binds_tokens: false,
    };
    let Reply { answer, secrets, .. } = request.post(party, transcript).await?;
    let status = answer.status;
    let checks = in_clear_check("revocation endpoint", endpoint).into_iter().collect();
    if (200..300).contains(&status) {
        return Ok(Revoked {
            status,
            latency_ms: answer.latency_ms,
            checks,
        });
    }
    let raw = RawResponse {
        status,
        content_type: answer.header("content-type"),
        body: &answer.body,
    };
    let told = ClaimsAnswer::parse(raw, answer.server_time.at(answer.received_at), &secrets);
    Err(FlowError::NotRevoked {
        status,
        error: told
            .error
            .unwrap_or_else(|| unnamed(status, answer.header("location"), &secrets)),
        retry_after: answer.header("retry-after").map(|text| text.chars().take(60).collect()),
        checks,
    })
}

/// An answer that does not say what is wrong.
fn unnamed(status: u16, location: Option<&str>, secrets: &[Secret]) -> TokenError {
    let (error, description) = match (status, location) {
        (503, _) => ("temporarily_unavailable", None),
        (300..400, to) => (
            "redirected",
            to.map(|to| format!("it redirects to {}", redact(to, secrets))),
        ),
        _ => (NOT_REVOKED, None),
    };
    TokenError {
        error: error.to_owned(),
        error_description: description,
    }
}
