//! Arguments that cannot be read, as people and scripts are told.

use std::ffi::OsStr;

use clap::error::ErrorKind;
use serde_json::json;

use super::outcome::Status;
use super::printer::Printer;

/// Tells what is wrong with the arguments: to people as clap says it, and as a JSON document where they ask for one.
pub fn refuse(error: &clap::Error, arguments: impl Iterator<Item = impl AsRef<OsStr>>) -> Status {
    let printer = Printer::new(true);
    let mut options = arguments.take_while(|argument| argument.as_ref() != "--");
    if options.any(|argument| argument.as_ref() == "--json") {
        let (message, hint) = words(error);
        let document = json!({"error": {
            "code": "usage",
            "message": message,
            "hint": hint,
            "http_status": null,
        }});
        // When that cannot be printed either, the status is all there is.
        let _ = printer.document(&document);
    }
    let _ = error.print();
    Status::Fault
}

/// What happened, and what to do. clap's text is paragraphs: the error, perhaps a tip, and how it is used.
fn words(error: &clap::Error) -> (String, String) {
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return (
            "Something is missing after the command".to_owned(),
            "--help lists what can follow".to_owned(),
        );
    }
    let text = error.render().to_string();
    let paragraphs = text.split("\n\n").map(|paragraph| {
        let lines: Vec<_> = paragraph.split_whitespace().collect();
        lines.join(" ")
    });
    let (tips, others): (Vec<_>, Vec<_>) = paragraphs.partition(|paragraph| paragraph.starts_with("tip: "));
    let message = others.first().map_or("", String::as_str);
    let message = message.strip_prefix("error: ").unwrap_or(message).to_owned();
    let hint = match tips.first() {
        Some(tip) => tip.trim_start_matches("tip: ").to_owned(),
        None => "--help shows what can be given".to_owned(),
    };
    (message, hint)
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::cli::Cli;

    #[test]
    fn the_words_are_those_of_clap_in_one_line_each() {
        for (arguments, message, hint) in [
            (
                &["login", "p", "--jsn"][..],
                "unexpected argument '--jsn' found",
                "'--json'",
            ),
            (
                &["history"],
                "the following required arguments were not provided: <PROFILE>",
                "--help",
            ),
            (
                &["token", "p", "--kind", "x"],
                "invalid value 'x' for '--kind <KIND>'",
                "--help",
            ),
            (&["profile"], "Something is missing after the command", "--help"),
        ] {
            let error = Cli::try_parse_from([&["tokenscope"], arguments].concat()).unwrap_err();
            let said = words(&error);
            assert!(said.0.starts_with(message) && said.1.contains(hint), "{said:?}");
            assert!(!format!("{said:?}").contains("\\n"), "{said:?}");
        }
    }
}
