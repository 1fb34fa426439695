//! The authorization endpoint and the two pages behind it: sign in, then allow or deny
//! (RFC 6749 §3.1, OpenID Connect Core §3.1.2 and §3.3.2).

use aws_lc_rs::error::Unspecified;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::SignedDuration;

use super::answer::{Answer, Refusal};
use super::grants::{Code, Grant, Grants};
use super::log::Why;
use super::mint::Bound;
use super::pages;
use super::parameters::Parameters;
use super::request::{AuthorizationRequest, Invalid};
use super::session::{self, SESSION_LIFETIME, Session};
use super::state::{Inner, Shared};
use super::tenant;

/// How long a person may take to sign in and decide.
const SIGN_IN_LIFETIME: SignedDuration = SignedDuration::from_mins(15);

/// A sign-in under way, between the authorization request and its answer.
pub(super) struct SignIn {
    request: AuthorizationRequest,
    /// The session that may decide, by its `sid`; none until somebody has signed in for this request.
    sid: Option<String>,
    /// The answer, once given: a second click gets the same one and not a second code.
    answer: Option<Answer>,
}

/// What an allowed request earns.
struct Granted {
    answer: Answer,
    /// The code inside the answer, and what it stands for.
    code: String,
    value: Code,
}

/// `GET /id/connect/authorize`.
pub(super) async fn authorize(State(shared): State<Shared>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    shared.authorize(query.unwrap_or_default().as_bytes(), &headers)
}

/// `POST /id/connect/authorize`: the same by form (OpenID Connect Core §3.1.2.1).
pub(super) async fn authorize_form(State(shared): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    shared.authorize(&body, &headers)
}

/// `GET /id/login?t=…`.
pub(super) async fn login_page(State(shared): State<Shared>, RawQuery(query): RawQuery) -> Response {
    let parameters = Parameters::parse(query.unwrap_or_default().as_bytes());
    let (id, now) = (parameters.text("t"), shared.clock.now());
    let tables = shared.tables();
    let Some(sign_in) = tables.sign_ins.live(id, now) else {
        return shared.sign_in_is_over();
    };
    let hint = sign_in.request.login_hint.as_deref().unwrap_or_default();
    pages::sign_in(id, sign_in.request.client, hint, false, &shared.ids.short())
}

