//! The refresh (RFC 6749 §6): one refresh token becomes new tokens, once.

use super::back_channel::BackChannel;
use super::error::FlowError;
use super::form::Form;
use super::obtained::Obtained;
use super::party::Party;
use super::token_request::{self, Granted};
use super::transcript::Transcript;
use super::{judge, jwks};
use crate::model::checks::{Check, redirect_check};
use crate::model::exchange::Purpose;
use crate::model::field::Field;
use crate::model::profile::Grant;
use crate::model::{Secret, TokenSet};

/// Refreshes `before`, which must hold `refresh_token`. Once the request is out it must not be dropped: the server may
/// have spent the old token, and only the answer holds the new one.
pub async fn refresh(
    party: Party<'_>,
    before: &TokenSet,
    refresh_token: &Secret,
    transcript: &mut Transcript,
) -> Result<Obtained, FlowError> {
    // Side by side: the new tokens do not wait for a slow key server longer than they must.
    let (granted, fetched) = tokio::join!(request(party, refresh_token, transcript), jwks::material(party));
    let granted = granted?;
    let mut redirected: Vec<Check> = fetched.exchange.as_ref().and_then(redirect_check).into_iter().collect();
    let mut material = fetched.material;
    if let Some(exchange) = fetched.exchange {
        transcript.record(exchange);
    } else {
        // They are from before: the provider may sign with a newer one.
        let (renewed, again) = Box::pin(jwks::with_new_keys(party, material, granted.tokens())).await;
        redirected.extend(again.as_ref().and_then(redirect_check));
        transcript.record_all(again);
        material = renewed;
    }
    let wanted = judge::wanted_resources(party);
    let judged = judge::Request {
        party,
        before: Some(before),
        callback: None,
        expected: judge::expected(party, &wanted),
        checks: redirected,
    };
    judge::obtained(judged, granted, material).await
}

async fn request(party: Party<'_>, refresh_token: &Secret, transcript: &mut Transcript) -> Result<Granted, FlowError> {
    let profile = party.profile;
    // A login by JSON is no OAuth and has no grant type.
    let as_json = profile.grant == Grant::JsonLogin;
    let mut form = Form::default();
    if !as_json {
        form.add("grant_type", "refresh_token");
    }
    form.add_secret("refresh_token", refresh_token);
    if !profile.refresh_scope.is_empty() {
        form.add("scope", &profile.refresh_scope);
    }
    if !as_json {
        token_request::add_targets(&mut form, party);
    }
    for (name, value) in profile.token_pairs().chain(profile.refresh_pairs()) {
        form.add(name, value);
    }
    let request = BackChannel {
        purpose: Purpose::Refresh,
        endpoint: party
            .endpoints
            .refresh
            .as_ref()
            .ok_or(FlowError::NoEndpoint(Field::TokenEndpoint))?,
        authentication: profile.authentication_of_refresh(),
        form,
        as_json,
        binds_tokens: true,
    };
    token_request::read(&request.post(party, transcript).await?)
}
