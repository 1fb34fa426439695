//! What the app does for a profile: a login with what it needs first, and a new one.

use super::{App, EngineLink};
use crate::engine::{Command, Given};
use crate::gui::action::Action;
use crate::gui::login_prompt::LoginPrompt;
use crate::gui::screen::{Page, Tab};
use crate::gui::theme::Tone;
use crate::gui::words::SAVE_FIRST;
use crate::model::template::Template;
use crate::model::{Profile, SecretKind, Slug};

/// What is missing before a login of a client with a secret can start.
const NO_CLIENT_SECRET: &str = "This client proves who it is with a secret: enter “Client secret” first. It is kept in \
                                memory only";

impl<E: EngineLink> App<E> {
    /// Starts a login, or asks for what it needs.
    pub(super) fn log_in(&mut self, slug: Slug) {
        // The stored profile logs in, and another one stands in the form and in its preview.
        if self.inputs.is_changed(&slug) {
            self.state.notify(Tone::Bad, SAVE_FIRST);
            return;
        }
        let Some(item) = self.state.item(&slug) else { return };
        let profile = &item.profile;
        let uses_demo = profile.uses_demo();
        let has_secret = item.secrets.contains(&SecretKind::ClientSecret);
        if profile.client_authentication.needs_secret() && !uses_demo && !has_secret {
            // Before a password is typed in vain.
            self.state.notify(Tone::Bad, NO_CLIENT_SECRET);
            self.state.screen.page = Some(Page::Profile(slug, Tab::Profile));
            return;
        }
        let source = Slug::parse(profile.subject_profile.trim());
        let source = source.and_then(|slug| self.state.item(&slug)?.session.clone());
        if let Some(mut prompt) = LoginPrompt::of(profile, source.as_ref().map(|session| &session.profile)) {
            let known = self.inputs.usernames.iter().find(|(of, _)| *of == slug);
            if let Some((_, username)) = known {
                prompt.username.clone_from(username);
            }
            self.inputs.login = Some(prompt);
            if uses_demo && self.state.demo.url.is_none() {
                // Its people are offered to choose from.
                self.send(Command::StartDemo(self.state.demo.lifetimes));
            }
        } else {
            self.ask_engine(Action::LogInWith(slug, Given::default()));
        }
    }

    pub(super) fn create_profile(&mut self, template: &str) {
        let Some(template) = Template::find(template) else {
            return;
        };
        let mut profile = Profile {
            name: self.free_name(template.name),
            ..template.profile()
        };
        profile.slug = Slug::from_name(&profile.name).unique(|slug| self.state.item(slug).is_some());
        if let Some(id) = self.send(Command::SaveProfile(Box::new(profile))) {
            self.state.requested_profile(id);
        }
    }

    /// `name`, or with a number behind it when a profile is called so.
    pub(super) fn free_name(&self, name: &str) -> String {
        let taken = |name: &str| self.state.profiles.iter().any(|item| item.profile.name == name);
        if !taken(name) {
            return name.to_owned();
        }
        (2..=u32::MAX)
            .map(|number| format!("{name} {number}"))
            .find(|name| !taken(name))
            .unwrap_or_default()
    }
}
