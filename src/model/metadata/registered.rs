//! From a profile to a registration request, and from its answer back into the profile (RFC 7591 §2, §3.2.1).

use serde_json::Value;
use url::Url;

use super::registration::{RegistrationRequest, RegistrationResponse};
use crate::model::profile::{ClientAuthentication, ClientType, Grant, Profile};
use crate::model::redirect::is_loopback;

impl RegistrationRequest {
    /// What to ask for, so that the profile works. `jwk` is the public key of `private_key_jwt`
    /// ([`crate::model::keys::signing::SigningKey::registration_jwk`]).
    pub fn of(profile: &Profile, jwk: Option<Value>) -> Self {
        let uses_browser = profile.grant.has_redirect();
        let redirect_uris: Vec<String> = std::iter::once(&profile.redirect_uri)
            .chain(&profile.other_redirect_uris)
            .filter(|_| uses_browser)
            .map(|uri| registered_uri(uri))
            .collect();
        let mut extra: Vec<(String, Value)> = Vec::new();
        if redirect_uris.iter().any(|uri| is_plain_loopback(uri)) {
            // A web client may not have plain HTTP, nor any port (OpenID Connect Dynamic Client Registration §2).
            extra.push(("application_type".to_owned(), "native".into()));
        }
        for (name, flag) in [
            ("dpop_bound_access_tokens", profile.dpop),
            (
                "require_pushed_authorization_requests",
                profile.pushed_authorization_request,
            ),
        ] {
            if flag {
                extra.push((name.to_owned(), true.into()));
            }
        }
        let logout = profile.post_logout_redirect_uri.trim();
        Self {
            client_name: profile.name.trim().to_owned(),
            redirect_uris,
            post_logout_redirect_uris: (!logout.is_empty())
                .then(|| registered_uri(logout))
                .into_iter()
                .collect(),
            grant_types: grant_types(profile),
            response_types: uses_browser
                .then(|| profile.response_type.as_str().to_owned())
                .into_iter()
                .collect(),
            token_endpoint_auth_method: method_of(profile.client_authentication).to_owned(),
            scope: profile.scope.trim().to_owned(),
            jwks: jwk.into_iter().collect(),
            extra,
        }
    }
}

impl RegistrationResponse {
    /// Writes the client that was made into the profile. The secrets stay here: store them where secrets live.
    pub fn fill(&self, profile: &mut Profile) {
        if let Some(client_id) = &self.client_id {
            profile.client_id.clone_from(client_id);
        }
        let method = self
            .registered
            .get("token_endpoint_auth_method")
            .and_then(Value::as_str);
        let current = profile.client_authentication;
        // Left out, it is client_secret_basic (RFC 7591 §2); without a secret that cannot be meant.
        let method = method.unwrap_or(if self.client_secret.is_some() {
            "client_secret_basic"
        } else {
            method_of(current)
        });
        if method == method_of(current) {
            return;
        }
        if let Some(chosen) = ClientAuthentication::ALL.into_iter().find(|way| way.as_str() == method) {
            profile.client_authentication = chosen;
            profile.client_type = if chosen.proves() {
                ClientType::Confidential
            } else {
                ClientType::Public
            };
        }
    }
}

/// `token_endpoint_auth_method` (RFC 7591 §2), which knows one kind of HTTP Basic.
const fn method_of(way: ClientAuthentication) -> &'static str {
    match way {
        ClientAuthentication::Omitted => ClientAuthentication::None.as_str(),
        ClientAuthentication::ClientSecretBasicRaw => ClientAuthentication::ClientSecretBasic.as_str(),
        other => other.as_str(),
    }
}

