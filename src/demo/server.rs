//! The running provider: what is bound, which path goes where, and how it stops.

use std::fmt;
use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{Method, StatusCode, Uri, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{any, get, post};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::{CancellationToken, DropGuard};
use url::Url;

use super::answer::Refusal;
use super::authorize;
use super::log::{self, LogLine};
use super::settings::{Lifetimes, Settings};
use super::sign::SigningKey;
use super::state::{Ids, Inner, Keys, Shared};
use super::tenant::{CLIENTS, ClientFacts};
use super::user::{USERS, UserFacts};
use super::{
    api, device, discovery, end_session, introspect, mycorp, pages, par, plain, redcore, reply, sign_in, token,
    userinfo,
};
use crate::model::{Clock, Random, Secret};

/// The longest body that is read, in bytes. A token request has a few hundred.
const BODY_LIMIT: usize = 64 * 1024;

/// How long [`Demo::stop`] waits for requests under way.
const STOP_LIMIT: Duration = Duration::from_secs(2);

/// How often another free port is tried when the IPv6 side of one is taken.
const PORT_ATTEMPTS: usize = 16;

/// Why the provider did not start.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// Somebody else listens there.
    #[error(
        "Port {port} on this machine is taken. Stop the program that listens there, or choose another port (0 takes any free one)"
    )]
    PortTaken {
        /// The port that was asked for.
        port: u16,
    },
    /// The system refuses, for instance a port below 1024 without the right to it.
    #[error("The demo provider cannot listen on port {port}: {source}. Choose another port (0 takes any free one)")]
    Bind {
        /// The port that was asked for.
        port: u16,
        /// What the system said.
        source: io::Error,
    },
    /// The cryptography library made no key.
    #[error(
        "The demo provider could not make its signing key. Try again; if it stays so, this system's random source is broken"
    )]
    Key,
}

/// The embedded identity provider, running. Stops when dropped, or in order with [`Demo::stop`].
pub struct Demo {
    shared: Shared,
    servers: JoinSet<io::Result<()>>,
    running: DropGuard,
}

impl Demo {
    /// Binds the loopback addresses, makes a key, and serves until stopped.
    pub async fn start(settings: Settings, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Result<Self, DemoError> {
        let (port, listeners) = bind(settings.port).await?;
        let ids = Ids::new(random);
        let (erp_net, my_corp) = tokio::join!(make_key(ids.short()), make_key(mycorp::KEY_NAME.to_owned()));
        let keys = Keys {
            erp_net: erp_net?,
            my_corp: my_corp?,
        };
        let mut base = Url::parse("http://127.0.0.1/").expect("a constant URL");
        base.set_port(Some(port)).expect("an http URL takes a port");
        let shared = Shared(Arc::new(Inner::new(base, clock, ids, keys, settings)));
        let stop = CancellationToken::new();
        let mut servers = JoinSet::new();
        for listener in listeners {
            let router = router(shared.clone());
            let stopped = stop.clone().cancelled_owned();
            servers.spawn(async move { axum::serve(listener, router).with_graceful_shutdown(stopped).await });
        }
        tracing::info!(base = %shared.base, "demo provider started");
        Ok(Self {
            shared,
            servers,
            running: stop.drop_guard(),
        })
    }

    /// `http://127.0.0.1:PORT/`. The issuer is `id` below it.
    pub fn base_url(&self) -> &Url {
        &self.shared.base
    }

    /// How long tokens that are issued now live.
    pub fn lifetimes(&self) -> Lifetimes {
        self.shared.lifetimes()
    }

    /// Changes how long tokens that are issued from now on live.
    pub fn set_lifetimes(&self, lifetimes: Lifetimes) {
        self.shared.set_lifetimes(lifetimes);
    }

    /// The public key `auth-key-2025` that MyCorp-Auth's tokens are verified with, as PEM (`SubjectPublicKeyInfo`).
    /// Its clients have it configured; here it is new at each start.
    pub fn verification_key(&self) -> String {
        self.shared
            .my_corp_key
            .public_pem()
            .expect("a key that was made can be written down")
    }

    /// The `kid` and the private key, as PEM (PKCS#8), of each key that tokens are signed with: for tokens that are made for
    /// tests. The keys are new at each start.
    pub fn signing_keys(&self) -> Vec<(String, Secret)> {
        [&self.shared.key, &self.shared.my_corp_key]
            .into_iter()
            .filter_map(|key| Some((key.kid().to_owned(), key.private_pem().ok()?)))
            .collect()
    }

    /// Whether each of redCORE's refreshes brings a new refresh token.
    pub fn always_issues_new_refresh_token(&self) -> bool {
        self.shared.always_issues_new_refresh_token()
    }

    /// Switches redCORE's option of this name, for the refreshes to come.
    pub fn set_always_issue_new_refresh_token(&self, on: bool) {
        self.shared.set_always_issue_new_refresh_token(on);
    }

    /// The last requests that were answered, oldest first. Holds no secret.
    pub fn log(&self) -> Vec<LogLine> {
        self.shared.log.snapshot()
    }

    /// Every registered application.
    pub fn clients() -> &'static [ClientFacts] {
        &CLIENTS
    }

    /// Every person who can sign in.
    pub fn users() -> &'static [UserFacts] {
        &USERS
    }

    /// Takes no more requests, answers those under way, and frees the port. Waits two seconds at the most.
    pub async fn stop(self) {
        let Self {
            mut servers, running, ..
        } = self;
        running.disarm().cancel();
        let all = async { while servers.join_next().await.is_some() {} };
        if tokio::time::timeout(STOP_LIMIT, all).await.is_err() {
            tracing::debug!("demo provider stopped with a request unfinished");
        }
    }
}

