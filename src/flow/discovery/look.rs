//! One look at one address.

use tokio::sync::mpsc;
use url::Url;

use super::found::{Looking, Tried};
use super::miss::{Absent, DiscoveryError, Miss};
use crate::flow::http::{Answer, Http, HttpError, Outgoing};
use crate::flow::transcript::Transcript;
use crate::model::challenge::Challenge;
use crate::model::exchange::Purpose;
use crate::model::metadata::discovery::ServerMetadata;
use crate::model::metadata::resource_metadata::{ResourceMetadata, resource_metadata_url};
use crate::model::redirect::is_loopback;

/// What a look gave.
pub(super) enum Look<T> {
    Found(Box<T>),
    Missed,
}

/// What an API said without a token.
pub(super) enum ApiAnswer {
    /// Not an API: a server's metadata.
    Metadata(Box<ServerMetadata>),
    /// Where its metadata is, and the scopes that it wants, if it says so.
    Said { metadata: Option<Url>, scopes: Vec<String> },
    /// It is no API either.
    Nothing,
}

/// Looks, and keeps what says most of why nothing was found.
pub(super) struct Search<'a> {
    http: &'a Http,
    insecure: bool,
    tell: &'a mpsc::Sender<Tried>,
    transcript: &'a mut Transcript,
    tried: Vec<Url>,
    worst: Option<(Miss, String)>,
}

impl<'a> Search<'a> {
    pub(super) fn new(
        http: &'a Http,
        insecure: bool,
        tell: &'a mpsc::Sender<Tried>,
        transcript: &'a mut Transcript,
    ) -> Self {
        Self {
            http,
            insecure,
            tell,
            transcript,
            tried: Vec::new(),
            worst: None,
        }
    }

    /// `https`, save on this machine or on purpose.
    pub(super) fn must_be_secure(&self, url: &Url) -> Result<(), DiscoveryError> {
        if url.scheme() == "https" || self.insecure || is_loopback(url) {
            Ok(())
        } else {
            Err(DiscoveryError::NotHttps(url.to_string()))
        }
    }

    pub(super) fn was_tried(&self, url: &Url) -> bool {
        self.tried.contains(url)
    }

    /// The metadata of a server.
    pub(super) async fn server(&mut self, url: &Url) -> Result<Look<ServerMetadata>, DiscoveryError> {
        self.document(Looking::Server, url, server_of).await
    }

    /// The metadata of an API.
    pub(super) async fn resource(&mut self, url: &Url) -> Result<Look<ResourceMetadata>, DiscoveryError> {
        let read = |body: &[u8]| ResourceMetadata::parse(body).map_err(Miss::Broken);
        self.document(Looking::Resource, url, read).await
    }

    /// Asks the API without a token: its challenge says where its metadata is (RFC 9728 §5.1).
    pub(super) async fn api(&mut self, url: &Url) -> Result<ApiAnswer, DiscoveryError> {
        let Some((answer, place)) = self.get(Looking::Api, url).await? else {
            return Ok(ApiAnswer::Nothing);
        };
        if answer.status == 200
            && let Ok(metadata) = server_of(&answer.body)
            && metadata.issuer.is_some()
        {
            self.told(Looking::Server, place, &answer, Ok("found here".to_owned()))
                .await;
            return Ok(ApiAnswer::Metadata(Box::new(metadata)));
        }
        let challenges: Vec<&str> = answer
            .headers
            .get_all("www-authenticate")
            .iter()
            .filter_map(|value| value.to_str().ok())
            .collect();
        let metadata = challenges.iter().find_map(|header| resource_metadata_url(header));
        let scopes = challenges
            .iter()
            .flat_map(|header| Challenge::parse(header))
            .find_map(|challenge| challenge.get("scope").map(str::to_owned))
            .map(|scope| scope.split_whitespace().map(str::to_owned).collect())
            .unwrap_or_default();
        let said = match (answer.status, &metadata) {
            (_, Some(place)) => Ok(format!("wants a token and names {place}")),
            (status @ (401 | 403), None) => Ok(Miss::Silent(status).words()),
            (200..300, None) if !is_html(&answer) => Ok("answers without a token".to_owned()),
            _ => Err(miss_of(&answer)),
        };
        let is_api = said.is_ok();
        if is_api && metadata.is_none() && matches!(answer.status, 401 | 403) {
            self.keep(Miss::Silent(answer.status), place.clone());
        }
        self.told(Looking::Api, place, &answer, said).await;
        Ok(if is_api {
            ApiAnswer::Said { metadata, scopes }
        } else {
            ApiAnswer::Nothing
        })
    }

