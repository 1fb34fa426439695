//! Tables of words as text: a line is `key | meaning | section`. Where the section is left out, the line `= section`
//! above it says it; `#` starts a comment.

use std::collections::HashMap;

/// One line of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) key: &'static str,
    pub(super) meaning: &'static str,
    pub(super) section: &'static str,
}

/// The rows of a table, in its order.
pub(super) fn rows(text: &'static str) -> impl Iterator<Item = Row> {
    let mut default = "";
    text.lines().filter_map(move |line| {
        if line.is_empty() || line.starts_with('#') {
            return None;
        }
        if let Some(section) = line.strip_prefix("= ") {
            default = section;
            return None;
        }
        let mut cells = line.split(" | ");
        Some(Row {
            key: cells.next()?,
            meaning: cells.next()?,
            section: cells.next().unwrap_or(default),
        })
    })
}

/// The same by key. A key that stands twice keeps its first line.
pub(super) fn by_key(text: &'static str) -> HashMap<&'static str, Row> {
    let mut map = HashMap::new();
    for row in rows(text) {
        map.entry(row.key).or_insert(row);
    }
    map
}

/// Panics where a line of the table is not as it should be.
#[cfg(test)]
pub(super) fn assert_is_well_formed(name: &str, text: &'static str) {
    let mut seen = std::collections::HashSet::new();
    let lines = text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#') && !line.starts_with("= "));
    assert_eq!(lines.count(), rows(text).count(), "{name}: a line is not a row");
    for row in rows(text) {
        let Row { key, meaning, section } = row;
        assert!(seen.insert(key), "{name}: {key} stands twice");
        assert!(!key.is_empty() && key.trim() == key, "{name}: {key:?}");
        assert!(
            meaning.trim() == meaning && meaning.len() > 1,
            "{name}: {key} says nothing"
        );
        assert!(
            !meaning.ends_with('.') && meaning.len() <= 110,
            "{name}: {key} is not one short line"
        );
        assert!(
            section.trim() == section && section.len() > 3 && section.starts_with(char::is_uppercase),
            "{name}: {key} has no section"
        );
        // A specification is named with its section: `RFC 7519 §4.1.1`.
        if let Some(rest) = section.strip_prefix("RFC ") {
            let (number, section) = rest.split_once([' ', ',']).unwrap_or((rest, ""));
            assert!(number.parse::<u16>().is_ok(), "{name}: {key}: {rest}");
            assert!(
                section.is_empty() || section.starts_with('§') || section.starts_with(' '),
                "{name}: {key}: {rest}"
            );
        }
        if let Some((_, number)) = section.split_once('§') {
            assert!(
                number.starts_with(|c: char| c.is_ascii_digit()),
                "{name}: {key}: {section}"
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_takes_the_section_above_it_unless_it_has_its_own() {
        let text = "# words\n= Here\na | one\n\nb | two | There\n";
        let read: Vec<_> = rows(text).map(|row| (row.key, row.meaning, row.section)).collect();
        assert_eq!(read, [("a", "one", "Here"), ("b", "two", "There")]);
    }
}
