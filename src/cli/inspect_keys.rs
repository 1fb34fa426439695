//! What `tokenscope inspect` checks signatures and opens encrypted tokens with: keys from files, from an address, or from
//! the issuer that a token names.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use url::Url;

use super::args::{InspectArgs, SecretFormat};
use super::input::{self, Source};
use super::outcome::{Stop, usage};
use super::printer::Printer;
use crate::flow::http::HttpError;
use crate::flow::jwks::{fetch_from, may_ask_again, verdict};
use crate::flow::{FlowError, Freshness, Http, Limits, issuer_keys, must_be_safe};
use crate::model::jwe::DecryptionKey;
use crate::model::keys::{KeySet, SecretForm};
use crate::model::verify::KeyMaterial;
use crate::model::{Secret, jwt};
use crate::system::SystemClock;

const JWKS_HINT: &str = "Give a JWKS file or address";
const KEY_HINT: &str = "Give a public key or a certificate as PEM or DER, a JWK, or a JWK Set; “openssl pkey -in KEY -pubout” makes one of a \
                        private key";
const DECRYPT_HINT: &str = "Give a private key as PEM or JWK";
const PAYLOAD_HINT: &str = "Give the file whose bytes were signed";

/// What there is to check and to open tokens with.
pub(super) struct Keys {
    /// For signatures.
    pub(super) material: KeyMaterial,
    /// For encrypted tokens.
    pub(super) decryption: Vec<DecryptionKey>,
    /// Where more of them can be had.
    pub(super) publisher: Option<Publisher>,
}

/// Reads and fetches what the options name.
pub(super) async fn read(args: &InspectArgs, printer: Printer) -> Result<Keys, Stop> {
    let secret = match &args.secret_file {
        Some(file) => Some(input::secret(file, "secret").await?),
        None => None,
    };
    let mut keys = Keys {
        material: KeyMaterial {
            secret_form: args.secret_format.into(),
            secret_is_the_key: true,
            secret_is_given: true,
            is_quick: args.lines,
            detached_payload: match &args.payload {
                Some(file) => Some(Source::new(file).read(PAYLOAD_HINT).await?.to_vec().into()),
                None => None,
            },
            ..KeyMaterial::default()
        },
        decryption: Vec::new(),
        publisher: None,
    };
    if let Some(secret) = &secret {
        // A secret that is not written so opens nothing; the verdict on the signature says that.
        keys.decryption
            .extend(DecryptionKey::from_secret(secret, args.secret_format.into()).unwrap_or_default());
    }
    keys.material.secret = secret;
    if let Some(file) = &args.decrypt_key {
        let text = secret_text(file, DECRYPT_HINT).await?;
        let read = DecryptionKey::parse(&text);
        keys.decryption
            .extend(read.map_err(|why| usage(format!("{}: {why}", file.display()), DECRYPT_HINT))?);
    }
    if let Some(file) = &args.key {
        keys.material.keys = Some(Ok(given(file, printer, &mut keys.decryption).await?));
    }
    if let Some(place) = &args.jwks {
        keys.published(place).await?;
    }
    if args.discover {
        keys.publisher = Some(Publisher::new(Place::Issuer(args.issuer.clone())));
        if let Some(publisher) = keys.publisher.as_mut().filter(|_| args.issuer.is_some()) {
            keys.material.keys = publisher.keys_for(&Secret::default()).await;
        }
    }
    Ok(keys)
}

impl Keys {
    /// A JWK Set from a file or an address. Why an address gave none is told with each token.
    async fn published(&mut self, place: &str) -> Result<(), Stop> {
        if place.starts_with("http://") || place.starts_with("https://") {
            let url =
                Url::parse(place).map_err(|error| usage(format!("“{place}” is no address ({error})"), JWKS_HINT))?;
            let mut publisher = Publisher::new(Place::Address(url));
            self.material.keys = publisher.keys_for(&Secret::default()).await;
            self.publisher = Some(publisher);
            return Ok(());
        }
        let body = Source::File(place.into()).read(JWKS_HINT).await?;
        let set =
            KeySet::parse(&body).map_err(|why| usage(format!("{place}: {why}"), "Give a JWK Set, {\"keys\": […]}"))?;
        // A file is the person's own: symmetric keys in it may be used (RFC 7515 §A.1).
        self.material.keys = Some(Ok(set.into_local()));
        Ok(())
    }
}

/// A key as a person has it. A private one verifies by its public half, and opens what was encrypted for it.
async fn given(file: &Path, printer: Printer, decryption: &mut Vec<DecryptionKey>) -> Result<KeySet, Stop> {
    let bytes = Source::new(file).read(KEY_HINT).await?;
    // DER begins with a SEQUENCE (RFC 5280 §4.1), which no text does.
    let text = if bytes.first() == Some(&0x30) && std::str::from_utf8(&bytes).is_err() {
        Secret::new(STANDARD.encode(&*bytes))
    } else {
        secret_text(file, KEY_HINT).await?
    };
    // Exposed to be read as a key.
    let set =
        KeySet::for_inspection(text.expose()).map_err(|why| usage(format!("{}: {why}", file.display()), KEY_HINT))?;
    let is_private = |code: &str| code == "private_key_given";
    if set
        .keys
        .iter()
        .flat_map(|key| &key.findings)
        .any(|finding| is_private(&finding.code))
    {
        printer.tell(&format!(
            "▲ {} is a private key: signatures are checked with its public half. “openssl pkey -in KEY -pubout” makes a \
             file of that",
            file.display()
        ));
        decryption.extend(DecryptionKey::parse(&text).unwrap_or_default());
    }
    Ok(set)
}

