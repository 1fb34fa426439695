//! Request parameters as OAuth wants them: form-encoded, each at most once, empty ones as if left out
//! (RFC 6749 §3.1, §3.2).

use std::collections::BTreeMap;

use axum::http::{HeaderMap, header};

use super::answer::Refusal;
use super::scope::ScopeFacts;
use super::tenant::System;

/// The parameters of one request. Holds secrets, so it does not print.
pub(super) struct Parameters(BTreeMap<String, Vec<String>>);

impl Parameters {
    /// Reads a query string or a form body. Never fails: what is malformed is read as it stands.
    pub(super) fn parse(text: &[u8]) -> Self {
        let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in url::form_urlencoded::parse(text) {
            all.entry(name.into_owned()).or_default().push(value.into_owned());
        }
        Self(all)
    }

    /// Reads the body of a token request, or says why it is none (RFC 6749 §3.2).
    pub(super) fn from_form(headers: &HeaderMap, body: &[u8]) -> Result<Self, Refusal> {
        let form = headers
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| value.starts_with("application/x-www-form-urlencoded"));
        if !form {
            let text = "The body must be application/x-www-form-urlencoded";
            return Err(Refusal::new("invalid_request", text));
        }
        let parameters = Self::parse(body);
        if let Some(name) = parameters.repeated() {
            let text = format!("The parameter {name} was sent more than once");
            return Err(Refusal::new("invalid_request", text));
        }
        Ok(parameters)
    }

    /// The value of this name, or a refusal that names it.
    pub(super) fn required(&self, name: &str) -> Result<&str, Refusal> {
        self.get(name)
            .ok_or_else(|| Refusal::new("invalid_request", format!("The parameter {name} is missing")))
    }

    /// The scopes that `scope` names, at least one, or a refusal.
    pub(super) fn scopes(&self, system: System) -> Result<Vec<&'static ScopeFacts>, Refusal> {
        let scopes = system.scopes(self.text("scope")).map_err(|word| {
            let text = format!("The scope {word} is unknown");
            Refusal::new("invalid_scope", text)
        })?;
        if scopes.is_empty() {
            let text = "The scope is missing: name at least one";
            return Err(Refusal::new("invalid_scope", text));
        }
        Ok(scopes)
    }

    /// The first value of this name, unless it is empty.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let value = self.0.get(name)?.first()?;
        (!value.is_empty()).then_some(value.as_str())
    }

    /// The first value of this name, or an empty text.
    pub(super) fn text(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }

    /// A name that was sent more than once, if any.
    pub(super) fn repeated(&self) -> Option<&str> {
        self.0
            .iter()
            .find(|(_, values)| values.len() > 1)
            .map(|(name, _)| name.as_str())
    }

    /// Whether this very name was sent more than once.
    pub(super) fn is_repeated(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|values| values.len() > 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_parameter_counts_as_left_out_and_a_repeated_one_is_found() {
        let parameters = Parameters::parse(b"a=1&b=&c=x%20y+z&c=2");
        assert_eq!(parameters.get("a"), Some("1"));
        assert_eq!(parameters.get("b"), None);
        assert_eq!(parameters.get("c"), Some("x y z"));
        assert_eq!(parameters.repeated(), Some("c"));
        assert!(parameters.is_repeated("c") && !parameters.is_repeated("a"));
    }
}
