//! The pages between an authorization request and its answer: sign in, then allow or deny.

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::SignedDuration;

use super::answer::{Answer, Refusal};
use super::devices::DeviceRequest;
use super::pages;
use super::parameters::Parameters;
use super::reply;
use super::request::AuthorizationRequest;
use super::scope::ScopeFacts;
use super::session::{self, SESSION_LIFETIME, Session};
use super::state::{Inner, Shared, Tables};
use super::tenant::{ClientFacts, System};
use super::user;

/// How long a person may take to sign in and decide.
const SIGN_IN_LIFETIME: SignedDuration = SignedDuration::from_mins(15);

/// A sign-in under way, between the authorization request and its answer.
pub(super) struct SignIn {
    asked: Asked,
    /// The session that may decide, by its `sid`; none until somebody has signed in for this request.
    sid: Option<String>,
    /// How it ended, once it has: a second click gets the same answer and not a second code.
    outcome: Option<Outcome>,
}

/// What a person is asked to allow.
pub(super) enum Asked {
    /// An application asks, through this browser.
    Here(Box<AuthorizationRequest>),
    /// A device elsewhere asks (RFC 8628 §3.3).
    Device(DeviceRequest),
}

/// How a sign-in ended.
#[derive(Clone)]
enum Outcome {
    Answered(Box<Answer>),
    Device {
        client: &'static ClientFacts,
        allowed: bool,
    },
}

impl Asked {
    /// Who asks.
    pub(super) fn client(&self) -> &'static ClientFacts {
        match self {
            Self::Here(request) => request.client,
            Self::Device(request) => request.client,
        }
    }

    /// What for.
    pub(super) fn scopes(&self) -> &[&'static ScopeFacts] {
        match self {
            Self::Here(request) => &request.scopes,
            Self::Device(request) => &request.scopes,
        }
    }

    fn login_hint(&self) -> &str {
        match self {
            Self::Here(request) => request.login_hint.as_deref().unwrap_or_default(),
            Self::Device(_) => "",
        }
    }
}

impl Outcome {
    fn into_response(self, nonce: &str) -> Response {
        match self {
            Self::Answered(answer) => answer.into_response(nonce),
            Self::Device { client, allowed } => pages::device_done(client, allowed, nonce),
        }
    }
}

impl SignIn {
    fn system(&self) -> System {
        self.asked.client().system
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
    let asked = &sign_in.asked;
    pages::sign_in(id, asked.client(), asked.login_hint(), false, &shared.ids.short())
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
        return pages::sign_in(id, sign_in.asked.client(), user_name, true, &shared.ids.short());
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
        Some(session) => pages::consent(id, &sign_in.asked, session.user, &shared.ids.short()),
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
    if let Some(outcome) = &sign_in.outcome {
        return outcome.clone().into_response(&nonce);
    }
    let allowed = match parameters.get("decision") {
        Some("allow") => true,
        Some("deny") => false,
        _ => return pages::consent(id, &sign_in.asked, session.user, &nonce),
    };
    if allowed {
        session.allow(sign_in.asked.client().client_id, sign_in.asked.scopes());
    }
    let outcome = match &sign_in.asked {
        Asked::Here(request) => {
            let granted = if allowed {
                shared.grant(request, session, &mut tables.grants)
            } else {
                Err(Refusal::new("access_denied", "The user denied the request"))
            };
            Outcome::Answered(Box::new(shared.answer(request, granted)))
        }
        Asked::Device(request) => {
            let grant = allowed.then(|| session.grant(request.client, request.scopes.clone()));
            if !tables.devices.decide(&request.user_code, grant, now) {
                return shared.sign_in_is_over();
            }
            Outcome::Device {
                client: request.client,
                allowed,
            }
        }
    };
    sign_in.outcome = Some(outcome.clone());
    outcome.into_response(&nonce)
}

impl Inner {
    /// Shows the first page that this needs: consent, when somebody is signed in whose session is good for it.
    pub(super) fn begin_sign_in(&self, asked: Asked, headers: &HeaderMap, tables: &mut Tables) -> Response {
        let now = self.clock.now();
        let session = session::read_cookie(headers, self.port())
            .and_then(|cookie| tables.sessions.live(cookie, now))
            .filter(|session| match &asked {
                Asked::Here(request) => session.is_fresh(request.max_age_s, now) && !request.prompt.login,
                Asked::Device(_) => true,
            });
        let client = asked.client();
        let (page, why) = match session {
            Some(session) => ("consent", format!("{} is signed in already", session.user.user_name)),
            None => ("login", format!("{} asks for a sign-in", client.client_id)),
        };
        let sign_in = SignIn {
            sid: session.map(|session| session.sid.clone()),
            asked,
            outcome: None,
        };
        let id = self.ids.long();
        tables.sign_ins.insert(&id, sign_in, now + SIGN_IN_LIFETIME, now);
        go_to(client.system, page, &id, why)
    }

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
fn go_to(system: System, page: &str, id: &str, why: String) -> Response {
    let headers = [
        (header::LOCATION, format!("{}/{page}?t={id}", system.pages())),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::REFERRER_POLICY, "no-referrer".to_owned()),
    ];
    reply::with_why((StatusCode::SEE_OTHER, headers).into_response(), why)
}
