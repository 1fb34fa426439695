//! From the endpoint texts of a profile to URLs.

use url::Url;

use super::field::Field;
use super::{DEMO_BASE_URL, FieldError, Grant, Profile};
use crate::model::redirect::is_loopback;
use crate::model::transport::Proxy;

/// A profile's endpoints as URLs, relative ones joined to the base. Those that its grant cannot do without are there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Endpoints {
    /// Where the browser is sent to sign in.
    pub authorization: Option<Url>,
    /// Where codes and passwords become tokens.
    pub token: Option<Url>,
    /// Where refresh tokens become tokens: the token endpoint unless the profile says otherwise.
    pub refresh: Option<Url>,
    /// Where the public keys are.
    pub jwks: Option<Url>,
    /// An API to try the access token on.
    pub api: Option<Url>,
    /// OpenID Connect Core §5.3.
    pub userinfo: Option<Url>,
    /// RFC 7662.
    pub introspection: Option<Url>,
    /// RFC 7009.
    pub revocation: Option<Url>,
    /// OpenID Connect RP-Initiated Logout §2.
    pub end_session: Option<Url>,
    /// RFC 8628 §3.1.
    pub device_authorization: Option<Url>,
    /// RFC 9126 §2.
    pub pushed_authorization_request: Option<Url>,
    /// RFC 7591 §3.
    pub registration: Option<Url>,
    /// The expected `iss`, as text: issuers are compared letter by letter (RFC 9207 §2.4).
    pub issuer: Option<String>,
}

impl Endpoints {
    /// Where the tokens come from, as far as there is one address to name: two profiles with the same one share tokens.
    pub fn source(&self) -> Option<&Url> {
        self.token.as_ref().or(self.authorization.as_ref())
    }

    /// Where the client proves who it is.
    pub fn back_channel(&self) -> impl Iterator<Item = &Url> {
        [
            &self.token,
            &self.refresh,
            &self.introspection,
            &self.revocation,
            &self.device_authorization,
            &self.pushed_authorization_request,
        ]
        .into_iter()
        .flatten()
    }
}

/// The endpoints that a profile's way of logging in cannot do without.
fn needed(profile: &Profile) -> Vec<Field> {
    let mut fields = match profile.grant {
        Grant::AuthorizationCode => vec![Field::AuthorizationEndpoint, Field::TokenEndpoint],
        Grant::Implicit => vec![Field::AuthorizationEndpoint],
        Grant::DeviceCode => vec![Field::TokenEndpoint, Field::DeviceAuthorizationEndpoint],
        _ => vec![Field::TokenEndpoint],
    };
    if profile.grant.has_redirect() && profile.pushed_authorization_request {
        fields.push(Field::PushedAuthorizationRequestEndpoint);
    }
    fields
}

/// Joins relative endpoints to the base and reads all of them; every field that cannot be read is reported.
pub(super) fn resolve(profile: &Profile, demo: Option<&Url>) -> Result<Endpoints, Vec<FieldError>> {
    let mut errors = Vec::new();
    let base = match base(profile, demo) {
        Ok(base) => base,
        Err(error) => {
            errors.push(error);
            None
        }
    };
    let mut read = |field: Field| match join(base.as_ref(), profile.base_url.trim(), field.get(profile).trim()) {
        Ok(Some(url)) => match must_be_https(profile, &url, demo) {
            Ok(()) => Some(url),
            Err(error) => {
                let message = error.to_string();
                errors.push(FieldError { field, message });
                None
            }
        },
        Ok(None) => None,
        Err(message) => {
            errors.push(FieldError { field, message });
            None
        }
    };
    let authorization = read(Field::AuthorizationEndpoint);
    let token = read(Field::TokenEndpoint);
    let refresh = read(Field::RefreshEndpoint).or_else(|| token.clone());
    let mut endpoints = Endpoints {
        jwks: read(Field::JwksUri),
        api: read(Field::ApiUrl),
        userinfo: read(Field::UserinfoEndpoint),
        introspection: read(Field::IntrospectionEndpoint),
        revocation: read(Field::RevocationEndpoint),
        end_session: read(Field::EndSessionEndpoint),
        device_authorization: read(Field::DeviceAuthorizationEndpoint),
        pushed_authorization_request: read(Field::PushedAuthorizationRequestEndpoint),
        registration: read(Field::RegistrationEndpoint),
        authorization,
        token,
        refresh,
        issuer: None,
    };
    endpoints.issuer = match (profile.issuer.trim(), &base) {
        ("", _) => None,
        (path, Some(base)) if path.starts_with('/') => Some(below(base, path)),
        (text, _) => Some(text.to_owned()),
    };
    for field in needed(profile) {
        let is_missing = field.get(profile).trim().is_empty();
        if is_missing && !errors.iter().any(|e| e.field == field || e.field == Field::BaseUrl) {
            errors.push(FieldError {
                field,
                message: "Needed to log in. Write its address, or a path below the base URL".to_owned(),
            });
        }
    }
    if errors.is_empty() { Ok(endpoints) } else { Err(errors) }
}

