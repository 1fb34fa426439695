//! From the endpoint texts of a profile to URLs.

use url::Url;

use super::field::Field;
use super::profile::{DEMO_BASE_URL, Endpoints, FieldError, Profile};

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
        Ok(url) => url,
        Err(message) => {
            errors.push(FieldError { field, message });
            None
        }
    };
    let authorization = read(Field::AuthorizationEndpoint);
    let token = read(Field::TokenEndpoint);
    let jwks = read(Field::JwksUri);
    let api = read(Field::ApiUrl);
    let issuer = profile.issuer.trim();
    let issuer = match (issuer, &base) {
        ("", _) => None,
        (path, Some(base)) if path.starts_with('/') => Some(below(base, path)),
        (text, _) => Some(text.to_owned()),
    };
    for (field, found) in [
        (Field::AuthorizationEndpoint, &authorization),
        (Field::TokenEndpoint, &token),
    ] {
        if found.is_none() && !errors.iter().any(|e| e.field == field || e.field == Field::BaseUrl) {
            errors.push(FieldError {
                field,
                message: "Needed to log in. Write its address, or a path below the base URL".to_owned(),
            });
        }
    }
    match (authorization, token) {
        (Some(authorization), Some(token)) if errors.is_empty() => Ok(Endpoints {
            authorization,
            token,
            jwks,
            api,
            issuer,
        }),
        _ => Err(errors),
    }
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
