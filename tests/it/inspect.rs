//! Looking at any text: where keys come from, who is asked and how often, and tokens that are made for tests.
#![expect(clippy::unwrap_used, reason = "a helper that cannot go on ends its test")]

use std::sync::Arc;

use jiff::SignedDuration;
use serde_json::json;
use tokenscope::engine::{
    DemoLifetimes, Engine, EventKind, ForgeHow, ForgeRequest, InspectRequest, Inspected, KeysFrom, Signer,
};
use tokenscope::model::keys::signing::SigningKey;
use tokenscope::model::verify::SignatureStatus;
use tokenscope::model::{Profile, Secret, TokenKind};
use tokio::sync::Notify;

use crate::grants::saved;
use crate::support::server::{Reply, Server, http, json as answer};
use crate::support::{World, custom, log_in, reporter, slug};

const UNCACHED: &str = "content-type: application/json\r\n";

fn key(kid: &str) -> SigningKey {
    SigningKey::generate_es256().with_kid(kid)
}

fn published(keys: &[&SigningKey]) -> String {
    let keys: Vec<_> = keys.iter().map(|key| key.registration_jwk().unwrap()).collect();
    json!({ "keys": keys }).to_string()
}

fn token(key: &SigningKey, iss: &str) -> Secret {
    let header = [("kid", key.kid().unwrap().into())];
    let claims = json!({"iss": iss, "sub": "a", "aud": "api"});
    key.sign(key.default_algorithm(), &header, &claims).unwrap()
}

async fn look(engine: &Engine, text: &Secret, keys: KeysFrom) -> Arc<Inspected> {
    ask(engine, text, keys, false).await
}

async fn ask(engine: &Engine, text: &Secret, keys: KeysFrom, asks_for_keys: bool) -> Arc<Inspected> {
    let request = InspectRequest {
        text: text.clone(),
        keys,
        asks_for_keys,
        ..InspectRequest::default()
    };
    let (reporter, _ear) = reporter();
    engine.inspect(request, &reporter).await.unwrap()
}

fn status(inspected: &Inspected) -> SignatureStatus {
    inspected.inspections[0].signature.status
}

fn no_keys(inspected: &Inspected) -> String {
    inspected.keys.clone().unwrap().unwrap_err()
}

