//! `inspect` and `forge` as scripts see them: the document, the exit status, and what never gets out.
#![expect(clippy::unwrap_used, reason = "a helper that cannot go on ends its test")]

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use tokenscope::model::keys::signing::SigningKey;

use crate::cli::seeds;
use crate::support::command::{Home, put};
use crate::support::server::{Server, json as answer};

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

/// While the seeds' ID token was good.
const THEN: &str = "1655057800";

#[test]
fn a_damaged_token_is_shown_as_far_as_it_goes_and_is_no_failure() {
    let home = Home::new();
    let ran = home.run(&["inspect", seeds::DAMAGED_ACCESS_TOKEN, "--json"]).ends(0);
    let document = ran.json();
    assert_eq!(
        keys(&document),
        [
            "form",
            "header",
            "claims",
            "read",
            "raw",
            "defects",
            "times",
            "signature",
            "checks",
            "serialization"
        ]
    );
    assert_eq!(
        (&document["form"], &document["header"]),
        (&json!("damaged"), &Value::Null)
    );
    assert_eq!(keys(&document["raw"]), ["header", "payload"]);
    assert!(
        document["raw"]["header"].as_str().unwrap().contains("RS256"),
        "{document}"
    );
    assert_eq!(
        keys(&document["times"]),
        ["iat", "nbf", "exp", "lifetime_s", "remaining_s"]
    );
    assert_eq!(
        keys(&document["signature"]),
        ["status", "alg", "kid", "reason", "findings", "tried"]
    );
    let defects = document["defects"].as_array().unwrap();
    for part in ["header", "payload"] {
        let defect = defects.iter().find(|defect| defect["part"] == part);
        assert_eq!(keys(defect.unwrap()), ["part", "code", "offset", "message"]);
    }
    let lines = home.run(&["inspect", seeds::DAMAGED_ACCESS_TOKEN]).ends(0).out;
    assert!(lines.starts_with("Damaged JWT") && lines.contains('▲'), "{lines}");
    assert!(!lines.chars().any(|c| c.is_control() && c != '\n'), "{lines:?}");
}

#[test]
fn a_whole_token_is_judged_by_what_was_asked() {
    let home = Home::new();
    let inspect = |more: &[&str]| home.run(&[&["inspect", seeds::ID_TOKEN, "--json", "--at", THEN], more].concat());
    let document = inspect(&[
        "--issuer",
        "https://e1-dev.local/id",
        "--audience",
        "pk",
        "--nonce",
        "abc",
    ])
    .ends(0)
    .json();
    assert_eq!(
        (&document["form"], &document["header"]["alg"]),
        (&json!("jws"), &json!("RS256"))
    );
    assert_eq!(document["claims"]["sub"], "admin");
    assert_eq!(document["times"]["exp"], "2022-06-12T18:20:24Z");
    assert_eq!(
        (&document["times"]["lifetime_s"], &document["times"]["remaining_s"]),
        (&json!(300), &json!(224))
    );
    assert_eq!(document["signature"]["status"], "unverified");
    for (more, check) in [
        (["--issuer", "https://other.example"], "jwt.iss"),
        (["--audience", "other"], "jwt.aud"),
        (["--nonce", "other"], "jwt.nonce"),
        (["--at", "2022-06-12T18:20:25Z"], "jwt.exp"),
    ] {
        let arguments: Vec<&str> = if more[0] == "--at" { vec![] } else { more.to_vec() };
        let document = if arguments.is_empty() {
            home.run(&["inspect", seeds::ID_TOKEN, "--json", more[0], more[1]])
                .ends(1)
                .json()
        } else {
            inspect(&arguments).ends(1).json()
        };
        let checks = document["checks"].as_array().unwrap();
        let failed: Vec<_> = checks
            .iter()
            .filter(|c| c["outcome"] == "fail")
            .map(|c| &c["id"])
            .collect();
        assert_eq!(failed, [check], "{document}");
    }
}

#[test]
fn a_signature_is_checked_with_a_secret_from_a_file() {
    let home = Home::new();
    let wrong = home.file("secret", "not-the-secret-but-long-enough-for-hs256\n");
    let arguments = [
        "inspect",
        seeds::RENEWED_ACCESS_TOKEN,
        "--json",
        "--at",
        "1655653720",
        "--secret-file",
    ];
    let document = home
        .run(&[&arguments[..], &[wrong.to_str().unwrap()]].concat())
        .ends(1)
        .json();
    assert_eq!(
        (&document["signature"]["status"], &document["signature"]["alg"]),
        (&json!("invalid"), &json!("HS256"))
    );
    // RFC 7515 appendix A.1 has its key in bytes that are no text; this one is signed here.
    let signed = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0";
    let secret = "a-secret-of-more-than-thirty-two-bytes";
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, secret.as_bytes());
    let tag = aws_lc_rs::hmac::sign(&key, signed.as_bytes());
    let signature = base64::Engine::encode(&URL_SAFE_NO_PAD, tag);
    let token = home.file("token.txt", &format!("{signed}.{signature}\n"));
    let right = home.file("right", secret);
    let arguments = [
        "inspect",
        token.to_str().unwrap(),
        "--json",
        "--secret-file",
        right.to_str().unwrap(),
    ];
    let document = home.run(&arguments).ends(0).json();
    assert_eq!(document["signature"]["status"], "valid", "{document}");
}

