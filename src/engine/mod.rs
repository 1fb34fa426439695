//! The one way to log in, refresh and call: it runs the flow, stores what came of it, and only then tells.

//!
//! Start with [`core`] (what an engine holds), then [`login`] and [`refresh`]. The window reaches it through
//! [`runner`], with a [`Command`] in and [`Event`]s out; the command line awaits the same methods.

mod api_call;
mod archive;
mod ask;
mod clients;
mod clock_skew;
pub mod command;
pub mod core;
pub mod discovery;
mod embedded;
pub mod equipment;
pub mod event;
pub mod failure;
pub mod fallback;
mod files;
pub mod forge;
pub mod inspect;
pub mod journey;
mod key_memory;
mod keys;
pub mod login;
pub mod logout;
pub mod operation;
pub mod refresh;
mod replay;
pub mod reporter;
mod revoke;
mod rows;
pub mod runner;
mod secrets;
pub mod session;

pub use self::core::{Engine, Parts};
pub use crate::flow::{
    ApiAnswer, DevicePrompt, Discovered, LoggedOut, LoginStep, LogoutStep, ProviderAnswer, ProviderKeys, Question,
    Revoked, Tried,
};
pub use command::{Command, DemoLifetimes, DemoOptions, Request};
pub use discovery::{Finding, Lookup, NewProfile, Registered, Registration};
pub use embedded::{BoxFuture, EmbeddedProvider, KnownUser, Origin};
pub use equipment::Given;
pub use event::{DemoLine, Event, EventKind};
pub use failure::{Blame, Failure};
pub use fallback::{Renewal, Renewed};
pub use forge::{ForgeHow, ForgeRequest, Forgery, Signer};
pub use inspect::{InspectRequest, Inspected, KeysFrom};
pub use journey::Journey;
pub use login::LoginOptions;
pub use logout::LogoutOptions;
pub use operation::{OperationId, OperationKind};
pub use reporter::Reporter;
pub use runner::Runner;
pub use session::{Previous, Session};
