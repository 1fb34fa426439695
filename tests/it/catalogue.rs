//! Every id of a check that stands anywhere in the sources has a rule, and every rule is made somewhere.
#![expect(clippy::unwrap_used, reason = "a helper that cannot go on ends its test")]

use std::fs;
use std::path::{Path, PathBuf};

use tokenscope::model::checks::catalogue::rules;
use tokenscope::model::checks::rule;

/// What the ids of checks begin with.
const FAMILIES: [&str; 19] = [
    "jwt",
    "signature",
    "id_token",
    "access_token",
    "front_channel",
    "response",
    "callback",
    "refresh",
    "transport",
    "keys",
    "clock",
    "token",
    "login",
    "exchange",
    "jarm",
    "par",
    "device",
    "userinfo",
    "introspection",
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

/// The texts between quotes that look like the id of a check.
fn ids_in(source: &str) -> impl Iterator<Item = &str> {
    source.split('"').skip(1).filter(|text| {
        let Some((family, name)) = text.split_once('.') else {
            return false;
        };
        FAMILIES.contains(&family)
            && !name.is_empty()
            && name
                .bytes()
                .all(|b| b.is_ascii_lowercase() || matches!(b, b'_' | b'0'..=b'9'))
    })
}

/// File names that look like ids.
const FILES: [&str; 4] = ["token.txt", "keys.json", "token.rs", "device.rs"];

#[test]
fn every_check_in_the_sources_has_a_rule_and_every_rule_a_check() {
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    let is_catalogue = |path: &Path| path.components().any(|part| part.as_os_str() == "catalogue");
    let mut made = String::new();
    let mut unknown = Vec::new();
    for path in files.iter().filter(|path| !is_catalogue(path)) {
        let source = fs::read_to_string(path).unwrap();
        let ids = ids_in(&source).filter(|id| !FILES.contains(id));
        unknown.extend(
            ids.filter(|id| rule(id).is_none())
                .map(|id| format!("{id} in {}", path.display())),
        );
        made.push_str(&source);
    }
    assert!(unknown.is_empty(), "{unknown:#?}");
    for rule in rules().filter(|rule| !rule.id.ends_with(".*")) {
        let (family, name) = rule.id.split_once('.').unwrap();
        // Some are put together: from a word and the name of a claim, or from a defect's own word.
        let is_made = made.contains(&format!("\"{}\"", rule.id))
            || made.contains(&format!("\"{name}\""))
            || made.contains(&format!("{{prefix}}.{name}"))
            || made.contains(&format!("{family}.same_{{name}}"));
        assert!(is_made, "nothing makes {}", rule.id);
    }
}
