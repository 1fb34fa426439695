//! Something between the client and a server that changes what the server says, as a proxy or a sloppy provider might.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::post;
use serde_json::Value;
use tokio::net::TcpListener;

#[derive(Clone)]
struct Relay {
    to: String,
    change: Arc<dyn Fn(&mut Value) + Send + Sync>,
}

/// The address of a relay that passes what is posted to it on to `to`, and the JSON that comes back, changed. It lives as
/// long as the test.
pub(crate) async fn relay_with(to: &str, change: impl Fn(&mut Value) + Send + Sync + 'static) -> String {
    let relay = Relay {
        to: to.to_owned(),
        change: Arc::new(change),
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    let router = Router::new().route("/", post(pass_on)).with_state(relay);
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

async fn pass_on(State(relay): State<Relay>, headers: HeaderMap, body: Bytes) -> String {
    let client = reqwest::Client::builder()
        .no_proxy()
        .tls_certs_only([])
        .build()
        .unwrap();
    let mut request = client.post(&relay.to).body(body);
    for name in ["content-type", "authorization"] {
        if let Some(value) = headers.get(name) {
            request = request.header(name, value.as_bytes());
        }
    }
    let mut answer: Value = request.send().await.unwrap().json().await.unwrap();
    (relay.change)(&mut answer);
    answer.to_string()
}
