//! Any text is read as keys without a panic, and what is read can be used.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tokenscope::model::keys::KeySet;
use tokenscope::model::keys::signing::SigningKey;
use tokenscope::model::verify::{KeyMaterial, SignatureStatus, verify};
use tokenscope::model::{Secret, jwt};

fuzz_target!(|text: &str| {
    match KeySet::parse(text.as_bytes()) {
        Ok(set) => look_at(&set),
        Err(error) => look_at_error(&error),
    }
    match KeySet::parse_verification_key(text) {
        Ok(set) => {
            assert!(!set.keys.is_empty(), "a key that was given is there");
            assert!(set.is_given);
            look_at(&set);
        }
        Err(error) => look_at_error(&error),
    }
    match SigningKey::parse(&Secret::new(text)) {
        Ok(key) => sign_with(&key),
        Err(error) => look_at_error(&error),
    }
});

fn look_at(set: &KeySet) {
    for key in &set.keys {
        assert!(!key.name().is_empty(), "a key can be spoken of");
        let _ = (key.kind(), key.is_for_signatures(), key.fault(), key.problem());
    }
    let token = "eyJhbGciOiJSUzI1NiIsImtpZCI6ImEifQ.e30.AAAA";
    let material = KeyMaterial {
        keys: Some(Ok(set.clone())),
        ..KeyMaterial::default()
    };
    let signature = verify(token, &jwt::decode(token), &material);
    assert_ne!(
        signature.status,
        SignatureStatus::Valid,
        "three bytes are nobody's signature"
    );
}

fn look_at_error(error: &str) {
    assert!(!error.is_empty() && error.len() < 2000, "an error is for reading");
}

fn sign_with(key: &SigningKey) {
    let alg = key.default_algorithm();
    assert!(key.algorithms().contains(&alg));
    let _ = (key.thumbprint(), key.registration_jwk(), key.private_jwk(), key.kid());
    let Ok(token) = key.sign(alg, &[], &serde_json::json!({ "sub": "joe" })) else {
        return;
    };
    let Some(public) = key.public_jwk() else { return };
    let Ok(set) = KeySet::parse_verification_key(&public.to_string()) else {
        return;
    };
    let material = KeyMaterial {
        keys: Some(Ok(set)),
        ..KeyMaterial::default()
    };
    let signature = verify(token.expose(), &jwt::decode(token.expose()), &material);
    assert_ne!(
        signature.status,
        SignatureStatus::Invalid,
        "the public half knows the signature of the private one: {}",
        signature.reason
    );
}
