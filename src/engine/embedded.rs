//! The embedded identity provider, as the engine sees it: something that starts, says where it is, and stops.
//!
//! The engine does not know the provider itself: that lives in `demo`, which shares no code with the flows that are
//! tested against it. `setup` brings the two together.

use std::future::Future;
use std::pin::Pin;

use url::Url;

use super::command::{DemoLifetimes, DemoOptions};
use super::event::DemoLine;
use super::failure::Failure;
use crate::model::Secret;

/// A future that can be stored, as trait objects need it.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Where the embedded provider is, and the secrets of the clients that it knows.
#[derive(Clone, Debug)]
pub struct Origin {
    /// Its base URL.
    pub base_url: Url,
    /// `client_id` and client secret of each. They are printed on its own start page.
    pub secrets: Vec<(String, Secret)>,
    /// The people who can sign in. They are printed there too.
    pub users: Vec<KnownUser>,
    /// `client_id` and the public key (PEM) that its app has configured, where it is configured by hand.
    pub verification_keys: Vec<(String, String)>,
}

/// A person whom the embedded provider knows.
#[derive(Clone, Debug)]
pub struct KnownUser {
    /// What to type as user name.
    pub username: String,
    /// The password: public knowledge.
    pub password: Secret,
    /// One line about them.
    pub about: String,
}

/// A provider that can be started inside this process.
pub trait EmbeddedProvider: Send + Sync {
    /// Starts it; when it runs already, only the lifetimes change.
    fn start(&self, lifetimes: DemoLifetimes) -> BoxFuture<'_, Result<Origin, Failure>>;

    /// Where it is, while it runs.
    fn origin(&self) -> Option<Origin>;

    /// How long its tokens live, or would live.
    fn lifetimes(&self) -> DemoLifetimes;

    /// How it behaves, or would behave.
    fn options(&self) -> DemoOptions;

    /// Changes how it behaves from now on, also at its next starts.
    fn set_options(&self, options: DemoOptions);

    /// Stops it and frees its port.
    fn stop(&self) -> BoxFuture<'_, ()>;

    /// The `kid` and the private key (PEM) of each key that it signs with; none while it does not run. They live as long
    /// as it does, and nobody trusts them but its own clients.
    fn signing_keys(&self) -> Vec<(String, Secret)>;

    /// What it was asked, oldest first.
    fn log(&self) -> Vec<DemoLine>;
}
