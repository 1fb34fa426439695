//! The machine: its clock, its random bytes, its timer and its browser. The only place that reads the first two.

use std::pin::Pin;
use std::time::Duration;

use jiff::Timestamp;
use url::Url;

use crate::model::{Clock, Random};

/// The wall clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// The operating system's random bytes.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, buffer: &mut [u8]) {
        aws_lc_rs::rand::fill(buffer).expect("an operating system without random bytes can run nothing that is safe");
    }
}

/// Opens an address in the person's browser; `$BROWSER` is honoured. It may block.
pub fn open_browser(url: &Url) -> Result<(), String> {
    webbrowser::open(url.as_str())
        .map_err(|error| format!("No browser could be opened ({error}). Open the address yourself"))
}

/// Waits by the machine's timer.
pub fn sleep(time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
    Box::pin(tokio::time::sleep(time))
}
