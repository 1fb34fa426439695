//! From the endpoint texts of a profile to URLs.

use url::Url;

use super::field::Field;
use super::{DEMO_BASE_URL, FieldError, Grant, Profile};
use crate::model::redirect::is_loopback;

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
        Ok(Some(url)) if url.scheme() == "http" && !profile.insecure && !is_loopback(&url) => {
            errors.push(FieldError {
                field,
                message: "Without https everybody on the way can read the tokens (RFC 6749 §3.1). Write https://, or \
                          switch “Insecure” on for a test"
                    .to_owned(),
            });
            None
        }
        Ok(url) => url,
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
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(format!("“{text}” is not a web address. Start with https://"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("Leave the user name and password out of the address: a profile holds no secret".to_owned());
    }
    Ok(url)
}
