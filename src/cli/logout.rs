//! `tokenscope logout P`.

use std::time::Duration;

use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::Context;
use super::args::LoginArgs;
use super::login::{log_in, tell_verdict};
use super::narrator::Narrator;
use super::needed::must_name;
use super::outcome::Outcome;
use crate::engine::{LoggedOut, LogoutOptions};
use crate::model::field::Field;
use crate::setup::Options;

/// Sends the browser to log out. Tokens live in memory only, so it logs in first.
pub(super) async fn run(context: &Context, args: &LoginArgs) -> Outcome {
    let engine = context.engine(Options::default()).await?;
    must_name(&engine, args, Field::EndSessionEndpoint).await?;
    let (slug, session) = log_in(context, &engine, args).await?;
    let options = LogoutOptions {
        opens_browser: !args.no_browser,
        patience: args.timeout.map(Duration::from_secs),
    };
    // The address holds the ID token: it is told only to those who open it themselves.
    let narrator = Narrator::start(context.printer, args.no_browser);
    let never = CancellationToken::new();
    let result = engine.log_out(&slug, options, &never, narrator.reporter()).await;
    narrator.finish().await;
    let came_back = result? == LoggedOut::CameBack;
    let printer = context.printer;
    if printer.json {
        printer.document(&json!({"profile": slug, "came_back": came_back}))?;
    } else if came_back {
        printer.data("Logged out: the browser came back")?;
    } else {
        printer.data("The browser was sent to log out. What happens there cannot be seen from here")?;
    }
    Ok(tell_verdict(context, &session))
}
