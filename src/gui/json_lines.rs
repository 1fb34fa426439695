//! JSON laid out in lines of a given width: indented, every character but white space kept, also where it is broken.

use std::ops::Range;

use egui::text::{LayoutJob, LayoutSection, TextFormat};

use super::theme::{Palette, text};
use super::visible_text::{find_ascii, instead_of};

/// Columns that a level of nesting is indented by.
const INDENT: usize = 2;
/// Deeper levels are indented like this one: a hostile text nests a hundred thousand deep.
const DEEPEST: usize = 24;
/// Narrower is no use.
const LEAST_COLUMNS: usize = 16;

/// A JSON text in lines.
#[derive(Debug, Default)]
pub struct JsonLines {
    text: String,
    rows: Vec<Row>,
    /// Where something is wrong with it, in `text`, one behind the other.
    marks: Vec<Range<usize>>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Row {
    start: usize,
    end: usize,
    indent: usize,
    inside: Inside,
    starts_name: bool,
}

/// What goes on from the row before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Inside {
    #[default]
    Nothing,
    Name,
    Text,
}

struct Writer {
    out: JsonLines,
    row: Row,
    /// Characters in the row so far.
    filled: usize,
    columns: usize,
}

impl Writer {
    fn new(columns: usize) -> Self {
        Self {
            out: JsonLines::default(),
            row: Row::default(),
            filled: 0,
            columns: columns.max(LEAST_COLUMNS),
        }
    }

    fn end_row(&mut self) {
        self.row.end = self.out.text.len();
        self.out.rows.push(self.row);
        self.row.start = self.row.end;
        self.row.inside = Inside::Nothing;
        self.row.starts_name = false;
        self.filled = 0;
    }

    fn break_row(&mut self, depth: usize, starts_name: bool) {
        self.end_row();
        self.row.indent = depth.min(DEEPEST) * INDENT;
        self.row.starts_name = starts_name;
    }

    fn put(&mut self, c: char, inside: Inside) {
        let room = self.columns.saturating_sub(self.row.indent).max(LEAST_COLUMNS / 2);
        if self.filled >= room {
            self.end_row();
            self.row.inside = inside;
        }
        if let Some(words) = instead_of(c) {
            self.out.text.push_str(&words);
            self.filled += words.chars().count();
        } else {
            self.out.text.push(c);
            self.filled += 1;
        }
    }
}

impl JsonLines {
    /// Lays a text that is no JSON out in lines of at most `columns` characters.
    pub fn plain(text: &str, columns: usize) -> Self {
        let mut w = Writer::new(columns);
        for c in text.chars() {
            if c == '\n' {
                w.break_row(0, false);
            } else {
                w.put(c, Inside::Text);
            }
        }
        w.end_row();
        w.out.rows.iter_mut().for_each(|row| row.inside = Inside::Text);
        w.out
    }

