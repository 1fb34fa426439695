//! `tokenscope token P`.

use super::Context;
use super::args::{Kind, TokenArgs};
use super::login::{log_in, tell_verdict};
use super::outcome::Outcome;
use crate::engine::Failure;
use crate::model::TokenKind;
use crate::setup::Options;

/// Prints a bare token and nothing else. Tokens live in memory only, so it logs in first; a check that failed makes the
/// status 1.
pub(super) async fn run(context: &Context, args: &TokenArgs) -> Outcome {
    let engine = context.engine(Options::default()).await?;
    let (_, session) = log_in(context, &engine, &args.login).await?;
    let kind = match args.kind {
        Kind::Access => TokenKind::Access,
        Kind::Id => TokenKind::Id,
        Kind::Refresh => TokenKind::Refresh,
    };
    let token = session.tokens.get(kind).ok_or_else(|| {
        Failure::provider(
            "no_token",
            format!("The provider gave no {} token", kind.as_str()),
            "Ask for it with the scopes of the profile: openid for an ID token, offline_access for a refresh token",
        )
    })?;
    // Printing the token is what this command is for.
    let text = token.value.expose();
    if context.printer.json {
        let document = serde_json::json!({"profile": args.login.profile, "kind": kind.as_str(), "token": text});
        context.printer.document(&document)?;
    } else {
        context.printer.data(text)?;
    }
    Ok(tell_verdict(context, &session))
}
