//! A token looked at from every side, as the scratchpad and `inspect` do.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::*;
use crate::model::seeds;

fn now() -> Timestamp {
    "2026-11-20T12:00:00Z".parse().unwrap()
}

/// The example of RFC 7516 appendix A.1: token, key, and what is inside.
fn encrypted() -> (Secret, Secret, String) {
    let all: serde_json::Value = serde_json::from_str(include_str!("../../../tests/vectors/jwe/rfc.json")).unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    (
        Secret::new(text(&all[0]["tokens"][0])),
        Secret::new(all[0]["key"].to_string()),
        text(&all[0]["plaintext"]),
    )
}

#[test]
fn what_is_encrypted_is_opened_with_a_key_that_fits_and_else_it_is_said_why_not() {
    let (token, key, plaintext) = encrypted();
    let mut lens = Lens::default();
    assert_eq!(Inspection::of(token.clone(), &lens, now()).decryption, None);
    lens.decryption_keys = DecryptionKey::parse(&key).unwrap();
    let opened = Inspection::of(token.clone(), &lens, now()).decryption.unwrap();
    assert!(opened.outcome.is_ok());
    assert_eq!(opened.content.unwrap().expose(), plaintext);
    let other = DecryptionKey::from_secret(&Secret::new("a secret"), crate::model::keys::SecretForm::Text);
    lens.decryption_keys = other.unwrap();
    let closed = Inspection::of(token, &lens, now()).decryption.unwrap();
    assert!(closed.outcome.is_err() && closed.content.is_none() && closed.tried.len() == 1);
}

