//! What a conversation is run with: the profile's endpoints, credentials, keys and connection, put together anew each
//! time.

use std::sync::Arc;

use url::Url;

use super::core::{Engine, Inner};
use super::embedded::Origin;
use super::failure::Failure;
use super::files::Files;
use super::reporter::Reporter;
use crate::flow::{Dpop, Http, Party};
use crate::model::keys::KeySet;
use crate::model::profile::{Endpoints, Grant};
use crate::model::{Credentials, Profile, Secret, SecretKind, Slug};

/// What the person gives for one login beside what the engine remembers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// Another user name than the profile's.
    pub username: Option<String>,
    /// The password.
    pub password: Option<Secret>,
    /// The token to exchange.
    pub subject_token: Option<Secret>,
}

/// Everything that the requests of a profile need. [`Equipment::party`] lends it to a flow.
pub(super) struct Equipment<'a> {
    inner: &'a Inner,
    pub(super) profile: &'a Profile,
    pub(super) endpoints: Endpoints,
    pub(super) credentials: Credentials,
    verification_key: Option<Result<KeySet, String>>,
    pub(super) dpop: Option<Arc<Dpop>>,
    http: Http,
}

impl Equipment<'_> {
    pub(super) fn party(&self) -> Party<'_> {
        Party {
            profile: self.profile,
            endpoints: &self.endpoints,
            credentials: &self.credentials,
            verification_key: self.verification_key.as_ref(),
            dpop: self.dpop.as_deref(),
            http: &self.http,
            clock: &*self.inner.clock,
            random: &*self.inner.random,
        }
    }
}

impl Engine {
    /// Keeps a secret in memory; an empty one forgets it.
    pub fn set_secret(&self, slug: &Slug, kind: SecretKind, secret: Secret) {
        self.inner.keep_secret(slug, kind, secret);
    }
}

impl Inner {
    /// Puts together what the requests of `profile` need; starts the embedded provider if it is the profile's. `dpop` is
    /// what the session's tokens are bound to.
    pub(super) async fn equip<'a>(
        &'a self,
        profile: &'a Profile,
        given: Given,
        dpop: Option<Arc<Dpop>>,
        reporter: &Reporter,
    ) -> Result<Equipment<'a>, Failure> {
        let origin = self.origin_for(profile, reporter).await?;
        let demo = origin.as_ref().map(|origin| &origin.base_url);
        let endpoints = Self::endpoints(profile, demo)?;
        let mut credentials = self.credentials(profile, given, origin.as_ref());
        let files = Files::read(profile).await?;
        credentials.client_key = files.client_key;
        let transport = if origin.is_some() {
            files.transport.for_embedded()
        } else {
            files.transport
        };
        Ok(Equipment {
            inner: self,
            profile,
            endpoints,
            verification_key: verification_key(profile, files.verification_key, origin.as_ref()),
            credentials,
            http: self.http_for(transport).await?,
            dpop,
        })
    }

    /// The profile's endpoints, or the first field that is wrong.
    pub(super) fn endpoints(profile: &Profile, demo: Option<&Url>) -> Result<Endpoints, Failure> {
        let wrong = |errors: &[crate::model::profile::FieldError]| {
            let message = errors.first().map_or_else(
                || "The profile cannot be used".to_owned(),
                |error| format!("{}: {}", error.field.label(), error.message),
            );
            Failure::local("invalid_profile", message, "Correct the field in the profile")
        };
        let errors = profile.validate();
        if errors.is_empty() {
            profile.endpoints(demo).map_err(|errors| wrong(&errors))
        } else {
            Err(wrong(&errors))
        }
    }

    /// What was given now, else what is remembered, else what the embedded provider prints on its start page.
    fn credentials(&self, profile: &Profile, given: Given, origin: Option<&Origin>) -> Credentials {
        let kept = |kind| self.kept_secret(&profile.slug, kind);
        let username = given.username.unwrap_or_else(|| profile.username.clone());
        let demo_password = || {
            let users = &origin?.users;
            let user = users.iter().find(|user| user.username == username)?;
            Some(user.password.clone())
        };
        let demo_secret = || {
            let secrets = &origin?.secrets;
            let (_, secret) = secrets.iter().find(|(client_id, _)| *client_id == profile.client_id)?;
            Some(secret.clone())
        };
        Credentials {
            client_secret: kept(SecretKind::ClientSecret).or_else(demo_secret),
            client_key: None,
            password: given
                .password
                .or_else(|| kept(SecretKind::Password))
                .or_else(demo_password),
            subject_token: given
                .subject_token
                .or_else(|| self.token_of_subject(profile))
                .or_else(|| kept(SecretKind::SubjectToken)),
            username,
        }
    }

    /// The access token of the profile whose token is exchanged.
    fn token_of_subject(&self, profile: &Profile) -> Option<Secret> {
        if profile.grant != Grant::TokenExchange {
            return None;
        }
        let slug = Slug::parse(profile.subject_profile.trim())?;
        Some(self.session(&slug)?.tokens.access.as_ref()?.value.clone())
    }
}

/// Says which secret a login cannot do without and was not given.
pub(super) fn missing(profile: &Profile, credentials: &Credentials) -> Option<Failure> {
    if credentials.client_secret.is_none() && profile.client_authentication.needs_secret() {
        return Some(Failure::local(
            "no_client_secret",
            "This client proves who it is with a secret, and none was given",
            "Enter the client secret in the profile (kept in memory only), or give it with --secret-file",
        ));
    }
    if profile.grant.has_password() && credentials.password.is_none() {
        return Some(Failure::local(
            "no_password",
            "This login sends user name and password, and no password was given",
            "Enter it in the window, or give it with --password-stdin",
        ));
    }
    if profile.grant == Grant::TokenExchange && credentials.subject_token.is_none() {
        return Some(Failure::local(
            "no_subject_token",
            "There is no token to exchange",
            "Log in to the profile named in “Exchange the token of”, or paste a token",
        ));
    }
    None
}

/// The key that the profile names, else the one that the embedded provider offers for its client.
fn verification_key(
    profile: &Profile,
    named: Option<String>,
    origin: Option<&Origin>,
) -> Option<Result<KeySet, String>> {
    let text = named.or_else(|| {
        let keys = &origin?.verification_keys;
        let (_, key) = keys.iter().find(|(client_id, _)| *client_id == profile.client_id)?;
        Some(key.clone())
    })?;
    Some(KeySet::parse_verification_key(&text))
}
