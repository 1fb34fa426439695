//! JSON written straight into a text, member by member: for documents that are made by the hundred thousand.
//!
//! What has its own JSON text already, as claims have, is put in as it is, so that numbers keep their digits.

use std::fmt::Display;
use std::fmt::Write as _;

use crate::model::members::write_json_text;

/// How a document is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// All in one line.
    Line,
    /// A member a line, indented by so many levels.
    Lines(usize),
}

impl Layout {
    const fn inner(self) -> Self {
        match self {
            Self::Line => Self::Line,
            Self::Lines(depth) => Self::Lines(depth + 1),
        }
    }

    fn break_line(self, out: &mut String) {
        if let Self::Lines(depth) = self {
            out.push('\n');
            for _ in 0..depth {
                out.push_str("  ");
            }
        }
    }
}

/// The name of a member with its quotes and colon, and the comma before it; made by [`name!`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Name(pub(super) &'static str);

/// A [`Name`]. They are this program's own words: there is nothing to escape in them.
macro_rules! name {
    ($name:literal) => {
        $crate::cli::json_writer::Name(concat!(",\"", $name, "\":"))
    };
}
pub(super) use name;

/// An object that is being written.
#[derive(Debug)]
pub(super) struct Object<'a> {
    out: &'a mut String,
    layout: Layout,
    is_empty: bool,
}

/// Writes an object behind what `out` holds.
pub(super) fn object(out: &mut String, layout: Layout, fill: impl FnOnce(&mut Object<'_>)) {
    out.push('{');
    let mut object = Object {
        out: &mut *out,
        layout: layout.inner(),
        is_empty: true,
    };
    fill(&mut object);
    let is_empty = object.is_empty;
    if !is_empty {
        layout.break_line(out);
    }
    out.push('}');
}

/// Writes a list, an element at a time.
pub(super) fn list<T>(
    out: &mut String,
    layout: Layout,
    items: impl IntoIterator<Item = T>,
    mut each: impl FnMut(&mut String, Layout, T),
) {
    out.push('[');
    let inner = layout.inner();
    let mut is_empty = true;
    for item in items {
        if !is_empty {
            out.push(',');
        }
        is_empty = false;
        inner.break_line(out);
        each(out, inner, item);
    }
    if !is_empty {
        layout.break_line(out);
    }
    out.push(']');
}

impl Object<'_> {
    // In place, names are constants that are copied in a few words: there are a hundred in a document.
    #[inline]
    fn name(&mut self, name: Name) {
        let is_first = std::mem::take(&mut self.is_empty);
        if self.layout == Layout::Line {
            self.out.push_str(if is_first { &name.0[1..] } else { name.0 });
        } else {
            self.name_in_lines(&name.0[1..], is_first);
        }
    }

    fn name_in_lines(&mut self, name: &str, is_first: bool) {
        if !is_first {
            self.out.push(',');
        }
        self.layout.break_line(self.out);
        self.out.push_str(name);
        self.out.push(' ');
    }

    /// A text.
    #[inline]
    pub(super) fn text(&mut self, name: Name, text: &str) {
        self.name(name);
        write_json_text(text, self.out);
    }

    /// A word of this program, which needs no escapes.
    #[inline]
    pub(super) fn word(&mut self, name: Name, word: &'static str) {
        self.name(name);
        self.out.push('"');
        self.out.push_str(word);
        self.out.push('"');
    }

    /// A text, or `null`.
    #[inline]
    pub(super) fn text_or_null(&mut self, name: Name, text: Option<&str>) {
        match text {
            Some(text) => self.text(name, text),
            None => self.null(name),
        }
    }

    /// A number or a truth, which is written as Rust shows it; or `null`.
    #[inline]
    pub(super) fn plain(&mut self, name: Name, value: Option<impl Display>) {
        match value {
            Some(value) => {
                self.name(name);
                write!(self.out, "{value}").expect("a String takes all");
            }
            None => self.null(name),
        }
    }

    /// Nothing.
    #[inline]
    pub(super) fn null(&mut self, name: Name) {
        self.name(name);
        self.out.push_str("null");
    }

    /// JSON that `write` knows how to write.
    pub(super) fn json(&mut self, name: Name, write: impl FnOnce(&mut String, Layout)) {
        self.name(name);
        write(self.out, self.layout);
    }

    /// An object inside.
    pub(super) fn object(&mut self, name: Name, fill: impl FnOnce(&mut Object<'_>)) {
        self.json(name, |out, layout| object(out, layout, fill));
    }

    /// A list of objects inside.
    pub(super) fn objects<T>(
        &mut self,
        name: Name,
        items: impl IntoIterator<Item = T>,
        mut fill: impl FnMut(&mut Object<'_>, T),
    ) {
        self.json(name, |out, layout| {
            list(out, layout, items, |out, layout, item| {
                object(out, layout, |object| fill(object, item));
            });
        });
    }

    /// A list of texts inside.
    pub(super) fn texts<T: AsRef<str>>(&mut self, name: Name, items: impl IntoIterator<Item = T>) {
        self.json(name, |out, layout| {
            list(out, layout, items, |out, _, item| write_json_text(item.as_ref(), out));
        });
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn written(layout: Layout) -> String {
        let mut out = String::new();
        object(&mut out, layout, |o| {
            o.text(name!("text"), "a \"b\" \\ \n \u{1} é");
            o.word(name!("word"), "jws");
            o.plain(name!("number"), Some(-7));
            o.plain(name!("none"), None::<i64>);
            o.object(name!("empty"), |_| {});
            o.objects(name!("list"), [1, 2], |o, n| o.plain(name!("n"), Some(n)));
            o.texts(name!("texts"), ["x"]);
            o.texts(name!("no_texts"), [""; 0]);
        });
        out
    }

    #[test]
    fn what_is_written_is_read_again_in_one_line_and_in_many() {
        let wanted = json!({
            "text": "a \"b\" \\ \n \u{1} é", "word": "jws", "number": -7, "none": null, "empty": {},
            "list": [{"n": 1}, {"n": 2}], "texts": ["x"], "no_texts": [],
        });
        let line = written(Layout::Line);
        assert_eq!(line, wanted.to_string());
        assert_eq!(written(Layout::Lines(0)), format!("{wanted:#}"));
    }
}
