//! What can be set: the port, and how long tokens live.

/// How long what the provider issues lives, in seconds. A change holds for tokens issued after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetimes {
    /// Access tokens (`expires_in`).
    pub access_token_s: u64,
    /// ID tokens (their `exp`).
    pub id_token_s: u64,
    /// Refresh tokens. Each rotation starts anew.
    pub refresh_token_s: u64,
}

impl Lifetimes {
    /// Short enough to watch a token expire: a minute for access and ID tokens, ten for refresh tokens.
    pub const fn fast() -> Self {
        Self {
            access_token_s: 60,
            id_token_s: 60,
            refresh_token_s: 600,
        }
    }
}

impl Default for Lifetimes {
    /// ERP.net's own: an hour, five minutes, 30 days.
    fn default() -> Self {
        Self {
            access_token_s: 3600,
            id_token_s: 300,
            refresh_token_s: 30 * 24 * 3600,
        }
    }
}

/// How to start the provider.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The TCP port on the loopback addresses; 0 takes any free one.
    pub port: u16,
    /// How long tokens live.
    pub lifetimes: Lifetimes,
}
