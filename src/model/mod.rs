//! What is true, without I/O: no tokio, no network, no files, no window. Time and randomness are passed in.

pub mod clock;
pub mod secret;

pub use clock::{Clock, Random};
pub use secret::Secret;
