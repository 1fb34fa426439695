//! Authorization responses as one signed JWT (JARM).

use std::sync::Arc;

use serde_json::{Value, json};
use tokenscope::engine::LoginStep;
use tokenscope::flow::OpenBrowser;
use tokenscope::model::Profile;
use tokenscope::model::checks::Outcome;
use tokenscope::model::keys::jwa::SigningAlgorithm;
use tokenscope::model::keys::signing::SigningKey;
use tokenscope::model::response_type::ResponseMode;
use tokio::sync::Notify;
use url::Url;

use super::{check, goes_to, outcome, saved, steps};
use crate::support::server::{Reply, Server, json as json_reply};
use crate::support::{World, answers, client, custom, log_in, parameter, reporter, slug, start, with_browser};

const TOKENS: &str = r#"{"access_token":"opaque-access","token_type":"Bearer","expires_in":3600}"#;
const ISSUER: &str = "https://idp.example";

fn signing(base: &Url) -> Profile {
    Profile {
        issuer: ISSUER.to_owned(),
        jwks_uri: "/jwks".to_owned(),
        response_mode: Some(ResponseMode::Jwt),
        scope: "read".to_owned(),
        ..custom(base)
    }
}

fn jwks(key: &SigningKey) -> String {
    json!({"keys": [key.registration_jwk()]}).to_string()
}

fn claims(address: &Url) -> Value {
    json!({"iss": ISSUER, "aud": "my-client", "exp": start().as_second() + 60,
        "code": "the-code", "state": parameter(address, "state")})
}

fn answer(address: &Url, response: &str) -> Url {
    let uri = parameter(address, "redirect_uri");
    Url::parse(&format!("{uri}?response={response}")).unwrap()
}

/// A browser that brings these claims, signed.
fn brings(key: &SigningKey, change: impl Fn(&mut Value) + Send + Sync + 'static) -> OpenBrowser {
    let key = key.clone();
    goes_to(move |address| {
        let mut claims = claims(address);
        change(&mut claims);
        let response = key.sign(key.default_algorithm(), &[], &claims).unwrap();
        answer(address, response.expose())
    })
}

#[tokio::test]
async fn a_signed_answer_is_verified_even_when_the_keys_come_later() {
    let key = SigningKey::generate_es256();
    let gate = Arc::new(Notify::new());
    let keys = Reply::After(gate.clone(), Box::new(json_reply(200, &jwks(&key))));
    let server = Server::start([keys, json_reply(200, TOKENS)]).await;
    let browser: OpenBrowser = Arc::new(move |address: &Url| {
        let response = key.sign(key.default_algorithm(), &[], &claims(address)).unwrap();
        let (callback, gate) = (answer(address, response.expose()), gate.clone());
        tokio::runtime::Handle::current().spawn(async move {
            let page = client().get(callback).send().await.unwrap();
            assert_eq!(page.status(), 200);
            // Only now: the listener has answered without the keys.
            gate.notify_one();
        });
        Ok(())
    });
    let world = World::with_browser(browser);
    let engine = world.engine().await;
    let profile = saved(&engine, signing(&server.url)).await;
    let session = log_in(&engine, &profile).await.unwrap();
    for id in ["jarm.signature", "jarm.iss", "jarm.aud", "jarm.exp"] {
        assert_eq!(outcome(&session, id), Some(Outcome::Pass), "{id}");
    }
    assert!(server.requests()[1].contains("code=the-code"));
}

type Change = fn(&mut Value);

#[tokio::test]
async fn each_reason_not_to_believe_it_ends_the_login_with_its_sentence() {
    let key = SigningKey::generate_es256();
    let cases: [(Change, &str); 4] = [
        (
            |claims| claims["iss"] = "https://evil.example".into(),
            "iss is \"https://evil.example\"",
        ),
        (
            |claims| claims["aud"] = "another".into(),
            "it was made for another client",
        ),
        (
            |claims| claims["exp"] = (start().as_second() - 3600).into(),
            "it expired 1 h ago",
        ),
        (
            |claims| drop(claims.as_object_mut().unwrap().remove("exp")),
            "exp is missing",
        ),
    ];
    for (change, says) in cases {
        refused(&key, brings(&key, change), says).await;
    }
    refused(&key, brings(&SigningKey::generate_es256(), |_| {}), "Not made with key").await;
    let unsigned = key.clone();
    let unsigned = goes_to(move |address| {
        let header = [("alg", "none".into())];
        let response = unsigned
            .sign(SigningAlgorithm::ES256, &header, &claims(address))
            .unwrap();
        answer(address, response.expose())
    });
    refused(&key, unsigned, "alg is none").await;
}

