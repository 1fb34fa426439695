//! What an API says about itself (RFC 9728): which servers give tokens for it, and which tokens it takes.

use url::Url;

use super::metadata_reader::Reader;
use super::offer::Offer;
use super::well_known::{Match, compare};
use crate::model::challenge::Challenge;
use crate::model::defect::{Defect, Part};

const RULE: &str = "RFC 9728 §2";

/// The metadata of a protected resource, read as far as it goes. The fields have the names of its members.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResourceMetadata {
    /// `resource`, as it was written.
    pub resource: Option<String>,
    /// The issuers of the servers that give tokens for it.
    pub authorization_servers: Vec<String>,
    /// The keys that it signs its answers with.
    pub jwks_uri: Option<Url>,
    /// Scopes to ask for.
    pub scopes_supported: Option<Vec<String>>,
    /// How a token may be sent (RFC 6750 §2): `header`, `body`, `query`.
    pub bearer_methods_supported: Option<Vec<String>>,
    /// What people call it.
    pub resource_name: Option<String>,
    /// A page for developers.
    pub resource_documentation: Option<Url>,
    /// Types of `authorization_details` (RFC 9396).
    pub authorization_details_types_supported: Option<Vec<String>>,
    /// What a `DPoP` proof may be signed with.
    pub dpop_signing_alg_values_supported: Option<Vec<String>>,
    /// Whether it takes only tokens that are bound with `DPoP`.
    pub dpop_bound_access_tokens_required: bool,
    /// Whether it takes tokens that are bound to a client certificate (RFC 8705).
    pub tls_client_certificate_bound_access_tokens: bool,
    /// Everything that is wrong with it.
    pub defects: Vec<Defect>,
}

impl ResourceMetadata {
    /// Reads a document. An error only when it is no JSON object; whatever else is wrong is a defect.
    pub fn parse(document: &[u8]) -> Result<Self, String> {
        let mut reader = Reader::new(document, RULE)?;
        reader.require("resource");
        let metadata = Self {
            resource: reader.address("resource"),
            authorization_servers: reader.addresses("authorization_servers").unwrap_or_default(),
            jwks_uri: reader.url("jwks_uri"),
            scopes_supported: reader.list("scopes_supported"),
            bearer_methods_supported: reader.list("bearer_methods_supported"),
            resource_name: reader.text("resource_name"),
            resource_documentation: reader.url("resource_documentation"),
            authorization_details_types_supported: reader.list("authorization_details_types_supported"),
            dpop_signing_alg_values_supported: reader.list("dpop_signing_alg_values_supported"),
            dpop_bound_access_tokens_required: reader.flag("dpop_bound_access_tokens_required"),
            tls_client_certificate_bound_access_tokens: reader.flag("tls_client_certificate_bound_access_tokens"),
            defects: Vec::new(),
        };
        if !reader.has("authorization_servers") {
            // Optional, but without it nobody knows whom to ask.
            reader.defect(
                "no_authorization_servers",
                "authorization_servers",
                "is not there: who gives tokens for this API is not said",
            );
        }
        Ok(Self {
            defects: reader.into_defects(),
            ..metadata
        })
    }

    /// Whether the document belongs to the API that was asked for (RFC 9728 §3.3). A document for the whole host, or for a
    /// path above, is told as a defect and can be used: most servers publish that one only.
    pub fn resource_defect(&self, asked: &Url) -> Option<Defect> {
        let got = self.resource.as_deref().unwrap_or_default();
        let (code, words) = match compare(asked.as_str(), self.resource.as_deref()) {
            Match::Same => return None,
            Match::Missing => (
                "no_resource",
                "whose document it is cannot be told (RFC 9728 §3.3)".to_owned(),
            ),
            Match::TrailingSlash => (
                "resource_slash",
                "they differ by a slash, and must not (RFC 9728 §3.3)".to_owned(),
            ),
            Match::Different if is_above(got, asked) => (
                "resource_above",
                "it is for a larger part of the same server, and must be the same (RFC 9728 §3.3)".to_owned(),
            ),
            Match::Different => (
                "resource_differs",
                "this document must not be used (RFC 9728 §3.3)".to_owned(),
            ),
        };
        let message = format!("resource is {got:?}, and {:?} was asked for: {words}", asked.as_str());
        Some(Defect::new(Part::Response, code, message))
    }

    /// Whether a document that is not exactly that of `asked` may be used all the same.
    pub fn is_for(&self, asked: &Url) -> bool {
        self.resource_defect(asked)
            .is_none_or(|defect| matches!(defect.code.as_str(), "resource_slash" | "resource_above"))
    }

