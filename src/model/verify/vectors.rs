//! The examples of the specifications: each is valid, and none is when anything of it is changed.

use serde_json::Value;

use super::*;
use crate::model::jwt;
use crate::model::keys::signing::SigningKey;

fn judged(token: &str, keys: &str, detached: Option<&[u8]>) -> Signature {
    let material = KeyMaterial {
        keys: Some(KeySet::for_inspection(keys)),
        detached_payload: detached.map(Into::into),
        ..KeyMaterial::default()
    };
    verify(token, &jwt::decode(token), &material)
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn appendix_a() -> Value {
    json(include_str!("../../../tests/vectors/rfc7515-a.json"))
}

#[test]
fn the_examples_of_rfc_7515_appendix_a_are_valid_but_the_unsigned_one() {
    let examples = appendix_a();
    let token = |name: &str| examples[name]["token"].as_str().unwrap();
    let key = |name: &str| examples[name]["key"].to_string();
    for name in ["A.1", "A.2", "A.3", "A.4", "A.6", "A.7"] {
        let verdict = judged(token(name), &key(name), None);
        assert_eq!(verdict.status, SignatureStatus::Valid, "{name}: {}", verdict.reason);
        let other = if name == "A.1" { "A.4" } else { "A.1" };
        let verdict = judged(token(name), &key(other), None);
        assert_ne!(verdict.status, SignatureStatus::Valid, "{name}: {}", verdict.reason);
    }
    // A.5 is that of RFC 7519 §6.1 too.
    let unsigned = judged(token("A.5"), r#"{"kty":"oct","k":"AAAA"}"#, None);
    assert_eq!(unsigned.status, SignatureStatus::None);
    assert_eq!(unsigned.findings[0].code, "none");
    let both = judged(token("A.6"), &key("A.6"), None);
    assert_eq!(
        (both.each.len(), both.reason.as_str()),
        (2, "All 2 signatures are valid")
    );
    let one = judged(token("A.6"), &key("A.7"), None);
    assert_eq!(one.status, SignatureStatus::Unverified);
    let says = "1 of 2 signatures are valid; signature 1 is unverified";
    assert!(one.reason.starts_with(says), "{}", one.reason);
}

#[test]
fn the_signed_jwt_of_rfc_7519_3_1_is_valid_with_its_key_as_base64url_too() {
    let examples = appendix_a();
    let token = examples["A.1"]["token"].as_str().unwrap();
    let secret = examples["A.1"]["key"]["k"].as_str().unwrap();
    let material = KeyMaterial {
        secret: Some(Secret::new(secret)),
        secret_is_the_key: true,
        ..KeyMaterial::default()
    };
    let verdict = verify(token, &jwt::decode(token), &material);
    assert_eq!(verdict.status, SignatureStatus::Valid, "{}", verdict.reason);
    assert!(verdict.reason.ends_with("read as base64"), "{}", verdict.reason);
    let as_text = KeyMaterial {
        secret_form: SecretForm::Text,
        ..material
    };
    assert_eq!(
        verify(token, &jwt::decode(token), &as_text).status,
        SignatureStatus::Invalid
    );
}

#[test]
fn the_keys_of_rfc_7517_are_read_and_say_what_they_are() {
    let set = KeySet::parse(include_bytes!("../../../tests/vectors/rfc7517-a-1.json")).unwrap();
    let told: Vec<_> = set
        .keys
        .iter()
        .map(|key| {
            (
                key.kid.as_deref(),
                key.kind(),
                key.is_for_signatures(),
                key.usable.is_ok(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (Some("1"), "EC P-256".to_owned(), false, true),
            (Some("2011-04-29"), "RSA 2048 bits".to_owned(), true, true)
        ]
    );
    assert!(set.findings().is_empty());
    let private = include_str!("../../../tests/vectors/rfc7517-a-2.json");
    let published = KeySet::parse(private.as_bytes()).unwrap();
    let codes: Vec<_> = published.findings().into_iter().map(|finding| finding.code).collect();
    assert_eq!(codes, ["private_key", "private_key"]);
    let key = SigningKey::parse(&json(private)["keys"][1].to_string().as_str().into()).unwrap();
    let token = key
        .sign(SigningAlgorithm::RS256, &[("kid", "2011-04-29".into())], &json("{}"))
        .unwrap();
    let material = KeyMaterial {
        keys: Some(Ok(set)),
        ..KeyMaterial::default()
    };
    let verdict = verify(token.expose(), &jwt::decode(token.expose()), &material);
    assert_eq!(verdict.status, SignatureStatus::Valid, "{}", verdict.reason);
    let symmetric = KeySet::parse(include_bytes!("../../../tests/vectors/rfc7517-a-3.json")).unwrap();
    assert!(symmetric.keys.iter().all(|key| key.usable.is_err()));
    let certified = include_str!("../../../tests/vectors/rfc7517-b.json");
    let certified = KeySet::for_inspection(certified).unwrap();
    let key = &certified.keys[0];
    assert!(key.usable.is_ok() && key.findings.is_empty());
    let certificate = key.certificate.as_ref().unwrap();
    assert_eq!(
        certificate.subject,
        "C=US, ST=CO, L=Denver, O=Ping Identity Corp., CN=Brian Campbell"
    );
    assert_eq!(certificate.not_after.unwrap().to_string(), "2018-08-14T22:29:15Z");
}

/// Every form in which an example of the cookbook is written, its keys and its payload.
fn cookbook(text: &str) -> (Vec<String>, Vec<Value>, String) {
    let example = json(text);
    let output = &example["output"];
    let forms = ["compact", "json", "json_flat"]
        .into_iter()
        .filter_map(|form| match &output[form] {
            Value::Null => None,
            Value::String(compact) => Some(compact.clone()),
            other => Some(other.to_string()),
        });
    let keys = match &example["input"]["key"] {
        Value::Array(keys) => keys.clone(),
        one => vec![one.clone()],
    };
    let payload = example["input"]["payload"].as_str().unwrap().to_owned();
    (forms.collect(), keys, payload)
}

#[test]
fn the_examples_of_rfc_7520_7797_and_8037_are_valid_in_each_form() {
    for (name, text, forms) in [
        ("4.1", include_str!("../../../tests/vectors/rfc7520-4_1.json"), 3),
        ("4.2", include_str!("../../../tests/vectors/rfc7520-4_2.json"), 3),
        ("4.3", include_str!("../../../tests/vectors/rfc7520-4_3.json"), 3),
        ("4.4", include_str!("../../../tests/vectors/rfc7520-4_4.json"), 3),
        ("4.5", include_str!("../../../tests/vectors/rfc7520-4_5.json"), 3),
        ("4.6", include_str!("../../../tests/vectors/rfc7520-4_6.json"), 2),
        ("4.7", include_str!("../../../tests/vectors/rfc7520-4_7.json"), 2),
        ("4.8", include_str!("../../../tests/vectors/rfc7520-4_8.json"), 1),
        ("7797", include_str!("../../../tests/vectors/rfc7797-compact.json"), 3),
        ("8037", include_str!("../../../tests/vectors/rfc8037-a-4.json"), 3),
    ] {
        let (tokens, keys, payload) = cookbook(text);
        assert_eq!(tokens.len(), forms, "{name}");
        let set = serde_json::json!({ "keys": keys }).to_string();
        let detached = (name == "4.5").then_some(payload.as_bytes());
        for token in tokens {
            let verdict = judged(&token, &set, detached);
            assert_eq!(
                verdict.status,
                SignatureStatus::Valid,
                "{name} {token}: {}",
                verdict.reason
            );
            // Another payload, or none.
            let (other, another) = if detached.is_some() {
                (token.clone(), Some(&b"another"[..]))
            } else if token.starts_with('{') {
                (token.replace("\"payload\":\"", "\"payload\":\"AAAA"), None)
            } else {
                (token.replacen('.', ".AAAA", 1), None)
            };
            let verdict = judged(&other, &set, another);
            assert_eq!(verdict.status, SignatureStatus::Invalid, "{name}: {}", verdict.reason);
            assert_ne!(judged(&other, &set, None).status, SignatureStatus::Valid, "{name}");
        }
    }
}

#[test]
fn an_unencoded_payload_that_crit_does_not_name_is_refused_though_the_signature_fits() {
    let (tokens, keys, _) = cookbook(include_str!("../../../tests/vectors/rfc7797-json-without-crit.json"));
    for token in tokens {
        let verdict = judged(&token, &keys[0].to_string(), None);
        assert_eq!(verdict.status, SignatureStatus::Invalid);
        assert_eq!(verdict.findings[0].code, "b64_not_critical");
    }
}

#[test]
fn the_keys_of_rfc_7520_are_read() {
    for (text, kind) in [
        (include_str!("../../../tests/vectors/rfc7520-jwk-3_1.json"), "EC P-521"),
        (include_str!("../../../tests/vectors/rfc7520-jwk-3_2.json"), "EC P-521"),
        (
            include_str!("../../../tests/vectors/rfc7520-jwk-3_3.json"),
            "RSA 2048 bits",
        ),
        (
            include_str!("../../../tests/vectors/rfc7520-jwk-3_4.json"),
            "RSA 2048 bits",
        ),
        (include_str!("../../../tests/vectors/rfc7520-jwk-3_5.json"), "oct"),
        (include_str!("../../../tests/vectors/rfc7520-jwk-3_6.json"), "oct"),
    ] {
        let set = KeySet::for_inspection(text).unwrap();
        assert_eq!((set.keys[0].kind().as_str(), set.keys[0].usable.is_ok()), (kind, true));
    }
}
