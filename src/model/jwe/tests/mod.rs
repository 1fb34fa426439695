//! Opening what others encrypted, and refusing what they did not.

mod keys;
mod problems;
mod properties;

use std::io::Write as _;

use aws_lc_rs::agreement::{ECDH_P256, PrivateKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use serde_json::{Map, Value, json};

use super::algorithm::Hash;
use super::ecdh::Agreement;
use super::header::Header;
use super::seal::{seal, wrap_oaep};
use super::*;
use crate::model::keys::SecretForm;
use crate::model::secret::Secret;

const RFC: &str = include_str!("../../../../tests/vectors/jwe/rfc.json");
const JWCRYPTO: &str = include_str!("../../../../tests/vectors/jwe/jwcrypto.json");
const RSA_PEM: &str = include_str!("../../../../tests/keys/rsa-pkcs8.pem");

fn vectors(file: &str) -> Vec<Value> {
    serde_json::from_str(file).unwrap()
}

fn parse(text: impl Into<String>) -> Vec<DecryptionKey> {
    DecryptionKey::parse(&Secret::new(text)).unwrap()
}

fn text_key(text: &str) -> Vec<DecryptionKey> {
    DecryptionKey::from_secret(&text.into(), SecretForm::Text).unwrap()
}

fn keys_of(vector: &Value) -> Vec<DecryptionKey> {
    match vector["password"].as_str() {
        Some(password) => text_key(password),
        None => parse(vector["key"].to_string()),
    }
}

fn text_of(decrypted: &Decrypted) -> String {
    decrypted.plaintext.text().unwrap().expose().to_owned()
}

fn codes(decrypted: &Decrypted) -> Vec<&str> {
    decrypted.findings.iter().map(|f| f.code.as_str()).collect()
}

fn opens(vector: &Value, keys: &[DecryptionKey]) {
    for token in vector["tokens"].as_array().unwrap() {
        let decrypted = decrypt(token.as_str().unwrap(), keys)
            .unwrap_or_else(|e| panic!("{}{}: {e} {:?}", vector["section"], vector["name"], e.tried));
        assert_eq!(text_of(&decrypted), vector["plaintext"].as_str().unwrap(), "{vector}");
    }
}

#[test]
fn every_token_printed_in_rfc_7516_and_rfc_7520_opens() {
    let vectors = vectors(RFC);
    assert_eq!(vectors.len(), 18);
    for vector in vectors {
        opens(&vector, &keys_of(&vector));
    }
}

#[test]
fn every_token_of_another_implementation_opens_with_the_key_as_jwk_and_as_pem() {
    let vectors = vectors(JWCRYPTO);
    assert_eq!(vectors.len(), 39);
    for vector in vectors {
        opens(&vector, &keys_of(&vector));
        if let Some(pem) = vector["pem"].as_str() {
            opens(&vector, &parse(pem));
        }
    }
}

#[test]
fn each_recipient_opens_a_token_with_a_key_of_its_own() {
    let vectors = vectors(JWCRYPTO);
    let all: Vec<DecryptionKey> = vectors[36..].iter().flat_map(keys_of).collect();
    for (at, vector) in vectors[36..].iter().enumerate() {
        let token = vector["tokens"][0].as_str().unwrap();
        let opened = decrypt(token, &keys_of(vector)).unwrap();
        assert_eq!((opened.recipient, opened.recipients), (at + 1, 3));
        assert_eq!(opened.tried.len(), at);
        assert!(
            opened.tried.iter().all(|tried| tried.why.starts_with("Recipient ")),
            "{:?}",
            opened.tried
        );
        assert_eq!(decrypt(token, &all).unwrap().recipient, 1);
    }
}

#[test]
fn the_key_agreed_on_in_rfc_7518_appendix_c_is_derived() {
    let protected = json!({
        "alg": "ECDH-ES", "enc": "A128GCM", "apu": "QWxpY2U", "apv": "Qm9i",
        "epk": {"kty": "EC", "crv": "P-256", "x": "gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0",
            "y": "SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps"},
    });
    let header = Header {
        protected: protected.as_object().unwrap(),
        unprotected: [&Map::new(), &Map::new()],
    };
    let bob = URL_SAFE_NO_PAD
        .decode("VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw")
        .unwrap();
    let bob = PrivateKey::from_private_key(&ECDH_P256, &bob).unwrap();
    let agreement = Agreement::read(&header).unwrap();
    let key = agreement.derive(&bob, "A128GCM", 16).unwrap();
    assert_eq!(URL_SAFE_NO_PAD.encode(&key), "VqqN6vgjbSBcIijNcacQGg");
}

#[test]
fn the_key_encrypted_in_rfc_7517_appendix_c_is_recovered_with_its_password() {
    let protected = json!({
        "alg": "PBES2-HS256+A128KW", "p2s": "2WCTcJZ1Rvd_CJuJripQ1w", "p2c": 4096, "enc": "A128CBC-HS256",
        "cty": "jwk+json",
    });
    let header = Header {
        protected: protected.as_object().unwrap(),
        unprotected: [&Map::new(), &Map::new()],
    };
    let encrypted = URL_SAFE_NO_PAD
        .decode("TrqXOwuNUfDV9VPTNbyGvEJ9JMjefAVn-TR1uIxR9p6hsRQh9Tk7BA")
        .unwrap();
    let parameters = Parameters::read(&header, &encrypted).unwrap();
    let keys = text_key("Thus from my lips, by yours, my sin is purged.");
    let key = content_key::recover(keys[0].material().unwrap(), &parameters, &encrypted, &mut Work::new());
    assert_eq!(
        key.ok().unwrap().as_slice(),
        [
            111, 27, 25, 52, 66, 29, 20, 78, 92, 176, 56, 240, 65, 208, 82, 112, 161, 131, 36, 55, 202, 236, 185, 172,
            129, 23, 153, 194, 195, 48, 253, 182
        ]
    );
}

#[test]
fn rsa_oaep_opens_with_every_hash() {
    let keys = parse(RSA_PEM);
    for (alg, hash) in [
        ("RSA-OAEP", Hash::Sha1),
        ("RSA-OAEP-256", Hash::Sha256),
        ("RSA-OAEP-384", Hash::Sha384),
        ("RSA-OAEP-512", Hash::Sha512),
    ] {
        let wrapped = wrap_oaep(&keys[0], hash, &[9; 16]);
        let token = seal(&json!({"alg": alg, "enc": "A128GCM"}), &[9; 16], &wrapped, b"hello");
        let decrypted = decrypt(&token, &keys).unwrap();
        assert_eq!(text_of(&decrypted), "hello");
        assert_eq!(
            (decrypted.alg.as_str(), decrypted.enc.as_str(), decrypted.key.as_str()),
            (alg, "A128GCM", "RSA key of 2048 bits")
        );
    }
}

#[test]
fn what_is_not_text_is_given_as_bytes_and_never_printed() {
    let token = seal(&json!({"alg": "dir", "enc": "A128GCM"}), &[1; 16], &[], &[0xff, 0, 1]);
    let key = "01".repeat(16);
    let keys = DecryptionKey::from_secret(&key.into(), SecretForm::Hex).unwrap();
    let decrypted = decrypt(&token, &keys).unwrap();
    assert_eq!(decrypted.plaintext.expose(), [0xff, 0, 1]);
    assert_eq!(decrypted.plaintext.text(), None);
    assert!(format!("{decrypted:?}").contains("plaintext: [redacted]"));
}

fn direct(header: &Value) -> String {
    seal(header, b"sixteen bytes ok", &[], b"hello")
}

#[test]
fn each_key_that_does_not_open_a_token_says_why() {
    let token = direct(&json!({"alg": "dir", "enc": "A128GCM", "kid": "a"}));
    let set = json!({"keys": [
        {"kty": "oct", "k": "AAAAAAAAAAAAAAAAAAAAAA", "kid": "sig", "use": "sig"},
        {"kty": "oct", "k": "AAAAAAAAAAAAAAAAAAAAAA", "kid": "ops", "key_ops": ["sign", "verify"]},
        {"kty": "oct", "k": "AAAAAAAAAAAAAAAAAAAAAA", "kid": "alg", "alg": "A128KW"},
        {"kty": "oct", "k": "AAAA", "kid": "short"},
        {"kty": "oct", "k": "AAAAAAAAAAAAAAAAAAAAAA", "kid": "wrong", "alg": "A128GCM", "use": "enc"},
        {"kty": "RSA", "n": "AQAB", "e": "AQAB", "kid": "public"},
    ]});
    let mut keys = parse(set.to_string());
    keys.extend(parse(RSA_PEM));
    let problem = decrypt(&token, &keys).unwrap_err();
    assert_eq!(problem.kind, ProblemKind::NoneFits);
    let whys: Vec<&str> = problem.tried.iter().map(|tried| tried.why.as_str()).collect();
    for (why, wanted) in whys.iter().zip([
        "Its use is sig",
        "Its key_ops have no decrypt",
        "Its alg is A128KW, the token's dir",
        "It has 3 bytes where A128GCM needs 16",
        "The key does not open it",
        "public key",
        "dir needs a secret",
    ]) {
        assert!(why.contains(wanted), "{why}");
    }
    assert_eq!(whys.len(), 7);
    assert_eq!(problem.tried[0].key, "secret, kid sig");
    assert_eq!(decrypt(&token, &[]).unwrap_err().kind, ProblemKind::NoKeys);
}

#[test]
fn a_key_of_another_kid_is_tried_unless_one_has_the_kid() {
    let token = direct(&json!({"alg": "dir", "enc": "A128GCM", "kid": "a"}));
    let jwk = |kid: &str, k: &[u8]| json!({"kty": "oct", "kid": kid, "k": URL_SAFE_NO_PAD.encode(k)});
    let opened = decrypt(&token, &parse(jwk("b", b"sixteen bytes ok").to_string())).unwrap();
    assert_eq!(codes(&opened), ["other_kid"]);
    let both = json!({"keys": [jwk("b", b"sixteen bytes ok"), jwk("a", &[0; 16])]});
    let tried = decrypt(&token, &parse(both.to_string())).unwrap_err().tried;
    let told: Vec<_> = tried.iter().map(|t| (t.key.as_str(), t.why.as_str())).collect();
    assert_eq!(told[0], ("secret, kid a", "The key does not open it"));
    assert!(told[1].1.contains("another"), "{told:?}");
}

#[test]
fn what_is_odd_in_a_token_that_opens_is_found() {
    let vector = |name: &str| {
        let found = vectors(JWCRYPTO)
            .into_iter()
            .find(|v| v["name"].as_str().unwrap().contains(name));
        let vector = found.unwrap();
        decrypt(vector["tokens"][0].as_str().unwrap(), &keys_of(&vector)).unwrap()
    };
    assert_eq!(codes(&vector("RSA1_5")), ["rsa1_5"]);
    let zipped = vector("zip");
    assert!(zipped.zip);
    assert_eq!(codes(&zipped), ["compressed"]);
    let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"dir","alg":"dir","enc":"A128GCM"}"#);
    assert_eq!(
        Message::parse(&format!("{header}....")).unwrap().findings[0].code,
        "duplicate_name"
    );
}

