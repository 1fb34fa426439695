//! `iss` in the answer at the redirect URI (RFC 9207).

use tokenscope::model::Profile;
use tokenscope::model::checks::Outcome;

use super::{assert_nothing_failed, check, outcome, saved, test_app};
use crate::support::server::{Server, json};
use crate::support::{World, answers, custom, log_in};

const TOKENS: &str = r#"{"access_token":"opaque-access","token_type":"Bearer","expires_in":3600}"#;

#[tokio::test]
async fn an_answer_that_names_its_issuer_keeps_the_promise() {
    let world = World::new();
    let engine = world.engine().await;
    let profile = Profile {
        authorization_response_iss: true,
        ..test_app()
    };
    let profile = saved(&engine, profile).await;
    let session = log_in(&engine, &profile).await.unwrap();
    assert_nothing_failed(&session);
    assert_eq!(outcome(&session, "callback.iss"), Some(Outcome::Pass));
}

#[tokio::test]
async fn an_answer_without_the_promised_issuer_breaks_a_rule_and_another_issuer_ends_the_login() {
    let promises = |server: &Server, promised: bool| Profile {
        issuer: "https://idp.example".to_owned(),
        scope: "read".to_owned(),
        authorization_response_iss: promised,
        ..custom(&server.url)
    };
    for (promised, expected) in [(true, Some(Outcome::Fail)), (false, None)] {
        let server = Server::start([json(200, TOKENS)]).await;
        let world = World::with_browser(answers("code=c"));
        let engine = world.engine().await;
        let profile = saved(&engine, promises(&server, promised)).await;
        let session = log_in(&engine, &profile).await.unwrap();
        assert_eq!(outcome(&session, "callback.iss"), expected);
        assert!(check(&session, "callback.iss").is_none_or(|check| check.spec == "RFC 9207 §2.4"));
    }
    for parameters in [
        "code=c&iss=https://evil.example",
        "error=access_denied&iss=https://evil.example",
    ] {
        let server = Server::start([]).await;
        let world = World::with_browser(answers(parameters));
        let engine = world.engine().await;
        let profile = saved(&engine, promises(&server, true)).await;
        let failure = log_in(&engine, &profile).await.unwrap_err();
        assert_eq!(failure.code, "wrong_issuer", "{parameters}");
    }
}
