//! Why no answer came, in words that a person can act on.

use std::error::Error;
use std::io;

use rustls::AlertDescription;
use rustls::CertificateError;
use url::Url;

use super::tls_problem::TlsProblem;
use super::transport::{ProxyOwner, Way};
use super::trust::Distrusted;

/// Why no answer came. The address is named, its query is not: it may hold a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    /// Nobody answered in time.
    #[error("{host} did not answer within {seconds} s")]
    Timeout {
        /// The host and port.
        host: String,
        /// The limit.
        seconds: u64,
    },
    /// No connection: nobody listens there, or the name is unknown.
    #[error("{host} cannot be reached: {why}")]
    Connect {
        /// The host and port.
        host: String,
        /// What the system says.
        why: String,
    },
    /// No secure connection: a certificate was not accepted, or there is no TLS at all.
    #[error("{host} {problem}{}", detail(problem, why))]
    Tls {
        /// The host and port; a proxy's when its connection is the one.
        host: String,
        /// What is wrong.
        problem: TlsProblem,
        /// The same in the TLS library's words.
        why: String,
    },
    /// The proxy did not do what it is there for.
    #[error("{} {proxy} {why}", owner.words())]
    Proxy {
        /// Who chose it.
        owner: ProxyOwner,
        /// Its host and port.
        proxy: String,
        /// What it did, reading on from its name.
        why: String,
    },
    /// The body went on beyond the limit.
    #[error("{host} sent more than {} MiB: not read further", limit / (1024 * 1024))]
    TooLarge {
        /// The host and port.
        host: String,
        /// The limit in bytes.
        limit: usize,
    },
    /// The token holds what no header can hold.
    #[error("The token cannot be sent: it holds characters that no HTTP header can hold (RFC 6750 §2.1)")]
    Unsendable,
    /// A header of the profile's own cannot be sent (RFC 9110 §5).
    #[error("The header “{name}” cannot be sent: {why}")]
    Header {
        /// Its name.
        name: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The connection broke, or what came was no HTTP.
    #[error("{host} broke off: {why}")]
    Broken {
        /// The host and port.
        host: String,
        /// What the system says.
        why: String,
    },
}

impl ProxyOwner {
    const fn words(self) -> &'static str {
        match self {
            Self::Machine => "This machine's proxy",
            Self::Profile => "The profile's proxy",
        }
    }

    /// What to do when the proxy does not work.
    pub const fn hint(self) -> &'static str {
        match self {
            Self::Machine => "Check this machine's proxy settings, or write none into “Proxy” in the profile",
            Self::Profile => "Check “Proxy” in the profile: empty takes this machine's, none goes without",
        }
    }
}

/// Where the problem's name does not say it all.
fn detail(problem: &TlsProblem, why: &str) -> String {
    match problem {
        TlsProblem::Certificate | TlsProblem::Handshake | TlsProblem::ClientCertificateRefused => format!(": {why}"),
        _ => String::new(),
    }
}

/// What a client error means.
pub(super) fn explain(url: &Url, way: &Way, error: &reqwest::Error) -> HttpError {
    let host = super::host_of(url);
    let clues = Clues::gather(error);
    let is_tunnel = clues.tunnel.is_some();
    if let Some((problem, why)) = clues.tls(way.has_client_certificate) {
        // The proxy's own TLS comes before its tunnel; behind the tunnel it is the server's.
        let host = match &way.proxy {
            Some((proxy, _)) if is_tunnel || url.scheme() == "http" => proxy.clone(),
            _ => host,
        };
        return HttpError::Tls { host, problem, why };
    }
    let why = clues.innermost;
    if let Some((proxy, owner)) = &way.proxy
        && (is_tunnel || error.is_connect())
    {
        let why = proxy_words(clues.tunnel.as_deref(), &host, &why);
        return HttpError::Proxy {
            owner: *owner,
            proxy: proxy.clone(),
            why,
        };
    }
    if error.is_connect() {
        HttpError::Connect { host, why }
    } else {
        HttpError::Broken { host, why }
    }
}

