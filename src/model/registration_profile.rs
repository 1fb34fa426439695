//! Between a profile and its registration: what to ask for, and what the profile becomes by the answer.

use serde_json::{Value, json};
use url::Url;

use super::discovery::ServerMetadata;
use super::profile::{ClientAuthentication, ClientType, Grant, Profile};
use super::registration::{RegistrationRequest, RegistrationResponse};

impl RegistrationRequest {
    /// What a profile needs. `metadata` is what its server says of itself, as far as that is known: what it does not have is
    /// not asked for. `keys` are the client's public keys.
    pub fn for_profile(profile: &Profile, metadata: Option<&ServerMetadata>, keys: Vec<Value>) -> Self {
        let has_redirect = profile.grant.has_redirect();
        let mut extra = vec![];
        let mut response_types = Vec::new();
        let mut redirect_uris = Vec::new();
        if has_redirect {
            response_types.push(profile.response_type.as_str().to_owned());
            let uris = std::iter::once(&profile.redirect_uri).chain(&profile.other_redirect_uris);
            redirect_uris.extend(uris.map(|uri| registered_form(uri)));
            if redirect_uris.iter().any(|uri| is_of_native_app(uri)) {
                // A web app must not have such a redirect URI (OpenID Connect Dynamic Client Registration §2).
                extra.push(("application_type".to_owned(), "native".into()));
            }
        } else {
            // Left out, both have a default that does not fit.
            extra.push(("response_types".to_owned(), json!([])));
            extra.push(("redirect_uris".to_owned(), json!([])));
        }
        if profile.dpop {
            extra.push(("dpop_bound_access_tokens".to_owned(), true.into()));
        }
        let out = profile.post_logout_redirect_uri.trim();
        Self {
            client_name: if profile.name.trim().is_empty() {
                "Tokenscope".to_owned()
            } else {
                profile.name.clone()
            },
            redirect_uris,
            post_logout_redirect_uris: if out.is_empty() {
                Vec::new()
            } else {
                vec![registered_form(out)]
            },
            grant_types: grant_types(profile, metadata),
            response_types,
            token_endpoint_auth_method: auth_method(profile.client_authentication).to_owned(),
            scope: known_scopes(profile, metadata),
            jwks: keys,
            extra,
        }
    }
}

impl RegistrationResponse {
    /// Makes a profile that of the client that the server has registered, which may differ from what was asked for
    /// (RFC 7591 §3.2.1). The secret is not for it.
    pub fn apply(&self, profile: &mut Profile) {
        if let Some(client_id) = &self.client_id {
            profile.client_id.clone_from(client_id);
        }
        let text = |name: &str| self.registered.get(name).and_then(Value::as_str);
        if let Some(method) = text("token_endpoint_auth_method")
            && method != auth_method(profile.client_authentication)
            && let Some(found) = ClientAuthentication::ALL.into_iter().find(|known| known.as_str() == method)
        {
            profile.client_authentication = found;
        }
        profile.client_type = if profile.client_authentication.proves() {
            ClientType::Confidential
        } else {
            ClientType::Public
        };
        let uris: Vec<&str> = self
            .registered
            .get("redirect_uris")
            .and_then(Value::as_array)
            .map(|list| list.iter().filter_map(Value::as_str).collect())
            .unwrap_or_default();
        if let Some(first) = uris.first()
            && !uris.contains(&registered_form(&profile.redirect_uri).as_str())
        {
            (*first).clone_into(&mut profile.redirect_uri);
        }
    }
}

/// A redirect URI as it is registered: any port of this machine is written as none (RFC 8252 §7.3).
fn registered_form(uri: &str) -> String {
    let uri = uri.trim();
    match Url::parse(uri) {
        Ok(mut url) if url.port() == Some(0) => {
            // A web address with a host has a port to take off.
            let _ = url.set_port(None);
            url.to_string()
        }
        _ => uri.to_owned(),
    }
}

/// Loopback with `http`, or a scheme of its own.
fn is_of_native_app(uri: &str) -> bool {
    !uri.starts_with("https:")
}

/// What RFC 7591 §2 calls it: the two ways of HTTP Basic are one there.
const fn auth_method(authentication: ClientAuthentication) -> &'static str {
    match authentication {
        ClientAuthentication::Omitted => ClientAuthentication::None.as_str(),
        ClientAuthentication::ClientSecretBasicRaw => ClientAuthentication::ClientSecretBasic.as_str(),
        other => other.as_str(),
    }
}

