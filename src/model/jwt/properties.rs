//! What holds for any token, whatever state it is in.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proptest::prelude::*;

use super::*;
use crate::model::seeds;

fn encode(text: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(text)
}

proptest! {
    #[test]
    fn any_text_decodes(token in ".*") {
        let _ = decode(&token);
    }

    #[test]
    fn a_cut_token_keeps_what_stood_before_the_cut(cut in 0_usize..600) {
        let token = &seeds::ID_TOKEN[..cut];
        let whole = decode(seeds::ID_TOKEN);
        let decoded = decode(token);
        prop_assert!(whole.payload.members.starts_with(&decoded.payload.members));
    }

    #[test]
    fn a_clean_token_gives_back_its_claims(claims in proptest::collection::hash_map("[a-z]{1,8}", any::<i64>(), 0..8)) {
        let json = serde_json::to_string(&claims).unwrap();
        let token = format!("{}.{}.", URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#), URL_SAFE_NO_PAD.encode(&json));
        let decoded = decode(&token);
        prop_assert_eq!(decoded.form, Form::Jws);
        prop_assert_eq!(decoded.payload.text.as_deref(), Some(json.as_str()));
        for (name, value) in claims {
            prop_assert_eq!(decoded.payload.get(&name), Some(value.into()));
        }
    }

    #[test]
    fn any_bytes_in_a_part_are_decoded(header in any::<Vec<u8>>(), payload in any::<Vec<u8>>(), ending in "[.a-z]{0,6}") {
        let decoded = decode(&format!("ey{}.{}{ending}", encode(header), encode(&payload)));
        let _ = format!("{decoded:?}");
        let decoded = decode(&format!("{}.{}.c2ln", encode(r#"{"alg":"HS256"}"#), encode(&payload)));
        // Nothing is lost: the text, or the bytes where it is none.
        let bytes = decoded.payload.bytes.clone().map_or_else(|| decoded.payload.text.clone().unwrap().into_bytes(), Vec::from);
        prop_assert_eq!(bytes, payload);
    }

    #[test]
    fn a_flipped_byte_leaves_most_of_a_token(at in 0_usize..400, byte in 0x21_u8..0x7f) {
        let mut bytes = seeds::ID_TOKEN.as_bytes().to_vec();
        bytes[at] = byte;
        let decoded = decode(std::str::from_utf8(&bytes).unwrap());
        prop_assert!(decoded.payload.members.len() >= 10 || byte == b'.' || at <= seeds::ID_TOKEN.find('.').unwrap() + 1,
            "{:?}", decoded.payload.members);
    }

    #[test]
    fn a_lost_character_leaves_most_of_a_token(at in 90_usize..400) {
        let mut token = seeds::ID_TOKEN.to_owned();
        token.remove(at);
        prop_assert!(decode(&token).payload.members.len() >= 9);
    }

    #[test]
    fn any_json_serialization_is_decoded(text in r#"\{("payload"|"protected"|"signatures"|"ciphertext"|"header"|:|,|\[|\]|\{|\}|"e30"|1)*"#) {
        let _ = decode(&text);
    }

    #[test]
    fn a_clean_token_encodes_to_itself(name in "[a-z]{1,5}", text in any::<String>(), signature in any::<[u8; 8]>()) {
        let claims = serde_json::json!({ name: text }).to_string();
        let token = format!("{}.{}.{}", encode(r#"{"alg":"HS256"}"#), encode(claims), encode(signature));
        let decoded = decode(&token);
        let again = format!(
            "{}.{}.{}",
            encode(decoded.header.text.unwrap()),
            encode(decoded.payload.text.unwrap()),
            encode(signature)
        );
        prop_assert_eq!(again, token);
    }
}