#[test]
fn claims_that_were_encrypted_are_those_of_the_token() {
    let mut token = Token::new(encrypted().0, now(), None);
    read_claims(&mut token, &Secret::new(r#"{"sub":"a","exp":1655058024}"#));
    assert_eq!(token.decoded.payload.get_str("sub").as_deref(), Some("a"));
    assert_eq!(token.lifetime.expires_at.unwrap().as_second(), 1_655_058_024);
}

#[test]
fn what_was_encrypted_goes_through_the_same_decoder() {
    let mut token = Token::new(encrypted().0, now(), None);
    let inner = seeds::ID_TOKEN;
    let content = format!(r#"{{"sub":"a","sub":"b","vp":"{inner}"}}"#);
    read_claims(&mut token, &Secret::new(content));
    assert!(
        token
            .decoded
            .defects
            .iter()
            .any(|defect| defect.code == "duplicate_name")
    );
    assert_eq!(token.decoded.nested.len(), 1);
    let mut token = Token::new(encrypted().0, now(), None);
    read_claims(&mut token, &Secret::new(r#"{"sub":"a","exp":1655058024,}"#));
    assert!(
        token
            .decoded
            .defects
            .iter()
            .any(|defect| defect.code == "trailing_comma")
    );
    assert!(!token.decoded.payload.is_object && token.decoded.payload.member("sub").is_some());
    assert_eq!(token.lifetime.expires_at, None);
    assert!(opened_words(&token, &[]).contains("damaged"));
}

#[test]
fn a_forged_token_inside_another_is_a_failure_and_so_is_a_damaged_one_that_a_key_was_given_for() {
    use crate::model::keys::KeySet;
    use crate::model::keys::signing::SigningKey;
    let (key, other) = (SigningKey::generate_es256(), SigningKey::generate_es256());
    let claims = serde_json::json!({"iss": "i", "sub": "s", "exp": 1_900_000_000, "iat": 1_700_000_000});
    let token = key.sign(key.default_algorithm(), &[], &claims).unwrap();
    let set = serde_json::json!({"keys": [other.registration_jwk().unwrap()]}).to_string();
    let with_key = Lens {
        material: KeyMaterial {
            keys: Some(KeySet::parse(set.as_bytes())),
            ..KeyMaterial::default()
        },
        ..Lens::default()
    };
    let outer = |inner: &str| {
        let payload = URL_SAFE_NO_PAD.encode(inner);
        let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"ES256","cty":"JWT","kid":"unknown"}"#);
        Secret::new(format!("{header}.{payload}.c2ln"))
    };
    let mut whole = Inspection::of(outer(token.expose()), &with_key, now());
    assert!(
        whole.inner[0].signature.status == SignatureStatus::Invalid,
        "{:?}",
        whole.inner[0].signature
    );
    whole.signature.status = SignatureStatus::Valid;
    whole.checks.clear();
    assert!(!whole.is_good());
    let damaged = Secret::new(seeds::DAMAGED_ACCESS_TOKEN);
    assert!(Inspection::of(damaged.clone(), &Lens::default(), now()).is_good());
    assert!(!Inspection::of(damaged, &with_key, now()).is_good());
}

#[test]
fn the_claims_of_a_detached_payload_are_judged_like_any_others() {
    use crate::model::keys::signing::SigningKey;
    let secret = Secret::new("a secret of thirty-two characters");
    let key = SigningKey::from_secret(&secret).unwrap();
    let claims = serde_json::json!({"iss": "i", "exp": 1_600_000_000, "aud": "a"});
    let token = key.sign(key.default_algorithm(), &[], &claims).unwrap();
    let parts: Vec<&str> = token.expose().split('.').collect();
    let detached = Secret::new(format!("{}..{}", parts[0], parts[2]));
    let lens = |payload: &[u8]| Lens {
        material: KeyMaterial {
            secret: Some(secret.clone()),
            secret_is_the_key: true,
            detached_payload: Some(payload.into()),
            ..KeyMaterial::default()
        },
        ..Lens::default()
    };
    let payload = URL_SAFE_NO_PAD.decode(parts[1]).unwrap();
    let inspection = Inspection::of(detached.clone(), &lens(&payload), now());
    assert_eq!(
        inspection.signature.status,
        SignatureStatus::Valid,
        "{}",
        inspection.signature.reason
    );
    assert_eq!(inspection.token.decoded.payload.get_str("aud").as_deref(), Some("a"));
    let exp = inspection.checks.iter().find(|check| check.id == "jwt.exp").unwrap();
    assert_eq!((exp.outcome, inspection.is_good()), (Outcome::Fail, false));
    // What has a payload is judged by that one.
    let whole = Inspection::of(token, &lens(b"{}"), now());
    assert_eq!(whole.token.decoded.payload.get_str("aud").as_deref(), Some("a"));
    let bytes = Inspection::of(detached, &lens(b"\xff"), now());
    assert_eq!(bytes.signature.status, SignatureStatus::Invalid);
}

#[test]
fn a_token_that_had_to_be_mended_is_not_valid_and_one_that_was_only_wrapped_is() {
    use crate::model::keys::signing::SigningKey;
    let secret = Secret::new("a secret of thirty-two characters");
    let key = SigningKey::from_secret(&secret).unwrap();
    let claims = serde_json::json!({"iss": "i", "sub": "s", "exp": 4_000_000_000_i64, "n": "a longer text in a claim"});
    let token = key.sign(key.default_algorithm(), &[], &claims).unwrap();
    let token = token.expose();
    let lens = Lens {
        material: KeyMaterial {
            secret: Some(secret),
            secret_is_the_key: true,
            ..KeyMaterial::default()
        },
        ..Lens::default()
    };
    let broken = |between: &str| format!("{}{between}{}", &token[..64], &token[64..]);
    for (text, status) in [
        (token.to_owned(), SignatureStatus::Valid),
        (format!("\"{token}\","), SignatureStatus::Valid),
        (format!("Authorization: Bearer {token}"), SignatureStatus::Valid),
        (broken("\n"), SignatureStatus::Valid),
        (broken("\r\n  "), SignatureStatus::Valid),
        (token.replace('.', "%2E"), SignatureStatus::Valid),
        (broken(" "), SignatureStatus::Invalid),
        (broken("\u{200b}"), SignatureStatus::Invalid),
        (broken("\u{a0}"), SignatureStatus::Invalid),
        (format!("AAAA{token}"), SignatureStatus::Invalid),
        (format!("{token}.xyz"), SignatureStatus::Invalid),
    ] {
        let (all, _) = Inspection::all(&Secret::new(text.clone()), &lens, now());
        assert_eq!(all.len(), 1, "{text}");
        let one = &all[0];
        assert_eq!(one.signature.status, status, "{text}: {}", one.signature.reason);
        let check = one.checks.iter().find(|check| check.id == "jwt.signature").unwrap();
        assert_eq!(
            check.outcome == Outcome::Pass,
            status == SignatureStatus::Valid,
            "{text}"
        );
        assert_eq!(one.is_good(), status == SignatureStatus::Valid, "{text}");
    }
}

#[test]
fn an_encrypted_token_that_had_to_be_mended_is_opened_and_refused() {
    let (token, key, plaintext) = encrypted();
    let lens = Lens {
        decryption_keys: DecryptionKey::parse(&key).unwrap(),
        ..Lens::default()
    };
    let token = token.expose();
    let broken = |between: &str| format!("{}{between}{}", &token[..100], &token[100..]);
    for (text, is_good) in [
        (token.to_owned(), true),
        (broken("\n"), true),
        (broken("\u{200b}"), false),
        (format!("AAAA{token}"), false),
    ] {
        let (all, _) = Inspection::all(&Secret::new(text.clone()), &lens, now());
        assert_eq!(all.len(), 1, "{text}");
        let content = all[0].decryption.as_ref().and_then(|opened| opened.content.as_ref());
        assert_eq!(content.map(Secret::expose), Some(plaintext.as_str()), "{text}");
        assert_eq!(all[0].is_good(), is_good, "{text}: {:?}", all[0].checks);
    }
}

#[test]
fn each_token_of_a_text_has_its_place_and_a_lone_one_has_none() {
    let text = format!(
        "Authorization: Bearer {}\nrenewed {}",
        seeds::ID_TOKEN,
        seeds::RENEWED_ACCESS_TOKEN
    );
    let (all, left_out) = Inspection::all(&Secret::new(text), &Lens::default(), now());
    assert_eq!((all.len(), left_out), (2, 0));
    assert!(all[0].place.contains("Bearer"), "{}", all[0].place);
    let (alone, _) = Inspection::all(
        &Secret::new(format!("  {}\n", seeds::ID_TOKEN)),
        &Lens::default(),
        now(),
    );
    assert_eq!(alone[0].place, "");
}

#[test]
fn more_tokens_than_are_looked_at_are_counted() {
    let part = |text: String| URL_SAFE_NO_PAD.encode(text);
    let tokens: Vec<String> = (0..MAX_TOKENS + 7)
        .map(|n| {
            format!(
                "{}.{}.c2ln",
                part(r#"{"alg":"ES256"}"#.to_owned()),
                part(format!(r#"{{"n":{n}}}"#))
            )
        })
        .collect();
    let (all, left_out) = Inspection::all(&Secret::new(tokens.join(" ")), &Lens::default(), now());
    assert_eq!((all.len(), left_out), (MAX_TOKENS, 7));
}

#[test]
fn a_token_inside_a_token_is_looked_at_too() {
    let outer = format!(
        "{}.{}.c2ln",
        URL_SAFE_NO_PAD.encode(r#"{"alg":"ES256","cty":"JWT"}"#),
        URL_SAFE_NO_PAD.encode(seeds::ID_TOKEN)
    );
    let inspection = Inspection::of(Secret::new(outer), &Lens::default(), now());
    let flat = inspection.flat();
    assert_eq!(flat.len(), 2);
    assert_eq!((flat[1].0, flat[1].1.token.value.expose()), (1, seeds::ID_TOKEN));
}

#[test]
fn the_mark_of_a_forged_token_is_seen() {
    let token = format!(
        "{}.e30.",
        URL_SAFE_NO_PAD.encode(r#"{"alg":"none","tokenscope":"forged"}"#)
    );
    assert!(Inspection::of(Secret::new(token), &Lens::default(), now()).is_forged());
    assert!(!Inspection::of(Secret::new(seeds::ID_TOKEN), &Lens::default(), now()).is_forged());
}

#[test]
fn the_time_to_judge_at_is_the_persons() {
    let lens = Lens {
        expected: Expectations {
            at: Some("2022-06-12T18:16:00Z".parse().unwrap()),
            ..Expectations::default()
        },
        ..Lens::default()
    };
    let failed = |inspection: &Inspection| {
        let exp = inspection.checks.iter().find(|check| check.id == "jwt.exp");
        exp.unwrap().outcome == Outcome::Fail
    };
    assert!(!failed(&Inspection::of(Secret::new(seeds::ID_TOKEN), &lens, now())));
    assert!(failed(&Inspection::of(
        Secret::new(seeds::ID_TOKEN),
        &Lens::default(),
        now()
    )));
}
