//! What exactly differs between two values of one name.

use std::collections::HashMap;

use jiff::Timestamp;
use serde_json::Value;
use serde_json::value::RawValue;

use super::sameness::{is_same, without_space};
use crate::model::claims::{time_of, two_units};
use crate::model::members::{Member, read_members};

/// How two values differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// Both are times.
    Time {
        /// The time before.
        before: Timestamp,
        /// The time after.
        after: Timestamp,
        /// Where they are written as different kinds of value, what it was and is: a text and a number.
        kinds: Option<(&'static str, &'static str)>,
    },
    /// Both are the same kind of time, and are counted in other units: one in seconds, one in milliseconds.
    Unit {
        /// The unit before.
        before: &'static str,
        /// The unit after.
        after: &'static str,
    },
    /// Both are lists, or words in one text as `scope` has them: what came and what went, as they are written.
    Elements {
        /// Only in the later one.
        added: Vec<String>,
        /// Only in the earlier one.
        removed: Vec<String>,
        /// How it became a list, or ceased to be one.
        reshaped: Option<Reshaped>,
    },
    /// The same elements in another order.
    Order,
    /// Both are objects: what differs inside.
    Members(Vec<Inner>),
    /// Both are texts.
    Text {
        /// The first character that differs, counted from 0.
        at: usize,
        /// What stands there before, cut; with `…` where something was left out.
        before: String,
        /// What stands there after, cut.
        after: String,
    },
    /// They are different kinds of value, as a text and a number.
    Kind {
        /// What it was.
        before: &'static str,
        /// What it is.
        after: &'static str,
    },
    /// The value is the same, and the name stands another number of times (RFC 7519 §4 wants it once).
    Repeated {
        /// How often it stood there.
        before: usize,
        /// How often it stands there now.
        after: usize,
    },
    /// One is simply another than the other.
    Plain,
}

/// How a value became a list, or a list one value (as `aud` may be either, RFC 7519 §4.1.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reshaped {
    /// It was one value.
    ToList,
    /// It was a list.
    ToOne,
}

impl Reshaped {
    fn of(before: &Value, after: &Value) -> Option<Self> {
        match (before.is_array(), after.is_array()) {
            (false, true) => Some(Self::ToList),
            (true, false) => Some(Self::ToOne),
            _ => None,
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::ToList => "was one value, is a list now",
            Self::ToOne => "was a list, is one value now",
        }
    }
}

/// One difference inside an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inner {
    /// The names on the way to it, joined by dots.
    pub path: String,
    /// The value before, as JSON text; `None` where it is new.
    pub before: Option<String>,
    /// The value after; `None` where it is gone.
    pub after: Option<String>,
}

/// As deep are objects looked into; below that a value is simply another one.
const MAX_DEPTH: usize = 6;

/// Texts of claims that are words with space between them.
const WORD_LISTS: &[&str] = &["scope", "scp", "acr_values", "ui_locales", "prompt"];

impl Difference {
    /// The difference between two values of `name`, given as JSON texts.
    pub(super) fn between(name: &str, before: &str, after: &str) -> Self {
        let (Ok(old), Ok(new)) = (
            serde_json::from_str::<Value>(before),
            serde_json::from_str::<Value>(after),
        ) else {
            return Self::Plain;
        };
        if let (Some(was), Some(is)) = (time_of(name, &old), time_of(name, &new))
            && let (Some(before), Some(after)) = (unit(&old, was), unit(&new, is))
            && before != after
        {
            return Self::Unit { before, after };
        }
        if let (Some(before), Some(after)) = (time_of(name, &old), time_of(name, &new))
            && before != after
        {
            let (was, is) = (kind(&old), kind(&new));
            let kinds = (was != is).then_some((was, is));
            return Self::Time { before, after, kinds };
        }
        let is_words = WORD_LISTS.contains(&name);
        match (&old, &new) {
            (Value::Object(_), Value::Object(_)) => {
                let mut inner = Vec::new();
                inside(&mut inner, "", before, after, 0);
                Self::Members(inner)
            }
            (Value::String(old), Value::String(new)) if !is_words => text(old, new),
            (Value::Array(_), _) | (_, Value::Array(_)) | (Value::String(_), Value::String(_)) => {
                match (elements(&old, before, is_words), elements(&new, after, is_words)) {
                    (Some(was), Some(now)) => Self::of_elements(&was, &now, Reshaped::of(&old, &new)),
                    _ => kinds(&old, &new),
                }
            }
            _ => kinds(&old, &new),
        }
    }

