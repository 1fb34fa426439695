//! What these tests share: the two servers, and an engine with one profile at one of them.
//!
//! ```ignore
//! let Some(peer) = Peer::oidc() else { return };
//! let app = profile_for(&peer, "public", |profile| profile.prompt.clear()).await;
//! let session = app.log_in().await.unwrap();
//! ```
#![expect(clippy::unwrap_used, reason = "a helper that cannot go on ends its test")]

mod certificate;
mod device;
mod html_form;
mod installed;
mod peer;
mod ports;
mod relay;
mod server;
mod visitor;

use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tempfile::TempDir;
use tokenscope::engine::{
    Engine, Failure, Given, LoggedOut, LoginOptions, LogoutOptions, OperationId, Question, Reporter, Revoked, Session,
};
use tokenscope::flow::{ApiAnswer, OpenBrowser, ProviderAnswer};
use tokenscope::model::checks::{Check, Outcome};
use tokenscope::model::profile::{ClientAuthentication, ClientType};
use tokenscope::model::token::Fingerprint;
use tokenscope::model::verify::SignatureStatus;
use tokenscope::model::{Profile, Secret, SecretKind, Slug, Token, TokenKind};
use tokenscope::setup::{self, Options};
use tokio::runtime::Handle;
use tokio::sync::{Mutex, mpsc};
use tokio_util::sync::CancellationToken;
use url::Url;

pub(crate) use device::AtTheDevice;
pub(crate) use peer::Peer;
pub(crate) use relay::relay_with;

use peer::Running;
use visitor::{Browser, Visitor};

/// How long a login waits. It decides nothing but how long a broken test hangs: a visitor who gets stuck ends it sooner.
const PATIENCE: Duration = Duration::from_mins(1);

/// An engine with one profile, whose browser is Alice.
pub(crate) struct App {
    pub(crate) engine: Engine,
    pub(crate) slug: Slug,
    peer: &'static Running,
    browser: Arc<Browser>,
    denies: Arc<AtomicBool>,
    /// Where the visitor got stuck.
    troubles: Mutex<mpsc::Receiver<String>>,
    data: TempDir,
}

/// An engine with a profile of this client, made from what the peer says of itself, then changed; with its secret.
pub(crate) async fn profile_for(peer: &Peer, client_id: &str, change: impl FnOnce(&mut Profile)) -> App {
    let metadata = peer.metadata().await;
    let endpoint = |name: &str| metadata[name].as_str().unwrap_or_default().to_owned();
    let (client_authentication, secret) = peer::credentials(client_id);
    let slug = Slug::parse("peer").unwrap();
    let data = scratch().unwrap();
    let client_key_file = data.path().join("client.jwk");
    put(&client_key_file, &peer.client_jwk).unwrap();
    let mut profile = Profile {
        slug: slug.clone(),
        name: "A peer".to_owned(),
        client_id: client_id.to_owned(),
        client_type: match client_authentication {
            ClientAuthentication::None => ClientType::Public,
            _ => ClientType::Confidential,
        },
        client_authentication,
        client_key_file: client_key_file.to_str().unwrap().to_owned(),
        redirect_uri: peer.redirect_uri(),
        scope: "openid offline_access".to_owned(),
        // Without it oidc-provider drops offline_access (OpenID Connect Core §11).
        prompt: "consent".to_owned(),
        issuer: peer.issuer().to_owned(),
        authorization_endpoint: endpoint("authorization_endpoint"),
        token_endpoint: endpoint("token_endpoint"),
        jwks_uri: endpoint("jwks_uri"),
        api_url: endpoint("userinfo_endpoint"),
        userinfo_endpoint: endpoint("userinfo_endpoint"),
        introspection_endpoint: endpoint("introspection_endpoint"),
        revocation_endpoint: endpoint("revocation_endpoint"),
        end_session_endpoint: endpoint("end_session_endpoint"),
        device_authorization_endpoint: endpoint("device_authorization_endpoint"),
        pushed_authorization_request_endpoint: endpoint("pushed_authorization_request_endpoint"),
        registration_endpoint: endpoint("registration_endpoint"),
        ca_certificates: peer.ca_pem().to_owned(),
        ..Profile::default()
    };
    change(&mut profile);
    let (denies, browser) = (Arc::<AtomicBool>::default(), Arc::<Browser>::default());
    let (tell, troubles) = mpsc::channel(8);
    let options = Options {
        data_dir: Some(data.path().join("data")),
        open_browser: alice_at(peer.running(), Arc::clone(&browser), Arc::clone(&denies), tell),
        patience: PATIENCE,
        ..Options::default()
    };
    let engine = setup::open(options).unwrap();
    engine.save_profile(profile).await.unwrap();
    if let Some(secret) = secret {
        engine.set_secret(&slug, SecretKind::ClientSecret, Secret::from(secret));
    }
    App {
        engine,
        slug,
        peer: peer.running(),
        browser,
        denies,
        troubles: Mutex::new(troubles),
        data,
    }
}

