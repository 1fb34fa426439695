//! What the app does for the page of a profile from an address.

use super::{App, EngineLink};
use crate::engine::{Command, Lookup, NewProfile, Registered};
use crate::gui::discovering::Discovering;
use crate::gui::inputs::DiscoverInput;
use crate::gui::screen::{Page, Tab};
use crate::model::{Profile, Slug};

impl<E: EngineLink> App<E> {
    /// Opens the page for a new profile. What was found there before is still there.
    pub(super) fn discover_new(&mut self) {
        if self.state.discovery.target.is_some() {
            self.state.discovery = Discovering::default();
            self.inputs.discover = DiscoverInput::default();
        }
        self.inputs.discover.wants_focus = true;
        self.open(Page::Discover);
    }

    /// Opens the page for bringing a profile up to date, and looks where its issuer or its API is.
    pub(super) fn discover_for(&mut self, slug: Slug) {
        let Some(item) = self.state.item(&slug) else { return };
        let profile = item.profile.clone();
        let base = if profile.uses_demo() {
            self.state.demo.url.clone().unwrap_or_default()
        } else {
            profile.base_url.clone()
        };
        let address = [&profile.issuer, &profile.api_url]
            .into_iter()
            .map(|text| text.trim())
            .find(|text| !text.is_empty() && (!text.starts_with('/') || !base.is_empty()))
            .map(|text| match text.strip_prefix('/') {
                Some(path) => format!("{}/{path}", base.trim_end_matches('/')),
                None => text.to_owned(),
            })
            // The root of the host is where most servers have their documents.
            .or_else(|| (!base.trim().is_empty()).then(|| base.trim().to_owned()));
        self.state.discovery = Discovering::of(Some(slug));
        self.inputs.discover = DiscoverInput {
            address: address.clone().unwrap_or_default(),
            wants_focus: address.is_none(),
            ..DiscoverInput::default()
        };
        self.open(Page::Discover);
        if let Some(address) = address {
            self.discover(Lookup {
                address,
                like: profile,
                authorization_server: None,
            });
        }
    }

    pub(super) fn discover(&mut self, lookup: Lookup) {
        self.inputs.discover.accepts_mismatch = false;
        let server = |lookup: &Lookup| (lookup.address.clone(), lookup.authorization_server.clone());
        if self.state.discovery.lookup.as_ref().map(server) != Some(server(&lookup)) {
            self.inputs.discover.forget_server();
        }
        if let Some(id) = self.send(Command::Discover(Box::new(lookup.clone()))) {
            self.state.discovery.began(id, lookup);
        }
    }

    pub(super) fn close_discover(&mut self) {
        let target = self.state.discovery.target.take();
        self.state.discovery = Discovering::default();
        self.inputs.discover = DiscoverInput::default();
        self.open(target.map_or(Page::NewProfile, |slug| Page::Profile(slug, Tab::Profile)));
    }

    pub(super) fn create_discovered(&mut self, mut profile: Profile) {
        profile.slug = Slug::from_name(&profile.name).unique(|slug| self.state.item(slug).is_some());
        let discovery = &self.state.discovery;
        let registered = discovery.registered.as_ref();
        let mut exchanges = discovery
            .finding
            .as_ref()
            .map_or_else(Vec::new, |f| f.exchanges.clone());
        exchanges.extend(registered.into_iter().flat_map(|r| r.exchanges.iter().cloned()));
        let new = NewProfile {
            profile,
            secrets: registered.map(Registered::secrets).unwrap_or_default(),
            exchanges,
        };
        if let Some(id) = self.send(Command::CreateProfile(Box::new(new))) {
            self.inputs.discover = DiscoverInput::default();
            self.state.requested_profile(id);
        }
    }
}
