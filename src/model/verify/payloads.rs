//! A signature is not enough: what is shown must be what was signed.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use super::tests::*;
use super::*;

const SECRET: &str = "a secret of more than thirty-two bytes";

fn hs256(input: &str) -> String {
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, SECRET.as_bytes());
    URL_SAFE_NO_PAD.encode(aws_lc_rs::hmac::sign(&key, input.as_bytes()))
}

/// A token that is signed correctly over these bytes.
fn over(payload: &[u8]) -> Signature {
    let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256"}"#);
    let input = format!("{header}.{}", URL_SAFE_NO_PAD.encode(payload));
    with(&format!("{input}.{}", hs256(&input)), &secret(SECRET))
}

#[test]
fn a_payload_that_was_mended_to_be_shown_is_never_valid() {
    for payload in [
        &br#"/*x*/{"sub":"admin"}"#[..],
        b"//x\n{\"sub\":\"admin\"}",
        b"\xef\xbb\xbf{\"sub\":\"admin\"}",
        br#"x{"sub":"admin"}"#,
        br#",{"sub":"admin"}"#,
        b"\0{\"sub\":\"admin\"}",
        b"\xff{\"sub\":\"admin\"}",
        br#"{"sub":"admin"}{}"#,
        br#"{"sub":"admin""#,
        br#"{'sub':"admin"}"#,
        br#"{"sub":"admin",}"#,
        br#"{"sub":"a","sub":"b"}"#,
        br#"[{"sub":"admin"},]"#,
        br#"{"a":"\ud800"}"#,
    ] {
        let verdict = over(payload);
        let text = String::from_utf8_lossy(payload);
        assert_eq!(verdict.status, SignatureStatus::Invalid, "{text}: {}", verdict.reason);
        assert!(
            verdict.reason.contains("The signature over it fits"),
            "{text}: {}",
            verdict.reason
        );
        assert!(!verdict.lacks_key, "{text}");
    }
}

#[test]
fn clean_json_of_any_type_and_what_no_claim_was_read_from_may_be_valid() {
    let deep = format!("{{\"a\":{}1{}}}", "[".repeat(500), "]".repeat(500));
    for payload in [
        &b"{}"[..],
        b" {\"sub\":\"a\\ud83d\\ude00\"} ",
        br#"{"n":123456789012345678901234567890,"a":[{"b":1,"c":null}]}"#,
        b"[1,2]",
        b"\"text\"",
        b"42",
        b"null",
        b"hello, world",
        b"\xff\x00\x01",
        deep.as_bytes(),
    ] {
        let verdict = over(payload);
        let text = String::from_utf8_lossy(payload);
        assert_eq!(verdict.status, SignatureStatus::Valid, "{text}: {}", verdict.reason);
    }
}