/// A browser in which Alice signs in and allows everything, unless she denies.
fn alice_at(
    peer: &'static Running,
    browser: Arc<Browser>,
    denies: Arc<AtomicBool>,
    troubles: mpsc::Sender<String>,
) -> OpenBrowser {
    Arc::new(move |address: &Url| {
        let (address, troubles) = (address.clone(), troubles.clone());
        let mut alice = Visitor::alice(peer, Arc::clone(&browser));
        alice.denies = denies.load(Ordering::Relaxed);
        Handle::current().spawn(async move {
            if let Err(trouble) = alice.sign_in(&address).await {
                troubles.try_send(trouble).ok();
            }
        });
        Ok(())
    })
}

impl App {
    /// Logs in. A visitor who gets stuck ends the test with the reason.
    pub(crate) async fn log_in(&self) -> Result<Arc<Session>, Failure> {
        self.log_in_given(Given::default()).await
    }

    /// From now on Alice cancels every login.
    pub(crate) fn alice_denies(&self) {
        self.denies.store(true, Ordering::Relaxed);
    }

    /// Logs in as Alice with her password, where no browser is needed.
    pub(crate) async fn log_in_with_password(&self) -> Result<Arc<Session>, Failure> {
        let given = Given {
            username: Some(visitor::USER_NAME.to_owned()),
            password: Some(Secret::from(visitor::PASSWORD)),
            ..Given::default()
        };
        self.log_in_given(given).await
    }

    async fn log_in_given(&self, given: Given) -> Result<Arc<Session>, Failure> {
        let (options, reporter) = (options(given), reporter());
        let mut troubles = self.troubles.lock().await;
        tokio::select! {
            session = self.engine.login(&self.slug, options, &reporter) => session,
            Some(trouble) = troubles.recv() => panic!("the visitor got stuck: {trouble}"),
        }
    }

    /// Refreshes.
    pub(crate) async fn refresh(&self) -> Result<Arc<Session>, Failure> {
        self.engine.refresh(&self.slug, &reporter()).await
    }

    /// Presents a session's refresh token as a thief would. `Ok`: it was taken.
    pub(crate) async fn replay(&self, spent: &Session) -> Result<(), Failure> {
        self.engine.replay_refresh_token(spent, &reporter()).await
    }

    /// Calls the API, which is userinfo unless the profile was changed.
    pub(crate) async fn call(&self) -> Result<ApiAnswer, Failure> {
        self.engine.call_api(&self.slug, None, &reporter()).await
    }

    /// Asks the provider about the tokens or their person.
    pub(crate) async fn ask(&self, question: Question) -> Result<ProviderAnswer, Failure> {
        self.engine.ask(&self.slug, question, &reporter()).await
    }

    /// Whether the provider says that it takes the token of this kind; no check may have failed.
    pub(crate) async fn is_active(&self, kind: TokenKind) -> bool {
        let answer = self.ask(Question::Introspection(kind)).await.unwrap();
        assert!(answer.is_good(), "{answer:?}");
        member(&answer, "active").as_bool().unwrap()
    }

    /// Asks the provider to end the token of this kind.
    pub(crate) async fn revoke(&self, kind: TokenKind) -> Result<Revoked, Failure> {
        self.engine.revoke(&self.slug, kind, &reporter()).await
    }

    /// Sends Alice to log out.
    pub(crate) async fn log_out(&self) -> Result<LoggedOut, Failure> {
        let options = LogoutOptions {
            opens_browser: true,
            patience: None,
        };
        let (never, reporter) = (CancellationToken::new(), reporter());
        let mut troubles = self.troubles.lock().await;
        tokio::select! {
            biased;
            result = self.engine.log_out(&self.slug, options, &never, &reporter) => result,
            Some(trouble) = troubles.recv() => panic!("the visitor got stuck: {trouble}"),
        }
    }

    /// What the browser carried each time that it was opened, by name.
    pub(crate) fn carried(&self) -> Vec<Vec<String>> {
        let names = |address: &Url| address.query_pairs().map(|(name, _)| name.into_owned()).collect();
        self.browser.opened.lock().unwrap().iter().map(names).collect()
    }

    /// Whether a text stands in any page that Alice has seen.
    pub(crate) fn has_shown(&self, text: &str) -> bool {
        self.browser.shown.lock().unwrap().contains(text)
    }

