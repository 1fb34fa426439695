//! The connections of a listener: taken, served, and let go.

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use rustls::AlertDescription;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::certificate::Certificate;
use super::desk::{self, Desk};

/// How long a connection may take to send its request.
const READ_TIME: Duration = Duration::from_secs(10);
/// How many connections are served at once; further ones wait.
const MAX_CONNECTIONS: usize = 32;
/// How long to wait after a connection could not be taken.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// What a TLS handshake begins with (RFC 8446 §5.1).
const HANDSHAKE: u8 = 0x16;

/// What every connection of a listener shares.
#[derive(Clone)]
pub(super) struct Door {
    pages: Router,
    tls: Option<Arc<Tls>>,
    slots: Arc<Semaphore>,
    stop: CancellationToken,
}

struct Tls {
    certificate: Certificate,
    desk: Arc<Desk>,
    /// Whether somebody was told that the browser does not like the certificate.
    was_told: AtomicBool,
    /// For requests that come in the open.
    in_the_open: Router,
}

impl Door {
    /// `origin`: the scheme, host and port of the redirect URI.
    pub(super) fn new(desk: &Arc<Desk>, tls: Option<Certificate>, origin: String, stop: CancellationToken) -> Self {
        let pages = Router::new()
            .fallback(|state: State<Arc<Desk>>, request: Request| desk::respond(state, request, READ_TIME))
            .with_state(desk.clone());
        let tls = tls.map(|certificate| {
            Arc::new(Tls {
                certificate,
                desk: desk.clone(),
                was_told: AtomicBool::new(false),
                in_the_open: Router::new()
                    .fallback(async move |request: Request| desk::send_to_https(&origin, &request)),
            })
        });
        Self {
            pages,
            tls,
            slots: Arc::new(Semaphore::new(MAX_CONNECTIONS)),
            stop,
        }
    }

    /// Takes connections until it is told to stop.
    pub(super) async fn accept(self, socket: TcpListener) {
        loop {
            let accepted = tokio::select! {
                () = self.stop.cancelled() => return,
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
            let Ok(slot) = self.slots.clone().acquire_owned().await else {
                return;
            };
            let door = self.clone();
            tokio::spawn(async move {
                match door.tls.clone() {
                    None => serve(stream, door.pages, door.stop).await,
                    Some(tls) => door.serve_tls(stream, &tls).await,
                }
                drop(slot);
            });
        }
    }

    async fn serve_tls(self, stream: TcpStream, tls: &Tls) {
        let mut first = [0];
        let Some(Ok(1)) = self.in_time(stream.peek(&mut first)).await else {
            // A preconnect that never asked.
            return;
        };
        if first[0] != HANDSHAKE {
            serve(stream, tls.in_the_open.clone(), self.stop).await;
            return;
        }
        match self.in_time(tls.certificate.acceptor.accept(stream)).await {
            Some(Ok(stream)) => serve(stream, self.pages, self.stop).await,
            Some(Err(error)) => tls.note(&error),
            None => {}
        }
    }

    /// The result, unless it takes too long or the listener ends.
    async fn in_time<T>(&self, wait: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            () = self.stop.cancelled() => None,
            result = tokio::time::timeout(READ_TIME, wait) => result.ok(),
        }
    }
}

impl Tls {
    /// Tells once when a browser did not accept the certificate: it tries several times for one page.
    fn note(&self, error: &io::Error) {
        tracing::trace!(%error, "a TLS handshake at the redirect URI failed");
        if is_distrust(error) && !self.was_told.swap(true, Ordering::Relaxed) {
            self.desk.stray(format!(
                "The browser did not accept the certificate. Tokenscope made it for this login, so no authority vouches \
                 for it. Let the browser go on to the page all the same (its SHA-256 fingerprint is {}), or paste the \
                 address from the browser here",
                self.certificate.fingerprint
            ));
        }
    }
}

/// Whether the other side said that it does not believe the certificate (RFC 8446 §6.2).
fn is_distrust(error: &io::Error) -> bool {
    let error = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    matches!(
        error,
        Some(rustls::Error::AlertReceived(
            AlertDescription::BadCertificate
                | AlertDescription::UnsupportedCertificate
                | AlertDescription::CertificateExpired
                | AlertDescription::CertificateUnknown
                | AlertDescription::UnknownCA
                | AlertDescription::AccessDenied
        ))
    )
}

async fn serve(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, router: Router, stop: CancellationToken) {
    let mut http = hyper::server::conn::http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(READ_TIME)
        .keep_alive(false);
    let mut connection = pin!(http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router)));
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
