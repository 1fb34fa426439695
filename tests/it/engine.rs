//! The engine against the embedded provider: sessions, refreshes, calls, and everything that ends them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::SignedDuration;
use tokenscope::engine::{Blame, EventKind, Given, LoginOptions};
use tokenscope::flow::{LoginStep, OpenBrowser};
use tokenscope::model::checks::Outcome;
use tokenscope::model::history::{HistoryKind, TokenRecord};
use tokenscope::model::lifetime::ExpiresFrom;
use tokenscope::model::profile::{ClientAuthentication, ClientType};
use tokenscope::model::response_type::{ResponseMode, ResponseType};
use tokenscope::model::verify::SignatureStatus;
use tokenscope::model::{Clock as _, Profile, Secret, SecretKind, TokenKind};
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use url::Url;
use wiremock::matchers::path;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::server::{Reply, Server, json};
use crate::support::{
    PATIENCE, World, address, answers, callback, client, custom, history, is_free, log_in, nobody, parameter, refresh,
    reporter, signs_in, slug, start, step, with_browser,
};

const TOKENS: &str = r#"{"access_token":"opaque-access","token_type":"Bearer","expires_in":3600,"refresh_token":"r1"}"#;

#[tokio::test]
async fn a_login_on_each_demo_profile_gives_tokens_that_pass_every_check() {
    let world = World::new();
    let engine = world.engine().await;
    for (profile, has_id_token) in [("erp-net", true), ("erp-net-interactive", false)] {
        let session = log_in(&engine, profile).await.unwrap();
        assert_eq!((session.generation, session.is_over), (1, false));
        assert_eq!(session.tokens.id.is_some(), has_id_token, "{profile}");
        assert!(session.tokens.refresh.is_some());
        assert!(session.previous.is_none());
        for (kind, signature) in &session.signatures {
            assert_eq!(
                signature.status,
                SignatureStatus::Valid,
                "{profile} {kind:?} {}",
                signature.reason
            );
        }
        let failed: Vec<_> = session.checks.iter().filter(|c| c.outcome == Outcome::Fail).collect();
        assert!(failed.is_empty(), "{failed:?}");
        // The seed's responses have no token_type: used all the same, and said.
        assert!(session.checks.iter().any(|check| check.id == "response.no_token_type"));
        let access = &session.tokens.access.as_ref().unwrap().lifetime;
        assert_eq!((access.lifetime_s(), access.from), (Some(3600), ExpiresFrom::Both));

        let rows = history(&engine, profile).await;
        assert_eq!(rows.len(), 1);
        assert_eq!((rows[0].kind, rows[0].generation), (HistoryKind::Login, Some(1)));
        assert_eq!(
            rows[0].access.as_ref().unwrap().fingerprint,
            session.tokens.access.as_ref().unwrap().fingerprint
        );
        assert_eq!(engine.session(&slug(profile)).unwrap().tokens, session.tokens);
    }
}

#[tokio::test]
async fn every_way_of_the_answer_to_the_redirect_uri_works() {
    let world = World::new();
    let engine = world.engine().await;
    let [hybrid, plain] = ["erp-net", "erp-net-interactive"].map(slug);
    for (profile, mode) in [
        (&hybrid, ResponseMode::Fragment),
        (&hybrid, ResponseMode::FormPost),
        (&plain, ResponseMode::Query),
        (&plain, ResponseMode::Fragment),
        (&plain, ResponseMode::FormPost),
    ] {
        let mut changed = engine.profile(profile).await.unwrap();
        changed.response_mode = Some(mode);
        engine.save_profile(changed).await.unwrap();
        let session = log_in(&engine, profile.as_str()).await.unwrap();
        let failed: Vec<_> = session.checks.iter().filter(|c| c.outcome == Outcome::Fail).collect();
        assert!(failed.is_empty(), "{profile} {mode:?}: {failed:?}");
    }
}

