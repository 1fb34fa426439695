//! The loopback listener, with everything that a browser, a scanner or a stranger may send it.
#![expect(clippy::unwrap_used, reason = "a helper that cannot go on ends its test")]

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::{Method, StatusCode};
use tokenscope::flow::listener::{Arrival, Expectation, ListenError, Listener, Waiting};
use tokenscope::model::callback::{Callback, CallbackError, Carrier, Wanted};
use tokenscope::model::redirect::RedirectTarget;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::{PATIENCE, client, is_free};

const LOOPBACK: [IpAddr; 2] = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];
const FORM: &str = "application/x-www-form-urlencoded";

struct Open {
    waiting: Waiting,
    uri: String,
    port: u16,
}

impl Open {
    async fn at(uri: &str) -> Self {
        Self::serve(Listener::bind(&target(uri)).await.unwrap())
    }

    fn serve(listener: Listener) -> Self {
        let uri = listener.redirect_uri().to_owned();
        let waiting = listener.serve(Expectation {
            state: "right".to_owned(),
            issuer: Some("https://idp.example".to_owned()),
            wanted: Wanted::CODE,
            is_jwt: false,
        });
        let port = url::Url::parse(&uri).unwrap().port().unwrap();
        Self { waiting, uri, port }
    }

    async fn new() -> Self {
        Self::at("http://127.0.0.1:0/callback").await
    }

    async fn get(&self, query: &str) -> (StatusCode, String) {
        page(client().get(format!("{}?{query}", self.uri))).await
    }

    async fn post(&self, body: &str) -> (StatusCode, String) {
        let request = client().post(&self.uri).header("content-type", FORM);
        page(request.body(body.to_owned())).await
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(("127.0.0.1", self.port)).await.unwrap()
    }

    async fn next(&mut self) -> Arrival {
        let next = tokio::time::timeout(PATIENCE, self.waiting.next()).await;
        next.unwrap().unwrap()
    }

    async fn answer(&mut self) -> Callback {
        match self.next().await {
            Arrival::Answer(callback) => *callback,
            other => panic!("a stray: {other:?}"),
        }
    }

    async fn code(&mut self) -> String {
        let callback = self.answer().await;
        let code = callback.accept("right", Some("https://idp.example")).unwrap();
        code.expose().to_owned()
    }
}

fn target(uri: &str) -> RedirectTarget {
    RedirectTarget::parse(uri).unwrap()
}

async fn page(request: reqwest::RequestBuilder) -> (StatusCode, String) {
    let response = request.send().await.unwrap();
    let status = response.status();
    let headers = response.headers();
    assert_eq!(headers["cache-control"], "no-store");
    assert_eq!(headers["referrer-policy"], "no-referrer");
    assert_eq!(headers["x-content-type-options"], "nosniff");
    (status, response.text().await.unwrap())
}

/// The addresses on which this machine listens on a port.
#[cfg(target_os = "linux")]
fn listening(port: u16) -> Vec<IpAddr> {
    let mut found = Vec::new();
    for (file, is_v6) in [("/proc/net/tcp", false), ("/proc/net/tcp6", true)] {
        let table = std::fs::read_to_string(file).unwrap();
        for row in table.lines().skip(1) {
            let columns: Vec<&str> = row.split_whitespace().collect();
            let (ip, local_port) = columns[1].split_once(':').unwrap();
            let is_listening = columns[3] == "0A";
            if !is_listening || u16::from_str_radix(local_port, 16).unwrap() != port {
                continue;
            }
            // Words of four bytes, each in the machine's order.
            let bytes: Vec<u8> = (0..ip.len() / 8)
                .flat_map(|n| u32::from_str_radix(&ip[8 * n..8 * n + 8], 16).unwrap().to_ne_bytes())
                .collect();
            found.push(if is_v6 {
                Ipv6Addr::from(<[u8; 16]>::try_from(bytes).unwrap()).into()
            } else {
                Ipv4Addr::from(<[u8; 4]>::try_from(bytes).unwrap()).into()
            });
        }
    }
    found
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn only_loopback_is_listened_on() {
    for (uri, expected) in [
        ("http://127.0.0.1:0/cb", &LOOPBACK[..1]),
        ("http://[::1]:0/cb", &LOOPBACK[1..]),
        ("http://localhost:0/cb", &LOOPBACK[..]),
    ] {
        let open = Open::at(uri).await;
        assert_eq!(listening(open.port), expected, "{uri}");
    }
}

#[tokio::test]
async fn localhost_is_answered_on_both_loopback_addresses() {
    let open = Open::at("http://localhost:0/callback").await;
    for ip in LOOPBACK {
        let address = SocketAddr::new(ip, open.port);
        let (status, _) = page(client().get(format!("http://{address}/callback?code=c&state=right"))).await;
        assert_eq!(status, StatusCode::OK, "{address}");
    }
}

#[tokio::test]
async fn silence_garbage_and_half_a_request_do_not_stop_the_wait() {
    let mut open = Open::new().await;
    // A browser's preconnect: opened, and nothing said.
    let preconnect = open.connect().await;
    let mut half = open.connect().await;
    half.write_all(b"GET /callback?code=half&state=right HTTP/1.1\r\nHost: x")
        .await
        .unwrap();
    let mut half_body = open.connect().await;
    half_body
        .write_all(b"POST /callback HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\ncode=half")
        .await
        .unwrap();
    for garbage in [
        &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..],
        b"\0\xff\0\r\n\r\n",
        b"SSH-2.0-x\r\n\r\n",
    ] {
        let mut stream = open.connect().await;
        stream.write_all(garbage).await.unwrap();
        let mut answer = Vec::new();
        // It is answered with an error, or hung up on; either way it ends.
        stream.read_to_end(&mut answer).await.ok();
        let answer = String::from_utf8_lossy(&answer).into_owned();
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400"), "{answer}");
    }
    let (status, html) = open.get("code=whole&state=right").await;
    assert_eq!(status, StatusCode::OK);
    assert!(html.contains("Sign-in received"), "{html}");
    assert_eq!(open.code().await, "whole");
    drop((preconnect, half, half_body));
}

