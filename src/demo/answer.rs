//! The authorization response: what goes back to the client, and by which way
//! (RFC 6749 §4.1.2, OAuth 2.0 Multiple Response Types §2.1, Form Post Response Mode §2).

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use url::Url;
use url::form_urlencoded::Serializer;

use super::log::Why;
use super::pages;

/// How the parameters travel to the redirect URI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ResponseMode {
    Query,
    Fragment,
    FormPost,
}

impl ResponseMode {
    /// The mode of this name.
    pub(super) fn parse(name: &str) -> Option<Self> {
        match name {
            "query" => Some(Self::Query),
            "fragment" => Some(Self::Fragment),
            "form_post" => Some(Self::FormPost),
            _ => None,
        }
    }
}

/// Where an answer goes.
#[derive(Clone, Debug)]
pub(super) struct Destination {
    pub(super) redirect_uri: Url,
    pub(super) mode: ResponseMode,
    pub(super) state: Option<String>,
}

/// A complete answer. Holds a code or a token, so it does not print.
#[derive(Clone)]
pub(super) struct Answer {
    destination: Destination,
    parameters: Vec<(&'static str, String)>,
    why: String,
}

impl Answer {
    /// An answer with these parameters; `state` and, with an issuer, `iss` (RFC 9207) are added. `why` is for the log.
    pub(super) fn new(
        destination: &Destination,
        issuer: Option<&str>,
        mut parameters: Vec<(&'static str, String)>,
        why: impl Into<String>,
    ) -> Self {
        if let Some(state) = &destination.state {
            parameters.push(("state", state.clone()));
        }
        parameters.extend(issuer.map(|issuer| ("iss", issuer.to_owned())));
        Self {
            destination: destination.clone(),
            parameters,
            why: why.into(),
        }
    }

    /// An error answer (RFC 6749 §4.1.2.1).
    pub(super) fn error(destination: &Destination, issuer: Option<&str>, refusal: &Refusal) -> Self {
        let parameters = vec![
            ("error", refusal.code.to_owned()),
            ("error_description", refusal.description.clone()),
        ];
        let why = format!("{}: {}", refusal.code, refusal.description);
        Self::new(destination, issuer, parameters, why)
    }

    /// The URL that the browser is sent to, for the modes that use one.
    fn location(&self) -> Url {
        let mut url = self.destination.redirect_uri.clone();
        if self.destination.mode == ResponseMode::Fragment {
            let fragment = Serializer::new(String::new()).extend_pairs(&self.parameters).finish();
            url.set_fragment(Some(&fragment));
        } else {
            url.query_pairs_mut().extend_pairs(&self.parameters);
        }
        url
    }

    /// The HTTP response that carries the answer; `nonce` is for the page's own script.
    pub(super) fn into_response(self, nonce: &str) -> Response {
        let why = Why(self.why.clone());
        let mut response = if self.destination.mode == ResponseMode::FormPost {
            pages::form_post(&self.destination.redirect_uri, &self.parameters, nonce)
        } else {
            let headers = [
                (header::LOCATION, self.location().to_string()),
                (header::CACHE_CONTROL, "no-store".to_owned()),
                (header::REFERRER_POLICY, "no-referrer".to_owned()),
            ];
            (StatusCode::SEE_OTHER, headers).into_response()
        };
        response.extensions_mut().insert(why);
        response
    }
}

/// A request that is refused, in OAuth's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    /// The `error` code.
    pub(super) code: &'static str,
    /// The `error_description`: ASCII without quotes and backslashes (RFC 6749 §5.2).
    pub(super) description: String,
}

impl Refusal {
    /// A refusal. What the description may not hold is replaced.
    pub(super) fn new(code: &'static str, description: impl AsRef<str>) -> Self {
        let description = description
            .as_ref()
            .chars()
            .map(|c| match c {
                '"' | '\\' => '\'',
                ' '..='~' => c,
                _ => '?',
            })
            .take(300)
            .collect();
        Self { code, description }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(mode: ResponseMode) -> Answer {
        let destination = Destination {
            redirect_uri: Url::parse("http://localhost:8400/cb").expect("a URL"),
            mode,
            state: Some("x&y z".into()),
        };
        Answer::new(&destination, Some("http://h/id"), vec![("code", "a+b".into())], "")
    }

    #[test]
    fn parameters_are_encoded_in_the_query_or_the_fragment() {
        assert_eq!(
            answer(ResponseMode::Query).location().as_str(),
            "http://localhost:8400/cb?code=a%2Bb&state=x%26y+z&iss=http%3A%2F%2Fh%2Fid"
        );
        assert_eq!(
            answer(ResponseMode::Fragment).location().as_str(),
            "http://localhost:8400/cb#code=a%2Bb&state=x%26y+z&iss=http%3A%2F%2Fh%2Fid"
        );
    }

    #[test]
    fn a_description_holds_only_the_characters_that_oauth_allows() {
        let refusal = Refusal::new("invalid_scope", "The scope \"ключ\\\n\" is unknown");
        assert_eq!(refusal.description, "The scope '????'?' is unknown");
    }
}
