//! What the provider can be asked about a session, what it said, and what the person is asked in turn.

use super::action::Action;
use super::item::Item;
use super::theme::icon;
use crate::engine::{Failure, ProviderAnswer, ProviderKeys, Question};
use crate::model::field::Field;
use crate::model::{Slug, TokenKind};

/// Something that can be asked of the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProviderRequest {
    /// Who the person is, or what it knows of a token.
    Ask(Question),
    /// The keys that signatures are checked with.
    Keys,
    /// The end of a token.
    Revoke(TokenKind),
    /// The end of the browser's session.
    LogOut,
}

impl ProviderRequest {
    /// All of them, in the order that lists show.
    pub const ALL: [Self; 7] = [
        Self::Ask(Question::Userinfo),
        Self::Ask(Question::Introspection(TokenKind::Access)),
        Self::Ask(Question::Introspection(TokenKind::Refresh)),
        Self::Keys,
        Self::Revoke(TokenKind::Access),
        Self::Revoke(TokenKind::Refresh),
        Self::LogOut,
    ];

    /// What it is called.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Ask(Question::Userinfo) => "Userinfo",
            Self::Ask(Question::Introspection(TokenKind::Refresh)) => "Introspect refresh token",
            Self::Ask(Question::Introspection(_)) => "Introspect access token",
            Self::Keys => "Keys",
            Self::Revoke(TokenKind::Refresh) => "Revoke refresh token…",
            Self::Revoke(_) => "Revoke access token…",
            Self::LogOut => "Log out",
        }
    }

    /// What it does.
    pub const fn about(self) -> &'static str {
        match self {
            Self::Ask(Question::Userinfo) => "Who the person is · OIDC Core §5.3",
            Self::Ask(Question::Introspection(_)) => "What the provider knows of it · RFC 7662",
            Self::Keys => "What signatures are checked with · RFC 7517",
            Self::Revoke(TokenKind::Refresh) => "Ends the session · RFC 7009",
            Self::Revoke(_) => "Ends it before its time · RFC 7009",
            Self::LogOut => "Ends the session in the browser · RP-Initiated Logout",
        }
    }

    /// Its icon.
    pub const fn icon(self) -> &'static str {
        match self {
            Self::Ask(Question::Userinfo) => icon::USER_CIRCLE,
            Self::Ask(Question::Introspection(_)) => icon::MAGNIFYING_GLASS,
            Self::Keys => icon::KEY,
            Self::Revoke(_) => icon::PROHIBIT,
            Self::LogOut => icon::SIGN_OUT,
        }
    }

    /// The field with its endpoint.
    const fn field(self) -> Field {
        match self {
            Self::Ask(Question::Userinfo) => Field::UserinfoEndpoint,
            Self::Ask(Question::Introspection(_)) => Field::IntrospectionEndpoint,
            Self::Keys => Field::JwksUri,
            Self::Revoke(_) => Field::RevocationEndpoint,
            Self::LogOut => Field::EndSessionEndpoint,
        }
    }

    /// Why it cannot be asked now, and what to do.
    pub fn obstacle(self, item: &Item) -> Option<String> {
        let busy = item
            .operation
            .is_some()
            .then(|| "Wait until what is running has ended".to_owned());
        // The key of the profile does as well, and the embedded provider gives one to its clients.
        if self == Self::Keys {
            let profile = &item.profile;
            let has_none = profile.jwks_uri.trim().is_empty() && profile.verification_key.trim().is_empty();
            let fill_in = || format!("Fill in “{}” in the profile", self.field().label());
            return (has_none && !profile.uses_demo()).then(fill_in).or(busy);
        }
        let Some(tokens) = item.tokens() else {
            return Some("Log in first".to_owned());
        };
        if self.field().get(&item.profile).trim().is_empty() {
            return Some(format!("Fill in “{}” in the profile", self.field().label()));
        }
        let kind = match self {
            Self::Ask(Question::Userinfo) => Some(TokenKind::Access),
            Self::Ask(Question::Introspection(kind)) | Self::Revoke(kind) => Some(kind),
            Self::Keys | Self::LogOut => None,
        };
        if let Some(kind) = kind.filter(|&kind| tokens.get(kind).is_none()) {
            return Some(format!("The provider gave no {}", kind.label().to_lowercase()));
        }
        busy
    }

    /// What asks for it. To revoke a token is asked about first.
    pub fn action(self, slug: Slug) -> Action {
        match self {
            Self::Ask(question) => Action::AskProvider(slug, question),
            Self::Keys => Action::ReadKeys(slug),
            Self::Revoke(kind) => Action::AskRevoke(slug, kind),
            Self::LogOut => Action::LogOut(slug),
        }
    }
}

/// Which of these dialogs is open.
#[derive(Debug, Default)]
pub struct Asking {
    /// The list of what can be asked, for this profile.
    pub list: Option<Slug>,
    /// The token that is about to be revoked, until that is confirmed.
    pub revoke: Option<(Slug, TokenKind)>,
    /// What the provider said last, until it is closed.
    pub answer: Option<(Slug, Box<ProviderAnswer>)>,
    /// The provider's keys, until they are closed.
    pub keys: Option<(Slug, Box<ProviderKeys>)>,
    /// Whether its body is shown in the place of the table.
    pub show_body: bool,
    /// The session that is over, until the person says whether to log in again.
    pub login_wanted: Option<(Slug, Failure)>,
}

impl Asking {
    /// The profile is gone, and with it every question about it.
    pub(super) fn forget(&mut self, gone: &Slug) {
        self.list.take_if(|slug| slug == gone);
        self.revoke.take_if(|(slug, _)| slug == gone);
        self.answer.take_if(|(slug, _)| slug == gone);
        self.keys.take_if(|(slug, _)| slug == gone);
        self.login_wanted.take_if(|(slug, _)| slug == gone);
    }

    /// Whether one of them lies above the window.
    pub const fn is_open(&self) -> bool {
        self.list.is_some()
            || self.revoke.is_some()
            || self.answer.is_some()
            || self.keys.is_some()
            || self.login_wanted.is_some()
    }
}
