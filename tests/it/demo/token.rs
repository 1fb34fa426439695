//! The token endpoint: codes, client authentication, PKCE, and what the tokens hold.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey};
use reqwest::StatusCode;
use reqwest::header::{AUTHORIZATION, CACHE_CONTROL, WWW_AUTHENTICATE};
use serde_json::{Value, json};

use super::{CALLBACK, World, interactive, part, secret, text, trusted};

/// RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

async fn keys(world: &World) -> JwkSet {
    let url = world.url("/id/.well-known/openid-configuration");
    let document: Value = world
        .http
        .get(url)
        .send()
        .await
        .expect("an answer")
        .json()
        .await
        .expect("JSON");
    let url = text(&document, "jwks_uri");
    let keys = world.http.get(url).send().await.expect("an answer");
    keys.json().await.expect("a JWK set")
}

/// Whether an RS256 token was signed by the published key that its header names.
pub(super) async fn is_signed(world: &World, token: &str) -> bool {
    let keys = keys(world).await;
    let jwk = keys.find(text(&part(token, 0), "kid")).expect("the key is published");
    let key = DecodingKey::from_jwk(jwk).expect("a good key");
    let (input, signature) = token.rsplit_once('.').expect("a JWT");
    jsonwebtoken::crypto::verify(signature, input.as_bytes(), &key, Algorithm::RS256).expect("RS256")
}

pub(super) fn half_hash(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(&digest(&SHA256, text.as_bytes()).as_ref()[..16])
}

