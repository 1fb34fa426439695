//! Tokenscope: a desktop inspector for OAuth 2.0 and OpenID Connect tokens.

pub mod cli;
pub mod demo;
pub mod engine;
pub mod flow;
pub mod model;
pub mod setup;
pub mod store;
pub mod system;
