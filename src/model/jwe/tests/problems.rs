//! What is wrong with a token, said before any key is tried.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::super::seal::seal;
use super::super::{DecryptProblem, decrypt};
use super::{codes, direct, text_key, text_of};

fn problem(token: &str) -> DecryptProblem {
    decrypt(token, &text_key("sixteen bytes ok")).unwrap_err()
}

fn each_says_why(tokens: Vec<(String, &str)>) {
    for (token, why) in tokens {
        let problem = problem(&token);
        assert!(problem.message.contains(why), "{token}: {problem}");
        assert!(problem.message.contains("(RFC 7"), "{problem}");
    }
}

/// A token that opens, with these header parameters beside `alg` and `enc`, or in their place.
fn with_header(extra: &Value) -> String {
    let mut header = json!({"alg": "dir", "enc": "A128GCM"});
    for (name, value) in extra.as_object().unwrap() {
        header[name] = value.clone();
    }
    direct(&header)
}

fn with_part(at: usize, part: &str) -> String {
    let good = with_header(&json!({}));
    let mut parts: Vec<&str> = good.split('.').collect();
    parts[at] = part;
    parts.join(".")
}

#[test]
fn what_is_wrong_with_the_parts_is_said_in_a_sentence() {
    let good = with_header(&json!({}));
    let opened = decrypt(&good, &text_key("sixteen bytes ok")).unwrap();
    assert_eq!(text_of(&opened), "hello");
    let header = |text: &str| with_part(0, &URL_SAFE_NO_PAD.encode(text));
    each_says_why(vec![
        ("a.b.c".to_owned(), "signed token"),
        ("a.b".to_owned(), "2 parts where an encrypted token has five"),
        (format!("{good}.x"), "6 parts"),
        (String::new(), "1 parts"),
        (with_part(0, "a?"), "The header is not base64url"),
        (with_part(0, "_w"), "The header is not UTF-8"),
        (with_part(0, "W10"), "The header is not a JSON object"),
        (with_part(1, "AAAA"), "dir has no encrypted key"),
        (with_part(2, "AAAA"), "The initialization vector has 3 bytes where 12"),
        (with_part(3, "AAAA="), "The ciphertext is not base64url"),
        (with_part(4, "AAAA"), "The authentication tag has 3 bytes where 16"),
        (with_part(4, ""), "The authentication tag has 0 bytes"),
        (header(r#"{"alg":"dir"}"#), "no text enc"),
        (header(r#"{"alg":"dir","enc":"A128CBC"}"#), "enc is A128CBC"),
    ]);
    let cbc = seal(
        &json!({"alg": "dir", "enc": "A128CBC-HS256"}),
        &[0; 32],
        &[],
        b"fifteen bytes..",
    );
    let mut parts: Vec<&str> = cbc.split('.').collect();
    parts[3] = &parts[3][..20];
    assert!(problem(&parts.join(".")).message.contains("multiple of 16"));
}

#[test]
fn what_is_wrong_with_the_parameters_is_said_in_a_sentence() {
    let of = |extra: Value| with_header(&extra);
    let epk = |epk: Value| of(json!({"alg": "ECDH-ES", "epk": epk}));
    let pbes2 = |p2s: Value, p2c: Value| of(json!({"alg": "PBES2-HS256+A128KW", "p2s": p2s, "p2c": p2c}));
    each_says_why(vec![
        (of(json!({"alg": 1})), "no text alg"),
        (of(json!({"alg": "none"})), "alg is none"),
        (of(json!({"crit": ["exp", "b64"]})), "crit says that exp, b64"),
        (of(json!({"crit": 1})), "crit is not a list"),
        (of(json!({"crit": []})), "crit is an empty list"),
        (of(json!({"zip": "GZIP"})), "zip is GZIP"),
        (of(json!({"zip": 1})), "zip is not a text"),
        (
            of(json!({"alg": "A128KW"})),
            "has 0 bytes where A128KW with A128GCM has 24",
        ),
        (
            of(json!({"alg": "RSA-OAEP"})),
            "RSA-OAEP has an encrypted key, and here is none",
        ),
        (
            of(json!({"alg": "A128GCMKW", "iv": "AAAA"})),
            "The header's iv has 3 bytes where 12",
        ),
        (
            of(json!({"alg": "A128GCMKW", "iv": 1})),
            "The header's iv is not base64url",
        ),
        (of(json!({"alg": "ECDH-ES"})), "no epk"),
        (epk(json!({"kty": "EC", "crv": "P-192"})), "a curve that is not known"),
        (epk(json!({"kty": "OKP", "crv": "P-256"})), "a curve that is not known"),
        (
            epk(json!({"kty": "EC", "crv": "P-256", "x": "AA"})),
            "no coordinates of 32 bytes",
        ),
        (
            epk(json!({"kty": "EC", "crv": "P-256", "x": "AA", "y": "AQ"})),
            "epk is no point on P-256",
        ),
        (pbes2(json!("AAAA"), json!(2_000_000)), "p2c asks for 2000000 rounds"),
        (pbes2(json!("AAAA"), json!(u64::MAX)), "more than the 1000000"),
        (pbes2(json!("AAAA"), json!(0)), "p2c is not a whole number"),
        (pbes2(json!(null), json!(1)), "p2s is not base64url"),
    ]);
}

#[test]
fn what_is_wrong_with_the_json_serialization_is_said_in_a_sentence() {
    let good = with_header(&json!({}));
    let parts: Vec<&str> = good.split('.').collect();
    let flattened = |unprotected: Value| {
        json!({
            "protected": parts[0], "unprotected": unprotected, "iv": parts[2], "ciphertext": parts[3], "tag": parts[4],
        })
        .to_string()
    };
    let opened = decrypt(&flattened(json!({"cty": "text"})), &text_key("sixteen bytes ok")).unwrap();
    assert_eq!(text_of(&opened), "hello");
    let of = str::to_owned;
    each_says_why(vec![
        (of("{"), "not a whole JSON object"),
        (of("{}"), "no ciphertext"),
        (of(r#"{"payload":""}"#), "signed token"),
        (of(r#"{"ciphertext":"","recipients":[]}"#), "recipients is empty"),
        (of(r#"{"ciphertext":"","recipients":1}"#), "recipients is not a list"),
        (of(r#"{"ciphertext":"","recipients":[1]}"#), "A recipient is not"),
        (
            of(r#"{"ciphertext":"","recipients":[{}],"header":{}}"#),
            "the one or the other",
        ),
        (of(r#"{"ciphertext":1}"#), "ciphertext is not a text"),
        (of(r#"{"ciphertext":"","header":1}"#), "header is not a JSON object"),
        (flattened(json!({"alg": "dir"})), "alg stands in two"),
        (
            flattened(json!({"zip": "DEF"})),
            "zip stands outside the protected header",
        ),
    ]);
}

#[test]
fn what_readers_take_differently_is_refused_or_told() {
    let good = with_header(&json!({}));
    let parts: Vec<&str> = good.split('.').collect();
    let json = |more: &str| {
        format!(
            r#"{{"protected":"{}","iv":"{}","ciphertext":"{}","tag":"{}"{more}}}"#,
            parts[0], parts[2], parts[3], parts[4]
        )
    };
    let keys = text_key("sixteen bytes ok");
    assert_eq!(text_of(&decrypt(&json(""), &keys).unwrap()), "hello");
    each_says_why(vec![
        (json(r#","tag":"AAAA""#), "tag stands twice"),
        (json(r#","unprotected":{"a":1,"a":2}"#), "a stands twice"),
        (json(r#","header":{"b":1,"b":2}"#), "b stands twice"),
        (
            json(r#","recipients":[{"header":{},"header":{}}]"#),
            "header stands twice",
        ),
        (json(r#","recipients":[{"header":{"c":1,"c":1}}]"#), "c stands twice"),
    ]);
    let spaced = decrypt(&format!(" {good}\n"), &keys).unwrap();
    assert_eq!(
        (text_of(&spaced).as_str(), codes(&spaced)),
        ("hello", vec!["white_space"])
    );
    assert!(codes(&decrypt(&good, &keys).unwrap()).is_empty());
    // A key that is shared directly is that of one recipient.
    let several = decrypt(&json(r#","recipients":[{},{}]"#), &keys).unwrap_err();
    let told: Vec<&str> = several.tried.iter().map(|tried| tried.why.as_str()).collect();
    assert_eq!(told.len(), 2);
    assert!(
        told.iter()
            .all(|why| why.contains("dir is for one recipient alone, and the token has 2")),
        "{told:?}"
    );
}
