//! From a token response to judged tokens: decoded, signatures verified, each held against what was asked for.

use jiff::Timestamp;
use url::Url;

use super::error::FlowError;
use super::obtained::Obtained;
use super::party::Party;
use super::token_request::{Answered, Granted};
use crate::model::callback::Callback;
use crate::model::checks::{
    Asked, Check, Expected, Outcome, Subject, access_token_check, binding_check, callback_checks, endpoint_checks,
    insecure_check, judge_session_token, key_checks, missing_id_token_check, missing_token_check, refreshed_checks,
    rotation_check, same_identity_checks, scope_check, token_response_checks, unasked_token_check, wider_token_check,
};
use crate::model::exchange::Purpose;
use crate::model::profile::Grant;
use crate::model::response::TokenResponse;
use crate::model::roles::roles_check;
use crate::model::skew::{clock_check, issued_check};
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

/// The APIs that the profile's access tokens are asked for. A login by JSON does not say.
pub(super) fn wanted_resources(party: Party<'_>) -> Vec<&str> {
    if party.profile.grant == Grant::JsonLogin {
        return Vec::new();
    }
    let resources = party.profile.resource.iter().map(String::as_str);
    let audience = party.profile.audience.as_str();
    resources
        .chain((!audience.is_empty()).then_some(audience))
        .filter(|wanted| !wanted.trim().is_empty())
        .collect()
}

/// What every token of this party is held against.
pub(super) fn expected<'a>(party: Party<'a>, resources: &'a [&'a str]) -> Expected<'a> {
    Expected {
        issuer: party.endpoints.issuer.as_deref(),
        client_id: Some(&party.profile.client_id),
        resources,
        client_type: Some(party.profile.client_type),
        ..Expected::default()
    }
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
    let profile = request.party.profile;
    let received_at = server_time.at(received_at);
    let tokens = TokenSet::from_response(&response, profile, request.before, received_at);
    let mut tokens = tokens.ok_or_else(|| FlowError::NoToken {
        purpose: Purpose::Code,
        status: endpoint.as_ref().map_or(200, |answered| answered.status),
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
        if let Some(id) = front_channel.clone() {
            tokens.take_id(id);
        }
    }
    let mut checks = std::mem::take(&mut request.checks);
    checks.extend(endpoint_checks(used_endpoints(&request, endpoint.is_some())));
    checks.extend(insecure_check(profile.insecure));
    checks.extend(answer_checks(&request, endpoint.is_some()));
    if let Some(callback) = beside {
        checks.extend(access_token_checks(&request, callback, &tokens, received_at));
    }
    checks.extend(response_checks(
        &request,
        &response,
        tokens.access.as_ref(),
        endpoint.as_ref(),
    ));
    let new_id_token = tokens.id.as_ref().filter(|_| response.id_token.is_some());
    if let Some(before) = request.before {
        checks.extend(refresh_checks(&request, &response, before, &tokens, new_id_token));
    }
    checks.push(clock_check(server_time));
    let newest = new_id_token.or(tokens.access.as_ref());
    checks.extend(newest.map(|token| issued_check(token, received_at, server_time.skew_s.is_some())));
    let keys = material.keys.clone();
    let (signatures, front_channel) = verified(&tokens, front_channel, material).await;
    if let Some(Ok(keys)) = &keys {
        let verdicts = signatures.iter().map(|(_, signature)| signature);
        let verdicts: Vec<&Signature> = verdicts
            .chain(front_channel.iter().map(|(_, signature)| signature))
            .collect();
        checks.extend(key_checks(keys, |key| verdicts.iter().any(|one| one.concerns(key))));
    }
    if let Some((token, signature)) = &front_channel {
        checks.extend(front_channel_checks(
            &request,
            token,
            signature,
            new_id_token,
            received_at,
        ));
    }
    for (kind, signature) in &signatures {
        checks.extend(token_checks(&request, &tokens, *kind, signature, new_id_token));
    }
    Ok(Obtained {
        server_time,
        latency_ms: endpoint.as_ref().map(|answered| answered.latency_ms),
        status: endpoint.as_ref().map(|answered| answered.status),
        signatures,
        checks,
        tokens,
    })
}

/// The endpoints that this login or refresh used, by their names for people.
fn used_endpoints<'a>(request: &Request<'a>, has_token_request: bool) -> impl Iterator<Item = (&'static str, &'a Url)> {
    let (endpoints, profile) = (request.party.endpoints, request.party.profile);
    let is_refresh = request.before.is_some();
    let login = |url: &'a Option<Url>, is_used: bool| url.as_ref().filter(|_| is_used && !is_refresh);
    let grant = profile.grant;
    let is_device = grant == Grant::DeviceCode;
    let tokens_from = if is_refresh {
        endpoints.refresh.as_ref()
    } else {
        endpoints.token.as_ref().filter(|_| has_token_request)
    };
    let pushed = &endpoints.pushed_authorization_request;
    let is_pushed = grant.has_redirect() && profile.pushed_authorization_request;
    [
        (
            "authorization endpoint",
            login(&endpoints.authorization, grant.has_redirect()),
        ),
        ("PAR endpoint", login(pushed, is_pushed)),
        ("device endpoint", login(&endpoints.device_authorization, is_device)),
        ("token endpoint", tokens_from),
        // A key of the profile takes the place of published ones.
        (
            "JWKS address",
            endpoints
                .jwks
                .as_ref()
                .filter(|_| request.party.verification_key.is_none()),
        ),
    ]
    .into_iter()
    .filter_map(|(name, url)| Some((name, url?)))
}

