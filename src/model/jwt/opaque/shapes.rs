//! The table of shapes that a token is told by: how it is built.

use std::borrow::Cow;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::{biscuit, documents, fernet, ids, macaroon, paseto, prefixes};
use crate::model::secret::Secret;

/// A shape that a token has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// What has this shape: `UUID`, `PASETO`, `GitHub personal access token`.
    pub name: &'static str,
    /// Where that is written.
    pub about: &'static str,
    /// What it says in clear.
    pub facts: Vec<Fact>,
    /// Whether a signature or encryption protects it, so that how hard it is to guess does not matter.
    pub carries_proof: bool,
}

/// One thing that a token says in clear.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// What it is: `version`, `time`, `footer`.
    pub name: &'static str,
    /// Its text: a piece of the token, so it is in its box.
    pub value: Secret,
}

impl Fact {
    pub(super) fn new(name: &'static str, value: impl Into<String>) -> Self {
        Self {
            name,
            value: Secret::new(value),
        }
    }
}

/// A token that is looked at.
pub(super) struct Subject<'a> {
    pub(super) text: &'a str,
    /// What it is in base64 of either alphabet; empty when it is not.
    pub(super) bytes: Vec<u8>,
}

/// How a shape is told.
struct Rule {
    name: &'static str,
    about: &'static str,
    carries_proof: bool,
    /// What it says, when it is one.
    read: fn(&Subject<'_>) -> Option<Vec<Fact>>,
}

const fn rule(
    name: &'static str,
    about: &'static str,
    carries_proof: bool,
    read: fn(&Subject<'_>) -> Option<Vec<Fact>>,
) -> Rule {
    Rule {
        name,
        about,
        carries_proof,
        read,
    }
}

/// The surest first.
const RULES: &[Rule] = &[
    rule("UUID", "RFC 9562 §4", false, ids::uuid),
    rule("ULID", "ULID specification", false, ids::ulid),
    rule(
        "IdentityServer handle",
        "Duende IdentityServer, persisted grants",
        false,
        ids::identity_server,
    ),
    rule("PASETO", "PASETO specification: message format", true, paseto::read),
    rule(
        "Macaroon",
        "Macaroons: cookies with contextual caveats; libmacaroons format",
        true,
        macaroon::read,
    ),
    rule("Biscuit", "Biscuit specification: format", true, biscuit::read),
    rule("Fernet", "Fernet specification: token format", true, fernet::read),
    rule("SAML", "SAML 2.0 core §2.3.3, RFC 7522 §2.1", true, documents::saml),
    rule(
        "Encrypted cookie of Laravel",
        "Laravel, encryption",
        true,
        documents::laravel,
    ),
    rule("JSON in base64", "RFC 4648 §4", false, documents::json),
];

/// The shapes of a token.
pub(super) fn of(token: &str) -> Vec<Shape> {
    let subject = Subject {
        text: token,
        bytes: base64_of(token).unwrap_or_default(),
    };
    let known = prefixes::of(token).map(|prefix| Shape {
        name: prefix.name,
        about: prefix.about,
        facts: Vec::new(),
        carries_proof: false,
    });
    let told = RULES.iter().filter_map(|rule| {
        Some(Shape {
            name: rule.name,
            about: rule.about,
            facts: (rule.read)(&subject)?,
            carries_proof: rule.carries_proof,
        })
    });
    known.into_iter().chain(told.take(1)).collect()
}

const URL_SAFE: GeneralPurpose = GeneralPurpose::new(
    &alphabet::URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Base64 of either alphabet, with padding or without.
pub(super) fn base64_of(text: &str) -> Option<Vec<u8>> {
    let text: Cow<'_, str> = if text.contains(['+', '/']) {
        text.replace('+', "-").replace('/', "_").into()
    } else {
        text.into()
    };
    URL_SAFE.decode(text.as_bytes()).ok()
}

/// The facts of a token in a test.
#[cfg(test)]
pub(super) fn facts(token: &str) -> Vec<(&'static str, Vec<(&'static str, String)>)> {
    let text = |fact: Fact| (fact.name, fact.value.expose().to_owned());
    of(token)
        .into_iter()
        .map(|shape| (shape.name, shape.facts.into_iter().map(text).collect()))
        .collect()
}
