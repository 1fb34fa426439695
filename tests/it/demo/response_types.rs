//! The other response types, pushed requests, and a client that acts for itself.

use reqwest::StatusCode;
use serde_json::{Value, json};

use super::browser::{Answer, Stop};
use super::token::{half_hash, is_signed};
use super::{CALLBACK, World, part, test_app, text, trusted};

const SCOPE: &str = "openid profile offline_access DomainApi";

async fn answer_to(world: &World, response_type: &str) -> Answer {
    let extra = [("response_type", response_type), ("nonce", "abc")];
    let url = world.authorize_url(test_app(), &extra);
    world.browser().sign_in_and_allow(url, "ada", "demo").await
}

#[tokio::test]
async fn each_response_type_brings_exactly_its_own_parts_bound_to_each_other() {
    let world = World::start().await;
    for response_type in [
        "code",
        "code id_token",
        "code token",
        "id_token token code",
        "token",
        "id_token",
        "id_token token",
    ] {
        let answer = answer_to(&world, response_type).await;
        let wants = |word| response_type.split(' ').any(|wanted| wanted == word);
        assert_eq!(answer.contains_key("code"), wants("code"), "{response_type}");
        assert_eq!(answer.contains_key("id_token"), wants("id_token"), "{response_type}");
        assert_eq!(answer.contains_key("access_token"), wants("token"), "{response_type}");
        assert_eq!(answer["state"], "xyz");
        if let Some(id_token) = answer.get("id_token") {
            assert!(is_signed(&world, id_token).await);
            let claims = part(id_token, 1);
            let bound = |name: &str| answer.get(name).map(|value| half_hash(value).into());
            assert_eq!(claims.get("c_hash").cloned(), bound("code"), "{response_type}");
            assert_eq!(claims.get("at_hash").cloned(), bound("access_token"), "{response_type}");
            assert_eq!(text(&claims, "nonce"), "abc");
        }
        if let Some(token) = answer.get("access_token") {
            assert_eq!(
                (answer["token_type"].as_str(), answer["expires_in"].as_str()),
                ("Bearer", "3600")
            );
            assert_eq!(world.call(token).await.status(), StatusCode::OK);
            // Without a code there will be no refresh token, so it is not promised either.
            let offline = answer["scope"].contains("offline_access");
            assert_eq!(offline, wants("code"), "{response_type}");
        }
        if let Some(code) = answer.get("code") {
            let (status, tokens) = world.exchange(test_app(), code).await;
            assert_eq!(status, StatusCode::OK, "{tokens}");
            assert!(tokens.get("refresh_token").is_some());
        }
    }
}

