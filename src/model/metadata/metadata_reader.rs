//! Members of a metadata document, each read on its own: one of a wrong type does not hide the others.

use serde_json::{Map, Value};
use url::Url;

use crate::model::body::{self, Body, cut};
use crate::model::defect::{Defect, Part};
use crate::model::redirect::is_loopback;
use crate::model::response::RawResponse;

/// A document while it is read. `rule` is the section that its members are defined in.
pub(super) struct Reader {
    object: Map<String, Value>,
    rule: &'static str,
    defects: Vec<Defect>,
}

impl Reader {
    /// An error only when it is no JSON object.
    pub(super) fn new(document: &[u8], rule: &'static str) -> Result<Self, String> {
        let mut defects = Vec::new();
        let raw = RawResponse {
            status: 200,
            content_type: None,
            body: document,
        };
        match body::read(raw, &[], &mut defects) {
            Body::Object(object) => Ok(Self { object, rule, defects }),
            Body::Empty => Err("The metadata document is empty".to_owned()),
            Body::Html => Err("There is an HTML page where the metadata should be: check the address".to_owned()),
            Body::Form(_) | Body::Unreadable => Err(format!("The metadata is not a JSON object ({rule})")),
        }
    }

    /// Whether there is such a member, `null` not counting.
    pub(super) fn has(&self, name: &str) -> bool {
        self.object.get(name).is_some_and(|value| !value.is_null())
    }

    pub(super) fn text(&mut self, name: &str) -> Option<String> {
        match self.object.get(name)? {
            Value::String(text) if !text.trim().is_empty() => Some(cut(text.trim())),
            Value::Null => None,
            Value::String(_) => {
                self.defect("empty_text", name, "is empty");
                None
            }
            _ => {
                self.defect("not_a_text", name, "is not a text");
                None
            }
        }
    }

    /// An address or an issuer, whole: a part of one would be another one. `None` when it is too long to be one.
    pub(super) fn address(&mut self, name: &str) -> Option<String> {
        let text = self.object.get(name).and_then(Value::as_str).map(str::trim);
        match text.filter(|text| !text.is_empty()).map(whole) {
            Some(Some(text)) => Some(text),
            Some(None) => {
                self.too_long(name);
                None
            }
            // What it is instead is told there.
            None => self.text(name),
        }
    }

    /// A list of these.
    pub(super) fn addresses(&mut self, name: &str) -> Option<Vec<String>> {
        self.list_of(name, whole)
    }

    /// A web address. Only `https`, save on this machine (RFC 8414 §2): another one is read and told.
    pub(super) fn url(&mut self, name: &str) -> Option<Url> {
        let text = self.address(name)?;
        let url = Url::parse(&text).ok();
        let Some(url) = url.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host()) else {
            self.defect("not_a_url", name, "is not a web address");
            return None;
        };
        if url.scheme() == "http" && !is_loopback(&url) {
            self.defect(
                "not_https",
                name,
                "is not https: whatever is sent there can be read on the way",
            );
        }
        Some(url)
    }

    /// A list of texts; `None` where it is left out, which often means something.
    pub(super) fn list(&mut self, name: &str) -> Option<Vec<String>> {
        self.list_of(name, |text| Some(cut(text)))
    }

    /// The same, each item read by `take`, which leaves out what is too long.
    fn list_of(&mut self, name: &str, take: fn(&str) -> Option<String>) -> Option<Vec<String>> {
        let mut is_too_long = false;
        let mut take = |text: &str| {
            let taken = take(text);
            is_too_long |= taken.is_none();
            taken
        };
        let (list, wrong) = match self.object.get(name)? {
            Value::Null => return None,
            Value::Array(values) => {
                let texts: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
                let wrong = if values.is_empty() {
                    Some(("empty_list", "is an empty list: it must be left out"))
                } else if texts.len() < values.len() {
                    Some(("not_a_text", "holds something that is not a text"))
                } else {
                    None
                };
                (texts.into_iter().filter_map(&mut take).collect(), wrong)
            }
            Value::String(text) => (
                text.split_whitespace().filter_map(&mut take).collect(),
                Some(("not_a_list", "is one text where a list is wanted")),
            ),
            _ => {
                self.defect("not_a_list", name, "is not a list");
                return None;
            }
        };
        if let Some((code, words)) = wrong {
            self.defect(code, name, words);
        }
        if is_too_long {
            self.too_long(name);
        }
        Some(list)
    }

    /// A switch; left out, it is off.
    pub(super) fn flag(&mut self, name: &str) -> bool {
        match self.object.get(name) {
            None | Some(Value::Null) => false,
            Some(Value::Bool(flag)) => *flag,
            Some(other) => {
                let flag = other
                    .as_str()
                    .is_some_and(|text| text.trim().eq_ignore_ascii_case("true"));
                self.defect("not_a_switch", name, "is neither true nor false");
                flag
            }
        }
    }

    /// Addresses in an object, like `mtls_endpoint_aliases` (RFC 8705 §5).
    pub(super) fn urls(&mut self, name: &str) -> Vec<(String, Url)> {
        match self.object.get(name) {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Object(members)) => {
                let texts = || members.iter().filter_map(|(name, value)| Some((name, value.as_str()?)));
                let urls = texts()
                    .filter_map(|(name, text)| Some((cut(name), Url::parse(&whole(text)?).ok()?)))
                    .filter(|(_, url)| matches!(url.scheme(), "http" | "https"))
                    .collect();
                if texts().any(|(_, text)| whole(text).is_none()) {
                    self.too_long(name);
                }
                urls
            }
            Some(_) => {
                self.defect("not_an_object", name, "is not an object");
                Vec::new()
            }
        }
    }

    /// Tells that a required member is not there, if so.
    pub(super) fn require(&mut self, name: &str) {
        if !self.has(name) {
            self.defect("missing", name, "is missing: it is required");
        }
    }

    fn too_long(&mut self, name: &str) {
        self.defect("too_long", name, "is longer than 2,000 characters: it is not used");
    }

    pub(super) fn defect(&mut self, code: &str, name: &str, words: &str) {
        let message = format!("{name} {words} ({})", self.rule);
        self.defects.push(Defect::new(Part::Response, code, message));
    }

    pub(super) fn into_defects(self) -> Vec<Defect> {
        self.defects
    }
}

/// Longest address that is used, in characters: no server has a longer one.
const MAX_ADDRESS_LEN: usize = 2000;

/// An address without control characters; `None` when it is too long.
fn whole(text: &str) -> Option<String> {
    let text: String = text.chars().filter(|c| !c.is_control()).collect();
    (text.chars().count() <= MAX_ADDRESS_LEN).then_some(text)
}
