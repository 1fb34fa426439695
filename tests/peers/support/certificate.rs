//! A certificate authority that nobody knows, and a server certificate of it.

use std::path::Path;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};

/// Writes `server.pem` and `server.key` for 127.0.0.1 into a folder and gives the authority's certificate as PEM.
pub(crate) fn write_server_certificate(folder: &Path) -> Result<String, Box<dyn std::error::Error>> {
    let mut ca = CertificateParams::default();
    ca.distinguished_name.push(DnType::CommonName, "Peers' private CA");
    ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    ca.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let ca_key = KeyPair::generate()?;
    let ca_pem = ca.self_signed(&ca_key)?.pem();
    let key = KeyPair::generate()?;
    let certificate = CertificateParams::new(["127.0.0.1".to_owned()])?.signed_by(&key, &Issuer::new(ca, ca_key))?;
    super::put(&folder.join("server.pem"), &certificate.pem())?;
    super::put(&folder.join("server.key"), &key.serialize_pem())?;
    Ok(ca_pem)
}
