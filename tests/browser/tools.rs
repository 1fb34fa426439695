//! The outside programs: node, Chromium and playwright-core.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// Set by `tests/run.sh`: a missing tool is a failure then.
const REQUIRED: &str = "TOKENSCOPE_REQUIRE_BROWSER";

/// What a test needs is there.
pub(crate) struct Tools {
    folder: PathBuf,
}

/// The tools; or none, after saying which one is missing and how to get it.
pub(crate) fn find() -> Option<Tools> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser");
    let missing = if !runs("node") {
        "node is not installed"
    } else if !["chromium", "chromium-browser", "google-chrome"].into_iter().any(runs) {
        "chromium is not installed"
    } else if !folder.join("node_modules/playwright-core").is_dir() {
        "playwright-core is not installed: run `npm install` in tests/browser"
    } else {
        return Some(Tools { folder });
    };
    assert!(std::env::var_os(REQUIRED).is_none(), "{missing}");
    // Past the test runner, which shows what a test prints only when it fails.
    let _ = writeln!(std::io::stderr(), "skipped: {missing}");
    None
}

impl Tools {
    /// Signs in at this address and gives what was seen. Panics when the browser got stuck.
    pub(crate) fn sign_in(&self, url: &str, options: &[&str]) -> Value {
        let output = Command::new("node")
            .arg(self.folder.join("sign_in.mjs"))
            .arg(url)
            .arg("--shots")
            .arg(Path::new(env!("CARGO_TARGET_TMPDIR")).join("browser"))
            .args(options)
            .stderr(Stdio::inherit())
            .output()
            .expect("node starts");
        let seen: Value = serde_json::from_slice(&output.stdout).expect("what was seen, as JSON");
        assert!(output.status.success(), "the browser got stuck: {seen:#}");
        assert_eq!(
            seen["errors"],
            Value::Array(Vec::new()),
            "errors in the browser's console"
        );
        seen
    }
}

/// Whether a program of this name answers `--version`.
fn runs(program: &str) -> bool {
    Command::new(program)
        .arg("--version")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}
