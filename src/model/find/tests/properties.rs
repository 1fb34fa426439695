//! What holds for every text.

use proptest::prelude::*;

use super::super::find;
use super::{RFC_JWE, RFC_JWT, UNSIGNED, tokens, wrapped};
use crate::model::seeds;

fn any_token() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        RFC_JWT,
        RFC_JWE,
        UNSIGNED,
        seeds::ID_TOKEN,
        seeds::RENEWED_ACCESS_TOKEN,
    ])
}

fn percent(text: &str) -> String {
    text.bytes().fold(String::new(), |text, b| format!("{text}%{b:02X}"))
}

/// One of the ways in which a token comes.
fn wrap(token: &str, way: usize) -> String {
    let json = serde_json::json!({ "access_token": token }).to_string();
    match way {
        0 => token.to_owned(),
        1 => format!("Authorization: Bearer {token}"),
        2 => format!("“{token}”,"),
        3 => format!("`{token}`"),
        4 => json,
        5 => serde_json::json!({ "body": json }).to_string(),
        6 => format!("https://example.com/cb?code=1&id_token={token}&state=x"),
        7 => format!("https://example.com/cb#id_token={}", token.replace('.', "%2E")),
        8 => percent(&percent(token)),
        9 => format!("Cookie: a=b; session={token}; c=d"),
        10 => format!("curl -H 'Authorization: Bearer {token}' https://example.com"),
        11 => format!("<input name=\"id_token\" value=\"{}\">", token.replace('.', "&#46;")),
        12 => token.replace('.', "\u{200b}.\u{200b}"),
        13 => wrapped(token, 64, "", "\n"),
        14 => wrapped(token, 76, "> ", "\r\n"),
        15 => token.replace('_', "\\_").replace('-', "\\-").replace('.', "\\."),
        _ => format!("'{token}'"),
    }
}

proptest! {
    #[test]
    fn whatever_is_found_lies_in_the_text(text in ".{0,300}") {
        for one in find(&text) {
            prop_assert!(text.get(one.range.clone()).is_some());
            prop_assert!(!one.token.is_empty() && !one.places.is_empty());
        }
    }

    #[test]
    fn texts_made_of_pieces_of_tokens_are_gone_through(
        pieces in prop::collection::vec(prop::sample::select(vec![
            "eyJ", "eyJhbGciOiJIUzI1NiJ9", "eyJhbGciOiJub25lIn0", ".", "..", "=", "%2E", "%25", "\\", "\\\"", "\"", "\n", "\r\n",
            " ", "> ", "\u{200b}", "é", "{", "}", "[", "]", ":", ",", "payload", "\"signature\"", "access_token", "Bearer ",
            "&#46;", "&", "<wbr>", "=\n", "e\n", "yJhbGciOiJIUzI1NiJ9", "77u_", "AAAA", "\"protected\":\"", "+", "/", "~", ".0=", ".1=", "cookie", "v4.public.", "A1b2C3d4E5f6G7h8", "\u{1b}[0m", "😀",
        ]), 0..60),
    ) {
        let text = pieces.concat();
        let mut last = 0;
        for one in find(&text) {
            prop_assert!(text.get(one.range.clone()).is_some());
            prop_assert!(one.range.start >= last);
            last = one.range.start;
            for note in &one.notes {
                let at = one.range.start + note.offset.unwrap();
                prop_assert!(at <= one.range.end && text.is_char_boundary(at), "{note:?}");
            }
        }
    }

    #[test]
    fn a_token_is_found_in_any_surroundings(
        token in any_token(),
        way in 0_usize..17,
        before in "([a-zäöü{},;:!?()<>&#@%$\"' ]{0,12}\n){0,3}",
        after in "(\n[a-zäöü{},;:!?()<>&#@%$\"' ]{0,12}){0,3}",
    ) {
        let text = format!("{before}\n{}\n\n{after}", wrap(token, way));
        let found = find(&text);
        prop_assert_eq!(tokens(&found), [token], "{}", text);
    }
}
