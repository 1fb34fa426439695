//! The requests that a profile will send, before it sends any. Nothing in them is secret.

use url::Url;

use crate::model::profile::{ClientAuthentication, Endpoints, Grant};
use crate::model::{Profile, authorize, client_assertion::CLIENT_ASSERTION_TYPE};

/// Stands for a value that is made up each time.
pub const NEW_EACH_TIME: &str = "…";
/// Stands for a secret.
pub const HIDDEN: &str = "•••";

/// One request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// When it is sent, and by whom.
    pub when: &'static str,
    /// Its method.
    pub method: &'static str,
    /// Where it goes.
    pub url: Url,
    /// What is sent, in its order: in the address of a `GET`, in the body of a `POST`.
    pub parameters: Vec<(String, String)>,
    /// Whether the body is JSON and not a form.
    pub is_json: bool,
    /// What else goes along: how the client proves who it is, and headers.
    pub notes: Vec<String>,
}

const BROWSER: &str = "In the browser";
const PROGRAM: &str = "By this program";
const THEN: &str = "Then, by this program";
const REFRESH: &str = "At a refresh";

/// All requests of a login and of a refresh, in their order.
pub fn planned(profile: &Profile, endpoints: &Endpoints) -> Vec<Planned> {
    let mut requests = match profile.grant {
        Grant::AuthorizationCode | Grant::Implicit => browser(profile, endpoints),
        Grant::DeviceCode => device(profile, endpoints),
        grant => {
            let body = token_request(profile, grant);
            let is_json = grant == Grant::JsonLogin;
            vec![back_channel(profile, PROGRAM, endpoints.token.as_ref(), body, is_json)]
        }
    };
    let refreshes = !matches!(profile.grant, Grant::ClientCredentials | Grant::Implicit);
    if refreshes {
        requests.push(refresh(profile, endpoints));
    }
    requests.into_iter().flatten().collect()
}

fn browser(profile: &Profile, endpoints: &Endpoints) -> Vec<Option<Planned>> {
    let mut requests = Vec::new();
    let mut parameters = authorize::preview(profile);
    let when = if profile.pushed_authorization_request {
        let pushed = endpoints.pushed_authorization_request.as_ref();
        // Once: where the proof of the client names it already, it is left out.
        let (named, _) = proof(profile, profile.client_authentication);
        let body = parameters
            .into_iter()
            .filter(|(name, _)| name != "client_id" || named.is_empty());
        let body = body.collect();
        requests.push(back_channel(profile, "First, by this program", pushed, body, false));
        parameters = pairs(&[("client_id", &profile.client_id), ("request_uri", NEW_EACH_TIME)]);
        "Then, in the browser"
    } else {
        BROWSER
    };
    requests.push(endpoints.authorization.clone().map(|url| Planned {
        when,
        method: "GET",
        url,
        parameters,
        is_json: false,
        notes: Vec::new(),
    }));
    if profile.response_type.has_code() {
        let mut body = pairs(&[
            ("grant_type", "authorization_code"),
            ("code", NEW_EACH_TIME),
            ("redirect_uri", &profile.redirect_uri),
        ]);
        if profile.pkce {
            body.extend(pairs(&[("code_verifier", NEW_EACH_TIME)]));
        }
        add_targets(profile, &mut body);
        body.extend(extra(profile.token_pairs()));
        requests.push(back_channel(profile, THEN, endpoints.token.as_ref(), body, false));
    }
    requests
}

fn device(profile: &Profile, endpoints: &Endpoints) -> Vec<Option<Planned>> {
    let mut ask = wishes(profile);
    ask.extend(extra(profile.authorize_pairs()));
    let mut poll = pairs(&[
        ("grant_type", Grant::DeviceCode.grant_type().unwrap_or_default()),
        ("device_code", NEW_EACH_TIME),
    ]);
    add_targets(profile, &mut poll);
    poll.extend(extra(profile.token_pairs()));
    // No token comes back from there: it is not bound to a key.
    let unbound = Profile {
        dpop: false,
        ..profile.clone()
    };
    vec![
        back_channel(&unbound, PROGRAM, endpoints.device_authorization.as_ref(), ask, false),
        back_channel(
            profile,
            "Then, again and again until you have signed in",
            endpoints.token.as_ref(),
            poll,
            false,
        ),
    ]
}

