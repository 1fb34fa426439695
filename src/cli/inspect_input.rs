//! What `tokenscope inspect` is given: tokens, files and standard input.

use std::path::Path;

use super::input::{Source, trimmed};
use super::outcome::{Stop, usage};
use crate::model::defect::Defect;
use crate::model::find::find;
use crate::model::jwt::{Decoded, Form, Serialization, decode};
use crate::model::{Secret, visible};

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
        return found_in(read(&Source::Standard).await?);
    }
    let mut tokens = Vec::new();
    for input in inputs {
        let text = match source(input)? {
            Some(source) => read(&source).await?,
            None if looks_like_path(input) => return Err(no_such_file(input)),
            None => Secret::from(input.trim()),
        };
        tokens.extend(found_in(text)?);
    }
    Ok(tokens)
}

/// The tokens of a text. A text that is one signed or encrypted token is that, whatever stands inside; and where nothing is
/// found in a single word, that is looked at as an opaque one.
fn found_in(text: Secret) -> Result<Vec<Given>, Stop> {
    let whole = |token| Given {
        token,
        place: String::new(),
        notes: Vec::new(),
    };
    // Exposed to be read.
    let shown = text.expose();
    let decoded = decode(shown);
    if is_nothing_else(shown, &decoded) {
        return Ok(vec![whole(text)]);
    }
    let found = find(shown);
    if found.is_empty() && decoded.form == Form::Opaque {
        return Err(usage(
            "There is no token in it",
            "Give a JWT, alone or inside any text, or an opaque token alone",
        ));
    }
    if found.is_empty() {
        return Ok(vec![whole(text)]);
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
    Ok(given.collect())
}

/// Whether a text is one token from its first letter to its last. What it was decoded to alone does not say that: a comma
/// behind a signature is only a signature that is damaged.
fn is_nothing_else(text: &str, decoded: &Decoded) -> bool {
    let is_whole = matches!(decoded.form, Form::Jws | Form::Jwe);
    if decoded.serialization != Serialization::Compact {
        // One that lost a member too, as long as its header is there to tell it from any other object.
        let has_header = decoded.entries.iter().any(|entry| entry.protected.is_object);
        let ends_there = decoded.defects.iter().all(|defect| defect.code != "text_behind");
        return is_whole || has_header && ends_there;
    }
    // In a payload that is the text itself there may be anything.
    let is_one_line = !text.contains(['\n', '\r']);
    is_whole && (is_of_token(text) || decoded.is_unencoded() && is_one_line)
}

/// Whether all letters are of a token in the compact form: base64 of either alphabet, and dots.
fn is_of_token(text: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'=' | b'+' | b'/');
    text.bytes().all(is_letter)
}

/// Where the lines come from: files and standard input. All are there before the first is read.
pub(super) fn sources(inputs: &[String]) -> Result<Vec<Source>, Stop> {
    if inputs.is_empty() {
        return Ok(vec![Source::Standard]);
    }
    let found = |input: &String| source(input)?.ok_or_else(|| no_such_file(input));
    inputs.iter().map(found).collect()
}

async fn read(source: &Source) -> Result<Secret, Stop> {
    Ok(trimmed(&source.read(HINT).await?))
}

/// Standard input, or what can be read at this path: a shell's `<(…)` is a pipe.
fn source(input: &str) -> Result<Option<Source>, Stop> {
    let path = Path::new(input);
    if input == "-" {
        return Ok(Some(Source::new(path)));
    }
    match path.metadata() {
        // It is there, so it is a name and no secret.
        Ok(found) if found.is_dir() => Err(usage(
            format!("{} is a directory", visible(input)),
            "Give a file in it: tokenscope looks at what one holds",
        )),
        Ok(_) => Ok(Some(Source::new(path))),
        Err(_) => Ok(None),
    }
}

fn no_such_file(input: &str) -> Stop {
    // What is no plain path may be a token, and is not repeated.
    let message = if looks_like_path(input) && input.split(SEPARATORS).all(is_plain_name) {
        format!("There is no such file: {}", visible(input))
    } else {
        "There is no such file as what was given".to_owned()
    };
    usage(
        message,
        "Correct the path. A token can also come on standard input: give -",
    )
}

