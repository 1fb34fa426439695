//! What is open: the page, the tab and the theme. Nothing here is about tokens.

use egui::ThemePreference;
use serde::{Deserialize, Serialize};

use crate::model::{Slug, TokenKind};

/// A page of the window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Page {
    /// A profile, with one of its tabs open.
    Profile(Slug, Tab),
    /// Choosing a template for a new profile.
    NewProfile,
    /// Making a profile from an address, or bringing one up to date.
    Discover,
    /// Any text, looked at as it is typed.
    Scratchpad,
    /// The demo server.
    DemoServer,
}

/// A tab of a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    /// Its tokens, claim by claim.
    Claims,
    /// What happened to it.
    Timeline,
    /// Which rules were kept.
    Checks,
    /// Its settings.
    Profile,
    /// The steps of its system, where it has such.
    Steps,
}

/// Which rows the timeline shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimelineFilter {
    /// All of them.
    All,
    /// Refreshes that worked.
    Refreshes,
    /// What went wrong.
    Failures,
}

/// How a token is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenLook {
    /// Claim by claim, with what each means.
    Table,
    /// Header and payload as JSON.
    Json,
    /// As it came. In a wide window this stands beside the others.
    Text,
}

/// The theme that the person chose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ThemeChoice {
    /// As the system has it.
    #[default]
    System,
    /// Dark.
    Dark,
    /// Light.
    Light,
}

impl ThemeChoice {
    /// The word for it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::System => "As the system",
            Self::Dark => "Dark",
            Self::Light => "Light",
        }
    }

    /// The one that a click on the toggle leads to.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::System => Self::Dark,
            Self::Dark => Self::Light,
            Self::Light => Self::System,
        }
    }

    /// What egui calls it.
    pub const fn preference(self) -> ThemePreference {
        match self {
            Self::System => ThemePreference::System,
            Self::Dark => ThemePreference::Dark,
            Self::Light => ThemePreference::Light,
        }
    }
}

/// What is open and chosen.
#[derive(Clone, Debug)]
pub struct Screen {
    /// The page; `None` until there is a profile to show.
    pub page: Option<Page>,
    /// Which token the tab Claims shows.
    pub token: TokenKind,
    /// Which rows the tab Timeline shows.
    pub filter: TimelineFilter,
    /// How a token is shown.
    pub look: TokenLook,
    /// Whether signatures and opaque tokens are readable.
    pub reveal: bool,
    /// Whether the list of shortcuts is open.
    pub shortcuts: bool,
    /// The profile that is about to be deleted, until that is confirmed.
    pub confirm_delete: Option<Slug>,
    /// The theme.
    pub theme: ThemeChoice,
}

impl Default for Screen {
    fn default() -> Self {
        Self {
            page: None,
            token: TokenKind::Access,
            filter: TimelineFilter::All,
            look: TokenLook::Table,
            reveal: false,
            shortcuts: false,
            confirm_delete: None,
            theme: ThemeChoice::System,
        }
    }
}

impl Screen {
    /// The profile that is open.
    pub fn slug(&self) -> Option<&Slug> {
        match self.page.as_ref()? {
            Page::Profile(slug, _) => Some(slug),
            Page::NewProfile | Page::Discover | Page::Scratchpad | Page::DemoServer => None,
        }
    }

    /// The tab that is open.
    pub fn tab(&self) -> Option<Tab> {
        match self.page.as_ref()? {
            Page::Profile(_, tab) => Some(*tab),
            Page::NewProfile | Page::Discover | Page::Scratchpad | Page::DemoServer => None,
        }
    }
}
