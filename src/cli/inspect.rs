//! `tokenscope inspect`.

use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;

use super::args::InspectArgs;
use super::input::{self, Source};
use super::inspect_json::Inspected;
use super::outcome::{Outcome, Status, Stop, usage};
use super::{Context, inspect_input, read_time};
use crate::flow::http::HttpError;
use crate::flow::{FlowError, Http, Limits, jwks};
use crate::model::checks::{
    Check, Expected, Outcome as CheckOutcome, id_token_checks, key_checks, signature_check, time_checks,
};
use crate::model::jwt::Form;
use crate::model::keys::KeySet;
use crate::model::verify::{KeyMaterial, Signature, SignatureStatus, verify};
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
        return lines(context, &judge).await;
    }
    let tokens = inspect_input::tokens(&args.inputs).await?;
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
    let mut tokens = input::lines(inspect_input::sources(&judge.args.inputs)?, inspect_input::HINT);
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
        let signature = self.signature(&token);
        let mut checks = Vec::new();
        if token.decoded.form == Form::Jws {
            checks.push(signature_check(&signature));
            if let Some(Ok(keys)) = &self.material.keys {
                checks.extend(key_checks(keys));
            }
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

    fn signature(&self, token: &Token) -> Signature {
        let mut signature = verify(token.value.expose(), &token.decoded, &self.material);
        let is_hmac = signature.alg.as_deref().is_some_and(|alg| alg.starts_with("HS"));
        if signature.status == SignatureStatus::Unverified && self.material.keys.is_none() && !is_hmac {
            // There is no profile here that could have keys.
            "No key was given: use --jwks or --key".clone_into(&mut signature.reason);
        }
        signature
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
    let keys = match (&args.jwks, &args.key) {
        (Some(place), _) => jwk_set(place).await?,
        (None, Some(file)) => Some(Ok(public_key(file).await?)),
        (None, None) => None,
    };
    Ok(KeyMaterial {
        keys,
        secret,
        secret_is_the_key: true,
        ..KeyMaterial::default()
    })
}

/// A JWK Set from a file or an address; inside, why the address gave none.
async fn jwk_set(place: &str) -> Result<Option<Result<KeySet, String>>, Stop> {
    const HINT: &str = "Give a JWKS file or address";
    if place.starts_with("http://") || place.starts_with("https://") {
        let url = url::Url::parse(place).map_err(|error| usage(format!("“{place}” is no address ({error})"), HINT))?;
        let http = Http::new(Arc::new(SystemClock), Limits::default());
        let (keys, _) = jwks::fetch_from(&http, url, Vec::new()).await;
        return Ok(Some(keys.map_err(|error| match &error {
            // There is no profile here to look into.
            FlowError::NoKeys { why, .. } => format!("{why}. Check the address after --jwks"),
            FlowError::Http(HttpError::Tls { .. } | HttpError::Proxy { .. }) => {
                format!("{error}. Fetch the keys another way, and name their file after --jwks")
            }
            _ => format!("{error}. Check the address after --jwks, and that the server runs"),
        })));
    }
    let body = Source::File(place.into()).read(HINT).await?;
    let set =
        KeySet::parse(&body).map_err(|why| usage(format!("{place}: {why}"), "Give a JWK Set, {\"keys\": […]}"))?;
    Ok(Some(Ok(set)))
}

async fn public_key(file: &Path) -> Result<KeySet, Stop> {
    const HINT: &str = "Give a public key as PEM; “openssl pkey -in KEY -pubout” makes one of a private key";
    let text = Source::new(file).read_text(HINT).await?;
    KeySet::from_pem(&text).map_err(|why| usage(format!("{}: {why}", file.display()), HINT))
}
