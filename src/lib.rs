//! Tokenscope: a desktop inspector for OAuth 2.0 and OpenID Connect tokens.
//!
//! It logs in to a trusted app the way the real client would, keeps the tokens fresh, and shows every claim, every
//! countdown and every refresh. Where a server breaks a rule, it names the rule.
//!
//! The map, lowest layer first; each imports only those above it:
//!
//! - [`model`]: what is true, without I/O
//! - [`flow`]: one conversation with a server
//! - [`store`]: what survives
//! - [`engine`]: the one way to log in, refresh and call
//! - [`demo`]: the embedded identity provider (knows only [`model`])
//! - [`cli`]: the command line
//! - `gui`: the window (feature `gui`)
//!
//! [`setup`] puts the parts together and [`system`] is the machine that they run on. `ARCHITECTURE.md` tells the way of
//! a login, a refresh and a click through these rooms.

pub mod cli;
pub mod demo;
pub mod engine;
pub mod flow;
#[cfg(feature = "gui")]
pub mod gui;
pub mod model;
pub mod setup;
pub mod store;
pub mod system;
