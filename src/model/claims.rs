//! What claims mean: a glossary with sources, and the claims that are times.

use jiff::Timestamp;
use serde_json::Value;

/// A claim's meaning and where that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meaning {
    /// The claim's name.
    pub name: &'static str,
    /// One short line.
    pub meaning: &'static str,
    /// The specification's section, or the vendor.
    pub section: &'static str,
}

const fn m(name: &'static str, meaning: &'static str, section: &'static str) -> Meaning {
    Meaning { name, meaning, section }
}

/// Claims and header parameters, from the IANA JWT registry's documents and from ERP.net.
const GLOSSARY: &[Meaning] = &[
    m("iss", "Issuer: who made this token", "RFC 7519 §4.1.1"),
    m("sub", "Subject: who it is about", "RFC 7519 §4.1.2"),
    m("aud", "Audience: who may accept it", "RFC 7519 §4.1.3"),
    m("exp", "Not accepted after this time", "RFC 7519 §4.1.4"),
    m("nbf", "Not accepted before this time", "RFC 7519 §4.1.5"),
    m("iat", "When it was issued", "RFC 7519 §4.1.6"),
    m("jti", "Unique id of this token", "RFC 7519 §4.1.7"),
    m("alg", "How it is signed", "RFC 7515 §4.1.1"),
    m("kid", "Which key signed it", "RFC 7515 §4.1.4"),
    m("typ", "What kind of token it is", "RFC 7519 §5.1"),
    m("cty", "What kind of content it has", "RFC 7519 §5.2"),
    m("crit", "Header parameters that must be understood", "RFC 7515 §4.1.11"),
    m("jku", "Where its key is said to be; never followed", "RFC 7515 §4.1.2"),
    m("jwk", "The key it brings along; never trusted", "RFC 7515 §4.1.3"),
    m(
        "x5u",
        "Where its certificate is said to be; never followed",
        "RFC 7515 §4.1.5",
    ),
    m("x5c", "The certificate chain it brings along", "RFC 7515 §4.1.6"),
    m("x5t", "SHA-1 of its certificate", "RFC 7515 §4.1.7"),
    m("x5t#S256", "SHA-256 of its certificate", "RFC 7515 §4.1.8"),
    m("enc", "How its content is encrypted", "RFC 7516 §4.1.2"),
    m("zip", "How its content is compressed", "RFC 7516 §4.1.3"),
    m("nonce", "Ties it to one login request", "OIDC Core §2"),
    m("auth_time", "When the user signed in", "OIDC Core §2"),
    m(
        "at_hash",
        "Half the hash of the access token beside it",
        "OIDC Core §3.1.3.6",
    ),
    m("c_hash", "Half the hash of the code beside it", "OIDC Core §3.3.2.11"),
    m(
        "s_hash",
        "Half the hash of the state it answers",
        "FAPI 1.0 part 2 §5.1",
    ),
    m("acr", "How sure the sign-in was", "OIDC Core §2"),
    m("amr", "How the user proved it: pwd, otp, …", "RFC 8176 §2"),
    m("azp", "The client it was issued to", "OIDC Core §2"),
    m(
        "sid",
        "The sign-in session at the provider",
        "OIDC Front-Channel Logout §3",
    ),
    m("name", "Full name", "OIDC Core §5.1"),
    m("given_name", "First name", "OIDC Core §5.1"),
    m("family_name", "Last name", "OIDC Core §5.1"),
    m("middle_name", "Middle name", "OIDC Core §5.1"),
    m("nickname", "Casual name", "OIDC Core §5.1"),
    m("preferred_username", "Name to show; may change", "OIDC Core §5.1"),
    m("profile", "Profile page", "OIDC Core §5.1"),
    m("picture", "Picture", "OIDC Core §5.1"),
    m("website", "Web page", "OIDC Core §5.1"),
    m("email", "E-mail address", "OIDC Core §5.1"),
    m("email_verified", "Whether the address was proved", "OIDC Core §5.1"),
    m("gender", "Gender", "OIDC Core §5.1"),
    m("birthdate", "Birthday, YYYY-MM-DD", "OIDC Core §5.1"),
    m("zoneinfo", "Time zone", "OIDC Core §5.1"),
    m("locale", "Language and region", "OIDC Core §5.1"),
    m("phone_number", "Telephone number", "OIDC Core §5.1"),
    m(
        "phone_number_verified",
        "Whether the number was proved",
        "OIDC Core §5.1",
    ),
    m("address", "Postal address", "OIDC Core §5.1.1"),
    m("updated_at", "When this information last changed", "OIDC Core §5.1"),
    m("scope", "What it allows", "RFC 8693 §4.2"),
    m("client_id", "The client it was issued to", "RFC 8693 §4.3"),
    m("act", "Who acts for the subject", "RFC 8693 §4.1"),
    m("may_act", "Who may act for the subject", "RFC 8693 §4.4"),
    m("active", "Whether the token may be used now", "RFC 7662 §2.2"),
    m(
        "username",
        "Name of the person, as the provider has it",
        "RFC 7662 §2.2",
    ),
    m("token_type", "How the token is presented", "RFC 6749 §7.1"),
    m("cnf", "The key that its bearer must prove", "RFC 7800 §3.1"),
    m("roles", "Roles of the user", "RFC 7643 §4.1.2"),
    m("groups", "Groups of the user", "RFC 7643 §4.1.2"),
    m("entitlements", "What the user may have", "RFC 7643 §4.1.2"),
    m("authorization_details", "What it allows, in detail", "RFC 9396 §9.1"),
    m("events", "What happened", "RFC 8417 §2.2"),
    m("txn", "The transaction it belongs to", "RFC 8417 §2.2"),
    m("idp", "Where the user signed in", "ERP.net"),
    m("id", "The user's id in the database", "ERP.net"),
    m("user_type", "Kind of user", "ERP.net"),
    m("is_admin", "Whether the user is an administrator", "ERP.net"),
    m("db", "The database", "ERP.net"),
    m("client_db", "The client's database", "ERP.net"),
];

