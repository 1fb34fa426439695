//! The provider's keys: what signatures are checked with. No token is needed to look at them, and none is sent.

use super::core::Engine;
use super::equipment::Given;
use super::event::EventKind;
use super::failure::Failure;
use super::reporter::Reporter;
use crate::flow::{self, Freshness, ProviderKeys};
use crate::model::Slug;

impl Engine {
    /// Fetches the keys of the profile's provider; where it names no address for them, the profile's own key.
    pub async fn provider_keys(&self, slug: &Slug, reporter: &Reporter) -> Result<ProviderKeys, Failure> {
        let inner = &self.inner;
        let profile = inner.archive.load(slug).await?;
        let equipment = inner.equip(&profile, Given::default(), None, reporter).await?;
        // Who looks at the keys wants those that are there now.
        let keys = flow::jwks::keys(equipment.party(), Freshness::Anew).await;
        let keys = keys.map_err(|error| Failure::from(&error))?;
        reporter
            .tell(EventKind::KeysRead {
                slug: slug.clone(),
                keys: Box::new(keys.clone()),
            })
            .await;
        Ok(keys)
    }
}