#[test]
fn lines_of_tokens_become_lines_of_documents() {
    let home = Home::new();
    let input = format!(
        "{}\n\n  {}  \r\nopaque\n",
        seeds::DAMAGED_ACCESS_TOKEN,
        seeds::RENEWED_ACCESS_TOKEN
    );
    let ran = home
        .run_with(&["inspect", "--lines", "--at", "1655653720"], &input)
        .ends(0);
    let forms: Vec<Value> = ran
        .out
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["form"].clone())
        .collect();
    assert_eq!(forms, ["damaged", "jws", "opaque"]);
    // One that is over makes it 1, and the others are still printed.
    let ran = home.run_with(&["inspect", "--lines"], &input).ends(1);
    assert_eq!(ran.out.lines().count(), 3);
    let piped = home
        .run_with(&["inspect", "-", "--json"], seeds::DAMAGED_ACCESS_TOKEN)
        .ends(0);
    assert_eq!(piped.json()["form"], "damaged");
}

/// A public key as PEM, and a token with a `kid` of its own that was made with the private one.
fn key_and_token(alg: &str) -> (String, String) {
    use aws_lc_rs::encoding::AsDer as _;
    use aws_lc_rs::signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair,
    };
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

    let random = aws_lc_rs::rand::SystemRandom::new();
    let base64url = |bytes: &[u8]| base64::Engine::encode(&URL_SAFE_NO_PAD, bytes);
    let header = json!({"alg": alg.split(' ').next(), "kid": "another"}).to_string();
    let message = format!("{}.{}", base64url(header.as_bytes()), base64url(b"{\"sub\":\"a\"}"));
    let (label, der, signature) = match alg {
        "ES256" => {
            let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
            let der = pair.public_key().as_der().unwrap().as_ref().to_vec();
            let signature = pair.sign(&random, message.as_bytes()).unwrap();
            ("PUBLIC KEY", der, signature.as_ref().to_vec())
        }
        "EdDSA" => {
            let pair = Ed25519KeyPair::generate().unwrap();
            let der = pair.public_key().as_der().unwrap().as_ref().to_vec();
            ("PUBLIC KEY", der, pair.sign(message.as_bytes()).as_ref().to_vec())
        }
        _ => {
            let pair = RsaKeyPair::generate(aws_lc_rs::rsa::KeySize::Rsa2048).unwrap();
            let mut signature = vec![0; pair.public_modulus_len()];
            pair.sign(&RSA_PKCS1_SHA256, &random, message.as_bytes(), &mut signature)
                .unwrap();
            let public = pair.public_key();
            if alg == "RS256 of PKCS #1" {
                ("RSA PUBLIC KEY", public.as_ref().to_vec(), signature)
            } else {
                ("PUBLIC KEY", public.as_der().unwrap().as_ref().to_vec(), signature)
            }
        }
    };
    let text = base64::Engine::encode(&STANDARD, der);
    let pem = format!("-----BEGIN {label}-----\n{text}\n-----END {label}-----\n");
    (pem, format!("{message}.{}", base64url(&signature)))
}

