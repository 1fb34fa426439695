//! The one way to log in, refresh and call: it runs the flow, stores what came of it, and only then tells.

pub mod command;
pub mod event;
pub mod failure;
pub mod operation;
pub mod session;

pub use command::{Command, DemoLifetimes, Request};
pub use event::{ApiAnswer, DemoLine, Event, EventKind, LoginStep};
pub use failure::{Blame, Failure};
pub use operation::{OperationId, OperationKind};
pub use session::{Previous, Session};
