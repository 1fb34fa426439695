//! `tokenscope refresh P`.

use tokio_util::sync::CancellationToken;

use super::Context;
use super::args::LoginArgs;
use super::login::{LoggedIn, log_in_as, print, stopped};
use super::narrator::Narrator;
use super::outcome::Outcome;
use super::person::Person;
use crate::engine::{Failure, OperationKind, Renewal, Renewed};
use crate::setup::Options;

/// Refreshes and prints what came, without the tokens. Tokens live in memory only, so it logs in first; where the session
/// is over after that, the profile says whether it logs in once more.
pub(super) async fn run(context: &Context, args: &LoginArgs) -> Outcome {
    let engine = context.engine(Options::default()).await?;
    let printer = context.printer;
    printer.tell("Tokens are kept in memory only: logging in first");
    let person = Person::meet(&engine, args).await?;
    let LoggedIn { slug, checklist, .. } = log_in_as(context, &engine, args, &person).await?;
    let narrator = Narrator::following(printer, true, &checklist);
    let renewal = Renewal {
        login: || person.login_options(args),
        ask: async |why: &Failure| person.wants_to_log_in_again(printer, why).await,
    };
    let never = CancellationToken::new();
    let result = engine
        .refresh_or_login(&slug, renewal, &never, narrator.reporter())
        .await;
    narrator.finish().await;
    match result.map_err(|failure| stopped(context, &checklist, OperationKind::Refresh, failure))? {
        Renewed::Refreshed(session) => print(context, &session, "refresh", &checklist),
        Renewed::LoggedIn(session) => print(context, &session, "login", &checklist),
    }
}