#[test]
fn a_content_that_unpacks_to_more_than_10_mb_is_not_unpacked() {
    let pack = |len: usize| {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
        for _ in 0..len / 1_000 {
            encoder.write_all(&[b'a'; 1_000]).unwrap();
        }
        encoder.finish().unwrap()
    };
    let header = json!({"alg": "dir", "enc": "A128GCM", "zip": "DEF"});
    let token = |packed: &[u8]| seal(&header, b"sixteen bytes ok", &[], packed);
    let keys = text_key("sixteen bytes ok");
    let most = decrypt(&token(&pack(10_000_000)), &keys).unwrap();
    assert_eq!(most.plaintext.expose().len(), 10_000_000);
    let bomb = decrypt(&token(&pack(10_001_000)), &keys).unwrap_err();
    assert!(bomb.message.contains("decompression bomb"), "{bomb}");
    assert_eq!(bomb.kind, ProblemKind::Content);
    let broken = decrypt(&token(b"\xff\xff"), &keys).unwrap_err();
    assert!(broken.message.contains("no DEFLATE"), "{broken}");
}

#[test]
fn x25519_with_a_point_of_small_order_gives_no_key() {
    let vectors = vectors(JWCRYPTO);
    let vector = vectors
        .iter()
        .find(|v| v["name"].as_str().unwrap().ends_with("X25519"))
        .unwrap();
    for x in [[0; 32], {
        let mut one = [0; 32];
        one[0] = 1;
        one
    }] {
        let epk = json!({"kty": "OKP", "crv": "X25519", "x": URL_SAFE_NO_PAD.encode(x)});
        let token = direct(&json!({"alg": "ECDH-ES", "enc": "A128GCM", "epk": epk}));
        let problem = decrypt(&token, &keys_of(vector)).unwrap_err();
        assert!(problem.message.contains("does not open"), "{problem}");
    }
}

#[test]
fn a_token_cannot_ask_for_endless_work() {
    let encrypted_key = URL_SAFE_NO_PAD.encode([0; 24]);
    let recipient = json!({"encrypted_key": encrypted_key});
    let protected = json!({"alg": "PBES2-HS256+A128KW", "enc": "A128GCM", "p2s": "AAAAAAAAAAA", "p2c": 1_000_000});
    let token = json!({
        "protected": URL_SAFE_NO_PAD.encode(protected.to_string()),
        "recipients": vec![recipient; 1_000], "iv": URL_SAFE_NO_PAD.encode([0; 12]), "ciphertext": "",
        "tag": URL_SAFE_NO_PAD.encode([0; 16]),
    });
    let tried = decrypt(&token.to_string(), &text_key("x")).unwrap_err().tried;
    let refused = |why: &str| tried.iter().filter(|t| t.why.contains(why)).count();
    assert_eq!(refused("does not open"), 4);
    assert_eq!(refused("too many rounds"), 60);
    assert_eq!(refused("only 64 are looked at"), 1);
}
