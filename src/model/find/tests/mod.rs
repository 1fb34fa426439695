//! What is found in texts as people have them.

mod properties;
mod table;

use super::{Found, find, is_mending};
use crate::model::seeds;

/// RFC 7519 §3.1: its header and payload hold line breaks.
const RFC_JWT: &str = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
/// RFC 7516 §A.3.
const RFC_JWE: &str = "eyJhbGciOiJBMTI4S1ciLCJlbmMiOiJBMTI4Q0JDLUhTMjU2In0.6KB707dM9YTIgHtLvtgWQ8mKwboJW3of9locizkDTHzBC2IlrT1oOQ.AxY8DCtDaGlsbGljb3RoZQ.KDlTtXchhZTGufMYmOYGS4HffxPSUrfmqCHXaI9wOGY.U0m_YmjN04DJvceFICbCVQ";
/// RFC 7519 §6.1.
const UNSIGNED: &str = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.";

fn tokens(found: &[Found]) -> Vec<&str> {
    found.iter().map(|one| one.token.expose()).collect()
}

fn codes(found: &Found) -> Vec<&str> {
    found.notes.iter().map(|note| note.code.as_str()).collect()
}

/// Broken into lines of `width`, each behind `prefix`.
fn wrapped(text: &str, width: usize, prefix: &str, line_break: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let lines: Vec<String> = letters.chunks(width).map(|line| line.iter().collect()).collect();
    format!("{prefix}{}", lines.join(&format!("{line_break}{prefix}")))
}

#[test]
fn a_token_that_stands_twice_is_listed_once_with_both_places() {
    let text = format!("Authorization: Bearer {RFC_JWT}\n\n{{\"id_token\":\"{RFC_JWT}\",\"x\":\"{UNSIGNED}\"}}");
    let found = find(&text);
    assert_eq!(tokens(&found), [RFC_JWT, UNSIGNED]);
    assert_eq!(found[0].places, ["Authorization: Bearer", "id_token in JSON"]);
    assert_eq!(&text[found[0].range.clone()], RFC_JWT);
    assert_eq!(found[0].range.start, 22);
}

#[test]
fn a_line_break_in_a_mail_is_taken_out_and_told() {
    for width in [40, 64, 72, 76, 80, 132] {
        for (prefix, line_break) in [
            ("", "\n"),
            ("> ", "\r\n"),
            ("    ", "\n"),
            (">> ", "\n"),
            ("", "=\r\n"),
            ("", " \\\n"),
        ] {
            for token in [
                RFC_JWT,
                RFC_JWE,
                seeds::ID_TOKEN,
                seeds::DAMAGED_ACCESS_TOKEN,
                seeds::RENEWED_ACCESS_TOKEN,
            ] {
                let body = wrapped(token, width, prefix, line_break);
                let text = format!("Dear all,\nthis is it:\n\n{body}\n\nThanks\nJoe\n");
                let found = find(&text);
                assert_eq!(tokens(&found), [token], "{width} {prefix:?} {line_break:?}");
                if token.len() > width {
                    assert_eq!(codes(&found[0])[0], "line_breaks");
                }
            }
        }
    }
}

#[test]
fn a_name_below_a_whole_token_is_no_piece_of_it() {
    for below in [
        "Thanks",
        "Regards,",
        "-- ",
        "Expires: never",
        "x9",
        "https://example.com/a1.b2",
        "abcdefghijklmnop1",
    ] {
        let text = format!("{RFC_JWT}\n{below}\n");
        assert_eq!(tokens(&find(&text)), [RFC_JWT], "{below}");
    }
}

#[test]
fn a_stray_character_does_not_cut_a_token_in_two() {
    for stray in ['*', '!', '…', 'é', '%', '$', '^'] {
        for at in [10, 39, 60, 100, RFC_JWT.len() - 20] {
            let mut damaged = RFC_JWT.to_owned();
            damaged.insert(at, stray);
            let text = format!("see {damaged} there");
            assert_eq!(tokens(&find(&text)), [damaged.as_str()], "{stray} at {at}");
        }
    }
    for stray in [',', ';', ':', '|'] {
        let mut damaged = RFC_JWT.to_owned();
        damaged.insert(20, stray);
        assert_eq!(tokens(&find(&damaged)), [damaged.as_str()], "{stray}");
    }
}

