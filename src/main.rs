//! Parses the arguments and starts the window or the command line: the only place that exits.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser as _;
use tokenscope::cli::{self, Cli, Status};
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) if error.use_stderr() => {
            return ExitCode::from(cli::refuse(&error, std::env::args_os().skip(1)).code());
        }
        // Help and version: what was asked for.
        Err(error) => error.exit(),
    };
    // Nothing is logged unless asked for, and never a secret: those print as [redacted].
    let filter = EnvFilter::try_from_env("TOKENSCOPE_LOG").unwrap_or_else(|_| EnvFilter::new("off"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(cli::paints(&std::io::stderr()))
        .init();
    let status = match cli.command {
        Some(command) => cli::run(command, cli.data_dir, cli.json),
        None => open_window(cli.data_dir),
    };
    ExitCode::from(status.code())
}

#[cfg(feature = "gui")]
fn open_window(data_dir: Option<PathBuf>) -> Status {
    if !has_display() {
        return no_window("There is no display to open a window on");
    }
    let options = tokenscope::setup::Options {
        data_dir,
        ..tokenscope::setup::Options::default()
    };
    match tokenscope::gui::run(options) {
        Ok(()) => Status::Good,
        Err(error) => no_window(&format!("The window could not be opened ({error})")),
    }
}

/// Whether a window system can be reached. Other platforms always have one.
#[cfg(feature = "gui")]
fn has_display() -> bool {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(all(unix, not(target_os = "macos"))) || is_set("DISPLAY") || is_set("WAYLAND_DISPLAY")
}

#[cfg(not(feature = "gui"))]
fn open_window(_data_dir: Option<PathBuf>) -> Status {
    no_window("This build has no window")
}

/// Says why there is no window and what works without one.
fn no_window(why: &str) -> Status {
    // When standard error is closed there is nobody to tell.
    let _ = writeln!(
        std::io::stderr(),
        "{why}. “tokenscope tour” (cargo run --release -- tour) shows the main job without one, \
         “tokenscope --help” everything else"
    );
    Status::Fault
}
