//! `tokenscope login P`.

use std::sync::Arc;

use super::args::LoginArgs;
use super::check_line::sign;
use super::checklist::Checklist;
use super::insecure::tell_insecure;
use super::narrator::Narrator;
use super::outcome::{Outcome, Status, Stop};
use super::person::Person;
use super::printer::Paint;
use super::subject::failed_before;
use super::{Context, session_json};
use crate::engine::{Engine, Failure, OperationKind, Session};
use crate::model::checks::{Check, Outcome as CheckOutcome};
use crate::model::visible;
use crate::model::{Clock as _, Profile, SecretKind, Slug};
use crate::setup::Options;
use crate::system::SystemClock;

/// Logs in and prints what came, without the tokens.
pub(super) async fn run(context: &Context, args: &LoginArgs) -> Outcome {
    let engine = context.engine(Options::default()).await?;
    let LoggedIn { session, checklist, .. } =
        log_in_as(context, &engine, args, &Person::meet(&engine, args).await?).await?;
    print(context, &session, "login", &checklist)
}

/// What a login of the command line gives.
#[derive(Debug)]
pub(super) struct LoggedIn {
    /// The profile.
    pub(super) slug: Slug,
    /// What it holds.
    pub(super) session: Arc<Session>,
    /// How far the steps of its system are.
    pub(super) checklist: Checklist,
}

/// Runs the login that the arguments ask for.
pub(super) async fn log_in(context: &Context, engine: &Engine, args: &LoginArgs) -> Result<(Slug, Arc<Session>), Stop> {
    let person = Person::meet(engine, args).await?;
    let LoggedIn { slug, session, .. } = log_in_as(context, engine, args, &person).await?;
    Ok((slug, session))
}

/// The same for a person who was asked for everything before, and for those who go on with the steps of the profile's
/// system.
pub(super) async fn log_in_as(
    context: &Context,
    engine: &Engine,
    args: &LoginArgs,
    person: &Person,
) -> Result<LoggedIn, Stop> {
    let profile = person.profile();
    if let Some(secret) = person.client_secret() {
        engine.set_secret(&profile.slug, SecretKind::ClientSecret, secret.clone());
    }
    for subject in person.subjects() {
        let slug = &subject.slug;
        context
            .printer
            .tell(&format!("Logging in to {slug} first: its token is exchanged"));
        log_in_to(context, engine, args, person, subject)
            .await
            .map_err(|stop| failed_before(stop, slug, &args.profile))?;
    }
    log_in_to(context, engine, args, person, profile).await
}

/// Runs the login of one profile.
async fn log_in_to(
    context: &Context,
    engine: &Engine,
    args: &LoginArgs,
    person: &Person,
    profile: &Profile,
) -> Result<LoggedIn, Stop> {
    tell_insecure(context.printer, profile);
    let slug = profile.slug.clone();
    let checklist = Checklist::of(profile.clone());
    checklist.tell_news(context.printer);
    // A browser that cannot be opened leaves the address as the only way.
    let narrator = Narrator::following(context.printer, true, &checklist);
    let options = person.login_options(args);
    let result = engine.login(&slug, options, narrator.reporter()).await;
    narrator.finish().await;
    match result {
        Ok(session) => {
            checklist.tell_rest(context.printer);
            Ok(LoggedIn {
                slug,
                session,
                checklist,
            })
        }
        Err(failure) => Err(stopped(context, &checklist, OperationKind::Login, failure)),
    }
}

/// A failure, with how far the steps came where the profile's system has such.
pub(super) fn stopped(context: &Context, checklist: &Checklist, kind: OperationKind, failure: Failure) -> Stop {
    checklist.failed(kind, &failure);
    checklist.tell_rest(context.printer);
    match checklist.json() {
        Some(steps) => Stop::AtStep(Box::new((failure, steps))),
        None => Stop::Failure(failure),
    }
}

/// Prints a session after `event`. A check that failed makes the status 1: the thing under test is not good.
pub(super) fn print(context: &Context, session: &Session, event: &str, checklist: &Checklist) -> Outcome {
    checklist.tell_rest(context.printer);
    let now = SystemClock.now();
    if context.printer.json {
        let document = session_json::document(session, event, now, checklist.json());
        context.printer.document(&document)?;
    } else {
        let session = session_json::lines(session, now, context.printer);
        for line in session.into_iter().chain(checklist.lines(context.printer)) {
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