#[test]
fn two_tokens_side_by_side_stay_two() {
    for between in [
        " ",
        "\n",
        ",",
        ", ",
        ";",
        "|",
        "\t",
        "\r\n",
        "/",
        "+",
        "&",
        "\" \"",
        "~",
        ":",
        "",
        "\",\n  \"",
        "%20",
        "*",
    ] {
        let text = format!("{RFC_JWT}{between}{}", seeds::ID_TOKEN);
        assert_eq!(tokens(&find(&text)), [RFC_JWT, seeds::ID_TOKEN], "{between:?}");
    }
}

#[test]
fn pieces_of_a_cookie_are_put_together() {
    let (a, b) = RFC_JWE.split_at(80);
    let (b, c) = b.split_at(80);
    let name = "__Secure-next-auth.session-token";
    for text in [
        format!("Cookie: x=1; {name}.0={a}; {name}.1={b}; {name}.2={c}; y=2"),
        format!(
            "Set-Cookie: {name}.1={b}; Path=/\r\nSet-Cookie: {name}.0={a}; Path=/\r\nSet-Cookie: {name}.2={c}; Path=/"
        ),
    ] {
        let found = find(&text);
        assert_eq!(tokens(&found), [RFC_JWE]);
        assert_eq!(codes(&found[0]), ["chunked_cookie"]);
        assert!(
            found[0].places[0].starts_with("cookie __Secure-next-auth"),
            "{:?}",
            found[0].places
        );
    }
}

#[test]
fn a_sentence_holds_no_token() {
    for text in [
        "",
        " \n ",
        "The quick brown fox jumps over the lazy dog.",
        "Send the access_token as Bearer token; the refresh_token: keep it secret.",
        "The bearer of this letter is eyes.wide.shut and ewok.example.com",
        "A JWT starts with eyJ and has three parts: header.payload.signature",
        "WWW-Authenticate: Bearer realm=\"example\", error=\"invalid_token\"",
        "grant_type=refresh_token&scope=openid profile",
        "{\"token_type\": \"Bearer\", \"expires_in\": 3600, \"refresh_token\": null}",
        "Use Authorization: Bearer <token> or Authorization: Bearer $TOKEN here",
        "{ \"payload\": {\"a\": 1}, \"signature\": \"sha256=abc\" }",
    ] {
        assert_eq!(tokens(&find(text)), Vec::<&str>::new(), "{text}");
    }
}

#[test]
fn a_text_without_white_space_is_a_token_itself() {
    let found = find("  \"2YotnFZFEjr1zCsicMWpAA\",\n");
    assert_eq!(tokens(&found), ["2YotnFZFEjr1zCsicMWpAA"]);
    assert_eq!(
        (found[0].range.clone(), found[0].places[0].as_str()),
        (3..25, "the whole text")
    );
    assert_eq!(tokens(&find("x\u{200b}y%2E")), ["xy%2E"]);
}

#[test]
fn a_long_text_of_anything_is_gone_through_once() {
    const LEN: usize = 250_000;
    let many = |piece: &str| piece.repeat(LEN / piece.len());
    let mut big: Vec<String> = [
        "eyJ",
        "eyJ+",
        "eyJ ",
        "eyJ\n",
        "eyJhbGciOiJub25lIn0.",
        "eyJhbGciOiJIUzI1NiJ9.",
        "eyJhbGciOiJub25lIn0*",
        "eyJhbGciOiJub25lIn0\n",
        "eyJhbGciOiJub25lIn0 a.b",
        "eyJhbGciOiJub25lIn0.e30. ",
        "v4.x.",
        "v4.public.",
        "ghp_ ",
        ".",
        "=",
        "{",
        "{\"",
        "{\"payload\":",
        "%25",
        "\\",
        "&#",
        "a.0=",
        "access_token=",
        "access_token:\"",
        "Bearer ",
        "Authorization: Bearer a\n",
        "\u{200b}",
        "x\u{200b}",
        "\"+\"",
        "é",
        "e\n",
        "ey=\n",
        "eyJ\nhbGciOiJIUzI1NiJ9",
        "e\nyJhbGciOiJIUzI1NiJ9.",
        "eyJhbGciOiJub25lIn0.e30.x ",
        "a.eyJhbGciOiJub25lIn0.e30. ",
        "=s:eyJhbGciOiJub25lIn0.e30.",
    ]
    .into_iter()
    .map(many)
    .collect();
    for rest in [".", " ", "\n", "\u{200b}", "=", "\"\n", "+", "*"] {
        big.push(format!("eyJhbGciOiJub25lIn0.{}", many(rest)));
    }
    for text in big {
        // That it comes back is what matters: quadratic work would take minutes.
        let found = find(&text);
        assert!(found.iter().all(|one| text.get(one.range.clone()).is_some()));
    }
}

