//! Tokenscope: a desktop inspector for OAuth 2.0 and OpenID Connect tokens.

#[cfg(feature = "gui")]
pub mod gui;
pub mod model;