/// The body of the one request that a login without a browser sends.
fn token_request(profile: &Profile, grant: Grant) -> Vec<(String, String)> {
    let mut body = pairs(&[]);
    if let Some(grant_type) = grant.grant_type() {
        body.extend(pairs(&[("grant_type", grant_type)]));
    }
    match grant {
        Grant::Password | Grant::JsonLogin => {
            let username = match profile.username.as_str() {
                "" => "asked for at the login",
                username => username,
            };
            body.extend(pairs(&[("username", username), ("password", HIDDEN)]));
        }
        Grant::TokenExchange => {
            let kind = match profile.subject_token_type.as_str() {
                "" => "urn:ietf:params:oauth:token-type:access_token",
                kind => kind,
            };
            body.extend(pairs(&[("subject_token", HIDDEN), ("subject_token_type", kind)]));
            if !profile.requested_token_type.is_empty() {
                body.extend(pairs(&[("requested_token_type", &profile.requested_token_type)]));
            }
        }
        Grant::JwtBearer => body.extend(pairs(&[("assertion", NEW_EACH_TIME)])),
        _ => {}
    }
    match grant {
        Grant::JsonLogin => body.extend(scope(&profile.scope)),
        _ => body.extend(wishes(profile)),
    }
    body.extend(extra(profile.token_pairs()));
    body
}

fn refresh(profile: &Profile, endpoints: &Endpoints) -> Option<Planned> {
    let is_json = profile.grant == Grant::JsonLogin;
    let mut body = pairs(&[]);
    if !is_json {
        body.extend(pairs(&[("grant_type", "refresh_token")]));
    }
    body.extend(pairs(&[("refresh_token", HIDDEN)]));
    body.extend(scope(&profile.refresh_scope));
    if !is_json {
        add_targets(profile, &mut body);
    }
    body.extend(extra(profile.token_pairs()));
    body.extend(extra(profile.refresh_pairs()));
    let how = profile.authentication_of_refresh();
    post(profile, REFRESH, endpoints.refresh.as_ref(), how, body, is_json)
}

fn back_channel(
    profile: &Profile,
    when: &'static str,
    endpoint: Option<&Url>,
    body: Vec<(String, String)>,
    is_json: bool,
) -> Option<Planned> {
    post(profile, when, endpoint, profile.client_authentication, body, is_json)
}

fn post(
    profile: &Profile,
    when: &'static str,
    endpoint: Option<&Url>,
    how: ClientAuthentication,
    body: Vec<(String, String)>,
    is_json: bool,
) -> Option<Planned> {
    let (mut parameters, proof) = proof(profile, how);
    parameters.extend(body);
    let mut notes = vec![format!("Client authentication: {proof}")];
    if profile.dpop {
        notes.push("With a proof of the key in the header DPoP".to_owned());
    }
    let headers: Vec<&str> = profile.header_pairs().map(|(name, _)| name).collect();
    if !headers.is_empty() {
        notes.push(format!("Headers: {}", headers.join(", ")));
    }
    Some(Planned {
        when,
        method: "POST",
        url: endpoint?.clone(),
        parameters,
        is_json,
        notes,
    })
}

/// How the client proves who it is: what goes into the body, and the words for it.
fn proof(profile: &Profile, how: ClientAuthentication) -> (Vec<(String, String)>, &'static str) {
    let id = ("client_id", profile.client_id.as_str());
    let assertion = [
        id,
        ("client_assertion_type", CLIENT_ASSERTION_TYPE),
        ("client_assertion", NEW_EACH_TIME),
    ];
    match how {
        ClientAuthentication::None => (pairs(&[id]), "none, client_id alone"),
        ClientAuthentication::Omitted => (pairs(&[]), "none, not even client_id"),
        ClientAuthentication::ClientSecretPost => (
            pairs(&[id, ("client_secret", HIDDEN)]),
            "client_secret_post, id and secret in the body",
        ),
        ClientAuthentication::ClientSecretBasic => (
            pairs(&[]),
            "client_secret_basic, id and secret in the header Authorization: Basic",
        ),
        ClientAuthentication::ClientSecretBasicRaw => (
            pairs(&[]),
            "client_secret_basic_raw, id and secret as they are in the header Authorization: Basic",
        ),
        ClientAuthentication::ClientSecretJwt => (pairs(&assertion), "client_secret_jwt, a JWT signed with the secret"),
        ClientAuthentication::PrivateKeyJwt => {
            (pairs(&assertion), "private_key_jwt, a JWT signed with the private key")
        }
        ClientAuthentication::TlsClientAuth => (
            pairs(&[id]),
            "tls_client_auth, the client certificate in the TLS handshake",
        ),
    }
}

