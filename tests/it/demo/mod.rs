//! The embedded identity provider, driven over real sockets as a browser and a client would.

mod api;
mod browser;
mod device;
mod endpoints;
mod mycorp;
mod plain;
mod redcore;
mod refresh;
mod response_types;
mod sign_in;
mod sign_out;
mod systems;
mod token;

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use reqwest::{Response, StatusCode};
use serde_json::Value;
use tokenscope::demo::{ClientFacts, Demo, Settings};
use tokenscope::model::clock::{CountingRandom, ManualClock};
use url::Url;

use browser::Browser;

/// Where the clients of these tests wait for their answers.
const CALLBACK: &str = "http://127.0.0.1:8400/signin-callback";

/// A running provider with a clock that stands still.
struct World {
    demo: Demo,
    clock: Arc<ManualClock>,
    http: reqwest::Client,
}

impl World {
    async fn start() -> Self {
        Self::start_with(Settings::default()).await
    }

    async fn start_with(settings: Settings) -> Self {
        let start: Timestamp = "2026-11-20T12:00:00Z".parse().expect("a timestamp");
        let clock = Arc::new(ManualClock::new(start));
        let demo = Demo::start(settings, clock.clone(), Arc::new(CountingRandom::default()))
            .await
            .expect("the provider starts");
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .expect("an HTTP client");
        Self { demo, clock, http }
    }

    fn url(&self, path: &str) -> Url {
        self.demo.base_url().join(path).expect("a path")
    }

    fn browser(&self) -> Browser {
        Browser::new(self.http.clone(), self.demo.base_url().clone())
    }

    /// The authorization URL of `client` with these parameters besides.
    fn authorize_url(&self, client: &ClientFacts, extra: &[(&str, &str)]) -> Url {
        let mut url = self.url("/id/connect/authorize");
        url.query_pairs_mut()
            .append_pair("client_id", client.client_id)
            .append_pair("redirect_uri", CALLBACK)
            .append_pair("scope", "openid profile offline_access DomainApi")
            .append_pair("state", "xyz")
            .extend_pairs(extra);
        url
    }

    async fn post_token(&self, form: &[(&str, &str)]) -> Response {
        let request = self.http.post(self.url("/id/connect/token")).form(form);
        request.send().await.expect("an answer")
    }

    /// A token request of `client`, authenticated in the body.
    async fn token(&self, client: &ClientFacts, extra: &[(&str, &str)]) -> (StatusCode, Value) {
        let mut form = vec![("client_id", client.client_id)];
        form.extend(client.client_secret.map(|secret| ("client_secret", secret)));
        form.extend_from_slice(extra);
        let response = self.post_token(&form).await;
        (response.status(), response.json().await.expect("JSON"))
    }

    /// Exchanges a code that came to [`CALLBACK`].
    async fn exchange(&self, client: &ClientFacts, code: &str) -> (StatusCode, Value) {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", CALLBACK),
        ];
        self.token(client, &form).await
    }

    /// Refreshes.
    async fn refresh(&self, client: &ClientFacts, refresh_token: &str) -> (StatusCode, Value) {
        let form = [("grant_type", "refresh_token"), ("refresh_token", refresh_token)];
        self.token(client, &form).await
    }

    /// A whole login as admin: the token response.
    async fn log_in(&self, client: &ClientFacts) -> Value {
        let extra: &[_] = if client.response_types.contains(&"code id_token") {
            &[("response_type", "code id_token"), ("nonce", "abc")]
        } else {
            &[("response_type", "code")]
        };
        let url = self.authorize_url(client, extra);
        let answer = self.browser().sign_in_and_allow(url, "admin", "admin").await;
        let (status, tokens) = self.exchange(client, &answer["code"]).await;
        assert_eq!(status, StatusCode::OK, "{tokens}");
        tokens
    }

    /// Reads customers with this access token.
    async fn call(&self, access_token: &str) -> Response {
        self.http
            .get(self.url("/api/domain/odata/Crm_Customers?$top=3"))
            .bearer_auth(access_token)
            .send()
            .await
            .expect("an answer")
    }
}

/// ERP.net's trusted application.
fn trusted() -> &'static ClientFacts {
    &Demo::clients()[0]
}

/// ERP.net's interactive application.
fn interactive() -> &'static ClientFacts {
    &Demo::clients()[1]
}

/// ERP.net's application for every response type.
fn test_app() -> &'static ClientFacts {
    &Demo::clients()[2]
}

/// The client secret of a confidential client.
fn secret(client: &ClientFacts) -> &'static str {
    client.client_secret.expect("a confidential client")
}

/// One part of a JWT as JSON: 0 is the header, 1 the claims.
fn part(token: &str, index: usize) -> Value {
    let text = token.split('.').nth(index).expect("a JWT");
    let bytes = URL_SAFE_NO_PAD.decode(text).expect("base64url");
    serde_json::from_slice(&bytes).expect("JSON")
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("{name} in {value}"))
}
