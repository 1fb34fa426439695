//! From metadata to a profile: a new one, or what would change in one that is there.

use url::Url;

use super::discovery::ServerMetadata;
use super::field::Field;
use super::profile::{ClientAuthentication, ClientType, Grant, Profile};
use super::resource_metadata::ResourceMetadata;
use super::response_type::ResponseType;

/// What was found out about a server, and about the API that sent us there.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// The server.
    pub metadata: &'a ServerMetadata,
    /// The API, where it has metadata of its own.
    pub resource: Option<&'a ResourceMetadata>,
    /// The address of the API.
    pub api: Option<&'a Url>,
    /// The scopes that the API asked for in its challenge (RFC 6750 §3).
    pub scopes: &'a [String],
}

/// What would be another value in a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The field.
    pub field: Field,
    /// What stands there; may be empty.
    pub before: String,
    /// What the metadata says.
    pub after: String,
}

impl<'a> Known<'a> {
    /// Fills a new profile: the endpoints, and the way of logging in that fits an app on a desktop best. Name, client id
    /// and connection stay as they are.
    pub fn fill(self, profile: &mut Profile) {
        profile.base_url.clear();
        for (field, url) in self.endpoints() {
            // Every one of them takes any text.
            let _ = field.set(profile, url.map_or("", Url::as_str));
        }
        profile.issuer = self.metadata.issuer.clone().unwrap_or_default();
        profile.grant = self.grant();
        profile.response_type = self.response_type();
        profile.pkce = self
            .metadata
            .code_challenge_methods_supported
            .as_deref()
            .is_none_or(|methods| methods.iter().any(|method| method == "S256"));
        profile.pushed_authorization_request = self.metadata.require_pushed_authorization_requests
            && self.metadata.pushed_authorization_request_endpoint.is_some();
        profile.dpop = self
            .resource
            .is_some_and(|resource| resource.dpop_bound_access_tokens_required);
        profile.client_authentication = self.client_authentication();
        profile.client_type = if profile.client_authentication.proves() {
            ClientType::Confidential
        } else {
            ClientType::Public
        };
        profile.scope = self.scope();
        if self.metadata.is_openid() && profile.scopes().any(|scope| scope == "offline_access") {
            // Without it a provider ignores offline_access (OpenID Connect Core §11).
            let can_consent = self
                .metadata
                .prompt_values_supported
                .as_deref()
                .is_none_or(|prompts| prompts.iter().any(|prompt| prompt == "consent"));
            profile.prompt = if can_consent { "consent" } else { "" }.to_owned();
        }
        profile.resource = self.resource_indicator().into_iter().collect();
        profile.api_url = self.api.map(Url::to_string).unwrap_or_default();
    }

    /// What would change in a profile that is there: its endpoints, and what is empty. An endpoint that the metadata does
    /// not name stays. `base` is what the profile's paths are below.
    pub fn changes(self, profile: &Profile, base: Option<&Url>) -> Vec<Change> {
        let base = base.map(|base| base.as_str().trim_end_matches('/')).unwrap_or_default();
        let whole = |text: &str| match text.strip_prefix('/') {
            Some(_) => format!("{base}{text}"),
            None => text.to_owned(),
        };
        let below = |url: &str| match url.strip_prefix(base) {
            Some(path) if !base.is_empty() && path.starts_with('/') => path.to_owned(),
            _ => url.to_owned(),
        };
        let mut wanted: Vec<(Field, String)> = self
            .endpoints()
            .into_iter()
            .filter_map(|(field, url)| Some((field, url?.to_string())))
            .collect();
        wanted.extend(self.metadata.issuer.clone().map(|issuer| (Field::Issuer, issuer)));
        let empty = [
            (Field::Scope, self.scope()),
            (Field::Resource, self.resource_indicator().unwrap_or_default()),
            (Field::ApiUrl, self.api.map(Url::to_string).unwrap_or_default()),
        ];
        wanted.extend(empty.into_iter().filter(|(field, _)| field.get(profile).trim().is_empty()));
        wanted
            .into_iter()
            .map(|(field, value)| (field, field.get(profile), value))
            .filter(|(_, before, value)| !value.is_empty() && whole(before.trim()) != *value)
            .map(|(field, before, value)| Change {
                field,
                before,
                after: below(&value),
            })
            .collect()
    }

