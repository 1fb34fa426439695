//! Tokens made for tests of one's own servers: remembered, so that they are marked wherever they are shown.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;

use super::core::Engine;
use super::event::EventKind;
use super::failure::Failure;
use super::inspect::is_key;
use super::reporter::Reporter;
use crate::model::forge::{Edit, Inputs, Publish, Rewrite, SignWith, forge, preset};
use crate::model::inspection::{Inspection, Lens};
use crate::model::keys::SecretForm;
use crate::model::keys::jwa::SigningAlgorithm;
use crate::model::keys::signing::SigningKey;
use crate::model::{Fingerprint, Secret, jwt};

/// What token to make, and of which.
#[derive(Clone, Debug)]
pub struct ForgeRequest {
    /// The token that is changed.
    pub token: Secret,
    /// What that one is called.
    pub place: String,
    /// What becomes of it.
    pub how: ForgeHow,
    /// What it is signed with.
    pub signer: Signer,
    /// Whether its header says that it is forged. Some attacks never do: the mark would change what they try.
    pub marks: bool,
}

/// What becomes of a token.
#[derive(Clone, Debug)]
pub enum ForgeHow {
    /// These texts, JSON, take the place of header and claims; `None`: it stays as it is, byte by byte.
    Edit {
        /// The header.
        header: Option<Secret>,
        /// The claims.
        claims: Option<Secret>,
    },
    /// One of [`presets`](crate::model::forge::presets).
    Attack {
        /// Which.
        id: &'static str,
        /// The provider's public key as PEM, for those that need it.
        public_key: Option<String>,
        /// What the header names, for those that need it.
        address: Option<String>,
    },
}

/// What a changed token is signed with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signer {
    /// A private key or a secret, as a person has it, and in which form a secret is written.
    Key(Secret, SecretForm),
    /// The key of the embedded provider.
    Demo,
    /// Nothing: `alg` is `none`.
    Nothing,
    /// The signature that it had.
    Keep,
    /// Nothing, and `alg` is what it was.
    Strip,
}

/// A token that was made here for tests.
#[derive(Clone, PartialEq, Eq)]
pub struct Forgery {
    /// The token.
    pub token: Secret,
    /// Its fingerprint.
    pub fingerprint: Fingerprint,
    /// What was changed to make it, in words.
    pub what: Vec<String>,
    /// What it was made from, or the attack.
    pub place: String,
    /// What must be served where its header says.
    pub publish: Option<Publish>,
}

impl Forgery {
    /// Looks at it.
    pub(super) fn inspect(&self, lens: &Lens, now: Timestamp) -> Inspection {
        Inspection {
            place: self.place.clone(),
            forged: Some(self.what.clone()),
            ..Inspection::of(self.token.clone(), lens, now)
        }
    }
}

impl fmt::Debug for Forgery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Forgery")
            .field("fingerprint", &self.fingerprint)
            .finish_non_exhaustive()
    }
}

impl Engine {
    /// Makes a token for tests, and remembers it as forged until the program ends.
    pub async fn forge(&self, request: ForgeRequest, reporter: &Reporter) -> Result<Arc<Forgery>, Failure> {
        let demo_keys = match request.signer {
            Signer::Demo => self.demo_keys()?,
            _ => Vec::new(),
        };
        let now = self.inner.clock.now();
        let made = tokio::task::spawn_blocking(move || make(&request, &demo_keys, now)).await;
        let made = made.map_err(|error| Failure::internal("The new token", error, "Try another change"))?;
        let forgery = made.map_err(|why| {
            let (message, hint) = why.split_once(". ").unwrap_or((&why, "Nothing was made"));
            Failure::local("not_forged", message, hint)
        })?;
        self.inner.keep_forged(forgery.fingerprint.clone());
        let forgery = Arc::new(forgery);
        reporter.tell(EventKind::Forged(Arc::clone(&forgery))).await;
        Ok(forgery)
    }

    fn demo_keys(&self) -> Result<Vec<(String, Secret)>, Failure> {
        let keys = self.inner.embedded.signing_keys();
        if keys.is_empty() {
            return Err(Failure::local(
                "demo_stopped",
                "The demo server does not run, so there is no key of it to sign with",
                "Start it on its page, or sign with another key",
            ));
        }
        Ok(keys)
    }

