//! The embedded identity provider: the five systems on one loopback origin, at exactly their paths, so that the whole
//! product can be seen working offline.
//!
//! It may import `model` and nothing else of this crate: the parties under test share no code with it beyond words
//! like [`crate::model::Secret`]. Time and randomness are passed in, so a test moves a clock instead of waiting.
//!
//! Start reading at [`server`](self::Demo): what is bound, which path goes where. `tenant` names the systems and their
//! clients, `user` and `scope` what they share.
//!
//! - **ERP.net**: `request` (what the client asks; `par` when it was pushed) → `authorize` → `sign_in` (the pages,
//!   drawn by `pages`) → `answer` (back to the client) → `token` (with `client_auth`, `mint`) → `api`. Beside them
//!   `device` and `devices`, `userinfo`, `introspect` (and revocation), `end_session`, `discovery`.
//! - **MyCorp-Auth** is `mycorp`, **plain OAuth 2.0** is `plain` (its login takes the same way as ERP.net's),
//!   **redCORE** is `redcore`.
//!
//! All share `grants` (codes, tokens, families, rotation), `sign`, `bearer` (what an API does with a token), `reply`
//! and `log` (what happened, without secrets).

mod answer;
mod api;
mod authorize;
mod bearer;
mod client_auth;
mod device;
mod devices;
mod discovery;
mod end_session;
mod expiring;
mod grant;
mod grants;
mod introspect;
mod log;
mod mint;
mod mycorp;
mod pages;
mod par;
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
mod userinfo;

pub use log::LogLine;
pub use server::{Demo, DemoError};
pub use settings::{Lifetimes, Settings, TokenLifetimes};
pub use tenant::{ClientFacts, System};
pub use user::UserFacts;
