//! What the window asks of the engine.

use super::discovery::{Lookup, NewProfile, Registration};
use super::equipment::Given;
use super::forge::ForgeRequest;
use super::inspect::InspectRequest;
use super::operation::OperationId;
use crate::flow::Question;
use crate::model::{Profile, Secret, SecretKind, Slug, TokenKind};

/// A wish, with the id under which its events come back.
#[derive(Debug)]
pub struct Request {
    /// The id, drawn by the sender.
    pub operation: OperationId,
    /// The wish.
    pub command: Command,
}

/// One wish.
#[derive(Debug)]
pub enum Command {
    /// Read every profile, write the first ones when there are none, and tell the end of each history.
    Load,
    /// Store a profile: a new one, or over the one with its slug.
    SaveProfile(Box<Profile>),
    /// Delete a profile, its session and its history.
    DeleteProfile(Slug),
    /// Keep a secret in memory; an empty one forgets it. With the profile that it was given for, where that is not stored.
    SetSecret(Slug, SecretKind, Secret, Option<Box<Profile>>),
    /// Log in, with what the person gave for it.
    Login(Slug, Given),
    /// Refresh now; where the session is over, do what the profile says.
    Refresh(Slug),
    /// Call the profile's API with the access token.
    CallApi(Slug),
    /// Read these rows of a profile's history, by their numbers, with the claims of their tokens.
    ReadTokens(Slug, Vec<i64>),
    /// Fetch the provider's keys.
    ReadKeys(Slug),
    /// Ask the provider about the tokens or their person.
    Ask(Slug, Question),
    /// End the token of this kind.
    Revoke(Slug, TokenKind),
    /// Send the browser to log out.
    LogOut(Slug),
    /// The address of the callback, pasted by hand, for the login with this id.
    PasteCallback(OperationId, Secret),
    /// Stop the operation with this id: a login until its tokens are there, or a call of the API. Others go on.
    Cancel(OperationId),
    /// Find out what a server or an API says of itself.
    Discover(Box<Lookup>),
    /// Register a client.
    Register(Box<Registration>),
    /// Store a new profile with its secrets and what it came from.
    CreateProfile(Box<NewProfile>),
    /// Look at a text: find its tokens, verify and judge them.
    Inspect(Box<InspectRequest>),
    /// Make a token for tests out of another one.
    Forge(Box<ForgeRequest>),
    /// Start the embedded provider, or start it again with other lifetimes.
    StartDemo(DemoLifetimes),
    /// Stop the embedded provider.
    StopDemo,
    /// Change how the embedded provider behaves.
    SetDemoOptions(DemoOptions),
    /// Tell what the embedded provider was asked.
    ReadDemoLog,
}

/// How long the embedded provider's tokens live, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DemoLifetimes {
    /// Access tokens.
    pub access_token_s: u64,
    /// ID tokens.
    pub id_token_s: u64,
    /// Refresh tokens.
    pub refresh_token_s: u64,
}

impl DemoLifetimes {
    /// As ERP.net has them: one hour, five minutes, thirty days.
    pub const NORMAL: Self = Self {
        access_token_s: 3600,
        id_token_s: 300,
        refresh_token_s: 30 * 86_400,
    };

    /// For those who want to see an expiry now: one minute, one minute, ten minutes.
    pub const FAST: Self = Self {
        access_token_s: 60,
        id_token_s: 60,
        refresh_token_s: 600,
    };
}

/// How the embedded provider behaves, where its systems let that be chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DemoOptions {
    /// redCORE's option of this name: whether each refresh brings a new refresh token.
    pub always_issue_new_refresh_token: bool,
}

impl Default for DemoLifetimes {
    fn default() -> Self {
        Self::NORMAL
    }
}