fn base(profile: &Profile, demo: Option<&Url>) -> Result<Option<Url>, FieldError> {
    let wrong = |message: &str| FieldError {
        field: Field::BaseUrl,
        message: message.to_owned(),
    };
    match profile.base_url.trim() {
        "" => Ok(None),
        DEMO_BASE_URL => demo
            .cloned()
            .map(Some)
            .ok_or_else(|| wrong("The demo server is not running. Start it, or give the address of a real provider")),
        text => http_url(text).map(Some).map_err(|message| wrong(&message)),
    }
}

/// A path below the base, keeping the base's own path: `https://host/tenant` and `/token` are `https://host/tenant/token`.
fn below(base: &Url, path: &str) -> String {
    format!("{}{path}", base.as_str().trim_end_matches('/'))
}

fn join(base: Option<&Url>, base_text: &str, text: &str) -> Result<Option<Url>, String> {
    match (text, base) {
        ("", _) => Ok(None),
        (path, Some(base)) if path.starts_with('/') => http_url(&below(base, path)).map(Some),
        (path, None) if path.starts_with('/') => {
            if base_text.is_empty() {
                Err("A path needs a base URL above. Fill that in, or write the whole address".to_owned())
            } else {
                // The base itself is what is wrong, and is reported in its own place.
                Ok(None)
            }
        }
        (text, _) => http_url(text).map(Some),
    }
}

/// An absolute `http` or `https` URL with a host.
fn http_url(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|e| format!("“{text}” is not a URL ({e}). Start with https://"))?;
    must_be_web(&url).map_err(|error| error.to_string())?;
    Ok(url)
}

/// The two servers between which the token of an exchange goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ends {
    /// Where it comes from.
    pub from: String,
    /// Where it would go.
    pub to: String,
}

/// See [`Profile::ends_of_exchange`].
pub(super) fn ends_of_exchange(profile: &Profile, source: &Profile) -> Option<Ends> {
    let to = server(profile)?;
    let from = server(source).unwrap_or_else(|| "an unknown server".to_owned());
    (from != to).then_some(Ends { from, to })
}

/// The server of a profile in words; none when its endpoints cannot be read.
fn server(profile: &Profile) -> Option<String> {
    // No server listens at port 0.
    let demo = Url::parse("http://127.0.0.1:0/").ok();
    let endpoints = profile.endpoints(demo.as_ref()).ok()?;
    let origin = endpoints.source()?.origin();
    Some(match demo.filter(|demo| demo.origin() == origin) {
        Some(_) => "the demo server".to_owned(),
        None => origin.ascii_serialization(),
    })
}

/// Why no token may be sent to an address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Neither `http` nor `https`, or no host.
    #[error("“{0}” is not a web address. Start with https://")]
    NotWeb(Url),
    /// What is in an address is printed and stored.
    #[error("Leave the user name and password out of the address: a profile holds no secret")]
    HasPassword,
    /// Plain HTTP to another machine.
    #[error(
        "Without https everybody on the way can read the tokens (RFC 6749 §3.1). Write https://, or switch “Insecure” \
         on for a test"
    )]
    NotHttps,
    /// Plain HTTP to loopback, through a proxy on another machine.
    #[error(
        "Through the profile's “Proxy” this is an address of the proxy's machine, and without https everybody on the \
         way there can read the tokens. Empty “Proxy”, or switch “Insecure” on for a test"
    )]
    LoopbackOfProxy,
}

/// Whether a request of `profile` may carry a token to `url`. `demo` is where the embedded provider listens.
pub(super) fn check_address(profile: &Profile, url: &Url, demo: Option<&Url>) -> Result<(), AddressError> {
    must_be_web(url)?;
    must_be_https(profile, url, demo)
}

fn must_be_web(url: &Url) -> Result<(), AddressError> {
    if !url.username().is_empty() || url.password().is_some() {
        return Err(AddressError::HasPassword);
    }
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(AddressError::NotWeb(url.clone()));
    }
    Ok(())
}

/// Plain HTTP is for requests that do not leave this machine, unless the profile wants it on purpose.
fn must_be_https(profile: &Profile, url: &Url, demo: Option<&Url>) -> Result<(), AddressError> {
    if url.scheme() != "http" || profile.insecure {
        return Ok(());
    }
    if !is_loopback(url) {
        return Err(AddressError::NotHttps);
    }
    // No proxy comes between this program and the provider inside it.
    let is_embedded = profile.uses_demo() && demo.is_some_and(|demo| demo.origin() == url.origin());
    match profile.proxy.parse() {
        Ok(Proxy::Url(proxy)) if !is_embedded && !Proxy::is_on_loopback(&proxy) => Err(AddressError::LoopbackOfProxy),
        _ => Ok(()),
    }
}
