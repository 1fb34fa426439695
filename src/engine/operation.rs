//! Operations: one login, one refresh, one call. Each has an id, can be cancelled, and ends exactly once.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

/// Names one operation for as long as the program runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OperationId(u64);

impl OperationId {
    /// The next id. Whoever sends a command draws it, so that it can cancel what it has started before it hears of it.
    pub fn next() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

impl fmt::Display for OperationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

/// What an operation does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OperationKind {
    /// A login.
    Login,
    /// A refresh.
    Refresh,
    /// A call of the API.
    ApiCall,
    /// A question to the provider: userinfo or introspection.
    Question,
    /// The end of a token.
    Revocation,
    /// A logout at the provider.
    Logout,
    /// Reading or writing what is stored.
    Store,
    /// Finding out about a server, or registering a client there.
    Discovery,
    /// A look at a text.
    Inspection,
    /// Starting or stopping the embedded provider.
    Demo,
}
