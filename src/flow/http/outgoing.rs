//! A request about to be sent.

use reqwest::Method;
use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
use url::Url;

use super::explain::HttpError;
use crate::model::Secret;
use crate::model::exchange::Purpose;

/// One request about to be sent.
#[derive(Debug)]
pub struct Outgoing {
    /// What it is for.
    pub purpose: Purpose,
    /// `GET` or `POST`.
    pub method: Method,
    /// Where it goes.
    pub url: Url,
    /// `Authorization`, whole.
    pub authorization: Option<Secret>,
    /// The body.
    pub body: Body,
    /// Further headers, by name. One of a name that is always sent, like `Accept`, stands in its place.
    pub headers: Vec<(String, Secret)>,
    /// `Accept`, where it is not JSON.
    pub accept: Option<&'static str>,
    /// Every secret in it: they leave the record wherever they stand.
    pub secrets: Vec<Secret>,
}

/// The body of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Body {
    /// None.
    #[default]
    None,
    /// `application/x-www-form-urlencoded`.
    Form(Secret),
    /// `application/json`.
    Json(Secret),
}

impl Body {
    /// The body as it is sent.
    pub const fn text(&self) -> Option<&Secret> {
        match self {
            Self::None => None,
            Self::Form(text) | Self::Json(text) => Some(text),
        }
    }

    const fn content_type(&self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Form(_) => Some("application/x-www-form-urlencoded"),
            Self::Json(_) => Some("application/json"),
        }
    }
}

impl Outgoing {
    /// A plain `GET`.
    pub const fn get(purpose: Purpose, url: Url) -> Self {
        Self {
            purpose,
            method: Method::GET,
            url,
            authorization: None,
            body: Body::None,
            headers: Vec::new(),
            accept: None,
            secrets: Vec::new(),
        }
    }

    /// A `POST` of this body.
    pub fn post(purpose: Purpose, url: Url, body: Body) -> Self {
        Self {
            method: Method::POST,
            body,
            ..Self::get(purpose, url)
        }
    }

    /// The headers to send, or why one of them cannot be sent.
    pub(super) fn header_map(&self) -> Result<HeaderMap, HttpError> {
        let mut headers = HeaderMap::new();
        let accept = self.accept.unwrap_or("application/json, */*;q=0.5");
        headers.insert(header::ACCEPT, HeaderValue::from_static(accept));
        if let Some(content_type) = self.body.content_type() {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        }
        if let Some(authorization) = &self.authorization {
            let value = value_of(authorization).ok_or(HttpError::Unsendable)?;
            headers.insert(header::AUTHORIZATION, value);
        }
        let mut own = HeaderMap::new();
        for (name, value) in &self.headers {
            let wrong = |why| HttpError::Header {
                name: name.chars().filter(|c| !c.is_control()).take(60).collect(),
                why,
            };
            let key: HeaderName = name
                .trim()
                .parse()
                .map_err(|_| wrong("its name may hold letters, digits and - only"))?;
            if FRAMING.contains(&key) {
                return Err(wrong("it belongs to the connection and is set by Tokenscope itself"));
            }
            let value = value_of(value).ok_or_else(|| wrong("its value holds characters that no header can hold"))?;
            own.append(key, value);
        }
        // A name that comes again replaces what is always sent, and keeps its own repetitions.
        headers.extend(own);
        Ok(headers)
    }
}

/// Headers that say how a message is cut out of the connection: a wrong one breaks it for reasons that nobody sees.
const FRAMING: [HeaderName; 5] = [
    header::CONNECTION,
    header::CONTENT_LENGTH,
    header::TE,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];

fn value_of(text: &Secret) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(text.expose()).ok()?;
    value.set_sensitive(true);
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(headers: &[(&str, &str)]) -> Result<HeaderMap, HttpError> {
        let outgoing = Outgoing {
            headers: headers
                .iter()
                .map(|(name, value)| ((*name).to_owned(), Secret::new(*value)))
                .collect(),
            ..Outgoing::get(Purpose::Api, Url::parse("https://api.example/").unwrap())
        };
        outgoing.header_map()
    }

    #[test]
    fn a_header_of_ones_own_is_added_or_replaces_the_default() {
        let headers = with(&[("X-Tenant", "a"), ("x-tenant", "b"), ("Accept", "text/plain")]).unwrap();
        let tenants: Vec<_> = headers.get_all("x-tenant").iter().collect();
        assert_eq!(tenants, ["a", "b"]);
        assert_eq!(headers.get_all("accept").iter().collect::<Vec<_>>(), ["text/plain"]);
    }

    #[test]
    fn a_header_that_cannot_be_sent_is_named_and_not_dropped() {
        for (name, value) in [
            ("X Tenant", "a"),
            ("", "a"),
            ("X-Tenant", "a\r\nX-Evil: HIDE"),
            ("Content-Length", "5"),
        ] {
            let error = with(&[(name, value)]).unwrap_err();
            let says = error.to_string();
            assert!(says.contains(&format!("“{name}”")), "{says}");
            assert!(!says.contains("HIDE"), "{says}");
        }
    }
}
