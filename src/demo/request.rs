//! The authorization request: read, and judged before anybody is asked for a password
//! (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.1 and §3.3.2.1).

use url::Url;

use super::answer::{Destination, Refusal, ResponseMode};
use super::parameters::Parameters;
use super::pkce::Challenge;
use super::scope::ScopeFacts;
use super::tenant::{self, ClientFacts, RESPONSE_TYPES, System};

/// A valid authorization request.
#[derive(Clone, Debug)]
pub(super) struct AuthorizationRequest {
    pub(super) client: &'static ClientFacts,
    pub(super) destination: Destination,
    /// `redirect_uri` as it was written: the token request must repeat it (RFC 6749 §4.1.3).
    pub(super) redirect_uri: String,
    pub(super) wanted: Wanted,
    pub(super) scopes: Vec<&'static ScopeFacts>,
    pub(super) nonce: Option<String>,
    pub(super) challenge: Option<Challenge>,
    pub(super) prompt: Prompt,
    /// How old, in seconds, a sign-in may be to count.
    pub(super) max_age_s: Option<i64>,
    pub(super) login_hint: Option<String>,
}

/// What the answer brings: the words of `response_type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) code: bool,
    pub(super) id_token: bool,
    pub(super) token: bool,
}

impl Wanted {
    fn parse(response_type: &str) -> Self {
        let has = |wanted| response_type.split(' ').any(|word| word == wanted);
        Self {
            code: has("code"),
            id_token: has("id_token"),
            token: has("token"),
        }
    }
}

/// What `prompt` asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Prompt {
    /// Show no page at all.
    pub(super) none: bool,
    /// Ask for the password even when somebody is signed in.
    pub(super) login: bool,
}

