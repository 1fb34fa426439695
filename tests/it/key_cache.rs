//! How long fetched keys are used, and when they are fetched again.
#![expect(clippy::unwrap_used, reason = "a helper that cannot go on ends its test")]

use serde_json::{Value, json};
use tokenscope::engine::{Engine, Session};
use tokenscope::model::keys::signing::SigningKey;
use tokenscope::model::verify::SignatureStatus;
use tokenscope::model::{Profile, TokenKind};

use crate::grants::saved;
use crate::support::server::{Reply, Server, http, json as answer};
use crate::support::{World, answers, custom, log_in, refresh};

const CACHED: &str = "content-type: application/json\r\ncache-control: max-age=3600\r\netag: \"1\"\r\n";
const UNCACHED: &str = "content-type: application/json\r\n";

fn key(kid: &str) -> SigningKey {
    SigningKey::generate_es256().with_kid(kid)
}

fn published(keys: &[&SigningKey]) -> String {
    let keys: Vec<Value> = keys.iter().map(|key| key.registration_jwk().unwrap()).collect();
    json!({ "keys": keys }).to_string()
}

fn tokens(key: &SigningKey) -> Reply {
    let header = [("kid", key.kid().unwrap().into())];
    let token = key
        .sign(key.default_algorithm(), &header, &json!({"sub": "a"}))
        .unwrap();
    let body = json!({"access_token": token.expose(), "token_type": "Bearer", "expires_in": 60, "refresh_token": "r"});
    answer(200, &body.to_string())
}

struct Provider {
    tokens: Server,
    keys: Server,
}

impl Provider {
    async fn new(tokens: Vec<Reply>, keys: Vec<Reply>) -> Self {
        Self {
            tokens: Server::start(tokens).await,
            keys: Server::start(keys).await,
        }
    }

    async fn profile(&self, engine: &Engine) -> String {
        let profile = Profile {
            jwks_uri: self.keys.url.to_string(),
            ..custom(&self.tokens.url)
        };
        saved(engine, profile).await
    }
}

fn verdict(session: &Session) -> SignatureStatus {
    session.signature(TokenKind::Access).unwrap().status
}

#[tokio::test]
async fn keys_are_fetched_once_as_long_as_their_headers_allow() {
    let one = key("1");
    for (headers, asked) in [(CACHED, 1), (UNCACHED, 3)] {
        let keys = (0..asked).map(|_| http(200, headers, &published(&[&one]))).collect();
        let provider = Provider::new(vec![tokens(&one), tokens(&one), tokens(&one)], keys).await;
        let world = World::with_browser(answers("code=c"));
        let engine = world.engine().await;
        let profile = provider.profile(&engine).await;
        let session = log_in(&engine, &profile).await.unwrap();
        assert_eq!(verdict(&session), SignatureStatus::Valid);
        for _ in 0..2 {
            let session = refresh(&engine, &profile).await.unwrap();
            assert_eq!(verdict(&session), SignatureStatus::Valid);
        }
        assert_eq!(provider.keys.requests().len(), asked);
    }
}

#[tokio::test]
async fn a_key_that_is_not_known_makes_for_one_more_question_and_no_third() {
    let (one, two, three) = (key("1"), key("2"), key("3"));
    let keys = vec![
        http(200, CACHED, &published(&[&one])),
        http(200, CACHED, &published(&[&one, &two])),
        http(200, CACHED, &published(&[&one, &two])),
    ];
    let provider = Provider::new(vec![tokens(&one), tokens(&two), tokens(&three)], keys).await;
    let world = World::with_browser(answers("code=c"));
    let engine = world.engine().await;
    let profile = provider.profile(&engine).await;
    log_in(&engine, &profile).await.unwrap();
    let session = refresh(&engine, &profile).await.unwrap();
    assert_eq!(verdict(&session), SignatureStatus::Valid);
    let requests = provider.keys.requests();
    assert_eq!(requests.len(), 2);
    // No cache on the way may answer for the server.
    assert!(
        requests[1].to_lowercase().contains("cache-control: no-cache"),
        "{}",
        requests[1]
    );
    let session = refresh(&engine, &profile).await.unwrap();
    assert_eq!(verdict(&session), SignatureStatus::Unverified);
    assert_eq!(provider.keys.requests().len(), 3);
}

