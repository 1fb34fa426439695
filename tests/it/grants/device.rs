//! The device authorization grant (RFC 8628).

use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::SignedDuration;
use tokenscope::cli::visitor;
use tokenscope::engine::{Blame, LoginStep};
use tokenscope::flow::{OpenBrowser, Sleep};
use tokenscope::model::clock::ManualClock;
use tokenscope::model::profile::{ClientAuthentication, ClientType, Grant};
use tokenscope::model::{Profile, Secret, SecretKind};
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::{assert_nothing_failed, outcome, saved, sent, steps, test_app};
use crate::support::server::{Reply, Server, http, json};
use crate::support::{World, custom, log_in, nobody, refresh, reporter, slug, step, with_browser};

const CODES: &str = r#"{"device_code":"the-device-code","user_code":"WDJB-MJHT","verification_uri":"https://idp.example/device","expires_in":600}"#;
const TOKENS: &str = r#"{"access_token":"opaque-access","token_type":"Bearer","expires_in":3600,"refresh_token":"r1"}"#;

fn refusal(error: &str) -> Reply {
    json(400, &format!(r#"{{"error":"{error}"}}"#))
}

/// Waits by moving the clock, and keeps how many seconds each wait had.
#[derive(Clone, Default)]
struct Waits(Arc<Mutex<Vec<u64>>>);

impl Waits {
    fn sleep(&self, clock: Arc<ManualClock>) -> Sleep {
        self.sleep_with(clock, None)
    }

    /// The same; from the second wait on it lasts until `person` has done what she is now told to do, too.
    fn sleep_with(&self, clock: Arc<ManualClock>, person: Option<Person>) -> Sleep {
        let waits = self.0.clone();
        Arc::new(move |time: Duration| {
            let (person, clock, waits) = (person.clone(), clock.clone(), waits.clone());
            Box::pin(async move {
                let is_first = waits.lock().unwrap().is_empty();
                waits.lock().unwrap().push(time.as_secs());
                clock.advance(SignedDuration::try_from(time).unwrap());
                if let Some(person) = person.filter(|_| !is_first) {
                    person.begins.send_replace(true);
                    person.is_done.subscribe().wait_for(|is_done| *is_done).await.unwrap();
                }
            })
        })
    }

    fn taken(&self) -> Vec<u64> {
        self.0.lock().unwrap().clone()
    }
}

/// Somebody who begins when she is told to.
#[derive(Clone)]
struct Person {
    begins: Arc<watch::Sender<bool>>,
    is_done: Arc<watch::Sender<bool>>,
}

/// A world in which nobody opens a page and waiting takes no time.
fn hurried() -> (World, Waits) {
    let mut world = World::with_browser(nobody());
    let waits = Waits::default();
    world.options.sleep = waits.sleep(world.clock.clone());
    (world, waits)
}

fn device(base: &Url) -> Profile {
    Profile {
        grant: Grant::DeviceCode,
        device_authorization_endpoint: "/device".to_owned(),
        ..custom(base)
    }
}

#[tokio::test]
async fn a_code_that_was_typed_elsewhere_gives_tokens() {
    let person = Person {
        begins: Arc::new(watch::Sender::new(false)),
        is_done: Arc::new(watch::Sender::new(false)),
    };
    let somebody = person.clone();
    let browser: OpenBrowser = Arc::new(move |page: &Url| {
        let (page, person) = (page.clone(), somebody.clone());
        Handle::current().spawn(async move {
            person.begins.subscribe().wait_for(|begins| *begins).await.unwrap();
            // It ends at a page that leads nowhere: the device goes on.
            let _ = visitor::sign_in(&page, "admin", "admin").await;
            person.is_done.send_replace(true);
        });
        Ok(())
    });
    let mut world = World::with_browser(browser);
    let waits = Waits::default();
    world.options.sleep = waits.sleep_with(world.clock.clone(), Some(person));
    let engine = world.engine().await;
    let profile = Profile {
        grant: Grant::DeviceCode,
        ..test_app()
    };
    let profile = saved(&engine, profile).await;
    let (reporter, ear) = reporter();
    let session = engine.login(&slug(&profile), with_browser(), &reporter).await.unwrap();
    assert_nothing_failed(&session);
    assert!(session.tokens.id.is_some() && session.tokens.refresh.is_some());
    assert_eq!(waits.taken(), [5, 5]);

    let steps = steps(ear);
    let prompt = steps.iter().find_map(|step| match step {
        LoginStep::Device(prompt) => Some(prompt),
        _ => None,
    });
    let prompt = prompt.unwrap();
    assert!(prompt.verification_uri.ends_with("/id/device"));
    let complete = prompt.verification_uri_complete.as_deref().unwrap();
    assert!(complete.ends_with(&prompt.user_code), "{complete}");
    let left = prompt.expires_at.duration_since(crate::support::start());
    assert_eq!(left.as_secs(), 600);
    let polled = steps.iter().filter_map(|step| match step {
        LoginStep::Polled { times, wait_s, said } => Some((*times, *wait_s, said.as_str())),
        _ => None,
    });
    assert_eq!(polled.collect::<Vec<_>>(), [(1, 5, "authorization_pending")]);
    assert_eq!(refresh(&engine, &profile).await.unwrap().generation, 2);
}

#[tokio::test]
async fn slow_down_holds_for_good_and_an_unreachable_server_is_asked_more_and_more_rarely() {
    let server = Server::start([
        json(200, CODES),
        refusal("authorization_pending"),
        refusal("slow_down"),
        refusal("authorization_pending"),
        json(503, "{}"),
        Reply::CutOff(String::new()),
        refusal("authorization_pending"),
        json(200, TOKENS),
    ])
    .await;
    let (world, waits) = hurried();
    let engine = world.engine().await;
    let profile = Profile {
        client_type: ClientType::Confidential,
        client_authentication: ClientAuthentication::ClientSecretBasic,
        scope: "read".to_owned(),
        resource: vec!["https://api.example".to_owned()],
        authorize_parameters: vec!["tenant=1".to_owned()],
        ..device(&server.url)
    };
    let profile = saved(&engine, profile).await;
    engine.set_secret(&slug(&profile), SecretKind::ClientSecret, Secret::new("s3cret"));
    let session = log_in(&engine, &profile).await.unwrap();
    // No interval means 5; slow_down adds 5 for good; each failure doubles until the server is heard again.
    assert_eq!(waits.taken(), [5, 5, 10, 10, 20, 40, 10]);
    assert_eq!(session.tokens.access.as_ref().unwrap().value.expose(), "opaque-access");

    let requests = server.requests();
    assert!(requests[0].starts_with("POST /device "));
    assert_eq!(sent(&requests[0], "scope"), ["read"]);
    assert_eq!(sent(&requests[0], "resource"), ["https://api.example"]);
    assert_eq!(sent(&requests[0], "tenant"), ["1"]);
    for poll in &requests[1..] {
        assert!(poll.starts_with("POST /token "));
        assert_eq!(
            sent(poll, "grant_type"),
            ["urn:ietf:params:oauth:grant-type:device_code"]
        );
        assert_eq!(sent(poll, "device_code"), ["the-device-code"]);
    }
    let authenticated = requests
        .iter()
        .filter(|request| request.contains("authorization: Basic "));
    assert_eq!(authenticated.count(), requests.len());
}

#[tokio::test]
async fn of_tries_that_heard_the_same_the_first_and_the_last_are_kept() {
    let pending = |trace: u32| {
        let body = format!(r#"{{"error":"authorization_pending","error_description":"Trace {trace}"}}"#);
        json(400, &body)
    };
    let server = Server::start([json(200, CODES)]).await;
    for trace in 0..20 {
        server.then(pending(trace));
    }
    server.then(refusal("slow_down"));
    server.then(pending(20));
    server.then(json(200, TOKENS));
    let (world, waits) = hurried();
    let engine = world.engine().await;
    let profile = saved(&engine, device(&server.url)).await;
    log_in(&engine, &profile).await.unwrap();
    assert_eq!(waits.taken().len(), 23);
    let mut kept = world.database().exchanges(&slug(&profile), 100).unwrap();
    kept.sort_by_key(|(id, _)| *id);
    let bodies = kept.iter().map(|(_, exchange)| exchange.response.as_ref().unwrap());
    let said: Vec<&str> = bodies
        .map(|answer| {
            let words = [
                "user_code",
                "Trace 0",
                "Trace 19",
                "slow_down",
                "Trace 20",
                "access_token",
            ];
            words.into_iter().find(|word| answer.body.contains(word)).unwrap_or("?")
        })
        .collect();
    assert_eq!(
        said,
        [
            "user_code",
            "Trace 0",
            "Trace 19",
            "slow_down",
            "Trace 20",
            "access_token"
        ]
    );
}

#[tokio::test]
async fn each_end_of_the_polling_is_told_with_what_to_do() {
    for (reply, code, says, hint) in [
        (
            refusal("access_denied"),
            "access_denied",
            "declined in the browser",
            "allow it",
        ),
        (
            refusal("expired_token"),
            "expired_token",
            "not entered in time",
            "in time",
        ),
        (
            refusal("invalid_grant"),
            "invalid_grant",
            "token endpoint refused: invalid_grant",
            "new code",
        ),
        (
            refusal("invalid_client"),
            "invalid_client",
            "invalid_client",
            "“Client authentication”",
        ),
        (
            http(401, "", ""),
            "no_token",
            "answered 401 without a token",
            "“Client authentication”",
        ),
        (
            http(302, "location: /elsewhere\r\n", ""),
            "redirected",
            "redirects to /elsewhere",
            "“Token endpoint”",
        ),
    ] {
        let server = Server::start([json(200, CODES), refusal("authorization_pending"), reply]).await;
        let (world, waits) = hurried();
        let engine = world.engine().await;
        let profile = saved(&engine, device(&server.url)).await;
        let failure = log_in(&engine, &profile).await.unwrap_err();
        assert_eq!((failure.code.as_str(), failure.blame), (code, Blame::Provider));
        assert!(failure.message.contains(says), "{failure:?}");
        assert!(failure.hint.contains(hint), "{failure:?}");
        assert_eq!(waits.taken(), [5, 5]);
    }
}

#[tokio::test]
async fn a_code_that_is_over_is_not_asked_for_any_more() {
    let codes = CODES.replace("600", "12");
    let pending = || refusal("authorization_pending");
    let server = Server::start([json(200, &codes), pending(), pending(), pending()]).await;
    let (world, waits) = hurried();
    let engine = world.engine().await;
    let profile = saved(&engine, device(&server.url)).await;
    let failure = log_in(&engine, &profile).await.unwrap_err();
    assert_eq!(failure.code, "expired_token");
    // The last question comes just before the end.
    assert_eq!(waits.taken(), [5, 5, 2]);
    assert_eq!(server.requests().len(), 4);
}

#[tokio::test]
async fn a_device_endpoint_that_gives_no_code_is_named() {
    for (reply, code, says, hint) in [
        (
            json(
                400,
                r#"{"error":"unauthorized_client","error_description":"Not for devices"}"#,
            ),
            "unauthorized_client",
            "The device endpoint refused: unauthorized_client, “Not for devices” (status 400)",
            "enable this grant",
        ),
        (
            http(404, "content-type: text/html\r\n", "<html>"),
            "no_device_code",
            "no usable device_code",
            "“Device endpoint”",
        ),
        (
            json(200, r#"{"device_code":"d","user_code":"u"}"#),
            "no_device_code",
            "no usable verification_uri",
            "“Device endpoint”",
        ),
        (http(500, "", ""), "no_device_code", "no usable", "Try again later"),
        (
            http(307, "location: https://other.example/\r\n", ""),
            "redirected",
            "The device endpoint redirects to https://other.example/",
            "as “Device endpoint”",
        ),
    ] {
        let server = Server::start([reply]).await;
        let (world, waits) = hurried();
        let engine = world.engine().await;
        let profile = saved(&engine, device(&server.url)).await;
        let failure = log_in(&engine, &profile).await.unwrap_err();
        assert_eq!(failure.code, code);
        assert!(failure.message.contains(says), "{failure:?}");
        assert!(failure.hint.contains(hint), "{failure:?}");
        assert!(waits.taken().is_empty());
    }
}

#[tokio::test]
async fn an_old_drafts_answer_is_used_and_its_oddities_are_told() {
    let codes = r#"{"device_code":"d","user_code":"u","verification_url":"https://idp.example/device","interval":1}"#;
    let server = Server::start([json(200, codes), json(200, TOKENS)]).await;
    let (world, waits) = hurried();
    let engine = world.engine().await;
    let profile = saved(&engine, device(&server.url)).await;
    let session = log_in(&engine, &profile).await.unwrap();
    assert_eq!(waits.taken(), [1]);
    let warn = Some(tokenscope::model::checks::Outcome::Warn);
    assert_eq!(outcome(&session, "device.verification_url"), warn);
    assert_eq!(outcome(&session, "device.no_expires_in"), warn);
}

#[tokio::test]
async fn the_wait_for_the_person_can_be_cancelled() {
    let server = Server::start([json(200, CODES)]).await;
    let mut world = World::with_browser(nobody());
    world.options.sleep = Arc::new(|_| Box::pin(std::future::pending()));
    let engine = world.engine().await;
    let profile = slug(&saved(&engine, device(&server.url)).await);
    let (reporter, mut ear) = reporter();
    let stop = CancellationToken::new();
    let login = engine.login_until(&profile, with_browser(), &stop, &reporter);
    let cancelling = async {
        step(&mut ear, |step| matches!(step, LoginStep::Waiting(_)).then_some(())).await;
        stop.cancel();
    };
    let (result, ()) = tokio::join!(login, cancelling);
    assert_eq!(result.unwrap_err().blame, Blame::Cancelled);
    assert_eq!(server.requests().len(), 1);
}
