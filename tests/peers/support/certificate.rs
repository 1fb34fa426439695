//! A certificate authority that nobody knows, a server certificate of it, and certificates of clients.

use std::path::Path;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};

/// The name that the client `mtls` is registered with (RFC 8705 §2.1.2).
const CLIENT_NAME: &str = "client.example.test";

/// What vouches for whom, each as PEM.
pub(crate) struct Certificates {
    /// The authority's certificate.
    pub(crate) ca: String,
    /// The certificate of the client `mtls`, with its key.
    pub(crate) client: String,
    /// One of the same authority for another name.
    pub(crate) other_client: String,
    /// One for the client's name that it signed itself.
    pub(crate) forged_client: String,
}

/// Writes `server.pem` and `server.key` for 127.0.0.1, and `ca.pem`, into a folder.
pub(crate) fn write_certificates(folder: &Path) -> Result<Certificates, Box<dyn std::error::Error>> {
    let mut ca = CertificateParams::default();
    ca.distinguished_name.push(DnType::CommonName, "Peers' private CA");
    ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    ca.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let ca_key = KeyPair::generate()?;
    let ca_pem = ca.self_signed(&ca_key)?.pem();
    let issuer = Issuer::new(ca, ca_key);
    let signed = |name: &str, issuer: Option<&Issuer<'_, KeyPair>>| {
        let key = KeyPair::generate()?;
        let params = CertificateParams::new([name.to_owned()])?;
        let certificate = match issuer {
            Some(issuer) => params.signed_by(&key, issuer)?,
            None => params.self_signed(&key)?,
        };
        Ok::<_, rcgen::Error>((certificate.pem(), key.serialize_pem()))
    };
    let (server, key) = signed("127.0.0.1", Some(&issuer))?;
    super::put(&folder.join("server.pem"), &server)?;
    super::put(&folder.join("server.key"), &key)?;
    super::put(&folder.join("ca.pem"), &ca_pem)?;
    let client = |name, issuer| signed(name, issuer).map(|(certificate, key)| certificate + &key);
    Ok(Certificates {
        ca: ca_pem,
        client: client(CLIENT_NAME, Some(&issuer))?,
        other_client: client("other.example.test", Some(&issuer))?,
        forged_client: client(CLIENT_NAME, None)?,
    })
}
