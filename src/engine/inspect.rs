//! Looking at a token without a profile: the text that a person pasted, with keys from where they say.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use url::Url;

use super::core::Engine;
use super::equipment::Given;
use super::event::EventKind;
use super::failure::Failure;
use super::forge::Forgery;
use super::key_memory::GivenKeys;
use super::reporter::Reporter;
use crate::flow::jwks::may_ask_again;
use crate::flow::{self, FlowError, Freshness, address_keys, issuer_keys};
use crate::model::inspection::{Expectations, Inspection, Lens};
use crate::model::jwe::DecryptionKey;
use crate::model::keys::{KeySet, SecretForm};
use crate::model::verify::KeyMaterial;
use crate::model::{Secret, Slug};

/// So long a look waits for keys before what can be seen without them is told.
const PATIENCE: Duration = Duration::from_millis(200);

/// What to look at, and with what.
#[derive(Clone, Debug, Default)]
pub struct InspectRequest {
    /// The text, as it was pasted or typed.
    pub text: Secret,
    /// The tokens that were made here for tests: they are looked at as well, behind those of the text.
    pub forgeries: Vec<Arc<Forgery>>,
    /// Where keys come from.
    pub keys: KeysFrom,
    /// In which form a pasted secret is written.
    pub secret_form: SecretForm,
    /// Whether the person asks for the keys now: otherwise those that were fetched before will do.
    pub asks_for_keys: bool,
    /// What the person expects.
    pub expected: Expectations,
    /// Whether what can be seen without the keys is told while a slow server is asked for them.
    pub tells_early: bool,
}

/// Where the keys for a look come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum KeysFrom {
    /// Nowhere: signatures are not checked.
    #[default]
    Nowhere,
    /// What this profile's tokens are checked with: the keys of its provider, and its client secret.
    Profile(Slug),
    /// The keys that this issuer publishes: the one that a token named in `iss` when the person agreed to ask it.
    Issuer(String),
    /// The address of a key set.
    Address(String),
    /// A key as a person has it: PEM, a certificate, a JWK, a key set, or a secret. Private keys also decrypt.
    Pasted(Secret),
}

impl KeysFrom {
    /// Whether a server may have to be asked for them.
    const fn is_server(&self) -> bool {
        matches!(self, Self::Profile(_) | Self::Issuer(_) | Self::Address(_))
    }
}

/// What came of a look.
#[derive(Clone, Debug)]
pub struct Inspected {
    /// The tokens, in the order of the text; then the forged ones.
    pub inspections: Vec<Inspection>,
    /// How many more tokens the text has.
    pub left_out: usize,
    /// What the keys are and where they come from, in a few words, or why there are none. `None` where none were wanted.
    pub keys: Option<Result<String, String>>,
    /// Whether keys are still being fetched: what they say follows.
    pub awaits_keys: bool,
}

impl Inspected {
    /// Every token and all that is inside them, each with how deep it lies.
    pub fn flat(&self) -> Vec<(usize, &Inspection)> {
        self.inspections.iter().flat_map(Inspection::flat).collect()
    }
}

impl Engine {
    /// Looks at a text. Whatever it is, something comes back; a key that cannot be had is told beside what can be read.
    pub async fn inspect(&self, request: InspectRequest, reporter: &Reporter) -> Result<Arc<Inspected>, Failure> {
        let request = Arc::new(request);
        let asked_at = self.inner.clock.now();
        let keys = self.keys_from(&request.keys, request.asks_for_keys, asked_at, reporter);
        let known = || self.inner.key_memory().get(&request.keys, asked_at);
        let keys = self.patiently(&request, keys, known, reporter).await?;
        let now = self.inner.clock.now();
        let mut inspected = self.look(Arc::clone(&request), keys.clone(), now).await?;
        if let Some(Ok(keys)) = keys {
            let newer = self.newer_keys(&request, &keys, &inspected, reporter);
            let newer = self
                .patiently(&request, newer, || Some(Ok(keys.clone())), reporter)
                .await?;
            if let Some(newer) = newer {
                inspected = self.look(request, Some(Ok(newer)), now).await?;
            }
        }
        let inspected = Arc::new(inspected);
        reporter.tell(EventKind::Inspected(Arc::clone(&inspected))).await;
        Ok(inspected)
    }

