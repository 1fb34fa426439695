//! Binding tokens to a key (RFC 9449): the proof that goes with a request, and the nonce that a server wants in it.

use reqwest::Method;
use url::Url;

use super::error::FlowError;
use super::http::{Answer, WWW_AUTHENTICATE};
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

/// The proof of one request.
#[derive(Debug)]
pub(super) struct Proof {
    /// Name and value.
    pub(super) header: (String, Secret),
    /// The nonce in it.
    pub(super) nonce: Option<String>,
}

impl Dpop {
    /// A new key, for a new login.
    pub fn generate() -> Self {
        Self {
            key: DpopKey::generate(),
            nonces: Nonces::default(),
        }
    }

    /// The header of one request, with the nonce in it. `access_token` where the request carries one (§7).
    pub(super) fn header(
        &self,
        party: Party<'_>,
        method: &Method,
        url: &Url,
        access_token: Option<&Secret>,
    ) -> Result<Proof, FlowError> {
        let nonce = self.nonces.get(url);
        let now = party.clock.now();
        self.key
            .proof(method.as_str(), url, nonce.as_deref(), access_token, now, party.random)
            .map(|proof| Proof {
                header: (DPOP_HEADER.to_owned(), proof),
                nonce,
            })
            .map_err(FlowError::Unsigned)
    }

    /// Keeps the nonce of an answer (§8.2), and tells whether the request, which had the nonce `sent`, should be sent once
    /// more with it (§8, §9).
    pub(super) fn wants_another(&self, url: &Url, answer: &Answer, sent: Option<&str>) -> bool {
        let is_new = self.nonces.learn(url, answer.header(DPOP_NONCE_HEADER), sent);
        let asked = match answer.status {
            400 => body_wants_nonce(&answer.body),
            401 => answer.header_lines(WWW_AUTHENTICATE).any(challenge_wants_nonce) || body_wants_nonce(&answer.body),
            _ => false,
        };
        asked && is_new
    }
}
