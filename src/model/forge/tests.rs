use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::model::jwt;
use crate::model::keys::KeySet;
use crate::model::verify::{KeyMaterial, SignatureStatus, verify};

const RSA: &str = include_str!("../../../tests/keys/rsa-pkcs8.pem");
const RSA_PUBLIC: &str = include_str!("../../../tests/keys/rsa-public.pem");
const NOW_S: i64 = 1_700_000_000;

fn rsa() -> SigningKey {
    SigningKey::parse(&RSA.into()).unwrap()
}

fn good() -> String {
    let claims = json!({"iss": "https://id.example", "aud": "api", "sub": "me", "iat": NOW_S, "exp": NOW_S + 900});
    let token = rsa().sign(
        SigningAlgorithm::RS256,
        &[("typ", "JWT".into()), ("kid", "k1".into())],
        &claims,
    );
    token.unwrap().expose().to_owned()
}

fn inputs() -> Inputs {
    Inputs {
        signer: Some(SignWith::Key(rsa(), SigningAlgorithm::RS256)),
        public_key: Some(RSA_PUBLIC.to_owned()),
        address: Some("https://tester.example/keys".to_owned()),
        ..Inputs::new(Timestamp::from_second(NOW_S).unwrap())
    }
}

fn made(id: &str) -> (Forged, Decoded) {
    let forged = preset(&good(), id, &inputs()).unwrap_or_else(|e| panic!("{id}: {e}"));
    let decoded = jwt::decode(forged.token.expose());
    (forged, decoded)
}

fn status(forged: &Forged, keys: Result<KeySet, String>) -> SignatureStatus {
    let material = KeyMaterial {
        keys: Some(keys),
        ..KeyMaterial::default()
    };
    verify(forged.token.expose(), &jwt::decode(forged.token.expose()), &material).status
}

/// What a server says that trusts the provider's key.
fn server_says(forged: &Forged) -> SignatureStatus {
    status(forged, KeySet::from_pem(RSA_PUBLIC))
}

fn hmac_fits(forged: &Forged, secret: &[u8]) -> bool {
    let (input, signature) = forged.token.expose().rsplit_once('.').unwrap();
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    hmac::verify(&key, input.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).unwrap()).is_ok()
}

fn signature_of(token: &str) -> &str {
    token.rsplit_once('.').unwrap().1
}

#[test]
fn every_preset_is_made_told_apart_and_explained() {
    assert!(presets().len() >= 20);
    for p in presets() {
        let (forged, decoded) = made(p.id);
        assert_eq!(is_marked(&decoded), p.id != "flipped_signature", "{}", p.id);
        assert_eq!(forged.is_marked, is_marked(&decoded), "{}", p.id);
        assert_ne!(forged.token.expose(), good(), "{}", p.id);
        assert_eq!(forged.fingerprint, Fingerprint::of(forged.token.expose()));
        assert!(
            !forged.what.is_empty() && !p.tries.is_empty() && p.spec.starts_with("RFC"),
            "{}",
            p.id
        );
        assert!(!format!("{forged:?}").contains(forged.token.expose()));
        let plain = Inputs {
            mark: false,
            ..inputs()
        };
        let unmarked = preset(&good(), p.id, &plain).unwrap();
        assert!(!is_marked(&jwt::decode(unmarked.token.expose())), "{}", p.id);
        let first = presets().iter().find(|other| other.id == p.id).unwrap();
        assert_eq!(first.name, p.name);
    }
}

#[test]
fn what_is_signed_with_the_trusted_key_has_a_valid_signature_and_one_wrong_claim() {
    for (id, name, value) in [
        ("expired", "exp", json!(NOW_S - 3600)),
        ("far_future", "exp", json!(NOW_S + 315_360_000)),
        ("not_yet", "nbf", json!(NOW_S + 3600)),
        ("other_audience", "aud", json!("somebody-else")),
        ("other_issuer", "iss", json!("https://attacker.example")),
    ] {
        let (forged, decoded) = made(id);
        assert_eq!(server_says(&forged), SignatureStatus::Valid, "{id}");
        assert_eq!(decoded.payload.get(name), Some(value), "{id}");
    }
    let (forged, decoded) = made("no_exp");
    assert_eq!(
        (server_says(&forged), decoded.payload.get("exp")),
        (SignatureStatus::Valid, None)
    );
    let (forged, decoded) = made("other_typ");
    assert_eq!(server_says(&forged), SignatureStatus::Valid);
    assert_eq!(decoded.header.get_str("typ").as_deref(), Some("at+jwt"));
}