#[tokio::test]
async fn a_code_that_is_used_twice_also_kills_the_token_that_came_beside_it() {
    let world = World::start().await;
    let answer = answer_to(&world, "code token").await;
    world.exchange(test_app(), &answer["code"]).await;
    world.exchange(test_app(), &answer["code"]).await;
    let call = world.call(&answer["access_token"]).await;
    assert_eq!(call.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn an_access_token_never_travels_in_the_query_and_an_id_token_needs_a_nonce() {
    let world = World::start().await;
    let in_query = [("response_type", "token"), ("response_mode", "query")];
    let answer = world
        .browser()
        .open(world.authorize_url(test_app(), &in_query))
        .await
        .answer();
    assert_eq!(answer["error"], "invalid_request");
    let no_nonce = world.authorize_url(test_app(), &[("response_type", "id_token token")]);
    let Stop::Away(url) = world.browser().open(no_nonce).await else {
        panic!("no redirect");
    };
    assert!(url.fragment().expect("a fragment").contains("nonce"));
}

#[tokio::test]
async fn the_documented_clients_keep_to_their_documented_response_types() {
    let world = World::start().await;
    for response_type in ["token", "code token", "id_token"] {
        let url = world.authorize_url(trusted(), &[("response_type", response_type), ("nonce", "abc")]);
        let answer = world.browser().open(url).await.answer();
        assert_eq!(answer["error"], "unauthorized_client", "{response_type}");
    }
}

#[tokio::test]
async fn a_client_that_acts_for_itself_gets_no_refresh_token_and_no_scope_about_a_person() {
    let world = World::start().await;
    let (status, tokens) = world.token(trusted(), &[("grant_type", "client_credentials")]).await;
    assert_eq!(status, StatusCode::OK, "{tokens}");
    let names: Vec<_> = tokens.as_object().expect("an object").keys().cloned().collect();
    assert_eq!(names, ["access_token", "expires_in", "scope"]);
    assert_eq!(text(&tokens, "scope"), "DomainApi");
    let token = text(&tokens, "access_token");
    let claims = part(token, 1);
    assert_eq!(text(&claims, "sub"), "my.trusted.app/first");
    assert_eq!(claims.get("name"), None);
    assert_eq!(world.call(token).await.status(), StatusCode::OK);
    for scope in ["DomainApi offline_access", "openid", "banana"] {
        let form = [("grant_type", "client_credentials"), ("scope", scope)];
        let (status, body) = world.token(trusted(), &form).await;
        assert_eq!(
            (status, text(&body, "error")),
            (StatusCode::BAD_REQUEST, "invalid_scope")
        );
    }
}

async fn push(world: &World, extra: &[(&str, &str)]) -> (StatusCode, Value) {
    let mut form = vec![
        ("client_id", test_app().client_id),
        ("client_secret", super::secret(test_app())),
        ("redirect_uri", CALLBACK),
        ("scope", SCOPE),
        ("state", "pushed"),
    ];
    form.extend_from_slice(extra);
    let request = world.http.post(world.url("/id/connect/par")).form(&form);
    let response = request.send().await.expect("an answer");
    (response.status(), response.json().await.expect("JSON"))
}

fn pushed_url(world: &World, client_id: &str, request_uri: &str) -> url::Url {
    let mut url = world.url("/id/connect/authorize");
    url.query_pairs_mut()
        .append_pair("client_id", client_id)
        .append_pair("request_uri", request_uri);
    url
}

#[tokio::test]
async fn a_pushed_request_is_good_once_for_a_minute_and_for_its_client() {
    let world = World::start().await;
    let (status, body) = push(&world, &[("response_type", "code")]).await;
    assert_eq!((status, &body["expires_in"]), (StatusCode::CREATED, &json!(60)));
    let request_uri = text(&body, "request_uri");
    assert!(request_uri.starts_with("urn:ietf:params:oauth:request_uri:"));
    let url = pushed_url(&world, "my.test.app", request_uri);
    let answer = world.browser().sign_in_and_allow(url.clone(), "admin", "admin").await;
    assert_eq!(answer["state"], "pushed");
    let (status, _) = world.exchange(test_app(), &answer["code"]).await;
    assert_eq!(status, StatusCode::OK);
    assert!(world.browser().open(url).await.page().contains("This request is over"));

    let (_, body) = push(&world, &[("response_type", "code")]).await;
    let strange = pushed_url(&world, "my.trusted.app", text(&body, "request_uri"));
    assert!(
        world
            .browser()
            .open(strange)
            .await
            .page()
            .contains("This request is over")
    );
    let (_, body) = push(&world, &[("response_type", "code")]).await;
    world.clock.advance(jiff::SignedDuration::from_secs(60));
    let late = pushed_url(&world, "my.test.app", text(&body, "request_uri"));
    assert!(world.browser().open(late).await.page().contains("This request is over"));
}

#[tokio::test]
async fn a_pushed_request_is_judged_when_it_is_pushed() {
    let world = World::start().await;
    for (extra, code) in [
        (&[][..], "invalid_request"),
        (&[("response_type", "banana")], "unsupported_response_type"),
        (
            &[("response_type", "code"), ("request_uri", "urn:x")],
            "invalid_request",
        ),
        (&[("response_type", "id_token")], "invalid_request"),
    ] {
        let (status, body) = push(&world, extra).await;
        assert_eq!(
            (status, text(&body, "error")),
            (StatusCode::BAD_REQUEST, code),
            "{extra:?}"
        );
    }
    let form = [
        ("client_id", "my.test.app"),
        ("client_secret", "wrong"),
        ("response_type", "code"),
    ];
    let request = world.http.post(world.url("/id/connect/par")).form(&form);
    let body: Value = request.send().await.expect("an answer").json().await.expect("JSON");
    assert_eq!(text(&body, "error"), "invalid_client");
}
