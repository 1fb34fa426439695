//! A certificate made on the fly for a redirect URI that is HTTPS on loopback.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_lc_rs::digest;
use rcgen::{CertificateParams, DnType, ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose};
use rustls::ServerConfig;
use rustls::pki_types::PrivatePkcs8KeyDer;
use tokio_rustls::TlsAcceptor;

const HOUR: Duration = Duration::from_hours(1);

/// A key that lives as long as the listener, and the certificate that names this machine for it. No authority vouches
/// for it, so the browser asks.
#[derive(Clone)]
pub(super) struct Certificate {
    pub(super) acceptor: TlsAcceptor,
    /// SHA-256 as browsers show it: pairs of capital hex digits with colons between.
    pub(super) fingerprint: String,
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Certificate").field(&self.fingerprint).finish()
    }
}

impl Certificate {
    /// Makes one that is good for a day, or says why not.
    pub(super) fn make() -> Result<Self, String> {
        let key = KeyPair::generate().map_err(|e| e.to_string())?;
        let certificate = params()
            .and_then(|params| params.self_signed(&key))
            .map_err(|e| e.to_string())?;
        let hash = digest::digest(&digest::SHA256, certificate.der());
        let fingerprint: Vec<_> = hash.as_ref().iter().map(|byte| format!("{byte:02X}")).collect();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("this provider has every version that rustls has")
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.der().clone()],
                PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
            )
            .map_err(|e| e.to_string())?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self {
            acceptor: TlsAcceptor::from(Arc::new(config)),
            fingerprint: fingerprint.join(":"),
        })
    }
}

fn params() -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(["localhost", "127.0.0.1", "::1"].map(str::to_owned))?;
    params
        .distinguished_name
        .push(DnType::CommonName, "Tokenscope on this machine");
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    // The machine's own clock and no other: the browser that judges the certificate goes by it too.
    let since_1970 = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    let now = rcgen::date_time_ymd(1970, 1, 1) + since_1970;
    params.not_before = now - HOUR;
    params.not_after = now + 24 * HOUR;
    Ok(params)
}
