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
    /// Keeps the settings as they are now, and shows nothing of what is typed from here on: who answers before the prompt
    /// has seen to that itself must not be shown either.
    pub(super) async fn without_echo() -> Self {
        let settings = tokio::task::spawn_blocking(|| {
            let settings = stty("-g")?;
            stty("-echo");
            Some(settings)
        });
        Self {
            settings: settings.await.ok().flatten(),
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
    pub(super) async fn without_echo() -> Self {
        Self {}
    }
}
