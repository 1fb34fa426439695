//! A profile: everything about one trusted app that may be written down and mailed. There is no secret in it.

use serde::{Deserialize, Serialize};
use url::Url;

use super::redirect::RedirectTarget;
use super::response_type::{ResponseMode, ResponseType};
use super::slug::Slug;

/// The base URL that stands for the embedded identity provider, wherever it listens at the moment.
pub const DEMO_BASE_URL: &str = "demo:";

/// The version of the profile format that this program writes. A file with a higher one is refused and left untouched.
pub const PROFILE_VERSION: u32 = 1;

/// One trusted app: its endpoints, client id, redirect URI and scopes.
///
/// Endpoints are texts as the person wrote them: an absolute URL, or a path below [`Profile::base_url`].
/// [`Profile::endpoints`] turns them into URLs, [`Profile::validate`] says which of them cannot be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Profile {
    /// The format's version, see [`PROFILE_VERSION`].
    pub version: u32,
    /// What files and commands call this profile. The file's name wins over what stands in the file.
    pub slug: Slug,
    /// What people call it.
    pub name: String,
    /// The template that it was made from, by its id.
    pub template: Option<String>,
    /// `client_id` (RFC 6749 §2.2). ERP.net calls it `ApplicationUri`.
    pub client_id: String,
    /// Whether the client can keep a secret (RFC 6749 §2.1).
    pub client_type: ClientType,
    /// How the client proves who it is at the token endpoint.
    pub client_authentication: ClientAuthentication,
    /// `redirect_uri` (RFC 6749 §3.1.2). Port 0 stands for any free port (RFC 8252 §7.3).
    pub redirect_uri: String,
    /// What relative endpoints are below; [`DEMO_BASE_URL`] is the embedded provider.
    pub base_url: String,
    /// The expected `iss` of its tokens; empty: not checked.
    pub issuer: String,
    /// Where the browser is sent to sign in (RFC 6749 §3.1).
    pub authorization_endpoint: String,
    /// Where codes and refresh tokens become tokens (RFC 6749 §3.2).
    pub token_endpoint: String,
    /// Where the provider's public keys are (RFC 7517 §5); empty: signatures stay unverified.
    pub jwks_uri: String,
    /// An API to try the access token on; empty: none.
    pub api_url: String,
    /// `response_type`.
    pub response_type: ResponseType,
    /// `response_mode`; none lets the provider choose.
    pub response_mode: Option<ResponseMode>,
    /// `scope`, words divided by spaces (RFC 6749 §3.3).
    pub scope: String,
    /// Whether PKCE is sent (RFC 7636).
    pub pkce: bool,
    /// How long a refresh token lives as the provider documents it, in seconds: token responses rarely say.
    pub refresh_token_lifetime_s: Option<u32>,
    /// More parameters for the authorization request, each `name=value`.
    pub authorize_parameters: Vec<String>,
    /// More parameters for the token request, each `name=value`.
    pub token_parameters: Vec<String>,
    /// Whatever the person wants to remember.
    pub notes: String,
}

impl Default for Profile {
    fn default() -> Self {
        Self {
            version: PROFILE_VERSION,
            slug: Slug::default(),
            name: String::new(),
            template: None,
            client_id: String::new(),
            client_type: ClientType::Public,
            client_authentication: ClientAuthentication::None,
            redirect_uri: "http://127.0.0.1:0/callback".to_owned(),
            base_url: String::new(),
            issuer: String::new(),
            authorization_endpoint: String::new(),
            token_endpoint: String::new(),
            jwks_uri: String::new(),
            api_url: String::new(),
            response_type: ResponseType::Code,
            response_mode: None,
            scope: "openid".to_owned(),
            pkce: true,
            refresh_token_lifetime_s: None,
            authorize_parameters: Vec::new(),
            token_parameters: Vec::new(),
            notes: String::new(),
        }
    }
}

