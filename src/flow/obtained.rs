//! Judged tokens: what a flow hands to the engine.

use crate::model::checks::Check;
use crate::model::lifetime::ServerTime;
use crate::model::verify::Signature;
use crate::model::{TokenKind, TokenSet};

/// What a login or a refresh gave.
#[derive(Debug)]
pub struct Obtained {
    /// The tokens.
    pub tokens: TokenSet,
    /// The provider's clock.
    pub server_time: ServerTime,
    /// Milliseconds that the token request took; none where the browser brought the tokens.
    pub latency_ms: Option<f64>,
    /// The HTTP status of the token response; none where the browser brought the tokens.
    pub status: Option<u16>,
    /// The verdicts on the signatures.
    pub signatures: Vec<(TokenKind, Signature)>,
    /// The checks of the ID token.
    pub checks: Vec<Check>,
}
