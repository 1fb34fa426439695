//! Everything that can be done from anywhere in the window: one list for the palette, the shortcuts and the help page.

use egui::{Context, Key, KeyboardShortcut, Modifiers};

use super::action::Action;
use super::asking::ProviderRequest;
use super::scratchpad::{ScratchAction, ScratchTab};
use super::screen::{Page, Tab};
use super::state::State;
use super::theme::icon;
use crate::model::TokenKind;

/// Something that a person can ask for by name or by keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UiCommand {
    /// Opens the palette.
    Palette,
    /// Starts a login of the selected profile.
    LogIn,
    /// Refreshes the selected profile's tokens.
    Refresh,
    /// Calls the profile's API with the access token.
    CallApi,
    /// Opens the list of what the provider can be asked.
    AskProvider,
    /// Asks the provider something about the selected profile's session.
    Provider(ProviderRequest),
    /// Stops what runs for the selected profile.
    Cancel,
    /// Opens the page for a new profile.
    NewProfile,
    /// Opens the page for a profile from an address.
    Discover,
    /// Brings the selected profile up to date from its provider.
    UpdateFromProvider,
    /// Opens the tab Claims.
    Claims,
    /// Opens the tab Timeline.
    Timeline,
    /// Opens the tab Checks.
    Checks,
    /// Opens the tab Profile.
    Profile,
    /// Opens the tab Steps.
    Steps,
    /// Opens the search among the claims.
    FindClaim,
    /// Opens the scratchpad.
    Scratchpad,
    /// Opens the access token in the scratchpad.
    InspectAccessToken,
    /// Opens the ID token in the scratchpad.
    InspectIdToken,
    /// Opens the demo server's page.
    DemoServer,
    /// Puts the access token on the clipboard.
    CopyAccessToken,
    /// Puts the ID token on the clipboard.
    CopyIdToken,
    /// Puts the refresh token on the clipboard.
    CopyRefreshToken,
    /// Dark, light, or as the system has it: the next one.
    NextTheme,
    /// Shows the list of shortcuts.
    Shortcuts,
}

impl UiCommand {
    /// Every command, in the order that lists show.
    pub const ALL: [Self; 31] = [
        Self::LogIn,
        Self::Refresh,
        Self::CallApi,
        Self::AskProvider,
        Self::Provider(ProviderRequest::ALL[0]),
        Self::Provider(ProviderRequest::ALL[1]),
        Self::Provider(ProviderRequest::ALL[2]),
        Self::Provider(ProviderRequest::ALL[3]),
        Self::Provider(ProviderRequest::ALL[4]),
        Self::Provider(ProviderRequest::ALL[5]),
        Self::Provider(ProviderRequest::ALL[6]),
        Self::Cancel,
        Self::Claims,
        Self::Timeline,
        Self::Checks,
        Self::Profile,
        Self::Steps,
        Self::FindClaim,
        Self::NewProfile,
        Self::Discover,
        Self::UpdateFromProvider,
        Self::Scratchpad,
        Self::InspectAccessToken,
        Self::InspectIdToken,
        Self::DemoServer,
        Self::CopyAccessToken,
        Self::CopyIdToken,
        Self::CopyRefreshToken,
        Self::NextTheme,
        Self::Palette,
        Self::Shortcuts,
    ];