/// What stands between the names of a path.
const SEPARATORS: [char; 2] = ['/', '\\'];

/// Whether somebody meant a file: `typo.txt`, `tokens/mine`. An opaque token may have slashes too, also as its first
/// letter, but then it is mixed.
fn looks_like_path(input: &str) -> bool {
    if decode(input).form != Form::Opaque {
        return false;
    }
    if ["./", "../", "~/"].iter().any(|start| input.starts_with(start)) {
        return true;
    }
    if let Some(rooted) = input.strip_prefix('/') {
        let first = rooted.split('/').next().unwrap_or_default();
        return first.len() > 1 && is_plain_name(first) || !is_random(rooted) && !rooted.is_empty();
    }
    let extension = Path::new(input).extension().and_then(|ending| ending.to_str());
    let is_extension = |ending: &str| {
        (2..=5).contains(&ending.len()) && is_plain_piece(ending) && ending.contains(|c: char| c.is_ascii_alphabetic())
    };
    extension.is_some_and(is_extension) || (input.contains(SEPARATORS) && !is_random(input))
}

/// Whether letters are mixed as those of a random text: of both cases or with digits, over and over again.
fn is_random(text: &str) -> bool {
    let kind = |c: char| match c {
        'a'..='z' => 'a',
        'A'..='Z' => 'A',
        '0'..='9' => '0',
        _ => ' ',
    };
    let pairs = text.chars().zip(text.chars().skip(1));
    let turns = pairs.filter(|(one, next)| kind(*one) != ' ' && kind(*next) != ' ' && kind(*one) != kind(*next));
    turns.count() >= MIN_TURNS
}

/// So often letters turn from one kind into another in what is taken for a random text.
const MIN_TURNS: usize = 8;

/// Whether a name is made of words, and so is nobody's secret: `my tokens-2026.json`.
fn is_plain_name(name: &str) -> bool {
    name.len() <= MAX_PLAIN_NAME && name.split(|c: char| !c.is_alphanumeric()).all(is_plain_piece)
}

/// Longer names are not shown.
const MAX_PLAIN_NAME: usize = 40;

/// A word, or a number, or the one behind the other: `Tokens`, `v2`, `20261130`.
fn is_plain_piece(piece: &str) -> bool {
    let word = piece.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = piece.len() - word.len();
    let is_word = word.len() <= MAX_PLAIN_WORD
        && !word.contains(|c: char| c.is_ascii_digit())
        && (word.chars().skip(1).all(char::is_lowercase) || !word.contains(char::is_lowercase));
    is_word && digits <= if word.is_empty() { 8 } else { 4 }
}

