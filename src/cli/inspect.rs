//! `tokenscope inspect`.

use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;

use super::args::InspectArgs;
use super::input::{self, Source, trimmed};
use super::inspect_json::Inspected;
use super::outcome::{Outcome, Status, Stop, usage};
use super::{Context, read_time};
use crate::flow::{Http, Limits, jwks};
use crate::model::checks::{Check, Expected, Outcome as CheckOutcome, id_token_checks, signature_check, time_checks};
use crate::model::jwt::Form;
use crate::model::keys::KeySet;
use crate::model::verify::{KeyMaterial, SignatureStatus, verify};
use crate::model::{Clock as _, Secret, Token};
use crate::system::SystemClock;

/// What to do when an input cannot be read.
const INPUT_HINT: &str = "Give a token, or a file with one";

/// Decodes, verifies and judges each token.
pub(super) async fn run(context: &Context, args: &InspectArgs) -> Outcome {
    let judge = Judge {
        args,
        material: material(args).await?,
        now: args
            .at
            .as_deref()
            .map(read_time)
            .transpose()?
            .unwrap_or_else(|| SystemClock.now()),
    };
    if args.lines {
        return lines(context, &judge).await;
    }
    let tokens = read_inputs(&args.inputs).await?;
    let mut status = Status::Good;
    let mut inspected = Vec::new();
    for token in tokens {
        let (one, good) = judge.inspect(token);
        if !good {
            status = Status::Failed;
        }
        inspected.push(one);
    }
    if context.printer.json {
        match inspected.as_slice() {
            [one] => context.printer.document(&one.document())?,
            all => context
                .printer
                .document(&all.iter().map(Inspected::document).collect::<Vec<_>>())?,
        }
    } else {
        for one in &inspected {
            for line in one.lines(context.printer) {
                context.printer.data(&line)?;
            }
        }
    }
    Ok(status)
}

/// One token a line in, one document a line out, in constant memory.
async fn lines(context: &Context, judge: &Judge<'_>) -> Outcome {
    let mut status = Status::Good;
    let mut tokens = input::lines(vec![Source::Standard], INPUT_HINT);
    while let Some(token) = tokens.recv().await {
        let (inspected, good) = judge.inspect(token?);
        if !good {
            status = Status::Failed;
        }
        let text = serde_json::to_string(&inspected.document()).map_err(std::io::Error::other)?;
        context.printer.data(&text)?;
    }
    Ok(status)
}

struct Judge<'a> {
    args: &'a InspectArgs,
    material: KeyMaterial,
    now: Timestamp,
}

impl Judge<'_> {
    /// The verdicts, and whether nothing is wrong.
    fn inspect(&self, value: Secret) -> (Inspected, bool) {
        let token = Token::new(value, self.now, None);
        let signature = verify(token.value.expose(), &token.decoded, &self.material);
        let mut checks = Vec::new();
        if token.decoded.form == Form::Jws {
            checks.push(signature_check(&signature));
            checks.extend(time_checks(&token, self.now));
            checks.extend(self.expectations(&token));
        }
        // A damaged or unverified token is what one came to look at; a wrong signature is a failure.
        let good = !checks.iter().any(|check| check.outcome == CheckOutcome::Fail)
            && (signature.status != SignatureStatus::Invalid || token.decoded.form == Form::Damaged);
        let inspected = Inspected {
            token,
            signature,
            checks,
            now: self.now,
        };
        (inspected, good)
    }

    /// What the person expects, and nothing that they did not ask for.
    fn expectations(&self, token: &Token) -> Vec<Check> {
        let args = self.args;
        let expected = Expected {
            issuer: args.issuer.as_deref(),
            client_id: args.audience.as_deref(),
            nonce: args.nonce.as_deref(),
            ..Expected::default()
        };
        id_token_checks(token, &expected)
            .into_iter()
            .filter(|check| check.outcome != CheckOutcome::Skip)
            .map(|check| Check {
                id: check.id.replacen("id_token.", "jwt.", 1),
                ..check
            })
            .collect()
    }
}

async fn material(args: &InspectArgs) -> Result<KeyMaterial, Stop> {
    let secret = match &args.secret_file {
        Some(file) => Some(input::secret(file, "secret").await?),
        None => None,
    };
    let keys = match args.jwks.as_deref() {
        None => None,
        Some(address) if address.starts_with("http://") || address.starts_with("https://") => {
            let url = url::Url::parse(address).map_err(|error| {
                usage(
                    format!("“{address}” is no address ({error})"),
                    "Give a JWKS file or address",
                )
            })?;
            let http = Http::new(Arc::new(SystemClock), Limits::default());
            jwks::fetch(&http, Some(&url)).await.0
        }
        Some(file) => {
            let body = Source::File(file.into()).read("Give a JWKS file or address").await?;
            let set = KeySet::parse(&body)
                .map_err(|why| usage(format!("{file}: {why}"), "Give a JWK Set, {\"keys\": […]}"))?;
            Some(Ok(set))
        }
    };
    Ok(KeyMaterial {
        keys,
        secret,
        secret_is_the_key: true,
    })
}

async fn read_inputs(inputs: &[String]) -> Result<Vec<Secret>, Stop> {
    if inputs.is_empty() {
        return Ok(vec![read(&Source::Standard).await?]);
    }
    let mut tokens = Vec::new();
    for input in inputs {
        tokens.push(if input == "-" || Path::new(input).is_file() {
            read(&Source::new(Path::new(input))).await?
        } else {
            Secret::new(input.trim())
        });
    }
    Ok(tokens)
}

async fn read(source: &Source) -> Result<Secret, Stop> {
    Ok(trimmed(&source.read(INPUT_HINT).await?))
}
