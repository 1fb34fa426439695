//! `tokenscope refresh P`.

use super::Context;
use super::args::LoginArgs;
use super::login::{log_in, print};
use super::narrator::Narrator;
use super::outcome::Outcome;
use crate::setup::Options;

/// Refreshes and prints what came, without the tokens. Tokens live in memory only, so it logs in first.
pub(super) async fn run(context: &Context, args: &LoginArgs) -> Outcome {
    let engine = context.engine(Options::default()).await?;
    context.printer.tell("Tokens are kept in memory only: logging in first");
    let (slug, _) = log_in(context, &engine, args).await?;
    let narrator = Narrator::start(context.printer, false);
    let result = engine.refresh(&slug, narrator.reporter()).await;
    narrator.finish().await;
    print(context, &*result?, "refresh")
}
