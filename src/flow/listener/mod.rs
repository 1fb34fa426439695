//! The loopback listener: it waits at the redirect URI for the browser to come back (RFC 8252 §7.3).
//!
//! It listens on loopback only, answers whatever comes politely, believes only the answer with the right `state`, and
//! is gone when it is dropped. Where nothing can listen it waits for nothing, and says why: the person pastes the answer.

mod bind;
mod certificate;
mod connection;
mod desk;
mod error;

use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_util::sync::{CancellationToken, DropGuard};
use url::Url;

pub use error::ListenError;

use certificate::Certificate;
use connection::Door;
use desk::Desk;

use crate::model::callback::{Callback, CallbackError, Wanted};
use crate::model::jarm::JarmError;
use crate::model::redirect::{Listening, RedirectTarget};

/// Sockets that are bound but not yet answering; or none, and why.
#[derive(Debug)]
pub struct Listener {
    sockets: Vec<TcpListener>,
    redirect_uri: String,
    path: String,
    certificate: Option<Certificate>,
    why_not: Option<ListenError>,
}

/// Something that came to the redirect URI.
#[derive(Debug)]
pub enum Arrival {
    /// The answer to this login, right or refused.
    Answer(Box<Callback>),
    /// Something else, in one sentence. The wait goes on.
    Stray(String),
    /// An answer without a `state`, or with another one: anybody could have sent it. The wait goes on.
    Unproven(CallbackError),
}

/// What the answer must hold to be believed.
#[derive(Clone, Debug)]
pub struct Expectation {
    /// `state` as it was sent.
    pub state: String,
    /// The profile's issuer.
    pub issuer: Option<String>,
    /// What it must bring at least.
    pub wanted: Wanted,
    /// Whether it was asked for as one JWT (JARM §2.3).
    pub is_jwt: bool,
}

impl Expectation {
    /// Whether this may be the answer: see [`Callback::is_answer_to`].
    pub fn judge(&self, callback: &Callback) -> Result<(), CallbackError> {
        callback.is_answer_to(&self.state, self.issuer.as_deref(), self.wanted)
    }

    /// Whether what was refused with this error may be anybody's, so that the wait goes on. An encrypted answer is the own
    /// one only where such a one was asked for: nobody can see its `state`.
    pub const fn is_stray(&self, error: &CallbackError) -> bool {
        match error {
            CallbackError::WrongState | CallbackError::Jarm(JarmError::NotAJwt(_)) => true,
            CallbackError::Jarm(JarmError::Encrypted) => !self.is_jwt,
            _ => false,
        }
    }
}

/// A listener that answers. Dropping it closes the port.
#[derive(Debug)]
pub struct Waiting {
    answer: mpsc::Receiver<Box<Callback>>,
    strays: mpsc::Receiver<Arrival>,
    /// Its senders: while they are there, waiting for what never comes does not end.
    _desk: Arc<Desk>,
    _stop: DropGuard,
}

impl Listener {
    /// Binds the first of these redirect URIs that can be listened on. When there is none, the answer has to be pasted:
    /// then the listener has no socket, stands for the first URI whose answer can be pasted, and says why
    /// ([`Listener::why_not`]). The error is that of a URI with any free port, which nobody can wait at without it.
    pub async fn bind_first(targets: &[RedirectTarget]) -> Result<Self, ListenError> {
        let mut first_error = None;
        let mut by_hand: Option<Self> = None;
        for target in targets {
            let error = match Self::bind(target).await {
                Ok(listener) => return Ok(listener),
                Err(error) => error,
            };
            let can_be_pasted = target.port() != Some(0);
            if can_be_pasted && by_hand.is_none() {
                by_hand = Some(Self::without_sockets(target, error.clone()));
            }
            first_error.get_or_insert(error);
        }
        by_hand.ok_or_else(|| first_error.unwrap_or(ListenError::NoRedirectUri))
    }

