//! Userinfo, introspection, revocation and logout, and what follows when a session is over: against the embedded provider
//! and against servers that misbehave.
#![expect(clippy::unwrap_used, reason = "a helper that cannot go on ends its test")]

use std::sync::Arc;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::SignedDuration;
use tokenscope::cli::visitor;
use tokenscope::engine::{
    Command, Engine, Event, EventKind, Failure, Given, LoggedOut, LogoutOptions, LogoutStep, ProviderAnswer,
    ProviderKeys, Question, Renewal, Renewed, Runner, Session,
};
use tokenscope::flow::OpenBrowser;
use tokenscope::model::checks::{Check, Outcome};
use tokenscope::model::exchange::Purpose;
use tokenscope::model::history::HistoryKind;
use tokenscope::model::jwt::decode;
use tokenscope::model::keys::Key;
use tokenscope::model::profile::{ClientAuthentication, LoginFallback};
use tokenscope::model::verify::SignatureStatus;
use tokenscope::model::{Profile, Secret, SecretKind, TokenKind};
use tokenscope::setup;
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::support::command::{Home, wait};
use crate::support::proxy::{Manner, Proxy};
use crate::support::server::{Server, http, json};
use crate::support::{
    World, answers, callback, client, custom, history, is_free, log_in, parameter, refresh, reporter, slug,
    with_browser,
};

const SECRET: &str = "a-client-secret-of-some-length-00";