    /// Nothing was found: why, by what says most.
    pub(super) fn nothing(self, address: &str) -> DiscoveryError {
        let (miss, url) = self.worst.unwrap_or_else(|| (Miss::Status(404), address.to_owned()));
        DiscoveryError::Nothing {
            address: address.to_owned(),
            url,
            miss: Absent(miss),
        }
    }

    async fn document<T>(
        &mut self,
        looking: Looking,
        url: &Url,
        read: impl Fn(&[u8]) -> Result<T, Miss>,
    ) -> Result<Look<T>, DiscoveryError> {
        let Some((answer, place)) = self.get(looking, url).await? else {
            return Ok(Look::Missed);
        };
        let document = if answer.status == 200 && !is_html(&answer) {
            read(&answer.body)
        } else {
            Err(miss_of(&answer))
        };
        let (said, look) = match document {
            Ok(document) => (Ok("found".to_owned()), Look::Found(Box::new(document))),
            Err(miss) => (Err(miss), Look::Missed),
        };
        self.told(looking, place, &answer, said).await;
        Ok(look)
    }

    /// Sends one request. A host that cannot be reached ends the search, an answer that breaks off does not.
    async fn get(&mut self, looking: Looking, url: &Url) -> Result<Option<(Answer, String)>, DiscoveryError> {
        self.tried.push(url.clone());
        let sent = self.http.send(Outgoing::get(Purpose::Discovery, url.clone())).await;
        let (place, took_ms) = (sent.exchange.url.clone(), sent.exchange.total_ms);
        self.transcript.record(sent.exchange);
        match sent.result {
            Ok(answer) => Ok(Some((answer, place))),
            Err(error) => {
                let tried = Tried {
                    looking,
                    url: place.clone(),
                    status: None,
                    said: error.to_string(),
                    is_found: false,
                    took_ms,
                };
                self.send(tried).await;
                if !matches!(error, HttpError::TooLarge { .. } | HttpError::Broken { .. }) {
                    return Err(error.into());
                }
                self.keep(Miss::Broken(format!("cannot be read: {error}")), place);
                Ok(None)
            }
        }
    }

    async fn told(&mut self, looking: Looking, place: String, answer: &Answer, said: Result<String, Miss>) {
        let tried = Tried {
            looking,
            url: place.clone(),
            status: Some(answer.status),
            said: said.clone().unwrap_or_else(|miss| miss.words()),
            is_found: said.is_ok(),
            took_ms: answer.latency_ms,
        };
        self.send(tried).await;
        if let Err(miss) = said {
            self.keep(miss, place);
        }
    }

    async fn send(&self, tried: Tried) {
        // When nobody listens any more, nobody misses it.
        let _ = self.tell.send(tried).await;
    }

    fn keep(&mut self, miss: Miss, place: String) {
        if self.worst.as_ref().is_none_or(|(worst, _)| miss > *worst) {
            self.worst = Some((miss, place));
        }
    }
}

fn server_of(body: &[u8]) -> Result<ServerMetadata, Miss> {
    let metadata = ServerMetadata::parse(body).map_err(Miss::Broken)?;
    if metadata.says_something() {
        Ok(metadata)
    } else {
        Err(Miss::NoMetadata)
    }
}

fn is_html(answer: &Answer) -> bool {
    let is_named = answer
        .header("content-type")
        .is_some_and(|kind| kind.trim_start().to_ascii_lowercase().starts_with("text/html"));
    is_named || answer.body.trim_ascii_start().starts_with(b"<")
}

fn miss_of(answer: &Answer) -> Miss {
    match answer.status {
        status @ 300..400 => Miss::Redirect(
            status,
            answer
                .header("location")
                .map_or_else(|| "nowhere".to_owned(), shortened),
        ),
        status @ 500.. => Miss::Fault(status),
        200..300 if is_html(answer) => Miss::Html,
        status => Miss::Status(status),
    }
}

/// A server's own words, cut to a sane length.
fn shortened(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(200).collect()
}