#[tokio::test]
async fn other_paths_are_not_found_and_other_methods_not_allowed() {
    let mut open = Open::new().await;
    for path in [
        "/favicon.ico",
        "/",
        "/callback/",
        "/callbac",
        "/callback/x?code=c&state=right",
    ] {
        let (status, html) = page(client().get(format!("http://127.0.0.1:{}{path}", open.port))).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
        assert!(html.contains("Nothing here"), "{html}");
    }
    for method in [Method::HEAD, Method::PUT, Method::DELETE, Method::OPTIONS] {
        let url = format!("{}?code=c&state=right", open.uri);
        let response = client().request(method.clone(), url).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED, "{method}");
        assert_eq!(response.headers()["allow"], "GET, POST");
    }
    // None of them counted as the answer.
    open.get("code=real&state=right").await;
    assert_eq!(open.code().await, "real");
}

#[tokio::test]
async fn a_wrong_state_gets_a_page_is_told_and_the_wait_goes_on() {
    let mut open = Open::new().await;
    let (another, none) = ("This answer belongs to another login", "This answer has no state");
    for (query, title, says) in [
        ("code=c&state=wrong", another, "belongs to another login"),
        ("state=wrong", another, "belongs to another login"),
        ("code=c", none, "has no state"),
        ("code=c&state=", none, "has no state"),
    ] {
        let (status, html) = open.get(query).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{query}");
        assert!(html.contains(title), "{html}");
        match open.next().await {
            Arrival::Unproven(error) => assert!(error.to_string().contains(says), "{error}"),
            other => panic!("{query} gave {other:?}"),
        }
    }
    open.get("code=real&state=right").await;
    assert_eq!(open.code().await, "real");
}

#[tokio::test]
async fn an_error_without_a_state_is_told_on_the_page_and_the_wait_goes_on() {
    let mut open = Open::new().await;
    for query in [
        "error=invalid_scope&error_description=No+%3Cb%3E",
        "error=invalid_scope&error_description=No+%3Cb%3E&state=",
    ] {
        let (status, html) = open.get(query).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{query}");
        assert!(html.contains("This answer has no state"), "{html}");
        assert!(
            html.contains("invalid_scope") && html.contains("No &lt;b&gt;"),
            "{html}"
        );
        match open.next().await {
            Arrival::Unproven(CallbackError::MissingState(Some(error))) => assert_eq!(error.error, "invalid_scope"),
            other => panic!("{query} gave {other:?}"),
        }
    }
    open.get("error=stolen&error_description=eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.c2lnbmF0dXJl")
        .await;
    let Arrival::Unproven(error) = open.next().await else {
        panic!("it is told")
    };
    assert!(!format!("{error:?}").contains("c2lnbmF0dXJl"), "{error:?}");
    open.get("code=real&state=right").await;
    assert_eq!(open.code().await, "real");
}

