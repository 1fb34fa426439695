//! The redirect URI, read: what has to listen where.

use core::net::Ipv4Addr;

use url::{Host, Url};

/// Which addresses a loopback redirect URI names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoopbackHost {
    /// `127.0.0.1`.
    V4,
    /// `[::1]`.
    V6,
    /// `localhost`: a browser may try either, so both have to listen.
    Localhost,
}

/// How the answer at a redirect URI gets here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listening {
    /// By listening on loopback (RFC 8252 §7.3).
    Http,
    /// By listening on loopback with a certificate made for it.
    Https,
    /// By hand: nothing on this machine can listen there.
    Paste(PasteOnly),
}

/// Why nothing can listen on a redirect URI that is good all the same, and what to do instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasteOnly {
    /// RFC 8252 §7.1: the operating system gives such an address to an installed app.
    #[error(
        "{0}: addresses belong to an app, and nothing can listen there. After you signed in, paste the address that the \
         browser could not open"
    )]
    CustomScheme(String),
    /// `urn:ietf:wg:oauth:2.0:oob`: the provider shows the code on a page of its own.
    #[error("The provider shows the code on a page instead of sending the browser back. Paste it here")]
    OutOfBand,
    /// Another machine answers there.
    #[error("{0} is not this machine. After you signed in, paste the address that the browser stands at")]
    OtherHost(String),
}

/// A redirect URI, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedirectTarget {
    uri: String,
    place: Place,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    Loopback {
        is_https: bool,
        host: LoopbackHost,
        port: u16,
        path: String,
    },
    Elsewhere(PasteOnly),
}

/// Why a redirect URI cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RedirectError {
    /// Not a URL at all.
    #[error("“{0}” is not a URL. Write it as the provider has it registered, for instance http://127.0.0.1:0/callback")]
    NotAUrl(String),
    /// RFC 6749 §3.1.2.
    #[error("A redirect URI must have no fragment (RFC 6749 §3.1.2). Remove the part from # on")]
    HasFragment,
    /// The code would cross a network in the open (RFC 6749 §3.1.2.1).
    #[error("“{0}” is not this machine. Use https://, or a loopback host: localhost, 127.0.0.1 or [::1]")]
    NotLoopback(String),
    /// No browser comes back there.
    #[error("A browser does not go back to {0}: addresses. Use http:// with a loopback host, or https://")]
    Scheme(String),
}

/// Whether an address is on this machine, so that nothing crosses a network on the way to it.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}

impl RedirectTarget {
    /// Reads a redirect URI as it is registered with the provider.
    pub fn parse(uri: &str) -> Result<Self, RedirectError> {
        let url = Url::parse(uri.trim()).map_err(|_| RedirectError::NotAUrl(uri.to_owned()))?;
        if url.fragment().is_some() {
            return Err(RedirectError::HasFragment);
        }
        let place = match url.scheme() {
            scheme @ ("http" | "https") => web(&url, scheme == "https")?,
            "urn" if is_out_of_band(&url) => Place::Elsewhere(PasteOnly::OutOfBand),
            scheme if NO_ANSWER.contains(&scheme) => return Err(RedirectError::Scheme(scheme.to_owned())),
            // Most likely a host and a port without http:// before them.
            _ if url.cannot_be_a_base() => return Err(RedirectError::NotAUrl(uri.to_owned())),
            scheme => Place::Elsewhere(PasteOnly::CustomScheme(scheme.to_owned())),
        };
        Ok(Self {
            uri: uri.trim().to_owned(),
            place,
        })
    }

    /// As it was written.
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// How the answer gets here.
    pub fn listening(&self) -> Listening {
        match &self.place {
            Place::Loopback { is_https: false, .. } => Listening::Http,
            Place::Loopback { is_https: true, .. } => Listening::Https,
            Place::Elsewhere(why) => Listening::Paste(why.clone()),
        }
    }

    /// Which addresses have to listen; none when the answer can only be pasted.
    pub const fn host(&self) -> Option<LoopbackHost> {
        match self.place {
            Place::Loopback { host, .. } => Some(host),
            Place::Elsewhere(_) => None,
        }
    }

    /// The port to listen on, where 0 means any free one; none when the answer can only be pasted.
    pub const fn port(&self) -> Option<u16> {
        match self.place {
            Place::Loopback { port, .. } => Some(port),
            Place::Elsewhere(_) => None,
        }
    }

    /// The path to listen at, from its slash on; empty when the answer can only be pasted.
    pub fn path(&self) -> &str {
        match &self.place {
            Place::Loopback { path, .. } => path,
            Place::Elsewhere(_) => "",
        }
    }

    /// The `redirect_uri` to send once the listener has its port. A URI with a port of its own is sent letter by letter
    /// as it was written, because servers compare texts (RFC 6749 §3.1.2.3).
    pub fn uri_on_port(&self, port: u16) -> String {
        if self.port() != Some(0) {
            return self.uri.clone();
        }
        // The port ends the authority, which ends at the first / or ? behind the scheme.
        let authority = self.uri.find("://").map_or(0, |at| at + 3);
        let end = self.uri[authority..]
            .find(['/', '?'])
            .map_or(self.uri.len(), |at| authority + at);
        let host = self.uri[..end].trim_end_matches('0').trim_end_matches(':');
        format!("{host}:{port}{}", &self.uri[end..])
    }
}

