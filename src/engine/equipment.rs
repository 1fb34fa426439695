//! What a conversation is run with: the profile's endpoints, credentials, keys and connection, put together anew each
//! time.

use std::sync::Arc;

use url::Url;

use super::core::{Engine, Inner};
use super::embedded::Origin;
use super::failure::Failure;
use super::files::Files;
use super::reporter::Reporter;
use super::secrets::{Audience, Found};
use super::session::Session;
use crate::flow::{Dpop, Http, Party};
use crate::model::jwt::Form;
use crate::model::keys::KeySet;
use crate::model::profile::{Endpoints, Grant};
use crate::model::{Credentials, Profile, Secret, SecretKind, Slug, TokenKind};

/// What the person gives for one login beside what the engine remembers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// Another user name than the profile's.
    pub username: Option<String>,
    /// The password.
    pub password: Option<Secret>,
    /// The token to exchange.
    pub subject_token: Option<Secret>,
    /// The server to which the token of another profile may go though another server gave it, as
    /// [`Ends::to`](crate::model::profile::Ends::to) names it.
    pub may_send_token_to: Option<String>,
}

/// Everything that the requests of a profile need. [`Equipment::party`] lends it to a flow.
pub(super) struct Equipment<'a> {
    inner: &'a Inner,
    pub(super) profile: &'a Profile,
    pub(super) endpoints: Endpoints,
    pub(super) credentials: Credentials,
    /// Secrets that were given for other servers or another client.
    elsewhere: Vec<SecretKind>,
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

    /// Why a secret is not there: `otherwise`, or that it was given for others.
    fn why_missing(&self, kind: SecretKind, otherwise: &str) -> String {
        if self.elsewhere.contains(&kind) {
            let what = kind.label().to_lowercase();
            format!("The {what} that is kept was given for another server or client, and is not sent to this one")
        } else {
            otherwise.to_owned()
        }
    }
}

impl Engine {
    /// Keeps a secret in memory; an empty one forgets it.
    pub fn set_secret(&self, slug: &Slug, kind: SecretKind, secret: Secret) {
        self.inner.keep_secret(slug, kind, secret, None);
    }

