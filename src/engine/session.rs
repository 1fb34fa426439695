//! A session: what a profile holds now.

use std::sync::Arc;

use jiff::Timestamp;

use crate::flow::{Dpop, LoggedOut, Obtained};
use crate::model::checks::Check;
use crate::model::history::TokenRecord;
use crate::model::lifetime::ServerTime;
use crate::model::verify::Signature;
use crate::model::{Profile, TokenKind, TokenSet};

/// The current generation of a profile's tokens and what is known of them.
#[derive(Clone, Debug)]
pub struct Session {
    /// The profile as it was at the login: a refresh uses its endpoints and client.
    pub profile: Profile,
    /// 1 from the login, one more with each refresh.
    pub generation: u32,
    /// The tokens.
    pub tokens: TokenSet,
    /// The verdicts on the signatures of access and ID token.
    pub signatures: Vec<(TokenKind, Signature)>,
    /// The checks of the ID token and of the response.
    pub checks: Vec<Check>,
    /// The provider's clock.
    pub server_time: ServerTime,
    /// Milliseconds that the token request took; 0 where there was none.
    pub latency_ms: f64,
    /// When the tokens came, by the local clock.
    pub changed_at: Timestamp,
    /// The generation before, as far as it is remembered: to mark what changed.
    pub previous: Option<Previous>,
    /// What the tokens are bound to (RFC 9449).
    pub dpop: Option<Arc<Dpop>>,
    /// The refresh token is dead for certain: only a new login helps.
    pub is_over: bool,
    /// Tokens of this generation that the provider was asked to end, and said yes (RFC 7009).
    pub revoked: Vec<TokenKind>,
    /// Whether the person was logged out at the provider since the login. Tokens may outlive that.
    pub logged_out: Option<LoggedOut>,
}

/// What is remembered of the generation before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Previous {
    /// Its access token.
    pub access: Option<TokenRecord>,
    /// Its ID token.
    pub id: Option<TokenRecord>,
}

impl Session {
    /// The session that `obtained` makes at `now` (local clock).
    pub(super) fn new(
        profile: Profile,
        generation: u32,
        obtained: Obtained,
        now: Timestamp,
        previous: Option<Previous>,
    ) -> Self {
        Self {
            profile,
            generation,
            tokens: obtained.tokens,
            signatures: obtained.signatures,
            checks: obtained.checks,
            server_time: obtained.server_time,
            latency_ms: obtained.latency_ms.unwrap_or_default(),
            changed_at: now,
            previous,
            dpop: None,
            is_over: false,
            revoked: Vec::new(),
            logged_out: None,
        }
    }

    /// What is remembered of this generation once there is another.
    pub(super) fn as_previous(&self) -> Previous {
        Previous {
            access: self.tokens.access.as_ref().map(TokenRecord::of),
            id: self.tokens.id.as_ref().map(TokenRecord::of),
        }
    }

    /// The verdict on a token's signature.
    pub fn signature(&self, kind: TokenKind) -> Option<&Signature> {
        self.signatures
            .iter()
            .find_map(|(of, signature)| (*of == kind).then_some(signature))
    }

    /// What the provider's clock shows when the local one shows `local`: countdowns run by it.
    pub fn now(&self, local: Timestamp) -> Timestamp {
        self.server_time.at(local)
    }
}