fn grant_types(profile: &Profile, metadata: Option<&ServerMetadata>) -> Vec<String> {
    let mut grants: Vec<&str> = profile.grant.grant_type().into_iter().collect();
    let of_browser = profile.grant.has_redirect();
    if of_browser && (profile.response_type.has_id_token() || profile.response_type.has_token()) {
        // The hybrid flow needs it too (RFC 7591 §2.1).
        grants.push("implicit");
    }
    let lists = metadata.and_then(|metadata| metadata.grant_types_supported.as_deref());
    let refreshes = lists.is_none_or(|grants| grants.iter().any(|grant| grant == "refresh_token"));
    if refreshes && !matches!(profile.grant, Grant::Implicit | Grant::ClientCredentials) {
        grants.push("refresh_token");
    }
    grants.into_iter().map(str::to_owned).collect()
}

/// The profile's scopes, without those that belong to the API alone where the server lists its own.
fn known_scopes(profile: &Profile, metadata: Option<&ServerMetadata>) -> String {
    let known = metadata.and_then(|metadata| metadata.scopes_supported.as_deref());
    let scopes: Vec<&str> = profile
        .scopes()
        .filter(|scope| known.is_none_or(|known| known.iter().any(|k| k == scope)))
        .collect();
    scopes.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::response::RawResponse;
    use crate::model::response_type::ResponseType;

    fn answer(body: &Value) -> RegistrationResponse {
        RegistrationResponse::parse(RawResponse {
            status: 201,
            content_type: None,
            body: body.to_string().as_bytes(),
        })
    }

    #[test]
    fn a_desktop_app_is_registered_for_any_port_of_this_machine() {
        let profile = Profile {
            name: "My app".to_owned(),
            scope: "openid offline_access api".to_owned(),
            ..Profile::default()
        };
        let metadata =
            ServerMetadata::parse(br#"{"issuer":"https://a.example","scopes_supported":["openid","offline_access"]}"#)
                .unwrap();
        assert_eq!(
            RegistrationRequest::for_profile(&profile, Some(&metadata), Vec::new()).to_json(),
            json!({"client_name": "My app", "token_endpoint_auth_method": "none", "scope": "openid offline_access",
                "redirect_uris": ["http://127.0.0.1/callback"], "grant_types": ["authorization_code", "refresh_token"],
                "response_types": ["code"], "application_type": "native"})
        );
    }

    #[test]
    fn each_grant_asks_for_what_it_needs() {
        let mut profile = Profile {
            response_type: ResponseType::CodeIdToken,
            redirect_uri: "https://localhost/cb".to_owned(),
            dpop: true,
            ..Profile::default()
        };
        let ask = |profile: &Profile| RegistrationRequest::for_profile(profile, None, Vec::new()).to_json();
        let hybrid = ask(&profile);
        assert_eq!(hybrid["grant_types"], json!(["authorization_code", "implicit", "refresh_token"]));
        assert_eq!(hybrid["dpop_bound_access_tokens"], json!(true));
        assert_eq!((hybrid.get("application_type"), &hybrid["client_name"]), (None, &json!("Tokenscope")));
        profile.grant = Grant::ClientCredentials;
        profile.client_authentication = ClientAuthentication::ClientSecretBasicRaw;
        let machine = ask(&profile);
        assert_eq!(machine["grant_types"], json!(["client_credentials"]));
        assert_eq!(machine["response_types"], json!([]));
        assert_eq!(machine["redirect_uris"], json!([]));
        assert_eq!(machine["token_endpoint_auth_method"], "client_secret_basic");
    }

    #[test]
    fn the_profile_becomes_what_the_server_made_of_it() {
        let mut profile = Profile::default();
        answer(&json!({"client_id": "c1", "client_secret": "s", "client_secret_expires_at": 0,
            "token_endpoint_auth_method": "client_secret_post", "redirect_uris": ["http://127.0.0.1:7000/cb"]}))
        .apply(&mut profile);
        assert_eq!(profile.client_id, "c1");
        assert_eq!(profile.client_authentication, ClientAuthentication::ClientSecretPost);
        assert_eq!(profile.client_type, ClientType::Confidential);
        assert_eq!(profile.redirect_uri, "http://127.0.0.1:7000/cb");
    }

    #[test]
    fn what_the_server_kept_stays_as_it_was_written() {
        let before = Profile {
            client_authentication: ClientAuthentication::ClientSecretBasicRaw,
            client_type: ClientType::Confidential,
            ..Profile::default()
        };
        let mut profile = before.clone();
        answer(&json!({"client_id": "", "token_endpoint_auth_method": "client_secret_basic",
            "redirect_uris": ["http://127.0.0.1/callback"]}))
        .apply(&mut profile);
        assert_eq!(profile, before);
    }
}