/// `POST /id/login`.
pub(super) async fn login(State(shared): State<Shared>, body: Bytes) -> Response {
    let parameters = Parameters::parse(&body);
    let (id, now) = (parameters.text("t"), shared.clock.now());
    let mut tables = shared.tables();
    let Some(sign_in) = tables.sign_ins.live_mut(id, now) else {
        return shared.sign_in_is_over();
    };
    let user_name = parameters.text("username");
    let Some(user) = tenant::sign_in(user_name, parameters.text("password")) else {
        return pages::sign_in(id, sign_in.request.client, user_name, true, &shared.ids.short());
    };
    let (cookie, sid) = (shared.ids.long(), shared.ids.short());
    sign_in.sid = Some(sid.clone());
    let session = Session::new(sid, user, now);
    tables.sessions.insert(&cookie, session, now + SESSION_LIFETIME, now);
    let mut response = go_to("consent", id, format!("{} signed in", user.user_name));
    if let Ok(value) = session::set_cookie(&cookie, shared.port()).parse() {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
    response
}

/// `GET /id/consent?t=…`.
pub(super) async fn consent_page(
    State(shared): State<Shared>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let parameters = Parameters::parse(query.unwrap_or_default().as_bytes());
    let (id, now) = (parameters.text("t"), shared.clock.now());
    let tables = shared.tables();
    let Some(sign_in) = tables.sign_ins.live(id, now) else {
        return shared.sign_in_is_over();
    };
    let session = session::read_cookie(&headers, shared.port())
        .and_then(|cookie| tables.sessions.live(cookie, now))
        .filter(|session| sign_in.sid.as_ref() == Some(&session.sid));
    match session {
        Some(session) => pages::consent(id, &sign_in.request, session.user, &shared.ids.short()),
        None => go_to("login", id, "Nobody is signed in for this request".to_owned()),
    }
}

/// `POST /id/consent`.
pub(super) async fn consent(State(shared): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    let parameters = Parameters::parse(&body);
    let (id, now) = (parameters.text("t"), shared.clock.now());
    let nonce = shared.ids.short();
    let mut guard = shared.tables();
    let tables = &mut *guard;
    let Some(sign_in) = tables.sign_ins.live_mut(id, now) else {
        return shared.sign_in_is_over();
    };
    let session = session::read_cookie(&headers, shared.port())
        .and_then(|cookie| tables.sessions.live_mut(cookie, now))
        .filter(|session| sign_in.sid.as_ref() == Some(&session.sid));
    let Some(session) = session else {
        return go_to("login", id, "Nobody is signed in for this request".to_owned());
    };
    if let Some(answer) = &sign_in.answer {
        return answer.clone().into_response(&nonce);
    }
    let request = &sign_in.request;
    let answer = match parameters.get("decision") {
        Some("allow") => {
            session.allow(request.client.client_id, &request.scopes);
            let granted = shared.grant(request, session);
            shared.answer(request, granted, &mut tables.grants)
        }
        Some("deny") => {
            let refusal = Refusal::new("access_denied", "The user denied the request");
            Answer::error(&request.destination, &shared.issuer, &refusal)
        }
        _ => return pages::consent(id, request, session.user, &nonce),
    };
    sign_in.answer = Some(answer.clone());
    answer.into_response(&nonce)
}

impl Inner {
    /// Judges an authorization request and shows the first page that it needs.
    fn authorize(&self, parameters: &[u8], headers: &HeaderMap) -> Response {
        let nonce = self.ids.short();
        let request = match AuthorizationRequest::parse(&Parameters::parse(parameters)) {
            Ok(request) => request,
            Err(Invalid::Page { title, message }) => {
                return pages::error(StatusCode::BAD_REQUEST, title, &message, &nonce);
            }
            Err(Invalid::Redirect { destination, refusal }) => {
                return Answer::error(&destination, &self.issuer, &refusal).into_response(&nonce);
            }
        };
        let now = self.clock.now();
        let mut guard = self.tables();
        let tables = &mut *guard;
        let session = session::read_cookie(headers, self.port())
            .and_then(|cookie| tables.sessions.live(cookie, now))
            .filter(|session| session.is_fresh(request.max_age_s, now) && !request.prompt.login);
        if request.prompt.none {
            let granted = match session {
                None => Err(Refusal::new("login_required", "Nobody is signed in")),
                Some(session) if session.has_allowed(request.client.client_id, &request.scopes) => {
                    self.grant(&request, session)
                }
                Some(_) => Err(Refusal::new("consent_required", "The user has not allowed this yet")),
            };
            let answer = self.answer(&request, granted, &mut tables.grants);
            return answer.into_response(&nonce);
        }
        let id = self.ids.long();
        let sid = session.map(|session| session.sid.clone());
        let (page, why) = match session {
            Some(session) => ("consent", format!("{} is signed in already", session.user.user_name)),
            None => ("login", format!("{} asks for a sign-in", request.client.client_id)),
        };
        let sign_in = SignIn {
            request,
            sid,
            answer: None,
        };
        tables.sign_ins.insert(&id, sign_in, now + SIGN_IN_LIFETIME, now);
        go_to(page, &id, why)
    }

    /// The answer that brings what was granted, remembered, or says why nothing was.
    fn answer(&self, request: &AuthorizationRequest, granted: Result<Granted, Refusal>, grants: &mut Grants) -> Answer {
        match granted {
            Ok(granted) => {
                grants.add_code(&granted.code, granted.value, self.clock.now());
                granted.answer
            }
            Err(refusal) => Answer::error(&request.destination, &self.issuer, &refusal),
        }
    }

    /// Makes the code (and the ID token beside it) for an allowed request.
    fn grant(&self, request: &AuthorizationRequest, session: &Session) -> Result<Granted, Refusal> {
        let grant = Grant {
            client: request.client,
            user: session.user,
            sid: session.sid.clone(),
            auth_time: session.auth_time,
            scopes: request.scopes.clone(),
            nonce: request.nonce.clone(),
            state: request.destination.state.clone(),
        };
        let code = self.ids.long();
        let mut parameters = vec![("code", code.clone())];
        if request.hybrid {
            let bound = Bound {
                access_token: None,
                code: Some(&code),
            };
            let id_token = self
                .id_token(&grant, bound)
                .map_err(|Unspecified| Refusal::new("server_error", "Signing failed"))?;
            parameters.push(("id_token", id_token));
        }
        let why = format!("{} allowed {}", session.user.user_name, request.client.client_id);
        let answer = Answer::new(&request.destination, &self.issuer, parameters, why);
        let value = Code::new(grant, request.redirect_uri.clone(), request.challenge.clone());
        Ok(Granted { answer, code, value })
    }

    fn sign_in_is_over(&self) -> Response {
        pages::error(
            StatusCode::BAD_REQUEST,
            "This sign-in is over",
            "It took longer than 15 minutes, or the provider was restarted. Go back to the application and log in again.",
            &self.ids.short(),
        )
    }

    /// The port that the provider answers on.
    fn port(&self) -> u16 {
        self.base.port_or_known_default().unwrap_or_default()
    }
}

/// A redirect to one of the provider's own pages.
fn go_to(page: &str, id: &str, why: String) -> Response {
    let headers = [
        (header::LOCATION, format!("/id/{page}?t={id}")),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::REFERRER_POLICY, "no-referrer".to_owned()),
    ];
    let mut response = (StatusCode::SEE_OTHER, headers).into_response();
    response.extensions_mut().insert(Why(why));
    response
}
