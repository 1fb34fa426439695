//! Pushed authorization requests (RFC 9126), and tokens bound to a key on the way (RFC 9449).

use serde_json::json;
use tokenscope::engine::LoginStep;
use tokenscope::model::checks::Outcome;
use tokenscope::model::jwt::decode;
use tokenscope::model::profile::{ClientAuthentication, ClientType};
use tokenscope::model::{Profile, Secret, SecretKind};
use url::Url;

use super::{assert_nothing_failed, goes_to, outcome, saved, sent, steps, test_app};
use crate::support::server::{Server, http, json as json_reply};
use crate::support::{World, custom, log_in, refresh, reporter, signs_in, slug, with_browser};

const PUSHED: &str = r#"{"request_uri":"urn:ietf:params:oauth:request_uri:1","expires_in":60}"#;
const BOUND: &str = r#"{"access_token":"opaque-access","token_type":"DPoP","expires_in":3600,"refresh_token":"r1"}"#;

fn pushing(base: &Url) -> Profile {
    Profile {
        pushed_authorization_request: true,
        pushed_authorization_request_endpoint: "/par".to_owned(),
        ..custom(base)
    }
}

#[tokio::test]
async fn the_browser_carries_only_the_name_of_a_pushed_request() {
    let world = World::with_browser(signs_in());
    let engine = world.engine().await;
    let profile = Profile {
        pushed_authorization_request: true,
        ..test_app()
    };
    let profile = saved(&engine, profile).await;
    let (reporter, ear) = reporter();
    let session = engine.login(&slug(&profile), with_browser(), &reporter).await.unwrap();
    assert_nothing_failed(&session);
    assert!(!session.checks.iter().any(|check| check.id.starts_with("par.")));
    let steps = steps(ear);
    let place = |wanted: fn(&LoginStep) -> bool| steps.iter().position(wanted).unwrap();
    let pushed = place(|step| matches!(step, LoginStep::Pushed));
    let address = place(|step| matches!(step, LoginStep::Address(_)));
    assert!(pushed < address);
    let LoginStep::Address(url) = &steps[address] else {
        unreachable!()
    };
    let names: Vec<_> = url.query_pairs().map(|(name, _)| name.into_owned()).collect();
    assert_eq!(names, ["client_id", "request_uri"]);
}

/// A browser that answers with the state of the request that was pushed last.
async fn answered(
    server: &Server,
    profile: Profile,
) -> Result<std::sync::Arc<tokenscope::engine::Session>, tokenscope::engine::Failure> {
    let requests = server.seen();
    let world = World::with_browser(goes_to(move |_| {
        let pushed = requests.lock().unwrap().last().cloned().unwrap();
        let (uri, state) = (
            sent(&pushed, "redirect_uri").remove(0),
            sent(&pushed, "state").remove(0),
        );
        Url::parse(&format!("{uri}?code=c&state={state}")).unwrap()
    }));
    let engine = world.engine().await;
    let profile = saved(&engine, profile).await;
    engine.set_secret(&slug(&profile), SecretKind::ClientSecret, Secret::new("s3cret"));
    let session = log_in(&engine, &profile).await?;
    if session.tokens.refresh.is_some() && session.dpop.is_some() {
        refresh(&engine, &profile).await?;
    }
    Ok(session)
}

const TOKENS: &str = r#"{"access_token":"opaque-access","token_type":"Bearer","expires_in":3600}"#;

#[tokio::test]
async fn the_client_is_named_once_however_it_proves_itself() {
    for (how, in_header) in [
        (ClientAuthentication::None, false),
        (ClientAuthentication::ClientSecretPost, false),
        (ClientAuthentication::ClientSecretBasic, true),
        (ClientAuthentication::ClientSecretJwt, false),
    ] {
        let server = Server::start([json_reply(201, PUSHED), json_reply(200, TOKENS)]).await;
        let profile = Profile {
            client_type: if how.proves() {
                ClientType::Confidential
            } else {
                ClientType::Public
            },
            client_authentication: how,
            ..pushing(&server.url)
        };
        answered(&server, profile).await.unwrap();
        let request = &server.requests()[0];
        assert!(request.starts_with("POST /par "));
        assert_eq!(sent(request, "client_id"), ["my-client"], "{how:?}");
        assert_eq!(request.contains("authorization: Basic "), in_header, "{how:?}");
        for name in [
            "response_type",
            "redirect_uri",
            "scope",
            "state",
            "nonce",
            "code_challenge",
        ] {
            assert_eq!(sent(request, name).len(), 1, "{how:?} {name}");
        }
    }
}

