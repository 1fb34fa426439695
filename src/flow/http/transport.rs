//! The clients of a profile's transport: certificates and proxies put to use.

use std::sync::Arc;

use hyper_util::client::proxy::matcher::Matcher;
use reqwest::{Client, ClientBuilder};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, Error, InconsistentKeys};
use url::Url;

use super::trust::Trust;
use crate::model::redirect::is_loopback;
use crate::model::transport::{Proxy, Transport};

/// Why a profile's transport cannot be used. Each names the field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// No certificate where one must be.
    #[error("“{field}” holds no certificate. It is PEM text that begins with -----BEGIN CERTIFICATE-----")]
    NoCertificate {
        /// The field's label.
        field: &'static str,
    },
    /// A certificate that is damaged.
    #[error("“{field}” holds a certificate that cannot be read: {why}")]
    BadCertificate {
        /// The field's label.
        field: &'static str,
        /// What is wrong.
        why: String,
    },
    /// A private key in a field that is stored in the open.
    #[error("“{field}” holds a private key. Take it out: a profile holds no secret, and it has a field of its own")]
    KeyInTheOpen {
        /// The field's label.
        field: &'static str,
    },
    /// A client certificate without its key.
    #[error("The client certificate has no private key. Name the key's file in “Its key file”")]
    NoKey,
    /// A key without a certificate.
    #[error("There is a key and no “Client certificate” that belongs to it. Add the certificate")]
    NoCertificateForKey,
    /// A private key that cannot be read.
    #[error("The client key cannot be read. It is PEM text that begins with -----BEGIN PRIVATE KEY-----")]
    BadKey,
    /// A private key behind a password.
    #[error("The client key is locked with a password. Unlock it first: openssl pkey -in key.pem")]
    LockedKey,
    /// Both are good, and not for each other.
    #[error("The client key does not belong to the client certificate. Use the key that the certificate was made for")]
    KeyMismatch,
    /// The proxy's address, which was read before and still cannot be used.
    #[error("The proxy cannot be used: {0}")]
    Proxy(String),
}

/// Labels of the profile's fields.
const CA: &str = "Certificate authority";
const CLIENT_CERTIFICATE: &str = "Client certificate";

/// The way that one request takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Way {
    /// The proxy's host and port, when it goes through one, and whether that is the machine's setting.
    pub(super) proxy: Option<(String, ProxyOwner)>,
    /// Whether a client certificate is there to be shown.
    pub(super) has_client_certificate: bool,
}

/// Who chose a proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProxyOwner {
    /// The settings of this machine.
    Machine,
    /// The profile.
    Profile,
}

/// The clients of one transport.
#[derive(Clone, Debug)]
pub(super) struct Clients {
    /// Straight to the server.
    direct: Client,
    /// Through the proxy, if any.
    proxied: Client,
    proxy: Proxy,
    /// The machine's proxies: to say which one was taken.
    machine: Option<Arc<Matcher>>,
    embedded: Option<Url>,
    has_client_certificate: bool,
}

impl Clients {
    pub(super) fn new(transport: &Transport) -> Result<Self, TransportError> {
        let tls = tls(transport)?;
        let client = |settings: &dyn Fn(ClientBuilder) -> ClientBuilder| {
            // A token endpoint gets each request once, and nothing is sent to an address that it was not meant for.
            settings(Client::builder().tls_backend_preconfigured(tls.clone()))
                .redirect(reqwest::redirect::Policy::none())
                .retry(reqwest::retry::never())
                .referer(false)
                .user_agent(concat!("tokenscope/", env!("CARGO_PKG_VERSION")))
                .build()
                .map_err(|e| TransportError::Proxy(innermost(&e)))
        };
        let direct = client(&ClientBuilder::no_proxy)?;
        let proxied = match &transport.proxy {
            Proxy::Direct => direct.clone(),
            Proxy::System => client(&|builder| builder)?,
            Proxy::Url(url) => {
                let proxy = reqwest::Proxy::all(url.clone()).map_err(|e| TransportError::Proxy(innermost(&e)))?;
                client(&|builder| builder.no_proxy().proxy(proxy.clone()))?
            }
        };
        Ok(Self {
            direct,
            proxied,
            proxy: transport.proxy.clone(),
            machine: (transport.proxy == Proxy::System).then(|| Arc::new(Matcher::from_system())),
            embedded: transport.embedded.clone(),
            has_client_certificate: filled(transport.client_certificate_pem.as_deref()).is_some(),
        })
    }