async fn secret_text(file: &Path, hint: &'static str) -> Result<Secret, Stop> {
    Ok(Secret::from(Source::new(file).read_text(hint).await?.as_str()))
}

/// Who publishes keys.
enum Place {
    /// This address has a JWK Set.
    Address(Url),
    /// The issuer that the person named, else the one that the token names.
    Issuer(Option<String>),
}

/// Keys that a server publishes, as they were fetched.
pub(super) struct Publisher {
    http: Http,
    place: Place,
    /// What each issuer answered, so that none is asked for each token. `None` is the one place that there is.
    known: VecDeque<(Option<String>, Result<KeySet, String>)>,
}

/// So many issuers are remembered: a text of a hundred tokens names no more.
const MAX_KNOWN: usize = 100;

impl Publisher {
    fn new(place: Place) -> Self {
        Self {
            http: Http::new(Arc::new(SystemClock), Limits::default()),
            place,
            known: VecDeque::new(),
        }
    }

    /// Whether each token names its own.
    pub(super) const fn is_of_each_token(&self) -> bool {
        matches!(self.place, Place::Issuer(None))
    }

    /// The keys for a token, or why there are none.
    pub(super) async fn keys_for(&mut self, token: &Secret) -> Option<Result<KeySet, String>> {
        let issuer = self.issuer_of(token);
        if let Some((_, keys)) = self.known.iter().find(|(known, _)| *known == issuer) {
            return Some(keys.clone());
        }
        let keys = self.ask(issuer.as_deref(), Freshness::Cached).await;
        if self.known.len() >= MAX_KNOWN {
            self.known.pop_front();
        }
        self.known.push_back((issuer, keys.clone()));
        Some(keys)
    }

    /// The keys once more, where those that are there may be older than the token. `None` where they need not be fetched,
    /// or were a moment ago, or could not be.
    pub(super) async fn newer(&mut self, material: &KeyMaterial, token: &Secret) -> Option<KeySet> {
        let issuer = self.issuer_of(token);
        let place = match &self.place {
            Place::Address(url) => url.as_str(),
            Place::Issuer(_) => issuer.as_deref()?,
        };
        if !may_ask_again(&self.http, place, [&verdict(material, token)]) {
            return None;
        }
        let newer = self.ask(issuer.as_deref(), Freshness::Anew).await.ok()?;
        if let Some((_, keys)) = self.known.iter_mut().find(|(known, _)| *known == issuer) {
            *keys = Ok(newer.clone());
        }
        Some(newer)
    }

    fn issuer_of(&self, token: &Secret) -> Option<String> {
        match &self.place {
            Place::Address(_) => None,
            Place::Issuer(Some(issuer)) => Some(issuer.clone()),
            // Exposed to be read.
            Place::Issuer(None) => jwt::decode(token.expose()).payload.get_str("iss"),
        }
    }

    async fn ask(&self, issuer: Option<&str>, freshness: Freshness) -> Result<KeySet, String> {
        match (&self.place, issuer) {
            (Place::Address(url), _) => {
                must_be_safe(url)?;
                let (keys, _) = fetch_from(&self.http, url.clone(), Vec::new(), freshness).await;
                keys.map_err(|error| without_profile(&error))
            }
            (Place::Issuer(_), Some(issuer)) => {
                if let Ok(url) = Url::parse(issuer) {
                    must_be_safe(&url)?;
                }
                let found = issuer_keys(&self.http, issuer, freshness).await;
                found.map(|(keys, _)| keys)
            }
            (Place::Issuer(_), None) => Err("the token names no issuer. Name it after --issuer".to_owned()),
        }
    }
}

/// Why there are no keys, where there is no profile to look into.
fn without_profile(error: &FlowError) -> String {
    match error {
        FlowError::NoKeys { why, .. } => format!("{why}. Check the address after --jwks"),
        FlowError::Http(HttpError::Tls { .. } | HttpError::Proxy { .. }) => {
            format!("{error}. Fetch the keys another way, and name their file after --jwks")
        }
        _ => format!("{error}. Check the address after --jwks, and that the server runs"),
    }
}

impl From<SecretFormat> for SecretForm {
    fn from(format: SecretFormat) -> Self {
        match format {
            SecretFormat::Auto => Self::Auto,
            SecretFormat::Text => Self::Text,
            SecretFormat::Base64 => Self::Base64,
            SecretFormat::Hex => Self::Hex,
        }
    }
}
