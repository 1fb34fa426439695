//! How a profile's requests travel: whom it trusts, who it says it is, and through which proxy.

use core::fmt;
use core::hash::{Hash, Hasher};
use core::str::FromStr;

use aws_lc_rs::digest;
use url::Url;

use super::redirect::is_loopback;
use super::secret::Secret;

/// The transport of a profile: the same for every request of it. The default trusts what this machine trusts, shows no
/// certificate and takes the machine's proxy.
///
/// It can be the key of a map: two that are equal may share a client. The private key counts when two are compared, and
/// is not hashed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Transport {
    /// Certificates of authorities to trust beside the machine's, as PEM.
    pub ca_pem: Option<String>,
    /// The client's certificate and those between it and its authority, as PEM (RFC 8705 §2).
    pub client_certificate_pem: Option<String>,
    /// The private key of that certificate, as PEM.
    pub client_key_pem: Option<Secret>,
    /// Whether any certificate will do. Whoever is on the way can then read and change everything.
    pub insecure: bool,
    /// The proxy.
    pub proxy: Proxy,
    /// Where the embedded provider listens, which is asked without the profile's proxy.
    pub embedded: Option<Url>,
}

impl Transport {
    /// Takes a client's certificate and its key, as they stand in files: a key that is in the certificate's file goes to
    /// where secrets are, and counts when there is no other.
    #[must_use]
    pub fn with_client_certificate(self, pem: &Secret, key: Option<Secret>) -> Self {
        let (certificate, own_key) = without_keys(pem.expose());
        Self {
            client_certificate_pem: Some(certificate),
            client_key_pem: key.or_else(|| (!own_key.is_empty()).then_some(own_key)),
            ..self
        }
    }

    /// The same, with the embedded provider at `base`: it is inside this program, where no proxy reaches. Other addresses
    /// keep the proxy.
    #[must_use]
    pub fn with_embedded(self, base: &Url) -> Self {
        // Without a proxy of the profile's own, loopback is asked directly anyway.
        let has_proxy = matches!(self.proxy, Proxy::Url(_));
        Self {
            embedded: has_proxy.then(|| base.clone()),
            ..self
        }
    }

    /// A digest of every part (SHA-256): what stands for it where it is kept for long, as the private key must not be.
    pub fn digest(&self) -> [u8; 32] {
        let mut context = digest::Context::new(&digest::SHA256);
        let proxy = self.proxy.to_string();
        let parts = [
            self.ca_pem.as_deref(),
            self.client_certificate_pem.as_deref(),
            self.client_key_pem.as_ref().map(Secret::expose),
            self.insecure.then_some("insecure"),
            Some(&proxy),
            self.embedded.as_ref().map(Url::as_str),
        ];
        for part in parts {
            // With their lengths: no two transports run together to the same bytes.
            let len = part.map_or(u64::MAX, |part| part.len() as u64);
            context.update(&len.to_be_bytes());
            context.update(part.unwrap_or_default().as_bytes());
        }
        let mut digest = [0; 32];
        digest.copy_from_slice(context.finish().as_ref());
        digest
    }
}

impl Hash for Transport {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.ca_pem.hash(state);
        self.client_certificate_pem.hash(state);
        self.client_key_pem.is_some().hash(state);
        self.insecure.hash(state);
        self.proxy.hash(state);
        self.embedded.hash(state);
    }
}

/// A PEM text without its private keys, and those (RFC 7468 §10).
fn without_keys(pem: &str) -> (String, Secret) {
    let (mut rest, mut keys) = (String::new(), String::new());
    let mut in_key = false;
    for line in pem.split_inclusive('\n') {
        let is_boundary = |what: &str| line.contains(what) && line.contains("PRIVATE KEY-----");
        in_key |= is_boundary("-----BEGIN ");
        if in_key { &mut keys } else { &mut rest }.push_str(line);
        in_key &= !is_boundary("-----END ");
    }
    (rest, Secret::new(keys))
}

/// Through which proxy requests go.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Proxy {
    /// As this machine is set up; never for loopback. Written as nothing.
    #[default]
    System,
    /// Through none. Written `none`.
    Direct,
    /// Through this one, for every address. Written as its URL: `http://`, `https://`, `socks5://` (names are looked up
    /// here) or `socks5h://` (names are looked up by the proxy).
    Url(Url),
}

impl Proxy {
    /// Whether a proxy's own address is this machine.
    pub fn is_on_loopback(proxy: &Url) -> bool {
        // Only of web addresses does the parser read an IPv4 address as one.
        let host = proxy.host_str().unwrap_or_default();
        Url::parse(&format!("http://{host}/")).is_ok_and(|url| is_loopback(&url))
    }
}

/// Why a text is no proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProxyError {
    /// Not a URL, or of another scheme.
    #[error(
        "Write the proxy as http://host:port, https://host:port, socks5://host:port or socks5h://host:port, or none"
    )]
    NotAProxy,
    /// A profile can be mailed: it holds no secret.
    #[error(
        "A profile holds no password: take user name and password out of the proxy, and set them in this machine's \
         proxy settings"
    )]
    HasPassword,
    /// The address of a configuration script, most likely.
    #[error("A proxy is a host and a port, nothing behind them. A configuration script (PAC) cannot be used here")]
    HasPath,
}