#[tokio::test]
async fn a_flood_of_wrong_states_does_not_push_the_answer_out() {
    let mut open = Open::new().await;
    // More than anybody reads meanwhile.
    for _ in 0..40 {
        open.get("code=c&state=wrong").await;
    }
    let (_, html) = open.get("code=real&state=right").await;
    assert!(html.contains("Sign-in received"), "{html}");
    let callback = loop {
        if let Arrival::Answer(callback) = open.next().await {
            break callback;
        }
    };
    assert_eq!(callback.accept("right", None).unwrap().expose(), "real");
}

#[tokio::test]
async fn the_same_callback_twice_gets_the_same_polite_page() {
    let mut open = Open::new().await;
    let first = open.get("code=c&state=right").await;
    let second = open.get("code=c&state=right").await;
    assert_eq!(first, second);
    assert_eq!(first.0, StatusCode::OK);
    assert_eq!(open.code().await, "c");
    // After it was taken, too.
    assert_eq!(open.get("code=c&state=right").await, first);
}

#[tokio::test]
async fn a_fragment_is_handed_on_by_a_page_that_may_run_its_own_script_only() {
    let mut open = Open::new().await;
    let response = client().get(&open.uri).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["cache-control"], "no-store");
    let policy = response.headers()["content-security-policy"]
        .to_str()
        .unwrap()
        .to_owned();
    let html = response.text().await.unwrap();
    assert!(
        policy.contains("default-src 'none'") && !policy.contains("unsafe-inline"),
        "{policy}"
    );
    for tag in ["style", "script"] {
        let (_, rest) = html.split_once(&format!("<{tag}>")).unwrap();
        let source = rest.split_once(&format!("</{tag}>")).unwrap().0;
        let hash = STANDARD.encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, source.as_bytes()));
        assert!(policy.contains(&format!("{tag}-src 'sha256-{hash}'")), "{policy}");
    }
    assert!(html.contains("form.method = 'post'"), "{html}");
    // What the script posts.
    let (status, html) = open.post("code=f&id_token=a.b.c&state=right").await;
    assert_eq!(status, StatusCode::OK);
    assert!(html.contains("Sign-in received"), "{html}");
    let callback = open.answer().await;
    assert_eq!(callback.code.unwrap().expose(), "f");
    assert_eq!(callback.id_token.unwrap().expose(), "a.b.c");
}

#[tokio::test]
async fn a_posted_form_over_one_mebibyte_is_refused_and_one_below_is_read() {
    let mut open = Open::new().await;
    let filled = |len: usize| {
        let head = "code=big&state=right&filler=";
        format!("{head}{}", "x".repeat(len - head.len()))
    };
    let (status, html) = open.post(&filled(1024 * 1024 + 1)).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(html.contains("could not be read"), "{html}");
    // The one before did not count: this is the first answer.
    assert_eq!(open.post(&filled(1024 * 1024)).await.0, StatusCode::OK);
    assert_eq!(open.code().await, "big");
}

#[tokio::test]
async fn a_refusal_is_delivered_with_the_right_state_and_not_believed_with_another() {
    let mut open = Open::new().await;
    let (status, html) = open
        .get("error=access_denied&error_description=No+%3Cb%3E&state=wrong")
        .await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(!html.contains("access_denied"), "{html}");
    assert!(matches!(
        open.next().await,
        Arrival::Unproven(CallbackError::WrongState)
    ));

    let (status, html) = open
        .get("error=access_denied&error_description=No+%3Cb%3E&state=right")
        .await;
    assert_eq!(status, StatusCode::OK);
    assert!(
        html.contains("access_denied") && html.contains("No &lt;b&gt;"),
        "{html}"
    );
    let error = open.answer().await.accept("right", None).unwrap_err();
    assert!(matches!(error, CallbackError::Refused(error) if error.error == "access_denied"));
}

#[tokio::test]
async fn an_encrypted_answer_that_nobody_asked_for_does_not_end_the_login() {
    let mut open = Open::new().await;
    let encrypted = "response=eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkExMjhHQ00ifQ.a.b.c.d";
    let (status, _) = open.get(encrypted).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(matches!(open.next().await, Arrival::Stray(what) if what.contains("encrypted")));
    open.get("code=real&state=right").await;
    assert_eq!(open.code().await, "real");
}

#[tokio::test]
async fn an_answer_from_another_issuer_is_said_to_be_one() {
    let mut open = Open::new().await;
    let (status, html) = open.get("code=c&state=right&iss=https://evil.example").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(html.contains("https://evil.example"), "{html}");
    let callback = open.answer().await;
    assert!(matches!(
        callback.accept("right", Some("https://idp.example")),
        Err(CallbackError::WrongIssuer { .. })
    ));
}

