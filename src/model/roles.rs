//! The roles that an access token gives its user.

use serde_json::Value;

use super::body::cut;
use super::checks::{Check, Outcome, check};
use super::profile::{Grant, Profile};
use super::token::Token;

/// What to say where an account has none.
pub const NO_ROLES: &str = "Roles are empty: the account is not mapped to the right LDAP groups";

/// What the claim `roles` of a token says (RFC 9068 §2.2.3.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Roles {
    /// The token cannot be read, so nobody but the API knows.
    Unreadable,
    /// There is no such claim.
    Absent,
    /// There is, and it names none.
    Empty,
    /// These.
    Named(Vec<String>),
}

impl Roles {
    /// The roles of a token.
    pub fn of(token: &Token) -> Self {
        let payload = token.decoded.believed();
        if payload.members.is_empty() {
            return Self::Unreadable;
        }
        let named: Vec<String> = match payload.get("roles") {
            None => return Self::Absent,
            Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            Some(Value::String(words)) => words.split_whitespace().map(str::to_owned).collect(),
            Some(_) => Vec::new(),
        };
        if named.is_empty() {
            Self::Empty
        } else {
            Self::Named(named)
        }
    }
}

/// A warning where a login by JSON gives an account without roles: there they come from LDAP groups. A skip where nobody can
/// see them.
pub fn roles_check(profile: &Profile, access: &Token) -> Option<Check> {
    if profile.grant != Grant::JsonLogin {
        return None;
    }
    let (outcome, message) = match Roles::of(access) {
        Roles::Absent => return None,
        Roles::Unreadable => (
            Outcome::Skip,
            "the access token is opaque: its roles are known to the API alone".to_owned(),
        ),
        Roles::Empty => (Outcome::Warn, NO_ROLES.to_owned()),
        Roles::Named(roles) => (Outcome::Pass, cut(&roles.join(", "))),
    };
    Some(check("token.roles", outcome, message, "RFC 9068 §2.2.3.1"))
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;
    use crate::model::Secret;
    use crate::model::template::Template;

    fn token(claims: &str) -> Token {
        let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let text = format!("{}.{}.c2ln", part(r#"{"alg":"RS256"}"#), part(claims));
        Token::new(Secret::new(text), "2026-11-20T12:00:00Z".parse().unwrap(), None)
    }

    #[test]
    fn empty_roles_are_a_warning_that_names_the_ldap_groups() {
        let profile = Template::find("mycorp-auth").unwrap().profile();
        let check = roles_check(&profile, &token(r#"{"roles":[]}"#)).unwrap();
        assert_eq!((check.outcome, &*check.message), (Outcome::Warn, NO_ROLES));
        let check = roles_check(&profile, &token(r#"{"roles":["administrator","employee"]}"#)).unwrap();
        assert_eq!(
            (check.outcome, &*check.message),
            (Outcome::Pass, "administrator, employee")
        );
        assert_eq!(Roles::of(&token(r#"{"roles":null}"#)), Roles::Empty);
    }

    #[test]
    fn a_token_without_the_claim_and_other_systems_are_left_alone() {
        let my_corp = Template::find("mycorp-auth").unwrap().profile();
        assert_eq!(roles_check(&my_corp, &token(r#"{"sub":"admin"}"#)), None);
        let erp_net = Template::find("erp-net").unwrap().profile();
        assert_eq!(roles_check(&erp_net, &token(r#"{"roles":[]}"#)), None);
        let opaque = Token::new(
            Secret::new("6YotnF2FEjr1zCsicMWpAA"),
            "2026-11-20T12:00:00Z".parse().unwrap(),
            None,
        );
        assert_eq!(Roles::of(&opaque), Roles::Unreadable);
        assert_eq!(roles_check(&my_corp, &opaque).unwrap().outcome, Outcome::Skip);
    }
}
