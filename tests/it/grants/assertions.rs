//! The JWT bearer grant (RFC 7523 §2.1).

use tokenscope::model::jwt::decode;
use tokenscope::model::keys::KeySet;
use tokenscope::model::keys::signing::SigningKey;
use tokenscope::model::profile::Grant;
use tokenscope::model::verify::{KeyMaterial, SignatureStatus, verify};
use tokenscope::model::{Profile, Secret};
use url::Url;

use super::{saved, sent};
use crate::support::server::{Server, json};
use crate::support::{World, custom, log_in, start};

const TOKENS: &str = r#"{"access_token":"opaque-access","token_type":"Bearer","expires_in":3600}"#;

fn bearer(base: &Url, key_file: &std::path::Path) -> Profile {
    Profile {
        grant: Grant::JwtBearer,
        client_key_file: key_file.display().to_string(),
        client_key_id: "key-1".to_owned(),
        scope: "read".to_owned(),
        ..custom(base)
    }
}

fn key_file(world: &World, text: &Secret) -> std::path::PathBuf {
    let path = world.dir.path().join("key.json");
    let mut file = std::fs::File::create(&path).unwrap();
    std::io::Write::write_all(&mut file, text.expose().as_bytes()).unwrap();
    path
}

#[tokio::test]
async fn a_signed_statement_becomes_a_token() {
    let key = SigningKey::generate_es256();
    for (subject, audience) in [("", ""), ("amy@example.com", "https://idp.example")] {
        let server = Server::start([json(200, TOKENS)]).await;
        let world = World::new();
        let engine = world.engine().await;
        let profile = Profile {
            assertion_subject: subject.to_owned(),
            assertion_audience: audience.to_owned(),
            ..bearer(&server.url, &key_file(&world, &key.private_jwk().unwrap()))
        };
        let profile = saved(&engine, profile).await;
        let session = log_in(&engine, &profile).await.unwrap();
        assert!(session.tokens.access.is_some());
        let request = &server.requests()[0];
        assert_eq!(
            sent(request, "grant_type"),
            ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
        );
        assert_eq!(sent(request, "scope"), ["read"]);
        let assertion = sent(request, "assertion").remove(0);
        let decoded = decode(&assertion);
        let claim = |name: &str| decoded.payload.get_str(name).unwrap();
        let endpoint = server.url.join("token").unwrap();
        assert_eq!(claim("iss"), "my-client");
        assert_eq!(claim("sub"), if subject.is_empty() { "my-client" } else { subject });
        assert_eq!(
            claim("aud"),
            if audience.is_empty() {
                endpoint.as_str()
            } else {
                audience
            }
        );
        assert_eq!(decoded.payload.get("iat").unwrap(), start().as_second());
        assert_eq!(decoded.kid().as_deref(), Some("key-1"));
        let set = serde_json::json!({"keys": [key.clone().with_kid("key-1").registration_jwk()]}).to_string();
        let material = KeyMaterial {
            keys: Some(KeySet::parse(set.as_bytes())),
            ..KeyMaterial::default()
        };
        assert_eq!(verify(&assertion, &decoded, &material).status, SignatureStatus::Valid);
    }
}

#[tokio::test]
async fn a_key_that_cannot_sign_and_a_statement_that_is_refused_say_what_to_change() {
    let key = SigningKey::generate_es256().private_jwk().unwrap();
    let server = Server::start([json(400, r#"{"error":"invalid_grant"}"#)]).await;
    for (text, algorithm, code, hint) in [
        (&key, "", "invalid_grant", "“Assertion for”"),
        (&key, "RS256", "unsigned", "“Signed with”"),
        (&Secret::new("no key at all"), "", "unsigned", "“Private key file”"),
    ] {
        let world = World::new();
        let engine = world.engine().await;
        let profile = Profile {
            assertion_algorithm: algorithm.to_owned(),
            ..bearer(&server.url, &key_file(&world, text))
        };
        let profile = saved(&engine, profile).await;
        let failure = log_in(&engine, &profile).await.unwrap_err();
        assert_eq!(failure.code, code, "{failure:?}");
        assert!(failure.hint.contains(hint), "{failure:?}");
    }
    assert_eq!(server.requests().len(), 1);
}
