//! redCORE: one path, HTTP Basic, the password grant, a comma too many, and both settings of its refresh.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::SignedDuration;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, WWW_AUTHENTICATE};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use tokenscope::demo::Settings;

use super::{World, text};

const TOKEN: &str = "/index.php?option=token&api=oauth2";
const SECRET: &str = "demo-only-secret-of-the-redcore-client";
const PASSWORD: [(&str, &str); 3] = [("grant_type", "password"), ("username", "j.doe"), ("password", "demo")];

impl World {
    async fn red_core(&self, form: &[(&str, &str)]) -> Response {
        let request = self
            .http
            .post(self.url(TOKEN))
            .basic_auth("redcore-client", Some(SECRET));
        request.form(form).send().await.expect("an answer")
    }

    /// A login, with the comma that is too many taken away.
    async fn red_core_login(&self, scope: Option<&str>) -> Value {
        let form: Vec<_> = PASSWORD
            .into_iter()
            .chain(scope.map(|scope| ("scope", scope)))
            .collect();
        let response = self.red_core(&form).await;
        assert_eq!(response.status(), StatusCode::OK);
        let body = response.text().await.expect("a text");
        serde_json::from_str(&body.replace(",\n}", "\n}")).expect("JSON without that comma")
    }

    async fn red_core_refresh(&self, token: &str, scope: Option<&str>) -> (StatusCode, Value) {
        let form = [("grant_type", "refresh_token"), ("refresh_token", token)];
        let form: Vec<_> = form.into_iter().chain(scope.map(|scope| ("scope", scope))).collect();
        let response = self.red_core(&form).await;
        (response.status(), response.json().await.expect("JSON"))
    }

    async fn contacts(&self, token: &str) -> Response {
        let url = self.url("/index.php?option=api&view=contacts");
        self.http.get(url).bearer_auth(token).send().await.expect("an answer")
    }
}

fn error(body: &Value) -> &str {
    text(body, "error")
}

