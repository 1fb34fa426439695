//! What the header says, and how the token is written.

use super::expected::Expected;
use super::token_use::{TokenUse, bare};
use super::{Check, Outcome, check};
use crate::model::body::cut;
use crate::model::profile::ClientType;
use crate::model::token::Token;

/// The header's rules, into `checks`. `alg` and `typ` are its members.
pub(super) fn judge(
    token: &Token,
    alg: Option<&str>,
    typ: Typ<'_>,
    expected: &Expected<'_>,
    token_use: TokenUse,
    checks: &mut Vec<Check>,
) {
    if token.decoded.encrypted.is_some() {
        checks.push(key_management(alg));
    } else {
        checks.push(algorithm(alg, expected, token_use));
        checks.extend(registered(alg, expected, token_use));
    }
    checks.push(kind(typ, token_use));
    checks.extend(duplicates(token));
    checks.extend(size(token.value.expose().len()));
}

/// `typ` of the header (RFC 7515 §4.1.9).
#[derive(Clone, Copy, Debug)]
pub(super) enum Typ<'a> {
    /// Not there.
    Absent,
    /// This text.
    Text(&'a str),
    /// Something else.
    Other,
}

impl<'a> Typ<'a> {
    pub(super) const fn text(self) -> Option<&'a str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Absent | Self::Other => None,
        }
    }
}

/// The header of an encrypted token says how its key is reached (RFC 7518 §4.1).
fn key_management(alg: Option<&str>) -> Check {
    let (id, spec) = ("jwt.alg", "RFC 7518 §4.1");
    match alg {
        None => check(id, Outcome::Fail, "alg is missing: it is required", "RFC 7516 §4.1.1"),
        Some("RSA1_5") => check(id, Outcome::Warn, "RSA1_5 is deprecated", "RFC 8725 §3.2"),
        Some(alg) => {
            let message = format!(
                "{:?} is how the key is reached: what is only encrypted is not signed",
                cut(alg)
            );
            check(id, Outcome::Skip, message, spec)
        }
    }
}

fn algorithm(alg: Option<&str>, expected: &Expected<'_>, token_use: TokenUse) -> Check {
    let id = "jwt.alg";
    let Some(alg) = alg else {
        return check(id, Outcome::Fail, "alg is missing: it is required", "RFC 7515 §4.1.1");
    };
    let is_hmac = alg.starts_with("HS");
    if alg.eq_ignore_ascii_case("none") {
        let message = "alg is none: anybody could have written this token";
        return check(id, Outcome::Fail, message, "RFC 8725 §3.2");
    }
    match alg {
        // Registered as prohibited: SHA-1.
        "RS1" | "HS1" => {
            let message = format!("{alg} is built on SHA-1, which is broken");
            check(id, Outcome::Fail, message, "RFC 8725 §3.2")
        }
        _ if is_hmac && token_use == TokenUse::Id && expected.client_type == Some(ClientType::Public) => {
            let message = format!("{alg} needs a client secret, and a public client has none to check it with");
            check(id, Outcome::Fail, message, "OIDC Core §10.1")
        }
        "RS256" | "RS384" | "RS512" | "PS256" | "PS384" | "PS512" | "ES256" | "ES384" | "ES512" | "ES256K"
        | "EdDSA" | "Ed25519" | "Ed448" => check(id, Outcome::Pass, "is asymmetric", "RFC 8725 §3.2"),
        "HS256" | "HS384" | "HS512" => check(
            id,
            Outcome::Pass,
            "is symmetric: whoever can check such a token can also make one",
            "RFC 8725 §3.2",
        ),
        other => {
            let message = format!("{:?} is no algorithm that is known here", cut(other));
            check(id, Outcome::Skip, message, "RFC 8725 §3.2")
        }
    }
}

/// `alg` against the client's registration, where that is known.
fn registered(alg: Option<&str>, expected: &Expected<'_>, token_use: TokenUse) -> Option<Check> {
    let (id, spec) = ("id_token.registered_alg", "OIDC Core §3.1.3.7");
    let (wanted, alg) = (expected.alg?, alg?);
    if token_use != TokenUse::Id {
        return None;
    }
    Some(if wanted == alg {
        check(id, Outcome::Pass, "as registered", spec)
    } else {
        let message = format!("alg is {:?}, and the client registered {:?}", cut(alg), cut(wanted));
        check(id, Outcome::Fail, message, spec)
    })
}

/// Media types of tokens that are for something else than signing in or calling an API, and what for.
const OTHER_KINDS: [(&str, &str); 9] = [
    ("logout+jwt", "a logout token"),
    ("dpop+jwt", "a DPoP proof"),
    ("secevent+jwt", "a security event"),
    ("token-introspection+jwt", "an introspection answer"),
    ("oauth-authz-req+jwt", "an authorization request"),
    ("client-authentication+jwt", "a client assertion"),
    ("entity-statement+jwt", "a federation statement"),
    ("kb+jwt", "a key binding"),
    ("vc+jwt", "a credential"),
];