    /// Waits for keys. Where they take their time, what is to be seen with those that are known is told first.
    async fn patiently<Keys>(
        &self,
        request: &Arc<InspectRequest>,
        keys: impl Future<Output = Keys>,
        known: impl FnOnce() -> Option<Result<GivenKeys, String>>,
        reporter: &Reporter,
    ) -> Result<Keys, Failure> {
        let mut keys = Box::pin(keys);
        if !request.tells_early || !request.keys.is_server() {
            return Ok(keys.await);
        }
        if let Ok(keys) = tokio::time::timeout(PATIENCE, &mut keys).await {
            return Ok(keys);
        }
        let now = self.inner.clock.now();
        let early = Inspected {
            awaits_keys: true,
            ..self.look(Arc::clone(request), known(), now).await?
        };
        reporter.tell(EventKind::Inspected(Arc::new(early))).await;
        Ok(keys.await)
    }

    async fn look(
        &self,
        request: Arc<InspectRequest>,
        keys: Option<Result<GivenKeys, String>>,
        now: Timestamp,
    ) -> Result<Inspected, Failure> {
        let engine = self.clone();
        // A megabyte takes longer than a worker may be held up.
        let done = tokio::task::spawn_blocking(move || {
            let told = keys.as_ref().map(|keys| keys.as_ref().map(words).map_err(Clone::clone));
            let lens = Lens {
                material: material(keys, &request),
                decryption_keys: decryption_keys(&request),
                expected: request.expected.clone(),
            };
            let (mut inspections, left_out) = Inspection::all(&request.text, &lens, now);
            for forgery in &request.forgeries {
                inspections.push(forgery.inspect(&lens, now));
            }
            for inspection in &mut inspections {
                engine.mark_forged(inspection);
            }
            Inspected {
                inspections,
                left_out,
                keys: told,
                awaits_keys: false,
            }
        });
        done.await
            .map_err(|error| Failure::internal("The look at the token", error, "Try another text"))
    }

    async fn keys_from(
        &self,
        from: &KeysFrom,
        asks: bool,
        now: Timestamp,
        reporter: &Reporter,
    ) -> Option<Result<GivenKeys, String>> {
        let memory = self.inner.key_memory();
        memory.leave_others(from);
        let pasted = match from {
            KeysFrom::Nowhere => return None,
            KeysFrom::Pasted(text) => text,
            _ => {
                if let Some(keys) = memory.get(from, now).filter(|_| !asks) {
                    return Some(keys);
                }
                let (engine, reporter, place) = (self.clone(), reporter.clone(), from.clone());
                let answer = memory.ask(from, asks, async move {
                    let memory = engine.inner.key_memory();
                    let freshness = if asks { Freshness::Anew } else { Freshness::Cached };
                    let known = memory.address(&place, now).filter(|_| !asks);
                    let keys = engine.fetch_keys(&place, known, freshness, &reporter).await;
                    memory.keep(&place, &keys, engine.inner.clock.now());
                    keys
                });
                return Some(answer.wait().await);
            }
        };
        if !is_key(pasted) {
            return None;
        }
        let pasted = pasted.clone();
        // A key set of a megabyte takes longer than a worker may be held up. Exposed to be read.
        let set = tokio::task::spawn_blocking(move || KeySet::for_inspection(pasted.expose())).await;
        let set = set.unwrap_or_else(|_| Err("the key could not be read. Try another form of it".to_owned()));
        Some(set.map(|set| GivenKeys {
            set,
            place: "pasted".to_owned(),
            secret: None,
            address: None,
        }))
    }

    async fn fetch_keys(
        &self,
        from: &KeysFrom,
        known: Option<Url>,
        freshness: Freshness,
        reporter: &Reporter,
    ) -> Result<GivenKeys, String> {
        let found = |set, url: Url| GivenKeys {
            set,
            place: format!("from {url}"),
            secret: None,
            address: Some(url),
        };
        match (from, known) {
            (KeysFrom::Profile(slug), _) => self.profile_keys(slug, freshness, reporter).await,
            (KeysFrom::Issuer(_), Some(address)) => {
                let set = address_keys(self.inner.http(), address.clone(), freshness).await?;
                Ok(found(set, address))
            }
            (KeysFrom::Issuer(iss), None) => issuer_keys(self.inner.http(), iss, freshness)
                .await
                .map(|(set, address)| found(set, address)),
            (KeysFrom::Address(address), _) => {
                let url = Url::parse(address.trim()).map_err(|error| format!("This is no address ({error})"))?;
                let set = address_keys(self.inner.http(), url.clone(), freshness).await?;
                Ok(found(set, url))
            }
            (KeysFrom::Nowhere | KeysFrom::Pasted(_), _) => Err("no place to fetch keys from was named".to_owned()),
        }
    }

