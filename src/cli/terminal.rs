//! The terminal's settings, put back after a prompt that was not answered.

/// The settings from before a prompt: while a secret is typed, the terminal neither shows nor heeds what comes. A prompt
/// that Ctrl C ends never gets to put that back by itself. Dropping this does.
#[derive(Debug)]
pub(super) struct Terminal {
    #[cfg(unix)]
    settings: Option<String>,
}

#[cfg(unix)]
impl Terminal {
    /// The settings as they are now.
    pub(super) async fn remember() -> Self {
        let settings = tokio::task::spawn_blocking(|| stty("-g")).await;
        Self {
            settings: settings.ok().flatten(),
        }
    }
}

#[cfg(unix)]
impl Drop for Terminal {
    fn drop(&mut self) {
        if let Some(settings) = &self.settings {
            stty(settings);
        }
    }
}

/// What `stty` (POSIX) prints, `None` without a terminal.
#[cfg(unix)]
fn stty(argument: &str) -> Option<String> {
    let terminal = std::fs::File::open("/dev/tty").ok()?;
    let mut stty = std::process::Command::new("stty");
    let ran = stty.arg(argument).stdin(terminal).output().ok()?;
    let settings = String::from_utf8(ran.stdout).ok()?.trim().to_owned();
    ran.status.success().then_some(settings)
}

#[cfg(not(unix))]
impl Terminal {
    /// Elsewhere the shell sets its terminal anew after each program.
    #[expect(clippy::unused_async, reason = "the same on every platform")]
    pub(super) async fn remember() -> Self {
        Self {}
    }
}
