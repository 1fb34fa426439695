//! A profile as text: JSON with comments. Read as a whole, and edited in place so that what this program does not know
//! stays as it was written.

use jsonc_parser::ParseOptions;
use jsonc_parser::cst::{CstInputValue, CstObject, CstRootNode};
use serde_json::{Map, Value};

use crate::model::profile::PROFILE_VERSION;
use crate::model::{Profile, Slug};

/// Why a text is no profile. Each reads on behind the file's name, says what to do, and holds no value of the text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProfileTextError {
    /// Nothing in it.
    #[error("is empty. Delete it, or put a profile's JSON into it")]
    Empty,
    /// A folder, a pipe, …
    #[error("is not a file. Move it out of the folder of profiles")]
    NotAFile,
    /// Not UTF-8.
    #[error("is not UTF-8 text, so it is no profile. Save it as UTF-8, or delete it")]
    NotText,
    /// More bytes than any profile has.
    #[error("is too large for a profile. Move it out of the folder of profiles")]
    TooLarge,
    /// Not JSON with comments, or cut off.
    #[error("is not valid JSON: {reason}. Correct it there, or delete it and make the profile again")]
    NotJson {
        /// What was found, and the line and column.
        reason: String,
    },
    /// JSON, but a list, a text or something else.
    #[error("holds no JSON object, so it is no profile. Correct it, or delete it and make the profile again")]
    NotAnObject,
    /// A known field holds something else than it should.
    #[error("has {found} in “{field}” where {wanted} belongs. Correct that field, or remove it")]
    WrongType {
        /// The field's name.
        field: String,
        /// What stands there, for people.
        found: &'static str,
        /// What should.
        wanted: &'static str,
    },
    /// Something of a newer version.
    #[error(
        "was written by a newer version of Tokenscope (profile format {found}, this one knows {PROFILE_VERSION}). It was left as it is: update Tokenscope to use it"
    )]
    Newer {
        /// Its format.
        found: u64,
    },
}

/// Reads a profile from its text; what it calls itself gives way to `slug`. Comments and commas too many are read over,
/// as are fields that this program does not know.
pub fn parse(text: &str, slug: &Slug) -> Result<Profile, ProfileTextError> {
    let fields = read_object(strip_bom(text))?;
    if let Some(found) = fields.get("version").and_then(Value::as_u64)
        && found > u64::from(PROFILE_VERSION)
    {
        return Err(ProfileTextError::Newer { found });
    }
    let mut profile =
        deserialize(fields.clone()).ok_or_else(|| wrong_field(&fields).unwrap_or(ProfileTextError::NotAnObject))?;
    profile.slug = slug.clone();
    profile.version = PROFILE_VERSION;
    Ok(profile)
}

/// A profile as the text of a new file.
pub(super) fn to_text(profile: &Profile) -> String {
    let fields = Value::Object(fields(profile));
    format!("{fields:#}\n")
}

/// `text` with `profile`'s values in it and everything else as it was. `None` when the text cannot carry them: then it
/// is no profile.
pub(super) fn edit(text: &str, profile: &Profile) -> Option<String> {
    let bare = strip_bom(text);
    let before = read_object(bare).ok()?;
    let root = CstRootNode::parse(bare, &options()).ok()?;
    let object = root.object_value()?;
    for (name, value) in fields(profile) {
        if before.get(&name) != Some(&value) {
            set(&object, &name, &value);
        }
    }
    let bom = &text[..text.len() - bare.len()];
    let edited = format!("{bom}{root}");
    (parse(&edited, &profile.slug).as_ref() == Ok(profile)).then_some(edited)
}

/// A name that stands twice is set twice: whichever a reader takes, it is the new value.
fn set(object: &CstObject, name: &str, value: &Value) {
    let mut found = false;
    for property in object.properties() {
        if property.decoded_name().as_deref() == Some(name) {
            property.set_value(input(value));
            found = true;
        }
    }
    if !found {
        object.append(name, input(value));
    }
}

fn input(value: &Value) -> CstInputValue {
    match value {
        Value::Null => CstInputValue::Null,
        Value::Bool(b) => CstInputValue::Bool(*b),
        Value::Number(n) => CstInputValue::Number(n.to_string()),
        Value::String(s) => CstInputValue::String(s.clone()),
        Value::Array(items) => CstInputValue::Array(items.iter().map(input).collect()),
        Value::Object(members) => CstInputValue::Object(
            members
                .iter()
                .map(|(name, value)| (name.clone(), input(value)))
                .collect(),
        ),
    }
}

/// JSON with comments and commas too many, and nothing looser: a file that is half broken must not pass for a profile.
fn options() -> ParseOptions {
    ParseOptions {
        allow_comments: true,
        allow_trailing_commas: true,
        allow_loose_object_property_names: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    }
}

/// Some editors put a byte order mark in front.
fn strip_bom(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

fn read_object(text: &str) -> Result<Map<String, Value>, ProfileTextError> {
    if text.trim().is_empty() {
        return Err(ProfileTextError::Empty);
    }
    match jsonc_parser::parse_to_serde_value::<Value>(text, &options()) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(_) => Err(ProfileTextError::NotAnObject),
        Err(error) => Err(ProfileTextError::NotJson {
            reason: error.to_string(),
        }),
    }
}

