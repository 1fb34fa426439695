//! The pages between an authorization request and its answer: sign in, then allow or deny.

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::SignedDuration;

use super::answer::{Answer, Refusal};
use super::pages;
use super::parameters::Parameters;
use super::reply;
use super::request::AuthorizationRequest;
use super::session::{self, SESSION_LIFETIME, Session};
use super::state::{Inner, Shared};
use super::tenant::System;
use super::user;

/// How long a person may take to sign in and decide.
pub(super) const SIGN_IN_LIFETIME: SignedDuration = SignedDuration::from_mins(15);

/// A sign-in under way, between the authorization request and its answer.
pub(super) struct SignIn {
    request: AuthorizationRequest,
    /// The session that may decide, by its `sid`; none until somebody has signed in for this request.
    sid: Option<String>,
    /// The answer, once given: a second click gets the same one and not a second code.
    answer: Option<Answer>,
}

impl SignIn {
    /// A sign-in for this request. With `sid`, that session may decide without a new password.
    pub(super) fn new(request: AuthorizationRequest, sid: Option<String>) -> Self {
        Self {
            request,
            sid,
            answer: None,
        }
    }

    fn system(&self) -> System {
        self.request.client.system
    }
}

/// `GET …/login?t=…`.
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

/// `POST …/login`.
pub(super) async fn login(State(shared): State<Shared>, body: Bytes) -> Response {
    let parameters = Parameters::parse(&body);
    let (id, now) = (parameters.text("t"), shared.clock.now());
    let mut tables = shared.tables();
    let Some(sign_in) = tables.sign_ins.live_mut(id, now) else {
        return shared.sign_in_is_over();
    };
    let user_name = parameters.text("username");
    let Some(user) = user::sign_in(user_name, parameters.text("password")) else {
        return pages::sign_in(id, sign_in.request.client, user_name, true, &shared.ids.short());
    };
    let (cookie, sid) = (shared.ids.long(), shared.ids.short());
    sign_in.sid = Some(sid.clone());
    let system = sign_in.system();
    let session = Session::new(sid, user, now);
    tables.sessions.insert(&cookie, session, now + SESSION_LIFETIME, now);
    let mut response = go_to(system, "consent", id, format!("{} signed in", user.user_name));
    if let Ok(value) = session::set_cookie(&cookie, system.pages(), shared.port()).parse() {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
    response
}

/// `GET …/consent?t=…`.
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
        None => go_to(
            sign_in.system(),
            "login",
            id,
            "Nobody is signed in for this request".to_owned(),
        ),
    }
}

/// `POST …/consent`.
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
        return go_to(
            sign_in.system(),
            "login",
            id,
            "Nobody is signed in for this request".to_owned(),
        );
    };
    if let Some(answer) = &sign_in.answer {
        return answer.clone().into_response(&nonce);
    }
    let request = &sign_in.request;
    let answer = match parameters.get("decision") {
        Some("allow") => {
            session.allow(request.client.client_id, &request.scopes);
            let granted = shared.grant(request, session, &mut tables.grants);
            shared.answer(request, granted)
        }
        Some("deny") => {
            let refusal = Refusal::new("access_denied", "The user denied the request");
            Answer::error(&request.destination, shared.iss(request.client.system), &refusal)
        }
        _ => return pages::consent(id, request, session.user, &nonce),
    };
    sign_in.answer = Some(answer.clone());
    answer.into_response(&nonce)
}

impl Inner {
    fn sign_in_is_over(&self) -> Response {
        pages::error(
            StatusCode::BAD_REQUEST,
            "This sign-in is over",
            "It took longer than 15 minutes, or the provider was restarted. Go back to the application and log in again.",
            &self.ids.short(),
        )
    }
}

/// A redirect to one of the sign-in pages of this system.
pub(super) fn go_to(system: System, page: &str, id: &str, why: String) -> Response {
    let headers = [
        (header::LOCATION, format!("{}/{page}?t={id}", system.pages())),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::REFERRER_POLICY, "no-referrer".to_owned()),
    ];
    reply::with_why((StatusCode::SEE_OTHER, headers).into_response(), why)
}
