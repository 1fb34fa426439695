//! What all systems have in common: the lifetimes of the fast mode, and a log without secrets.

use reqwest::StatusCode;
use serde_json::{Value, json};
use tokenscope::demo::{Lifetimes, Settings};

use super::{World, interactive, text};

/// The token responses of MyCorp-Auth and redCORE, the latter without the comma that is too many.
async fn by_password(world: &World) -> [Value; 2] {
    let body = json!({
        "username": "ada", "password": "demo", "client_id": "mycorp-desktop", "scope": "openid refresh_token",
    });
    let login = world.http.post(world.url("/auth/login")).json(&body).send().await;
    let my_corp = login.expect("an answer").json().await.expect("JSON");
    let login = world
        .http
        .post(world.url("/index.php?option=token&api=oauth2"))
        .basic_auth("redcore-client", Some("demo-only-secret-of-the-redcore-client"))
        .form(&[("grant_type", "password"), ("username", "ada"), ("password", "demo")])
        .send()
        .await
        .expect("an answer");
    let red_core = login.text().await.expect("a text").replace(",\n}", "\n}");
    [
        my_corp,
        serde_json::from_str(&red_core).expect("JSON without that comma"),
    ]
}

#[tokio::test]
async fn the_fast_mode_shortens_every_systems_tokens() {
    let settings = Settings {
        lifetimes: Lifetimes::fast(),
        ..Settings::default()
    };
    let world = World::start_with(settings).await;
    for tokens in by_password(&world).await {
        assert_eq!(tokens["expires_in"], json!(60), "{tokens}");
    }
    world.demo.set_lifetimes(Lifetimes::documented());
    let [my_corp, red_core] = by_password(&world).await;
    assert_eq!(
        (&my_corp["expires_in"], &red_core["expires_in"]),
        (&json!(86_400), &json!(3600))
    );
}

#[tokio::test]
async fn the_log_holds_no_secret_of_any_system() {
    let world = World::start().await;
    let [my_corp, red_core] = by_password(&world).await;
    let device = world
        .http
        .post(world.url("/id/connect/deviceauthorization"))
        .basic_auth(interactive().client_id, interactive().client_secret)
        .form(&[("scope", "DomainApi")])
        .send()
        .await
        .expect("an answer");
    assert_eq!(device.status(), StatusCode::OK);
    let device: Value = device.json().await.expect("JSON");
    let page = world.url(&format!("/id/device?user_code={}", text(&device, "user_code")));
    world.browser().open(page).await.page();
    let strange = format!("/auth/keys/x?token={}", text(&my_corp, "access_token"));
    let strange = world.http.get(world.url(&strange)).send().await.expect("an answer");
    assert_eq!(strange.status(), StatusCode::NOT_FOUND);

    let log = format!("{:?}", world.demo.log());
    assert!(log.contains("redcore-client got tokens for ada") && log.contains("/id/device"));
    for secret in [
        text(&my_corp, "access_token"),
        text(&my_corp, "refresh_token"),
        text(&red_core, "access_token"),
        text(&red_core, "refresh_token"),
        text(&device, "device_code"),
        text(&device, "user_code"),
        "password",
    ] {
        let held = log.replace("from a password", "").contains(secret);
        assert!(!held, "{secret}");
    }
}
