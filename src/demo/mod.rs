//! The embedded identity provider: the two ERP.net systems on one loopback origin, at exactly their paths, so that
//! the whole product can be seen working offline.
//!
//! It may import `model` and nothing else of this crate: the parties under test share no code with it beyond words
//! like [`crate::model::Secret`]. Time and randomness are passed in, so a test moves a clock instead of waiting.
//!
//! Start reading at [`server`](self::Demo) (what is bound, which path goes where), then follow one sign-in:
//! `request` (what the client asks) → `authorize` (sign-in and consent, drawn by `pages`) → `answer` (back to the
//! client) → `token` (with `client_auth`, `grants`, `mint`, `sign`) → `api`. `tenant` holds who the clients and users
//! are; `log` what happened, without secrets.

mod answer;
mod api;
mod authorize;
mod bearer;
mod client_auth;
mod discovery;
mod expiring;
mod grants;
mod log;
mod mint;
mod mycorp;
mod pages;
mod parameters;
mod pkce;
mod plain;
mod redcore;
mod reply;
mod request;
mod scope;
mod server;
mod session;
mod settings;
mod sign;
mod sign_in;
mod state;
mod tenant;
mod token;
mod user;

pub use log::LogLine;
pub use server::{Demo, DemoError};
pub use settings::{Lifetimes, Settings, TokenLifetimes};
pub use tenant::{ClientFacts, System};
pub use user::UserFacts;
