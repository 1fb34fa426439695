//! From what a server or an API says about itself to a profile that works with it.

use url::Url;

use super::discovery::ServerMetadata;
use super::resource_metadata::ResourceMetadata;
use crate::model::profile::{ClientAuthentication, ClientType, Grant, Profile};
use crate::model::response_type::ResponseType;

impl ServerMetadata {
    /// Writes into the profile what the document says, and changes of the rest only what the server does not take. Gives
    /// a sentence for each choice that a person may want to look at. Compare the issuer first: see [`Self::is_for`].
    pub fn fill(&self, profile: &mut Profile) -> Vec<String> {
        let mut notes = Vec::new();
        self.fill_endpoints(profile);
        self.choose_grant(profile, &mut notes);
        self.choose_response_type(profile, &mut notes);
        self.choose_authentication(profile, &mut notes);
        if profile.client_authentication == ClientAuthentication::TlsClientAuth {
            self.fill_aliases(profile);
        }
        self.choose_scope(profile, &mut notes);
        match self.code_challenge_methods_supported.as_deref() {
            Some(methods) => profile.pkce = methods.iter().any(|method| method == "S256"),
            // Silence is common where PKCE works, and a server must ignore what it does not know (RFC 6749 §3.1).
            None => {
                if profile.pkce {
                    notes.push("The server does not say that it has PKCE; it is sent all the same".to_owned());
                }
            }
        }
        if self.require_pushed_authorization_requests {
            profile.pushed_authorization_request = true;
        }
        if profile.dpop && self.dpop_signing_alg_values_supported.is_none() {
            notes.push("The server does not say that it has DPoP; it is sent all the same".to_owned());
        }
        notes
    }

    fn fill_endpoints(&self, profile: &mut Profile) {
        let is_demo = profile.uses_demo();
        let written = |url: &Url| if is_demo { below_base(url) } else { url.to_string() };
        for (slot, url) in [
            (&mut profile.authorization_endpoint, &self.authorization_endpoint),
            (&mut profile.token_endpoint, &self.token_endpoint),
            (&mut profile.jwks_uri, &self.jwks_uri),
            (&mut profile.userinfo_endpoint, &self.userinfo_endpoint),
            (&mut profile.introspection_endpoint, &self.introspection_endpoint),
            (&mut profile.revocation_endpoint, &self.revocation_endpoint),
            (&mut profile.end_session_endpoint, &self.end_session_endpoint),
            (
                &mut profile.device_authorization_endpoint,
                &self.device_authorization_endpoint,
            ),
            (
                &mut profile.pushed_authorization_request_endpoint,
                &self.pushed_authorization_request_endpoint,
            ),
            (&mut profile.registration_endpoint, &self.registration_endpoint),
        ] {
            if let Some(url) = url {
                *slot = written(url);
            }
        }
        if let Some(issuer) = &self.issuer {
            profile.issuer = match Url::parse(issuer) {
                // A relative issuer needs a path: without one, it is the base that changes with each start.
                Ok(url) if is_demo && url.path() == "/" => String::new(),
                Ok(url) if is_demo => below_base(&url),
                _ => issuer.clone(),
            };
        }
    }

    /// The endpoints at which the server asks for a client certificate (RFC 8705 §5).
    fn fill_aliases(&self, profile: &mut Profile) {
        for (name, url) in &self.mtls_endpoint_aliases {
            let slot = match name.as_str() {
                "token_endpoint" => &mut profile.token_endpoint,
                "userinfo_endpoint" => &mut profile.userinfo_endpoint,
                "introspection_endpoint" => &mut profile.introspection_endpoint,
                "revocation_endpoint" => &mut profile.revocation_endpoint,
                "device_authorization_endpoint" => &mut profile.device_authorization_endpoint,
                "pushed_authorization_request_endpoint" => &mut profile.pushed_authorization_request_endpoint,
                _ => continue,
            };
            *slot = url.to_string();
        }
    }

