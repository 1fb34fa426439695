//! The parameters of a request to the provider, in their order, and which of them are secret.

use serde_json::{Map, Value};
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

    /// As one JSON object of texts. A name that stands several times has a list of them.
    pub(super) fn to_json(&self) -> Secret {
        let mut object = Map::new();
        for (name, value) in &self.pairs {
            let value = Value::from(value.expose());
            match object.get_mut(name) {
                None => _ = object.insert(name.clone(), value),
                Some(Value::Array(list)) => list.push(value),
                Some(first) => *first = Value::from(vec![first.take(), value]),
            }
        }
        Secret::new(Value::Object(object).to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_repeat_become_a_list_in_json() {
        let mut form = Form::default();
        for (name, value) in [("a", "1"), ("b", "x"), ("a", "2"), ("a", "3")] {
            form.add(name, value);
        }
        assert_eq!(form.to_json().expose(), r#"{"a":["1","2","3"],"b":"x"}"#);
        assert_eq!(form.encode().expose(), "a=1&b=x&a=2&a=3");
    }
}
