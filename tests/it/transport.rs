//! What a request carries, and through which proxy it goes.
#![expect(clippy::unwrap_used, reason = "a helper that cannot go on ends its test")]

use std::sync::Arc;

use tokenscope::flow::http::{Body, Http, HttpError, Limits, Outgoing, ProxyOwner, Sent};
use tokenscope::model::Secret;
use tokenscope::model::clock::ManualClock;
use tokenscope::model::exchange::Purpose;
use tokenscope::model::transport::{Proxy, Transport};
use url::Url;

use crate::support::command::Home;
use crate::support::proxy::{self, Manner};
use crate::support::server::{Server, json};
use crate::support::start;
use crate::support::tls::{self, Identity, TlsServer, authority, names};

/// Signed by a key that nobody here has.
const ID_TOKEN: &str = "eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.eyJzdWIiOiJhZG1pbiJ9.c2lnbmF0dXJl";

fn http(transport: &Transport) -> Http {
    Http::with_transport(Arc::new(ManualClock::new(start())), Limits::default(), transport).unwrap()
}

fn through(proxy: Url) -> Transport {
    Transport {
        proxy: Proxy::Url(proxy),
        ..Transport::default()
    }
}

async fn get(transport: &Transport, url: Url) -> Sent {
    http(transport).send(Outgoing::get(Purpose::Jwks, url)).await
}

#[tokio::test]
async fn a_json_body_and_headers_of_ones_own_are_sent_and_recorded_without_secrets() {
    let server = Server::start([json(200, "{}")]).await;
    let proof = "eyJ0eXAiOiJkcG9wK2p3dCJ9.eyJodG0iOiJQT1NUIn0.c2lnbmF0dXJl";
    let body = r#"{"username":"admin","password":"hunter2","client_id":"mycorp"}"#;
    let outgoing = Outgoing {
        headers: vec![
            ("X-Tenant".to_owned(), Secret::new("t-1")),
            ("DPoP".to_owned(), Secret::new(proof)),
            ("Authorization".to_owned(), Secret::new("Bearer opaque-token")),
            ("X-Api-Key".to_owned(), Secret::new("key-of-the-api")),
        ],
        accept: Some("application/jwt"),
        ..Outgoing::post(Purpose::Code, server.url.clone(), Body::Json(Secret::new(body)))
    };
    assert!(!format!("{outgoing:?}").contains("hunter2") && !format!("{outgoing:?}").contains("t-1"));
    let sent = http(&Transport::default()).send(outgoing).await;
    assert_eq!(sent.result.unwrap().status, 200);
    let request = &server.requests()[0];
    for part in [
        "content-type: application/json\r\n",
        "accept: application/jwt\r\n",
        "x-tenant: t-1\r\n",
        &format!("dpop: {proof}\r\n"),
        "authorization: Bearer opaque-token\r\n",
    ] {
        assert!(request.contains(part), "{part} in {request}");
    }
    assert!(request.ends_with(body), "{request}");
    let recorded = serde_json::to_string(&sent.exchange).unwrap();
    for secret in ["hunter2", "c2lnbmF0dXJl", "opaque-token", "key-of-the-api"] {
        assert!(!recorded.contains(secret), "{secret} in {recorded}");
    }
    for shown in ["t-1", "eyJodG0iOiJQT1NUIn0.[signature removed]", "admin", "mycorp"] {
        assert!(recorded.contains(shown), "{shown} in {recorded}");
    }
}

#[tokio::test]
async fn a_header_that_cannot_be_sent_is_an_error_and_nothing_is_sent() {
    let server = Server::start([]).await;
    let outgoing = Outgoing {
        headers: vec![("X-Tenant".to_owned(), Secret::new("a\r\nX-Evil: 1"))],
        ..Outgoing::get(Purpose::Api, server.url.clone())
    };
    let sent = http(&Transport::default()).send(outgoing).await;
    let error = sent.result.unwrap_err();
    assert!(
        matches!(&error, HttpError::Header { name, .. } if name == "X-Tenant"),
        "{error:?}"
    );
    assert!(sent.exchange.response.is_none() && sent.exchange.failure.is_some());
    assert_eq!(server.requests(), [""; 0]);
}

#[tokio::test]
async fn the_profiles_proxy_takes_plain_requests_loopback_too() {
    let server = Server::start((0..6).map(|_| json(200, "{}"))).await;
    for (manner, scheme) in [(Manner::Http, "http"), (Manner::Socks, "socks5")] {
        let proxy = proxy::Proxy::start(manner).await;
        let sent = get(&through(proxy.url(scheme)), server.url.clone()).await;
        assert_eq!(sent.result.unwrap().status, 200, "{scheme}");
        let address = format!("127.0.0.1:{}", server.url.port().unwrap());
        assert!(
            matches!(proxy.asked().as_slice(), [asked] if asked.contains(&address)),
            "{:?}",
            proxy.asked()
        );
        // The embedded provider is out of its reach, and what is beside it is not.
        let beside = through(proxy.url(scheme)).with_embedded(&Url::parse("http://127.0.0.1:9/").unwrap());
        assert_eq!(get(&beside, server.url.clone()).await.result.unwrap().status, 200);
        let embedded = through(proxy.url(scheme)).with_embedded(&server.url);
        assert_eq!(get(&embedded, server.url.clone()).await.result.unwrap().status, 200);
        assert_eq!(proxy.asked().len(), 2, "{:?}", proxy.asked());
    }
    assert_eq!(server.requests().len(), 6);
}