    fn choose_grant(&self, profile: &mut Profile, notes: &mut Vec<String>) {
        let is_there = |grant: Grant| match grant {
            Grant::AuthorizationCode => self.authorization_endpoint.is_some() && self.grants("authorization_code"),
            Grant::Implicit => self.authorization_endpoint.is_some() && self.grants("implicit"),
            Grant::DeviceCode => self.device_authorization_endpoint.is_some(),
            // No OAuth: no metadata speaks of it.
            Grant::JsonLogin => false,
            other => other.grant_type().is_some_and(|grant_type| self.grants(grant_type)),
        };
        if is_there(profile.grant) || profile.grant == Grant::JsonLogin {
            return;
        }
        let order = [
            Grant::AuthorizationCode,
            Grant::DeviceCode,
            Grant::ClientCredentials,
            Grant::Implicit,
            Grant::Password,
        ];
        match order.into_iter().find(|grant| is_there(*grant)) {
            Some(grant) => {
                notes.push(format!(
                    "The server does not have the grant {}: {} was chosen",
                    profile.grant.as_str(),
                    grant.as_str()
                ));
                profile.grant = grant;
            }
            None => notes.push(format!("The server does not name the grant {}", profile.grant.as_str())),
        }
    }

    fn choose_response_type(&self, profile: &mut Profile, notes: &mut Vec<String>) {
        let Some(supported) = self.response_types_supported.as_deref() else {
            return;
        };
        let fits_grant =
            |response_type: ResponseType| response_type.has_code() == (profile.grant == Grant::AuthorizationCode);
        let is_there = |response_type: ResponseType| {
            fits_grant(response_type) && supported.iter().any(|s| same_words(s, response_type.as_str()))
        };
        if !profile.grant.has_redirect() || is_there(profile.response_type) {
            return;
        }
        match ResponseType::ALL.into_iter().find(|r| is_there(*r)) {
            Some(response_type) => profile.response_type = response_type,
            None => notes.push(format!(
                "The server names no response type for the grant {}",
                profile.grant.as_str()
            )),
        }
    }

    /// What the profile has stays where the server takes it. Else the strongest for which there is what it needs: a key
    /// and a certificate are better than a secret, and of the ways to send a secret HTTP Basic is the one that every
    /// server must have (RFC 6749 §2.3.1). A signed secret comes last, because clients have to be registered for it.
    fn choose_authentication(&self, profile: &mut Profile, notes: &mut Vec<String>) {
        use ClientAuthentication as A;
        let methods = self.auth_methods();
        let takes = |way: A| match way {
            A::None | A::Omitted => methods.contains(&"none"),
            A::ClientSecretBasic | A::ClientSecretBasicRaw => methods.contains(&"client_secret_basic"),
            A::TlsClientAuth => {
                methods.contains(&"tls_client_auth") || methods.contains(&"self_signed_tls_client_auth")
            }
            other => methods.contains(&other.as_str()),
        };
        let is_ready = |way: A| match way {
            A::PrivateKeyJwt => !profile.client_key_file.trim().is_empty(),
            A::TlsClientAuth => !profile.client_certificate.trim().is_empty(),
            _ => true,
        };
        let current = profile.client_authentication;
        // Many servers leave the list out, and public clients work there: only what is said counts against one.
        let is_silent = self.token_endpoint_auth_methods_supported.is_none();
        if takes(current) || (is_silent && !current.proves() && profile.client_type == ClientType::Public) {
            return;
        }
        let order = [
            A::PrivateKeyJwt,
            A::TlsClientAuth,
            A::ClientSecretBasic,
            A::ClientSecretPost,
            A::ClientSecretJwt,
        ];
        let Some(chosen) = order.into_iter().find(|way| takes(*way) && is_ready(*way)) else {
            notes.push(format!(
                "The server takes {} from clients: choose how this one proves who it is",
                methods.join(", ")
            ));
            return;
        };
        notes.push(format!(
            "The server does not take “{}” from clients: “{}” was chosen",
            current.as_str(),
            chosen.as_str()
        ));
        profile.client_authentication = chosen;
        profile.client_type = ClientType::Confidential;
        let algs = self.token_endpoint_auth_signing_alg_values_supported.as_deref();
        if algs.is_some_and(|algs| !algs.contains(&profile.assertion_algorithm)) {
            profile.assertion_algorithm.clear();
        }
    }