#[test]
fn a_jwt_whose_payload_is_not_encoded_is_told() {
    let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256","b64":false,"crit":["b64"]}"#);
    for (payload, has) in [(r#"{"sub":"admin"}"#, true), ("$02", false)] {
        let input = format!("{header}.{payload}");
        let verdict = with(&format!("{input}.{}", hs256(&input)), &secret(SECRET));
        assert_eq!(
            codes(&verdict).contains(&"b64_jwt"),
            has,
            "{payload}: {}",
            verdict.reason
        );
    }
}

/// A general JSON token with these headers, all signed with the secret over one payload.
fn general(payload: &[u8], headers: &[String]) -> String {
    let payload = URL_SAFE_NO_PAD.encode(payload);
    let signatures: Vec<_> = headers
        .iter()
        .map(|header| {
            let protected = URL_SAFE_NO_PAD.encode(header);
            json!({"signature": hs256(&format!("{protected}.{payload}")), "protected": protected})
        })
        .collect();
    json!({"payload": payload, "signatures": signatures}).to_string()
}

#[test]
fn what_was_noticed_of_each_of_several_signatures_stands_above_them_once() {
    let injected = r#"{"alg":"HS256","kid":"../../dev/null"}"#.to_owned();
    let headers = [r#"{"alg":"HS256"}"#.to_owned(), injected.clone(), injected];
    let verdict = with(&general(b"{}", &headers), &secret(SECRET));
    assert_eq!(verdict.status, SignatureStatus::Valid, "{}", verdict.reason);
    assert_eq!(codes(&verdict), ["kid_injection"]);
    assert_eq!(verdict.each.len(), 3);
}

#[test]
fn many_signatures_over_a_long_payload_cost_no_more_than_one_token_may() {
    let payload = format!("{{\"a\":\"{}\"}}", "a".repeat(700_000));
    let headers: Vec<String> = (0..50).map(|i| format!(r#"{{"alg":"HS256","kid":"{i}"}}"#)).collect();
    let token = general(payload.as_bytes(), &headers);
    let verdict = with(&token, &secret(SECRET));
    assert_eq!(
        verdict.status,
        SignatureStatus::Valid,
        "the right key is found: {}",
        verdict.reason
    );
    let set: Vec<_> = (0..100)
        .map(|i| json!({"kty": "oct", "k": URL_SAFE_NO_PAD.encode([i; 40])}))
        .collect();
    let set = KeySet::for_inspection(&json!({ "keys": set }).to_string());
    let headers = vec![r#"{"alg":"HS256"}"#.to_owned(); 50];
    let verdict = with(&general(payload.as_bytes(), &headers), &keys(set));
    let why: Vec<&str> = verdict.each[49].tried.iter().map(|tried| &*tried.why).collect();
    assert!(why.contains(&"not tried"), "{why:?}");
    assert_eq!(
        verdict.each[49].status,
        SignatureStatus::Unverified,
        "{}",
        verdict.each[49].reason
    );
}

#[test]
fn only_what_another_key_could_cure_asks_for_other_keys() {
    let header = |kid: &str| [("kid", kid.into())];
    let token = |key: &str, kid: &str| signed(&signing(key), SigningAlgorithm::ES256, &header(kid));
    let set = |kid: &str| keys(published(&json!([public(EC, &json!({ "kid": kid }))])));
    assert_eq!(with(&token(EC, "b"), &set("a")).missing_keys(), [Some("b")]);
    let good = token(EC, "a");
    let parts: Vec<&str> = good.split('.').collect();
    let changed = format!("{}.e30.{}", parts[0], parts[2]);
    for (token, lacks) in [
        (good.clone(), false),
        (changed, true),
        (attacks::token_of("none"), false),
        (attacks::token_of("ES256"), false),
        ("not.a.token".to_owned(), false),
    ] {
        let verdict = with(&token, &set("a"));
        assert_eq!(!verdict.missing_keys().is_empty(), lacks, "{token}: {}", verdict.reason);
    }
    let given = keys(KeySet::from_pem(RSA_PUBLIC));
    assert!(with(&token(EC, "b"), &given).missing_keys().is_empty());
}

#[test]
fn a_detached_payload_is_not_printed() {
    let material = KeyMaterial {
        detached_payload: Some(b"hunter2"[..].into()),
        ..secret("hunter3")
    };
    let told = format!("{material:?}");
    assert!(!told.contains("hunter") && told.contains("Some(7)"), "{told}");
    assert!(!told.contains("104, 117"), "{told}");
}

proptest::proptest! {
    #[test]
    fn what_the_decoder_has_nothing_to_say_of_is_strict_json_with_each_name_once(
        payload in r#"\{("(a|b|\\u0061|\\ud800)":(1|"x"|null|01|\{"a":1(,"a":2)?\}|\[1,?\]|'x'),?){0,3}\}? ?"#
    ) {
        let token = format!("eyJhbGciOiJIUzI1NiJ9.{}.AA", URL_SAFE_NO_PAD.encode(&payload));
        let decoded = crate::model::jwt::decode(&token);
        if is_clean(&decoded) {
            proptest::prop_assert!(serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(&payload).is_ok(), "{payload}");
            let mut names: Vec<&str> = decoded.payload.members.iter().map(|member| member.name.as_str()).collect();
            names.sort_unstable();
            names.dedup();
            proptest::prop_assert_eq!(names.len(), decoded.payload.members.len());
        }
    }
}