fn grant_types(profile: &Profile) -> Vec<String> {
    let mut grants: Vec<&str> = profile.grant.grant_type().into_iter().collect();
    let response_type = profile.response_type;
    let brings_tokens = response_type.has_id_token() || response_type.has_token();
    if profile.grant == Grant::Implicit || (profile.grant == Grant::AuthorizationCode && brings_tokens) {
        // The hybrid flow needs both (OpenID Connect Dynamic Client Registration §2).
        grants.push("implicit");
    }
    if matches!(
        profile.grant,
        Grant::AuthorizationCode | Grant::DeviceCode | Grant::Password
    ) {
        grants.push("refresh_token");
    }
    grants.into_iter().map(str::to_owned).collect()
}

/// Port 0 stands for any: it is registered without a port, and the server takes any on loopback (RFC 8252 §7.3).
fn registered_uri(uri: &str) -> String {
    let uri = uri.trim();
    let without_port = Url::parse(uri)
        .ok()
        .filter(|url| url.port() == Some(0))
        .and_then(|mut url| url.set_port(None).ok().map(|()| String::from(url)));
    without_port.unwrap_or_else(|| uri.to_owned())
}

fn is_plain_loopback(uri: &str) -> bool {
    Url::parse(uri).is_ok_and(|url| url.scheme() == "http" && is_loopback(&url))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::response::RawResponse;
    use crate::model::response_type::ResponseType;

    fn answer(body: &Value) -> RegistrationResponse {
        RegistrationResponse::parse(RawResponse {
            status: 201,
            content_type: Some("application/json"),
            body: body.to_string().as_bytes(),
        })
    }

    #[test]
    fn a_new_profile_asks_for_a_native_public_client_on_any_loopback_port() {
        let profile = Profile {
            name: "Tokenscope".to_owned(),
            dpop: true,
            ..Profile::default()
        };
        assert_eq!(
            RegistrationRequest::of(&profile, None).to_json(),
            json!({"client_name": "Tokenscope", "token_endpoint_auth_method": "none", "scope": "openid",
                "redirect_uris": ["http://127.0.0.1/callback"],
                "grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"],
                "application_type": "native", "dpop_bound_access_tokens": true})
        );
    }

    #[test]
    fn the_hybrid_flow_asks_for_the_implicit_grant_too_and_a_service_for_no_redirect() {
        let hybrid = Profile {
            response_type: ResponseType::CodeIdToken,
            client_authentication: ClientAuthentication::ClientSecretBasicRaw,
            ..Profile::default()
        };
        let request = RegistrationRequest::of(&hybrid, None);
        assert_eq!(request.grant_types, ["authorization_code", "implicit", "refresh_token"]);
        assert_eq!(request.token_endpoint_auth_method, "client_secret_basic");
        let service = Profile {
            grant: Grant::ClientCredentials,
            client_authentication: ClientAuthentication::PrivateKeyJwt,
            ..Profile::default()
        };
        let request = RegistrationRequest::of(&service, Some(json!({"kty": "EC"})));
        assert_eq!(request.grant_types, ["client_credentials"]);
        assert!(request.redirect_uris.is_empty() && request.response_types.is_empty());
        assert_eq!(request.jwks.len(), 1);
    }

    #[test]
    fn the_client_that_was_made_is_written_into_the_profile() {
        let mut profile = Profile::default();
        answer(&json!({"client_id": "new", "token_endpoint_auth_method": "none"})).fill(&mut profile);
        assert_eq!(
            (profile.client_id.as_str(), profile.client_type),
            ("new", ClientType::Public)
        );
        answer(&json!({"client_id": "other", "client_secret": "s", "client_secret_expires_at": 0})).fill(&mut profile);
        assert_eq!(profile.client_authentication, ClientAuthentication::ClientSecretBasic);
        assert_eq!(profile.client_type, ClientType::Confidential);
        let mut raw = Profile {
            client_authentication: ClientAuthentication::ClientSecretBasicRaw,
            ..Profile::default()
        };
        answer(&json!({"client_id": "c", "token_endpoint_auth_method": "client_secret_basic"})).fill(&mut raw);
        assert_eq!(raw.client_authentication, ClientAuthentication::ClientSecretBasicRaw);
    }
}
