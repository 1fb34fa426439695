//! What every handler shares: the clock, the ids, the key, the tables.

use std::ops::Deref;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_lc_rs::digest::{Context, SHA256};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use url::Url;

use super::authorize::SignIn;
use super::expiring::Expiring;
use super::grants::Grants;
use super::log::Log;
use super::session::Session;
use super::settings::Lifetimes;
use super::sign::SigningKey;
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
    pub(super) key: SigningKey,
    pub(super) log: Log,
    lifetimes: Mutex<Lifetimes>,
    tables: Mutex<Tables>,
}

/// Everything that changes with use. One lock: what must change together does.
pub(super) struct Tables {
    /// Sign-ins under way, by transaction id.
    pub(super) sign_ins: Expiring<SignIn>,
    /// Who is signed in, by session cookie.
    pub(super) sessions: Expiring<Session>,
    /// Codes and tokens.
    pub(super) grants: Grants,
}

impl Inner {
    /// The state of a provider that has served nobody yet.
    pub(super) fn new(base: Url, clock: Arc<dyn Clock>, ids: Ids, key: SigningKey, lifetimes: Lifetimes) -> Self {
        Self {
            issuer: format!("{base}id"),
            base,
            clock,
            ids,
            key,
            log: Log::default(),
            lifetimes: Mutex::new(lifetimes),
            tables: Mutex::new(Tables {
                sign_ins: Expiring::with_capacity(1000),
                sessions: Expiring::with_capacity(1000),
                grants: Grants::new(),
            }),
        }
    }

    /// The tables, locked. Never hold the lock over an `.await`.
    pub(super) fn tables(&self) -> MutexGuard<'_, Tables> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
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
