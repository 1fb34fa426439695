//! The authorization request (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.1 and §3.3.2.1).

use url::Url;

use super::clock::Random;
use super::pkce::{Pkce, random_text};
use super::profile::Profile;
use super::response_type::ResponseMode;

/// One authorization request: what was made up for it, and the address that the browser opens.
#[derive(Clone, Debug)]
pub struct AuthorizationRequest {
    /// `state` (RFC 6749 §10.12): the answer must bring it back.
    pub state: String,
    /// `nonce` (OpenID Connect Core §3.1.2.1): the ID token must hold it. Only with the scope `openid`.
    pub nonce: Option<String>,
    /// PKCE, where the profile wants it.
    pub pkce: Option<Pkce>,
    /// `redirect_uri` as it is sent here and again to the token endpoint.
    pub redirect_uri: String,
    /// What is sent, in its order.
    pub parameters: Vec<(String, String)>,
    /// The address to open.
    pub url: Url,
}

impl AuthorizationRequest {
    /// Makes up new values and builds the address. `dpop_jkt` is the thumbprint of the key that the code is bound to
    /// (RFC 9449 §10).
    pub fn new(
        profile: &Profile,
        endpoint: &Url,
        redirect_uri: String,
        dpop_jkt: Option<&str>,
        random: &dyn Random,
    ) -> Self {
        let state = random_text(random);
        let nonce = wants_nonce(profile).then(|| random_text(random));
        let pkce = wants_pkce(profile).then(|| Pkce::new(random));
        let made_up = MadeUp {
            state: &state,
            nonce: nonce.as_deref(),
            code_challenge: pkce.as_ref().map(|p| p.code_challenge.as_str()),
            redirect_uri: &redirect_uri,
            dpop_jkt,
        };
        let parameters = parameters(profile, &made_up);
        let url = with_query(endpoint, &parameters);
        Self {
            state,
            nonce,
            pkce,
            redirect_uri,
            parameters,
            url,
        }
    }

    /// The address to open once the parameters have been pushed ahead (RFC 9126 §4).
    pub fn pushed(&mut self, endpoint: &Url, client_id: &str, request_uri: &str) {
        let parameters = [("client_id", client_id), ("request_uri", request_uri)];
        self.url = with_query(
            endpoint,
            &parameters.map(|(name, value)| (name.to_owned(), value.to_owned())),
        );
    }
}

/// An ID token may come, and `nonce` ties it to this request (OpenID Connect Core §3.1.2.1).
fn wants_nonce(profile: &Profile) -> bool {
    profile.scopes().any(|scope| scope == "openid") || profile.response_type.has_id_token()
}

/// PKCE ties a code to whoever asked for it (RFC 7636): without a code there is nothing to tie.
fn wants_pkce(profile: &Profile) -> bool {
    profile.pkce && profile.response_type.has_code()
}

/// What stands in the address for a value that is made up at each login.
const NEW_EACH_TIME: &str = "…";

/// The parameters that a profile would send, for a preview: nothing is made up yet, so `state`, `nonce` and
/// `code_challenge` are `…`.
pub fn preview(profile: &Profile) -> Vec<(String, String)> {
    let made_up = MadeUp {
        state: NEW_EACH_TIME,
        nonce: wants_nonce(profile).then_some(NEW_EACH_TIME),
        code_challenge: wants_pkce(profile).then_some(NEW_EACH_TIME),
        redirect_uri: &profile.redirect_uri,
        dpop_jkt: profile.dpop.then_some(NEW_EACH_TIME),
    };
    parameters(profile, &made_up)
}

struct MadeUp<'a> {
    state: &'a str,
    nonce: Option<&'a str>,
    code_challenge: Option<&'a str>,
    redirect_uri: &'a str,
    dpop_jkt: Option<&'a str>,
}