/// Claims that are times, as seconds since 1970 (`NumericDate`, RFC 7519 §2).
const TIMES: &[&str] = &["exp", "nbf", "iat", "auth_time", "updated_at"];

/// What a claim or header parameter means, when it is a known one.
pub fn meaning(name: &str) -> Option<&'static Meaning> {
    GLOSSARY.iter().find(|m| m.name == name)
}

/// The time that a claim holds, if it is one that holds a time.
pub fn time_of(name: &str, value: &Value) -> Option<Timestamp> {
    TIMES.contains(&name).then(|| time_value(value)).flatten()
}

/// A `NumericDate` as a time: whole or broken seconds since 1970 (RFC 7519 §2).
pub fn time_value(value: &Value) -> Option<Timestamp> {
    if let Some(s) = value.as_i64() {
        return Timestamp::from_second(s).ok();
    }
    let s = value.as_f64().filter(|s| s.is_finite() && s.abs() < 1e12)?;
    #[expect(clippy::cast_possible_truncation, reason = "bounded above: the milliseconds fit")]
    Timestamp::from_millisecond((s * 1000.0) as i64).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_claim_of_the_seeds_tokens_is_explained() {
        for token in [crate::model::seeds::ID_TOKEN, crate::model::seeds::RENEWED_ACCESS_TOKEN] {
            let decoded = crate::model::jwt::decode(token);
            for member in decoded.payload.members.iter().chain(&decoded.header.members) {
                assert!(meaning(&member.name).is_some(), "{}", member.name);
            }
        }
    }

    #[test]
    fn each_name_stands_once_in_the_glossary() {
        let mut names: Vec<_> = GLOSSARY.iter().map(|m| m.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), GLOSSARY.len());
    }

    #[test]
    fn times_are_read_whole_and_broken_and_nonsense_is_none() {
        let exp = time_of("exp", &serde_json::json!(1_655_058_024)).unwrap();
        assert_eq!(exp.to_string(), "2022-06-12T18:20:24Z");
        assert_eq!(
            time_of("exp", &serde_json::json!(1_655_058_024.5))
                .unwrap()
                .as_millisecond()
                % 1000,
            500
        );
        for nonsense in [
            serde_json::json!("soon"),
            serde_json::json!(1e300),
            serde_json::json!(i64::MAX),
        ] {
            assert_eq!(time_of("exp", &nonsense), None);
        }
        assert_eq!(time_of("sub", &serde_json::json!(1)), None);
    }
}
