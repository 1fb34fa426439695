//! What the value of a claim means: a note for each word, role, scope or part of it that somebody has written down.

use serde_json::Value;

use super::explain::{Context, Place};
use super::time::{number_of, time_reading, time_remark, two_units};
use super::values::language::language;
use super::values::scopes::scope;
use super::values::shapes::{audience, cut, is_guid, issuer, subject, well_known_id};
use super::values::sign_in::{level, method};
use super::values::{TABLES, objects};
use super::vendor::Vendor;
use crate::model::lifetime::span;

/// As many notes are made of one value: a hostile token has a hundred thousand roles.
const MAX_NOTES: usize = 200;

/// What one part of a value means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The part, cut to a line.
    pub value: String,
    /// What it means.
    pub meaning: String,
    /// The specification's section, or the vendor's page.
    pub section: &'static str,
}

/// Notes that grow up to a limit, and count what is beyond.
#[derive(Debug, Default)]
pub(super) struct Notes {
    notes: Vec<Note>,
    left_out: usize,
}

impl Notes {
    pub(super) fn add(&mut self, value: &str, meaning: impl Into<String>, section: &'static str) {
        if self.notes.len() >= MAX_NOTES {
            self.left_out += 1;
            return;
        }
        self.notes.push(Note {
            value: cut(value),
            meaning: meaning.into(),
            section,
        });
    }

