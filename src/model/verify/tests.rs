//! What is valid and what is not, and which rule stands between a key and its signature.

use serde_json::{Value, json};

use super::*;
use crate::model::jwt;
use crate::model::keys::signing::SigningKey;

pub(super) const RSA: &str = include_str!("../../../tests/keys/rsa-pkcs8.pem");
pub(super) const RSA_PUBLIC: &str = include_str!("../../../tests/keys/rsa-public.pem");
pub(super) const EC: &str = include_str!("../../../tests/keys/ec-p256-pkcs8.pem");
pub(super) const ED: &str = include_str!("../../../tests/keys/ed25519-pkcs8.pem");

pub(super) fn with(token: &str, material: &KeyMaterial) -> Signature {
    verify(token, &jwt::decode(token), material)
}

pub(super) fn keys(keys: Result<KeySet, String>) -> KeyMaterial {
    KeyMaterial {
        keys: Some(keys),
        ..KeyMaterial::default()
    }
}

pub(super) fn secret(secret: &str) -> KeyMaterial {
    KeyMaterial {
        secret: Some(Secret::new(secret)),
        secret_is_the_key: true,
        ..KeyMaterial::default()
    }
}

pub(super) fn published(keys: &Value) -> Result<KeySet, String> {
    KeySet::parse(json!({"keys": keys}).to_string().as_bytes())
}

pub(super) fn signing(text: &str) -> SigningKey {
    SigningKey::parse(&text.into()).unwrap()
}

pub(super) fn signed(key: &SigningKey, alg: SigningAlgorithm, header: &[(&str, Value)]) -> String {
    let token = key.sign(alg, header, &json!({"sub": "admin"})).unwrap();
    token.expose().to_owned()
}

/// A token of the RSA key.
fn rsa_token(kid: Option<&str>) -> String {
    let header: Vec<(&str, Value)> = kid.map(|kid| ("kid", kid.into())).into_iter().collect();
    signed(&signing(RSA), SigningAlgorithm::RS256, &header)
}

pub(super) fn judged(kid: Option<&str>, set: Result<KeySet, String>) -> Signature {
    with(&rsa_token(kid), &keys(set))
}

/// The public JWK of a key with more members.
pub(super) fn public(text: &str, more: &Value) -> Value {
    let mut jwk = signing(text).public_jwk().unwrap();
    for (name, value) in more.as_object().unwrap() {
        jwk[name] = value.clone();
    }
    jwk
}

/// Another RSA key.
fn other_rsa(kid: &str) -> Value {
    let mut jwk: Value = serde_json::from_str(include_str!("../../../tests/vectors/rfc7520-jwk-3_3.json")).unwrap();
    jwk["kid"] = kid.into();
    jwk
}

pub(super) fn codes(verdict: &Signature) -> Vec<&str> {
    verdict.findings.iter().map(|finding| finding.code.as_str()).collect()
}

#[test]
fn a_signature_by_a_key_that_cannot_be_used_is_not_called_forged() {
    // 128 bytes of ones.
    let weak = format!("{}w", "_".repeat(170));
    let set = json!([
        {"kty": "RSA", "kid": "w", "n": weak, "e": "AQAB"},
        {"kty": "RSA", "kid": "bad", "e": "AQAB"},
        {"kty": "EC", "crv": "brainpoolP256r1", "kid": "k1"},
        {"kty": "RSA", "kid": "enc", "use": "enc", "n": "AQAB", "e": "AQAB"},
        {"kty": "RSA", "kid": "other", "alg": "PS512", "n": "AQAB", "e": "AQAB"},
        {"kty": "oct", "kid": "s", "k": "AAAA"},
    ]);
    for (kid, status, says) in [
        (
            Some("w"),
            SignatureStatus::Unverified,
            "key w is RSA with 1024 bits, under 2048 (RFC 7518 §3.3): not checked",
        ),
        (
            Some("bad"),
            SignatureStatus::Unverified,
            "key bad is published but cannot be read: n is missing",
        ),
        (Some("k1"), SignatureStatus::Unsupported, "key k1 is of a kind"),
        (Some("enc"), SignatureStatus::Unverified, "is not for signatures"),
        (Some("other"), SignatureStatus::Unverified, "is for \"PS512\" only"),
        (Some("s"), SignatureStatus::Unverified, "key s is symmetric"),
        (
            Some("none"),
            SignatureStatus::Unverified,
            "no key with kid none for RS256 (6 in its set)",
        ),
        (None, SignatureStatus::Unverified, "key w is RSA with 1024 bits"),
    ] {
        let verdict = judged(kid, published(&set));
        assert_eq!(verdict.status, status, "{kid:?}: {}", verdict.reason);
        assert!(verdict.reason.contains(says), "{kid:?}: {}", verdict.reason);
        assert_eq!(verdict.tried.len(), 6);
    }
}

