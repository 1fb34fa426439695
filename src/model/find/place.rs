//! Where a token stands, in words for people.

use super::named::{is_behind_authorization, is_scheme};
use super::units::{How, Units, is_blank, is_quote, is_word};

/// Goes through a text once, and knows at each place whether it is in an address or a cookie header.
pub(super) struct Places<'a> {
    units: &'a Units<'a>,
    at: usize,
    /// `?` or `#` since the last white space.
    mark: Option<char>,
    is_cookie: bool,
    is_form: bool,
}

/// As much of the text before a token is looked at.
const WINDOW: usize = 160;

/// The letters of a name that are shown.
const MAX_NAME: usize = 60;

impl<'a> Places<'a> {
    pub(super) const fn new(units: &'a Units<'a>) -> Self {
        Self {
            units,
            at: 0,
            mark: None,
            is_cookie: false,
            is_form: false,
        }
    }

    /// The place of a token at `start..end`. Starts must not go back.
    pub(super) fn of(&mut self, start: usize, end: usize) -> String {
        self.advance(start);
        let from = start.saturating_sub(WINDOW);
        let before: Vec<char> = self.units.seen(from..start).collect();
        let before: String = before.into_iter().collect();
        let before = trim(&before);
        // How Express marks a cookie that it signed.
        let before = before
            .strip_suffix("s:")
            .filter(|rest| rest.ends_with('='))
            .unwrap_or(before);
        let is_all_before = from == 0 && before.is_empty();
        if let Some(place) = self.behind_scheme(before, start).or_else(|| self.behind_sign(before)) {
            return place;
        }
        if is_all_before && self.units.seen(end..end + WINDOW).all(|ch| !is_word(ch)) {
            "the whole text".to_owned()
        } else {
            "in the text".to_owned()
        }
    }

    fn advance(&mut self, to: usize) {
        while self.at < to {
            let Some(unit) = self.units.get(self.at) else { return };
            match unit.ch {
                '\n' if unit.how != How::Backslash => {
                    (self.is_cookie, self.is_form, self.mark) = (false, false, None);
                }
                ch if ch.is_whitespace() && unit.how == How::Plain => {
                    self.mark = None;
                    self.at_blank();
                }
                '"' | '\'' | '<' | '>' if unit.how == How::Plain => self.mark = None,
                '?' | '#' => self.mark = Some(unit.ch),
                ':' => self.is_cookie |= self.ends_with("cookie"),
                _ => {}
            }
            self.at += 1;
        }
    }

    /// What an option of curl says about what follows it.
    fn at_blank(&mut self) {
        if self.ends_with(" -b") || self.ends_with("--cookie") {
            (self.is_cookie, self.is_form) = (true, false);
        } else if self.ends_with(" -d")
            || ["--data", "-urlencode", "-raw", "-binary"]
                .iter()
                .any(|o| self.ends_with(o))
        {
            (self.is_cookie, self.is_form) = (false, true);
        } else if self.ends_with(" -H") || self.ends_with("--header") {
            (self.is_cookie, self.is_form) = (false, false);
        }
    }

    fn ends_with(&self, word: &str) -> bool {
        let before: String = self.units.seen(self.at.saturating_sub(word.len())..self.at).collect();
        before.eq_ignore_ascii_case(word)
    }

    fn behind_scheme(&self, before: &str, start: usize) -> Option<String> {
        let word = last_word(before);
        if !is_scheme(word) && !["token", "jwt"].iter().any(|known| word.eq_ignore_ascii_case(known)) {
            return None;
        }
        let name = if word.eq_ignore_ascii_case("bearer") {
            "Bearer"
        } else if word.eq_ignore_ascii_case("dpop") {
            "DPoP"
        } else {
            word
        };
        let scheme_start = trimmed_units(self.units, start).saturating_sub(word.len());
        Some(if is_behind_authorization(self.units, scheme_start) {
            format!("Authorization: {name}")
        } else {
            format!("after {name}")
        })
    }

    fn behind_sign(&self, before: &str) -> Option<String> {
        let sign = before.chars().next_back()?;
        let rest = &before[..before.len() - sign.len_utf8()];
        let (names, is_quoted) = {
            let trimmed = rest.trim_end_matches(|ch: char| is_blank(ch));
            let unquoted = trimmed.trim_end_matches(|ch: char| is_quote(ch) || ch == '\\');
            (unquoted, unquoted.len() < trimmed.len())
        };
        let name = last_name(names);
        if name.is_empty() {
            return None;
        }
        let name_in_tag = attribute(names, name);
        Some(match sign {
            _ if let Some(field) = name_in_tag => format!("field {field}"),
            '=' if self.is_cookie => format!("cookie {name}"),
            '=' if self.mark == Some('#') => format!("fragment parameter {name}"),
            '=' if self.mark == Some('?') => format!("query parameter {name}"),
            '=' if self.is_form || names[..names.len() - name.len()].ends_with('&') => format!("form parameter {name}"),
            '=' => format!("value of {name}"),
            ':' if is_quoted => format!("{name} in JSON"),
            ':' if starts_line(names, name) => format!("header {name}"),
            ':' => format!("after {name}"),
            '>' if names[..names.len() - name.len()].ends_with('<') => format!("element {name}"),
            _ => return None,
        })
    }
}

/// Whether a name begins its line, or a quotation as in `-H 'name: …'`.
fn starts_line(names: &str, name: &str) -> bool {
    let before = names[..names.len() - name.len()].chars().next_back();
    before.is_none_or(|ch| ch == '\n' || is_quote(ch))
}

/// Without the blanks and quotes right before a token.
fn trim(before: &str) -> &str {
    let mut text = before.trim_end_matches(is_opening);
    // A bracket or a `$` belongs to the quotation.
    text = text.trim_end_matches(['[', '(', '$']);
    text.trim_end_matches(is_opening)
}

fn is_opening(ch: char) -> bool {
    ch.is_whitespace() || is_quote(ch) || matches!(ch, '\\' | '+')
}

/// The unit behind what `trim` leaves.
fn trimmed_units(units: &Units<'_>, start: usize) -> usize {
    let mut at = start;
    while at > 0
        && units
            .get(at - 1)
            .is_some_and(|u| u.how == How::Invisible || is_opening(u.ch) || matches!(u.ch, '[' | '(' | '$'))
    {
        at -= 1;
    }
    at
}

fn last_word(text: &str) -> &str {
    let start = text
        .rfind(|ch: char| !is_word(ch))
        .map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8));
    &text[start..]
}

/// The name at the end: a parameter's may have dots and brackets.
fn last_name(text: &str) -> &str {
    let is_name = |ch: char| is_word(ch) || matches!(ch, '.' | '[' | ']' | '$');
    let start = text
        .rfind(|ch: char| !is_name(ch))
        .map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8));
    let name = &text[start..];
    if name.len() > MAX_NAME { "" } else { name }
}

/// The name in `name="…" value="` or `"name": "…", "value": "`.
fn attribute<'t>(names: &'t str, name: &str) -> Option<&'t str> {
    if name != "value" {
        return None;
    }
    let before = &names[..names.len() - name.len()];
    let before = before.trim_end_matches(|ch: char| ch.is_whitespace() || is_quote(ch) || ch == ',');
    let field = last_name(before);
    let ahead = before[..before.len() - field.len()]
        .trim_end_matches(|ch: char| ch.is_whitespace() || is_quote(ch) || matches!(ch, '=' | ':'));
    (!field.is_empty() && last_name(ahead) == "name").then_some(field)
}
