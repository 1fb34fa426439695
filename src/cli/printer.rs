//! Where output goes: data to standard output, narration to standard error, colours only where a person looks.

use std::io::{self, Write as _};

/// Prints data and narration.
#[derive(Clone, Copy, Debug)]
pub(super) struct Printer {
    /// Whether standard output is to be exactly one JSON document.
    pub(super) json: bool,
    colours: bool,
    narrates: bool,
}

/// What a word is painted as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Paint {
    /// Good.
    Ok,
    /// Worth a look.
    Warn,
    /// Bad.
    Bad,
    /// Less important.
    Faint,
}

/// Whether colours go to this stream: only to a terminal, and not when `NO_COLOR` is set.
pub fn paints(stream: &impl io::IsTerminal) -> bool {
    let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    !no_color && stream.is_terminal()
}

impl Printer {
    /// A printer for this terminal; `NO_COLOR` is honoured.
    pub(super) fn new(json: bool) -> Self {
        Self {
            json,
            narrates: true,
            colours: paints(&io::stdout()) && paints(&io::stderr()),
        }
    }

    /// A line of data on standard output. A reader that has gone away (`| head`) ends the program quietly.
    #[expect(
        clippy::unused_self,
        reason = "whoever prints data holds a printer, so that nothing prints past it"
    )]
    pub(super) fn data(self, line: &str) -> io::Result<()> {
        writeln!(io::stdout().lock(), "{line}")
    }

    /// A JSON document on standard output.
    pub(super) fn document(self, value: &impl serde::Serialize) -> io::Result<()> {
        let text = serde_json::to_string_pretty(value).map_err(io::Error::other)?;
        self.data(&text)
    }

    /// The same without narration.
    #[cfg(test)]
    #[must_use]
    pub(super) const fn silent(self) -> Self {
        Self {
            narrates: false,
            ..self
        }
    }

    /// A line of narration on standard error. Nobody has to read it.
    pub(super) fn tell(self, line: &str) {
        if !self.narrates {
            return;
        }
        let _ = writeln!(io::stderr().lock(), "{line}");
    }

    /// `text` in a colour, where a person looks.
    pub(super) fn paint(self, paint: Paint, text: &str) -> String {
        if !self.colours {
            return text.to_owned();
        }
        let code = match paint {
            Paint::Ok => 32,
            Paint::Warn => 33,
            Paint::Bad => 31,
            Paint::Faint => 90,
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }
}