#[tokio::test]
async fn the_login_response_is_the_documentations_to_the_byte_trailing_comma_included() {
    let world = World::start().await;
    let response = world.red_core(&PASSWORD).await;
    assert_eq!(response.headers()[CONTENT_TYPE], "application/json");
    let body = response.text().await.expect("a text");
    assert!(serde_json::from_str::<Value>(&body).is_err(), "no JSON");
    let parts: Vec<&str> = body.split('"').collect();
    let (access_token, refresh_token) = (parts[3], parts[15]);
    let documented = "{\n    \"access_token\":\"6YotnF2FEjr1zCsicMWpAA\",\n    \"expires_in\":3600,\n    \
        \"token_type\": \"bearer\",\n    \"scope\":null,\n    \"refresh_token\":\"1Gzv3JOkF0XG2Qx2TlKWIA\",\n}";
    let expected = documented
        .replace("6YotnF2FEjr1zCsicMWpAA", access_token)
        .replace("1Gzv3JOkF0XG2Qx2TlKWIA", refresh_token);
    assert_eq!(body, expected);
    assert_eq!((access_token.len(), refresh_token.len()), (22, 22));
    assert_eq!(world.contacts(access_token).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn without_the_option_a_refresh_keeps_the_old_refresh_token_good() {
    let world = World::start().await;
    let tokens = world.red_core_login(None).await;
    let token = text(&tokens, "refresh_token");
    for _ in 0..2 {
        let response = world
            .red_core(&[("grant_type", "refresh_token"), ("refresh_token", token)])
            .await;
        let body = response.text().await.expect("a text");
        let access_token = body.split('"').nth(3).expect("a token");
        let expected = format!(
            "{{\"access_token\":\"{access_token}\",\"expires_in\":3600,\"token_type\":\"bearer\",\"scope\":null}}"
        );
        assert_eq!(body, expected);
        assert_eq!(access_token.len(), 40);
        assert_eq!(world.contacts(access_token).await.status(), StatusCode::OK);
    }
    world.clock.advance(SignedDuration::from_secs(1_209_600));
    let (status, body) = world.red_core_refresh(token, None).await;
    assert_eq!((status, error(&body)), (StatusCode::BAD_REQUEST, "invalid_grant"));
}

#[tokio::test]
async fn with_the_option_a_refresh_brings_a_new_refresh_token_and_the_old_one_is_spent() {
    let settings = Settings {
        always_issue_new_refresh_token: true,
        ..Settings::default()
    };
    let world = World::start_with(settings).await;
    let tokens = world.red_core_login(None).await;
    let (_, next) = world.red_core_refresh(text(&tokens, "refresh_token"), None).await;
    let names: Vec<_> = next.as_object().expect("an object").keys().cloned().collect();
    assert_eq!(
        names,
        ["access_token", "expires_in", "token_type", "scope", "refresh_token"]
    );
    let (_, body) = world.red_core_refresh(text(&tokens, "refresh_token"), None).await;
    assert_eq!(error(&body), "invalid_grant");
    let (status, _) = world.red_core_refresh(text(&next, "refresh_token"), None).await;
    assert_eq!(status, StatusCode::OK, "the reuse of the old one revoked nothing");
}

#[tokio::test]
async fn the_option_can_be_switched_while_the_site_runs() {
    let world = World::start().await;
    let tokens = world.red_core_login(None).await;
    let token = text(&tokens, "refresh_token");
    let (_, next) = world.red_core_refresh(token, None).await;
    assert_eq!(next.get("refresh_token"), None);
    world.demo.set_always_issue_new_refresh_token(true);
    assert!(world.demo.always_issues_new_refresh_token());
    let (_, next) = world.red_core_refresh(token, None).await;
    assert!(next.get("refresh_token").is_some());
}

#[tokio::test]
async fn a_refresh_may_ask_for_less_and_then_the_scope_is_a_text() {
    let world = World::start().await;
    let tokens = world.red_core_login(None).await;
    let token = text(&tokens, "refresh_token");
    let (_, narrow) = world.red_core_refresh(token, Some("contacts.write")).await;
    assert_eq!(text(&narrow, "scope"), "contacts.write");
    let call = world.contacts(text(&narrow, "access_token")).await;
    assert_eq!(call.status(), StatusCode::FORBIDDEN);
    let challenge = call.headers()[WWW_AUTHENTICATE].to_str().expect("ASCII");
    assert!(challenge.contains("insufficient_scope") && challenge.contains("scope=\"contacts.read\""));

    let little = world.red_core_login(Some("contacts.read")).await;
    assert_eq!(text(&little, "scope"), "contacts.read");
    let (status, body) = world
        .red_core_refresh(text(&little, "refresh_token"), Some("contacts.read contacts.write"))
        .await;
    assert_eq!((status, error(&body)), (StatusCode::BAD_REQUEST, "invalid_scope"));
}

#[tokio::test]
async fn an_expired_access_token_is_the_invalid_token_error_of_step_f() {
    let world = World::start().await;
    let tokens = world.red_core_login(None).await;
    let token = text(&tokens, "access_token");
    world.clock.advance(SignedDuration::from_secs(3599));
    assert_eq!(world.contacts(token).await.status(), StatusCode::OK);
    world.clock.advance(SignedDuration::from_secs(1));
    let late = world.contacts(token).await;
    assert_eq!(late.status(), StatusCode::UNAUTHORIZED);
    assert!(
        late.headers()[WWW_AUTHENTICATE]
            .to_str()
            .expect("ASCII")
            .contains("invalid_token")
    );
    let body: Value = late.json().await.expect("JSON");
    assert_eq!(
        body,
        json!({"error": "invalid_token", "error_description": "The access token expired"})
    );
    assert_eq!(world.contacts("nonsense").await.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn only_http_basic_opens_the_token_endpoint() {
    let world = World::start().await;
    let in_body: Vec<_> = PASSWORD
        .into_iter()
        .chain([("client_id", "redcore-client"), ("client_secret", SECRET)])
        .collect();
    let response = world
        .http
        .post(world.url(TOKEN))
        .form(&in_body)
        .send()
        .await
        .expect("an answer");
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    assert!(
        response.headers()[WWW_AUTHENTICATE]
            .to_str()
            .expect("ASCII")
            .starts_with("Basic realm=\"redCORE\"")
    );
    assert_eq!(error(&response.json().await.expect("JSON")), "invalid_client");

    for (pair, status) in [
        (format!("redcore-client:{SECRET}"), StatusCode::OK),
        (format!("redcore%2Dclient:{SECRET}"), StatusCode::OK),
        ("redcore-client:wrong".to_owned(), StatusCode::UNAUTHORIZED),
        (
            format!("my.trusted.app:{}", super::secret(super::interactive())),
            StatusCode::UNAUTHORIZED,
        ),
    ] {
        let request = world.http.post(world.url(TOKEN)).form(&PASSWORD);
        let request = request.header(AUTHORIZATION, format!("Basic {}", STANDARD.encode(&pair)));
        assert_eq!(request.send().await.expect("an answer").status(), status, "{pair}");
    }
    let wrong = [("grant_type", "password"), ("username", "j.doe"), ("password", "no")];
    let response = world.red_core(&wrong).await;
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    assert_eq!(error(&response.json().await.expect("JSON")), "invalid_grant");
}

#[tokio::test]
async fn without_its_query_the_path_is_a_page_of_the_site() {
    let world = World::start().await;
    for (path, status) in [
        ("/index.php", StatusCode::OK),
        ("/index.php?api=oauth2", StatusCode::OK),
        ("/index.php?option=token", StatusCode::NOT_FOUND),
        ("/index.php?option=shop", StatusCode::NOT_FOUND),
    ] {
        let request = world
            .http
            .post(world.url(path))
            .basic_auth("redcore-client", Some(SECRET));
        let response = request.form(&PASSWORD).send().await.expect("an answer");
        assert_eq!(response.status(), status, "{path}");
        assert!(
            response.headers()[CONTENT_TYPE]
                .to_str()
                .expect("ASCII")
                .starts_with("text/html")
        );
    }
    let get = world.http.get(world.url(TOKEN)).send().await.expect("an answer");
    assert_eq!(get.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(get.headers()["allow"], "POST");
}
