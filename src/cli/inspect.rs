//! `tokenscope inspect`.

use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;

use super::args::InspectArgs;
use super::input::{self, Source};
use super::inspect_json::{self, document};
use super::outcome::{Outcome, Status, Stop, usage};
use super::{Context, inspect_input, inspect_lines, read_time};
use crate::flow::http::HttpError;
use crate::flow::{FlowError, Freshness, Http, Limits, jwks};
use crate::model::inspection::{Expectations, Inspection, Lens};
use crate::model::keys::KeySet;
use crate::model::verify::{KeyMaterial, SignatureStatus};
use crate::model::{Clock as _, Secret};
use crate::system::SystemClock;

/// Decodes, verifies and judges each token.
pub(super) async fn run(context: &Context, args: &InspectArgs) -> Outcome {
    let judge = Judge {
        lens: Lens {
            material: material(args).await?,
            decryption_keys: Vec::new(),
            expected: Expectations {
                issuer: args.issuer.clone(),
                audience: args.audience.clone(),
                nonce: args.nonce.clone(),
                ..Expectations::default()
            },
        },
        now: args
            .at
            .as_deref()
            .map(read_time)
            .transpose()?
            .unwrap_or_else(|| SystemClock.now()),
    };
    if args.lines {
        let sources = inspect_input::sources(&args.inputs)?;
        return inspect_lines::run(sources, judge, std::io::stdout()).await;
    }
    let tokens = inspect_input::tokens(&args.inputs).await?;
    let inspections: Vec<Inspection> = tokens.into_iter().map(|token| judge.inspect(token)).collect();
    if context.printer.json {
        match inspections.as_slice() {
            [one] => context.printer.document(&document(one))?,
            all => context
                .printer
                .document(&all.iter().map(document).collect::<Vec<_>>())?,
        }
    } else {
        for one in &inspections {
            for line in inspect_json::lines(one, context.printer) {
                context.printer.data(&line)?;
            }
        }
    }
    Ok(status_of(inspections.iter().all(Inspection::is_good)))
}

const fn status_of(good: bool) -> Status {
    if good { Status::Good } else { Status::Failed }
}

/// What every token is looked at with.
pub(super) struct Judge {
    lens: Lens,
    now: Timestamp,
}

impl Judge {
    /// Looks at one.
    pub(super) fn inspect(&self, token: Secret) -> Inspection {
        let mut inspection = Inspection::of(token, &self.lens, self.now);
        let signature = &mut inspection.signature;
        let is_hmac = signature.alg.as_deref().is_some_and(|alg| alg.starts_with("HS"));
        if signature.status == SignatureStatus::Unverified && self.lens.material.keys.is_none() && !is_hmac {
            // There is no profile here that could have keys.
            signature.reason = signature.reason.replacen(
                "The profile has no JWKS address to take keys from",
                "No key was given: use --jwks or --key",
                1,
            );
        }
        inspection
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
        is_quick: args.lines,
        ..KeyMaterial::default()
    })
}

/// A JWK Set from a file or an address; inside, why the address gave none.
async fn jwk_set(place: &str) -> Result<Option<Result<KeySet, String>>, Stop> {
    const HINT: &str = "Give a JWKS file or address";
    if place.starts_with("http://") || place.starts_with("https://") {
        let url = url::Url::parse(place).map_err(|error| usage(format!("“{place}” is no address ({error})"), HINT))?;
        let http = Http::new(Arc::new(SystemClock), Limits::default());
        let (keys, _) = jwks::fetch_from(&http, url, Vec::new(), Freshness::Cached).await;
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
    Ok(Some(Ok(set.into_local())))
}

async fn public_key(file: &Path) -> Result<KeySet, Stop> {
    const HINT: &str = "Give a public key as PEM or JWK; “openssl pkey -in KEY -pubout” makes one of a private key";
    let text = Source::new(file).read_text(HINT).await?;
    KeySet::for_inspection(&text).map_err(|why| usage(format!("{}: {why}", file.display()), HINT))
}