#[test]
fn a_short_key_that_was_given_is_named_and_proves_nothing() {
    let short = KeySet::from_pem(include_str!("../../../tests/keys/rsa-1024-public.pem"));
    let verdict = judged(Some("any"), short);
    // It was tried, and did not make the signature.
    assert_eq!(verdict.status, SignatureStatus::Invalid);
    let says = "Not made with the key that was given, or changed since (it is RSA with 1024 bits";
    assert!(verdict.reason.starts_with(says), "{}", verdict.reason);
}

#[test]
fn a_token_that_no_good_key_made_is_still_called_forged() {
    let symmetric = json!({"kty": "oct", "kid": "s", "k": "AAAA"});
    let set = json!([other_rsa("a"), symmetric, public(EC, &json!({}))]);
    for (kid, why_not) in [
        (Some("a"), "it has no kid, and the token names \"a\""),
        (None, "it is EC P-256, and RS256 needs RSA"),
    ] {
        let verdict = judged(kid, published(&set));
        assert_eq!(verdict.status, SignatureStatus::Invalid, "{kid:?}");
        assert_eq!(verdict.tried[0].why, "the signature does not fit it");
        assert_eq!(verdict.tried[2].why, why_not);
    }
}

#[test]
fn each_rule_that_stands_between_a_signature_and_the_key_that_fits_it_is_named() {
    for (more, kid, says) in [
        (
            json!({"kid": "a", "use": "enc"}),
            Some("a"),
            "not for signatures (use is \"enc\"",
        ),
        (json!({"use": "enc"}), None, "use is \"enc\""),
        (
            json!({"kid": "a", "key_ops": ["encrypt"]}),
            Some("a"),
            "key_ops is \"encrypt\"",
        ),
        (json!({"kid": "a", "alg": "PS256"}), Some("a"), "is for \"PS256\" only"),
        (
            json!({"kid": "b"}),
            Some("a"),
            "its kid is \"b\", and the token names \"a\"",
        ),
        (json!({}), Some("a"), "it has no kid, and the token names \"a\""),
    ] {
        let verdict = judged(kid, published(&json!([public(RSA, &more)])));
        assert_eq!(
            verdict.status,
            SignatureStatus::Unverified,
            "{more}: {}",
            verdict.reason
        );
        assert!(verdict.reason.contains(says), "{more}: {}", verdict.reason);
        assert!(verdict.reason.contains("signature fits"), "{more}: {}", verdict.reason);
        let why = &verdict.tried[0].why;
        assert!(why.starts_with("the signature fits it, but"), "{why}");
    }
    // One that is the wrong one beside one that may not be it.
    let set = json!([other_rsa("b"), public(RSA, &json!({"kid": "c"}))]);
    let verdict = judged(Some("b"), published(&set));
    assert_eq!(verdict.status, SignatureStatus::Invalid);
    let says = "Not made with key b, or changed since. The signature fits key c, but its kid";
    assert!(verdict.reason.starts_with(says), "{}", verdict.reason);
}

#[test]
fn of_a_long_set_the_first_keys_and_the_one_that_fits_are_told() {
    let mut set: Vec<Value> = (0..120)
        .map(|i| json!({"kty": "RSA", "kid": format!("k{i}")}))
        .collect();
    set[100] = public(RSA, &json!({"kid": "good"}));
    let verdict = judged(Some("good"), published(&json!(set)));
    assert_eq!(verdict.status, SignatureStatus::Valid, "{}", verdict.reason);
    assert_eq!(verdict.tried.len(), 22);
    let fitting = Tried::new("key good (RSA 2048 bits)", "the signature fits it");
    assert_eq!(verdict.tried[20], fitting);
    assert_eq!(verdict.tried[21].key, "and 99 more");
}

