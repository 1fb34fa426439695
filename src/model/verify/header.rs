//! A JOSE header, read strictly (RFC 7515 §4, §5.2): what verification needs of it, and what contradicts the rules.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;

use super::Finding;
use crate::model::body::cut;

/// Names that must not stand in `crit`, because every reader knows them (RFC 7515 §4.1.11, RFC 7518 §4.6–4.8).
const REGISTERED: [&str; 20] = [
    "alg", "jku", "jwk", "kid", "x5u", "x5c", "x5t", "x5t#S256", "typ", "cty", "crit", "enc", "zip", "epk", "apu",
    "apv", "iv", "tag", "p2s", "p2c",
];

/// Longest list in `crit` that is looked through.
const MAX_CRIT: usize = 32;

/// What a signature says of itself.
#[derive(Default)]
pub(super) struct Header {
    /// `None` where it is missing or no text.
    pub(super) alg: Option<String>,
    pub(super) kid: Option<String>,
    /// `jwk` as it is written.
    pub(super) jwk: Option<String>,
    /// `x5c` as it is written.
    pub(super) x5c: Option<String>,
    pub(super) has_jku: bool,
    pub(super) has_x5u: bool,
    /// Whether the payload is base64url (RFC 7797 §3).
    pub(super) b64: bool,
    /// Parameters of another type than they must have, each with that type (RFC 7515 §4.1).
    pub(super) wrong_types: Vec<(&'static str, &'static str)>,
    /// A broken rule by which no signature is valid.
    pub(super) broken: Option<Finding>,
    /// `nonce` of the protected header, which only tokens of Entra ID have there.
    pub(super) nonce: Option<Nonce>,
}

/// `nonce` of a header, and where it stands.
pub(super) struct Nonce {
    /// The nonce.
    pub(super) value: String,
    /// The header's JSON.
    pub(super) header: String,
    /// The value in it, with its quotes.
    pub(super) range: Range<usize>,
}

impl Header {
    /// Reads both halves; of the compact form there is only the protected one. An error where one is not what it must be.
    pub(super) fn read(protected: Option<&str>, unprotected: Option<&str>) -> Result<Self, String> {
        let json = protected.unwrap_or_default();
        let protected = protected
            .map(|text| object("header", text))
            .transpose()?
            .unwrap_or_default();
        let unprotected = unprotected
            .map(|text| object("unprotected header", text))
            .transpose()?
            .unwrap_or_default();
        if let Some(name) = twice(&protected.names, &unprotected.names) {
            return Err(format!(
                "{:?} stands in the protected and in the unprotected header (RFC 7515 §7.2.1)",
                cut(&name)
            ));
        }
        let mut header = Self {
            b64: true,
            ..Self::default()
        };
        let alg = protected.alg.or(unprotected.alg);
        match alg.map(text) {
            None => return Err("The header has no alg (RFC 7515 §4.1.1)".to_owned()),
            Some(None) => return Err("alg is not a text (RFC 7515 §4.1.1)".to_owned()),
            Some(alg) => header.alg = alg,
        }
        match protected.kid.or(unprotected.kid).map(text) {
            None => {}
            Some(None) => return Err("kid is not a text (RFC 7515 §4.1.4)".to_owned()),
            Some(kid) => header.kid = kid,
        }
        let written = |raw: Option<&RawValue>| raw.map(|raw| raw.get().to_owned());
        header.jwk = written(protected.jwk.or(unprotected.jwk));
        header.x5c = written(protected.x5c.or(unprotected.x5c));
        header.nonce = protected.nonce.and_then(|raw| {
            let start = raw.get().as_ptr() as usize - json.as_ptr() as usize;
            Some(Nonce {
                value: text(raw)?,
                header: json.to_owned(),
                range: start..start + raw.get().len(),
            })
        });
        header.has_jku = protected.has_jku || unprotected.has_jku;
        header.has_x5u = protected.has_x5u || unprotected.has_x5u;
        header.wrong_types = protected.wrong_types;
        header.wrong_types.extend(unprotected.wrong_types);
        let is_object = |raw: &String| raw.starts_with('{');
        if header.jwk.as_ref().is_some_and(|raw| !is_object(raw)) {
            header.wrong_types.push(("jwk", "a JSON object"));
        }
        let is_list = |raw: &str| serde_json::from_str::<Vec<String>>(raw).is_ok_and(|list| !list.is_empty());
        if header.x5c.as_ref().is_some_and(|raw| !is_list(raw)) {
            header.wrong_types.push(("x5c", "a list of texts"));
        }
        if unprotected.crit.is_some() || unprotected.b64.is_some() {
            let message = "crit or b64 stands in the unprotected header, where anybody can change it";
            header.broken = Some(Finding::new("crit_unprotected", message, "RFC 7515 §4.1.11"));
            return Ok(header);
        }
        let critical = match protected.crit.map(|raw| critical(raw, &protected.names)).transpose() {
            Ok(critical) => critical.unwrap_or_default(),
            Err(finding) => {
                header.broken = Some(finding);
                return Ok(header);
            }
        };
        if let Some(b64) = protected.b64 {
            let (message, section) = match (b64.get(), critical.iter().any(|name| name == "b64")) {
                ("true", _) => return Ok(header),
                ("false", true) => {
                    header.b64 = false;
                    return Ok(header);
                }
                ("false", false) => (
                    "b64 is false and crit does not name it: readers that do not know b64 take another payload",
                    "RFC 7797 §6",
                ),
                _ => ("b64 is neither true nor false", "RFC 7797 §3"),
            };
            header.broken = Some(Finding::new("b64_not_critical", message, section));
        }
        Ok(header)
    }
}

