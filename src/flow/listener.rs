//! The loopback listener: it waits at the redirect URI for the browser to come back (RFC 8252 §7.3).
//!
//! It listens on loopback only, answers whatever comes politely, believes only the answer with the right `state`, and
//! is gone when it is dropped.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio_util::sync::{CancellationToken, DropGuard};

use super::pages::{self, Page};
use crate::model::callback::{Callback, CallbackError};
use crate::model::redirect::{LoopbackHost, RedirectTarget};

/// How long a connection may take to send its request.
const READ_TIME: Duration = Duration::from_secs(10);
/// Longest body of a posted form, in bytes: an ID token with many groups fits, a flood does not.
const MAX_BODY_LEN: usize = 1024 * 1024;
/// How many connections are served at once; further ones wait.
const MAX_CONNECTIONS: usize = 32;
/// How long to wait after a connection could not be taken.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// How often another port is tried when the free one of IPv4 is taken on IPv6.
const PORT_ATTEMPTS: usize = 8;

/// Why nothing can listen on a redirect URI.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ListenError {
    /// Somebody else has the port.
    #[error(
        "Port {port} is in use by another program. Close it, or use another port in the redirect URI (0 takes any)"
    )]
    PortInUse {
        /// The port.
        port: u16,
    },
    /// The account may not listen on it: ports below 1024 on most systems.
    #[error(
        "Port {port} needs rights that this account lacks. Use a port above 1023 in the redirect URI, for instance \
         http://localhost:8400{path}, if the provider allows it"
    )]
    NoRights {
        /// The port.
        port: u16,
        /// The path of the redirect URI.
        path: String,
    },
    /// Anything else.
    #[error("Nothing can listen on port {port}: {why}")]
    Other {
        /// The port.
        port: u16,
        /// What the system says.
        why: String,
    },
}

/// Sockets that are bound but not yet answering.
#[derive(Debug)]
pub struct Listener {
    sockets: Vec<TcpListener>,
    redirect_uri: String,
    path: String,
}

/// Something that came to the redirect URI.
#[derive(Debug)]
pub enum Arrival {
    /// The answer to this login, right or refused.
    Answer(Box<Callback>),
    /// Something else, in one sentence. The wait goes on.
    Stray(String),
}

/// What the answer must hold to be believed.
#[derive(Clone, Debug)]
pub struct Expectation {
    /// `state` as it was sent.
    pub state: String,
    /// The profile's issuer.
    pub issuer: Option<String>,
}

/// A listener that answers. Dropping it closes the port.
#[derive(Debug)]
pub struct Waiting {
    answer: mpsc::Receiver<Box<Callback>>,
    strays: mpsc::Receiver<String>,
    _stop: DropGuard,
}

impl Listener {
    /// Binds the redirect URI: on both loopback addresses for `localhost`, because a browser may try either, and a port
    /// that another program has on one of them would get the code.
    pub async fn bind(target: &RedirectTarget) -> Result<Self, ListenError> {
        let explain = |error: io::Error| match error.kind() {
            io::ErrorKind::AddrInUse => ListenError::PortInUse { port: target.port() },
            io::ErrorKind::PermissionDenied => ListenError::NoRights {
                port: target.port(),
                path: target.path().to_owned(),
            },
            _ => ListenError::Other {
                port: target.port(),
                why: error.to_string(),
            },
        };
        let sockets = match target.host() {
            LoopbackHost::V4 => vec![bind(Ipv4Addr::LOCALHOST.into(), target.port()).await.map_err(explain)?],
            LoopbackHost::V6 => vec![bind(Ipv6Addr::LOCALHOST.into(), target.port()).await.map_err(explain)?],
            LoopbackHost::Localhost => bind_both(target.port()).await.map_err(explain)?,
        };
        let port = sockets
            .first()
            .and_then(|socket| socket.local_addr().ok())
            .map_or(target.port(), |address| address.port());
        Ok(Self {
            sockets,
            redirect_uri: target.uri_on_port(port),
            path: target.path().to_owned(),
        })
    }

    /// The `redirect_uri` to send: with the port that was taken.
    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// Starts to answer. Must be called inside a tokio runtime.
    pub fn serve(self, expectation: Expectation) -> Waiting {
        // Apart from the strays, so that no flood of them pushes the answer out.
        let (answered, answer) = mpsc::channel(1);
        // Room for some that nobody has read yet; the rest of a flood is answered and not reported.
        let (strayed, strays) = mpsc::channel(16);
        let desk = Arc::new(Desk {
            path: self.path,
            expectation,
            answered,
            strayed,
        });
        let router = Router::new().fallback(respond).with_state(desk);
        let stop = CancellationToken::new();
        let slots = Arc::new(Semaphore::new(MAX_CONNECTIONS));
        for socket in self.sockets {
            tokio::spawn(accept(socket, router.clone(), slots.clone(), stop.clone()));
        }
        Waiting {
            answer,
            strays,
            _stop: stop.drop_guard(),
        }
    }
}

