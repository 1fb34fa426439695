//! Userinfo, introspection, revocation, discovery: what stands beside ERP.net's token endpoint.

use jiff::SignedDuration;
use reqwest::header::WWW_AUTHENTICATE;
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use tokenscope::demo::ClientFacts;

use super::{World, interactive, secret, test_app, text, trusted};

impl World {
    async fn userinfo(&self, token: &str) -> Response {
        let request = self.http.get(self.url("/id/connect/userinfo")).bearer_auth(token);
        request.send().await.expect("an answer")
    }

    async fn about_token(&self, path: &str, client: &ClientFacts, token: &str) -> Response {
        let form = [
            ("client_id", client.client_id),
            ("client_secret", secret(client)),
            ("token", token),
        ];
        let request = self.http.post(self.url(path)).form(&form);
        request.send().await.expect("an answer")
    }

    async fn introspect(&self, client: &ClientFacts, token: &str) -> Value {
        let response = self.about_token("/id/connect/introspect", client, token).await;
        assert_eq!(response.status(), StatusCode::OK);
        response.json().await.expect("JSON")
    }

    async fn revoke(&self, client: &ClientFacts, token: &str) {
        let response = self.about_token("/id/connect/revocation", client, token).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.text().await.expect("a text"), "");
    }
}

#[tokio::test]
async fn userinfo_says_who_signed_in_as_far_as_the_scopes_go_even_after_a_refresh() {
    let world = World::start().await;
    let tokens = world.log_in(trusted()).await;
    let expected = json!({"sub": "admin", "name": "SPS", "preferred_username": "admin", "locale": "bg"});
    let response = world.userinfo(text(&tokens, "access_token")).await;
    assert_eq!(
        response.json::<Value>().await.expect("JSON"),
        expected,
        "no email: it was not asked for"
    );
    // The renewed token of the documentation has neither sub nor openid in it; the provider knows whose it is.
    let (_, renewed) = world.refresh(trusted(), text(&tokens, "refresh_token")).await;
    let response = world.userinfo(text(&renewed, "access_token")).await;
    assert_eq!(response.json::<Value>().await.expect("JSON"), expected);

    let (_, own) = world.token(trusted(), &[("grant_type", "client_credentials")]).await;
    let nobody = world.userinfo(text(&own, "access_token")).await;
    assert_eq!(nobody.status(), StatusCode::FORBIDDEN);
    let challenge = nobody.headers()[WWW_AUTHENTICATE].to_str().expect("ASCII");
    assert!(challenge.contains("insufficient_scope") && challenge.contains("scope=\"openid\""));
    world.clock.advance(SignedDuration::from_hours(1));
    let late = world.userinfo(text(&tokens, "access_token")).await;
    assert_eq!(late.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn introspection_knows_live_tokens_of_both_kinds_and_says_nothing_of_others() {
    let world = World::start().await;
    let tokens = world.log_in(interactive()).await;
    let (access, refresh) = (text(&tokens, "access_token"), text(&tokens, "refresh_token"));
    let facts = world.introspect(interactive(), access).await;
    assert_eq!(facts["active"], json!(true));
    assert_eq!(text(&facts, "token_type"), "Bearer");
    assert_eq!((text(&facts, "sub"), text(&facts, "username")), ("admin", "admin"));
    assert_eq!(text(&facts, "scope"), "openid profile DomainApi offline_access");
    assert_eq!(facts["exp"], json!(1_795_176_000 + 3600));
    let facts = world.introspect(interactive(), refresh).await;
    assert_eq!(
        (&facts["active"], &facts["exp"]),
        (&json!(true), &json!(1_795_176_000 + 30 * 86_400))
    );

    let inactive = json!({"active": false});
    assert_eq!(world.introspect(trusted(), access).await, inactive, "another client's");
    assert_eq!(world.introspect(trusted(), refresh).await, inactive, "another client's");
    assert_eq!(world.introspect(interactive(), "nonsense").await, inactive);
    let (_, next) = world.refresh(interactive(), refresh).await;
    assert_eq!(world.introspect(interactive(), refresh).await, inactive, "spent");
    world.clock.advance(SignedDuration::from_hours(1));
    assert_eq!(
        world.introspect(interactive(), text(&next, "access_token")).await,
        inactive,
        "expired"
    );
}

#[tokio::test]
async fn revoking_an_access_token_ends_it_alone_and_a_refresh_token_its_whole_login() {
    let world = World::start().await;
    let tokens = world.log_in(interactive()).await;
    let (access, refresh) = (text(&tokens, "access_token"), text(&tokens, "refresh_token"));
    world.revoke(trusted(), access).await;
    world.revoke(trusted(), refresh).await;
    assert_eq!(world.call(access).await.status(), StatusCode::OK, "not its client");
    world.revoke(interactive(), access).await;
    assert_eq!(world.call(access).await.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(world.introspect(interactive(), access).await, json!({"active": false}));

    let (status, next) = world.refresh(interactive(), refresh).await;
    assert_eq!(status, StatusCode::OK, "the refresh token lives on");
    world.revoke(interactive(), text(&next, "refresh_token")).await;
    assert_eq!(
        world.call(text(&next, "access_token")).await.status(),
        StatusCode::UNAUTHORIZED
    );
    let (_, body) = world.refresh(interactive(), text(&next, "refresh_token")).await;
    assert_eq!(text(&body, "error"), "invalid_grant");
    world.revoke(interactive(), "nonsense").await;
}

#[tokio::test]
async fn both_need_a_client_that_proves_itself_and_a_token() {
    let world = World::start().await;
    for path in ["/id/connect/introspect", "/id/connect/revocation"] {
        let wrong = world
            .http
            .post(world.url(path))
            .basic_auth("my.test.app", Some("wrong"));
        let wrong = wrong.form(&[("token", "x")]).send().await.expect("an answer");
        assert_eq!(wrong.status(), StatusCode::UNAUTHORIZED, "{path}");
        let request = world.http.post(world.url(path));
        let request = request.basic_auth("my.test.app", Some(secret(test_app())));
        let body: Value = request
            .form(&[("a", "b")])
            .send()
            .await
            .expect("an answer")
            .json()
            .await
            .expect("JSON");
        assert!(text(&body, "error_description").contains("token is missing"), "{path}");
    }
}

#[tokio::test]
async fn every_endpoint_that_discovery_names_answers_and_every_grant_is_known() {
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
    let mut endpoints = 0;
    for (name, value) in document.as_object().expect("an object") {
        if name.ends_with("_endpoint") || name == "jwks_uri" {
            let address = value.as_str().expect("an address");
            let response = world.http.get(address).send().await.expect("an answer");
            assert_ne!(response.status(), StatusCode::NOT_FOUND, "{name}");
            endpoints += 1;
        }
    }
    assert_eq!(endpoints, 9);
    for grant in document["grant_types_supported"].as_array().expect("an array") {
        let grant = grant.as_str().expect("a text");
        let (_, body) = world.token(test_app(), &[("grant_type", grant)]).await;
        // Implicit is not a matter of the token endpoint.
        let unknown = body["error"] == "unsupported_grant_type";
        assert_eq!(unknown, grant == "implicit", "{grant}");
    }
    let types: Vec<_> = test_app().response_types.to_vec();
    assert_eq!(document["response_types_supported"], json!(types));
}
