//! A look at a text that a person has: its tokens, with the keys that the person names. Nothing is stored.

use std::sync::Arc;

use url::Url;

use super::core::Engine;
use super::equipment::Given;
use super::event::EventKind;
use super::failure::Failure;
use super::reporter::Reporter;
use crate::flow::{self, Freshness, address_keys, issuer_keys};
use crate::model::inspection::{Expectations, Inspection, Lens};
use crate::model::keys::KeySet;
use crate::model::verify::KeyMaterial;
use crate::model::{Secret, Slug, jwt};

/// What to look at, and with what.
#[derive(Clone, Debug)]
pub struct InspectRequest {
    /// The text, as it was pasted or typed.
    pub text: Secret,
    /// Where keys come from.
    pub keys: KeysFrom,
    /// What the person expects.
    pub expected: Expectations,
}

/// Where the keys for a look come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum KeysFrom {
    /// Nowhere: signatures are not checked.
    #[default]
    Nowhere,
    /// What this profile's tokens are checked with: the keys of its provider, and its client secret.
    Profile(Slug),
    /// The keys that the token's issuer publishes. The server named in `iss` is asked: only when the person says so.
    Issuer,
    /// The address of a key set.
    Address(String),
    /// A key as a person has it: PEM, a certificate, a JWK, a key set, or a secret. Private keys also decrypt.
    Pasted(Secret),
}

/// What came of a look.
#[derive(Clone, Debug)]
pub struct Inspected {
    /// The tokens, in the order of the text.
    pub inspections: Vec<Inspection>,
    /// What the keys are and where they come from, in a few words, or why there are none. `None` where none were wanted.
    pub keys: Option<Result<String, String>>,
}

impl Engine {
    /// Looks at a text. Whatever it is, something comes back; a key that cannot be had is told beside what can be read.
    pub async fn inspect(&self, request: InspectRequest, reporter: &Reporter) -> Result<Arc<Inspected>, Failure> {
        let InspectRequest { text, keys, expected } = request;
        let iss = match &keys {
            KeysFrom::Issuer => issuer_of(text.clone()).await?,
            _ => None,
        };
        let (material, told) = self.keys_from(keys, iss, reporter).await;
        let lens = Lens { material, expected };
        let now = self.inner.clock.now();
        let looked = on_blocking_thread(move || vec![Inspection::of(text, &lens, now)]).await?;
        let inspected = Arc::new(Inspected {
            inspections: looked,
            keys: told,
        });
        reporter.tell(EventKind::Inspected(Arc::clone(&inspected))).await;
        Ok(inspected)
    }

    async fn keys_from(
        &self,
        from: KeysFrom,
        iss: Option<String>,
        reporter: &Reporter,
    ) -> (KeyMaterial, Option<Result<String, String>>) {
        let mut secret = None;
        let keys = match from {
            KeysFrom::Nowhere => return (KeyMaterial::default(), None),
            KeysFrom::Profile(slug) => {
                let found = self.profile_keys(&slug, reporter).await;
                found.map(|(keys, client_secret)| {
                    secret = client_secret;
                    keys
                })
            }
            KeysFrom::Issuer => match iss {
                Some(iss) => issuer_keys(self.inner.http(), &iss)
                    .await
                    .map(|(set, address)| (set, format!("from {address}"))),
                None => Err("the token names no issuer".to_owned()),
            },
            KeysFrom::Address(address) => match Url::parse(address.trim()) {
                Ok(url) => address_keys(self.inner.http(), url, Freshness::Cached)
                    .await
                    .map(|set| (set, format!("from {}", address.trim()))),
                Err(error) => Err(format!("this is no address ({error})")),
            },
            KeysFrom::Pasted(text) => {
                let looks_like_key = {
                    // Exposed to see what it is.
                    let text = text.expose().trim_start();
                    text.starts_with('{') || text.starts_with("-----BEGIN")
                };
                if looks_like_key {
                    KeySet::for_inspection(text.expose()).map(|set| (set, "pasted".to_owned()))
                } else {
                    let material = KeyMaterial {
                        secret: Some(text),
                        secret_is_the_key: true,
                        ..KeyMaterial::default()
                    };
                    return (material, Some(Ok("pasted secret".to_owned())));
                }
            }
        };
        let told = keys
            .as_ref()
            .map(|(set, place)| match set.keys.len() {
                1 => format!("1 key {place}"),
                count => format!("{count} keys {place}"),
            })
            .map_err(Clone::clone);
        let material = KeyMaterial {
            keys: Some(keys.map(|(set, _)| set)),
            secret,
            secret_is_the_key: true,
            ..KeyMaterial::default()
        };
        (material, Some(told))
    }

    async fn profile_keys(
        &self,
        slug: &Slug,
        reporter: &Reporter,
    ) -> Result<((KeySet, String), Option<Secret>), String> {
        let words = |failure: Failure| format!("{}. {}", failure.message, failure.hint);
        let profile = self.inner.archive.load(slug).await.map_err(words)?;
        let equipment = self.inner.equip(&profile, Given::default(), None, reporter).await;
        let equipment = equipment.map_err(words)?;
        let party = equipment.party();
        let keys = flow::jwks::keys(party, Freshness::Cached).await;
        let keys = keys.map_err(|error| format!("{}. {}", flow::jwks::why(&error), error.hint()))?;
        let place = keys
            .url
            .map_or_else(|| "of the profile".to_owned(), |url| format!("from {url}"));
        Ok(((keys.set, place), party.credentials.client_secret.clone()))
    }
}

/// `iss` of the first token that has one.
async fn issuer_of(text: Secret) -> Result<Option<String>, Failure> {
    on_blocking_thread(move || jwt::decode(text.expose().trim()).payload.get_str("iss")).await
}

/// A megabyte takes longer than a worker may be held up.
async fn on_blocking_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Failure> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| Failure::internal("The look at the token", error, "Try another text"))
}