#[test]
fn what_was_written_for_another_program_is_put_together() {
    let (header, payload) = ("eyJhbGciOiJIUzI1NiJ9", "eyJzdWIiOiJqb2UiLCJuYW1lIjoiSm9lIn0");
    let signature = "c2lnbmF0dXJlc2lnbmF0dXJlc2lnbmF0dXJlc2lnbmF";
    let token = format!("{header}.{payload}.{signature}");
    let powershell = format!("{header}.`\n{payload}.`\n{signature}");
    let wide: String = token.chars().flat_map(|ch| [ch, '\0']).collect();
    for text in [powershell, wide] {
        let found = find(&text);
        assert_eq!(found.len(), 1, "{text:?}");
        assert_eq!(found[0].token.expose(), token);
        assert!(!found[0].notes.is_empty());
    }
    // A list that NULs divide is not one token.
    assert_eq!(find(&format!("A={token}\0B=x")).first().unwrap().token.expose(), token);
}

#[test]
fn a_short_header_that_is_no_object_belongs_to_its_token() {
    let found = find("see WzFd.eyJzdWIiOiJqb2UifQ.c2ln there");
    assert_eq!(found[0].token.expose(), "WzFd.eyJzdWIiOiJqb2UifQ.c2ln");
}

#[test]
fn dots_at_the_end_go_with_what_cannot_be_seen_between_them() {
    let token = "pypi-Ly9lMS1kZXYubG9jYWwvaWQiLCJhGUiOiJ.ren=";
    for (before, after) in [("", ".\u{200b}..."), ("", "..."), ("Bearer ", ".\u{200b}.")] {
        let text = format!("{before}{token}{after}");
        let found = find(&text);
        assert_eq!(tokens(&found), [token], "{text}");
        assert_eq!(&text[found[0].range.clone()], token, "{text}");
    }
}

#[test]
fn a_mails_soft_line_break_may_stand_right_behind_a_dot() {
    for token in [RFC_JWT, seeds::RENEWED_ACCESS_TOKEN] {
        let dots: Vec<usize> = token.match_indices('.').map(|(at, _)| at + 1).collect();
        for line_break in ["=\n", "=\r\n", "= \n", "=\n> "] {
            for dot in &dots {
                let (line, rest) = token.split_at(*dot);
                let text = format!("see {line}{line_break}{rest}\n\nJoe\n");
                let found = find(&text);
                assert_eq!(tokens(&found), [token], "{text}");
                assert_eq!(codes(&found[0]), ["line_breaks"]);
            }
        }
    }
    // As padding it would be odd, and it is no line's end.
    let found = find("see eyJhbGciOiJub25lIn0.=eyJpc3MiOiJqb2UifQ. there");
    assert_ne!(tokens(&found), ["eyJhbGciOiJub25lIn0.eyJpc3MiOiJqb2UifQ."]);
}

#[test]
fn the_first_letters_of_a_token_may_stand_alone_at_the_end_of_a_line() {
    for token in [RFC_JWT, RFC_JWE, seeds::ID_TOKEN, seeds::RENEWED_ACCESS_TOKEN] {
        for first in 1..=3 {
            for (prefix, line_break) in [("", "\n"), ("> ", "\r\n"), ("    ", "\n"), ("", "=\r\n"), ("", " \\\n")] {
                for width in [40, 76] {
                    let filled = "x".repeat(width - first - 1);
                    let body = wrapped(&format!("{filled} {token}"), width, prefix, line_break);
                    let found = find(&format!("Dear all,\n\n{body}\n\nThanks\nJoe\n"));
                    assert_eq!(tokens(&found), [token], "{first} {prefix:?} {line_break:?} {width}");
                    assert_eq!(codes(&found[0])[0], "line_breaks");
                }
            }
        }
    }
    for text in [
        "A JWT begins with eyJ\nhttps://example.com/a1b2c3d4e5f6g7h8i9 says why",
        "the letter e\nyJust as it is",
        "eyes, ewes and e\nvery other thing",
    ] {
        assert_eq!(tokens(&find(text)), Vec::<&str>::new(), "{text}");
    }
}

fn notes(found: &Found) -> Vec<(&str, usize, &str)> {
    let each = found.notes.iter();
    each.map(|note| (note.code.as_str(), note.offset.unwrap(), note.message.as_str()))
        .collect()
}