    /// Lays `json` out in lines of at most `columns` characters; `marks` are the bytes at which something is wrong.
    pub fn new(json: &str, columns: usize, mut marks: Vec<usize>) -> Self {
        marks.sort_unstable();
        let mut marks = marks.into_iter().peekable();
        let mut w = Writer::new(columns);
        let mut is_object: Vec<bool> = Vec::new();
        let mut inside = Inside::Nothing;
        let mut escaped = false;
        let mut wants_name = false;
        let mut chars = json.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            let before = w.out.text.len();
            if inside != Inside::Nothing {
                w.put(c, inside);
                if escaped {
                    escaped = false;
                } else if c == '\\' {
                    escaped = true;
                } else if c == '"' {
                    inside = Inside::Nothing;
                }
            } else if c.is_ascii_whitespace() {
                // Ours stand in their place.
            } else {
                match c {
                    '{' | '[' => {
                        w.put(c, Inside::Nothing);
                        is_object.push(c == '{');
                        wants_name = c == '{';
                        while chars.next_if(|(_, c)| c.is_ascii_whitespace()).is_some() {}
                        let is_empty = chars.peek().is_none_or(|(_, next)| matches!(next, '}' | ']'));
                        if !is_empty {
                            w.break_row(is_object.len(), wants_name);
                        }
                    }
                    '}' | ']' => {
                        is_object.pop();
                        wants_name = false;
                        if !matches!(w.out.text.as_bytes().last(), Some(b'{' | b'[')) || w.filled == 0 {
                            w.break_row(is_object.len(), false);
                        }
                        w.put(c, Inside::Nothing);
                    }
                    ',' => {
                        w.put(c, Inside::Nothing);
                        wants_name = is_object.last() == Some(&true);
                        w.break_row(is_object.len(), wants_name);
                    }
                    ':' => {
                        wants_name = false;
                        w.put(c, Inside::Nothing);
                        w.put(' ', Inside::Nothing);
                    }
                    '"' => {
                        inside = if wants_name { Inside::Name } else { Inside::Text };
                        w.put(c, inside);
                    }
                    _ => w.put(c, Inside::Nothing),
                }
            }
            let is_marked = marks.next_if(|mark| *mark < at + c.len_utf8()).is_some();
            while marks.next_if(|mark| *mark < at + c.len_utf8()).is_some() {}
            if is_marked && w.out.text.len() > before {
                w.out.marks.push(before..w.out.text.len());
            }
        }
        if marks.next().is_some() {
            let start = w.out.text.len();
            "‹ends here›".chars().for_each(|c| w.put(c, Inside::Nothing));
            w.out.marks.push(start..w.out.text.len());
        }
        w.end_row();
        w.out
    }

    /// How many lines there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The first line in which something is wrong.
    pub fn marked(&self) -> Option<usize> {
        let mark = self.marks.first()?;
        self.rows
            .iter()
            .position(|row| (row.start..row.end).contains(&mark.start))
    }

    /// The bytes at which `query` stands, one behind the other; for letters of ASCII whatever their case.
    pub fn find(&self, query: &str) -> impl Iterator<Item = usize> {
        find_ascii(&self.text, query)
    }

    /// The line in which this byte stands.
    pub fn line_of(&self, byte: usize) -> usize {
        self.rows.partition_point(|row| row.end <= byte)
    }

    /// Gives what was found in a line a ground: of `len` bytes each, at `starts`. The one at `current` stands out.
    pub fn mark_hits(&self, job: &mut LayoutJob, at: usize, p: &Palette, found: &[usize], len: usize, current: usize) {
        let Some(row) = self.rows.get(at) else { return };
        let first = found.partition_point(|start| start + len <= row.start);
        for start in found.iter().skip(first).take_while(|start| **start < row.end) {
            let range = start.max(&row.start) - row.start..(start + len).min(row.end) - row.start;
            let is_current = *start == current;
            ground(job, &range, |format| {
                format.background = if is_current { p.accent } else { p.selected };
                if is_current {
                    format.color = p.on_accent;
                }
                format.underline = egui::Stroke::new(1.0, p.text);
            });
        }
    }

    /// A line with its indentation, as text.
    pub fn line(&self, at: usize) -> String {
        self.rows.get(at).map_or(String::new(), |row| {
            " ".repeat(row.indent) + self.text.get(row.start..row.end).unwrap_or_default()
        })
    }

    /// A line in colours. Names have the colour of their part.
    pub fn job(&self, at: usize, p: &Palette, names: egui::Color32) -> LayoutJob {
        let mut job = LayoutJob::default();
        job.wrap.max_rows = 1;
        let Some(row) = self.rows.get(at) else { return job };
        let mut put = |range: Range<usize>, color| {
            let format = TextFormat::simple(text::mono_font(), color);
            let marked = TextFormat {
                background: p.warn_bg,
                color: p.warn,
                underline: egui::Stroke::new(1.0, p.warn),
                ..format.clone()
            };
            let mut append = |range: Range<usize>, format: &TextFormat| {
                if let Some(part) = self.text.get(range).filter(|part| !part.is_empty()) {
                    job.append(part, 0.0, format.clone());
                }
            };
            let mut done = range.start;
            let first = self.marks.partition_point(|mark| mark.end <= range.start);
            let marks = self.marks.iter().skip(first);
            for mark in marks.take_while(|mark| mark.start < range.end) {
                let (from, to) = (mark.start.max(done), mark.end.min(range.end));
                append(done..from, &format);
                append(from..to, &marked);
                done = to;
            }
            append(done..range.end, &format);
        };
        let line = self.text.get(row.start..row.end).unwrap_or_default();
        let color = |inside| match inside {
            Inside::Nothing => p.signature,
            Inside::Name => names,
            Inside::Text => p.text,
        };
        let (mut inside, mut escaped, mut names_left) = (row.inside, false, row.starts_name);
        let mut start = 0;
        for (at, c) in line.char_indices() {
            let end = at + c.len_utf8();
            if inside != Inside::Nothing {
                if escaped {
                    escaped = false;
                } else if c == '\\' {
                    escaped = true;
                } else if c == '"' {
                    put(row.start + start..row.start + end, color(inside));
                    (start, inside) = (end, Inside::Nothing);
                }
            } else if c == '"' {
                put(row.start + start..row.start + at, color(Inside::Nothing));
                start = at;
                inside = if std::mem::take(&mut names_left) {
                    Inside::Name
                } else {
                    Inside::Text
                };
            } else if matches!(c, '{' | '}' | '[' | ']' | ',' | ':') {
                put(row.start + start..row.start + at, color(Inside::Nothing));
                put(row.start + at..row.start + end, p.muted);
                start = end;
            }
        }
        put(row.start + start..row.end, color(inside));
        if let Some(first) = job.sections.first_mut() {
            first.leading_space = row.indent as f32 * COLUMN;
        }
        job
    }
}

