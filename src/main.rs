//! Parses the arguments and starts the window or the command line: the only place that exits.

use std::process::ExitCode;

use clap::Parser as _;
use tokenscope::cli::{self, Cli};
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let cli = Cli::parse();
    // Nothing is logged unless asked for, and never a secret: those print as [redacted].
    let filter = EnvFilter::try_from_env("TOKENSCOPE_LOG").unwrap_or_else(|_| EnvFilter::new("off"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    let status = match cli.command {
        Some(command) => cli::run(command, cli.data_dir, cli.json),
        None => open_window(cli.data_dir),
    };
    ExitCode::from(status.code())
}

#[cfg(not(feature = "gui"))]
fn open_window(_data_dir: Option<std::path::PathBuf>) -> cli::Status {
    use std::io::Write as _;
    // When standard error is closed there is nobody to tell.
    let _ = writeln!(
        std::io::stderr(),
        "This build has no window. Try “tokenscope tour”, or “tokenscope --help”"
    );
    cli::Status::Fault
}

#[cfg(feature = "gui")]
fn open_window(_data_dir: Option<std::path::PathBuf>) -> cli::Status {
    cli::Status::Fault
}