/// Schemes that a browser handles itself, or that stand for something else than an answer.
const NO_ANSWER: &[&str] = &[
    "about",
    "blob",
    "data",
    "file",
    "ftp",
    "javascript",
    "mailto",
    "tel",
    "urn",
    "ws",
    "wss",
];

fn is_out_of_band(url: &Url) -> bool {
    matches!(url.path(), "ietf:wg:oauth:2.0:oob" | "ietf:wg:oauth:2.0:oob:auto")
}

fn web(url: &Url, is_https: bool) -> Result<Place, RedirectError> {
    let host = match url.host() {
        Some(Host::Ipv4(Ipv4Addr::LOCALHOST)) => LoopbackHost::V4,
        Some(Host::Ipv6(ip)) if ip.is_loopback() => LoopbackHost::V6,
        Some(Host::Domain("localhost")) => LoopbackHost::Localhost,
        other => {
            let host = other.map(|h| h.to_string()).unwrap_or_default();
            return if is_https {
                Ok(Place::Elsewhere(PasteOnly::OtherHost(host)))
            } else {
                Err(RedirectError::NotLoopback(host))
            };
        }
    };
    Ok(Place::Loopback {
        is_https,
        host,
        port: url.port_or_known_default().unwrap_or(if is_https { 443 } else { 80 }),
        path: url.path().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seeds_redirect_uri_is_port_80_on_both_loopback_addresses() {
        let target = RedirectTarget::parse("http://localhost/signin-callback").unwrap();
        assert_eq!(
            (target.host(), target.port()),
            (Some(LoopbackHost::Localhost), Some(80))
        );
        assert_eq!(target.listening(), Listening::Http);
        assert_eq!(target.path(), "/signin-callback");
        assert_eq!(target.uri_on_port(80), "http://localhost/signin-callback");
    }

    #[test]
    fn port_0_becomes_the_port_that_was_free() {
        let target = RedirectTarget::parse("http://[::1]:0/cb?x=1").unwrap();
        assert_eq!(target.host(), Some(LoopbackHost::V6));
        assert_eq!(target.uri_on_port(8400), "http://[::1]:8400/cb?x=1");
        let target = RedirectTarget::parse("http://[0:0:0:0:0:0:0:1]:0/a:0").unwrap();
        assert_eq!(target.uri_on_port(8400), "http://[0:0:0:0:0:0:0:1]:8400/a:0");
    }

    #[test]
    fn what_cannot_be_listened_on_is_refused_by_name() {
        for (uri, error) in [
            ("signin", RedirectError::NotAUrl("signin".into())),
            ("http://localhost/cb#x", RedirectError::HasFragment),
            (
                "http://example.com/cb",
                RedirectError::NotLoopback("example.com".into()),
            ),
            ("http://127.0.0.2/cb", RedirectError::NotLoopback("127.0.0.2".into())),
            ("http://0.0.0.0/cb", RedirectError::NotLoopback("0.0.0.0".into())),
            ("localhost:8400/cb", RedirectError::NotAUrl("localhost:8400/cb".into())),
            ("example.com:8400", RedirectError::NotAUrl("example.com:8400".into())),
            ("javascript:alert(1)", RedirectError::Scheme("javascript".into())),
            ("file:///cb", RedirectError::Scheme("file".into())),
            ("urn:ietf:wg:oauth:2.0:else", RedirectError::Scheme("urn".into())),
        ] {
            assert_eq!(RedirectTarget::parse(uri), Err(error));
        }
    }

    #[test]
    fn https_on_loopback_is_listened_on_at_its_port() {
        for (uri, host, port) in [
            ("https://localhost/signin-callback", LoopbackHost::Localhost, 443),
            ("https://127.0.0.1:0/signin-callback", LoopbackHost::V4, 0),
            ("https://[::1]:8443/signin-callback", LoopbackHost::V6, 8443),
        ] {
            let target = RedirectTarget::parse(uri).unwrap();
            assert_eq!(target.listening(), Listening::Https, "{uri}");
            assert_eq!((target.host(), target.port()), (Some(host), Some(port)), "{uri}");
            assert_eq!(target.path(), "/signin-callback");
        }
        let target = RedirectTarget::parse("https://127.0.0.1:0/cb").unwrap();
        assert_eq!(target.uri_on_port(8443), "https://127.0.0.1:8443/cb");
    }

    #[test]
    fn where_nothing_can_listen_the_answer_is_pasted_and_the_uri_sent_as_written() {
        let custom = |scheme: &str| PasteOnly::CustomScheme(scheme.to_owned());
        for (uri, why) in [
            ("com.example.app:/callback", custom("com.example.app")),
            ("myapp://callback", custom("myapp")),
            ("urn:ietf:wg:oauth:2.0:oob", PasteOnly::OutOfBand),
            ("urn:ietf:wg:oauth:2.0:oob:auto", PasteOnly::OutOfBand),
            ("https://app.example:0/cb", PasteOnly::OtherHost("app.example".into())),
            ("https://0.0.0.0/cb", PasteOnly::OtherHost("0.0.0.0".into())),
        ] {
            let target = RedirectTarget::parse(uri).unwrap();
            assert!(why.to_string().contains("aste"), "{why}");
            assert_eq!(target.listening(), Listening::Paste(why), "{uri}");
            assert_eq!((target.host(), target.port(), target.path()), (None, None, ""));
            assert_eq!(target.uri_on_port(8400), uri);
        }
    }
}