    async fn profile_keys(&self, slug: &Slug, freshness: Freshness, reporter: &Reporter) -> Result<GivenKeys, String> {
        let words = |failure: Failure| format!("{}. {}", failure.message, failure.hint);
        let profile = self.inner.archive.load(slug).await.map_err(words)?;
        let equipment = self.inner.equip(&profile, Given::default(), None, reporter).await;
        let equipment = equipment.map_err(words)?;
        let party = equipment.party();
        let secret = party.credentials.client_secret.clone();
        match flow::jwks::keys(party, freshness).await {
            Ok(keys) => Ok(GivenKeys {
                set: keys.set,
                address: keys.url.as_deref().and_then(|url| Url::parse(url).ok()),
                place: keys
                    .url
                    .map_or_else(|| "of the profile".to_owned(), |url| format!("from {url}")),
                secret,
            }),
            // It may have nothing but a client secret.
            Err(FlowError::NoEndpoint(_)) if secret.is_some() => Ok(GivenKeys {
                set: KeySet::default(),
                place: "of the profile".to_owned(),
                secret,
                address: None,
            }),
            Err(error) => Err(format!("{}. {}", flow::jwks::why(&error), error.hint())),
        }
    }

    /// The keys again, once, where a token names one that is not among them: it may have been added since they were
    /// fetched.
    async fn newer_keys(
        &self,
        request: &InspectRequest,
        keys: &GivenKeys,
        inspected: &Inspected,
        reporter: &Reporter,
    ) -> Option<GivenKeys> {
        let from = &request.keys;
        let address = keys.address.as_ref()?;
        if request.asks_for_keys {
            // They were fetched this very moment.
            return None;
        }
        let named = inspected.flat();
        let own = named.iter().filter(|(_, one)| !one.is_forged());
        let verdicts = own.map(|(_, one)| &one.signature);
        if !may_ask_again(self.inner.http(), address.as_str(), verdicts) {
            return None;
        }
        // Where the second question fails, the first answer still stands.
        let newer = self
            .fetch_keys(from, Some(address.clone()), Freshness::Anew, reporter)
            .await
            .ok()?;
        self.inner.key_memory().renew(from, &newer);
        Some(newer)
    }
}

fn words(keys: &GivenKeys) -> String {
    match keys.set.keys.len() {
        0 if keys.secret.is_some() => format!("the client secret {}", keys.place),
        1 => format!("1 key {}", keys.place),
        count => format!("{count} keys {}", keys.place),
    }
}

/// What a pasted key opens; a public one opens nothing.
fn decryption_keys(request: &InspectRequest) -> Vec<DecryptionKey> {
    let KeysFrom::Pasted(key) = &request.keys else {
        return Vec::new();
    };
    if is_key(key) {
        return DecryptionKey::parse(key).unwrap_or_default();
    }
    DecryptionKey::from_secret(key, request.secret_form).unwrap_or_default()
}

/// Whether a text is a key in one of its own forms, and no secret.
pub(super) fn is_key(text: &Secret) -> bool {
    // Exposed to see what it is.
    let text = text.expose().trim_start();
    text.starts_with('{') || text.starts_with("-----BEGIN")
}

fn material(keys: Option<Result<GivenKeys, String>>, request: &InspectRequest) -> KeyMaterial {
    let mut material = KeyMaterial {
        secret_form: request.secret_form,
        secret_is_the_key: true,
        ..KeyMaterial::default()
    };
    match (keys, &request.keys) {
        (Some(Ok(keys)), _) => {
            material.secret = keys.secret;
            material.keys = Some(Ok(keys.set));
        }
        (Some(Err(why)), _) => material.keys = Some(Err(why)),
        (None, KeysFrom::Pasted(secret)) => {
            material.secret = Some(secret.clone());
            material.secret_is_given = true;
        }
        (None, _) => {}
    }
    material
}
