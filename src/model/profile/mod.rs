//! A profile: everything about one trusted app that may be written down and mailed. There is no secret in it.

mod client;
mod endpoint;
pub mod field;
mod grant;
mod validate;
mod value;
mod words;

use serde::{Deserialize, Serialize};
use url::Url;

pub use client::{ClientAuthentication, ClientType};
pub use endpoint::{AddressError, Endpoints, Ends};
pub use grant::{Grant, LoginFallback, Rotation};

use super::redirect::{RedirectError, RedirectTarget};
use super::response_type::{ResponseMode, ResponseType};
use super::slug::Slug;

/// The base URL that stands for the embedded identity provider, wherever it listens at the moment.
pub const DEMO_BASE_URL: &str = "demo:";

/// The version of the profile format that this program writes. A file with a higher one is refused and left untouched.
pub const PROFILE_VERSION: u32 = 1;

/// One trusted app: its endpoints, client id, redirect URI and scopes.
///
/// Endpoints are texts as the person wrote them: an absolute URL, or a path below [`Profile::base_url`].
/// [`Profile::endpoints`] turns them into URLs, [`Profile::validate`] says which of them cannot be. An empty text is a
/// field that is not used. [`field::Field`] has the label and the hint of each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own in the form and in the file"
)]
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
    /// How the client proves who it is at the token endpoint, and at the others of the provider.
    pub client_authentication: ClientAuthentication,
    /// How it does so at a refresh; none: as at the login.
    pub refresh_client_authentication: Option<ClientAuthentication>,
    /// The file with the client's private key, PEM or JWK: for `private_key_jwt` and for the JWT bearer grant.
    pub client_key_file: String,
    /// `kid` in the header of what that key signs (RFC 7515 §4.1.4).
    pub client_key_id: String,
    /// `alg` of what the client signs; empty: what fits the key.
    pub assertion_algorithm: String,
    /// `aud` of the client's assertions (RFC 7523 §3); empty: the endpoint that is called.
    pub assertion_audience: String,
    /// `sub` of the statement of the JWT bearer grant (RFC 7523 §3); empty: the client id.
    pub assertion_subject: String,
    /// ERP.net's `IsEnabled`: remembered here, decided there.
    pub is_enabled: bool,
    /// ERP.net's `ImpersonateAsInternalUserAllowed`: remembered here, decided there.
    pub impersonate_as_internal_user_allowed: bool,

    /// How a login gets its tokens.
    pub grant: Grant,
    /// The user name that a login begins with. No secret: the password is asked for.
    pub username: String,
    /// `redirect_uri` (RFC 6749 §3.1.2). Port 0 stands for any free port (RFC 8252 §7.3).
    pub redirect_uri: String,
    /// Other registered redirect URIs, for when the first cannot be listened on.
    pub other_redirect_uris: Vec<String>,
    /// `response_type`.
    pub response_type: ResponseType,
    /// `response_mode`; none lets the provider choose.
    pub response_mode: Option<ResponseMode>,
    /// `scope`, words divided by spaces (RFC 6749 §3.3).
    pub scope: String,
    /// Whether PKCE is sent (RFC 7636).
    pub pkce: bool,
    /// Whether the authorization request is pushed ahead (RFC 9126).
    pub pushed_authorization_request: bool,
    /// Whether tokens are bound to a key of this program (RFC 9449).
    pub dpop: bool,
    /// `prompt` (OpenID Connect Core §3.1.2.1).
    pub prompt: String,
    /// `login_hint` (OpenID Connect Core §3.1.2.1).
    pub login_hint: String,
    /// `max_age` in seconds (OpenID Connect Core §3.1.2.1).
    pub max_age_s: Option<u32>,
    /// `acr_values` (OpenID Connect Core §3.1.2.1).
    pub acr_values: String,
    /// `resource`, each an absolute URI (RFC 8707).
    pub resource: Vec<String>,
    /// `audience`: what several providers have in the place of `resource`; at the token exchange that of RFC 8693 §2.1.
    pub audience: String,
    /// `authorization_details`, a JSON array (RFC 9396).
    pub authorization_details: String,
    /// The profile whose access token is exchanged, by its slug (RFC 8693); empty: the token is given by hand.
    pub subject_profile: String,
    /// `subject_token_type` (RFC 8693 §3); empty: an access token.
    pub subject_token_type: String,
    /// `requested_token_type` (RFC 8693 §2.1).
    pub requested_token_type: String,

    /// What relative endpoints are below; [`DEMO_BASE_URL`] is the embedded provider.
    pub base_url: String,
    /// The expected `iss` of its tokens; empty: not checked.
    pub issuer: String,
    /// Where the browser is sent to sign in (RFC 6749 §3.1).
    pub authorization_endpoint: String,
    /// Where codes and passwords become tokens (RFC 6749 §3.2).
    pub token_endpoint: String,
    /// Where refresh tokens become tokens; empty: the token endpoint.
    pub refresh_endpoint: String,
    /// Where the provider's public keys are (RFC 7517 §5).
    pub jwks_uri: String,
    /// The key that signatures are verified with in the place of published ones: PEM, JWK or the name of a file.
    pub verification_key: String,
    /// What that key is called: tokens name it as `kid`.
    pub verification_key_id: String,
    /// An API to try the access token on.
    pub api_url: String,
    /// OpenID Connect Core §5.3.
    pub userinfo_endpoint: String,
    /// RFC 7662.
    pub introspection_endpoint: String,
    /// RFC 7009.
    pub revocation_endpoint: String,
    /// OpenID Connect RP-Initiated Logout §2.
    pub end_session_endpoint: String,
    /// Where the browser comes back to after the logout (RP-Initiated Logout §3).
    pub post_logout_redirect_uri: String,
    /// RFC 8628 §3.1.
    pub device_authorization_endpoint: String,
    /// RFC 9126 §2.
    pub pushed_authorization_request_endpoint: String,
    /// RFC 7591 §3.
    pub registration_endpoint: String,

    /// `scope` of a refresh, to ask for less (RFC 6749 §6); empty: not sent.
    pub refresh_scope: String,
    /// What to do when a refresh token is refused for good.
    pub login_fallback: LoginFallback,
    /// Whether a refresh must bring a new refresh token; none: both is fine.
    pub refresh_token_rotation: Option<Rotation>,
    /// How long a refresh token lives as the provider documents it, in seconds: token responses rarely say.
    pub refresh_token_lifetime_s: Option<u32>,

    /// More parameters for the authorization request, each `name=value`.
    pub authorize_parameters: Vec<String>,
    /// More parameters for every token request, the refresh too, each `name=value`.
    pub token_parameters: Vec<String>,
    /// More parameters for the refresh alone, each `name=value`.
    pub refresh_parameters: Vec<String>,
    /// More headers for every request to the provider and the API, each `Name: value`.
    pub headers: Vec<String>,

    /// Certificate authorities to trust beside the system's: PEM, or the name of a file.
    pub ca_certificates: String,
    /// The client's certificate for TLS (RFC 8705): PEM, or the name of a file.
    pub client_certificate: String,
    /// The file with its private key; empty: in the same file as the certificate.
    pub client_certificate_key_file: String,
    /// `http://`, `https://`, `socks5://` or `socks5h://` with host and port; `none` for none; empty: as the system has it.
    pub proxy: String,
    /// Whether any certificate and plain HTTP are accepted, on purpose.
    pub insecure: bool,

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
            refresh_client_authentication: None,
            client_key_file: String::new(),
            client_key_id: String::new(),
            assertion_algorithm: String::new(),
            assertion_audience: String::new(),
            assertion_subject: String::new(),
            is_enabled: true,
            impersonate_as_internal_user_allowed: false,
            grant: Grant::AuthorizationCode,
            username: String::new(),
            redirect_uri: "http://127.0.0.1:0/callback".to_owned(),
            other_redirect_uris: Vec::new(),
            response_type: ResponseType::Code,
            response_mode: None,
            scope: "openid".to_owned(),
            pkce: true,
            pushed_authorization_request: false,
            dpop: false,
            prompt: String::new(),
            login_hint: String::new(),
            max_age_s: None,
            acr_values: String::new(),
            resource: Vec::new(),
            audience: String::new(),
            authorization_details: String::new(),
            subject_profile: String::new(),
            subject_token_type: String::new(),
            requested_token_type: String::new(),
            base_url: String::new(),
            issuer: String::new(),
            authorization_endpoint: String::new(),
            token_endpoint: String::new(),
            refresh_endpoint: String::new(),
            jwks_uri: String::new(),
            verification_key: String::new(),
            verification_key_id: String::new(),
            api_url: String::new(),
            userinfo_endpoint: String::new(),
            introspection_endpoint: String::new(),
            revocation_endpoint: String::new(),
            end_session_endpoint: String::new(),
            post_logout_redirect_uri: String::new(),
            device_authorization_endpoint: String::new(),
            pushed_authorization_request_endpoint: String::new(),
            registration_endpoint: String::new(),
            refresh_scope: String::new(),
            login_fallback: LoginFallback::Off,
            refresh_token_rotation: None,
            refresh_token_lifetime_s: None,
            authorize_parameters: Vec::new(),
            token_parameters: Vec::new(),
            refresh_parameters: Vec::new(),
            headers: Vec::new(),
            ca_certificates: String::new(),
            client_certificate: String::new(),
            client_certificate_key_file: String::new(),
            proxy: String::new(),
            insecure: false,
            notes: String::new(),
        }
    }
}

