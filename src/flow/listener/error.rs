//! Why nothing can listen on a redirect URI.

use std::io;

use crate::model::redirect::{PasteOnly, RedirectTarget};

/// Why nothing can listen on a redirect URI.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ListenError {
    /// Somebody else has the port.
    #[error(
        "Port {port} is in use by another program. Close it, or use another port in the redirect URI (0 takes any)"
    )]
    PortInUse {
        /// The port.
        port: u16,
    },
    /// The account may not listen on it: ports below 1024 on most systems.
    #[error(
        "Port {port} needs rights that this account lacks. Use a port above 1023 in the redirect URI, for instance \
         {example}, if the provider allows it"
    )]
    NoRights {
        /// The port.
        port: u16,
        /// A redirect URI that needs none.
        example: String,
    },
    /// Nothing can ever listen there.
    #[error(transparent)]
    PasteOnly(#[from] PasteOnly),
    /// There is no redirect URI to listen on.
    #[error("The profile has no redirect URI. Add one that is registered with the provider")]
    NoRedirectUri,
    /// Anything else.
    #[error("Nothing can listen on port {port}: {why}")]
    Other {
        /// The port.
        port: u16,
        /// What the system says.
        why: String,
    },
}

impl ListenError {
    pub(super) fn new(target: &RedirectTarget, port: u16, is_https: bool, error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::AddrInUse => Self::PortInUse { port },
            io::ErrorKind::PermissionDenied => Self::NoRights {
                port,
                example: if is_https {
                    format!("https://localhost:8443{}", target.path())
                } else {
                    format!("http://localhost:8400{}", target.path())
                },
            },
            _ => Self::Other {
                port,
                why: error.to_string(),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_that_needs_rights_comes_with_one_that_does_not() {
        for (uri, port, is_https, example) in [
            ("http://localhost/cb", 80, false, "http://localhost:8400/cb"),
            ("https://localhost/cb", 443, true, "https://localhost:8443/cb"),
        ] {
            let target = RedirectTarget::parse(uri).unwrap();
            let error = ListenError::new(&target, port, is_https, &io::ErrorKind::PermissionDenied.into());
            let says = error.to_string();
            assert!(
                says.contains(&format!("Port {port} needs rights")) && says.contains(example),
                "{says}"
            );
        }
    }
}