    /// The same for one that was given for `draft`, which may not be stored yet: until it is, the secret goes nowhere.
    pub fn set_secret_for(&self, slug: &Slug, kind: SecretKind, secret: Secret, draft: &Profile) {
        self.inner.keep_secret(slug, kind, secret, Audience::of(draft));
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
        // What the embedded provider lends is for itself: an endpoint of the profile may be anywhere.
        let lender = origin.as_ref().filter(|origin| {
            let embedded = origin.base_url.origin();
            endpoints.back_channel().all(|url| url.origin() == embedded)
        });
        let (mut credentials, elsewhere) = self.credentials(profile, given, lender).await;
        let files = Files::read(profile).await?;
        credentials.client_key = files.client_key;
        let transport = match demo {
            Some(base) => files.transport.with_embedded(base),
            None => files.transport,
        };
        Ok(Equipment {
            inner: self,
            profile,
            verification_key: verification_key(profile, files.verification_key, lender),
            endpoints,
            credentials,
            elsewhere,
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
    async fn credentials(
        &self,
        profile: &Profile,
        given: Given,
        origin: Option<&Origin>,
    ) -> (Credentials, Vec<SecretKind>) {
        let kinds = [SecretKind::ClientSecret, SecretKind::Password, SecretKind::SubjectToken];
        let found = self.kept_secrets(profile, kinds).await;
        let elsewhere = kinds.into_iter().zip(&found);
        let elsewhere = elsewhere
            .filter(|(_, found)| **found == Found::Elsewhere)
            .map(|(kind, _)| kind);
        let elsewhere = elsewhere.collect();
        let [client_secret, password, subject_token] = found.map(|found| match found {
            Found::Here(secret) => Some(secret),
            Found::Nothing | Found::Elsewhere => None,
        });
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
        let credentials = Credentials {
            client_secret: client_secret.or_else(demo_secret),
            client_key: None,
            password: given.password.or(password).or_else(demo_password),
            subject_token: given.subject_token.or(subject_token),
            username,
        };
        (credentials, elsewhere)
    }

    /// The token of the other profile that is exchanged (RFC 8693 §2.1); none while that one is not logged in. It leaves the
    /// server that gave it only where the person said so: a profile may have been written by somebody else.
    pub(super) fn token_of_subject(&self, profile: &Profile, given: &Given) -> Result<Option<Secret>, Failure> {
        let subject = profile.subject_profile.trim();
        if profile.grant != Grant::TokenExchange || given.subject_token.is_some() {
            return Ok(None);
        }
        let Some(session) = Slug::parse(subject).and_then(|slug| self.session(&slug)) else {
            return Ok(None);
        };
        let wanted = profile.subject_token_type.trim();
        let token = kind_of_type(wanted, &session).and_then(|kind| session.tokens.get(kind));
        let token = token.ok_or_else(|| {
            Failure::local(
                "no_subject_token",
                format!("“{subject}” holds no token of the type {wanted}"),
                "Choose “Its type” in the profile after what that one holds, or take “Exchange the token of” out and paste a token",
            )
        })?;
        if let Some(ends) = profile.ends_of_exchange(&session.profile)
            && given.may_send_token_to.as_ref() != Some(&ends.to)
        {
            return Err(Failure::local(
                "token_to_other_server",
                format!(
                    "The token of “{subject}” comes from {} and would go to {}, which may use it there",
                    ends.from, ends.to
                ),
                "Log in in the window, which asks, or give the token itself with --subject-token-file",
            ));
        }
        Ok(Some(token.value.clone()))
    }
}

/// The held token that a `subject_token_type` speaks of (RFC 8693 §3); an access token where it is not said.
fn kind_of_type(named: &str, session: &Session) -> Option<TokenKind> {
    let is_jwt = |kind: &TokenKind| {
        let token = session.tokens.get(*kind);
        token.is_some_and(|token| matches!(token.decoded.form, Form::Jws | Form::Jwe))
    };
    match named.strip_prefix("urn:ietf:params:oauth:token-type:") {
        _ if named.is_empty() => Some(TokenKind::Access),
        Some("access_token") => Some(TokenKind::Access),
        Some("id_token") => Some(TokenKind::Id),
        Some("refresh_token") => Some(TokenKind::Refresh),
        Some("jwt") => [TokenKind::Access, TokenKind::Id].into_iter().find(is_jwt),
        _ => None,
    }
}

/// Says which secret a login cannot do without and was not given.
pub(super) fn missing(profile: &Profile, equipment: &Equipment<'_>) -> Option<Failure> {
    if profile.needs_secret()
        && let Some(failure) = missing_client_secret(equipment)
    {
        return Some(failure);
    }
    let credentials = &equipment.credentials;
    if profile.grant.has_password() && credentials.password.is_none() {
        return Some(Failure::local(
            "no_password",
            equipment.why_missing(
                SecretKind::Password,
                "This login sends user name and password, and no password was given",
            ),
            "Enter it in the window, or give it with --password-stdin",
        ));
    }
    if profile.grant == Grant::TokenExchange && credentials.subject_token.is_none() {
        return Some(Failure::local(
            "no_subject_token",
            equipment.why_missing(SecretKind::SubjectToken, "There is no token to exchange"),
            "Log in to the profile named in “Exchange the token of”, or paste a token",
        ));
    }
    None
}

/// Says that there is no client secret.
pub(super) fn missing_client_secret(equipment: &Equipment<'_>) -> Option<Failure> {
    equipment.credentials.client_secret.is_none().then(|| {
        Failure::local(
            "no_client_secret",
            equipment.why_missing(
                SecretKind::ClientSecret,
                "This client proves who it is with a secret, and none was given",
            ),
            "Enter the client secret in the profile (kept in memory only), or give it with --secret-file",
        )
    })
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