#[test]
fn a_secret_is_tried_in_the_form_that_was_asked_for() {
    let key = SigningKey::from_secret(&"\u{1}\u{2}\u{3}".into()).unwrap();
    let token = signed(&key, SigningAlgorithm::HS512, &[]);
    for (text, form, status) in [
        ("010203", SecretForm::Auto, SignatureStatus::Valid),
        ("010203", SecretForm::Hex, SignatureStatus::Valid),
        ("010203", SecretForm::Text, SignatureStatus::Invalid),
        ("AQID", SecretForm::Auto, SignatureStatus::Valid),
        ("AQID", SecretForm::Base64, SignatureStatus::Valid),
        ("AQID", SecretForm::Hex, SignatureStatus::Invalid),
    ] {
        let material = KeyMaterial {
            secret_form: form,
            ..secret(text)
        };
        let verdict = with(&token, &material);
        assert_eq!(verdict.status, status, "{text} {form:?}: {}", verdict.reason);
    }
}

#[test]
fn a_symmetric_key_counts_only_in_a_set_that_a_person_gave() {
    let jwk = json!({"kty": "oct", "kid": "a", "k": "c29tZSBzZWNyZXQgb2YgdGhpcnR5LXR3byBieXRlcyE"});
    let set = json!({ "keys": [jwk] }).to_string();
    let key = signing(&jwk.to_string());
    let token = signed(&key, SigningAlgorithm::HS256, &[("kid", "a".into())]);
    let verdict = with(&token, &keys(KeySet::for_inspection(&set)));
    assert_eq!(verdict.status, SignatureStatus::Valid, "{}", verdict.reason);
    let verdict = with(&token, &keys(KeySet::parse(set.as_bytes())));
    assert_eq!(verdict.status, SignatureStatus::Unverified);
    assert!(verdict.tried[0].why.contains("published"), "{:?}", verdict.tried);
    let other = set.replace("\"a\"", "\"b\"");
    let verdict = with(&token, &keys(KeySet::for_inspection(&other)));
    assert_eq!(verdict.status, SignatureStatus::Unverified);
    assert!(verdict.tried[0].why.contains("its kid is \"b\""), "{:?}", verdict.tried);
}

#[test]
fn a_symmetric_key_that_may_not_be_it_calls_no_token_forged() {
    let jwk = |more: Value| {
        let mut jwk = json!({"kty": "oct", "kid": "a", "k": "c29tZSBzZWNyZXQgb2YgdGhpcnR5LXR3byBieXRlcyE"});
        jwk.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({ "keys": [jwk] }).to_string()
    };
    let key = signing(&json!({"kty": "oct", "k": "c29tZSBzZWNyZXQgb2YgdGhpcnR5LXR3byBieXRlcyE"}).to_string());
    let token = signed(&key, SigningAlgorithm::HS256, &[("kid", "a".into())]);
    for (more, why) in [
        (json!({"use": "enc"}), "fits it: it is not for signatures"),
        (
            json!({"key_ops": ["sign", "deriveKey"], "alg": "HS512"}),
            "fits it: it is for \"HS512\" only",
        ),
        (json!({"kid": "b"}), "fits it: its kid is \"b\""),
        (json!({"kid": "b", "k": "AAAA"}), "key b: its kid is \"b\""),
    ] {
        let verdict = with(&token, &keys(KeySet::for_inspection(&jwk(more.clone()))));
        assert_eq!(
            verdict.status,
            SignatureStatus::Unverified,
            "{more}: {}",
            verdict.reason
        );
        assert!(verdict.reason.contains(why), "{more}: {}", verdict.reason);
    }
    let other = jwk(json!({"k": "AAAA"}));
    let verdict = with(&token, &keys(KeySet::for_inspection(&other)));
    assert_eq!(verdict.status, SignatureStatus::Invalid, "{}", verdict.reason);
}

