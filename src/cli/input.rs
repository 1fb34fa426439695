//! What is read: standard input, files, and secrets at the terminal. A read may wait for ever, so each one runs on a
//! blocking thread, and Ctrl C is heard meanwhile.

use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal as _, Read as _, Write as _};
use std::path::{Path, PathBuf};

use tokio::sync::mpsc;
use zeroize::Zeroizing;

use super::outcome::{Stop, usage};
use super::terminal::Terminal;
use crate::engine::Failure;
use crate::model::Secret;

/// How many lines may wait for whoever takes them.
const LINE_QUEUE_LEN: usize = 64;

/// Bytes that are read at once.
const BUFFER_LEN: usize = 256 * 1024;

/// Where a text comes from.
#[derive(Clone, Debug)]
pub(super) enum Source {
    /// Standard input.
    Standard,
    /// A file, a pipe or a device.
    File(PathBuf),
}

impl Source {
    /// A file, or standard input when it is named `-`.
    pub(super) fn new(file: &Path) -> Self {
        if file.as_os_str() == "-" {
            Self::Standard
        } else {
            Self::File(file.to_owned())
        }
    }

    /// All of it. `hint` says what belongs there.
    pub(super) async fn read(&self, hint: &'static str) -> Result<Zeroizing<Vec<u8>>, Stop> {
        let source = self.clone();
        blocking(move || {
            let mut bytes = Zeroizing::new(Vec::new());
            source.open()?.read_to_end(&mut bytes)?;
            Ok(bytes)
        })
        .await
        .map_err(|error| self.unreadable(&error, hint))
    }

    /// All of it as text.
    pub(super) async fn read_text(&self, hint: &'static str) -> Result<Zeroizing<String>, Stop> {
        let bytes = self.read(hint).await?;
        // The error is told without the text: that may be a secret.
        let text = std::str::from_utf8(&bytes).map_err(|_| {
            let error = io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8 text");
            self.unreadable(&error, hint)
        })?;
        Ok(Zeroizing::new(text.to_owned()))
    }

    /// A reader of it, without a thread of its own.
    pub(super) fn open(&self) -> io::Result<Box<dyn BufRead>> {
        Ok(match self {
            Self::Standard => Box::new(BufReader::with_capacity(BUFFER_LEN, io::stdin())),
            Self::File(file) => Box::new(BufReader::with_capacity(BUFFER_LEN, File::open(file)?)),
        })
    }

    /// What is said when it could not be read.
    pub(super) fn unreadable(&self, error: &io::Error, hint: &str) -> Stop {
        let name = match self {
            Self::Standard => "Standard input".to_owned(),
            Self::File(file) => file.display().to_string(),
        };
        usage(format!("{name} could not be read ({error})"), hint)
    }
}

/// The lines of all sources, one after the other, without the blanks around them and without empty ones. Bytes that are
/// not UTF-8 become U+FFFD: one bad line must not hide the rest.
pub(super) fn lines(sources: Vec<Source>, hint: &'static str) -> mpsc::Receiver<Result<Secret, Stop>> {
    let (sender, receiver) = mpsc::channel(LINE_QUEUE_LEN);
    tokio::task::spawn_blocking(move || {
        for source in sources {
            match send_lines(&source, &sender) {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => {
                    // Nobody listens any more: then nobody misses it.
                    let _ = sender.blocking_send(Err(source.unreadable(&error, hint)));
                    return;
                }
            }
        }
    });
    receiver
}

/// Sends the lines of one source; false when nobody takes them any more.
fn send_lines(source: &Source, sender: &mpsc::Sender<Result<Secret, Stop>>) -> io::Result<bool> {
    let mut reader = source.open()?;
    let mut line = Zeroizing::new(Vec::new());
    while reader.read_until(b'\n', &mut line)? > 0 {
        let token = trimmed(&line);
        if !token.is_empty() && sender.blocking_send(Ok(token)).is_err() {
            return Ok(false);
        }
        line.clear();
    }
    Ok(true)
}

/// The text without the blanks around it, with U+FFFD where it is not UTF-8.
pub(super) fn trimmed(bytes: &[u8]) -> Secret {
    match std::str::from_utf8(bytes) {
        Ok(text) => Secret::from(text.trim()),
        Err(_) => Secret::from(String::from_utf8_lossy(bytes).trim()),
    }
}

/// The first line of a file, as a secret; `-` asks at the terminal without showing what is typed.
pub(super) async fn secret(file: &Path, what: &'static str) -> Result<Secret, Stop> {
    if file.as_os_str() != "-" {
        let text = Source::new(file)
            .read_text("Give a file whose first line is the secret")
            .await?;
        return Ok(text.lines().next().unwrap_or_default().into());
    }
    // Put back when this is dropped: Ctrl C does not wait for the thread that reads.
    let _terminal = Terminal::without_echo().await;
    let typed = blocking(move || rpassword::prompt_password(format!("{what}: "))).await;
    typed.map(Secret::new).map_err(|error| {
        if error.kind() == io::ErrorKind::Interrupted {
            return Failure::cancelled().into();
        }
        usage(
            format!("The {what} could not be read ({error})"),
            "Give a file instead of -",
        )
    })
}

/// The first line of standard input, as a secret; asked for without showing it when that is a terminal.
pub(super) async fn secret_line(what: &'static str) -> Result<Secret, Stop> {
    if io::stdin().is_terminal() {
        return secret(Path::new("-"), what).await;
    }
    let text = Source::Standard.read_text("Give its first line").await?;
    Ok(text.lines().next().unwrap_or_default().into())
}

/// A line that is typed at the terminal, shown as it is typed.
pub(super) async fn line(what: &'static str) -> Result<String, Stop> {
    let typed = blocking(move || {
        let mut prompt = io::stderr().lock();
        write!(prompt, "{what}: ")?;
        prompt.flush()?;
        let mut line = String::new();
        io::stdin().read_line(&mut line)?;
        Ok(line)
    });
    let typed = typed
        .await
        .map_err(|error| Source::Standard.unreadable(&error, "Type it again"))?;
    Ok(typed.trim().to_owned())
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|error| Err(io::Error::other(error)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn lines_come_from_each_file_in_turn_and_bad_bytes_end_none() {
        let dir = tempfile::tempdir().unwrap();
        let sources = [("a", &b"one\n\n\xff\xfe\n"[..]), ("b", b"  two\r\nthree")].map(|(name, bytes)| {
            let path = dir.path().join(name);
            io::Write::write_all(&mut File::create(&path).unwrap(), bytes).unwrap();
            Source::File(path)
        });
        let mut receiver = lines(sources.to_vec(), "");
        let mut found = Vec::new();
        while let Some(line) = receiver.recv().await {
            found.push(line.unwrap().expose().to_owned());
        }
        assert_eq!(found, ["one", "\u{fffd}\u{fffd}", "two", "three"]);
    }
}