    /// What the API says, in rows for people to read.
    pub fn offers(&self) -> Vec<Offer> {
        let list = |list: &Option<Vec<String>>| list.as_deref().map(|list| list.join(", "));
        let yes = |flag: bool| flag.then(|| "yes".to_owned());
        let servers = (!self.authorization_servers.is_empty()).then(|| self.authorization_servers.join(", "));
        let facts = [
            ("API", self.resource_name.clone().or_else(|| self.resource.clone())),
            ("Gets its tokens from", servers),
            (
                "API documentation",
                self.resource_documentation.as_ref().map(ToString::to_string),
            ),
        ];
        let abilities = [
            ("API scopes", list(&self.scopes_supported)),
            ("Takes tokens in", list(&self.bearer_methods_supported)),
            (
                "API authorization details",
                list(&self.authorization_details_types_supported),
            ),
            ("API takes DPoP", list(&self.dpop_signing_alg_values_supported)),
            ("API wants DPoP", yes(self.dpop_bound_access_tokens_required)),
            (
                "API takes tokens bound to a certificate",
                yes(self.tls_client_certificate_bound_access_tokens),
            ),
        ];
        let facts = facts
            .into_iter()
            .filter_map(|(what, value)| Some(Offer::fact(what, value?)));
        let abilities = abilities
            .into_iter()
            .filter_map(|(what, value)| Some(Offer::told(what, value?)));
        facts.chain(abilities).collect()
    }
}

/// Whether `got` is the same server as `asked`, with a path that `asked` lies below.
fn is_above(got: &str, asked: &Url) -> bool {
    let Ok(got) = Url::parse(got) else { return false };
    let above = got.path().trim_end_matches('/');
    got.origin() == asked.origin()
        && asked
            .path()
            .strip_prefix(above)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// `resource_metadata` of a `WWW-Authenticate` header (RFC 9728 §5.1). Give one header's value.
pub fn resource_metadata_url(www_authenticate: &str) -> Option<Url> {
    Challenge::parse(www_authenticate)
        .iter()
        .filter_map(|challenge| Url::parse(challenge.get("resource_metadata")?).ok())
        .find(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn the_example_of_rfc_9728_3_2_is_clean() {
        let document = json!({"resource": "https://resource.example.com",
            "authorization_servers": ["https://as1.example.com", "https://as2.example.net"],
            "bearer_methods_supported": ["header", "body"], "scopes_supported": ["profile", "email", "phone"],
            "resource_documentation": "https://resource.example.com/resource_documentation.html"});
        let metadata = ResourceMetadata::parse(document.to_string().as_bytes()).unwrap();
        assert!(metadata.defects.is_empty(), "{:?}", metadata.defects);
        assert_eq!(metadata.authorization_servers[1], "https://as2.example.net");
        assert_eq!(
            metadata.offers()[1],
            Offer::fact(
                "Gets its tokens from",
                "https://as1.example.com, https://as2.example.net".to_owned()
            )
        );
    }

    #[test]
    fn a_document_without_servers_or_resource_says_so() {
        let metadata = ResourceMetadata::parse(b"{}").unwrap();
        let codes: Vec<_> = metadata.defects.iter().map(|d| d.code.as_str()).collect();
        assert_eq!(codes, ["missing", "no_authorization_servers"]);
        assert!(ResourceMetadata::parse(b"nope").is_err());
    }

    #[test]
    fn a_server_with_a_long_address_is_named_whole_or_not_at_all() {
        let long = |length: usize| format!("https://a.example/{}", "p".repeat(length - 18));
        let document = json!({"resource": long(2001), "authorization_servers": [long(2001), long(900)]});
        let metadata = ResourceMetadata::parse(document.to_string().as_bytes()).unwrap();
        assert_eq!(
            (metadata.resource, metadata.authorization_servers),
            (None, vec![long(900)])
        );
        let codes: Vec<_> = metadata.defects.iter().map(|d| d.code.as_str()).collect();
        assert_eq!(codes, ["too_long", "too_long"]);
    }

    #[test]
    fn whose_document_it_is_is_checked_by_rfc_9728_3_3() {
        let api = url("https://api.example.com/v1/me");
        for (resource, code, is_for) in [
            ("https://api.example.com/v1/me", None, true),
            ("https://api.example.com/v1/me/", Some("resource_slash"), true),
            ("https://api.example.com", Some("resource_above"), true),
            ("https://api.example.com/v1", Some("resource_above"), true),
            ("https://api.example.com/v1/m", Some("resource_differs"), false),
            ("https://evil.example/v1/me", Some("resource_differs"), false),
            ("api", Some("resource_differs"), false),
        ] {
            let metadata = ResourceMetadata {
                resource: Some(resource.to_owned()),
                ..ResourceMetadata::default()
            };
            let found = metadata.resource_defect(&api).map(|d| d.code);
            assert_eq!(found.as_deref(), code, "{resource}");
            assert_eq!(metadata.is_for(&api), is_for, "{resource}");
        }
        assert!(!ResourceMetadata::default().is_for(&api));
    }

    #[test]
    fn the_address_is_read_from_the_challenge_of_rfc_9728_5_1() {
        let header = r#"Bearer resource_metadata="https://resource.example.com/.well-known/oauth-protected-resource""#;
        assert_eq!(
            resource_metadata_url(header).unwrap().as_str(),
            "https://resource.example.com/.well-known/oauth-protected-resource"
        );
        assert_eq!(resource_metadata_url("Bearer realm=\"x\""), None);
        assert_eq!(
            resource_metadata_url("Bearer resource_metadata=\"file:///etc/passwd\""),
            None
        );
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_a_panic(document in proptest::collection::vec(any::<u8>(), 0..120), header in "\\PC{0,60}") {
            let _ = ResourceMetadata::parse(&document);
            let _ = resource_metadata_url(&header);
        }
    }
}
