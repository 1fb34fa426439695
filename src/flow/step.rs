//! How far a login is: told while it happens.

use jiff::Timestamp;
use url::Url;

/// How far a login is. They come in this order; `Stray` may come several times.
#[derive(Clone, Debug)]
pub enum LoginStep {
    /// The provider's public keys: how many, or why there are none, and the milliseconds it took.
    Keys {
        /// How many keys, or why there are none.
        keys: Result<usize, String>,
        /// How long it took.
        took_ms: f64,
    },
    /// The callback is listened for at this redirect URI.
    Listening(String),
    /// The address to sign in at.
    Address(Url),
    /// The browser was opened, or why not.
    Browser(Result<(), String>),
    /// The callback is waited for until this time, by the local clock.
    Waiting(Timestamp),
    /// Something came that was not the answer, in one sentence. The wait goes on.
    Stray(String),
    /// The callback came.
    CalledBack,
    /// The code is exchanged for tokens.
    Exchanging,
    /// Signature, nonce and hashes are checked.
    Checking,
}