/// A code for the interactive app, asked for with PKCE.
async fn code_with_pkce(world: &World) -> String {
    let extra = [
        ("response_type", "code"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    let url = world.authorize_url(interactive(), &extra);
    world.browser().sign_in_and_allow(url, "admin", "admin").await["code"].clone()
}

/// A code for the interactive app, asked for without PKCE.
async fn plain_code(world: &World) -> String {
    let url = world.authorize_url(interactive(), &[("response_type", "code")]);
    world.browser().sign_in_and_allow(url, "admin", "admin").await["code"].clone()
}

fn error(body: &Value) -> &str {
    text(body, "error")
}

#[tokio::test]
async fn discovery_names_the_issuer_and_endpoints_below_it() {
    let world = World::start().await;
    let url = world.url("/id/.well-known/openid-configuration");
    let document: Value = world
        .http
        .get(url)
        .send()
        .await
        .expect("an answer")
        .json()
        .await
        .expect("JSON");
    let issuer = text(&document, "issuer");
    assert_eq!(issuer, world.url("/id").as_str());
    assert_eq!(
        text(&document, "authorization_endpoint"),
        format!("{issuer}/connect/authorize")
    );
    assert_eq!(text(&document, "token_endpoint"), format!("{issuer}/connect/token"));
    assert_eq!(document["authorization_response_iss_parameter_supported"], json!(true));
    assert_eq!(keys(&world).await.keys.len(), 1);
}

#[tokio::test]
async fn code_flow_with_pkce_gives_the_interactive_apps_token_set() {
    let world = World::start().await;
    let code = code_with_pkce(&world).await;
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ];
    let (status, tokens) = world.token(interactive(), &form).await;
    assert_eq!(status, StatusCode::OK, "{tokens}");
    let names: Vec<_> = tokens.as_object().expect("an object").keys().cloned().collect();
    assert_eq!(names, ["access_token", "expires_in", "refresh_token", "scope"]);
    assert_eq!(tokens["expires_in"], json!(3600));
    assert_eq!(text(&tokens, "scope"), "openid profile DomainApi offline_access");
    assert!(is_signed(&world, text(&tokens, "access_token")).await);
}

#[tokio::test]
async fn hybrid_flow_gives_the_trusted_apps_token_set_as_documented() {
    let world = World::start().await;
    let extra = [("response_type", "code id_token"), ("nonce", "abc")];
    let url = world.authorize_url(trusted(), &extra);
    let answer = world.browser().sign_in_and_allow(url, "admin", "admin").await;
    let now = 1_795_176_000;

    let front = part(&answer["id_token"], 1);
    assert!(is_signed(&world, &answer["id_token"]).await);
    assert_eq!(text(&front, "c_hash"), half_hash(&answer["code"]));
    assert_eq!(text(&front, "s_hash"), half_hash("xyz"));
    assert_eq!(front.get("at_hash"), None);

    let (status, tokens) = world.exchange(trusted(), &answer["code"]).await;
    assert_eq!(status, StatusCode::OK, "{tokens}");
    let names: Vec<_> = tokens.as_object().expect("an object").keys().cloned().collect();
    let documented = ["id_token", "access_token", "expires_in", "refresh_token", "scope"];
    assert_eq!(names, documented, "and no token_type");

    let (id_token, access_token) = (text(&tokens, "id_token"), text(&tokens, "access_token"));
    assert!(is_signed(&world, id_token).await && is_signed(&world, access_token).await);
    let issuer = world.url("/id").to_string();
    let mut id = part(id_token, 1);
    let sid = id["sid"].take();
    assert_eq!(
        id,
        json!({
            "nbf": now, "exp": now + 300, "iss": issuer, "aud": "my.trusted.app/first", "nonce": "abc", "iat": now,
            "at_hash": half_hash(access_token), "s_hash": half_hash("xyz"), "sid": null, "sub": "admin",
            "auth_time": now, "idp": "local", "amr": ["pwd"],
        })
    );
    let mut access = part(access_token, 1);
    assert_eq!(access["sid"].take(), sid);
    assert_eq!(access["jti"].take().as_str().map(str::len), Some(22));
    assert_eq!(
        access,
        json!({
            "nbf": now, "exp": now + 3600, "iss": issuer, "aud": "DomainApi", "client_id": "my.trusted.app/first",
            "sub": "admin", "auth_time": now, "idp": "local", "id": "9da64839-a8d0-491d-aebb-4d18fa42b014",
            "name": "SPS", "email": "admin@mail.com", "user_type": "InternalUser", "is_admin": "true",
            "email_verified": "false", "db": "E1_DEV", "locale": "bg", "jti": null, "sid": null,
            "scope": ["openid", "profile", "DomainApi", "offline_access"], "amr": ["pwd"],
        })
    );
    assert_eq!(text(&part(id_token, 0), "typ"), "JWT");
    let header = part(access_token, 0);
    assert_eq!((text(&header, "typ"), text(&header, "alg")), ("at+jwt", "RS256"));
}

#[tokio::test]
async fn without_offline_access_there_is_no_refresh_token() {
    let world = World::start().await;
    let mut url = world.url("/id/connect/authorize");
    url.query_pairs_mut()
        .append_pair("client_id", interactive().client_id)
        .append_pair("redirect_uri", CALLBACK)
        .append_pair("response_type", "code")
        .append_pair("scope", "DomainApi");
    let answer = world.browser().sign_in_and_allow(url, "j.doe", "demo").await;
    let (_, tokens) = world.exchange(interactive(), &answer["code"]).await;
    assert_eq!(tokens.get("refresh_token"), None);
    assert_eq!(text(&tokens, "scope"), "DomainApi");
}

#[tokio::test]
async fn a_wrong_or_missing_verifier_is_an_invalid_grant_and_spends_the_code() {
    let world = World::start().await;
    let wrong = VERIFIER.replace('d', "e");
    for verifier in [Some(wrong.as_str()), None] {
        let code = code_with_pkce(&world).await;
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", CALLBACK),
        ];
        form.extend(verifier.map(|verifier| ("code_verifier", verifier)));
        let (status, body) = world.token(interactive(), &form).await;
        assert_eq!((status, error(&body)), (StatusCode::BAD_REQUEST, "invalid_grant"));
        form.truncate(3);
        form.push(("code_verifier", VERIFIER));
        let (_, body) = world.token(interactive(), &form).await;
        assert_eq!(error(&body), "invalid_grant", "there is no second guess");
    }
}