#[tokio::test]
async fn the_steps_of_a_login_are_told_in_order_and_its_row_before_its_tokens() {
    let world = World::new();
    let engine = world.engine().await;
    let (reporter, mut ear) = reporter();
    engine.login(&slug("erp-net"), with_browser(), &reporter).await.unwrap();
    let mut told = Vec::new();
    while let Ok(event) = ear.try_recv() {
        assert_eq!(event.operation, reporter.operation());
        told.push(match event.kind {
            // When the keys come depends on the network.
            EventKind::Login {
                step: LoginStep::Keys { keys, .. },
                ..
            } => {
                keys.unwrap();
                continue;
            }
            EventKind::Login { step, .. } => match step {
                LoginStep::Waiting(until) => {
                    assert_eq!(until, start() + SignedDuration::try_from(PATIENCE).unwrap());
                    "waiting"
                }
                LoginStep::Listening(uri) => {
                    assert!(uri.starts_with("http://localhost:") && !uri.contains(":0/"), "{uri}");
                    "listening"
                }
                LoginStep::Address(_) => "address",
                LoginStep::Browser(opened) => {
                    opened.unwrap();
                    "browser"
                }
                LoginStep::CalledBack => "called back",
                LoginStep::Exchanging => "exchanging",
                LoginStep::Checking => "checking",
                other => panic!("{other:?}"),
            },
            EventKind::DemoChanged { .. } => "demo",
            EventKind::HistoryAdded(_) => "row",
            EventKind::SessionChanged { .. } => "tokens",
            other => panic!("{other:?}"),
        });
    }
    let expected = [
        "demo",
        "listening",
        "address",
        "browser",
        "waiting",
        "called back",
        "exchanging",
        "checking",
        "row",
        "tokens",
    ];
    assert_eq!(told, expected);
}

#[tokio::test]
async fn a_refresh_rotates_both_tokens_and_remembers_the_generation_before() {
    let world = World::new();
    let engine = world.engine().await;
    let first = log_in(&engine, "erp-net").await.unwrap();
    world.clock.advance(SignedDuration::from_mins(18));
    let second = refresh(&engine, "erp-net").await.unwrap();
    assert_eq!(second.generation, 2);
    assert!(second.tokens.refresh_rotated);
    for kind in [TokenKind::Access, TokenKind::Refresh] {
        let fingerprint = |session: &tokenscope::engine::Session| session.tokens.get(kind).unwrap().fingerprint.clone();
        assert_ne!(fingerprint(&first), fingerprint(&second), "{kind:?}");
    }
    let previous = second.previous.as_ref().unwrap();
    assert_eq!(previous.access, first.tokens.access.as_ref().map(TokenRecord::of));
    let started = second.tokens.access.as_ref().unwrap().lifetime.expires_at.unwrap() - SignedDuration::from_hours(1);
    assert_eq!(started, start() + SignedDuration::from_mins(18));
    let rows = history(&engine, "erp-net").await;
    let kinds: Vec<_> = rows
        .iter()
        .map(|row| (row.kind, row.generation, row.refresh_rotated))
        .collect();
    assert_eq!(
        kinds,
        [
            (HistoryKind::Refresh, Some(2), Some(true)),
            (HistoryKind::Login, Some(1), Some(true))
        ]
    );
}

#[tokio::test]
async fn five_refreshes_at_once_are_one_request() {
    let world = World::new();
    let engine = world.engine().await;
    log_in(&engine, "erp-net").await.unwrap();
    let all = tokio::join!(
        refresh(&engine, "erp-net"),
        refresh(&engine, "erp-net"),
        refresh(&engine, "erp-net"),
        refresh(&engine, "erp-net"),
        refresh(&engine, "erp-net"),
    );
    for session in [all.0, all.1, all.2, all.3, all.4] {
        assert_eq!(session.unwrap().generation, 2);
    }
    let asked = engine.demo_log().into_iter();
    let token_requests = asked.filter(|line| line.request.starts_with("POST /id/connect/token"));
    assert_eq!(token_requests.count(), 2, "the code, and one refresh");
    // The family is alive: nobody presented an old one.
    assert_eq!(refresh(&engine, "erp-net").await.unwrap().generation, 3);
}

#[tokio::test]
async fn a_refresh_whose_caller_went_away_is_finished() {
    let server = Server::start([json(200, TOKENS)]).await;
    let world = World::with_browser(answers("code=c"));
    let engine = world.engine_at(&server.url).await;
    log_in(&engine, "custom").await.unwrap();
    server.then(json(200, &TOKENS.replace("r1", "r2")));
    let (reporter, mut ear) = reporter();
    let custom = slug("custom");
    let mut asked = Box::pin(engine.refresh(&custom, &reporter));
    // Polled once, so that the request is under way, and dropped.
    tokio::select! {
        biased;
        _ = &mut asked => panic!("an answer before anything was sent"),
        () = std::future::ready(()) => {}
    }
    drop(asked);
    loop {
        let event = tokio::time::timeout(PATIENCE, ear.recv()).await.unwrap().unwrap();
        if let EventKind::SessionChanged { session, .. } = event.kind {
            assert_eq!(session.tokens.refresh.as_ref().unwrap().value.expose(), "r2");
            break;
        }
    }
    assert_eq!(engine.session(&slug("custom")).unwrap().generation, 2);
}