    /// The page on which Alice's visit ended without coming back.
    pub(crate) async fn last_page(&self) -> String {
        self.troubles.lock().await.recv().await.unwrap()
    }

    /// Changes the profile that the next operation reads.
    pub(crate) async fn change(&self, change: impl FnOnce(&mut Profile)) {
        let mut profile = self.engine.profile(&self.slug).await.unwrap();
        change(&mut profile);
        self.engine.save_profile(profile).await.unwrap();
    }

    /// Has the profile present this certificate, which stands in a file with its key.
    pub(crate) async fn present(&self, pem: &str) {
        let file = self.data.path().join("client.pem");
        put(&file, pem).unwrap();
        let name = file.to_str().unwrap().to_owned();
        self.change(|profile| profile.client_certificate = name).await;
    }

    /// Replaces the client secret that the engine holds.
    pub(crate) fn set_secret(&self, secret: &str) {
        self.engine
            .set_secret(&self.slug, SecretKind::ClientSecret, Secret::from(secret));
    }
}

/// How every login is run.
fn options(given: Given) -> LoginOptions {
    LoginOptions {
        opens_browser: true,
        patience: None,
        can_paste: false,
        pasted: mpsc::channel(1).1,
        given,
    }
}

/// A reporter that nobody listens to.
fn reporter() -> Reporter {
    Reporter::new(OperationId::next(), mpsc::channel(1).0, Arc::new(|| {}))
}

/// The checks with this outcome.
pub(crate) fn checks_that(session: &Session, outcome: Outcome) -> Vec<&Check> {
    session.checks.iter().filter(|check| check.outcome == outcome).collect()
}

/// The codes of what was wrong with the token response.
pub(crate) fn defects(session: &Session) -> Vec<&str> {
    session
        .tokens
        .defects
        .iter()
        .map(|defect| defect.code.as_str())
        .collect()
}

/// A session's access token, which nearly every one has.
#[track_caller]
pub(crate) fn access(session: &Session) -> &Token {
    session.tokens.access.as_ref().unwrap()
}

/// What stands in an answer under a name; null where nothing does.
pub(crate) fn member(answer: &ProviderAnswer, name: &str) -> serde_json::Value {
    let found = answer.members.iter().find(|member| member.name == name);
    found.map_or(serde_json::Value::Null, tokenscope::model::members::Member::value)
}

/// How the first check of this rule ended.
pub(crate) fn outcome(checks: &[Check], rule: &str) -> Option<Outcome> {
    checks.iter().find(|check| check.id == rule).map(|check| check.outcome)
}

/// A claim of the ID token; null where it has none of that name.
pub(crate) fn id_claim(session: &Session, name: &str) -> serde_json::Value {
    let id = session.tokens.id.as_ref().unwrap();
    id.decoded.payload.get(name).unwrap_or_default()
}

/// The fingerprint of one of a session's tokens.
pub(crate) fn fingerprint(session: &Session, kind: TokenKind) -> Option<Fingerprint> {
    session.tokens.get(kind).map(|token| token.fingerprint.clone())
}

/// No check failed, and these tokens have a signature that was verified with this algorithm.
#[track_caller]
pub(crate) fn assert_sound(session: &Session, signed: &[(TokenKind, &str)]) {
    assert_sound_but(session, &[], signed);
}

/// The same of a server that breaks these rules and no other.
pub(crate) fn assert_sound_but(session: &Session, broken: &[&str], signed: &[(TokenKind, &str)]) {
    let failed = checks_that(session, Outcome::Fail);
    let rules: Vec<&str> = failed.iter().map(|check| &*check.id).collect();
    assert_eq!(rules, broken, "{failed:?}");
    for (kind, alg) in signed {
        let found = session.signatures.iter().find(|(found, _)| found == kind);
        let (_, signature) = found.unwrap_or_else(|| panic!("no verdict on the {}", kind.label()));
        let verdict = (signature.status, signature.alg.as_deref());
        assert_eq!(
            verdict,
            (SignatureStatus::Valid, Some(*alg)),
            "{kind:?}: {}",
            signature.reason
        );
    }
}

/// A scratch folder: in memory where there is such a place, because databases wait for the disk at each change.
fn scratch() -> std::io::Result<TempDir> {
    let make = |parent: &str| TempDir::with_prefix_in("tokenscope-peer-", parent);
    make("/dev/shm").or_else(|_| make(env!("CARGO_TARGET_TMPDIR")))
}

/// A whole file at once; only for scratch folders.
fn put(path: &Path, text: &str) -> std::io::Result<()> {
    std::fs::File::create(path)?.write_all(text.as_bytes())
}