#[test]
fn an_expired_token_was_made_before_it_expired() {
    let (_, decoded) = made("expired");
    assert_eq!(decoded.payload.get("iat"), Some(json!(NOW_S - 7200)));
}

#[test]
fn unsigned_tokens_say_none_in_the_spelling_that_is_asked_for() {
    for (id, alg) in [
        ("alg_none", "none"),
        ("alg_none_title", "None"),
        ("alg_none_mixed", "nONE"),
        ("alg_none_upper", "NONE"),
    ] {
        let (forged, decoded) = made(id);
        assert_eq!(decoded.alg().as_deref(), Some(alg));
        assert!(forged.token.expose().ends_with('.'));
        assert_ne!(server_says(&forged), SignatureStatus::Valid);
    }
}

#[test]
fn a_signature_is_removed_flipped_kept_or_zero() {
    let (forged, decoded) = made("stripped_signature");
    assert!(forged.token.expose().ends_with('.'));
    assert_eq!(decoded.alg().as_deref(), Some("RS256"));

    let (forged, _) = made("flipped_signature");
    let (old, new) = (good(), forged.token.expose().to_owned());
    assert_eq!(old.rsplit_once('.').unwrap().0, new.rsplit_once('.').unwrap().0);
    let bytes = |token: &str| URL_SAFE_NO_PAD.decode(signature_of(token)).unwrap();
    let differing: u32 = bytes(&old)
        .iter()
        .zip(bytes(&new))
        .map(|(a, b)| (a ^ b).count_ones())
        .sum();
    assert_eq!(differing, 1);
    assert_eq!(server_says(&forged), SignatureStatus::Invalid);

    let (forged, decoded) = made("changed_claim");
    assert_eq!(signature_of(forged.token.expose()), signature_of(&good()));
    assert_eq!(decoded.payload.get_str("sub").as_deref(), Some("somebody-else"));
    assert_eq!(server_says(&forged), SignatureStatus::Invalid);

    let (forged, decoded) = made("zero_signature");
    assert_eq!(
        (decoded.alg().as_deref(), decoded.signature_len),
        (Some("ES256"), Some(64))
    );
    assert_eq!(signature_of(forged.token.expose()).trim_matches('A'), "");
    assert!(
        forged.what.last().unwrap().contains("was not signed with ECDSA"),
        "{:?}",
        forged.what
    );
}

#[test]
fn zeros_are_as_long_as_the_signature_that_they_replace() {
    for (alg, pem, len) in [
        (
            SigningAlgorithm::ES384,
            include_str!("../../../tests/keys/ec-p384-pkcs8.pem"),
            96,
        ),
        (
            SigningAlgorithm::ES512,
            include_str!("../../../tests/keys/ec-p521-sec1.pem"),
            132,
        ),
    ] {
        let key = SigningKey::parse(&pem.into()).unwrap();
        let token = key.sign(alg, &[], &json!({"sub": "a"})).unwrap();
        let forged = preset(token.expose(), "zero_signature", &inputs()).unwrap();
        let decoded = jwt::decode(forged.token.expose());
        assert_eq!(
            (decoded.alg().as_deref(), decoded.signature_len),
            (Some(alg.as_str()), Some(len))
        );
        assert!(
            !forged.what.iter().any(|what| what.contains("ECDSA")),
            "{:?}",
            forged.what
        );
    }
}

#[test]
fn the_hmac_is_made_with_the_very_bytes_of_the_public_key() {
    let (forged, decoded) = made("hmac_public_key");
    assert_eq!(
        (decoded.alg().as_deref(), decoded.kid().as_deref()),
        (Some("HS256"), Some("k1"))
    );
    assert!(hmac_fits(&forged, RSA_PUBLIC.as_bytes()));
    assert_ne!(server_says(&forged), SignatureStatus::Valid);
    let private = Inputs {
        public_key: Some(RSA.to_owned()),
        ..inputs()
    };
    assert!(
        preset(&good(), "hmac_public_key", &private)
            .unwrap_err()
            .contains("private key")
    );
}

