//! An encrypted token as it is written: compact, flattened JSON or general JSON (RFC 7516 §7), read strictly.

use std::collections::HashSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::content::Content;
use super::header::Header;
use crate::model::body::cut;
use crate::model::keys::Finding;
use crate::model::members::read_members;

/// The parts of a token.
pub(super) struct Message {
    protected: Map<String, Value>,
    unprotected: Map<String, Value>,
    pub(super) recipients: Vec<Recipient>,
    pub(super) content: Content,
    pub(super) findings: Vec<Finding>,
}

/// Somebody that the token is for.
#[derive(Default)]
pub(super) struct Recipient {
    header: Map<String, Value>,
    pub(super) encrypted_key: Vec<u8>,
}

impl Message {
    /// Reads a token, or says in a sentence what is wrong with it.
    pub(super) fn parse(token: &str) -> Result<Self, String> {
        if token.starts_with('{') {
            Self::parse_json(token)
        } else {
            Self::parse_compact(token)
        }
    }

    /// What is said to this recipient.
    pub(super) fn header<'a>(&'a self, recipient: &'a Recipient) -> Header<'a> {
        Header {
            protected: &self.protected,
            unprotected: [&self.unprotected, &recipient.header],
        }
    }

    fn parse_compact(token: &str) -> Result<Self, String> {
        let mut parts = token.splitn(6, '.');
        let mut next = || parts.next();
        let (Some(header), Some(key), Some(iv), Some(ciphertext), Some(tag), None) =
            (next(), next(), next(), next(), next(), next())
        else {
            return Err(match token.split('.').count() {
                3 => "This is a signed token (three parts): there is nothing to decrypt (RFC 7516 §9)".to_owned(),
                count => format!("{count} parts where an encrypted token has five (RFC 7516 §7.1)"),
            });
        };
        let mut findings = Vec::new();
        let protected = read_protected(header, &mut findings)?;
        Ok(Self {
            protected,
            unprotected: Map::new(),
            recipients: vec![Recipient {
                header: Map::new(),
                encrypted_key: decode("encrypted key", key)?,
            }],
            content: Content {
                aad: header.as_bytes().to_vec(),
                iv: decode("initialization vector", iv)?,
                ciphertext: decode("ciphertext", ciphertext)?,
                tag: decode("authentication tag", tag)?,
            },
            findings,
        })
    }

    fn parse_json(token: &str) -> Result<Self, String> {
        // serde's message is left out: it may quote the text.
        let Ok(Value::Object(mut whole)) = serde_json::from_str::<Value>(token) else {
            return Err("The token is not a whole JSON object (RFC 7516 §7.2)".to_owned());
        };
        must_be_unique(token)?;
        if !whole.contains_key("ciphertext") {
            let is_signed = whole.contains_key("payload") || whole.contains_key("signatures");
            return Err(if is_signed {
                "This is a signed token: there is nothing to decrypt (RFC 7516 §9)".to_owned()
            } else {
                "The token has no ciphertext (RFC 7516 §7.2.1)".to_owned()
            });
        }
        let mut findings = Vec::new();
        let protected_text = take_text(&mut whole, "protected")?;
        let protected = match protected_text.as_str() {
            "" => Map::new(),
            text => read_protected(text, &mut findings)?,
        };
        let mut aad = protected_text.into_bytes();
        if whole.contains_key("aad") {
            let text = take_text(&mut whole, "aad")?;
            decode("additional authenticated data", &text)?;
            aad.push(b'.');
            aad.extend_from_slice(text.as_bytes());
        }
        let content = Content {
            aad,
            iv: decode("initialization vector", &take_text(&mut whole, "iv")?)?,
            ciphertext: decode("ciphertext", &take_text(&mut whole, "ciphertext")?)?,
            tag: decode("authentication tag", &take_text(&mut whole, "tag")?)?,
        };
        let unprotected = take_object(&mut whole, "unprotected")?;
        let recipients = read_recipients(&mut whole)?;
        must_be_disjoint(&protected, &unprotected, &recipients)?;
        Ok(Self {
            protected,
            unprotected,
            recipients,
            content,
            findings,
        })
    }
}