/// The value where it is a text. It was read as JSON before: without an escape it stands between its quotes.
fn text(raw: &RawValue) -> Option<String> {
    let inside = raw.get().strip_prefix('"')?.strip_suffix('"')?;
    if inside.contains('\\') {
        serde_json::from_str(raw.get()).ok()
    } else {
        Some(inside.to_owned())
    }
}

/// The names in `crit`, all of which must be understood (RFC 7515 §4.1.11).
fn critical(raw: &RawValue, names: &[Cow<'_, str>]) -> Result<Vec<String>, Finding> {
    let broken = |message: String| Finding::new("crit", message, "RFC 7515 §4.1.11");
    let list = serde_json::from_str::<Vec<Value>>(raw.get());
    let texts = list.ok().and_then(|list| {
        let texts = list.into_iter().map(|value| match value {
            Value::String(text) => Some(text),
            _ => None,
        });
        texts.collect::<Option<Vec<String>>>()
    });
    let Some(texts) = texts else {
        return Err(broken("crit is not a list of names".to_owned()));
    };
    if texts.is_empty() {
        return Err(broken("crit is empty: it must be left out then".to_owned()));
    }
    if texts.len() > MAX_CRIT {
        return Err(broken(format!("crit has {} names, over {MAX_CRIT}", texts.len())));
    }
    for (place, name) in texts.iter().enumerate() {
        let shown = cut(name);
        if texts[..place].contains(name) {
            return Err(broken(format!("crit names {shown:?} twice")));
        }
        if REGISTERED.contains(&name.as_str()) {
            return Err(broken(format!(
                "crit names {shown:?}, which every reader knows: it must not stand there"
            )));
        }
        if !names.iter().any(|present| present == name) {
            return Err(broken(format!(
                "crit names {shown:?}, and the header has no such parameter"
            )));
        }
        if name != "b64" {
            return Err(broken(format!(
                "The header has crit with a parameter that is not understood here: {shown:?}"
            )));
        }
    }
    Ok(texts)
}

/// The members of one half that matter, as they are written.
#[derive(Default)]
struct Members<'a> {
    alg: Option<&'a RawValue>,
    kid: Option<&'a RawValue>,
    crit: Option<&'a RawValue>,
    b64: Option<&'a RawValue>,
    jwk: Option<&'a RawValue>,
    x5c: Option<&'a RawValue>,
    nonce: Option<&'a RawValue>,
    has_jku: bool,
    has_x5u: bool,
    wrong_types: Vec<(&'static str, &'static str)>,
    names: Vec<Cow<'a, str>>,
}