fn pairs(of: &[(&str, &str)]) -> Vec<(String, String)> {
    of.iter()
        .map(|&(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

fn scope(scope: &str) -> Vec<(String, String)> {
    if scope.is_empty() {
        Vec::new()
    } else {
        pairs(&[("scope", scope)])
    }
}

/// What is asked for where nobody is asked in a browser.
fn wishes(profile: &Profile) -> Vec<(String, String)> {
    let mut body = scope(&profile.scope);
    let details = profile.authorization_details.trim();
    if !details.is_empty() {
        body.extend(pairs(&[("authorization_details", details)]));
    }
    add_targets(profile, &mut body);
    body
}

fn add_targets(profile: &Profile, body: &mut Vec<(String, String)>) {
    body.extend(profile.resource.iter().map(|uri| ("resource".to_owned(), uri.clone())));
    if !profile.audience.is_empty() {
        body.extend(pairs(&[("audience", &profile.audience)]));
    }
}

/// What the person adds. A secret that was typed there by mistake, and is refused for it, is not shown either.
fn extra<'a>(of: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<(String, String)> {
    of.map(|(name, value)| {
        let is_secret = ["secret", "password", "token", "assertion"]
            .iter()
            .any(|word| name.contains(word));
        let value = if is_secret { HIDDEN } else { value };
        (name.to_owned(), value.to_owned())
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::response_type::ResponseType;
    use crate::model::template::Template;

    fn requests(template: &str, change: impl FnOnce(&mut Profile)) -> Vec<Planned> {
        let mut profile = Template::find(template).unwrap().profile();
        profile.device_authorization_endpoint = "/device".to_owned();
        profile.pushed_authorization_request_endpoint = "/par".to_owned();
        change(&mut profile);
        let demo = Url::parse("http://127.0.0.1:1/").unwrap();
        planned(&profile, &profile.endpoints(Some(&demo)).unwrap())
    }

    fn names(request: &Planned) -> String {
        let names: Vec<&str> = request.parameters.iter().map(|(name, _)| name.as_str()).collect();
        names.join(" ")
    }

    #[test]
    fn each_grant_sends_its_own_parameters_in_their_order() {
        for (grant, expected) in [
            (Grant::Password, "grant_type username password scope"),
            (Grant::ClientCredentials, "grant_type scope"),
            (
                Grant::TokenExchange,
                "grant_type subject_token subject_token_type scope",
            ),
            (Grant::JwtBearer, "grant_type assertion scope"),
            (Grant::JsonLogin, "username password scope"),
        ] {
            let requests = requests("custom", |profile| {
                profile.grant = grant;
                profile.client_authentication = ClientAuthentication::Omitted;
            });
            assert_eq!(names(&requests[0]), expected, "{grant:?}");
            assert_eq!(requests[0].is_json, grant == Grant::JsonLogin);
            assert_eq!(requests.len(), if grant == Grant::ClientCredentials { 1 } else { 2 });
        }
    }

    #[test]
    fn a_device_login_asks_for_a_code_and_then_polls() {
        let requests = requests("custom", |profile| profile.grant = Grant::DeviceCode);
        assert_eq!(requests[0].url.path(), "/device");
        assert_eq!(names(&requests[0]), "client_id scope");
        assert_eq!(names(&requests[1]), "client_id grant_type device_code");
    }

    #[test]
    fn a_pushed_request_leaves_the_browser_with_a_reference() {
        let requests = requests("erp-net", |profile| profile.pushed_authorization_request = true);
        assert_eq!(requests[0].url.path(), "/par");
        assert!(names(&requests[0]).starts_with("client_id client_secret redirect_uri response_type"));
        assert_eq!(names(&requests[1]), "client_id request_uri");
        assert_eq!(requests.len(), 4);
    }

    #[test]
    fn the_implicit_grant_has_the_browser_alone() {
        let requests = requests("custom", |profile| {
            profile.grant = Grant::Implicit;
            profile.response_type = ResponseType::IdTokenToken;
        });
        assert_eq!(requests.len(), 1);
        assert!(!names(&requests[0]).contains("code_challenge"));
    }

    #[test]
    fn a_refresh_proves_the_client_in_its_own_way() {
        let requests = requests("plain-oauth2", |_| ());
        let refresh = requests.last().unwrap();
        assert_eq!(names(refresh), "grant_type refresh_token");
        assert_eq!(refresh.notes, ["Client authentication: none, not even client_id"]);
    }

    #[test]
    fn no_value_of_it_is_secret() {
        for how in ClientAuthentication::ALL {
            let requests = requests("erp-net", |profile| {
                profile.client_authentication = how;
                profile.token_parameters = vec!["client_secret=hunter2".to_owned()];
                profile.headers = vec!["X-Api-Key: hunter2".to_owned()];
            });
            assert!(!format!("{requests:?}").contains("hunter2"), "{how:?}");
        }
    }
}
