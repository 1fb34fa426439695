//! From an address to a profile: what is there is looked for and told, a client is registered, and the profile is stored
//! with what it came from.

use tokio::sync::mpsc;
use url::Url;

use super::core::{Engine, Inner};
use super::event::EventKind;
use super::failure::Failure;
use super::files::Files;
use super::reporter::Reporter;
use crate::flow::http::HttpError;
use crate::flow::{self, Discovered, Discovery, DiscoveryError, FlowError, Http, RegistrationError, Transcript, Tried};
use crate::model::exchange::Exchange;
use crate::model::keys::signing::SigningKey;
use crate::model::metadata::discovery::{ServerMetadata, web_address};
use crate::model::metadata::registration::{RegistrationRequest, RegistrationResponse};
use crate::model::{Profile, Secret, SecretKind};

/// Where to look, and how.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lookup {
    /// The address of an issuer, an API or a metadata document.
    pub address: String,
    /// Its connection settings are used: certificates, proxy, insecure. Its headers are not: they are for the provider of a
    /// profile, and who answers here is not known yet.
    pub like: Profile,
    /// Which of the servers that an API names is asked; none: the first.
    pub authorization_server: Option<String>,
}

/// What came of it, with the requests and answers that it came from.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What was looked up.
    pub address: String,
    /// What was found.
    pub discovered: Discovered,
    /// What went over the wire.
    pub exchanges: Vec<Exchange>,
}

/// A client to register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// What the client is to become. Its registration endpoint is asked, over its connection.
    pub profile: Profile,
    /// What the server says of itself: what it does not have is not asked for.
    pub metadata: Option<ServerMetadata>,
    /// What the server wants to see before it registers anybody (RFC 7591 §3).
    pub initial_access_token: Option<Secret>,
}

/// The client that was registered.
#[derive(Clone, Debug)]
pub struct Registered {
    /// The profile with the client in it. It holds no secret.
    pub profile: Profile,
    /// What the server said, its secrets among it.
    pub response: RegistrationResponse,
    /// A sentence for each thing that is registered in another way than asked.
    pub differences: Vec<String>,
    /// What went over the wire.
    pub exchanges: Vec<Exchange>,
}

impl Registered {
    /// Its secrets, each with what it is.
    pub fn secrets(&self) -> Vec<(SecretKind, Secret)> {
        let response = &self.response;
        [
            (SecretKind::ClientSecret, &response.client_secret),
            (SecretKind::RegistrationAccessToken, &response.registration_access_token),
        ]
        .into_iter()
        .filter_map(|(kind, secret)| Some((kind, secret.clone()?)))
        .collect()
    }
}

/// A profile to store for the first time.
#[derive(Clone, Debug)]
pub struct NewProfile {
    /// The profile.
    pub profile: Profile,
    /// Its secrets, for the memory.
    pub secrets: Vec<(SecretKind, Secret)>,
    /// What it came from.
    pub exchanges: Vec<Exchange>,
}

/// What to do when a server does not register just anybody (RFC 7591 §3).
const INITIAL_ACCESS_TOKEN: &str = "This server registers a client for an initial access token only: ask its operator for \
                                    one, and give it in the field “Initial access token” or with \
                                    --initial-access-token-file";

/// How many addresses may wait for a reader: more than a search tries.
const TRIED_QUEUE_LEN: usize = 32;

