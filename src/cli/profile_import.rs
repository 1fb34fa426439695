//! `tokenscope profile import`.

use std::path::Path;

use jsonc_parser::ast::Value;
use jsonc_parser::common::Ranged as _;
use jsonc_parser::{CollectOptions, ParseOptions};

use super::Context;
use super::input::Source;
use super::outcome::{Outcome, Status, Stop, usage};
use super::profile::sentence;
use crate::engine::Engine;
use crate::model::{Profile, Slug};
use crate::store;

/// Reads what `profile export` printed: one profile, or a list of them. None is saved unless all are good.
pub(super) async fn run(context: &Context, engine: &Engine, file: &Path) -> Outcome {
    let source = Source::new(file);
    let text = source.read_text("Give a file that “profile export” wrote").await?;
    if text.trim().is_empty() {
        let name = match source {
            Source::Standard => "Standard input".to_owned(),
            Source::File(_) => file.display().to_string(),
        };
        return Err(usage(
            format!("{name} is empty. Nothing was imported"),
            "Give what “profile export” printed",
        ));
    }
    let (profiles, _) = engine.load().await?;
    let mut taken: Vec<Slug> = profiles.into_iter().map(|profile| profile.slug).collect();
    let mut found = Vec::new();
    let list = split(&text);
    for (place, text) in places(file, list.as_deref(), &text) {
        let mut profile = read(&place, text)?;
        profile.slug = Slug::from_name(&profile.name).unique(|slug| taken.contains(slug));
        taken.push(profile.slug.clone());
        found.push(profile);
    }
    if found.is_empty() {
        let message = format!("{} has no profile in it", file.display());
        return Err(usage(message, "Nothing was imported"));
    }
    for profile in &found {
        engine.save_profile(profile.clone()).await?;
        context.printer.tell(&format!("Saved as {}", profile.slug));
    }
    match (context.printer.json, list, found.as_slice()) {
        (true, None, [one]) => context.printer.document(one)?,
        (true, ..) => context.printer.document(&found)?,
        (false, ..) => {
            for profile in &found {
                context.printer.data(profile.slug.as_str())?;
            }
        }
    }
    Ok(Status::Good)
}

/// Each profile's text with the place to name when something is wrong with it.
fn places<'a>(file: &Path, list: Option<&[&'a str]>, text: &'a str) -> Vec<(String, &'a str)> {
    let file = file.display();
    match list {
        None => vec![(file.to_string(), text)],
        Some(list) => {
            let numbered = |(i, text): (usize, &&'a str)| (format!("Profile {} of {file}", i + 1), *text);
            list.iter().enumerate().map(numbered).collect()
        }
    }
}

fn read(place: &str, text: &str) -> Result<Profile, Stop> {
    let profile = store::parse(text, &Slug::default())
        .map_err(|error| usage(format!("{place} {error}"), "Nothing was imported"))?;
    let errors = profile.validate();
    if errors.is_empty() {
        Ok(profile)
    } else {
        Err(usage(
            format!("{place} cannot be used: {}", sentence(&errors)),
            "Nothing was imported",
        ))
    }
}

/// The elements of a list, each as it is written; `None` when the text is no list. What is in them is judged by the
/// reader of profiles.
fn split(text: &str) -> Option<Vec<&str>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let options = ParseOptions {
        allow_missing_commas: false,
        ..ParseOptions::default()
    };
    let parsed = jsonc_parser::parse_to_ast(text, &CollectOptions::default(), &options).ok()?;
    match parsed.value? {
        Value::Array(list) => Some(list.elements.iter().map(|element| element.text(text)).collect()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_split_into_its_elements_as_they_are_written() {
        assert_eq!(
            split("\u{feff}// two\n[{\"a\": 1} /* b */, 2,]"),
            Some(vec!["{\"a\": 1}", "2"])
        );
        assert_eq!(split("[]"), Some(vec![]));
        for text in ["{}", "", "[{} {}]", "[{}"] {
            assert_eq!(split(text), None, "{text}");
        }
    }
}