    /// What it is called.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Palette => "Search profiles and commands",
            Self::LogIn => "Log in",
            Self::Refresh => "Refresh now",
            Self::CallApi => "Call API",
            Self::AskProvider => "Ask the provider…",
            Self::Provider(request) => request.label(),
            Self::Cancel => "Cancel what is running",
            Self::NewProfile => "New profile…",
            Self::Discover => "New profile from an address…",
            Self::UpdateFromProvider => "Update profile from its provider…",
            Self::Claims => "Show claims",
            Self::Timeline => "Show timeline",
            Self::Checks => "Show checks",
            Self::Profile => "Edit profile",
            Self::Steps => "Show steps",
            Self::FindClaim => "Find a claim…",
            Self::Scratchpad => "Show scratchpad",
            Self::InspectAccessToken => "Inspect access token in scratchpad",
            Self::InspectIdToken => "Inspect ID token in scratchpad",
            Self::DemoServer => "Show demo server",
            Self::CopyAccessToken => "Copy access token",
            Self::CopyIdToken => "Copy ID token",
            Self::CopyRefreshToken => "Copy refresh token",
            Self::NextTheme => "Change theme",
            Self::Shortcuts => "Show shortcuts",
        }
    }

    /// Its icon.
    pub const fn icon(self) -> &'static str {
        match self {
            Self::Palette | Self::FindClaim => icon::MAGNIFYING_GLASS,
            Self::LogIn => icon::SIGN_IN,
            Self::Refresh => icon::ARROW_CLOCKWISE,
            Self::CallApi => icon::ARROWS_LEFT_RIGHT,
            Self::AskProvider => icon::INFO,
            Self::Provider(request) => request.icon(),
            Self::Cancel => icon::X,
            Self::NewProfile => icon::PLUS,
            Self::Discover | Self::UpdateFromProvider => icon::LINK,
            Self::Claims => icon::LIST_BULLETS,
            Self::Timeline => icon::CLOCK_COUNTER_CLOCKWISE,
            Self::Checks => icon::SHIELD_CHECK,
            Self::Profile => icon::PENCIL_SIMPLE,
            Self::Steps => icon::CHECK_CIRCLE,
            Self::Scratchpad | Self::InspectAccessToken | Self::InspectIdToken => icon::CLIPBOARD_TEXT,
            Self::DemoServer => icon::HARD_DRIVES,
            Self::CopyAccessToken | Self::CopyIdToken | Self::CopyRefreshToken => icon::COPY,
            Self::NextTheme => icon::CIRCLE_HALF,
            Self::Shortcuts => icon::KEYBOARD,
        }
    }

    /// The keys that do it.
    pub fn shortcut(self) -> Option<KeyboardShortcut> {
        let ctrl = |key| Some(KeyboardShortcut::new(Modifiers::COMMAND, key));
        match self {
            Self::Palette => ctrl(Key::K),
            Self::LogIn => ctrl(Key::L),
            Self::Refresh => ctrl(Key::R),
            Self::NewProfile => ctrl(Key::N),
            Self::FindClaim => ctrl(Key::F),
            Self::Claims => ctrl(Key::Num1),
            Self::Timeline => ctrl(Key::Num2),
            Self::Checks => ctrl(Key::Num3),
            Self::Profile => ctrl(Key::Num4),
            Self::Steps => ctrl(Key::Num5),
            Self::Scratchpad => ctrl(Key::T),
            Self::Cancel => Some(KeyboardShortcut::new(Modifiers::NONE, Key::Escape)),
            Self::Shortcuts => Some(KeyboardShortcut::new(Modifiers::NONE, Key::F1)),
            Self::CallApi
            | Self::Discover
            | Self::UpdateFromProvider
            | Self::AskProvider
            | Self::Provider(_)
            | Self::InspectAccessToken
            | Self::InspectIdToken
            | Self::DemoServer
            | Self::CopyAccessToken
            | Self::CopyIdToken
            | Self::CopyRefreshToken
            | Self::NextTheme => None,
        }
    }

    /// The keys as they are written on this platform; empty when there are none.
    pub fn keys(self, ctx: &Context) -> String {
        self.shortcut().map_or(String::new(), |keys| {
            ctx.format_shortcut(&keys).replace("Escape", "Esc")
        })
    }

    /// What it does now; `None` while it can do nothing.
    pub fn action(self, state: &State) -> Option<Action> {
        let item = state.selected();
        let slug = || item.map(|item| item.profile.slug.clone());
        let copy = |kind| {
            item?.tokens()?.get(kind)?;
            Some(Action::CopyToken(slug()?, kind))
        };
        let inspect = |kind| {
            item?.tokens()?.get(kind)?;
            Some(Action::Scratch(ScratchAction::ShowToken(slug()?, kind)))
        };
        let tab = |tab| slug().map(|slug| Action::Open(Page::Profile(slug, tab)));
        match self {
            Self::Palette => Some(Action::OpenPalette),
            Self::LogIn => item.filter(|item| item.can_log_in()).and(slug()).map(Action::LogIn),
            Self::Refresh => item.filter(|item| item.can_refresh()).and(slug()).map(Action::Refresh),
            Self::CallApi => item.filter(|item| item.can_call_api()).and(slug()).map(Action::CallApi),
            Self::Cancel if state.screen.page == Some(Page::Discover) => Some(match state.discovery.running {
                Some((id, _)) => Action::Cancel(id),
                None => Action::CloseDiscover,
            }),
            Self::Cancel if state.screen.page == Some(Page::Scratchpad) => {
                let awaits_keys = state.scratchpad.awaits_keys();
                awaits_keys.then_some(Action::Scratch(ScratchAction::LeaveKeys))
            }
            Self::AskProvider => item
                .filter(|item| item.session.is_some())
                .and(slug())
                .map(Action::OpenAsk),
            Self::Provider(request) => {
                let item = item.filter(|item| request.obstacle(item).is_none())?;
                Some(request.action(item.profile.slug.clone()))
            }
            Self::Cancel => item.and_then(super::item::Item::cancellable).map(Action::Cancel),
            Self::NewProfile => Some(Action::Open(Page::NewProfile)),
            Self::Discover => Some(Action::DiscoverNew),
            Self::UpdateFromProvider => slug().map(Action::DiscoverFor),
            Self::Claims => tab(Tab::Claims),
            Self::Timeline => tab(Tab::Timeline),
            Self::Checks => tab(Tab::Checks),
            Self::Profile => tab(Tab::Profile),
            Self::Steps => item
                .filter(|item| item.walkthrough(state.now).is_some())
                .and_then(|_| tab(Tab::Steps)),
            Self::FindClaim => {
                let in_scratchpad = state.screen.page == Some(Page::Scratchpad)
                    && state.scratchpad.tab == ScratchTab::Claims
                    && state.scratchpad.current().is_some();
                let in_claims =
                    state.screen.tab() == Some(Tab::Claims) && item.is_some_and(|item| item.session.is_some());
                (in_scratchpad || in_claims).then_some(Action::FindClaim)
            }
            Self::Scratchpad => Some(Action::Open(Page::Scratchpad)),
            Self::InspectAccessToken => inspect(TokenKind::Access),
            Self::InspectIdToken => inspect(TokenKind::Id),
            Self::DemoServer => Some(Action::Open(Page::DemoServer)),
            Self::CopyAccessToken => copy(TokenKind::Access),
            Self::CopyIdToken => copy(TokenKind::Id),
            Self::CopyRefreshToken => copy(TokenKind::Refresh),
            Self::NextTheme => Some(Action::SetTheme(state.screen.theme.next())),
            Self::Shortcuts => Some(Action::OpenShortcuts),
        }
    }
}