    fn of_elements(was: &[String], now: &[String], reshaped: Option<Reshaped>) -> Self {
        let removed = missing(was, now);
        let added = missing(now, was);
        if added.is_empty() && removed.is_empty() && reshaped.is_none() {
            return Self::Order;
        }
        Self::Elements {
            added,
            removed,
            reshaped,
        }
    }

    /// How it says the same as before, where it does.
    pub(super) fn the_same_written_otherwise(&self) -> Option<&'static str> {
        match self {
            Self::Order => Some("it says the same, in another order"),
            Self::Elements { added, removed, .. } if added.is_empty() && removed.is_empty() => {
                Some("it says the same, written otherwise")
            }
            _ => None,
        }
    }

    /// In a few words: `+1 h 0 min`, `gained "admin"`, `differs from character 12`.
    pub fn words(&self) -> String {
        match self {
            Self::Time { before, after, kinds } => {
                let s = after.duration_since(*before).as_secs();
                let kinds = kinds.map_or_else(String::new, |(was, is)| format!(", was {was}, is {is}"));
                format!("{}{}{kinds}", if s < 0 { "−" } else { "+" }, two_units(s))
            }
            Self::Unit { before, after } => format!("was in {before}, is in {after}"),
            Self::Elements {
                added,
                removed,
                reshaped,
            } => {
                let mut words = gained_and_lost(added, removed);
                words.extend(reshaped.map(|reshaped| reshaped.words().to_owned()));
                words.join(", ")
            }
            Self::Order => "the same in another order".to_owned(),
            Self::Members(inner) => {
                let paths: Vec<String> = inner.iter().map(|inner| inner.path.clone()).collect();
                format!("differs in {}", listed(&paths))
            }
            Self::Text { at: 0, .. } | Self::Plain => "another value".to_owned(),
            Self::Text { at, .. } => format!("differs from character {}", at + 1),
            Self::Kind { before, after } => format!("was {before}, is {after}"),
            Self::Repeated { before, after } => format!("stands {after} times, before {before}"),
        }
    }
}

/// What came and what went, in words.
pub(super) fn gained_and_lost(gained: &[String], lost: &[String]) -> Vec<String> {
    let both = [("gained", gained), ("lost", lost)];
    let some = both.into_iter().filter(|(_, items)| !items.is_empty());
    some.map(|(verb, items)| format!("{verb} {}", listed(items))).collect()
}

/// As many are named; the rest is counted.
const NAMED: usize = 5;

pub(super) fn listed(items: &[String]) -> String {
    let mut words: Vec<String> = items.iter().take(NAMED).map(|item| excerpt(item, 0)).collect();
    if items.len() > NAMED {
        words.push(format!("{} more", items.len() - NAMED));
    }
    words.join(", ")
}

/// The elements of a value, each by its JSON text without space: what is no list is its only element.
fn elements(value: &Value, json: &str, is_words: bool) -> Option<Vec<String>> {
    match value {
        Value::Array(_) => list(json),
        Value::String(text) if is_words => Some(
            text.split_whitespace()
                .map(|word| Value::from(word).to_string())
                .collect(),
        ),
        Value::Null | Value::Object(_) => None,
        _ => Some(vec![canonical(json)]),
    }
}

/// The elements of a list.
pub(super) fn list(json: &str) -> Option<Vec<String>> {
    let list: Vec<&RawValue> = serde_json::from_str(json).ok()?;
    Some(list.iter().map(|item| canonical(item.get())).collect())
}

