//! How far a login is: told while it happens.

use jiff::Timestamp;
use url::Url;

/// What the person needs to sign in on another device (RFC 8628 §3.2, §3.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DevicePrompt {
    /// What to type there.
    pub user_code: String,
    /// Where.
    pub verification_uri: String,
    /// The same with the code in it: for a QR code.
    pub verification_uri_complete: Option<String>,
    /// When the code ends, by the local clock.
    pub expires_at: Timestamp,
}

/// How far a login is. They come in this order; `Stray` and `Polled` may come several times.
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
    /// Nothing can listen at the redirect URI: the person pastes the address that the browser ends at.
    PasteOnly {
        /// The redirect URI.
        redirect_uri: String,
        /// Why, and what to do.
        why: String,
    },
    /// The redirect URI is HTTPS on loopback: SHA-256 of the certificate that was made for it, which the browser will not
    /// know.
    Certificate(String),
    /// The authorization request was pushed ahead (RFC 9126).
    Pushed,
    /// A code is to be typed into another device (RFC 8628 §3.3).
    Device(DevicePrompt),
    /// The token endpoint was asked whether the person has done so (RFC 8628 §3.4).
    Polled {
        /// How often by now.
        times: u32,
        /// Seconds until it is asked again.
        wait_s: u64,
        /// What it said: `authorization_pending`, `slow_down`, or why it could not be asked.
        said: String,
    },
    /// The address to sign in at.
    Address(Url),
    /// The browser was opened, or why not.
    Browser(Result<(), String>),
    /// The person is waited for until this time, by the local clock.
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
