//! What a command cannot do without: looked at before anybody signs in.

use super::args::LoginArgs;
use super::outcome::Stop;
use super::slug;
use crate::engine::{Engine, Failure};
use crate::model::field::Field;

/// Stops where the profile leaves this endpoint out.
pub(super) async fn must_name(engine: &Engine, args: &LoginArgs, endpoint: Field) -> Result<(), Stop> {
    let profile = engine.profile(&slug(&args.profile)?).await?;
    if endpoint.get(&profile).trim().is_empty() {
        return Err(Failure::no_endpoint(endpoint).into());
    }
    Ok(())
}