    fn add_found(&mut self, value: &str, found: Option<(String, &'static str)>) {
        if let Some((meaning, section)) = found {
            self.add(value, meaning, section);
        }
    }

    fn into_vec(mut self) -> Vec<Note> {
        if self.left_out > 0 {
            self.notes.push(Note {
                value: "…".into(),
                meaning: format!("{} more", self.left_out),
                section: "",
            });
        }
        self.notes
    }
}

/// What the value of `name` means, part by part: empty where nothing is known of it.
pub fn explain_value(name: &str, value: &Value, place: Place, context: &Context) -> Vec<Note> {
    let mut notes = Notes::default();
    match place {
        Place::Header => header(&mut notes, name, value),
        Place::Claims => claim(&mut notes, name, value, context),
    }
    notes.into_vec()
}

fn header(notes: &mut Notes, name: &str, value: &Value) {
    match (name, value) {
        ("alg" | "enc" | "zip" | "typ" | "cty", Value::String(text)) => {
            // Media types are compared without `application/` and without case (RFC 7515 §4.1.9).
            let bare = text.strip_prefix("application/").unwrap_or(text);
            let key = match name {
                "typ" | "cty" if bare.len() < 64 => format!("{name}:{}", bare.to_ascii_lowercase()),
                _ => format!("{name}:{}", cut(text)),
            };
            if let Some(row) = TABLES.jose.get(key.as_str()) {
                notes.add(text, row.meaning, row.section);
            }
        }
        ("b64", Value::Bool(false)) => {
            notes.add(
                "false",
                "The payload is signed as it is, not in base64url",
                "RFC 7797 §3",
            );
        }
        ("jwk" | "epk", Value::Object(key)) => objects::key(notes, key),
        ("x5c", Value::Array(chain)) => {
            notes.add(
                &chain.len().to_string(),
                "Certificates that it brings along",
                "RFC 7515 §4.1.6",
            );
        }
        ("p2c", _) if value.as_u64().is_some_and(|count| count < 1000) => {
            let words = "Fewer than the 1000 that are asked for at least";
            notes.add(&value.to_string(), words, "RFC 7518 §4.8.1.2");
        }
        _ => {}
    }
}

fn claim(notes: &mut Notes, name: &str, value: &Value, context: &Context) {
    let vendor = context.vendor();
    match name {
        "amr" => each_word(value, |word| notes.add_found(word, method(word, vendor))),
        "acr" | "acrs" | "acr_values" => each_word(value, |word| notes.add_found(word, level(word, vendor))),
        "xms_cc" => each_word(value, |word| {
            notes.add_found(word, of_words(name, word).or_else(|| level(word, vendor)));
        }),
        "scope" | "scp" | "permissions" | "wids" | "roles" | "groups" | "hasgroups" | "groups:src1" => {
            rights(notes, name, value, context);
        }
        "sub" | "iss" | "aud" | "azp" | "appid" | "client_id" | "cid" | "tid" | "idp" => {
            parties(notes, name, value, vendor);
        }
        "ver" | "typ" | "token_type" | "role" => one(value, |word| notes.add_found(word, kind(name, word, vendor))),
        "pwd_exp" if time_reading(name, value).is_none() => {
            if let Some(s) = number_of(value).filter(|s| (0.0..1e9).contains(s)) {
                let section = "Entra ID, Optional claims reference";
                notes.add(&shown(value), password_ends(s, context), section);
            }
        }
        "expires_in" | "exi" | "e_exp" | "max_age" | "ttl" => {
            if let Some(s) = value.as_i64().filter(|s| *s > 0) {
                let section = match name {
                    "expires_in" => "RFC 6749 §5.1",
                    "max_age" => "OIDC Core §3.1.2.1",
                    _ => "",
                };
                notes.add(&value.to_string(), two_units(s), section);
            }
        }
        "email_verified"
        | "phone_number_verified"
        | "email"
        | "locale"
        | "ui_locales"
        | "xms_pl"
        | "xms_tpl"
        | "zoneinfo" => person(notes, name, value),
        _ => objects::object(notes, name, value, context),
    }
    if let Some(remark) = time_remark(name, value) {
        notes.add(&shown(value), remark, "RFC 7519 §2");
    }
}

/// What the bearer may do, and as who.
fn rights(notes: &mut Notes, name: &str, value: &Value, context: &Context) {
    let vendor = context.vendor();
    match name {
        "scope" | "scp" | "permissions" => each_word(value, |word| notes.add_found(word, scope(word, vendor))),
        "wids" => each_word(value, |word| {
            let section = "Entra ID, Built-in roles";
            match TABLES.entra_roles.get(word.to_ascii_lowercase().as_str()) {
                Some(row) => notes.add(word, row.meaning, row.section),
                None if is_guid(word) => notes.add(word, "A role of the tenant's own, or a new one", section),
                None => {}
            }
        }),
        "hasgroups" | "groups:src1" => {
            let words = "Ask Microsoft Graph for the groups: transitiveMemberOf";
            notes.add(&shown(value), words, "Entra ID, Groups overage");
        }
        _ if value.as_array().is_some_and(Vec::is_empty) => {
            let (words, section) = if vendor == Some(Vendor::MyCorp) {
                (
                    "The account is not mapped to the right LDAP groups",
                    "MyCorp-Auth, step 8",
                )
            } else {
                ("None", "RFC 7643 §4.1.2")
            };
            notes.add("[]", words, section);
        }
        // In a token of an app itself, roles are permissions (Graph's `User.Read.All`).
        "roles" if vendor == Some(Vendor::EntraId) || context.is_app_only => {
            each_word(value, |word| {
                notes.add_found(word, scope(word, vendor).filter(|_| word.contains('.')));
            });
        }
        _ => {}
    }
}

/// Who made it, whom it is about, and whom it is for.
fn parties(notes: &mut Notes, name: &str, value: &Value, vendor: Option<Vendor>) {
    match name {
        "sub" => one(value, |sub| notes.add_found(sub, subject(sub, vendor))),
        "iss" => one(value, |iss| notes.add_found(iss, issuer(iss, vendor))),
        "aud" => each(value, |aud| notes.add_found(aud, audience(aud, vendor))),
        "idp" => one(value, |idp| {
            let entra = Some(Vendor::EntraId).filter(|_| idp.contains("sts.windows.net"));
            notes.add_found(idp, of_words(name, idp).or_else(|| issuer(idp, entra)));
        }),
        _ => one(value, |id| notes.add_found(id, well_known_id(id))),
    }
}

/// What kind of token it is, or how it is presented.
fn kind(name: &str, word: &str, vendor: Option<Vendor>) -> Option<(String, &'static str)> {
    let entra = "Entra ID, Access token claims reference";
    match (name, vendor, word) {
        ("ver", Some(Vendor::EntraId), "1.0" | "2.0") => Some((format!("A token of the v{word} kind"), entra)),
        ("ver", Some(Vendor::Okta), _) | ("typ" | "role", ..) => of_words(name, word),
        ("token_type", ..) => of_words(name, &word.to_ascii_lowercase()),
        _ => None,
    }
}

fn person(notes: &mut Notes, name: &str, value: &Value) {
    match (name, value) {
        ("email_verified" | "phone_number_verified", Value::String(text)) => {
            let words = "A text: true or false without quotes belongs here";
            notes.add(text, words, "OIDC Core §5.1");
        }
        ("email", Value::String(email)) if email.ends_with("@privaterelay.appleid.com") => {
            let words = "Apple's relay: the person hides the address";
            notes.add(email, words, "Apple, Sign in with Apple");
        }
        ("zoneinfo", Value::String(zone)) if zone != "UTC" && (!zone.contains('/') || zone.contains(' ')) => {
            let words = "Not a name of the time zone database, as Europe/Paris";
            notes.add(zone, words, "OIDC Core §5.1");
        }
        ("locale" | "ui_locales" | "xms_pl" | "xms_tpl", _) => {
            each_word(value, |tag| notes.add_found(tag, language(tag)));
        }
        _ => {}
    }
}

/// The words of a claim that has few.
pub(super) fn of_words(name: &str, word: &str) -> Option<(String, &'static str)> {
    if name.len() + word.len() > 200 {
        return None;
    }
    let row = TABLES.by_claim.get(format!("{name}:{word}").as_str())?;
    Some((row.meaning.to_owned(), row.section))
}

fn password_ends(s: f64, context: &Context) -> String {
    #[expect(clippy::cast_possible_truncation, reason = "bounded by the caller")]
    let left = s as i64;
    #[expect(clippy::cast_possible_truncation, reason = "it was read as a time before")]
    let at = context
        .issued_s
        .and_then(|iat| jiff::Timestamp::from_second((iat as i64).checked_add(left)?).ok());
    match at {
        Some(at) => format!("The password expires {} after iat: {at}", span(left)),
        None => format!("The password expires {} after iat", span(left)),
    }
}

/// The value as one text: numbers too, since `acr` and `ver` come as both.
fn one(value: &Value, tell: impl FnMut(&str)) {
    let mut tell = tell;
    match value {
        Value::String(text) => tell(text),
        Value::Number(number) => tell(&number.to_string()),
        _ => {}
    }
}

/// Each text of a list, or the one text.
pub(super) fn each(value: &Value, mut tell: impl FnMut(&str)) {
    match value {
        Value::Array(list) => list.iter().for_each(|item| one(item, &mut tell)),
        _ => one(value, tell),
    }
}

/// Each word of each text.
pub(super) fn each_word(value: &Value, mut tell: impl FnMut(&str)) {
    each(value, |text| text.split_whitespace().for_each(&mut tell));
}

fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests;