    fn choose_scope(&self, profile: &mut Profile, notes: &mut Vec<String>) {
        let supported = self.scopes_supported.as_deref().unwrap_or_default();
        let mut words: Vec<&str> = profile.scope.split_ascii_whitespace().collect();
        let has_openid = words.contains(&"openid");
        if self.is_openid() && profile.grant != Grant::ClientCredentials {
            if !has_openid {
                words.insert(0, "openid");
            }
        } else if words == ["openid"] {
            // It is what a new profile begins with, and nothing here knows it.
            words.clear();
        }
        let offers_offline = supported.iter().any(|scope| scope == "offline_access");
        if offers_offline && profile.grant != Grant::ClientCredentials && !words.contains(&"offline_access") {
            words.push("offline_access");
            let has_consent = |prompts: &[String]| prompts.iter().any(|prompt| prompt == "consent");
            if profile.grant == Grant::AuthorizationCode
                && profile.prompt.trim().is_empty()
                && self.prompt_values_supported.as_deref().is_none_or(has_consent)
            {
                "consent".clone_into(&mut profile.prompt);
                notes.push(
                    "offline_access is asked for with prompt=consent, without which it may be ignored (OpenID Connect \
                     Core §11)"
                        .to_owned(),
                );
            }
        }
        profile.scope = words.join(" ");
    }
}

impl ResourceMetadata {
    /// Writes into the profile what an API says about itself: it is asked for by its name, with its scopes where the
    /// server has them too, and with `DPoP` where it takes nothing else. Compare the resource first: see
    /// [`Self::is_for`].
    pub fn fill(&self, api: &Url, server: Option<&ServerMetadata>, profile: &mut Profile) {
        if profile.api_url.trim().is_empty() {
            profile.api_url = api.to_string();
        }
        let resource = self.resource.clone().unwrap_or_else(|| api.to_string());
        if !profile.resource.contains(&resource) {
            profile.resource.push(resource);
        }
        if self.dpop_bound_access_tokens_required {
            profile.dpop = true;
        }
        let known = server.and_then(|server| server.scopes_supported.as_deref());
        let wanted = self.scopes_supported.iter().flatten();
        for scope in wanted.filter(|scope| known.is_none_or(|known| known.contains(scope))) {
            if !profile.scopes().any(|word| word == scope) {
                if !profile.scope.is_empty() {
                    profile.scope.push(' ');
                }
                profile.scope.push_str(scope);
            }
        }
    }
}

/// Path and query: below the base of the embedded provider, whose port changes with each start.
fn below_base(url: &Url) -> String {
    url.query()
        .map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()))
}