fn fields(profile: &Profile) -> Map<String, Value> {
    match serde_json::to_value(profile) {
        Ok(Value::Object(fields)) => fields,
        _ => unreachable!("a profile is a struct of texts, lists of texts and words"),
    }
}

fn deserialize(fields: Map<String, Value>) -> Option<Profile> {
    serde_json::from_value(Value::Object(fields)).ok()
}

/// The first field that holds something else than it should.
fn wrong_field(fields: &Map<String, Value>) -> Option<ProfileTextError> {
    let (field, value) = fields
        .iter()
        .find(|(name, value)| deserialize(Map::from_iter([((*name).clone(), (*value).clone())])).is_none())?;
    let usual = self::fields(&Profile::default()).get(field).cloned();
    let wanted = match usual {
        Some(Value::Bool(_)) => "true or false",
        Some(Value::Number(_)) => "a small whole number",
        Some(Value::Array(_)) => "a list of texts",
        _ if field.ends_with("_s") => "a number of seconds",
        _ if value.is_string() => "one of the words of the manual",
        _ => "a text",
    };
    Some(ProfileTextError::WrongType {
        field: field.clone(),
        found: kind(value),
        wanted,
    })
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "an unknown word",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn slug() -> Slug {
        Slug::from_name("app")
    }

    fn named(name: &str) -> Profile {
        Profile {
            slug: slug(),
            name: name.to_owned(),
            ..Profile::default()
        }
    }

    #[test]
    fn a_text_that_is_no_profile_says_why_and_what_to_do() {
        for (text, says) in [
            ("", "is empty"),
            (" \n", "is empty"),
            ("// nothing yet", "holds no JSON object"),
            ("[]", "holds no JSON object"),
            ("hello", "is not valid JSON"),
            ("{\n  \"name\": \"A\",\n  \"scope\": \"ope", "on line 3"),
            ("{\"name\": 1}", "has a number in “name” where a text belongs"),
            ("{\"pkce\": \"yes\"}", "in “pkce” where true or false belongs"),
            ("{\"authorize_parameters\": [1]}", "where a list of texts belongs"),
            (
                "{\"client_type\": \"public-ish\"}",
                "has an unknown word in “client_type”",
            ),
            ("{\"version\": -1}", "in “version” where a small whole number belongs"),
            ("{\"version\": 2, \"name\": 7}", "newer version"),
        ] {
            let error = parse(text, &slug()).unwrap_err().to_string();
            assert!(error.contains(says), "{text}: {error}");
            assert!(!error.contains("public-ish") && !error.contains("yes"), "{error}");
        }
    }

    #[test]
    fn every_cut_of_a_profile_is_refused() {
        let text = to_text(&named("ERP.net"));
        for end in 0..text.trim_end().len() {
            assert!(parse(&text[..end], &slug()).is_err(), "{}", &text[..end]);
        }
    }

    #[test]
    fn comments_and_what_is_unknown_survive_an_edit() {
        let before = r#"// Mailed by Ann.
{
  "version": 1,
  "slug": "app",
  "name": "Old", // rename me
  "future": {"keep": [1.50, 0.0]}, /* and this */
  "authorize_parameters": [
    "a=b", // why
  ],
}
"#;
        let mut profile = parse(before, &slug()).unwrap();
        profile.name = "New".to_owned();
        let after = edit(before, &profile).unwrap();
        for kept in [
            "// Mailed by Ann.\n{",
            "\"name\": \"New\", // rename me",
            "\"future\": {\"keep\": [1.50, 0.0]}, /* and this */",
            "    \"a=b\", // why\n",
        ] {
            assert!(after.contains(kept), "{kept} is missing in\n{after}");
        }
        assert_eq!(parse(&after, &slug()).unwrap(), profile);
        assert_eq!(edit(&after, &profile).unwrap(), after);
    }

    #[test]
    fn a_name_that_stands_twice_gets_the_new_value_twice() {
        let after = edit(r#"{"name": "a", "n\u0061me": "b"}"#, &named("c")).unwrap();
        assert_eq!(after.matches("\"c\"").count(), 2, "{after}");
    }

    #[test]
    fn a_byte_order_mark_is_read_over_and_kept() {
        let text = format!("\u{feff}{}", to_text(&named("a")));
        let edited = edit(&text, &named("b")).unwrap();
        assert!(edited.starts_with('\u{feff}'));
        assert_eq!(parse(&edited, &slug()).unwrap(), named("b"));
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(text in ".*") {
            let _ = parse(&text, &slug());
            let _ = edit(&text, &named("x"));
        }

        #[test]
        fn any_name_survives_an_edit_of_any_file(name in ".*", other in ".*", newlines in "(\n|\r\n|\r| ){0,2}") {
            let text = to_text(&named(&other)).replace('\n', &newlines);
            let edited = edit(&text, &named(&name)).expect("a profile can carry another name");
            prop_assert_eq!(parse(&edited, &slug()).unwrap(), named(&name));
        }
    }
}