#[test]
fn what_surrounds_a_token_is_left_out_without_a_word() {
    for (before, after) in [
        ("", ","),
        ("", ";x"),
        ("", "."),
        ("", "...\n"),
        ("\"", "\","),
        ("(", ")"),
        ("<", ">"),
        ("“", "”."),
        ("[", "]"),
        ("x=", "&y=1"),
        ("https://example.com/", "/x"),
        ("Bearer", ""),
        ("Cookie: a=s%3A", ".c2lnbmF0dXJl"),
        ("", seeds::ID_TOKEN),
    ] {
        let text = format!("{before}{RFC_JWT}{after}");
        let found = find(&text);
        assert_eq!(found[0].token.expose(), RFC_JWT, "{text}");
        assert_eq!(
            found[0].notes.iter().filter(|note| note.code == "glued").count(),
            0,
            "{text}"
        );
    }
}

#[test]
fn letters_that_are_glued_to_a_token_are_told() {
    const BEFORE: &str = "4 characters that stand right before it were left out";
    const BEHIND: &str = "4 characters that stand right behind it were left out";
    let len = RFC_JWT.len();
    for (before, after, told) in [
        ("AAAA", "", vec![("glued", 0, BEFORE)]),
        ("see abc.", " there", vec![("glued", 0, BEFORE)]),
        ("", ".xyz", vec![("glued", len, BEHIND)]),
        ("", ".xyz. It has", vec![("glued", len, BEHIND)]),
        ("AAAA", ".xyz", vec![("glued", 0, BEFORE), ("glued", len, BEHIND)]),
        (
            "(x",
            ")",
            vec![("glued", 0, "1 character that stands right before it was left out")],
        ),
    ] {
        let text = format!("{before}{RFC_JWT}{after}");
        let found = find(&text);
        assert_eq!(tokens(&found), [RFC_JWT], "{text}");
        assert_eq!(notes(&found[0]), told, "{text}");
        assert!(found[0].notes.iter().all(is_mending));
    }
    // Another token is not glued to it, and neither is a dot between the two.
    let text = format!("{RFC_JWT}.{}", seeds::ID_TOKEN);
    let found = find(&text);
    assert_eq!(tokens(&found), [RFC_JWT, seeds::ID_TOKEN]);
    assert!(found.iter().all(|one| one.notes.is_empty()), "{found:?}");
}

#[test]
fn a_header_behind_a_byte_order_mark_is_kept_whole() {
    let token = format!("77u_{}", seeds::RENEWED_ACCESS_TOKEN);
    for text in [token.clone(), format!("Bearer {token}")] {
        let found = find(&text);
        assert_eq!(tokens(&found), [token.as_str()]);
        assert_eq!(notes(&found[0]), []);
    }
}

#[test]
fn a_note_says_at_which_byte_its_first_is_and_whether_the_token_was_mended() {
    let (a, b) = RFC_JWT.split_at(60);
    let (b, c) = b.split_at(20);
    let at = 60;
    for (first, second, told) in [
        ("\n", "\r\n", vec![("line_breaks", at, false)]),
        (" ", "", vec![("white_space", at, true)]),
        ("\u{a0}", "", vec![("white_space", at, true)]),
        ("\u{200b}", "\u{ad}", vec![("invisible_characters", at, true)]),
        ("<wbr>", "\u{1b}[1m", vec![("invisible_characters", at, true)]),
        ("", "\u{200b}", vec![("invisible_characters", at + 20, true)]),
        ("\"\n + \"", "", vec![("quoted_pieces", at, false)]),
        (
            "\n",
            "\u{200b}",
            vec![("line_breaks", at, false), ("invisible_characters", at + 21, true)],
        ),
    ] {
        let text = format!("è {a}{first}{b}{second}{c}\n");
        let found = find(&text);
        assert_eq!(tokens(&found), [RFC_JWT], "{text}");
        let notes = found[0].notes.iter();
        let notes: Vec<_> = notes
            .map(|note| (note.code.as_str(), note.offset.unwrap(), is_mending(note)))
            .collect();
        assert_eq!(notes, told, "{text}");
    }
    for (dot, code) in [
        ("%2E", "percent_encoded"),
        ("&#46;", "html_escaped"),
        (r"\.", "backslashes"),
    ] {
        let found = find(&RFC_JWT.replace('.', dot));
        let note = &found[0].notes[0];
        assert_eq!((note.code.as_str(), note.offset), (code, RFC_JWT.find('.')));
        assert!(!is_mending(note));
    }
    let wide: String = RFC_JWT.chars().flat_map(|ch| [ch, '\0']).collect();
    let note = &find(&wide)[0].notes[0];
    assert_eq!(
        (note.code.as_str(), note.offset, is_mending(note)),
        ("utf_16", Some(1), false)
    );
    let found = find(" \"opa\u{200b}que1\"");
    assert_eq!(notes(&found[0])[0].1, 3);
}
