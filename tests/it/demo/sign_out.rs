//! Signing out: who may end a session without a question, and where the browser goes afterwards.

use reqwest::StatusCode;
use serde_json::Value;
use url::Url;

use super::browser::{Browser, Stop};
use super::{World, interactive, text, trusted};

const BACK: &str = "http://localhost:8400/signout-callback";

fn sign_out_url(world: &World, parameters: &[(&str, &str)]) -> Url {
    let mut url = world.url("/id/connect/endsession");
    url.query_pairs_mut().extend_pairs(parameters);
    url
}

/// A browser in which admin is signed in, and the tokens of that login.
async fn signed_in(world: &World) -> (Browser, Value) {
    let mut browser = world.browser();
    let extra = [("response_type", "code id_token"), ("nonce", "abc")];
    let page = browser
        .sign_in(world.authorize_url(trusted(), &extra), "admin", "admin")
        .await;
    let answer = browser.submit(&page, &[("decision", "allow")]).await.answer();
    let (_, tokens) = world.exchange(trusted(), &answer["code"]).await;
    (browser, tokens)
}

async fn is_signed_in(world: &World, browser: &mut Browser) -> bool {
    let url = world.authorize_url(interactive(), &[("response_type", "code")]);
    browser.open(url).await.page().contains("Allow access?")
}

#[tokio::test]
async fn with_the_sessions_id_token_it_ends_at_once_and_goes_back_with_the_state() {
    let world = World::start().await;
    let (mut browser, tokens) = signed_in(&world).await;
    assert!(is_signed_in(&world, &mut browser).await);
    let parameters = [
        ("id_token_hint", text(&tokens, "id_token")),
        ("post_logout_redirect_uri", BACK),
        ("state", "bye"),
    ];
    let Stop::Away(url) = browser.open(sign_out_url(&world, &parameters)).await else {
        panic!("no redirect");
    };
    assert_eq!(url.as_str(), format!("{BACK}?state=bye"));
    assert!(!is_signed_in(&world, &mut browser).await);
    let call = world.call(text(&tokens, "access_token")).await;
    assert_eq!(call.status(), StatusCode::OK, "tokens outlive the session");
}

#[tokio::test]
async fn without_it_the_person_is_asked_first() {
    let world = World::start().await;
    let (mut browser, _) = signed_in(&world).await;
    let parameters = [("client_id", "my.trusted.app"), ("post_logout_redirect_uri", BACK)];
    let page = browser.open(sign_out_url(&world, &parameters)).await.page();
    assert!(page.contains("Sign out?"), "{page}");
    assert!(is_signed_in(&world, &mut browser).await, "asking ends nothing");
    let Stop::Away(url) = browser.submit(&page, &[("confirm", "yes")]).await else {
        panic!("no redirect");
    };
    assert_eq!(url.as_str(), BACK);
    assert!(!is_signed_in(&world, &mut browser).await);
}

#[tokio::test]
async fn a_link_cannot_answer_for_the_person() {
    let world = World::start().await;
    let (mut browser, _) = signed_in(&world).await;
    let page = browser.open(sign_out_url(&world, &[("confirm", "yes")])).await.page();
    assert!(page.contains("Sign out?"), "{page}");
    assert!(is_signed_in(&world, &mut browser).await, "a link ends nothing");
}

#[tokio::test]
async fn an_id_token_of_another_session_does_not_end_this_one_silently() {
    let world = World::start().await;
    let (mut browser, _) = signed_in(&world).await;
    let (_, other) = signed_in(&world).await;
    let url = sign_out_url(&world, &[("id_token_hint", text(&other, "id_token"))]);
    assert!(browser.open(url).await.page().contains("Sign out?"));
    assert!(is_signed_in(&world, &mut browser).await);
}

#[tokio::test]
async fn without_an_address_to_go_back_to_there_is_a_page() {
    let world = World::start().await;
    let page = world.browser().open(sign_out_url(&world, &[])).await.page();
    assert!(page.contains("You are signed out"));
}

#[tokio::test]
async fn a_stranger_is_never_redirected_to() {
    let world = World::start().await;
    let (mut browser, tokens) = signed_in(&world).await;
    let id_token = text(&tokens, "id_token");
    for parameters in [
        &[("post_logout_redirect_uri", BACK)][..],
        &[("client_id", "nobody"), ("post_logout_redirect_uri", BACK)],
        &[
            ("client_id", "my.trusted.app"),
            ("post_logout_redirect_uri", "http://evil.example/signout-callback"),
        ],
        &[
            ("client_id", "my.trusted.app"),
            ("post_logout_redirect_uri", "http://localhost/other"),
        ],
        &[("id_token_hint", id_token), ("client_id", "my.trusted.app")],
        &[("id_token_hint", "nonsense")],
        &[("id_token_hint", text(&tokens, "access_token"))],
    ] {
        let Stop::Page { status, .. } = browser.open(sign_out_url(&world, parameters)).await else {
            panic!("redirected for {parameters:?}");
        };
        assert_eq!(status, StatusCode::BAD_REQUEST, "{parameters:?}");
    }
    assert!(is_signed_in(&world, &mut browser).await);
}
