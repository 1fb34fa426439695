//! Certificates that are good, wrong, old and missing, at a real server.
#![expect(clippy::unwrap_used, reason = "a helper that cannot go on ends its test")]

use std::sync::Arc;

use rcgen::{BasicConstraints, IsCa, KeyPair, date_time_ymd};
use rustls::version::{TLS12, TLS13};
use tokenscope::flow::http::{Answer, Http, HttpError, Limits, Outgoing, TlsProblem, TransportError};
use tokenscope::model::Secret;
use tokenscope::model::clock::ManualClock;
use tokenscope::model::exchange::Purpose;
use tokenscope::model::transport::{Proxy, Transport};
use url::Url;

use crate::support::server::{Reply, Server};
use crate::support::start;
use crate::support::tls::{Authority, Identity, Manner, TlsServer, authority, names};

fn http(transport: &Transport) -> Result<Http, TransportError> {
    Http::with_transport(Arc::new(ManualClock::new(start())), Limits::default(), transport)
}

async fn get(transport: &Transport, url: Url) -> Result<Answer, HttpError> {
    let sent = http(transport).unwrap().send(Outgoing::get(Purpose::Jwks, url)).await;
    assert_eq!(
        sent.exchange.failure,
        sent.result.as_ref().err().map(ToString::to_string)
    );
    sent.result
}

/// What is wrong, with the whole sentence and the way on.
async fn problem(transport: &Transport, url: Url) -> (TlsProblem, String) {
    let host = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap());
    let error = get(transport, url).await.unwrap_err();
    let says = error.to_string();
    assert!(says.starts_with(&format!("{host} ")), "{says}");
    match error {
        HttpError::Tls { problem, .. } => (problem, says),
        other => panic!("{other:?}"),
    }
}

fn direct() -> Transport {
    Transport {
        proxy: Proxy::Direct,
        ..Transport::default()
    }
}

fn trusting(pem: String) -> Transport {
    Transport {
        ca_pem: Some(pem),
        ..direct()
    }
}

fn with_certificate(authority: &Authority, client: &Identity) -> Transport {
    Transport {
        client_certificate_pem: Some(client.certificate.pem()),
        client_key_pem: Some(Secret::new(client.key.serialize_pem())),
        ..trusting(authority.pem())
    }
}

#[tokio::test]
async fn an_authority_of_ones_own_is_trusted_once_the_profile_names_it() {
    let authority = authority("Example Test Root");
    let server = TlsServer::start(&Identity::signed(&names(&["localhost"]), &authority), Manner::default()).await;
    let (found, says) = problem(&direct(), server.url("localhost")).await;
    assert_eq!(
        found,
        TlsProblem::UnknownIssuer {
            issuer: Some("“Example Test Root”".to_owned())
        }
    );
    assert!(
        says.contains("“Example Test Root”, an authority that this machine does not trust"),
        "{says}"
    );
    assert!(found.hint().contains("“Certificate authority”"), "{}", found.hint());

    // Several in one text, with words between, as they are handed around.
    let bundle = format!(
        "subject=x\n{}\n{}",
        crate::support::tls::authority("Another").pem(),
        authority.pem()
    );
    let answer = get(&trusting(bundle), server.url("localhost")).await.unwrap();
    assert_eq!((answer.status, answer.body.as_slice()), (200, &b"{}"[..]));
    assert!(
        server.seen()[1].starts_with("GET /token HTTP/1.1"),
        "{:?}",
        server.seen()
    );
}

#[tokio::test]
async fn a_self_signed_certificate_is_named_and_can_be_trusted_itself() {
    let mut as_openssl_makes_them = names(&["localhost"]);
    as_openssl_makes_them.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    for params in [names(&["localhost"]), as_openssl_makes_them] {
        let identity = Identity::self_signed(&params);
        let server = TlsServer::start(&identity, Manner::default()).await;
        let (found, says) = problem(&direct(), server.url("localhost")).await;
        assert_eq!(found, TlsProblem::SelfSigned);
        assert!(says.contains("self-signed"), "{says}");
        assert!(found.hint().contains("“Certificate authority”") && found.hint().contains("“Insecure”"));
        let trusting = trusting(identity.certificate.pem());
        assert_eq!(get(&trusting, server.url("localhost")).await.unwrap().status, 200);
        // Trusted for what it names, and for nothing else.
        let (found, _) = problem(&trusting, server.url("127.0.0.1")).await;
        assert!(matches!(found, TlsProblem::WrongHost { .. }), "{found:?}");
    }
}

