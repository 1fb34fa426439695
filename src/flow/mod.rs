//! One conversation with a server: requests go out, answers come back and are read. Nothing is stored here.
//!
//! Start with [`login`], which goes from the listener ([`listener`]) over the browser to the token endpoint
//! ([`token_request`]); [`refresh`](mod@refresh) takes the short way. Everything goes through [`http`], which records
//! each exchange.

pub mod api;
pub mod error;
pub mod http;
mod judge;
pub mod jwks;
pub mod listener;
pub mod login;
pub mod obtained;
pub mod pages;
pub mod refresh;
pub mod step;
pub mod token_request;
pub mod transcript;

pub use api::ApiAnswer;
pub use error::FlowError;
pub use http::{Http, Limits};
pub use login::{Login, OpenBrowser};
pub use obtained::Obtained;
pub use step::LoginStep;
pub use token_request::Client;
pub use transcript::Transcript;
