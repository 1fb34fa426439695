//! The stand-in for a person approves devices on both servers. The requests of the device are written out here.
#![expect(clippy::unwrap_used, reason = "a helper that cannot go on ends its test")]

use serde_json::Value;
use url::Url;

use crate::support::{Peer, Visitor};

#[tokio::test]
async fn alice_types_in_a_user_code_at_oidc_provider() {
    let Some(peer) = Peer::oidc() else { return };
    approve(&peer, "public").await;
}

#[tokio::test]
async fn alice_types_in_a_user_code_at_glewlwyd() {
    let Some(peer) = Peer::glewlwyd() else { return };
    approve(&peer, "glw-public").await;
}

/// RFC 8628 §3.1 to §3.5. The token is asked for once: a question before would make the next one come too soon.
async fn approve(peer: &Peer, client_id: &str) {
    let metadata = peer.metadata().await;
    let form = [("client_id", client_id), ("scope", "openid")];
    let device = ask(peer, &metadata["device_authorization_endpoint"], &form).await;
    let device_code = device["device_code"].as_str().unwrap();
    let form = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
        ("client_id", client_id),
        ("device_code", device_code),
    ];
    let verification_uri = Url::parse(device["verification_uri"].as_str().unwrap()).unwrap();
    let user_code = device["user_code"].as_str().unwrap();
    Visitor::alice(peer.running())
        .approve_device(&verification_uri, user_code)
        .await
        .unwrap();
    let granted = ask(peer, &metadata["token_endpoint"], &form).await;
    assert!(granted["access_token"].is_string(), "{granted}");

    let wrong = Visitor::alice(peer.running())
        .approve_device(&verification_uri, "NOTA-CODE")
        .await;
    assert!(wrong.is_err());
}

async fn ask(peer: &Peer, address: &Value, form: &[(&str, &str)]) -> Value {
    let request = peer.client().post(address.as_str().unwrap()).form(form);
    request.send().await.unwrap().json().await.unwrap()
}