/// A JWT signed with the client secret.
fn jwt(claims: &str) -> String {
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let head = format!("{}.{}", part(r#"{"alg":"HS256"}"#), part(claims));
    let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
    let signature = URL_SAFE_NO_PAD.encode(hmac::sign(&key, head.as_bytes()));
    format!("{head}.{signature}")
}

/// A token response with an ID token about admin.
fn tokens(more: &str) -> String {
    let id_token = jwt(r#"{"sub":"admin","iss":"https://idp.example","aud":"my-client","exp":1800000000}"#);
    format!(
        r#"{{"access_token":"opaque-access","expires_in":3600,"refresh_token":"opaque-refresh","id_token":"{id_token}"{more}}}"#
    )
}

fn confidential(base: &Url) -> Profile {
    Profile {
        client_authentication: ClientAuthentication::ClientSecretPost,
        issuer: "https://idp.example".to_owned(),
        userinfo_endpoint: "/userinfo".to_owned(),
        introspection_endpoint: "/introspect".to_owned(),
        revocation_endpoint: "/revoke".to_owned(),
        end_session_endpoint: "/logout?tenant=a".to_owned(),
        ..custom(base)
    }
}

/// An engine that is logged in at a server that gave these tokens.
async fn logged_in(world: &World, token_response: &str, change: impl FnOnce(&mut Profile)) -> (Engine, Server) {
    let server = Server::start([json(200, token_response)]).await;
    let engine = world.engine().await;
    let mut profile = confidential(&server.url);
    change(&mut profile);
    engine.save_profile(profile).await.unwrap();
    engine.set_secret(&slug("custom"), SecretKind::ClientSecret, Secret::new(SECRET));
    log_in(&engine, "custom").await.unwrap();
    (engine, server)
}

async fn ask(engine: &Engine, profile: &str, question: Question) -> Result<ProviderAnswer, Failure> {
    let (reporter, _ear) = reporter();
    engine.ask(&slug(profile), question, &reporter).await
}

async fn revoke(engine: &Engine, profile: &str, kind: TokenKind) -> Result<(), Failure> {
    let (reporter, _ear) = reporter();
    engine.revoke(&slug(profile), kind, &reporter).await.map(|_| ())
}

#[track_caller]
fn outcome(answer: &ProviderAnswer, id: &str) -> Outcome {
    let check = answer.checks.iter().find(|check| check.id == id);
    check
        .unwrap_or_else(|| panic!("no {id} in {:?}", answer.checks))
        .outcome
}

const ACCESS: Question = Question::Introspection(TokenKind::Access);
const REFRESH: Question = Question::Introspection(TokenKind::Refresh);

#[tokio::test]
async fn the_embedded_provider_says_who_the_person_is_and_what_its_tokens_are() {
    let world = World::new();
    let engine = world.engine().await;
    log_in(&engine, "erp-net").await.unwrap();
    let answer = ask(&engine, "erp-net", Question::Userinfo).await.unwrap();
    assert!(answer.is_good(), "{answer:?}");
    assert_eq!(outcome(&answer, "userinfo.sub"), Outcome::Pass);
    for question in [ACCESS, REFRESH] {
        let answer = ask(&engine, "erp-net", question).await.unwrap();
        assert!(answer.is_good(), "{answer:?}");
        assert_eq!(outcome(&answer, "introspection.active"), Outcome::Pass);
        assert_eq!(outcome(&answer, "introspection.client_id"), Outcome::Pass);
        assert_eq!(outcome(&answer, "introspection.sub"), Outcome::Pass);
    }
    let rows = history(&engine, "erp-net").await;
    let told: Vec<_> = rows.iter().map(|row| (row.kind, row.note.as_str())).collect();
    assert_eq!(
        told[..3],
        [
            (HistoryKind::Introspection, "refresh token is active"),
            (HistoryKind::Introspection, "access token is active"),
            (HistoryKind::Userinfo, "admin"),
        ]
    );
    let exchanges = world.database().exchanges(&slug("erp-net"), 9).unwrap();
    let purposes: Vec<_> = exchanges.iter().map(|(_, exchange)| exchange.purpose).collect();
    assert_eq!(
        purposes[..3],
        [Purpose::Introspection, Purpose::Introspection, Purpose::Userinfo]
    );
}

#[tokio::test]
async fn a_revoked_access_token_is_marked_until_a_refresh_gives_another() {
    let world = World::new();
    let engine = world.engine().await;
    log_in(&engine, "erp-net").await.unwrap();
    revoke(&engine, "erp-net", TokenKind::Access).await.unwrap();
    let session = engine.session(&slug("erp-net")).unwrap();
    assert_eq!(
        (session.revoked.as_slice(), session.is_over),
        (&[TokenKind::Access][..], false)
    );
    let answer = ask(&engine, "erp-net", ACCESS).await.unwrap();
    assert_eq!(
        outcome(&answer, "introspection.active"),
        Outcome::Pass,
        "inactive, as it must be"
    );
    assert!(answer.members.iter().any(|member| member.raw == "false"), "{answer:?}");
    let (teller, _ear) = reporter();
    let call = engine.call_api(&slug("erp-net"), None, &teller).await.unwrap();
    assert_eq!(call.status, 401);
    let session = refresh(&engine, "erp-net").await.unwrap();
    assert!(session.revoked.is_empty());
}

#[tokio::test]
async fn a_revoked_refresh_token_ends_the_session_and_is_never_sent_again() {
    let world = World::new();
    let engine = world.engine().await;
    log_in(&engine, "erp-net").await.unwrap();
    revoke(&engine, "erp-net", TokenKind::Refresh).await.unwrap();
    let session = engine.session(&slug("erp-net")).unwrap();
    assert!(session.is_over);
    assert_eq!(history(&engine, "erp-net").await[0].note, "refresh token");
    let requests = world.database().exchanges(&slug("erp-net"), 99).unwrap().len();
    let failure = refresh(&engine, "erp-net").await.unwrap_err();
    assert_eq!((failure.code.as_str(), failure.ends_session), ("session_over", true));
    assert!(failure.message.contains("was revoked"), "{failure:?}");
    assert_eq!(
        world.database().exchanges(&slug("erp-net"), 99).unwrap().len(),
        requests
    );
}

#[tokio::test]
async fn a_signed_userinfo_answer_is_opened_and_verified() {
    let world = World::with_browser(answers("code=c"));
    let (engine, server) = logged_in(&world, &tokens(""), |_| {}).await;
    let good = r#"{"sub":"admin","iss":"https://idp.example","aud":["my-client"],"n":12345678901234567890}"#;
    let kind = "content-type: application/jwt\r\n";
    server.then(http(200, kind, &jwt(good)));
    let answer = ask(&engine, "custom", Question::Userinfo).await.unwrap();
    assert_eq!(answer.signature.as_ref().unwrap().status, SignatureStatus::Valid);
    assert!(
        answer.is_good() && answer.checks.iter().all(|check| check.outcome == Outcome::Pass),
        "{answer:?}"
    );
    assert_eq!(answer.members[3].raw, "12345678901234567890");
    let signature = jwt(good).rsplit_once('.').unwrap().1.to_owned();
    assert!(
        !answer.http.body.contains(&signature),
        "what is shown cannot be replayed"
    );

    let (honest, other) = (jwt(good), jwt(r#"{"sub":"admin","groups":["admins"]}"#));
    let forged = format!(
        "{}.{}",
        other.rsplit_once('.').unwrap().0,
        honest.rsplit_once('.').unwrap().1
    );
    let stranger = jwt(r#"{"sub":"mallory","iss":"https://evil.example","aud":"other"}"#);
    for (body, fails) in [
        (forged, vec!["userinfo.signature"]),
        (stranger, vec!["userinfo.sub", "userinfo.iss", "userinfo.aud"]),
    ] {
        server.then(http(200, kind, &body));
        let answer = ask(&engine, "custom", Question::Userinfo).await.unwrap();
        assert!(!answer.is_good());
        for id in fails {
            assert_eq!(outcome(&answer, id), Outcome::Fail, "{id}");
        }
    }
}

#[tokio::test]
async fn an_error_or_a_page_in_the_place_of_an_answer_is_shown_as_it_came() {
    let world = World::with_browser(answers("code=c"));
    let (engine, server) = logged_in(&world, &tokens(""), |_| {}).await;
    let challenge = "www-authenticate: Bearer error=\"invalid_token\"\r\ncontent-type: application/json\r\n";
    server.then(http(401, challenge, r#"{"error":"invalid_token"}"#));
    let answer = ask(&engine, "custom", Question::Userinfo).await.unwrap();
    assert_eq!((answer.http.status, answer.is_good()), (401, false));
    assert_eq!(answer.error.unwrap().error, "invalid_token");
    assert!(answer.http.www_authenticate.unwrap().contains("invalid_token"));
    assert_eq!(
        history(&engine, "custom").await[0].error.as_deref(),
        Some("invalid_token")
    );

    server.then(http(200, "content-type: text/html\r\n", "<html>Please sign in</html>"));
    let answer = ask(&engine, "custom", ACCESS).await.unwrap();
    assert_eq!(outcome(&answer, "introspection.html_body"), Outcome::Fail);
    assert!(answer.http.body.contains("Please sign in"));

    server.then(json(200, r#"{"active":true,"sub":"admin",}"#));
    let answer = ask(&engine, "custom", ACCESS).await.unwrap();
    assert_eq!(outcome(&answer, "introspection.invalid_json"), Outcome::Warn);
    assert_eq!((answer.members.len(), answer.is_good()), (2, true));
}

#[tokio::test]
async fn an_answer_from_a_wrong_address_says_which_field_to_check() {
    let world = World::with_browser(answers("code=c"));
    let (engine, server) = logged_in(&world, &tokens(""), |_| {}).await;
    for (question, prefix, field) in [
        (Question::Userinfo, "userinfo", "Userinfo endpoint"),
        (ACCESS, "introspection", "Introspection endpoint"),
    ] {
        server.then(http(404, "content-type: text/html\r\n", "<html>no</html>"));
        let answer = ask(&engine, "custom", question).await.unwrap();
        assert!(!answer.is_good());
        let id = format!("{prefix}.status");
        assert_eq!(outcome(&answer, &id), Outcome::Fail);
        let words = &answer.checks[0].message;
        assert!(
            words.contains("404") && words.contains(&format!("Check “{field}”")),
            "{words}"
        );
        assert_eq!(history(&engine, "custom").await[0].error.as_deref(), Some(id.as_str()));

        let elsewhere = "location: https://elsewhere.example/?t=opaque-access\r\n";
        server.then(http(302, elsewhere, ""));
        let failure = ask(&engine, "custom", question).await.unwrap_err();
        assert_eq!((failure.code.as_str(), failure.http_status), ("redirected", Some(302)));
        let says = format!("The {} redirects to https://elsewhere.example/", field.to_lowercase());
        assert!(failure.message.starts_with(&says), "{failure:?}");
        assert!(failure.hint.contains(&format!("as “{field}”")), "{failure:?}");
        assert!(!failure.message.contains("opaque-access"), "{failure:?}");
    }
    // Who says in a header what is wrong with the token needs no guess.
    server.then(http(401, "www-authenticate: Bearer error=\"invalid_token\"\r\n", ""));
    let answer = ask(&engine, "custom", Question::Userinfo).await.unwrap();
    assert!(answer.checks.is_empty() && !answer.is_good(), "{answer:?}");
}

async fn keys(engine: &Engine, profile: &str) -> Result<ProviderKeys, Failure> {
    let (reporter, _ear) = reporter();
    engine.provider_keys(&slug(profile), &reporter).await
}

#[tokio::test]
async fn the_keys_of_a_provider_are_listed_without_a_login_with_what_is_wrong_with_each() {
    let world = World::new();
    let engine = world.engine().await;
    let told = keys(&engine, "erp-net").await.unwrap();
    assert!(told.url.is_some_and(|url| url.starts_with("http://127.0.0.1:")));
    let key = &told.set.keys[0];
    assert_eq!((key.kind().as_str(), key.problem()), ("RSA 2048 bits", None));

    let set = r#"{"keys":[{"kty":"RSA","kid":"bad"},{"kty":"EC","crv":"brainpoolP256r1","kid":"k1"}]}"#;
    let server = Server::start([json(200, set), http(404, "", ""), json(200, "{}")]).await;
    let profile = Profile {
        jwks_uri: "/keys".to_owned(),
        ..confidential(&server.url)
    };
    engine.save_profile(profile).await.unwrap();
    let told = keys(&engine, "custom").await.unwrap();
    let problems: Vec<_> = told.set.keys.iter().filter_map(Key::problem).collect();
    assert!(
        problems[0].starts_with("key 1 (kid bad) cannot be read: n is missing"),
        "{problems:?}"
    );
    assert!(
        problems[1].starts_with("key 2 (kid k1, EC brainpoolP256r1)"),
        "{problems:?}"
    );
    for says in ["the JWKS address answered 404", "no list “keys”"] {
        let failure = keys(&engine, "custom").await.unwrap_err();
        assert_eq!(failure.code, "no_keys");
        assert!(failure.message.contains(says), "{failure:?}");
        assert_eq!(failure.hint, "Check “Keys (JWKS)” in the profile");
    }
    let request = &server.requests()[0];
    assert!(
        request.starts_with("GET /keys ") && !request.contains("authorization"),
        "{request}"
    );
}

#[tokio::test]
async fn without_an_address_for_keys_the_key_of_the_profile_is_listed() {
    let world = World::new();
    let engine = world.engine().await;
    let server = Server::start([]).await;
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/keys/ec-p256-public.pem");
    let mut profile = confidential(&server.url);
    engine.save_profile(profile.clone()).await.unwrap();
    let failure = keys(&engine, "custom").await.unwrap_err();
    assert_eq!(failure.message, "The profile names no keys (jwks)");
    file.clone_into(&mut profile.verification_key);
    engine.save_profile(profile).await.unwrap();
    let told = keys(&engine, "custom").await.unwrap();
    assert_eq!((told.url, told.set.keys[0].kind().as_str()), (None, "EC P-256"));
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_login_whose_keys_cannot_be_fetched_says_what_to_do() {
    let world = World::with_browser(answers("code=c"));
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let token = format!("{}.{}.c2ln", part(r#"{"alg":"RS256"}"#), part(r#"{"sub":"admin"}"#));
    let elsewhere = Server::start([http(404, "", "")]).await;
    let response = format!(r#"{{"access_token":"{token}","expires_in":3600}}"#);
    let jwks_uri = elsewhere.url.join("keys").unwrap().to_string();
    let (engine, _server) = logged_in(&world, &response, |profile| profile.jwks_uri = jwks_uri).await;
    let session = engine.session(&slug("custom")).unwrap();
    let (_, signature) = &session.signatures[0];
    assert_eq!(signature.status, SignatureStatus::Unverified);
    assert_eq!(
        signature.reason,
        "No keys: the JWKS address answered 404. Check “Keys (JWKS)” in the profile"
    );
}

#[tokio::test]
async fn an_introspection_proves_who_asks_and_names_the_kind_of_token() {
    let world = World::with_browser(answers("code=c"));
    let (engine, server) = logged_in(&world, &tokens(""), |_| {}).await;
    for (question, body) in [
        (ACCESS, "&token=opaque-access&token_type_hint=access_token"),
        (REFRESH, "&token=opaque-refresh&token_type_hint=refresh_token"),
    ] {
        server.then(json(200, r#"{"active":true}"#));
        assert!(ask(&engine, "custom", question).await.unwrap().is_good());
        let request = server.requests().pop().unwrap();
        assert!(request.starts_with("POST /introspect"), "{request}");
        let proof = format!("client_id=my-client&client_secret={SECRET}");
        assert!(request.ends_with(&format!("{proof}{body}")), "{request}");
    }
    let claims = r#"{"iss":"https://idp.example","aud":"my-client","token_introspection":{"active":true,"scope":"a"}}"#;
    let kind = "content-type: application/token-introspection+jwt\r\n";
    server.then(http(200, kind, &jwt(claims)));
    let answer = ask(&engine, "custom", ACCESS).await.unwrap();
    assert!(answer.is_good(), "{answer:?}");
    assert_eq!(answer.members.len(), 2, "the answer inside, not the JWT around it");
    assert_eq!(outcome(&answer, "introspection.signature"), Outcome::Pass);
}

#[tokio::test]
async fn a_bound_token_is_shown_with_a_proof_and_a_nonce_that_is_wanted() {
    let world = World::with_browser(answers("code=c"));
    let bound = tokens(r#","token_type":"DPoP""#);
    let (engine, server) = logged_in(&world, &bound, |profile| profile.dpop = true).await;
    let wants = "www-authenticate: DPoP error=\"use_dpop_nonce\"\r\ndpop-nonce: n1\r\n";
    server.then(http(401, wants, ""));
    server.then(json(200, r#"{"sub":"admin"}"#));
    let answer = ask(&engine, "custom", Question::Userinfo).await.unwrap();
    assert!(answer.is_good(), "{answer:?}");
    let request = server.requests().pop().unwrap().to_ascii_lowercase();
    assert!(
        request.contains("authorization: dpop opaque-access") && request.contains("\r\ndpop: "),
        "{request}"
    );
}

#[tokio::test]
async fn a_nonce_is_asked_for_in_any_line_and_that_of_the_second_answer_goes_with_the_next_request() {
    let world = World::with_browser(answers("code=c"));
    let bound = tokens(r#","token_type":"DPoP""#);
    let (engine, server) = logged_in(&world, &bound, |profile| profile.dpop = true).await;
    let wants = concat!(
        "www-authenticate: Bearer\r\nwww-authenticate: DPoP error=\"use_dpop_nonce\"\r\n",
        "dpop-nonce: n1\r\n"
    );
    server.then(http(401, wants, ""));
    let next = "content-type: application/json\r\ndpop-nonce: n2\r\n";
    server.then(http(200, next, r#"{"sub":"admin"}"#));
    server.then(json(200, r#"{"sub":"admin"}"#));
    for _ in 0..2 {
        let answer = ask(&engine, "custom", Question::Userinfo).await.unwrap();
        assert!(answer.is_good(), "{answer:?}");
    }
    let nonces: Vec<_> = server.requests()[1..]
        .iter()
        .map(|request| {
            let proof = request.lines().find_map(|line| line.strip_prefix("dpop: "));
            decode(proof.unwrap()).payload.get_str("nonce")
        })
        .collect();
    assert_eq!(nonces, [None, Some("n1".to_owned()), Some("n2".to_owned())]);
}

#[tokio::test]
async fn an_introspection_is_judged_before_the_secret_leaves_it() {
    let world = World::with_browser(answers("code=c"));
    let (engine, server) = logged_in(&world, &tokens(""), |_| {}).await;
    engine.set_secret(&slug("custom"), SecretKind::ClientSecret, Secret::new("my-client"));
    server.then(json(200, r#"{"active":true,"client_id":"my-client"}"#));
    let answer = ask(&engine, "custom", ACCESS).await.unwrap();
    assert_eq!(outcome(&answer, "introspection.client_id"), Outcome::Pass);
    assert_eq!(answer.members[1].raw, r#""[redacted]""#);
}

#[tokio::test]
async fn a_token_that_goes_over_a_network_in_clear_to_be_revoked_is_told() {
    let proxy = Proxy::start(Manner::Http).await;
    let world = World::with_browser(answers("code=c"));
    let (engine, server) = logged_in(&world, &tokens(""), |profile| {
        profile.base_url = profile.base_url.replace("127.0.0.1", "idp.test");
        profile.proxy = proxy.url("http").to_string();
        profile.insecure = true;
    })
    .await;
    let session = engine.session(&slug("custom")).unwrap();
    let in_clear = |checks: &[Check], spec: &str| {
        let broken = |check: &Check| (&*check.id, check.outcome) == ("transport.https", Outcome::Fail);
        checks.iter().any(|check| broken(check) && check.spec == spec)
    };
    assert!(in_clear(&session.checks, "RFC 6749 §3.2"), "{:?}", session.checks);
    let (reporter, _ear) = reporter();
    server.then(json(400, r#"{"error":"unsupported_token_type"}"#));
    let failure = engine.revoke(&slug("custom"), TokenKind::Access, &reporter).await;
    let failure = failure.unwrap_err();
    assert!(in_clear(&failure.checks, "RFC 7009 §2"), "{failure:?}");
    server.then(http(200, "", ""));
    let revoked = engine.revoke(&slug("custom"), TokenKind::Access, &reporter).await;
    let revoked = revoked.unwrap();
    assert!(in_clear(&revoked.checks, "RFC 7009 §2"), "{revoked:?}");
}

#[tokio::test]
async fn a_revocation_that_is_refused_says_why_and_changes_nothing() {
    let world = World::with_browser(answers("code=c"));
    let (engine, server) = logged_in(&world, &tokens(""), |_| {}).await;
    let busy = "retry-after: 120\r\n";
    for (reply, code, says) in [
        (
            json(400, r#"{"error":"unsupported_token_type"}"#),
            "unsupported_token_type",
            "status 400",
        ),
        (http(503, busy, "busy"), "temporarily_unavailable", "try again in 120 s"),
        (http(404, "", "<html>no</html>"), "not_revoked", "status 404"),
        (
            http(302, "location: https://elsewhere.example/?token=opaque-access\r\n", ""),
            "redirected",
            "https://elsewhere.example/",
        ),
    ] {
        server.then(reply);
        let failure = revoke(&engine, "custom", TokenKind::Access).await.unwrap_err();
        assert_eq!(failure.code, code);
        assert!(failure.message.contains(says), "{failure:?}");
        assert!(!failure.message.contains("opaque-access"), "{failure:?}");
        let session = engine.session(&slug("custom")).unwrap();
        assert!(session.revoked.is_empty() && !session.is_over);
        let row = history(&engine, "custom").await.remove(0);
        assert_eq!((row.kind, row.error.as_deref()), (HistoryKind::Revocation, Some(code)));
    }
    let request = server.requests().pop().unwrap();
    assert!(
        request.ends_with("&token=opaque-access&token_type_hint=access_token"),
        "{request}"
    );
}

#[tokio::test]
async fn a_token_does_not_go_to_another_provider_than_the_one_that_gave_it() {
    let world = World::with_browser(answers("code=c"));
    let (engine, server) = logged_in(&world, &tokens(""), |_| {}).await;
    let other = Server::start([]).await;
    engine.save_profile(confidential(&other.url)).await.unwrap();
    let failures = [
        ask(&engine, "custom", Question::Userinfo).await.unwrap_err(),
        ask(&engine, "custom", ACCESS).await.unwrap_err(),
        revoke(&engine, "custom", TokenKind::Refresh).await.unwrap_err(),
        log_out(&engine, "custom").await.unwrap_err(),
    ];
    assert!(
        failures.iter().all(|failure| failure.code == "profile_changed"),
        "{failures:?}"
    );
    assert!(other.requests().is_empty() && server.requests().len() == 1);
}

#[tokio::test]
async fn an_endpoint_that_the_profile_does_not_name_is_named_in_the_failure() {
    let world = World::with_browser(answers("code=c"));
    let (engine, _server) = logged_in(&world, &tokens(""), |profile| profile.userinfo_endpoint = String::new()).await;
    let failure = ask(&engine, "custom", Question::Userinfo).await.unwrap_err();
    assert_eq!(failure.code, "invalid_profile");
    assert!(failure.message.contains("userinfo endpoint"), "{failure:?}");
}

async fn log_out(engine: &Engine, profile: &str) -> Result<LoggedOut, Failure> {
    let (reporter, _ear) = reporter();
    let options = LogoutOptions {
        opens_browser: true,
        patience: None,
    };
    engine
        .log_out(&slug(profile), options, &CancellationToken::new(), &reporter)
        .await
}

/// A browser that signs in as admin, and that follows a logout to where it leads.
fn signs_in_and_out() -> OpenBrowser {
    Arc::new(|address: &Url| {
        let address = address.clone();
        Handle::current().spawn(async move {
            if !address.path().ends_with("endsession") {
                visitor::sign_in(&address, "admin", "admin").await.unwrap();
                return;
            }
            let answer = client().get(address).send().await.unwrap();
            let back = answer.headers()["location"].to_str().unwrap().to_owned();
            let page = client().get(back).send().await.unwrap().text().await.unwrap();
            assert!(page.contains("Logged out"), "{page}");
        });
        Ok(())
    })
}

#[tokio::test]
async fn a_logout_goes_to_the_provider_and_comes_back_and_the_tokens_stay() {
    let world = World::with_browser(signs_in_and_out());
    let engine = world.engine().await;
    let before = log_in(&engine, "erp-net").await.unwrap();
    assert_eq!(log_out(&engine, "erp-net").await.unwrap(), LoggedOut::CameBack);
    let session = engine.session(&slug("erp-net")).unwrap();
    assert_eq!(session.logged_out, Some(LoggedOut::CameBack));
    assert_eq!(session.tokens, before.tokens);
    assert_eq!(history(&engine, "erp-net").await[0].kind, HistoryKind::Logout);
    // Offline tokens outlive the browser's session, and the mark outlives the refresh.
    let session = refresh(&engine, "erp-net").await.unwrap();
    assert_eq!(session.logged_out, Some(LoggedOut::CameBack));
}

/// A browser that answers a login, and hands the address of a logout over.
fn hands_over_logouts() -> (OpenBrowser, mpsc::Receiver<Url>) {
    let (tell, addresses) = mpsc::channel(4);
    let open: OpenBrowser = Arc::new(move |address: &Url| {
        if address.path() == "/logout" {
            tell.try_send(address.clone()).unwrap();
        } else {
            let callback = callback(address, "code=c");
            Handle::current().spawn(async move { client().get(callback).send().await });
        }
        Ok(())
    });
    (open, addresses)
}

#[tokio::test]
async fn only_the_right_state_ends_the_wait_for_a_logout() {
    let (open, mut addresses) = hands_over_logouts();
    let world = World::with_browser(open);
    let back = |profile: &mut Profile| profile.post_logout_redirect_uri = "http://127.0.0.1:0/bye".to_owned();
    let (engine, _server) = logged_in(&world, &tokens(""), back).await;
    let (reporter, mut ear) = reporter();
    let options = LogoutOptions {
        opens_browser: true,
        patience: None,
    };
    let (running, profile) = (engine.clone(), slug("custom"));
    let stop = CancellationToken::new();
    let never = stop.clone();
    let logout = tokio::spawn(async move { running.log_out(&profile, options, &never, &reporter).await });
    let address = addresses.recv().await.unwrap();
    assert_eq!(parameter(&address, "tenant"), "a", "the endpoint's own query stays");
    assert_eq!(parameter(&address, "client_id"), "my-client");
    assert!(parameter(&address, "id_token_hint").starts_with("eyJ"));
    let (uri, state) = (
        parameter(&address, "post_logout_redirect_uri"),
        parameter(&address, "state"),
    );
    for wrong in [uri.clone(), format!("{uri}?state=other")] {
        let page = client().get(wrong).send().await.unwrap();
        assert_eq!(page.status(), 400);
    }
    let page = client().get(format!("{uri}?state={state}")).send().await.unwrap();
    assert_eq!(page.status(), 200);
    assert_eq!(logout.await.unwrap().unwrap(), LoggedOut::CameBack);
    let mut strays = 0;
    while let Ok(event) = ear.try_recv() {
        let EventKind::Logout { step, .. } = &event.kind else {
            continue;
        };
        strays += u32::from(matches!(step, LogoutStep::Stray(_)));
        assert!(!format!("{event:?}").contains("eyJ"), "no token in what is logged");
    }
    assert_eq!(strays, 2);
}

#[tokio::test]
async fn a_logout_that_nobody_finishes_can_be_cancelled_and_ends_by_itself() {
    let (open, mut addresses) = hands_over_logouts();
    let world = World::with_browser(open);
    let back = |profile: &mut Profile| profile.post_logout_redirect_uri = "http://localhost:0/bye".to_owned();
    let (engine, _server) = logged_in(&world, &tokens(""), back).await;
    let options = |patience| LogoutOptions {
        opens_browser: true,
        patience,
    };
    let (teller, _ear) = reporter();
    let at_once = Some(std::time::Duration::ZERO);
    let never = CancellationToken::new();
    let failure = engine.log_out(&slug("custom"), options(at_once), &never, &teller).await;
    assert_eq!(failure.unwrap_err().code, "nobody_came");
    assert_eq!(
        history(&engine, "custom").await[0].error.as_deref(),
        Some("nobody_came")
    );
    addresses.recv().await.unwrap();

    let stop = CancellationToken::new();
    let (running, profile, stopped) = (engine.clone(), slug("custom"), stop.clone());
    let logout = tokio::spawn(async move { running.log_out(&profile, options(None), &stopped, &teller).await });
    let address = addresses.recv().await.unwrap();
    stop.cancel();
    assert_eq!(logout.await.unwrap().unwrap_err().code, "cancelled");
    let port = parameter(&address, "post_logout_redirect_uri")
        .parse::<Url>()
        .unwrap()
        .port();
    is_free(port.unwrap()).await;
    assert_eq!(engine.session(&slug("custom")).unwrap().logged_out, None);
}

#[tokio::test]
async fn without_a_way_back_to_this_machine_a_logout_ends_when_the_browser_is_open() {
    for uri in [
        "",
        "https://app.example/bye",
        "http://app.example/bye",
        "http://localhost/bye#done",
    ] {
        let (open, mut addresses) = hands_over_logouts();
        let world = World::with_browser(open);
        let (engine, _server) = logged_in(&world, &tokens(""), |profile| {
            uri.clone_into(&mut profile.post_logout_redirect_uri);
        })
        .await;
        assert_eq!(log_out(&engine, "custom").await.unwrap(), LoggedOut::Sent);
        assert_eq!(
            engine.session(&slug("custom")).unwrap().logged_out,
            Some(LoggedOut::Sent)
        );
        let address = addresses.recv().await.unwrap();
        let sent = address
            .query_pairs()
            .any(|(name, _)| name == "post_logout_redirect_uri");
        assert_eq!(sent, !uri.is_empty());
    }
}

#[tokio::test]
async fn a_way_back_that_cannot_be_one_is_named_as_the_field_that_it_is() {
    let (open, _addresses) = hands_over_logouts();
    let world = World::with_browser(open);
    let (engine, _server) = logged_in(&world, &tokens(""), |profile| {
        "mailto:bye@app.example".clone_into(&mut profile.post_logout_redirect_uri);
    })
    .await;
    let failure = log_out(&engine, "custom").await.unwrap_err();
    assert_eq!(failure.code, "invalid_profile");
    assert!(failure.hint.contains("“After logout”"), "{failure:?}");
}

const REFUSED: &str = r#"{"error":"invalid_grant"}"#;

/// Refreshes or logs in, and tells whether the person was asked.
async fn renew(engine: &Engine, says: bool) -> (Result<Renewed, Failure>, bool, Vec<Event>) {
    let (reporter, mut ear) = reporter();
    let mut asked = false;
    let renewal = Renewal {
        login: with_browser,
        ask: async |_: &Failure| {
            asked = true;
            says
        },
    };
    let never = CancellationToken::new();
    let result = engine
        .refresh_or_login(&slug("custom"), renewal, &never, &reporter)
        .await;
    let events = std::iter::from_fn(|| ear.try_recv().ok()).collect();
    (result, asked, events)
}

fn falls_back(fallback: LoginFallback) -> impl FnOnce(&mut Profile) {
    move |profile| profile.login_fallback = fallback
}

#[tokio::test]
async fn after_a_refusal_the_profile_says_whether_a_login_follows() {
    for (fallback, says, is_asked, logs_in) in [
        (LoginFallback::Off, true, false, false),
        (LoginFallback::Ask, false, true, false),
        (LoginFallback::Ask, true, true, true),
        (LoginFallback::Automatic, false, false, true),
    ] {
        let world = World::with_browser(answers("code=c"));
        let (engine, server) = logged_in(&world, &tokens(""), falls_back(fallback)).await;
        server.then(json(400, REFUSED));
        if logs_in {
            server.then(json(200, &tokens("")));
        }
        let (result, asked, events) = renew(&engine, says).await;
        assert_eq!(asked, is_asked, "{fallback:?}");
        let wanted = events
            .iter()
            .any(|event| matches!(event.kind, EventKind::LoginWanted { .. }));
        let instead = events
            .iter()
            .any(|event| matches!(event.kind, EventKind::LoginInstead { .. }));
        assert_eq!((wanted, instead), (is_asked, logs_in), "{fallback:?}");
        let session = engine.session(&slug("custom")).unwrap();
        assert_eq!(session.is_over, !logs_in);
        match result {
            Ok(Renewed::LoggedIn(session)) => assert!(logs_in && session.generation == 1),
            Ok(other) => panic!("{other:?}"),
            Err(failure) => assert!(!logs_in && failure.code == "invalid_grant"),
        }
    }
}

#[tokio::test]
async fn what_may_work_later_is_no_reason_to_log_in() {
    let world = World::with_browser(answers("code=c"));
    let (engine, server) = logged_in(&world, &tokens(""), falls_back(LoginFallback::Automatic)).await;
    server.then(http(503, "", "busy"));
    let (result, ..) = renew(&engine, true).await;
    assert_eq!(result.unwrap_err().http_status, Some(503));
    server.then(json(200, &tokens("")));
    let (result, ..) = renew(&engine, true).await;
    assert!(matches!(result.unwrap(), Renewed::Refreshed(session) if session.generation == 2));
}

#[tokio::test]
async fn a_refresh_that_cannot_work_is_not_tried_before_the_login() {
    let world = World::with_browser(answers("code=c"));
    let without = tokens("").replace(r#""refresh_token":"opaque-refresh","#, "");
    let (engine, server) = logged_in(&world, &without, |profile| {
        profile.login_fallback = LoginFallback::Automatic;
        profile.refresh_token_lifetime_s = Some(86_400);
    })
    .await;
    // There is no refresh token.
    server.then(json(200, &tokens("")));
    let (result, ..) = renew(&engine, true).await;
    assert!(matches!(result.unwrap(), Renewed::LoggedIn(_)));
    // There is one, and its documented day is over.
    world.clock.advance(SignedDuration::from_secs(86_401));
    server.then(json(200, &tokens("")));
    let (result, ..) = renew(&engine, true).await;
    assert!(matches!(result.unwrap(), Renewed::LoggedIn(_)));
    let sent = server.requests();
    assert_eq!(sent.len(), 3);
    assert!(
        sent.iter()
            .all(|request| request.contains("grant_type=authorization_code")),
        "{sent:?}"
    );
}

/// A runner whose engine is logged in at the embedded provider, and what its window hears.
struct Window {
    runner: Runner,
    events: mpsc::Receiver<Event>,
}

impl Window {
    fn open(world: &World) -> Self {
        let options = world.options.clone();
        let (runner, events) = Runner::start(Box::new(|| setup::open(options)), Arc::new(|| {}));
        let mut window = Self { runner, events };
        window.does(Command::Load).1.unwrap();
        window
    }

    /// What an operation told, without its beginning and its end.
    fn does(&mut self, command: Command) -> (Vec<EventKind>, Result<(), Failure>) {
        let operation = self.runner.send(command).unwrap();
        let mut kinds = Vec::new();
        loop {
            let event = self.events.blocking_recv().unwrap();
            match event.kind {
                _ if event.operation != operation => {}
                EventKind::Started { .. } => {}
                EventKind::Finished { result, .. } => return (kinds, result),
                kind => kinds.push(kind),
            }
        }
    }
}

fn sessions(kinds: &[EventKind]) -> Vec<Arc<Session>> {
    let held = kinds.iter().filter_map(|kind| match kind {
        EventKind::SessionChanged { session, .. } => Some(Arc::clone(session)),
        _ => None,
    });
    held.collect()
}

#[test]
fn the_window_asks_revokes_and_is_logged_in_again_by_itself() {
    let world = World::new();
    let mut window = Window::open(&world);
    let profile = || slug("erp-net");
    let stored = wait(async { world.engine().await.profile(&profile()).await.unwrap() });
    let automatic = |login_fallback| Profile {
        login_fallback,
        ..stored.clone()
    };
    let save = Command::SaveProfile(Box::new(automatic(LoginFallback::Automatic)));
    window.does(save).1.unwrap();
    window.does(Command::Login(profile(), Given::default())).1.unwrap();
    let (told, result) = window.does(Command::Ask(profile(), Question::Userinfo));
    result.unwrap();
    assert!(
        matches!(
            told.as_slice(),
            [EventKind::HistoryAdded(_), EventKind::ProviderAnswered { .. }]
        ),
        "{told:?}"
    );
    let (told, result) = window.does(Command::Revoke(profile(), TokenKind::Refresh));
    result.unwrap();
    assert!(sessions(&told)[0].is_over);
    let (told, result) = window.does(Command::Refresh(profile()));
    result.unwrap();
    assert!(told.iter().any(|kind| matches!(kind, EventKind::LoginInstead { .. })));
    let last = sessions(&told).pop().unwrap();
    assert!(!last.is_over && last.revoked.is_empty() && last.generation == 1);

    let save = Command::SaveProfile(Box::new(automatic(LoginFallback::Ask)));
    window.does(save).1.unwrap();
    window.does(Command::Revoke(profile(), TokenKind::Refresh)).1.unwrap();
    let (told, result) = window.does(Command::Refresh(profile()));
    assert_eq!(result.unwrap_err().code, "session_over");
    assert!(matches!(told.last(), Some(EventKind::LoginWanted { .. })), "{told:?}");
}

/// The JSON document of a command that logs in at the embedded provider.
fn document(arguments: &[&str], status: i32) -> serde_json::Value {
    let home = Home::new();
    home.run_and_sign_in(arguments).ends(status).json()
}

#[test]
fn the_command_line_asks_and_revokes() {
    let told = document(&["userinfo", "erp-net", "--no-browser", "--json"], 0);
    assert_eq!(
        (&told["claims"]["sub"], &told["http_status"]),
        (&"admin".into(), &200.into())
    );
    assert!(
        told["checks"]
            .as_array()
            .unwrap()
            .iter()
            .any(|check| check["id"] == "userinfo.sub")
    );
    let told = document(
        &["introspect", "erp-net", "--no-browser", "--json", "--kind", "refresh"],
        0,
    );
    assert_eq!((&told["active"], &told["kind"]), (&true.into(), &"refresh".into()));
    let told = document(&["revoke", "erp-net", "--no-browser", "--json", "--kind", "refresh"], 0);
    assert_eq!((&told["revoked"], &told["session_over"]), (&true.into(), &true.into()));
    let home = Home::new();
    let ran = home.run_and_sign_in(&["userinfo", "erp-net", "--no-browser"]).ends(0);
    assert!(ran.out.starts_with("sub"), "{ran:?}");
    let rows = home.run(&["history", "erp-net"]).ends(0).out;
    assert!(rows.contains("userinfo"), "{rows}");
}

#[test]
fn the_command_line_logs_out_and_waits_for_the_browser() {
    let home = Home::new();
    let running = home.start(&["logout", "erp-net", "--no-browser", "--json"]);
    wait(visitor::sign_in(&running.address(), "admin", "admin")).unwrap();
    let address = running.address();
    assert!(address.path().ends_with("endsession"), "{address}");
    wait(async {
        let answer = client().get(address).send().await.unwrap();
        let back = answer.headers()["location"].to_str().unwrap().to_owned();
        assert_eq!(client().get(back).send().await.unwrap().status(), 200);
    });
    let ran = running.finish().ends(0);
    assert_eq!(ran.json()["came_back"], true);
}

#[test]
fn where_nobody_sits_at_the_terminal_the_command_line_says_that_it_did_not_ask() {
    let home = Home::new();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let public = tokens("");
    let server = runtime.block_on(Server::start([json(200, &public), json(400, REFUSED)]));
    let base = server.url.to_string();
    let new = [
        "profile",
        "new",
        "--template",
        "custom",
        "--name",
        "P",
        "--base-url",
        &base,
    ];
    home.run(&[&new[..], &["--set", "login_fallback=ask"]].concat()).ends(0);
    let running = home.start(&["refresh", "p", "--no-browser"]);
    let back = callback(&running.address(), "code=c");
    runtime.block_on(async { client().get(back).send().await.unwrap() });
    let ran = running.finish().fails(1, &["invalid_grant"]);
    assert!(ran.err.contains("Not asked whether to log in again"), "{ran:?}");
}

#[test]
fn the_command_line_lists_the_keys_without_a_login() {
    let home = Home::new();
    let told = home.run(&["keys", "erp-net", "--json"]).ends(0).json();
    assert_eq!((&told["profile"], &told["source"]), (&"erp-net".into(), &"jwks".into()));
    let key = &told["keys"][0];
    assert_eq!((&key["kty"], &key["size"]), (&"RSA".into(), &"2048 bits".into()));
    assert!(key["problem"].is_null() && key["kid"].is_string(), "{told}");
    let ran = home.run(&["keys", "erp-net"]).ends(0);
    assert!(
        ran.out.contains("RSA 2048 bits") && ran.err.contains("/jwks"),
        "{ran:?}"
    );

    let new = [
        "profile",
        "new",
        "--template",
        "custom",
        "--name",
        "P",
        "--base-url",
        "https://idp.example",
    ];
    home.run(&new).ends(0);
    home.run(&["keys", "p"]).fails(2, &["The profile names no"]);
    let short = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/keys/rsa-1024-public.pem");
    home.run(&["profile", "set", "p", &format!("verification_key={short}")])
        .ends(0);
    let ran = home.run(&["keys", "p"]);
    assert_eq!(ran.status, 1, "{ran:?}");
    assert!(ran.err.contains("verification key of the profile"), "{ran:?}");
    assert!(ran.out.contains("▲ key 1 is RSA with 1024 bits, under 2048"), "{ran:?}");
}
