//! The files that a profile names: keys and certificates. Read when they are needed, kept nowhere.

use std::path::Path;

use super::failure::Failure;
use crate::model::field::Field;
use crate::model::transport::{Proxy, Transport};
use crate::model::{Profile, Secret};

/// What the fields of a profile stand for, whether it was written into them or into a file.
#[derive(Debug, Default)]
pub(super) struct Files {
    /// The client's private key for signing.
    pub(super) client_key: Option<Secret>,
    /// The key that signatures are verified with.
    pub(super) verification_key: Option<String>,
    /// How requests travel.
    pub(super) transport: Transport,
}

impl Files {
    /// Reads them on a blocking thread.
    pub(super) async fn read(profile: &Profile) -> Result<Self, Failure> {
        let profile = profile.clone();
        tokio::task::spawn_blocking(move || Self::read_now(&profile))
            .await
            .unwrap_or_else(|error| Err(Failure::internal("Reading the profile's files", error, "Try again")))
    }

    fn read_now(profile: &Profile) -> Result<Self, Failure> {
        let proxy = profile.proxy.parse::<Proxy>();
        let proxy = proxy.map_err(|error| wrong(Field::Proxy, &error.to_string()))?;
        let mut transport = Transport {
            ca_pem: written_or_file(profile, Field::CaCertificates)?.map(|pem| pem.expose().to_owned()),
            insecure: profile.insecure,
            proxy,
            ..Transport::default()
        };
        if let Some(certificate) = written_or_file(profile, Field::ClientCertificate)? {
            let key = file(profile, Field::ClientCertificateKeyFile)?;
            transport = transport.with_client_certificate(&certificate, key);
        }
        let client_key = if profile.needs_client_key() {
            file(profile, Field::ClientKeyFile)?
        } else {
            None
        };
        Ok(Self {
            client_key,
            verification_key: written_or_file(profile, Field::VerificationKey)?.map(|key| key.expose().to_owned()),
            transport,
        })
    }
}

/// A field that holds PEM or JSON itself, or the name of a file that does.
fn written_or_file(profile: &Profile, field: Field) -> Result<Option<Secret>, Failure> {
    let text = field.get(profile);
    let text = text.trim();
    if text.contains("-----BEGIN") || text.starts_with('{') {
        return Ok(Some(Secret::new(text)));
    }
    file(profile, field)
}

/// Largest file that is read: a bundle of certificate authorities has a few hundred KiB.
const MAX_FILE_LEN: u64 = 4 * 1024 * 1024;

/// The text of the file that a field names; none when it names none.
fn file(profile: &Profile, field: Field) -> Result<Option<Secret>, Failure> {
    let name = field.get(profile);
    let name = name.trim();
    if name.is_empty() {
        return Ok(None);
    }
    let path = Path::new(name);
    let metadata = std::fs::metadata(path).map_err(|error| wrong(field, &format!("{name}: {error}")))?;
    if !metadata.is_file() || metadata.len() > MAX_FILE_LEN {
        return Err(wrong(field, &format!("{name} is no file of that kind")));
    }
    let text = std::fs::read_to_string(path).map_err(|error| wrong(field, &format!("{name}: {error}")))?;
    Ok(Some(Secret::new(text)))
}

fn wrong(field: Field, why: &str) -> Failure {
    Failure::local(
        "invalid_profile",
        format!("{}: {why}", field.label()),
        "Correct the field in the profile",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_not_there_is_named_with_its_field() {
        let profile = Profile {
            ca_certificates: "/nowhere/ca.pem".to_owned(),
            ..Profile::default()
        };
        let failure = Files::read_now(&profile).unwrap_err();
        assert!(
            failure.message.contains("Certificate authority: /nowhere/ca.pem"),
            "{}",
            failure.message
        );
    }
}