/// What a proxy did, reading on from its name.
fn proxy_words(tunnel: Option<&str>, host: &str, why: &str) -> String {
    match tunnel {
        Some("proxy authorization required") => NEEDS_PASSWORD.to_owned(),
        Some("unsuccessful" | "unexpected end of file" | "proxy response headers too long") => {
            format!("did not open a way to {host}")
        }
        _ if why.contains("SOCKS error: failed to create") => "cannot be reached".to_owned(),
        _ => match why.strip_prefix("SOCKS error: ") {
            Some(why) => format!("did not open a way to {host}: {why}"),
            None => format!("cannot be reached: {why}"),
        },
    }
}

/// What a proxy wants that a profile cannot hold (RFC 9110 §15.5.8).
pub(super) const NEEDS_PASSWORD: &str =
    "asks for a user name and a password, which a profile cannot hold. Set them in this machine's proxy settings";

/// What the chain of causes holds.
#[derive(Default)]
struct Clues {
    tls: Option<rustls::Error>,
    distrusted: Option<Distrusted>,
    /// What the other side said last, where only the words of it are left.
    alert: Option<AlertDescription>,
    hung_up: bool,
    tunnel: Option<String>,
    innermost: String,
}

impl Clues {
    fn gather(error: &(dyn Error + 'static)) -> Self {
        let mut clues = Self::default();
        clues.visit(error);
        clues
    }

    fn visit(&mut self, error: &(dyn Error + 'static)) {
        self.innermost = error.to_string();
        // Both of these types are closed, and HTTP/2 keeps nothing of an error but its words.
        if let Some(tunnel) = self.innermost.strip_prefix("tunnel error: ") {
            self.tunnel.get_or_insert_with(|| tunnel.to_owned());
        }
        if let Some((_, alert)) = self.innermost.split_once("received fatal alert: ") {
            self.alert = ALERTS
                .into_iter()
                .find(|known| alert.starts_with(&format!("{known:?}")));
        }
        self.hung_up |= self.innermost == "tls handshake eof";
        if let Some(tls) = error.downcast_ref::<rustls::Error>() {
            self.tls = Some(tls.clone());
            if let rustls::Error::InvalidCertificate(CertificateError::Other(other)) = tls {
                self.distrusted = other.0.downcast_ref::<Distrusted>().cloned();
            }
            return;
        }
        // The source of an I/O error is the source of what it wraps: that itself would be passed over.
        let wrapped = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        match (wrapped, error.source()) {
            (Some(inner), _) => self.visit(inner),
            (None, Some(inner)) => self.visit(inner),
            (None, None) => {}
        }
    }

    fn tls(&self, with_certificate: bool) -> Option<(TlsProblem, String)> {
        if let Some(distrusted) = &self.distrusted {
            return Some((distrusted.problem.clone(), distrusted.why.clone()));
        }
        if let Some(tls) = &self.tls {
            return Some((TlsProblem::of(tls, with_certificate), tls.to_string()));
        }
        if let Some(alert) = self.alert {
            return Some((TlsProblem::of_alert(alert, with_certificate), self.innermost.clone()));
        }
        self.hung_up.then(|| {
            (
                TlsProblem::Handshake,
                "it hung up in the middle of the handshake".to_owned(),
            )
        })
    }
}

/// The alerts that a server sends after the handshake, when it has looked at the client's certificate.
const ALERTS: [AlertDescription; 8] = [
    AlertDescription::CertificateRequired,
    AlertDescription::BadCertificate,
    AlertDescription::UnsupportedCertificate,
    AlertDescription::CertificateRevoked,
    AlertDescription::CertificateExpired,
    AlertDescription::CertificateUnknown,
    AlertDescription::UnknownCA,
    AlertDescription::AccessDenied,
];
