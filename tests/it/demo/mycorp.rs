//! MyCorp-Auth: login and refresh in JSON, the configured key, roles, the profile API.

use jiff::SignedDuration;
use jsonwebtoken::{Algorithm, DecodingKey};
use reqwest::header::{CACHE_CONTROL, WWW_AUTHENTICATE};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use super::{World, part, text};

const SCOPE: &str = "openid profile refresh_token";

fn credentials(user_name: &str, password: &str, scope: &str) -> Value {
    json!({"username": user_name, "password": password, "client_id": "mycorp-desktop", "scope": scope})
}

impl World {
    async fn post_json(&self, path: &str, body: &Value) -> (StatusCode, Value) {
        let response = self.http.post(self.url(path)).json(body).send().await;
        let response = response.expect("an answer");
        (response.status(), response.json().await.expect("JSON"))
    }

    async fn my_corp_login(&self, user_name: &str, password: &str, scope: &str) -> Value {
        let body = credentials(user_name, password, scope);
        let (status, tokens) = self.post_json("/auth/login", &body).await;
        assert_eq!(status, StatusCode::OK, "{tokens}");
        tokens
    }

    async fn my_corp_refresh(&self, token: &str) -> (StatusCode, Value) {
        let body = json!({"refresh_token": token, "client_id": "mycorp-desktop"});
        self.post_json("/auth/refresh", &body).await
    }

    async fn my_corp_profile(&self, token: &str) -> Response {
        let request = self.http.get(self.url("/api/user/profile")).bearer_auth(token);
        request.send().await.expect("an answer")
    }
}

fn challenge(response: &Response) -> &str {
    response.headers()[WWW_AUTHENTICATE].to_str().expect("ASCII")
}

#[tokio::test]
async fn a_login_gives_the_documented_members_and_a_token_that_the_configured_key_verifies() {
    let world = World::start().await;
    let tokens = world.my_corp_login("admin", "admin", SCOPE).await;
    let names: Vec<_> = tokens.as_object().expect("an object").keys().cloned().collect();
    assert_eq!(names, ["access_token", "refresh_token", "expires_in", "token_type"]);
    assert_eq!(
        (&tokens["expires_in"], text(&tokens, "token_type")),
        (&json!(86_400), "Bearer")
    );

    let token = text(&tokens, "access_token");
    assert_eq!(
        part(token, 0),
        json!({"alg": "RS256", "kid": "auth-key-2025", "typ": "JWT"})
    );
    let claims = part(token, 1);
    assert_eq!(claims["roles"], json!(["administrator", "employee"]));
    assert_eq!(text(&claims, "scope"), SCOPE);
    assert_eq!(
        claims["exp"].as_i64().zip(claims["iat"].as_i64()).map(|(e, i)| e - i),
        Some(86_400)
    );

    let pem = world.demo.verification_key();
    let page = world.http.get(world.url("/auth/keys/auth-key-2025.pem")).send().await;
    assert_eq!(page.expect("an answer").text().await.expect("a text"), pem);
    let key = DecodingKey::from_rsa_pem(pem.as_bytes()).expect("a public key");
    let (input, signature) = token.rsplit_once('.').expect("a JWT");
    assert!(jsonwebtoken::crypto::verify(signature, input.as_bytes(), &key, Algorithm::RS256).expect("RS256"));
}

#[tokio::test]
async fn without_the_word_refresh_token_in_the_scope_there_is_none() {
    let world = World::start().await;
    let tokens = world.my_corp_login("admin", "admin", "openid profile").await;
    let names: Vec<_> = tokens.as_object().expect("an object").keys().cloned().collect();
    assert_eq!(names, ["access_token", "expires_in", "token_type"]);
    // offline_access is not this system's word.
    let body = credentials("admin", "admin", "openid offline_access");
    let (status, body) = world.post_json("/auth/login", &body).await;
    assert_eq!(
        (status, text(&body, "error")),
        (StatusCode::BAD_REQUEST, "invalid_scope")
    );
}

#[tokio::test]
async fn an_account_in_no_ldap_group_has_empty_roles() {
    let world = World::start().await;
    let tokens = world.my_corp_login("m.petrova", "demo", SCOPE).await;
    let token = text(&tokens, "access_token");
    assert_eq!(part(token, 1)["roles"], json!([]));
    let profile = world.my_corp_profile(token).await;
    assert_eq!(profile.status(), StatusCode::OK);
    let profile: Value = profile.json().await.expect("JSON");
    assert_eq!(
        (text(&profile, "username"), &profile["roles"]),
        ("m.petrova", &json!([]))
    );
}

