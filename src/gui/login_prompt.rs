//! What a login asks for before it starts: user name and password, or the token to exchange.

use egui::{Context, Id};

use super::inputs::forget_undo;
use crate::engine::{Given, KnownUser};
use crate::model::profile::{Ends, Grant};
use crate::model::{Profile, Secret, Slug};

/// What is being typed for a login that has not started.
#[derive(Debug)]
pub struct LoginPrompt {
    /// The profile that logs in.
    pub slug: Slug,
    /// What is asked for.
    pub wants: Wants,
    /// Where another profile's token would go.
    pub ends: Option<Ends>,
    /// The user name.
    pub username: String,
    /// The password, or the token to exchange.
    pub secret: Secret,
    /// Whether the first field has got the keyboard.
    pub has_focus: bool,
}

/// What a login asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wants {
    /// User name and password (RFC 6749 §4.3.1).
    Password,
    /// The token to exchange (RFC 8693 §2.1).
    SubjectToken,
    /// A yes to sending another profile's token to a server that did not give it.
    SendingToken,
}

impl LoginPrompt {
    /// What a login to `profile` must ask; `None` when it can start at once. `source` is the profile whose token would be
    /// exchanged, as it was when it got that.
    pub fn of(profile: &Profile, source: Option<&Profile>) -> Option<Self> {
        let ends = source.and_then(|source| profile.ends_of_exchange(source));
        let wants = match profile.grant {
            grant if grant.has_password() => Wants::Password,
            Grant::TokenExchange if profile.subject_profile.trim().is_empty() => Wants::SubjectToken,
            Grant::TokenExchange if ends.is_some() => Wants::SendingToken,
            _ => return None,
        };
        Some(Self {
            slug: profile.slug.clone(),
            wants,
            ends,
            username: profile.username.clone(),
            secret: Secret::default(),
            has_focus: false,
        })
    }

    /// What the engine is given; `None` while something is missing. The engine knows the passwords of the demo server's
    /// people by itself.
    pub fn given(&self, known: &[KnownUser]) -> Option<Given> {
        let username = self.username.trim();
        let is_known = known.iter().any(|user| user.username == username);
        let secret = match self.wants {
            // A password may begin or end with a space; a token cannot.
            Wants::Password | Wants::SendingToken => self.secret.clone(),
            Wants::SubjectToken => Secret::new(self.secret.expose().trim()),
        };
        match self.wants {
            Wants::Password if !username.is_empty() && (is_known || !secret.is_empty()) => Some(Given {
                username: Some(username.to_owned()),
                password: (!secret.is_empty()).then_some(secret),
                ..Given::default()
            }),
            Wants::SubjectToken if !secret.is_empty() => Some(Given {
                subject_token: Some(secret),
                ..Given::default()
            }),
            Wants::SendingToken => Some(Given {
                may_send_token_to: self.ends.as_ref().map(|ends| ends.to.clone()),
                ..Given::default()
            }),
            _ => None,
        }
    }

    /// The field for the user name.
    pub fn username_id() -> Id {
        Id::unique("login user name")
    }

    /// The field for the password or the token.
    pub fn secret_id() -> Id {
        Id::unique("login secret")
    }

    /// Forgets what stood in its fields.
    pub(super) fn forget_undo(ctx: &Context) {
        forget_undo(ctx, Self::username_id());
        forget_undo(ctx, Self::secret_id());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::template::Template;

    fn admin() -> KnownUser {
        KnownUser {
            username: "admin".to_owned(),
            password: Secret::new("admin"),
            about: "administrator".to_owned(),
        }
    }

    #[test]
    fn a_browser_login_asks_for_nothing() {
        let profile = Template::find("erp-net").unwrap().profile();
        assert!(LoginPrompt::of(&profile, None).is_none());
    }

    #[test]
    fn a_known_person_needs_no_password_and_another_does() {
        let mut prompt = LoginPrompt::of(&Template::find("redcore").unwrap().profile(), None).unwrap();
        assert_eq!(prompt.username, "admin", "the profile's user name is there already");
        assert_eq!(prompt.given(&[]), None);
        let given = prompt.given(&[admin()]).unwrap();
        assert_eq!((given.username.as_deref(), given.password), (Some("admin"), None));
        prompt.username = " someone ".to_owned();
        assert_eq!(prompt.given(&[admin()]), None);
        prompt.secret = Secret::new(" a space counts ");
        let given = prompt.given(&[admin()]).unwrap();
        assert_eq!(given.username.as_deref(), Some("someone"));
        assert_eq!(given.password.unwrap().expose(), " a space counts ");
    }

    #[test]
    fn a_token_is_asked_for_unless_a_profile_has_it() {
        let mut profile = Profile {
            grant: Grant::TokenExchange,
            ..Profile::default()
        };
        let mut prompt = LoginPrompt::of(&profile, None).unwrap();
        assert_eq!(prompt.given(&[]), None);
        prompt.secret = Secret::new(" eyJ.x.y\n");
        assert_eq!(prompt.given(&[]).unwrap().subject_token.unwrap().expose(), "eyJ.x.y");
        profile.subject_profile = "other".to_owned();
        assert!(LoginPrompt::of(&profile, None).is_none());
    }

    #[test]
    fn a_token_that_would_leave_its_server_is_asked_about() {
        let at = |base: &str| Profile {
            base_url: base.to_owned(),
            token_endpoint: "/token".to_owned(),
            grant: Grant::TokenExchange,
            subject_profile: "other".to_owned(),
            ..Profile::default()
        };
        let here = at("https://idp.example");
        assert!(LoginPrompt::of(&here, Some(&at("https://idp.example/tenant"))).is_none());
        let source = Profile {
            grant: Grant::Password,
            ..at("demo:")
        };
        let prompt = LoginPrompt::of(&here, Some(&source)).unwrap();
        let ends = prompt.ends.as_ref().unwrap();
        assert_eq!(
            (ends.from.as_str(), ends.to.as_str()),
            ("the demo server", "https://idp.example")
        );
        assert_eq!(
            prompt.given(&[]).unwrap().may_send_token_to.as_deref(),
            Some("https://idp.example")
        );
    }
}