#[test]
fn a_kid_that_is_a_path_or_a_query_is_signed_with_what_it_gives() {
    let (forged, decoded) = made("kid_traversal");
    assert!(decoded.kid().unwrap().ends_with("../../dev/null"));
    assert!(hmac_fits(&forged, b""));
    let (forged, decoded) = made("kid_sql");
    assert!(decoded.kid().unwrap().contains("UNION SELECT"));
    assert!(hmac_fits(&forged, b"tokenscope"));
}

#[test]
fn a_key_that_the_token_brings_verifies_it_and_the_providers_does_not() {
    let (forged, decoded) = made("embedded_jwk");
    let jwk = decoded.header.get("jwk").unwrap();
    assert!(jwk.get("d").is_none());
    assert_eq!(
        status(&forged, KeySet::from_jwk(&jwk.to_string())),
        SignatureStatus::Valid
    );
    assert_ne!(server_says(&forged), SignatureStatus::Valid);

    let (forged, decoded) = made("jku");
    let publish = forged.publish.clone().unwrap();
    assert_eq!(decoded.header.get_str("jku"), Some(publish.address));
    assert_eq!(
        status(&forged, KeySet::parse(publish.body.as_bytes())),
        SignatureStatus::Valid
    );
    assert_ne!(server_says(&forged), SignatureStatus::Valid);

    let (forged, decoded) = made("x5u");
    let publish = forged.publish.clone().unwrap();
    assert_eq!(decoded.header.get_str("x5u"), Some(publish.address));
    assert_eq!(status(&forged, KeySet::from_pem(&publish.body)), SignatureStatus::Valid);
    assert_ne!(server_says(&forged), SignatureStatus::Valid);
}

#[test]
fn an_unknown_critical_parameter_is_there_and_refused_by_who_honours_it() {
    let (forged, decoded) = made("unknown_crit");
    let crit = decoded.header.get("crit").unwrap();
    assert!(decoded.header.get(crit[0].as_str().unwrap()).is_some());
    assert_ne!(server_says(&forged), SignatureStatus::Valid);
}

#[test]
fn a_claim_twice_has_both_values_in_their_order() {
    let (forged, decoded) = made("duplicate_claim");
    let values: Vec<_> = decoded
        .payload
        .members
        .iter()
        .filter(|m| m.name == "sub")
        .map(|m| m.raw.clone())
        .collect();
    assert_eq!(values, ["\"me\"", "\"somebody-else\""]);
    assert!(
        forged
            .what
            .iter()
            .any(|what| what == "Claim sub added: \"somebody-else\""),
        "{:?}",
        forged.what
    );
    let other = Inputs {
        claim: Some(("role".to_owned(), "1".to_owned())),
        ..inputs()
    };
    assert!(
        preset(&good(), "duplicate_claim", &other)
            .unwrap_err()
            .contains("does not have")
    );
}

#[test]
fn a_preset_says_what_it_needs() {
    let nothing = Inputs::new(Timestamp::from_second(NOW_S).unwrap());
    for p in presets() {
        let result = preset(&good(), p.id, &nothing);
        assert_eq!(result.is_err(), !p.needs.is_empty(), "{}", p.id);
        if let Err(error) = result {
            assert!(error.contains("give") && error.contains(p.name), "{error}");
        }
    }
    assert!(preset(&good(), "nonsense", &nothing).unwrap_err().contains("alg_none"));
    assert!(preset("a.b", "alg_none", &nothing).unwrap_err().contains("three parts"));
    assert!(
        preset("a.b.c", "alg_none", &nothing)
            .unwrap_err()
            .contains("not a whole JSON object")
    );
    assert!(
        preset("a.b.", "changed_claim", &nothing)
            .unwrap_err()
            .contains("no signature to keep")
    );
    assert!(
        preset("a.b.", "flipped_signature", &nothing)
            .unwrap_err()
            .contains("no bit to flip")
    );
}