impl Waiting {
    /// The next thing that comes; `None` never happens while this exists.
    pub async fn next(&mut self) -> Option<Arrival> {
        tokio::select! {
            biased;
            Some(callback) = self.answer.recv() => Some(Arrival::Answer(callback)),
            Some(what) = self.strays.recv() => Some(Arrival::Stray(what)),
            else => None,
        }
    }
}

async fn bind(ip: IpAddr, port: u16) -> io::Result<TcpListener> {
    TcpListener::bind(SocketAddr::new(ip, port)).await
}

async fn bind_both(port: u16) -> io::Result<Vec<TcpListener>> {
    let mut attempt = 0;
    loop {
        attempt += 1;
        let v4 = bind(Ipv4Addr::LOCALHOST.into(), port).await?;
        match bind(Ipv6Addr::LOCALHOST.into(), v4.local_addr()?.port()).await {
            Ok(v6) => return Ok(vec![v4, v6]),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                if port != 0 || attempt == PORT_ATTEMPTS {
                    return Err(error);
                }
            }
            // A machine without IPv6: then no browser tries it either.
            Err(_) => return Ok(vec![v4]),
        }
    }
}

async fn accept(socket: TcpListener, router: Router, slots: Arc<Semaphore>, stop: CancellationToken) {
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => return,
            accepted = socket.accept() => accepted,
        };
        let Ok((stream, peer)) = accepted else {
            // Out of file descriptors: trying again at once would only burn a core.
            tokio::time::sleep(ACCEPT_PAUSE).await;
            continue;
        };
        // Bound to loopback, so nobody else can reach it; asked all the same.
        if !peer.ip().is_loopback() {
            continue;
        }
        let Ok(slot) = slots.clone().acquire_owned().await else {
            return;
        };
        let (router, stop) = (router.clone(), stop.clone());
        tokio::spawn(async move {
            serve_connection(stream, router, stop).await;
            drop(slot);
        });
    }
}

async fn serve_connection(stream: TcpStream, router: Router, stop: CancellationToken) {
    let mut http = hyper::server::conn::http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(READ_TIME)
        .keep_alive(false);
    let connection = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    let mut connection = std::pin::pin!(connection);
    // What was begun is finished: the browser gets its page although the login goes on without the listener.
    let result = tokio::select! {
        result = connection.as_mut() => result,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            tokio::time::timeout(READ_TIME, connection).await.unwrap_or(Ok(()))
        }
    };
    if let Err(error) = result {
        // A preconnect that never asked, or garbage: nothing to tell a person.
        tracing::trace!(%error, "a connection to the redirect URI ended early");
    }
}

struct Desk {
    path: String,
    expectation: Expectation,
    answered: mpsc::Sender<Box<Callback>>,
    strayed: mpsc::Sender<String>,
}

async fn respond(State(desk): State<Arc<Desk>>, request: Request) -> Response {
    if request.uri().path() != desk.path {
        return page(StatusCode::NOT_FOUND, &Page::Elsewhere);
    }
    let method = request.method().clone();
    let query = request.uri().query().unwrap_or("").to_owned();
    let posted = if method == Method::POST {
        let body = axum::body::to_bytes(request.into_body(), MAX_BODY_LEN);
        match tokio::time::timeout(READ_TIME, body).await {
            Ok(Ok(bytes)) => String::from_utf8_lossy(&bytes).into_owned(),
            _ => return page(StatusCode::BAD_REQUEST, &Page::Unreadable),
        }
    } else if method == Method::GET {
        String::new()
    } else {
        let allow = [(header::ALLOW, "GET, POST")];
        return (allow, page(StatusCode::METHOD_NOT_ALLOWED, &Page::Unreadable)).into_response();
    };
    let callback = Callback::parse(&format!("{query}&{posted}"));
    if callback.is_empty() {
        // Perhaps everything is in the fragment, which only the browser sees (OAuth 2.0 Multiple Response Types §2.1).
        return page(StatusCode::OK, &Page::Relay);
    }
    desk.judge(callback)
}

impl Desk {
    fn judge(&self, callback: Callback) -> Response {
        let verdict = callback.accept(&self.expectation.state, self.expectation.issuer.as_deref());
        let (status, shown) = match verdict {
            Ok(_) => (StatusCode::OK, Page::Received),
            Err(error @ CallbackError::WrongState) => {
                // When nobody has read the last sixteen strays, one more tells nothing.
                let _ = self.strayed.try_send(error.to_string());
                return page(StatusCode::BAD_REQUEST, &Page::WrongState);
            }
            Err(CallbackError::Refused(error)) => (StatusCode::OK, Page::Refused(error)),
            Err(error) => (StatusCode::BAD_REQUEST, Page::Unusable(error.to_string())),
        };
        // The first answer counts. A second one finds the queue full or unread: the person sees the same page.
        let _ = self.answered.try_send(Box::new(callback));
        page(status, &shown)
    }
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
