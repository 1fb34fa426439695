//! Documents in base64: XML and JSON.

use serde_json::value::RawValue;

use super::shapes::{Fact, Subject};
use crate::model::members::read_members;

/// How much of a document is shown, in characters.
const MAX_SHOWN: usize = 20_000;

fn shown(text: &str) -> String {
    text.chars().take(MAX_SHOWN).collect()
}

fn text<'a>(subject: &'a Subject<'_>) -> Option<&'a str> {
    std::str::from_utf8(&subject.bytes).ok().map(str::trim)
}

/// A SAML assertion or response.
pub(super) fn saml(subject: &Subject<'_>) -> Option<Vec<Fact>> {
    let text = text(subject)?;
    // Behind a declaration and comments.
    let root = text
        .split('<')
        .find(|piece| piece.starts_with(|c: char| c.is_alphabetic()))?;
    let root = root.split([' ', '>', '\n', '\r', '\t', '/']).next()?;
    let local = root.rsplit(':').next()?;
    let is_saml = text.starts_with('<')
        && text.contains("urn:oasis:names:tc:SAML:")
        && matches!(
            local,
            "Assertion" | "Response" | "EncryptedAssertion" | "AuthnRequest" | "LogoutRequest" | "LogoutResponse"
        );
    is_saml.then(|| vec![Fact::new("document", root), Fact::new("XML", shown(text))])
}

/// What Laravel puts in a cookie.
pub(super) fn laravel(subject: &Subject<'_>) -> Option<Vec<Fact>> {
    let text = text(subject).filter(|text| text.starts_with('{'))?;
    let (members, result) = read_members(text);
    let has = |name: &str| members.iter().any(|member| member.name == name);
    (result.is_ok() && has("iv") && has("value") && has("mac")).then(Vec::new)
}

/// Any JSON object or array.
pub(super) fn json(subject: &Subject<'_>) -> Option<Vec<Fact>> {
    let text = text(subject).filter(|text| text.starts_with(['{', '[']))?;
    serde_json::from_str::<&RawValue>(text).ok()?;
    Some(vec![Fact::new("JSON", shown(text))])
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    use super::super::shapes::facts;

    #[test]
    fn documents_are_shown() {
        let xml = r#"<?xml version="1.0"?><saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"/>"#;
        let found = facts(&STANDARD.encode(xml));
        assert_eq!((found[0].0, found[0].1[0].1.as_str()), ("SAML", "saml:Assertion"));
        let found = facts(&STANDARD.encode(r#"{"user":"admin"}"#));
        assert_eq!(
            (found[0].0, found[0].1[0].1.as_str()),
            ("JSON in base64", r#"{"user":"admin"}"#)
        );
        let found = facts(&STANDARD.encode(r#"{"iv":"a","value":"b","mac":"c"}"#));
        assert_eq!((found.len(), found[0].0), (1, "Encrypted cookie of Laravel"));
        assert!(facts(&STANDARD.encode("<html>")).is_empty());
    }
}