#[tokio::test]
async fn behind_a_proxy_the_servers_own_certificate_counts() {
    let authority = authority("Example Test Root");
    // A name that only the proxy can know.
    let server = TlsServer::start(
        &Identity::signed(&names(&["idp.test"]), &authority),
        tls::Manner::default(),
    )
    .await;
    for (manner, scheme) in [(Manner::Http, "http"), (Manner::Socks, "socks5h")] {
        let proxy = proxy::Proxy::start(manner).await;
        let trusting = Transport {
            ca_pem: Some(authority.pem()),
            ..through(proxy.url(scheme))
        };
        let sent = get(&trusting, server.url("idp.test")).await;
        assert_eq!(sent.result.unwrap().status, 200, "{scheme}");
        let asked = proxy.asked();
        assert!(asked[0].contains(&format!("idp.test:{}", server.port)), "{asked:?}");
        let error = get(&through(proxy.url(scheme)), server.url("idp.test")).await.result;
        let error = error.unwrap_err();
        let HttpError::Tls { host, .. } = &error else {
            panic!("{error:?}")
        };
        assert_eq!(*host, format!("idp.test:{}", server.port));
    }
}

#[tokio::test]
async fn a_proxy_that_fails_is_named_and_not_the_server() {
    let gone = proxy::Proxy::start(Manner::Http).await.port;
    crate::support::is_free(gone).await;
    let gone = |scheme: &str| Url::parse(&format!("{scheme}://127.0.0.1:{gone}")).unwrap();
    let angry = proxy::Proxy::start(Manner::HttpRefusing(407)).await;
    let refusing = proxy::Proxy::start(Manner::HttpRefusing(403)).await;
    let socks = proxy::Proxy::start(Manner::SocksRefusing).await;
    for (proxy, url, says) in [
        (gone("http"), "http://idp.test/", "cannot be reached"),
        (gone("http"), "https://idp.test/", "cannot be reached"),
        (gone("socks5h"), "https://idp.test/", "cannot be reached"),
        (
            angry.url("http"),
            "https://idp.test/",
            "asks for a user name and a password",
        ),
        (
            angry.url("http"),
            "http://idp.test/",
            "asks for a user name and a password",
        ),
        (
            refusing.url("http"),
            "https://idp.test/",
            "did not open a way to idp.test",
        ),
        (
            socks.url("socks5h"),
            "http://idp.test/",
            "did not open a way to idp.test",
        ),
        (
            socks.url("socks5h"),
            "https://idp.test/",
            "did not open a way to idp.test",
        ),
    ] {
        let sent = get(&through(proxy.clone()), url.parse().unwrap()).await;
        let error = sent.result.unwrap_err();
        let words = error.to_string();
        let host = format!("The profile's proxy 127.0.0.1:{} ", proxy.port().unwrap());
        assert!(
            words.starts_with(&host) && words.contains(says),
            "{proxy} {url}: {words}"
        );
        let HttpError::Proxy { owner, .. } = error else {
            panic!("{error:?}")
        };
        assert_eq!(owner, ProxyOwner::Profile);
        assert!(owner.hint().contains("“Proxy” in the profile"));
    }
}

#[tokio::test]
async fn the_machines_proxy_is_taken_and_named_but_never_for_loopback() {
    let server = Server::start([json(200, r#"{"keys":[]}"#), json(200, r#"{"keys":[]}"#)]).await;
    let port = server.url.port().unwrap();
    let proxy = proxy::Proxy::start(Manner::Http).await;
    let inspect = async |proxy: Url, jwks: String| {
        let mut home = Home::new();
        home.set("http_proxy", proxy.as_str());
        home.set("https_proxy", proxy.as_str());
        home.set("no_proxy", "");
        let run = move || home.run(&["inspect", ID_TOKEN, "--jwks", &jwks]);
        let ran = tokio::task::spawn_blocking(run).await.unwrap();
        format!("{}{}", ran.out, ran.err)
    };
    inspect(proxy.url("http"), format!("http://127.0.0.1:{port}/jwks")).await;
    // Twice, because the token names a key that is not there.
    assert_eq!((proxy.asked().len(), server.requests().len()), (0, 2));
    inspect(proxy.url("http"), format!("https://idp.test:{port}/jwks")).await;
    assert_eq!(proxy.asked(), [format!("CONNECT idp.test:{port} HTTP/1.1")]);
    let gone = proxy.url("http");
    drop(proxy);
    crate::support::is_free(gone.port().unwrap()).await;
    let told = inspect(gone.clone(), format!("https://idp.test:{port}/jwks")).await;
    let says = format!(
        "This machine's proxy 127.0.0.1:{} cannot be reached",
        gone.port().unwrap()
    );
    assert!(told.contains(&says), "{told}");
}
