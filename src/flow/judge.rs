//! From a token response to judged tokens: decoded, signatures verified, the ID token held against the request.

use super::error::FlowError;
use super::obtained::Obtained;
use super::token_request::Granted;
use crate::model::checks::{Check, Expected, Outcome, id_token_checks, signature_check};
use crate::model::verify::{KeyMaterial, verify};
use crate::model::{Profile, Secret, Token, TokenKind, TokenSet};

/// Reads and judges what the token endpoint granted. Signatures are checked on a blocking thread.
pub(super) async fn obtained(
    profile: &Profile,
    granted: Granted,
    before: Option<&TokenSet>,
    front_channel: Option<&Secret>,
    expected: &Expected<'_>,
    material: KeyMaterial,
) -> Result<Obtained, FlowError> {
    let Granted { response, answer } = granted;
    let received_at = answer.server_time.at(answer.received_at);
    let no_token = |response: &crate::model::response::TokenResponse| FlowError::NoToken {
        status: answer.status,
        defects: response.defects.clone(),
    };
    let mut tokens =
        TokenSet::from_response(&response, profile, before, received_at).ok_or_else(|| no_token(&response))?;
    let front_channel = front_channel.map(|secret| Token::new(secret.clone(), received_at, None));
    if response.id_token.is_none() && tokens.id.is_none() {
        // A hybrid provider may give its ID token with the code only.
        tokens.id.clone_from(&front_channel);
    }
    let mut expected = expected.clone();
    let access_token = tokens.access.value.clone();
    let mut checks: Vec<Check> = Vec::new();
    if let Some(token) = &front_channel {
        // The ID token that came with the code: c_hash and s_hash are in this one (OIDC Core §3.3.2.11).
        checks.extend(id_token_checks(token, &expected).into_iter().map(|check| Check {
            id: check.id.replacen("id_token.", "front_channel.", 1),
            ..check
        }));
    }
    if response.id_token.is_some()
        && let Some(token) = &tokens.id
    {
        expected.access_token = Some(&access_token);
        checks.extend(id_token_checks(token, &expected));
    }
    let to_verify: Vec<(TokenKind, Token)> = [TokenKind::Access, TokenKind::Id]
        .into_iter()
        .filter_map(|kind| Some((kind, tokens.get(kind)?.clone())))
        .collect();
    let signatures = tokio::task::spawn_blocking(move || {
        to_verify
            .into_iter()
            .map(|(kind, token)| {
                let material = KeyMaterial {
                    secret_is_the_key: kind == TokenKind::Id,
                    ..material.clone()
                };
                (kind, verify(token.value.expose(), &token.decoded, &material))
            })
            .collect::<Vec<_>>()
    })
    .await
    .unwrap_or_default();
    for (kind, signature) in &signatures {
        let mut check = signature_check(signature);
        check.id = format!("{}_token.signature", kind.as_str());
        checks.push(check);
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

/// The section that a defect's sentence names in brackets.
fn section_in(message: &str) -> String {
    message
        .rsplit_once('(')
        .and_then(|(_, rest)| rest.strip_suffix(')'))
        .filter(|section| section.starts_with("RFC") || section.starts_with("OIDC"))
        .unwrap_or_default()
        .to_owned()
}
