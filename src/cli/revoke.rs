//! `tokenscope revoke P [--kind]`.

use serde_json::json;

use super::Context;
use super::args::RevokeArgs;
use super::check_line::check_line;
use super::login::{log_in, tell_verdict};
use super::narrator::Narrator;
use super::needed::must_name;
use super::outcome::{Outcome, Status};
use crate::model::TokenKind;
use crate::model::checks::Outcome as Checked;
use crate::model::field::Field;
use crate::setup::Options;

/// Ends a token. Tokens live in memory only, so it logs in first. A check that failed makes the status 1.
pub(super) async fn run(context: &Context, args: &RevokeArgs) -> Outcome {
    let kind = TokenKind::from(args.kind);
    let engine = context.engine(Options::default()).await?;
    must_name(&engine, &args.login, Field::RevocationEndpoint).await?;
    let (slug, session) = log_in(context, &engine, &args.login).await?;
    let narrator = Narrator::start(context.printer, false);
    let result = engine.revoke(&slug, kind, narrator.reporter()).await;
    narrator.finish().await;
    let revoked = result?;
    let is_over = engine.session(&slug).is_some_and(|session| session.is_over);
    let printer = context.printer;
    if printer.json {
        printer.document(&json!({
            "profile": slug,
            "kind": kind.as_str(),
            "revoked": true,
            "http_status": revoked.status,
            "latency_ms": revoked.latency_ms,
            "session_over": is_over,
            "checks": revoked.checks,
        }))?;
    } else {
        let words = match kind {
            TokenKind::Refresh => "The refresh token is revoked: the session is over",
            _ => {
                "The access token is revoked. A refresh may give another one, unless the provider has ended the refresh token with it"
            }
        };
        printer.data(words)?;
        for check in &revoked.checks {
            printer.tell(&check_line(check, 28, printer));
        }
    }
    let login = tell_verdict(context, &session);
    let is_good = !revoked.checks.iter().any(|check| check.outcome == Checked::Fail);
    Ok(if is_good { login } else { Status::Failed })
}
