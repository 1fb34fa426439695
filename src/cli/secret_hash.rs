//! `tokenscope secret-hash`.

use super::Context;
use super::args::SecretHashArgs;
use super::input;
use super::outcome::{Outcome, Status, usage};
use crate::model::application_secret_hash::application_secret_hash;

/// Prints what ERP.net wants as `ApplicationSecretHash`, and nothing of the secret.
pub(super) async fn run(context: &Context, args: &SecretHashArgs) -> Outcome {
    let secret = input::secret(&args.secret_file, "client secret").await?;
    if secret.is_empty() {
        return Err(usage(
            "There is no secret in it",
            "Give a file whose first line is the secret, or - to type it",
        ));
    }
    let hash = application_secret_hash(&secret);
    if context.printer.json {
        context
            .printer
            .document(&serde_json::json!({"application_secret_hash": hash}))?;
    } else {
        context.printer.data(&hash)?;
    }
    Ok(Status::Good)
}
