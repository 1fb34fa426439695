//! A JSON object changed member by member: order, duplicates and the digits of numbers are kept.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::IgnoredAny;

use crate::model::body::cut;
use crate::model::members::read_members;

/// What is to become of a header or of claims.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Rewrite {
    /// Nothing: it stays as it is.
    #[default]
    Keep,
    /// This text takes its place: JSON, or for claims anything at all.
    Text(String),
    /// Some members change.
    Changes(Vec<Change>),
}

impl Rewrite {
    /// Whether it says itself what this member is to be.
    pub(super) fn names(&self, name: &str) -> bool {
        match self {
            Self::Keep => false,
            Self::Text(_) => true,
            Self::Changes(changes) => changes.iter().any(|change| change.name() == name),
        }
    }
}

/// A change of one member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Gives it this value, as JSON text. Where it is not there it comes last; where it stands twice, the last one
    /// changes.
    Set {
        /// Its name.
        name: String,
        /// Its value: JSON, so a text has quotes.
        value: String,
    },
    /// Adds it at the end, even when it is there already.
    Add {
        /// Its name.
        name: String,
        /// Its value: JSON, so a text has quotes.
        value: String,
    },
    /// Removes it, however often it is there.
    Unset {
        /// Its name.
        name: String,
    },
}

impl Change {
    /// [`Change::Set`] in short.
    pub fn set(name: &str, value: impl Into<String>) -> Self {
        Self::Set {
            name: name.to_owned(),
            value: value.into(),
        }
    }

    fn name(&self) -> &str {
        match self {
            Self::Set { name, .. } | Self::Add { name, .. } | Self::Unset { name } => name,
        }
    }
}

/// A header or claims while they are changed.
pub(super) struct Text<'a> {
    /// `Header` or `Claim`.
    whose: &'static str,
    original: &'a str,
    /// What takes its place as a whole.
    anew: Option<String>,
    /// Names and values as JSON text; read when the first of them is to change.
    members: Option<Vec<(String, String)>>,
    has_changed: bool,
    /// What was changed, in words.
    pub(super) what: Vec<String>,
}

/// Longest value that a sentence about a change shows, in characters.
const MAX_SHOWN: usize = 60;

impl<'a> Text<'a> {
    /// Reads a part of a token and changes it.
    pub(super) fn read(whose: &'static str, original: &'a str, rewrite: &Rewrite) -> Result<Self, String> {
        let mut text = Self {
            whose,
            original,
            anew: None,
            members: None,
            has_changed: false,
            what: Vec::new(),
        };
        match rewrite {
            Rewrite::Keep => {}
            Rewrite::Text(new) => text.replace(new),
            Rewrite::Changes(changes) => {
                for change in changes {
                    text.apply(change)?;
                }
            }
        }
        Ok(text)
    }

    /// Gives a member this value.
    pub(super) fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        self.apply(&Change::set(name, value))
    }

    /// The part as a token has it. What was not changed is as it was.
    pub(super) fn encoded(&self) -> String {
        match (&self.members, &self.anew) {
            (Some(members), _) if self.has_changed => URL_SAFE_NO_PAD.encode(write(members)),
            (_, Some(text)) => URL_SAFE_NO_PAD.encode(text),
            (_, None) => self.original.to_owned(),
        }
    }

    /// Whether `alg` is `none` in any spelling.
    pub(super) fn is_alg_none(&mut self) -> bool {
        self.load().is_ok_and(|members| {
            let alg = members.iter().rev().find(|(name, _)| name == "alg");
            alg.is_some_and(|(_, raw)| raw.eq_ignore_ascii_case("\"none\""))
        })
    }

    fn replace(&mut self, new: &str) {
        if self.text().is_some_and(|old| old == new) {
            return;
        }
        let is_claims = self.whose == "Claim";
        self.what.push(match is_claims {
            false => "Header written anew".to_owned(),
            true if is_json(new) => "Claims written anew".to_owned(),
            true => "Claims written anew, and they are not JSON (RFC 7519 §7.2)".to_owned(),
        });
        self.anew = Some(new.to_owned());
    }

    fn text(&self) -> Option<String> {
        if let Some(text) = &self.anew {
            return Some(text.clone());
        }
        let bytes = URL_SAFE_NO_PAD.decode(self.original).ok()?;
        String::from_utf8(bytes).ok()
    }

    fn load(&mut self) -> Result<&mut Vec<(String, String)>, String> {
        if self.members.is_none() {
            let whole = self.text().and_then(|text| {
                let (members, result) = read_members(&text);
                result.is_ok().then_some(members)
            });
            let whose = if self.whose == "Claim" {
                "claims are"
            } else {
                "header is"
            };
            let members = whole.ok_or_else(|| {
                format!("The {whose} not a whole JSON object, so no part can be changed. Write all of it anew as text")
            })?;
            self.members = Some(
                members
                    .into_iter()
                    .map(|member| (member.name.to_string(), member.raw.to_string()))
                    .collect(),
            );
        }
        Ok(self.members.get_or_insert_default())
    }

    fn apply(&mut self, change: &Change) -> Result<(), String> {
        let whose = self.whose;
        let members = self.load()?;
        let name = change.name();
        let shown = shorten(name);
        let what = match change {
            Change::Set { value, .. } | Change::Add { value, .. } => {
                let value = value.trim();
                if !is_json(value) {
                    return Err(format!(
                        "The value of {shown} is not JSON: a text needs quotes, a number none (RFC 8259 §3)"
                    ));
                }
                let is_set = matches!(change, Change::Set { .. });
                let mut same = members.iter_mut().rev().filter(|(n, _)| is_set && n == name);
                match same.next() {
                    Some((_, raw)) if raw == value => return Ok(()),
                    Some((_, raw)) => {
                        let old = std::mem::replace(raw, value.to_owned());
                        format!("{whose} {shown}: {} → {}", shorten(&old), shorten(value))
                    }
                    None => {
                        members.push((name.to_owned(), value.to_owned()));
                        format!("{whose} {shown} added: {}", shorten(value))
                    }
                }
            }
            Change::Unset { .. } => {
                let before = members.len();
                members.retain(|(n, _)| n != name);
                if members.len() == before {
                    return Ok(());
                }
                format!("{whose} {shown} removed")
            }
        };
        self.what.push(what);
        self.has_changed = true;
        Ok(())
    }
}

/// Members as a JSON object, with those that stand twice.
fn write(members: &[(String, String)]) -> String {
    let mut text = String::from("{");
    for (at, (name, raw)) in members.iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        text.push_str(&super::quoted(name));
        text.push(':');
        text.push_str(raw);
    }
    text.push('}');
    text
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<IgnoredAny>(text).is_ok()
}

fn shorten(text: &str) -> String {
    let text = cut(text);
    match text.char_indices().nth(MAX_SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