impl FromStr for Proxy {
    type Err = ProxyError;

    fn from_str(text: &str) -> Result<Self, ProxyError> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(Self::System);
        }
        if text.eq_ignore_ascii_case("none") {
            return Ok(Self::Direct);
        }
        let url = Url::parse(text).map_err(|_| ProxyError::NotAProxy)?;
        if !matches!(url.scheme(), "http" | "https" | "socks5" | "socks5h") || url.host_str().is_none_or(str::is_empty)
        {
            return Err(ProxyError::NotAProxy);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(ProxyError::HasPassword);
        }
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
            return Err(ProxyError::HasPath);
        }
        Ok(Self::Url(url))
    }
}

impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::System => Ok(()),
            Self::Direct => f.write_str("none"),
            Self::Url(url) => f.write_str(url.as_str().trim_end_matches('/')),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet};

    use super::*;

    #[test]
    fn a_proxy_is_read_and_written_alike() {
        for text in [
            "",
            "none",
            "http://proxy.example:8080",
            "https://proxy.example",
            "socks5://127.0.0.1:1080",
            "socks5h://[::1]:1080",
        ] {
            assert_eq!(text.parse::<Proxy>().unwrap().to_string(), text);
        }
        assert_eq!(" ".parse(), Ok(Proxy::System));
        assert_eq!("None".parse(), Ok(Proxy::Direct));
        assert!(matches!(" http://p:1/ ".parse(), Ok(Proxy::Url(_))));
    }

    #[test]
    fn a_proxy_on_this_machine_is_known_by_its_host() {
        for (text, here) in [
            ("http://127.0.0.1:8080", true),
            ("socks5://127.0.0.1:1080", true),
            ("socks5h://[::1]:1080", true),
            ("http://localhost:8080", true),
            ("http://10.0.0.1:8080", false),
            ("socks5://proxy.example", false),
        ] {
            assert_eq!(Proxy::is_on_loopback(&Url::parse(text).unwrap()), here, "{text}");
        }
    }

    #[test]
    fn what_is_no_proxy_is_refused_by_name() {
        for (text, error) in [
            ("proxy.example:8080", ProxyError::NotAProxy),
            ("proxy.example", ProxyError::NotAProxy),
            ("ftp://proxy.example", ProxyError::NotAProxy),
            ("socks4://proxy.example", ProxyError::NotAProxy),
            ("socks5:///", ProxyError::NotAProxy),
            ("http://me@proxy.example", ProxyError::HasPassword),
            ("socks5://me:secret@proxy.example", ProxyError::HasPassword),
            ("http://proxy.example/proxy.pac", ProxyError::HasPath),
            ("http://proxy.example/?x", ProxyError::HasPath),
        ] {
            assert_eq!(text.parse::<Proxy>(), Err(error), "{text}");
            assert!(!error.to_string().contains("secret"));
        }
    }

    #[test]
    fn a_key_in_the_certificates_file_goes_to_where_secrets_are() {
        let certificate = "-----BEGIN CERTIFICATE-----\nMIIA\n-----END CERTIFICATE-----\n";
        let key = "-----BEGIN EC PRIVATE KEY-----\r\nHIDE\r\n-----END EC PRIVATE KEY-----\r\n";
        for file in [format!("{certificate}{key}"), format!("{key}{certificate}")] {
            let transport = Transport::default().with_client_certificate(&Secret::new(file.clone()), None);
            assert_eq!(transport.client_certificate_pem.as_deref(), Some(certificate));
            assert_eq!(transport.client_key_pem, Some(Secret::new(key)));
            let other = Secret::new("another");
            let transport = Transport::default().with_client_certificate(&Secret::new(file), Some(other.clone()));
            assert_eq!(transport.client_certificate_pem.as_deref(), Some(certificate));
            assert_eq!(transport.client_key_pem, Some(other));
        }
        let alone = Transport::default().with_client_certificate(&Secret::new(certificate), None);
        assert_eq!(alone.client_key_pem, None);
        let cut_off = Transport::default().with_client_certificate(&Secret::new(&key[..40]), None);
        assert!(!format!("{cut_off:?}").contains("HIDE"), "{cut_off:?}");
    }

    #[test]
    fn a_transport_is_found_again_by_all_of_its_parts() {
        let with_key = |key: &str| Transport {
            client_key_pem: Some(Secret::new(key)),
            ..Transport::default()
        };
        let insecure = Transport {
            insecure: true,
            ..Transport::default()
        };
        let clients = HashMap::from([
            (with_key("a"), 1),
            (with_key("b"), 2),
            (Transport::default(), 3),
            (insecure, 4),
        ]);
        assert_eq!(clients.len(), 4);
        let digests: HashSet<_> = clients.keys().map(Transport::digest).collect();
        assert_eq!(digests.len(), 4);
        assert!(digests.contains(&with_key("a").digest()));
        assert_eq!(clients[&with_key("b")], 2);
        assert!(!format!("{:?}", with_key("hunter2")).contains("hunter2"));
    }
}
