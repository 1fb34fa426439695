//! What is true, without I/O: no tokio, no network, no files, no window. Time and randomness are passed in.
//!
//! Start with [`profile`] (one trusted app), [`token`] (what a login gives) and [`jwt`] (what can be read from it). A login
//! builds a request in [`authorize`], reads the answer in [`callback`], the tokens in [`response`], and is judged in
//! [`checks`] and [`verify`]. What a token says is put into words in [`claims`], and held against another token in
//! [`compare`]. What a server offers is read in [`metadata`]; what the client signs is made in [`keys`].

mod accept;
pub mod application_secret_hash;
pub mod authorize;
pub(crate) mod body;
pub mod callback;
pub mod challenge;
pub mod checks;
pub mod claims;
pub mod claims_answer;
pub mod claims_checks;
pub mod client_assertion;
pub mod clock;
pub mod compare;
pub mod credentials;
pub mod defect;
pub mod device;
pub mod dpop;
pub mod exchange;
mod expires_in;
pub mod find;
pub mod forge;
pub mod history;
pub mod inspection;
pub mod jarm;
pub mod jwe;
pub mod jwt;
pub mod keys;
pub mod lenient_json;
pub mod lifetime;
pub mod members;
pub mod metadata;
pub mod par;
pub mod pkce;
mod polling;
pub mod profile;
pub mod redact;
pub mod redirect;
pub mod response;
pub mod response_type;
pub mod roles;
pub mod secret;
mod secret_names;
#[cfg(test)]
pub(crate) mod seeds;
pub mod skew;
pub mod slug;
pub mod template;
pub mod token;
pub mod transport;
pub mod verify;
pub mod visible;
pub mod walkthrough;

pub use clock::{Clock, Random};
pub use credentials::{Credentials, SecretKind};
pub use profile::{Profile, field};
pub use secret::Secret;
pub use slug::Slug;
pub use token::{Fingerprint, Token, TokenKind, TokenSet};
pub use visible::visible;