/// Why a request cannot go on.
#[derive(Debug)]
pub(super) enum Invalid {
    /// The client or its redirect URI cannot be trusted, so nothing may be sent there: a page for the person.
    Page { title: &'static str, message: String },
    /// An error for the client (RFC 6749 §4.1.2.1).
    Redirect {
        /// In a box: it is large, and errors are carried around.
        destination: Box<Destination>,
        refusal: Refusal,
    },
}

impl AuthorizationRequest {
    /// Reads and judges a request to this system.
    pub(super) fn parse(system: System, parameters: &Parameters) -> Result<Self, Invalid> {
        let (client, redirect_uri, uri) = trusted_destination(system, parameters)?;
        let response_type = sorted_words(parameters.text("response_type"));
        let wanted = Wanted::parse(&response_type);
        let mut destination = Destination {
            redirect_uri: uri,
            mode: if wanted.id_token || wanted.token {
                ResponseMode::Fragment
            } else {
                ResponseMode::Query
            },
            state: parameters.get("state").map(str::to_owned),
        };
        let asked_mode = parameters.get("response_mode").map(ResponseMode::parse);
        if let Some(Some(mode)) = asked_mode {
            destination.mode = mode;
        }
        let refuse = |code, description: &str| Invalid::Redirect {
            destination: Box::new(destination.clone()),
            refusal: Refusal::new(code, description),
        };

        if let Some(name) = parameters.repeated() {
            let description = format!("The parameter {name} was sent more than once");
            return Err(refuse("invalid_request", &description));
        }
        if asked_mode == Some(None) {
            let description = "The response_mode must be query, fragment or form_post";
            return Err(refuse("invalid_request", description));
        }
        if parameters.get("request").is_some() {
            return Err(refuse("request_not_supported", "Request objects are not supported"));
        }
        if parameters.get("request_uri").is_some() {
            return Err(refuse("request_uri_not_supported", "request_uri is not supported"));
        }
        check_response_type(client, &response_type).map_err(|(code, text)| refuse(code, &text))?;
        if wanted.token && destination.mode == ResponseMode::Query {
            let description = "An access token must not travel in the query: use fragment or form_post";
            return Err(refuse("invalid_request", description));
        }
        let scopes = scopes(system, parameters, wanted).map_err(|text| refuse("invalid_scope", &text))?;
        let nonce = parameters.get("nonce").map(str::to_owned);
        if wanted.id_token && nonce.is_none() {
            let description = format!("The nonce is missing: with {response_type} it is required");
            return Err(refuse("invalid_request", &description));
        }
        let challenge = Challenge::parse(
            parameters.get("code_challenge"),
            parameters.get("code_challenge_method"),
        )
        .map_err(|text| refuse("invalid_request", &text))?;
        let prompt = prompt(parameters.text("prompt")).map_err(|text| refuse("invalid_request", text))?;
        let max_age_s = match parameters.get("max_age").map(str::parse) {
            None => None,
            Some(Ok(seconds)) if seconds >= 0 => Some(seconds),
            Some(_) => {
                return Err(refuse("invalid_request", "max_age must be a number of seconds"));
            }
        };
        Ok(Self {
            client,
            destination,
            redirect_uri,
            wanted,
            scopes,
            nonce,
            challenge,
            prompt,
            max_age_s,
            login_hint: parameters.get("login_hint").map(str::to_owned),
        })
    }
}

/// The client and its redirect URI, as written and as read, once both are known to belong together.
fn trusted_destination(
    system: System,
    parameters: &Parameters,
) -> Result<(&'static ClientFacts, String, Url), Invalid> {
    let page = |title, message: String| Invalid::Page { title, message };
    for name in ["client_id", "redirect_uri"] {
        if parameters.is_repeated(name) {
            let message = format!("The parameter {name} was sent more than once, so it is not clear who asks.");
            return Err(page("This request cannot be trusted", message));
        }
    }
    let Some(client_id) = parameters.get("client_id") else {
        let message =
            "The request has no client_id. Set it to the one of a registered application: the start page lists them.";
        return Err(page("Which application is asking?", message.to_owned()));
    };
    let Some(client) = tenant::client(system, client_id) else {
        let message = format!("No application is registered as “{client_id}”. Check the client_id, slashes included.");
        return Err(page("Unknown application", message));
    };
    let registered = client.redirect_uris.join(" or ");
    let Some(redirect_uri) = parameters.get("redirect_uri") else {
        let message = format!("The request has no redirect_uri. Registered for this app: {registered}.");
        return Err(page("Where should the answer go?", message));
    };
    let uri = Url::parse(redirect_uri)
        .ok()
        .filter(|uri| client.allows_redirect_to(uri));
    let Some(uri) = uri else {
        let message = format!(
            "“{redirect_uri}” is not registered for {}. Use {registered}, on any loopback host and port.",
            client.name
        );
        return Err(page("Unregistered redirect URI", message));
    };
    Ok((client, redirect_uri.to_owned(), uri))
}

/// Whether the client may ask for this; the words are in alphabetical order.
fn check_response_type(client: &ClientFacts, response_type: &str) -> Result<(), (&'static str, String)> {
    if response_type.is_empty() {
        return Err(("invalid_request", "The response_type is missing".to_owned()));
    }
    let supported = match client.system {
        System::ErpNet => &RESPONSE_TYPES[..],
        System::MyCorp | System::Plain | System::RedCore => &["code"],
    };
    if !supported.contains(&response_type) {
        let text = format!(
            "The response_type {response_type} is not supported: use {}",
            supported.join(" or ")
        );
        return Err(("unsupported_response_type", text));
    }
    if !client.response_types.contains(&response_type) {
        let text = format!("{} may not use the response_type {response_type}", client.name);
        return Err(("unauthorized_client", text));
    }
    Ok(())
}

/// The scopes that are asked for, or a sentence on what is wrong with them.
fn scopes(system: System, parameters: &Parameters, wanted: Wanted) -> Result<Vec<&'static ScopeFacts>, String> {
    if system == System::Plain {
        // Its documentation knows no scopes, so none is asked for and any is overlooked.
        return Ok(system.all_scopes().iter().collect());
    }
    let mut scopes = parameters.scopes(system).map_err(|refusal| refusal.description)?;
    if wanted.id_token && !scopes.iter().any(|scope| scope.name == "openid") {
        return Err("An ID token needs the scope openid".to_owned());
    }
    if !wanted.code {
        // There is no refresh token without a code (RFC 6749 §4.2.2).
        scopes.retain(|scope| scope.name != "offline_access");
    }
    Ok(scopes)
}

/// Reads `prompt` (OpenID Connect Core §3.1.2.1).
fn prompt(text: &str) -> Result<Prompt, &'static str> {
    let mut prompt = Prompt::default();
    let mut shows_a_page = false;
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        match word {
            "none" => prompt.none = true,
            "login" | "select_account" => {
                prompt.login = true;
                shows_a_page = true;
            }
            // Consent is asked each time anyway.
            "consent" => shows_a_page = true,
            _ => return Err("The prompt must be made of login, consent, select_account or none"),
        }
    }
    if prompt.none && shows_a_page {
        return Err("The prompt none cannot stand with another one");
    }
    Ok(prompt)
}