fn parameters(profile: &Profile, made_up: &MadeUp<'_>) -> Vec<(String, String)> {
    let max_age = profile.max_age_s.map(|seconds| seconds.to_string()).unwrap_or_default();
    let mut sent: Vec<(&str, &str)> = vec![
        ("client_id", &profile.client_id),
        ("redirect_uri", made_up.redirect_uri),
        ("response_type", profile.response_type.as_str()),
    ];
    let mut add = |name, value| sent.push((name, value));
    add("response_mode", profile.response_mode.map_or("", ResponseMode::as_str));
    add("scope", &profile.scope);
    add("state", made_up.state);
    add("nonce", made_up.nonce.unwrap_or_default());
    if let Some(challenge) = made_up.code_challenge {
        add("code_challenge", challenge);
        add("code_challenge_method", "S256");
    }
    if profile.response_type.has_code() {
        add("dpop_jkt", made_up.dpop_jkt.unwrap_or_default());
    }
    add("prompt", &profile.prompt);
    add("login_hint", &profile.login_hint);
    add("max_age", &max_age);
    add("acr_values", &profile.acr_values);
    for resource in &profile.resource {
        add("resource", resource);
    }
    add("audience", &profile.audience);
    add("authorization_details", profile.authorization_details.trim());
    // What is empty is not asked for; what the person wrote is sent as it is.
    sent.retain(|(_, value)| !value.is_empty());
    sent.extend(profile.authorize_pairs());
    sent.into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// The endpoint with parameters. A query that it already has is kept (RFC 6749 §3.1).
fn with_query(endpoint: &Url, parameters: &[(String, String)]) -> Url {
    let mut url = endpoint.clone();
    let query: Vec<String> = parameters
        .iter()
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
        .collect();
    let query = query.join("&");
    url.set_query(Some(&match endpoint.query() {
        Some(kept) if !kept.is_empty() => format!("{kept}&{query}"),
        _ => query,
    }));
    url
}

/// Percent-encodes for a query with spaces as `%20`: unlike `+`, every server reads that as a space.
fn encode(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes())
        .collect::<String>()
        .replace('+', "%20")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::clock::CountingRandom;
    use crate::model::template::Template;

    #[test]
    fn the_seeds_hybrid_request_is_built_in_its_order() {
        let profile = Template::find("erp-net").unwrap().profile();
        let endpoint = Url::parse("https://demodb.my.erp.net/id/connect/authorize").unwrap();
        let request = AuthorizationRequest::new(
            &profile,
            &endpoint,
            "http://localhost/signin-callback".to_owned(),
            None,
            &CountingRandom::default(),
        );
        let url = request.url.as_str();
        assert!(
            url.starts_with(
                "https://demodb.my.erp.net/id/connect/authorize?client_id=my.trusted.app%2Ffirst\
                 &redirect_uri=http%3A%2F%2Flocalhost%2Fsignin-callback&response_type=code%20id_token\
                 &scope=openid%20profile%20offline_access%20DomainApi&state="
            ),
            "{url}"
        );
        let pairs: std::collections::HashMap<_, _> = request.url.query_pairs().into_owned().collect();
        assert_eq!(pairs["state"], request.state);
        assert_eq!(Some(&pairs["nonce"]), request.nonce.as_ref());
        assert_eq!(pairs["code_challenge"], request.pkce.unwrap().code_challenge);
        assert_eq!(pairs["code_challenge_method"], "S256");
        assert_ne!(pairs["state"], pairs["nonce"]);
    }

    #[test]
    fn a_query_of_the_endpoint_and_the_persons_own_parameters_are_kept() {
        let mut profile = Template::find("custom").unwrap().profile();
        profile.scope = String::new();
        profile.pkce = false;
        profile.authorize_parameters = vec![
            "prompt=consent".into(),
            "resource=urn:a".into(),
            "resource=urn:b".into(),
        ];
        let endpoint = Url::parse("https://idp.example/a?tenant=1").unwrap();
        let request = AuthorizationRequest::new(
            &profile,
            &endpoint,
            "http://[::1]:9/cb".into(),
            None,
            &CountingRandom::default(),
        );
        assert!(request.nonce.is_none() && request.pkce.is_none());
        let names: Vec<_> = request.url.query_pairs().map(|(n, _)| n.into_owned()).collect();
        assert_eq!(
            names,
            [
                "tenant",
                "client_id",
                "redirect_uri",
                "response_type",
                "state",
                "prompt",
                "resource",
                "resource"
            ]
        );
    }

    #[test]
    fn a_preview_makes_nothing_up() {
        let profile = Template::find("erp-net").unwrap().profile();
        let preview = preview(&profile);
        assert!(preview.contains(&("state".to_owned(), "…".to_owned())));
        assert!(preview.contains(&("scope".to_owned(), profile.scope)));
    }
}