fn edit(header: Rewrite, claims: Rewrite, sign: SignWith) -> Edit {
    Edit {
        header,
        claims,
        sign,
        mark: false,
    }
}

fn text_of(part: &jwt::DecodedPart) -> &str {
    part.text.as_deref().unwrap()
}

#[test]
fn what_is_changed_is_said_and_the_rest_stays_digit_by_digit() {
    let header = URL_SAFE_NO_PAD.encode(r#"{"typ":"JWT", "alg":"HS256"}"#);
    let payload = URL_SAFE_NO_PAD.encode(r#"{"b": 12345678901234567890123,"a":1.0,"gone":1,"exp":1}"#);
    let claims = Rewrite::Changes(vec![
        Change::set("exp", " 9007199254740993 "),
        Change::Unset {
            name: "gone".to_owned(),
        },
        Change::set("new", "[1, 2]"),
        Change::set("a", "1.0"),
    ]);
    let key = rsa().with_kid("mine");
    let edit = edit(Rewrite::Keep, claims, SignWith::Key(key, SigningAlgorithm::PS256));
    let forged = forge(&format!("{header}.{payload}.AA"), &edit).unwrap();
    let decoded = jwt::decode(forged.token.expose());
    assert_eq!(text_of(&decoded.header), r#"{"typ":"JWT","alg":"PS256","kid":"mine"}"#);
    assert_eq!(
        text_of(&decoded.payload),
        r#"{"b":12345678901234567890123,"a":1.0,"exp":9007199254740993,"new":[1, 2]}"#
    );
    assert_eq!(
        forged.what,
        [
            "Header alg: \"HS256\" → \"PS256\"",
            "Header kid added: \"mine\"",
            "Claim exp: 1 → 9007199254740993",
            "Claim gone removed",
            "Claim new added: [1, 2]",
            "Signed with PS256 and the given key",
        ]
    );
    assert_eq!(server_says(&forged), SignatureStatus::Valid);
}

#[test]
fn a_text_takes_the_place_of_a_part_and_a_kid_in_it_is_left() {
    let header = Rewrite::Text(r#"{"kid":"theirs","alg":"none"}"#.to_owned());
    let claims = Rewrite::Text("no JSON".to_owned());
    let key = rsa().with_kid("mine");
    let both = edit(header.clone(), claims, SignWith::Key(key, SigningAlgorithm::RS256));
    let forged = forge(&good(), &both).unwrap();
    let decoded = jwt::decode(forged.token.expose());
    assert_eq!(text_of(&decoded.header), r#"{"kid":"theirs","alg":"RS256"}"#);
    assert!(
        forged.what.iter().any(|what| what.contains("not JSON")),
        "{:?}",
        forged.what
    );
    let damaged = forge("?.?.?", &edit(header, Rewrite::Keep, SignWith::Nothing)).unwrap();
    assert!(damaged.token.expose().ends_with(".?."));
}

#[test]
fn an_edit_that_cannot_be_made_says_why() {
    let set = |value: &str| Rewrite::Changes(vec![Change::set("a", value)]);
    let secret = |alg| SignWith::Secret(Zeroizing::new(vec![1]), alg);
    for (token, edit, why) in [
        (
            good(),
            edit(Rewrite::Keep, set("me"), SignWith::Nothing),
            "a text needs quotes",
        ),
        (
            "e30.W10.".to_owned(),
            edit(Rewrite::Keep, set("1"), SignWith::Nothing),
            "claims are not",
        ),
        (
            "?.e30.".to_owned(),
            edit(set("1"), Rewrite::Keep, SignWith::Nothing),
            "header is not",
        ),
        (
            good(),
            edit(
                Rewrite::Text("[]".to_owned()),
                Rewrite::Keep,
                secret(SigningAlgorithm::HS256),
            ),
            "header is not",
        ),
        (
            good(),
            edit(Rewrite::Keep, Rewrite::Keep, secret(SigningAlgorithm::RS256)),
            "needs a private key",
        ),
        (
            good(),
            edit(
                Rewrite::Keep,
                Rewrite::Keep,
                SignWith::Key(rsa(), SigningAlgorithm::ES256),
            ),
            "cannot sign with ES256",
        ),
    ] {
        let error = forge(&token, &edit).unwrap_err();
        assert!(error.contains(why), "{error}");
    }
}

#[test]
fn what_is_no_signed_token_in_three_parts_is_called_what_it_is() {
    let json = r#"{"payload":"e30","protected":"eyJhbGciOiJFUzI1NiJ9","signature":"AA"}"#;
    let encrypted = format!(
        "{}..AAAAAAAAAAAAAAAA.AA.AAAAAAAAAAAAAAAAAAAAAA",
        URL_SAFE_NO_PAD.encode(r#"{"alg":"dir","enc":"A128GCM"}"#)
    );
    let cut = format!("{}.e30", URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#));
    for (token, what, hint) in [
        ("opaque", "is opaque", "Give a signed JWT"),
        (&*encrypted, "is encrypted", "Decrypt it"),
        (json, "is a JSON object", "compact form"),
        (&cut, "is damaged", "tokenscope inspect"),
    ] {
        let edit = edit(Rewrite::Keep, Rewrite::Keep, SignWith::Nothing);
        let error = forge(token, &edit).unwrap_err();
        assert!(
            error.contains(what) && error.contains(hint) && error.contains("three parts"),
            "{error}"
        );
        assert_eq!(error.contains("Decrypt"), token == encrypted, "{error}");
    }
}

#[test]
fn no_key_is_printed() {
    let sign = SignWith::Secret(Zeroizing::new(b"hunter2".to_vec()), SigningAlgorithm::HS256);
    let printed = format!("{:?}", edit(Rewrite::Keep, Rewrite::Keep, sign));
    assert!(
        !printed.contains("104, 117") && !printed.contains("hunter2"),
        "{printed}"
    );
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 12, 4, |inner| {
        proptest::collection::vec(inner, 0..4).prop_map(Value::from)
    })
}

proptest! {
    #[test]
    fn an_edit_that_changes_nothing_gives_the_same_bytes(
        claims in proptest::collection::btree_map("\\PC{1,8}", any_json(), 0..6),
        secret in proptest::collection::vec(any::<u8>(), 1..40),
        space in " {0,2}",
    ) {
        let header = URL_SAFE_NO_PAD.encode(format!("{{{space}\"alg\":{space}\"HS256\"}}"));
        let claims = format!("{space}{}", serde_json::to_string(&claims).unwrap());
        let input = format!("{header}.{}", URL_SAFE_NO_PAD.encode(&claims));
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &secret), input.as_bytes());
        let token = format!("{input}.{}", URL_SAFE_NO_PAD.encode(tag));
        let sign = || SignWith::Secret(Zeroizing::new(secret.clone()), SigningAlgorithm::HS256);
        for same in [Rewrite::Keep, Rewrite::Text(claims.clone()), Rewrite::Changes(vec![])] {
            let forged = forge(&token, &edit(Rewrite::Keep, same, sign())).unwrap();
            prop_assert_eq!(forged.token.expose(), &token);
        }
        let marked = forge(&token, &Edit { mark: true, ..edit(Rewrite::Keep, Rewrite::Keep, sign()) }).unwrap();
        prop_assert!(is_marked(&jwt::decode(marked.token.expose())) && hmac_fits(&marked, &secret));
    }

    #[test]
    fn any_token_and_any_change_is_taken_without_a_panic(
        token in "\\PC{0,40}|[A-Za-z0-9_-]{0,30}\\.[A-Za-z0-9_-]{0,30}\\.[A-Za-z0-9_-]{0,9}",
        name in "\\PC{0,9}",
        value in "\\PC{0,9}",
    ) {
        let change = Rewrite::Changes(vec![Change::set(&name, value.as_str())]);
        let _ = forge(&token, &edit(change.clone(), change, SignWith::Nothing));
        let inputs = inputs();
        for p in presets().iter().filter(|p| p.id != "x5u" && p.id != "jku") {
            let _ = preset(&token, p.id, &inputs);
        }
    }
}
