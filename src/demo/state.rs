//! What every handler shares: the clock, the ids, the key, the tables.

use std::fmt::Write;
use std::ops::Deref;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_lc_rs::digest::{Context, SHA256};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use url::Url;

use super::devices::Devices;
use super::expiring::Expiring;
use super::grants::Grants;
use super::log::Log;
use super::request::AuthorizationRequest;
use super::session::Session;
use super::settings::{Lifetimes, Settings};
use super::sign::SigningKey;
use super::sign_in::SignIn;
use crate::model::{Clock, Random};

/// A handle on the provider's state, cheap to clone.
#[derive(Clone)]
pub(super) struct Shared(pub(super) Arc<Inner>);

impl Deref for Shared {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

/// The state itself.
pub(super) struct Inner {
    /// `http://127.0.0.1:PORT/`.
    pub(super) base: Url,
    /// `http://127.0.0.1:PORT/id`, the `iss` of everything.
    pub(super) issuer: String,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) ids: Ids,
    /// ERP.net's key.
    pub(super) key: SigningKey,
    /// MyCorp-Auth's key `auth-key-2025`.
    pub(super) my_corp_key: SigningKey,
    /// The plain server's HS256 key. Nobody else knows it.
    pub(super) plain_key: String,
    pub(super) log: Log,
    lifetimes: Mutex<Lifetimes>,
    always_issue_new_refresh_token: AtomicBool,
    tables: Mutex<Tables>,
}

/// Everything that changes with use. One lock: what must change together does.
pub(super) struct Tables {
    /// Sign-ins under way, by transaction id.
    pub(super) sign_ins: Expiring<SignIn>,
    /// Who is signed in, by session cookie.
    pub(super) sessions: Expiring<Session>,
    /// Pushed requests that wait for their browser, by `request_uri`.
    pub(super) pushed: Expiring<AuthorizationRequest>,
    /// Devices that wait for a person.
    pub(super) devices: Devices,
    /// Codes and tokens.
    pub(super) grants: Grants,
}

impl Inner {
    /// The state of a provider that has served nobody yet.
    pub(super) fn new(base: Url, clock: Arc<dyn Clock>, ids: Ids, keys: Keys, settings: Settings) -> Self {
        Self {
            issuer: format!("{base}id"),
            base,
            clock,
            plain_key: ids.long(),
            ids,
            key: keys.erp_net,
            my_corp_key: keys.my_corp,
            log: Log::default(),
            lifetimes: Mutex::new(settings.lifetimes),
            always_issue_new_refresh_token: AtomicBool::new(settings.always_issue_new_refresh_token),
            tables: Mutex::new(Tables {
                sign_ins: Expiring::with_capacity(1000),
                sessions: Expiring::with_capacity(1000),
                pushed: Expiring::with_capacity(1000),
                devices: Devices::new(),
                grants: Grants::new(),
            }),
        }
    }

    /// The tables, locked. Never hold the lock over an `.await`.
    pub(super) fn tables(&self) -> MutexGuard<'_, Tables> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether each of redCORE's refreshes brings a new refresh token.
    pub(super) fn always_issues_new_refresh_token(&self) -> bool {
        self.always_issue_new_refresh_token.load(Ordering::Relaxed)
    }

    /// Changes that for the refreshes to come.
    pub(super) fn set_always_issue_new_refresh_token(&self, on: bool) {
        self.always_issue_new_refresh_token.store(on, Ordering::Relaxed);
    }

    /// How long tokens that are issued now live.
    pub(super) fn lifetimes(&self) -> Lifetimes {
        *self.lifetimes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes how long tokens that are issued from now on live.
    pub(super) fn set_lifetimes(&self, lifetimes: Lifetimes) {
        *self.lifetimes.lock().unwrap_or_else(PoisonError::into_inner) = lifetimes;
    }
}

/// The key pairs of a provider.
pub(super) struct Keys {
    pub(super) erp_net: SigningKey,
    pub(super) my_corp: SigningKey,
}

/// Makes texts that nobody can guess, and that differ even when the source of randomness repeats itself
/// (as a test's may).
pub(super) struct Ids {
    random: Arc<dyn Random>,
    made: AtomicU64,
}

impl Ids {
    /// Ids from this source.
    pub(super) fn new(random: Arc<dyn Random>) -> Self {
        Self {
            random,
            made: AtomicU64::new(0),
        }
    }

    /// 22 characters, 128 bits: for what is named (`jti`, `sid`, `kid`).
    pub(super) fn short(&self) -> String {
        URL_SAFE_NO_PAD.encode(&self.bytes()[..16])
    }

    /// 43 characters, 256 bits: for what opens something (codes, refresh tokens, cookies).
    pub(super) fn long(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.bytes())
    }

    /// 40 hexadecimal digits, 160 bits: an opaque token of the other look that redCORE's documentation prints.
    pub(super) fn hex(&self) -> String {
        self.bytes()[..20].iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
    }

    fn bytes(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        self.random.fill(&mut bytes);
        let mut context = Context::new(&SHA256);
        context.update(&bytes);
        context.update(&self.made.fetch_add(1, Ordering::Relaxed).to_le_bytes());
        bytes.copy_from_slice(context.finish().as_ref());
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Stuck;

    impl Random for Stuck {
        fn fill(&self, buffer: &mut [u8]) {
            buffer.fill(7);
        }
    }

    #[test]
    fn ids_differ_even_when_the_random_source_is_stuck() {
        let ids = Ids::new(Arc::new(Stuck));
        let (one, two) = (ids.long(), ids.long());
        assert_ne!(one, two);
        assert_eq!((one.len(), ids.short().len()), (43, 22));
    }
}