fn kind(typ: Typ<'_>, token_use: TokenUse) -> Check {
    let (id, spec) = ("jwt.typ", "RFC 8725 §3.11");
    let typ = match typ {
        Typ::Text(typ) => bare(typ),
        Typ::Absent => {
            let message = "typ is missing: nothing tells what the token is for";
            return check(id, Outcome::Skip, message, spec);
        }
        Typ::Other => return check(id, Outcome::Warn, "typ is no text", "RFC 7515 §4.1.9"),
    };
    let is = |word: &str| typ.eq_ignore_ascii_case(word);
    if is("JWT") || is("JOSE") {
        return check(id, Outcome::Pass, "JWT: any kind", "RFC 7519 §5.1");
    }
    if is("at+jwt") {
        return if token_use == TokenUse::Id {
            let message = "typ is at+jwt: this is an access token and no ID token";
            check(id, Outcome::Fail, message, "RFC 9068 §2.1")
        } else {
            check(id, Outcome::Pass, "at+jwt: an access token", "RFC 9068 §2.1")
        };
    }
    let known = OTHER_KINDS.iter().find(|(name, _)| is(name));
    match (known, token_use) {
        (Some((name, what)), TokenUse::Any) => check(id, Outcome::Pass, format!("{name}: {what}"), spec),
        (Some((name, what)), TokenUse::Id | TokenUse::Access) => {
            let message = format!("typ is {name}: this is {what}, made for something else");
            check(id, Outcome::Fail, message, spec)
        }
        (None, _) => check(id, Outcome::Skip, format!("typ {:?} is not known here", cut(typ)), spec),
    }
}

/// Said only where a name stands twice.
fn duplicates(token: &Token) -> Option<Check> {
    let mut twice = token
        .decoded
        .defects
        .iter()
        .filter(|defect| defect.code == "duplicate_name");
    let first = twice.next()?;
    let message = match twice.count() {
        0 => first.message.clone(),
        more => format!("{}, and {more} more such", first.message),
    };
    Some(check("jwt.duplicate_names", Outcome::Fail, message, "RFC 7519 §4"))
}

/// Said only where it is large.
fn size(bytes: usize) -> Option<Check> {
    let why = match bytes {
        0..=4096 => return None,
        4097..=8192 => "browsers cut cookies at 4 KB",
        8193..=16_384 => "many servers refuse headers above 8 KB",
        _ => "nearly all servers refuse headers above 16 KB",
    };
    let message = format!("the token has {bytes} bytes: {why}");
    Some(check("jwt.size", Outcome::Warn, message, "RFC 9110 §5.4"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_algorithm_is_called_what_it_is() {
        use Outcome::{Fail, Pass, Skip};
        let public = Expected {
            client_type: Some(ClientType::Public),
            ..Expected::default()
        };
        for (alg, expected, token_use, outcome) in [
            (Some("RS256"), Expected::default(), TokenUse::Any, Pass),
            (Some("Ed25519"), public, TokenUse::Id, Pass),
            (Some("HS256"), Expected::default(), TokenUse::Id, Pass),
            (Some("HS256"), public, TokenUse::Id, Fail),
            (Some("HS256"), public, TokenUse::Access, Pass),
            (Some("RS1"), Expected::default(), TokenUse::Any, Fail),
            (Some("nOnE"), Expected::default(), TokenUse::Any, Fail),
            (None, Expected::default(), TokenUse::Any, Fail),
            (Some("ML-DSA-44"), Expected::default(), TokenUse::Any, Skip),
        ] {
            let check = algorithm(alg, &expected, token_use);
            assert_eq!(check.outcome, outcome, "{alg:?}: {}", check.message);
        }
    }

    #[test]
    fn an_id_token_has_the_algorithm_of_the_registration() {
        let expected = Expected {
            alg: Some("ES256"),
            ..Expected::default()
        };
        let of = |alg, token_use| registered(alg, &expected, token_use).map(|check| check.outcome);
        assert_eq!(of(Some("ES256"), TokenUse::Id), Some(Outcome::Pass));
        assert_eq!(of(Some("RS256"), TokenUse::Id), Some(Outcome::Fail));
        assert_eq!(of(Some("RS256"), TokenUse::Access), None);
        assert_eq!(registered(Some("RS256"), &Expected::default(), TokenUse::Id), None);
    }

    #[test]
    fn typ_keeps_one_kind_of_token_from_being_taken_for_another() {
        use Outcome::{Fail, Pass, Skip, Warn};
        for (typ, token_use, outcome) in [
            (Typ::Text("JWT"), TokenUse::Id, Pass),
            (Typ::Text("application/at+JWT"), TokenUse::Access, Pass),
            (Typ::Text("at+jwt"), TokenUse::Id, Fail),
            (Typ::Text("logout+jwt"), TokenUse::Id, Fail),
            (Typ::Text("dpop+jwt"), TokenUse::Access, Fail),
            (Typ::Text("dpop+jwt"), TokenUse::Any, Pass),
            (Typ::Text("x"), TokenUse::Any, Skip),
            (Typ::Text("applicatioñ/x"), TokenUse::Any, Skip),
            (Typ::Absent, TokenUse::Any, Skip),
            (Typ::Other, TokenUse::Any, Warn),
        ] {
            let check = kind(typ, token_use);
            assert_eq!(check.outcome, outcome, "{typ:?}: {}", check.message);
        }
    }

    #[test]
    fn a_size_is_worth_a_word_where_something_cuts_it() {
        for (bytes, says) in [
            (4096, None),
            (4097, Some("4 KB")),
            (9000, Some("8 KB")),
            (1_000_000, Some("16 KB")),
        ] {
            let check = size(bytes);
            assert_eq!(check.is_some(), says.is_some(), "{bytes}");
            assert!(check.is_none_or(|check| check.message.contains(says.unwrap())));
        }
    }
}
