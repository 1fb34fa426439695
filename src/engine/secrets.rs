//! The secrets that people give: in memory only, and each only for the servers and the client that it was given for.

use std::collections::{BTreeSet, HashMap};

use url::Url;

use crate::model::{Profile, Secret, SecretKind, Slug};

/// Whom a profile's secrets go to: its client, at the servers behind its endpoints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Audience {
    client_id: String,
    origins: BTreeSet<String>,
}

impl Audience {
    /// That of a profile; none while its form is half filled in. The embedded provider is one server, whatever its port.
    pub(super) fn of(profile: &Profile) -> Option<Self> {
        let demo = Url::parse("http://127.0.0.1:0/").ok();
        let endpoints = profile.endpoints(demo.as_ref()).ok()?;
        Some(Self {
            client_id: profile.client_id.trim().to_owned(),
            origins: endpoints
                .back_channel()
                .map(|url| url.origin().ascii_serialization())
                .collect(),
        })
    }

    /// Whether `other` is the same client, at none but these servers.
    fn covers(&self, other: &Self) -> bool {
        self.client_id == other.client_id && other.origins.is_subset(&self.origins)
    }
}

/// What is kept of a profile for one conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// Nothing.
    Nothing,
    /// A secret that is for others.
    Elsewhere,
    /// The secret.
    Here(Secret),
}

#[derive(Debug)]
struct Kept {
    secret: Secret,
    /// None until it is first used: it may be given before the profile's form is filled in.
    given_for: Option<Audience>,
}

/// The secrets of every profile.
#[derive(Debug, Default)]
pub(super) struct Secrets(HashMap<(Slug, SecretKind), Kept>);

impl Secrets {
    /// Keeps a secret; an empty one forgets it.
    pub(super) fn keep(&mut self, slug: &Slug, kind: SecretKind, secret: Secret, given_for: Option<Audience>) {
        let key = (slug.clone(), kind);
        if secret.is_empty() {
            self.0.remove(&key);
        } else {
            self.0.insert(key, Kept { secret, given_for });
        }
    }

    /// Whether the person gave one.
    pub(super) fn has(&self, slug: &Slug, kind: SecretKind) -> bool {
        self.0.contains_key(&(slug.clone(), kind))
    }

    /// Forgets those of a profile.
    pub(super) fn forget(&mut self, slug: &Slug) {
        self.0.retain(|(of, _), _| of != slug);
    }

    /// The secret for a conversation with `wanted`. One that was not used yet is for the profile as it is `stored` now; from
    /// then on it is for these alone.
    pub(super) fn find(
        &mut self,
        slug: &Slug,
        kind: SecretKind,
        wanted: Option<&Audience>,
        stored: Option<&Audience>,
    ) -> Found {
        let Some(kept) = self.0.get_mut(&(slug.clone(), kind)) else {
            return Found::Nothing;
        };
        let given_for = kept.given_for.as_ref().or(stored);
        match (given_for, wanted) {
            (Some(given_for), Some(wanted)) if given_for.covers(wanted) => {
                kept.given_for = Some(given_for.clone());
                Found::Here(kept.secret.clone())
            }
            _ => Found::Elsewhere,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(base_url: &str) -> Profile {
        Profile {
            client_id: "app".to_owned(),
            base_url: base_url.to_owned(),
            authorization_endpoint: "/authorize".to_owned(),
            token_endpoint: "/token".to_owned(),
            ..Profile::default()
        }
    }

    fn find(secrets: &mut Secrets, wanted: &Profile, stored: &Profile) -> Found {
        let (wanted, stored) = (Audience::of(wanted), Audience::of(stored));
        secrets.find(
            &Slug::default(),
            SecretKind::ClientSecret,
            wanted.as_ref(),
            stored.as_ref(),
        )
    }

    fn with(given_for: Option<Audience>) -> Secrets {
        let mut secrets = Secrets::default();
        secrets.keep(&Slug::default(), SecretKind::ClientSecret, "s".into(), given_for);
        secrets
    }

    #[test]
    fn a_secret_stays_with_the_server_and_the_client_that_it_was_first_used_for() {
        let (a, b) = (at("https://a.example"), at("https://b.example"));
        let mut secrets = with(None);
        assert_eq!(find(&mut secrets, &a, &a), Found::Here("s".into()));
        assert_eq!(find(&mut secrets, &b, &b), Found::Elsewhere);
        let other_client = Profile {
            client_id: "another".to_owned(),
            ..a.clone()
        };
        assert_eq!(find(&mut secrets, &other_client, &other_client), Found::Elsewhere);
        let reaching_out = Profile {
            revocation_endpoint: "https://b.example/revoke".to_owned(),
            ..a.clone()
        };
        assert_eq!(find(&mut secrets, &reaching_out, &reaching_out), Found::Elsewhere);
        let more = Profile {
            revocation_endpoint: "/revoke".to_owned(),
            ..a.clone()
        };
        assert_eq!(find(&mut secrets, &more, &more), Found::Here("s".into()));
    }

    #[test]
    fn a_new_secret_does_not_go_to_where_the_profile_was_before() {
        let (a, b) = (at("https://a.example"), at("https://b.example"));
        let mut secrets = with(None);
        assert_eq!(find(&mut secrets, &a, &b), Found::Elsewhere);
        assert_eq!(find(&mut secrets, &b, &b), Found::Here("s".into()));
    }

    #[test]
    fn one_that_was_typed_beside_what_is_not_saved_waits_for_that() {
        let (a, b) = (at("https://a.example"), at("https://b.example"));
        let mut secrets = with(Audience::of(&b));
        assert_eq!(find(&mut secrets, &a, &a), Found::Elsewhere);
        assert_eq!(find(&mut secrets, &b, &b), Found::Here("s".into()));
    }

    #[test]
    fn half_a_form_has_no_audience_and_the_embedded_provider_always_the_same() {
        assert_eq!(Audience::of(&at("")), None);
        assert_eq!(Audience::of(&at("demo:")), Audience::of(&at(" demo: ")));
        assert_ne!(Audience::of(&at("demo:")), Audience::of(&at("http://127.0.0.1/")));
    }
}
