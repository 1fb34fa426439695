//! What is true, without I/O: no tokio, no network, no files, no window. Time and randomness are passed in.
//!
//! Start with [`profile`] (one trusted app), [`token`] (what a login gives) and [`jwt`] (what can be read from it). A login
//! builds a request in [`authorize`], reads the answer in [`callback`], the tokens in [`response`], and is judged in
//! [`checks`] and [`verify`]. What a server offers is read in [`discovery`]; what the client signs is made in [`signing`].

mod accept;
pub mod application_secret_hash;
pub mod authorize;
mod body;
pub mod callback;
mod certificate;
pub mod challenge;
pub mod checks;
pub mod claims;
pub mod claims_answer;
pub mod claims_checks;
pub mod client_assertion;
pub mod clock;
pub mod credentials;
pub mod defect;
pub mod device;
mod discovered;
pub mod discovery;
pub mod discovery_changes;
pub mod dpop;
pub mod exchange;
pub mod history;
pub mod jarm;
pub mod jwa;
pub mod jwt;
pub mod keys;
pub mod lifetime;
pub mod members;
mod metadata_reader;
pub mod offer;
pub mod par;
mod pem;
pub mod pkce;
mod polling;
mod private_key;
pub mod profile;
mod read_key;
pub mod redact;
pub mod redirect;
mod registered;
pub mod registration;
pub mod resource_metadata;
pub mod response;
pub mod response_type;
pub mod roles;
pub mod secret;
#[cfg(test)]
pub(crate) mod seeds;
pub mod signing;
pub mod skew;
pub mod slug;
pub mod template;
pub mod token;
pub mod transport;
pub mod verify;
pub mod walkthrough;
mod well_known;

pub use clock::{Clock, Random};
pub use credentials::{Credentials, SecretKind};
pub use profile::{Profile, field};
pub use secret::Secret;
pub use slug::Slug;
pub use token::{Fingerprint, Token, TokenKind, TokenSet};