impl Engine {
    /// Finds out what a server or an API says of itself, and tells each address as it is tried. Dropping the future stops
    /// it. Nothing is stored.
    pub async fn discover(&self, lookup: &Lookup, reporter: &Reporter) -> Result<Finding, Failure> {
        let http = self.inner.connection(&lookup.like).await?;
        let discovery = Discovery {
            http: &http,
            insecure: lookup.like.insecure,
            authorization_server: lookup.authorization_server.as_deref(),
        };
        let (sender, mut tried) = mpsc::channel::<Tried>(TRIED_QUEUE_LEN);
        let telling = async {
            while let Some(tried) = tried.recv().await {
                reporter.tell(EventKind::Tried(tried)).await;
            }
        };
        let mut transcript = Transcript::default();
        let looking = async {
            let result = discovery.run(&lookup.address, &sender, &mut transcript).await;
            drop(sender);
            result
        };
        let (result, ()) = tokio::join!(looking, telling);
        let finding = Finding {
            address: lookup.address.trim().to_owned(),
            discovered: result.map_err(|error| Failure::from(&error))?,
            exchanges: transcript.into_exchanges(),
        };
        reporter.tell(EventKind::Discovered(Box::new(finding.clone()))).await;
        Ok(finding)
    }

    /// Registers a client for a profile at the profile's registration endpoint. Nothing is stored: see
    /// [`Engine::create_profile`].
    pub async fn register(&self, wanted: &Registration, reporter: &Reporter) -> Result<Registered, Failure> {
        let profile = &wanted.profile;
        let origin = self.inner.origin_for(profile, reporter).await?;
        let endpoint = registration_endpoint(profile, origin.as_ref().map(|origin| &origin.base_url))?;
        let files = Files::read(profile).await?;
        let key = files.client_key.as_ref().filter(|_| profile.needs_client_key());
        let jwk = key.map(public_half).transpose()?;
        let transport = match &origin {
            Some(origin) => files.transport.with_embedded(&origin.base_url),
            None => files.transport,
        };
        let http = self.inner.http_for(transport).await?;
        let mut request = RegistrationRequest::of(profile, jwk);
        if let Some(metadata) = &wanted.metadata {
            narrow(&mut request, metadata);
        }
        let token = wanted.initial_access_token.as_ref();
        let mut transcript = Transcript::default();
        let result = flow::registration::register(&http, &endpoint, profile.insecure, &request, token, &mut transcript);
        let response = result.await.map_err(|error| Failure::from(&error))?;
        let mut profile = profile.clone();
        response.fill(&mut profile);
        let registered = Registered {
            profile,
            differences: response.differences(&request),
            response,
            exchanges: transcript.into_exchanges(),
        };
        reporter.tell(EventKind::Registered(Box::new(registered.clone()))).await;
        Ok(registered)
    }

    /// Stores a new profile with what it came from, and keeps its secrets in memory. An exchange that cannot be stored
    /// stops nothing.
    pub async fn create_profile(&self, new: NewProfile, reporter: &Reporter) -> Result<Profile, Failure> {
        let profile = new.profile;
        self.save_profile(profile.clone()).await?;
        for (kind, secret) in &new.secrets {
            self.set_secret(&profile.slug, *kind, secret.clone());
        }
        self.inner.archive.add_exchanges(&profile.slug, new.exchanges).await?;
        reporter.tell(EventKind::ProfileSaved(Box::new(profile.clone()))).await;
        for (kind, _) in new.secrets {
            reporter
                .tell(EventKind::SecretChanged {
                    slug: profile.slug.clone(),
                    kind,
                    is_set: true,
                })
                .await;
        }
        Ok(profile)
    }
}

impl Inner {
    /// The client for a profile that has no endpoints yet. Nothing but its connection has to be good.
    async fn connection(&self, like: &Profile) -> Result<Http, Failure> {
        let connection = Profile {
            ca_certificates: like.ca_certificates.clone(),
            client_certificate: like.client_certificate.clone(),
            client_certificate_key_file: like.client_certificate_key_file.clone(),
            proxy: like.proxy.clone(),
            insecure: like.insecure,
            ..Profile::default()
        };
        let transport = Files::read(&connection).await?.transport;
        let transport = match self.embedded.origin().filter(|_| like.uses_demo()) {
            Some(origin) => transport.with_embedded(&origin.base_url),
            None => transport,
        };
        self.http_for(transport).await
    }
}