#[tokio::test]
async fn a_code_used_twice_revokes_what_it_gave() {
    let world = World::start().await;
    let code = plain_code(&world).await;
    let (_, tokens) = world.exchange(interactive(), &code).await;
    let access_token = text(&tokens, "access_token");
    assert_eq!(world.call(access_token).await.status(), StatusCode::OK);

    let (status, body) = world.exchange(interactive(), &code).await;
    assert_eq!((status, error(&body)), (StatusCode::BAD_REQUEST, "invalid_grant"));
    let call = world.call(access_token).await;
    assert_eq!(call.status(), StatusCode::UNAUTHORIZED);
    let challenge = call.headers()[WWW_AUTHENTICATE].to_str().expect("ASCII");
    assert!(challenge.contains("revoked"), "{challenge}");
    let (_, body) = world.refresh(interactive(), text(&tokens, "refresh_token")).await;
    assert_eq!(error(&body), "invalid_grant");
}

#[tokio::test]
async fn a_code_lives_a_minute_and_only_for_its_redirect_uri_and_client() {
    let world = World::start().await;
    let code = plain_code(&world).await;
    let (_, body) = world.exchange(trusted(), &code).await;
    assert_eq!(error(&body), "invalid_grant", "another client's code");
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", "http://localhost/signin-callback"),
    ];
    let (_, body) = world.token(interactive(), &form).await;
    assert!(text(&body, "error_description").contains("redirect_uri"));

    let code = plain_code(&world).await;
    world.clock.advance(jiff::SignedDuration::from_secs(60));
    let (_, body) = world.exchange(interactive(), &code).await;
    assert!(text(&body, "error_description").contains("expired"));
}

#[tokio::test]
async fn a_wrong_secret_in_the_body_is_a_400_and_in_the_header_a_401_with_a_challenge() {
    let world = World::start().await;
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", "x"),
        ("client_id", "my.trusted.app"),
        ("client_secret", "wrong"),
    ];
    let response = world.post_token(&form).await;
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    assert_eq!(response.headers()[CACHE_CONTROL], "no-store");
    assert_eq!(error(&response.json().await.expect("JSON")), "invalid_client");

    let response = world
        .http
        .post(world.url("/id/connect/token"))
        .basic_auth("my.trusted.app", Some("wrong"))
        .form(&form[..2])
        .send()
        .await
        .expect("an answer");
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    let challenge = response.headers()[WWW_AUTHENTICATE].to_str().expect("ASCII");
    assert!(challenge.starts_with("Basic realm="));
    assert_eq!(error(&response.json().await.expect("JSON")), "invalid_client");
}

#[tokio::test]
async fn http_basic_is_good_raw_and_form_urlencoded() {
    let world = World::start().await;
    for id in ["my.trusted.app/first", "my.trusted.app%2Ffirst"] {
        let url = world.authorize_url(trusted(), &[("response_type", "code")]);
        let answer = world.browser().sign_in_and_allow(url, "admin", "admin").await;
        let credential = STANDARD.encode(format!("{id}:{}", secret(trusted())));
        let form = [
            ("grant_type", "authorization_code"),
            ("code", answer["code"].as_str()),
            ("redirect_uri", CALLBACK),
        ];
        let response = world
            .http
            .post(world.url("/id/connect/token"))
            .header(AUTHORIZATION, format!("Basic {credential}"))
            .form(&form)
            .send()
            .await
            .expect("an answer");
        assert_eq!(response.status(), StatusCode::OK, "{id}");
        assert_eq!(response.headers()[CACHE_CONTROL], "no-store");
    }
}

#[tokio::test]
async fn a_malformed_token_request_says_what_is_wrong_with_it() {
    let world = World::start().await;
    let (_, body) = world.token(trusted(), &[]).await;
    assert_eq!(error(&body), "invalid_request");
    let (_, body) = world.token(trusted(), &[("grant_type", "password")]).await;
    assert_eq!(error(&body), "unsupported_grant_type");
    let (_, body) = world.token(trusted(), &[("grant_type", "authorization_code")]).await;
    assert!(text(&body, "error_description").contains("code"));
    let twice = [("grant_type", "refresh_token"), ("grant_type", "refresh_token")];
    let (_, body) = world.token(trusted(), &twice).await;
    assert_eq!(error(&body), "invalid_request");

    let request = world.http.post(world.url("/id/connect/token")).json(&json!({}));
    let response = request.send().await.expect("an answer");
    assert_eq!(error(&response.json().await.expect("JSON")), "invalid_request");
    let response = world.http.get(world.url("/id/connect/token")).send().await;
    assert_eq!(response.expect("an answer").status(), StatusCode::METHOD_NOT_ALLOWED);
}
