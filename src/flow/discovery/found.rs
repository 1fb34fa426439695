//! What a discovery gives.

use url::Url;

use crate::model::defect::Defect;
use crate::model::metadata::discovery::ServerMetadata;
use crate::model::metadata::discovery_changes::{Change, changes};
use crate::model::metadata::offer::Offer;
use crate::model::metadata::resource_metadata::ResourceMetadata;
use crate::model::profile::Profile;

/// What was found out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Discovered {
    /// The server.
    pub metadata: ServerMetadata,
    /// Where its document was.
    pub metadata_url: Url,
    /// The API, where it has metadata of its own.
    pub resource: Option<ResourceMetadata>,
    /// The address of the API, when one was given.
    pub api: Option<Url>,
    /// The scopes that it asked for in its challenge (RFC 6750 §3).
    pub scopes: Vec<String>,
    /// Everything that is wrong with the documents.
    pub defects: Vec<Defect>,
    /// Why the specifications say that it must not be used: it belongs to somebody else. A person may go on knowingly.
    pub doubts: Vec<String>,
}

impl Discovered {
    /// Makes a profile work with the server and the API. Gives a sentence for each choice that a person may want to look
    /// at.
    pub fn fill(&self, profile: &mut Profile) -> Vec<String> {
        let notes = self.metadata.fill(profile, None);
        if let Some(api) = &self.api {
            match &self.resource {
                Some(resource) => resource.fill(api, Some(&self.metadata), profile),
                None => profile.api_url = api.to_string(),
            }
        }
        for scope in &self.scopes {
            if !profile.scopes().any(|word| word == scope) {
                let together = format!("{} {scope}", profile.scope);
                together.trim().clone_into(&mut profile.scope);
            }
        }
        notes
    }

    /// What would change in a profile that is there. `base` is what its paths are below.
    pub fn changes(&self, profile: &Profile, base: Option<&Url>) -> Vec<Change> {
        let api = self.api.as_ref().zip(self.resource.as_ref());
        changes(profile, base, &self.metadata, api)
    }

    /// What server and API offer, in rows for people.
    pub fn offers(&self) -> Vec<Offer> {
        let mut rows = self.metadata.offers();
        rows.extend(self.resource.iter().flat_map(ResourceMetadata::offers));
        rows
    }

    /// The servers that the API names, when there is a choice.
    pub fn choices(&self) -> &[String] {
        let servers = self.resource.as_ref().map(|r| r.authorization_servers.as_slice());
        servers.filter(|servers| servers.len() > 1).unwrap_or_default()
    }

    /// Whether a client can be registered by a request.
    pub const fn can_register(&self) -> bool {
        self.metadata.registration_endpoint.is_some()
    }
}

/// What was looked for at an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Looking {
    /// The metadata of a server.
    Server,
    /// The metadata of an API.
    Resource,
    /// The API itself.
    Api,
}

impl Looking {
    /// The word, as JSON output has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Server => "server_metadata",
            Self::Resource => "resource_metadata",
            Self::Api => "api",
        }
    }

    /// What people call it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Server => "Server metadata",
            Self::Resource => "API metadata",
            Self::Api => "The API itself",
        }
    }
}

/// An address that was tried.
#[derive(Clone, Debug, PartialEq)]
pub struct Tried {
    /// What was looked for.
    pub looking: Looking,
    /// Where.
    pub url: String,
    /// The HTTP status, when there was an answer.
    pub status: Option<u16>,
    /// What came of it, in a few words.
    pub said: String,
    /// Whether it was there.
    pub is_found: bool,
    /// Milliseconds that it took.
    pub took_ms: f64,
}