#[tokio::test]
async fn keys_of_an_address_are_fetched_once_while_a_text_is_typed() {
    let one = key("1");
    let server = Server::start([http(200, UNCACHED, &published(&[&one]))]).await;
    let world = World::new();
    let engine = world.engine().await;
    let from = KeysFrom::Address(server.url.to_string());
    for _ in 0..3 {
        let inspected = look(&engine, &token(&one, "https://idp.example"), from.clone()).await;
        assert_eq!(status(&inspected), SignatureStatus::Valid);
    }
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn keys_are_fetched_again_after_a_while_and_when_the_person_says_so() {
    let one = key("1");
    let keys = (0..3).map(|_| http(200, UNCACHED, &published(&[&one])));
    let server = Server::start(keys).await;
    let world = World::new();
    let engine = world.engine().await;
    let from = KeysFrom::Address(server.url.to_string());
    let text = token(&one, "https://idp.example");
    look(&engine, &text, from.clone()).await;
    world.clock.advance(SignedDuration::from_mins(6));
    look(&engine, &text, from.clone()).await;
    ask(&engine, &text, from, true).await;
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn a_slow_server_is_asked_once_and_the_text_is_seen_meanwhile() {
    let one = key("1");
    let go = Arc::new(Notify::new());
    let keys = http(200, UNCACHED, &published(&[&one]));
    let server = Server::start([Reply::After(Arc::clone(&go), Box::new(keys))]).await;
    let world = World::new();
    let engine = world.engine().await;
    let request = InspectRequest {
        text: token(&one, "https://idp.example"),
        keys: KeysFrom::Address(server.url.to_string()),
        tells_early: true,
        ..InspectRequest::default()
    };
    let (reporter, mut ear) = reporter();
    // Its text changes: nobody waits for this look any more.
    let early = tokio::select! {
        event = ear.recv() => event.unwrap(),
        _ = engine.inspect(request.clone(), &reporter) => panic!("there are no keys yet"),
    };
    let EventKind::Inspected(early) = early.kind else {
        panic!("{early:?}")
    };
    assert_eq!((early.awaits_keys, status(&early)), (true, SignatureStatus::Unverified));
    let (inspected, ()) = tokio::join!(engine.inspect(request, &reporter), async { go.notify_one() });
    let inspected = inspected.unwrap();
    assert_eq!(
        (inspected.awaits_keys, status(&inspected)),
        (false, SignatureStatus::Valid)
    );
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn for_an_unknown_key_the_server_is_asked_once_more_and_no_third_time() {
    let (one, two, three) = (key("1"), key("2"), key("3"));
    let server = Server::start([
        http(200, UNCACHED, &published(&[&one])),
        http(200, UNCACHED, &published(&[&one, &two])),
        http(200, UNCACHED, &published(&[&one, &two])),
    ])
    .await;
    let world = World::new();
    let engine = world.engine().await;
    let from = KeysFrom::Address(server.url.to_string());
    let inspected = look(&engine, &token(&two, "https://idp.example"), from.clone()).await;
    assert_eq!(status(&inspected), SignatureStatus::Valid);
    assert_eq!(server.requests().len(), 2);
    for _ in 0..2 {
        let inspected = look(&engine, &token(&three, "https://idp.example"), from.clone()).await;
        assert_eq!(status(&inspected), SignatureStatus::Unverified);
        assert_eq!(server.requests().len(), 3);
    }
}

#[tokio::test]
async fn keys_do_not_come_over_plain_http() {
    let world = World::new();
    let engine = world.engine().await;
    let text = token(&key("1"), "http://idp.example");
    let from = KeysFrom::Address("http://idp.example/jwks".to_owned());
    let why = no_keys(&*look(&engine, &text, from).await);
    assert!(why.contains("not https"), "{why}");
    let from = KeysFrom::Address("idp.example".to_owned());
    let why = no_keys(&*look(&engine, &text, from).await);
    assert!(why.contains("no address"), "{why}");
}

#[tokio::test]
async fn an_issuers_keys_are_found_by_its_document() {
    let one = key("1");
    let server = Server::start([]).await;
    let iss = server.url.to_string();
    let document = json!({"issuer": iss, "jwks_uri": format!("{iss}jwks"), "token_endpoint": format!("{iss}token"),
        "authorization_endpoint": format!("{iss}authorize"), "response_types_supported": ["code"]});
    server.then(answer(200, &document.to_string()));
    server.then(answer(200, &published(&[&one])));
    let world = World::new();
    let engine = world.engine().await;
    let inspected = look(&engine, &token(&one, &iss), KeysFrom::Issuer(iss.clone())).await;
    assert_eq!(inspected.keys, Some(Ok(format!("1 key from {iss}jwks"))));
    assert_eq!(status(&inspected), SignatureStatus::Valid);
}

#[tokio::test]
async fn a_document_of_another_issuer_brings_no_keys() {
    let one = key("1");
    let server = Server::start([]).await;
    let iss = server.url.to_string();
    let document = json!({"issuer": "https://evil.example", "jwks_uri": format!("{iss}jwks"),
        "token_endpoint": format!("{iss}token"), "authorization_endpoint": format!("{iss}authorize")});
    server.then(answer(200, &document.to_string()));
    let world = World::new();
    let engine = world.engine().await;
    let inspected = look(&engine, &token(&one, &iss), KeysFrom::Issuer(iss.clone())).await;
    let why = no_keys(&inspected);
    assert!(why.contains("evil.example") || why.contains("not that of"), "{why}");
    assert_eq!(status(&inspected), SignatureStatus::Unverified);
    assert!(server.requests().iter().all(|request| !request.contains("/jwks")));
}

#[tokio::test]
async fn a_profiles_keys_check_its_tokens() {
    let one = key("1");
    let server = Server::start([http(200, UNCACHED, &published(&[&one]))]).await;
    let world = World::new();
    let engine = world.engine().await;
    let profile = Profile {
        jwks_uri: server.url.to_string(),
        ..custom(&server.url)
    };
    let profile = saved(&engine, profile).await;
    let from = KeysFrom::Profile(slug(&profile));
    let inspected = look(&engine, &token(&one, "https://idp.example"), from).await;
    assert_eq!(status(&inspected), SignatureStatus::Valid);
}

#[tokio::test]
async fn nobody_is_asked_where_no_keys_are_wanted() {
    let world = World::new();
    let engine = world.engine().await;
    let inspected = look(&engine, &token(&key("1"), "https://idp.example"), KeysFrom::Nowhere).await;
    assert_eq!(inspected.keys, None);
    assert_eq!(status(&inspected), SignatureStatus::Unverified);
}

#[tokio::test]
async fn every_token_of_a_text_is_found_with_its_place() {
    let (one, two) = (
        token(&key("1"), "https://a.example"),
        token(&key("2"), "https://b.example"),
    );
    let text = format!(
        "curl -H 'Authorization: Bearer {}' -d '{{\"id_token\":\"{}\"}}' https://api.example",
        one.expose(),
        two.expose()
    );
    let world = World::new();
    let engine = world.engine().await;
    let inspected = look(&engine, &Secret::new(text), KeysFrom::Nowhere).await;
    let values: Vec<&Secret> = inspected.inspections.iter().map(|one| &one.token.value).collect();
    assert_eq!(values, [&one, &two]);
    assert!(inspected.inspections.iter().all(|one| !one.place.is_empty()));
}

#[tokio::test]
async fn a_token_forged_with_the_demo_servers_key_is_taken_for_its_own_and_marked() {
    let world = World::new();
    let engine = world.engine().await;
    let session = log_in(&engine, "erp-net").await.unwrap();
    let original = &session.tokens.get(TokenKind::Id).unwrap().value;
    let request = |signer, marks| ForgeRequest {
        token: original.clone(),
        place: "ID token".to_owned(),
        how: ForgeHow::Edit {
            header: None,
            claims: Some(Secret::new(r#"{"sub":"somebody else"}"#)),
        },
        signer,
        marks,
    };
    let (reporter, _ear) = reporter();
    for marks in [true, false] {
        let forgery = engine.forge(request(Signer::Demo, marks), &reporter).await.unwrap();
        let from = KeysFrom::Profile(slug("erp-net"));
        let inspected = look(&engine, &forgery.token, from).await;
        assert_eq!(
            status(&inspected),
            SignatureStatus::Valid,
            "{:?}",
            inspected.inspections[0].signature
        );
        let forged = &inspected.inspections[0];
        assert!(forged.is_forged(), "also without its mark, by its fingerprint");
        assert_eq!(
            forged.token.decoded.payload.get_str("sub").as_deref(),
            Some("somebody else")
        );
    }
    let genuine = look(&engine, original, KeysFrom::Nowhere).await;
    assert!(!genuine.inspections[0].is_forged());
}

#[tokio::test]
async fn without_the_demo_server_there_is_no_key_of_it() {
    let world = World::new();
    let engine = world.engine().await;
    let request = || ForgeRequest {
        token: token(&key("1"), "https://idp.example"),
        place: String::new(),
        how: ForgeHow::Attack {
            id: "other_issuer",
            public_key: None,
            address: None,
        },
        signer: Signer::Demo,
        marks: true,
    };
    let (reporter, _ear) = reporter();
    let failure = engine.forge(request(), &reporter).await.unwrap_err();
    assert_eq!(failure.code, "demo_stopped");
    engine.start_demo(DemoLifetimes::NORMAL).await.unwrap();
    let forgery = engine.forge(request(), &reporter).await.unwrap();
    assert!(!forgery.what.is_empty());
    engine.stop_demo().await;
}
