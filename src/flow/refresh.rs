//! The refresh (RFC 6749 §6): one refresh token becomes new tokens, once.

use super::error::FlowError;
use super::http::Http;
use super::obtained::Obtained;
use super::token_request::{self, Client};
use super::transcript::Transcript;
use super::{judge, jwks};
use crate::model::checks::Expected;
use crate::model::exchange::Purpose;
use crate::model::verify::KeyMaterial;
use crate::model::{Secret, TokenSet};

/// Refreshes `before`, which must hold `refresh_token`. Once the request is out it must not be dropped: the server may
/// have spent the old token, and only the answer holds the new one.
pub async fn refresh(
    http: &Http,
    client: Client<'_>,
    before: &TokenSet,
    refresh_token: &Secret,
    transcript: &mut Transcript,
) -> Result<Obtained, FlowError> {
    let grant_type = Secret::new("refresh_token");
    let grant = [("grant_type", &grant_type), ("refresh_token", refresh_token)];
    // Side by side: the new tokens do not wait for a slow key server longer than they must.
    let (granted, (keys, exchange, _)) = tokio::join!(
        token_request::request(http, client, Purpose::Refresh, &grant, transcript),
        jwks::fetch(http, client.endpoints.jwks.as_ref()),
    );
    if let Some(exchange) = exchange {
        transcript.record(exchange);
    }
    let granted = granted?;
    let material = KeyMaterial {
        keys,
        secret: client.secret.cloned(),
        ..KeyMaterial::default()
    };
    let expected = Expected {
        issuer: client.endpoints.issuer.as_deref(),
        client_id: Some(&client.profile.client_id),
        ..Expected::default()
    };
    let judged = judge::Request {
        profile: client.profile,
        token_endpoint: &client.endpoints.token,
        before: Some(before),
        callback: None,
        expected,
    };
    judge::obtained(judged, granted, material).await
}
