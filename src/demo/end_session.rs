//! Signing out (OpenID Connect RP-Initiated Logout 1.0 §2, §3).

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use url::Url;

use super::pages;
use super::parameters::Parameters;
use super::reply;
use super::session;
use super::state::{Inner, Shared};
use super::tenant::{self, ClientFacts, System};

/// `GET /id/connect/endsession`.
pub(super) async fn end_session(
    State(shared): State<Shared>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    // A link on some page can say anything: only a form is a person's word.
    shared.end_session(query.unwrap_or_default().as_bytes(), &headers, false)
}

/// `POST /id/connect/endsession`: the same by form.
pub(super) async fn end_session_form(State(shared): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    shared.end_session(&body, &headers, true)
}

/// What is wrong with a request, in a sentence for the person: nothing is sent to a stranger.
struct Wrong(&'static str, String);

/// A request that may go on.
struct Asked {
    /// Where to go afterwards.
    back: Option<Url>,
    /// The session that the ID token names.
    sid: Option<String>,
}

impl Inner {
    /// `may_confirm`: whether the request can be the person's own answer to “Sign out?”.
    fn end_session(&self, text: &[u8], headers: &HeaderMap, may_confirm: bool) -> Response {
        let parameters = Parameters::parse(text);
        let nonce = self.ids.short();
        let asked = match self.end_session_request(&parameters) {
            Ok(asked) => asked,
            Err(Wrong(title, message)) => return pages::error(StatusCode::BAD_REQUEST, title, &message, &nonce),
        };
        let cookie = session::read_cookie(headers, self.port());
        let mut tables = self.tables();
        let session = cookie.and_then(|cookie| tables.sessions.live(cookie, self.clock.now()));
        // Whoever brings this session's ID token is trusted to end it; anybody else could be a link on some page.
        let named = session.is_some_and(|session| asked.sid.as_ref() == Some(&session.sid));
        if let Some(session) = session
            && !named
            && !(may_confirm && parameters.get("confirm") == Some("yes"))
        {
            return pages::confirm_sign_out(session.user, &parameters, &nonce);
        }
        let why = match session {
            Some(session) => format!("{} signed out", session.user.user_name),
            None => "Nobody was signed in".to_owned(),
        };
        if let Some(cookie) = cookie {
            tables.sessions.remove(cookie, self.clock.now());
        }
        let mut response = match asked.back {
            Some(url) => {
                let headers = [
                    (header::LOCATION, url.to_string()),
                    (header::CACHE_CONTROL, "no-store".to_owned()),
                ];
                reply::with_why((StatusCode::SEE_OTHER, headers).into_response(), why)
            }
            None => reply::with_why(pages::signed_out(&nonce), why),
        };
        let gone = session::clear_cookie(System::ErpNet.pages(), self.port());
        if let Ok(value) = gone.parse() {
            response.headers_mut().insert(header::SET_COOKIE, value);
        }
        response
    }

    fn end_session_request(&self, parameters: &Parameters) -> Result<Asked, Wrong> {
        let claims = match parameters.get("id_token_hint") {
            None => Value::Null,
            // An expired one is as good: it only says whose session it is about.
            Some(hint) => self
                .key
                .open(hint, |_| None)
                .filter(|claims| claims["iss"] == self.issuer.as_str() && claims.get("sid").is_some())
                .ok_or_else(|| {
                    let message = "The id_token_hint is not an ID token of this provider.";
                    Wrong("This request cannot be trusted", message.to_owned())
                })?,
        };
        let client = end_session_client(parameters, &claims)?;
        let Some(back) = parameters.get("post_logout_redirect_uri") else {
            return Ok(Asked {
                back: None,
                sid: claims["sid"].as_str().map(str::to_owned),
            });
        };
        let Some(client) = client else {
            let message = "With a post_logout_redirect_uri there must be an id_token_hint or a client_id, \
                so that it is clear whose address it is.";
            return Err(Wrong("Which application is asking?", message.to_owned()));
        };
        let mut url = Url::parse(back)
            .ok()
            .filter(|url| client.allows_return_to(url))
            .ok_or_else(|| {
                let registered = tenant::POST_LOGOUT_REDIRECT_URIS.join(" or ");
                let message = format!(
                    "“{back}” is not registered for {}. Use {registered}, on any loopback port.",
                    client.name
                );
                Wrong("Unregistered address after signing out", message)
            })?;
        if let Some(state) = parameters.get("state") {
            url.query_pairs_mut().append_pair("state", state);
        }
        Ok(Asked {
            back: Some(url),
            sid: claims["sid"].as_str().map(str::to_owned),
        })
    }
}

/// The client that asks: the ID token's audience, or `client_id`, and not two different ones.
fn end_session_client(parameters: &Parameters, claims: &Value) -> Result<Option<&'static ClientFacts>, Wrong> {
    let hinted = claims["aud"].as_str();
    let named = parameters.get("client_id");
    if let (Some(hinted), Some(named)) = (hinted, named)
        && hinted != named
    {
        let message = "The client_id is not the one that the id_token_hint was issued to.";
        return Err(Wrong("This request cannot be trusted", message.to_owned()));
    }
    let Some(client_id) = hinted.or(named) else {
        return Ok(None);
    };
    tenant::client(System::ErpNet, client_id).map(Some).ok_or_else(|| {
        let message = format!("No application is registered as “{client_id}”. Check the client_id.");
        Wrong("Unknown application", message)
    })
}
