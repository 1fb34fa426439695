//! How far a login is: the engine's steps, gathered.

use jiff::Timestamp;

use crate::engine::{DevicePrompt, LoginStep};

/// How far a login is.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a step that has come or not")]
pub struct Login {
    /// How many keys the provider has, or why there are none, and the milliseconds it took.
    pub keys: Option<(Result<usize, String>, f64)>,
    /// Where the callback is waited for.
    pub listening: Option<String>,
    /// Why nothing can listen for it, and what to do.
    pub paste_only: Option<String>,
    /// SHA-256 of the certificate that was made for it.
    pub certificate: Option<String>,
    /// Whether the request was pushed ahead.
    pub pushed: bool,
    /// What to type into another device.
    pub device: Option<DevicePrompt>,
    /// How often the provider was asked whether that was done, and what it said last.
    pub polled: Option<(u32, String)>,
    /// The address to sign in at.
    pub url: Option<String>,
    /// Whether the browser was opened, or why not.
    pub browser: Option<Result<(), String>>,
    /// When it gives up waiting.
    pub deadline: Option<Timestamp>,
    /// The last thing that came and was not the answer.
    pub stray: Option<String>,
    /// Whether the callback came.
    pub called_back: bool,
    /// Whether the code is being exchanged.
    pub exchanging: bool,
    /// Whether the tokens came and are being checked.
    pub checking: bool,
}

impl Login {
    /// Whether something in it runs out by the clock.
    pub fn counts_down(&self) -> bool {
        self.deadline.is_some() || self.device.is_some()
    }

    /// One step on.
    pub(super) fn apply(&mut self, step: LoginStep) {
        match step {
            LoginStep::Keys { keys, took_ms } => self.keys = Some((keys, took_ms)),
            LoginStep::Listening(address) => self.listening = Some(address),
            LoginStep::PasteOnly { redirect_uri, why } => {
                self.listening = Some(redirect_uri);
                self.paste_only = Some(why);
            }
            LoginStep::Certificate(fingerprint) => self.certificate = Some(fingerprint),
            LoginStep::Pushed => self.pushed = true,
            LoginStep::Device(prompt) => self.device = Some(prompt),
            LoginStep::Polled { times, said, .. } => self.polled = Some((times, said)),
            LoginStep::Address(url) => self.url = Some(url.into()),
            LoginStep::Browser(opened) => self.browser = Some(opened),
            LoginStep::Waiting(until) => self.deadline = Some(until),
            LoginStep::Stray(what) => self.stray = Some(what),
            LoginStep::CalledBack => self.called_back = true,
            LoginStep::Exchanging => self.exchanging = true,
            LoginStep::Checking => self.checking = true,
        }
    }
}