/// What to do when an address that was given does not answer: there may be no profile yet to correct.
const fn unanswered(error: &HttpError) -> Option<&'static str> {
    match error {
        HttpError::Timeout { .. } => Some("Try again, or check the address"),
        HttpError::Connect { .. } => Some("Check the address, and that the server runs"),
        HttpError::TooLarge { .. } | HttpError::Broken { .. } => {
            Some("Check that the address is that of an issuer, an API or a metadata document")
        }
        _ => None,
    }
}

fn registration_endpoint(profile: &Profile, demo: Option<&Url>) -> Result<Url, Failure> {
    let text = profile.registration_endpoint.trim();
    let base = demo.map_or_else(|| profile.base_url.trim().to_owned(), Url::to_string);
    let whole = match text {
        "" => {
            return Err(Failure::local(
                "no_registration_endpoint",
                "The profile names no registration endpoint",
                "Register the client by hand, and write its client id into the profile",
            ));
        }
        path if path.starts_with('/') => format!("{}{path}", base.trim_end_matches('/')),
        text => text.to_owned(),
    };
    web_address(&whole).map_err(|_| {
        Failure::local(
            "invalid_profile",
            format!("Registration endpoint: “{whole}” is not a web address"),
            "Correct the field in the profile",
        )
    })
}

fn public_half(key: &Secret) -> Result<serde_json::Value, Failure> {
    let wrong = |why: String| {
        Failure::local(
            "invalid_profile",
            format!("Private key file: {why}"),
            "Correct the field in the profile",
        )
    };
    let key = SigningKey::parse(key).map_err(wrong)?;
    key.registration_jwk()
        .ok_or_else(|| wrong("it has no public half to register".to_owned()))
}

/// Takes out what the server says that it does not have: some refuse the whole for that.
fn narrow(request: &mut RegistrationRequest, metadata: &ServerMetadata) {
    if let Some(known) = &metadata.scopes_supported {
        let scopes: Vec<&str> = request
            .scope
            .split_whitespace()
            .filter(|scope| known.iter().any(|known| known == scope))
            .collect();
        request.scope = scopes.join(" ");
    }
    if let Some(known) = &metadata.grant_types_supported {
        request
            .grant_types
            .retain(|grant| grant != "refresh_token" || known.contains(grant));
    }
}

impl From<&DiscoveryError> for Failure {
    fn from(error: &DiscoveryError) -> Self {
        if let DiscoveryError::Http(error) = error {
            let failure = Self::from(&FlowError::from(error.clone()));
            return match unanswered(error) {
                Some(hint) => Self {
                    hint: hint.to_owned(),
                    ..failure
                },
                None => failure,
            };
        }
        let (code, message, hint) = (error.code(), error.to_string(), error.hint());
        let mut failure = if error.is_local() {
            Self::local(code, message, hint)
        } else {
            Self::provider(code, message, hint)
        };
        failure.http_status = error.http_status();
        failure
    }
}

impl From<&RegistrationError> for Failure {
    fn from(error: &RegistrationError) -> Self {
        let message = error.to_string();
        let or_by_hand = "Or register the client by hand, and write its client id into the profile";
        let by_hand = "Register the client by hand, and write its client id into the profile";
        match error {
            RegistrationError::Http(error) => Self::from(&FlowError::from(error.clone())),
            RegistrationError::NotHttps(_) => Self::local("not_https", message, by_hand),
            RegistrationError::Redirected { status, .. } => Self {
                http_status: Some(*status),
                ..Self::provider("redirected", message, by_hand)
            },
            RegistrationError::Refused {
                status: status @ (401 | 403),
                code,
                ..
            } => Self {
                http_status: Some(*status),
                ..Self::provider(
                    code.as_deref().unwrap_or("not_registered"),
                    message,
                    INITIAL_ACCESS_TOKEN,
                )
            },
            RegistrationError::Refused { status, code, .. } => Self {
                http_status: Some(*status),
                ..Self::provider(code.as_deref().unwrap_or("not_registered"), message, or_by_hand)
            },
        }
    }
}