#[tokio::test]
async fn the_port_is_free_once_the_listener_is_dropped() {
    let Open { waiting, port, uri } = Open::at("http://localhost:0/callback").await;
    // One that is still open must not keep it.
    let open_connection = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    drop(waiting);
    is_free(port).await;
    let refused = client().get(format!("{uri}?code=c&state=right")).send().await;
    assert!(refused.unwrap_err().is_connect());
    drop(open_connection);
    Open::at(&format!("http://localhost:{port}/callback")).await;
}

#[tokio::test]
async fn a_taken_port_is_named_with_what_to_do_on_either_address() {
    for (taken, uri) in [
        ("127.0.0.1", "http://127.0.0.1:PORT/cb"),
        ("127.0.0.1", "http://localhost:PORT/cb"),
        ("::1", "http://localhost:PORT/cb"),
        ("::1", "http://[::1]:PORT/cb"),
    ] {
        let socket = std::net::TcpListener::bind((taken, 0)).unwrap();
        let port = socket.local_addr().unwrap().port();
        let target = RedirectTarget::parse(&uri.replace("PORT", &port.to_string())).unwrap();
        let error = Listener::bind(&target).await.unwrap_err();
        assert_eq!(error, ListenError::PortInUse { port });
        let says = error.to_string();
        assert!(
            says.contains(&format!("Port {port} is in use")) && says.contains("redirect URI"),
            "{says}"
        );
    }
}

/// A client that takes any certificate and tells which it was.
fn insecure() -> reqwest::Client {
    let builder = reqwest::Client::builder().no_proxy().tls_info(true);
    builder
        .redirect(reqwest::redirect::Policy::none())
        .tls_danger_accept_invalid_certs(true)
        .build()
        .unwrap()
}

#[tokio::test]
async fn https_on_loopback_is_answered_with_a_certificate_that_names_this_machine_for_a_day() {
    let listener = Listener::bind(&target("https://localhost:0/signin-callback"))
        .await
        .unwrap();
    let fingerprint = listener.certificate_fingerprint().unwrap();
    assert!(listener.is_listening());
    let mut open = Open::serve(listener);
    assert!(open.uri.starts_with("https://localhost:"), "{}", open.uri);
    let response = insecure()
        .get(format!("{}?code=c&state=right", open.uri))
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    let info = response.extensions().get::<reqwest::tls::TlsInfo>().unwrap();
    let der = info.peer_certificate().unwrap().to_vec();
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &der);
    let hex: Vec<_> = hash.as_ref().iter().map(|byte| format!("{byte:02X}")).collect();
    assert_eq!(fingerprint, hex.join(":"));
    assert_eq!(open.code().await, "c");
    // Whoever trusts it reaches every name of this machine.
    let trusting = reqwest::Client::builder()
        .no_proxy()
        .tls_certs_only([reqwest::Certificate::from_der(&der).unwrap()])
        .build()
        .unwrap();
    for host in ["localhost", "127.0.0.1", "[::1]"] {
        let url = format!("https://{host}:{}/signin-callback?code=c&state=right", open.port);
        assert_eq!(
            trusting.get(url).send().await.unwrap().status(),
            StatusCode::OK,
            "{host}"
        );
    }
    // Another listener has another key.
    let other = Listener::bind(&target("https://127.0.0.1:0/cb")).await.unwrap();
    assert_ne!(other.certificate_fingerprint().unwrap(), fingerprint);
    let plain = Listener::bind(&target("http://127.0.0.1:0/cb")).await.unwrap();
    assert_eq!(plain.certificate_fingerprint(), None);
}

#[tokio::test]
async fn a_browser_that_does_not_believe_the_certificate_is_told_of_once() {
    let mut open = Open::at("https://127.0.0.1:0/callback").await;
    for _ in 0..3 {
        let refused = client().get(format!("{}?code=c&state=right", open.uri)).send().await;
        assert!(refused.unwrap_err().is_connect());
    }
    match open.next().await {
        Arrival::Stray(what) => {
            assert!(
                what.starts_with("The browser did not accept the certificate. "),
                "{what}"
            );
            assert!(what.contains("paste the address"), "{what}");
        }
        other => panic!("nobody came through: {other:?}"),
    }
    // The person lets the browser go on: that is the very next thing that is told.
    insecure()
        .get(format!("{}?code=real&state=right", open.uri))
        .send()
        .await
        .unwrap();
    assert_eq!(open.code().await, "real");
}