#[tokio::test]
async fn a_login_that_is_dropped_closes_its_port() {
    let world = World::with_browser(nobody());
    let engine = world.engine().await;
    let (reporter, mut ear) = reporter();
    let erp_net = slug("erp-net");
    let login = engine.login(&erp_net, with_browser(), &reporter);
    let listening = step(&mut ear, |step| match step {
        LoginStep::Listening(uri) => Url::parse(uri).unwrap().port(),
        _ => None,
    });
    let port = tokio::select! {
        ended = login => panic!("{ended:?}"),
        port = listening => port,
    };
    is_free(port).await;
    assert!(engine.session(&slug("erp-net")).is_none());
    assert_eq!(history(&engine, "erp-net").await, []);
}

#[tokio::test]
async fn an_error_without_a_state_is_told_when_nobody_else_came() {
    let lost: OpenBrowser = Arc::new(|address: &Url| {
        let uri = parameter(address, "redirect_uri");
        let address = format!("{uri}?error=invalid_scope&error_description=No+such");
        Handle::current().spawn(client().get(address).send());
        Ok(())
    });
    let mut message = String::new();
    // How long the browser takes is not known: a slow machine gets another try.
    for patience_ms in [200, 2_000, 60_000] {
        let mut world = World::with_browser(lost.clone());
        world.options.patience = std::time::Duration::from_millis(patience_ms);
        let engine = world.engine().await;
        let failure = log_in(&engine, "erp-net").await.unwrap_err();
        assert_eq!(failure.code, "nobody_came");
        message = failure.message;
        if message.contains("invalid_scope") {
            assert!(failure.hint.contains("“Scopes”"), "{}", failure.hint);
            break;
        }
    }
    assert!(
        message.ends_with("An answer without state said invalid_scope (No such)"),
        "{message}"
    );
}

#[tokio::test]
async fn an_answer_without_the_right_state_is_what_a_login_ends_with_to_which_no_other_came() {
    for (parameters, says) in [
        ("code=c", "one came without state (RFC 6749 §10.12)"),
        (
            "code=c&state=another",
            "one came with another state than was sent (RFC 6749 §10.12)",
        ),
    ] {
        let forgetful: OpenBrowser = Arc::new(move |address: &Url| {
            let address = format!("{}?{parameters}", parameter(address, "redirect_uri"));
            Handle::current().spawn(client().get(address).send());
            Ok(())
        });
        // How long the browser takes is not known: a slow machine gets another try.
        for patience_ms in [200, 2_000, 60_000] {
            let mut world = World::with_browser(forgetful.clone());
            world.options.patience = std::time::Duration::from_millis(patience_ms);
            let engine = world.engine().await;
            let failure = log_in(&engine, "erp-net").await.unwrap_err();
            assert_eq!(failure.code, "nobody_came");
            if failure.message.contains("Nobody signed in") && patience_ms < 60_000 {
                continue;
            }
            assert!(failure.message.ends_with(says), "{failure:?}");
            assert!(failure.hint.contains("send state back"), "{failure:?}");
            let [check] = failure.checks.as_slice() else {
                panic!("{failure:?}")
            };
            assert_eq!((&*check.id, check.outcome), ("callback.state", Outcome::Fail));
            let rows = history(&engine, "erp-net").await;
            assert_eq!(rows[0].note, failure.message);
            break;
        }
    }
}

#[tokio::test]
async fn a_login_to_which_nobody_comes_ends_and_says_so() {
    let mut world = World::with_browser(nobody());
    world.options.patience = std::time::Duration::from_millis(20);
    let engine = world.engine().await;
    let failure = log_in(&engine, "erp-net").await.unwrap_err();
    assert_eq!((failure.code.as_str(), failure.blame), ("nobody_came", Blame::Provider));
    assert!(
        failure.message.contains("Nobody signed in") && failure.hint.contains("browser"),
        "{failure:?}"
    );
    let rows = history(&engine, "erp-net").await;
    assert_eq!(
        (rows[0].kind, rows[0].error.as_deref()),
        (HistoryKind::LoginFailed, Some("nobody_came"))
    );
}

