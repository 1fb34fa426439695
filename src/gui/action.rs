//! What views push when a person does something. The app carries them out after drawing: some change what is open, the
//! others become commands for the engine.

use super::scratchpad::ScratchAction;
use super::screen::{Page, ThemeChoice, TimelineFilter, TokenLook};
use crate::engine::{DemoLifetimes, DemoOptions, Given, Lookup, OperationId, Question, Registration};
use crate::model::{Profile, Secret, SecretKind, Slug, TokenKind};

/// One wish.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Open a page.
    Open(Page),
    /// Show this token in the tab Claims.
    ShowToken(TokenKind),
    /// Compare the tokens of two rows of a profile's history, the earlier one first, by their numbers.
    Compare(Slug, [i64; 2]),
    /// Compare tokens of this kind.
    CompareKind(TokenKind),
    /// Show the timeline again.
    CloseComparison,
    /// Show these rows in the tab Timeline.
    Filter(TimelineFilter),
    /// Show tokens so.
    ShowLook(TokenLook),
    /// Open the search among the claims.
    FindClaim,
    /// Make signatures and opaque tokens readable, or hide them again.
    Reveal(bool),
    /// Open the palette.
    OpenPalette,
    /// Close the palette.
    ClosePalette,
    /// Open the list of shortcuts.
    OpenShortcuts,
    /// Close the list of shortcuts.
    CloseShortcuts,
    /// Change the theme.
    SetTheme(ThemeChoice),
    /// Say something that the person should know.
    Say(&'static str),
    /// Close a message.
    DismissNotice(u64),
    /// Close what the API said.
    CloseApiAnswer,
    /// Forget what could not be read at the start.
    DismissProblems,
    /// Forget the failure that a profile shows.
    DismissFailure(Slug),
    /// Put a text on the clipboard and say what it was.
    Copy {
        /// What it is, for the message: `exp`, `header`, `address`.
        what: String,
        /// The text.
        text: String,
    },
    /// Put a token on the clipboard.
    CopyToken(Slug, TokenKind),
    /// Open a web address in the browser.
    OpenUrl(String),
    /// Log in; what the login needs is asked for first.
    LogIn(Slug),
    /// Log in with what was asked for.
    LogInWith(Slug, Given),
    /// Close what a login asks for.
    CloseLoginPrompt,
    /// Refresh now.
    Refresh(Slug),
    /// Call the API with the access token.
    CallApi(Slug),
    /// Open the list of what the provider can be asked.
    OpenAsk(Slug),
    /// Close that list.
    CloseAsk,
    /// Ask the provider.
    AskProvider(Slug, Question),
    /// Fetch the provider's keys.
    ReadKeys(Slug),
    /// Close them.
    CloseKeys,
    /// Show the body of the provider's answer, or what it means.
    ShowAnswerBody(bool),
    /// Ask whether to revoke a token.
    AskRevoke(Slug, TokenKind),
    /// Close that question.
    KeepToken,
    /// Revoke a token.
    Revoke(Slug, TokenKind),
    /// Send the browser to log out.
    LogOut(Slug),
    /// Close the question whether to log in again.
    StayLoggedOut,
    /// Stop an operation.
    Cancel(OperationId),
    /// The callback's address, pasted by hand, for a login that waits for it.
    PasteCallback(OperationId, Secret),
    /// Keep the client secret in memory; an empty one forgets it. With the form's profile, where that is not stored.
    SetSecret(Slug, SecretKind, Secret, Option<Box<Profile>>),
    /// Store a profile. A changed one has the slug it had.
    SaveProfile(Box<Profile>),
    /// Put the form back to what is stored.
    RevertProfile(Slug),
    /// Make a profile from a template, by its id, and open its form.
    CreateProfile(&'static str),
    /// Open the page for a profile from an address: for a new one.
    DiscoverNew,
    /// Open it for this profile, and look at its issuer at once where it has one.
    DiscoverFor(Slug),
    /// Find out what is at an address.
    Discover(Box<Lookup>),
    /// Register a client for what was found.
    Register(Box<Registration>),
    /// Make a profile of what was found, and open its form.
    CreateDiscovered(Box<Profile>),
    /// Store a profile that was brought up to date, and open its form.
    UpdateProfile(Box<Profile>),
    /// Leave the page for a profile from an address.
    CloseDiscover,
    /// Ask whether to delete a profile.
    AskDelete(Slug),
    /// Close that question.
    KeepProfile,
    /// Delete a profile and its history.
    DeleteProfile(Slug),
    /// Something in the scratchpad.
    Scratch(ScratchAction),
    /// Start the demo server, or start it again, with tokens of these lifetimes.
    StartDemo(DemoLifetimes),
    /// Stop the demo server.
    StopDemo,
    /// Change how the demo server behaves.
    SetDemoOptions(DemoOptions),
}

/// The wishes of one frame.
#[derive(Debug, Default)]
pub struct Actions(Vec<Action>);

impl Actions {
    /// Adds a wish.
    pub fn push(&mut self, action: Action) {
        self.0.push(action);
    }

    /// Takes all of them out.
    pub fn take(&mut self) -> Vec<Action> {
        std::mem::take(&mut self.0)
    }
}
