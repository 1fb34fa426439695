//! `tokenscope login P`.

use std::sync::Arc;

use super::args::LoginArgs;
use super::check_line::{sign, visible};
use super::narrator::Narrator;
use super::outcome::{Outcome, Status, Stop};
use super::person::Person;
use super::printer::Paint;
use super::{Context, input, session_json, slug};
use crate::engine::{Engine, Session};
use crate::model::checks::{Check, Outcome as CheckOutcome};
use crate::model::{Clock as _, SecretKind, Slug};
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
    let person = Person::meet(args).await?;
    log_in_as(context, engine, args, &person).await
}

/// The same for a person who was asked for everything before.
pub(super) async fn log_in_as(
    context: &Context,
    engine: &Engine,
    args: &LoginArgs,
    person: &Person,
) -> Result<(Slug, Arc<Session>), Stop> {
    let slug = slug(&args.profile)?;
    if let Some(file) = &args.secret_file {
        let secret = input::secret(file, "client secret").await?;
        engine.set_secret(&slug, SecretKind::ClientSecret, secret);
    }
    // A browser that cannot be opened leaves the address as the only way.
    let narrator = Narrator::start(context.printer, true);
    let options = person.login_options(args);
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
    Ok(verdict(session))
}

/// Whether the thing under test is good: no check of the session failed.
fn verdict(session: &Session) -> Status {
    if failed(session).next().is_some() {
        Status::Failed
    } else {
        Status::Good
    }
}

fn failed(session: &Session) -> impl Iterator<Item = &Check> {
    let checks = session.checks.iter();
    checks.filter(|check| check.outcome == CheckOutcome::Fail)
}

/// The same for commands that print something else than the session: they tell each check that failed.
pub(super) fn tell_verdict(context: &Context, session: &Session) -> Status {
    let printer = context.printer;
    for check in failed(session) {
        let (paint, sign) = sign(check.outcome);
        printer.tell(&format!(
            "{} {}: {} {}",
            printer.paint(paint, sign),
            check.id,
            visible(&check.message),
            printer.paint(Paint::Faint, &check.spec)
        ));
    }
    verdict(session)
}
