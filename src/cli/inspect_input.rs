//! What `tokenscope inspect` is given: tokens, files and standard input.

use std::path::Path;

use super::input::{Source, trimmed};
use super::outcome::{Stop, usage};
use crate::model::Secret;
use crate::model::defect::Defect;
use crate::model::find::find;
use crate::model::jwt::{Form, decode};

/// What to do when an input cannot be read.
pub(super) const HINT: &str = "Give a token, or a file with one";

/// A token that was given, and where it stood.
pub(super) struct Given {
    /// The token.
    pub(super) token: Secret,
    /// Where in the text it stood; empty where it was all of it.
    pub(super) place: String,
    /// What finding it took.
    pub(super) notes: Vec<Defect>,
}

/// The tokens of each input, at least one; those of standard input when there is none.
pub(super) async fn tokens(inputs: &[String]) -> Result<Vec<Given>, Stop> {
    if inputs.is_empty() {
        return Ok(found_in(read(&Source::Standard).await?));
    }
    let mut tokens = Vec::new();
    for input in inputs {
        let text = match source(input) {
            Some(source) => read(&source).await?,
            None if looks_like_path(input) => return Err(no_such_file(input)),
            None => Secret::from(input.trim()),
        };
        tokens.extend(found_in(text));
    }
    Ok(tokens)
}

/// The tokens of a text. A text that is one signed or encrypted token is that, whatever stands inside; and where nothing is
/// found the whole is looked at, as an opaque one.
fn found_in(text: Secret) -> Vec<Given> {
    let whole = |token| Given {
        token,
        place: String::new(),
        notes: Vec::new(),
    };
    // Exposed to be read.
    let shown = text.expose();
    if matches!(decode(shown).form, Form::Jws | Form::Jwe) {
        return vec![whole(text)];
    }
    let found = find(shown);
    if found.is_empty() {
        return vec![whole(text)];
    }
    let len = shown.len();
    let given = found.into_iter().map(|found| Given {
        place: if found.range.len() == len {
            String::new()
        } else {
            found.places.join(", ")
        },
        token: found.token,
        notes: found.notes,
    });
    given.collect()
}

/// Where the lines come from: files and standard input. All are there before the first is read.
pub(super) fn sources(inputs: &[String]) -> Result<Vec<Source>, Stop> {
    if inputs.is_empty() {
        return Ok(vec![Source::Standard]);
    }
    let found = |input: &String| source(input).ok_or_else(|| no_such_file(input));
    inputs.iter().map(found).collect()
}

async fn read(source: &Source) -> Result<Secret, Stop> {
    Ok(trimmed(&source.read(HINT).await?))
}

/// Standard input, or what can be read at this path: a shell's `<(…)` is a pipe.
fn source(input: &str) -> Option<Source> {
    let path = Path::new(input);
    let is_there = input == "-" || path.metadata().is_ok_and(|found| !found.is_dir());
    is_there.then(|| Source::new(path))
}

fn no_such_file(input: &str) -> Stop {
    // What does not look like a path may be a token, and is not repeated.
    let message = if looks_like_path(input) {
        format!("There is no such file: {input}")
    } else {
        "There is no such file as what was given".to_owned()
    };
    usage(
        message,
        "Correct the path. A token can also come on standard input: give -",
    )
}

/// Whether somebody meant a file: `typo.txt`, `tokens/mine`. An opaque token may have slashes too, but then it is long
/// and mixed.
fn looks_like_path(input: &str) -> bool {
    if decode(input).form != Form::Opaque {
        return false;
    }
    if ["/", "./", "../", "~/"].iter().any(|start| input.starts_with(start)) {
        return true;
    }
    let extension = Path::new(input).extension().and_then(|ending| ending.to_str());
    let is_extension = |ending: &str| {
        (2..=5).contains(&ending.len())
            && ending.chars().all(|c| c.is_ascii_alphanumeric())
            && ending.contains(|c: char| c.is_ascii_alphabetic())
    };
    extension.is_some_and(is_extension) || (input.contains(['/', '\\']) && !looks_random(input))
}

fn looks_random(text: &str) -> bool {
    text.len() >= 20
        && text.contains(|c: char| c.is_ascii_digit())
        && text.contains(|c: char| c.is_ascii_lowercase())
        && text.contains(|c: char| c.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::seeds;

    #[test]
    fn a_path_is_told_from_a_token() {
        for path in [
            "typo.txt",
            "tokens/mine",
            "./mine",
            "/tmp/Xy12345678901234567890",
            "my tokens.json",
        ] {
            assert!(looks_like_path(path), "{path}");
        }
        for token in [
            seeds::ID_TOKEN,
            seeds::DAMAGED_ACCESS_TOKEN,
            "opaque",
            "1//0gKq8Zx2vLmN4pRsT6uVwXyZ",
            "ya29.a0AfB_byC1234567890",
            "a.b.c",
            "bm90IGE/IHBhdGg+Zm9yIDEyMw==",
            "",
        ] {
            assert!(!looks_like_path(token), "{token}");
        }
    }

    #[test]
    fn what_may_be_a_token_is_not_repeated() {
        let Err(Stop::Failure(failure)) = sources(&[seeds::ID_TOKEN.to_owned()]) else {
            panic!("there is no such file");
        };
        assert!(failure.message.contains("no such file") && !failure.message.contains("ey"));
    }
}
