//! Who speaks to a provider, and with what.

use std::fmt;

use super::dpop::Dpop;
use super::http::Http;
use crate::model::keys::KeySet;
use crate::model::profile::Endpoints;
use crate::model::{Clock, Credentials, Profile, Random, Secret};

/// Everything that each request of a profile is made with.
#[derive(Clone, Copy)]
pub struct Party<'a> {
    /// The client.
    pub profile: &'a Profile,
    /// Its endpoints.
    pub endpoints: &'a Endpoints,
    /// What it proves who it is with.
    pub credentials: &'a Credentials,
    /// The key of the profile that signatures are verified with in the place of published ones, or why it cannot be read.
    pub verification_key: Option<&'a Result<KeySet, String>>,
    /// What the tokens are bound to, where the profile wants that.
    pub dpop: Option<&'a Dpop>,
    /// The client that sends, with the profile's connection settings.
    pub http: &'a Http,
    /// The time.
    pub clock: &'a dyn Clock,
    /// Randomness.
    pub random: &'a dyn Random,
}

impl Party<'_> {
    /// Everything secret that is at hand, and `sent`: an answer may repeat what another request held.
    pub(super) fn known_secrets(&self, sent: &Secret) -> Vec<Secret> {
        let credentials = self.credentials;
        let all = [
            &credentials.client_secret,
            &credentials.password,
            &credentials.subject_token,
        ];
        let mut known = vec![sent.clone()];
        known.extend(all.into_iter().flatten().cloned());
        known
    }
}

impl fmt::Debug for Party<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Party")
            .field("profile", &self.profile.slug)
            .finish_non_exhaustive()
    }
}
