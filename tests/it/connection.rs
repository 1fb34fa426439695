//! How a profile's requests travel, and what it adds to them: from the profile's fields to the wire.
#![expect(clippy::unwrap_used, reason = "a helper that cannot go on ends its test")]

use rcgen::KeyPair;
use tokenscope::engine::{Engine, Failure};
use tokenscope::model::profile::{ClientAuthentication, ClientType, Grant};
use tokenscope::model::{Profile, SecretKind};
use url::Url;

use crate::support::proxy::{Manner as ProxyManner, Proxy};
use crate::support::server::{Server, json};
use crate::support::tls::{Authority, Identity, Manner, TlsServer, authority, names};
use crate::support::{World, custom, log_in, refresh, reporter, slug};

const TOKENS: &str = r#"{"access_token":"a","refresh_token":"r","token_type":"Bearer","expires_in":60}"#;

/// A client that needs no browser, at this base.
fn by_itself(base: &Url) -> Profile {
    Profile {
        grant: Grant::Password,
        username: "ada".to_owned(),
        authorization_endpoint: String::new(),
        ..custom(base)
    }
}

async fn engine_of(world: &World, profile: Profile) -> Engine {
    let engine = world.engine().await;
    engine.save_profile(profile).await.unwrap();
    engine.set_secret(&slug("custom"), SecretKind::Password, "lovelace".into());
    engine
}

struct Shop {
    authority: Authority,
    clients: Authority,
    server: TlsServer,
}

/// A token endpoint that wants to see a certificate.
async fn shop() -> Shop {
    let (authority, clients) = (authority("Example Root"), authority("Example Clients"));
    let identity = Identity::signed(&names(&["localhost"]), &authority);
    let manner = Manner {
        client_authority: Some(&clients),
        body: Some(TOKENS),
        ..Manner::default()
    };
    let server = TlsServer::start(&identity, manner).await;
    Shop {
        authority,
        clients,
        server,
    }
}

fn key_file(world: &World, key: &KeyPair) -> String {
    let path = world.dir.path().join("client.key");
    crate::support::command::put(&path, key.serialize_pem().as_bytes());
    path.display().to_string()
}

#[tokio::test]
async fn a_client_certificate_is_the_proof_at_login_and_refresh() {
    let (world, shop) = (World::new(), shop().await);
    let client = Identity::signed(&names(&["client-1"]), &shop.clients);
    let profile = Profile {
        client_type: ClientType::Confidential,
        client_authentication: ClientAuthentication::TlsClientAuth,
        ca_certificates: shop.authority.pem(),
        client_certificate: client.certificate.pem(),
        client_certificate_key_file: key_file(&world, &client.key),
        ..by_itself(&shop.server.url("localhost").join("/").unwrap())
    };
    let engine = engine_of(&world, profile).await;
    log_in(&engine, "custom").await.unwrap();
    refresh(&engine, "custom").await.unwrap();
    assert_eq!(shop.server.seen().len(), 2, "{:?}", shop.server.seen());
}

#[tokio::test]
async fn what_is_missing_for_the_handshake_is_named_with_its_field() {
    let (world, shop) = (World::new(), shop().await);
    let base = shop.server.url("localhost").join("/").unwrap();
    let refused = async |profile: Profile| -> Failure {
        let engine = engine_of(&world, profile).await;
        log_in(&engine, "custom").await.unwrap_err()
    };
    let failure = refused(by_itself(&base)).await;
    assert_eq!(failure.code, "tls");
    assert!(failure.hint.contains("Certificate authority"), "{failure}");

    let with_authority = Profile {
        ca_certificates: shop.authority.pem(),
        ..by_itself(&base)
    };
    let failure = refused(with_authority.clone()).await;
    assert!(failure.hint.contains("“Client certificate”"), "{failure}");

    let client = Identity::signed(&names(&["client-1"]), &shop.clients);
    let failure = refused(Profile {
        client_certificate: client.certificate.pem(),
        client_certificate_key_file: "/nowhere/client.key".to_owned(),
        ..with_authority.clone()
    })
    .await;
    assert_eq!(failure.code, "invalid_profile");
    assert!(failure.message.contains("/nowhere/client.key"), "{failure}");

    let other = KeyPair::generate().unwrap();
    let failure = refused(Profile {
        client_certificate: client.certificate.pem(),
        client_certificate_key_file: key_file(&world, &other),
        ..with_authority
    })
    .await;
    assert!(failure.message.contains("does not belong to"), "{failure}");
}

#[tokio::test]
async fn plain_http_to_another_machine_is_refused_unless_it_is_on_purpose() {
    let world = World::new();
    let base = Url::parse("http://idp.example/").unwrap();
    let engine = engine_of(&world, by_itself(&base)).await;
    let failure = log_in(&engine, "custom").await.unwrap_err();
    assert_eq!(failure.code, "invalid_profile");
    assert!(failure.message.contains("Insecure"), "{failure}");
}

#[tokio::test]
async fn the_profiles_proxy_carries_every_request() {
    let world = World::new();
    let server = Server::start([json(200, TOKENS), json(200, TOKENS), json(200, "{}")]).await;
    let proxy = Proxy::start(ProxyManner::Http).await;
    let profile = Profile {
        proxy: proxy.url("http").to_string(),
        ..by_itself(&server.url)
    };
    let engine = engine_of(&world, profile).await;
    log_in(&engine, "custom").await.unwrap();
    refresh(&engine, "custom").await.unwrap();
    engine.call_api(&slug("custom"), None, &reporter().0).await.unwrap();
    assert_eq!(proxy.asked().len(), 3, "{:?}", proxy.asked());
}

#[tokio::test]
async fn headers_and_parameters_of_the_profile_go_where_they_belong() {
    let world = World::new();
    let server = Server::start([json(200, TOKENS), json(200, TOKENS), json(200, "{}")]).await;
    let profile = Profile {
        headers: vec!["X-Tenant: e1".to_owned()],
        token_parameters: vec!["both=1".to_owned()],
        refresh_parameters: vec!["only_refresh=1".to_owned()],
        refresh_scope: "openid".to_owned(),
        resource: vec!["urn:api".to_owned()],
        audience: "api".to_owned(),
        refresh_client_authentication: Some(ClientAuthentication::Omitted),
        ..by_itself(&server.url)
    };
    let engine = engine_of(&world, profile).await;
    log_in(&engine, "custom").await.unwrap();
    refresh(&engine, "custom").await.unwrap();
    engine.call_api(&slug("custom"), None, &reporter().0).await.unwrap();
    let requests = server.requests();
    assert!(
        requests
            .iter()
            .all(|request| request.to_lowercase().contains("x-tenant: e1")),
        "{requests:?}"
    );
    let body = |at: usize| requests[at].split_once("\r\n\r\n").unwrap().1;
    assert_eq!(
        body(0),
        "client_id=my-client&grant_type=password&username=ada&password=lovelace&scope=openid+offline_access\
         &resource=urn%3Aapi&audience=api&both=1"
    );
    assert_eq!(
        body(1),
        "grant_type=refresh_token&refresh_token=r&scope=openid&resource=urn%3Aapi&audience=api&both=1&only_refresh=1"
    );
}