#[test]
fn what_is_no_signed_token_is_not_called_forged() {
    for (token, status) in [
        ("opaque", SignatureStatus::None),
        ("a.b.c", SignatureStatus::None),
        (
            "eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0.AA.AA.AA.AA",
            SignatureStatus::Unsupported,
        ),
        ("{\"payload\":\"\"}", SignatureStatus::Invalid),
        ("eyJhbGciOiJIUzI1NiJ9.e30", SignatureStatus::Invalid),
    ] {
        let verdict = with(token, &KeyMaterial::default());
        assert_eq!(verdict.status, status, "{token}: {}", verdict.reason);
    }
}

#[test]
fn a_strange_alg_is_named() {
    for (alg, says) in [
        ("rs256", "alg is case-sensitive, and RS256"),
        ("Ed448", "Ed448 cannot be checked here"),
        ("ML-DSA-44", "ML-DSA-44 cannot"),
        ("", "cannot be checked"),
    ] {
        let token = attacks::token_of(alg);
        let verdict = with(&token, &keys(KeySet::from_pem(RSA_PUBLIC)));
        assert_eq!(verdict.status, SignatureStatus::Unsupported, "{alg}");
        assert!(verdict.reason.contains(says), "{}", verdict.reason);
    }
}

#[test]
fn a_verdict_of_an_older_version_is_still_read() {
    let old = r#"{"status":"valid","alg":"RS256","kid":null,"reason":"x"}"#;
    let signature: Signature = serde_json::from_str(old).unwrap();
    assert_eq!(
        (signature.status, signature.findings.len()),
        (SignatureStatus::Valid, 0)
    );
}

/// A key of each kind.
pub(super) const PRIVATE: [&str; 7] = [
    RSA,
    EC,
    ED,
    include_str!("../../../tests/keys/ec-p384-pkcs8.pem"),
    include_str!("../../../tests/keys/ec-p521-sec1.pem"),
    include_str!("../../../tests/keys/ec-secp256k1-sec1.pem"),
    r#"{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}"#,
];

#[test]
fn what_is_signed_is_valid_by_every_algorithm_and_by_another_library_where_it_can() {
    let mut seen = 0;
    for text in PRIVATE {
        let key = signing(text);
        let material = keys(KeySet::for_inspection(text));
        for alg in key.algorithms() {
            let token = signed(&key, alg, &[]);
            let verdict = with(&token, &material);
            assert_eq!(verdict.status, SignatureStatus::Valid, "{alg}: {}", verdict.reason);
            seen += 1;
            let Ok(theirs) = alg.as_str().parse::<jsonwebtoken::Algorithm>() else {
                continue;
            };
            let (input, signature) = token.rsplit_once('.').unwrap();
            let jwk = key.public_jwk().unwrap_or_else(|| serde_json::from_str(text).unwrap());
            let jwk: jsonwebtoken::jwk::Jwk = serde_json::from_value(jwk).unwrap();
            let decoding = jsonwebtoken::DecodingKey::from_jwk(&jwk).unwrap();
            let fits = jsonwebtoken::crypto::verify(signature, input.as_bytes(), &decoding, theirs);
            assert!(fits.unwrap(), "{alg}");
        }
    }
    assert_eq!(seen, SigningAlgorithm::ALL.len());
}

#[test]
fn a_key_for_rsassa_pss_alone_verifies_nothing_else() {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    let base64: String = RSA_PUBLIC.lines().filter(|line| !line.contains('-')).collect();
    let mut der = STANDARD.decode(base64).unwrap();
    // rsaEncryption becomes id-RSASSA-PSS (RFC 4055 §3.1).
    let oid = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
    let at = der.windows(oid.len()).position(|window| window == oid).unwrap();
    der[at + oid.len() - 1] = 0x0a;
    let pem = format!(
        "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----",
        STANDARD.encode(der)
    );
    for (alg, status) in [
        (SigningAlgorithm::PS256, SignatureStatus::Valid),
        (SigningAlgorithm::RS256, SignatureStatus::Unverified),
    ] {
        let token = signed(&signing(RSA), alg, &[]);
        let verdict = with(&token, &keys(KeySet::from_pem(&pem)));
        assert_eq!(verdict.status, status, "{alg}: {}", verdict.reason);
        let is_told = verdict.reason.contains("RFC 4055");
        assert_eq!(is_told, status != SignatureStatus::Valid, "{}", verdict.reason);
    }
}
