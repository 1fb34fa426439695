//! A file for secrets that would be lost with the process: made before there is a secret, never over another.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::outcome::{Stop, usage};
use crate::engine::Failure;
use crate::model::metadata::registration::RegistrationResponse;

/// Where secrets go.
#[derive(Debug)]
pub(super) enum SecretFile {
    /// Standard output, because the person says so.
    Standard,
    /// A new file, readable by its owner only.
    New(PathBuf, File),
}

impl SecretFile {
    /// Makes the file, so that nothing is asked for that could not be kept. `-` is standard output.
    pub(super) fn reserve(path: &Path) -> Result<Self, Stop> {
        if path.as_os_str() == "-" {
            return Ok(Self::Standard);
        }
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path).map_err(|error| {
            usage(
                format!("{} could not be made ({error}). Nothing was registered", path.display()),
                "Name a file that is not there yet: no secret is written over something",
            )
        })?;
        Ok(Self::New(path.to_owned(), file))
    }

    /// Takes the empty file away again.
    pub(super) fn give_up(self) {
        if let Self::New(path, _) = self {
            // An empty file left behind harms nobody.
            let _ = std::fs::remove_file(path);
        }
    }

    /// Writes the client secret on the first line, as `--secret-file` reads it, and what manages the client below.
    pub(super) fn write(self, response: &RegistrationResponse) -> Result<(), Stop> {
        let Self::New(path, mut file) = self else { return Ok(()) };
        let mut text = zeroize::Zeroizing::new(String::new());
        text.push_str(response.client_secret.as_ref().map_or("", |secret| secret.expose()));
        text.push('\n');
        if let Some(token) = &response.registration_access_token {
            text.push_str("registration_access_token=");
            text.push_str(token.expose());
            text.push('\n');
        }
        if let Some(uri) = &response.registration_client_uri {
            text.push_str("registration_client_uri=");
            text.push_str(uri.as_str());
            text.push('\n');
        }
        file.write_all(text.as_bytes())
            .and_then(|()| file.sync_all())
            .map_err(|error| {
                Failure::local(
                    "secret_not_written",
                    format!(
                        "The client was registered, and its secret could not be written to {} ({error})",
                        path.display()
                    ),
                    "Register again into another file",
                )
                .into()
            })
    }
}