/// A space-separated list in alphabetical order: the order of a `response_type`'s words has no meaning.
fn sorted_words(text: &str) -> String {
    let mut words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
    words.sort_unstable();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const HYBRID: &str = "client_id=my.trusted.app%2Ffirst&redirect_uri=http://localhost/signin-callback\
        &response_type=code+id_token&scope=openid+profile+offline_access+DomainApi&nonce=abc&state=xyz";
    const CODE: &str = "client_id=my.trusted.app&redirect_uri=https://localhost/signin-callback\
        &response_type=code&scope=openid+profile+offline_access+DomainApi&state=xyz";

    fn parse(query: &str) -> Result<AuthorizationRequest, Invalid> {
        AuthorizationRequest::parse(System::ErpNet, &Parameters::parse(query.as_bytes()))
    }

    fn refusal(query: &str) -> (&'static str, ResponseMode) {
        match parse(query) {
            Err(Invalid::Redirect { destination, refusal }) => (refusal.code, destination.mode),
            other => panic!("expected an error for the client, not {other:?}"),
        }
    }

    #[test]
    fn the_documentations_own_requests_are_valid() {
        let hybrid = parse(HYBRID).expect("valid");
        assert!(hybrid.wanted.code && hybrid.wanted.id_token && !hybrid.wanted.token);
        assert_eq!(hybrid.destination.mode, ResponseMode::Fragment);
        assert_eq!(hybrid.nonce.as_deref(), Some("abc"));
        let code = parse(CODE).expect("valid");
        assert!(code.wanted.code && !code.wanted.id_token);
        assert_eq!(code.destination.mode, ResponseMode::Query);
    }

    #[test]
    fn hybrid_comes_by_query_when_that_is_asked_for() {
        let request = parse(&format!("{HYBRID}&response_mode=query")).expect("valid");
        assert_eq!(request.destination.mode, ResponseMode::Query);
    }

    #[test]
    fn an_unknown_client_or_redirect_uri_is_never_redirected_to() {
        for query in [
            "response_type=code".to_owned(),
            CODE.replace("my.trusted.app", "someone"),
            CODE.replace("localhost", "evil.example"),
            CODE.replace("&redirect_uri=", "&other="),
            format!("{CODE}&client_id=my.trusted.app"),
            format!("{CODE}&redirect_uri=http://localhost/signin-callback"),
        ] {
            assert!(matches!(parse(&query), Err(Invalid::Page { .. })), "{query}");
        }
    }

    #[test]
    fn each_fault_has_its_error_code() {
        use ResponseMode::{FormPost, Fragment, Query};
        let cases = [
            (CODE.replace("response_type=code", "a=b"), "invalid_request", Query),
            (CODE.replace("type=code", "type=token"), "unauthorized_client", Fragment),
            (
                CODE.replace("type=code", "type=banana"),
                "unsupported_response_type",
                Query,
            ),
            (
                CODE.replace("type=code", "type=id_token+code"),
                "unauthorized_client",
                Fragment,
            ),
            (CODE.replace("scope=openid", "scope=banana"), "invalid_scope", Query),
            (CODE.replace("scope=", "a="), "invalid_scope", Query),
            (HYBRID.replace("scope=openid", "scope="), "invalid_scope", Fragment),
            (HYBRID.replace("nonce=abc", "a=b"), "invalid_request", Fragment),
            (format!("{CODE}&state=two"), "invalid_request", Query),
            (format!("{CODE}&response_mode=pigeon"), "invalid_request", Query),
            (
                format!("{CODE}&response_mode=form_post&prompt=none+login"),
                "invalid_request",
                FormPost,
            ),
            (format!("{CODE}&prompt=banana"), "invalid_request", Query),
            (format!("{CODE}&max_age=-1"), "invalid_request", Query),
            (format!("{CODE}&code_challenge=short"), "invalid_request", Query),
            (format!("{CODE}&request=x"), "request_not_supported", Query),
            (format!("{CODE}&request_uri=x"), "request_uri_not_supported", Query),
        ];
        for (query, code, mode) in cases {
            assert_eq!(refusal(&query), (code, mode), "{query}");
        }
    }
}
