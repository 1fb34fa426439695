//! The command line: the same engine for scripts, CI and remote shells. One file a subcommand; [`run`] picks it.
//!
//! What stands in the contract is stable: data on standard output, narration on standard error, exit status 0, 1 or 2.

mod args;
mod ask;
mod call;
mod check_line;
mod checklist;
mod demo;
mod discover;
mod discover_print;
mod forge;
mod history;
mod input;
mod insecure;
mod inspect;
mod inspect_compare;
mod inspect_document;
mod inspect_input;
mod inspect_keys;
mod inspect_lines;
mod inspect_text;
mod json_writer;
mod keys;
mod login;
mod logout;
mod misuse;
mod narrator;
mod needed;
mod outcome;
mod person;
mod printer;
mod profile;
mod profile_import;
mod refresh;
mod revoke;
mod secret_file;
mod secret_hash;
mod session_json;
mod status;
mod subject;
mod terminal;
mod token;
mod tour;
pub mod visitor;

use std::future::Future;
use std::path::PathBuf;

pub use args::{Cli, Command};
pub use misuse::refuse;
pub use outcome::Status;
pub use printer::paints;

use crate::engine::{Engine, Failure};
use crate::model::Slug;
use crate::setup;
use outcome::{Outcome, Stop, report};
use printer::Printer;

/// What every subcommand gets.
#[derive(Clone, Debug)]
struct Context {
    printer: Printer,
    data_dir: Option<PathBuf>,
}

/// Runs a subcommand to its end and gives the exit status.
pub fn run(command: Command, data_dir: Option<PathBuf>, json: bool) -> Status {
    let context = Context {
        printer: Printer::new(json),
        data_dir,
    };
    let printer = context.printer;
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            let failure = Failure::local(
                "internal",
                format!("No threads could be started ({error})"),
                "Free some memory",
            );
            return report(&Stop::Failure(failure), printer);
        }
    };
    let outcome = runtime.block_on(async {
        // Ctrl C is how the provider is stopped, and nothing that went wrong: it listens for that itself.
        let stops_itself = matches!(command, Command::Demo(_));
        let work = context.carry_out(command);
        if stops_itself {
            work.await
        } else {
            Box::pin(or_interrupted(work)).await
        }
    });
    // A read that still waits for a line must not hold up the end. Stores are written whole or not at all.
    runtime.shutdown_background();
    outcome.unwrap_or_else(|stop| report(&stop, printer))
}

/// Ctrl C cancels what runs, so that ports are closed and files are whole. It is listened for before the work begins.
async fn or_interrupted(work: impl Future<Output = Outcome>) -> Outcome {
    tokio::select! {
        biased;
        Ok(()) = tokio::signal::ctrl_c() => Err(Failure::cancelled().into()),
        outcome = work => outcome,
    }
}

impl Context {
    async fn carry_out(self, command: Command) -> Outcome {
        match command {
            Command::Tour => tour::run(&self).await,
            Command::Demo(args) => demo::run(&self, &args).await,
            Command::Profile(command) => profile::run(&self, command).await,
            Command::Login(args) => login::run(&self, &args).await,
            Command::Refresh(args) => refresh::run(&self, &args).await,
            Command::Token(args) => token::run(&self, &args).await,
            Command::Status(args) => status::run(&self, &args).await,
            Command::Call(args) => call::run(&self, &args).await,
            Command::Discover(args) => discover::run(&self, &args).await,
            Command::Userinfo(args) => ask::userinfo(&self, &args).await,
            Command::Introspect(args) => ask::introspect(&self, &args).await,
            Command::Keys(args) => keys::run(&self, &args).await,
            Command::Revoke(args) => revoke::run(&self, &args).await,
            Command::Logout(args) => logout::run(&self, &args).await,
            Command::Inspect(args) => Box::pin(inspect::run(&self, &args)).await,
            Command::Forge(args) => Box::pin(forge::run(&self, &args)).await,
            Command::History(args) => history::run(&self, &args).await,
            Command::SecretHash(args) => secret_hash::run(&self, &args).await,
        }
    }

    /// Opens the stores and makes an engine, on a blocking thread. The demo profiles are there from the first time on.
    async fn engine(&self, options: setup::Options) -> Result<Engine, Stop> {
        let options = setup::Options {
            data_dir: self.data_dir.clone(),
            ..options
        };
        let opened = tokio::task::spawn_blocking(move || setup::open(options)).await;
        let engine = opened.unwrap_or_else(|error| {
            Err(Failure::local(
                "internal",
                format!("The stores could not be opened ({error})"),
                "Report this",
            ))
        })?;
        let (_, problems) = engine.load().await?;
        for problem in problems {
            self.printer.tell(&format!("▲ {problem}"));
        }
        Ok(engine)
    }
}

/// The profile that the person named.
fn slug(text: &str) -> Result<Slug, Stop> {
    Slug::parse(text).ok_or_else(|| {
        outcome::usage(
            format!("“{text}” is no profile's name"),
            "“tokenscope profile list” shows the names to use",
        )
    })
}

/// A time as a person writes it: `2026-01-31`, `2026-01-31T12:00:00Z`, or seconds since 1970.
fn read_time(text: &str) -> Result<jiff::Timestamp, Stop> {
    let seconds = text
        .parse::<i64>()
        .ok()
        .and_then(|s| jiff::Timestamp::from_second(s).ok());
    let date = || {
        let date: jiff::civil::Date = text.parse().ok()?;
        Some(date.to_zoned(jiff::tz::TimeZone::system()).ok()?.timestamp())
    };
    seconds.or_else(|| text.parse().ok()).or_else(date).ok_or_else(|| {
        outcome::usage(
            format!("“{text}” is no time"),
            "Write it as 2026-01-31, 2026-01-31T12:00:00Z, or seconds since 1970",
        )
    })
}
