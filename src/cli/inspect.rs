//! `tokenscope inspect`: whatever a person has, taken apart.
//!
//! `inspect_input` reads it, `inspect_keys` the keys, [`Judge`] looks at each token, and `inspect_document` and
//! `inspect_text` show it. `inspect_lines` is the same for a stream, and `inspect_compare` holds two against each other.

use jiff::Timestamp;

use super::args::{InspectArgs, Use};
use super::inspect_document::write_document;
use super::inspect_input::Given;
use super::inspect_keys::{self, Keys, Publisher};
use super::json_writer::{Layout, list};
use super::outcome::{Outcome, Status, Stop, usage};
use super::{Context, input, inspect_compare, inspect_input, inspect_lines, inspect_text, read_time};
use crate::model::checks::TokenUse;
use crate::model::inspection::{Expectations, Inspection, Lens};
use crate::model::jwt::Form;
use crate::model::verify::{SignatureStatus, is_detached};
use crate::model::{Clock as _, Secret};
use crate::system::SystemClock;

/// Decodes, verifies and judges each token.
pub(super) async fn run(context: &Context, args: &InspectArgs) -> Outcome {
    if args.lines && args.discover && args.issuer.is_none() {
        return Err(usage(
            "With --lines, --discover would ask every server that any line names",
            "Name the one issuer to ask after --issuer",
        ));
    }
    if args.lines && args.payload.is_some() {
        return Err(usage(
            "With --lines, each token would need a payload of its own",
            "Give one token with --payload",
        ));
    }
    let sources = args.lines.then(|| inspect_input::sources(&args.inputs)).transpose()?;
    let mut judge = Judge::new(context, args).await?;
    if let Some(sources) = sources {
        return inspect_lines::run(sources, judge, std::io::stdout()).await;
    }
    let mut inspections = Vec::new();
    for given in inspect_input::tokens(&args.inputs).await? {
        inspections.push(judge.look(given).await);
    }
    // What is damaged is looked at all the same. Exposed to be read.
    let has_its_own = |one: &Inspection| one.token.decoded.form == Form::Jws && !is_detached(one.token.value.expose());
    if args.payload.is_some() && inspections.iter().all(has_its_own) {
        return Err(usage(
            "The token has a payload of its own, and --payload is for one without (RFC 7515 appendix F)",
            "Leave --payload out, or give the token that it belongs to",
        ));
    }
    if args.compare {
        let wanted = judge.lens.expected.token_use;
        return inspect_compare::run(context.printer, &inspections, args.refreshed, wanted);
    }
    if context.printer.json {
        let mut text = String::new();
        match inspections.as_slice() {
            [one] => write_document(one, args.explain, Layout::Lines(0), &mut text),
            all => list(&mut text, Layout::Lines(0), all, |out, layout, one| {
                write_document(one, args.explain, layout, out);
            }),
        }
        context.printer.data(&text)?;
    } else {
        let several = inspections.len() > 1;
        for (place, one) in inspections.iter().enumerate() {
            let number = several.then_some(place + 1);
            for line in inspect_text::lines(one, number, args.explain, context.printer) {
                context.printer.data(&line)?;
            }
        }
    }
    Ok(status_of(inspections.iter().all(Inspection::is_good)))
}

/// The exit status of a look.
pub(super) const fn status_of(good: bool) -> Status {
    if good { Status::Good } else { Status::Failed }
}

/// What every token is looked at with.
pub(super) struct Judge {
    lens: Lens,
    publisher: Option<Publisher>,
    /// Whether documents say what each claim means.
    pub(super) explains: bool,
}

impl Judge {
    async fn new(context: &Context, args: &InspectArgs) -> Result<Self, Stop> {
        let Keys {
            material,
            decryption,
            publisher,
        } = inspect_keys::read(args, context.printer).await?;
        Ok(Self {
            lens: Lens {
                material,
                decryption_keys: decryption,
                expected: expectations(args).await?,
            },
            publisher,
            explains: args.explain,
        })
    }

    /// Looks at one, with the keys that are there.
    pub(super) fn inspect(&self, token: Secret, now: Timestamp) -> Inspection {
        let mut inspection = Inspection::of(token, &self.lens, now);
        let signature = &mut inspection.signature;
        let is_hmac = signature.alg.as_deref().is_some_and(|alg| alg.starts_with("HS"));
        if signature.status == SignatureStatus::Unverified && self.lens.material.keys.is_none() && !is_hmac {
            // There is no profile here that could have keys.
            "No key was given: use --jwks, --key or --discover".clone_into(&mut signature.reason);
        }
        inspection
    }

    /// Looks at one that was found in a text, with the keys that its issuer publishes where those are wanted.
    async fn look(&mut self, given: Given) -> Inspection {
        let now = SystemClock.now();
        if let Some(publisher) = self.publisher.as_mut().filter(|one| one.is_of_each_token()) {
            self.lens.material.keys = publisher.keys_for(&given.token).await;
        }
        let mut inspection = self.inspect(given.token, now);
        if self.renew_for(&inspection).await {
            inspection = self.inspect(inspection.token.value, now);
        }
        inspection.found(given.place, given.notes)
    }

    /// Fetches the keys again where the token may be younger than those that are there. True when there are others now.
    pub(super) async fn renew_for(&mut self, inspection: &Inspection) -> bool {
        let Some(publisher) = self.publisher.as_mut().filter(|_| is_doubtful(inspection)) else {
            return false;
        };
        let newer = publisher.newer(&self.lens.material, &inspection.token.value).await;
        let is_newer = newer.is_some();
        if let Some(newer) = newer {
            self.lens.material.keys = Some(Ok(newer));
        }
        is_newer
    }

    /// Whether keys are fetched again where that may help this token.
    pub(super) fn may_renew_for(&self, inspection: &Inspection) -> bool {
        self.publisher.is_some() && is_doubtful(inspection)
    }
}

const fn is_doubtful(inspection: &Inspection) -> bool {
    matches!(
        inspection.signature.status,
        SignatureStatus::Unverified | SignatureStatus::Invalid
    )
}

async fn expectations(args: &InspectArgs) -> Result<Expectations, Stop> {
    let mut expected = Expectations {
        issuer: args.issuer.clone(),
        audience: args.audience.clone(),
        nonce: args.nonce.clone(),
        state: args.state.clone(),
        max_age_s: args.max_age,
        acr_values: args.acr.clone().unwrap_or_default(),
        tolerance_s: args.leeway,
        token_use: args.token_use.map(|wanted| match wanted {
            Use::Id => TokenUse::Id,
            Use::Access => TokenUse::Access,
            Use::Jwt => TokenUse::Any,
        }),
        at: args.at.as_deref().map(read_time).transpose()?,
        ..Expectations::default()
    };
    if let Some(file) = &args.code_file {
        expected.code = Some(input::secret(file, "code").await?);
    }
    if let Some(file) = &args.access_token_file {
        expected.access_token = Some(input::secret(file, "access token").await?);
    }
    Ok(expected)
}
