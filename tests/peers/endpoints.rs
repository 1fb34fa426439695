//! Userinfo, introspection and revocation as other people's servers have them.
#![expect(clippy::unwrap_used, reason = "a helper that cannot go on ends its test")]

use tokenscope::engine::{Failure, LoggedOut, LogoutOptions, ProviderAnswer, Question};
use tokenscope::model::TokenKind;
use tokenscope::model::checks::Outcome;
use tokenscope::model::verify::SignatureStatus;

use tokio_util::sync::CancellationToken;

use crate::support::{App, Peer, profile_for, reporter};

const ACCESS: Question = Question::Introspection(TokenKind::Access);
const REFRESH: Question = Question::Introspection(TokenKind::Refresh);

async fn ask(app: &App, question: Question) -> ProviderAnswer {
    app.engine.ask(&app.slug, question, &reporter()).await.unwrap()
}

async fn revoke(app: &App, kind: TokenKind) -> Result<u16, Failure> {
    let revoked = app.engine.revoke(&app.slug, kind, &reporter()).await?;
    Ok(revoked.status)
}

/// It was answered, and every check that could be made passed.
#[track_caller]
fn assert_good(answer: &ProviderAnswer) {
    let odd = |outcome| matches!(outcome, Outcome::Fail | Outcome::Warn);
    let clean = !answer.checks.iter().any(|check| odd(check.outcome));
    assert!(answer.is_good() && clean && !answer.checks.is_empty(), "{answer:#?}");
}

fn member(answer: &ProviderAnswer, name: &str) -> Option<String> {
    let member = answer.members.iter().find(|member| member.name == name)?;
    Some(member.raw.clone())
}

#[tokio::test]
async fn userinfo_is_about_the_person_of_the_id_token_plain_bound_and_signed() {
    let Some(peer) = Peer::oidc() else { return };
    for (client, signed) in [("public", false), ("dpop", false), ("jwt-userinfo", true)] {
        let app = profile_for(&peer, client, |profile| profile.dpop = client == "dpop").await;
        app.log_in().await.unwrap();
        let answer = ask(&app, Question::Userinfo).await;
        assert_good(&answer);
        assert_eq!(member(&answer, "sub").as_deref(), Some("\"alice\""), "{client}");
        let verdict = answer.signature.map(|signature| signature.status);
        assert_eq!(verdict, signed.then_some(SignatureStatus::Valid), "{client}");
    }
}

#[tokio::test]
async fn tokens_are_introspected_and_revoked_with_every_client_authentication() {
    let Some(peer) = Peer::oidc() else { return };
    for client in ["basic", "post", "jwt-secret", "pkjwt"] {
        let app = profile_for(&peer, client, |_| ()).await;
        app.log_in().await.unwrap();
        for question in [ACCESS, REFRESH] {
            let answer = ask(&app, question).await;
            assert_good(&answer);
            assert_eq!(member(&answer, "active").as_deref(), Some("true"), "{client}");
        }
        assert_eq!(revoke(&app, TokenKind::Access).await, Ok(200));
        let answer = ask(&app, ACCESS).await;
        assert_good(&answer);
        assert_eq!(member(&answer, "active").as_deref(), Some("false"), "{client}");
        assert_eq!(ask(&app, Question::Userinfo).await.http.status, 401);
        // This server ends the refresh token with it, as it may (RFC 7009 §2.1).
        assert_good(&ask(&app, REFRESH).await);
        assert_eq!(app.refresh().await.unwrap_err().code, "invalid_grant");
        app.log_in().await.unwrap();
        assert_eq!(revoke(&app, TokenKind::Refresh).await, Ok(200));
        assert!(app.engine.session(&app.slug).unwrap().is_over);
        assert_good(&ask(&app, REFRESH).await);
    }
}

#[tokio::test]
async fn what_has_been_revoked_is_gone_for_the_server_too() {
    let Some(peer) = Peer::oidc() else { return };
    let app = profile_for(&peer, "public", |_| ()).await;
    let session = app.log_in().await.unwrap();
    revoke(&app, TokenKind::Refresh).await.unwrap();
    assert_eq!(app.replay(&session).await.unwrap_err().code, "invalid_grant");
}

#[tokio::test]
async fn a_logout_comes_back_and_offline_tokens_outlive_it() {
    let Some(peer) = Peer::oidc() else { return };
    let back = "http://127.0.0.1:0/logged-out";
    let app = profile_for(&peer, "public", |profile| {
        back.clone_into(&mut profile.post_logout_redirect_uri)
    })
    .await;
    app.log_in().await.unwrap();
    let options = LogoutOptions {
        opens_browser: true,
        patience: None,
    };
    let never = CancellationToken::new();
    let logged_out = app.engine.log_out(&app.slug, options, &never, &reporter()).await;
    assert_eq!(logged_out, Ok(LoggedOut::CameBack));
    assert_eq!(app.refresh().await.unwrap().logged_out, Some(LoggedOut::CameBack));
}

#[tokio::test]
async fn glewlwyd_introspects_and_revokes() {
    let Some(peer) = Peer::glewlwyd() else { return };
    let app = profile_for(&peer, "glw-basic", |_| ()).await;
    app.log_in().await.unwrap();
    for question in [ACCESS, REFRESH] {
        let answer = ask(&app, question).await;
        assert_good(&answer);
    }
    assert_eq!(revoke(&app, TokenKind::Access).await, Ok(200));
    assert_eq!(revoke(&app, TokenKind::Refresh).await, Ok(200));
    assert_eq!(app.refresh().await.unwrap_err().code, "session_over");
}
