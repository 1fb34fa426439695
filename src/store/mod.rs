//! What survives: profiles as files that can be mailed, history and exchanges in a database. No token, no secret.
//!
//! It may touch the disk and [`crate::model`], nothing else; every call blocks, so callers keep it off the window's
//! thread and off the async workers. Start with [`Paths`] (where things are), [`Profiles`] and [`Database`].
//!
//! What is found broken is never overwritten and never deleted: it is set aside under another name, and a [`Problem`]
//! says so. What a newer version wrote is refused and left as it is.

mod atomic;
mod database;
mod error;
mod exchanges;
mod history;
mod paths;
mod profile_text;
mod profiles;
mod schema;

pub use database::Database;
pub use error::{Problem, StoreError};
pub use history::HistoryQuery;
pub use paths::Paths;
pub use profile_text::{ProfileTextError, parse};
pub use profiles::{Loaded, Profiles};