/// Parameters that are texts, beside those that are read (RFC 7515 §4.1).
const TEXTS: [&str; 6] = ["typ", "cty", "jku", "x5u", "x5t", "x5t#S256"];

/// A name, borrowed where it has no escapes.
#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Collect)
    }
}

struct Collect;

impl<'de> Visitor<'de> for Collect {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
        let mut members = Members {
            names: Vec::with_capacity(8),
            ..Members::default()
        };
        while let Some(Name(name)) = map.next_key()? {
            let place = match &*name {
                "alg" => &mut members.alg,
                "kid" => &mut members.kid,
                "crit" => &mut members.crit,
                "b64" => &mut members.b64,
                "jwk" => &mut members.jwk,
                "x5c" => &mut members.x5c,
                "nonce" => &mut members.nonce,
                other => {
                    members.has_jku |= other == "jku";
                    members.has_x5u |= other == "x5u";
                    if let Some(known) = TEXTS.iter().find(|known| **known == other) {
                        let raw: &RawValue = map.next_value()?;
                        if !raw.get().starts_with('"') {
                            members.wrong_types.push((known, "a text"));
                        }
                    } else {
                        map.next_value::<IgnoredAny>()?;
                    }
                    members.names.push(name);
                    continue;
                }
            };
            *place = Some(map.next_value()?);
            members.names.push(name);
        }
        Ok(members)
    }
}

/// One JSON object without duplicate names.
fn object<'a>(name: &str, json: &'a str) -> Result<Members<'a>, String> {
    let members: Members<'a> =
        serde_json::from_str(json).map_err(|_| format!("The {name} is not one JSON object (RFC 7515 §5.2)"))?;
    strict_text(name, json)?;
    match twice(&members.names, &[]) {
        Some(name_of) => Err(format!(
            "{:?} stands twice in the {name} (RFC 7515 §5.2)",
            cut(&name_of)
        )),
        None => Ok(members),
    }
}

/// Half of a surrogate pair, in whatever member, is no text, and readers treat it differently (RFC 8259 §8.2).
pub(super) fn strict_text(name: &str, json: &str) -> Result<(), String> {
    // Without an escape there is none, and nearly no header has one.
    if json.contains("\\u") && serde_json::from_str::<Value>(json).is_err() {
        return Err(format!(
            "The {name} has an escape that is no text, or is nested too deep (RFC 8259 §8.2)"
        ));
    }
    Ok(())
}

