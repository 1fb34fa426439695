//! `tokenscope keys P`.

use serde::Serialize;

use super::args::KeysArgs;
use super::narrator::Narrator;
use super::outcome::{Outcome, Status};
use super::printer::{Paint, Printer};
use super::{Context, slug};
use crate::engine::ProviderKeys;
use crate::model::Slug;
use crate::model::keys::Key;
use crate::model::visible;
use crate::setup::Options;

/// Prints the provider's keys, a row a key. With none that a signature can be checked with, the status is 1.
pub(super) async fn run(context: &Context, args: &KeysArgs) -> Outcome {
    let engine = context.engine(Options::default()).await?;
    let slug = slug(&args.profile)?;
    let narrator = Narrator::start(context.printer, false);
    let result = engine.provider_keys(&slug, narrator.reporter()).await;
    narrator.finish().await;
    let keys = result?;
    let printer = context.printer;
    if printer.json {
        printer.document(&document(&slug, &keys))?;
    } else {
        print(printer, &keys)?;
    }
    let is_good = |key: &Key| key.usable.is_ok() && key.is_for_signatures();
    Ok(if keys.set.keys.iter().any(is_good) {
        Status::Good
    } else {
        printer.tell("There is no key that a signature can be checked with");
        Status::Failed
    })
}

#[derive(Debug, Serialize)]
struct Document<'a> {
    profile: &'a Slug,
    source: &'static str,
    url: Option<&'a str>,
    latency_ms: f64,
    keys: Vec<Row<'a>>,
}

#[derive(Debug, Serialize)]
struct Row<'a> {
    kid: Option<&'a str>,
    kty: Option<&'a str>,
    size: Option<&'a str>,
    alg: Option<&'a str>,
    #[serde(rename = "use")]
    key_use: Option<&'a str>,
    problem: Option<String>,
}

fn document<'a>(slug: &'a Slug, keys: &'a ProviderKeys) -> Document<'a> {
    let row = |key: &'a Key| Row {
        kid: key.kid.as_deref(),
        kty: key.kty.as_deref(),
        size: key.size.as_deref(),
        alg: key.alg.as_deref(),
        key_use: key.key_use.as_deref(),
        problem: key.problem(),
    };
    Document {
        profile: slug,
        source: if keys.url.is_some() { "jwks" } else { "profile" },
        url: keys.url.as_deref(),
        latency_ms: keys.latency_ms,
        keys: keys.set.keys.iter().map(row).collect(),
    }
}

fn print(printer: Printer, keys: &ProviderKeys) -> std::io::Result<()> {
    printer.tell(&match &keys.url {
        Some(url) => format!("{url} answered in {:.0} ms", keys.latency_ms),
        None => "The verification key of the profile: it names no address for keys".to_owned(),
    });
    for key in &keys.set.keys {
        let or_dash = |text: Option<&str>| visible(text.filter(|text| !text.is_empty()).unwrap_or("—")).into_owned();
        let row = format!(
            "{:<24} {:<16} {:<8} {:<5}",
            or_dash(key.kid.as_deref()),
            or_dash(Some(&key.kind())),
            or_dash(key.alg.as_deref()),
            or_dash(key.key_use.as_deref()),
        );
        let problem = key.problem().map(|problem| format!("▲ {}", visible(&problem)));
        let problem = problem.map(|problem| printer.paint(Paint::Warn, &problem));
        printer.data(format!("{row} {}", problem.unwrap_or_default()).trim_end())?;
    }
    Ok(())
}
