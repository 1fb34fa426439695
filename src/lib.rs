//! Tokenscope: a desktop inspector for OAuth 2.0 and OpenID Connect tokens.

pub mod model;
pub mod store;