    /// Marks what was forged here before: by its fingerprint, also where there is no mark in its header.
    pub(super) fn mark_forged(&self, inspection: &mut Inspection) {
        if !inspection.is_forged() && self.inner.is_forged(&inspection.token.fingerprint) {
            inspection.forged = Some(vec!["it was made here before".to_owned()]);
        }
        for inner in &mut inspection.inner {
            self.mark_forged(inner);
        }
    }
}

fn make(request: &ForgeRequest, demo_keys: &[(String, Secret)], now: Timestamp) -> Result<Forgery, String> {
    // Exposed to be changed.
    let token = request.token.expose();
    let decoded = jwt::decode(token);
    let key = match &request.signer {
        Signer::Key(text, _) if is_key(text) => Some(SigningKey::parse(text)?),
        Signer::Demo => {
            let kid = decoded.kid();
            let same = demo_keys.iter().find(|(known, _)| Some(known) == kid.as_ref());
            let (kid, pem) = same.or(demo_keys.first()).ok_or("The demo server has no key")?;
            Some(SigningKey::parse(pem)?.with_kid(kid))
        }
        Signer::Key(..) | Signer::Nothing | Signer::Keep | Signer::Strip => None,
    };
    let wanted: Vec<String> = decoded.alg().into_iter().collect();
    let key = match (&request.signer, key) {
        (_, Some(key)) => {
            let alg = key.algorithm_for(&wanted).unwrap_or_else(|| key.default_algorithm());
            Some(SignWith::Key(key, alg))
        }
        (Signer::Key(text, form), None) => Some(secret(text, *form, wanted.first())?),
        (_, None) => None,
    };
    let (forged, place) = match &request.how {
        ForgeHow::Edit { header, claims } => {
            // Exposed to be put into the token.
            let rewrite = |text: &Option<Secret>| {
                text.as_ref()
                    .map_or(Rewrite::Keep, |text| Rewrite::Text(text.expose().to_owned()))
            };
            let edit = Edit {
                header: rewrite(header),
                claims: rewrite(claims),
                sign: match (&request.signer, key) {
                    (_, Some(key)) => key,
                    (Signer::Keep, None) => SignWith::KeepSignature,
                    (Signer::Strip, None) => SignWith::StripSignature,
                    (_, None) => SignWith::Nothing,
                },
                mark: request.marks,
            };
            (forge(token, &edit)?, request.place.clone())
        }
        ForgeHow::Attack {
            id,
            public_key,
            address,
        } => {
            let inputs = Inputs {
                signer: key,
                public_key: public_key.clone(),
                address: address.clone(),
                mark: request.marks,
                ..Inputs::new(now)
            };
            let forged = preset(token, id, &inputs)?;
            let all = crate::model::forge::presets().iter();
            let name = all.filter(|preset| preset.id == *id).map(|preset| preset.name).next();
            (forged, name.unwrap_or_default().to_owned())
        }
    };
    Ok(Forgery {
        token: forged.token,
        fingerprint: forged.fingerprint,
        what: forged.what,
        place,
        publish: forged.publish,
    })
}

/// A secret for an HMAC, by the token's own `alg` where that is one.
fn secret(text: &Secret, form: SecretForm, alg: Option<&String>) -> Result<SignWith, String> {
    // Exposed to see whether there is one.
    if text.expose().trim().is_empty() {
        return Err("There is no key to sign with. Paste one under “Keys and expectations”".to_owned());
    }
    let (_, bytes) = form.keys(text).into_iter().next().ok_or_else(|| {
        let form = form.as_str();
        format!("The secret is not written in {form}. Choose the form in which it is written")
    })?;
    let alg = match alg.map(String::as_str) {
        Some("HS384") => SigningAlgorithm::HS384,
        Some("HS512") => SigningAlgorithm::HS512,
        _ => SigningAlgorithm::HS256,
    };
    Ok(SignWith::Secret(bytes, alg))
}