/// What is wrong with one field, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The field.
    pub field: field::Field,
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

    /// The scopes that a refresh asks for, one by one.
    pub fn refresh_scopes(&self) -> impl Iterator<Item = &str> {
        self.refresh_scope.split_ascii_whitespace()
    }

    /// The redirect URI, read.
    pub fn redirect_target(&self) -> Result<RedirectTarget, RedirectError> {
        RedirectTarget::parse(&self.redirect_uri)
    }

    /// The redirect URI and the others that may stand in for it, in their order.
    pub fn redirect_targets(&self) -> Result<Vec<RedirectTarget>, RedirectError> {
        std::iter::once(&self.redirect_uri)
            .chain(&self.other_redirect_uris)
            .map(|uri| RedirectTarget::parse(uri))
            .collect()
    }

    /// How the client proves who it is at a refresh.
    pub fn authentication_of_refresh(&self) -> ClientAuthentication {
        self.refresh_client_authentication.unwrap_or(self.client_authentication)
    }

    /// Whether a login or a refresh needs the client secret.
    pub fn needs_secret(&self) -> bool {
        self.client_authentication.needs_secret() || self.authentication_of_refresh().needs_secret()
    }

    /// Whether the client signs with a private key of its own.
    pub fn needs_client_key(&self) -> bool {
        self.grant == Grant::JwtBearer
            || [self.client_authentication, self.authentication_of_refresh()]
                .contains(&ClientAuthentication::PrivateKeyJwt)
    }

    /// How it logs in, in one word: the response type where a browser is used, else the grant.
    pub fn way(&self) -> &'static str {
        if self.grant.has_redirect() {
            self.response_type.as_str()
        } else {
            self.grant.as_str()
        }
    }

    /// Whether it was made for a trusted app of ERP.net.
    pub fn is_erp_net(&self) -> bool {
        self.template.as_deref().is_some_and(|id| id.starts_with("erp-net"))
    }

    /// [`Profile::authorize_parameters`] as pairs.
    pub fn authorize_pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        pairs(&self.authorize_parameters)
    }

    /// [`Profile::token_parameters`] as pairs.
    pub fn token_pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        pairs(&self.token_parameters)
    }

    /// [`Profile::refresh_parameters`] as pairs.
    pub fn refresh_pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        pairs(&self.refresh_parameters)
    }

    /// [`Profile::headers`] as pairs.
    pub fn header_pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.headers
            .iter()
            .map(|line| line.split_once(':').unwrap_or((line, "")))
            .map(|(name, value)| (name.trim(), value.trim()))
    }

    /// The endpoints as URLs, or every field that keeps them from it. `demo` is where the embedded provider listens.
    pub fn endpoints(&self, demo: Option<&Url>) -> Result<Endpoints, Vec<FieldError>> {
        endpoint::resolve(self, demo)
    }

    /// Whether a token may be sent to an address that is in no field. `demo` is where the embedded provider listens.
    pub fn check_address(&self, url: &Url, demo: Option<&Url>) -> Result<(), AddressError> {
        endpoint::check_address(self, url, demo)
    }

    /// The servers between which the token of `source` would go at this profile's token exchange, where it would leave the one
    /// that gave it.
    pub fn ends_of_exchange(&self, source: &Profile) -> Option<Ends> {
        endpoint::ends_of_exchange(self, source)
    }

    /// A field with a secret in it, which must not be stored: everything else may be saved half done.
    pub fn stored_secret(&self) -> Option<FieldError> {
        validate::stored_secret(self)
    }

    /// Every field that cannot stay as it is; empty when the profile can be used.
    pub fn validate(&self) -> Vec<FieldError> {
        validate::validate(self)
    }
}

fn pairs(parameters: &[String]) -> impl Iterator<Item = (&str, &str)> {
    parameters.iter().map(|line| line.split_once('=').unwrap_or((line, "")))
}