/// Whether the callback came as it must, and brought what its response type asks for.
fn answer_checks(request: &Request<'_>, has_code: bool) -> Vec<Check> {
    let Some(callback) = request.callback else {
        return Vec::new();
    };
    let profile = request.party.profile;
    let asked = profile.response_type;
    let mut checks = callback_checks(callback, asked, profile.response_mode);
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

/// What the tokens came in, and how that is written.
fn response_checks(
    request: &Request<'_>,
    response: &TokenResponse,
    access: Option<&Token>,
    endpoint: Option<&Answered>,
) -> Vec<Check> {
    let asked = Asked {
        profile: request.party.profile,
        is_refresh: request.before.is_some(),
    };
    let headers = endpoint.map(|answered| &answered.headers);
    let mut checks = token_response_checks(response, headers, access, asked);
    let odd = response.defects.iter();
    checks.extend(odd.map(|defect| Check::of_defect("response", Outcome::Warn, defect)));
    checks
}

/// What a refresh changed.
fn refresh_checks(
    request: &Request<'_>,
    response: &TokenResponse,
    before: &TokenSet,
    tokens: &TokenSet,
    new_id_token: Option<&Token>,
) -> Vec<Check> {
    let profile = request.party.profile;
    let rotation = rotation_check(profile.refresh_token_rotation, tokens.refresh_rotated);
    let mut checks: Vec<Check> = rotation.into_iter().collect();
    let is_known = response.scope.is_some() || profile.refresh_scopes().next().is_some();
    let scope = is_known.then_some(tokens.scope.as_slice());
    // What was not told is what was asked for, unless the token itself shows more.
    let grew = || wider_token_check(before, tokens).filter(|_| response.scope.is_none());
    checks.extend(grew().or_else(|| scope_check(&before.granted_scope, scope)));
    checks.extend(refreshed_checks(before, tokens, new_id_token));
    checks
}

/// One of the tokens. An ID token from before the refresh has been judged when it came, but for its signature.
fn token_checks(
    request: &Request<'_>,
    tokens: &TokenSet,
    kind: TokenKind,
    signature: &Signature,
    new_id_token: Option<&Token>,
) -> Vec<Check> {
    let profile = request.party.profile;
    let Some(token) = tokens.get(kind) else {
        return Vec::new();
    };
    if kind != TokenKind::Id {
        let expected = Expected {
            nonce: None,
            ..request.expected
        };
        let mut checks = judge_session_token(token, signature, &expected, Subject::Access, tokens.received_at);
        checks.extend(roles_check(profile, token));
        // Whether it is bound, where the profile wants that.
        let dpop = request.party.dpop;
        checks.extend(dpop.and_then(|dpop| binding_check(&dpop.key.thumbprint(), tokens)));
        return checks;
    }
    let expected = Expected {
        access_token: tokens.access.as_ref().map(|access| &access.value),
        ..with_wishes(request)
    };
    let mut checks = judge_session_token(token, signature, &expected, Subject::Id, tokens.received_at);
    if request.before.is_some() && expected.nonce.is_none() {
        // A refresh sends none: what came is held against the login's.
        checks.retain(|check| check.id != "id_token.nonce");
    }
    if new_id_token.is_none() {
        checks.retain(|check| check.id == "id_token.signature" || check.id.starts_with("signature."));
    }
    checks
}

/// What the browser was sent with, beside what is expected anyhow: a refresh has no such wishes.
fn with_wishes<'a>(request: &Request<'a>) -> Expected<'a> {
    let profile = request.party.profile;
    let asks = request.before.is_none() && profile.grant.has_redirect();
    Expected {
        max_age_s: profile.max_age_s.filter(|_| asks),
        acr_values: if asks { &profile.acr_values } else { "" },
        ..request.expected
    }
}

/// The ID token that came with the code: the hashes of what came beside it are in this one (OpenID Connect Core
/// §3.3.2.11).
fn front_channel_checks(
    request: &Request<'_>,
    token: &Token,
    signature: &Signature,
    new_id_token: Option<&Token>,
    now: Timestamp,
) -> Vec<Check> {
    let expected = Expected {
        access_token: request.callback.and_then(|callback| callback.access_token.as_ref()),
        is_from_browser: true,
        ..with_wishes(request)
    };
    let mut checks = judge_session_token(token, signature, &expected, Subject::FrontChannel, now);
    if let Some(id_token) = new_id_token {
        checks.extend(same_identity_checks(token, id_token));
    }
    checks
}

/// The verdicts on the signatures of access and ID token, and of the ID token that came with the code.
async fn verified(
    tokens: &TokenSet,
    front_channel: Option<Token>,
    material: KeyMaterial,
) -> (Vec<(TokenKind, Signature)>, Option<(Token, Signature)>) {
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
        let front_channel = front_channel.map(|token| {
            let signature = verdict(TokenKind::Id, &token);
            (token, signature)
        });
        (signatures.collect(), front_channel)
    };
    // A panic in there has been reported where it happened; the tokens are shown without verdicts.
    tokio::task::spawn_blocking(work).await.unwrap_or_default()
}
