//! `tokenscope refresh P`.

use super::Context;
use super::args::LoginArgs;
use super::login::{LoggedIn, log_in_following, print, stopped};
use super::narrator::Narrator;
use super::outcome::Outcome;
use crate::engine::OperationKind;
use crate::setup::Options;

/// Refreshes and prints what came, without the tokens. Tokens live in memory only, so it logs in first.
pub(super) async fn run(context: &Context, args: &LoginArgs) -> Outcome {
    let engine = context.engine(Options::default()).await?;
    context.printer.tell("Tokens are kept in memory only: logging in first");
    let LoggedIn { slug, checklist, .. } = log_in_following(context, &engine, args).await?;
    let narrator = Narrator::following(context.printer, false, &checklist);
    let result = engine.refresh(&slug, narrator.reporter()).await;
    narrator.finish().await;
    let session = result.map_err(|failure| stopped(context, &checklist, OperationKind::Refresh, failure))?;
    print(context, &session, "refresh", &checklist)
}
