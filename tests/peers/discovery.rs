//! From the address of a real server to a profile that works, with a client that was made for it.
#![expect(clippy::unwrap_used, reason = "a helper that cannot go on ends its test")]

use tokenscope::engine::{Lookup, NewProfile, OperationId, Registration, Reporter};
use tokenscope::model::profile::ClientAuthentication;
use tokenscope::model::{Profile, SecretKind, TokenKind};
use tokio::sync::mpsc;

use crate::support::{App, Peer, assert_sound, defects, fingerprint, profile_for};

fn reporter() -> Reporter {
    Reporter::new(OperationId::next(), mpsc::channel(1).0, std::sync::Arc::new(|| {}))
}

/// The app again, with the profile that its peer's issuer gives and nothing of the one that it had.
async fn discovered(peer: &Peer, app: &App, start: Profile, registers: bool) -> Profile {
    let lookup = Lookup {
        address: peer.issuer().to_owned(),
        like: start.clone(),
        authorization_server: None,
    };
    let finding = app.engine.discover(&lookup, &reporter()).await.unwrap();
    assert_eq!(finding.discovered.doubts, [""; 0]);
    let mut profile = start;
    finding.discovered.fill(&mut profile);
    let mut secrets = Vec::new();
    if registers {
        let wanted = Registration {
            profile,
            metadata: Some(finding.discovered.metadata.clone()),
            initial_access_token: None,
        };
        let registered = app.engine.register(&wanted, &reporter()).await.unwrap();
        assert_eq!(registered.differences, [""; 0]);
        assert!(
            registered.response.defects.is_empty(),
            "{:?}",
            registered.response.defects
        );
        secrets = registered.secrets();
        profile = registered.profile;
    }
    assert_eq!(profile.validate(), []);
    let new = NewProfile {
        profile,
        secrets,
        exchanges: finding.exchanges,
    };
    app.engine.create_profile(new, &reporter()).await.unwrap()
}

/// What a person has to know beside the address.
fn start(app: &App, client_id: &str) -> Profile {
    Profile {
        slug: app.slug.clone(),
        name: "Tokenscope".to_owned(),
        client_id: client_id.to_owned(),
        ..Profile::default()
    }
}

async fn logs_in_and_refreshes(app: &App) {
    let first = app.log_in().await.unwrap();
    assert_sound(&first, &[(TokenKind::Id, "RS256")]);
    assert_eq!(defects(&first), [""; 0]);
    let second = app.refresh().await.unwrap();
    assert_eq!(second.generation, 2);
    assert_ne!(
        fingerprint(&first, TokenKind::Access),
        fingerprint(&second, TokenKind::Access)
    );
}

#[tokio::test]
async fn an_issuer_alone_gives_a_registered_public_client_that_logs_in_and_refreshes() {
    let Some(peer) = Peer::oidc() else { return };
    let app = profile_for(&peer, "nobody", |_| ()).await;
    let profile = Box::pin(discovered(&peer, &app, start(&app, ""), true)).await;
    assert!(!profile.client_id.is_empty() && profile.client_id != "nobody");
    assert_eq!(profile.client_authentication, ClientAuthentication::None);
    assert!(profile.pkce && !profile.revocation_endpoint.is_empty());
    logs_in_and_refreshes(&app).await;
}

#[tokio::test]
async fn a_registered_confidential_client_proves_itself_with_the_secret_that_came() {
    let Some(peer) = Peer::oidc() else { return };
    let app = profile_for(&peer, "nobody", |_| ()).await;
    let wanted = Profile {
        client_type: tokenscope::model::profile::ClientType::Confidential,
        client_authentication: ClientAuthentication::ClientSecretBasic,
        ..start(&app, "")
    };
    let profile = Box::pin(discovered(&peer, &app, wanted, true)).await;
    assert_eq!(profile.client_authentication, ClientAuthentication::ClientSecretBasic);
    logs_in_and_refreshes(&app).await;
    // It is a secret of the memory: a wrong one is refused.
    let wrong = tokenscope::model::Secret::from("wrong");
    app.engine.set_secret(&app.slug, SecretKind::ClientSecret, wrong);
    assert_eq!(app.refresh().await.unwrap_err().code, "invalid_client");
}

#[tokio::test]
async fn an_issuer_behind_a_private_authority_is_found_with_it() {
    let Some(peer) = Peer::oidc_tls() else { return };
    let app = profile_for(&peer, "nobody", |_| ()).await;
    let trusting = Profile {
        ca_certificates: peer.ca_pem().to_owned(),
        ..start(&app, "")
    };
    Box::pin(discovered(&peer, &app, trusting, true)).await;
    logs_in_and_refreshes(&app).await;
}

#[tokio::test]
async fn an_issuer_with_a_path_gives_a_profile_for_a_client_that_is_known() {
    let Some(peer) = Peer::glewlwyd() else { return };
    assert!(peer.issuer().matches('/').count() > 2, "{}", peer.issuer());
    // The engine has the secret of the client; how it is sent, the metadata says.
    let app = profile_for(&peer, "glw-simple", |_| ()).await;
    let known = Profile {
        redirect_uri: peer.redirect_uri(),
        ..start(&app, "glw-simple")
    };
    let profile = Box::pin(discovered(&peer, &app, known, false)).await;
    assert_eq!(profile.client_authentication, ClientAuthentication::ClientSecretBasic);
    assert!(profile.issuer.starts_with(peer.issuer().trim_end_matches('/')));
    let session = app.log_in().await.unwrap();
    assert!(session.tokens.refresh.is_some());
    assert_eq!(app.refresh().await.unwrap().generation, 2);
}
