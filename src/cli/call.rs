//! `tokenscope call P [URL]`.

use serde_json::json;

use super::args::CallArgs;
use super::login::{LoggedIn, log_in_as, stopped, tell_verdict};
use super::narrator::Narrator;
use super::needed::must_name;
use super::outcome::{Outcome, Status, usage};
use super::person::Person;
use super::{Context, slug};
use crate::engine::OperationKind;
use crate::model::field::Field;
use crate::model::skew;
use crate::setup::Options;

/// Calls the API and prints its answer. Tokens live in memory only, so it logs in first; a check that failed makes the status 1.
pub(super) async fn run(context: &Context, args: &CallArgs) -> Outcome {
    let url = args
        .url
        .as_deref()
        .map(|text| {
            url::Url::parse(text)
                .map_err(|error| usage(format!("“{text}” is no address ({error})"), "Start with https://"))
        })
        .transpose()?;
    let engine = context.engine(Options::default()).await?;
    match &url {
        // Before the login: nobody signs in for a call that is refused.
        Some(url) => engine.may_call(&engine.profile(&slug(&args.login.profile)?).await?, url)?,
        None => must_name(&engine, &args.login, Field::ApiUrl).await?,
    }
    let LoggedIn {
        slug,
        session,
        checklist,
    } = log_in_as(
        context,
        &engine,
        &args.login,
        &Person::meet(&engine, &args.login).await?,
    )
    .await?;
    let narrator = Narrator::following(context.printer, false, &checklist);
    let result = engine.call_api(&slug, url, narrator.reporter()).await;
    narrator.finish().await;
    let answer = result.map_err(|failure| stopped(context, &checklist, OperationKind::ApiCall, failure))?;
    let printer = context.printer;
    checklist.tell_rest(printer);
    if printer.json {
        let mut document = json!({
            "profile": slug,
            "url": answer.url,
            "http_status": answer.status,
            "latency_ms": answer.latency_ms,
            "www_authenticate": answer.www_authenticate,
            "content_type": answer.content_type,
            "body": answer.body,
        });
        if let Some(checklist) = checklist.json() {
            document["checklist"] = checklist;
        }
        printer.document(&document)?;
    } else {
        printer.tell(&format!(
            "{} answered {} in {:.0} ms",
            answer.url, answer.status, answer.latency_ms
        ));
        if let Some(challenge) = &answer.www_authenticate {
            printer.tell(&format!("WWW-Authenticate: {challenge}"));
        }
        if let Some(skew_s) = skew::notable(session.server_time.skew_s).filter(|_| answer.status == 401) {
            printer.tell(&format!(
                "{}: set it by NTP, that may be the cause",
                skew::skew_words(skew_s)
            ));
        }
        printer.data(&answer.body)?;
    }
    let login = tell_verdict(context, &session);
    Ok(if (200..300).contains(&answer.status) {
        login
    } else {
        Status::Failed
    })
}