/// Changes the look of some bytes of a line.
fn ground(job: &mut LayoutJob, range: &Range<usize>, look: impl Fn(&mut TextFormat)) {
    let mut sections = Vec::with_capacity(job.sections.len() + 2);
    for section in job.sections.drain(..) {
        let (start, end) = (section.byte_range.start.0, section.byte_range.end.0);
        let (from, to) = (range.start.clamp(start, end), range.end.clamp(start, end));
        let mut leading_space = section.leading_space;
        for (piece, is_hit) in [(start..from, false), (from..to, true), (to..end, false)] {
            if piece.is_empty() {
                continue;
            }
            let mut piece = LayoutSection {
                leading_space: std::mem::take(&mut leading_space),
                byte_range: piece.start.into()..piece.end.into(),
                format: section.format.clone(),
            };
            if is_hit {
                look(&mut piece.format);
            }
            sections.push(piece);
        }
    }
    job.sections = sections;
}

/// How wide a character of `theme::text::mono` is, about.
pub const COLUMN: f32 = 7.2;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::gui::theme::palette;

    fn lines(json: &str, columns: usize) -> Vec<String> {
        let lines = JsonLines::new(json, columns, Vec::new());
        (0..lines.len()).map(|at| lines.line(at)).collect()
    }

    #[test]
    fn an_object_is_indented_and_keeps_its_digits() {
        assert_eq!(
            lines(r#"{"a":1.0, "b":["x",{}],"c":{"d":null}, "e":[ ]}"#, 80),
            [
                "{",
                r#"  "a": 1.0,"#,
                r#"  "b": ["#,
                r#"    "x","#,
                "    {}",
                "  ],",
                r#"  "c": {"#,
                r#"    "d": null"#,
                "  },",
                r#"  "e": []"#,
                "}"
            ]
        );
    }

    #[test]
    fn what_stands_in_a_text_is_no_structure() {
        assert_eq!(lines(r#"["{\"a\":1,[}"]"#, 80), ["[", r#"  "{\"a\":1,[}""#, "]"]);
    }

    #[test]
    fn a_long_text_goes_on_in_the_next_line() {
        let all = lines(&format!(r#"["{}"]"#, "x".repeat(100)), 32);
        assert!(
            all.len() > 4 && all.iter().all(|line| line.chars().count() <= 32),
            "{all:?}"
        );
    }

    #[test]
    fn the_place_where_it_breaks_is_marked() {
        let lines = JsonLines::new(r#"{"a":1,"b":tru}"#, 80, vec![11]);
        assert_eq!(lines.marked(), Some(2));
        assert_eq!(&lines.text[lines.marks[0].clone()], "t");
        let cut = JsonLines::new(r#"{"a":"#, 80, vec![5]);
        assert_eq!(cut.line(cut.marked().unwrap()), r#"  "a": ‹ends here›"#);
    }

    #[test]
    fn what_was_found_has_a_ground_and_the_line_loses_nothing() {
        let lines = JsonLines::new(r#"{"sub":"a sub","x":1}"#, 80, Vec::new());
        let mut p = None;
        egui::__run_test_ui(|ui| p = Some(palette(ui)));
        let p = p.unwrap();
        let found: Vec<usize> = lines.find("SUB").collect();
        let at = lines.line_of(found[1]);
        assert_eq!((found.len(), at, lines.line_of(found[0])), (2, 1, 1));
        let mut job = lines.job(at, p, p.payload);
        let before = job.text.clone();
        lines.mark_hits(&mut job, at, p, &found, 3, found[1]);
        let grounds = [p.selected, p.accent].map(|ground| {
            let mut sections = job.sections.iter();
            sections
                .find(|section| section.format.background == ground)
                .map(|section| &job.text[section.byte_range.start.0..section.byte_range.end.0])
        });
        assert_eq!(grounds, [Some("sub"), Some("sub")]);
        let whole: String = job
            .sections
            .iter()
            .map(|section| &job.text[section.byte_range.start.0..section.byte_range.end.0])
            .collect();
        assert_eq!((whole, &job.text), (before.clone(), &before));
    }

    #[test]
    fn a_control_character_is_shown_and_obeyed_by_nothing() {
        assert_eq!(lines("[\"a\u{0}b\"]", 80)[1], "  \"a‹U+0000›b\"");
    }

    proptest! {
        #[test]
        fn no_character_but_white_space_is_lost(json in r#"[\[\]{},:"\\ a-z0-9é]{0,200}"#, columns in 0usize..60, mark in 0usize..250) {
            let lines = JsonLines::new(&json, columns, vec![mark]);
            let kept: String = lines.text.chars().filter(|c| !c.is_whitespace()).collect();
            let came: String = json.chars().filter(|c| !c.is_whitespace()).collect();
            prop_assert!(kept.starts_with(&came), "{kept} {came}");
            let whole: String = (0..lines.len()).map(|at| lines.text[lines.rows[at].start..lines.rows[at].end].to_owned()).collect();
            prop_assert_eq!(&whole, &lines.text);
        }
    }
}