#[test]
fn a_key_set_with_a_broken_key_is_told_and_the_token_that_names_it_is_not_called_forged() {
    let home = Home::new();
    let keys = home.file("keys.json", r#"{"keys":[{"kty":"RSA","kid":"bad","e":"AQAB"}]}"#);
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let token = format!("{}.{}.c2ln", part(r#"{"alg":"RS256","kid":"bad"}"#), part("{}"));
    let ran = home.run(&["inspect", &token, "--json", "--jwks", keys.to_str().unwrap()]);
    let document = ran.ends(0).json();
    let reason = document["signature"]["reason"].as_str().unwrap();
    assert!(
        reason.starts_with("key bad is published but cannot be read: n is missing"),
        "{reason}"
    );
    let checks = document["checks"].as_array().unwrap();
    assert!(checks.iter().any(|check| check["id"] == "keys.readable"), "{document}");
    let short = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/keys/rsa-1024-public.pem");
    // A short key that was tried and did not make it.
    let document = home.run(&["inspect", &token, "--json", "--key", short]).ends(1).json();
    assert_eq!(document["signature"]["status"], "invalid", "{document}");
}

#[test]
fn a_signature_is_checked_with_a_public_key_from_a_file() {
    let home = Home::new();
    let made = ["RS256", "RS256 of PKCS #1", "ES256", "EdDSA"].map(key_and_token);
    for (i, (pem, _)) in made.iter().enumerate() {
        let file = home.file("public.pem", pem);
        for (j, (_, token)) in made.iter().enumerate() {
            let ran = home.run(&["inspect", token, "--json", "--key", file.to_str().unwrap()]);
            let document = ran.ends(i32::from(i != j)).json();
            let wanted = if i == j { "valid" } else { "invalid" };
            assert_eq!(document["signature"]["status"], wanted, "{document}");
            let reason = document["signature"]["reason"].as_str().unwrap();
            assert!(reason.contains("the key that was given"), "{reason}");
        }
    }
    let token = &made[0].1;
    let private = "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n";
    let file = home.file("private.pem", private);
    let ran = home.run(&["inspect", token, "--key", file.to_str().unwrap()]);
    let ran = ran.fails(2, &["private.pem: this is a private key", "-pubout"]);
    assert!(!ran.err.contains("c2VjcmV0"), "{ran:?}");
    let file = home.file("cut.pem", &made[0].0[..100]);
    home.run(&["inspect", token, "--key", file.to_str().unwrap()])
        .fails(2, &["cut.pem: the public key cannot be read"]);
    home.run(&["inspect", token, "--key", "/nowhere/k.pem"])
        .fails(2, &["/nowhere/k.pem could not be read"]);
    home.run(&["inspect", token, "--key", "k.pem", "--jwks", "k.json"])
        .ends(2);
    // Without any, it says how to give one.
    let document = home.run(&["inspect", token, "--json"]).ends(0).json();
    let reason = document["signature"]["reason"].as_str().unwrap();
    assert!(
        reason.starts_with("No key was given: use --jwks") && !reason.contains("profile"),
        "{reason}"
    );
}

#[test]
fn lines_come_from_files_and_a_bad_one_does_not_end_the_run() {
    let home = Home::new();
    let first = home.file("first.txt", "");
    let mut bytes = seeds::RENEWED_ACCESS_TOKEN.as_bytes().to_vec();
    bytes[5] = 0xff;
    put(&first, &[b"opaque\n", &bytes[..], b"\n\xff\xfe\n"].concat());
    let second = home.file("second.txt", seeds::RENEWED_ACCESS_TOKEN);
    let command = ["inspect", "--lines", "--at", "1655653720"];
    let files = [first.to_str().unwrap(), "-", second.to_str().unwrap()];
    let ran = home.run_with(&[&command[..], &files].concat(), "between\n").ends(0);
    let forms: Vec<Value> = ran
        .out
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["form"].clone())
        .collect();
    assert_eq!(forms, ["opaque", "damaged", "opaque", "opaque", "jws"]);
    // All files are there, or none is read.
    home.run(&[&command[..], &[files[0], "typo.txt"]].concat())
        .fails(2, &["no such file: typo.txt"]);
    let ran = home.run(&[&command[..], &[seeds::ID_TOKEN]].concat());
    let ran = ran.fails(2, &["no such file"]);
    assert!(!ran.err.contains(&seeds::ID_TOKEN[..20]), "{ran:?}");
}

#[test]
fn nothing_at_all_is_no_token() {
    let home = Home::new();
    for given in ["", " ", "\n"] {
        home.run(&["inspect", given]).fails(2, &["There is no token in it"]);
        home.run_with(&["inspect", "-"], given)
            .fails(2, &["There is no token in it"]);
    }
    // Lines without anything in them are passed over.
    assert_eq!(home.run_with(&["inspect", "--lines"], "\n \n").ends(0).out, "");
}

#[test]
fn what_may_be_a_secret_is_not_repeated_and_a_directory_is_said_to_be_one() {
    let home = Home::new();
    for token in ["kQzXwVyTsRqPoNmL.aB3", "/kQ9zXwVyTs2RqPoNmLkJ8aB3g=="] {
        let ran = home.run(&["inspect", token, "--json"]).ends(0);
        assert_eq!(ran.json()["form"], "opaque");
        assert!(!ran.err.contains("kQ"), "{ran:?}");
    }
    let ran = home.run(&["inspect", "/nowhere/kQ9zXwVyTs2RqPoNmLkJ8aB3g"]);
    let ran = ran.fails(2, &["There is no such file as what was given"]);
    assert!(!ran.err.contains("kQ9"), "{ran:?}");
    home.run(&["inspect", env!("CARGO_MANIFEST_DIR")])
        .fails(2, &["is a directory"]);
}

#[test]
fn a_comma_behind_a_token_is_no_part_of_it_and_letters_are_told() {
    let home = Home::new();
    let token = signed(&json!({"sub": "a"}));
    let defects = |text: String| {
        let ran = home.run_with(&["inspect", "-", "--json"], &text);
        let defects = ran.json()["defects"].as_array().unwrap().clone();
        let each = defects.iter().map(|one| (one["code"].clone(), one["offset"].clone()));
        each.collect::<Vec<_>>()
    };
    assert_eq!(defects(format!("{token},")), []);
    assert_eq!(defects(format!("{token};x")), []);
    assert_eq!(defects(format!("AAAA{token}")), [(json!("glued"), json!(0))]);
    assert_eq!(defects(format!("{token}.xyz")), [(json!("glued"), json!(token.len()))]);
}

#[test]
fn a_mistyped_path_is_no_opaque_token() {
    let home = Home::new();
    for path in ["typo.txt", "tokens/typo", "/nowhere/typo"] {
        home.run(&["inspect", path])
            .fails(2, &[&format!("no such file: {path}"), "standard input"]);
        let error = &home.run(&["inspect", "opaque", path, "--json"]).ends(2).json()["error"];
        assert_eq!(error["code"], "usage");
    }
    assert_eq!(
        home.run(&["inspect", "opaque", "--json"]).ends(0).json()["form"],
        "opaque"
    );
}

/// A key file of the tests.
fn key_file(name: &str) -> String {
    format!("{}/tests/keys/{name}", env!("CARGO_MANIFEST_DIR"))
}

fn signed(claims: &Value) -> String {
    signed_with(
        "a-secret-of-more-than-thirty-two-bytes",
        &json!({"alg": "HS256"}),
        claims,
    )
}

fn signed_with(secret: &str, header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let input = format!("{}.{}", part(header), part(claims));
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, secret.as_bytes());
    let tag = aws_lc_rs::hmac::sign(&key, input.as_bytes());
    format!("{input}.{}", URL_SAFE_NO_PAD.encode(tag))
}

/// The example of RFC 7516 appendix A.1: token, key, and what is inside.
fn encrypted() -> (String, String, String) {
    let path = format!("{}/tests/vectors/jwe/rfc.json", env!("CARGO_MANIFEST_DIR"));
    let all: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (
        text(&all[0]["tokens"][0]),
        all[0]["key"].to_string(),
        text(&all[0]["plaintext"]),
    )
}

#[test]
fn every_token_of_a_command_line_is_listed_with_its_place() {
    let home = Home::new();
    let (first, second) = (signed(&json!({"sub": "a"})), signed(&json!({"sub": "b"})));
    let text = format!("curl -H 'Authorization: Bearer {first}' 'https://api.example/x?id_token={second}'");
    let all = home.run(&["inspect", &text, "--json"]).ends(0).json();
    let told: Vec<_> = all
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["claims"]["sub"].as_str().unwrap(), one["place"].as_str().unwrap()))
        .collect();
    assert_eq!((told.len(), told[0].0, told[1].0), (2, "a", "b"));
    assert!(
        told[0].1.contains("Bearer") && told[1].1.contains("id_token"),
        "{told:?}"
    );
    let lines = home.run_with(&["inspect", "-"], &text).ends(0).out;
    assert!(lines.contains("Token 1 · ") && lines.contains("Token 2 · "), "{lines}");
    let one = home
        .run(&["inspect", &format!("Bearer {first}"), "--json"])
        .ends(0)
        .json();
    assert_eq!((&one["form"], &one["claims"]["sub"]), (&json!("jws"), &json!("a")));
}

