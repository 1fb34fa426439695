//! The two servers: other people's software, each started once for each configuration and shared by the tests.

use std::collections::{BTreeMap, VecDeque};
use std::io::Write as _;
use std::ops::Deref;
use std::process::Command;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use tokenscope::model::profile::ClientAuthentication;

use super::certificate::{Certificates, write_certificates};
use super::installed;
use super::ports::free_ports;
use super::server::Server;

/// Set by `tests/run.sh`: a missing server is a failure then.
const REQUIRED: &str = "TOKENSCOPE_REQUIRE_PEERS";

/// How many redirect URIs a glewlwyd registers: more than one test has profiles.
const REDIRECT_PORTS: usize = 8;

/// Which software.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    OidcProvider,
    Glewlwyd,
}

/// A server, for the use of one test.
pub(crate) struct Peer {
    running: &'static Running,
    /// Glewlwyd on SQLite mixes up the rows that two requests at once insert, and answers 500: one test at a time.
    _turn: Option<MutexGuard<'static, ()>>,
}

/// A server that runs, shared by all tests that want it so configured.
pub(crate) struct Running {
    pub(crate) kind: Kind,
    /// The certificates that it goes by; none: it speaks HTTP.
    pub(crate) certificates: Option<Certificates>,
    /// The private key of its client `pkjwt` or `glw-pkjwt`, as a JWK.
    pub(crate) client_jwk: String,
    redirect_ports: Mutex<VecDeque<u16>>,
    turn: Mutex<()>,
    server: Server,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Configuration {
    kind: Kind,
    environment: Vec<(String, String)>,
    has_tls: bool,
}

type Slot = &'static OnceLock<Result<Running, String>>;

static RUNNING: Mutex<BTreeMap<Configuration, Slot>> = Mutex::new(BTreeMap::new());

impl Peer {
    /// oidc-provider as it is. None: the test is skipped, and that is said.
    pub(crate) fn oidc() -> Option<Self> {
        Self::oidc_with(&[])
    }

    /// oidc-provider with this environment; `server.mjs` lists what it knows.
    pub(crate) fn oidc_with(environment: &[(&str, &str)]) -> Option<Self> {
        Self::shared(Kind::OidcProvider, environment, false)
    }

    /// oidc-provider over TLS, its certificate from a private authority.
    pub(crate) fn oidc_tls() -> Option<Self> {
        Self::shared(Kind::OidcProvider, &[], true)
    }

    /// glewlwyd as it is. Ask once a test: a second time would wait for the first.
    pub(crate) fn glewlwyd() -> Option<Self> {
        Self::glewlwyd_with(&[])
    }

    /// glewlwyd with this environment; `setup.mjs` lists what it knows.
    pub(crate) fn glewlwyd_with(environment: &[(&str, &str)]) -> Option<Self> {
        Self::shared(Kind::Glewlwyd, environment, false)
    }

    fn shared(kind: Kind, environment: &[(&str, &str)], has_tls: bool) -> Option<Self> {
        if let Some(missing) = installed::missing(kind) {
            assert!(std::env::var_os(REQUIRED).is_none(), "{missing}");
            let test = std::thread::current().name().unwrap_or("a test").to_owned();
            // Past the test runner, which shows what a test prints only when it fails.
            let _ = writeln!(std::io::stderr(), "skipped: {test}: {missing}");
            return None;
        }
        let configuration = Configuration {
            kind,
            environment: environment
                .iter()
                .map(|(name, value)| ((*name).into(), (*value).into()))
                .collect(),
            has_tls,
        };
        let mut running = RUNNING.lock().unwrap();
        let slot = *running
            .entry(configuration.clone())
            .or_insert_with(|| Box::leak(Box::default()));
        drop(running);
        match slot.get_or_init(|| Running::start(&configuration).map_err(|error| error.to_string())) {
            Ok(running) => Some(Self {
                running,
                _turn: (kind == Kind::Glewlwyd).then(|| running.turn.lock().unwrap_or_else(PoisonError::into_inner)),
            }),
            Err(error) => panic!("{error}"),
        }
    }

    /// The server itself, which outlives the test.
    pub(super) fn running(&self) -> &'static Running {
        self.running
    }
}

impl Deref for Peer {
    type Target = Running;

    fn deref(&self) -> &Running {
        self.running
    }
}

