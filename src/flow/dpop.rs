//! Binding tokens to a key (RFC 9449): the proof that goes with a request, and the nonce that a server wants in it.

use reqwest::Method;
use url::Url;

use super::error::FlowError;
use super::http::Answer;
use super::party::Party;
use crate::model::Secret;
use crate::model::dpop::{DPOP_HEADER, DPOP_NONCE_HEADER, DpopKey, Nonces, body_wants_nonce, challenge_wants_nonce};

/// What a session's tokens are bound to: the key, and the newest nonce of each server.
#[derive(Debug)]
pub struct Dpop {
    /// The key. It never leaves the memory.
    pub key: DpopKey,
    /// What servers gave for the next proof.
    pub nonces: Nonces,
}

impl Dpop {
    /// A new key, for a new login.
    pub fn generate() -> Self {
        Self {
            key: DpopKey::generate(),
            nonces: Nonces::default(),
        }
    }

    /// The header of one request. `access_token` where the request carries one (§7).
    pub(super) fn header(
        &self,
        party: Party<'_>,
        method: &Method,
        url: &Url,
        access_token: Option<&Secret>,
    ) -> Result<(String, Secret), FlowError> {
        let nonce = self.nonces.get(url);
        let now = party.clock.now();
        self.key
            .proof(method.as_str(), url, nonce.as_deref(), access_token, now, party.random)
            .map(|proof| (DPOP_HEADER.to_owned(), proof))
            .map_err(FlowError::Unsigned)
    }

    /// Keeps the nonce of an answer (§8.2), and tells whether the request should be sent once more with it (§8, §9).
    pub(super) fn wants_another(&self, url: &Url, answer: &Answer) -> bool {
        let is_new = self.nonces.learn(url, answer.header(DPOP_NONCE_HEADER));
        let asked = match answer.status {
            400 => body_wants_nonce(&answer.body),
            401 => {
                answer.header("www-authenticate").is_some_and(challenge_wants_nonce) || body_wants_nonce(&answer.body)
            }
            _ => false,
        };
        asked && is_new
    }
}
