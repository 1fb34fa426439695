//! The API that the tokens are for.

use jiff::SignedDuration;
use reqwest::header::WWW_AUTHENTICATE;
use reqwest::{Response, StatusCode};
use serde_json::Value;

use super::{World, interactive, text, trusted};

fn challenge(response: &Response) -> &str {
    response.headers()[WWW_AUTHENTICATE].to_str().expect("ASCII")
}

#[tokio::test]
async fn customers_come_as_many_as_top_says() {
    let world = World::start().await;
    let tokens = world.log_in(trusted()).await;
    let rows = async |query: &str| {
        let url = world.url(&format!("/api/domain/odata/Crm_Customers{query}"));
        let request = world.http.get(url).bearer_auth(text(&tokens, "access_token"));
        let response = request.send().await.expect("an answer");
        let status = response.status();
        let body: Value = response.json().await.expect("JSON");
        (status, body["value"].as_array().map(Vec::len))
    };
    assert_eq!(rows("?$top=10").await, (StatusCode::OK, Some(10)));
    assert_eq!(rows("?%24top=2").await, (StatusCode::OK, Some(2)));
    assert_eq!(rows("?$top=0").await, (StatusCode::OK, Some(0)));
    assert_eq!(rows("?$top=1000").await, (StatusCode::OK, Some(14)));
    assert_eq!(rows("").await, (StatusCode::OK, Some(14)));
    assert_eq!(rows("?$top=-1").await, (StatusCode::BAD_REQUEST, None));
}

#[tokio::test]
async fn without_a_token_the_challenge_names_no_error() {
    let world = World::start().await;
    let url = world.url("/api/domain/odata/Crm_Customers");
    let response = world.http.get(url).send().await.expect("an answer");
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    assert!(challenge(&response).starts_with("Bearer") && !challenge(&response).contains("error"));
}

#[tokio::test]
async fn an_expired_token_gets_a_401_that_says_so() {
    let world = World::start().await;
    let tokens = world.log_in(interactive()).await;
    let token = text(&tokens, "access_token");
    world.clock.advance(SignedDuration::from_secs(3599));
    assert_eq!(world.call(token).await.status(), StatusCode::OK);
    world.clock.advance(SignedDuration::from_secs(1));
    let response = world.call(token).await;
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    let expected = "Bearer error=\"invalid_token\", error_description=\"The access token expired\"";
    assert_eq!(challenge(&response), expected);
}

#[tokio::test]
async fn a_token_that_is_not_an_access_token_of_this_server_is_invalid() {
    let world = World::start().await;
    let other = World::start().await;
    let tokens = world.log_in(trusted()).await;
    let strange = other.log_in(trusted()).await;
    let access_token = text(&tokens, "access_token");
    let cut = &access_token[..access_token.len() - 4];
    for token in [
        text(&tokens, "id_token"),
        text(&tokens, "refresh_token"),
        text(&strange, "access_token"),
        cut,
    ] {
        let response = world.call(token).await;
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
        assert!(challenge(&response).contains("error=\"invalid_token\""));
    }
}

#[tokio::test]
async fn the_date_header_goes_by_the_providers_clock() {
    let world = World::start().await;
    let url = world.url("/id/.well-known/openid-configuration");
    let first = world.http.get(url.clone()).send().await.expect("an answer");
    assert_eq!(first.headers()["date"], "Fri, 20 Nov 2026 12:00:00 GMT");
    world.clock.advance(SignedDuration::from_hours(1));
    let later = world.http.get(url).send().await.expect("an answer");
    assert_eq!(later.headers()["date"], "Fri, 20 Nov 2026 13:00:00 GMT");
}

#[tokio::test]
async fn an_address_without_a_page_gets_a_page_that_says_so() {
    let world = World::start().await;
    let response = world.http.get(world.url("/id/banana")).send().await.expect("an answer");
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
    assert!(response.text().await.expect("a page").contains("Nothing here"));
}
