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

/// A redirect URI that this program can listen on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedirectTarget {
    uri: String,
    host: LoopbackHost,
    port: u16,
    path: String,
}

/// Why nothing can listen on a redirect URI.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RedirectError {
    /// Not a URL at all.
    #[error("“{0}” is not a URL. Write it as the provider has it registered, for instance http://127.0.0.1:0/callback")]
    NotAUrl(String),
    /// RFC 6749 §3.1.2.
    #[error("A redirect URI must have no fragment (RFC 6749 §3.1.2). Remove the part from # on")]
    HasFragment,
    /// Nothing on this machine answers there.
    #[error("“{0}” is not this machine. Use a loopback host: localhost, 127.0.0.1 or [::1]")]
    NotLoopback(String),
    /// HTTPS on loopback needs a certificate that this version cannot make.
    #[error("Tokenscope cannot listen on {0}:// yet. Register an http:// loopback address with the provider")]
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
        if url.scheme() != "http" {
            return Err(RedirectError::Scheme(url.scheme().to_owned()));
        }
        let host = match url.host() {
            Some(Host::Ipv4(Ipv4Addr::LOCALHOST)) => LoopbackHost::V4,
            Some(Host::Ipv6(ip)) if ip.is_loopback() => LoopbackHost::V6,
            Some(Host::Domain("localhost")) => LoopbackHost::Localhost,
            other => {
                return Err(RedirectError::NotLoopback(
                    other.map(|h| h.to_string()).unwrap_or_default(),
                ));
            }
        };
        Ok(Self {
            uri: uri.trim().to_owned(),
            host,
            port: url.port_or_known_default().unwrap_or(80),
            path: url.path().to_owned(),
        })
    }

    /// Which addresses have to listen.
    pub const fn host(&self) -> LoopbackHost {
        self.host
    }

    /// The port; 0 means any free one.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// The path, from its slash on.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The `redirect_uri` to send once the listener has its port. A URI with a port of its own is sent letter by letter
    /// as it was written, because servers compare texts (RFC 6749 §3.1.2.3).
    pub fn uri_on_port(&self, port: u16) -> String {
        if self.port != 0 {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seeds_redirect_uri_is_port_80_on_both_loopback_addresses() {
        let target = RedirectTarget::parse("http://localhost/signin-callback").unwrap();
        assert_eq!((target.host(), target.port()), (LoopbackHost::Localhost, 80));
        assert_eq!(target.path(), "/signin-callback");
        assert_eq!(target.uri_on_port(80), "http://localhost/signin-callback");
    }

    #[test]
    fn port_0_becomes_the_port_that_was_free() {
        let target = RedirectTarget::parse("http://[::1]:0/cb?x=1").unwrap();
        assert_eq!(target.host(), LoopbackHost::V6);
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
            ("https://localhost/cb", RedirectError::Scheme("https".into())),
            ("com.example:/cb", RedirectError::Scheme("com.example".into())),
        ] {
            assert_eq!(RedirectTarget::parse(uri), Err(error));
        }
    }
}
