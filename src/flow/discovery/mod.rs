//! From an address to what a server says of itself: the address of an issuer, of an API, or of a metadata document
//! (OpenID Connect Discovery §4, RFC 8414 §3, RFC 9728 §3, §5).
//!
//! An issuer's documents are looked for first, because most people have an issuer. Where there are none, the address is
//! asked as an API: its `401` names its metadata, or that is at its well-known address, and names the servers that give
//! tokens for it. The last place is the root of the host. Redirects are told and not followed.

mod found;
mod look;
mod miss;

use tokio::sync::mpsc;
use url::Url;

use super::http::Http;
use super::transcript::Transcript;
use crate::model::defect::{Defect, Part};
use crate::model::metadata::discovery::{
    Match, ServerMetadata, resource_of, resource_well_known, web_address, well_known,
};
use crate::model::metadata::resource_metadata::ResourceMetadata;

pub use found::{Discovered, Looking, Tried};
pub use miss::DiscoveryError;

use look::{ApiAnswer, Look, Search};

/// How to look.
#[derive(Clone, Copy, Debug)]
pub struct Discovery<'a> {
    /// The client that sends, with the connection settings that the profile will have.
    pub http: &'a Http,
    /// Whether plain HTTP is accepted on purpose.
    pub insecure: bool,
    /// Which of the servers that an API names is asked; none: the first.
    pub authorization_server: Option<&'a str>,
}

/// What the API said of itself, before its server is asked.
#[derive(Default)]
struct Api {
    url: Option<Url>,
    resource: Option<ResourceMetadata>,
    scopes: Vec<String>,
    defects: Vec<Defect>,
    doubts: Vec<String>,
}

/// A server's document, and the issuer that was asked for.
struct Document {
    metadata: ServerMetadata,
    url: Url,
    issuer: String,
}

impl Discovery<'_> {
    /// Looks, and tells each address that was tried as it is done.
    pub async fn run(
        self,
        address: &str,
        tell: &mpsc::Sender<Tried>,
        transcript: &mut Transcript,
    ) -> Result<Discovered, DiscoveryError> {
        let url = web_address(address).map_err(DiscoveryError::Address)?;
        let mut search = Search::new(self.http, self.insecure, tell, transcript);
        search.must_be_secure(&url)?;
        if let Some(resource) = resource_of(&url) {
            return self.by_resource_document(search, resource, url).await;
        }
        let mut stranger = None;
        match well_known(address) {
            Ok(places) => match issuer_document(&mut search, &places.issuer, places.urls).await? {
                Some(document) if document.is_trusted() => return Ok(found(Api::default(), document)),
                // Perhaps something better comes.
                document => stranger = document,
            },
            // A query: no issuer has one, so it is an API.
            Err(_) if url.query().is_some() => {}
            Err(why) => return Err(DiscoveryError::Address(why)),
        }
        let is_document = stranger.as_ref().is_some_and(|document| document.url == url);
        let mut api = Api::default();
        if !is_document {
            match search.api(&url).await? {
                ApiAnswer::Metadata(metadata) => return self.by_odd_place(search, *metadata, url).await,
                ApiAnswer::Said { metadata, scopes } => {
                    api.scopes = scopes;
                    let mut places: Vec<(Url, Url)> = metadata.map(|place| (place, url.clone())).into_iter().collect();
                    places.extend(resource_places(&url));
                    if let Some((resource, about)) = resource_document(&mut search, places).await? {
                        api.take(resource, &about);
                        api.url = Some(url);
                        return self.by_api(search, api).await;
                    }
                    api.url = Some(url.clone());
                }
                ApiAnswer::Nothing => {}
            }
        }
        if let Some(document) = stranger {
            return Ok(found(Api::default(), document));
        }
        if url.path() != "/" || url.query().is_some() {
            let origin = url.origin().ascii_serialization();
            if let Ok(places) = well_known(&origin)
                && let Some(document) = issuer_document(&mut search, &places.issuer, places.urls).await?
            {
                return Ok(found(api, document));
            }
        }
        Err(search.nothing(address))
    }

    /// The person gave the address of an API's metadata.
    async fn by_resource_document(
        self,
        mut search: Search<'_>,
        resource: Url,
        place: Url,
    ) -> Result<Discovered, DiscoveryError> {
        let Some((document, about)) = resource_document(&mut search, vec![(place.clone(), resource)]).await? else {
            return Err(search.nothing(place.as_str()));
        };
        let mut api = Api {
            url: Some(about.clone()),
            ..Api::default()
        };
        api.take(document, &about);
        self.by_api(search, api).await
    }

    /// The document was at an address that names no issuer: it counts when that of its issuer says the same.
    async fn by_odd_place(
        self,
        mut search: Search<'_>,
        metadata: ServerMetadata,
        url: Url,
    ) -> Result<Discovered, DiscoveryError> {
        let issuer = metadata.issuer.clone().unwrap_or_default();
        if let Ok(places) = well_known(&issuer)
            && search.must_be_secure(&places.urls[0]).is_ok()
            && let Some(document) = issuer_document(&mut search, &places.issuer, places.urls).await?
            && document.is_trusted()
        {
            return Ok(found(Api::default(), document));
        }
        let api = Api {
            doubts: vec![format!(
                "{url} says that it speaks for the issuer “{issuer}”, and nothing at that issuer confirms it (RFC 8414 \
                 §3.3)"
            )],
            ..Api::default()
        };
        Ok(found(api, Document { metadata, url, issuer }))
    }

    /// Asks one of the servers that the API names.
    async fn by_api(self, mut search: Search<'_>, mut api: Api) -> Result<Discovered, DiscoveryError> {
        let named = api.resource.as_ref().map(|r| r.authorization_servers.clone());
        let named = named.unwrap_or_default();
        let own = |api: &Api| api.url.as_ref().map(|url| url.origin().ascii_serialization());
        let server = match (self.authorization_server, named.first()) {
            (Some(chosen), _) => {
                if !named.iter().any(|name| name == chosen) {
                    api.doubts.push(format!(
                        "The API does not name “{chosen}” as a server that gives tokens for it"
                    ));
                }
                Some(chosen.to_owned())
            }
            (None, Some(first)) => Some(first.clone()),
            // Where nobody is named, the host itself is the best guess.
            (None, None) => own(&api),
        };
        let server = server.unwrap_or_default();
        let places = well_known(&server)
            .map_err(|why| DiscoveryError::Address(format!("The API names “{server}” as its server. {why}")))?;
        search.must_be_secure(&places.urls[0])?;
        match issuer_document(&mut search, &places.issuer, places.urls).await? {
            Some(document) => Ok(found(api, document)),
            None => Err(search.nothing(&server)),
        }
    }
}