    /// Binds a redirect URI: on both loopback addresses for `localhost`, because a browser may try either, and a port
    /// that another program has on one of them would get the code.
    pub async fn bind(target: &RedirectTarget) -> Result<Self, ListenError> {
        let is_https = match target.listening() {
            Listening::Http => false,
            Listening::Https => true,
            Listening::Paste(why) => return Err(why.into()),
        };
        let (Some(host), Some(port)) = (target.host(), target.port()) else {
            return Err(ListenError::NoRedirectUri);
        };
        let sockets = bind::bind(host, port)
            .await
            .map_err(|e| ListenError::new(target, port, is_https, &e))?;
        let certificate = is_https
            .then(Certificate::make)
            .transpose()
            .map_err(|why| ListenError::Other {
                port,
                why: format!("no certificate could be made for it: {why}"),
            })?;
        let port = sockets
            .first()
            .and_then(|socket| socket.local_addr().ok())
            .map_or(port, |address| address.port());
        Ok(Self {
            sockets,
            redirect_uri: target.uri_on_port(port),
            path: target.path().to_owned(),
            certificate,
            why_not: None,
        })
    }

    fn without_sockets(target: &RedirectTarget, why: ListenError) -> Self {
        Self {
            sockets: Vec::new(),
            redirect_uri: target.uri().to_owned(),
            path: target.path().to_owned(),
            certificate: None,
            why_not: Some(why),
        }
    }

    /// The `redirect_uri` to send: with the port that was taken.
    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// Whether anything listens. If not, the answer has to be pasted.
    pub const fn is_listening(&self) -> bool {
        self.why_not.is_none()
    }

    /// Why nothing listens.
    pub const fn why_not(&self) -> Option<&ListenError> {
        self.why_not.as_ref()
    }

    /// SHA-256 of the certificate that was made for an `https://` redirect URI, as browsers show it: pairs of capital hex
    /// digits with colons between.
    pub fn certificate_fingerprint(&self) -> Option<String> {
        self.certificate
            .as_ref()
            .map(|certificate| certificate.fingerprint.clone())
    }

    /// Starts to answer. Must be called inside a tokio runtime.
    pub fn serve(self, expectation: Expectation) -> Waiting {
        self.serve_as(expectation, false)
    }

    /// The same for a browser that comes back from a logout with this `state` and nothing else (OpenID Connect
    /// RP-Initiated Logout §3).
    pub fn serve_after_logout(self, state: String) -> Waiting {
        let expectation = Expectation {
            state,
            issuer: None,
            wanted: Wanted::NOTHING,
            is_jwt: false,
        };
        self.serve_as(expectation, true)
    }

    fn serve_as(self, expectation: Expectation, after_logout: bool) -> Waiting {
        // Apart from the strays, so that no flood of them pushes the answer out.
        let (answered, answer) = mpsc::channel(1);
        // Room for some that nobody has read yet; the rest of a flood is answered and not reported.
        let (strayed, strays) = mpsc::channel(16);
        let desk = Arc::new(Desk {
            path: self.path,
            expectation,
            after_logout,
            answered,
            strayed,
        });
        let stop = CancellationToken::new();
        let origin = Url::parse(&self.redirect_uri)
            .map(|uri| uri.origin().ascii_serialization())
            .unwrap_or_default();
        let door = Door::new(&desk, self.certificate, origin, stop.clone());
        for socket in self.sockets {
            tokio::spawn(door.clone().accept(socket));
        }
        Waiting {
            answer,
            strays,
            _desk: desk,
            _stop: stop.drop_guard(),
        }
    }
}

impl Waiting {
    /// The next thing that comes; `None` never happens while this exists. Where nothing listens, nothing comes.
    pub async fn next(&mut self) -> Option<Arrival> {
        tokio::select! {
            biased;
            Some(callback) = self.answer.recv() => Some(Arrival::Answer(callback)),
            Some(stray) = self.strays.recv() => Some(stray),
            else => None,
        }
    }
}
