//! The profiles that are shown: those that are stored, a new one, one that is gone.

use super::State;
use crate::engine::OperationId;
use crate::gui::discovering::Discovering;
use crate::gui::item::Item;
use crate::gui::screen::{Page, Tab};
use crate::gui::theme::Tone;
use crate::model::template::Template;
use crate::model::{Profile, Slug};

impl State {
    pub(super) fn profiles_loaded(&mut self, profiles: Vec<Profile>, problems: Vec<String>) {
        let mut before = std::mem::take(&mut self.profiles);
        for profile in profiles {
            let known = before.iter().position(|item| item.profile.slug == profile.slug);
            let item = match known {
                Some(at) => Item {
                    profile,
                    ..before.swap_remove(at)
                },
                None => Item::new(profile),
            };
            self.profiles.push(item);
        }
        self.sort();
        self.problems = problems;
        self.loaded = true;
        if self.screen.page.is_none() || self.screen.slug().is_some_and(|slug| self.item(slug).is_none()) {
            self.open_first();
        }
    }

    pub(super) fn profile_saved(&mut self, id: OperationId, profile: Profile) {
        let slug = profile.slug.clone();
        if let Some(item) = self.item_mut(&slug) {
            item.profile = profile;
            self.notify(Tone::Ok, "Profile saved");
        } else {
            self.profiles.push(Item::new(profile));
        }
        self.sort();
        if self.creating == Some(id) {
            self.creating = None;
            self.discovery = Discovering::default();
            self.screen.page = Some(Page::Profile(slug, Tab::Profile));
        }
    }

    pub(super) fn profile_deleted(&mut self, slug: &Slug) {
        let name = self
            .item(slug)
            .map_or(slug.to_string(), |item| item.profile.name.clone());
        self.profiles.retain(|item| &item.profile.slug != slug);
        self.asking.forget(slug);
        self.comparing.take_if(|comparing| comparing.slug == *slug);
        if self.screen.slug() == Some(slug) {
            self.open_first();
        }
        self.notify(Tone::Neutral, format!("Deleted {name}"));
    }

    /// Opens the profile that a newcomer should see: the one of the first template, else the first.
    fn open_first(&mut self) {
        let first = Template::ALL.first().map(|template| template.id);
        self.screen.page = self
            .profiles
            .iter()
            .find(|item| item.profile.template.as_deref() == first)
            .or(self.profiles.first())
            .map(|item| Page::Profile(item.profile.slug.clone(), Tab::Claims));
    }

    fn sort(&mut self) {
        self.profiles
            .sort_by_key(|item| (item.profile.name.to_lowercase(), item.profile.slug.clone()));
    }
}