#[tokio::test]
async fn a_refusal_is_told_in_the_providers_word_and_leaves_the_tokens_before() {
    let visits = AtomicUsize::new(0);
    let world = World::with_browser(Arc::new(move |address| match visits.fetch_add(1, Ordering::SeqCst) {
        0 => signs_in()(address),
        _ => answers("error=access_denied&error_description=The+user+said+no")(address),
    }));
    let engine = world.engine().await;
    let session = log_in(&engine, "erp-net").await.unwrap();
    let failure = log_in(&engine, "erp-net").await.unwrap_err();
    assert_eq!(
        (failure.code.as_str(), failure.blame),
        ("access_denied", Blame::Provider)
    );
    assert!(
        failure.message.contains("The user said no") && failure.hint.contains("allow"),
        "{failure:?}"
    );
    let rows = history(&engine, "erp-net").await;
    assert_eq!(rows.len(), 2);
    assert_eq!(engine.session(&slug("erp-net")).unwrap().tokens, session.tokens);
    assert_eq!(
        (rows[0].kind, rows[0].note.as_str()),
        (HistoryKind::LoginFailed, failure.message.as_str())
    );
}

#[tokio::test]
async fn an_address_that_was_pasted_by_hand_ends_the_login() {
    let server = Server::start([json(200, TOKENS)]).await;
    let world = World::with_browser(nobody());
    let engine = world.engine_at(&server.url).await;
    let (reporter, mut ear) = reporter();
    let (paste, pasted) = mpsc::channel(4);
    let options = LoginOptions {
        opens_browser: false,
        patience: None,
        can_paste: true,
        pasted,
        given: Given::default(),
    };
    let custom = slug("custom");
    let person = async {
        let address = step(&mut ear, address).await;
        for text in [
            "what?",
            "http://127.0.0.1/callback?code=c&state=other",
            "http://127.0.0.1/callback?response=eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkExMjhHQ00ifQ.a.b.c.d",
        ] {
            paste.send(Secret::new(text)).await.unwrap();
            let said = step(&mut ear, |step| match step {
                LoginStep::Stray(what) => Some(what.clone()),
                _ => None,
            });
            assert!(said.await.contains("What you pasted is not the answer"));
        }
        let right = callback(&address, "code=pasted-code");
        paste.send(Secret::new(format!("  {right}\n"))).await.unwrap();
        ear
    };
    let (session, _ear) = tokio::join!(engine.login(&custom, options, &reporter), person);
    assert_eq!(
        session.unwrap().tokens.access.as_ref().unwrap().value.expose(),
        "opaque-access"
    );
    assert!(server.requests()[0].contains("code=pasted-code"));
}

#[tokio::test]
async fn a_confidential_client_without_its_secret_is_stopped_before_the_browser_opens() {
    let server = Server::start([json(200, TOKENS)]).await;
    let world = World::with_browser(answers("code=c"));
    let engine = world.engine_at(&server.url).await;
    let profile = Profile {
        client_type: ClientType::Confidential,
        client_authentication: ClientAuthentication::ClientSecretBasic,
        ..custom(&server.url)
    };
    engine.save_profile(profile).await.unwrap();
    let failure = log_in(&engine, "custom").await.unwrap_err();
    assert_eq!(
        (failure.code.as_str(), failure.blame),
        ("no_client_secret", Blame::Local)
    );
    assert!(failure.hint.contains("--secret-file"), "{}", failure.hint);

    engine.set_secret(&slug("custom"), SecretKind::ClientSecret, Secret::new("s3cr:et"));
    log_in(&engine, "custom").await.unwrap();
    // form-urlencoded first (RFC 6749 §2.3.1): my-client:s3cr%3Aet.
    assert!(server.requests()[0].contains("authorization: Basic bXktY2xpZW50OnMzY3IlM0FldA=="));
    engine.set_secret(&slug("custom"), SecretKind::ClientSecret, Secret::new(""));
    assert_eq!(log_in(&engine, "custom").await.unwrap_err().code, "no_client_secret");
}

