//! A server in a process of its own, which ends when this one does.

use std::collections::VecDeque;
use std::io::{BufRead as _, BufReader, Read};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// Longest time that a server may take to start. It decides nothing but how long a broken one holds the tests up.
const PATIENCE: Duration = Duration::from_mins(1);

/// How many of its last words are kept.
const LAST_LINES: usize = 30;

/// A server that has said `READY <issuer>`.
pub(crate) struct Server {
    pub(crate) issuer: String,
    /// The server ends when this closes: statics are not dropped, but the system closes what a process held.
    _input: ChildStdin,
    _child: Child,
}

type LastWords = Arc<Mutex<VecDeque<String>>>;

impl Server {
    /// Starts it and waits until it is ready. An error holds the last lines that it wrote.
    pub(crate) fn start(mut command: Command) -> Result<Self, String> {
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let program = command.get_program().to_string_lossy().into_owned();
        let mut child = command
            .spawn()
            .map_err(|error| format!("{program} cannot be run: {error}"))?;
        let (Some(input), Some(out), Some(err)) = (child.stdin.take(), child.stdout.take(), child.stderr.take()) else {
            return Err(format!("{program} has no pipes"));
        };
        let said = LastWords::default();
        let (tell, ready) = sync_channel(1);
        listen(out, &said, Some(tell));
        let errors = listen(err, &said, None);
        let why = match ready.recv_timeout(PATIENCE) {
            Ok(issuer) => {
                return Ok(Self {
                    issuer,
                    _input: input,
                    _child: child,
                });
            }
            Err(RecvTimeoutError::Timeout) => format!("was not ready after {} s", PATIENCE.as_secs()),
            Err(RecvTimeoutError::Disconnected) => "ended before it was ready".to_owned(),
        };
        // Not killed: it has a server and a folder of its own to clear away.
        drop(input);
        child.wait().ok();
        errors.join().ok();
        let said: Vec<String> = said
            .lock()
            .map(|lines| lines.iter().cloned().collect())
            .unwrap_or_default();
        Err(format!("{program} {why}. It said:\n{}", said.join("\n")))
    }
}

/// Reads to the end, because a full pipe would stop the server; tells the issuer when it comes.
fn listen(
    pipe: impl Read + Send + 'static,
    said: &LastWords,
    mut tell: Option<SyncSender<String>>,
) -> thread::JoinHandle<()> {
    let said = Arc::clone(said);
    thread::spawn(move || {
        for line in BufReader::new(pipe).lines().map_while(Result::ok) {
            if let Some(issuer) = line.strip_prefix("READY ")
                && let Some(tell) = tell.take()
            {
                tell.send(issuer.to_owned()).ok();
            }
            if let Ok(mut said) = said.lock() {
                if said.len() == LAST_LINES {
                    said.pop_front();
                }
                said.push_back(line);
            }
        }
    })
}