#[tokio::test]
async fn a_certificate_out_of_its_time_is_told_with_the_day() {
    let authority = authority("Example Test Root");
    let (mut old, mut early) = (names(&["localhost"]), names(&["localhost"]));
    old.not_after = date_time_ymd(2020, 2, 29);
    early.not_before = date_time_ymd(2999, 1, 1);
    for (params, expected, words) in [
        (
            old,
            TlsProblem::Expired {
                until: Some("2020-02-29".to_owned()),
            },
            "expired on 2020-02-29",
        ),
        (
            early,
            TlsProblem::NotYetValid {
                from: Some("2999-01-01".to_owned()),
            },
            "not valid yet: it begins on 2999-01-01",
        ),
    ] {
        let server = TlsServer::start(&Identity::signed(&params, &authority), Manner::default()).await;
        let (found, says) = problem(&trusting(authority.pem()), server.url("localhost")).await;
        assert_eq!(found, expected);
        assert!(says.contains(words), "{says}");
        assert!(found.hint().contains("“Insecure” in the profile"), "{}", found.hint());
    }
}

#[tokio::test]
async fn a_certificate_for_another_host_is_told_with_whom_it_is_for() {
    let authority = authority("Example Test Root");
    let identity = Identity::signed(&names(&["idp.example", "*.login.example", "127.0.0.9"]), &authority);
    let server = TlsServer::start(&identity, Manner::default()).await;
    let (found, says) = problem(&trusting(authority.pem()), server.url("localhost")).await;
    assert!(matches!(found, TlsProblem::WrongHost { .. }), "{found:?}");
    assert!(
        says.ends_with("has a certificate for another host: idp.example, *.login.example, 127.0.0.9"),
        "{says}"
    );
    assert!(found.hint().contains("addresses"), "{}", found.hint());
}

#[tokio::test]
async fn insecure_takes_whoever_answers() {
    let mut params = names(&["elsewhere.example"]);
    params.not_after = date_time_ymd(2020, 2, 29);
    let identity = Identity::self_signed(&params);
    let transport = Transport {
        insecure: true,
        ..direct()
    };
    for version in [&TLS12, &TLS13] {
        let manner = Manner {
            version: Some(version),
            ..Manner::default()
        };
        let server = TlsServer::start(&identity, manner).await;
        assert_eq!(get(&transport, server.url("localhost")).await.unwrap().status, 200);
        assert!(get(&direct(), server.url("localhost")).await.is_err());
    }
}

#[tokio::test]
async fn a_server_that_requires_a_client_certificate_gets_it_or_is_said_to_want_it() {
    let (authority, clients) = (authority("Example Test Root"), authority("Example Clients"));
    let server = Identity::signed(&names(&["localhost"]), &authority);
    let client = Identity::signed(&names(&["client-1"]), &clients);
    let stranger = Identity::self_signed(&names(&["client-1"]));
    let server = TlsServer::start(
        &server,
        Manner {
            client_authority: Some(&clients),
            version: Some(&TLS13),
            ..Manner::default()
        },
    )
    .await;
    let (found, says) = problem(&trusting(authority.pem()), server.url("localhost")).await;
    assert_eq!(found, TlsProblem::ClientCertificateRequired);
    assert!(says.ends_with("requires a client certificate"), "{says}");
    assert!(found.hint().contains("“Client certificate”"), "{}", found.hint());

    let (found, says) = problem(&with_certificate(&authority, &stranger), server.url("localhost")).await;
    assert_eq!(found, TlsProblem::ClientCertificateRefused);
    assert!(says.contains("refused the client certificate: "), "{says}");

    let answer = get(&with_certificate(&authority, &client), server.url("localhost")).await;
    assert_eq!(answer.unwrap().status, 200);
}

#[tokio::test]
async fn that_a_client_certificate_is_required_is_not_lost_in_older_tls_and_newer_http() {
    let (authority, clients) = (authority("Example Test Root"), authority("Example Clients"));
    let identity = Identity::signed(&names(&["localhost"]), &authority);
    for (version, offers_http2) in [(&TLS12, false), (&TLS12, true), (&TLS13, true)] {
        let manner = Manner {
            client_authority: Some(&clients),
            version: Some(version),
            offers_http2,
            body: None,
        };
        let server = TlsServer::start(&identity, manner).await;
        let (found, says) = problem(&trusting(authority.pem()), server.url("localhost")).await;
        assert_eq!(found, TlsProblem::ClientCertificateRequired, "{version:?}: {says}");
        assert!(found.hint().contains("“Client certificate”"), "{}", found.hint());
    }
    assert!(TlsProblem::Handshake.hint().contains("“Client certificate”"));
}