#[tokio::test]
async fn the_api_answers_until_the_token_has_expired_and_then_says_why_not() {
    let world = World::new();
    let engine = world.engine().await;
    log_in(&engine, "erp-net").await.unwrap();
    let (reporter, _ear) = reporter();
    let erp_net = slug("erp-net");
    let answer = engine.call_api(&erp_net, None, &reporter).await.unwrap();
    assert_eq!((answer.status, answer.www_authenticate), (200, None));
    assert!(answer.body.contains("Balkan Timber OOD"), "{}", answer.body);

    world.clock.advance(SignedDuration::from_secs(3601));
    let answer = engine.call_api(&erp_net, None, &reporter).await.unwrap();
    assert_eq!(answer.status, 401);
    let challenge = answer.www_authenticate.unwrap();
    assert!(
        challenge.starts_with("Bearer") && challenge.contains("invalid_token"),
        "{challenge}"
    );

    let rows = history(&engine, "erp-net").await;
    let calls: Vec<_> = rows
        .iter()
        .map(|row| (row.kind, row.http_status, row.generation))
        .collect();
    assert_eq!(
        calls[..2],
        [
            (HistoryKind::ApiCall, Some(401), Some(1)),
            (HistoryKind::ApiCall, Some(200), Some(1))
        ]
    );
    assert_eq!(rows[0].note, challenge);
    // The refresh token is still good.
    assert_eq!(refresh(&engine, "erp-net").await.unwrap().generation, 2);
    assert_eq!(engine.call_api(&erp_net, None, &reporter).await.unwrap().status, 200);
}

#[tokio::test]
async fn nothing_is_called_or_refreshed_without_a_login() {
    let world = World::new();
    let engine = world.engine().await;
    let (reporter, _ear) = reporter();
    let call = engine.call_api(&slug("erp-net"), None, &reporter).await.unwrap_err();
    let refreshed = refresh(&engine, "erp-net").await.unwrap_err();
    for failure in [call, refreshed] {
        assert_eq!((failure.code.as_str(), failure.blame), ("no_session", Blame::Local));
        assert!(failure.hint.starts_with("Log in first"), "{}", failure.hint);
    }
    assert!(engine.demo_log().is_empty());
}

#[tokio::test]
async fn without_offline_access_there_is_nothing_to_refresh_with() {
    let world = World::new();
    let engine = world.engine().await;
    let mut profile = engine.profile(&slug("erp-net-interactive")).await.unwrap();
    profile.scope = "DomainApi".to_owned();
    engine.save_profile(profile).await.unwrap();
    let session = log_in(&engine, "erp-net-interactive").await.unwrap();
    assert!(session.tokens.refresh.is_none());
    let failure = refresh(&engine, "erp-net-interactive").await.unwrap_err();
    assert_eq!(failure.code, "no_refresh_token");
    assert!(
        !failure.ends_session && failure.hint.contains("offline_access"),
        "{failure:?}"
    );
    assert!(!engine.session(&slug("erp-net-interactive")).unwrap().is_over);
}

#[tokio::test]
async fn a_spent_refresh_token_ends_the_session_and_a_login_begins_another() {
    let world = World::new();
    let engine = world.engine().await;
    log_in(&engine, "erp-net").await.unwrap();
    world.clock.advance(SignedDuration::from_hours(31 * 24));
    let failure = refresh(&engine, "erp-net").await.unwrap_err();
    assert_eq!(
        (failure.code.as_str(), failure.http_status),
        ("invalid_grant", Some(400))
    );
    assert!(failure.ends_session);
    assert!(engine.session(&slug("erp-net")).unwrap().is_over);
    let session = log_in(&engine, "erp-net").await.unwrap();
    assert_eq!((session.generation, session.is_over), (1, false));
}

#[tokio::test]
async fn a_profile_that_is_deleted_takes_its_tokens_and_history_along() {
    let world = World::new();
    let engine = world.engine().await;
    log_in(&engine, "erp-net").await.unwrap();
    engine.delete_profile(&slug("erp-net")).await.unwrap().unwrap();
    assert!(engine.session(&slug("erp-net")).is_none());
    assert_eq!(history(&engine, "erp-net").await, []);
    assert_eq!(log_in(&engine, "erp-net").await.unwrap_err().code, "no_profile");
}