#[tokio::test]
async fn a_new_key_under_an_old_name_is_no_forgery() {
    let (old, new) = (key("same"), key("same"));
    let keys = vec![
        http(200, CACHED, &published(&[&old])),
        http(200, CACHED, &published(&[&new])),
    ];
    let provider = Provider::new(vec![tokens(&old), tokens(&new)], keys).await;
    let world = World::with_browser(answers("code=c"));
    let engine = world.engine().await;
    let profile = provider.profile(&engine).await;
    log_in(&engine, &profile).await.unwrap();
    let session = refresh(&engine, &profile).await.unwrap();
    assert_eq!(verdict(&session), SignatureStatus::Valid);
}

#[tokio::test]
async fn where_the_second_question_fails_the_first_answer_stands() {
    let (one, two) = (key("1"), key("2"));
    let keys = vec![http(200, CACHED, &published(&[&one])), http(500, UNCACHED, "")];
    let provider = Provider::new(vec![tokens(&one), tokens(&two)], keys).await;
    let world = World::with_browser(answers("code=c"));
    let engine = world.engine().await;
    let profile = provider.profile(&engine).await;
    log_in(&engine, &profile).await.unwrap();
    let session = refresh(&engine, &profile).await.unwrap();
    let signature = session.signature(TokenKind::Access).unwrap();
    assert_eq!(signature.status, SignatureStatus::Unverified);
    assert!(signature.reason.contains("kid 2"), "{}", signature.reason);
}

#[tokio::test]
async fn what_is_stale_is_asked_for_by_its_tag() {
    const SHORT: &str = "content-type: application/json\r\ncache-control: max-age=60\r\netag: \"1\"\r\n";
    let one = key("1");
    let keys = vec![http(200, SHORT, &published(&[&one])), http(304, SHORT, "")];
    let provider = Provider::new(vec![tokens(&one), tokens(&one)], keys).await;
    let world = World::with_browser(answers("code=c"));
    let engine = world.engine().await;
    let profile = provider.profile(&engine).await;
    log_in(&engine, &profile).await.unwrap();
    world.clock.advance(jiff::SignedDuration::from_secs(61));
    let session = refresh(&engine, &profile).await.unwrap();
    assert_eq!(verdict(&session), SignatureStatus::Valid);
    let requests = provider.keys.requests();
    assert!(requests[1].contains("if-none-match: \"1\""), "{}", requests[1]);
}

#[tokio::test]
async fn an_answer_about_another_set_makes_for_a_question_without_conditions() {
    const SHORT: &str = "content-type: application/json\r\ncache-control: max-age=60\r\netag: \"1\"\r\n";
    const OTHER: &str = "cache-control: max-age=60\r\netag: \"2\"\r\n";
    let (one, two) = (key("1"), key("2"));
    let keys = vec![
        http(200, SHORT, &published(&[&one])),
        http(304, OTHER, ""),
        http(200, SHORT, &published(&[&two])),
    ];
    let provider = Provider::new(vec![tokens(&one), tokens(&two)], keys).await;
    let world = World::with_browser(answers("code=c"));
    let engine = world.engine().await;
    let profile = provider.profile(&engine).await;
    log_in(&engine, &profile).await.unwrap();
    world.clock.advance(jiff::SignedDuration::from_secs(61));
    let session = refresh(&engine, &profile).await.unwrap();
    assert_eq!(verdict(&session), SignatureStatus::Valid);
    let requests = provider.keys.requests();
    assert_eq!(requests.len(), 3);
    assert!(!requests[2].contains("if-none-match"), "{}", requests[2]);
}

#[tokio::test]
async fn a_key_that_is_never_published_is_not_asked_for_at_each_refresh() {
    let (one, hidden) = (key("1"), key("hidden"));
    let keys = (0..3).map(|_| http(200, CACHED, &published(&[&one]))).collect();
    let provider = Provider::new((0..6).map(|_| tokens(&hidden)).collect(), keys).await;
    let world = World::with_browser(answers("code=c"));
    let engine = world.engine().await;
    let profile = provider.profile(&engine).await;
    log_in(&engine, &profile).await.unwrap();
    assert_eq!(provider.keys.requests().len(), 2);
    for _ in 0..3 {
        refresh(&engine, &profile).await.unwrap();
    }
    assert_eq!(provider.keys.requests().len(), 2);
    world.clock.advance(jiff::SignedDuration::from_secs(61));
    for _ in 0..2 {
        let session = refresh(&engine, &profile).await.unwrap();
        assert_eq!(verdict(&session), SignatureStatus::Unverified);
    }
    assert_eq!(provider.keys.requests().len(), 3);
}
