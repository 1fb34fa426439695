//! The plain OAuth 2.0 server: code login, refresh without a `client_id`, 15 minutes and a day.

use jiff::SignedDuration;
use reqwest::header::WWW_AUTHENTICATE;
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use url::Url;

use super::{World, part, text};

const CALLBACK: &str = "http://127.0.0.1:8400/callback";

impl World {
    fn plain_authorize_url(&self) -> Url {
        let mut url = self.url("/api/oauth2/authorize");
        url.query_pairs_mut()
            .append_pair("client_id", "plain-client")
            .append_pair("redirect_uri", CALLBACK)
            .append_pair("response_type", "code")
            .append_pair("state", "xyz");
        url
    }

    async fn plain_token(&self, form: &[(&str, &str)]) -> (StatusCode, Value) {
        let request = self.http.post(self.url("/api/oauth2/token")).form(form);
        let response = request.send().await.expect("an answer");
        (response.status(), response.json().await.expect("JSON"))
    }

    async fn plain_login(&self) -> Value {
        let answer = self
            .browser()
            .sign_in_and_allow(self.plain_authorize_url(), "j.doe", "demo")
            .await;
        assert_eq!(answer["state"], "xyz");
        assert!(!answer.contains_key("iss"), "no issuer: this is not OpenID Connect");
        let form = [
            ("grant_type", "authorization_code"),
            ("code", answer["code"].as_str()),
            ("redirect_uri", CALLBACK),
            ("client_id", "plain-client"),
        ];
        let (status, tokens) = self.plain_token(&form).await;
        assert_eq!(status, StatusCode::OK, "{tokens}");
        tokens
    }

    async fn plain_refresh(&self, token: &str) -> (StatusCode, Value) {
        self.plain_token(&[("grant_type", "refresh_token"), ("refresh_token", token)])
            .await
    }

    async fn plain_call(&self, token: &str) -> Response {
        let request = self.http.get(self.url("/api/resource")).bearer_auth(token);
        request.send().await.expect("an answer")
    }
}

#[tokio::test]
async fn a_login_gives_exactly_the_three_documented_members() {
    let world = World::start().await;
    let tokens = world.plain_login().await;
    let names: Vec<_> = tokens.as_object().expect("an object").keys().cloned().collect();
    assert_eq!(names, ["access_token", "refresh_token", "expires_in"]);
    assert_eq!(tokens["expires_in"], json!(900));
    let token = text(&tokens, "access_token");
    assert!(
        token.starts_with("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."),
        "the header of the documentation"
    );
    assert_eq!(text(&part(token, 1), "sub"), "j.doe");
    let call = world.plain_call(token).await;
    assert_eq!(call.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_refresh_works_without_a_client_id_and_with_the_right_one() {
    let world = World::start().await;
    let first = world.plain_login().await;
    let (status, second) = world.plain_refresh(text(&first, "refresh_token")).await;
    assert_eq!(status, StatusCode::OK, "{second}");
    let names: Vec<_> = second.as_object().expect("an object").keys().cloned().collect();
    assert_eq!(names, ["access_token", "refresh_token", "expires_in"]);
    assert_ne!(first["refresh_token"], second["refresh_token"]);

    let with = |client_id| {
        [
            ("grant_type", "refresh_token"),
            ("refresh_token", text(&second, "refresh_token")),
            ("client_id", client_id),
        ]
    };
    let (_, body) = world.plain_token(&with("stranger")).await;
    assert_eq!(text(&body, "error"), "invalid_client");
    let (status, _) = world.plain_token(&with("plain-client")).await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn the_access_token_lives_15_minutes_and_the_refresh_token_a_day() {
    let world = World::start().await;
    let tokens = world.plain_login().await;
    let token = text(&tokens, "access_token");
    world.clock.advance(SignedDuration::from_secs(899));
    assert_eq!(world.plain_call(token).await.status(), StatusCode::OK);
    world.clock.advance(SignedDuration::from_secs(1));
    let late = world.plain_call(token).await;
    assert_eq!(late.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(
        late.headers()[WWW_AUTHENTICATE],
        "Bearer error=\"invalid_token\", error_description=\"The access token expired\""
    );
    world.clock.advance(SignedDuration::from_secs(86_400 - 901));
    let (status, next) = world.plain_refresh(text(&tokens, "refresh_token")).await;
    assert_eq!(status, StatusCode::OK, "{next}");
    world.clock.advance(SignedDuration::from_hours(24));
    let (status, body) = world.plain_refresh(text(&next, "refresh_token")).await;
    assert_eq!(
        (status, text(&body, "error")),
        (StatusCode::BAD_REQUEST, "invalid_grant")
    );
    assert!(text(&body, "error_description").contains("expired: log in again"));
}

#[tokio::test]
async fn a_reused_refresh_token_revokes_the_whole_login() {
    let world = World::start().await;
    let first = world.plain_login().await;
    let (_, second) = world.plain_refresh(text(&first, "refresh_token")).await;
    let (_, body) = world.plain_refresh(text(&first, "refresh_token")).await;
    assert_eq!(text(&body, "error"), "invalid_grant");
    let (_, body) = world.plain_refresh(text(&second, "refresh_token")).await;
    assert_eq!(text(&body, "error"), "invalid_grant");
    let call = world.plain_call(text(&second, "access_token")).await;
    assert_eq!(call.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn refresh_tokens_and_clients_of_other_systems_are_unknown_here() {
    let world = World::start().await;
    let erp = world.log_in(super::trusted()).await;
    let (status, body) = world.plain_refresh(text(&erp, "refresh_token")).await;
    assert_eq!(
        (status, text(&body, "error")),
        (StatusCode::BAD_REQUEST, "invalid_grant")
    );
    let (status, _) = world.refresh(super::trusted(), text(&erp, "refresh_token")).await;
    assert_eq!(status, StatusCode::OK, "the stranger did not spend it");
    let mut url = world.url("/api/oauth2/authorize");
    url.set_query(Some(
        "client_id=my.trusted.app&redirect_uri=http://localhost/signin-callback&response_type=code",
    ));
    assert!(world.browser().open(url).await.page().contains("Unknown application"));
}

#[tokio::test]
async fn a_malformed_request_says_what_is_wrong_with_it() {
    let world = World::start().await;
    for (form, code) in [
        (&[("a", "b")][..], "invalid_request"),
        (&[("grant_type", "password")], "unsupported_grant_type"),
        (&[("grant_type", "refresh_token")], "invalid_request"),
        (
            &[("grant_type", "refresh_token"), ("refresh_token", "x")],
            "invalid_grant",
        ),
        (
            &[("grant_type", "authorization_code"), ("code", "x")],
            "invalid_request",
        ),
    ] {
        let (status, body) = world.plain_token(form).await;
        assert_eq!(
            (status, text(&body, "error")),
            (StatusCode::BAD_REQUEST, code),
            "{form:?}"
        );
    }
    let json = world
        .http
        .post(world.url("/api/oauth2/token"))
        .json(&json!({}))
        .send()
        .await;
    let body: Value = json.expect("an answer").json().await.expect("JSON");
    assert!(text(&body, "error_description").contains("form-urlencoded"));
    let unknown = world
        .http
        .get(world.url("/api/oauth2/banana"))
        .send()
        .await
        .expect("an answer");
    assert_eq!(unknown.status(), StatusCode::NOT_FOUND);
    assert_eq!(text(&unknown.json().await.expect("JSON"), "error"), "not_found");
}
