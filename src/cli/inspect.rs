//! `tokenscope inspect`.

use std::io::{BufRead as _, Read as _};
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;

use super::args::InspectArgs;
use super::inspect_json::Inspected;
use super::outcome::{Outcome, Status, Stop, usage};
use super::{Context, read_secret, read_time};
use crate::flow::{Http, Limits, jwks};
use crate::model::checks::{Check, Expected, Outcome as CheckOutcome, id_token_checks, signature_check, time_checks};
use crate::model::jwt::Form;
use crate::model::keys::KeySet;
use crate::model::verify::{KeyMaterial, SignatureStatus, verify};
use crate::model::{Clock as _, Secret, Token};
use crate::system::SystemClock;

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
        return lines(context, &judge);
    }
    let tokens = read_inputs(&args.inputs)?;
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
fn lines(context: &Context, judge: &Judge<'_>) -> Outcome {
    let mut status = Status::Good;
    for line in std::io::stdin().lock().lines() {
        let line =
            line.map_err(|error| usage(format!("Standard input could not be read ({error})"), "Give it UTF-8"))?;
        let token = line.trim();
        if token.is_empty() {
            continue;
        }
        let (inspected, good) = judge.inspect(Secret::from(token));
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
    let secret = args
        .secret_file
        .as_deref()
        .map(|file| read_secret(file, "secret"))
        .transpose()?;
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
            let body = std::fs::read(file).map_err(|error| {
                usage(
                    format!("{file} could not be read ({error})"),
                    "Give a JWKS file or address",
                )
            })?;
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

fn read_inputs(inputs: &[String]) -> Result<Vec<Secret>, Stop> {
    if inputs.is_empty() {
        return Ok(vec![read_standard_input()?]);
    }
    inputs
        .iter()
        .map(|input| {
            if input == "-" {
                read_standard_input()
            } else if Path::new(input).is_file() {
                let text = std::fs::read_to_string(input).map_err(|error| {
                    usage(
                        format!("{input} could not be read ({error})"),
                        "Give a file with a token",
                    )
                })?;
                Ok(Secret::new(text.trim()))
            } else {
                Ok(Secret::new(input.trim()))
            }
        })
        .collect()
}

fn read_standard_input() -> Result<Secret, Stop> {
    let mut text = String::new();
    std::io::stdin()
        .read_to_string(&mut text)
        .map_err(|error| usage(format!("Standard input could not be read ({error})"), "Give it a token"))?;
    Ok(Secret::new(text.trim()))
}
