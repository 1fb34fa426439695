//! What is found in texts as people have them.

mod properties;
mod table;

use super::{Found, find};
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