impl Running {
    fn start(configuration: &Configuration) -> Result<Self, Box<dyn std::error::Error>> {
        let scratch = super::scratch()?;
        let client_jwk = scratch.path().join("client.jwk");
        let redirect_ports = free_ports(REDIRECT_PORTS);
        let mut certificates = None;
        let mut command = match configuration.kind {
            Kind::OidcProvider => {
                let mut command = Command::new(installed::node());
                command.arg(installed::folder(configuration.kind).join("server.mjs"));
                command
            }
            Kind::Glewlwyd => {
                let mut command = Command::new(installed::folder(configuration.kind).join("start.sh"));
                command.env("PORT", free_ports(1)[0].to_string());
                command.env("SCRATCH", scratch.path());
                command
            }
        };
        if configuration.has_tls {
            certificates = Some(write_certificates(scratch.path())?);
            command.env("TLS_CA", scratch.path().join("ca.pem"));
            command.env("TLS_CERT", scratch.path().join("server.pem"));
            command.env("TLS_KEY", scratch.path().join("server.key"));
        }
        let texts: Vec<String> = redirect_ports.iter().map(u16::to_string).collect();
        command.env("REDIRECT_PORTS", texts.join(","));
        command.env("CLIENT_JWK", &client_jwk);
        command.envs(configuration.environment.iter().map(|(name, value)| (name, value)));
        let server = Server::start(command)?;
        let client_jwk = std::fs::read_to_string(client_jwk)?;
        if configuration.kind == Kind::Glewlwyd {
            // It goes on living there, and clears it away itself.
            let _ = scratch.keep();
        }
        Ok(Self {
            kind: configuration.kind,
            certificates,
            client_jwk,
            redirect_ports: Mutex::new(redirect_ports.into()),
            turn: Mutex::default(),
            server,
        })
    }

    /// The issuer's identifier.
    pub(crate) fn issuer(&self) -> &str {
        &self.server.issuer
    }

    /// A redirect URI that every client of this peer has registered, for the use of one profile.
    pub(crate) fn redirect_uri(&self) -> String {
        match self.kind {
            // Native clients: any loopback port (RFC 8252 §7.3).
            Kind::OidcProvider => "http://127.0.0.1:0/callback".to_owned(),
            Kind::Glewlwyd => self.fixed_redirect_uri(),
        }
    }

    /// The same with a port of its own, for a client whose redirect URIs match letter by letter.
    pub(crate) fn fixed_redirect_uri(&self) -> String {
        let mut ports = self.redirect_ports.lock().unwrap();
        ports.rotate_left(1);
        format!("http://127.0.0.1:{}/callback", ports[0])
    }

    /// The authority of its server certificate, as PEM; empty where it speaks HTTP.
    pub(crate) fn ca_pem(&self) -> &str {
        self.certificates.as_ref().map_or("", |known| &known.ca)
    }

    /// An HTTP client that follows nothing, asks no proxy and trusts this peer.
    pub(crate) fn client(&self) -> reqwest::Client {
        let ca = self.certificates.iter();
        reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .tls_certs_only(ca.map(|known| reqwest::Certificate::from_pem(known.ca.as_bytes()).unwrap()))
            .build()
            .unwrap()
    }

    /// What it says of itself (OpenID Connect Discovery §4).
    pub(crate) async fn metadata(&self) -> serde_json::Value {
        let address = format!("{}/.well-known/openid-configuration", self.issuer());
        let answer = self.client().get(address).send().await.unwrap();
        answer.json().await.unwrap()
    }
}

/// How a client of either server proves who it is, and its secret.
pub(crate) fn credentials(client_id: &str) -> (ClientAuthentication, Option<&'static str>) {
    use ClientAuthentication::{
        ClientSecretBasic, ClientSecretBasicRaw, ClientSecretJwt, ClientSecretPost, None as Public, PrivateKeyJwt,
        TlsClientAuth,
    };
    match client_id {
        "basic" => (ClientSecretBasic, Some("s3cr:et/+ %basic")),
        "post" => (ClientSecretPost, Some("post-secret-post-secret")),
        "hs256" => (ClientSecretPost, Some("hs256-idtoken-secret-0123456789abcdef")),
        "glw-basic" => (ClientSecretBasicRaw, Some("s3cr:et/+ %basic")),
        "glw-simple" => (ClientSecretBasic, Some("simple-secret")),
        "glw-post" => (ClientSecretPost, Some("post-secret")),
        "jwt-secret" | "glw-jwt-secret" => (ClientSecretJwt, Some("hs256-secret-hs256-secret-hs256-secret")),
        "pkjwt" | "glw-pkjwt" => (PrivateKeyJwt, None),
        "mtls" => (TlsClientAuth, None),
        _ => (Public, None),
    }
}