    /// The client for an address, and the way that it takes. The machine's proxy never comes between on loopback; one
    /// that the profile names is meant for every address but the embedded provider's.
    pub(super) fn choose(&self, url: &Url) -> (&Client, Way) {
        let embedded = self.embedded.as_ref();
        let is_direct = embedded.is_some_and(|base| base.origin() == url.origin())
            || (self.proxy == Proxy::System && is_loopback(url));
        let proxy = match &self.proxy {
            Proxy::Direct => None,
            _ if is_direct => None,
            Proxy::System => self.machine_proxy(url).map(|proxy| (proxy, ProxyOwner::Machine)),
            Proxy::Url(proxy) => Some((super::host_of(proxy), ProxyOwner::Profile)),
        };
        let client = if is_direct { &self.direct } else { &self.proxied };
        let way = Way {
            proxy,
            has_client_certificate: self.has_client_certificate,
        };
        (client, way)
    }

    fn machine_proxy(&self, url: &Url) -> Option<String> {
        let destination = url.as_str().parse().ok()?;
        let proxy = self.machine.as_ref()?.intercept(&destination)?;
        proxy.uri().authority().map(|authority| {
            let authority = authority.as_str();
            // It may hold a password.
            authority
                .rsplit_once('@')
                .map_or(authority, |(_, host)| host)
                .to_owned()
        })
    }
}

fn filled(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

fn tls(transport: &Transport) -> Result<ClientConfig, TransportError> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let trust = if transport.insecure {
        Trust::anyone(provider.clone())
    } else {
        let own = filled(transport.ca_pem.as_deref()).map_or(Ok(Vec::new()), |pem| certificates(CA, pem))?;
        Trust::known(own, provider.clone()).map_err(|e| TransportError::BadCertificate {
            field: CA,
            why: e.to_string(),
        })?
    };
    let config = builder(provider)
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(trust));
    let certificate = filled(transport.client_certificate_pem.as_deref());
    let key = filled(transport.client_key_pem.as_ref().map(crate::model::Secret::expose));
    let mut config = match (certificate, key) {
        (None, None) => config.with_no_client_auth(),
        (Some(_), None) => return Err(TransportError::NoKey),
        (None, Some(_)) => return Err(TransportError::NoCertificateForKey),
        (Some(certificate), Some(key)) => config
            .with_client_auth_cert(certificates(CLIENT_CERTIFICATE, certificate)?, private_key(key)?)
            .map_err(|error| match error {
                Error::InconsistentKeys(InconsistentKeys::KeyMismatch) => TransportError::KeyMismatch,
                Error::InvalidCertificate(why) => TransportError::BadCertificate {
                    field: CLIENT_CERTIFICATE,
                    why: why.to_string(),
                },
                _ => TransportError::BadKey,
            })?,
    };
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

fn builder(provider: Arc<CryptoProvider>) -> rustls::ConfigBuilder<ClientConfig, rustls::WantsVerifier> {
    ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("this provider has every version that rustls has")
}

fn certificates(field: &'static str, pem: &str) -> Result<Vec<CertificateDer<'static>>, TransportError> {
    if pem.contains("PRIVATE KEY-----") {
        return Err(TransportError::KeyInTheOpen { field });
    }
    let certificates: Vec<_> = CertificateDer::pem_slice_iter(pem.as_bytes())
        .collect::<Result<_, _>>()
        .map_err(|e| TransportError::BadCertificate {
            field,
            why: e.to_string(),
        })?;
    if certificates.is_empty() {
        return Err(TransportError::NoCertificate { field });
    }
    Ok(certificates)
}

fn private_key(pem: &str) -> Result<PrivateKeyDer<'static>, TransportError> {
    if pem.contains("BEGIN ENCRYPTED PRIVATE KEY") || pem.contains("Proc-Type: 4,ENCRYPTED") {
        return Err(TransportError::LockedKey);
    }
    PrivateKeyDer::from_pem_slice(pem.as_bytes()).map_err(|_| TransportError::BadKey)
}

fn innermost(error: &dyn std::error::Error) -> String {
    let mut error = error;
    while let Some(inner) = error.source() {
        error = inner;
    }
    error.to_string()
}
