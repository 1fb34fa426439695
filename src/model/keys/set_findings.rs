//! What is odd about a set of keys as a whole, and about each key of it.

use std::collections::HashMap;

use super::KeySet;
use super::finding::Finding;
use super::key::{Key, KeyProblem};
use crate::model::body::cut;

impl KeySet {
    /// Everything that is worth knowing of the set: of it as a whole first, then of each key, by name.
    pub fn findings(&self) -> Vec<Finding> {
        let mut found = self.as_a_whole();
        for key in &self.keys {
            let name = key.full_name(false);
            found.extend(key.findings.iter().map(|finding| Finding {
                message: format!("{name} {}", finding.message),
                ..finding.clone()
            }));
        }
        found
    }

    fn as_a_whole(&self) -> Vec<Finding> {
        let mut found = Vec::new();
        // Keys of different types may share a kid where they stand for the same (RFC 7517 §4.5).
        let mut seen: HashMap<(&str, Option<&str>), usize> = HashMap::new();
        for key in &self.keys {
            if let Some(kid) = key.kid.as_deref() {
                *seen.entry((kid, key.kty.as_deref())).or_default() += 1;
            }
        }
        let mut twice: Vec<&str> = seen.iter().filter(|(_, n)| **n > 1).map(|((kid, _), _)| *kid).collect();
        twice.sort_unstable();
        for kid in twice.iter().take(5) {
            found.push(Finding::new(
                "duplicate_kid",
                format!(
                    "several keys have the kid {}: a token cannot say which it means",
                    cut(kid)
                ),
                "RFC 7517 §4.5",
            ));
        }
        let is_symmetric = |key: &Key| key.kty.as_deref() == Some("oct");
        if self.keys.iter().any(is_symmetric) && !self.keys.iter().all(is_symmetric) {
            found.push(Finding::new(
                "mixed_set",
                "symmetric and public keys stand in one set: a set of public keys is published, and then the secret is too",
                "RFC 7517 §9.2",
            ));
        }
        let for_signatures = |key: &&Key| key.is_for_signatures() && !matches!(key.usable, Err(KeyProblem::Broken(_)));
        let nameless = self.keys.iter().filter(for_signatures).filter(|key| key.kid.is_none());
        if !self.is_given && self.keys.len() > 1 && nameless.count() > 0 {
            found.push(Finding::new(
                "no_kid",
                "there are several keys, and not each has a kid: a token cannot say which it means",
                "OIDC Core §10.1",
            ));
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(keys: &str) -> Vec<String> {
        let set = KeySet::parse(format!(r#"{{"keys":[{keys}]}}"#).as_bytes()).unwrap();
        set.findings().into_iter().map(|finding| finding.code).collect()
    }

    #[test]
    fn what_is_odd_about_a_set_is_told() {
        let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
        let ed = |kid: &str| format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{x}"{kid}}}"#);
        let (a, b, none) = (ed(r#","kid":"a""#), ed(r#","kid":"b""#), ed(""));
        let oct = r#"{"kty":"oct","kid":"s","k":"AAAA"}"#;
        assert_eq!(codes(&format!("{a},{b}")), <[String; 0]>::default());
        assert_eq!(codes(&none), <[String; 0]>::default());
        assert_eq!(codes(&format!("{a},{b},{a}")), ["duplicate_kid"]);
        assert_eq!(
            codes(&format!(r#"{a},{{"kty":"EC","kid":"a"}}"#)),
            <[String; 0]>::default()
        );
        assert_eq!(codes(&format!("{a},{oct}")), ["mixed_set"]);
        assert_eq!(codes(&format!("{a},{none}")), ["no_kid"]);
        assert_eq!(codes(&ed(r#","d":"AAAA""#)), ["private_key"]);
    }
}
