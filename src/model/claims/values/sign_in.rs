//! How a sign-in went: its methods (`amr`) and its levels (`acr`), some of which depend on who says them.

use super::TABLES;
use crate::model::claims::vendor::Vendor;

/// What a word of `amr` says.
pub(in crate::model::claims) fn method(word: &str, vendor: Option<Vendor>) -> Option<(String, &'static str)> {
    let entra = "Entra ID, Access token claims reference";
    if vendor == Some(Vendor::EntraId) {
        match word {
            "pwd" => return Some(("Password, or a hash of it".into(), entra)),
            "otp" => return Some(("One-time password by e-mail, text message or app".into(), entra)),
            "mfa" => return Some(("More than one factor; the others are named beside it".into(), entra)),
            "wia" => return Some(("Windows integrated sign-in (Kerberos)".into(), entra)),
            _ => {}
        }
    }
    let row = TABLES.amr.get(word).or_else(|| {
        (word.len() < 40)
            .then(|| TABLES.amr.get(word.to_ascii_lowercase().as_str()))
            .flatten()
    })?;
    Some((row.meaning.to_owned(), row.section))
}

/// What a word of `acr`, `acrs` or `acr_values` says.
pub(in crate::model::claims) fn level(word: &str, vendor: Option<Vendor>) -> Option<(String, &'static str)> {
    match TABLES.acr.get(word) {
        Some(row) => Some((row.meaning.to_owned(), row.section)),
        None => level_of_vendor(word, vendor).or_else(|| {
            is_auth_context(word).then(|| {
                let words = format!("Authentication context {word}, which the tenant defines");
                (words, "Entra ID, Conditional Access authentication context")
            })
        }),
    }
}

/// The level `value` as this vendor means it.
fn level_of_vendor(value: &str, vendor: Option<Vendor>) -> Option<(String, &'static str)> {
    let keycloak = "Keycloak, Step-up authentication";
    let entra = "Entra ID, Access token claims reference";
    Some(match (vendor, value) {
        (Some(Vendor::Keycloak), "0") => ("By an earlier session: nobody signed in for this".into(), keycloak),
        (Some(Vendor::Keycloak), "1") => ("Signed in, without a second step".into(), keycloak),
        (Some(Vendor::Keycloak), number) if is_number(number) => {
            (format!("Level {number} of the realm's steps"), keycloak)
        }
        (Some(Vendor::EntraId), "0") => ("Did not meet ISO/IEC 29115".into(), entra),
        (Some(Vendor::EntraId), "1") => ("Met ISO/IEC 29115".into(), entra),
        (Some(Vendor::EntraId), context) if is_auth_context(context) => (
            format!("Authentication context {context}, which the tenant defines"),
            "Entra ID, Conditional Access authentication context",
        ),
        (Some(Vendor::EntraId), policy) if policy.to_ascii_lowercase().starts_with("b2c_1") => (
            "The user flow or custom policy that was gone through".into(),
            "Entra ID, B2C token reference",
        ),
        (_, "0") => (
            "Too weak to be called a level: nothing of worth should rest on it".into(),
            "OIDC Core §2",
        ),
        (_, number) if is_number(number) => (format!("Level {number}, as the provider defines it"), "OIDC Core §2"),
        (_, level) => {
            // Levels that count, by an agreement of each country: `urn:…:loa3`, `loa-2`, `Level3`.
            let lower = level.to_ascii_lowercase();
            let digit = lower.chars().next_back().filter(char::is_ascii_digit)?;
            let word = lower
                .trim_end_matches(|c: char| c.is_ascii_digit())
                .trim_end_matches(['-', '_', ':', '/']);
            if !(word.ends_with("loa") || word.ends_with("level")) {
                return None;
            }
            (format!("Level {digit}, as the provider defines it"), "OIDC Core §2")
        }
    })
}

fn is_number(text: &str) -> bool {
    (1..=3).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

/// `c1` to `c99`: what a tenant may define in Conditional Access.
fn is_auth_context(text: &str) -> bool {
    text.strip_prefix(['c', 'C'])
        .is_some_and(|number| (1..=2).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit()))
}