/// RFC 6749 §2.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientType {
    /// Cannot keep a secret: a desktop or browser app.
    Public,
    /// Can keep a secret.
    Confidential,
}

impl ClientType {
    /// Every client type, in the order a list shows them.
    pub const ALL: [Self; 2] = [Self::Public, Self::Confidential];

    /// The word as files and commands write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Confidential => "confidential",
        }
    }
}

/// `token_endpoint_auth_method` (OpenID Connect Core §9), with HTTP Basic in the two ways that servers read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientAuthentication {
    /// `client_id` in the body and nothing else.
    None,
    /// `client_id` and `client_secret` in the body (RFC 6749 §2.3.1).
    ClientSecretPost,
    /// HTTP Basic, both parts form-urlencoded first, as RFC 6749 §2.3.1 says.
    ClientSecretBasic,
    /// HTTP Basic with both parts as they are: against RFC 6749 §2.3.1, but what many servers expect.
    ClientSecretBasicRaw,
}

impl ClientAuthentication {
    /// Every way, in the order a list shows them.
    pub const ALL: [Self; 4] = [
        Self::None,
        Self::ClientSecretPost,
        Self::ClientSecretBasic,
        Self::ClientSecretBasicRaw,
    ];

    /// The word as files and commands write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::ClientSecretPost => "client_secret_post",
            Self::ClientSecretBasic => "client_secret_basic",
            Self::ClientSecretBasicRaw => "client_secret_basic_raw",
        }
    }

    /// Whether a login needs the client secret.
    pub const fn needs_secret(self) -> bool {
        !matches!(self, Self::None)
    }
}

/// A profile's endpoints as URLs, relative ones joined to the base.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoints {
    /// Where the browser is sent to sign in.
    pub authorization: Url,
    /// Where codes and refresh tokens become tokens.
    pub token: Url,
    /// Where the public keys are.
    pub jwks: Option<Url>,
    /// An API to try the access token on.
    pub api: Option<Url>,
    /// The expected `iss`, as text: issuers are compared letter by letter (RFC 9207 §2.4).
    pub issuer: Option<String>,
}

/// What is wrong with one field, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The field.
    pub field: super::field::Field,
    /// One sentence for the person who fills it in.
    pub message: String,
}

impl std::fmt::Display for FieldError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.field.key(), self.message)
    }
}

impl Profile {
    /// Whether this profile's provider is the embedded one.
    pub fn uses_demo(&self) -> bool {
        self.base_url.trim() == DEMO_BASE_URL
    }

    /// The scopes one by one.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        self.scope.split_ascii_whitespace()
    }

    /// The redirect URI, read.
    pub fn redirect_target(&self) -> Result<RedirectTarget, super::redirect::RedirectError> {
        RedirectTarget::parse(&self.redirect_uri)
    }

    /// [`Profile::authorize_parameters`] as pairs.
    pub fn authorize_pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        pairs(&self.authorize_parameters)
    }

    /// [`Profile::token_parameters`] as pairs.
    pub fn token_pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        pairs(&self.token_parameters)
    }

    /// The endpoints as URLs, or every field that keeps them from it. `demo` is where the embedded provider listens.
    pub fn endpoints(&self, demo: Option<&Url>) -> Result<Endpoints, Vec<FieldError>> {
        super::endpoint::resolve(self, demo)
    }

    /// A field with a secret in it, which must not be stored: everything else may be saved half done.
    pub fn stored_secret(&self) -> Option<FieldError> {
        super::validate::stored_secret(self)
    }

    /// Every field that cannot stay as it is; empty when the profile can be used.
    pub fn validate(&self) -> Vec<FieldError> {
        super::validate::validate(self)
    }
}

fn pairs(parameters: &[String]) -> impl Iterator<Item = (&str, &str)> {
    parameters.iter().map(|line| line.split_once('=').unwrap_or((line, "")))
}