#[tokio::test]
async fn preconnects_garbage_and_plain_http_do_not_disturb_https() {
    let mut open = Open::at("https://127.0.0.1:0/callback").await;
    let preconnect = open.connect().await;
    let mut half = open.connect().await;
    half.write_all(b"\x16\x03\x01\x02\x00\x01").await.unwrap();
    drop(open.connect().await);
    for garbage in [&b"\x16\x03\x01\x00\x05hello"[..], b"\0\xff\0\r\n\r\n"] {
        let mut stream = open.connect().await;
        stream.write_all(garbage).await.unwrap();
        stream.read_to_end(&mut Vec::new()).await.ok();
    }
    let plain = format!("http://127.0.0.1:{}/callback?code=c&state=right", open.port);
    let request = client().get(plain).header("host", "evil.example");
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), StatusCode::TEMPORARY_REDIRECT);
    let to = format!("{}?code=c&state=right", open.uri);
    assert_eq!(response.headers()["location"], to.as_str());
    assert!(response.text().await.unwrap().contains("needs https"));
    insecure().get(to).send().await.unwrap();
    assert_eq!(open.code().await, "c");
    drop((preconnect, half));
}

#[tokio::test]
async fn the_port_of_an_https_listener_is_free_once_it_is_dropped() {
    let Open { waiting, port, .. } = Open::at("https://localhost:0/callback").await;
    let silent = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    drop(waiting);
    is_free(port).await;
    drop(silent);
}

#[tokio::test]
async fn the_first_redirect_uri_that_can_be_listened_on_is_taken() {
    let taken = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = taken.local_addr().unwrap().port();
    let targets = [
        target("com.example.app:/callback"),
        target(&format!("http://localhost:{port}/a")),
        target("http://127.0.0.1:0/b"),
        target("http://127.0.0.1:0/c"),
    ];
    let listener = Listener::bind_first(&targets).await.unwrap();
    assert!(listener.is_listening() && listener.why_not().is_none());
    assert!(listener.redirect_uri().ends_with("/b"), "{}", listener.redirect_uri());
}

#[tokio::test]
async fn when_nothing_can_listen_the_answer_is_pasted_and_the_reason_told() {
    let taken = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = taken.local_addr().unwrap().port();
    let uri = format!("https://localhost:{port}/callback");
    for (uris, expected, says) in [
        (
            vec![uri.as_str(), "urn:ietf:wg:oauth:2.0:oob"],
            uri.as_str(),
            "is in use by another program",
        ),
        (
            vec!["com.example.app:/callback"],
            "com.example.app:/callback",
            "paste the address",
        ),
        (
            vec!["https://app.example/cb"],
            "https://app.example/cb",
            "app.example is not this machine",
        ),
        (
            vec!["urn:ietf:wg:oauth:2.0:oob"],
            "urn:ietf:wg:oauth:2.0:oob",
            "shows the code on a page",
        ),
    ] {
        let targets: Vec<_> = uris.iter().map(|uri| target(uri)).collect();
        let listener = Listener::bind_first(&targets).await.unwrap();
        assert!(!listener.is_listening());
        assert_eq!(listener.redirect_uri(), expected);
        assert_eq!(listener.certificate_fingerprint(), None);
        let why = listener.why_not().unwrap().to_string();
        assert!(why.contains(says), "{why}");
        let mut waiting = listener.serve(Expectation {
            state: "right".to_owned(),
            issuer: None,
            wanted: Wanted::CODE,
            is_jwt: false,
        });
        // Nothing comes, and that nothing comes is not told either: who waits for a pasted answer beside it goes on.
        tokio::select! {
            biased;
            arrival = waiting.next() => panic!("{arrival:?}"),
            () = tokio::task::yield_now() => {}
        }
    }
    assert_eq!(Listener::bind_first(&[]).await.unwrap_err(), ListenError::NoRedirectUri);
}

#[tokio::test]
async fn how_an_answer_travelled_is_told_by_the_browser() {
    let parameters = "code=c&state=right&iss=https%3A%2F%2Fidp.example";
    for (site, carrier) in [
        (Some("same-origin"), Some(Carrier::Fragment)),
        (Some("cross-site"), Some(Carrier::FormPost)),
        (Some("same-site"), Some(Carrier::FormPost)),
        (Some("none"), None),
        (None, None),
    ] {
        let mut open = Open::new().await;
        let mut request = client().post(&open.uri).header("content-type", FORM);
        if let Some(site) = site {
            request = request.header("sec-fetch-site", site);
        }
        page(request.body(parameters)).await;
        assert_eq!(open.answer().await.carrier, carrier, "{site:?}");
    }
    let mut open = Open::new().await;
    open.get(parameters).await;
    assert_eq!(open.answer().await.carrier, Some(Carrier::Query));
}