#[test]
fn numbers_keep_their_digits_and_odd_payloads_are_null() {
    let home = Home::new();
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let head = part(r#"{"alg":"RS256"}"#);
    let token = format!(
        "{head}.{}.c2ln",
        part(r#"{"big":12345678901234567890123,"f":1.10,"e":1E400}"#)
    );
    let out = home.run(&["inspect", &token, "--json"]).ends(0).out;
    for exact in ["12345678901234567890123", "1.10", "1E400"] {
        assert!(out.contains(exact), "{out}");
    }
    let list = format!("{head}.{}.c2ln", part("[1,2]"));
    let document = home.run(&["inspect", &list, "--json"]).ends(0).json();
    assert_eq!(
        (&document["claims"], &document["raw"]["payload"]),
        (&Value::Null, &json!("[1,2]"))
    );
}

#[test]
fn an_opaque_token_tells_its_shape() {
    let home = Home::new();
    let uuid = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";
    let document = home.run(&["inspect", uuid, "--json"]).ends(0).json();
    assert_eq!(
        (&document["form"], &document["opaque"]["length"]),
        (&json!("opaque"), &json!(36))
    );
    assert_eq!(document["opaque"]["shapes"][0]["name"], "UUID", "{document}");
    let lines = home.run(&["inspect", uuid]).ends(0).out;
    assert!(lines.starts_with("Opaque token") && lines.contains("UUID"), "{lines}");
}

#[test]
fn an_encrypted_token_is_opened_with_a_key_and_says_why_not_without_one() {
    let home = Home::new();
    let (token, key, plaintext) = encrypted();
    let file = home.file("private.jwk", &key);
    let opened = home.run(&["inspect", &token, "--json", "--decrypt-key", file.to_str().unwrap()]);
    let document = opened.ends(0).json();
    assert_eq!(
        (&document["form"], &document["decrypted"]["opened"]),
        (&json!("jwe"), &json!(true))
    );
    assert_eq!(document["decrypted"]["content"], plaintext);
    let secret = home.file("secret", "not the key of this one\n");
    let closed = home.run(&["inspect", &token, "--json", "--secret-file", secret.to_str().unwrap()]);
    let closed = closed.ends(0);
    assert_eq!(closed.json()["decrypted"]["opened"], false, "{closed:?}");
    assert!(
        !closed.out.contains("not the key") && !closed.err.contains("not the key"),
        "{closed:?}"
    );
    assert!(
        home.run(&["inspect", &token, "--json"])
            .ends(0)
            .json()
            .get("decrypted")
            .is_none()
    );
}

#[test]
fn a_token_inside_a_token_is_a_document_inside_the_document() {
    let home = Home::new();
    let inner = signed(&json!({"sub": "inner"}));
    let document = home
        .run(&[
            "inspect",
            &signed(&json!({"sub": "outer", "act_token": inner})),
            "--json",
        ])
        .ends(0)
        .json();
    assert_eq!(document["claims"]["sub"], "outer");
    assert_eq!(document["inner"][0]["claims"]["sub"], "inner", "{document}");
    assert!(
        document["inner"][0]["place"].as_str().unwrap().contains("act_token"),
        "{document}"
    );
}

#[test]
fn a_private_key_verifies_by_its_public_half_and_is_never_shown() {
    let home = Home::new();
    let token = home.file("token", &signed(&json!({"sub": "a"})));
    let key = key_file("ec-p256-pkcs8.pem");
    let pem = std::fs::read_to_string(&key).unwrap();
    let made = home.run(&["forge", token.to_str().unwrap(), "--key", &key]).ends(0).out;
    let ran = home.run(&["inspect", made.trim(), "--json", "--key", &key]).ends(0);
    assert_eq!(ran.json()["signature"]["status"], "valid", "{ran:?}");
    assert!(ran.err.contains("is a private key"), "{ran:?}");
    let line = pem.lines().nth(1).unwrap();
    assert!(!ran.out.contains(line) && !ran.err.contains(line));
    let public = home.run(&[
        "inspect",
        made.trim(),
        "--json",
        "--key",
        &key_file("ec-p256-public.pem"),
    ]);
    assert_eq!(public.ends(0).json()["signature"]["status"], "valid");
}

#[test]
fn a_secret_is_read_in_the_form_that_was_named_and_never_shown() {
    let home = Home::new();
    let secret = "a-secret-of-more-than-thirty-two-bytes";
    let digits = |byte: u8| [byte >> 4, byte & 15].map(|digit| char::from_digit(digit.into(), 16).unwrap());
    let hex: String = secret.bytes().flat_map(digits).collect();
    let file = home.file("secret", &format!("{hex}\n"));
    let token = signed(&json!({"sub": "a"}));
    for (format, status, exit) in [("hex", "valid", 0), ("auto", "valid", 0), ("text", "invalid", 1)] {
        let arguments = [
            "inspect",
            &token,
            "--json",
            "--secret-file",
            file.to_str().unwrap(),
            "--secret-format",
            format,
        ];
        let ran = home.run(&arguments).ends(exit);
        assert_eq!(ran.json()["signature"]["status"], status, "{ran:?}");
        for hidden in [secret, &hex] {
            assert!(!ran.out.contains(hidden) && !ran.err.contains(hidden), "{ran:?}");
        }
    }
}

#[test]
fn what_was_sent_is_held_against_the_token() {
    let home = Home::new();
    let file = home.file("access", "another access token\n");
    let inspect = |more: &[&str]| {
        let ran = home.run(&[&["inspect", seeds::ID_TOKEN, "--json", "--at", THEN][..], more].concat());
        let document: Value = serde_json::from_str(&ran.out).unwrap();
        let checks = document["checks"].as_array().unwrap().clone();
        let failed = checks.into_iter().filter(|check| check["outcome"] == "fail");
        (
            ran.status,
            failed
                .map(|check| check["id"].as_str().unwrap().to_owned())
                .collect::<Vec<_>>(),
        )
    };
    assert_eq!(inspect(&[]), (0, vec![]));
    for (more, id) in [
        (["--access-token-file", file.to_str().unwrap()], "id_token.at_hash"),
        (["--state", "another"], "id_token.s_hash"),
        (["--max-age", "10"], "id_token.auth_time"),
    ] {
        assert_eq!(inspect(&more), (1, vec![id.to_owned()]), "{more:?}");
    }
    // Judged as an access token, it is one that looks like an ID token.
    let ran = home
        .run(&["inspect", seeds::ID_TOKEN, "--json", "--at", THEN, "--use", "access"])
        .ends(0);
    assert!(ran.out.contains("access_token.kind"), "{ran:?}");
}

#[test]
fn claims_are_explained_only_where_that_is_asked_for() {
    let home = Home::new();
    let plain = home
        .run(&["inspect", seeds::ID_TOKEN, "--json", "--at", THEN])
        .ends(0)
        .json();
    assert!(plain.get("explained").is_none());
    let arguments = ["inspect", seeds::ID_TOKEN, "--json", "--at", THEN, "--explain"];
    let document = home.run(&arguments).ends(0).json();
    let explained = document["explained"].as_array().unwrap();
    let amr = explained.iter().find(|one| one["claim"] == "amr").unwrap();
    assert!(amr["meaning"].is_string() && amr["section"].is_string(), "{amr}");
    assert_eq!(amr["notes"][0]["value"], "pwd", "{amr}");
    let lines = home
        .run(&["inspect", seeds::ID_TOKEN, "--at", THEN, "--explain"])
        .ends(0)
        .out;
    assert!(lines.contains("pwd: ") && lines.contains("OIDC Core"), "{lines}");
}

#[test]
fn a_detached_payload_comes_from_a_file() {
    let home = Home::new();
    let whole = signed(&json!({"sub": "a"}));
    let mut parts = whole.split('.');
    let (header, _, signature) = (parts.next().unwrap(), parts.next(), parts.next().unwrap());
    let token = format!("{header}..{signature}");
    let payload = home.file("payload", r#"{"sub":"a"}"#);
    let secret = home.file("secret", "a-secret-of-more-than-thirty-two-bytes");
    let arguments = ["inspect", &token, "--json", "--secret-file", secret.to_str().unwrap()];
    let with = home
        .run(&[&arguments[..], &["--payload", payload.to_str().unwrap()]].concat())
        .ends(0);
    assert_eq!(with.json()["signature"]["status"], "valid", "{with:?}");
    assert_eq!(with.json()["claims"]["sub"], "a", "{with:?}");
    // Beside a token that has one it is a mistake, and not passed over.
    let beside = ["inspect", &whole, "--payload", payload.to_str().unwrap()];
    let told = home.run(&beside).ends(2).err;
    assert!(
        told.contains("a payload of its own") && told.contains("Leave --payload out"),
        "{told}"
    );
    let without = home.run(&arguments);
    assert_ne!(
        serde_json::from_str::<Value>(&without.out).unwrap()["signature"]["status"],
        "valid"
    );
}

#[test]
fn a_key_is_read_as_der_too() {
    let home = Home::new();
    let key = SigningKey::generate_es256();
    let claims = json!({"iss": "i", "sub": "a", "exp": 4_000_000_000_i64});
    let token = key.sign(key.default_algorithm(), &[], &claims).unwrap();
    let point = |name: &str| {
        URL_SAFE_NO_PAD
            .decode(key.public_jwk().unwrap()[name].as_str().unwrap())
            .unwrap()
    };
    // SubjectPublicKeyInfo of a P-256 key (RFC 5480 §2): all but the point is the same for each.
    let prefix = "3059301306072a8648ce3d020106082a8648ce3d03010703420004";
    let byte = |at: usize| u8::from_str_radix(&prefix[at..at + 2], 16).unwrap();
    let head: Vec<u8> = (0..prefix.len()).step_by(2).map(byte).collect();
    let der = [head, point("x"), point("y")].concat();
    let file = home.file("key.der", "");
    std::fs::File::create(&file).unwrap().write_all(&der).unwrap();
    let ran = home
        .run(&["inspect", token.expose(), "--json", "--key", file.to_str().unwrap()])
        .ends(0);
    assert_eq!(ran.json()["signature"]["status"], "valid", "{ran:?}");
}

#[test]
fn two_tokens_are_compared_claim_by_claim() {
    let home = Home::new();
    let before = signed(&json!({"iss": "i", "sub": "a", "at_hash": "x", "aud": "app", "iat": 1000, "exp": 1300}));
    let after =
        signed(&json!({"iss": "i", "sub": "b", "at_hash": "x", "aud": "app", "iat": 2000, "exp": 2300, "n": 1}));
    let ran = home
        .run(&["inspect", "--compare", "--refreshed", &before, &after, "--json"])
        .ends(1);
    let document = ran.json();
    assert_eq!(document["relation"], "refresh");
    assert_eq!(document["claims"]["added"], json!({"n": 1}));
    let changed: Vec<_> = document["claims"]["changed"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["name"])
        .collect();
    assert_eq!(changed, ["sub", "iat", "exp"]);
    let checks = document["checks"].as_array().unwrap();
    assert!(
        checks
            .iter()
            .any(|check| check["outcome"] == "fail" && check["id"].as_str().unwrap().ends_with("sub")),
        "{document}"
    );
    let lines = home.run(&["inspect", "--compare", &before, &after]).ends(0).out;
    assert!(
        lines.contains("3 changed, 1 new") && lines.contains("\"a\" → \"b\""),
        "{lines}"
    );
    assert!(!lines.contains("refresh."), "{lines}");
    home.run(&["inspect", "--compare", &before, &before]).ends(0);
    home.run(&["inspect", "--compare", &before])
        .fails(2, &["There are 1 tokens"]);
}

#[test]
fn a_refresh_is_judged_by_what_the_tokens_are_or_it_is_said_why_not() {
    let home = Home::new();
    let claims = json!({"iss": "i", "sub": "a", "aud": "app", "iat": 1000, "exp": 1300});
    let with = |more: Value| {
        let mut claims = claims.clone();
        claims
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        signed(&claims)
    };
    let login = with(json!({"nonce": "n", "at_hash": "x"}));
    let refreshed = with(json!({"iat": 2000, "exp": 2300}));
    let other = with(json!({"iat": 2000, "exp": 2300, "sub": "b"}));
    let compare = |before: &str, after: &str, more: &[&str], status| -> Vec<(String, String)> {
        let arguments = ["inspect", "--compare", "--refreshed", before, after, "--json"];
        let ran = home.run(&[&arguments[..], more].concat()).ends(status);
        let document = ran.json();
        let text = |check: &Value, name: &str| check[name].as_str().unwrap().to_owned();
        let checks = document["checks"].as_array().unwrap().iter();
        checks
            .map(|check| (text(check, "id"), text(check, "outcome")))
            .collect()
    };
    let of = |checks: &[(String, String)], id: &str| {
        let found = checks.iter().find(|(name, _)| name == id);
        found.map_or_else(|| panic!("{id} is not in {checks:?}"), |(_, outcome)| outcome.clone())
    };
    // Only the first is recognised by its claims; issuer and audience tell the second.
    assert_eq!(of(&compare(&login, &refreshed, &[], 0), "refresh.same_sub"), "pass");
    assert_eq!(of(&compare(&login, &other, &[], 1), "refresh.same_sub"), "fail");
    // Neither is, unless the person says so.
    assert_eq!(of(&compare(&refreshed, &other, &[], 0), "refresh.same_sub"), "skip");
    assert_eq!(
        of(&compare(&refreshed, &other, &["--use", "id"], 1), "refresh.same_sub"),
        "fail"
    );
    assert_eq!(
        of(&compare(&login, &other, &["--use", "access"], 0), "refresh.same_sub"),
        "skip"
    );
    let (narrow, wide) = (with(json!({"scope": "a"})), with(json!({"scope": "a admin"})));
    assert_eq!(of(&compare(&narrow, &wide, &[], 1), "refresh.scope"), "fail");
    assert_eq!(of(&compare(&wide, &narrow, &[], 0), "refresh.scope"), "pass");
}

#[test]
fn a_claim_that_was_mended_is_marked_where_it_is_compared() {
    let home = Home::new();
    let part = |json: &str| URL_SAFE_NO_PAD.encode(json);
    let token = |claims: &str| format!("{}.{}.c2ln", part(r#"{"alg":"RS256"}"#), part(claims));
    let (before, after) = (token(r#"{"a":1,"b":2}"#), token(r#"{"a":NaN,"b":3}"#));
    let lines = home.run(&["inspect", "--compare", &before, &after]).ends(0).out;
    let of = |name: &str| lines.lines().find(|line| line.contains(&format!("~ {name} "))).unwrap();
    assert!(of("a").contains("mended") && !of("b").contains("mended"), "{lines}");
    let document = home
        .run(&["inspect", "--compare", &before, &after, "--json"])
        .ends(0)
        .json();
    assert_eq!(document["claims"]["mended"], json!(["a"]));
    assert_eq!(document["header"].get("mended"), None);
}

#[test]
fn a_name_that_stands_twice_inside_a_claim_is_told_and_fails() {
    let home = Home::new();
    let part = |json: &str| URL_SAFE_NO_PAD.encode(json);
    let token = format!(
        "{}.{}.c2ln",
        part(r#"{"alg":"RS256"}"#),
        part(r#"{"sub":"a","cnf":{"jkt":"a","jkt":"b"}}"#)
    );
    let document = home.run(&["inspect", &token, "--json"]).ends(1).json();
    let all = |name: &str| document[name].as_array().unwrap().clone();
    let defect = all("defects")
        .into_iter()
        .find(|defect| defect["code"] == "duplicate_name")
        .unwrap();
    assert!(defect["message"].as_str().unwrap().contains("cnf.jkt"), "{defect}");
    let check = all("checks")
        .into_iter()
        .find(|check| check["id"] == "jwt.duplicate_names")
        .unwrap();
    assert_eq!(check["outcome"], "fail", "{check}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_fetches_keys_again_for_an_unknown_name_and_not_for_each() {
    use tokenscope::model::keys::signing::SigningKey;

    let key = |kid: &str| SigningKey::generate_es256().with_kid(kid);
    let published = |keys: &[&SigningKey]| {
        let keys: Vec<_> = keys.iter().map(|key| key.registration_jwk().unwrap()).collect();
        answer(200, &json!({ "keys": keys }).to_string())
    };
    let token = |key: &SigningKey| {
        let header = [("kid", key.kid().unwrap().into())];
        let made = key.sign(key.default_algorithm(), &header, &json!({"sub": "a"}));
        made.unwrap().expose().to_owned()
    };
    let (old, new, stranger) = (key("old"), key("new"), key("stranger"));
    // One for each name that is not known; a fourth question would have no answer.
    let both = || published(&[&old, &new]);
    let server = Server::start([published(&[&old]), both(), both()]).await;
    let lines = [&old, &new, &stranger, &stranger].map(token).join("\n");
    let address = server.url.to_string();
    let ran =
        tokio::task::spawn_blocking(move || Home::new().run_with(&["inspect", "--lines", "--jwks", &address], &lines));
    let ran = ran.await.unwrap().ends(0);
    let statuses: Vec<Value> = ran
        .out
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["signature"]["status"].clone())
        .collect();
    assert_eq!(statuses, ["valid", "valid", "unverified", "unverified"]);
    assert_eq!(server.requests().len(), 3);
}

#[test]
fn a_key_set_of_ones_own_may_hold_the_secret_and_none_comes_over_an_open_line() {
    let home = Home::new();
    let vectors: Value = serde_json::from_str(include_str!("../vectors/rfc7515-a.json")).unwrap();
    let example = &vectors["A.1"];
    let set = home.file("keys.json", &json!({"keys": [example["key"]]}).to_string());
    let token = example["token"].as_str().unwrap();
    let at = ["--at", "1300819000"];
    let ran = home.run(&[&["inspect", token, "--json", "--jwks", set.to_str().unwrap()], &at[..]].concat());
    assert_eq!(ran.json()["signature"]["status"], "valid", "{}", ran.out);
    // RFC 5737: nobody has this address.
    let ran = home.run(
        &[
            &["inspect", token, "--json", "--jwks", "http://192.0.2.1/jwks"],
            &at[..],
        ]
        .concat(),
    );
    let reason = home
        .run(&[
            "inspect",
            &key_and_token("ES256").1,
            "--json",
            "--jwks",
            "http://192.0.2.1/jwks",
        ])
        .json();
    let reason = reason["signature"]["reason"].as_str().unwrap();
    assert!(reason.contains("is not https"), "{reason}");
    assert_ne!(ran.json()["signature"]["status"], "valid");
}

#[test]
fn to_discover_for_a_stream_of_strangers_wants_the_issuer_named() {
    let home = Home::new();
    home.run_with(&["inspect", "--lines", "--discover"], "a\n")
        .fails(2, &["--issuer"]);
    home.run(&["inspect", "opaque", "--discover", "--jwks", "x.json"])
        .ends(2);
    let document = home.run(&[
        "inspect",
        seeds::RENEWED_ACCESS_TOKEN,
        "--discover",
        "--json",
        "--at",
        "1655653720",
    ]);
    assert!(!document.out.is_empty());
}

#[test]
fn a_hundred_thousand_lines_go_through_a_pipe() {
    let line = signed(&json!({"sub": "a", "exp": 4_000_000_000_u64, "iat": 3_999_999_000_u64}));
    let mut child = Command::new(env!("CARGO_BIN_EXE_tokenscope"))
        .args(["inspect", "--lines", "--at", "3999999500"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let writing = std::thread::spawn(move || {
        for _ in 0..1000 {
            pipe.write_all(format!("{line}\n").repeat(100).as_bytes()).unwrap();
        }
    });
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let first: Value = serde_json::from_str(&lines.next().unwrap()).unwrap();
    assert_eq!(first["times"]["remaining_s"], 500);
    assert_eq!(1 + lines.count(), 100_000);
    writing.join().unwrap();
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_forged_token_goes_to_standard_output_alone_and_is_known_again() {
    let home = Home::new();
    let token = home.file("token", &signed(&json!({"sub": "a", "roles": ["user"]})));
    let forge = |more: &[&str]| home.run(&[&["forge", token.to_str().unwrap()][..], more].concat());
    let ran = forge(&[
        "--claim",
        r#"roles=["admin"]"#,
        "--header",
        r#"typ="JWT""#,
        "--remove",
        "sub",
        "--keep-signature",
    ])
    .ends(0);
    assert_eq!(ran.out.lines().count(), 1);
    assert!(
        ran.err.contains("forged") && ran.err.contains("roles") && !ran.err.contains(ran.out.trim()),
        "{ran:?}"
    );
    let document = home.run(&["inspect", ran.out.trim(), "--json"]).ends(0).json();
    assert_eq!(
        (&document["forged"], &document["claims"]),
        (&json!(true), &json!({"roles": ["admin"]}))
    );
    let lines = home.run(&["inspect", ran.out.trim()]).ends(0).out;
    assert!(lines.contains("Forged for tests"), "{lines}");
    let none = forge(&["--unsigned", "--unmarked"]).ends(0);
    let document = home.run(&["inspect", none.out.trim(), "--json"]).ends(1).json();
    assert_eq!(
        (&document["header"]["alg"], document.get("forged")),
        (&json!("none"), None)
    );
    let attack = forge(&["--preset", "alg_none"]).ends(0);
    assert!(attack.out.trim().ends_with('.'), "{attack:?}");
}

#[test]
fn what_cannot_be_forged_says_what_to_do() {
    let home = Home::new();
    let token = signed(&json!({"sub": "a"}));
    for (arguments, says) in [
        (&["forge", token.as_str()][..], "--keep-signature"),
        (&["forge", &token, "--json", "--unsigned"], "bare token"),
        (
            &["forge", &token, "--claim", "sub=admin", "--unsigned"],
            "A text has quotes",
        ),
        (&["forge", &token, "--claim", "sub", "--unsigned"], "no = in it"),
        (&["forge", &token, "--preset", "no_such"], "There is no such preset"),
        (
            &["forge", &token, "--key", "/nowhere.pem"],
            "/nowhere.pem could not be read",
        ),
        (&["forge", "opaque", "--unsigned"], "three parts"),
        (&["forge", "opaque", "--unsigned"], "opaque: only its server"),
        (
            &["forge", &token, "--remove", "zzz", "--unsigned"],
            "The token has no claim “zzz” to remove. There are sub",
        ),
        (
            &["forge", &token, "--remove", "header.kid", "--unsigned"],
            "no header parameter “kid” to remove",
        ),
    ] {
        let ran = home.run(arguments).ends(2);
        assert!(
            ran.err.contains(says) || ran.out.contains(says),
            "{arguments:?}: {ran:?}"
        );
        assert!(!ran.err.contains("?."), "{ran:?}");
    }
    home.run(&["forge", &token, "--unsigned", "--keep-signature"]).ends(2);
    let list = home.run(&["forge", "--list", "--json"]).ends(0).json();
    let ids: Vec<_> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["id"].as_str().unwrap())
        .collect();
    assert!(ids.contains(&"alg_none") && ids.len() > 5, "{ids:?}");
    let lines = home.run(&["forge", "--list"]).ends(0).out;
    assert!(ids.iter().all(|id| lines.contains(id)), "{lines}");
}
