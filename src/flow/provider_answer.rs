//! What the provider said about a token or its person.

use url::Url;

use super::api::ApiAnswer;
use super::error::FlowError;
use super::http::Answer;
use super::jwks;
use super::party::Party;
use super::transcript::Transcript;
use crate::model::checks::{Check, Outcome, in_clear_check};
use crate::model::claims_answer::ClaimsAnswer;
use crate::model::claims_checks::ExpectedClaims;
use crate::model::exchange::Purpose;
use crate::model::field::Field;
use crate::model::members::Member;
use crate::model::redact::redact;
use crate::model::response::{RawResponse, TokenError};
use crate::model::verify::{KeyMaterial, Signature, verify};
use crate::model::{Secret, Token, TokenKind, TokenSet};

/// What the provider is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Question {
    /// Who the person is (OpenID Connect Core §5.3).
    Userinfo,
    /// What it knows of a token (RFC 7662).
    Introspection(TokenKind),
}

impl Question {
    const fn purpose(self) -> Purpose {
        match self {
            Self::Userinfo => Purpose::Userinfo,
            Self::Introspection(_) => Purpose::Introspection,
        }
    }

    const fn endpoint(self, party: Party<'_>) -> Option<&Url> {
        match self {
            Self::Userinfo => party.endpoints.userinfo.as_ref(),
            Self::Introspection(_) => party.endpoints.introspection.as_ref(),
        }
    }

    const fn endpoint_name(self) -> &'static str {
        match self {
            Self::Userinfo => "userinfo endpoint",
            Self::Introspection(_) => "introspection endpoint",
        }
    }

    const fn field(self) -> Field {
        match self {
            Self::Userinfo => Field::UserinfoEndpoint,
            Self::Introspection(_) => Field::IntrospectionEndpoint,
        }
    }
}

/// What it said.
#[derive(Clone, Debug, PartialEq)]
pub struct ProviderAnswer {
    /// What it was asked.
    pub question: Question,
    /// The answer as it came over the wire, without secrets.
    pub http: ApiAnswer,
    /// What could be read of it, member by member. Tokens that were sent are not in it.
    pub members: Vec<Member>,
    /// The verdict on the signature, where the answer is a JWT.
    pub signature: Option<Signature>,
    /// `error` and what goes with it.
    pub error: Option<TokenError>,
    /// The rules that it keeps or breaks. Where the status is no success, only whether it says why.
    pub checks: Vec<Check>,
}

impl ProviderAnswer {
    /// Whether the provider answered, and no rule is broken.
    pub fn is_good(&self) -> bool {
        let failed = |check: &Check| check.outcome == Outcome::Fail;
        self.is_success() && !self.checks.iter().any(failed)
    }

    /// Whether the status is a success.
    pub const fn is_success(&self) -> bool {
        matches!(self.http.status, 200..=299)
    }
}

/// An answer as it came.
pub(super) struct Answered<'a> {
    /// What was asked.
    pub(super) question: Question,
    /// The address that was asked, without secrets.
    pub(super) url: String,
    /// The answer.
    pub(super) answer: Answer,
    /// What must not be shown of it.
    pub(super) secrets: &'a [Secret],
}

impl Answered<'_> {
    /// Reads it, verifies it where it is a JWT, and holds it against `rules` where it is a success. A redirect is an error:
    /// tokens are not sent after one.
    pub(super) async fn read(
        self,
        party: Party<'_>,
        tokens: &TokenSet,
        transcript: &mut Transcript,
        rules: impl FnOnce(&ClaimsAnswer, &ExpectedClaims<'_>) -> Vec<Check>,
    ) -> Result<ProviderAnswer, FlowError> {
        let Self {
            question,
            url,
            answer,
            secrets,
        } = self;
        if (300..400).contains(&answer.status) {
            return Err(FlowError::Redirected {
                purpose: question.purpose(),
                status: answer.status,
                to: redact(answer.header("location").unwrap_or("nowhere"), secrets),
            });
        }
        let raw = RawResponse {
            status: answer.status,
            content_type: answer.header("content-type"),
            body: &answer.body,
        };
        let told = ClaimsAnswer::parse(raw, answer.server_time.at(answer.received_at), secrets);
        let signature = match &told.jwt {
            Some(jwt) => Some(verified(party, jwt, transcript).await),
            None => None,
        };
        let subject = tokens.id.as_ref().and_then(|id| id.decoded.believed().get_str("sub"));
        let expected = ExpectedClaims {
            issuer: party.endpoints.issuer.as_deref(),
            client_id: Some(&party.profile.client_id),
            subject: subject.as_deref(),
            signature: signature.as_ref(),
        };
        let mut checks = match answer.status {
            200..=299 => rules(&told, &expected),
            // Who refuses a token or a client says so (RFC 6750 §3, RFC 6749 §5.2).
            400..=499 if told.error.is_none() && answer.header("www-authenticate").is_none() => {
                vec![unexplained(question, answer.status)]
            }
            _ => Vec::new(),
        };
        // That all is well is said where tokens are got.
        let endpoint = question.endpoint(party);
        checks.extend(endpoint.and_then(|url| in_clear_check(question.endpoint_name(), url)));
        Ok(ProviderAnswer {
            question,
            http: ApiAnswer::new(url, &answer, secrets),
            members: told.shown(),
            signature,
            error: told.error,
            checks,
        })
    }
}

/// Nothing that this endpoint would answer so: it may be another one.
fn unexplained(question: Question, status: u16) -> Check {
    let (id, spec) = match question {
        Question::Userinfo => ("userinfo.status", "OIDC Core §5.3.3"),
        Question::Introspection(_) => ("introspection.status", "RFC 7662 §2.3"),
    };
    let message = format!(
        "the answer is {status} and names no error. Check “{}” in the profile",
        question.field().label()
    );
    Check::new(id, Outcome::Fail, message, spec)
}

/// The verdict on the signature of an answer that is a JWT: with the provider's keys, or with the client secret.
async fn verified(party: Party<'_>, jwt: &Token, transcript: &mut Transcript) -> Signature {
    let fetched = jwks::material(party).await;
    transcript.record_all(fetched.exchange);
    let (material, again) = jwks::with_new_keys(party, fetched.material, [&jwt.value]).await;
    transcript.record_all(again);
    let material = KeyMaterial {
        secret_is_the_key: true,
        ..material
    };
    verify(jwt.value.expose(), &jwt.decoded, &material)
}