/// A name that stands twice in both lists together.
fn twice(a: &[Cow<'_, str>], b: &[Cow<'_, str>]) -> Option<String> {
    const FEW: usize = 16;
    if b.is_empty() && a.len() <= FEW {
        let again = a.iter().enumerate().find(|(place, name)| a[..*place].contains(name));
        return again.map(|(_, name)| name.clone().into_owned());
    }
    let mut all: Vec<&str> = a.iter().chain(b).map(AsRef::as_ref).collect();
    all.sort_unstable();
    all.windows(2)
        .find(|pair| pair[0] == pair[1])
        .map(|pair| pair[0].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<Header, String> {
        Header::read(Some(json), None)
    }

    fn broken(json: &str) -> String {
        let header = read(json).unwrap();
        let finding = header.broken.unwrap();
        format!("{}: {}", finding.code, finding.message)
    }

    #[test]
    fn a_header_that_is_no_object_with_alg_is_refused() {
        for (json, why) in [
            ("[]", "not one JSON object"),
            ("{} ", "no alg"),
            ("{}{}", "not one JSON object"),
            (r#"{"alg":1}"#, "alg is not a text"),
            (r#"{"alg":"a","kid":1}"#, "kid is not a text"),
            (r#"{"alg":"a","alg":"a"}"#, "\"alg\" stands twice"),
            ("{\"alg\":\"a\",\"\\u0061lg\":\"b\"}", "\"alg\" stands twice"),
            (r#"{"alg":"a",}"#, "not one JSON object"),
            (r#"{'alg':"a"}"#, "not one JSON object"),
            (r#"{"alg":"a","x":{"y":"\ud800"}}"#, "an escape that is no text"),
        ] {
            let error = read(json).err().unwrap();
            assert!(error.contains(why), "{json}: {error}");
        }
        let many: Vec<String> = (0..30).map(|i| format!("\"a{}\":1", i % 29)).collect();
        let error = read(&format!("{{\"alg\":\"x\",{}}}", many.join(","))).err().unwrap();
        assert!(error.contains("\"a0\" stands twice"), "{error}");
    }

    #[test]
    fn crit_must_name_what_is_there_and_understood() {
        for (json, says) in [
            (r#"{"alg":"a","crit":[]}"#, "crit: crit is empty"),
            (r#"{"alg":"a","crit":"b64"}"#, "not a list"),
            (r#"{"alg":"a","crit":[1]}"#, "not a list"),
            (r#"{"alg":"a","crit":["alg"]}"#, "every reader knows"),
            (r#"{"alg":"a","crit":["b64"]}"#, "has no such parameter"),
            (r#"{"alg":"a","exp":1,"crit":["exp"]}"#, "not understood here: \"exp\""),
            (r#"{"alg":"a","b64":true,"crit":["b64","b64"]}"#, "twice"),
            (r#"{"alg":"a","b64":false}"#, "b64_not_critical: b64 is false and crit"),
            (r#"{"alg":"a","b64":0,"crit":["b64"]}"#, "neither true nor false"),
        ] {
            let told = broken(json);
            assert!(told.contains(says), "{json}: {told}");
        }
        let header = read(r#"{"alg":"a","b64":false,"crit":["b64"]}"#).unwrap();
        assert!(!header.b64 && header.broken.is_none());
    }

    #[test]
    fn a_parameter_of_a_wrong_type_is_told_and_breaks_nothing() {
        let header = read(
            r#"{"alg":"a","typ":1,"cty":"x","jku":[],"x5t":null,"x5t#S256":{},"jwk":"k","x5c":["a",1],"x5u":true,"other":1}"#,
        )
        .unwrap();
        let names: Vec<_> = header.wrong_types.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, ["typ", "jku", "x5t", "x5t#S256", "x5u", "jwk", "x5c"]);
        assert!(header.broken.is_none());
        let header = read(r#"{"alg":"a","typ":"JWT","jwk":{},"x5c":["AA"],"x5u":"u"}"#).unwrap();
        assert!(header.wrong_types.is_empty());
    }

    #[test]
    fn both_halves_are_one_header_without_doubles() {
        let header = Header::read(Some(r#"{"alg":"a"}"#), Some(r#"{"kid":"k"}"#)).unwrap();
        assert_eq!((header.alg.as_deref(), header.kid.as_deref()), (Some("a"), Some("k")));
        assert!(Header::read(None, Some(r#"{"alg":"a"}"#)).is_ok());
        let error = Header::read(Some(r#"{"alg":"a"}"#), Some(r#"{"alg":"b"}"#))
            .err()
            .unwrap();
        assert!(error.contains("protected and in the unprotected"), "{error}");
        let header = Header::read(Some(r#"{"alg":"a","b64":true}"#), Some(r#"{"crit":["b64"]}"#)).unwrap();
        assert_eq!(header.broken.unwrap().code, "crit_unprotected");
    }
}
