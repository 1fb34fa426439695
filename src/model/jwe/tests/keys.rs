//! Keys in the forms that people have them in.

use serde_json::json;

use super::super::{DecryptionKey, decrypt};
use super::{RSA_PEM, direct, parse};
use crate::model::keys::SecretForm;

#[test]
fn keys_are_read_in_every_form_and_refused_with_the_reason() {
    for (pem, name) in [
        (RSA_PEM, "RSA key of 2048 bits"),
        (
            include_str!("../../../../tests/keys/rsa-pkcs1.pem"),
            "RSA key of 2048 bits",
        ),
        (
            include_str!("../../../../tests/keys/rsa.jwk.json"),
            "RSA key of 2048 bits",
        ),
        (include_str!("../../../../tests/keys/ec-p256-pkcs8.pem"), "key on P-256"),
        (include_str!("../../../../tests/keys/ec-p256-sec1.pem"), "key on P-256"),
        (include_str!("../../../../tests/keys/ec-p384-pkcs8.pem"), "key on P-384"),
        (include_str!("../../../../tests/keys/ec-p521-sec1.pem"), "key on P-521"),
        (r#"{"kty":"oct","k":"AAAA","kid":"s"}"#, "secret, kid s"),
    ] {
        assert_eq!(parse(pem)[0].name(), name);
    }
    let two = format!("{RSA_PEM}\n{}", include_str!("../../../../tests/keys/ec-p256-sec1.pem"));
    assert_eq!(parse(two).len(), 2);
    for (text, why) in [
        ("", "no key"),
        ("hello", "no private key as PEM"),
        (include_str!("../../../../tests/keys/rsa-public.pem"), "public key"),
        (
            include_str!("../../../../tests/keys/rsa-certificate.pem"),
            "certificate",
        ),
        (include_str!("../../../../tests/keys/rsa-1024.pem"), "2048 bits"),
        (include_str!("../../../../tests/keys/ed25519-pkcs8.pem"), "Ed25519"),
        (
            "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----",
            "password",
        ),
        ("-----BEGIN PRIVATE KEY-----\nAAAA", "cut off"),
        (
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
            "cannot be used",
        ),
        ("{", "not JSON"),
        ("{}", "no kty"),
        (r#"{"kty":"oct"}"#, "no text k"),
        (r#"{"kty":"OKP","crv":"Ed25519","d":"AA"}"#, "for signatures"),
        (r#"{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}"#, "public key"),
        (r#"{"kty":"EC","crv":"P-256","x":"AA","y":"AA","d":"AQ"}"#, "do not fit"),
        (r#"{"kty":"OKP","crv":"X25519","x":"AA","d":"AA"}"#, "do not fit"),
        (r#"{"kty":"RSA","n":"AQAB","e":"AQAB","d":"AQAB"}"#, "lacks p"),
        (r#"{"keys":[]}"#, "no key that can decrypt"),
        (r#"{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB"}]}"#, "public key"),
    ] {
        let error = DecryptionKey::parse(&text.into()).unwrap_err();
        assert!(error.contains(why), "{text}: {error}");
    }
}

#[test]
fn a_secret_is_read_in_the_form_that_is_asked_for() {
    let read = |text: &str, form| DecryptionKey::from_secret(&text.into(), form);
    let token = direct(&json!({"alg": "dir", "enc": "A128GCM"}));
    for (text, form, name) in [
        ("sixteen bytes ok", SecretForm::Auto, "secret as text"),
        ("c2l4dGVlbiBieXRlcyBvaw==", SecretForm::Base64, "secret as base64"),
        ("c2l4dGVlbiBieXRlcyBvaw", SecretForm::Auto, "secret as base64"),
        (
            "7369787465656e206279746573206f6b",
            SecretForm::Hex,
            "secret as hexadecimal",
        ),
        (
            "7369787465656E206279746573206F6B",
            SecretForm::Auto,
            "secret as hexadecimal",
        ),
    ] {
        assert_eq!(decrypt(&token, &read(text, form).unwrap()).unwrap().key, name);
    }
    assert!(read("", SecretForm::Text).unwrap_err().contains("empty"));
    assert!(read("~", SecretForm::Base64).unwrap_err().contains("not base64"));
    assert!(read("abc", SecretForm::Hex).unwrap_err().contains("not hexadecimal"));
}

#[test]
fn no_key_is_printed() {
    for text in [RSA_PEM, r#"{"kty":"oct","k":"aHVudGVyMg","kid":"s"}"#] {
        let printed = format!("{:?}", parse(text));
        assert!(!printed.contains("aHVudGVyMg") && printed.len() < 60, "{printed}");
    }
}
