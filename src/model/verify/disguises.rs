//! Public keys that are taken as secrets, in every form that somebody may have one in.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::tests::*;
use super::*;

/// A token with an HMAC by these bytes.
fn forged_with(bytes: &[u8]) -> String {
    let input = format!("{}.e30", URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256"}"#));
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, bytes);
    let tag = aws_lc_rs::hmac::sign(&key, input.as_bytes());
    format!("{input}.{}", URL_SAFE_NO_PAD.encode(tag))
}

fn is_confusion(verdict: &Signature, name: &str) {
    assert_eq!(verdict.status, SignatureStatus::Invalid, "{name}: {}", verdict.reason);
    assert!(
        codes(verdict).contains(&"algorithm_confusion"),
        "{name}: {}",
        verdict.reason
    );
}

fn der_of(pem: &str) -> Vec<u8> {
    let base64: String = pem.lines().filter(|line| !line.contains('-')).collect();
    STANDARD.decode(base64).unwrap()
}

fn bytes(jwk: &Value, name: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(jwk[name].as_str().unwrap()).unwrap()
}

#[test]
fn a_public_key_that_is_given_as_the_secret_is_never_one() {
    let spki = der_of(RSA_PUBLIC);
    // rsaEncryption's BIT STRING holds RSAPublicKey behind 24 bytes of SubjectPublicKeyInfo.
    let pkcs1 = format!(
        "-----BEGIN RSA PUBLIC KEY-----\n{}\n-----END RSA PUBLIC KEY-----",
        STANDARD.encode(&spki[24..])
    );
    let jwk = public(RSA, &json!({})).to_string();
    let certificate = include_str!("../../../tests/keys/rsa-certificate.pem");
    let ssh = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQ== me@example";
    for (name, text) in [
        ("PEM", RSA_PUBLIC.to_owned()),
        ("PKCS#1", pkcs1),
        ("JWK", jwk.clone()),
        ("set", format!("{{\"keys\":[{jwk}]}}")),
        ("base64", STANDARD.encode(&spki)),
        ("base64url", URL_SAFE_NO_PAD.encode(&spki)),
        ("certificate", certificate.to_owned()),
        ("SSH", ssh.to_owned()),
    ] {
        is_confusion(&with(&forged_with(text.as_bytes()), &secret(&text)), name);
    }
    // What the text stands for is the key: DER in base64 or hex, or a symmetric JWK that holds the PEM.
    let given = secret(&STANDARD.encode(&spki));
    is_confusion(&with(&forged_with(&spki), &given), "DER in base64");
    let oct = json!({"kty": "oct", "k": URL_SAFE_NO_PAD.encode(RSA_PUBLIC)}).to_string();
    let material = keys(KeySet::for_inspection(&oct));
    is_confusion(&with(&forged_with(RSA_PUBLIC.as_bytes()), &material), "oct");
    // Bare bytes are known only beside the key.
    let ed = public(ED, &json!({}));
    let material = KeyMaterial {
        keys: Some(published(&json!([ed]))),
        ..secret(ed["x"].as_str().unwrap())
    };
    is_confusion(&with(&forged_with(&bytes(&ed, "x")), &material), "x");
    // A good secret stays one.
    for text in [
        "a secret of more than thirty-two bytes",
        "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
    ] {
        let verdict = with(&forged_with(text.as_bytes()), &secret(text));
        assert_eq!(verdict.status, SignatureStatus::Valid, "{}", verdict.reason);
    }
}

#[test]
fn every_bare_form_of_a_published_key_is_recognised() {
    let (rsa, ec, ed) = (public(RSA, &json!({})), public(EC, &json!({})), public(ED, &json!({})));
    let text = |jwk: &Value, name: &str| jwk[name].as_str().unwrap().as_bytes().to_vec();
    let short = |jwk: &Value, names: &[&str]| {
        let members: Vec<String> = names.iter().map(|name| format!("\"{name}\":{}", jwk[*name])).collect();
        format!("{{{}}}", members.join(",")).into_bytes()
    };
    let point = [&[4][..], &bytes(&ec, "x"), &bytes(&ec, "y")].concat();
    let field = |bytes: &[u8]| [&u32::try_from(bytes.len()).unwrap().to_be_bytes()[..], bytes].concat();
    let modulus = [&[0][..], &bytes(&rsa, "n")].concat();
    let blob = [field(b"ssh-rsa"), field(&bytes(&rsa, "e")), field(&modulus)].concat();
    let ssh = format!("ssh-rsa {}", STANDARD.encode(blob));
    for (name, jwk, forged) in [
        ("n", &rsa, bytes(&rsa, "n")),
        ("n as text", &rsa, text(&rsa, "n")),
        ("SSH", &rsa, ssh.into_bytes()),
        ("required members", &rsa, short(&rsa, &["kty", "n", "e"])),
        ("thumbprint's members", &rsa, short(&rsa, &["e", "kty", "n"])),
        ("point", &ec, point),
        ("x of EC", &ec, text(&ec, "x")),
        ("required members of EC", &ec, short(&ec, &["kty", "crv", "x", "y"])),
        ("x", &ed, bytes(&ed, "x")),
        ("x as text", &ed, text(&ed, "x")),
        ("required members of OKP", &ed, short(&ed, &["crv", "kty", "x"])),
        ("set", &rsa, json!({ "keys": [rsa] }).to_string().into_bytes()),
    ] {
        let verdict = with(&forged_with(&forged), &keys(published(&json!([jwk]))));
        is_confusion(&verdict, name);
    }
}

#[test]
fn a_symmetric_key_that_the_token_brings_itself_proves_nothing() {
    let k = URL_SAFE_NO_PAD.encode([9_u8; 32]);
    let jwk = json!({"kty": "oct", "k": k});
    let key = signing(&jwk.to_string());
    let token = signed(&key, SigningAlgorithm::HS256, &[("jwk", jwk.clone())]);
    let verdict = with(&token, &KeyMaterial::default());
    assert_eq!(verdict.status, SignatureStatus::Unverified);
    assert_eq!(codes(&verdict), ["embedded_jwk", "signed_with_embedded_key"]);
}

#[test]
fn a_weak_key_beside_a_good_one_hides_no_forgery() {
    let weak = json!({"kty": "OKP", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode([0_u8; 32])});
    let set = json!([weak, public(ED, &json!({}))]);
    let token = signed(&signing(ED), SigningAlgorithm::EdDSA, &[]);
    let verdict = with(&token, &keys(published(&set)));
    assert_eq!(verdict.status, SignatureStatus::Valid, "{}", verdict.reason);
    let (header, rest) = token.split_once('.').unwrap();
    let (_, signature) = rest.split_once('.').unwrap();
    let verdict = with(&format!("{header}.e30.{signature}"), &keys(published(&set)));
    assert_eq!(verdict.status, SignatureStatus::Invalid, "{}", verdict.reason);
}