#[tokio::test]
async fn a_server_without_tls_is_said_to_answer_in_the_open() {
    let bad_request = "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n";
    let (server, tls) = plain_server(bad_request).await;
    let (found, says) = problem(&direct(), tls).await;
    assert_eq!(found, TlsProblem::NoTls);
    assert!(says.ends_with("does not speak TLS: it answered in the open"), "{says}");
    assert!(found.hint().contains("port"), "{}", found.hint());
    drop(server);

    let (_server, tls) = plain_server("").await;
    let (found, says) = problem(&direct(), tls).await;
    assert_eq!(found, TlsProblem::Handshake);
    assert!(says.contains("hung up in the middle of the handshake"), "{says}");
}

/// A server that reads a little and says this, and its address as if it spoke TLS.
async fn plain_server(says: &'static str) -> (tokio::task::JoinHandle<()>, Url) {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let socket = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("https://{}/", socket.local_addr().unwrap()).parse().unwrap();
    let task = tokio::spawn(async move {
        let (mut stream, _) = socket.accept().await.unwrap();
        stream.read_buf(&mut Vec::with_capacity(4096)).await.unwrap();
        stream.write_all(says.as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
        stream.read_to_end(&mut Vec::new()).await.ok();
    });
    (task, url)
}

#[tokio::test]
async fn a_tls_server_asked_in_the_open_is_not_mistaken_for_a_certificate_problem() {
    let server = Server::start([Reply::CutOff("\u{15}\u{3}\u{3}".to_owned())]).await;
    let error = get(&direct(), server.url.clone()).await.unwrap_err();
    assert!(matches!(error, HttpError::Broken { .. }), "{error:?}");
}

#[test]
fn a_transport_that_cannot_be_used_names_the_field() {
    let authority = authority("Example Test Root");
    let client = Identity::signed(&names(&["client-1"]), &authority);
    let (pem, key) = (client.certificate.pem(), client.key.serialize_pem());
    let other_key = KeyPair::generate().unwrap().serialize_pem();
    let ca = |pem: &str| Transport {
        ca_pem: Some(pem.to_owned()),
        ..direct()
    };
    let client = |pem: Option<&str>, key: Option<&str>| Transport {
        client_certificate_pem: pem.map(str::to_owned),
        client_key_pem: key.map(Secret::new),
        ..direct()
    };
    let half = &pem[..pem.len() / 2];
    let not_a_certificate = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let locked = key.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY");
    for (transport, says) in [
        (ca("hello"), "“Certificate authority” holds no certificate"),
        (
            ca(half),
            "“Certificate authority” holds a certificate that cannot be read",
        ),
        (
            ca(not_a_certificate),
            "“Certificate authority” holds a certificate that cannot be read",
        ),
        (
            ca(&format!("{pem}{key}")),
            "“Certificate authority” holds a private key",
        ),
        (client(Some(&pem), None), "“Its key file”"),
        (client(None, Some(&key)), "“Client certificate”"),
        (client(Some(""), Some(&key)), "“Client certificate”"),
        (
            client(Some("hello"), Some(&key)),
            "“Client certificate” holds no certificate",
        ),
        (
            client(Some(half), Some(&key)),
            "“Client certificate” holds a certificate that cannot be read",
        ),
        (
            client(Some(not_a_certificate), Some(&key)),
            "“Client certificate” holds a certificate",
        ),
        (
            client(Some(&format!("{pem}{key}")), Some(&key)),
            "“Client certificate” holds a private key",
        ),
        (client(Some(&pem), Some("hello")), "The client key cannot be read"),
        (
            client(Some(&pem), Some(&key[..key.len() / 2])),
            "The client key cannot be read",
        ),
        (client(Some(&pem), Some(&locked)), "locked with a password"),
        (
            client(Some(&pem), Some(&other_key)),
            "does not belong to the client certificate",
        ),
    ] {
        let error = http(&transport).unwrap_err().to_string();
        assert!(error.contains(says), "{says}: {error}");
        assert!(!error.contains('\n'), "{error}");
    }
    // Empty fields are as good as none.
    let empty = Transport {
        ca_pem: Some(" \n".to_owned()),
        ..client(Some(""), Some(""))
    };
    assert!(http(&empty).is_ok());
}
