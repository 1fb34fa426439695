//! What is said to whoever comes to the redirect URI.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use tokio::sync::mpsc;

use super::{Arrival, Expectation};
use crate::flow::pages::{self, Page};
use crate::model::callback::{AuthorizationError, Callback, CallbackError, Carrier};

/// Longest body of a posted form, in bytes: an ID token with many groups fits, a flood does not.
const MAX_BODY_LEN: usize = 1024 * 1024;

/// Takes what comes, believes the answer with the right `state`, and is polite to everything else.
pub(super) struct Desk {
    pub(super) path: String,
    pub(super) expectation: Expectation,
    /// Whether the browser comes back from a logout: then the right `state` is all.
    pub(super) after_logout: bool,
    pub(super) answered: mpsc::Sender<Box<Callback>>,
    pub(super) strayed: mpsc::Sender<Arrival>,
}

impl fmt::Debug for Desk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Desk").field("path", &self.path).finish_non_exhaustive()
    }
}

pub(super) async fn respond(State(desk): State<Arc<Desk>>, request: Request, read_time: Duration) -> Response {
    if request.uri().path() != desk.path {
        return page(StatusCode::NOT_FOUND, &Page::Elsewhere);
    }
    let method = request.method().clone();
    let query = request.uri().query().unwrap_or("").to_owned();
    let carrier = carrier(&request);
    let posted = if method == Method::POST {
        let body = axum::body::to_bytes(request.into_body(), MAX_BODY_LEN);
        match tokio::time::timeout(read_time, body).await {
            Ok(Ok(bytes)) => String::from_utf8_lossy(&bytes).into_owned(),
            _ => return page(StatusCode::BAD_REQUEST, &Page::Unreadable),
        }
    } else if method == Method::GET {
        String::new()
    } else {
        let allow = [(header::ALLOW, "GET, POST")];
        return (allow, page(StatusCode::METHOD_NOT_ALLOWED, &Page::Unreadable)).into_response();
    };
    let callback = Callback {
        carrier,
        ..Callback::parse(&format!("{query}&{posted}"))
    };
    if desk.after_logout {
        return desk.judge_logout(callback);
    }
    if callback.is_empty() {
        // Perhaps everything is in the fragment, which only the browser sees (OAuth 2.0 Multiple Response Types §2.1).
        return page(StatusCode::OK, &Page::Relay);
    }
    desk.judge(callback)
}

/// How an answer in this request travelled. Our own page posts what was in the fragment: it has the same origin, as the
/// browser says (Fetch Metadata), and the provider's has not. Other visitors do not tell.
fn carrier(request: &Request) -> Option<Carrier> {
    if request.method() == Method::GET {
        return Some(Carrier::Query);
    }
    match request.headers().get("sec-fetch-site")?.to_str().ok()? {
        "same-origin" => Some(Carrier::Fragment),
        "cross-site" | "same-site" => Some(Carrier::FormPost),
        _ => None,
    }
}

impl Desk {
    fn judge(&self, callback: Callback) -> Response {
        let (status, shown) = match self.expectation.judge(&callback) {
            Ok(()) => (StatusCode::OK, Page::Received),
            Err(error) if self.expectation.is_stray(&error) => {
                // Whose it is cannot be seen, or is: it must not end the login.
                let shown = if error == CallbackError::WrongState {
                    self.tell(Arrival::Unproven(error));
                    Page::WrongState
                } else {
                    self.stray(error.to_string());
                    Page::Unusable(error.to_string())
                };
                return page(StatusCode::BAD_REQUEST, &shown);
            }
            Err(CallbackError::MissingState(said)) => {
                let said = said.map(AuthorizationError::redacted);
                self.tell(Arrival::Unproven(CallbackError::MissingState(said.clone())));
                return page(StatusCode::BAD_REQUEST, &Page::MissingState(said));
            }
            Err(CallbackError::Refused(error)) => (StatusCode::OK, Page::Refused(error)),
            Err(error) => (StatusCode::BAD_REQUEST, Page::Unusable(error.to_string())),
        };
        // The first answer counts. A second one finds the queue full or unread: the person sees the same page.
        let _ = self.answered.try_send(Box::new(callback));
        page(status, &shown)
    }

    fn judge_logout(&self, callback: Callback) -> Response {
        if callback.state.as_deref() != Some(self.expectation.state.as_str()) {
            self.stray(match callback.state {
                Some(_) => "The browser came back from another logout: its state is another one".to_owned(),
                None => "The browser came back without the state that was sent (RP-Initiated Logout §3)".to_owned(),
            });
            return page(StatusCode::BAD_REQUEST, &Page::OtherLogout);
        }
        let _ = self.answered.try_send(Box::new(callback));
        page(StatusCode::OK, &Page::LoggedOut)
    }

    /// Tells of something that was no answer.
    pub(super) fn stray(&self, what: String) {
        self.tell(Arrival::Stray(what));
    }

    fn tell(&self, stray: Arrival) {
        // When nobody has read the last sixteen, one more tells nothing.
        let _ = self.strayed.try_send(stray);
    }
}

/// Sends a request that came in the open to the same place behind TLS. What it held has crossed loopback only.
pub(super) fn send_to_https(origin: &str, request: &Request) -> Response {
    let rest = request.uri().path_and_query().map_or("/", |rest| rest.as_str());
    let location = [(header::LOCATION, format!("{origin}{rest}"))];
    (location, page(StatusCode::TEMPORARY_REDIRECT, &Page::NeedsHttps)).into_response()
}

fn page(status: StatusCode, page: &Page) -> Response {
    let rendered = pages::render(page);
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned()),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::REFERRER_POLICY, "no-referrer".to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (header::CONTENT_SECURITY_POLICY, rendered.content_security_policy),
    ];
    (status, headers, rendered.html).into_response()
}
