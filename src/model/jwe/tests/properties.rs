//! Whatever comes, nothing panics, and nothing opens that was changed.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proptest::prelude::*;
use serde_json::json;

use super::super::algorithm::ContentEncryption;
use super::super::{DecryptionKey, decrypt};
use super::{JWCRYPTO, RSA_PEM, keys_of, parse, text_key, vectors};
use crate::model::keys::SecretForm;

fn every_key() -> Vec<DecryptionKey> {
    let mut keys: Vec<_> = vectors(JWCRYPTO).iter().flat_map(keys_of).collect();
    keys.extend(parse(RSA_PEM));
    keys
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_token_with_one_flipped_bit_never_opens(which in 0_usize..36, part in 0_usize..5, at: usize, bit in 0_u8..8) {
        let vector = vectors(JWCRYPTO).swap_remove(which);
        let token = vector["tokens"][0].as_str().unwrap();
        let mut parts: Vec<String> = token.split('.').map(str::to_owned).collect();
        let mut bytes = URL_SAFE_NO_PAD.decode(&parts[part]).unwrap();
        // Only dir and ECDH-ES have an empty part: the encrypted key.
        prop_assume!(!bytes.is_empty());
        let at = at % bytes.len();
        bytes[at] ^= 1 << bit;
        parts[part] = URL_SAFE_NO_PAD.encode(bytes);
        prop_assert!(decrypt(&parts.join("."), &keys_of(&vector)).is_err());
    }

    #[test]
    fn any_text_is_refused_without_a_panic(
        text in "\\PC{0,80}",
        parts in proptest::collection::vec("[A-Za-z0-9_-]{0,40}", 5),
        json in r#"\{("(ciphertext|protected|recipients|header|iv|tag|aad|encrypted_key)":("[A-Za-z0-9_-]{0,9}"|\[\]|\{\}|1),){0,6}"ciphertext":""\}"#,
    ) {
        let keys = text_key("secret");
        prop_assert!(decrypt(&text, &keys).is_err());
        prop_assert!(decrypt(&parts.join("."), &keys).is_err());
        prop_assert!(decrypt(&json, &keys).is_err());
    }

    #[test]
    fn any_header_is_refused_without_a_panic(
        alg in "RSA1_5|RSA-OAEP|A128KW|A192GCMKW|dir|ECDH-ES|ECDH-ES\\+A192KW|PBES2-HS256\\+A128KW|x",
        enc in "A128CBC-HS256|A192CBC-HS384|A256CBC-HS512|A128GCM|A192GCM|A256GCM",
        crv in "P-256|P-384|P-521|X25519",
        x in proptest::collection::vec(any::<u8>(), 0..70),
        rounds in 0_u32..50,
        key in proptest::collection::vec(any::<u8>(), 0..80),
        cipher in proptest::collection::vec(any::<u8>(), 0..80),
    ) {
        let enc_kind = ContentEncryption::find(&enc).unwrap();
        let x = URL_SAFE_NO_PAD.encode(x);
        let kty = if crv == "X25519" { "OKP" } else { "EC" };
        let header = json!({
            "alg": alg, "enc": enc, "p2s": x, "p2c": rounds, "apu": x, "iv": "AAAAAAAAAAAAAAAA",
            "tag": "AAAAAAAAAAAAAAAAAAAAAA", "epk": {"kty": kty, "crv": crv, "x": x, "y": x},
        });
        let parts = [header.to_string().into_bytes(), key, vec![0; enc_kind.iv_len()], cipher, vec![0; enc_kind.tag_len()]];
        let token = parts.map(|part| URL_SAFE_NO_PAD.encode(part)).join(".");
        prop_assert!(decrypt(&token, &every_key()).is_err());
    }

    #[test]
    fn any_key_text_is_read_without_a_panic_and_never_quoted(
        text in "\\PC{0,60}",
        kty in "RSA|EC|OKP|oct",
        crv in "P-256|P-384|P-521|X25519|Ed25519",
        values in proptest::collection::vec("[A-Za-z0-9_-]{0,90}", 10),
    ) {
        if let Err(error) = DecryptionKey::parse(&text.as_str().into()) {
            prop_assert!(text.trim().len() < 12 || !error.contains(text.trim()));
        }
        for form in [SecretForm::Auto, SecretForm::Text, SecretForm::Base64, SecretForm::Hex] {
            let _ = DecryptionKey::from_secret(&text.as_str().into(), form);
        }
        let mut jwk = json!({"kty": kty, "crv": crv});
        for (name, value) in ["n", "e", "d", "p", "q", "dp", "dq", "qi", "x", "y"].iter().zip(&values) {
            jwk[*name] = value.as_str().into();
        }
        let _ = DecryptionKey::parse(&jwk.to_string().into());
    }
}
