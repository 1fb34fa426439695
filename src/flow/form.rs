//! The parameters of a request to the provider, in their order, and which of them are secret.

use url::form_urlencoded;

use crate::model::Secret;

/// Parameters about to be sent, as a form or as JSON.
#[derive(Clone, Debug, Default)]
pub(super) struct Form {
    pairs: Vec<(String, Secret)>,
    secrets: Vec<Secret>,
}

impl Form {
    /// Adds a parameter that anybody may read.
    pub(super) fn add(&mut self, name: &str, value: &str) {
        self.pairs.push((name.to_owned(), Secret::new(value)));
    }

    /// Adds one that leaves the record wherever it stands.
    pub(super) fn add_secret(&mut self, name: &str, value: &Secret) {
        self.pairs.push((name.to_owned(), value.clone()));
        self.secrets.push(value.clone());
    }

    /// The same, ahead of the others.
    pub(super) fn put_first(&mut self, other: Self) {
        let Self { mut pairs, mut secrets } = other;
        pairs.append(&mut self.pairs);
        secrets.append(&mut self.secrets);
        *self = Self { pairs, secrets };
    }

    /// Every secret in it.
    pub(super) fn secrets(&self) -> &[Secret] {
        &self.secrets
    }

    /// As `application/x-www-form-urlencoded`.
    pub(super) fn encode(&self) -> Secret {
        let mut form = form_urlencoded::Serializer::new(String::new());
        for (name, value) in &self.pairs {
            form.append_pair(name, value.expose());
        }
        Secret::new(form.finish())
    }

    /// As one JSON object of texts.
    pub(super) fn to_json(&self) -> Secret {
        let object: serde_json::Map<String, serde_json::Value> = self
            .pairs
            .iter()
            .map(|(name, value)| (name.clone(), value.expose().into()))
            .collect();
        Secret::new(serde_json::Value::Object(object).to_string())
    }
}