    fn endpoints(self) -> [(Field, Option<&'a Url>); 10] {
        let metadata = self.metadata;
        [
            (Field::AuthorizationEndpoint, metadata.authorization_endpoint.as_ref()),
            (Field::TokenEndpoint, metadata.token_endpoint.as_ref()),
            (
                Field::DeviceAuthorizationEndpoint,
                metadata.device_authorization_endpoint.as_ref(),
            ),
            (
                Field::PushedAuthorizationRequestEndpoint,
                metadata.pushed_authorization_request_endpoint.as_ref(),
            ),
            (Field::JwksUri, metadata.jwks_uri.as_ref()),
            (Field::UserinfoEndpoint, metadata.userinfo_endpoint.as_ref()),
            (Field::IntrospectionEndpoint, metadata.introspection_endpoint.as_ref()),
            (Field::RevocationEndpoint, metadata.revocation_endpoint.as_ref()),
            (Field::EndSessionEndpoint, metadata.end_session_endpoint.as_ref()),
            (Field::RegistrationEndpoint, metadata.registration_endpoint.as_ref()),
        ]
    }

    /// The best grant that is there: a browser before a code typed elsewhere, and a password only where nothing else is.
    fn grant(self) -> Grant {
        let metadata = self.metadata;
        let has_token = metadata.token_endpoint.is_some();
        let has = |grant: Grant| grant.grant_type().is_some_and(|name| metadata.grants(name)) && has_token;
        if has(Grant::AuthorizationCode) && metadata.authorization_endpoint.is_some() {
            Grant::AuthorizationCode
        } else if has(Grant::DeviceCode) && metadata.device_authorization_endpoint.is_some() {
            Grant::DeviceCode
        } else if metadata.grants("implicit") && metadata.authorization_endpoint.is_some() {
            Grant::Implicit
        } else if has(Grant::Password) {
            Grant::Password
        } else if has(Grant::ClientCredentials) {
            Grant::ClientCredentials
        } else {
            Grant::AuthorizationCode
        }
    }

    /// `code` where it can be had: tokens that come from the token endpoint were in no browser (RFC 9700 §2.1.2).
    fn response_type(self) -> ResponseType {
        let of_implicit = self.grant() == Grant::Implicit;
        let supported = self.metadata.response_types_supported.as_deref().unwrap_or_default();
        let is_supported = |response_type: &ResponseType| {
            let words = |text: &str| {
                let mut words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
                words.sort();
                words
            };
            let wanted = words(response_type.as_str());
            supported.iter().any(|text| words(text) == wanted)
        };
        ResponseType::ALL
            .into_iter()
            .filter(|response_type| response_type.has_code() != of_implicit)
            .find(is_supported)
            .unwrap_or(if of_implicit {
                ResponseType::IdTokenToken
            } else {
                ResponseType::Code
            })
    }

    /// A public client where the server takes one: a program on a desktop keeps no secret (RFC 8252 §8.5).
    fn client_authentication(self) -> ClientAuthentication {
        let methods = self.metadata.auth_methods();
        let order = [
            ClientAuthentication::None,
            ClientAuthentication::ClientSecretBasic,
            ClientAuthentication::ClientSecretPost,
            ClientAuthentication::PrivateKeyJwt,
            ClientAuthentication::ClientSecretJwt,
            ClientAuthentication::TlsClientAuth,
        ];
        order
            .into_iter()
            .find(|method| methods.contains(&method.as_str()))
            .unwrap_or(ClientAuthentication::None)
    }

    /// What the API wants, with what gives an ID token and a refresh token where the server knows it.
    fn scope(self) -> String {
        let supported = self.metadata.scopes_supported.as_deref();
        let knows = |scope: &str| supported.is_some_and(|scopes| scopes.iter().any(|known| known == scope));
        let mut scopes: Vec<&str> = Vec::new();
        if self.metadata.is_openid() {
            scopes.extend(["openid"].into_iter().filter(|scope| supported.is_none() || knows(scope)));
            scopes.extend(["profile", "email"].into_iter().filter(|scope| knows(scope)));
        }
        scopes.extend(["offline_access"].into_iter().filter(|scope| knows(scope)));
        let of_api = match (self.scopes, self.resource) {
            ([], Some(resource)) => resource.scopes_supported.as_deref().unwrap_or_default(),
            (asked, _) => asked,
        };
        for scope in of_api {
            if !scopes.contains(&scope.as_str()) {
                scopes.push(scope);
            }
        }
        scopes.join(" ")
    }

    /// `resource` (RFC 8707 §2): the name that the API has for itself (RFC 9728 §7.4).
    fn resource_indicator(self) -> Option<String> {
        self.resource.and_then(|resource| resource.resource.clone())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn metadata(document: &Value) -> ServerMetadata {
        ServerMetadata::parse(document.to_string().as_bytes()).unwrap()
    }

    fn known(metadata: &ServerMetadata) -> Known<'_> {
        Known {
            metadata,
            resource: None,
            api: None,
            scopes: &[],
        }
    }

    fn filled(document: &Value) -> Profile {
        let metadata = metadata(document);
        let mut profile = Profile {
            client_id: "app".to_owned(),
            name: "App".to_owned(),
            ..Profile::default()
        };
        known(&metadata).fill(&mut profile);
        profile
    }

    fn openid() -> Value {
        json!({"issuer": "https://a.example/t", "authorization_endpoint": "https://a.example/t/auth",
            "token_endpoint": "https://a.example/t/token", "jwks_uri": "https://a.example/t/keys",
            "userinfo_endpoint": "https://a.example/t/me", "response_types_supported": ["code"],
            "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["RS256"],
            "scopes_supported": ["openid", "email", "offline_access", "admin"],
            "grant_types_supported": ["authorization_code", "refresh_token"],
            "token_endpoint_auth_methods_supported": ["client_secret_post", "none"],
            "code_challenge_methods_supported": ["S256"]})
    }

    #[test]
    fn an_openid_provider_becomes_a_public_client_with_pkce_that_can_be_used_as_it_is() {
        let profile = filled(&openid());
        assert_eq!(profile.validate(), []);
        assert_eq!(profile.scope, "openid email offline_access");
        assert_eq!(profile.prompt, "consent");
        assert_eq!(
            (profile.client_type, profile.client_authentication, profile.grant, profile.pkce),
            (ClientType::Public, ClientAuthentication::None, Grant::AuthorizationCode, true)
        );
        assert_eq!(profile.userinfo_endpoint, "https://a.example/t/me");
    }

    #[test]
    fn what_the_server_does_not_have_is_not_used() {
        let mut document = openid();
        document["token_endpoint_auth_methods_supported"] = json!(["private_key_jwt", "client_secret_post"]);
        document["code_challenge_methods_supported"] = json!(["plain"]);
        document["response_types_supported"] = json!(["id_token code"]);
        document["prompt_values_supported"] = json!(["login"]);
        document["require_pushed_authorization_requests"] = json!(true);
        document["pushed_authorization_request_endpoint"] = json!("https://a.example/t/par");
        let profile = filled(&document);
        assert_eq!(profile.client_authentication, ClientAuthentication::ClientSecretPost);
        assert_eq!(profile.client_type, ClientType::Confidential);
        assert_eq!(profile.response_type, ResponseType::CodeIdToken);
        assert!(!profile.pkce && profile.prompt.is_empty() && profile.pushed_authorization_request);
    }

    #[test]
    fn the_grant_is_the_best_that_is_there() {
        let mut document = json!({"issuer": "https://a.example", "token_endpoint": "https://a.example/token",
            "grant_types_supported": ["client_credentials", "password"]});
        assert_eq!(filled(&document).grant, Grant::Password);
        document["grant_types_supported"] = json!(["client_credentials"]);
        assert_eq!(filled(&document).grant, Grant::ClientCredentials);
        document["grant_types_supported"] =
            json!(["client_credentials", "urn:ietf:params:oauth:grant-type:device_code"]);
        document["device_authorization_endpoint"] = json!("https://a.example/device");
        assert_eq!(filled(&document).grant, Grant::DeviceCode);
        let implicit = json!({"issuer": "https://a.example", "authorization_endpoint": "https://a.example/auth",
            "grant_types_supported": ["implicit"], "response_types_supported": ["token", "code"]});
        let profile = filled(&implicit);
        assert_eq!((profile.grant, profile.response_type), (Grant::Implicit, ResponseType::Token));
    }

    #[test]
    fn an_api_brings_its_resource_its_scopes_and_its_address() {
        let metadata = metadata(&openid());
        let resource = ResourceMetadata {
            resource: Some("https://api.example/v1".to_owned()),
            scopes_supported: Some(vec!["read".to_owned(), "email".to_owned()]),
            dpop_bound_access_tokens_required: true,
            ..ResourceMetadata::default()
        };
        let api = Url::parse("https://api.example/v1/me").unwrap();
        let mut known = Known {
            resource: Some(&resource),
            api: Some(&api),
            ..known(&metadata)
        };
        let mut profile = Profile::default();
        known.fill(&mut profile);
        assert_eq!(profile.resource, ["https://api.example/v1"]);
        assert_eq!(profile.api_url, "https://api.example/v1/me");
        assert_eq!(profile.scope, "openid email offline_access read");
        assert!(profile.dpop);
        let asked = ["write".to_owned()];
        known.scopes = &asked;
        known.fill(&mut profile);
        assert_eq!(profile.scope, "openid email offline_access write");
    }

    #[test]
    fn a_profile_that_is_there_keeps_what_a_person_wrote_and_gets_endpoints() {
        let metadata = metadata(&openid());
        let base = Url::parse("https://a.example").unwrap();
        let profile = Profile {
            base_url: "https://a.example".to_owned(),
            issuer: "/t".to_owned(),
            authorization_endpoint: "/t/auth".to_owned(),
            token_endpoint: "/old/token".to_owned(),
            introspection_endpoint: "/mine".to_owned(),
            scope: "openid mine".to_owned(),
            ..Profile::default()
        };
        let changes = known(&metadata).changes(&profile, Some(&base));
        let change = |field, before: &str, after: &str| Change {
            field,
            before: before.to_owned(),
            after: after.to_owned(),
        };
        assert_eq!(
            changes,
            [
                change(Field::TokenEndpoint, "/old/token", "/t/token"),
                change(Field::JwksUri, "", "/t/keys"),
                change(Field::UserinfoEndpoint, "", "/t/me"),
            ]
        );
        let mut updated = profile.clone();
        for change in &changes {
            change.field.set(&mut updated, &change.after).unwrap();
        }
        assert!(known(&metadata).changes(&updated, Some(&base)).is_empty(), "once is enough");
        let bare = Profile {
            scope: String::new(),
            ..Profile::default()
        };
        let fields: Vec<Field> = known(&metadata).changes(&bare, None).into_iter().map(|c| c.field).collect();
        assert!(fields.contains(&Field::Scope) && fields.contains(&Field::Issuer));
    }
}
