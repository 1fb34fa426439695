//! The words for values: tables by claim, and the shapes that values have.
//!
//! `super::explain_value` decides which of them a claim's value is held against.

pub(super) mod language;
pub(super) mod objects;
pub(super) mod scopes;
pub(super) mod shapes;
pub(super) mod sign_in;

use std::collections::HashMap;
use std::sync::LazyLock;

use super::table::{Row, by_key};

const AMR: &str = include_str!("amr.txt");
const ACR: &str = include_str!("acr.txt");
const SCOPES: &str = include_str!("scopes.txt");
const ENTRA_ROLES: &str = include_str!("entra_roles.txt");
const ENTRA_IDS: &str = include_str!("entra_ids.txt");
const JOSE: &str = include_str!("jose.txt");
const WORDS: &str = include_str!("words.txt");
const KEYCLOAK_ROLES: &str = include_str!("keycloak_roles.txt");

/// Values with a meaning, by the kind of claim that holds them.
pub(super) struct Words {
    pub(super) amr: HashMap<&'static str, Row>,
    pub(super) acr: HashMap<&'static str, Row>,
    pub(super) scopes: HashMap<&'static str, Row>,
    pub(super) entra_roles: HashMap<&'static str, Row>,
    pub(super) entra_ids: HashMap<&'static str, Row>,
    /// By `parameter:value`.
    pub(super) jose: HashMap<&'static str, Row>,
    /// By `claim:value`.
    pub(super) by_claim: HashMap<&'static str, Row>,
    /// By role, or `client:role`.
    pub(super) keycloak_roles: HashMap<&'static str, Row>,
}

pub(super) static TABLES: LazyLock<Words> = LazyLock::new(|| Words {
    amr: by_key(AMR),
    acr: by_key(ACR),
    scopes: by_key(SCOPES),
    entra_roles: by_key(ENTRA_ROLES),
    entra_ids: by_key(ENTRA_IDS),
    jose: by_key(JOSE),
    by_claim: by_key(WORDS),
    keycloak_roles: by_key(KEYCLOAK_ROLES),
});

#[cfg(test)]
mod tests {
    use super::super::table::{assert_is_well_formed, rows};
    use super::*;

    #[test]
    fn each_table_has_each_value_once_with_a_meaning_and_a_section() {
        for (name, text) in [
            ("amr", AMR),
            ("acr", ACR),
            ("scopes", SCOPES),
            ("entra_roles", ENTRA_ROLES),
            ("entra_ids", ENTRA_IDS),
            ("jose", JOSE),
            ("words", WORDS),
            ("keycloak_roles", KEYCLOAK_ROLES),
        ] {
            assert_is_well_formed(name, text);
        }
    }

    #[test]
    fn ids_are_whole_guids() {
        for row in rows(ENTRA_ROLES).chain(rows(ENTRA_IDS).filter(|row| !row.key.contains("://"))) {
            assert!(shapes::is_guid(row.key), "{}", row.key);
        }
    }

    #[test]
    fn all_of_rfc_8176_is_there() {
        let registered = "face fpt geo hwk iris kba mca mfa otp pin pop pwd rba retina sc sms swk tel user vbm wia";
        for value in registered.split(' ') {
            assert_eq!(TABLES.amr[value].section, "RFC 8176 §2", "{value}");
        }
    }
}
