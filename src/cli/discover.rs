//! `tokenscope discover ADDRESS`.

use super::args::{ClientArgs, DiscoverArgs};
use super::discover_print;
use super::insecure::tell_insecure;
use super::narrator::Narrator;
use super::outcome::{Outcome, Status, Stop, usage};
use super::profile::{free_slug, set_fields};
use super::secret_file::SecretFile;
use super::{Context, input};
use crate::engine::{Engine, Failure, Finding, Lookup, NewProfile, Registered, Registration};
use crate::model::metadata::discovery::ServerMetadata;
use crate::model::profile::ClientAuthentication;
use crate::model::{Profile, Secret, SecretKind};
use crate::setup::Options;

/// What came of it all, for printing.
pub(super) struct Done {
    pub(super) finding: Finding,
    pub(super) profile: Option<Profile>,
    pub(super) registered: Option<Registered>,
    /// The client secret, where it was asked for on standard output.
    pub(super) shown_secret: Option<Secret>,
}

/// Tells what is at an address, and makes a profile of it where a name is given.
pub(super) async fn run(context: &Context, args: &DiscoverArgs) -> Outcome {
    let client = &args.client;
    if args.name.is_none() && (client.register || client.client_id.is_some()) {
        return Err(usage(
            "A client id or a registration belongs to a profile, and it has no name",
            "Add --name NAME",
        ));
    }
    let engine = context.engine(Options::default()).await?;
    match &args.name {
        None => {
            let finding = look(context, &engine, &args.address, client, &args.changes).await?;
            let status = verdict(&finding, client.accept_mismatch);
            let done = Done {
                finding,
                profile: None,
                registered: None,
                shown_secret: None,
            };
            discover_print::print(context.printer, &done)?;
            Ok(status)
        }
        Some(name) => {
            let wanted = Wanted {
                address: &args.address,
                name,
                client,
                changes: &args.changes,
            };
            Box::pin(make(context, &engine, &wanted)).await
        }
    }
}

/// A profile to make from an address.
pub(super) struct Wanted<'a> {
    pub(super) address: &'a str,
    pub(super) name: &'a str,
    pub(super) client: &'a ClientArgs,
    pub(super) changes: &'a [String],
}

/// Makes it, with a client that is registered or known already.
pub(super) async fn make(context: &Context, engine: &Engine, wanted: &Wanted<'_>) -> Outcome {
    let printer = context.printer;
    let client = wanted.client;
    let finding = look(context, engine, wanted.address, client, wanted.changes).await?;
    if let Some(why) = finding.discovered.metadata.unusable() {
        return Err(unusable(why));
    }
    if let Some(doubt) = finding.discovered.doubts.first().filter(|_| !client.accept_mismatch) {
        return Err(Failure::provider(
            "mismatch",
            doubt.clone(),
            "If you know why, go on with --accept-mismatch",
        )
        .into());
    }
    let mut profile = like(wanted.name, wanted.changes)?;
    profile.slug = free_slug(engine, wanted.name).await?;
    let notes = finding.discovered.fill(&mut profile);
    if let Some(client_id) = &client.client_id {
        profile.client_id.clone_from(client_id);
    }
    // What the person says counts more than what was found; a field may still be missing.
    set_fields(&mut profile, wanted.changes)?;
    for note in notes {
        printer.tell(&format!("· {note}"));
    }
    let mut exchanges = finding.exchanges.clone();
    let (mut registered, mut shown_secret) = (None, None);
    if client.register {
        let token = match &client.initial_access_token_file {
            Some(file) => Some(input::secret(file, "initial access token").await?),
            None => None,
        };
        let file = client.secret_out.as_deref().map(SecretFile::reserve).transpose()?;
        let made = register(context, engine, &profile, &finding, token).await;
        let made = match made {
            Ok(made) => made,
            Err(stop) => {
                if let Some(file) = file {
                    file.give_up();
                }
                return Err(stop);
            }
        };
        shown_secret = keep_secrets(context, file, &made)?;
        profile = made.profile.clone();
        exchanges.extend(made.exchanges.iter().cloned());
        registered = Some(made);
    } else if profile.client_id.is_empty() {
        printer.tell(
            "▲ The profile has no client id, and a login needs one. Give --client-id, or --register where the server \
             offers that",
        );
    }
    let new = NewProfile {
        profile: profile.clone(),
        secrets: Vec::new(),
        exchanges,
    };
    let narrator = Narrator::start(printer, false);
    let saved = engine.create_profile(new, narrator.reporter()).await;
    narrator.finish().await;
    saved?;
    printer.tell(&format!("Saved as {}", profile.slug));
    for error in profile.validate() {
        printer.tell(&format!("▲ {error}"));
    }
    let done = Done {
        finding,
        profile: Some(profile),
        registered,
        shown_secret,
    };
    discover_print::print(printer, &done)?;
    Ok(Status::Good)
}

/// The profile that the requests go by, and that the new one begins as.
fn like(name: &str, changes: &[String]) -> Result<Profile, Stop> {
    let mut profile = Profile {
        name: name.to_owned(),
        ..Profile::default()
    };
    set_fields(&mut profile, changes)?;
    Ok(profile)
}

async fn look(
    context: &Context,
    engine: &Engine,
    address: &str,
    client: &ClientArgs,
    changes: &[String],
) -> Result<Finding, Stop> {
    let like = like("", changes)?;
    tell_insecure(context.printer, &like);
    let lookup = Lookup {
        address: address.to_owned(),
        like,
        authorization_server: client.authorization_server.clone(),
    };
    let narrator = Narrator::start(context.printer, false);
    let found = engine.discover(&lookup, narrator.reporter()).await;
    narrator.finish().await;
    Ok(found?)
}

async fn register(
    context: &Context,
    engine: &Engine,
    profile: &Profile,
    finding: &Finding,
    initial_access_token: Option<Secret>,
) -> Result<Registered, Stop> {
    let registration = Registration {
        profile: profile.clone(),
        metadata: Some(finding.discovered.metadata.clone()),
        initial_access_token,
    };
    let narrator = Narrator::start(context.printer, false);
    let made = engine.register(&registration, narrator.reporter()).await;
    narrator.finish().await;
    Ok(made?)
}

/// Writes the secrets where the person wants them; else says that they are gone.
fn keep_secrets(context: &Context, file: Option<SecretFile>, made: &Registered) -> Result<Option<Secret>, Stop> {
    let printer = context.printer;
    let secrets = made.secrets();
    for difference in &made.differences {
        printer.tell(&format!("▲ The server registered it in another way: {difference}"));
    }
    let client_secret = secrets.iter().find(|(kind, _)| *kind == SecretKind::ClientSecret);
    match file {
        Some(SecretFile::Standard) => return Ok(client_secret.map(|(_, secret)| secret.clone())),
        Some(file) => file.write(&made.response)?,
        None if client_secret.is_some() && made.profile.client_authentication != ClientAuthentication::None => {
            printer.tell(
                "▲ The server gave this client a secret. Secrets live in memory only, so it is gone with this command: \
                 register again with --secret-out FILE, and log in with --secret-file FILE",
            );
        }
        None => {}
    }
    Ok(None)
}

/// What stands in the way of a profile.
fn verdict(finding: &Finding, accepts_mismatch: bool) -> Status {
    let is_usable = finding.discovered.metadata.unusable().is_none();
    if is_usable && (accepts_mismatch || finding.discovered.doubts.is_empty()) {
        Status::Good
    } else {
        Status::Failed
    }
}

fn unusable(why: &str) -> Stop {
    Failure::provider("unusable_metadata", why, ServerMetadata::UNUSABLE_HINT).into()
}
