//! `tokenscope userinfo P` and `tokenscope introspect P`.

use serde::Serialize;
use serde_json::value::RawValue;

use super::Context;
use super::args::{IntrospectArgs, LoginArgs};
use super::check_line::check_line;
use super::login::{log_in, tell_verdict};
use super::narrator::Narrator;
use super::needed::must_name;
use super::outcome::{Outcome, Status};
use super::printer::{Paint, Printer};
use crate::engine::{ProviderAnswer, Question};
use crate::model::checks::Check;
use crate::model::claims::meaning;
use crate::model::field::Field;
use crate::model::members::to_json;
use crate::model::verify::Signature;
use crate::model::visible;
use crate::model::{Slug, TokenKind};
use crate::setup::Options;

/// Who the person is.
pub(super) async fn userinfo(context: &Context, args: &LoginArgs) -> Outcome {
    ask(context, args, Question::Userinfo).await
}

/// What the provider knows of a token.
pub(super) async fn introspect(context: &Context, args: &IntrospectArgs) -> Outcome {
    ask(context, &args.login, Question::Introspection(args.kind.into())).await
}

/// Tokens live in memory only, so it logs in first. An error answer, or a check that failed, makes the status 1.
async fn ask(context: &Context, args: &LoginArgs, question: Question) -> Outcome {
    let engine = context.engine(Options::default()).await?;
    let endpoint = match question {
        Question::Userinfo => Field::UserinfoEndpoint,
        Question::Introspection(_) => Field::IntrospectionEndpoint,
    };
    must_name(&engine, args, endpoint).await?;
    let (slug, session) = log_in(context, &engine, args).await?;
    let narrator = Narrator::start(context.printer, false);
    let result = engine.ask(&slug, question, narrator.reporter()).await;
    narrator.finish().await;
    let answer = result?;
    let printer = context.printer;
    if printer.json {
        printer.document(&document(&slug, &answer))?;
    } else {
        print(printer, &answer)?;
    }
    let login = tell_verdict(context, &session);
    Ok(if answer.is_good() { login } else { Status::Failed })
}

/// The answer as JSON. Numbers keep their exact text.
#[derive(Debug, Serialize)]
struct Document<'a> {
    profile: &'a Slug,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    active: Option<bool>,
    url: &'a str,
    http_status: u16,
    latency_ms: f64,
    www_authenticate: Option<&'a str>,
    content_type: Option<&'a str>,
    claims: Option<Box<RawValue>>,
    body: &'a str,
    signature: Option<&'a Signature>,
    checks: &'a [Check],
}

fn document<'a>(slug: &'a Slug, answer: &'a ProviderAnswer) -> Document<'a> {
    let kind = match answer.question {
        Question::Userinfo => None,
        Question::Introspection(kind) => Some(kind),
    };
    let active = || {
        let mut from_the_end = answer.members.iter().rev();
        from_the_end.find(|member| member.name == "active")?.value().as_bool()
    };
    Document {
        profile: slug,
        kind: kind.map(TokenKind::as_str),
        active: kind.and_then(|_| active()),
        url: &answer.http.url,
        http_status: answer.http.status,
        latency_ms: answer.http.latency_ms,
        www_authenticate: answer.http.www_authenticate.as_deref(),
        content_type: answer.http.content_type.as_deref(),
        claims: (!answer.members.is_empty()).then(|| to_json(&answer.members)),
        body: &answer.http.body,
        signature: answer.signature.as_ref(),
        checks: &answer.checks,
    }
}

fn print(printer: Printer, answer: &ProviderAnswer) -> std::io::Result<()> {
    let http = &answer.http;
    printer.tell(&format!(
        "{} answered {} in {:.0} ms",
        http.url, http.status, http.latency_ms
    ));
    if let Some(challenge) = &http.www_authenticate {
        printer.tell(&format!("WWW-Authenticate: {challenge}"));
    }
    if answer.members.is_empty() {
        printer.data(&visible_lines(&http.body))?;
    }
    for member in &answer.members {
        let means = meaning(&member.name).map_or("", |meaning| meaning.meaning);
        printer.data(&format!(
            "{:<20} {}  {}",
            visible(&member.name),
            visible(&member.raw),
            printer.paint(Paint::Faint, means)
        ))?;
    }
    for check in &answer.checks {
        printer.tell(&check_line(check, 28, printer));
    }
    Ok(())
}

/// A body of several lines, each made safe.
fn visible_lines(body: &str) -> String {
    let lines: Vec<String> = body.lines().map(|line| visible(line).into_owned()).collect();
    lines.join("\n")
}