#[tokio::test]
async fn a_signed_statement_is_for_the_endpoint_that_it_goes_to_unless_the_profile_names_another() {
    let server = Server::start([]).await;
    let [par, token] = ["par", "token"].map(|path| server.url.join(path).unwrap().to_string());
    let other = "https://idp.example".to_owned();
    for (audience, wanted) in [("", [&par, &token]), (other.as_str(), [&other, &other])] {
        server.then(json_reply(201, PUSHED));
        server.then(json_reply(200, TOKENS));
        let profile = Profile {
            client_type: ClientType::Confidential,
            client_authentication: ClientAuthentication::ClientSecretJwt,
            assertion_audience: audience.to_owned(),
            ..pushing(&server.url)
        };
        answered(&server, profile).await.unwrap();
        let requests = server.requests();
        let [.., pushed, token] = requests.as_slice() else {
            unreachable!()
        };
        let audiences = [pushed, token].map(|request| {
            let statement = sent(request, "client_assertion").remove(0);
            decode(&statement).payload.get_str("aud").unwrap()
        });
        assert_eq!(audiences.each_ref(), wanted);
    }
}

#[tokio::test]
async fn a_sloppy_answer_is_used_and_told() {
    let server = Server::start([
        json_reply(200, r#"{"request_uri":"urn:example:1"}"#),
        json_reply(200, TOKENS),
    ])
    .await;
    let session = answered(&server, pushing(&server.url)).await.unwrap();
    assert_eq!(outcome(&session, "par.status"), Some(Outcome::Warn));
    assert_eq!(outcome(&session, "par.no_expires_in"), Some(Outcome::Warn));
}

#[tokio::test]
async fn each_way_not_to_take_a_pushed_request_is_named() {
    for (reply, code, says, hint) in [
        (
            json_reply(400, r#"{"error":"invalid_request","error_description":"redirect_uri"}"#),
            "invalid_request",
            "The PAR endpoint refused: invalid_request, “redirect_uri” (status 400)",
            "“Redirect URI”",
        ),
        (
            json_reply(401, r#"{"error":"invalid_client"}"#),
            "invalid_client",
            "The PAR endpoint refused",
            "“Client authentication”",
        ),
        (
            json_reply(400, r#"{"error":"unsupported_response_type"}"#),
            "unsupported_response_type",
            "The PAR endpoint refused",
            "“Response type”",
        ),
        (
            json_reply(400, r#"{"error":"invalid_authorization_details"}"#),
            "invalid_authorization_details",
            "The PAR endpoint refused",
            "“Authorization details”",
        ),
        (
            http(404, "content-type: text/html\r\n", "<html>"),
            "no_request_uri",
            "gave no request_uri. The body is an HTML page",
            "“PAR endpoint”",
        ),
        (http(503, "", ""), "no_request_uri", "(status 503)", "Try again later"),
        (
            http(303, "location: /login\r\n", ""),
            "redirected",
            "The PAR endpoint redirects to /login",
            "as “PAR endpoint”",
        ),
    ] {
        let server = Server::start([reply]).await;
        let failure = answered(&server, pushing(&server.url)).await.unwrap_err();
        assert_eq!(failure.code, code);
        assert!(failure.message.contains(says), "{failure:?}");
        assert!(failure.hint.contains(hint), "{failure:?}");
    }
}

fn proof(request: &str) -> tokenscope::model::jwt::Decoded {
    let line = request.lines().find_map(|line| line.strip_prefix("dpop: "));
    decode(line.unwrap())
}

#[tokio::test]
async fn a_bound_login_proves_its_key_everywhere_and_once_more_with_the_nonce_that_is_wanted() {
    let wants_nonce = |nonce: &str| {
        let headers = format!("content-type: application/json\r\ndpop-nonce: {nonce}\r\n");
        http(400, &headers, r#"{"error":"use_dpop_nonce"}"#)
    };
    let server = Server::start([
        wants_nonce("n1"),
        json_reply(201, PUSHED),
        wants_nonce("n2"),
        json_reply(200, BOUND),
        json_reply(200, BOUND),
    ])
    .await;
    let profile = Profile {
        dpop: true,
        ..pushing(&server.url)
    };
    let session = answered(&server, profile).await.unwrap();
    assert_eq!(outcome(&session, "token.dpop"), Some(Outcome::Pass));
    let requests = server.requests();
    let proofs: Vec<_> = requests.iter().map(|request| proof(request)).collect();
    let claim = |name: &str| proofs.iter().map(|p| p.payload.get_str(name)).collect::<Vec<_>>();
    let of = |text: &str| Some(text.to_owned());
    assert_eq!(claim("nonce"), [None, of("n1"), of("n1"), of("n2"), of("n2")]);
    let (par, token) = (
        server.url.join("par").unwrap().to_string(),
        server.url.join("token").unwrap().to_string(),
    );
    assert_eq!(
        claim("htu"),
        [&par, &par, &token, &token, &token].map(|url| Some(url.clone()))
    );
    let keys: Vec<_> = proofs.iter().map(|p| p.header.get("jwk")).collect();
    assert!(keys.iter().all(|key| *key == keys[0]));
    let thumbprint = session.dpop.as_ref().unwrap().key.thumbprint();
    assert_eq!(sent(&requests[1], "dpop_jkt"), [thumbprint]);
}

#[tokio::test]
async fn the_nonce_of_a_repeated_requests_answer_goes_with_the_next_one() {
    let with_nonce = |status, nonce: &str, body: &str| {
        let headers = format!("content-type: application/json\r\ndpop-nonce: {nonce}\r\n");
        http(status, &headers, body)
    };
    let server = Server::start([
        with_nonce(400, "n1", r#"{"error":"use_dpop_nonce"}"#),
        with_nonce(201, "n2", PUSHED),
        json_reply(200, BOUND),
        json_reply(200, BOUND),
    ])
    .await;
    let profile = Profile {
        dpop: true,
        ..pushing(&server.url)
    };
    answered(&server, profile).await.unwrap();
    let requests = server.requests();
    let nonces = requests.iter().map(|request| proof(request).payload.get_str("nonce"));
    let of = |text: &str| Some(text.to_owned());
    assert_eq!(nonces.collect::<Vec<_>>(), [None, of("n1"), of("n2"), of("n2")]);
}

#[tokio::test]
async fn a_server_that_binds_nothing_or_refuses_the_proof_is_told() {
    let bound = |reply| async {
        let server = Server::start([json_reply(201, PUSHED), reply]).await;
        let profile = Profile {
            dpop: true,
            ..pushing(&server.url)
        };
        answered(&server, profile).await
    };
    let session = bound(json_reply(200, TOKENS)).await.unwrap();
    assert_eq!(outcome(&session, "token.dpop"), Some(Outcome::Fail));

    let refusal = json!({"error": "invalid_dpop_proof", "error_description": "iat is too old"}).to_string();
    let failure = bound(json_reply(400, &refusal)).await.unwrap_err();
    assert_eq!(failure.code, "invalid_dpop_proof");
    assert!(
        failure.hint.contains("clock") && failure.hint.contains("“Bind tokens (DPoP)”"),
        "{failure:?}"
    );

    // A nonce that is asked for and not given cannot be sent.
    let failure = bound(json_reply(400, r#"{"error":"use_dpop_nonce"}"#))
        .await
        .unwrap_err();
    assert_eq!(failure.code, "use_dpop_nonce");
    assert!(failure.hint.contains("“Bind tokens (DPoP)”"), "{failure:?}");
}
