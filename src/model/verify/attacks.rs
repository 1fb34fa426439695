//! Forged tokens: each way that is known is caught, and named.

use aws_lc_rs::signature::Ed25519KeyPair;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use proptest::prelude::*;
use serde_json::json;

use super::tests::*;
use super::*;
use crate::model::keys::signing::SigningKey;

const ROCA: &str = include_str!("../../../tests/keys/rsa-roca.jwk.json");

/// A token with a signature of three bytes.
pub(super) fn token_of(alg: &str) -> String {
    let header = URL_SAFE_NO_PAD.encode(format!(r#"{{"alg":"{alg}"}}"#));
    format!("{header}.e30.AAAA")
}

#[test]
fn a_signature_that_fits_a_key_that_anybody_has_is_not_valid() {
    let roca = signing(ROCA).with_kid("r");
    let token = signed(&roca, SigningAlgorithm::RS256, &[("kid", "r".into())]);
    let verdict = with(&token, &keys(published(&json!([roca.registration_jwk().unwrap()]))));
    assert_eq!(verdict.status, SignatureStatus::Unverified);
    let reason = &verdict.reason;
    assert!(
        reason.contains("ROCA") && reason.ends_with("the signature fits it, and that proves nothing"),
        "{reason}"
    );
    let one = public(RSA, &json!({"kid": "a", "e": "AQ"}));
    let verdict = judged(Some("a"), published(&json!([one])));
    assert_eq!(verdict.status, SignatureStatus::Unverified);
    assert!(verdict.reason.contains("public exponent 1"), "{}", verdict.reason);
    let off = public(EC, &json!({"kid": "a", "y": URL_SAFE_NO_PAD.encode([7; 32])}));
    let token = signed(&signing(EC), SigningAlgorithm::ES256, &[("kid", "a".into())]);
    let verdict = with(&token, &keys(published(&json!([off]))));
    assert_eq!(verdict.status, SignatureStatus::Unverified);
    assert!(verdict.reason.contains("no point on P-256"), "{}", verdict.reason);
}

#[test]
fn a_signature_that_fits_a_point_of_low_order_proves_nothing() {
    // R is the neutral point and S is 0: that fits some messages, and nobody made it.
    let low = json!({"kty": "OKP", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode([0_u8; 32])});
    let material = keys(published(&json!([low])));
    let mut signature = [0; 64];
    signature[0] = 1;
    let fitting = (0..64).filter(|i| {
        let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"EdDSA"}"#);
        let payload = URL_SAFE_NO_PAD.encode(format!(r#"{{"n":{i}}}"#));
        let token = format!("{header}.{payload}.{}", URL_SAFE_NO_PAD.encode(signature));
        let verdict = with(&token, &material);
        let is_fitting = verdict.reason.contains("fits it, and that proves nothing");
        let status = if is_fitting {
            SignatureStatus::Unverified
        } else {
            SignatureStatus::Invalid
        };
        assert_eq!(verdict.status, status, "{}", verdict.reason);
        is_fitting
    });
    assert!(fitting.count() > 0);
}

#[test]
fn an_hmac_made_with_a_public_key_is_called_what_it_is() {
    let base64: String = RSA_PUBLIC.lines().filter(|line| !line.contains('-')).collect();
    let certificate = include_str!("../../../tests/keys/rsa-certificate.pem");
    let x5c: String = certificate.lines().filter(|line| !line.contains('-')).collect();
    let jwk = public(RSA, &json!({"kid": "a"}));
    let with_x5c = public(RSA, &json!({"kid": "a", "x5c": [x5c]}));
    let one_line = format!("-----BEGIN PUBLIC KEY-----\n{base64}\n-----END PUBLIC KEY-----\n");
    let attacks: [(&str, &serde_json::Value, Vec<u8>); 9] = [
        ("PEM", &jwk, RSA_PUBLIC.as_bytes().to_vec()),
        ("no last line end", &jwk, RSA_PUBLIC.trim_end().as_bytes().to_vec()),
        ("CRLF", &jwk, RSA_PUBLIC.replace('\n', "\r\n").into_bytes()),
        ("DER", &jwk, STANDARD.decode(&base64).unwrap()),
        ("base64", &jwk, base64.clone().into_bytes()),
        ("JWK", &jwk, jwk.to_string().into_bytes()),
        ("one line", &jwk, one_line.into_bytes()),
        ("x5c", &with_x5c, x5c.clone().into_bytes()),
        ("certificate", &with_x5c, certificate.as_bytes().to_vec()),
    ];
    for (name, jwk, forged_with) in attacks {
        let input = format!("{}.e30", URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256","kid":"a"}"#));
        let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, &forged_with);
        let tag = aws_lc_rs::hmac::sign(&key, input.as_bytes());
        let token = format!("{input}.{}", URL_SAFE_NO_PAD.encode(tag));
        let material = keys(published(&json!([jwk])));
        let verdict = with(&token, &material);
        assert_eq!(verdict.status, SignatureStatus::Invalid, "{name}: {}", verdict.reason);
        let reason = &verdict.reason;
        assert!(
            reason.contains("Algorithm confusion") && reason.contains("RFC 8725 §2.1"),
            "{reason}"
        );
        assert_eq!(codes(&verdict), ["algorithm_confusion"], "{name}");
        let quick = KeyMaterial {
            is_quick: true,
            ..material
        };
        assert_eq!(with(&token, &quick), verdict, "{name}: a stream gets the same verdict");
    }
    // Given as the secret, it fits, and is no secret.
    let key = SigningKey::from_secret(&RSA_PUBLIC.into()).unwrap();
    let verdict = with(&signed(&key, SigningAlgorithm::HS256, &[]), &secret(RSA_PUBLIC));
    assert_eq!(verdict.status, SignatureStatus::Invalid, "{}", verdict.reason);
}

#[test]
fn a_secret_that_everybody_knows_or_that_is_short_is_named() {
    let token = |text: &str| {
        let key = SigningKey::from_secret(&text.into()).unwrap();
        signed(&key, SigningAlgorithm::HS256, &[])
    };
    let verdict = with(&token("changeme"), &KeyMaterial::default());
    assert_eq!(
        (verdict.status, codes(&verdict)),
        (SignatureStatus::Unverified, vec!["known_secret"])
    );
    assert!(verdict.reason.contains("“changeme”"), "{}", verdict.reason);
    let quick = KeyMaterial {
        is_quick: true,
        ..KeyMaterial::default()
    };
    let in_a_stream = with(&token("changeme"), &quick);
    assert_eq!((in_a_stream.status, in_a_stream.findings.len()), (verdict.status, 0));
    let verdict = with(&token("your-256-bit-secret"), &secret("your-256-bit-secret"));
    assert_eq!(verdict.status, SignatureStatus::Valid);
    assert_eq!(codes(&verdict), ["known_secret", "short_secret"]);
    let own = "a secret of more than thirty-two bytes";
    let verdict = with(&token(own), &secret(own));
    assert_eq!((verdict.status, verdict.findings.len()), (SignatureStatus::Valid, 0));
    let verdict = with(&token(own), &secret("hunter2"));
    assert_eq!(verdict.status, SignatureStatus::Invalid);
    let said = serde_json::to_string(&verdict).unwrap();
    assert!(!said.contains("hunter2") && !said.contains(own), "{said}");
}

#[test]
fn a_key_that_the_token_brings_itself_proves_nothing() {
    let key = signing(EC);
    let jwk = key.public_jwk().unwrap();
    let header = [("jwk", jwk.clone()), ("jku", "https://x.example".into())];
    let token = signed(&key, SigningAlgorithm::ES256, &header);
    let verdict = with(&token, &keys(published(&json!([public(RSA, &json!({}))]))));
    assert_eq!(verdict.status, SignatureStatus::Unverified);
    assert_eq!(
        codes(&verdict),
        ["embedded_jwk", "embedded_jku", "signed_with_embedded_key"]
    );
    let says = "It is signed with the key that it brings itself: that proves nothing";
    assert!(verdict.reason.ends_with(says), "{}", verdict.reason);
    let verdict = with(&token, &keys(published(&json!([jwk]))));
    assert_eq!((verdict.status, codes(&verdict).len()), (SignatureStatus::Valid, 2));
    let certificate = include_str!("../../../tests/keys/ec-p256-certificate.pem");
    let der: String = certificate.lines().filter(|line| !line.contains('-')).collect();
    let header = [("x5c", json!([der])), ("x5u", "https://x.example".into())];
    let token = signed(&key, SigningAlgorithm::ES256, &header);
    let verdict = with(&token, &KeyMaterial::default());
    assert_eq!(
        codes(&verdict),
        ["embedded_x5c", "embedded_x5u", "signed_with_embedded_key"]
    );
}

#[test]
fn what_no_signature_can_be_is_invalid_without_any_key() {
    let half = [[0_u8; 32], [1; 32]].concat();
    let other = [[1_u8; 48], [0; 48]].concat();
    for (alg, signature, code) in [
        ("ES256", &[0; 64][..], "ecdsa_zero"),
        ("ES256K", &half, "ecdsa_zero"),
        ("ES384", &other, "ecdsa_zero"),
        ("ES256", &[0x30; 71], "ecdsa_length"),
        ("ES512", &[1; 128], "ecdsa_length"),
        ("RS256", &[], "no_signature"),
    ] {
        let token = token_of(alg).replace("AAAA", &URL_SAFE_NO_PAD.encode(signature));
        let verdict = with(&token, &KeyMaterial::default());
        assert_eq!(
            (verdict.status, codes(&verdict)),
            (SignatureStatus::Invalid, vec![code])
        );
    }
}

#[test]
fn none_in_any_spelling_is_no_signature() {
    for alg in ["none", "None", "nOnE", "NONE", " none"] {
        let verdict = with(&token_of(alg), &keys(KeySet::from_pem(RSA_PUBLIC)));
        assert_eq!(
            (verdict.status, codes(&verdict)),
            (SignatureStatus::None, vec!["none"]),
            "{alg}"
        );
    }
}

#[test]
fn crit_that_is_not_understood_makes_a_good_signature_invalid() {
    let key = signing(RSA);
    for (crit, more) in [(json!(["exp"]), ("exp", json!(1))), (json!([]), ("x", json!(1)))] {
        let token = signed(&key, SigningAlgorithm::RS256, &[("crit", crit), more]);
        let verdict = with(&token, &keys(KeySet::from_pem(RSA_PUBLIC)));
        assert_eq!(
            (verdict.status, codes(&verdict)),
            (SignatureStatus::Invalid, vec!["crit"])
        );
    }
}

#[test]
fn a_token_that_has_to_be_mended_is_never_valid() {
    let token = signed(&signing(RSA), SigningAlgorithm::RS256, &[]);
    let material = keys(KeySet::from_pem(RSA_PUBLIC));
    assert_eq!(with(&token, &material).status, SignatureStatus::Valid);
    let (input, signature) = token.rsplit_once('.').unwrap();
    for (name, mended) in [
        ("padding", format!("{token}==")),
        ("a space", format!(" {token}")),
        ("a line end", format!("{token}\n")),
        ("a line end inside", format!("{input}.\n{signature}")),
        ("another part", format!("{token}.")),
    ] {
        let verdict = with(&mended, &material);
        assert_ne!(verdict.status, SignatureStatus::Valid, "{name}: {}", verdict.reason);
    }
}

#[test]
fn a_payload_that_is_no_json_for_everybody_is_not_valid_though_the_signature_fits() {
    let seed = URL_SAFE_NO_PAD
        .decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A")
        .unwrap();
    let pair = Ed25519KeyPair::from_seed_unchecked(&seed).unwrap();
    let material = keys(published(&json!([signing(ED).public_jwk().unwrap()])));
    for payload in [
        &br#"{"a":1,"a":2}"#[..],
        br#"{"a":1,}"#,
        b"{\"a\":\"\xff\"}",
        b"{\"a\":1",
    ] {
        let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"EdDSA"}"#);
        let input = format!("{header}.{}", URL_SAFE_NO_PAD.encode(payload));
        let token = format!("{input}.{}", URL_SAFE_NO_PAD.encode(pair.sign(input.as_bytes())));
        let verdict = with(&token, &material);
        assert_eq!(verdict.status, SignatureStatus::Invalid, "{}", verdict.reason);
        assert!(verdict.reason.contains("payload is defective"), "{}", verdict.reason);
    }
}

proptest! {
    #[test]
    fn a_token_with_any_bit_flipped_is_never_valid(
        which in 0_usize..7,
        place in any::<prop::sample::Index>(),
        bit in 0_u8..8,
    ) {
        let key = signing(PRIVATE[which]);
        let token = signed(&key, key.default_algorithm(), &[("typ", "JWT".into())]);
        let mut bytes = token.into_bytes();
        let place = place.index(bytes.len());
        bytes[place] ^= 1 << bit;
        let changed = String::from_utf8_lossy(&bytes).into_owned();
        let verdict = with(&changed, &keys(KeySet::for_inspection(PRIVATE[which])));
        prop_assert_ne!(verdict.status, SignatureStatus::Valid, "{}", changed);
    }

    #[test]
    fn any_text_is_judged_without_a_panic_and_never_valid(
        text in "\\PC{0,80}|eyJhbGciOiJ(IUzI1NiJ9|SUzI1NiJ9)\\.[A-Za-z0-9_-]{0,20}\\.[A-Za-z0-9_=-]{0,50}",
        json in "\\{(\"(payload|protected|signature|signatures|header)\":(\"[a-zA-Z0-9]{0,9}\"|\\[\\{\\}\\]|\\{\"alg\":\"HS256\"\\}),?){0,4}\\}",
        header in "\\{(\"(alg|kid|crit|b64|jwk|x5c|jku)\":(\"(ES256|HS256|none|.{0,5})\"|\\[\"b64\"\\]|\\[\\]|\\{\\}|false),){0,5}\"typ\":1\\}",
        shared in "\\PC{0,20}",
    ) {
        let material = KeyMaterial {
            keys: Some(KeySet::from_pem(RSA_PUBLIC)),
            ..secret(&shared)
        };
        let token = format!("{}.e30.AAAA", URL_SAFE_NO_PAD.encode(header));
        for text in [&text, &json, &token] {
            prop_assert_ne!(with(text, &material).status, SignatureStatus::Valid);
        }
    }
}
