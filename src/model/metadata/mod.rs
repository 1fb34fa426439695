//! What servers and APIs say about themselves (OpenID Connect Discovery, RFC 8414, RFC 9728), and how an app registers
//! with one (RFC 7591).
//!
//! Start with `well_known` (where the documents are) and [`discovery`] (what stands in a server's); [`offer`] says it to
//! people, `discovered` and `registered` fill a profile.

mod discovered;
pub mod discovery;
pub mod discovery_changes;
mod metadata_reader;
pub mod offer;
mod registered;
pub mod registration;
pub mod resource_metadata;
mod well_known;