#[tokio::test]
async fn wrong_credentials_are_a_401_and_a_malformed_request_says_what_is_wrong() {
    let world = World::start().await;
    let cases = [
        (
            credentials("admin", "wrong", SCOPE),
            StatusCode::UNAUTHORIZED,
            "invalid_credentials",
        ),
        (
            credentials("nobody", "admin", SCOPE),
            StatusCode::UNAUTHORIZED,
            "invalid_credentials",
        ),
        (
            json!({"username": "admin", "password": "admin", "client_id": "stranger"}),
            StatusCode::UNAUTHORIZED,
            "invalid_client",
        ),
        (
            json!({"username": "admin", "client_id": "mycorp-desktop"}),
            StatusCode::BAD_REQUEST,
            "invalid_request",
        ),
        (json!(["admin"]), StatusCode::BAD_REQUEST, "invalid_request"),
    ];
    for (body, status, code) in cases {
        let answer = world.post_json("/auth/login", &body).await;
        assert_eq!((answer.0, text(&answer.1, "error")), (status, code), "{body}");
    }
    let form = [
        ("username", "admin"),
        ("password", "admin"),
        ("client_id", "mycorp-desktop"),
    ];
    let response = world.http.post(world.url("/auth/login")).form(&form).send().await;
    let response = response.expect("an answer");
    assert_eq!(response.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(response.headers()[CACHE_CONTROL], "no-store");
    let get = world
        .http
        .get(world.url("/auth/login"))
        .send()
        .await
        .expect("an answer");
    assert_eq!(get.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(get.headers()["allow"], "POST");
    let body: Value = get.json().await.expect("JSON");
    assert!(text(&body, "error_description").contains("does not take GET"));
}

#[tokio::test]
async fn a_refresh_rotates_and_a_reused_refresh_token_revokes_the_whole_login() {
    let world = World::start().await;
    let first = world.my_corp_login("j.doe", "demo", SCOPE).await;
    world.clock.advance(SignedDuration::from_hours(23));
    let (status, second) = world.my_corp_refresh(text(&first, "refresh_token")).await;
    assert_eq!(status, StatusCode::OK, "{second}");
    assert_ne!(first["refresh_token"], second["refresh_token"]);
    assert_eq!(part(text(&second, "access_token"), 1)["roles"], json!(["employee"]));
    let newest = text(&second, "access_token");
    assert_eq!(world.my_corp_profile(newest).await.status(), StatusCode::OK);

    let (status, body) = world.my_corp_refresh(text(&first, "refresh_token")).await;
    assert_eq!(
        (status, text(&body, "error")),
        (StatusCode::UNAUTHORIZED, "invalid_grant")
    );
    let (status, _) = world.my_corp_refresh(text(&second, "refresh_token")).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    let call = world.my_corp_profile(newest).await;
    assert_eq!(call.status(), StatusCode::UNAUTHORIZED);
    assert!(challenge(&call).contains("revoked"));
}

#[tokio::test]
async fn the_profile_needs_a_token_of_this_system_within_its_time() {
    let world = World::start().await;
    let tokens = world.my_corp_login("admin", "admin", SCOPE).await;
    let token = text(&tokens, "access_token");
    let nothing = world.http.get(world.url("/api/user/profile")).send().await;
    assert_eq!(challenge(&nothing.expect("an answer")), "Bearer realm=\"mycorp-api\"");
    let erp = world.log_in(super::interactive()).await;
    for strange in ["x", text(&tokens, "refresh_token"), text(&erp, "access_token")] {
        assert!(challenge(&world.my_corp_profile(strange).await).contains("invalid_token"));
    }
    assert_eq!(
        world.call(token).await.status(),
        StatusCode::UNAUTHORIZED,
        "nor at ERP.net"
    );

    world.clock.advance(SignedDuration::from_secs(-1));
    assert!(challenge(&world.my_corp_profile(token).await).contains("not valid yet"));
    world.clock.advance(SignedDuration::from_secs(86_400));
    assert_eq!(world.my_corp_profile(token).await.status(), StatusCode::OK);
    world.clock.advance(SignedDuration::from_secs(1));
    let late = world.my_corp_profile(token).await;
    assert_eq!(late.status(), StatusCode::UNAUTHORIZED);
    assert!(challenge(&late).contains("expired"));
}