impl Api {
    fn take(&mut self, resource: ResourceMetadata, asked: &Url) {
        let other = resource.resource_defect(asked);
        if !resource.is_for(asked) {
            self.doubts.extend(other.as_ref().map(|defect| defect.message.clone()));
        }
        self.defects.extend(other);
        self.defects.extend(resource.defects.iter().cloned());
        self.resource = Some(resource);
    }
}

impl Document {
    fn is_trusted(&self) -> bool {
        self.metadata.is_for(&self.issuer)
    }
}

fn found(api: Api, document: Document) -> Discovered {
    let Document { metadata, url, issuer } = document;
    let mut doubts = api.doubts;
    let mut defects = Vec::new();
    let other = metadata.issuer_defect(&issuer);
    if !metadata.is_for(&issuer) {
        doubts.extend(other.as_ref().map(|defect| defect.message.clone()));
    }
    // Of a missing issuer the list of what is missing tells already.
    defects.extend(other.filter(|_| metadata.issuer_matches(&issuer) != Match::Missing));
    defects.extend(metadata.defects.iter().cloned());
    defects.extend(api.defects);
    if api.resource.is_none() && api.url.is_some() {
        defects.push(Defect::new(
            Part::Response,
            "no_resource_metadata",
            "The API says nothing of itself: that the server at the root of its host gives tokens for it is a guess (RFC \
             9728 §3)",
        ));
    }
    Discovered {
        metadata,
        metadata_url: url,
        resource: api.resource,
        api: api.url,
        scopes: api.scopes,
        defects,
        doubts,
    }
}

/// The first of `urls` with a document for this issuer; else the first that belongs to another one.
async fn issuer_document(
    search: &mut Search<'_>,
    issuer: &str,
    urls: Vec<Url>,
) -> Result<Option<Document>, DiscoveryError> {
    let mut stranger = None;
    for url in urls {
        if let Look::Found(metadata) = search.server(&url).await? {
            let document = Document {
                metadata: *metadata,
                url,
                issuer: issuer.to_owned(),
            };
            if document.is_trusted() {
                return Ok(Some(document));
            }
            stranger.get_or_insert(document);
        }
    }
    Ok(stranger)
}

/// Where an API's metadata may be, each with what it must be about.
fn resource_places(url: &Url) -> impl Iterator<Item = (Url, Url)> {
    resource_well_known(url).into_iter().map(|place| (place, url.clone()))
}

/// The first of the places with a document about what it must be about; else the first about something else.
async fn resource_document(
    search: &mut Search<'_>,
    places: Vec<(Url, Url)>,
) -> Result<Option<(ResourceMetadata, Url)>, DiscoveryError> {
    let mut stranger = None;
    for (place, about) in places {
        if search.was_tried(&place) || search.must_be_secure(&place).is_err() {
            continue;
        }
        if let Look::Found(document) = search.resource(&place).await? {
            if document.is_for(&about) {
                return Ok(Some((*document, about)));
            }
            stranger.get_or_insert((*document, about));
        }
    }
    Ok(stranger)
}
