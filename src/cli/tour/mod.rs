//! `tokenscope tour`: the main job on every system, without a screen and without a network.
//!
//! Each system has its own file with its rows, told by a [`Guide`](guide::Guide). A row that fails ends its system: the
//! others still get their turn.

mod clock;
mod erp_net;
mod expect;
mod guide;
mod mycorp;
mod plain;
mod redcore;
mod table;

use std::sync::Arc;

use url::Url;

use self::clock::ShiftedClock;
use self::guide::Guide;
use super::outcome::{Outcome, usage};
use super::{Context, visitor};
use crate::demo::Demo;
use crate::model::template::Template;
use crate::setup::Options;

/// Runs the tour in a scratch folder and prints a row a step.
pub(super) async fn run(context: &Context) -> Outcome {
    let scratch = tempfile::tempdir().map_err(|error| {
        usage(
            format!("No scratch folder could be made ({error})"),
            "Make room in the folder for temporary files",
        )
    })?;
    let context = Context {
        data_dir: Some(scratch.path().to_owned()),
        ..context.clone()
    };
    let clock = Arc::new(ShiftedClock::default());
    let engine = context
        .engine(Options {
            open_browser: Arc::new(sign_in_by_itself),
            clock: clock.clone(),
            ..Options::default()
        })
        .await?;
    let mut rows = Vec::new();
    for template in Template::ALL.iter().filter(|template| template.profile().uses_demo()) {
        let mut guide = Guide::new(&engine, &clock, template);
        // The row that failed says why.
        let _ = match template.id {
            "mycorp-auth" => mycorp::tour(&mut guide).await,
            "plain-oauth2" => plain::tour(&mut guide).await,
            "redcore" => redcore::tour(&mut guide).await,
            "erp-net-interactive" => erp_net::interactive(&mut guide).await,
            _ => erp_net::trusted(&mut guide).await,
        };
        rows.append(&mut guide.rows);
    }
    engine.stop_demo().await;
    table::print(context.printer, &rows)
}

/// What stands in for the browser: a visitor on a thread of its own, because the login waits for it.
fn sign_in_by_itself(address: &Url) -> Result<(), String> {
    let address = address.clone();
    let user = Demo::users().first().ok_or("the embedded provider has no user")?;
    tokio::runtime::Handle::try_current()
        .map_err(|error| error.to_string())?
        .spawn(async move {
            if let Err(error) = visitor::sign_in(&address, user.user_name, user.password).await {
                tracing::warn!(%error, "the sign-in of the tour failed");
            }
        });
    Ok(())
}
