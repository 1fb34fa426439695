//! The program itself, run as a script would.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
#[cfg(unix)]
use std::process::ChildStdin;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc;
use std::thread::JoinHandle;

use serde_json::Value;
use tokenscope::cli::visitor;
use url::Url;

use super::PATIENCE;

/// A scratch data folder and the environment to run in.
pub(crate) struct Home {
    pub(crate) dir: tempfile::TempDir,
    environment: Vec<(String, String)>,
}

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// A run that has not ended. It is killed when a test gives it up.
pub(crate) struct Running {
    child: Child,
    out: BufReader<ChildStdout>,
    address: mpsc::Receiver<Url>,
    err: Option<JoinHandle<String>>,
}

impl Home {
    pub(crate) fn new() -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
            environment: Vec::new(),
        }
    }

    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.environment.push((name.to_owned(), value.to_owned()));
    }

    pub(crate) fn data_dir(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    pub(crate) fn profile_file(&self, slug: &str) -> PathBuf {
        self.data_dir().join("profiles").join(format!("{slug}.json"))
    }

    /// A file beside the data.
    pub(crate) fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.dir.path().join(name);
        put(&path, text.as_bytes());
        path
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tokenscope"));
        for name in [
            "BROWSER",
            "DISPLAY",
            "WAYLAND_DISPLAY",
            "TOKENSCOPE_LOG",
            "NO_COLOR",
            "http_proxy",
            "HTTP_PROXY",
        ] {
            command.env_remove(name);
        }
        command
            .env("TOKENSCOPE_DATA_DIR", self.data_dir())
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs to the end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.start(arguments).finish()
    }

    /// Runs to the end with this on standard input.
    pub(crate) fn run_with(&self, arguments: &[&str], input: &str) -> Ran {
        let mut child = self.command(arguments).stdin(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        Running::new(child).finish()
    }

    /// Runs, signs in as admin at the address that it prints, and waits for the end.
    pub(crate) fn run_and_sign_in(&self, arguments: &[&str]) -> Ran {
        let running = self.start(arguments);
        let address = running.address();
        let title = wait(visitor::sign_in(&address, "admin", "admin")).unwrap();
        assert_eq!(title, "Sign-in received · Tokenscope");
        running.finish()
    }

    /// Starts with a standard input that is open as long as it is held.
    #[cfg(unix)]
    pub(crate) fn start_fed(&self, arguments: &[&str]) -> (Running, ChildStdin) {
        let mut child = self.command(arguments).stdin(Stdio::piped()).spawn().unwrap();
        let input = child.stdin.take().unwrap();
        (Running::new(child), input)
    }

    pub(crate) fn start(&self, arguments: &[&str]) -> Running {
        Running::new(self.command(arguments).spawn().unwrap())
    }
}

impl Running {
    fn new(mut child: Child) -> Self {
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let (tell, address) = mpsc::sync_channel(1);
        // Read all the time: a full pipe would stop the program.
        let err = std::thread::spawn(move || {
            let mut all = String::new();
            for line in lines {
                let line = line.unwrap();
                if let Some(url) = line.strip_prefix("open: ") {
                    tell.try_send(url.parse().unwrap()).unwrap();
                }
                all.push_str(&line);
                all.push('\n');
            }
            all
        });
        Self {
            out: BufReader::new(child.stdout.take().unwrap()),
            child,
            address,
            err: Some(err),
        }
    }

    /// The address that it asks to open.
    pub(crate) fn address(&self) -> Url {
        self.address.recv_timeout(PATIENCE).unwrap()
    }

    /// The next line of standard output.
    pub(crate) fn line(&mut self) -> String {
        let mut line = String::new();
        self.out.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    /// What Ctrl C does.
    #[cfg(unix)]
    pub(crate) fn interrupt(&self) {
        let mut kill = Command::new("kill");
        kill.args(["-INT", &self.child.id().to_string()]);
        assert!(kill.status().unwrap().success());
    }

    /// Waits for the end.
    pub(crate) fn finish(mut self) -> Ran {
        let mut out = String::new();
        self.out.read_to_string(&mut out).unwrap();
        let status = self.child.wait().unwrap().code().unwrap();
        let err = self.err.take().unwrap().join().unwrap();
        Ran { status, out, err }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Ended already, mostly.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

impl Ran {
    /// Standard output, which must be exactly one JSON document.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The status must be this one.
    #[track_caller]
    pub(crate) fn ends(self, status: i32) -> Self {
        assert_eq!(self.status, status, "{self:?}");
        self
    }

    /// A failure: this status, these words on standard error, and nothing on standard output.
    #[track_caller]
    pub(crate) fn fails(self, status: i32, says: &[&str]) -> Self {
        let ran = self.ends(status);
        assert_eq!(ran.out, "", "{ran:?}");
        let errors: Vec<&str> = ran.err.lines().filter(|line| line.starts_with('✕')).collect();
        assert_eq!(errors.len(), 1, "one line says it: {ran:?}");
        for words in says {
            assert!(errors[0].contains(words), "{words}: {ran:?}");
        }
        assert!(!ran.err.contains("panicked"), "{ran:?}");
        ran
    }
}

/// Waits for something asynchronous.
pub(crate) fn wait<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.unwrap().block_on(work)
}

/// Writes a file, half of one too: that is what is tested.
pub(crate) fn put(path: &Path, bytes: &[u8]) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::File::create(path).unwrap().write_all(bytes).unwrap();
}