/// The words of a response type are a set (OAuth 2.0 Multiple Response Type Encoding Practices §3).
fn same_words(a: &str, b: &str) -> bool {
    let sorted = |text: &str| {
        let mut words: Vec<String> = text.split_ascii_whitespace().map(str::to_owned).collect();
        words.sort();
        words
    };
    sorted(a) == sorted(b)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn metadata(more: &Value) -> ServerMetadata {
        let mut document = json!({"issuer": "https://idp.example/t", "authorization_endpoint": "https://idp.example/t/auth",
            "token_endpoint": "https://idp.example/t/token", "jwks_uri": "https://idp.example/t/jwks",
            "response_types_supported": ["code", "token id_token"], "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"], "scopes_supported": ["openid", "offline_access", "api"],
            "grant_types_supported": ["authorization_code", "refresh_token"],
            "token_endpoint_auth_methods_supported": ["none", "client_secret_post", "private_key_jwt"],
            "code_challenge_methods_supported": ["S256"]});
        for (name, value) in more.as_object().unwrap() {
            document[name] = value.clone();
        }
        ServerMetadata::parse(document.to_string().as_bytes()).unwrap()
    }

    fn named() -> Profile {
        Profile {
            name: "Discovered".to_owned(),
            client_id: "app".to_owned(),
            ..Profile::default()
        }
    }

    fn filled(more: &Value, change: impl FnOnce(&mut Profile)) -> (Profile, Vec<String>) {
        let mut profile = named();
        change(&mut profile);
        let notes = metadata(more).fill(&mut profile);
        (profile, notes)
    }

    #[test]
    fn an_issuer_alone_makes_a_profile_that_can_be_used() {
        let (profile, notes) = filled(&json!({}), |_| {});
        assert_eq!(profile.validate(), []);
        assert_eq!(profile.issuer, "https://idp.example/t");
        assert_eq!(profile.token_endpoint, "https://idp.example/t/token");
        assert_eq!(profile.scope, "openid offline_access");
        assert_eq!(
            (profile.prompt.as_str(), profile.pkce, profile.client_authentication),
            ("consent", true, ClientAuthentication::None)
        );
        assert_eq!(notes.len(), 1, "{notes:?}");
    }

    #[test]
    fn what_a_person_chose_stays_where_the_server_takes_it() {
        let (profile, _) = filled(&json!({}), |p| {
            p.client_type = ClientType::Confidential;
            p.client_authentication = ClientAuthentication::ClientSecretPost;
            p.scope = "openid api offline_access".to_owned();
            p.prompt = "login".to_owned();
            p.userinfo_endpoint = "https://idp.example/me".to_owned();
        });
        assert_eq!(profile.client_authentication, ClientAuthentication::ClientSecretPost);
        assert_eq!(
            (profile.scope.as_str(), profile.prompt.as_str()),
            ("openid api offline_access", "login")
        );
        assert_eq!(profile.userinfo_endpoint, "https://idp.example/me");
    }

    #[test]
    fn the_strongest_authentication_is_chosen_for_which_there_is_what_it_needs() {
        use ClientAuthentication as A;
        let all = json!({"token_endpoint_auth_methods_supported":
            ["client_secret_jwt", "client_secret_post", "client_secret_basic", "private_key_jwt", "tls_client_auth"]});
        let (profile, notes) = filled(&all, |_| {});
        assert_eq!(profile.client_authentication, A::ClientSecretBasic);
        assert_eq!(profile.client_type, ClientType::Confidential);
        assert!(
            notes.iter().any(|note| note.contains("does not take “none”")),
            "{notes:?}"
        );
        let (profile, _) = filled(&all, |p| p.client_key_file = "key.pem".to_owned());
        assert_eq!(profile.client_authentication, A::PrivateKeyJwt);
        let (profile, _) = filled(&all, |p| p.client_certificate = "client.pem".to_owned());
        assert_eq!(profile.client_authentication, A::TlsClientAuth);
        let mut aliased = all.clone();
        aliased["mtls_endpoint_aliases"] = json!({"token_endpoint": "https://mtls.idp.example/token"});
        let (profile, _) = filled(&aliased, |p| p.client_certificate = "client.pem".to_owned());
        assert_eq!(profile.token_endpoint, "https://mtls.idp.example/token");
        let (profile, _) = filled(&aliased, |_| {});
        assert_eq!(profile.token_endpoint, "https://idp.example/t/token");
        let (profile, _) = filled(&all, |p| p.client_authentication = A::ClientSecretBasicRaw);
        assert_eq!(profile.client_authentication, A::ClientSecretBasicRaw);
        let (profile, notes) = filled(
            &json!({"token_endpoint_auth_methods_supported": ["private_key_jwt"]}),
            |_| {},
        );
        assert_eq!(profile.client_authentication, A::None);
        assert!(notes.iter().any(|note| note.contains("private_key_jwt")), "{notes:?}");
    }

    #[test]
    fn a_server_that_is_silent_about_authentication_leaves_a_public_client_alone() {
        let (profile, _) = filled(&json!({"token_endpoint_auth_methods_supported": null}), |_| {});
        assert_eq!(profile.client_authentication, ClientAuthentication::None);
    }

    #[test]
    fn pkce_follows_what_the_server_says() {
        for (methods, expected) in [
            (json!(["plain", "S256"]), true),
            (json!(["plain"]), false),
            (Value::Null, true),
        ] {
            let (profile, _) = filled(&json!({"code_challenge_methods_supported": methods}), |_| {});
            assert_eq!(profile.pkce, expected, "{methods}");
        }
    }

    #[test]
    fn a_server_without_codes_gets_the_grant_and_response_type_that_it_has() {
        let (profile, _) = filled(&json!({"grant_types_supported": ["implicit"]}), |_| {});
        assert_eq!(
            (profile.grant, profile.response_type),
            (Grant::Implicit, ResponseType::IdTokenToken)
        );
        let (profile, notes) = filled(
            &json!({"grant_types_supported": ["client_credentials"], "token_endpoint_auth_methods_supported": null}),
            |p| p.client_type = ClientType::Confidential,
        );
        assert_eq!(
            (profile.grant, profile.client_authentication),
            (Grant::ClientCredentials, ClientAuthentication::ClientSecretBasic)
        );
        assert_eq!(profile.scope, "", "nobody signs in: openid means nothing");
        assert!(
            notes.iter().any(|note| note.contains("client_credentials")),
            "{notes:?}"
        );
        let device = json!({"grant_types_supported": ["urn:ietf:params:oauth:grant-type:device_code"],
            "device_authorization_endpoint": "https://idp.example/device"});
        assert_eq!(filled(&device, |_| {}).0.grant, Grant::DeviceCode);
    }

    #[test]
    fn pushed_requests_are_sent_where_they_are_required() {
        let offered = json!({"pushed_authorization_request_endpoint": "https://idp.example/par"});
        let (profile, _) = filled(&offered, |_| {});
        assert!(!profile.pushed_authorization_request);
        assert_eq!(profile.pushed_authorization_request_endpoint, "https://idp.example/par");
        let (profile, _) = filled(&json!({"require_pushed_authorization_requests": true}), |_| {});
        assert!(profile.pushed_authorization_request);
    }

    #[test]
    fn the_embedded_provider_is_written_below_its_base() {
        let (profile, _) = filled(&json!({}), |p| p.base_url = "demo:".to_owned());
        assert_eq!(
            (profile.issuer.as_str(), profile.token_endpoint.as_str()),
            ("/t", "/t/token")
        );
    }

    #[test]
    fn an_api_is_asked_for_by_its_name_with_scopes_that_the_server_has() {
        let document = json!({"resource": "https://api.example", "authorization_servers": ["https://idp.example/t"],
            "scopes_supported": ["api", "unknown"], "dpop_bound_access_tokens_required": true});
        let api = Url::parse("https://api.example/v1/me").unwrap();
        let resource = ResourceMetadata::parse(document.to_string().as_bytes()).unwrap();
        let mut profile = named();
        let server = metadata(&json!({}));
        server.fill(&mut profile);
        for _ in 0..2 {
            resource.fill(&api, Some(&server), &mut profile);
        }
        assert_eq!(profile.api_url, "https://api.example/v1/me");
        assert_eq!(profile.resource, ["https://api.example"]);
        assert_eq!(profile.scope, "openid offline_access api");
        assert!(profile.dpop);
    }

    proptest! {
        #[test]
        fn any_metadata_fills_a_profile_without_a_panic_and_twice_is_once(
            grants in proptest::option::of(proptest::collection::vec("authorization_code|implicit|password|x", 0..3)),
            methods in proptest::option::of(proptest::collection::vec("none|client_secret_(basic|post|jwt)|private_key_jwt|x", 0..3)),
            types in proptest::option::of(proptest::collection::vec("code|token|id_token token|code token", 0..3)),
        ) {
            let metadata = metadata(&json!({"grant_types_supported": grants,
                "token_endpoint_auth_methods_supported": methods, "response_types_supported": types}));
            let mut once = named();
            metadata.fill(&mut once);
            let mut twice = once.clone();
            metadata.fill(&mut twice);
            prop_assert_eq!(once, twice);
        }
    }
}
