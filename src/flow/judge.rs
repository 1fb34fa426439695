//! From a token response to judged tokens: decoded, signatures verified, the ID token held against the request.

use jiff::Timestamp;

use super::error::FlowError;
use super::obtained::Obtained;
use super::party::Party;
use super::token_request::Granted;
use crate::model::callback::Callback;
use crate::model::checks::{
    Check, Expected, Outcome, id_token_checks, missing_front_channel_check, refreshed_id_token_checks,
    repeated_parameters_check, same_identity_checks, signature_check, time_checks, transport_check,
};
use crate::model::roles::roles_check;
use crate::model::skew::clock_check;
use crate::model::verify::{KeyMaterial, Signature, verify};
use crate::model::{Token, TokenKind, TokenSet};

/// What a token response is held against.
pub(super) struct Request<'a> {
    /// Who asked.
    pub(super) party: Party<'a>,
    /// The tokens before, at a refresh.
    pub(super) before: Option<&'a TokenSet>,
    /// The callback, at a login.
    pub(super) callback: Option<&'a Callback>,
    /// What the ID token must hold.
    pub(super) expected: Expected<'a>,
}

/// Reads and judges what the token endpoint granted. Signatures are checked on a blocking thread.
pub(super) async fn obtained(
    request: Request<'_>,
    granted: Granted,
    material: KeyMaterial,
) -> Result<Obtained, FlowError> {
    let Granted { response, answer } = granted;
    let received_at = answer.server_time.at(answer.received_at);
    let tokens = TokenSet::from_response(&response, request.party.profile, request.before, received_at);
    let mut tokens = tokens.ok_or_else(|| FlowError::NoToken {
        status: answer.status,
        defects: response.defects.clone(),
    })?;
    let front_channel = request
        .callback
        .and_then(|callback| callback.id_token.as_ref())
        .map(|secret| Token::new(secret.clone(), received_at, None));
    if response.id_token.is_none() && tokens.id.is_none() {
        // A hybrid provider may give its ID token with the code only.
        tokens.id.clone_from(&front_channel);
    }
    let new_id_token = tokens.id.as_ref().filter(|_| response.id_token.is_some());
    let mut checks: Vec<Check> = request
        .party
        .endpoints
        .source()
        .and_then(transport_check)
        .into_iter()
        .collect();
    checks.extend(front_channel_checks(
        &request,
        front_channel.as_ref(),
        new_id_token,
        received_at,
    ));
    if let Some(token) = new_id_token {
        checks.extend(id_token_checks(
            token,
            &Expected {
                access_token: tokens.access.as_ref().map(|access| &access.value),
                ..request.expected.clone()
            },
        ));
        checks.extend(renamed(time_checks(token, received_at), "jwt.", "id_token."));
        if let Some(before) = request.before.and_then(|before| before.id.as_ref()) {
            checks.extend(refreshed_id_token_checks(before, token));
        }
    }
    checks.extend(clock_check(answer.server_time));
    if let Some(access) = &tokens.access {
        checks.extend(roles_check(request.party.profile, access));
    }
    let (signatures, front_channel_signature) = verified(&tokens, front_channel, material).await;
    for (kind, signature) in &signatures {
        let check = signature_check(signature);
        checks.extend(renamed(vec![check], "jwt", &format!("{}_token", kind.as_str())));
    }
    if let Some(signature) = front_channel_signature {
        checks.extend(renamed(vec![signature_check(&signature)], "jwt", "front_channel"));
    }
    checks.extend(response.defects.iter().map(|defect| Check {
        id: format!("response.{}", defect.code),
        outcome: Outcome::Warn,
        message: defect.message.clone(),
        spec: section_in(&defect.message),
    }));
    Ok(Obtained {
        tokens,
        server_time: answer.server_time,
        latency_ms: answer.latency_ms,
        status: answer.status,
        signatures,
        checks,
    })
}

/// The callback, and the ID token that came with the code: `c_hash` and `s_hash` are in this one (OpenID Connect Core
/// §3.3.2.11).
fn front_channel_checks(
    request: &Request<'_>,
    front_channel: Option<&Token>,
    new_id_token: Option<&Token>,
    now: Timestamp,
) -> Vec<Check> {
    let Some(callback) = request.callback else {
        return Vec::new();
    };
    let mut checks: Vec<Check> = repeated_parameters_check(&callback.repeated).into_iter().collect();
    match front_channel {
        None if request.party.profile.response_type.has_id_token() => checks.push(missing_front_channel_check()),
        None => {}
        Some(token) => {
            let found = id_token_checks(token, &request.expected);
            checks.extend(renamed(found, "id_token.", "front_channel."));
            checks.extend(renamed(time_checks(token, now), "jwt.", "front_channel."));
            if let Some(id_token) = new_id_token {
                checks.extend(same_identity_checks(token, id_token));
            }
        }
    }
    checks
}

fn renamed(checks: Vec<Check>, from: &str, to: &str) -> impl Iterator<Item = Check> {
    checks.into_iter().map(move |check| Check {
        id: check.id.replacen(from, to, 1),
        ..check
    })
}

/// The verdicts on the signatures of access and ID token, and of the ID token that came with the code.
async fn verified(
    tokens: &TokenSet,
    front_channel: Option<Token>,
    material: KeyMaterial,
) -> (Vec<(TokenKind, Signature)>, Option<Signature>) {
    let to_verify: Vec<(TokenKind, Token)> = [TokenKind::Access, TokenKind::Id]
        .into_iter()
        .filter_map(|kind| Some((kind, tokens.get(kind)?.clone())))
        .collect();
    let work = move || {
        let verdict = |kind: TokenKind, token: &Token| {
            let material = KeyMaterial {
                secret_is_the_key: kind == TokenKind::Id,
                ..material.clone()
            };
            verify(token.value.expose(), &token.decoded, &material)
        };
        let signatures = to_verify.iter().map(|(kind, token)| (*kind, verdict(*kind, token)));
        let front_channel = front_channel.map(|token| verdict(TokenKind::Id, &token));
        (signatures.collect(), front_channel)
    };
    // A panic in there has been reported where it happened; the tokens are shown without verdicts.
    tokio::task::spawn_blocking(work).await.unwrap_or_default()
}

/// The section that a defect's sentence names in brackets.
fn section_in(message: &str) -> String {
    message
        .rsplit_once('(')
        .and_then(|(_, rest)| rest.strip_suffix(')'))
        .filter(|section| section.starts_with("RFC") || section.starts_with("OIDC"))
        .unwrap_or_default()
        .to_owned()
}
