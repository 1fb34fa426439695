//! Levels of a sign-in whose meaning depends on who says them.

use crate::model::claims::vendor::Vendor;

/// The level `value` as this vendor means it, and where that is written.
pub(in crate::model::claims) fn level(value: &str, vendor: Option<Vendor>) -> Option<(String, &'static str)> {
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
pub(in crate::model::claims) fn is_auth_context(text: &str) -> bool {
    text.strip_prefix(['c', 'C'])
        .is_some_and(|number| (1..=2).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit()))
}
