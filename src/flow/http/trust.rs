//! Whose certificate is believed, and why one is not.

use std::fmt;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_name;
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error, OtherError, SignatureScheme};
use rustls_platform_verifier::Verifier;

use super::certificate::Names;
use super::tls_problem::TlsProblem;

/// Decides about servers' certificates. What it refuses it explains, because only here the certificate is at hand: the
/// error that comes out of a failed request has lost it.
#[derive(Debug)]
pub(super) struct Trust {
    roots: Roots,
    provider: Arc<CryptoProvider>,
}

#[derive(Debug)]
enum Roots {
    /// The machine's authorities and the profile's.
    Known {
        verifier: Verifier,
        own: Vec<CertificateDer<'static>>,
    },
    /// This machine has none.
    Nobody,
    /// Anyone will do.
    Anyone,
}

/// Why a certificate was refused.
#[derive(Clone, Debug)]
pub(super) struct Distrusted {
    pub(super) problem: TlsProblem,
    pub(super) why: String,
}

impl fmt::Display for Distrusted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.why)
    }
}

impl std::error::Error for Distrusted {}

impl Trust {
    /// Trusts the machine's authorities, and these. The error is about these.
    pub(super) fn known(own: Vec<CertificateDer<'static>>, provider: Arc<CryptoProvider>) -> Result<Self, Error> {
        let roots = match Verifier::new_with_extra_roots(own.iter().cloned(), provider.clone()) {
            Ok(verifier) => Roots::Known { verifier, own },
            // A machine without any authority can still speak plain HTTP to loopback.
            Err(_) if own.is_empty() => Roots::Nobody,
            Err(error) => return Err(error),
        };
        Ok(Self { roots, provider })
    }

    /// Trusts whoever answers.
    pub(super) const fn anyone(provider: Arc<CryptoProvider>) -> Self {
        Self {
            roots: Roots::Anyone,
            provider,
        }
    }
}

impl ServerCertVerifier for Trust {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let error = match &self.roots {
            Roots::Anyone => return Ok(ServerCertVerified::assertion()),
            Roots::Nobody => CertificateError::UnknownIssuer.into(),
            Roots::Known { verifier, own } => {
                let verified = verifier.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
                match verified {
                    // `openssl req -x509` marks what it makes as an authority, and an authority's certificate is not a
                    // server's. When the person named this very one, its name is all that is left to check: its time
                    // was checked before this.
                    Err(error) if is_authority(&error) && own.iter().any(|own| own == end_entity) => {
                        match verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name) {
                            Ok(()) => return Ok(ServerCertVerified::assertion()),
                            Err(error) => error,
                        }
                    }
                    Err(error) => error,
                    verified => return verified,
                }
            }
        };
        Err(distrust(end_entity, error))
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        if matches!(self.roots, Roots::Anyone) {
            return Ok(HandshakeSignatureValid::assertion());
        }
        verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        if matches!(self.roots, Roots::Anyone) {
            return Ok(HandshakeSignatureValid::assertion());
        }
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// Whether the only thing wrong is that an authority's certificate is used as a server's. The type of that error is not
/// for others to name.
fn is_authority(error: &Error) -> bool {
    matches!(error, Error::InvalidCertificate(CertificateError::Other(other)) if format!("{other:?}").contains("CaUsedAsEndEntity"))
}

fn distrust(end_entity: &CertificateDer<'_>, error: Error) -> Error {
    let Error::InvalidCertificate(found) = &error else {
        return error;
    };
    let names = Names::read(end_entity);
    let is_self_issued = names.as_ref().is_some_and(|names| names.is_self_issued);
    let problem = match found {
        CertificateError::UnknownIssuer | CertificateError::Other(_) if is_self_issued => TlsProblem::SelfSigned,
        CertificateError::UnknownIssuer => TlsProblem::UnknownIssuer {
            issuer: names.and_then(|names| names.issuer),
        },
        found => TlsProblem::of_certificate(found),
    };
    let why = error.to_string();
    CertificateError::Other(OtherError(Arc::new(Distrusted { problem, why }))).into()
}
