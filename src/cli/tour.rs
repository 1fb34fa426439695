//! `tokenscope tour`: the main job on every system, without a screen and without a network.

use std::sync::Arc;
use std::time::Instant;

use serde_json::json;
use url::Url;

use super::args::LoginArgs;
use super::login::log_in;
use super::narrator::Narrator;
use super::outcome::{Outcome, Status, Stop, usage};
use super::printer::Paint;
use super::{Context, visitor};
use crate::demo::Demo;
use crate::engine::{Engine, Failure, Session};
use crate::model::checks::Outcome as CheckOutcome;
use crate::model::template::Template;
use crate::model::verify::SignatureStatus;
use crate::model::{Slug, TokenKind};
use crate::setup::Options;

/// One row of the table.
struct Step {
    system: &'static str,
    name: &'static str,
    result: Result<String, String>,
    took_ms: f64,
}

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
    let engine = context
        .engine(Options {
            open_browser: Arc::new(sign_in_by_itself),
            ..Options::default()
        })
        .await?;
    let mut steps = Vec::new();
    for template in Template::ALL.iter().filter(|template| template.profile().uses_demo()) {
        let mut tour = Tour {
            context: &context,
            engine: &engine,
            system: template.name,
            slug: template.profile().slug,
            steps: Vec::new(),
        };
        // A step that fails ends its system: the others still get their turn.
        let _ = tour.run().await;
        steps.append(&mut tour.steps);
    }
    engine.stop_demo().await;
    print(&context, &steps)
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

struct Tour<'a> {
    context: &'a Context,
    engine: &'a Engine,
    system: &'static str,
    slug: Slug,
    steps: Vec<Step>,
}

/// A step has failed; its row says how.
struct Failed;

impl Tour<'_> {
    async fn run(&mut self) -> Result<(), Failed> {
        let started = Instant::now();
        let session = self.log_in().await.map_err(text);
        let first = self.row("log in", started, session, |s| {
            format!("{}, {}", s.profile.way(), s.tokens.scope.join(" "))
        })?;
        self.row("signatures and hashes", Instant::now(), judged(&first), Clone::clone)?;
        self.call_api("call the API").await?;

        let started = Instant::now();
        let refreshed = self.refresh().await.map_err(|failure| failure.message);
        let second = self.row(
            "refresh",
            started,
            refreshed.and_then(|second| rotated(&first, second)),
            |s| format!("both tokens are new, generation {}", s.generation),
        )?;
        self.row(
            "signatures after the refresh",
            Instant::now(),
            judged(&second),
            Clone::clone,
        )?;
        self.call_api("call the API with the new token").await?;

        let started = Instant::now();
        let refused = self.present_spent_token(&first).await;
        self.row("old refresh token is refused", started, refused, Clone::clone)?;

        let started = Instant::now();
        let ended = match self.refresh().await {
            Err(failure) if failure.ends_session => Ok(format!("{}: the whole family is revoked", failure.code)),
            Err(failure) => Err(failure.message),
            Ok(_) => Err("the newest refresh token still works after an old one was presented".to_owned()),
        };
        self.row("its reuse ends the session", started, ended, Clone::clone)?;
        Ok(())
    }

    async fn log_in(&self) -> Result<Arc<Session>, Stop> {
        let args = LoginArgs {
            profile: self.slug.to_string(),
            no_browser: false,
            timeout: Some(30),
            secret_file: None,
            username: None,
            password_stdin: false,
            subject_token_file: None,
        };
        let quiet = Context {
            printer: self.context.printer.silent(),
            ..self.context.clone()
        };
        Ok(log_in(&quiet, self.engine, &args).await?.1)
    }

    async fn refresh(&self) -> Result<Arc<Session>, Failure> {
        let narrator = Narrator::start(self.context.printer.silent(), false);
        let result = self.engine.refresh(&self.slug, narrator.reporter()).await;
        narrator.finish().await;
        result
    }

    async fn call_api(&mut self, step: &'static str) -> Result<(), Failed> {
        let started = Instant::now();
        let narrator = Narrator::start(self.context.printer.silent(), false);
        let answer = self.engine.call_api(&self.slug, None, narrator.reporter()).await;
        narrator.finish().await;
        let result = match answer {
            Ok(answer) if answer.status == 200 => Ok(format!("200, {} bytes", answer.body.len())),
            Ok(answer) => Err(format!("the API answered {}", answer.status)),
            Err(failure) => Err(failure.message),
        };
        self.row(step, started, result, Clone::clone).map(|_| ())
    }

    /// Presents the refresh token of a generation that is over, beside the engine, which would never do that.
    async fn present_spent_token(&self, spent: &Session) -> Result<String, String> {
        let narrator = Narrator::start(self.context.printer.silent(), false);
        let result = self.engine.replay_refresh_token(spent, narrator.reporter()).await;
        narrator.finish().await;
        match result {
            Err(failure) if failure.code == "invalid_grant" => {
                Ok(format!("{} {}", failure.http_status.unwrap_or_default(), failure.code))
            }
            Err(other) => Err(other.message),
            Ok(()) => Err("the server accepted it again".to_owned()),
        }
    }

    fn row<T>(
        &mut self,
        step: &'static str,
        started: Instant,
        result: Result<T, String>,
        words: impl FnOnce(&T) -> String,
    ) -> Result<T, Failed> {
        self.steps.push(Step {
            system: self.system,
            name: step,
            result: result.as_ref().map(words).map_err(Clone::clone),
            took_ms: started.elapsed().as_secs_f64() * 1000.0,
        });
        result.map_err(|_| Failed)
    }
}

