//! `tokenscope profile …`.

use super::args::{NewProfileArgs, ProfileCommand};
use super::discover::Wanted;
use super::outcome::{Outcome, Status, Stop, usage};
use super::{Context, discover, profile_import, slug};
use crate::engine::Engine;
use crate::model::field::Field;
use crate::model::profile::FieldError;
use crate::model::template::Template;
use crate::model::{Profile, Slug};
use crate::setup::Options;

/// Carries out one of the profile commands.
pub(super) async fn run(context: &Context, command: ProfileCommand) -> Outcome {
    let engine = context.engine(Options::default()).await?;
    match command {
        ProfileCommand::List => list(context, &engine).await,
        ProfileCommand::Show { profile } => show(context, &engine.profile(&slug(&profile)?).await?),
        ProfileCommand::New(args) => new(context, &engine, &args).await,
        ProfileCommand::Set { profile, changes } => {
            let mut profile = engine.profile(&slug(&profile)?).await?;
            apply(&mut profile, &changes)?;
            save(context, &engine, profile).await
        }
        ProfileCommand::Import { file } => profile_import::run(context, &engine, &file).await,
        ProfileCommand::Export { profiles } => export(context, &engine, &profiles).await,
        ProfileCommand::Delete { profile } => {
            let slug = slug(&profile)?;
            engine.profile(&slug).await?;
            if let Err(failure) = engine.delete_profile(&slug).await? {
                context
                    .printer
                    .tell(&format!("▲ Its history is still there: {failure}"));
            }
            context.printer.tell(&format!("Deleted {slug} and its history"));
            if context.printer.json {
                context.printer.document(&serde_json::json!({"deleted": slug}))?;
            }
            Ok(Status::Good)
        }
    }
}

async fn list(context: &Context, engine: &Engine) -> Outcome {
    let (profiles, _) = engine.load().await?;
    if context.printer.json {
        context.printer.document(&profiles)?;
    } else {
        for profile in &profiles {
            context.printer.data(&format!(
                "{:<22} {:<28} {:<14} {}",
                profile.slug.as_str(),
                profile.name,
                profile.way(),
                profile.client_id
            ))?;
        }
    }
    Ok(Status::Good)
}

fn show(context: &Context, profile: &Profile) -> Outcome {
    if context.printer.json {
        context.printer.document(profile)?;
    } else {
        let width = Field::ALL.map(|field| field.key().len()).into_iter().max().unwrap_or(0);
        for field in Field::ALL {
            context.printer.data(&format!(
                "{:<width$} {}",
                field.key(),
                field.get(profile).replace('\n', "  ")
            ))?;
        }
    }
    let errors = profile.validate();
    for error in &errors {
        context.printer.tell(&format!("▲ {error}"));
    }
    Ok(Status::Good)
}

async fn new(context: &Context, engine: &Engine, args: &NewProfileArgs) -> Outcome {
    let Some(template) = &args.template else {
        let wanted = Wanted {
            address: args.issuer.as_deref().unwrap_or_default(),
            name: &args.name,
            client: &args.client,
            changes: &args.changes,
        };
        return Box::pin(discover::make(context, engine, &wanted)).await;
    };
    let template = Template::find(template).ok_or_else(|| {
        let ids: Vec<_> = Template::ALL.iter().map(|template| template.id).collect();
        usage(
            format!("There is no template “{template}”"),
            format!("Choose one of {}", ids.join(", ")),
        )
    })?;
    let client = &args.client;
    if client.register || client.authorization_server.is_some() || client.accept_mismatch {
        return Err(usage(
            "Registration and the choice of a server belong to a profile from an issuer",
            "Give --issuer in the place of --template",
        ));
    }
    let mut profile = match &args.base_url {
        Some(base_url) => template.profile_at(base_url),
        None => template.profile(),
    };
    profile.name.clone_from(&args.name);
    profile.slug = free_slug(engine, &args.name).await?;
    if let Some(client_id) = &args.client.client_id {
        profile.client_id.clone_from(client_id);
    }
    apply(&mut profile, &args.changes)?;
    save(context, engine, profile).await
}

pub(super) async fn free_slug(engine: &Engine, name: &str) -> Result<Slug, Stop> {
    let (profiles, _) = engine.load().await?;
    Ok(Slug::from_name(name).unique(|slug| profiles.iter().any(|profile| profile.slug == *slug)))
}

/// The same for a profile that must be good after.
fn apply(profile: &mut Profile, changes: &[String]) -> Result<(), Stop> {
    set_fields(profile, changes)?;
    let errors = profile.validate();
    if errors.is_empty() {
        Ok(())
    } else {
        Err(usage(sentence(&errors), "Nothing was changed"))
    }
}

/// Sets each `field=value`.
pub(super) fn set_fields(profile: &mut Profile, changes: &[String]) -> Result<(), Stop> {
    for change in changes {
        let (key, value) = change
            .split_once('=')
            .ok_or_else(|| usage(format!("“{change}” has no ="), "Write field=value"))?;
        let field = Field::find(key).ok_or_else(|| {
            let keys: Vec<_> = Field::ALL.iter().map(|field| field.key()).collect();
            usage(
                format!("There is no field “{key}”"),
                format!("Choose one of {}", keys.join(", ")),
            )
        })?;
        field
            .set(profile, value)
            .map_err(|error| usage(error.to_string(), "Nothing was changed"))?;
    }
    Ok(())
}

/// Everything that is wrong with a profile.
pub(super) fn sentence(errors: &[FieldError]) -> String {
    let errors: Vec<_> = errors.iter().map(ToString::to_string).collect();
    errors.join("; ")
}

async fn save(context: &Context, engine: &Engine, profile: Profile) -> Outcome {
    let slug = profile.slug.clone();
    engine.save_profile(profile.clone()).await?;
    context.printer.tell(&format!("Saved as {slug}"));
    if context.printer.json {
        context.printer.document(&profile)?;
    } else {
        context.printer.data(slug.as_str())?;
    }
    Ok(Status::Good)
}

async fn export(context: &Context, engine: &Engine, names: &[String]) -> Outcome {
    let mut profiles = Vec::new();
    for name in names {
        profiles.push(engine.profile(&slug(name)?).await?);
    }
    match profiles.as_slice() {
        [one] => context.printer.document(one)?,
        all => context.printer.document(&all)?,
    }
    Ok(Status::Good)
}