impl fmt::Debug for Demo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Demo")
            .field("base_url", &self.shared.base.as_str())
            .finish_non_exhaustive()
    }
}

/// Every path. Those of the five systems are exactly theirs.
fn router(shared: Shared) -> Router {
    Router::new()
        .route("/", get(index))
        .route(
            "/id/connect/authorize",
            get(authorize::authorize).post(authorize::authorize_form),
        )
        .route("/id/connect/token", post(token::token))
        .route("/id/connect/par", post(par::push))
        .route("/id/connect/deviceauthorization", post(device::authorization))
        .route("/id/device", get(device::page).post(device::enter))
        .route("/id/connect/userinfo", get(userinfo::userinfo).post(userinfo::userinfo))
        .route("/id/connect/introspect", post(introspect::introspect))
        .route("/id/connect/revocation", post(introspect::revoke))
        .route(
            "/id/connect/endsession",
            get(end_session::end_session).post(end_session::end_session_form),
        )
        .route("/id/login", get(sign_in::login_page).post(sign_in::login))
        .route("/id/consent", get(sign_in::consent_page).post(sign_in::consent))
        .route("/id/.well-known/openid-configuration", get(discovery::configuration))
        .route("/id/.well-known/openid-configuration/jwks", get(discovery::keys))
        .route("/api/domain/odata/Crm_Customers", get(api::customers))
        .route("/auth/login", post(mycorp::login))
        .route("/auth/refresh", post(mycorp::refresh))
        .route("/auth/keys/auth-key-2025.pem", get(mycorp::key))
        .route("/api/user/profile", get(mycorp::profile))
        .route("/api/oauth2/authorize", get(plain::authorize))
        .route("/api/oauth2/token", post(plain::token))
        .route("/api/oauth2/login", get(sign_in::login_page).post(sign_in::login))
        .route("/api/oauth2/consent", get(sign_in::consent_page).post(sign_in::consent))
        .route("/api/resource", get(plain::resource))
        .route("/index.php", any(redcore::index_php))
        .fallback(nothing_here)
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(middleware::from_fn_with_state(shared.clone(), date))
        .layer(middleware::from_fn_with_state(shared.clone(), log::record))
        .with_state(shared)
}

async fn index(State(shared): State<Shared>) -> Response {
    pages::index(
        &shared.issuer,
        shared.lifetimes(),
        shared.always_issues_new_refresh_token(),
        &shared.ids.short(),
    )
}

/// Makes an RSA key. Searching primes takes long enough to hold up everything else on a worker.
async fn make_key(kid: String) -> Result<SigningKey, DemoError> {
    tokio::task::spawn_blocking(|| SigningKey::generate(kid))
        .await
        .ok()
        .and_then(Result::ok)
        .ok_or(DemoError::Key)
}

/// What an address that leads nowhere gets: a page, or JSON where only programs ask.
async fn nothing_here(State(shared): State<Shared>, uri: Uri) -> Response {
    if is_for_programs(uri.path()) {
        let text = "There is nothing at this address. Check the path of the endpoint";
        return reply::error(StatusCode::NOT_FOUND, &Refusal::new("not_found", text));
    }
    pages::error(
        StatusCode::NOT_FOUND,
        "Nothing here",
        "The provider has no page at this address. Check the path of the endpoint.",
        &shared.ids.short(),
    )
}

/// What a request with a method that the path does not take gets.
async fn wrong_method(method: Method, uri: Uri) -> Response {
    let text = format!("{} does not take {method}. Check the method, or the path", uri.path());
    reply::error(StatusCode::METHOD_NOT_ALLOWED, &Refusal::new("invalid_request", text))
}

fn is_for_programs(path: &str) -> bool {
    ["/api/", "/auth/", "/id/connect/"]
        .iter()
        .any(|prefix| path.starts_with(prefix))
}

/// Sets `Date` by the provider's clock: a client learns the clock skew from it, and tokens go by that clock too.
async fn date(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let now = shared.clock.now();
    // The range that an HTTP date can hold: the years 1970 to 9999.
    if (0..253_402_300_800).contains(&now.as_second())
        && let Ok(value) = httpdate::fmt_http_date(SystemTime::from(now)).parse()
    {
        response.headers_mut().insert(header::DATE, value);
    }
    response
}

/// Listeners on the loopback addresses, all on one port: IPv4 always, IPv6 where the machine has it.
async fn bind(wanted: u16) -> Result<(u16, Vec<TcpListener>), DemoError> {
    let failed = |source: io::Error| match source.kind() {
        ErrorKind::AddrInUse => DemoError::PortTaken { port: wanted },
        _ => DemoError::Bind { port: wanted, source },
    };
    let mut attempts = if wanted == 0 { PORT_ATTEMPTS } else { 1 };
    loop {
        attempts -= 1;
        let v4 = TcpListener::bind((Ipv4Addr::LOCALHOST, wanted)).await.map_err(failed)?;
        let port = v4.local_addr().map_err(failed)?.port();
        match TcpListener::bind((Ipv6Addr::LOCALHOST, port)).await {
            Ok(v6) => return Ok((port, vec![v4, v6])),
            // A stranger on the same port of ::1 would answer a browser that turns "localhost" into ::1 first.
            Err(error) if error.kind() == ErrorKind::AddrInUse && attempts > 0 => {}
            Err(error) if error.kind() == ErrorKind::AddrInUse => return Err(failed(error)),
            Err(error) => {
                tracing::debug!(%error, "no IPv6 loopback for the demo provider");
                return Ok((port, vec![v4]));
            }
        }
    }
}