/// A JWT signed with HS256.
fn hs256(secret: &str) -> String {
    let part = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let signed = format!("{}.{}", part(br#"{"alg":"HS256"}"#), part(br#"{"sub":"a"}"#));
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    format!("{signed}.{}", part(hmac::sign(&key, signed.as_bytes()).as_ref()))
}

#[tokio::test]
async fn the_key_of_an_id_tokens_hmac_is_the_client_secret_and_of_an_access_tokens_perhaps_another() {
    let own = "the-client-secret-of-more-than-32-bytes";
    let other = "another-secret-that-only-the-api-may-know";
    let (id, access) = (TokenKind::Id, TokenKind::Access);
    for (secret, expected) in [
        (own, [(access, SignatureStatus::Valid), (id, SignatureStatus::Valid)]),
        (
            other,
            [(access, SignatureStatus::Unverified), (id, SignatureStatus::Invalid)],
        ),
    ] {
        let token = hs256(secret);
        let tokens = format!(r#"{{"access_token":"{token}","id_token":"{token}","token_type":"Bearer"}}"#);
        let server = Server::start([json(200, &tokens)]).await;
        let world = World::with_browser(answers("code=c"));
        let engine = world.engine_at(&server.url).await;
        engine.set_secret(&slug("custom"), SecretKind::ClientSecret, Secret::new(own));
        let session = log_in(&engine, "custom").await.unwrap();
        let verdicts: Vec<_> = session.signatures.iter().map(|(kind, s)| (*kind, s.status)).collect();
        assert_eq!(verdicts, expected);
    }
}

#[tokio::test]
async fn a_token_is_not_sent_to_another_provider_than_its_own() {
    let server = Server::start([json(200, TOKENS)]).await;
    let other = Server::start([json(200, "{}")]).await;
    let world = World::with_browser(answers("code=c"));
    let engine = world.engine_at(&server.url).await;
    log_in(&engine, "custom").await.unwrap();
    let mut profile = engine.profile(&slug("custom")).await.unwrap();
    profile.base_url = other.url.to_string();
    profile.api_url = "/api".to_owned();
    engine.save_profile(profile).await.unwrap();
    let (reporter, _events) = reporter();
    let failure = engine.call_api(&slug("custom"), None, &reporter).await.unwrap_err();
    assert_eq!(failure.code, "profile_changed");
    assert_eq!(other.requests(), [] as [String; 0]);
}

#[tokio::test]
async fn a_secret_among_the_parameters_is_not_stored() {
    let world = World::new();
    let engine = world.engine().await;
    let mut profile = engine.profile(&slug("erp-net")).await.unwrap();
    profile.token_parameters = vec!["client_secret=hunter2".to_owned()];
    let failure = engine.save_profile(profile).await.unwrap_err();
    assert_eq!(failure.code, "secret_in_profile");
    assert!(!failure.message.contains("hunter2"), "{failure:?}");
    let stored = engine.profile(&slug("erp-net")).await.unwrap();
    assert_eq!(stored.token_parameters, [] as [String; 0]);
}

#[tokio::test]
async fn the_first_profiles_do_not_come_back_once_they_are_deleted() {
    let world = World::new();
    let engine = world.engine().await;
    for profile in engine.load().await.unwrap().0 {
        engine.delete_profile(&profile.slug).await.unwrap().unwrap();
    }
    assert_eq!(engine.load().await.unwrap().0, []);
    assert_eq!(world.engine().await.load().await.unwrap().0, []);
}

#[tokio::test]
async fn a_hybrid_answer_without_its_id_token_is_a_failed_check() {
    let server = Server::start([json(200, TOKENS)]).await;
    let world = World::with_browser(answers("code=c"));
    let engine = world.engine_at(&server.url).await;
    let mut profile = engine.profile(&slug("custom")).await.unwrap();
    profile.response_type = ResponseType::CodeIdToken;
    profile.scope = "openid".to_owned();
    engine.save_profile(profile).await.unwrap();
    let session = log_in(&engine, "custom").await.unwrap();
    let check = session.checks.iter().find(|check| check.id == "front_channel.id_token");
    assert_eq!(check.unwrap().outcome, Outcome::Fail);
}

#[tokio::test]
async fn a_profile_that_is_deleted_while_it_refreshes_leaves_nothing_behind() {
    let gate = Arc::new(tokio::sync::Notify::new());
    let server = Server::start([
        json(200, TOKENS),
        Reply::After(gate.clone(), Box::new(json(200, TOKENS))),
    ])
    .await;
    let world = World::with_browser(answers("code=c"));
    let engine = world.engine_at(&server.url).await;
    log_in(&engine, "custom").await.unwrap();
    let (refreshing, deleting) = (engine.clone(), engine.clone());
    let refreshed = tokio::spawn(async move { refresh(&refreshing, "custom").await });
    while server.requests().len() < 2 {
        tokio::task::yield_now().await;
    }
    let deleted = tokio::spawn(async move { deleting.delete_profile(&slug("custom")).await });
    // As far as it gets while the answer is out.
    tokio::task::yield_now().await;
    gate.notify_one();
    refreshed.await.unwrap().ok();
    deleted.await.unwrap().unwrap().unwrap();
    assert!(engine.session(&slug("custom")).is_none());
    assert_eq!(history(&engine, "custom").await, []);
}

#[tokio::test]
async fn a_clock_that_is_wrong_at_the_server_is_measured_and_countdowns_run_by_it() {
    let provider = MockServer::start().await;
    let an_hour_ahead = "Fri, 20 Nov 2026 13:00:00 GMT";
    let response = ResponseTemplate::new(200)
        .insert_header("date", an_hour_ahead)
        .set_body_raw(TOKENS, "application/json");
    Mock::given(path("/token"))
        .respond_with(response)
        .mount(&provider)
        .await;
    let world = World::with_browser(answers("code=c"));
    let engine = world.engine_at(&provider.uri().parse().unwrap()).await;
    let session = log_in(&engine, "custom").await.unwrap();
    // A whole second in the header: half of one is added.
    let skew = SignedDuration::from_millis(3_600_500);
    assert_eq!(session.server_time.skew_s, Some(3600.5));
    assert_eq!(session.tokens.received_at, start() + skew);
    let access = &session.tokens.access.as_ref().unwrap().lifetime;
    assert_eq!(access.expires_at, Some(start() + skew + SignedDuration::from_hours(1)));
    // By both clocks the token is new.
    let left = access.remaining(session.now(world.clock.now())).unwrap();
    assert_eq!(left, SignedDuration::from_hours(1));
}

#[tokio::test]
async fn two_engines_on_one_folder_both_write_its_history() {
    let world = World::new();
    let (one, two) = (world.engine().await, world.engine().await);
    let (first, second) = tokio::join!(log_in(&one, "erp-net"), log_in(&two, "erp-net"));
    let (first, second) = (first.unwrap(), second.unwrap());
    assert_ne!(
        first.tokens.access.as_ref().unwrap().fingerprint,
        second.tokens.access.as_ref().unwrap().fingerprint
    );
    refresh(&one, "erp-net").await.unwrap();
    for engine in [&one, &two] {
        let rows = history(engine, "erp-net").await;
        assert_eq!(rows.len(), 3);
        assert!(rows.windows(2).all(|pair| pair[0].id > pair[1].id));
    }
}

#[tokio::test]
async fn an_address_that_is_called_keeps_the_rules_of_the_profiles_own() {
    let server = Server::start([json(200, TOKENS), json(200, "{}")]).await;
    let world = World::with_browser(answers("code=c"));
    let engine = world.engine_at(&server.url).await;
    log_in(&engine, "custom").await.unwrap();
    let call = async |url: &str| {
        let (reporter, _ear) = reporter();
        let url = Url::parse(url).unwrap();
        engine.call_api(&slug("custom"), Some(url), &reporter).await
    };
    for (url, code) in [
        ("http://api.example/", "not_https"),
        ("https://me:hunter2@api.example/", "invalid_address"),
        ("ftp://api.example/", "invalid_address"),
    ] {
        let failure = call(url).await.unwrap_err();
        assert_eq!(failure.code, code, "{failure}");
        assert!(!failure.to_string().contains("hunter2"), "{failure}");
    }
    assert_eq!(history(&engine, "custom").await.len(), 1, "the login alone");
    assert_eq!(call(server.url.as_str()).await.unwrap().status, 200);
}

fn with_secret(base: &Url) -> Profile {
    Profile {
        client_type: ClientType::Confidential,
        client_authentication: ClientAuthentication::ClientSecretPost,
        ..custom(base)
    }
}

#[tokio::test]
async fn a_secret_does_not_follow_its_profile_to_another_server() {
    let here = Server::start([json(200, TOKENS)]).await;
    let there = Server::start([json(200, TOKENS)]).await;
    let world = World::with_browser(answers("code=c"));
    let engine = world.engine().await;
    let mine = slug("custom");
    let secret = |text: &str| engine.set_secret(&mine, SecretKind::ClientSecret, Secret::new(text));
    engine.save_profile(with_secret(&here.url)).await.unwrap();
    secret("secret-of-here");
    log_in(&engine, "custom").await.unwrap();

    engine.save_profile(with_secret(&there.url)).await.unwrap();
    let failure = log_in(&engine, "custom").await.unwrap_err();
    assert_eq!(failure.code, "no_client_secret");
    assert!(failure.message.contains("another server"), "{failure}");
    assert_eq!(there.requests(), [""; 0]);

    // The session is still that of the first server.
    secret("secret-of-there");
    assert_eq!(refresh(&engine, "custom").await.unwrap_err().code, "no_client_secret");
    assert_eq!(here.requests().len(), 1);
    log_in(&engine, "custom").await.unwrap();
    assert!(there.requests()[0].contains("client_secret=secret-of-there"));
}

#[tokio::test]
async fn a_secret_that_was_typed_for_what_is_not_saved_is_not_sent_to_what_is() {
    let here = Server::start([json(200, TOKENS)]).await;
    let there = Server::start([json(200, TOKENS)]).await;
    let world = World::with_browser(answers("code=c"));
    let engine = world.engine().await;
    engine.save_profile(with_secret(&here.url)).await.unwrap();
    let draft = with_secret(&there.url);
    engine.set_secret_for(&slug("custom"), SecretKind::ClientSecret, "s".into(), &draft);
    assert_eq!(log_in(&engine, "custom").await.unwrap_err().code, "no_client_secret");
    assert_eq!(here.requests(), [""; 0]);
    engine.save_profile(draft).await.unwrap();
    log_in(&engine, "custom").await.unwrap();
}

#[tokio::test]
async fn a_new_refresh_token_is_kept_even_where_the_answer_has_no_access_token() {
    let odd = r#"{"accessToken":"new-access","refresh_token":"r2"}"#;
    let server = Server::start([json(200, TOKENS), json(200, odd), json(200, TOKENS)]).await;
    let world = World::with_browser(answers("code=c"));
    let engine = world.engine_at(&server.url).await;
    log_in(&engine, "custom").await.unwrap();
    let (reporter, mut ear) = reporter();
    let failure = engine.refresh(&slug("custom"), &reporter).await.unwrap_err();
    assert_eq!((failure.code.as_str(), failure.ends_session), ("no_token", false));
    let held = engine.session(&slug("custom")).unwrap();
    assert_eq!(held.tokens.refresh.as_ref().unwrap().value.expose(), "r2");
    assert_eq!(held.tokens.access.as_ref().unwrap().value.expose(), "opaque-access");
    let told = std::iter::from_fn(|| ear.try_recv().ok())
        .any(|event| matches!(event.kind, EventKind::SessionChanged { session, .. } if Arc::ptr_eq(&session, &held)));
    assert!(told);
    refresh(&engine, "custom").await.unwrap();
    assert!(
        server.requests()[2].contains("refresh_token=r2"),
        "{:?}",
        server.requests()
    );
}

#[tokio::test]
async fn no_row_is_written_for_a_profile_that_is_gone() {
    let gate = Arc::new(tokio::sync::Notify::new());
    let server = Server::start([json(200, TOKENS), Reply::After(gate.clone(), Box::new(json(200, "{}")))]).await;
    let world = World::with_browser(answers("code=c"));
    let engine = world.engine_at(&server.url).await;
    log_in(&engine, "custom").await.unwrap();
    let calling = engine.clone();
    let called = tokio::spawn(async move { calling.call_api(&slug("custom"), None, &reporter().0).await });
    while server.requests().len() < 2 {
        tokio::task::yield_now().await;
    }
    engine.delete_profile(&slug("custom")).await.unwrap().unwrap();
    gate.notify_one();
    called.await.unwrap().unwrap();
    assert_eq!(history(&engine, "custom").await, []);
}

#[tokio::test]
async fn what_the_embedded_provider_lends_goes_to_no_other_server() {
    let server = Server::start([json(200, TOKENS)]).await;
    let world = World::new();
    let engine = world.engine().await;
    let token_endpoint = server.url.join("/token").unwrap();
    for profile in ["erp-net", "redcore"] {
        let mut profile = engine.profile(&slug(profile)).await.unwrap();
        profile.token_endpoint = token_endpoint.to_string();
        profile.refresh_endpoint = String::new();
        if profile.grant.has_password() {
            (profile.client_type, profile.client_authentication) = (ClientType::Public, ClientAuthentication::None);
        }
        engine.save_profile(profile).await.unwrap();
    }
    assert_eq!(log_in(&engine, "erp-net").await.unwrap_err().code, "no_client_secret");
    assert_eq!(log_in(&engine, "redcore").await.unwrap_err().code, "no_password");
    assert_eq!(server.requests(), [""; 0]);
}
