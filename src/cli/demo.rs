//! `tokenscope demo`.

use serde_json::json;

use super::Context;
use super::args::DemoArgs;
use super::outcome::{Outcome, Status};
use crate::demo::Demo;
use crate::engine::{DemoLifetimes, DemoOptions, EmbeddedProvider as _, Failure};
use crate::setup::{Embedded, Options};

/// Runs the embedded provider until Ctrl C. Its base URL is the first line of standard output.
pub(super) async fn run(context: &Context, args: &DemoArgs) -> Outcome {
    let Options { clock, random, .. } = Options::default();
    let provider = Embedded::new(args.port, clock, random);
    let lifetimes = if args.fast {
        DemoLifetimes::FAST
    } else {
        DemoLifetimes::NORMAL
    };
    provider.set_options(DemoOptions {
        always_issue_new_refresh_token: args.always_issue_new_refresh_token,
    });
    // Listened for from the start: whoever reads the address may send it at once.
    let mut interrupted = std::pin::pin!(tokio::signal::ctrl_c());
    let origin = tokio::select! {
        biased;
        _ = &mut interrupted => return Err(Failure::cancelled().into()),
        started = provider.start(lifetimes) => started?,
    };
    let printer = context.printer;
    if printer.json {
        printer.document(&json!({"base_url": origin.base_url}))?;
    } else {
        printer.data(origin.base_url.as_str())?;
    }
    let users: Vec<String> = Demo::users()
        .iter()
        .map(|user| format!("{} / {}", user.user_name, user.password))
        .collect();
    printer.tell(&format!("Sign in as {}. Ctrl C stops it", users.join(", or ")));
    // The signal is waited for here, so that the provider closes its port before the program ends.
    let waited = interrupted.await;
    provider.stop().await;
    waited?;
    Ok(Status::Good)
}
