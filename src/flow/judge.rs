//! From a token response to judged tokens: decoded, signatures verified, the ID token held against the request.

use jiff::Timestamp;

use super::error::FlowError;
use super::obtained::Obtained;
use super::party::Party;
use super::token_request::Granted;
use crate::model::callback::Callback;
use crate::model::checks::{
    Check, Expected, Outcome, access_token_check, binding_check, id_token_checks, insecure_check, key_checks,
    missing_id_token_check, missing_token_check, refreshed_id_token_checks, repeated_parameters_check, rotation_check,
    same_identity_checks, scope_check, signature_check, time_checks, transport_check, unasked_token_check, wish_checks,
};
use crate::model::exchange::Purpose;
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
    /// What was noticed on the way.
    pub(super) checks: Vec<Check>,
}

/// Reads and judges what was granted. Signatures are checked on a blocking thread.
pub(super) async fn obtained(
    mut request: Request<'_>,
    granted: Granted,
    material: KeyMaterial,
) -> Result<Obtained, FlowError> {
    let Granted {
        response,
        received_at,
        server_time,
        endpoint,
    } = granted;
    let received_at = server_time.at(received_at);
    let tokens = TokenSet::from_response(&response, request.party.profile, request.before, received_at);
    let mut tokens = tokens.ok_or_else(|| FlowError::NoToken {
        purpose: Purpose::Code,
        status: endpoint.map_or(200, |answered| answered.status),
        defects: response.defects.clone(),
        refresh_token: response.refresh_token.clone(),
    })?;
    // Where there was no token request, what the browser brought is what was granted, and not something beside it.
    let beside = request.callback.filter(|_| endpoint.is_some());
    let front_channel = beside
        .and_then(|callback| callback.id_token.as_ref())
        .map(|secret| Token::new(secret.clone(), received_at, None));
    if response.id_token.is_none() && tokens.id.is_none() {
        // A hybrid provider may give its ID token with the code only.
        tokens.id.clone_from(&front_channel);
    }
    let new_id_token = tokens.id.as_ref().filter(|_| response.id_token.is_some());
    let mut checks = std::mem::take(&mut request.checks);
    checks.extend(request.party.endpoints.source().and_then(transport_check));
    checks.extend(insecure_check(request.party.profile.insecure));
    if let Some(Ok(keys)) = &material.keys {
        checks.extend(key_checks(keys));
    }
    checks.extend(callback_checks(&request, endpoint.is_some()));
    if let Some(callback) = beside {
        checks.extend(access_token_checks(&request, callback, &tokens, received_at));
    }
    if let Some(token) = &front_channel {
        checks.extend(front_channel_checks(&request, token, new_id_token, received_at));
    }
    checks.extend(binding_checks(&request, &tokens));
    if let Some(before) = request.before {
        checks.extend(rotation_check(
            request.party.profile.refresh_token_rotation,
            tokens.refresh_rotated,
        ));
        let asked = request.party.profile.refresh_scopes().next().is_some();
        let is_known = response.scope.is_some() || asked;
        checks.extend(scope_check(
            &before.granted_scope,
            is_known.then_some(tokens.scope.as_slice()),
        ));
    }
    if let Some(token) = new_id_token {
        checks.extend(id_token_checks(
            token,
            &Expected {
                access_token: tokens.access.as_ref().map(|access| &access.value),
                ..request.expected.clone()
            },
        ));
        checks.extend(renamed(time_checks(token, received_at), "jwt.", "id_token."));
        if request.before.is_none() && request.party.profile.grant.has_redirect() {
            checks.extend(wish_checks(request.party.profile, token, received_at));
        }
        if let Some(before) = request.before.and_then(|before| before.id.as_ref()) {
            checks.extend(refreshed_id_token_checks(before, token));
        }
    }
    checks.extend(clock_check(server_time));
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
    let odd = response.defects.iter();
    checks.extend(odd.map(|defect| Check::of_defect("response", Outcome::Warn, defect)));
    Ok(Obtained {
        tokens,
        server_time,
        latency_ms: endpoint.map(|answered| answered.latency_ms),
        status: endpoint.map(|answered| answered.status),
        signatures,
        checks,
    })
}

/// Whether the callback brought what its response type asks for.
fn callback_checks(request: &Request<'_>, has_code: bool) -> Vec<Check> {
    let Some(callback) = request.callback else {
        return Vec::new();
    };
    let mut checks: Vec<Check> = repeated_parameters_check(&callback.repeated).into_iter().collect();
    let asked = request.party.profile.response_type;
    if asked.has_id_token() && callback.id_token.is_none() {
        checks.push(missing_id_token_check(has_code));
    }
    match (asked.has_token(), callback.access_token.is_some()) {
        (true, false) => checks.push(missing_token_check()),
        (false, true) => checks.push(unasked_token_check()),
        _ => {}
    }
    checks
}

/// The access token that came with the code.
fn access_token_checks(request: &Request<'_>, callback: &Callback, tokens: &TokenSet, now: Timestamp) -> Vec<Check> {
    let came = callback.token_response();
    let odd = came.defects.iter();
    let mut checks: Vec<Check> = odd
        .map(|defect| Check::of_defect("front_channel", Outcome::Warn, defect))
        .collect();
    let asked = request.party.profile.response_type.has_token();
    if let Some(secret) = came.access_token.filter(|_| asked) {
        let token = Token::new(secret, now, came.expires_in_s);
        checks.push(access_token_check(&token, tokens.access.as_ref()));
    }
    checks
}

/// The ID token that came with the code: the hashes of what came beside it are in this one (OpenID Connect Core
/// §3.3.2.11).
fn front_channel_checks(
    request: &Request<'_>,
    token: &Token,
    new_id_token: Option<&Token>,
    now: Timestamp,
) -> Vec<Check> {
    let expected = Expected {
        access_token: request.callback.and_then(|callback| callback.access_token.as_ref()),
        is_from_browser: true,
        ..request.expected.clone()
    };
    let found = id_token_checks(token, &expected);
    let mut checks: Vec<Check> = renamed(found, "id_token.", "front_channel.").collect();
    checks.extend(renamed(time_checks(token, now), "jwt.", "front_channel."));
    if let Some(id_token) = new_id_token {
        checks.extend(same_identity_checks(token, id_token));
    }
    checks
}

/// Whether the tokens are bound, where the profile wants that.
fn binding_checks(request: &Request<'_>, tokens: &TokenSet) -> Option<Check> {
    binding_check(&request.party.dpop?.key.thumbprint(), tokens)
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