fn text(stop: Stop) -> String {
    match stop {
        Stop::Failure(failure) => failure.message,
        Stop::Output(error) => error.to_string(),
    }
}

/// Both tokens must be new after a refresh, as ERP.net documents it.
fn rotated(before: &Session, after: Arc<Session>) -> Result<Arc<Session>, String> {
    let same = |kind: TokenKind| match (before.tokens.get(kind), after.tokens.get(kind)) {
        (Some(old), Some(new)) => old.fingerprint == new.fingerprint,
        _ => true,
    };
    for kind in [TokenKind::Access, TokenKind::Refresh] {
        if same(kind) {
            return Err(format!("the {} is not a new one", kind.label().to_lowercase()));
        }
    }
    Ok(after)
}

/// Every signature must be valid and no check may have failed.
fn judged(session: &Session) -> Result<String, String> {
    if let Some(check) = session.checks.iter().find(|check| check.outcome == CheckOutcome::Fail) {
        return Err(format!("{}: {}", check.id, check.message));
    }
    if let Some((kind, signature)) = session
        .signatures
        .iter()
        .find(|(_, signature)| signature.status != SignatureStatus::Valid)
    {
        return Err(format!("{}: {}", kind.label(), signature.reason));
    }
    let passed = session
        .checks
        .iter()
        .filter(|check| check.outcome == CheckOutcome::Pass);
    Ok(format!("{} checks passed", passed.count()))
}

fn print(context: &Context, steps: &[Step]) -> Outcome {
    let printer = context.printer;
    let failed = steps.iter().filter(|step| step.result.is_err()).count();
    if printer.json {
        let rows: Vec<_> = steps
            .iter()
            .map(|step| {
                json!({
                    "system": step.system,
                    "step": step.name,
                    "outcome": if step.result.is_ok() { "pass" } else { "fail" },
                    "message": step.result.as_ref().map_or_else(Clone::clone, Clone::clone),
                    "took_ms": step.took_ms.round(),
                })
            })
            .collect();
        printer.document(&json!({"passed": steps.len() - failed, "failed": failed, "steps": rows}))?;
    } else {
        let mut system = "";
        for step in steps {
            if step.system != system {
                system = step.system;
                printer.data(&format!("\n{system}"))?;
            }
            let (sign, words) = match &step.result {
                Ok(words) => (printer.paint(Paint::Ok, "✓ passed"), words),
                Err(words) => (printer.paint(Paint::Bad, "✕ failed"), words),
            };
            let took = printer.paint(Paint::Faint, &format!("{:>6.0} ms", step.took_ms));
            printer.data(&format!("  {sign}  {:<32} {took}  {words}", step.name))?;
        }
        printer.data(&format!("\n{} passed, {failed} failed", steps.len() - failed))?;
    }
    Ok(if failed == 0 && !steps.is_empty() {
        Status::Good
    } else {
        Status::Failed
    })
}
