//! `tokenscope login P`.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;

use super::args::LoginArgs;
use super::narrator::Narrator;
use super::outcome::{Outcome, Status, Stop};
use super::{Context, input, session_json, slug};
use crate::engine::{Engine, LoginOptions, Session};
use crate::model::checks::{Check, Outcome as CheckOutcome};
use crate::model::{Clock as _, Slug};
use crate::setup::Options;
use crate::system::SystemClock;

/// Logs in and prints what came, without the tokens.
pub(super) async fn run(context: &Context, args: &LoginArgs) -> Outcome {
    let engine = context.engine(Options::default()).await?;
    let (_, session) = log_in(context, &engine, args).await?;
    print(context, &session, "login")
}

/// Runs the login that the arguments ask for.
pub(super) async fn log_in(context: &Context, engine: &Engine, args: &LoginArgs) -> Result<(Slug, Arc<Session>), Stop> {
    let slug = slug(&args.profile)?;
    if let Some(file) = &args.secret_file {
        engine.set_secret(&slug, input::secret(file, "client secret").await?);
    }
    let (_keep_open, pasted) = mpsc::channel(1);
    let options = LoginOptions {
        opens_browser: !args.no_browser,
        patience: Some(Duration::from_secs(args.timeout)),
        pasted,
    };
    // A browser that cannot be opened leaves the address as the only way.
    let narrator = Narrator::start(context.printer, true);
    let result = engine.login(&slug, options, narrator.reporter()).await;
    narrator.finish().await;
    Ok((slug, result?))
}

/// Prints a session after `event`. A check that failed makes the status 1: the thing under test is not good.
pub(super) fn print(context: &Context, session: &Session, event: &str) -> Outcome {
    let now = SystemClock.now();
    if context.printer.json {
        context.printer.document(&session_json::document(session, event, now))?;
    } else {
        for line in session_json::lines(session, now, context.printer) {
            context.printer.data(&line)?;
        }
    }
    let failed = |check: &Check| check.outcome == CheckOutcome::Fail;
    Ok(if session.checks.iter().any(failed) {
        Status::Failed
    } else {
        Status::Good
    })
}