/// One way to write a text; other values keep their digits.
fn canonical(json: &str) -> String {
    match serde_json::from_str::<Value>(json) {
        Ok(text @ Value::String(_)) => text.to_string(),
        _ => String::from_utf8(without_space(json).collect()).unwrap_or_else(|_| json.to_owned()),
    }
}

/// Those of `here` that are not in `there`, each as often as it is missing.
pub(super) fn missing(here: &[String], there: &[String]) -> Vec<String> {
    let mut left: HashMap<&str, usize> = HashMap::with_capacity(there.len());
    for item in there {
        *left.entry(item).or_default() += 1;
    }
    let mut items = Vec::new();
    for item in here {
        match left.get_mut(item.as_str()) {
            Some(count) if *count > 0 => *count -= 1,
            _ => items.push(item.clone()),
        }
    }
    items
}

/// Collects what differs inside two objects.
fn inside(found: &mut Vec<Inner>, path: &str, before: &str, after: &str, depth: usize) {
    let is_object = |json: &str| json.trim_start().starts_with('{');
    if depth >= MAX_DEPTH || !is_object(before) || !is_object(after) {
        found.push(Inner {
            path: path.to_owned(),
            before: Some(before.to_owned()),
            after: Some(after.to_owned()),
        });
        return;
    }
    let ((old, _), (new, _)) = (read_members(before), read_members(after));
    // Where a name stands twice, the last value counts.
    let (was, now) = (last_places(&old), last_places(&new));
    let under = |name: &str| match path {
        "" => name.to_owned(),
        path => format!("{path}.{name}"),
    };
    for (_, member) in new
        .iter()
        .enumerate()
        .filter(|(i, member)| now[member.name.as_str()] == *i)
    {
        match was.get(member.name.as_str()).map(|i| &old[*i].raw) {
            Some(was) if is_same(was, &member.raw) => {}
            Some(was) => inside(found, &under(&member.name), was, &member.raw, depth + 1),
            None => found.push(Inner {
                path: under(&member.name),
                before: None,
                after: Some(member.raw.to_string()),
            }),
        }
    }
    for (_, member) in old
        .iter()
        .enumerate()
        .filter(|(i, member)| was[member.name.as_str()] == *i)
    {
        if !now.contains_key(member.name.as_str()) {
            found.push(Inner {
                path: under(&member.name),
                before: Some(member.raw.to_string()),
                after: None,
            });
        }
    }
}

fn last_places(members: &[Member]) -> HashMap<&str, usize> {
    members.iter().enumerate().map(|(i, m)| (m.name.as_str(), i)).collect()
}

/// In which unit a number stands for a time.
fn unit(value: &Value, time: Timestamp) -> Option<&'static str> {
    let (number, s) = (value.as_f64()?.abs(), time.as_second().unsigned_abs() as f64);
    // Around 1970 nothing tells.
    if s < 1000.0 {
        return None;
    }
    let times = number / s;
    [
        (1.0, "seconds"),
        (1e3, "milliseconds"),
        (1e6, "microseconds"),
        (1e9, "nanoseconds"),
    ]
    .into_iter()
    .find(|(unit, _)| (times / unit - 1.0).abs() < 0.01)
    .map(|(_, name)| name)
}

fn text(before: &str, after: &str) -> Difference {
    let at = before.chars().zip(after.chars()).take_while(|(a, b)| a == b).count();
    Difference::Text {
        at,
        before: excerpt(before, at),
        after: excerpt(after, at),
    }
}

/// As many characters of an excerpt are shown, and as many of them stand before the place.
const EXCERPT: usize = 48;
const LEAD: usize = 8;

fn excerpt(text: &str, at: usize) -> String {
    let start = at.saturating_sub(LEAD);
    let mut chars = text.chars().skip(start).filter(|c| !c.is_control());
    let mut words = String::from(if start > 0 { "…" } else { "" });
    words.extend(chars.by_ref().take(EXCERPT));
    if chars.next().is_some() {
        words.push('…');
    }
    words
}

fn kinds(before: &Value, after: &Value) -> Difference {
    let (before, after) = (kind(before), kind(after));
    if before == after {
        Difference::Plain
    } else {
        Difference::Kind { before, after }
    }
}

const fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
