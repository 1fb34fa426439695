//! One conversation with a server: requests go out, answers come back and are read. Nothing is stored here.
//!
//! Start with [`login`]: the profile's grant decides which way is taken. Each way has a file of its name (`browser` goes
//! from the [`listener`] over the browser to the token endpoint, `password` and others go there directly), and
//! [`refresh`](mod@refresh) takes the short one. What every request needs is in [`party`]; `back_channel` proves who the
//! client is (`client_auth`) and sends; `token_request` reads the answer; `judge` verifies and checks what came.
//! Everything goes through [`http`], which records each exchange.
//!
//! Once there are tokens, [`api`], [`userinfo`](mod@userinfo), [`introspection`], [`revocation`] and [`logout`] each ask one
//! more endpoint.

pub mod api;
mod back_channel;
mod browser;
mod client_auth;
mod client_credentials;
mod device;
pub mod discovery;
mod dpop;
pub mod error;
mod form;
pub mod http;
pub mod introspection;
mod issuer_keys;
mod jarm;
mod json_login;
mod judge;
pub mod jwks;
mod jwt_bearer;
pub mod key_cache;
mod key_questions;
pub mod listener;
pub mod login;
pub mod logout;
pub mod obtained;
pub mod pages;
mod par;
pub mod party;
mod password;
pub mod provider_answer;
pub mod refresh;
pub mod registration;
pub mod revocation;
pub mod step;
mod token_exchange;
mod token_request;
pub mod transcript;
pub mod userinfo;

pub use api::ApiAnswer;
pub use discovery::{Discovered, Discovery, DiscoveryError, Tried};
pub use dpop::Dpop;
pub use error::FlowError;
pub use http::{Http, Limits};
pub use issuer_keys::{address_keys, issuer_keys, must_be_safe};
pub use jwks::{Freshness, ProviderKeys};
pub use login::{Login, OpenBrowser, Sleep};
pub use logout::{LoggedOut, Logout, LogoutStep};
pub use obtained::Obtained;
pub use party::Party;
pub use provider_answer::{ProviderAnswer, Question};
pub use registration::RegistrationError;
pub use revocation::Revoked;
pub use step::{DevicePrompt, LoginStep};
pub use transcript::Transcript;
