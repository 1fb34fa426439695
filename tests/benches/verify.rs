//! What `verify` costs a token, beside the least that the cryptography alone can cost.
//!
//! `cargo bench --bench verify`. On the other side is bare `aws_lc_rs` over bytes that are decoded already, with a key that
//! was parsed once (`ParsedPublicKey`) and with one that is parsed each time (`UnparsedPublicKey`): the better of both
//! counts. Both sides take turns in short stretches of one thread, and the best stretch of each counts, so that what else
//! the machine does is left out. The keys of `verify` are parsed once, too.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark prints what it measured and stops at what it did not expect"
)]

use std::hint::black_box;
use std::time::Instant;

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey,
    VerificationAlgorithm,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use tokenscope::model::jwt;
use tokenscope::model::keys::KeySet;
use tokenscope::model::keys::jwa::SigningAlgorithm;
use tokenscope::model::keys::signing::SigningKey;
use tokenscope::model::verify::{KeyMaterial, SignatureStatus, verify};

/// Stretches of each side, and verifications in one.
const STRETCHES: usize = 200;
const IN_A_STRETCH: u32 = 50;

fn main() {
    for (alg, private, algorithm) in [
        (
            SigningAlgorithm::RS256,
            include_str!("../keys/rsa-pkcs8.pem"),
            &RSA_PKCS1_2048_8192_SHA256 as &'static dyn VerificationAlgorithm,
        ),
        (
            SigningAlgorithm::ES256,
            include_str!("../keys/ec-p256-pkcs8.pem"),
            &ECDSA_P256_SHA256_FIXED,
        ),
        (
            SigningAlgorithm::EdDSA,
            include_str!("../keys/ed25519-pkcs8.pem"),
            &ED25519,
        ),
    ] {
        measure(alg, private, algorithm);
    }
}

fn measure(alg: SigningAlgorithm, private: &str, algorithm: &'static dyn VerificationAlgorithm) {
    let key = SigningKey::parse(&private.into()).unwrap().with_kid("2026-11");
    let header: [(&str, Value); 2] = [("typ", "at+jwt".into()), ("kid", "2026-11".into())];
    let token = key.sign(alg, &header, &claims()).unwrap();
    let token = token.expose();
    let decoded = jwt::decode(token);
    let set = json!({"keys": [key.registration_jwk().unwrap()]}).to_string();
    let material = KeyMaterial {
        keys: Some(KeySet::parse(set.as_bytes())),
        ..KeyMaterial::default()
    };
    let ours = || {
        let verdict = verify(black_box(token), &decoded, &material);
        assert_eq!(verdict.status, SignatureStatus::Valid);
    };

    let (input, signature) = token.rsplit_once('.').unwrap();
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    let bytes = public_bytes(&key.public_jwk().unwrap());
    let parsed = ParsedPublicKey::new(algorithm, &bytes).unwrap();
    let unparsed = UnparsedPublicKey::new(algorithm, &bytes);
    let with_parsed = || parsed.verify_sig(black_box(input.as_bytes()), &signature).unwrap();
    let with_unparsed = || unparsed.verify(black_box(input.as_bytes()), &signature).unwrap();

    let mut best = [f64::INFINITY; 3];
    for _ in 0..STRETCHES {
        for (best, spent) in best
            .iter_mut()
            .zip([stretch_us(ours), stretch_us(with_parsed), stretch_us(with_unparsed)])
        {
            *best = best.min(spent);
        }
    }
    let [ours, with_parsed, with_unparsed] = best;
    let bare = with_parsed.min(with_unparsed);
    println!(
        "{alg}: verify {ours:.2} µs, bare aws-lc-rs {bare:.2} µs (parsed {with_parsed:.2}, unparsed {with_unparsed:.2}), \
         ratio {:.3}",
        bare / ours
    );
}

/// Microseconds that one of a stretch takes.
fn stretch_us(work: impl Fn()) -> f64 {
    let start = Instant::now();
    for _ in 0..IN_A_STRETCH {
        work();
    }
    start.elapsed().as_secs_f64() * 1e6 / f64::from(IN_A_STRETCH)
}

/// What an access token says, about as much as providers make it say.
fn claims() -> Value {
    json!({
        "iss": "https://idp.example", "sub": "8f2c1d4e-0a6b-4c8d-9e1f-2a3b4c5d6e7f", "aud": ["api", "https://api.example"],
        "client_id": "trusted-app", "iat": 1_790_000_000, "nbf": 1_790_000_000, "exp": 1_790_000_900,
        "jti": "5f0c7a52b1d64d0e", "scope": "openid profile offline_access read", "roles": ["reader", "editor"],
    })
}

/// The key as `aws_lc_rs` takes it: the point, the bytes, or `RSAPublicKey`.
fn public_bytes(jwk: &Value) -> Vec<u8> {
    let part = |name: &str| URL_SAFE_NO_PAD.decode(jwk[name].as_str().unwrap()).unwrap();
    match jwk["kty"].as_str().unwrap() {
        "EC" => [vec![4], part("x"), part("y")].concat(),
        "OKP" => part("x"),
        _ => {
            use aws_lc_rs::encoding::AsDer as _;
            let (n, e) = (part("n"), part("e"));
            let key = aws_lc_rs::signature::RsaPublicKeyComponents { n: &n, e: &e };
            let key = key.to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256).unwrap();
            key.as_der().unwrap().as_ref().to_vec()
        }
    }
}
