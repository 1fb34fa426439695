//! The library's engine against servers that other people wrote: they do not share its misunderstandings.
//!
//! Needs node and, for each server, what `tests/run.sh` installs; without it a test says that it is skipped, or fails
//! when `TOKENSCOPE_REQUIRE_PEERS` is set.

mod client_auth;
mod device;
mod discovery;
mod documents;
mod dpop;
mod endpoints;
mod glewlwyd;
mod jarm;
mod logout;
mod oidc_provider;
mod par;
mod support;
mod tls;
mod wishes;
