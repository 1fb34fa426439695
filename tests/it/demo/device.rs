//! Device login (RFC 8628): polling, the page with the code, and every way that it can end.

use jiff::SignedDuration;
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::browser::Stop;
use super::{World, secret, test_app, text, trusted};

const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

impl World {
    async fn device(&self, scope: &str) -> Value {
        let client = test_app();
        let form = [
            ("client_id", client.client_id),
            ("client_secret", secret(client)),
            ("scope", scope),
        ];
        let url = self.url("/id/connect/deviceauthorization");
        let response = self.http.post(url).form(&form).send().await.expect("an answer");
        response.json().await.expect("JSON")
    }

    async fn poll(&self, codes: &Value) -> Value {
        let form = [("grant_type", GRANT), ("device_code", text(codes, "device_code"))];
        self.token(test_app(), &form).await.1
    }

    /// Polls after the usual interval.
    async fn poll_in_time(&self, codes: &Value) -> Value {
        self.clock.advance(SignedDuration::from_secs(5));
        self.poll(codes).await
    }

    /// Signs in on the page with the code and decides.
    async fn decide(&self, codes: &Value, decision: &str) -> String {
        let mut browser = self.browser();
        let url = text(codes, "verification_uri_complete").parse().expect("a URL");
        let page = browser.open(url).await.page();
        let page = browser
            .submit(&page, &[("user_code", text(codes, "user_code"))])
            .await
            .page();
        let page = browser
            .submit(&page, &[("username", "ada"), ("password", "demo")])
            .await
            .page();
        assert!(
            page.contains("Allow access?") && page.contains(text(codes, "user_code")),
            "{page}"
        );
        browser.submit(&page, &[("decision", decision)]).await.page()
    }
}

fn error(body: &Value) -> &str {
    text(body, "error")
}

#[tokio::test]
async fn a_device_gets_its_tokens_once_after_the_person_allowed() {
    let world = World::start().await;
    let codes = world.device("openid offline_access DomainApi").await;
    assert_eq!((&codes["expires_in"], &codes["interval"]), (&json!(600), &json!(5)));
    assert_eq!(text(&codes, "verification_uri"), world.url("/id/device").as_str());
    assert_eq!(error(&world.poll(&codes).await), "authorization_pending");
    let done = world.decide(&codes, "allow").await;
    assert!(done.contains("The device is connected"), "{done}");

    let tokens = world.poll_in_time(&codes).await;
    assert_eq!(text(&tokens, "scope"), "openid DomainApi offline_access");
    assert_eq!(world.call(text(&tokens, "access_token")).await.status(), StatusCode::OK);
    let (status, _) = world.refresh(test_app(), text(&tokens, "refresh_token")).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(error(&world.poll_in_time(&codes).await), "invalid_grant");
}

#[tokio::test]
async fn polling_too_fast_is_told_to_slow_down_and_the_interval_grows() {
    let world = World::start().await;
    let codes = world.device("DomainApi").await;
    assert_eq!(error(&world.poll(&codes).await), "authorization_pending");
    world.clock.advance(SignedDuration::from_secs(4));
    assert_eq!(error(&world.poll(&codes).await), "slow_down");
    assert_eq!(
        error(&world.poll_in_time(&codes).await),
        "slow_down",
        "it is 10 seconds now"
    );
    world.clock.advance(SignedDuration::from_secs(15));
    assert_eq!(error(&world.poll(&codes).await), "authorization_pending");
}

#[tokio::test]
async fn denial_and_expiry_end_the_polling() {
    let world = World::start().await;
    let codes = world.device("DomainApi").await;
    assert!(world.decide(&codes, "deny").await.contains("stays out"));
    assert_eq!(error(&world.poll(&codes).await), "access_denied");

    let codes = world.device("DomainApi").await;
    world.clock.advance(SignedDuration::from_secs(600));
    assert_eq!(error(&world.poll(&codes).await), "expired_token");
    let mut browser = world.browser();
    let page = browser.open(world.url("/id/device")).await.page();
    let page = browser
        .submit(&page, &[("user_code", text(&codes, "user_code"))])
        .await
        .page();
    assert!(page.contains("No device waits with this code"));
}

#[tokio::test]
async fn the_code_may_be_typed_in_small_letters_without_the_hyphen_and_only_while_it_waits() {
    let world = World::start().await;
    let codes = world.device("DomainApi").await;
    let typed = text(&codes, "user_code").replace('-', " ").to_lowercase();
    let mut browser = world.browser();
    let form = browser.open(world.url("/id/device")).await.page();
    let page = browser.submit(&form, &[("user_code", typed.as_str())]).await.page();
    assert!(page.contains("<h1>Sign in</h1>"));
    world.decide(&codes, "allow").await;
    let again = browser.submit(&form, &[("user_code", typed.as_str())]).await.page();
    assert!(again.contains("No device waits with this code"));
}

#[tokio::test]
async fn a_device_code_is_its_clients_own_and_the_request_is_judged() {
    let world = World::start().await;
    let codes = world.device("DomainApi").await;
    let form = [("grant_type", GRANT), ("device_code", text(&codes, "device_code"))];
    let (_, body) = world.token(trusted(), &form).await;
    assert_eq!(error(&body), "invalid_grant");
    assert_eq!(error(&world.device("banana").await), "invalid_scope");
    assert_eq!(error(&world.device("").await), "invalid_scope");
    let Stop::Page { status, .. } = world.browser().open(world.url("/id/device?user_code=%3Cb%3E")).await else {
        panic!("redirected");
    };
    assert_eq!(status, StatusCode::OK);
}
