//! What a server's metadata would change in a profile that is there: its endpoints, and what is empty. What a person wrote
//! elsewhere stays.

use url::Url;

use super::discovery::ServerMetadata;
use super::resource_metadata::ResourceMetadata;
use crate::model::field::Field;
use crate::model::profile::Profile;

/// What metadata decides, whatever stands there.
const ENDPOINTS: [Field; 11] = [
    Field::Issuer,
    Field::AuthorizationEndpoint,
    Field::TokenEndpoint,
    Field::DeviceAuthorizationEndpoint,
    Field::PushedAuthorizationRequestEndpoint,
    Field::JwksUri,
    Field::UserinfoEndpoint,
    Field::IntrospectionEndpoint,
    Field::RevocationEndpoint,
    Field::EndSessionEndpoint,
    Field::RegistrationEndpoint,
];

/// What it fills in only where nothing stands.
const OTHERS: [Field; 3] = [Field::Scope, Field::Resource, Field::ApiUrl];

/// One field that would have another value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The field.
    pub field: Field,
    /// What stands there; may be empty.
    pub before: String,
    /// What the metadata says.
    pub after: String,
}

impl Change {
    /// Carries it out.
    pub fn apply(&self, profile: &mut Profile) {
        // Addresses and words: no such text is refused.
        let _ = self.field.set(profile, &self.after);
    }
}

/// What would change. `base` is what the profile's paths are below: an address below it is the same as its path, and is
/// written as one. An endpoint that the metadata does not name stays.
pub fn changes(
    profile: &Profile,
    base: Option<&Url>,
    metadata: &ServerMetadata,
    api: Option<(&Url, &ResourceMetadata)>,
) -> Vec<Change> {
    let mut filled = profile.clone();
    metadata.fill(&mut filled, base);
    let base = base.map(|base| base.as_str().trim_end_matches('/')).unwrap_or_default();
    let whole = |text: &str| {
        let text = text.trim();
        if text.starts_with('/') {
            format!("{base}{text}")
        } else {
            text.to_owned()
        }
    };
    let below = |text: String| match text.strip_prefix(base) {
        Some(path) if !base.is_empty() && path.starts_with('/') => path.to_owned(),
        _ => text,
    };
    if let Some((url, resource)) = api {
        resource.fill(url, Some(metadata), &mut filled);
    }
    let change = |field: Field| Change {
        field,
        before: field.get(profile),
        after: below(field.get(&filled)),
    };
    let endpoints = ENDPOINTS
        .into_iter()
        .map(change)
        .filter(|change| !change.after.is_empty() && whole(&change.before) != whole(&change.after));
    let others = OTHERS
        .into_iter()
        .map(change)
        .filter(|change| change.before.trim().is_empty() && !change.after.trim().is_empty());
    endpoints.chain(others).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::profile::DEMO_BASE_URL;

    fn metadata(origin: &str) -> ServerMetadata {
        let document = json!({"issuer": format!("{origin}/t"), "authorization_endpoint": format!("{origin}/t/auth"),
            "token_endpoint": format!("{origin}/t/token"), "jwks_uri": format!("{origin}/t/keys"),
            "response_types_supported": ["code"], "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"], "scopes_supported": ["openid", "offline_access"]});
        ServerMetadata::parse(document.to_string().as_bytes()).unwrap()
    }

    fn change(field: Field, before: &str, after: &str) -> Change {
        Change {
            field,
            before: before.to_owned(),
            after: after.to_owned(),
        }
    }

    #[test]
    fn endpoints_are_brought_up_to_date_and_what_a_person_wrote_stays() {
        let base = Url::parse("https://a.example").unwrap();
        let metadata = metadata("https://a.example");
        let mut profile = Profile {
            base_url: "https://a.example".to_owned(),
            issuer: "/t".to_owned(),
            authorization_endpoint: "https://a.example/t/auth".to_owned(),
            token_endpoint: "/old/token".to_owned(),
            introspection_endpoint: "/mine".to_owned(),
            scope: "openid mine".to_owned(),
            pkce: false,
            ..Profile::default()
        };
        let found = changes(&profile, Some(&base), &metadata, None);
        assert_eq!(
            found,
            [
                change(Field::TokenEndpoint, "/old/token", "/t/token"),
                change(Field::JwksUri, "", "/t/keys"),
            ]
        );
        for change in &found {
            change.apply(&mut profile);
        }
        assert_eq!(profile.token_endpoint, "/t/token");
        assert!(!profile.pkce && profile.scope == "openid mine" && profile.introspection_endpoint == "/mine");
        assert_eq!(changes(&profile, Some(&base), &metadata, None), [], "once is enough");
    }

    #[test]
    fn an_api_fills_what_is_empty() {
        let metadata = metadata("https://a.example");
        let resource = ResourceMetadata {
            resource: Some("https://api.example".to_owned()),
            ..ResourceMetadata::default()
        };
        let api = Url::parse("https://api.example/me").unwrap();
        let profile = Profile {
            scope: String::new(),
            ..Profile::default()
        };
        let found = changes(&profile, None, &metadata, Some((&api, &resource)));
        let of = |field| {
            found
                .iter()
                .find(|change| change.field == field)
                .map(|c| c.after.as_str())
        };
        assert_eq!(of(Field::Resource), Some("https://api.example"));
        assert_eq!(of(Field::ApiUrl), Some("https://api.example/me"));
        assert_eq!(of(Field::Scope), Some("openid offline_access"));
        assert_eq!(of(Field::Issuer), Some("https://a.example/t"));
    }

    #[test]
    fn the_embedded_providers_port_never_goes_into_a_profile() {
        let origin = Url::parse("http://127.0.0.1:7780/").unwrap();
        let profile = Profile {
            base_url: DEMO_BASE_URL.to_owned(),
            issuer: "/t".to_owned(),
            token_endpoint: "/t/token".to_owned(),
            ..Profile::default()
        };
        let found = changes(&profile, Some(&origin), &metadata("http://127.0.0.1:7780"), None);
        assert_eq!(
            found,
            [
                change(Field::AuthorizationEndpoint, "", "/t/auth"),
                change(Field::JwksUri, "", "/t/keys"),
            ]
        );
    }
}