/// Readers choose differently where a name stands twice: nothing is opened then (RFC 7516 §4).
fn must_be_unique(token: &str) -> Result<(), String> {
    let mut left = vec![token.to_owned()];
    while let Some(object) = left.pop() {
        let (members, _) = read_members(&object);
        let mut seen = HashSet::new();
        if let Some(twice) = members.iter().find(|member| !seen.insert(member.name.as_str())) {
            return Err(format!(
                "{} stands twice in the token: readers choose differently, so it is not opened (RFC 7516 §4)",
                cut(&twice.name)
            ));
        }
        for member in members {
            match member.name.as_str() {
                "unprotected" | "header" => left.push(member.raw.to_string()),
                "recipients" => {
                    let list: Vec<Box<RawValue>> = serde_json::from_str(&member.raw).unwrap_or_default();
                    left.extend(list.iter().map(|recipient| recipient.get().to_owned()));
                }
                _ => {}
            }
        }
    }
    Ok(())
}

fn read_recipients(whole: &mut Map<String, Value>) -> Result<Vec<Recipient>, String> {
    let Some(list) = whole.remove("recipients") else {
        return Ok(vec![read_recipient(whole)?]);
    };
    if whole.contains_key("encrypted_key") || whole.contains_key("header") {
        return Err(
            "The token has recipients and beside them encrypted_key or header: it must have the one or the other (RFC \
             7516 §7.2.2)"
                .to_owned(),
        );
    }
    let Value::Array(list) = list else {
        return Err("recipients is not a list (RFC 7516 §7.2.1)".to_owned());
    };
    if list.is_empty() {
        return Err("The list of recipients is empty: the token is for nobody (RFC 7516 §7.2.1)".to_owned());
    }
    list.into_iter()
        .map(|recipient| match recipient {
            Value::Object(mut members) => read_recipient(&mut members),
            _ => Err("A recipient is not a JSON object (RFC 7516 §7.2.1)".to_owned()),
        })
        .collect()
}

fn read_recipient(members: &mut Map<String, Value>) -> Result<Recipient, String> {
    Ok(Recipient {
        header: take_object(members, "header")?,
        encrypted_key: decode("encrypted key", &take_text(members, "encrypted_key")?)?,
    })
}

/// RFC 7516 §7.2.1: a parameter stands in one of the three headers.
fn must_be_disjoint(
    protected: &Map<String, Value>,
    unprotected: &Map<String, Value>,
    recipients: &[Recipient],
) -> Result<(), String> {
    let twice = unprotected
        .keys()
        .find(|name| protected.contains_key(*name))
        .or_else(|| {
            let mut names = recipients.iter().flat_map(|recipient| recipient.header.keys());
            names.find(|name| protected.contains_key(*name) || unprotected.contains_key(*name))
        });
    twice.map_or(Ok(()), |name| {
        Err(format!(
            "{} stands in two of the token's headers: it must stand in one (RFC 7516 §7.2.1)",
            cut(name)
        ))
    })
}

fn read_protected(text: &str, findings: &mut Vec<Finding>) -> Result<Map<String, Value>, String> {
    let bytes = decode("header", text)?;
    let json = std::str::from_utf8(&bytes).map_err(|_| "The header is not UTF-8 (RFC 7516 §5.2)".to_owned())?;
    let Ok(Value::Object(header)) = serde_json::from_str::<Value>(json) else {
        return Err("The header is not a JSON object (RFC 7516 §5.2)".to_owned());
    };
    let mut seen = HashSet::new();
    let (members, _) = read_members(json);
    if let Some(twice) = members.iter().find(|member| !seen.insert(member.name.as_str())) {
        let message = format!(
            "{} stands twice in the header: the last one was taken",
            cut(&twice.name)
        );
        findings.push(Finding::new("duplicate_name", message, "RFC 7516 §4"));
    }
    Ok(header)
}

fn take_text(members: &mut Map<String, Value>, name: &str) -> Result<String, String> {
    match members.remove(name) {
        None => Ok(String::new()),
        Some(Value::String(text)) => Ok(text),
        Some(_) => Err(format!("{name} is not a text (RFC 7516 §7.2.1)")),
    }
}

fn take_object(members: &mut Map<String, Value>, name: &str) -> Result<Map<String, Value>, String> {
    match members.remove(name) {
        None => Ok(Map::new()),
        Some(Value::Object(object)) => Ok(object),
        Some(_) => Err(format!("{name} is not a JSON object (RFC 7516 §7.2.1)")),
    }
}

fn decode(what: &str, text: &str) -> Result<Vec<u8>, String> {
    URL_SAFE_NO_PAD
        .decode(text)
        .map_err(|_| format!("The {what} is not base64url without padding (RFC 7516 §5.2)"))
}