async fn refused(key: &SigningKey, browser: OpenBrowser, says: &str) {
    let server = Server::start([json_reply(200, &jwks(key))]).await;
    let world = World::with_browser(browser);
    let engine = world.engine().await;
    let profile = saved(&engine, signing(&server.url)).await;
    let failure = log_in(&engine, &profile).await.unwrap_err();
    assert_eq!(failure.code, "untrusted_response", "{failure:?}");
    assert!(failure.message.contains(says), "{says}: {failure:?}");
    assert!(failure.hint.contains("“Keys (JWKS)”"), "{failure:?}");
    // The code went nowhere.
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn an_encrypted_answer_ends_the_login_and_one_that_nobody_can_read_does_not() {
    let key = SigningKey::generate_es256();
    let server = Server::start([json_reply(200, &jwks(&key))]).await;
    let world = World::with_browser(goes_to(|address| {
        answer(address, "eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkExMjhHQ00ifQ.a.b.c.d")
    }));
    let engine = world.engine().await;
    let profile = saved(&engine, signing(&server.url)).await;
    let failure = log_in(&engine, &profile).await.unwrap_err();
    assert_eq!(failure.code, "encrypted_response");
    assert!(failure.hint.contains("“Response mode”"), "{failure:?}");

    let server = Server::start([json_reply(200, &jwks(&key)), json_reply(200, TOKENS)]).await;
    let browser: OpenBrowser = {
        let key = key.clone();
        Arc::new(move |address: &Url| {
            let garbage = answer(address, "what.is.this");
            let response = key.sign(key.default_algorithm(), &[], &claims(address)).unwrap();
            let right = answer(address, response.expose());
            tokio::runtime::Handle::current().spawn(async move {
                let client = client();
                for address in [garbage, right] {
                    client.get(address).send().await.unwrap();
                }
            });
            Ok(())
        })
    };
    let world = World::with_browser(browser);
    let engine = world.engine().await;
    let profile = saved(&engine, signing(&server.url)).await;
    let (reporter, ear) = reporter();
    engine.login(&slug(&profile), with_browser(), &reporter).await.unwrap();
    let strays = steps(ear).into_iter().filter_map(|step| match step {
        LoginStep::Stray(what) => Some(what),
        _ => None,
    });
    let strays: Vec<_> = strays.collect();
    assert!(
        strays.len() == 1 && strays[0].contains("not a readable JWT"),
        "{strays:?}"
    );
}

#[tokio::test]
async fn a_refusal_in_a_signed_answer_is_told_as_one() {
    let key = SigningKey::generate_es256();
    let server = Server::start([json_reply(200, &jwks(&key))]).await;
    let world = World::with_browser(brings(&key, |claims| {
        claims.as_object_mut().unwrap().remove("code");
        claims["error"] = "access_denied".into();
    }));
    let engine = world.engine().await;
    let profile = saved(&engine, signing(&server.url)).await;
    let failure = log_in(&engine, &profile).await.unwrap_err();
    assert_eq!(failure.code, "access_denied");
}

#[tokio::test]
async fn an_answer_in_the_open_is_used_and_said_to_be_one() {
    let server = Server::start([json_reply(200, TOKENS)]).await;
    let world = World::with_browser(answers("code=c"));
    let engine = world.engine().await;
    let profile = Profile {
        jwks_uri: String::new(),
        ..signing(&server.url)
    };
    let profile = saved(&engine, profile).await;
    let session = log_in(&engine, &profile).await.unwrap();
    let check = check(&session, "jarm.response").unwrap();
    assert_eq!((check.outcome, &*check.spec), (Outcome::Fail, "JARM §2.3"));
}

#[tokio::test]
async fn without_a_key_a_signed_answer_is_not_believed() {
    let server = Server::start([]).await;
    let key = SigningKey::generate_es256();
    let world = World::with_browser(brings(&key, |_| {}));
    let engine = world.engine().await;
    let profile = Profile {
        jwks_uri: String::new(),
        ..signing(&server.url)
    };
    let profile = saved(&engine, profile).await;
    let failure = log_in(&engine, &profile).await.unwrap_err();
    assert_eq!(failure.code, "untrusted_response");
    assert!(failure.message.contains("no JWKS address"), "{failure:?}");
}
