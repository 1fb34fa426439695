//! What can be set: the port, how long tokens live, and how redCORE refreshes.

/// How long what one system issues lives, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenLifetimes {
    /// Access tokens (`expires_in`).
    pub access_token_s: u64,
    /// Refresh tokens. Each rotation starts anew.
    pub refresh_token_s: u64,
}

/// How long what the provider issues lives. A change holds for tokens issued after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetimes {
    /// ERP.net's access and refresh tokens.
    pub erp_net: TokenLifetimes,
    /// ERP.net's ID tokens (their `exp`), in seconds.
    pub id_token_s: u64,
    /// ERP.net's device codes, in seconds.
    pub device_code_s: u64,
    /// The least time between two polls with one, in seconds (RFC 8628 §3.2).
    pub device_interval_s: u64,
    /// MyCorp-Auth's.
    pub my_corp: TokenLifetimes,
    /// The plain OAuth 2.0 server's.
    pub plain: TokenLifetimes,
    /// redCORE's; the second is its option `refresh_token_lifetime`.
    pub red_core: TokenLifetimes,
}

impl Lifetimes {
    /// The same for every system; all in seconds. Devices may poll each second, and their codes live ten minutes.
    pub const fn uniform(access_token_s: u64, id_token_s: u64, refresh_token_s: u64) -> Self {
        let each = TokenLifetimes {
            access_token_s,
            refresh_token_s,
        };
        Self {
            erp_net: each,
            id_token_s,
            device_code_s: 600,
            device_interval_s: 1,
            my_corp: each,
            plain: each,
            red_core: each,
        }
    }

    /// Short enough to watch a token expire: a minute for access and ID tokens, ten for refresh tokens.
    pub const fn fast() -> Self {
        Self::uniform(60, 60, 600)
    }

    /// Each system's own, as its documentation says: ERP.net an hour, five minutes for ID tokens, and a month;
    /// MyCorp-Auth a day, and a month, as its refresh tokens live "longer"; the plain server 15 minutes and a day;
    /// redCORE an hour and, by its default, two weeks.
    pub const fn documented() -> Self {
        const DAY_S: u64 = 86_400;
        const fn of(access_token_s: u64, refresh_token_s: u64) -> TokenLifetimes {
            TokenLifetimes {
                access_token_s,
                refresh_token_s,
            }
        }
        Self {
            erp_net: of(3600, 30 * DAY_S),
            id_token_s: 300,
            device_code_s: 600,
            device_interval_s: 5,
            my_corp: of(DAY_S, 30 * DAY_S),
            plain: of(900, DAY_S),
            red_core: of(3600, 14 * DAY_S),
        }
    }
}

impl Default for Lifetimes {
    /// [`Lifetimes::documented`].
    fn default() -> Self {
        Self::documented()
    }
}

/// How to start the provider.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The TCP port on the loopback addresses; 0 takes any free one.
    pub port: u16,
    /// How long tokens live.
    pub lifetimes: Lifetimes,
    /// redCORE's option of this name: whether each refresh brings a new refresh token. Without it the old one stays.
    pub always_issue_new_refresh_token: bool,
}
