//! `tokenscope login --no-browser` as a child process: it says which address to open, waits, and prints the outcome.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;

use serde_json::Value;
use tempfile::TempDir;

/// A login that waits for its browser.
pub(crate) struct Login {
    /// The address that it asks to open.
    pub(crate) url: String,
    child: Option<Child>,
    narration: Option<JoinHandle<String>>,
    /// Everything that it stores; gone afterwards.
    _data: TempDir,
}

impl Login {
    /// Starts the login of a profile with nothing stored before. It gives up by itself after a minute and a half.
    pub(crate) fn start(profile: &str) -> Self {
        Self::start_with(profile, &[])
    }

    /// The same, with some of the profile's fields set before.
    pub(crate) fn start_with(profile: &str, fields: &[&str]) -> Self {
        let data = tempfile::tempdir().expect("a scratch folder");
        if !fields.is_empty() {
            let set = tokenscope(&data)
                .args(["profile", "set", profile])
                .args(fields)
                .output();
            let set = set.expect("the program starts");
            assert!(set.status.success(), "{}", String::from_utf8_lossy(&set.stderr));
        }
        let mut child = tokenscope(&data)
            .args(["login", profile, "--no-browser", "--json", "--timeout", "90"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut lines = BufReader::new(child.stderr.take().expect("piped")).lines();
        let mut said = String::new();
        let url = loop {
            let Some(Ok(line)) = lines.next() else {
                let status = child.wait().expect("it has ended");
                panic!("it ended with {status} before it named an address; it said:\n{said}");
            };
            match line.strip_prefix("open: ") {
                Some(url) => break url.trim().to_owned(),
                None => said.extend([line.as_str(), "\n"]),
            }
        };
        // Whatever it says from now on is read too, so that it never waits for a reader.
        let narration = std::thread::spawn(move || {
            lines
                .map_while(Result::ok)
                .fold(said, |said, line| format!("{said}{line}\n"))
        });
        Self {
            url,
            child: Some(child),
            narration: Some(narration),
            _data: data,
        }
    }

    /// Waits for its end: the exit status and the one JSON document on its standard output.
    pub(crate) fn finish(mut self) -> (i32, Value) {
        let child = self.child.take().expect("finished once");
        let output = child.wait_with_output().expect("it has ended");
        let narration = self
            .narration
            .take()
            .expect("finished once")
            .join()
            .expect("read to its end");
        let document = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
            let text = String::from_utf8_lossy(&output.stdout);
            panic!("not one JSON document ({error}): {text}\nit said:\n{narration}")
        });
        (output.status.code().expect("not killed"), document)
    }
}

/// The program, with everything that it stores in this folder.
fn tokenscope(data: &TempDir) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tokenscope"));
    command
        .env("TOKENSCOPE_DATA_DIR", data.path())
        .env_remove("TOKENSCOPE_PASSPHRASE")
        .stdin(Stdio::null());
    command
}

impl Drop for Login {
    fn drop(&mut self) {
        // A test that failed before the end must not leave it waiting.
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