/// No word of a file's name is longer.
const MAX_PLAIN_WORD: usize = 20;

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
            "/nowhere",
            r"C:\tokens\mine",
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
            "/kQ9zXwVyTs2RqPoNmLkJ8aB3g==",
            "kQzXwVyTsRqPoNmL.aB3",
            "",
        ] {
            assert!(!looks_like_path(token), "{token}");
        }
    }

    #[test]
    fn a_path_that_may_be_a_secret_is_not_repeated() {
        let message = |input: &str| match no_such_file(input) {
            Stop::Failure(failure) => failure.message,
            other => panic!("{other:?}"),
        };
        for path in ["typo.txt", "/nowhere/typo", "my tokens-20261130.json", "./v2/Tokens"] {
            assert_eq!(message(path), format!("There is no such file: {path}"));
        }
        for path in [
            "/tmp/Xy12345678901234567890",
            "kQzXwVyTsRqPoNmL.abc",
            "tokens/9f86d081884c7d65",
            "/kQ9zXwVyTs2RqPoNmLkJ8aB3g==",
            "abcdefghijklmnopqrstuvwxyz.txt",
        ] {
            assert_eq!(message(path), "There is no such file as what was given", "{path}");
        }
        assert_eq!(message("a\u{1b}[31m/b.txt"), "There is no such file as what was given");
        assert_eq!(message("a\u{200b}b/c.txt"), "There is no such file: a⟨U+200B⟩b/c.txt");
    }

    #[test]
    fn a_directory_is_said_to_be_one() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().to_str().unwrap();
        for stopped in [source(path).err(), sources(&[path.to_owned()]).err()] {
            let Some(Stop::Failure(failure)) = stopped else {
                panic!("{stopped:?}");
            };
            assert_eq!(failure.message, format!("{path} is a directory"));
        }
    }

    fn given(text: &str) -> Vec<(String, Vec<String>)> {
        let given = found_in(Secret::new(text)).unwrap_or_else(|stop| panic!("{text}: {stop:?}"));
        let codes = |one: &Given| one.notes.iter().map(|note| note.code.clone()).collect();
        let each = given.iter().map(|one| (one.token.expose().to_owned(), codes(one)));
        each.collect()
    }

    #[test]
    fn what_surrounds_a_token_is_no_part_of_it_and_what_is_glued_to_it_is_told() {
        let token = seeds::RENEWED_ACCESS_TOKEN;
        for (before, after) in [
            ("", ""),
            ("", ","),
            ("", ";x"),
            ("", "."),
            ("", "\u{200b}"),
            ("\"", "\","),
            ("(", ")."),
            ("[", "]"),
        ] {
            let text = format!("{before}{token}{after}");
            assert_eq!(given(&text), [(token.to_owned(), vec![])], "{text}");
        }
        for text in [format!("AAAA{token}"), format!("{token}.xyz")] {
            assert_eq!(given(&text), [(token.to_owned(), vec!["glued".to_owned()])], "{text}");
        }
    }

    #[test]
    fn a_json_token_that_lost_a_member_is_one_all_the_same() {
        for text in [
            r#"{"payload":null,"protected":"eyJhbGciOiJFUzI1NiJ9","signature":"DtEhU3lj"}"#,
            r#"{"protected":"eyJhbGciOiJFUzI1NiJ9","payload":"eyJzdWIiOiJqb2UifQ","signature":"DtEhU3"#,
        ] {
            assert_eq!(given(text), [(text.to_owned(), vec![])]);
        }
        let one = r#"{"payload":"eyJzdWIiOiJqb2UifQ","protected":"eyJhbGciOiJFUzI1NiJ9","signature":"DtEhU3lj"}"#;
        let two = one.replace("DtEh", "EtEh");
        assert_eq!(given(&format!("{one} {two}")).len(), 2);
    }

    #[test]
    fn nothing_is_no_token() {
        for text in ["", " ", "\n", "\",\"", "\u{feff}"] {
            let Err(Stop::Failure(failure)) = found_in(Secret::new(text)) else {
                panic!("{text:?} is nothing");
            };
            assert_eq!(failure.message, "There is no token in it", "{text:?}");
        }
    }

    #[test]
    fn two_tokens_on_two_lines_are_two_and_words_are_none() {
        let two = Secret::new(format!("{}\n{}", seeds::ID_TOKEN, seeds::RENEWED_ACCESS_TOKEN));
        assert_eq!(found_in(two).unwrap().len(), 2);
        assert_eq!(found_in(Secret::new("opaque")).unwrap().len(), 1);
        let Err(Stop::Failure(failure)) = found_in(Secret::new("there is nothing here")) else {
            panic!("these are words");
        };
        assert_eq!(failure.message, "There is no token in it");
        // RFC 7797 §4.2: the payload is the text itself.
        let unencoded = "eyJhbGciOiJIUzI1NiIsImI2NCI6ZmFsc2UsImNyaXQiOlsiYjY0Il19.a text.c2ln";
        let found = found_in(Secret::new(unencoded)).unwrap();
        assert_eq!((found.len(), found[0].token.expose()), (1, unencoded));
    }

    #[test]
    fn what_may_be_a_token_is_not_repeated() {
        let Err(Stop::Failure(failure)) = sources(&[seeds::ID_TOKEN.to_owned()]) else {
            panic!("there is no such file");
        };
        assert!(failure.message.contains("no such file") && !failure.message.contains("ey"));
    }
}
